"""Random blocks: valid and invalid transactions of all types against a few busy contracts.

Everything comes from one ``random.Random``, so a failing block is named by its seed.
"""

import random
from typing import Any

from tests.support.chain import ETHER, Signer, authorization, deployer, transaction

SIGNERS = [Signer(0x1000 + number) for number in range(5)]
STRANGERS = [Signer(0x2000 + number) for number in range(3)]


def at(number: int) -> str:
    return f"0x{number:040x}"


STORE, REVERT, LOG, BURN, CREATE, DESTROY, CALLER, TRANSIENT = (at(0xC0DE0 + i) for i in range(8))
CONTRACTS = {
    # SSTORE(calldata[0], calldata[32]), SLOAD of the next slot
    STORE: "6020355f355560015f35015400",
    # stores, then reverts with a word
    REVERT: "60015f55602a5f5260205ffd",
    # LOG2 with calldata[0..64] as topics and 96 bytes of calldata
    LOG: "60605f5f37602035" + "5f3560605fa200",
    # INVALID after some work
    BURN: "5f355f5560205f2050fe",
    # CREATE2 of the calldata with its first word as salt
    CREATE: "365f5f375f35365f5ff55f5260205ff3",
    # SELFDESTRUCT to calldata[0]
    DESTROY: "5f35ff",
    # forwards half of the value and the calldata to the address in the first word
    CALLER: "365f5f375f5f365f600234045f355af15f5260205ff3",
    # TSTORE, TLOAD, hash of memory, stored
    TRANSIENT: "5f355f5d5f5c5f5260205f205f5500",
}
TARGETS = [*CONTRACTS, at(1), at(2), at(3), at(4), at(0xBAD), at(0xDEAD), at(0xBEEF)]
MESSENGER, BASE_TOKEN = at(0x8008), at(0x800A)


def state() -> dict[str, Any]:
    """Give the state that all random blocks start from."""
    pre: dict[str, Any] = {signer.address: {"balance": hex(ETHER)} for signer in SIGNERS}
    pre |= {STRANGERS[0].address: {"balance": "0x5"}}
    for address, code in CONTRACTS.items():
        pre[address] = {"code": "0x" + code, "nonce": "0x1", "balance": "0x64"}
    pre[STORE]["storage"] = {f"0x{slot:064x}": f"0x{slot * 7 + 1:064x}" for slot in range(3)}
    return pre


