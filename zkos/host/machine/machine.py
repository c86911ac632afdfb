"""Running one image: load it once, run it with words or a live oracle, call its functions.

Docs:    docs/machine.md.
Units:   cycles in executed instructions; words are u32.
Errors:  ImageError, MachineStopError; OracleError and whatever else a live oracle raises.
"""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zkos.host.errors import ImageError
from zkos.host.machine.core import CORES, Core
from zkos.host.machine.explain import MachineStopError, Stop
from zkos.host.machine.guest_memory import GuestMemory
from zkos.host.machine.oracles import Oracle
from zkos.riscv_machine import state
from zkos.riscv_machine.decode import PLAIN, PROFILE, TRACE
from zkos.riscv_machine.operations import NUMBER
from zkos.riscv_machine.profiler import Cost, Profile, Recording
from zkos.riscv_machine.tracer import Record, read_ring

DEFAULT_LIMIT = 1 << 36
"""Instructions: as many as the machine has timestamps for."""

REPLY_WORDS = 1 << 16
STACK_TOP = 0x4200000
"""Where the stack of called functions begins, growing down."""
RETURN_PLACE = state.ROM_WORDS - 1
"""The instruction that a called function returns to; such an image leaves it free."""


@dataclass(frozen=True)
class MachineResult:
    """What a run left behind."""

    registers: tuple[int, ...]
    cycles: int
    delegations: dict[str, int]
    words_read: int
    words_written: int
    pc: int
    profile: Profile | None = None
    trace: tuple[Record, ...] = ()

    @property
    def public_input(self) -> bytes:
        """x10 to x17 as 32 bytes, little-endian."""
        return b"".join(number.to_bytes(4, "little") for number in self.registers[10:18])

    @property
    def cost(self) -> Cost:
        """Instructions and delegations."""
        return Cost(self.cycles, self.delegations["blake2s"], self.delegations["u256"])

    @property
    def effective_cycles(self) -> int:
        """Instructions and delegations in one number, as ZKsync OS weighs them."""
        return self.cost.effective


def check_size(image: bytes) -> None:
    """Raise ImageError for a length that no image has."""
    if not image or len(image) % 4 or len(image) > state.ROM_BYTES:
        raise ImageError(
            f"an image is a multiple of 4 bytes, at most {state.ROM_BYTES}; got {len(image)}"
        )


