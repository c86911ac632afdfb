"""Stacks for compiled x86-64 code: 64 MiB each, aligned to their size, with a guard page.

Pages are committed by the system as they are touched. A stack is used by one call at a time and
kept for the next one.

Errors:  MemoryError when the system gives no address space.
"""

import ctypes
import mmap

from zkos.compiler.backend.x86_support import STACK_BYTES

_PROT_NONE, _PROT_READ_WRITE = 0, 3
_MAP_PRIVATE_ANONYMOUS_NORESERVE = 0x02 | 0x20 | 0x4000
_FAILED = ctypes.c_void_p(-1).value

_libc = ctypes.CDLL(None)
_libc.mmap.restype = ctypes.c_void_p
_libc.mmap.argtypes = [
    ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long,
]  # fmt: skip
_libc.mprotect.restype = ctypes.c_int
_libc.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]

_free: list[int] = []


def _make_stack() -> int:
    # Twice the size is reserved, so that an aligned stretch lies inside.
    base = _libc.mmap(None, 2 * STACK_BYTES, _PROT_NONE, _MAP_PRIVATE_ANONYMOUS_NORESERVE, -1, 0)
    if base is None or base == _FAILED:
        raise MemoryError(f"no address space for a stack of {STACK_BYTES} bytes")
    start = (base + STACK_BYTES - 1) // STACK_BYTES * STACK_BYTES
    usable = STACK_BYTES - mmap.PAGESIZE
    if _libc.mprotect(start + mmap.PAGESIZE, usable, _PROT_READ_WRITE) != 0:
        raise MemoryError(f"no memory for a stack of {STACK_BYTES} bytes")
    return int(start + STACK_BYTES)


def take_stack() -> int:
    """Give the end of a free stack."""
    try:
        return _free.pop()  # one step, so threads need no lock
    except IndexError:
        return _make_stack()


def give_back(end: int) -> None:
    """Let another call use the stack."""
    _free.append(end)
