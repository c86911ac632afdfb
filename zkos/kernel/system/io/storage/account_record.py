"""The account record: what the 124 bytes behind an account slot hold.

Byte layout (big-endian): versioning 8, nonce 8, balance 32, bytecode hash 32, unpadded code length
4, artifacts length 4, observable bytecode hash 32, observable bytecode length 4.

Source:  zksync-os@v0.2.5 flat_storage_model/account_cache_entry.rs.
Units:   balance in wei; lengths in bytes; ``bytecode_hash`` is blake2s of the stored code,
         ``observable_hash`` keccak of the code as contracts see it.
Errors:  none.
"""

from zkos.lang import (
    Slice,
    function,
    load_be,
    store_be,
    struct,
    u8,
    u32,
    u64,
    u256,
)

ACCOUNT_RECORD_BYTES = 124
# keccak256 of no bytes
EMPTY_CODE_HASH = 0xC5D2460186F7233C927E7DB2DCC703C0E500B653CA82273B7BFAD8045D85A470

STATUS_NONE = 0
STATUS_DEPLOYED = 1
STATUS_DELEGATED = 2
EE_NONE = 0
EE_EVM = 1
CODE_VERSION_WITH_ARTIFACTS = 1

VERSIONING_DEPLOYED = 0x0101_0100_0000_0000
VERSIONING_DELEGATED = 0x0201_0100_0000_0000


@struct
class Account:
    """A record in the account cache, with what the cache keeps beside it.

    A reference to it is good until the account changes or its frame ends: read what you need.
    """

    versioning: u64
    nonce: u64
    balance: u256
    bytecode_hash: u256
    unpadded_code_length: u32
    artifacts_length: u32
    observable_hash: u256
    observable_length: u32
    # beside the record:
    touched_in: u32  # number of the transaction that touched it last; 0 for none
    is_existing: bool  # a hash at block start, or a property update since
    created_in: u32  # number of the transaction that deployed it; 0 for none
    is_marked_for_destruction: bool
    hides_bytecode: bool  # pubdata carries the hash instead of the code (force deployment)

    @function(inline=True)
    def deployment_status(self) -> u8:
        """Give STATUS_NONE, STATUS_DEPLOYED or STATUS_DELEGATED."""
        return u8(self.versioning >> 56)

    @function(inline=True)
    def execution_environment(self) -> u8:
        """Give the EE byte: EE_NONE, EE_EVM; others are unknown to this version."""
        return u8(self.versioning >> 48)

    @function(inline=True)
    def code_version(self) -> u8:
        """Give the code version: 1 has artifacts behind the code, 0 has none."""
        return u8(self.versioning >> 40)

    @function(inline=True)
    def is_delegated(self) -> bool:
        """Say whether the code is an EIP-7702 delegation."""
        return self.deployment_status() == STATUS_DELEGATED

    @function(inline=True)
    def is_contract(self) -> bool:
        """Say whether it is a contract as sender or authority: code, and not a delegation."""
        return self.unpadded_code_length != 0 and not self.is_delegated()

    @function(inline=True)
    def can_be_deployed_into(self) -> bool:
        """Say whether a contract may be created here."""
        return self.unpadded_code_length == 0 and self.nonce == 0

    @function(inline=True)
    def is_empty(self) -> bool:
        """Say whether nonce, code length and balance are zero (EIP-161)."""
        return self.nonce == 0 and self.unpadded_code_length == 0 and self.balance == 0

    @function
    def observable_code_hash(self) -> u256:
        """Give what EXTCODEHASH shows."""
        if self.observable_hash != 0:
            return self.observable_hash
        return u256(0) if self.nonce == 0 and self.balance == 0 else u256(EMPTY_CODE_HASH)

    @function
    def stored_code_length(self) -> u32:
        """Give the length of the stored code: code, padding to 8 bytes, artifacts."""
        return (self.unpadded_code_length + 7 & ~u32(7)) + self.artifacts_length

    @function
    def copy_from(self, other: "Account") -> None:
        """Become equal to another record."""
        self.copy_record(other)
        self.touched_in = other.touched_in
        self.is_existing = other.is_existing
        self.created_in = other.created_in
        self.is_marked_for_destruction = other.is_marked_for_destruction
        self.hides_bytecode = other.hides_bytecode

    @function
    def copy_record(self, other: "Account") -> None:
        """Take over the 124 bytes of another record."""
        self.versioning = other.versioning
        self.nonce = other.nonce
        self.balance = other.balance
        self.copy_code(other)

    @function
    def copy_code(self, other: "Account") -> None:
        """Take over hashes and lengths of another record's code."""
        self.bytecode_hash = other.bytecode_hash
        self.unpadded_code_length = other.unpadded_code_length
        self.artifacts_length = other.artifacts_length
        self.observable_hash = other.observable_hash
        self.observable_length = other.observable_length

    @function
    def clear_code(self) -> None:
        """Have no code."""
        self.bytecode_hash = u256(0)
        self.unpadded_code_length = u32(0)
        self.artifacts_length = u32(0)
        self.observable_hash = u256(0)
        self.observable_length = u32(0)

    @function
    def clear_record(self) -> None:
        """Become the record of an account that has nothing."""
        self.versioning = u64(0)
        self.nonce = u64(0)
        self.balance = u256(0)
        self.clear_code()

    @function
    def has_same_code(self, other: "Account") -> bool:
        """Say whether everything besides nonce and balance is equal."""
        return (
            self.versioning == other.versioning
            and self.bytecode_hash == other.bytecode_hash
            and self.unpadded_code_length == other.unpadded_code_length
            and self.artifacts_length == other.artifacts_length
            and self.observable_hash == other.observable_hash
            and self.observable_length == other.observable_length
        )

    @function
    def has_same_record(self, other: "Account") -> bool:
        """Say whether the 124 bytes are equal."""
        return (
            self.nonce == other.nonce
            and self.balance == other.balance
            and self.has_same_code(other)
        )

    @function
    def encode(self, data: Slice[u8]) -> None:
        """Write the 124 bytes."""
        store_be(data, u32(0), self.versioning)
        store_be(data, u32(8), self.nonce)
        store_be(data, u32(16), self.balance)
        store_be(data, u32(48), self.bytecode_hash)
        store_be(data, u32(80), self.unpadded_code_length)
        store_be(data, u32(84), self.artifacts_length)
        store_be(data, u32(88), self.observable_hash)
        store_be(data, u32(120), self.observable_length)

    @function
    def decode(self, data: Slice[u8]) -> None:
        """Read the 124 bytes."""
        self.versioning = load_be(u64, data, u32(0))
        self.nonce = load_be(u64, data, u32(8))
        self.balance = load_be(u256, data, u32(16))
        self.bytecode_hash = load_be(u256, data, u32(48))
        self.unpadded_code_length = load_be(u32, data, u32(80))
        self.artifacts_length = load_be(u32, data, u32(84))
        self.observable_hash = load_be(u256, data, u32(88))
        self.observable_length = load_be(u32, data, u32(120))
