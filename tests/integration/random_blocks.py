"""Random blocks: all transaction types, contracts of random statements, all kinds of outcomes.

Everything derives from a seed. Contracts call each other, precompiles, the system contracts,
delegated and empty accounts; limits and prices are chosen so that transactions also fail in
validation, run out of gas or native, or do not fit the block.
"""

from random import Random
from typing import Any

from tests.support.chain import (
    ALICE,
    BOB,
    CHAIN_ID,
    Signer,
    authorization,
    deployer,
    funded,
    transaction,
)

EVE = Signer(0xE7E)
CONTRACTS = [f"0x{0xC0DE00 + number:040x}" for number in range(4)]
MESSENGER, BASE_TOKEN, DEPLOYER = (f"0x{number:040x}" for number in (0x8008, 0x800A, 0x8006))
OTHERS = [f"0x{number:040x}" for number in (2, 3, 4, 9, 0x8003, int("77" * 20, 16))]
ADDRESSES = [EVE.address, ALICE.address, *CONTRACTS, *OTHERS, MESSENGER, BASE_TOKEN, DEPLOYER]
NUMBERS = [0, 1, 2, 3, 31, 32, 33, 255, 256, 2**32 - 1, 2**64, 2**160 - 1, 2**255 - 1, 2**255,
           2**256 - 1]  # fmt: skip
SIZES = [0, 1, 4, 31, 32, 33, 64, 100, 256, 1000]
MESSAGE = bytes.fromhex("62f84b24") + b"".join(
    (part.to_bytes(32, "big") if isinstance(part, int) else part.ljust(32, b"\0"))
    for part in (32, 5, b"hello")
)
WITHDRAWAL = bytes.fromhex("51cff8d9") + bytes(12) + b"\xaa" * 20

SSTORE, TSTORE, POP = b"\x55", b"\x5d", b"\x50"
_BINARY = [*range(1, 8), 10, 11, *range(16, 21), *range(22, 25), *range(26, 30)]
ARITHMETIC = dict.fromkeys(_BINARY, 2)
ARITHMETIC |= {0x08: 3, 0x09: 3, 0x15: 1, 0x19: 1}
ENVIRONMENT = [0x30, 0x32, 0x33, 0x34, 0x36, 0x38, 0x3A, 0x3D, *range(0x41, 0x49), 0x4A,
               0x58, 0x59, 0x5A]  # fmt: skip
ODDITIES = [0xFE, 0x0C, 0x21, 0x5B, 0x56, 0x57, 0x50, 0x80, 0x90, 0x3E]


def push(number: int, size: int | None = None) -> bytes:
    """Give the shortest push of a number."""
    if number == 0 and size is None:
        return b"\x5f"
    size = size or (number.bit_length() + 7) // 8
    return bytes([0x5F + size]) + number.to_bytes(size, "big")


def pushes(*numbers: int) -> bytes:
    """Push several numbers."""
    return b"".join(push(number) for number in numbers)


def in_memory(data: bytes) -> bytes:
    """Write bytes to memory from 0 on."""
    return b"".join(
        push(int.from_bytes(data[at : at + 32].ljust(32, b"\0"), "big"), 32) + push(at) + b"\x52"
        for at in range(0, len(data), 32)
    )


