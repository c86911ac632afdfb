"""The changes in pubdata: of a number, of an account record.

Value diff    first byte = length << 3 | mode, then so many big-endian bytes: mode 0 (the whole byte
              is 0) all 32 bytes of the new number; 1 new - old; 2 old - new; 3 new.
Account diff  first byte = format << 3 | 4: format 1 nonce diff; 2 balance diff; 3 both; 0 a full
              record with its stored code; 4 a full record with the hash of its stored code. What
              follows is in ``_full`` and ``_hashed``.

Source:  zksync-os v0.2.5 pubdata_compression.rs, account_cache_entry.rs; state reference, 7.2, 7.4.
Errors:  PubdataError.
"""

from dataclasses import dataclass
from enum import IntEnum

from zkos.host.pubdata.reader import Reader

MODE_BITS = 3
MODE_MASK = (1 << MODE_BITS) - 1
ACCOUNT_MODE = 4
NUMBER_BYTES = 32


class DiffMode(IntEnum):
    """How a number's change is written."""

    FULL = 0
    ADD = 1
    SUBTRACT = 2
    NEW = 3


class AccountFormat(IntEnum):
    """What an account diff has."""

    FULL = 0
    NONCE = 1
    BALANCE = 2
    BOTH = 3
    HASH = 4


@dataclass(frozen=True)
class ValueDiff:
    """A number's change."""

    mode: DiffMode
    number: int

    def apply(self, old: int) -> int | None:
        """Give the new number; None when it would leave the range of 256 bits."""
        if self.mode is DiffMode.ADD:
            new = old + self.number
        elif self.mode is DiffMode.SUBTRACT:
            new = old - self.number
        else:
            new = self.number
        return new if 0 <= new < 1 << (8 * NUMBER_BYTES) else None


NO_CHANGE = ValueDiff(DiffMode.ADD, 0)


@dataclass(frozen=True)
class NewCode:
    """The code part of a full account diff."""

    versioning: int
    observable_length: int
    unpadded_length: int | None = None
    artifacts_length: int | None = None
    stored_code: bytes | None = None
    """Code, padding, artifacts; None with a hash in its place."""
    bytecode_hash: bytes | None = None


@dataclass(frozen=True)
class AccountDiff:
    """An account record's change."""

    nonce: ValueDiff
    balance: ValueDiff
    code: NewCode | None = None


def read_value_diff(reader: Reader) -> ValueDiff:
    """Take a value diff."""
    head = reader.number(1, "a value diff")
    mode, length = head & MODE_MASK, head >> MODE_BITS
    if mode == DiffMode.FULL:
        if length:
            raise reader.refuse(f"expected a value diff, got 0x{head:02x}")
        length = NUMBER_BYTES
    elif mode not in list(DiffMode):
        raise reader.refuse(f"expected a value diff, got 0x{head:02x}")
    return ValueDiff(DiffMode(mode), reader.number(length, "a value diff"))


def read_diff(reader: Reader) -> ValueDiff | AccountDiff:
    """Take the diff of a slot, whichever it is."""
    head = reader.number(1, "a diff")
    if head & MODE_MASK != ACCOUNT_MODE:
        reader.at -= 1
        return read_value_diff(reader)
    number = head >> MODE_BITS
    if number not in list(AccountFormat):
        raise reader.refuse(f"expected an account diff, got 0x{head:02x}")
    kind = AccountFormat(number)
    if kind is AccountFormat.FULL:
        return _full(reader)
    if kind is AccountFormat.HASH:
        return _hashed(reader)
    nonce = NO_CHANGE if kind is AccountFormat.BALANCE else read_value_diff(reader)
    balance = NO_CHANGE if kind is AccountFormat.NONCE else read_value_diff(reader)
    return AccountDiff(nonce, balance)


def _full(reader: Reader) -> AccountDiff:
    versioning = reader.number(8, "versioning")
    nonce, balance = read_value_diff(reader), read_value_diff(reader)
    unpadded = reader.number(4, "the code length")
    artifacts = reader.number(4, "the artifacts length")
    stored = reader.take(unpadded + -unpadded % 8 + artifacts, "code")
    observable = reader.number(4, "the observable length")
    return AccountDiff(nonce, balance, NewCode(versioning, observable, unpadded, artifacts, stored))


def _hashed(reader: Reader) -> AccountDiff:
    versioning = reader.number(8, "versioning")
    nonce, balance = read_value_diff(reader), read_value_diff(reader)
    bytecode_hash = reader.take(32, "the bytecode hash")
    observable = reader.number(4, "the observable length")
    return AccountDiff(nonce, balance, NewCode(versioning, observable, bytecode_hash=bytecode_hash))