class BlockMaker:
    """Makes transactions; ``nonces`` is what it believes the accounts to have."""

    def __init__(self, seed: int, flavour: str) -> None:
        self.random = random.Random(seed)
        self.flavour = flavour
        self.nonces = dict.fromkeys(SIGNERS, 0)

    def word(self) -> bytes:
        """Give a word: a small number, a large one, or an address that means something."""
        choice = self.random.randrange(4)
        if choice == 0:
            return self.random.randbytes(32)
        if choice == 1:
            return int(self.random.choice(TARGETS), 16).to_bytes(32, "big")
        return self.random.randrange(5).to_bytes(32, "big")

    def data(self) -> bytes:
        """Give calldata of some words, now and then with a tail."""
        words = b"".join(self.word() for _ in range(self.random.randrange(5)))
        return words + self.random.randbytes(self.random.choice([0, 0, 0, 7]))

    def message(self) -> tuple[str, bytes]:
        """Give target and calldata of a message to L1 or a withdrawal."""
        content = self.random.randbytes(self.random.randrange(70))
        tail = len(content).to_bytes(32, "big") + content + bytes(-len(content) % 32)
        receiver = bytes(12) + self.random.randbytes(20)
        return self.random.choice(
            [
                (MESSENGER, bytes.fromhex("62f84b24") + (32).to_bytes(32, "big") + tail),
                (BASE_TOKEN, bytes.fromhex("51cff8d9") + receiver),
                (
                    BASE_TOKEN,
                    bytes.fromhex("84bc3eb0") + receiver + (64).to_bytes(32, "big") + tail,
                ),
            ]
        )

    def from_l1(self) -> dict[str, Any]:
        """Give a transaction from L1 with a sufficient deposit."""
        gas_limit, price = self.random.choice([20_000, 100_000, 900_000]), self.random.choice(
            [0, 10, 10**6]
        )  # fmt: skip
        value = self.random.choice([0, 0, 77])
        fields = {
            "type": 0x7F, "from": int(self.random.choice(STRANGERS).address, 16),
            "to": int(self.random.choice(TARGETS), 16), "gas_limit": gas_limit,
            "gas_per_pubdata_limit": self.random.choice([0, 1, 50]), "max_fee_per_gas": price,
            "value": value, "total_deposited": gas_limit * price + value + 3,
            "refund_recipient": self.random.randrange(2**160),
        }  # fmt: skip
        document: dict[str, Any] = {name: hex(number) for name, number in fields.items()}
        return {**document, "data": "0x" + self.data().hex()}

    def signed(self) -> Any:
        """Give a signed transaction, sometimes one that validation refuses."""
        signer = self.random.choice(SIGNERS)
        production = self.flavour == "production"
        kind = self.random.choice([0, 1, 2, 2, 4] if production else [0, 1, 2, 2])
        target, data = self.random.choice(TARGETS), self.data()
        if production and self.random.randrange(6) == 0:
            target, data = self.message()
        fields: dict[str, Any] = {
            "nonce": self.nonces[signer], "to": target, "data": data,
            "gas_limit": self.random.choice([21_000, 60_000, 300_000, 300_000, 2_000_000]),
            "max_fee": self.random.choice([1000, 1000, 3000]),
            "priority_fee": self.random.choice([0, 5, 1000]),
            "value": self.random.choice([0, 0, 1, 50, 10**15]),
            "protected": self.random.random() < 0.7,
        }  # fmt: skip
        if kind in (1, 2, 4) and self.random.random() < 0.4:
            keys = [self.random.randrange(4) for _ in range(self.random.randrange(3))]
            fields["access_list"] = [(self.random.choice(TARGETS), keys)]
        if kind == 4:
            fields["authorizations"] = [self.authorization() for _ in range(2)]
        elif self.random.randrange(6) == 0:
            code = self.random.choice(list(CONTRACTS.values()))
            fields |= {"to": None, "data": deployer(bytes.fromhex(code))}
        valid = self.random.random() < 0.85
        if valid:
            self.nonces[signer] += 1
        else:
            fields |= self.random.choice(
                [{"nonce": 99}, {"value": 2 * ETHER}, {"chain_id": 5}, {"gas_limit": 20_000},
                 {"max_fee": 900, "priority_fee": 0}]
            )  # fmt: skip
        raw = transaction(signer, kind, **fields)
        if self.random.randrange(25) == 0:
            return raw[: -2 * self.random.randrange(1, 30)]
        return raw

    def authorization(self) -> list[Any]:
        """Give an authorization that may or may not hold."""
        delegate = self.random.choice([*CONTRACTS, at(0), at(4)])
        return authorization(
            self.random.choice(STRANGERS), delegate, nonce=self.random.choice([0, 0, 1])
        )

    def transactions(self) -> list[Any]:
        """Give the transactions of a block."""
        made = []
        for _ in range(self.random.randrange(1, 14)):
            from_l1 = self.flavour == "production" and self.random.randrange(8) == 0
            made.append(self.from_l1() if from_l1 else self.signed())
        return made


def random_block(seed: int) -> dict[str, Any]:
    """Give a block file; odd seeds have the ethereum flavour."""
    flavour = "ethereum" if seed % 2 else "production"
    maker = BlockMaker(seed, flavour)
    block = {
        "base_fee": "0x3e8", "coinbase": maker.random.choice([at(0xC0FFE), SIGNERS[0].address]),
        "gas_limit": hex(maker.random.choice([2**40, 3_000_000])),
        "native_price": hex(maker.random.choice([1, 10])),
        "pubdata_price": hex(maker.random.choice([0, 0, 10, 1000])),
    }  # fmt: skip
    if flavour == "production":
        block["pubdata_limit"] = hex(maker.random.choice([2**40, 2000]))
    return {
        "chain_id": "0x25", "flavour": flavour, "block": block, "pre": state(),
        "transactions": maker.transactions(),
    }  # fmt: skip
