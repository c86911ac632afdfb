"""Block files: JSON (gzip or not) to a ``Batch``, every default filled in, every field checked.

A file is one block or ``{"blocks": [...]}``. Quantities are 0x-hex, minimal or padded.

Docs:    docs/block-file.md.
Errors:  BlockFileError naming the field, what was expected and what came.
"""

import gzip
import io
import json
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zkos.host.abi_transaction import L1_TO_L2, UPGRADE, AbiTransaction
from zkos.host.batch import (
    BLOCK_HASHES,
    Batch,
    Block,
    Flavour,
    InitialState,
    OfferedTransaction,
    PreAccount,
    TransactionFormat,
)
from zkos.host.errors import BlockFileError
from zkos.host.json_fields import Field, address_of, check_nesting, word_of
from zkos.host.state.accounts import RECORD_BYTES, make_account
from zkos.host.state.chain import ChainPosition
from zkos.host.state.state import implied_slots
from zkos.host.state.tree_format import FIRST_KEY, LAST_KEY
from zkos.interface.block_metadata import EXCESS_BLOB_GAS_BITS

GZIP_MAGIC = b"\x1f\x8b"
LARGEST_FILE_BYTES = 1 << 30
DEFAULT_CHAIN_ID = 37
DEFAULT_DA_SCHEME = 3
DA_SCHEMES = (0, 1, 2, 3, 4)
"""All that decode; 0 and 2 stop a proving run, which is for the kernel to say."""
DEFAULT_GAS_LIMIT = ((1 << 64) - 1) // 256
BATCH_FIELDS = ("flavour", "chain_id", "da_commitment_scheme")
BLOCK_QUANTITIES = {
    "number": 64,
    "timestamp": 64,
    "gas_limit": 64,
    "pubdata_limit": 64,
    "base_fee": 256,
    "native_price": 256,
    "pubdata_price": 256,
    "mix_hash": 256,
}
"""Quantities of a block's context and their bits."""
ETHEREUM_QUANTITIES = {"excess_blob_gas": EXCESS_BLOB_GAS_BITS, "parent_beacon_block_root": 256}
FIRST_BLOCK_FIELDS = ("pre", "leaves", "preimages")
BLOCK_ENTRY_FIELDS = ("block", "transactions", "last_block_timestamp")


def load(path: Path, after: ChainPosition | None = None) -> Batch:
    """Read a block file; ``after`` is where the state stands that the batch is run on.

    Without it the file says itself what state it begins with.
    """
    return parse(read_json(path), after)


def read_json(path: Path) -> Any:
    """Read a JSON file, unpacking gzip."""
    try:
        packed = path.read_bytes()
    except OSError as error:
        raise BlockFileError("", f"cannot read: {error.strerror}") from error
    try:
        text = _unpack(packed) if packed.startswith(GZIP_MAGIC) else packed
    except (EOFError, OSError, zlib.error) as error:
        raise BlockFileError("", f"damaged gzip file: {error}") from error
    if len(text) > LARGEST_FILE_BYTES:
        raise BlockFileError("", f"more than {LARGEST_FILE_BYTES} bytes of JSON")
    try:
        document = text.decode("utf-8")
        check_nesting(document)
        return json.loads(document, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno} column {error.colno}"
        raise BlockFileError("", f"not JSON: {error.msg} at {where}") from error
    except ValueError as error:
        raise BlockFileError("", f"not JSON: {error}") from error


def _unpack(packed: bytes) -> bytes:
    with gzip.GzipFile(fileobj=io.BytesIO(packed)) as stream:
        return stream.read(LARGEST_FILE_BYTES + 1)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"field {name!r} stands twice in one object")
        found[name] = value
    return found


def parse(document: Any, after: ChainPosition | None = None) -> Batch:
    """Make the batch out of a JSON document, see ``load``."""
    top = Field(document)
    if top.has("blocks"):
        top.known("blocks", *BATCH_FIELDS)
        entries = top.need("blocks").items()
        if not entries:
            raise top.need("blocks").refuse("a batch has at least one block")
    else:
        entries = [top]
    flavour = Flavour(_shared(top, entries, "flavour", _flavour_name, Flavour.PRODUCTION.value))
    blocks: list[Block] = []
    defaults = _FIRST_DEFAULTS if after is None else _defaults_after(after)
    for at, entry in enumerate(entries):
        if at == 0 and after is not None:
            _refuse_state(entry)
        _known_fields(entry, first=at == 0, alone=entry is top)
        blocks.append(_block(entry, flavour, defaults))
        defaults = _Defaults((blocks[-1].number + 1) % 2**64, blocks[-1].timestamp, None)
    return Batch(
        flavour=flavour,
        chain_id=_shared(top, entries, "chain_id", _chain_id, DEFAULT_CHAIN_ID),
        da_commitment_scheme=_da_scheme(top),
        initial_state=_initial_state(entries[0], flavour),
        blocks=blocks,
    )


