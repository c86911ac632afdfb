"""Status codes of the kernel, in classes by who pays.

``0x1xx`` halt: the frame loses its ergs. ``0x2xx`` out of native: the transaction reverts (in
validation it is invalid). ``0x3xx`` invalid transaction: not included. ``0x4xx`` internal error:
the run stops; no user input may reach it, apart from the aborts that the reference has. ``0x5xx``
results that the caller of a system function handles.

Source:  interface/error_names.py (codes and official names); zksync-os@v0.2.5
         zk_ee/src/system/errors/ (the classes).
Errors:  none of its own.
"""

from zkos.interface.error_names import ERROR_CODES
from zkos.lang import Status, function, u32

OK = Status(0)

OUT_OF_ERGS = Status(ERROR_CODES["OutOfErgs"])
STACK_UNDERFLOW = Status(ERROR_CODES["StackUnderflow"])
STACK_OVERFLOW = Status(ERROR_CODES["StackOverflow"])
INVALID_JUMP = Status(ERROR_CODES["InvalidJump"])
INVALID_OPCODE = Status(ERROR_CODES["InvalidOpcode"])
STATIC_VIOLATION = Status(ERROR_CODES["StaticViolation"])
OUT_OF_BOUNDS_RETURN_DATA = Status(ERROR_CODES["OutOfBoundsReturnData"])
MEMORY_LIMIT = Status(ERROR_CODES["MemoryLimit"])
OPERAND_OUT_OF_RANGE = Status(ERROR_CODES["InvalidOperandOutOfRange"])
INITCODE_SIZE_LIMIT = Status(ERROR_CODES["CreateInitcodeSizeLimit"])
CODE_SIZE_LIMIT = Status(ERROR_CODES["CodeSizeLimit"])
CODE_STARTS_WITH_EF = Status(ERROR_CODES["CodeStartsWithEf"])
CREATE_COLLISION = Status(ERROR_CODES["CreateCollision"])
INVALID_INPUT = Status(ERROR_CODES["InvalidInput"])  # of a precompile

OUT_OF_NATIVE = Status(ERROR_CODES["OutOfNativeResources"])
RETURN_DATA_LIMIT = Status(ERROR_CODES["ReturnDataLimit"])  # treated as native exhaustion

INVALID_ENCODING = Status(ERROR_CODES["InvalidEncoding"])
INVALID_STRUCTURE = Status(ERROR_CODES["InvalidStructure"])
INVALID_CHAIN_ID = Status(ERROR_CODES["InvalidChainId"])
AUTH_LIST_IS_EMPTY = Status(ERROR_CODES["AuthListIsEmpty"])
PRIORITY_FEE_GREATER_THAN_MAX_FEE = Status(ERROR_CODES["PriorityFeeGreaterThanMaxFee"])
BASE_FEE_GREATER_THAN_MAX_FEE = Status(ERROR_CODES["BaseFeeGreaterThanMaxFee"])
CALLER_GAS_LIMIT_MORE_THAN_BLOCK = Status(ERROR_CODES["CallerGasLimitMoreThanBlock"])
REJECT_CALLER_WITH_CODE = Status(ERROR_CODES["RejectCallerWithCode"])
LACK_OF_FUND_FOR_MAX_FEE = Status(ERROR_CODES["LackOfFundForMaxFee"])
OVERFLOW_PAYMENT_IN_TRANSACTION = Status(ERROR_CODES["OverflowPaymentInTransaction"])
NONCE_OVERFLOW_IN_TRANSACTION = Status(ERROR_CODES["NonceOverflowInTransaction"])
NONCE_TOO_HIGH = Status(ERROR_CODES["NonceTooHigh"])
NONCE_TOO_LOW = Status(ERROR_CODES["NonceTooLow"])
MALLEABLE_SIGNATURE = Status(ERROR_CODES["MalleableSignature"])
INCORRECT_FROM = Status(ERROR_CODES["IncorrectFrom"])
CREATE_INIT_CODE_SIZE_LIMIT = Status(ERROR_CODES["CreateInitCodeSizeLimit"])
UPGRADE_TX_NOT_FIRST = Status(ERROR_CODES["UpgradeTxNotFirst"])
OUT_OF_GAS_DURING_VALIDATION = Status(ERROR_CODES["OutOfGasDuringValidation"])
OUT_OF_NATIVE_DURING_VALIDATION = Status(ERROR_CODES["OutOfNativeResourcesDuringValidation"])
BLOCK_GAS_LIMIT_REACHED = Status(ERROR_CODES["BlockGasLimitReached"])
BLOCK_NATIVE_LIMIT_REACHED = Status(ERROR_CODES["BlockNativeLimitReached"])
BLOCK_PUBDATA_LIMIT_REACHED = Status(ERROR_CODES["BlockPubdataLimitReached"])
BLOCK_LOGS_LIMIT_REACHED = Status(ERROR_CODES["BlockL2ToL1LogsLimitReached"])
BLOB_FEE_TOO_LOW = Status(ERROR_CODES["BlobFeeTooLow"])  # ethereum flavour
BLOB_LIST_INVALID = Status(ERROR_CODES["BlobListInvalid"])  # ethereum flavour

