"""Random golden batches: one to three blocks with up to twelve transactions each, from a seed.

The blocks are those of ``tests/integration/random_blocks.py``, longer and chained. What a seed
gives may change with that generator; the golden batches are kept in a file for this reason.
"""

from typing import Any

from tests.integration.random_blocks import CONTRACTS, Generator
from tests.support.chain import BOB, CHAIN_ID


class BatchGenerator(Generator):
    """Makes one batch."""

    def context(self, place: int, base_fee: int) -> dict[str, Any]:
        """Give the context of one of the blocks."""
        choice = self.random.choice
        found: dict[str, Any] = {
            "number": hex(1007 + place),
            "timestamp": hex(1_765_000_000 + 12 * place),
            "base_fee": hex(base_fee),
            "native_price": hex(choice([10, 1, 1])),
            "pubdata_price": hex(choice([0, 0, 1, 50, 500])),
            "gas_limit": hex(choice([2**40, 2**40, 5_000_000])),
            "pubdata_limit": hex(choice([2**64 - 1, 2**64 - 1, 2000])),
            "coinbase": choice([BOB.address, "0x" + "00" * 20, "0x" + "aa" * 20, CONTRACTS[0]]),
        }
        if place == 0:
            salt = self.random.getrandbits(64)
            found["block_hashes"] = [hex(salt + number) for number in range(256)]
        return found

    def transactions(self, base_fee: int) -> list[Any]:
        """Give the transactions of a block."""
        count = self.random.choice([1, 3, 6, 12])
        return [
            self.from_l1() if self.random.random() < 0.2 else self.signed(base_fee)
            for _ in range(count)
        ]

    def batch(self) -> dict[str, Any]:
        """Give the block file."""
        base_fee = self.random.choice([1000, 7000, 10**6])
        blocks: list[dict[str, Any]] = [
            {
                "block": self.context(place, base_fee),
                "transactions": self.transactions(base_fee),
            }
            for place in range(self.random.choice([1, 1, 2, 3]))
        ]
        blocks[0]["pre"] = self.state()
        return {
            "chain_id": hex(CHAIN_ID),
            "da_commitment_scheme": self.random.choice([3, 3, 3, 1]),
            "blocks": blocks,
        }


def random_batch(seed: int) -> dict[str, Any]:
    """Give the batch of a seed."""
    return BatchGenerator(seed).batch()
