"""CSR 0x7c0: recorded streams, live answers, and an instruction that does both."""

from collections.abc import Sequence

import pytest

from tests.riscv_machine import assembler as a
from tests.riscv_machine.conftest import MakeMachine
from zkos.host.errors import OracleError
from zkos.host.machine import GuestMemory, MachineStopError, QueryOracle
from zkos.riscv_machine import state
from zkos.riscv_machine.state import MEMORY_BYTES

CSR = 0x7C0
READ_10, READ_11, READ_12 = (a.csrrw(rd, CSR, 0) for rd in (10, 11, 12))


def write(value: int) -> list[int]:
    """Write a number to the oracle."""
    return [*a.constant(5, value), a.csrrw(0, CSR, 5)]


class Script:
    """A live oracle that keeps what it is asked and answers from a list."""

    def __init__(self, *answers: Sequence[int]) -> None:
        self.answers = list(answers)
        self.asked: list[list[int]] = []
        self.heard: list[int] = []

    def answer(self, written: Sequence[int], memory: GuestMemory) -> Sequence[int]:
        self.asked.append(list(written))
        return self.answers.pop(0) if self.answers else []

    def listen(self, written: Sequence[int], memory: GuestMemory) -> None:
        self.heard += written


def test_recorded_words_are_read_in_order(make_machine: MakeMachine) -> None:
    machine = make_machine([READ_10, READ_11, a.END])
    for words in ([7, 0xFFFFFFFF, 9], b"\7\0\0\0\xff\xff\xff\xff\t\0\0\0"):
        result = machine.run(words=words)
        assert result.registers[10:12] == (7, 0xFFFFFFFF)
        assert (result.words_read, result.cycles) == (2, 3)


def test_the_end_of_the_words_stops_the_machine(make_machine: MakeMachine) -> None:
    machine = make_machine([READ_10, READ_11, a.END])
    with pytest.raises(MachineStopError, match="the oracle has no more words") as stopped:
        machine.run(words=[7])
    assert stopped.value.stop.pc == 4
    assert stopped.value.stop.reason == state.NO_WORDS


def test_words_after_the_end_are_zero_on_request(make_machine: MakeMachine) -> None:
    machine = make_machine([a.immediate("addi", 11, 0, 1), READ_10, READ_11, a.END])
    result = machine.run(words=[7], zeros_after_end=True)
    assert result.registers[10:12] == (7, 0)
    assert result.words_read == 2


def test_writes_to_a_recorded_stream_change_nothing(make_machine: MakeMachine) -> None:
    result = make_machine([READ_10, *write(5), READ_11, a.END]).run(words=[1, 2])
    assert result.registers[10:12] == (1, 2)
    assert (result.words_read, result.words_written) == (2, 1)


def test_no_register_means_no_access(make_machine: MakeMachine) -> None:
    script = Script()
    result = make_machine([a.csrrw(0, CSR, 0), a.END]).run(oracle=script)
    assert (script.asked, script.heard, result.words_read, result.words_written) == ([], [], 0, 0)


@pytest.mark.parametrize("rd", [5, 10])
def test_one_instruction_reads_and_then_writes_the_old_value(
    make_machine: MakeMachine, rd: int
) -> None:
    script = Script([70], [71])
    words = [*a.constant(5, 0x1234), a.csrrw(rd, CSR, 5), READ_11, a.END]
    result = make_machine(words).run(oracle=script)
    assert result.registers[rd] == 70
    assert result.registers[11] == 71
    assert script.asked == [[], [0x1234]]


def test_the_host_is_called_once_a_query(make_machine: MakeMachine) -> None:
    script = Script([2, 30, 31], [4])
    words = [*write(0x100), *write(1), *write(7), READ_10, READ_11, READ_12]
    words += [*write(0x200), *write(0), a.csrrw(13, CSR, 0), *write(9), a.END]
    result = make_machine(words).run(oracle=script)
    assert script.asked == [[0x100, 1, 7], [0x200, 0]]
    assert script.heard == [9]
    assert result.registers[10:14] == (2, 30, 31, 4)
    assert (result.words_read, result.words_written) == (4, 6)


def test_a_write_drops_the_rest_of_an_answer(make_machine: MakeMachine) -> None:
    script = Script([1, 2, 3], [4])
    result = make_machine([READ_10, *write(8), READ_11, a.END]).run(oracle=script)
    assert result.registers[10:12] == (1, 4)
    assert script.asked == [[], [8]]


