"""Every reason to refuse a transaction that can occur does occur here, and there is no other.

The names and their numbers are those of transactions.md 7. Each row makes a block whose last
transaction is refused for this reason.
"""

from typing import Any

import pytest

from tests.kernel.bootloader.transaction.test_l1_transaction import upgrade
from tests.support.chain import ALICE, BOB, ETHER, Signer, funded, run_block, transaction
from zkos.interface.error_names import CLASS_INVALID_TRANSACTION, ERROR_NAMES

CAROL, DAVE, POOR = Signer(0xCA201), Signer(0xDA7E), Signer(0x9002)
RICH = 10**30
GAS_LIMIT = 2**40
CONTRACT, LOOP = (f"0x{number:040x}" for number in (0xC0DE0, 0xC0DE1))
PRE = funded(ALICE, BOB, balance=RICH) | {
    CAROL.address: {"balance": hex(ETHER), "code": "0x00"},
    DAVE.address: {"balance": hex(ETHER), "nonce": hex(2**64 - 1)},
    # sends calldata[0..100] to the L1 messenger as often as the word behind says
    CONTRACT: {"code": "0x60645f5f376064355b5f5f60645f5f6180085af150600190038060085700"},
    # MULMOD of zeros, 2^22 times
    LOOP: {"code": "0x623fffff5b5f5f5f0950600190038060045700"},
}


def message(count: int) -> bytes:
    """Calldata that makes CONTRACT send so many messages."""
    words = (32, 5, int.from_bytes(b"hello".ljust(32, b"\0"), "big"), count)
    return bytes.fromhex("62f84b24") + b"".join(word.to_bytes(32, "big") for word in words)


def row(*transactions: Any, details: tuple[int, int] | None = None, **block: Any) -> Any:
    return transactions, details, block


ROWS = {
    "InvalidEncoding": row("0x03c0"),
    "InvalidStructure": row(transaction()[:-2]),
    "InvalidChainId": row(transaction(chain_id=38)),
    "AuthListIsEmpty": row(transaction(kind=4)),
    "PriorityFeeGreaterThanMaxFee": row(transaction(priority_fee=1001)),
    "BaseFeeGreaterThanMaxFee": row(transaction(max_fee=999)),
    "CallerGasLimitMoreThanBlock": row(transaction(gas_limit=GAS_LIMIT + 1)),
    "RejectCallerWithCode": row(transaction(CAROL)),
    "LackOfFundForMaxFee": row(transaction(POOR, value=7), details=(100_000_007, 0)),
    "OverflowPaymentInTransaction": row(transaction(value=2**256 - 1)),
    "NonceOverflowInTransaction": row(transaction(DAVE, nonce=2**64 - 1)),
    "NonceTooHigh": row(transaction(), transaction(nonce=3), details=(3, 1)),
    "NonceTooLow": row(transaction(), transaction(nonce=0), details=(0, 1)),
    "MalleableSignature": row(transaction(malleable=True)),
    "IncorrectFrom": row(
        {"raw": transaction(ALICE), "sender": BOB.address},
        details=(int(BOB.address, 16), int(ALICE.address, 16)),
    ),
    "CreateInitCodeSizeLimit": row(
        transaction(to=None, gas_limit=900_000, data=bytes(49_153))
    ),
    "UpgradeTxNotFirst": row(transaction(), upgrade()),
    "OutOfGasDuringValidation": row(transaction(gas_limit=20_999)),
    "OutOfNativeResourcesDuringValidation": row(
        transaction(gas_limit=700_000), native_price=1000
    ),
    "BlockGasLimitReached": row(
        transaction(gas_limit=30_000), transaction(nonce=1, gas_limit=30_000), gas_limit=41_999
    ),
    "BlockNativeLimitReached": row(
        *(transaction(nonce=nonce, to=LOOP, gas_limit=2**32) for nonce in range(2))
    ),
    "BlockPubdataLimitReached": row(transaction(value=1), pubdata_limit=120),
    "BlockL2ToL1LogsLimitReached": row(
        transaction(to=CONTRACT, data=message(16_384), gas_limit=2**32),
        transaction(nonce=1, to=CONTRACT, data=message(1)),
    ),
    "BlobFeeTooLow": row(
        transaction(kind=3, blob_hashes=[b"\x01" * 32], max_blob_fee=0), flavour="ethereum"
    ),
    "BlobListInvalid": row(transaction(kind=3), flavour="ethereum"),
}  # fmt: skip
NEVER_PRODUCED = {
    "BlockGasLimitTooHigh", "GasPriceLessThanBasefee", "CallGasCostMoreThanGasLimit",
    "AccessListNotSupported", "GasPerPubdataTooHigh", "ReceivedInsufficientFees", "InvalidMagic",
    "InvalidReturndataLength", "NonceUsedAlready", "NonceNotIncreased",
    "EIP7702HasNullDestination",
}  # fmt: skip
"""Declared by the reference, and reached by nothing."""
LONG = {"BlockNativeLimitReached", "BlockL2ToL1LogsLimitReached"}
"""Some minutes on the machine."""


def test_every_name_is_produced_or_known_to_be_out_of_reach() -> None:
    names = {name for code, name in ERROR_NAMES.items() if code >> 8 == CLASS_INVALID_TRANSACTION}
    assert names == set(ROWS) | NEVER_PRODUCED
    assert not set(ROWS) & NEVER_PRODUCED


@pytest.mark.executors("x86_64", "riscv")
@pytest.mark.all_executors
@pytest.mark.parametrize("name", ROWS)
def test_the_last_transaction_is_refused(executor: Any, name: str) -> None:
    if executor.name == "riscv" and name in LONG:
        return
    transactions, details, block = ROWS[name]
    result = run_block(executor, list(transactions), PRE, **{"gas_limit": GAS_LIMIT} | block)
    *accepted, refused = result["transactions"]
    assert [outcome["error"] for outcome in accepted] == [None] * len(accepted)
    assert (refused["status"], refused["error"]) == ("invalid", name)
    if details is not None:
        given = tuple(int(number, 16) for number in refused["error_details"].values())
        assert given == details