class Generator:
    """Makes one block."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.signers = [ALICE, BOB]
        self.nonces = {ALICE: 0, BOB: 0, EVE: 0}

    def number(self) -> int:
        if self.random.random() < 0.6:
            return self.random.choice(NUMBERS)
        return self.random.getrandbits(self.random.choice([8, 16, 64, 160, 256]))

    def size(self) -> int:
        return self.random.choice(SIZES)

    def slot(self) -> int:
        return self.random.randrange(6)

    def address(self) -> str:
        return self.random.choice(ADDRESSES)

    def keep(self) -> bytes:
        """Store the top of the stack."""
        return push(self.slot()) + SSTORE

    # ------------------------------------------------------------------ code

    def program(self, depth: int = 0) -> bytes:
        """Give some statements."""
        count = self.random.randrange(1, 14)
        return b"".join(self.statement(depth) for _ in range(count))

    def statement(self, depth: int) -> bytes:
        """Give one statement, which leaves the stack as it was unless it fails."""
        kinds = [
            (22, self.arithmetic), (10, self.copy_slot), (6, self.write_slot), (4, self.transient),
            (8, self.environment), (6, self.look_at_account), (4, self.block_data),
            (6, self.memory), (4, self.hash_memory), (3, self.copy_code), (5, self.log),
            (12, self.call), (4, self.call_system), (1.5, self.destroy), (1.5, self.leave),
            (2, self.oddity),
        ]  # fmt: skip
        if depth < 3:
            kinds.append((5, lambda: self.create(depth)))
        weights, makers = zip(*kinds, strict=True)
        made: bytes = self.random.choices(makers, weights)[0]()
        return made

    def arithmetic(self) -> bytes:
        op = self.random.choice(list(ARITHMETIC))
        operands = [self.number() for _ in range(ARITHMETIC[op])]
        if op == 0x0A:
            operands = [self.random.choice([0, 1, 3, 300, 2**70]), self.number()]
        return pushes(*operands) + bytes([op]) + self.random.choice([POP, self.keep()])

    def copy_slot(self) -> bytes:
        store = self.random.choice([SSTORE, SSTORE, TSTORE])
        return push(self.slot()) + b"\x54" + push(self.slot()) + store

    def write_slot(self) -> bytes:
        return push(self.random.choice([0, 1, self.random.getrandbits(256)])) + self.keep()

    def transient(self) -> bytes:
        return push(self.slot()) + b"\x5c" + self.keep()

    def environment(self) -> bytes:
        return bytes([self.random.choice(ENVIRONMENT)]) + self.keep()

    def look_at_account(self) -> bytes:
        op = self.random.choice([0x31, 0x3B, 0x3F])
        return push(int(self.address(), 16)) + bytes([op]) + self.keep()

    def block_data(self) -> bytes:
        subject = push(self.random.choice([0, 1, 5, 1006, 1007, 999999]))
        return subject + bytes([self.random.choice([0x40, 0x49, 0x35])]) + self.keep()

    def memory(self) -> bytes:
        size = self.size
        return self.random.choice(
            [
                pushes(self.number(), size()) + b"\x52",
                pushes(self.number(), size()) + b"\x53",
                pushes(size(), size(), size()) + bytes([self.random.choice([0x37, 0x39, 0x5E])]),
                push(size()) + b"\x51" + self.keep(),
            ]
        )

    def hash_memory(self) -> bytes:
        return pushes(self.size(), self.size()) + b"\x20" + self.keep()

    def copy_code(self) -> bytes:
        return pushes(self.size(), self.size(), self.size(), int(self.address(), 16)) + b"\x3c"

    def log(self) -> bytes:
        topics = [self.number() for _ in range(self.random.randrange(5))]
        return pushes(*topics, self.size(), self.size()) + bytes([0xA0 + len(topics)])

    def call(self) -> bytes:
        op = self.random.choice([0xF1, 0xF1, 0xF1, 0xF2, 0xF4, 0xFA])
        gas = self.random.choice([0, 2300, 30_000, 100_000, 2**40, 2**256 - 1])
        value = [self.random.choice([0, 0, 1, 5, 10**30])] if op in (0xF1, 0xF2) else []
        windows = [self.size() for _ in range(4)]
        code = pushes(*windows, *value, int(self.address(), 16), gas) + bytes([op]) + self.keep()
        return code + self.random.choice([b"", b"\x3d" + self.keep()])

    def call_system(self) -> bytes:
        op = self.random.choice([0xF1, 0xF1, 0xF2, 0xF4, 0xFA])
        data, target = self.random.choice(
            [
                (MESSAGE, MESSENGER), (WITHDRAWAL, BASE_TOKEN), (MESSAGE[:-1], MESSENGER),
                (WITHDRAWAL, MESSENGER), (MESSAGE, DEPLOYER),
            ]
        )  # fmt: skip
        value = [self.random.choice([0, 1, 5])] if op in (0xF1, 0xF2) else []
        gas = self.random.choice([3000, 100_000, 2**40])
        arguments = pushes(32, 0, len(data), 0, *value, int(target, 16), gas)
        return in_memory(data) + arguments + bytes([op]) + self.keep()

    def create(self, depth: int) -> bytes:
        initcode = self.random.choice(
            [
                b"", self.program(depth + 2)[:60], bytes.fromhex("60016000f3"),
                bytes.fromhex("60ef60005360016000f3"), deployer(bytes.fromhex("5b6001ff")),
            ]
        )  # fmt: skip
        if self.random.random() < 0.5:
            value = self.random.choice([0, 0, 1])
            made = pushes(len(initcode), 0, value) + b"\xf0"
        else:
            made = pushes(self.random.randrange(3), len(initcode), 0, 0) + b"\xf5"
        return in_memory(initcode) + made + self.keep()

    def destroy(self) -> bytes:
        return push(int(self.address(), 16)) + b"\xff"

    def leave(self) -> bytes:
        return pushes(self.size(), self.size()) + bytes([self.random.choice([0xF3, 0xFD])])

    def oddity(self) -> bytes:
        return bytes([self.random.choice(ODDITIES)])

    # ------------------------------------------------------------------ transactions

    def calldata(self) -> bytes:
        size = self.random.choice([0, 0, 4, 36, 100])
        return self.random.choice([MESSAGE, WITHDRAWAL, self.random.randbytes(size)])

    def from_l1(self) -> dict[str, str]:
        """A transaction from L1, as an object of the block file."""
        gas_limit = self.random.choice([20_000, 21_000, 60_000, 300_000, 2_000_000])
        max_fee = self.random.choice([0, 1, 100, 1000])
        value = self.random.choice([0, 0, 50])
        deposit = gas_limit * max_fee + value + self.random.choice([0, 0, 77])
        return {
            "type": "0x7f",
            "from": self.random.choice([*ADDRESSES, "0x" + "0c" * 20]),
            "to": self.address(),
            "gas_limit": hex(gas_limit),
            "gas_per_pubdata_limit": hex(self.random.choice([0, 1, 100])),
            "max_fee_per_gas": hex(max_fee),
            "value": hex(value),
            "total_deposited": hex(deposit),
            "refund_recipient": self.random.choice(["0x" + "0b" * 20, ALICE.address]),
            "data": "0x" + self.calldata().hex(),
        }

    def authorizations(self) -> tuple[list[Any], ...]:
        made = []
        for _ in range(self.random.randrange(1, 4)):
            who = self.random.choice([ALICE, BOB, EVE, EVE])
            nonce = self.nonces[who] + self.random.choice([0, 0, 0, 1])
            delegate = self.random.choice([*ADDRESSES, "0x" + "00" * 20])
            chain_id = self.random.choice([0, CHAIN_ID, CHAIN_ID, 5])
            made.append(authorization(who, delegate, nonce, chain_id))
        return tuple(made)

    def signed(self, base_fee: int) -> str:
        """A signed transaction."""
        signer = self.random.choice(self.signers)
        kind = self.random.choice([0, 1, 2, 2, 4, 4])
        deploys = kind != 4 and self.random.random() < 0.25
        data = self.calldata()
        if deploys:
            data = self.random.choice([self.program(), deployer(self.program())])
        access_list: tuple[Any, ...] = ()
        if kind and self.random.random() < 0.4:
            access_list = tuple(
                (self.address(), [self.slot() for _ in range(self.random.randrange(3))])
                for _ in range(self.random.randrange(3))
            )
        nonce = self.nonces[signer]
        if nonce and self.random.random() < 0.07:
            nonce += self.random.choice([1, -1])
        self.nonces[signer] += 1
        return transaction(
            signer,
            kind,
            nonce=nonce,
            max_fee=base_fee + self.random.choice([0, 0, 5]),
            priority_fee=self.random.choice([0, 3]) if kind in (2, 4) else 0,
            gas_limit=self.random.choice([21_000, 60_000, 150_000, 400_000, 2 * 10**6, 3 * 10**7]),
            to=None if deploys else self.address(),
            value=self.random.choice([0, 0, 1, 100]),
            data=data,
            access_list=access_list,
            authorizations=self.authorizations() if kind == 4 else (),
        )

    def state(self) -> dict[str, Any]:
        """The accounts before the block."""
        pre: dict[str, Any] = funded(ALICE, BOB)
        for address in CONTRACTS:
            storage = {
                hex(key): hex(self.random.choice([0, 1, self.random.getrandbits(256)]))
                for key in range(self.random.randrange(5))
            }
            pre[address] = {
                "nonce": "0x1",
                "balance": hex(self.random.choice([0, 5, 10**18])),
                "code": "0x" + self.program().hex(),
            } | ({"storage": storage} if storage else {})
        if self.random.random() < 0.5:
            pre["0x" + "77" * 20] = {"balance": "0x1"}
        return pre

    def block(self) -> dict[str, Any]:
        """The block file."""
        base_fee = self.random.choice([1000, 7000, 10**6])
        choice = self.random.choice
        context = {
            "base_fee": hex(base_fee),
            "native_price": hex(choice([10, 1, 1])),
            "pubdata_price": hex(choice([0, 0, 1, 50, 500])),
            "gas_limit": hex(choice([2**40, 5_000_000])),
            "pubdata_limit": hex(choice([2**64 - 1, 2000])),
            "number": hex(1007),
            "timestamp": hex(1765000000),
            "coinbase": choice([BOB.address, "0x" + "00" * 20, "0x" + "aa" * 20, CONTRACTS[0]]),
            "block_hashes": [hex(self.random.getrandbits(256)) for _ in range(256)],
        }
        pre = self.state()
        transactions = [
            self.from_l1() if self.random.random() < 0.25 else self.signed(base_fee)
            for _ in range(self.random.randrange(1, 7))
        ]
        return {
            "chain_id": hex(CHAIN_ID),
            "block": context,
            "pre": pre,
            "transactions": transactions,
        }


def random_block(seed: int) -> dict[str, Any]:
    """Give the block file of a seed."""
    return Generator(seed).block()
