"""The pool: transactions that wait for a block.

A sender has one transaction for each nonce. Another one with the same nonce takes its place if it
pays a tenth more, in both fees, rounded up. Those from L1 wait in a row of their own, in the order
in which they came, and go first.

Source:  go-ethereum, core/txpool (price bump, words of the refusals).
Units:   wei.
Errors:  RpcError for a transaction that the pool does not take.
"""

import heapq
from collections.abc import Callable, Iterator
from itertools import count

from zkos.host.node.rpc_errors import RpcError, refused
from zkos.host.node.transactions import Transaction

MOST_TRANSACTIONS = 4096
MOST_OF_A_SENDER = 64
MOST_BYTES = 128 * 1024
"""Of one transaction."""
PRICE_BUMP_PERCENT = 10


class Pool:
    """The waiting transactions."""

    def __init__(self) -> None:
        self._by_hash: dict[bytes, Transaction] = {}
        self._by_sender: dict[int, dict[int, Transaction]] = {}
        self._from_l1: dict[bytes, Transaction] = {}
        self._arrival: dict[bytes, int] = {}
        self._counter = count()

    def __len__(self) -> int:
        return len(self._by_hash)

    def get(self, transaction_hash: bytes) -> Transaction | None:
        """Give the waiting transaction with a hash."""
        return self._by_hash.get(transaction_hash)

    def check(self, transaction: Transaction) -> None:
        """Refuse a transaction that there is no place for."""
        self._replaced(transaction)

    def add(self, transaction: Transaction) -> None:
        """Take a transaction in."""
        replaced = self._replaced(transaction)
        if replaced is not None:
            self.remove(replaced)
        self._by_hash[transaction.hash] = transaction
        self._arrival[transaction.hash] = next(self._counter)
        if transaction.is_from_l1:
            self._from_l1[transaction.hash] = transaction
        else:
            self._by_sender.setdefault(transaction.sender, {})[transaction.nonce] = transaction

    def _replaced(self, transaction: Transaction) -> Transaction | None:
        """Give the one whose place a transaction takes, or raise."""
        if transaction.hash in self._by_hash:
            raise refused("already known")
        if len(transaction.offered.encoded) > MOST_BYTES:
            raise refused(f"oversized data: more than {MOST_BYTES} bytes")
        own = {} if transaction.is_from_l1 else self._by_sender.get(transaction.sender, {})
        there = own.get(transaction.nonce)
        if there is not None:
            if not _pays_more(transaction, there):
                raise refused(
                    f"replacement transaction underpriced: expected {PRICE_BUMP_PERCENT} % more "
                    f"than {there.max_fee} and {there.max_priority_fee}"
                )
            return there
        if len(own) >= MOST_OF_A_SENDER:
            raise _full(f"the sender has {MOST_OF_A_SENDER} transactions in it")
        if len(self) >= MOST_TRANSACTIONS:
            raise _full(f"it has {MOST_TRANSACTIONS} transactions")
        return None

    def remove(self, transaction: Transaction) -> None:
        """Take a transaction out, if it is there."""
        if self._by_hash.pop(transaction.hash, None) is None:
            return
        del self._arrival[transaction.hash]
        if transaction.is_from_l1:
            del self._from_l1[transaction.hash]
            return
        own = self._by_sender[transaction.sender]
        del own[transaction.nonce]
        if not own:
            del self._by_sender[transaction.sender]

    def forget_used(self, sender: int, nonce: int) -> None:
        """Take those of a sender out whose nonces are used."""
        for one in [*self._by_sender.get(sender, {}).values()]:
            if one.nonce < nonce:
                self.remove(one)

    def next_nonce(self, sender: int, nonce: int) -> int:
        """Give the first nonce from this one on that no transaction in a row has."""
        own = self._by_sender.get(sender, {})
        while nonce in own:
            nonce += 1
        return nonce

    def candidates(
        self, nonce_of: Callable[[int], int], base_fee: int, most: int
    ) -> list[Transaction]:
        """Give what may enter the next block, in order: those of a sender without a gap.

        First what comes from L1; then by tip, among equals as they came.
        """
        chosen = list(self._from_l1.values())[:most]
        rows = [self._row(sender, nonce_of(sender)) for sender in self._by_sender]
        heap: list[tuple[int, int, Transaction, Iterator[Transaction]]] = []
        for row in rows:
            self._push(heap, row, base_fee)
        while heap and len(chosen) < most:
            _, _, transaction, row = heapq.heappop(heap)
            chosen.append(transaction)
            self._push(heap, row, base_fee)
        return chosen

    def _row(self, sender: int, nonce: int) -> Iterator[Transaction]:
        own = self._by_sender[sender]
        while nonce in own:
            yield own[nonce]
            nonce += 1

    def _push(
        self,
        heap: list[tuple[int, int, Transaction, Iterator[Transaction]]],
        row: Iterator[Transaction],
        base_fee: int,
    ) -> None:
        following = next(row, None)
        if following is not None:
            arrival = self._arrival[following.hash]
            heapq.heappush(heap, (-following.tip(base_fee), arrival, following, row))


def _pays_more(new: Transaction, old: Transaction) -> bool:
    pairs = ((new.max_fee, old.max_fee), (new.max_priority_fee, old.max_priority_fee))
    return all(100 * one >= (100 + PRICE_BUMP_PERCENT) * other for one, other in pairs) and (
        new.max_fee > old.max_fee
    )


def _full(why: str) -> RpcError:
    return refused(f"txpool is full: {why}")
