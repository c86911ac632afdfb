"""What the machine refuses, where programs end, and how instructions are counted."""

import pytest

from tests.riscv_machine import assembler as a
from tests.riscv_machine.conftest import MakeMachine
from zkos.host.errors import ImageError, MachineError
from zkos.host.machine import Machine, MachineStopError
from zkos.riscv_machine import state

RAM = 0x200000


def stop_of(machine: Machine, **options: object) -> MachineStopError:
    """Run a program that must be stopped."""
    with pytest.raises(MachineStopError) as stopped:
        machine.run(**options)
    assert "\n" not in str(stopped.value)
    return stopped.value


def test_a_program_ends_where_pc_does_not_move(make_machine: MakeMachine) -> None:
    result = make_machine([*a.constant(10, 7), a.END]).run()
    assert (result.registers[10], result.cycles, result.pc) == (7, 3, 8)


def test_a_taken_branch_to_itself_is_an_end(make_machine: MakeMachine) -> None:
    result = make_machine([a.branch("beq", 0, 0, 0)]).run()
    assert (result.cycles, result.pc) == (1, 0)


def test_a_branch_to_itself_that_is_not_taken_is_passed(make_machine: MakeMachine) -> None:
    for name in ("bne", "blt", "bltu"):
        assert make_machine([a.branch(name, 0, 0, 0), a.END]).run().cycles == 2
    for name in ("beq", "bge", "bgeu"):
        assert make_machine([a.branch(name, 0, 0, 0), a.END]).run().cycles == 1


def test_jalr_to_itself_is_an_end(make_machine: MakeMachine) -> None:
    result = make_machine([a.auipc(5, 0), a.jalr(0, 5, 4)]).run()
    assert (result.cycles, result.pc) == (2, 4)


def test_x0_stays_zero(make_machine: MakeMachine) -> None:
    words = [
        a.lui(0, 0x5000), a.immediate("addi", 0, 0, 5), a.auipc(0, 0x1000), a.load("lw", 0, 0, 0),
        a.jal(0, 4), a.register("sub", 0, 1, 2), a.jalr(0, 0, 28), a.register("add", 10, 0, 0),
        a.END,
    ]  # fmt: skip
    result = make_machine(words).run()
    assert result.registers == (0,) * 32
    assert result.cycles == len(words)


@pytest.mark.parametrize(
    "word",
    [
        0, 0xFFFFFFFF, 0x00000073, 0x00100073, 0x30200073, 0x10500073, a.ABORT, 0x0000000F,
        0x0000100F, 0x00000001,
        *((0x7C0 << 20 | 1 << 15 | kind << 12 | 5 << 7 | 0x73) for kind in (0, 2, 3, 4, 5, 6, 7)),
        *(a.csrrw(5, csr, 0) for csr in (0x7FF, 0x7C1, 0x7C6, 0x7C8, 0x7C9, 0x7CB, 0xC00, 0)),
        *(a.csrrw(0, csr, 0) for csr in (0x7FF, 0xC01)),
        a.jalr(1, 2, 4) | 1 << 12, a.load("lb", 1, 0, 0) | 3 << 12, 0x00006003, 0x00007003,
        0x00003023, 0x00004023, 0x00002063, 0x00003063,
        a.register("add", 1, 2, 3) | 2 << 25, a.register("sll", 1, 2, 3) | 0x20 << 25,
        a.register("and", 1, 2, 3) | 0x20 << 25, a.register("sub", 1, 2, 3) | 1 << 25,
        a.shift("slli", 1, 2, 3) | 0x20 << 25, a.shift("srli", 1, 2, 3) | 1 << 25,
        a.shift("srai", 1, 2, 3) | 0x40 << 25, a.register("add", 0, 2, 3) | 4 << 25,
        0x1000202F, 0x00002007, 0x60001013,
    ],
)  # fmt: skip
def test_other_instructions_stop_the_machine(make_machine: MakeMachine, word: int) -> None:
    error = stop_of(make_machine([a.immediate("addi", 1, 0, 4), word, a.END]))
    assert (error.stop.reason, error.stop.pc, error.stop.word) == (state.ILLEGAL, 4, word)
    assert error.stop.cycles == 1
    assert f"pc 0x4, word {word:#010x}" in str(error)
    expected = "the program aborted" if word == a.ABORT else "no such instruction"
    assert expected in str(error)


