"""Loading the x86-64 shared object and calling functions in it.

    program = load(path)
    frame = program.frame("zkos.kernel.x.f", slots)       # 8-byte slots, see frames.py
    program.enter("zkos.kernel.x.f", frame)

``Entry`` does that for one function: numbers, buffers and addresses in, plain Python out.

Parameters: int for integers, bool and Status; for a Slice a bytearray, memoryview or any writable
            contiguous buffer (shared, not copied), bytes where the function does not write, or
            ``(address, length)``; for a struct an address (int) or a buffer.
Errors:     Trap with message, file and line when the program stops itself; whatever the host's
            callback raised, unchanged; TypeError for arguments that do not fit.
"""

import ctypes
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from zkos.compiler.backend.frames import PREFIX, Signature, describe, slot_count
from zkos.compiler.backend.stacks import give_back, guard, prepare_thread, take_stack
from zkos.compiler.backend.x86_support import (
    CODE_SLOT,
    CONTEXT_BYTES,
    FILE_SLOT,
    HOST_FAILED,
    LINE_SLOT,
    TRAP_MESSAGES,
)
from zkos.compiler.frontend.types import is_slice, is_struct, is_tuple, is_value, parts_of
from zkos.lang import Function, Trap
from zkos.lang.containers import element_bytes
from zkos.lang.integers import is_integer

HostCall = Callable[[int, memoryview, memoryview], int]
"""What answers host calls: (service, request words, reply words) -> result, both of format "I"."""

_MASK = (1 << 64) - 1
_CALLBACK = ctypes.CFUNCTYPE(
    ctypes.c_int64,
    ctypes.c_uint32,
    ctypes.c_void_p,
    ctypes.c_uint32,
    ctypes.c_void_p,
    ctypes.c_uint32,
)


class CompiledTrap(Trap):
    """A trap of compiled code; says where in the Python source."""

    def __init__(self, code: int, file: str, line: int) -> None:
        self.code, self.file, self.line = code, file, line
        super().__init__(f"{TRAP_MESSAGES.get(code, f'trap {code}')} at {file}:{line}")


_view = ctypes.pythonapi.PyMemoryView_FromMemory
_view.restype = ctypes.py_object
_view.argtypes = [ctypes.c_void_p, ctypes.c_ssize_t, ctypes.c_int]
_WRITABLE = 0x200  # PyBUF_WRITE
_NO_WORDS = memoryview(b"").cast("I")


@lru_cache(maxsize=256)
def _words_at(address: int | None, count: int) -> memoryview:
    """Give the words at an address; compiled code asks from few places on its stack."""
    if not address or not count:
        return _NO_WORDS
    view: memoryview = _view(address, 4 * count, _WRITABLE)
    return view.cast("I")