def _refuse_state(entry: Field) -> None:
    for name in FIRST_BLOCK_FIELDS:
        if entry.has(name):
            raise entry.need(name).refuse("the chain has a state already; leave this out")


def _known_fields(entry: Field, *, first: bool, alone: bool) -> None:
    batch_fields = BATCH_FIELDS if alone else ("flavour", "chain_id")
    first_fields = FIRST_BLOCK_FIELDS if first else ()
    for name in FIRST_BLOCK_FIELDS:
        if not first and entry.has(name):
            raise entry.need(name).refuse("only the first block of a batch has this field")
    entry.known(*BLOCK_ENTRY_FIELDS, *first_fields, *batch_fields)


def _flavour_name(field: Field) -> str:
    return field.choice([flavour.value for flavour in Flavour])


def _chain_id(field: Field) -> int:
    return field.quantity(64)


def _da_scheme(top: Field) -> int:
    given = top.get("da_commitment_scheme")
    return DEFAULT_DA_SCHEME if given is None else given.number(DA_SCHEMES)


def _shared(top: Field, entries: Any, name: str, read: Any, default: Any) -> Any:
    """Read a field that may stand at the top and in each block, and must be equal everywhere."""
    found = None
    for holder in [top, *(entry for entry in entries if entry is not top)]:
        given = holder.get(name)
        if given is None:
            continue
        value = read(given)
        if found is not None and found != value:
            raise given.refuse("differs from the batch's other blocks")
        found = value
    return default if found is None else found


def _quantity(holder: Field, name: str, bits: int, default: int) -> int:
    given = holder.get(name)
    return default if given is None else given.quantity(bits)


@dataclass(frozen=True)
class _Defaults:
    """What a block has from the one before it unless the file says otherwise."""

    number: int
    last_timestamp: int
    block_hashes: tuple[int, ...] | None
    """None: they are known when the batch runs."""


_FIRST_DEFAULTS = _Defaults(1, 0, (0,) * BLOCK_HASHES)


def _defaults_after(position: ChainPosition) -> _Defaults:
    number = (position.number + 1) % 2**64
    return _Defaults(number, position.timestamp, position.block_hashes)


def _block(entry: Field, flavour: Flavour, defaults: _Defaults) -> Block:
    given = entry.get("block") or Field({}, entry.below("block"))
    given.known(
        *BLOCK_QUANTITIES,
        *("coinbase", "block_hashes"),
        *(ETHEREUM_QUANTITIES if flavour is Flavour.ETHEREUM else ()),
    )
    coinbase = given.get("coinbase")
    return Block(
        number=_quantity(given, "number", 64, defaults.number),
        timestamp=_quantity(given, "timestamp", 64, 42),
        gas_limit=_quantity(given, "gas_limit", 64, DEFAULT_GAS_LIMIT),
        pubdata_limit=_quantity(given, "pubdata_limit", 64, 2**64 - 1),
        base_fee=_quantity(given, "base_fee", 256, 1000),
        native_price=_quantity(given, "native_price", 256, 10),
        pubdata_price=_quantity(given, "pubdata_price", 256, 0),
        coinbase=0 if coinbase is None else int.from_bytes(coinbase.data(20), "big"),
        mix_hash=_quantity(given, "mix_hash", 256, 1),
        block_hashes=_block_hashes(given, defaults.block_hashes),
        last_block_timestamp=_quantity(entry, "last_block_timestamp", 64, defaults.last_timestamp),
        excess_blob_gas=_quantity(given, "excess_blob_gas", EXCESS_BLOB_GAS_BITS, 0),
        parent_beacon_block_root=_quantity(given, "parent_beacon_block_root", 256, 0),
        transactions=_transactions(entry),
    )


def _block_hashes(given: Field, default: tuple[int, ...] | None) -> tuple[int, ...] | None:
    field = given.get("block_hashes")
    if field is None:
        return default
    items = field.items()
    if len(items) > BLOCK_HASHES:
        raise field.wrong(f"an array of at most {BLOCK_HASHES} hashes")
    hashes = [item.quantity(256) for item in items]
    return (*hashes, *(0 for _ in range(BLOCK_HASHES - len(hashes))))


def _transactions(entry: Field) -> tuple[OfferedTransaction, ...]:
    given = entry.get("transactions")
    return () if given is None else tuple(_transaction(item) for item in given.items())


