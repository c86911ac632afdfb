"""The machine's instructions per opcode do not rise unnoticed."""

import pytest

from tools.riscv_instructions_page import PAGE, page, read_page
from zkos.host.bench.machine_cost import FEW, MANY, count_instructions, count_opcodes
from zkos.host.bench.workloads import WORKLOADS

LARGEST_RISE = 1.02
OPCODES_OF_LOOP = 11  # DUP1 SWAP2 ADD SWAP1, then PUSH1 SWAP1 SUB DUP1 PUSH2 JUMPI JUMPDEST
KNOWN = read_page(PAGE.read_text(encoding="utf-8"))


def test_the_page_is_as_it_is_generated():
    assert page(KNOWN.values()) == PAGE.read_text(encoding="utf-8")
    assert list(KNOWN) == [workload.name for workload in WORKLOADS]


def test_the_opcodes_of_a_loop_are_counted():
    loop = next(workload for workload in WORKLOADS if workload.name == "loop")
    assert count_opcodes(loop) == (MANY - FEW) * OPCODES_OF_LOOP == KNOWN["loop"].opcodes


@pytest.mark.parametrize("workload", WORKLOADS, ids=lambda workload: workload.name)
def test_no_workload_needs_more_than_two_percent_more_instructions(workload):
    counted, known = count_instructions(workload), KNOWN[workload.name].instructions
    assert counted <= known * LARGEST_RISE, (
        f"{workload.name}: {counted:,} instructions, {known:,} on the page: if that is meant, "
        "python -m tools.riscv_instructions_page"
    )
