"""The machine against Unicorn (QEMU's RISC-V), an implementation that is not ours.

Random programs of all instructions run in both; registers, memory and the number of executed
instructions must be equal. A twentieth of the programs runs by default, all with ``--full``.
"""

import pytest
from unicorn import UC_ARCH_RISCV, UC_HOOK_BLOCK, UC_MODE_RISCV32, Uc
from unicorn.riscv_const import UC_RISCV_REG_X0

from tests.riscv_machine.assembler import image
from tests.riscv_machine.random_programs import ROM_END, WINDOW, WINDOW_BYTES, Generator
from zkos.host.machine import Machine

PROGRAM_INSTRUCTIONS = 60_000
PROGRAMS = 260
SLICE = 20
"""By default one in this many programs runs."""


def run_in_unicorn(program: bytes) -> tuple[list[int], bytes, int]:
    """Run a program up to its last instruction; registers, memory window, instructions."""
    emulator = Uc(UC_ARCH_RISCV, UC_MODE_RISCV32)
    emulator.mem_map(0, ROM_END + WINDOW_BYTES)
    emulator.mem_write(0, program)
    executed = [0]

    def count(_emulator: Uc, _address: int, size: int, _data: object) -> None:
        executed[0] += size // 4

    emulator.hook_add(UC_HOOK_BLOCK, count)
    emulator.emu_start(0, len(program) - 4)
    registers = [emulator.reg_read(UC_RISCV_REG_X0 + number) for number in range(32)]
    return registers, bytes(emulator.mem_read(WINDOW, WINDOW_BYTES)), executed[0]


def compare(seed: int) -> int:
    """Run one random program in both; give how many instructions it executed."""
    program = image(Generator(seed).program(PROGRAM_INSTRUCTIONS))
    registers, memory, executed = run_in_unicorn(program)
    machine = Machine(program)
    result = machine.run()
    assert list(result.registers) == registers
    assert machine.memory.read(WINDOW, WINDOW_BYTES) == memory
    assert result.pc == len(program) - 4
    # the final jump is ours alone
    assert result.cycles == executed + 1
    return executed


def test_random_programs_run_as_in_unicorn(request: pytest.FixtureRequest) -> None:
    is_full = request.config.getoption("--full")
    executed = sum(compare(seed) for seed in range(PROGRAMS if is_full else PROGRAMS // SLICE))
    assert executed > (10_000_000 if is_full else 500_000)


@pytest.mark.parametrize("seed", range(3))
def test_random_programs_run_as_in_unicorn_without_a_compiler(seed: int) -> None:
    program = image(Generator(1000 + seed).program(400))
    registers, memory, executed = run_in_unicorn(program)
    machine = Machine(program, executor="python", memory_bytes=ROM_END + WINDOW_BYTES)
    result = machine.run()
    assert list(result.registers) == registers
    assert machine.memory.read(WINDOW, WINDOW_BYTES) == memory
    assert result.cycles == executed + 1
