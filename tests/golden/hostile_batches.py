"""Hostile batches: what the ordinary random ones leave out, from a seed.

Native is priced so that it runs out, or so that gas used *is* the native used; system contracts and
precompiles get inputs at their edges, with any gas; accounts are delegated, forced, made by other
means, or stand where a hook is; the coinbase is anybody; contracts are those of the fuzzer.
"""

from typing import Any

from tests.fuzz.programs import ProgramMaker
from tests.golden.hostile_encodings import EncodingMaker
from tests.golden.hostile_inputs import (
    BASE_TOKEN,
    DEPLOYER,
    FORCED_CODES,
    MESSENGER,
    P256,
    UPGRADER,
    InputMaker,
)
from tests.integration.mixed_blocks import OTHER_SIGNERS, MixedGenerator
from tests.integration.random_blocks import CONTRACTS, EVE, SSTORE, in_memory, push, pushes
from tests.support.chain import (
    ALICE,
    BOB,
    CHAIN_ID,
    Signer,
    authorization,
    deployer,
    integer,
    transaction,
)
from zkos.host.hashing import blake2s256, keccak256
from zkos.host.state.accounts import AccountRecord

DELEGATED = [Signer(0xDE1E + number) for number in range(3)]
BARE_CODE_ACCOUNT, EMPTY_CODE_ACCOUNT = "0x" + "b0" * 20, "0x" + "b1" * 20
HOOKS = [1, 2, 3, 4, 5, 6, 7, 8, P256, MESSENGER, BASE_TOKEN, DEPLOYER]
PLACES = [*HOOKS, 9, 10, 0x8001, 0x8003, UPGRADER, 0xA0A0, int("aa" * 20, 16), int("99" * 20, 16),
          int("b0" * 20, 16), int("b1" * 20, 16), 0]  # fmt: skip
ADDRESSES = [
    *(f"0x{place:040x}" for place in PLACES), *CONTRACTS * 4, EVE.address, ALICE.address,
    BOB.address, *(signer.address for signer in DELEGATED),
]  # fmt: skip
BARE_CODE = bytes.fromhex("365f5f375b600160025b5560605b00ff")
OLD_VERSION, EMPTY_EVM = 0x0101_0000_0000_0000, 0x0101_0100_0000_0000
KEEPS_RETURN_DATA = bytes.fromhex("3d5f5f3e3d5f20")
"""RETURNDATACOPY(0, 0, size); KECCAK256(0, size)"""


