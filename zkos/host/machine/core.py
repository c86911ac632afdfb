"""The compiled machine, or the same code under CPython, behind one face.

The state struct is read and written by name in both. Compiled, it is plain memory laid out as
``zkos.lang.layout`` says; under CPython it is the object itself.
"""

import mmap
import struct
from collections.abc import Callable
from typing import Any, Protocol

from zkos.compiler.backend.loader import HostConnection
from zkos.host.machine.built import LIBRARY, compiled_functions
from zkos.host.machine.guest_memory import GuestMemory
from zkos.lang import Slice, Trap, u8, u32, u64
from zkos.lang.containers import element_bytes
from zkos.lang.host import connected
from zkos.lang.layout import sum_fields
from zkos.riscv_machine.state import ROM_WORDS, MachineState

HostCall = Callable[[int, Any, Any], int]
_ELEMENTS = {"load": (), "run": (u32,), "profile": (u64, u8, u64, u64), "trace": (u64, u64)}
_NUMBERS = {1: "B", 4: "I", 8: "Q"}


class Core(Protocol):
    """One machine state, and the compiled functions that work on it."""

    def get(self, name: str) -> int:
        """Read a number of the state."""
        ...

    def set(self, name: str, number: int) -> None:
        """Write a number of the state."""
        ...

    def get_element(self, name: str, index: int) -> int:
        """Read an element of an array of the state."""
        ...

    def set_element(self, name: str, index: int, number: int) -> None:
        """Write an element of an array of the state."""
        ...

    def decoded(self) -> bytes:
        """Copy the decoded program, 8 bytes an instruction."""
        ...

    def call(self, name: str, *arguments: Any, host: HostCall | None = None) -> Any:
        """Call one of ``LIBRARY.functions`` on the state."""
        ...


class CompiledCore:
    """The machine compiled to x86-64."""

    def __init__(self, memory: GuestMemory) -> None:
        offsets, size = sum_fields(MachineState, 8)
        self._offsets = offsets
        self._memory = memory
        self._state = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        self._entries = compiled_functions()

    def _place(self, name: str, index: int) -> tuple[str, int]:
        kind = MachineState.fields[name]  # type: ignore[attr-defined]
        size = element_bytes(getattr(kind, "element", kind))
        return "<" + _NUMBERS[size], self._offsets[name] + size * index

    def get(self, name: str) -> int:
        """Read a number of the state."""
        return self.get_element(name, 0)

    def set(self, name: str, number: int) -> None:
        """Write a number of the state."""
        self.set_element(name, 0, number)

    def get_element(self, name: str, index: int) -> int:
        """Read an element of an array of the state."""
        form, at = self._place(name, index)
        return int(struct.unpack_from(form, self._state, at)[0])

    def set_element(self, name: str, index: int, number: int) -> None:
        """Write an element of an array of the state."""
        form, at = self._place(name, index)
        struct.pack_into(form, self._state, at, number)

    def decoded(self) -> bytes:
        """Copy the decoded program, 8 bytes an instruction."""
        start = self._offsets["code"]
        return self._state[start : start + 8 * (ROM_WORDS + 1)]

    def call(self, name: str, *arguments: Any, host: HostCall | None = None) -> Any:
        """Call one of ``LIBRARY.functions`` on the state."""
        before = (self._state, self._memory.map) if name in ("load", "run") else (self._state,)
        if host is None:
            return self._entries[name](*before, *arguments)
        return self._entries[name](*before, *arguments, host=HostConnection(host))


class PythonCore:
    """The machine as it stands, under CPython: for reading, debugging and comparing."""

    def __init__(self, memory: GuestMemory) -> None:
        self._state = MachineState()
        self._memory: Any = Slice[u32](memory.map, 0, memory.size // 4)

    def get(self, name: str) -> int:
        """Read a number of the state."""
        return int(getattr(self._state, name))

    def set(self, name: str, number: int) -> None:
        """Write a number of the state."""
        setattr(self._state, name, number)

    def get_element(self, name: str, index: int) -> int:
        """Read an element of an array of the state."""
        return int(getattr(self._state, name)[index])

    def set_element(self, name: str, index: int, number: int) -> None:
        """Write an element of an array of the state."""
        getattr(self._state, name)[index] = number

    def decoded(self) -> bytes:
        """Copy the decoded program, 8 bytes an instruction."""
        return bytes(self._state.code.buffer)

    def call(self, name: str, *arguments: Any, host: HostCall | None = None) -> Any:
        """Call one of ``LIBRARY.functions`` on the state."""
        kinds = iter(_ELEMENTS[name])
        given: list[Any] = [a if isinstance(a, int) else _typed(next(kinds), a) for a in arguments]
        before = (self._state, self._memory) if name in ("load", "run") else (self._state,)

        def answer(service: int, request: Any, reply: Any) -> int:
            if host is None:
                raise Trap("no host is connected")
            words = memoryview(bytearray(4 * reply.size)).cast("I")
            count = host(service, memoryview(request.to_bytes()).cast("I"), words)
            at = reply.start * 4
            reply.buffer[at : at + reply.size * 4] = words.tobytes()
            return count

        with connected(answer):
            return LIBRARY.functions[name](*before, *given)


def _typed(kind: Any, data: Any) -> Any:
    return Slice[kind](data, 0, memoryview(data).nbytes // element_bytes(kind))


CORES: dict[str, Callable[[GuestMemory], Core]] = {"x86_64": CompiledCore, "python": PythonCore}
