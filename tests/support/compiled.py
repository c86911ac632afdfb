"""Executors that compile: ``x86_64`` in this process, ``riscv`` on the Airbender machine.

A function is compiled by ``program`` together with others, or alone at its first call; finished
programs are kept in the compiler's cache, so a second run of the tests only links what changed.
"""

import ctypes
import mmap
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

from tests.support.arguments import plain, to_typed
from tests.support.marshal import Marshal, Region
from zkos.compiler.backend.frames import PREFIX, Signature, describe, leaf_kinds, slot_count
from zkos.compiler.backend.loader import Entry, HostConnection, load, make_reader
from zkos.compiler.build import build_program
from zkos.compiler.cache import Cache
from zkos.compiler.frontend import types
from zkos.compiler.targets import RISCV, X86_64, Target
from zkos.host.machine import Machine, MachineStopError
from zkos.lang import Function, Slice, Trap, u32
from zkos.lang import host as host_module
from zkos.lang.containers import is_flat
from zkos.lang.errors import LanguageError

REGION_BYTES = 1 << 32
MAP_FLAGS = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x4000  # no swap space is reserved
_MASK = (1 << 64) - 1


class CompilingExecutor(ABC):
    """What both have in common: building programs and marshalling arguments."""

    name: str
    target: Target

    def __init__(self) -> None:
        self._programs: dict[Function, Any] = {}
        self._frames: dict[Function, Signature] = {}
        self._cache = Cache()

    def program(self, functions: Sequence[Function], **constants: bool) -> None:
        """Compile functions together, with these build constants; later calls use them."""
        loaded = self._load(functions, constants)
        for function in functions:
            self._programs[function] = loaded
            self._frames[function] = describe(function)

    @abstractmethod
    def _load(self, functions: Sequence[Function], constants: Mapping[str, bool]) -> Any:
        """Build a program and make it ready to run."""

    @abstractmethod
    def _enter(self, function: Function, address: int) -> None:
        """Run the function's wrapper on the frame at an address of the region."""

    @abstractmethod
    def _region(self, function: Function) -> Region:
        """Give the memory that the function's program sees."""

    def frame(self, function: Function, arguments: Sequence[Any]) -> Signature:
        """Compile the function if it is not, and check the number of arguments."""
        if function not in self._frames:
            self.program([function])
        frame = self._frames[function]
        if len(arguments) != len(frame.parameters):
            raise LanguageError(
                f"{function.symbol}: {len(arguments)} arguments for {len(frame.parameters)}"
            )
        return frame

    def call(self, function: Function, *arguments: Any) -> Any:
        """Run one function."""
        frame = self.frame(function, arguments)
        # As under CPython, a literal that does not fit is refused and never cut off.
        kinds = [kind for _, kind in function.signature[0]]
        pairs = [to_typed(kind, given) for kind, given in zip(kinds, arguments, strict=True)]
        marshal = Marshal(self._region(function))
        address = marshal.allocate(8 * max(frame.slots, 1), 16)
        try:
            slots: list[int] = []
            for kind, (typed, _) in zip(frame.parameters, pairs, strict=True):
                _pack(kind, typed, slots, marshal)
            for index, slot in enumerate(slots):
                marshal.write_slot(address + 8 * index, slot)
            try:
                self._enter(function, address)
            finally:
                marshal.read_back()
            return plain(self._result(frame, address, marshal))
        finally:
            marshal.clear()
            for _, write_back in pairs:
                if write_back is not None:
                    write_back()

    def _result(self, frame: Signature, address: int, marshal: Marshal) -> Any:
        if frame.result is None:
            return None
        count = frame.slots - frame.argument_slots
        data = marshal.get(address + 8 * frame.argument_slots, 8 * count)
        slots = list(memoryview(data).cast("Q"))
        pointer_mask = (1 << self.target.pointer_bits) - 1
        values, at = [], 0
        for kind in leaf_kinds(frame.result):
            if types.is_slice(kind):
                where, length = slots[at] & pointer_mask, slots[at + 1] & 0xFFFF_FFFF
                values.append(marshal.slice_at(kind, where, length))
            elif types.is_struct(kind):
                values.append(marshal.object_at(kind, slots[at] & pointer_mask))
            else:
                values.append(make_reader(kind, at)(slots))
            at += slot_count(kind)
        return _regroup(frame.result, iter(values))


def _regroup(kind: Any, values: Any) -> Any:
    if types.is_tuple(kind):
        return tuple(_regroup(part, values) for part in types.parts_of(kind))
    if types.is_value(kind):
        return tuple(_regroup(part, values) for part in kind.fields.values())
    return next(values)


def _pack(kind: Any, typed: Any, slots: list[int], marshal: Marshal) -> None:
    if types.is_slice(kind):
        slots += marshal.slice_parts(typed)
    elif types.is_value(kind):
        for name, field in kind.fields.items():
            _pack(field, getattr(typed, name), slots, marshal)
    elif types.is_struct(kind):
        slots.append(marshal.place(typed))
    else:
        number = int(typed)
        for _ in range(slot_count(kind)):
            slots.append(number & _MASK)
            number >>= 64


