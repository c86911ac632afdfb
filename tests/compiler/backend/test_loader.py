"""Calling compiled code from the host: arguments, traps, host calls, stacks."""

import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from zkos.compiler.backend.loader import CompiledTrap, Entry, HostConnection, load
from zkos.compiler.build import build_program
from zkos.compiler.targets import X86_64
from zkos.lang import Array, Slice, Trap, function, host_call, i64, local, u8, u32, u64, u256


@function
def describe(a: u8, b: i64, c: u256, d: bool) -> tuple[u8, i64, u256, bool]:
    return a + 1, -b, c + 1, not d


@function
def store(words: Slice[u32], at: u32, word: u32):
    words[at] = word


@function
def ask(service: u32, word: u32) -> u32:
    request = local(Array[u32, 2])
    reply = local(Array[u32, 4])
    request[0] = word
    request[1] = word + 1
    count = host_call(service, request[:], reply[:])
    return count * 1000 + reply[0]


@function
def write_then_ask(words: Slice[u32]) -> u32:
    words[0] = 7
    result = ask(1, 2)
    words[0] = 8
    return result


@function
def descend(depth: u64, data: Slice[u8]) -> u64:
    """Use stack for each level, in a way that cannot become a loop."""
    frame = local(Array[u8, 64])
    frame[0] = data[0]
    below = u64(0)
    if depth != 0:
        below = descend(depth - 1, frame[:])
    return below + u64(frame[0])


FUNCTIONS = [describe, store, ask, write_then_ask, descend]


def entry(wanted) -> Entry:
    program = load(build_program(FUNCTIONS, X86_64).save())
    return Entry(program, wanted)


def test_numbers_of_every_kind_go_in_and_out() -> None:
    call = entry(describe)
    assert call(255, -5, (1 << 256) - 1, True) == (0, 5, 0, False)
    assert call(0, 5, 7, False) == (1, -5, 8, True)


@pytest.mark.parametrize(
    "arguments", [(256, 0, 0, True), (-1, 0, 0, True), (0, 1 << 63, 0, True), (0, 0, -1, True)]
)
def test_numbers_that_do_not_fit_are_refused(arguments) -> None:
    with pytest.raises(TypeError, match="does not fit"):
        entry(describe)(*arguments)


def test_a_writable_buffer_is_shared_and_not_copied() -> None:
    call = entry(store)
    buffer = bytearray(16)
    call(memoryview(buffer)[4:], 1, 0x01020304)
    assert buffer == bytes(8) + b"\4\3\2\1" + bytes(4)


def test_a_buffer_of_broken_words_is_refused() -> None:
    with pytest.raises(TypeError, match="7 bytes are no whole number of u32"):
        entry(store)(bytearray(7), 0, 0)


def test_a_trap_says_where_in_the_source() -> None:
    with pytest.raises(CompiledTrap, match="index out of range") as raised:
        entry(store)(bytearray(8), 2, 0)
    source = Path(__file__).read_text().splitlines()
    assert __file__.endswith(raised.value.file.rpartition("/")[2])
    assert source[raised.value.line - 1].strip() == "words[at] = word"


def test_the_host_answers() -> None:
    def answer(service: int, request: memoryview, reply: memoryview) -> int:
        reply[0] = sum(request) + service
        return 3

    assert entry(ask)(5, 10, host=HostConnection(answer)) == 3000 + 26


def test_an_exception_of_the_host_comes_out_unchanged() -> None:
    error = KeyError("lost")

    def answer(service: int, request: memoryview, reply: memoryview) -> int:
        raise error

    buffer = bytearray(4)
    connection = HostConnection(answer)
    with pytest.raises(KeyError) as raised:
        entry(write_then_ask)(buffer, host=connection)
    assert raised.value is error
    assert buffer[0] == 7  # what was written before stays
    assert entry(describe)(1, 1, 1, True)[0] == 2


def test_without_a_host_a_host_call_traps() -> None:
    with pytest.raises(Trap, match="no host"):
        entry(ask)(1, 1)


def test_calls_may_be_nested() -> None:
    def answer(service: int, request: memoryview, reply: memoryview) -> int:
        if service == 0:
            with pytest.raises(CompiledTrap):
                entry(store)(bytearray(4), 9, 9)
            return 1
        return int(entry(ask)(service - 1, 0, host=HostConnection(answer)))

    assert entry(ask)(2, 0, host=HostConnection(answer)) == 1_000_000_000


def test_threads_do_not_disturb_each_other() -> None:
    call, trapping = entry(descend), entry(store)
    failures: list[int] = []

    def work(number: int) -> None:
        for _ in range(50):
            if call(2000, bytes([number])) != 2001 * number:
                failures.append(number)
            try:
                trapping(bytearray(4), 5, 0)
                failures.append(number)
            except CompiledTrap:
                continue

    threads = [threading.Thread(target=work, args=(number,)) for number in (1, 2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


def test_deep_recursion_has_the_guest_s_stack() -> None:
    assert entry(descend)(200_000, b"\1") == 200_001


def test_a_stack_overflow_is_a_trap() -> None:
    call = entry(descend)
    for _ in range(2):
        with pytest.raises(CompiledTrap, match="stack overflow"):
            call(1 << 40, b"\1")
    assert call(1, b"\1") == 2
    failures: list[str] = []

    def work() -> None:
        try:
            call(1 << 40, b"\1")
            failures.append("no trap")
        except CompiledTrap:
            return

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert not failures


def test_other_faults_still_end_the_process() -> None:
    program = (
        "import ctypes\n"
        "from tests.compiler.backend.test_loader import descend, entry\n"
        "entry(descend)(1, bytes([1]))\n"
        "ctypes.string_at(8)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env={"PYTHONPATH": ":".join(sys.path)}, check=False,
        capture_output=True,
    )  # fmt: skip
    assert done.returncode == -signal.SIGSEGV
