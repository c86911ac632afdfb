"""Files with pubdata: bytes as published, 0x-hex, or results of ``zkos run --json``.

Errors:  PubdataError naming the file.
"""

import json
from pathlib import Path
from typing import Any

from zkos.host.errors import BlockFileError, PubdataError, reading
from zkos.host.json_fields import Field
from zkos.host.pubdata.decoder import BlockPubdata, decode_pubdata
from zkos.host.result_json import result_blocks


def read_pubdata(path: Path) -> list[BlockPubdata]:
    """Read the blocks of a file."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise PubdataError(f"cannot read {path}: {error.strerror}") from error
    with reading(path):
        blocks = decode_pubdata(_unwrap(content))
        if not blocks:
            raise PubdataError("expected the pubdata of at least one block, got none")
    return blocks


def _unwrap(content: bytes) -> bytes:
    """Give the bytes that a file's content stands for."""
    start = content.lstrip()[:2]
    if start[:1] == b"{":
        return b"".join(map(_bytes_of, _texts_of(content)))
    return _bytes_of(content.decode("latin-1")) if start == b"0x" else content


def _texts_of(content: bytes) -> list[Any]:
    """Give the pubdata fields of a result."""
    try:
        blocks = result_blocks(Field(json.loads(content)))
        return [block.need("pubdata").value for block in blocks]
    except (ValueError, RecursionError, BlockFileError) as error:
        raise PubdataError("neither pubdata nor a result of zkos run --json") from error


def _bytes_of(text: Any) -> bytes:
    digits = "".join(text.split()) if isinstance(text, str) else ""
    if not digits.startswith("0x"):
        raise PubdataError(f"expected 0x-hex, got {str(text)[:20]!r}")
    try:
        return bytes.fromhex(digits[2:])
    except ValueError as error:
        raise PubdataError("expected 0x-hex of whole bytes") from error
