"""Stacks for compiled x86-64 code: 64 MiB each, aligned to their size, with unmapped memory below.

Pages are committed by the system as they are touched. A stack is used by one call at a time and
kept for the next one. ``guard`` makes a stack that runs over end the call instead of the process.

Errors:  MemoryError when the system gives no address space.
"""

import ctypes
import threading

from zkos.compiler.backend.x86_support import GUARD_BYTES, STACK_BYTES

_PROT_NONE, _PROT_READ_WRITE = 0, 3
_MAP_PRIVATE_ANONYMOUS_NORESERVE = 0x02 | 0x20 | 0x4000
_FAILED = ctypes.c_void_p(-1).value
_SIGSEGV = 11
_SA_SIGINFO_ONSTACK = 4 | 0x0800_0000
_SS_DISABLE = 2
_SIGNAL_STACK_BYTES = 1 << 16
MAXIMUM_STACKS = 4096


class _Action(ctypes.Structure):
    _fields_ = [
        ("handler", ctypes.c_void_p),
        ("mask", ctypes.c_uint64 * 16),
        ("flags", ctypes.c_int),
        ("restorer", ctypes.c_void_p),
    ]


class _SignalStack(ctypes.Structure):
    _fields_ = [
        ("start", ctypes.c_void_p),
        ("flags", ctypes.c_int),
        ("size", ctypes.c_size_t),
    ]


_libc = ctypes.CDLL(None)
_libc.mmap.restype = ctypes.c_void_p
_libc.mmap.argtypes = [
    ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long,
]  # fmt: skip
_libc.mprotect.restype = ctypes.c_int
_libc.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
_libc.sigaction.restype = ctypes.c_int
_libc.sigaction.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p]
_libc.sigaltstack.restype = ctypes.c_int
_libc.sigaltstack.argtypes = [ctypes.c_void_p, ctypes.c_void_p]

_free: list[int] = []
_table = (ctypes.c_uint64 * (MAXIMUM_STACKS + 1))()  # the number of stacks, then their ends
_lock = threading.Lock()
_of_thread = threading.local()
_signal_stacks: list[object] = []  # a thread may use its own until the system has ended it
_is_guarded = False


def _make_stack() -> int:
    # More than twice the size is reserved, so that an aligned stretch with its guard lies inside.
    size = 2 * STACK_BYTES + GUARD_BYTES
    base = _libc.mmap(None, size, _PROT_NONE, _MAP_PRIVATE_ANONYMOUS_NORESERVE, -1, 0)
    if base is None or base == _FAILED:
        raise MemoryError(f"no address space for a stack of {STACK_BYTES} bytes")
    start = (base + GUARD_BYTES + STACK_BYTES - 1) // STACK_BYTES * STACK_BYTES
    if _libc.mprotect(start, STACK_BYTES, _PROT_READ_WRITE) != 0:
        raise MemoryError(f"no memory for a stack of {STACK_BYTES} bytes")
    end = int(start + STACK_BYTES)
    with _lock:
        count = int(_table[0])
        if count < MAXIMUM_STACKS:
            _table[count + 1] = end
            _table[0] = count + 1
    return end


def take_stack() -> int:
    """Give the end of a free stack."""
    try:
        return _free.pop()  # one step, so threads need no lock
    except IndexError:
        return _make_stack()


def give_back(end: int) -> None:
    """Let another call use the stack."""
    _free.append(end)


def guard(library: ctypes.CDLL) -> None:
    """Let a loaded program's fault handler watch over all stacks; once per process."""
    global _is_guarded
    with _lock:
        if _is_guarded:
            return
        ctypes.c_void_p.in_dll(library, "zkos_stack_table").value = ctypes.addressof(_table)
        action = _Action()
        action.handler = ctypes.cast(library.zkos_on_fault, ctypes.c_void_p).value
        action.flags = _SA_SIGINFO_ONSTACK
        previous = ctypes.addressof(_Action.in_dll(library, "zkos_previous_action"))
        _libc.sigaction(_SIGSEGV, ctypes.addressof(action), previous)
        _is_guarded = True


def prepare_thread() -> None:
    """Give this thread a stack for signal handlers, unless it has one."""
    if getattr(_of_thread, "is_prepared", False):
        return
    _of_thread.is_prepared = True
    present = _SignalStack()
    _libc.sigaltstack(None, ctypes.addressof(present))
    if not present.flags & _SS_DISABLE:
        return
    memory = ctypes.create_string_buffer(_SIGNAL_STACK_BYTES)
    _signal_stacks.append(memory)
    wanted = _SignalStack(ctypes.addressof(memory), 0, _SIGNAL_STACK_BYTES)
    _libc.sigaltstack(ctypes.addressof(wanted), None)
