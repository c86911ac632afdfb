"""Small blocks that between them pay every price of the kernel."""

import hashlib
from collections.abc import Callable
from typing import Any

from tests.kernel.bootloader.transaction.test_l1_transaction import from_l1, upgrade
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

MAIN, BURNER, DESTROYER = (f"0x{number:040x}" for number in (0xC0DE0, 0xC0DE1, 0xC0DE2))
ABSENT, NOBODY = "42" * 20, "43" * 20
FRESH = Signer(0xF2E54)
RICH = 10**30
SLOTS = {hex(slot): hex(slot + 5) for slot in range(3)}


def block(  # a thousand native for a unit of gas, so that gas is not raised to what native costs
    code: str, *transactions: Any, flavour: str = "production", **context: int
) -> dict[str, Any]:
    """Give a block with this code at MAIN."""
    pre = funded(ALICE, BOB, balance=RICH) | {
        MAIN: {"code": "0x" + code, "balance": "0x64", "storage": SLOTS},
        BURNER: {"code": "0xfe"},
        DESTROYER: {"code": f"0x73{NOBODY}ff", "balance": "0x7"},
    }
    return {
        "chain_id": hex(CHAIN_ID),
        "flavour": flavour,
        "block": {name: hex(number) for name, number in ({"native_price": 1} | context).items()},
        "pre": pre,
        "transactions": list(transactions),
    }


def run_code(code: str, **changes: Any) -> dict[str, Any]:
    """Give a block that calls this code."""
    return block(code, transaction(**{"to": MAIN, "gas_limit": 2_000_000, **changes}))


def calls(*targets: tuple[int, bytes], flavour: str = "production") -> dict[str, Any]:
    """Give a block that calls special addresses."""
    raws = [
        transaction(nonce=nonce, to=f"0x{number:040x}", data=data, gas_limit=3_000_000)
        for nonce, (number, data) in enumerate(targets)
    ]
    return block("", *raws, flavour=flavour)


def words(*numbers: int) -> bytes:
    return b"".join(number.to_bytes(32, "big") for number in numbers)


STORAGE = (
    "5f5450" + "60095450"  # SLOAD of an existing slot and of a new one
    "6001600955" + "60065f55" + "6001600855"  # new value, other value, cold write
    "60015f5d" + "5f5c50"  # transient
)
BURN = f"5f5f5f5f5f73{BURNER[2:]}6201d4c0f150"
"""A call that burns 120,000 gas, so that refunds are not cut."""
REFUNDS = BURN + "5f600155" + "60016009555f600955" + "60016002556007600255"
COMPUTING = (
    "60016103e052" + "60645f2050" + "61010160020a50"  # MSTORE at 992, KECCAK256, EXP
    "60205f60405e" + "60205f5f37" + "6001600260205fa2"  # MCOPY, CALLDATACOPY, LOG2
)
CREATING = (
    "6360015ff35f52" + "6004601c5ff050" + "5f6004601c5ff550"  # CREATE, CREATE2 of one byte
    f"5f5f5f5f600173{ABSENT}5af150"  # value to nobody
    f"5f5f5f5f5f73{DESTROYER[2:]}5af150"  # SELFDESTRUCT to another nobody
)
MESSAGE = bytes.fromhex("62f84b24") + words(32, 5) + b"hello".ljust(32, b"\0")
WITHDRAWAL = bytes.fromhex("51cff8d9") + words(0xAA)
WITHDRAWAL_WITH_MESSAGE = bytes.fromhex("84bc3eb0") + words(0xAA, 64, 5) + b"hello".ljust(32, b"\0")
FORCED_CODE = bytes.fromhex("5b60015f5500")
FORCE = bytes.fromhex("f6eca0b0") + words(
    0x0A, int.from_bytes(hashlib.blake2s(FORCED_CODE).digest(), "big"), len(FORCED_CODE), 1
)


def forced_deployment() -> dict[str, Any]:
    """Give a block in which an upgrade sets code."""
    fields = {"from": f"0x{0x800F:040x}", "to": f"0x{0x8006:040x}", "data": "0x" + FORCE.hex()}
    return block("", upgrade(**fields)) | {"preimages": ["0x" + FORCED_CODE.hex()]}


def delegation(**changes: Any) -> dict[str, Any]:
    """Give a block with an authorization by an account that exists."""
    entry = authorization(BOB, MAIN)
    fields = {"kind": 4, "authorizations": [entry], "to": MAIN, "gas_limit": 500_000}
    return block(BURN, transaction(**{**fields, **changes}))


BLOCKS: dict[str, Callable[[], dict[str, Any]]] = {
    "storage": lambda: run_code(STORAGE),
    "refunds": lambda: run_code(REFUNDS),
    "cut refunds": lambda: run_code("5f5f55" + "5f600155" + "5f600255"),
    "computing": lambda: run_code(COMPUTING, data=bytes(3) + b"\x01" * 5),
    "jump": lambda: run_code("6003565b00"),
    "creating": lambda: run_code(CREATING),
    "sentry": lambda: run_code("60015f55", gas_limit=21_000 + 5 + 2301),
    "access list": lambda: run_code("", access_list=[("0x" + ABSENT, [1])]),
    "deployment": lambda: block("", transaction(to=None, data=deployer(b"\x5b"), gas_limit=10**6)),
    "longest initcode": lambda: block(
        "", transaction(to=None, data=b"\x00" * 49_152, gas_limit=10**6)
    ),
    "delegation": delegation,
    "pubdata": lambda: block("60095f55", transaction(to=MAIN), pubdata_price=500, native_price=5),
    "from L1": lambda: block("", from_l1(gas_per_pubdata_limit=3)),
    "from L1, native decides": lambda: block(
        "", from_l1(gas_limit=700_000, max_fee_per_gas=11, gas_per_pubdata_limit=3)
    ),
    "upgrade": lambda: block("", upgrade(gas_limit=22_000)),
    "short upgrade": lambda: block("", upgrade(gas_limit=76)),
    "forced deployment": forced_deployment,
    "messages": lambda: calls(
        (0x8008, MESSAGE), (0x800A, WITHDRAWAL), (0x800A, WITHDRAWAL_WITH_MESSAGE)
    ),
    "hashes": lambda: calls((2, bytes(40)), (3, bytes(40)), (4, bytes(40)), (1, bytes(128))),
    "modexp": lambda: calls((5, words(1, 1, 1) + b"\x03\x02\x05")),
    "long modexp": lambda: calls((5, words(32, 9, 32) + words(3) + b"\xff" * 9 + words(32))),
    "point addition": lambda: calls((6, bytes(128))),
    "point multiplication": lambda: calls((7, bytes(96))),
    "pairing": lambda: calls((8, bytes(192))),
    "P-256": lambda: calls((0x100, bytes(160))),
    "blobs": lambda: block(
        "", transaction(kind=3, blob_hashes=[b"\x01" * 32], max_blob_fee=10), flavour="ethereum"
    ),
    "longest initcode of a contract": lambda: run_code("61c0005f5ff05f5500"),
    "point evaluation": lambda: calls((10, bytes(192)), flavour="ethereum"),
}
