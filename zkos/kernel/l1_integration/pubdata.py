"""Pubdata: what the settlement layer publishes so that everybody can rebuild the state.

    01 | block hash 32 | be8 timestamp
    be4 number of changed slots | per slot: flat key 32, value diff or account diff
    be4 number of logs | 88 bytes each
    be4 number of messages | per message: be4 length, data

Docs:    docs/l1_integration/pubdata.md.
Source:  zksync-os@v0.2.5 basic_system/src/system_implementation/system/pubdata.rs,
         flat_storage_model/mod.rs; state reference, 7.
Units:   bytes.
Modes:   equal in both; a proving run without data availability does not write it.
Errors:  the oracle's errors (internal); Trap when the arena is exhausted.
"""

from zkos.interface.protocol_versions import CURRENT
from zkos.kernel.errors import OK
from zkos.kernel.system.io.io import IO
from zkos.kernel.system.io.l1_messages import LOG_BYTES
from zkos.lang import (
    Arena,
    Slice,
    Status,
    check,
    copy,
    function,
    range,
    store_be,
    u8,
    u32,
    u64,
    u256,
)

_HEADER_BYTES = 1 + 32 + 8
_COUNT_BYTES = 4
_LENGTH_BYTES = 4


@function
def pubdata_size(io: IO) -> u32:
    """Give the length of the block's pubdata."""
    size = io.model.pubdata_size() + (_HEADER_BYTES + 2 * _COUNT_BYTES)
    for i in range(io.messages.logs.length):
        log = io.messages.logs.at(i)
        size += LOG_BYTES
        if log.is_message:
            size += log.data.length + _LENGTH_BYTES
    return size


@function
def encode_pubdata(
    io: IO, arena: Arena, block_hash: u256, timestamp: u64
) -> tuple[Status, Slice[u8]]:
    """Write the block's pubdata; the storage model has finished the block."""
    target = arena.slice(u8, pubdata_size(io))
    target[0] = CURRENT.pubdata_encoding
    store_be(target, 1, block_hash)
    store_be(target, 33, timestamp)
    at = check(io.model.write_pubdata(target, u32(_HEADER_BYTES)))
    _ = _write_logs(io, target, at)
    return OK, target


@function
def _write_logs(io: IO, target: Slice[u8], at: u32) -> u32:
    """Write logs and messages from a position on; gives the position after them."""
    logs = io.messages.logs
    store_be(target, at, logs.length)
    at += _COUNT_BYTES
    messages = u32(0)
    for i in range(logs.length):
        log = logs.at(i)
        log.encode(target[at : at + LOG_BYTES])
        at += LOG_BYTES
        messages += u32(log.is_message)
    store_be(target, at, messages)
    at += _COUNT_BYTES
    for i in range(logs.length):
        log = logs.at(i)
        if log.is_message:
            store_be(target, at, log.data.length)
            at += _LENGTH_BYTES
            copy(target[at : at + log.data.length], log.data)
            at += log.data.length
    return at