def test_a_live_oracle_may_run_dry(make_machine: MakeMachine) -> None:
    with pytest.raises(MachineStopError, match="no more words"):
        make_machine([READ_10, READ_11, a.END]).run(oracle=Script([1]))


def test_long_answers_and_long_requests_arrive_whole(make_machine: MakeMachine) -> None:
    is_compiled = make_machine([a.END]).memory.size == MEMORY_BYTES
    count, written = (70_000, 10_000) if is_compiled else (70, 30)
    answer = [number * 0x9E3779B1 & 0xFFFFFFFF for number in range(count)]
    # writes many numbers, then adds up all words of the answer
    write_loop = [*a.constant(1, written), a.csrrw(0, CSR, 1), a.immediate("addi", 1, 1, -1),
                  a.branch("bne", 1, 0, -8)]  # fmt: skip
    read_loop = [*a.constant(1, count), READ_11, a.register("add", 10, 10, 11),
                 a.immediate("addi", 1, 1, -1), a.branch("bne", 1, 0, -12)]  # fmt: skip
    script = Script(answer)
    machine = make_machine([*write_loop, *read_loop, a.END])
    result = machine.run(oracle=script)
    assert script.heard + script.asked[0] == list(range(written, 0, -1))
    assert len(script.asked) == 1
    assert result.registers[10] == sum(answer) & 0xFFFFFFFF
    assert result.words_read == count


def test_the_host_sees_the_memory_as_it_is_at_the_query(make_machine: MakeMachine) -> None:
    class Looking(Script):
        def answer(self, written: Sequence[int], memory: GuestMemory) -> Sequence[int]:
            return [*memory.read_words(written[0], 2), 0]

    words = [a.lui(1, 0x200000), *a.constant(2, 77), a.store("sw", 2, 1, 4)]
    words += [*write(0x200000), READ_10, READ_11, a.END]
    result = make_machine(words).run(oracle=Looking())
    assert result.registers[10:12] == (0, 77)


def test_an_error_of_the_host_comes_out_unchanged(make_machine: MakeMachine) -> None:
    class Failing(Script):
        def answer(self, written: Sequence[int], memory: GuestMemory) -> Sequence[int]:
            raise OracleError("this host does not know")

    machine = make_machine([READ_10, a.END])
    with pytest.raises(OracleError, match="does not know"):
        machine.run(oracle=Failing())
    assert machine.run(words=[5]).registers[10] == 5


def test_words_and_a_live_oracle_exclude_each_other(make_machine: MakeMachine) -> None:
    with pytest.raises(ValueError, match="not both"):
        make_machine([a.END]).run(words=[], oracle=Script())


class TestQueries:
    """The protocol of ZKsync OS."""

    def answer(self, query: int, parameters: Sequence[int], memory: GuestMemory) -> list[int]:
        return [query & 0xFF, *parameters]

    def test_answers_get_their_length(self, make_machine: MakeMachine) -> None:
        words = [*write(0x42), *write(2), *write(5), *write(6), READ_10, READ_11, READ_12, a.END]
        oracle = QueryOracle(self.answer)
        assert make_machine(words).run(oracle=oracle).registers[10:13] == (3, 0x42, 5)
        assert oracle.given == [3, 0x42, 5, 6]

    def test_the_block_count_has_no_length(self, make_machine: MakeMachine) -> None:
        words = [*write(0xDEADBEEF), *write(0), READ_10, a.END]
        assert make_machine(words).run(oracle=QueryOracle(self.answer)).registers[10] == 0xEF

    def test_log_lines_are_taken_out(self, make_machine: MakeMachine) -> None:
        lines: list[bytes] = []
        log = [0xFFFFFFFF, 3, 6, int.from_bytes(b"hell", "little"), int.from_bytes(b"o!", "little")]
        words = [
            word
            for number in (
                *log,
                0x42,
                0,
            )
            for word in write(number)
        ]
        words += [READ_10, READ_11]
        words += [word for number in log for word in write(number)]
        result = make_machine([*words, a.END]).run(oracle=QueryOracle(self.answer, lines.append))
        assert result.registers[10:12] == (1, 0x42)
        assert lines == [b"hello!", b"hello!"]

    def test_a_read_in_the_middle_of_a_query_is_an_error(self, make_machine: MakeMachine) -> None:
        words = [*write(0x42), *write(2), *write(5), READ_10, a.END]
        with pytest.raises(OracleError, match="in the middle of a query: 00000042 00000002"):
            make_machine(words).run(oracle=QueryOracle(self.answer))