class Machine:
    """A loaded image. Runs are independent of each other: each begins with zeroed RAM."""

    def __init__(
        self,
        image: bytes,
        *,
        symbols: Mapping[str, int] | None = None,
        executor: str = "x86_64",
        memory_bytes: int = state.MEMORY_BYTES,
    ) -> None:
        check_size(image)
        self.symbols = dict(symbols or {})
        self.memory = GuestMemory(memory_bytes)
        self.memory.write(0, image)
        self._words = len(image) // 4
        self._core: Core = CORES[executor](self.memory)
        self._options = -1
        self._is_clean = True
        self._originals = bytearray()
        self._pending: array[int] = array("I")

    # ------------------------------------------------------------------ running

    def run(
        self,
        words: Sequence[int] | bytes | None = None,
        *,
        oracle: Oracle | None = None,
        limit: int = DEFAULT_LIMIT,
        zeros_after_end: bool = False,
        profile: bool = False,
        trace: int = 0,
    ) -> MachineResult:
        """Run from address 0 until the program jumps to itself.

        ``words`` is a recorded stream (numbers, or their little-endian bytes); ``oracle`` answers
        live instead. ``zeros_after_end`` gives 0 when the stream is over, as Airbender's own
        command line does. ``trace`` keeps that many of the last instructions (a power of two).
        """
        if words is not None and oracle is not None:
            raise ValueError("a run has words or a live oracle, not both")
        self._prepare(profile, trace)
        self._clear()
        recording = self._start_recording() if profile else None
        ring = self._start_trace(trace) if trace else None
        try:
            reason = self._enter(0, words, oracle, limit, zeros_after_end)
        finally:
            if recording is not None:
                self._stop_recording()
        if reason != state.END:
            raise self._stopped(reason, ring)
        return self._result(recording, ring)

    def call(
        self,
        function: int | str,
        registers: Mapping[int, int] | None = None,
        memory: Mapping[int, bytes] | None = None,
        *,
        words: Sequence[int] | bytes | None = None,
        oracle: Oracle | None = None,
        limit: int = DEFAULT_LIMIT,
        keep_memory: bool = False,
    ) -> MachineResult:
        """Call one function of the image and count its instructions, the return included.

        sp is ``STACK_TOP`` and the return address is set; everything else is 0 or as given.
        ``keep_memory`` lets RAM as the last run or call left it.
        """
        if self._words > RETURN_PLACE:
            raise ImageError("calling a function needs an image shorter than the whole ROM")
        address = self.symbols[function] if isinstance(function, str) else function
        self._prepare(False, 0)
        if not keep_memory:
            self._clear()
        for place, data in (memory or {}).items():
            self.memory.write(place, data)
        self._is_clean = False
        self._set_registers({1: RETURN_PLACE * 4, 2: STACK_TOP, **(registers or {})})
        self._core.set_element("code", RETURN_PLACE, NUMBER["end"])
        reason = self._enter(address // 4, words, oracle, limit, False, fresh=False)
        self._core.set_element("code", RETURN_PLACE, NUMBER["illegal"])
        if reason != state.RETURNED:
            raise self._stopped(reason, None)
        return self._result(None, None)

    def _prepare(self, profile: bool, trace: int) -> None:
        """Decode the image for what is wanted, unless the last run wanted the same."""
        options = (PROFILE if profile else 0) | (TRACE if trace else 0)
        if trace and trace & (trace - 1):
            raise ValueError(f"the number of traced instructions is a power of two, not {trace}")
        if options != self._options:
            if trace:
                self._originals = bytearray(8 * (state.ROM_WORDS + 1))
                self._start_trace(1)
            self._core.call("load", self._words, options)
            self._options = options

    def _clear(self) -> None:
        if not self._is_clean:
            self.memory.clear(state.ROM_BYTES)
        self._is_clean = False

    def _set_registers(self, values: Mapping[int, int]) -> None:
        for number in range(32):
            self._core.set_element("x", number, values.get(number, 0))

    def _enter(
        self,
        start: int,
        words: Sequence[int] | bytes | None,
        oracle: Oracle | None,
        limit: int,
        zeros_after_end: bool,
        fresh: bool = True,
    ) -> int:
        if fresh:
            self._set_registers({})
        for counter in ("blake2s_calls", "u256_calls", "words_read", "words_written"):
            self._core.set(counter, 0)
        self._core.set("position", 0)
        self._core.set("written_count", 0)
        if oracle is None:
            stream = words if isinstance(words, bytes) else array("I", words or ()).tobytes()
            mode = state.ORACLE_ZEROS if zeros_after_end else state.ORACLE_RECORDED
            reason = self._core.call("run", bytearray(stream), mode, start, limit)
        else:
            self._pending = array("I")
            buffer = bytearray(4 * REPLY_WORDS)
            reason = self._core.call(
                "run", buffer, state.ORACLE_LIVE, start, limit, host=self._answerer(oracle)
            )
        return int(reason)

    def _answerer(self, oracle: Oracle) -> Any:
        def answer(service: int, request: memoryview, reply: memoryview) -> int:
            if service == state.SERVICE_WRITE:
                oracle.listen(request.tolist(), self.memory)
                return 0
            if len(request) or not self._pending:
                self._pending = array("I", oracle.answer(request.tolist(), self.memory))
            count = min(len(reply), len(self._pending))
            reply[:count] = memoryview(self._pending)[:count]
            self._pending = self._pending[count:]
            return count

        return answer

    # ------------------------------------------------------------------ results

    def counts(self) -> Cost:
        """Give what the run has cost so far, when its live oracle is asked."""
        get = self._core.get
        return Cost(get("cycles"), get("blake2s_calls"), get("u256_calls"))

    @property
    def words_read(self) -> int:
        """How many words the run has read so far; another thread may look."""
        return self._core.get("words_read")

    def decoded(self, *, is_fused: bool = True) -> bytes:
        """Give the decoded instructions, 8 bytes each (for measurements)."""
        self._options = 0 if is_fused else PLAIN
        self._core.call("load", self._words, self._options)
        return self._core.decoded()

    def _registers(self) -> tuple[int, ...]:
        return tuple(self._core.get_element("x", number) for number in range(32))

    def _result(self, recording: Recording | None, ring: bytearray | None) -> MachineResult:
        get = self._core.get
        return MachineResult(
            registers=self._registers(),
            cycles=get("cycles"),
            delegations={"blake2s": get("blake2s_calls"), "u256": get("u256_calls")},
            words_read=get("words_read"),
            words_written=get("words_written"),
            pc=get("stop_ip") * 4,
            profile=None if recording is None else self._profile(recording),
            trace=self._trace(ring),
        )

    def _stopped(self, reason: int, ring: bytearray | None) -> MachineStopError:
        get = self._core.get
        ip = get("stop_ip")
        word = self.memory.read_words(ip * 4, 1)[0] if ip < state.ROM_WORDS else 0
        stop = Stop(reason, get("stop_value"), ip * 4, word, get("cycles"), self._registers())
        return MachineStopError(stop, self._place(ip * 4), self._trace(ring))

    def _place(self, pc: int) -> str:
        below = [(address, name) for name, address in self.symbols.items() if address <= pc]
        if not below:
            return ""
        address, name = max(below)
        return f" ({name}+{pc - address:#x})"

    # ------------------------------------------------------------------ profile and trace

    def _start_recording(self) -> Recording:
        recording = Recording(address // 4 for address in self.symbols.values())
        self._core.call(
            "profile", recording.edges, recording.entries, recording.tree, recording.stack
        )
        return recording

    def _stop_recording(self) -> None:
        """Let go of the buffers: the next run must not write to them."""
        self._core.call("profile", bytearray(), bytearray(), bytearray(), bytearray())

    def _profile(self, recording: Recording) -> Profile:
        return recording.read(self._core.get("tree_used"), self.symbols)

    def _start_trace(self, length: int) -> bytearray:
        ring = bytearray(8 * length)
        self._core.call("trace", ring, self._originals)
        return ring

    def _trace(self, ring: bytearray | None) -> tuple[Record, ...]:
        if ring is None:
            return ()
        rom = self.memory.read(0, 4 * self._words)
        return read_ring(ring, self._core.get("trace_position"), rom, self._registers())


def require_end(image: bytes) -> int:
    """Give the address of the final jump; the image must hold the exit sequence exactly once."""
    sequence = b"".join(word.to_bytes(4, "little") for word in EXIT_SEQUENCE)
    places = [i for i in range(0, len(image), 4) if image.startswith(sequence, i)]
    if len(places) != 1:
        raise ImageError(
            f"expected the exit sequence once in the image, found it {len(places)} times"
        )
    return places[0] + len(sequence) - 4


EXIT_SEQUENCE = (*(0xD2503 + (i << 22) + (i << 7) for i in range(16)), 0x0000006F)
"""Sixteen ``lw x(10+i), 4i(x26)`` and ``jal x0, 0``: the end that Airbender's tools look for."""
