"""Account records and stored code, as the state holds them.

Record   124 bytes: versioning be8, nonce be8, balance be32, bytecode hash (blake2s of the stored
         code), unpadded code length be4, artifacts length be4, observable hash (keccak of the
         code), observable length be4.
Stored   code, zero bytes up to a multiple of 8, artifacts: the map of jump destinations, one bit
code     a code byte, least significant first, 8 bytes for each 64 bytes of code begun.

Source:  zksync-os v0.2.5 flat_storage_model/account_cache_entry.rs, account_cache.rs; EIP-7702.
"""

from dataclasses import dataclass

from zkos.host.hashing import blake2s256, keccak256

RECORD_BYTES = 124
DEPLOYED_EVM = 0x0101_0100_0000_0000
DELEGATED = 0x0201_0100_0000_0000
DELEGATION_PREFIX = bytes.fromhex("ef0100")
DELEGATION_BYTES = 23
JUMPDEST, PUSH1, PUSH32 = 0x5B, 0x60, 0x7F
ZERO_HASH = bytes(32)


@dataclass(frozen=True)
class AccountRecord:
    """What the state knows of one account."""

    versioning: int = 0
    nonce: int = 0
    balance: int = 0
    bytecode_hash: bytes = ZERO_HASH
    unpadded_code_length: int = 0
    artifacts_length: int = 0
    observable_bytecode_hash: bytes = ZERO_HASH
    observable_code_length: int = 0

    def encode(self) -> bytes:
        """Give the 124 bytes."""
        return b"".join(
            (
                self.versioning.to_bytes(8, "big"),
                self.nonce.to_bytes(8, "big"),
                self.balance.to_bytes(32, "big"),
                self.bytecode_hash,
                self.unpadded_code_length.to_bytes(4, "big"),
                self.artifacts_length.to_bytes(4, "big"),
                self.observable_bytecode_hash,
                self.observable_code_length.to_bytes(4, "big"),
            )
        )

    @classmethod
    def decode(cls, encoded: bytes) -> "AccountRecord":
        """Read the 124 bytes."""
        if len(encoded) != RECORD_BYTES:
            raise ValueError(f"an account record has {RECORD_BYTES} bytes, got {len(encoded)}")

        def number(start: int, length: int) -> int:
            return int.from_bytes(encoded[start : start + length], "big")

        return cls(
            versioning=number(0, 8),
            nonce=number(8, 8),
            balance=number(16, 32),
            bytecode_hash=encoded[48:80],
            unpadded_code_length=number(80, 4),
            artifacts_length=number(84, 4),
            observable_bytecode_hash=encoded[88:120],
            observable_code_length=number(120, 4),
        )


def make_account(
    nonce: int, balance: int, code: bytes, *, may_delegate: bool
) -> tuple[AccountRecord, bytes]:
    """Give the record of an account with this code, and the stored code.

    Empty code means an account without code. ``may_delegate``: the 23 bytes of EIP-7702 are a
    delegation (and code like any other where it is off).
    """
    if not code:
        return AccountRecord(nonce=nonce, balance=balance), b""
    is_delegation = (
        may_delegate and len(code) == DELEGATION_BYTES and code.startswith(DELEGATION_PREFIX)
    )
    artifacts = b"" if is_delegation else jump_map(code)
    stored = code + bytes(-len(code) % 8) + artifacts
    record = AccountRecord(
        versioning=DELEGATED if is_delegation else DEPLOYED_EVM,
        nonce=nonce,
        balance=balance,
        bytecode_hash=blake2s256(stored),
        unpadded_code_length=len(code),
        artifacts_length=len(artifacts),
        observable_bytecode_hash=keccak256(code),
        observable_code_length=len(code),
    )
    return record, stored


def jump_map(code: bytes) -> bytes:
    """Mark every JUMPDEST that is not inside the data of a PUSH."""
    marks = bytearray(-(-len(code) // 64) * 8)
    at = 0
    while at < len(code):
        opcode = code[at]
        if opcode == JUMPDEST:
            marks[at // 8] |= 1 << (at % 8)
        elif PUSH1 <= opcode <= PUSH32:
            at += opcode - PUSH1 + 1
        at += 1
    return bytes(marks)
