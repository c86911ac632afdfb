"""The delegations against hashlib and plain numbers, and every condition that they have."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.riscv_machine import assembler as a
from tests.riscv_machine.conftest import MakeMachine
from zkos.host.machine import Machine, MachineResult, MachineStopError
from zkos.riscv_machine import state

BLAKE2S, U256 = 0x7C7, 0x7CA
RAM = 0x200000
IV = (
    0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A,
    0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19,
)  # fmt: skip
NODE_IV = (IV[0] ^ 0x01010020, *IV[1:])
NUMBERS = st.one_of(
    st.integers(0, 2**256 - 1),
    st.sampled_from((0, 1, 2**255, 2**256 - 1, 2**128, 2**128 - 1, 2**64, 2**32 - 1)),
)
CALL = [a.csrrw(0, BLAKE2S, 0), a.jalr(0, 1, 0)]
CALL_U256 = [a.csrrw(0, U256, 0), a.jalr(0, 1, 0)]
COMPILED = Machine(a.image(CALL + CALL_U256))


def words(*numbers: int) -> bytes:
    """Numbers as words in memory."""
    return b"".join(number.to_bytes(4, "little") for number in numbers)


def operate(machine: Machine, place: int, x: int, y: int, control: int) -> tuple[int, int]:
    """One u256 operation; the result and the flag."""
    memory = {RAM: x.to_bytes(32, "little"), RAM + 32: y.to_bytes(32, "little")}
    result = machine.call(place, {10: RAM, 11: RAM + 32, 12: control}, memory)
    assert result.delegations == {"blake2s": 0, "u256": 1}
    assert result.registers[10:12] == (RAM, RAM + 32)
    assert machine.memory.read(RAM + 32, 32) == memory[RAM + 32]
    return int.from_bytes(machine.memory.read(RAM, 32), "little"), result.registers[12]


def expected(x: int, y: int, bit: int, carry: int) -> tuple[int, int]:
    """What the table of operations says."""
    total = {0: x + y + carry, 1: x - y - carry, 2: y - x - carry, 3: x * y, 7: y + carry}.get(bit)
    if bit == 4:
        return x * y >> 256, 0
    if bit == 5:
        return x, int(x == y)
    assert total is not None
    return total % 2**256, int(not 0 <= total < 2**256)


@given(NUMBERS, NUMBERS, st.sampled_from((0, 1, 2, 3, 4, 5, 7)), st.integers(0, 1))
@settings(max_examples=600, deadline=None)
def test_u256_operations_are_those_of_plain_numbers(x: int, y: int, bit: int, carry: int) -> None:
    assert operate(COMPILED, 8, x, y, 1 << bit | carry << 6) == expected(x, y, bit, carry)


@pytest.mark.parametrize("bit", [0, 1, 2, 3, 4, 5, 7])
def test_u256_operations_at_the_edges(make_machine: MakeMachine, bit: int) -> None:
    machine = make_machine(CALL_U256)
    edges = (0, 1, 2**256 - 1, 2**255, 3 << 200)
    for x, y in [(x, y) for x in edges for y in edges]:
        for carry in (0, 1):
            found = operate(machine, 0, x, y, 1 << bit | carry << 6)
            assert found == expected(x, y, bit, carry)


def hash_with_delegation(machine: Machine, message: bytes) -> bytes:
    """blake2s by ten calls a block, as the machine's protocol describes it."""
    blocks = [message[i : i + 64] for i in range(0, len(message), 64)] or [b""]
    h = words(*NODE_IV)
    for number, block in enumerate(blocks):
        is_last = number == len(blocks) - 1
        length = len(message) if is_last else 64 * (number + 1)
        v14 = IV[6] ^ (0xFFFFFFFF if is_last else 0)
        work = [0x55] * 16
        work[12], work[14] = IV[4] ^ length, v14
        memory = {RAM: h + words(*work), RAM + 256: block.ljust(64, b"\0")}
        run_rounds(machine, memory, 0)
        h = machine.memory.read(RAM, 32)
    return h