@pytest.mark.parametrize(
    ("word", "address"),
    [
        (a.load("lw", 5, 1, 1), 1), (a.load("lw", 5, 1, 2), 2), (a.load("lh", 5, 1, 3), 3),
        (a.load("lhu", 5, 1, 1), 1), (a.load("lw", 0, 1, 3), 3), (a.store("sw", 5, 1, 2), 2),
        (a.store("sh", 5, 1, 1), 1),
    ],
)  # fmt: skip
def test_misaligned_access_stops_the_machine(
    make_machine: MakeMachine, word: int, address: int
) -> None:
    error = stop_of(make_machine([a.lui(1, RAM), word, a.END]))
    assert error.stop.reason == state.MISALIGNED
    assert f"misaligned access to {RAM + address:#x}" in str(error)


@pytest.mark.parametrize("name", a.STORE)
@pytest.mark.parametrize("address", [0, 0x1000, RAM - 4])
def test_rom_cannot_be_written(make_machine: MakeMachine, name: str, address: int) -> None:
    error = stop_of(make_machine([*a.constant(1, address), a.store(name, 0, 1, 0), a.END]))
    assert error.stop.reason == state.ROM_STORE
    assert f"store to {address:#x}, which is in ROM" in str(error)


def test_the_first_and_last_words_of_ram_work(make_machine: MakeMachine) -> None:
    machine = make_machine([a.END])
    for address in (RAM, machine.memory.size - 4):
        words = [*a.constant(1, address), *a.constant(2, 0x8090A0B0), a.store("sw", 2, 1, 0)]
        words += [a.load("lb", 10, 1, 3), a.load("lbu", 11, 1, 2), a.load("lh", 12, 1, 2)]
        words += [a.load("lhu", 13, 1, 0), a.load("lw", 14, 1, 0), a.END]
        result = make_machine(words).run()
        assert result.registers[10:15] == (0xFFFFFF80, 0x90, 0xFFFF8090, 0xA0B0, 0x8090A0B0)


@pytest.mark.parametrize("name", [*a.LOAD, *a.STORE])
@pytest.mark.parametrize("beyond", [0, 0x1000, None])
def test_nothing_is_beyond_the_memory(
    make_machine: MakeMachine, name: str, beyond: int | None
) -> None:
    size = make_machine([a.END]).memory.size
    address = 0xFFFFFFFC if beyond is None else size + beyond
    access = a.load(name, 5, 1, 0) if name in a.LOAD else a.store(name, 5, 1, 0)
    error = stop_of(make_machine([*a.constant(1, address), access, a.END]))
    assert error.stop.reason == state.OUTSIDE
    assert f"access to {address:#x}, where no memory is" in str(error)


def test_rom_is_read_with_every_width(make_machine: MakeMachine) -> None:
    words = [a.load("lw", 10, 0, 24), a.load("lh", 11, 0, 26), a.load("lhu", 12, 0, 24)]
    words += [a.load("lb", 13, 0, 27), a.load("lbu", 14, 0, 27), a.END, 0x8090A0B0]
    result = make_machine(words).run()
    assert result.registers[10:15] == (0x8090A0B0, 0xFFFF8090, 0xA0B0, 0xFFFFFF80, 0x80)


@pytest.mark.parametrize(
    ("words", "reason", "target"),
    [
        ([a.jal(1, 6)], state.JUMP_MISALIGNED, 6),
        ([a.jal(0, 2)], state.JUMP_MISALIGNED, 2),
        ([a.branch("beq", 0, 0, 10)], state.JUMP_MISALIGNED, 10),
        ([a.immediate("addi", 1, 0, 6), a.jalr(1, 1, 0)], state.JUMP_MISALIGNED, 6),
        ([a.immediate("addi", 1, 0, 7), a.jalr(0, 1, 0)], state.JUMP_MISALIGNED, 6),
        ([a.jal(0, -4)], state.JUMP_OUTSIDE, 0xFFFFFFFC),
        ([a.branch("bge", 0, 0, -4096)], state.JUMP_OUTSIDE, 0xFFFFF000),
        ([a.lui(1, RAM), a.jalr(0, 1, 0)], state.JUMP_OUTSIDE, RAM),
        ([a.lui(1, 0x40000000), a.jalr(5, 1, 0)], state.JUMP_OUTSIDE, 0x40000000),
    ],
)
def test_bad_jumps_stop_the_machine(
    make_machine: MakeMachine, words: list[int], reason: int, target: int
) -> None:
    error = stop_of(make_machine([*words, a.END]))
    assert error.stop.reason == reason
    assert error.stop.pc == 4 * (len(words) - 1)
    assert f"{target:#x}" in str(error)
    # a jump that failed has not linked
    assert error.stop.registers[5] == 0


def test_bad_branches_that_are_not_taken_are_passed(make_machine: MakeMachine) -> None:
    words = [a.branch("bne", 0, 0, 6), a.branch("blt", 0, 0, -4096), a.END]
    assert make_machine(words).run().cycles == 3