def _transaction(field: Field) -> OfferedTransaction:
    if isinstance(field.value, str):
        return OfferedTransaction(_nonempty(field))
    if not isinstance(field.value, dict):
        raise field.wrong("signed bytes or an object")
    if not field.has("raw"):
        return OfferedTransaction(_abi_transaction(field).encode(), TransactionFormat.ABI)
    field.known("raw", "sender", "format")
    raw = _nonempty(field.need("raw"))
    kind = field.get("format")
    if kind is not None and kind.choice(["abi", "rlp"]) == "abi":
        if field.has("sender"):
            raise field.need("sender").refuse("ABI transactions carry their own sender")
        return OfferedTransaction(raw, TransactionFormat.ABI)
    sender = field.get("sender")
    stated = None if sender is None else int.from_bytes(sender.data(20), "big")
    return OfferedTransaction(raw, TransactionFormat.RLP, stated)


def _nonempty(field: Field) -> bytes:
    raw = field.data()
    if not raw:
        raise field.refuse("a transaction of no bytes would end the block")
    return raw


def _abi_transaction(field: Field) -> AbiTransaction:
    field.known(
        *("type", "from", "to", "gas_limit", "gas_per_pubdata_limit", "max_fee_per_gas"),
        *("max_priority_fee_per_gas", "nonce", "value", "total_deposited"),
        *("refund_recipient", "data", "factory_deps"),
    )
    kind = field.need("type")
    if kind.quantity(256) not in (L1_TO_L2, UPGRADE):
        raise kind.wrong('"0x7f" or "0x7e" (other types are given as signed bytes)')
    dependencies = field.get("factory_deps")
    return AbiTransaction(
        type=kind.quantity(256),
        sender=field.need("from").quantity(256),
        to=field.need("to").quantity(256),
        gas_limit=field.need("gas_limit").quantity(256),
        gas_per_pubdata_limit=field.need("gas_per_pubdata_limit").quantity(256),
        max_fee_per_gas=field.need("max_fee_per_gas").quantity(256),
        max_priority_fee_per_gas=_quantity(field, "max_priority_fee_per_gas", 256, 0),
        nonce=_quantity(field, "nonce", 256, 0),
        value=_quantity(field, "value", 256, 0),
        total_deposited=field.need("total_deposited").quantity(256),
        refund_recipient=field.need("refund_recipient").quantity(256),
        data=field.need("data").data(),
        factory_deps=[]
        if dependencies is None
        else [item.data(32) for item in dependencies.items()],
    )


def _initial_state(entry: Field, flavour: Flavour) -> InitialState:
    accounts: dict[int, PreAccount] = {}
    pre = entry.get("pre")
    for name, field in () if pre is None else pre.members():
        address = address_of(name, field.path)
        if address in accounts:
            raise field.refuse("this address stands twice")
        accounts[address] = _account(field, flavour)
    preimages = entry.get("preimages")
    leaves = entry.get("leaves")
    state = InitialState(
        accounts=accounts,
        leaves=None if leaves is None else _leaves(leaves),
        preimages=() if preimages is None else tuple(item.data() for item in preimages.items()),
    )
    if leaves is not None:
        _check_leaves(state, leaves)
    return state


def _account(field: Field, flavour: Flavour) -> PreAccount:
    field.known("balance", "nonce", "code", "properties", "storage")
    storage: dict[int, int] = {}
    slots = field.get("storage")
    for name, slot in () if slots is None else slots.members():
        key = word_of(name, slot.path)
        if key in storage:
            raise slot.refuse("this key stands twice")
        storage[key] = slot.quantity(256)
    parts = [name for name in ("balance", "nonce", "code") if field.has(name)]
    properties = field.get("properties")
    if properties is not None:
        if parts:
            raise field.refuse(f"properties and {parts[0]} exclude each other")
        return PreAccount(properties.data(RECORD_BYTES), b"", storage)
    if not parts:
        return PreAccount(None, b"", storage)
    code = field.get("code")
    record, full_code = make_account(
        _quantity(field, "nonce", 64, 0),
        _quantity(field, "balance", 256, 0),
        b"" if code is None else code.data(),
        may_delegate=flavour is Flavour.PRODUCTION,
    )
    return PreAccount(record.encode(), full_code, storage)


def _leaves(field: Field) -> tuple[tuple[bytes, bytes], ...]:
    leaves = []
    seen = {FIRST_KEY, LAST_KEY}
    for item in field.items():
        pair = item.items()
        if len(pair) != 2:
            raise item.wrong("a pair [key, value]")
        key, value = pair[0].data(32), pair[1].data(32)
        if key in seen:
            raise pair[0].refuse("this key is in the tree already")
        seen.add(key)
        leaves.append((key, value))
    return tuple(leaves)


def _check_leaves(state: InitialState, field: Field) -> None:
    """The leaves replace the order of the implied slots, not the slots."""
    values = dict(state.leaves or ())
    for key, value in implied_slots(state).items():
        if values.get(key) != value:
            what = "missing" if key not in values else "another value"
            raise field.refuse(f"{what} for the slot 0x{key.hex()} that pre implies")
