"""What both engines run, and what they must agree on."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from zkos.host.batch import Block
from zkos.host.statetest.merkle_patricia import Account as StateAccount

CHAIN_ID = 1
BLOB_GAS = 2**17  # of one blob


@dataclass
class Account:
    """An account before the block; ``storage`` has no zeros."""

    balance: int = 0
    nonce: int = 0
    code: bytes = b""
    storage: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Message:
    """A transaction; nobody signs it, both engines believe the sender."""

    sender: int
    to: int | None
    gas_limit: int
    nonce: int = 0
    data: bytes = b""
    value: int = 0
    max_fee: int = 0
    priority_fee: int = 0
    kind: int = 2
    access_list: tuple[tuple[int, tuple[int, ...]], ...] = ()
    blob_hashes: tuple[bytes, ...] = ()
    max_blob_fee: int = 0

    def gas_price(self, base_fee: int) -> int:
        """Give what a unit of gas costs in a block."""
        if self.kind < 2:
            return self.max_fee
        return base_fee + min(self.priority_fee, self.max_fee - base_fee)


@dataclass(frozen=True)
class World:
    """State, block and transactions; the block's own transactions are empty."""

    accounts: dict[int, Account]
    block: Block
    messages: tuple[Message, ...]


@dataclass(frozen=True)
class Log:
    """What a contract logged."""

    address: int
    topics: tuple[bytes, ...]
    data: bytes


@dataclass(frozen=True)
class Result:
    """How a transaction ended; of an invalid one only the status counts."""

    status: str
    gas_used: int = 0
    output: bytes = b""
    created: int | None = None
    logs: tuple[Log, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What came out of a world: its transactions, and every account that is not empty."""

    results: list[Result]
    state: Mapping[int, StateAccount]


def difference(ours: Outcome, theirs: Outcome) -> str | None:
    """Say where two outcomes differ first, or None."""
    for at, (one, other) in enumerate(zip(ours.results, theirs.results, strict=True)):
        for name in Result.__dataclass_fields__:
            mine, his = getattr(one, name), getattr(other, name)
            if mine != his:
                return f"transaction {at}, {name}: {mine!r}, not {his!r}"
    for address in sorted(set(ours.state) | set(theirs.state)):
        mine, his = ours.state.get(address), theirs.state.get(address)
        if mine != his:
            return f"account {address:040x}: {mine!r}, not {his!r}"
    return None
