"""The golden batches with names: each is a block file made by one function.

Everything is fixed, signatures too (RFC 6979), so that a batch is the same on any machine; the
recorded digest of each holds this file to it. The token is WETH9 as it runs on mainnet.
"""

import gzip
import json
import lzma
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from tests.golden import contracts
from tests.support.chain import (
    CHAIN_ID,
    Signer,
    authorization,
    deployer,
    funded,
    keccak256,
    transaction,
)

ROOT = Path(__file__).parents[2]
MAINNET_BLOCK = ROOT / "examples/mainnet-22244135.json.gz"
PRECOMPILE_CALLS = ROOT / "tests/vectors/precompiles/calls.json.xz"
TOKEN = "0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2"
TOKEN_BALANCES_SLOT = 3
MESSENGER, BASE_TOKEN, DEPLOYER, UPGRADER = (
    f"0x{number:040x}" for number in (0x8008, 0x800A, 0x8006, 0x800F)
)
MUCH_GAS = 500_000_000
SIGNERS = [Signer(0x90_000 + number) for number in range(100)]
RECEIVERS = [f"0x{0xABC_000 + number:040x}" for number in range(100)]

Document = dict[str, Any]
BATCHES: dict[str, Callable[[], Document]] = {}


def batch(make: Callable[[], Document]) -> Callable[[], Document]:
    """Register the function that makes the batch of its name."""
    BATCHES[make.__name__] = make
    return make


def word(value: int | str) -> bytes:
    """Encode an ABI word."""
    return (int(value, 16) if isinstance(value, str) else value).to_bytes(32, "big")


def padded(data: bytes) -> bytes:
    """Fill the last ABI word."""
    return data + bytes(-len(data) % 32)


def context(place: int = 0) -> dict[str, str]:
    """Give the context of a block of ordinary prices."""
    return {
        "number": hex(1000 + place), "timestamp": hex(1_765_000_000 + place),
        "coinbase": "0x" + "c0" * 20, "native_price": "0x1", "pubdata_price": "0x1",
    }  # fmt: skip


def block(transactions: list[Any], pre: dict[str, Any] | None = None, **more: Any) -> Document:
    """Give a batch of one block."""
    accounts = funded(*SIGNERS, balance=10**24) | (pre or {})
    return {
        "chain_id": hex(CHAIN_ID), "block": context(), "pre": accounts,
        "transactions": transactions, **more,
    }  # fmt: skip


def contract(code: bytes, storage: dict[int, int] | None = None) -> dict[str, Any]:
    """Give a contract of the state before."""
    slots = {hex(key): hex(value) for key, value in (storage or {}).items()}
    return {"nonce": "0x1", "code": "0x" + code.hex()} | ({"storage": slots} if slots else {})


def one_call(code: bytes, data: bytes = b"", others: dict[int, bytes] | None = None) -> Document:
    """Give a block with one transaction to a contract, which may call others."""
    codes = {int("e1" * 20, 16): code} | (others or {})
    pre = {f"0x{address:040x}": contract(one) for address, one in codes.items()}
    call = transaction(SIGNERS[0], to="0x" + "e1" * 20, data=data, gas_limit=MUCH_GAS)
    return block([call], pre)


def transfers(count: int) -> list[str]:
    """Give transfers between as many senders and receivers; every second receiver is new."""
    return [
        transaction(signer, 2 * (place % 2), to=receiver, value=place + 1, gas_limit=21_000)
        for place, (signer, receiver) in enumerate(
            list(zip(SIGNERS, RECEIVERS, strict=True))[:count]
        )
    ]


def old_receivers() -> dict[str, Any]:
    """Give every second receiver a balance."""
    return {address: {"balance": "0x1"} for address in RECEIVERS[::2]}


@batch
def empty() -> Document:
    return block([])


@batch
def one_transfer() -> Document:
    return block(transfers(1), old_receivers())


@batch
def ten_transfers() -> Document:
    return block(transfers(10), old_receivers())


@batch
def hundred_transfers() -> Document:
    return block(transfers(100), old_receivers())


@cache
def token_code() -> bytes:
    """WETH9, compiled by solc 0.4.18: from the mainnet block among the examples."""
    accounts = json.loads(gzip.decompress(MAINNET_BLOCK.read_bytes()))["pre"]
    return bytes.fromhex(accounts[TOKEN]["code"][2:])


def balance_slot(owner: str) -> int:
    """Give the slot of an owner's balance of the token."""
    return int.from_bytes(keccak256(word(owner) + word(TOKEN_BALANCES_SLOT)), "big")