def run_rounds(machine: Machine, memory: dict[int, bytes], control: int) -> None:
    """The ten calls of one block."""
    for number in range(10):
        registers = {10: RAM, 11: RAM + 256, 12: 1 << number, 13: control | (number == 9)}
        result = machine.call(0, registers, memory if number == 0 else {}, keep_memory=number > 0)
        assert result.delegations == {"blake2s": 1, "u256": 0}
        assert result.registers[10:14] == tuple(registers.values())
        assert machine.memory.read(RAM + 256, 64) == memory[RAM + 256]


@given(st.binary(max_size=300))
@settings(max_examples=150, deadline=None)
def test_blake2s_is_that_of_hashlib(message: bytes) -> None:
    assert hash_with_delegation(COMPILED, message) == hashlib.blake2s(message).digest()


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32), st.booleans())
@settings(max_examples=100, deadline=None)
def test_compression_mode_hashes_two_nodes(own: bytes, other: bytes, own_is_right: bool) -> None:
    garbage = b"\xa5" * 32
    memory = {RAM: own + b"\x5a" * 64, RAM + 256: other + garbage}
    run_rounds(COMPILED, memory, 4 | 2 * own_is_right)
    both = other + own if own_is_right else own + other
    assert COMPILED.memory.read(RAM, 32) == hashlib.blake2s(both).digest()


@pytest.mark.parametrize("message", [b"", b"abc", bytes(range(64)), bytes(200)])
def test_blake2s_on_both_forms_of_the_machine(make_machine: MakeMachine, message: bytes) -> None:
    assert hash_with_delegation(make_machine(CALL), message) == hashlib.blake2s(message).digest()


def test_the_right_node_bit_means_nothing_in_normal_mode(make_machine: MakeMachine) -> None:
    machine = make_machine(CALL)
    states = []
    for control in (1, 3):
        memory = {RAM: bytes(range(96)), RAM + 256: bytes(range(64))}
        machine.call(0, {10: RAM, 11: RAM + 256, 12: 4, 13: control}, memory)
        states.append(machine.memory.read(RAM, 96))
    assert states[0] == states[1]


def delegate(make_machine: MakeMachine, csr: int, registers: dict[int, int]) -> MachineResult:
    """One delegation call with these registers, rs1 being x9."""
    return make_machine([a.csrrw(0, csr, 9), a.jalr(0, 1, 0)]).call(0, registers)


