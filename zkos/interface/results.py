"""What a forward run hands to the result keeper: one record class each.

A record travels as ``[record id, number of words, words...]``, any number of one kind behind each
other by the host service ``SERVICE_RESULT``, or on RISC-V as the parameters of the query
``RESULT_QUERY_ID``.

Source:  zksync-os@v0.2.5 forward_system/src/run/output.rs and result_keeper.rs (content); the
         encoding is this project's (wire.py).
Units:   gas, native, bytes as named; hashes and keys as 32 bytes.
Errors:  none.
"""

from dataclasses import dataclass

from zkos.interface.wire import Layout, layout_of
from zkos.lang import Slice, struct, u8, u32, u64, u160, u256

RECORD_HEADER_WORDS = 2

TRANSACTION_SUCCESS = 0
TRANSACTION_REVERTED = 1
TRANSACTION_INVALID = 2


@struct
class TransactionResult:
    """Outcome of one offered transaction, in order; ``error`` is a code of error_names.py."""

    hash: u256
    status: u8  # TRANSACTION_SUCCESS, TRANSACTION_REVERTED, TRANSACTION_INVALID
    error: u32  # invalid transactions only
    error_first: u256  # first number that belongs to the error, e.g. the transaction's nonce
    error_second: u256  # second one, e.g. the account's nonce
    gas_used: u64
    gas_refunded: u64
    native_used: u64
    computational_native_used: u64
    pubdata_bytes: u64
    has_contract_address: bool
    contract_address: u160
    output: Slice[u8]


@struct
class Log:
    """An event, in order of emission; the transaction number counts accepted transactions."""

    transaction_number: u32
    address: u160
    topics: Slice[u256]
    data: Slice[u8]


@struct
class L2ToL1Log:
    """A log to L1: of a user message or of an L1 transaction's result."""

    transaction_number: u32
    is_priority: bool
    sender: u160
    key: u256
    value: u256


@struct
class Message:
    """A user message to L1."""

    transaction_number: u32
    sender: u160
    data: Slice[u8]


@struct
class StorageWrite:
    """A changed slot at the end of the block, account slots included."""

    address: u160
    key: u256
    flat_key: u256
    value: u256


@struct
class AccountDiff:
    """An account whose record changed in the block, with its final values."""

    address: u160
    nonce: u64
    balance: u256
    code_hash: u256  # observable bytecode hash (keccak)


@struct
class Preimage:
    """A preimage made in the block: stored code or account record, under its blake2s."""

    hash: u256
    data: Slice[u8]


@struct
class Pubdata:
    """The block's pubdata."""

    data: Slice[u8]


@struct
class BlockResult:
    """The block as a whole; the last record of a block.

    Roots, commitments and the public input are not among them: the host has the tree.
    """

    block_hash: u256
    transactions_rolling_hash: u256
    gas_used: u64
    computational_native_used: u64
    pubdata_bytes: u64


@dataclass(frozen=True)
class Record:
    """A kind of record: its id and encoding."""

    name: str
    id: int
    layout: Layout


TRANSACTION_RESULT = Record("transaction result", 1, layout_of(TransactionResult, ("hash",)))
LOG = Record("log", 2, layout_of(Log))
L2_TO_L1_LOG = Record("L2 to L1 log", 3, layout_of(L2ToL1Log, ("key", "value")))
MESSAGE = Record("message", 4, layout_of(Message))
STORAGE_WRITE = Record("storage write", 5, layout_of(StorageWrite, ("key", "flat_key", "value")))
ACCOUNT_DIFF = Record("account diff", 6, layout_of(AccountDiff, ("code_hash",)))
PREIMAGE_RECORD = Record("preimage", 7, layout_of(Preimage, ("hash",)))
PUBDATA = Record("pubdata", 8, layout_of(Pubdata))
BLOCK_RESULT = Record(
    "block result",
    9,
    layout_of(BlockResult, ("block_hash", "transactions_rolling_hash")),
)

RECORDS: tuple[Record, ...] = (
    TRANSACTION_RESULT, LOG, L2_TO_L1_LOG, MESSAGE, STORAGE_WRITE, ACCOUNT_DIFF, PREIMAGE_RECORD,
    PUBDATA, BLOCK_RESULT,
)  # fmt: skip
RECORDS_BY_ID = {record.id: record for record in RECORDS}