class X8664Executor(CompilingExecutor):
    """Runs functions as x86-64 code in this process."""

    name = "x86_64"
    target = X86_64

    def __init__(self) -> None:
        super().__init__()
        self._memory: Region | None = None
        self._entries: dict[Function, Entry | None] = {}

    def _load(self, functions: Sequence[Function], constants: Mapping[str, bool]) -> Any:
        built = build_program(functions, X86_64, constants, entries=functions, cache=self._cache)
        program = load(built.save(self._cache))
        for function in functions:
            is_simple = _is_simple(describe(function))
            self._entries[function] = Entry(program, function) if is_simple else None
        return program

    def _region(self, function: Function) -> Region:
        if self._memory is None:
            memory = mmap.mmap(-1, REGION_BYTES, flags=MAP_FLAGS)
            base = ctypes.addressof(ctypes.c_char.from_buffer(memory))
            self._memory = Region(memory, 0, base, 8)
        return self._memory

    def call(self, function: Function, *arguments: Any) -> Any:
        """Run one function."""
        self.frame(function, arguments)
        entry = self._entries[function]
        if entry is None or any(type(given) not in _SIMPLE_GIVEN for given in arguments):
            return super().call(function, *arguments)
        given, lists = [], []
        for (_, kind), argument in zip(function.signature[0], arguments, strict=True):
            if type(argument) is bytes:
                argument = bytearray(argument)
            elif type(argument) is list:
                typed = kind.of(argument)
                lists.append((argument, typed))
                argument = typed.buffer
            given.append(argument)
        try:
            return plain(entry(*given, host=_HOST))
        except TypeError as error:
            raise LanguageError(str(error)) from error
        finally:
            for target, typed in lists:
                target[:] = plain(typed)

    def _enter(self, function: Function, address: int) -> None:
        program = self._programs[function]
        program.enter(program.address(PREFIX + function.symbol), address, _HOST)


_SIMPLE_GIVEN = (int, bool, bytes, bytearray, list)


def _is_simple(frame: Signature) -> bool:
    for kind in frame.parameters:
        if types.is_struct(kind) or types.is_value(kind):
            return False
        if types.is_slice(kind) and not is_flat(kind.element):
            return False
    leaves = leaf_kinds(frame.result) if frame.result is not None else []
    return not any(types.is_slice(leaf) or types.is_struct(leaf) for leaf in leaves)


def _answer(service: int, request: memoryview, reply: memoryview) -> int:
    if not host_module._handlers:
        raise Trap("no host is connected")
    words = Slice[u32](bytearray(4 * len(reply)), 0, len(reply))
    found = host_module._handlers[-1](service, Slice[u32].of(request.tolist()), words)
    if len(reply):  # an empty one is read-only memory
        reply[:] = memoryview(words.buffer).cast("I")
    return int(found)


_HOST = HostConnection(_answer)


class RiscvExecutor(CompilingExecutor):
    """Runs functions as RV32IM code on the machine; ``cycles`` counts the last call."""

    name = "riscv"
    target = RISCV

    def __init__(self) -> None:
        super().__init__()
        self._regions: dict[int, Region] = {}
        self.cycles = 0
        self.delegations: dict[str, int] = {}

    def _load(self, functions: Sequence[Function], constants: Mapping[str, bool]) -> Any:
        built = build_program(functions, RISCV, constants, entries=functions, cache=self._cache)
        machine = Machine(built.data, symbols=built.symbols)
        heap = built.symbols["zkos_heap"]
        self._regions[id(machine)] = Region(machine.memory.map, heap, heap, 4)
        return machine

    def _region(self, function: Function) -> Region:
        return self._regions[id(self._programs[function])]

    def _enter(self, function: Function, address: int) -> None:
        machine = self._programs[function]
        try:
            result = machine.call(
                PREFIX + function.symbol,
                {10: address},
                oracle=_CsrOracle(),
                keep_memory=True,
            )
        except MachineStopError as stopped:
            raise Trap(str(stopped)) from stopped
        self.cycles, self.delegations = result.cycles, result.delegations


class _CsrOracle:
    """Connects the oracle CSR to what ``zkos.lang.host.oracle_csr`` installed."""

    def answer(self, written: Sequence[int], memory: Any) -> Sequence[int]:
        """Give one word."""
        self.listen(written, memory)
        if not host_module._machine:
            raise Trap("csr_read outside the machine")
        return [host_module._machine[-1][0]()]

    def listen(self, written: Sequence[int], memory: Any) -> None:
        """Take words."""
        if written and not host_module._machine:
            raise Trap("csr_write outside the machine")
        for word in written:
            host_module._machine[-1][1](word)
