"""The table of provable instructions against an independent disassembler."""

import random

import pytest
from capstone import CS_ARCH_RISCV, CS_MODE_RISCV32, Cs

from zkos.compiler.backend import riscv_words as words

PLAIN = {
    "lui", "auipc", "jal", "jalr", "beq", "bne", "blt", "bge", "bltu", "bgeu",
    "lb", "lh", "lw", "lbu", "lhu", "sb", "sh", "sw",
    "addi", "slti", "sltiu", "xori", "ori", "andi", "slli", "srli", "srai",
    "add", "sub", "sll", "slt", "sltu", "xor", "srl", "sra", "or", "and",
    "mul", "mulh", "mulhsu", "mulhu", "div", "divu", "rem", "remu",
}  # fmt: skip
ALIASES = {
    "nop": "addi", "mv": "addi", "not": "xori", "neg": "sub", "seqz": "sltiu", "snez": "sltu",
    "sltz": "slt", "sgtz": "slt", "beqz": "beq", "bnez": "bne", "blez": "bge", "bgez": "bge",
    "bltz": "blt", "bgtz": "blt", "j": "jal", "jr": "jalr", "ret": "jalr", "li": "addi",
    "zext.b": "andi",
}  # fmt: skip


def disassemble(word: int) -> str | None:
    machine = Cs(CS_ARCH_RISCV, CS_MODE_RISCV32)
    found = next(machine.disasm(word.to_bytes(4, "little"), 0x1000), None)
    if found is None or found.size != 4:
        return None
    name = ALIASES.get(found.mnemonic, found.mnemonic)
    if name in ("slli", "srli", "srai") and word >> 25 & 1:
        return None  # the disassembler takes the amounts of RV64 too
    return name if name in PLAIN else None


def samples() -> list[int]:
    source = random.Random(1)
    opcodes = [0x37, 0x17, 0x6F, 0x67, 0x63, 0x03, 0x23, 0x13, 0x33, 0x73, 0x0F, 0x2F, 0x2B]
    found = []
    for _ in range(6000):
        word = source.getrandbits(32) & ~0x7F | source.choice(opcodes)
        if source.random() < 0.5:  # the interesting values of funct7
            word = word & 0x01FF_FFFF | source.choice([0x00, 0x01, 0x20]) << 25
        found.append(word)
    return found


def test_every_word_has_the_name_that_the_disassembler_gives() -> None:
    for word in samples():
        if word & 0x7F == 0x73:
            continue
        expected = disassemble(word)
        # A jump to an address that is no multiple of 4 is an instruction, but not provable.
        if words.decode(word) is None and expected in ("jal", *words._BRANCHES.values()):
            assert word >> (21 if expected == "jal" else 8) & 1 == 1
            continue
        assert words.decode(word) == expected, f"{word:#010x}"


@pytest.mark.parametrize("csr", [0x7C0, 0x7C7, 0x7CA, 0x7FF, 0x300, 0xC00])
@pytest.mark.parametrize("function", range(8))
@pytest.mark.parametrize(("rd", "rs1"), [(0, 0), (5, 0), (0, 6), (7, 7)])
def test_of_the_csr_instructions_only_the_machine_s_own_pass(
    csr: int, function: int, rd: int, rs1: int
) -> None:
    word = csr << 20 | rs1 << 15 | function << 12 | rd << 7 | 0x73
    is_oracle = csr == 0x7C0
    is_delegation = csr in (0x7C7, 0x7CA) and rd == rs1 == 0
    is_allowed = function == 1 and (is_oracle or is_delegation)
    assert (words.decode(word) == "csrrw") is is_allowed


@pytest.mark.parametrize(
    "word", [0x0000_0000, 0xFFFF_FFFF, words.UNPROVABLE, 0x0000_0073, 0x0010_0073, 0x0000_100F]
)
def test_system_instructions_and_rubbish_are_refused(word: int) -> None:
    assert words.decode(word) is None


@pytest.mark.parametrize(
    ("word", "text"),
    [
        (words.lui(2, 0x4200000), "lui sp, 0x4200"),
        (words.addi(10, 11, -2048), "addi a0, a1, -0x800"),
        (words.lw(25, 26, 60), "lw s9, 0x3c(s10)"),
        (words.jal(1, -1048576), "jal -0x100000"),
        (words.jal(1, 0xABCDE), "jal 0xabcde"),
        (words.jalr(1, 5, 2047), "jalr ra, t0, 0x7ff"),
    ],
)
def test_encoders(word: int, text: str) -> None:
    machine = Cs(CS_ARCH_RISCV, CS_MODE_RISCV32)
    found = next(machine.disasm(word.to_bytes(4, "little"), 0))
    assert f"{found.mnemonic} {found.op_str}" == text


@pytest.mark.parametrize("address", [0, 0x7FF, 0x800, 0xFFF, 0x1234_5800, 0x3FFF_F7FF])
def test_upper_and_lower_part_make_the_address(address: int) -> None:
    upper = words.lui(5, address) & 0xFFFF_F000
    assert (upper + words.low_part(address)) % (1 << 32) == address


@pytest.mark.parametrize("offset", [-1048576, -2, 0, 4, 2046, 2048, 1048574])
def test_a_jump_goes_where_it_says(offset: int) -> None:
    assert words.jal_target(words.jal(1, offset), 0x200000) == 0x200000 + offset


def test_what_an_encoding_cannot_hold_is_refused() -> None:
    with pytest.raises(ValueError, match=r"immediate 2048 is not in -2048\.\.2047"):
        words.addi(1, 1, 2048)
    with pytest.raises(ValueError, match="jump"):
        words.jal(1, 1 << 20)