def test_bit_0_of_a_jalr_target_is_dropped(make_machine: MakeMachine) -> None:
    words = [a.immediate("addi", 1, 0, 9), a.jalr(1, 1, 4), a.ABORT, a.END]
    result = make_machine(words).run()
    assert (result.registers[1], result.cycles) == (8, 3)


def test_running_past_the_image_stops_the_machine(make_machine: MakeMachine) -> None:
    error = stop_of(make_machine([a.immediate("addi", 1, 0, 1)]))
    assert (error.stop.reason, error.stop.pc, error.stop.word) == (state.ILLEGAL, 4, 0)


def test_running_past_the_rom_stops_the_machine() -> None:
    machine = Machine(a.image([a.immediate("addi", 1, 1, 1)] * state.ROM_WORDS))
    error = stop_of(machine)
    assert error.stop.reason == state.JUMP_OUTSIDE
    assert error.stop.cycles == state.ROM_WORDS
    assert "execution at 0x200000, which is not in ROM" in str(error)


LOOP = [*a.constant(1, 10), a.immediate("addi", 1, 1, -1), a.branch("bne", 1, 0, -4), a.END]


@pytest.mark.parametrize("limit", [23, 1000, 1 << 36])
def test_the_final_jump_counts_and_fits_the_limit(make_machine: MakeMachine, limit: int) -> None:
    assert make_machine(LOOP).run(limit=limit).cycles == 23


@pytest.mark.parametrize("limit", [0, 1, 5, 21, 22])
def test_one_instruction_too_many_is_refused(make_machine: MakeMachine, limit: int) -> None:
    error = stop_of(make_machine(LOOP), limit=limit)
    assert error.stop.reason == state.LIMIT
    assert error.stop.cycles >= limit
    assert "the limit of instructions is reached" in str(error)


@pytest.mark.parametrize("forever", [[a.jal(0, 4), a.jal(0, -4)], [a.jal(1, 4), a.jalr(0, 0, 0)]])
def test_an_endless_loop_meets_the_limit(make_machine: MakeMachine, forever: list[int]) -> None:
    error = stop_of(make_machine(forever), limit=1000)
    assert (error.stop.reason, error.stop.cycles) == (state.LIMIT, 1000)


@pytest.mark.parametrize("size", [0, 2, 6, (1 << 21) + 4])
def test_images_of_a_wrong_size_are_refused(size: int) -> None:
    with pytest.raises(ImageError, match=f"at most 2097152; got {size}"):
        Machine(bytes(size))


def test_every_run_begins_with_zeroed_ram(make_machine: MakeMachine) -> None:
    words = [a.lui(1, RAM), a.load("lw", 10, 1, 8), a.immediate("addi", 2, 0, 1)]
    machine = make_machine([*words, a.store("sw", 2, 1, 8), a.END])
    assert machine.run().registers[10] == 0
    assert machine.memory.read_words(RAM + 8, 1) == [1]
    assert machine.run().registers[10] == 0


def test_memory_outside_is_refused_to_the_host(make_machine: MakeMachine) -> None:
    memory = make_machine([a.END]).memory
    for address, size in ((memory.size, 1), (memory.size - 2, 4), (-1, 1)):
        with pytest.raises(MachineError, match="are not in the memory"):
            memory.read(address, size)


def test_effective_cycles_weigh_the_delegations(make_machine: MakeMachine) -> None:
    words = [*a.constant(10, RAM), *a.constant(11, RAM + 32), a.immediate("addi", 12, 0, 1)]
    result = make_machine([*words, a.csrrw(0, 0x7CA, 0), a.END]).run()
    assert result.effective_cycles == 7 + 4


@pytest.mark.parametrize("place", [0, 1, 2, 3])
def test_a_fault_in_a_fused_run_is_placed_exactly(make_machine: MakeMachine, place: int) -> None:
    loads = [a.load("lw", 10 + i, 1, 4 * i + (i == place)) for i in range(4)]
    error = stop_of(make_machine([*loads, a.END]))
    assert (error.stop.reason, error.stop.pc) == (state.MISALIGNED, 4 * place)
    assert error.stop.cycles == place
    read = error.stop.registers[10:14]
    assert [number != 0 for number in read] == [i < place for i in range(4)]


def test_a_jump_into_a_fused_run_runs_the_rest_of_it(make_machine: MakeMachine) -> None:
    adds = [a.immediate("addi", 10, 10, 1 << i) for i in range(3)]
    assert make_machine([a.jal(0, 8), *adds, a.END]).run().registers[10] == 6