class Program:
    """A loaded shared object; it stays loaded as long as the process lives."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._library = ctypes.CDLL(str(path))
        enter = self._library.zkos_enter
        enter.restype = ctypes.c_uint32
        enter.argtypes = [ctypes.c_size_t] * 4
        self._enter = enter
        self._addresses: dict[str, int] = {}
        guard(self._library)

    def address(self, symbol: str) -> int:
        """Give the address of a symbol of the object."""
        found = self._addresses.get(symbol)
        if found is None:
            pointer = ctypes.cast(getattr(self._library, symbol), ctypes.c_void_p).value
            assert pointer is not None
            found = self._addresses[symbol] = pointer
        return found

    def enter(self, wrapper: int, frame: int, host: "HostConnection | None" = None) -> None:
        """Run a wrapper on a frame, both given by address."""
        prepare_thread()
        end = take_stack()
        try:
            code = self._enter(end, wrapper, frame, 0 if host is None else host.address)
            if code == 0:
                return
            if code == HOST_FAILED:
                if host is None or host.error is None:
                    raise Trap("no host is connected")
                error, host.error = host.error, None
                raise error
            context = (ctypes.c_uint64 * (CONTEXT_BYTES // 8)).from_address(end - CONTEXT_BYTES)
            assert context[CODE_SLOT] == code
            file = ctypes.string_at(context[FILE_SLOT]).decode() if context[FILE_SLOT] else "?"
            raise CompiledTrap(code, file, int(context[LINE_SLOT]))
        finally:
            give_back(end)


class HostConnection:
    """The callback that answers host calls; keeps what it raised for the caller."""

    def __init__(self, handler: HostCall) -> None:
        self.error: BaseException | None = None

        def answer(
            service: int, request: int | None, request_words: int, reply: int | None, words: int
        ) -> int:
            try:
                given = _words_at(request, request_words)
                result = handler(service, given, _words_at(reply, words))
                return int(result) & 0xFFFF_FFFF
            except BaseException as error:
                self.error = error
                return -1

        self._callback = _CALLBACK(answer)  # must live as long as calls may come
        address = ctypes.cast(self._callback, ctypes.c_void_p).value
        assert address is not None
        self.address = address


def _refuse(service: int, request: memoryview, reply: memoryview) -> int:
    raise Trap("no host is connected")


NO_HOST = HostConnection(_refuse)

_loaded: dict[Path, Program] = {}


def load(path: Path) -> Program:
    """Load a shared object, once per path: rebuilt ones must have another name."""
    path = path.resolve()
    if path not in _loaded:
        _loaded[path] = Program(path)
    return _loaded[path]


class Entry:
    """One function of a loaded program, called with plain Python."""

    def __init__(self, program: Program, function: Function) -> None:
        self.program = program
        self.symbol = function.symbol
        self.frame: Signature = describe(function)
        self._wrapper = program.address(PREFIX + function.symbol)
        self._frame_type = ctypes.c_uint64 * max(self.frame.slots, 1)
        self._packers = [_make_packer(kind) for kind in self.frame.parameters]
        result = self.frame.result
        self._read = None if result is None else make_reader(result, self.frame.argument_slots)

    def __call__(self, *arguments: Any, host: HostConnection = NO_HOST) -> Any:
        packers = self._packers
        if len(arguments) != len(packers):
            raise TypeError(f"{self.symbol}: {len(arguments)} arguments for {len(packers)}")
        slots: list[int] = []
        keep: list[Any] = []
        for packer, given in zip(packers, arguments, strict=True):
            packer(given, slots, keep)
        frame = self._frame_type(*slots)
        self.program.enter(self._wrapper, ctypes.addressof(frame), host)
        return None if self._read is None else self._read(frame)


Packer = Callable[[Any, list[int], list[Any]], None]
"""Adds an argument to the slots; the last list holds what must stay alive."""


def _make_packer(kind: Any) -> Packer:
    if is_slice(kind):

        def pack_slice(given: Any, slots: list[int], keep: list[Any]) -> None:
            slots += _slice_address(kind, given, keep)

        return pack_slice
    if is_value(kind):
        packers = [_make_packer(field) for field in kind.fields.values()]

        def pack_value(given: Any, slots: list[int], keep: list[Any]) -> None:
            for packer, item in zip(packers, given, strict=True):
                packer(item, slots, keep)

        return pack_value
    if is_struct(kind):

        def pack_struct(given: Any, slots: list[int], keep: list[Any]) -> None:
            slots.append(given if isinstance(given, int) else _buffer_address(given, keep))

        return pack_struct
    return _make_number_packer(kind)


def _make_number_packer(kind: Any) -> Packer:
    count = slot_count(kind)
    bits = kind.bits if is_integer(kind) else 1 if kind is bool else 32
    is_signed = is_integer(kind) and kind.signed
    low, high = (-(1 << bits - 1), 1 << bits - 1) if is_signed else (0, 1 << bits)

    def pack_number(given: Any, slots: list[int], keep: list[Any]) -> None:
        number = int(given)
        if not low <= number < high:
            raise TypeError(f"{number} does not fit {kind.__name__}")
        if count == 1:
            slots.append(number & _MASK)
            return
        for _ in range(count):
            slots.append(number & _MASK)
            number >>= 64

    return pack_number


def _slice_address(kind: Any, given: Any, keep: list[Any]) -> tuple[int, int]:
    if isinstance(given, tuple):
        address, length = given
        return int(address), int(length)
    step = element_bytes(kind.element)
    view = memoryview(given)
    if view.nbytes % step:
        raise TypeError(f"{view.nbytes} bytes are no whole number of {kind.element.__name__}")
    if view.nbytes == 0:
        return 0, 0
    return _buffer_address(view if not view.readonly else given, keep), view.nbytes // step


def _buffer_address(given: Any, keep: list[Any]) -> int:
    if isinstance(given, bytes):
        pointer = ctypes.c_char_p(given)
        keep.append(pointer)
        address = ctypes.cast(pointer, ctypes.c_void_p).value
        assert address is not None
        return address
    view = memoryview(given)
    if view.readonly:
        return _buffer_address(view.tobytes(), keep)
    array = (ctypes.c_uint8 * view.nbytes).from_buffer(view)
    keep.append(array)
    return ctypes.addressof(array)


Reader = Callable[[Any], Any]
"""Reads a value from a sequence of slots."""


def make_reader(kind: Any, at: int) -> Reader:
    """Give what reads a value of a type that begins at slot ``at``."""
    if is_tuple(kind) or is_value(kind):
        readers = []
        for part in parts_of(kind) if is_tuple(kind) else kind.fields.values():
            readers.append(make_reader(part, at))
            at += slot_count(part)
        return lambda slots: tuple(reader(slots) for reader in readers)
    if is_slice(kind):
        return lambda slots: (slots[at], slots[at + 1])
    if kind is bool:
        return lambda slots: bool(slots[at] & 1)
    count = slot_count(kind)
    if count == 1 and not getattr(kind, "signed", False):
        return lambda slots: int(slots[at])
    return _wide_reader(kind, at, count)


def _wide_reader(kind: Any, at: int, count: int) -> Reader:
    bits = kind.bits

    def read(slots: Any) -> int:
        number = 0
        for index in range(count):
            number |= slots[at + index] << 64 * index
        if kind.signed and number >> (bits - 1) & 1:
            number = (number & ((1 << bits) - 1)) - (1 << bits)
        return number

    return read