GOOD = {BLAKE2S: {10: RAM, 11: RAM + 128, 12: 1, 13: 0}, U256: {10: RAM, 11: RAM + 32, 12: 1}}
LAST = 0x40000000
REFUSED = [
    (BLAKE2S, {9: 1}, state.DELEGATION_SOURCE, "rs1 of a delegation is 0x1, not 0"),
    (BLAKE2S, {10: RAM + 64}, state.DELEGATION_ALIGNMENT, "misaligned delegation operand"),
    (BLAKE2S, {10: RAM + 4}, state.DELEGATION_ALIGNMENT, "x10 = 0x200004"),
    (BLAKE2S, {11: RAM + 130}, state.DELEGATION_ALIGNMENT, "x11 = 0x200082"),
    (BLAKE2S, {10: 0}, state.DELEGATION_ROM, "delegation operand in ROM: x10 = 0x0"),
    (BLAKE2S, {11: RAM - 4}, state.DELEGATION_ROM, "x11 = 0x1ffffc"),
    (BLAKE2S, {10: 0xFFFFFF80}, state.DELEGATION_OUTSIDE, "delegation operand outside RAM"),
    (BLAKE2S, {11: LAST - 60}, state.DELEGATION_OUTSIDE, "x11 = 0x3fffffc4"),
    (BLAKE2S, {11: RAM}, state.DELEGATION_OVERLAP, "delegation operands overlap"),
    (BLAKE2S, {11: RAM + 92}, state.DELEGATION_OVERLAP, "overlap: x10 = 0x200000"),
    (BLAKE2S, {10: RAM + 128, 11: RAM + 68}, state.DELEGATION_OVERLAP, "x11 = 0x200044"),
    (BLAKE2S, {12: 0}, state.DELEGATION_CONTROL, "bad delegation control word"),
    (BLAKE2S, {12: 3}, state.DELEGATION_CONTROL, "x12 = 0x3"),
    (BLAKE2S, {12: 1 << 10}, state.DELEGATION_CONTROL, "x12 = 0x400"),
    (BLAKE2S, {13: 8}, state.DELEGATION_CONTROL, "x13 = 0x8"),
    (BLAKE2S, {13: 0x10000}, state.DELEGATION_CONTROL, "x13 = 0x10000"),
    (U256, {9: 0x80000000}, state.DELEGATION_SOURCE, "rs1 of a delegation is 0x80000000"),
    (U256, {10: RAM + 16}, state.DELEGATION_ALIGNMENT, "x10 = 0x200010"),
    (U256, {11: RAM + 36}, state.DELEGATION_ALIGNMENT, "x11 = 0x200024"),
    (U256, {10: RAM - 32}, state.DELEGATION_ROM, "x10 = 0x1fffe0"),
    (U256, {11: 0}, state.DELEGATION_ROM, "x11 = 0x0"),
    (U256, {10: LAST}, state.DELEGATION_OUTSIDE, "x10 = 0x40000000"),
    (U256, {11: 0xFFFFFFE0}, state.DELEGATION_OUTSIDE, "x11 = 0xffffffe0"),
    (U256, {11: RAM}, state.DELEGATION_OVERLAP, "overlap"),
    (U256, {12: 0}, state.DELEGATION_CONTROL, "x12 = 0x0"),
    (U256, {12: 64}, state.DELEGATION_CONTROL, "x12 = 0x40"),
    (U256, {12: 3}, state.DELEGATION_CONTROL, "x12 = 0x3"),
    (U256, {12: 0x81}, state.DELEGATION_CONTROL, "x12 = 0x81"),
    (U256, {12: 0x100}, state.DELEGATION_CONTROL, "x12 = 0x100"),
    (U256, {12: 0x101}, state.DELEGATION_CONTROL, "x12 = 0x101"),
]


@pytest.mark.parametrize(("csr", "change", "reason", "message"), REFUSED)
def test_a_call_that_breaks_a_condition_is_refused(
    make_machine: MakeMachine, csr: int, change: dict[int, int], reason: int, message: str
) -> None:
    with pytest.raises(MachineStopError) as stopped:
        delegate(make_machine, csr, {**GOOD[csr], **change})
    assert stopped.value.stop.reason == reason
    assert message in str(stopped.value)
    assert stopped.value.stop.pc == 0


@pytest.mark.parametrize("csr", [BLAKE2S, U256])
def test_operands_may_touch_and_end_with_the_memory(make_machine: MakeMachine, csr: int) -> None:
    size = make_machine([a.END]).memory.size
    places = {BLAKE2S: ({11: RAM + 96}, {10: RAM + 128, 11: RAM + 64}, {11: size - 64}),
              U256: ({11: size - 32}, {10: size - 32})}  # fmt: skip
    for change in places[csr]:
        assert delegate(make_machine, csr, {**GOOD[csr], **change}).cycles == 2


def test_rd_of_a_delegation_receives_zero(make_machine: MakeMachine) -> None:
    machine = make_machine([a.csrrw(7, U256, 0), a.jalr(0, 1, 0)])
    assert machine.call(0, {**GOOD[U256], 7: 5}).registers[7] == 0


def test_a_refused_call_changes_nothing(make_machine: MakeMachine) -> None:
    machine = make_machine(CALL_U256)
    before = bytes(range(64))
    with pytest.raises(MachineStopError) as stopped:
        machine.call(0, {10: RAM, 11: RAM + 32, 12: 9}, {RAM: before})
    assert machine.memory.read(RAM, 64) == before
    assert stopped.value.stop.registers[12] == 9
