"""The state after blocks, from the state before them and their pubdata alone.

One thing is not in pubdata: an account whose code was set by a force deployment (a protocol
upgrade) has the hash of its stored code there and neither code nor keccak hash. The upgrade's code
must be given; its keccak hash is taken to be the one that the upgrade stated, which the kernel does
not check.

Source:  state reference, 1.4, 1.5, 7.3, 7.4.
Errors:  PubdataError for a change that does not fit the state before, or code that is missing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from zkos.host.errors import PubdataError
from zkos.host.hashing import blake2s256, keccak256
from zkos.host.pubdata.decoder import BlockPubdata, SlotChange
from zkos.host.pubdata.diffs import AccountDiff, NewCode, ValueDiff
from zkos.host.state.accounts import AccountRecord, jump_map
from zkos.host.state.state import State

STATUS_SHIFT = 56
MOST_NONCE = (1 << 64) - 1
NO_HASH = bytes(32)


@dataclass(frozen=True)
class KnownCode:
    """Code that was published elsewhere."""

    code: bytes
    artifacts: bytes

    @property
    def stored(self) -> bytes:
        """Code, padding, artifacts."""
        return self.code + bytes(-len(self.code) % 8) + self.artifacts


KnownCodes = Mapping[bytes, KnownCode]
"""Blake2s hash of the stored form -> code."""


def known_codes(codes: Iterable[bytes]) -> dict[bytes, KnownCode]:
    """Index bare codes by the hash that an account with them has."""
    found = (KnownCode(code, jump_map(code)) for code in codes)
    return {blake2s256(code.stored): code for code in found}


def changes_of(
    block: BlockPubdata, state: State, codes: KnownCodes
) -> tuple[list[tuple[bytes, bytes]], list[bytes]]:
    """Give a block's writes, in order, and preimages, from the state before it."""
    writes: list[tuple[bytes, bytes]] = []
    preimages: list[bytes] = []
    for change in block.changes:
        old = state.slot(change.key) or NO_HASH
        if isinstance(change.diff, ValueDiff):
            number = _apply(change.diff, int.from_bytes(old, "big"), change)
            writes.append((change.key, number.to_bytes(32, "big")))
            continue
        record, stored = _record_after(change, change.diff, _record_at(state, old, change), codes)
        encoded = record.encode()
        writes.append((change.key, blake2s256(encoded)))
        preimages += [encoded, *([] if stored is None else [stored])]
    return writes, preimages


def _apply(diff: ValueDiff, old: int, change: SlotChange, most: int | None = None) -> int:
    new = diff.apply(old)
    if new is None or (most is not None and new > most):
        raise _refuse(change, f"{diff.mode.name.lower()} {diff.number} does not fit {old}")
    return new


def _record_at(state: State, old: bytes, change: SlotChange) -> AccountRecord:
    """Give the account record whose hash a slot had."""
    if old == NO_HASH:
        return AccountRecord()
    encoded = state.preimage(old)
    if encoded is None:
        raise _refuse(change, f"nobody has the account record 0x{old.hex()}")
    try:
        return AccountRecord.decode(encoded)
    except ValueError as error:
        raise _refuse(change, f"the slot holds no account: {error}") from error


def _record_after(
    change: SlotChange, diff: AccountDiff, before: AccountRecord, codes: KnownCodes
) -> tuple[AccountRecord, bytes | None]:
    """Give the record after a change, and the stored code if that is new."""
    nonce = _apply(diff.nonce, before.nonce, change, MOST_NONCE)
    balance = _apply(diff.balance, before.balance, change)
    if diff.code is None:
        return replace(before, nonce=nonce, balance=balance), None
    if diff.code.stored_code is not None:
        return _with_published_code(diff.code, diff.code.stored_code, nonce, balance)
    return _with_known_code(change, diff.code, codes, nonce, balance)


def _with_published_code(
    new: NewCode, stored: bytes, nonce: int, balance: int
) -> tuple[AccountRecord, bytes | None]:
    """No code at all is told from empty code by the deployment status."""
    assert new.unpadded_length is not None and new.artifacts_length is not None
    has_code = bool(stored) or new.versioning >> STATUS_SHIFT != 0
    record = AccountRecord(
        versioning=new.versioning,
        nonce=nonce,
        balance=balance,
        bytecode_hash=blake2s256(stored) if has_code else NO_HASH,
        unpadded_code_length=new.unpadded_length,
        artifacts_length=new.artifacts_length,
        observable_bytecode_hash=keccak256(stored[: new.observable_length])
        if has_code
        else NO_HASH,
        observable_code_length=new.observable_length,
    )
    return record, stored if has_code else None


def _with_known_code(
    change: SlotChange, new: NewCode, codes: KnownCodes, nonce: int, balance: int
) -> tuple[AccountRecord, bytes]:
    assert new.bytecode_hash is not None
    known = codes.get(new.bytecode_hash)
    if known is None:
        raise _refuse(
            change,
            f"pubdata has only the hash 0x{new.bytecode_hash.hex()} of force-deployed code; "
            "give the code",
        )
    record = AccountRecord(
        versioning=new.versioning,
        nonce=nonce,
        balance=balance,
        bytecode_hash=new.bytecode_hash,
        unpadded_code_length=len(known.code),
        artifacts_length=len(known.artifacts),
        observable_bytecode_hash=keccak256(known.code),
        observable_code_length=new.observable_length,
    )
    return record, known.stored


def _refuse(change: SlotChange, problem: str) -> PubdataError:
    return PubdataError(f"pubdata, slot 0x{change.key.hex()}: {problem}")