def token_transfers(count: int, **changes: Any) -> list[str]:
    """Give transfers of the token."""
    return [
        transaction(
            signer,
            to=TOKEN,
            data=bytes.fromhex("a9059cbb") + word(receiver) + word(place + 1),
            **changes,
        )
        for place, (signer, receiver) in enumerate(
            list(zip(SIGNERS, RECEIVERS, strict=True))[:count]
        )
    ]


def token_state() -> dict[str, Any]:
    """Give the token with balances of all senders and half of the receivers."""
    owners = [*(signer.address for signer in SIGNERS), *RECEIVERS[::2]]
    return {TOKEN: contract(token_code(), {balance_slot(owner): 10**18 for owner in owners})}


@batch
def hundred_erc20_transfers() -> Document:
    return block(token_transfers(100), token_state())


@batch
def deployments() -> Document:
    sizes = [10, 100, 1000, 5000, 24_576]
    made = [
        transaction(signer, to=None, data=deployer(contracts.filler(size)), gas_limit=10**7)
        for signer, size in zip(SIGNERS, sizes, strict=False)
    ]
    made += [
        transaction(SIGNERS[10], nonce=nonce, to=None, data=data, gas_limit=10**7)
        for nonce, data in enumerate([deployer(token_code()), b"", b"\xfe", contracts.FACTORY])
    ]
    return block(made)


@batch
def reverts() -> Document:
    codes = {0x101: contracts.STORES_AND_REVERTS, 0x102: contracts.RUNS_OUT_OF_GAS,
             0x103: b"\xfe", 0x104: contracts.CALLS_AND_REVERTS}  # fmt: skip
    pre = {f"0x{address:040x}": contract(code) for address, code in codes.items()}
    made = [
        transaction(signer, to=f"0x{0x101 + place % 4:040x}", value=place % 3, gas_limit=200_000)
        for place, signer in enumerate(SIGNERS[:20])
    ]
    return block(made, pre)


@batch
def delegations_eip7702() -> Document:
    delegate = f"0x{0x201:040x}"
    authorities = SIGNERS[50:60]
    made = [
        transaction(
            SIGNERS[place],
            4,
            to=authority.address,
            data=word(place),
            gas_limit=500_000,
            authorizations=(
                authorization(authority, delegate, 0, CHAIN_ID),
                authorization(authority, "0x" + "00" * 20, 1 + place % 2),
                authorization(authority, delegate, 2),
            ),
        )
        for place, authority in enumerate(authorities)
    ]
    made += [transaction(SIGNERS[30], to=authorities[0].address, data=word(7), gas_limit=200_000)]
    return block(made, {delegate: contract(contracts.COUNTS)})


def from_l1(place: int, **changes: Any) -> Document:
    """Give a transaction from L1."""
    fields = {
        "type": "0x7f", "from": RECEIVERS[place], "to": RECEIVERS[place + 1],
        "gas_limit": hex(300_000), "gas_per_pubdata_limit": "0x1", "max_fee_per_gas": "0x3e8",
        "value": hex(5 * place), "total_deposited": hex(300_000 * 1000 + 5 * place + 9),
        "refund_recipient": RECEIVERS[place + 2], "data": "0x",
    }  # fmt: skip
    return fields | changes


@batch
def l1_to_l2() -> Document:
    counter = f"0x{0x201:040x}"
    calls = [from_l1(place) for place in range(0, 20, 2)]
    calls += [from_l1(place, to=counter, data="0x" + word(place).hex()) for place in range(5)]
    return block(calls, old_receivers() | {counter: contract(contracts.COUNTS)})


@batch
def upgrade() -> Document:
    code = contracts.filler(3001)
    data = bytes.fromhex("f6eca0b0") + word(0xA0A0) + contracts.blake2s(code)
    data += word(len(code)) + keccak256(code)
    first = from_l1(
        0, type="0x7e", to=DEPLOYER, gas_limit=hex(2_000_000), max_fee_per_gas="0x0", value="0x0",
        gas_per_pubdata_limit="0x0", total_deposited="0x0", data="0x" + data.hex(),
    ) | {"from": UPGRADER, "refund_recipient": UPGRADER}  # fmt: skip
    after = transaction(SIGNERS[0], to=f"0x{0xA0A0:040x}", gas_limit=200_000)
    return block([first, after], preimages=["0x" + code.hex()])


