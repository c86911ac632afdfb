"""Names of the kernel's error codes, for the kernel that returns and the host that prints them.

A code's high byte says who pays for the error (its class), the low byte counts inside the class.

Source:  zksync-os@v0.2.5 basic_bootloader/src/bootloader/errors.rs (names of invalid
         transactions); evm_interpreter/src/errors.rs (names of frame errors).
Errors:  KeyError at import time for a name that is not in the table.
"""

CLASS_HALT = 1  # this frame loses its ergs
CLASS_OUT_OF_NATIVE = 2  # the whole transaction reverts; in validation it is invalid
CLASS_INVALID_TRANSACTION = 3  # the transaction is not included
CLASS_INTERNAL = 4  # the run stops
CLASS_RESULT = 5  # a result of a system function that its caller handles

_NAMES: dict[int, tuple[str, ...]] = {
    CLASS_HALT: (
        "OutOfErgs", "StackUnderflow", "StackOverflow", "InvalidJump", "InvalidOpcode",
        "StaticViolation", "OutOfBoundsReturnData", "MemoryLimit", "InvalidOperandOutOfRange",
        "CreateInitcodeSizeLimit", "CodeSizeLimit", "CodeStartsWithEf", "CreateCollision",
        "InvalidInput",
    ),
    CLASS_OUT_OF_NATIVE: ("OutOfNativeResources", "ReturnDataLimit"),
    CLASS_INVALID_TRANSACTION: (
        "InvalidEncoding", "InvalidStructure", "InvalidChainId", "AuthListIsEmpty",
        "PriorityFeeGreaterThanMaxFee", "BaseFeeGreaterThanMaxFee", "CallerGasLimitMoreThanBlock",
        "RejectCallerWithCode", "LackOfFundForMaxFee", "OverflowPaymentInTransaction",
        "NonceOverflowInTransaction", "NonceTooHigh", "NonceTooLow", "MalleableSignature",
        "IncorrectFrom", "CreateInitCodeSizeLimit", "UpgradeTxNotFirst",
        "OutOfGasDuringValidation", "OutOfNativeResourcesDuringValidation",
        "BlockGasLimitReached", "BlockNativeLimitReached", "BlockPubdataLimitReached",
        "BlockL2ToL1LogsLimitReached", "BlockGasLimitTooHigh", "GasPriceLessThanBasefee",
        "CallGasCostMoreThanGasLimit", "AccessListNotSupported", "GasPerPubdataTooHigh",
        "ReceivedInsufficientFees", "InvalidMagic", "InvalidReturndataLength",
        "NonceUsedAlready", "NonceNotIncreased", "EIP7702HasNullDestination",
        "BlobFeeTooLow", "BlobListInvalid",
    ),
    CLASS_INTERNAL: (
        "OracleReplyMalformed", "PreimageMismatch", "NewSlotHasValue", "UnknownEnvironment",
        "UnknownCodeVersion", "BlockGasLimitAboveMaximum", "NativePriceIsZero",
        "BaseFeeTooLarge", "BalanceOverflow", "NonceOverflow", "AccountRecordMalformed",
        "ArithmeticOverflow", "FrameMismatch", "UnsupportedPrecompile", "TreeProofInvalid",
        "TreeRootMismatch", "TimestampBeforeLast", "UnknownCommitmentScheme",
        "DepositTooLow", "UpgradeTxFailed", "RefundRecipientInvalid", "BatchChainBroken",
        "TooManyLogs", "TooManyBlobs", "BlobProofInvalid", "NoBlocks", "DivisionAdviceInvalid",
        "OutOfErgsUnexpected", "BytecodeMalformed", "AuthorizationOutOfNative",
        "LogMemoryLimit", "TransientStorageLimit", "ExcessBlobGasTooLarge",
    ),
    CLASS_RESULT: ("InsufficientBalance", "NonceOverflowResult"),
}  # fmt: skip

ERROR_NAMES: dict[int, str] = {
    kind << 8 | number: name
    for kind, names in _NAMES.items()
    for number, name in enumerate(names, start=0 if kind == CLASS_OUT_OF_NATIVE else 1)
}
"""Code -> official name."""

ERROR_CODES: dict[str, int] = {name: code for code, name in ERROR_NAMES.items()}
"""Official name -> code."""