class HostileGenerator(MixedGenerator):
    """Makes one batch."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.inputs = InputMaker(self.random)
        self.encodings = EncodingMaker(self.random)
        self.nonces |= dict.fromkeys(DELEGATED, 1)
        self.base_fee = self.random.choice([0, 1, 1000, 1000, 7000, 10**6])
        self.native_price = max(1, self.base_fee // self.random.choice([1, 1, 3, 100, 1000]))

    def address(self) -> str:
        return self.random.choice(ADDRESSES)

    def hook(self) -> int:
        """Give the address of a hook."""
        return self.random.choice(HOOKS)

    # ------------------------------------------------------------------ code

    def program(self, depth: int = 0) -> bytes:
        if depth or self.random.random() < 0.4:
            return super().program(depth)
        maker = ProgramMaker(self.random, [int(address, 16) for address in ADDRESSES])
        return maker.program(self.random.randrange(1, 25))

    def gas(self) -> int:
        """Give the gas of a call."""
        if self.random.random() < 0.5:
            return self.random.choice([0, 1, 100, 2300, 10**5, 2**40, 2**56, 2**64, 2**256 - 1])
        return int(2 ** self.random.uniform(0, 20))

    def call_system(self) -> bytes:
        """Call a hook, and keep what it returns."""
        target = self.hook()
        data = self.inputs.input_for(target)
        op = self.random.choice([0xF1, 0xF1, 0xF1, 0xF2, 0xF4, 0xFA])
        value = [self.random.choice([0, 0, 1, 5])] if op in (0xF1, 0xF2) else []
        output = self.random.choice([(0, 0), (32, 0), (64, 31), (1000, 5)])
        called = pushes(*output, len(data), 0, *value, target, self.gas()) + bytes([op])
        end = self.random.choice([b"\x50", self.keep(), b"\x50" + KEEPS_RETURN_DATA + self.keep()])
        return in_memory(data) + called + end

    def copy_code(self) -> bytes:
        if self.random.random() < 0.5:
            return super().copy_code()
        size = self.random.choice([0, 1, 32, 33, 2**32])
        return pushes(size, self.random.choice([0, 1, 2**64]), self.size()) + b"\x3e"

    def create(self, depth: int) -> bytes:
        if self.random.random() < 0.6:
            return super().create(depth)
        size = self.random.choice([0, 1, 24_576, 24_577, 49_152, 49_153])
        made = self.random.choice([b"\xf0", b"\xf5"])
        salt = [self.random.randrange(2)] if made == b"\xf5" else []
        initcode = self.random.choice([
            push(size) + b"\x5f\xf3", bytes.fromhex("30ff"), bytes.fromhex("33ff"),
            bytes.fromhex("5f5ffd"), bytes.fromhex("60ef5f5360015ff3"), bytes.fromhex("60015f55"),
            bytes.fromhex("5f5f5f5f5f335af1"), b"\xfe",
        ])  # fmt: skip
        length = self.random.choice([len(initcode), len(initcode), size])
        return in_memory(initcode) + pushes(*salt, length, 0, self.random.choice([0, 1])) + made

    def oddity(self) -> bytes:
        return self.random.choice([
            super().oddity(),
            push(self.random.choice([2**27 - 32, 2**27 - 31, 2**32 - 32, 2**32, 2**64])) + b"\x51",
            b"\x30\x31" + push(self.slot()) + SSTORE,
            bytes.fromhex("5f5f5f5f5f305af1") + push(self.slot()) + SSTORE,  # calls itself
            bytes.fromhex("5a") + push(self.slot()) + SSTORE,
        ])  # fmt: skip

    # ------------------------------------------------------------------ transactions

    def calldata(self) -> bytes:
        if self.random.random() < 0.5:
            return super().calldata()
        return self.inputs.input_for(self.hook())

    def gas_limit(self) -> int:
        """Give a gas limit; with native this dear, it is native that it limits."""
        if self.random.random() < 0.3:
            return self.random.choice([18_000, 21_000, 60_000, 400_000, 3 * 10**7, 2**35])
        return int(2 ** self.random.uniform(15, 26 if self.base_fee else 24))

    def from_l1(self) -> dict[str, Any]:
        made: dict[str, Any] = super().from_l1()
        gas_limit = int(2 ** self.random.uniform(14, 25))
        max_fee = self.random.choice([0, 1, 10, 11, 100, 10**4])
        value = self.random.choice([0, 0, 50, 10**20])
        deposit = gas_limit * max_fee + value + self.random.choice([0, 0, 77, 10**30])
        made |= {
            "gas_limit": hex(gas_limit), "max_fee_per_gas": hex(max_fee), "value": hex(value),
            "total_deposited": hex(deposit),
            "gas_per_pubdata_limit": hex(self.random.choice([0, 1, 100, 2000, 2**16])),
            "refund_recipient": self.address(),
        }  # fmt: skip
        if self.random.random() < 0.5:
            target = self.hook()
            made |= {"to": f"0x{target:040x}", "data": "0x" + self.inputs.input_for(target).hex()}
            if target == DEPLOYER:
                made["from"] = f"0x{UPGRADER:040x}"
        if self.random.random() < 0.15:
            made["factory_deps"] = ["0x" + "ab" * 32] * self.random.randrange(3)
        return made

    def authorizations(self) -> tuple[list[Any], ...]:
        made = []
        for _ in range(self.random.randrange(1, 5)):
            who = self.random.choice([ALICE, BOB, EVE, EVE, *DELEGATED])
            nonce = self.nonces[who] + self.random.choice([0, 0, 0, 1])
            self.nonces[who] += self.random.choice([0, 1]) if who not in self.signers else 0
            changes = self.random.choice([{}, {}, {}, {"y_parity": 2}, {"s": 2**255}, {"r": 0}])
            chain_id = self.random.choice([0, 0, CHAIN_ID, CHAIN_ID, 5])
            delegate = self.random.choice([self.address(), who.address, "0x" + "00" * 20])
            made.append(authorization(who, delegate, nonce, chain_id, **changes))
        return tuple(made)

    def signed(self, base_fee: int) -> str:
        signer = self.random.choice([*self.signers, *DELEGATED[:1]])
        kind = self.random.choice([0, 1, 2, 2, 4])
        target: str | None = self.address()
        data = self.calldata()
        if kind != 4 and self.random.random() < 0.2:
            target, data = None, self.random.choice([self.program(), deployer(self.program())])
        elif self.random.random() < 0.3:
            hook = self.hook()
            target, data = f"0x{hook:040x}", self.inputs.input_for(hook)
        keys = [self.slot() for _ in range(self.random.randrange(3))]
        access_list = [(self.address(), keys)] if kind and self.random.random() < 0.3 else []
        nonce = self.nonces[signer]
        self.nonces[signer] += 1
        return transaction(
            signer, kind, nonce=nonce, to=target, data=data, access_list=access_list,
            max_fee=base_fee + self.random.choice([0, 0, 5]),
            priority_fee=self.random.choice([0, 3]) if kind in (2, 4) and base_fee else 0,
            gas_limit=self.gas_limit(), value=self.random.choice([0, 0, 1, 100, 2**70]),
            authorizations=self.authorizations() if kind == 4 else (),
            protected=self.random.random() < 0.8,
        )  # fmt: skip

    def oddly_encoded(self) -> dict[str, str]:
        """Give a transaction whose encoding is unusual; it may be valid."""
        gas_limit = self.random.choice([100_000, 400_000, 3_000_000])
        if self.random.random() < 0.2:
            return self.encodings.abi(
                sender=int(self.address(), 16), to=int(self.address(), 16), gas_limit=gas_limit,
                gas_per_pubdata_limit=1, max_fee_per_gas=10, value=5,
                total_deposited=10 * gas_limit + 5, refund_recipient=7, data=self.calldata(),
                factory_deps=[bytes(32)] * self.random.randrange(2),
            )  # fmt: skip
        signer = self.random.choice(self.signers)
        kind = self.random.choice([0, 1, 2, 4])
        target = bytes.fromhex(self.address()[2:])
        payment = [integer(gas_limit), target, integer(1), self.calldata()]
        fees = [integer(self.base_fee)] * (2 if kind > 1 else 1)
        if kind > 1:
            fees[0] = b""
        fields: list[Any] = [integer(self.nonces[signer]), *fees, *payment]
        if kind:
            keys = [bytes(31) + bytes([self.slot()]) for _ in range(self.random.randrange(3))]
            access_list = [[bytes.fromhex(self.address()[2:]), keys]] * self.random.randrange(3)
            fields = [integer(CHAIN_ID), *fields, access_list]
        if kind == 4:
            fields.append(list(self.authorizations()))
        return self.encodings.signed(signer, kind, fields)

    def offered(self, base_fee: int) -> Any:
        return self.oddly_encoded() if self.random.random() < 0.12 else super().offered(base_fee)

    # ------------------------------------------------------------------ the batch

    def state(self) -> dict[str, Any]:
        found = super().state()
        many = hex(10**30)
        found |= {signer.address: {"balance": many} for signer in [ALICE, BOB, *OTHER_SIGNERS]}
        for signer in DELEGATED:
            code = "0xef0100" + self.address()[2:]
            found[signer.address] = {"balance": many, "nonce": "0x1", "code": code}
        for address in self.random.sample(CONTRACTS, 2):
            found[address].setdefault("storage", {})[hex(9)] = "0x0"
        if self.random.random() < 0.3:
            place = f"0x{self.random.choice(PLACES):040x}"
            code = self.random.choice(["0x", "0x00", "0x" + self.program().hex()])
            found[place] = {"balance": "0x5", "nonce": hex(self.random.randrange(2)), "code": code}
        old = AccountRecord(
            versioning=OLD_VERSION, nonce=1, bytecode_hash=blake2s256(BARE_CODE),
            unpadded_code_length=len(BARE_CODE), observable_bytecode_hash=keccak256(BARE_CODE),
            observable_code_length=len(BARE_CODE),
        )  # fmt: skip
        found[BARE_CODE_ACCOUNT] = {"properties": "0x" + old.encode().hex()}
        empty = AccountRecord(versioning=EMPTY_EVM, balance=3)
        found[EMPTY_CODE_ACCOUNT] = {"properties": "0x" + empty.encode().hex()}
        return found

    def context(self, place: int, number: int) -> dict[str, Any]:
        """Give the context of one of the blocks."""
        choice = self.random.choice
        found: dict[str, Any] = {
            "number": hex(number + place), "timestamp": hex(1_765_000_000 + place // 2),
            "base_fee": hex(self.base_fee), "native_price": hex(self.native_price),
            "pubdata_price": hex(self.native_price * choice([0, 0, 1, 50, 3000, 10**6])),
            "gas_limit": hex(choice([2**56 - 1, 2**40, 5_000_000])),
            "pubdata_limit": hex(choice([2**64 - 1, 2**64 - 1, 2000])),
            "coinbase": choice(ADDRESSES),
        }  # fmt: skip
        if place == 0:
            salt = self.random.getrandbits(64)
            found["block_hashes"] = [hex(salt + number) for number in range(256)]
        return found

    def batch(self) -> dict[str, Any]:
        """Give the block file."""
        number = self.random.choice([1, 1007, 255, 256, 257, 2**64 - 4])
        pre = self.state()
        self.nonces |= dict.fromkeys(self.signers, 0)
        blocks: list[dict[str, Any]] = []
        for place in range(self.random.choice([1, 1, 2, 3])):
            count = self.random.choice([0, 1, 3, 6, 12])
            made = [self.offered(self.base_fee) for _ in range(count)]
            blocks.append({"block": self.context(place, number), "transactions": made})
        blocks[0] |= {"pre": pre, "preimages": ["0x" + code.hex() for code in FORCED_CODES[1:]]}
        blocks[0]["preimages"].append("0x" + BARE_CODE.hex())
        scheme = self.random.choice([3, 3, 3, 3, 1, 1, 4])
        return {"chain_id": hex(CHAIN_ID), "da_commitment_scheme": scheme, "blocks": blocks}


def hostile_batch(seed: int) -> dict[str, Any]:
    """Give the batch of a seed."""
    return HostileGenerator(seed).batch()