@batch
def messages_to_l1() -> Document:
    made = []
    for place, signer in enumerate(SIGNERS[:20]):
        message = bytes([place]) * (place * 37)
        data = bytes.fromhex("62f84b24") + word(32) + word(len(message)) + padded(message)
        target, value = MESSENGER, 0
        if place % 4 == 0:
            data, target, value = bytes.fromhex("51cff8d9") + word(RECEIVERS[place]), BASE_TOKEN, 7
        made.append(transaction(signer, to=target, data=data, value=value, gas_limit=400_000))
    return block(made)


@batch
def three_blocks() -> Document:
    parts = [token_transfers(10), transfers(20)[10:], [from_l1(3), *token_transfers(30)[20:]]]
    blocks = [{"block": context(place), "transactions": part} for place, part in enumerate(parts)]
    blocks[0]["pre"] = funded(*SIGNERS) | token_state() | old_receivers()
    return {"chain_id": hex(CHAIN_ID), "blocks": blocks}


@batch
def no_data_availability() -> Document:
    return block(transfers(5) + token_transfers(20)[10:], token_state(), da_commitment_scheme=1)


@batch
def blobs() -> Document:
    return three_blocks() | {"da_commitment_scheme": 4}


@batch
def two_blobs() -> Document:
    made = [
        transaction(signer, to=None, data=deployer(contracts.filler(24_576)), gas_limit=10**7)
        for signer in SIGNERS[:6]
    ]
    return block(made, da_commitment_scheme=4)


@batch
def keccak_heavy() -> Document:
    return one_call(contracts.loop(500, contracts.KECCAK_OF_256_BYTES))


@batch
def small_keccaks() -> Document:
    return one_call(contracts.loop(1000, contracts.KECCAK_OF_64_BYTES))


@batch
def storage_heavy() -> Document:
    return one_call(contracts.loop(300, contracts.WRITES_AND_READS))


@batch
def arithmetic_heavy() -> Document:
    return one_call(contracts.loop(300, contracts.ARITHMETIC))


@batch
def loop_heavy() -> Document:
    return one_call(contracts.loop(20_000, contracts.ADDITION))


@batch
def memory_heavy() -> Document:
    return one_call(contracts.loop(2000, contracts.MEMORY))


@batch
def calls_heavy() -> Document:
    others = {0x201: contracts.CALLS_ON, 0x202: contracts.ADDS_ONE}
    return one_call(contracts.loop(300, contracts.CALL), others=others)


@batch
def large_calldata() -> Document:
    return one_call(contracts.HASHES_CALLDATA, contracts.filler(100_000))


def precompile_calls(address: int, chosen: list[bytes]) -> Document:
    """Give a block with a transaction for each input of a precompile."""
    made = [
        transaction(signer, to=f"0x{address:040x}", data=data, gas_limit=MUCH_GAS)
        for signer, data in zip(SIGNERS, chosen, strict=False)
    ]
    return block(made)


@cache
def recorded_inputs(address: int) -> list[bytes]:
    """Give about ten inputs that a precompile accepts, cheap and dear ones, from the vectors."""
    calls = json.loads(lzma.decompress(PRECOMPILE_CALLS.read_bytes()))
    found = {
        call["input"]: call.get("gasUsed", 0)
        for call in calls
        if call["address"] == address and call["success"]
    }
    inputs = sorted(found, key=lambda one: (found[one], len(one), one))
    spread = inputs[:: max(1, len(inputs) // 10)][:10]
    return [bytes.fromhex(one[2:]) for one in spread]


@batch
def ecrecover() -> Document:
    inputs = []
    for place, signer in enumerate(SIGNERS[:20]):
        digest = keccak256(word(place))
        r, s, parity = signer.sign(digest)
        inputs.append(digest + word(27 + parity) + word(r) + word(s))
    return precompile_calls(1, [*inputs, bytes(128)])


@batch
def sha256() -> Document:
    return precompile_calls(2, [contracts.filler(size) for size in (0, 55, 64, 1000, 20_000)])


@batch
def ripemd160() -> Document:
    return precompile_calls(3, [contracts.filler(size) for size in (0, 55, 64, 1000, 20_000)])


@batch
def identity() -> Document:
    return precompile_calls(4, [contracts.filler(size) for size in (0, 55, 64, 1000, 20_000)])


@batch
def modexp() -> Document:
    return precompile_calls(5, recorded_inputs(5))


@batch
def bn254_addition() -> Document:
    return precompile_calls(6, recorded_inputs(6))


@batch
def bn254_multiplication() -> Document:
    return precompile_calls(7, recorded_inputs(7))


@batch
def bn254_pairing() -> Document:
    return precompile_calls(8, recorded_inputs(8)[-3:])


@batch
def p256_verification() -> Document:
    return precompile_calls(0x100, [contracts.p256_input(number) for number in range(10)])
