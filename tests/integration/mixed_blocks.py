"""Random blocks of everything that can be offered: every type, valid and invalid, limits reached.

To the blocks of ``random_blocks.py`` come upgrades (first or not), delegated and exhausted senders,
transactions that are wrong in one way, and prices at which native runs out. Every fourth block is
one of the ethereum flavour.
"""

import hashlib
from collections.abc import Callable
from typing import Any

from tests.integration.random_blocks import CONTRACTS, Generator
from tests.support.chain import (
    ALICE,
    BOB,
    CHAIN_ID,
    ETHER,
    Signer,
    authorization,
    funded,
    keccak256,
    transaction,
)
from tests.support.random_blocks import random_block as busy_block

CAROL, DAVE, ERIN = Signer(0xCA201), Signer(0xDA7E), Signer(0xE214)
OTHER_SIGNERS = [Signer(0x51600 + number) for number in range(8)]
MAX_NONCE = 2**64 - 1
FORCED_CODE = bytes.fromhex("5b60015f5500")
UPGRADER, CONTRACT_DEPLOYER = f"0x{0x800F:040x}", f"0x{0x8006:040x}"
SET_BYTECODE = (
    bytes.fromhex("f6eca0b0")
    + (b"\x0a" * 20).rjust(32, b"\0")
    + hashlib.blake2s(FORCED_CODE).digest()
    + len(FORCED_CODE).to_bytes(32, "big")
    + keccak256(FORCED_CODE)
)


class MixedGenerator(Generator):
    """Makes one block of the production flavour.

    There are many signers, since all later transactions of one who was refused are refused too.
    """

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.signers = [ALICE, BOB, *OTHER_SIGNERS]
        self.nonces |= dict.fromkeys(OTHER_SIGNERS, 0)

    def upgrade(self) -> dict[str, str]:
        """An upgrade that cannot revert, which would stop the run."""
        deploys = self.random.random() < 0.5
        return {
            "type": "0x7e",
            "from": UPGRADER if deploys else self.address(),
            "to": CONTRACT_DEPLOYER if deploys else "0x" + "99" * 20,
            "gas_limit": hex(300_000 if deploys else self.random.choice([20_000, 100_000])),
            "gas_per_pubdata_limit": "0x0",
            "max_fee_per_gas": "0x0",
            "total_deposited": hex(self.random.choice([0, 9])),
            "refund_recipient": ALICE.address,
            "data": "0x" + (SET_BYTECODE.hex() if deploys else ""),
        }

    def damaged_from_l1(self) -> dict[str, str]:
        """A transaction from L1 whose encoding is refused."""
        wrong = self.random.choice(
            [
                {"gas_per_pubdata_limit": hex(2**32)},
                {"gas_limit": hex(2**64)},
                {"from": hex(2**160)},
            ]
        )
        return self.from_l1() | wrong

    def invalid(self, base_fee: int) -> Any:
        """A transaction that is wrong in one way; the sender's next nonce stays what it is."""
        nonce = self.nonces[ALICE]
        common: dict[str, Any] = {"nonce": nonce, "max_fee": base_fee}
        makers: list[Callable[[], Any]] = [
            lambda: transaction(**common, kind=self.random.choice([0, 1, 2]), chain_id=5),
            lambda: transaction(**common, gas_limit=6_000_000 + 2**40),
            lambda: transaction(**common, priority_fee=base_fee + 1),
            lambda: transaction(nonce=nonce, max_fee=max(base_fee - 1, 0)),
            lambda: transaction(**common, gas_limit=self.random.choice([17_000, 20_999])),
            lambda: transaction(**common, gas_limit=10**6, to=None, data=bytes(49_153)),
            lambda: transaction(nonce=nonce + 3, max_fee=base_fee),
            lambda: transaction(BOB, nonce=0, max_fee=base_fee) if self.nonces[BOB] else "0x00",
            lambda: transaction(CAROL, max_fee=base_fee),
            lambda: transaction(DAVE, nonce=MAX_NONCE, max_fee=base_fee),
            lambda: transaction(ERIN, max_fee=base_fee),
            lambda: transaction(**common, value=2**256 - 1),
            lambda: transaction(**common, malleable=True),
            lambda: {"raw": transaction(**common), "sender": BOB.address},
            lambda: {"raw": transaction(BOB, nonce=nonce, max_fee=base_fee),
                     "sender": ALICE.address},
            lambda: transaction(**common, kind=4),
            self.damaged_from_l1,
            self.cut,
        ]  # fmt: skip
        return self.random.choice(makers)()

    def cut(self) -> Any:
        """A transaction with a byte changed, or too few of them."""
        raw = bytearray.fromhex(transaction(nonce=self.nonces[ALICE])[2:])
        if self.random.random() < 0.5:
            del raw[self.random.randrange(1, len(raw)) :]
        else:
            raw[self.random.randrange(4)] = self.random.randrange(256)
        return "0x" + raw.hex()

    def delegating(self, base_fee: int) -> str:
        """A transaction that makes the empty or a funded account run a contract's code."""
        who = self.random.choice([ERIN, BOB])
        self.nonces[ALICE] += 1
        nonce = self.nonces.get(who, 0)
        if who in self.nonces:
            self.nonces[who] += 1
        return transaction(
            kind=4,
            nonce=self.nonces[ALICE] - 1,
            max_fee=base_fee,
            gas_limit=2_000_000,
            to=self.random.choice([who.address, self.address()]),
            authorizations=[authorization(who, self.random.choice(CONTRACTS), nonce)],
        )

    def offered(self, base_fee: int) -> Any:
        """Any transaction."""
        kind = self.random.random()
        if kind < 0.05:
            return self.upgrade()
        if kind < 0.22:
            return self.invalid(base_fee)
        if kind < 0.27:
            return self.delegating(base_fee)
        return self.from_l1() if kind < 0.45 else self.signed(base_fee)

    def block(self) -> dict[str, Any]:
        """The block file."""
        document = super().block()
        block = document["block"]
        base_fee = int(block["base_fee"], 16)
        if self.random.random() < 0.2:
            block["native_price"] = block["base_fee"]  # one native for a unit of gas
        if self.random.random() < 0.3:
            block["pubdata_limit"] = hex(self.random.choice([400, 900]))
        if self.random.random() < 0.2:
            block["gas_limit"] = hex(self.random.choice([200_000, 500_000]))
        document["pre"] |= funded(*OTHER_SIGNERS) | {
            CAROL.address: {"balance": hex(ETHER), "code": "0x00"},
            DAVE.address: {"balance": hex(ETHER), "nonce": hex(MAX_NONCE)},
        }
        document["preimages"] = ["0x" + FORCED_CODE.hex()]
        document["da_commitment_scheme"] = self.random.choice([1, 3])
        self.nonces |= dict.fromkeys(self.signers, 0)
        first = [self.upgrade()] if self.random.random() < 0.1 else []
        count = self.random.randrange(1, 12)
        document["transactions"] = first + [self.offered(base_fee) for _ in range(count)]
        return document


def mixed_block(seed: int) -> dict[str, Any]:
    """Give the block file of a seed."""
    if seed % 4 == 3:
        return busy_block(seed)  # odd: the ethereum flavour
    return MixedGenerator(seed).block() | {"chain_id": hex(CHAIN_ID)}
