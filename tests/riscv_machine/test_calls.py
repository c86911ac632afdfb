"""Calling one function of an image, and what tracer and profiler tell about a run."""

import re
import xml.etree.ElementTree as ElementTree

import pytest

from tests.riscv_machine import assembler as a
from tests.riscv_machine.conftest import MakeMachine
from zkos.host.machine import Machine, MachineStopError
from zkos.riscv_machine import flame_graph, state
from zkos.riscv_machine.profiler import Cost

RAM = 0x200000

# main calls twice(3 times), which calls leaf; leaf tail-calls other; sizes in comments
MAIN, TWICE, LEAF, OTHER = 0, 24, 40, 52
PROGRAM = [
    *a.constant(8, 3),  # 0
    a.jal(1, TWICE - 8),  # 8
    a.immediate("addi", 8, 8, -1),  # 12
    a.branch("bne", 8, 0, -8),  # 16
    a.END,  # 20
    a.immediate("addi", 9, 1, 0),  # 24: twice
    a.jal(1, LEAF - 28),  # 28
    a.jal(1, LEAF - 32),  # 32
    a.jalr(0, 9, 0),  # 36
    a.immediate("addi", 10, 10, 1),  # 40: leaf
    a.immediate("addi", 11, 10, 0),  # 44
    a.jal(0, OTHER - 48),  # 48
    a.immediate("addi", 12, 12, 5),  # 52: other
    a.jalr(0, 1, 0),  # 56
]
SYMBOLS = {"main": MAIN, "twice": TWICE, "leaf": LEAF, "other": OTHER}
# per call of twice: addi, jal, jal, jalr
TWICE_OWN, LEAF_OWN, OTHER_OWN = 4, 3, 2
MAIN_OWN = 2 + 3 * 3 + 1


def test_a_function_is_called_by_name_or_address(make_machine: MakeMachine) -> None:
    machine = make_machine(PROGRAM, symbols=SYMBOLS)
    for place in ("leaf", LEAF):
        result = machine.call(place, {10: 41, 12: 0xFFFFFFFF})
        assert result.registers[10:13] == (42, 42, 4)
        assert result.cycles == LEAF_OWN + OTHER_OWN


def test_a_call_finds_and_leaves_memory(make_machine: MakeMachine) -> None:
    words = [a.load("lw", 10, 11, 0), a.store("sw", 2, 11, 4), a.jalr(0, 1, 0)]
    machine = make_machine(words)
    result = machine.call(0, {11: RAM}, {RAM: b"\x01\x02\x03\x04"})
    assert result.registers[10] == 0x04030201
    assert machine.memory.read_words(RAM + 4, 1) == [0x4200000]
    assert machine.call(0, {11: RAM}).registers[10] == 0
    assert machine.call(0, {11: RAM + 4}, keep_memory=True).registers[10] == 0x4200000


def test_a_called_function_that_ends_the_program_is_an_error(make_machine: MakeMachine) -> None:
    with pytest.raises(MachineStopError, match="ended instead of returning") as stopped:
        make_machine([a.END]).call(0)
    assert stopped.value.stop.reason == state.END


def test_a_run_after_a_call_is_not_disturbed(make_machine: MakeMachine) -> None:
    machine = make_machine(PROGRAM, symbols=SYMBOLS)
    machine.call("leaf")
    result = machine.run()
    assert (result.registers[10], result.registers[12]) == (6, 30)
    assert result.cycles == MAIN_OWN + 3 * TWICE_OWN + 6 * (LEAF_OWN + OTHER_OWN)


def test_messages_name_the_function(make_machine: MakeMachine) -> None:
    machine = make_machine([*PROGRAM[:10], a.ABORT, *PROGRAM[11:]], symbols=SYMBOLS)
    with pytest.raises(MachineStopError, match=re.escape("pc 0x28 (leaf+0x0), word 0xc0001073")):
        machine.run()


def test_the_profile_counts_every_instruction(make_machine: MakeMachine) -> None:
    result = make_machine(PROGRAM, symbols=SYMBOLS).run(profile=True)
    profile = result.profile
    assert profile is not None
    assert list(profile.counts[:15]) == [1, 1, 3, 3, 3, 1, 3, 3, 3, 3, 6, 6, 6, 6, 6]
    assert profile.cycles == result.cycles
    assert result.cycles == make_machine(PROGRAM).run().cycles