ORACLE_REPLY_MALFORMED = Status(ERROR_CODES["OracleReplyMalformed"])
PREIMAGE_MISMATCH = Status(ERROR_CODES["PreimageMismatch"])
NEW_SLOT_HAS_VALUE = Status(ERROR_CODES["NewSlotHasValue"])
UNKNOWN_ENVIRONMENT = Status(ERROR_CODES["UnknownEnvironment"])
UNKNOWN_CODE_VERSION = Status(ERROR_CODES["UnknownCodeVersion"])
BLOCK_GAS_LIMIT_ABOVE_MAXIMUM = Status(ERROR_CODES["BlockGasLimitAboveMaximum"])
EXCESS_BLOB_GAS_TOO_LARGE = Status(ERROR_CODES["ExcessBlobGasTooLarge"])  # ethereum flavour
NATIVE_PRICE_IS_ZERO = Status(ERROR_CODES["NativePriceIsZero"])
BASE_FEE_TOO_LARGE = Status(ERROR_CODES["BaseFeeTooLarge"])
BALANCE_OVERFLOW = Status(ERROR_CODES["BalanceOverflow"])
INTERNAL_NONCE_OVERFLOW = Status(ERROR_CODES["NonceOverflow"])
ACCOUNT_RECORD_MALFORMED = Status(ERROR_CODES["AccountRecordMalformed"])
ARITHMETIC_OVERFLOW = Status(ERROR_CODES["ArithmeticOverflow"])
FRAME_MISMATCH = Status(ERROR_CODES["FrameMismatch"])
UNSUPPORTED_PRECOMPILE = Status(ERROR_CODES["UnsupportedPrecompile"])
TREE_PROOF_INVALID = Status(ERROR_CODES["TreeProofInvalid"])
TREE_ROOT_MISMATCH = Status(ERROR_CODES["TreeRootMismatch"])
TIMESTAMP_BEFORE_LAST = Status(ERROR_CODES["TimestampBeforeLast"])
UNKNOWN_COMMITMENT_SCHEME = Status(ERROR_CODES["UnknownCommitmentScheme"])
DEPOSIT_TOO_LOW = Status(ERROR_CODES["DepositTooLow"])
UPGRADE_TX_FAILED = Status(ERROR_CODES["UpgradeTxFailed"])
REFUND_RECIPIENT_INVALID = Status(ERROR_CODES["RefundRecipientInvalid"])
BATCH_CHAIN_BROKEN = Status(ERROR_CODES["BatchChainBroken"])
TOO_MANY_LOGS = Status(ERROR_CODES["TooManyLogs"])
TOO_MANY_BLOBS = Status(ERROR_CODES["TooManyBlobs"])
BLOB_PROOF_INVALID = Status(ERROR_CODES["BlobProofInvalid"])
NO_BLOCKS = Status(ERROR_CODES["NoBlocks"])
DIVISION_ADVICE_INVALID = Status(ERROR_CODES["DivisionAdviceInvalid"])
OUT_OF_ERGS_UNEXPECTED = Status(ERROR_CODES["OutOfErgsUnexpected"])
BYTECODE_MALFORMED = Status(ERROR_CODES["BytecodeMalformed"])
AUTHORIZATION_OUT_OF_NATIVE = Status(ERROR_CODES["AuthorizationOutOfNative"])
LOG_MEMORY_LIMIT = Status(ERROR_CODES["LogMemoryLimit"])
TRANSIENT_STORAGE_LIMIT = Status(ERROR_CODES["TransientStorageLimit"])

INSUFFICIENT_BALANCE = Status(ERROR_CODES["InsufficientBalance"])
NONCE_OVERFLOW = Status(ERROR_CODES["NonceOverflowResult"])


@function(inline=True)
def error_class(status: Status) -> u32:
    """Give the class of a status: 0 for success, else a ``CLASS_`` number of the interface."""
    return u32(status) >> 8
