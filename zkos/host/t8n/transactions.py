"""Transactions of a transition: JSON, signed or with a key to sign with, or a block body's RLP.

Source:  EIP-155, EIP-2930, EIP-1559, EIP-4844 (what is signed).
Errors:  BlockFileError naming the field; RlpInputError.
"""

from collections.abc import Sequence
from typing import Any

import coincurve
import rlp

from zkos.host.hashing import keccak256
from zkos.host.json_fields import Field, number_of
from zkos.host.t8n.environment import word_of
from zkos.host.t8n.errors import RlpInputError

LEGACY, ACCESS_LIST, DYNAMIC_FEE, BLOB = range(4)
UNPROTECTED_V = 27
PROTECTED_V = 35
CURVE_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141

Item = Any
"""A value of RLP: bytes, a number, or a list of them."""


def parse_transactions(field: Field, chain_id: int) -> list[bytes]:
    """Read a list of transactions; what has a key and no signature is signed."""
    return [_transaction(item, chain_id) for item in field.items()]


def parse_body(field: Field) -> list[bytes]:
    """Read the RLP of a list of signed transactions."""
    try:
        items = rlp.decode(field.data())
    except (rlp.DecodingError, RecursionError) as error:
        raise RlpInputError(f"the transactions are not RLP: {error}") from error
    if not isinstance(items, Sequence) or isinstance(items, bytes):
        raise RlpInputError("the transactions are not the RLP of a list")
    if not all(items):
        raise RlpInputError(f"transaction {list(map(bool, items)).index(False)} has no bytes")
    return [item if isinstance(item, bytes) else rlp.encode(item) for item in items]


def encode_body(transactions: Sequence[bytes]) -> bytes:
    """Write the RLP of a list of signed transactions."""
    return bytes(rlp.encode([one if one[0] < 0x80 else rlp.decode(one) for one in transactions]))


def _transaction(field: Field, chain_id: int) -> bytes:
    kind = _number(field, "type", 8)
    if kind > BLOB:
        raise field.need("type").wrong("a transaction type from 0x0 to 0x3")
    content = _content(field, kind, chain_id)
    signature = [_number(field, name, 256) for name in ("v", "r", "s")]
    key = field.get("secretKey")
    if key is not None and not any(signature):
        protected = field.get("protected")
        is_protected = protected is None or bool(protected.value)
        secret = word_of(key)
        if not 0 < secret < CURVE_ORDER:
            raise key.wrong("a secp256k1 key, above zero and below the order of the curve")
        signature = _sign(content, kind, secret, chain_id if is_protected else None)
    encoded = bytes(rlp.encode([*content, *signature]))
    return encoded if kind == LEGACY else bytes([kind]) + encoded


def _content(field: Field, kind: int, chain_id: int) -> list[Item]:
    """Give the fields that are signed, in their order."""
    to = field.get("to")
    recipient = b"" if to is None or to.value in (None, "", "0x") else to.data(20)
    data = field.get("input") or field.get("data")
    common: list[Item] = [
        _number(field, "gas", 64),
        recipient,
        _number(field, "value", 256),
        b"" if data is None else data.data(),
    ]
    nonce = _number(field, "nonce", 64)
    if kind == LEGACY:
        return [nonce, _number(field, "gasPrice", 256), *common]
    given = field.get("chainId")
    chain = chain_id if given is None or given.value is None else number_of(given, 256)
    if kind == ACCESS_LIST:
        return [chain, nonce, _number(field, "gasPrice", 256), *common, _access_list(field)]
    fees = [_number(field, "maxPriorityFeePerGas", 256), _number(field, "maxFeePerGas", 256)]
    content = [chain, nonce, *fees, *common, _access_list(field)]
    if kind == BLOB:
        hashes = field.get("blobVersionedHashes")
        listed = [] if hashes is None else [item.data(32) for item in hashes.items()]
        content += [_number(field, "maxFeePerBlobGas", 256), listed]
    return content


def _access_list(field: Field) -> list[Item]:
    given = field.get("accessList")
    if given is None or given.value is None:
        return []
    entries = []
    for entry in given.items():
        keys = entry.get("storageKeys")
        listed = [] if keys is None or keys.value is None else keys.items()
        entries.append([entry.need("address").data(20), [key.data(32) for key in listed]])
    return entries


def _sign(content: list[Item], kind: int, key: int, chain_id: int | None) -> list[int]:
    """Give v (or the parity), r and s; no chain id means an unprotected legacy transaction."""
    if kind != LEGACY:
        digest = keccak256(bytes([kind]) + rlp.encode(content))
    elif chain_id is None:
        digest = keccak256(rlp.encode(content))
    else:
        digest = keccak256(rlp.encode([*content, chain_id, 0, 0]))
    signature = coincurve.PrivateKey.from_int(key).sign_recoverable(digest, hasher=None)
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:64], "big")
    v = signature[64]
    if kind == LEGACY:
        v += UNPROTECTED_V if chain_id is None else PROTECTED_V + 2 * chain_id
    return [v, r, s]


def _number(field: Field, name: str, bits: int) -> int:
    given = field.get(name)
    return 0 if given is None or given.value is None else number_of(given, bits)