def test_the_profile_follows_calls_and_tail_calls(make_machine: MakeMachine) -> None:
    result = make_machine(PROGRAM, symbols=SYMBOLS).run(profile=True)
    profile = result.profile
    assert profile is not None
    # twice returns through x9, leaf does not return at all: other does for it
    stacks = dict(line.rsplit(" ", 1) for line in profile.folded())
    assert stacks["main;twice;leaf"] == str(6 * LEAF_OWN)
    assert stacks["main;twice;other"] == str(6 * OTHER_OWN)
    assert sum(int(cycles) for cycles in stacks.values()) == result.cycles
    assert profile.calls()["leaf"] == profile.calls()["other"] == 6
    assert profile.by_function()["leaf"] == Cost(6 * LEAF_OWN, 0, 0)


def test_delegations_count_for_the_function_that_calls_them(make_machine: MakeMachine) -> None:
    words = [*a.constant(10, RAM), *a.constant(11, RAM + 32), a.immediate("addi", 12, 0, 1)]
    words += [a.jal(1, 8), a.END, a.csrrw(0, 0x7CA, 0), a.jalr(0, 1, 0)]
    result = make_machine(words, symbols={"main": 0, "add": 28}).run(profile=True)
    assert result.profile is not None
    assert result.profile.by_function()["add"] == Cost(2, 0, 1)
    assert result.profile.folded("effective") == ["main 7", "main;add 6"]


def test_lines_add_up(make_machine: MakeMachine) -> None:
    profile = make_machine(PROGRAM).run(profile=True).profile
    assert profile is not None
    lines = profile.by_line(lambda pc: ("a.py", 1) if pc < 24 else ("b.py", pc // 40))
    assert lines == {("a.py", 1): 12, ("b.py", 0): 12, ("b.py", 1): 30}


def test_a_plain_run_may_follow_a_profiled_one(make_machine: MakeMachine) -> None:
    words = [*a.constant(10, RAM), *a.constant(11, RAM + 32), a.immediate("addi", 12, 0, 1)]
    machine = make_machine([*words, a.csrrw(0, 0x7CA, 0), a.END])
    profiled, plain = machine.run(profile=True), machine.run()
    assert (plain.cost, plain.profile) == (profiled.cost, None)


def test_a_profile_of_an_error_free_run_leaves_later_runs_alone(make_machine: MakeMachine) -> None:
    machine = make_machine(PROGRAM, symbols=SYMBOLS)
    first, second = machine.run(profile=True), machine.run(profile=True)
    assert first.profile is not None
    assert second.profile is not None
    assert first.profile.folded() == second.profile.folded()
    assert machine.run().profile is None


def test_a_profiled_run_that_stops_leaves_later_runs_alone(make_machine: MakeMachine) -> None:
    machine = make_machine([a.csrrw(10, 0x7C0, 0), a.END])
    with pytest.raises(MachineStopError):
        machine.run(profile=True)
    assert machine.run(words=[7]).registers[10] == 7
    profile = machine.run(words=[7], profile=True).profile
    assert profile is not None
    assert profile.cycles == 2


def test_the_flame_graph_is_svg_with_every_function(make_machine: MakeMachine) -> None:
    profile = make_machine(PROGRAM, symbols=SYMBOLS).run(profile=True).profile
    assert profile is not None
    tree = ElementTree.fromstring(flame_graph.draw([*profile.folded(), "main;<odd>&name 9"]))
    titles = [title.text for title in tree.iter("{http://www.w3.org/2000/svg}title")]
    for name in ("all", "main", "twice", "leaf", "other", "<odd>&name"):
        assert any(title and title.startswith(f"{name}: ") for title in titles)


def test_the_trace_holds_the_last_instructions(make_machine: MakeMachine) -> None:
    machine = make_machine(PROGRAM)
    trace = machine.run(trace=64).trace
    assert len(trace) == machine.run().cycles
    assert [record.pc for record in trace[:4]] == [0, 4, 8, 24]
    assert (trace[1].rd, trace[1].value) == (8, 3)
    assert str(trace[2]) == "0x000008: 010000ef  x1 = 0x0000000c"
    assert trace[-1].rd is None
    for _ in range(2):
        assert machine.run(trace=8).trace == trace[-8:]


def test_the_trace_leads_to_an_error(make_machine: MakeMachine) -> None:
    machine = make_machine([*a.constant(10, 5), a.store("sw", 10, 0, 0)])
    with pytest.raises(MachineStopError) as stopped:
        machine.run(trace=4)
    assert [record.pc for record in stopped.value.trace] == [0, 4, 8]
    assert stopped.value.trace[1].value == 5


def test_the_trace_length_is_a_power_of_two() -> None:
    with pytest.raises(ValueError, match="power of two, not 6"):
        Machine(a.image([a.END])).run(trace=6)


def test_names_in_narrow_bars_keep_their_end() -> None:
    drawn = flame_graph.draw(["zkos.kernel.crypto.keccak256 100", "other 900"])
    assert re.search(r">\.\.[a-z.]*keccak256</text>", drawn)
    assert ">other</text>" in drawn
