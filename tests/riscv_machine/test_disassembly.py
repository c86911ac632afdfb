"""Instruction text against Capstone."""

import random

import pytest
from capstone import CS_ARCH_RISCV, CS_MODE_RISCV32, Cs

from tests.riscv_machine import assembler as a
from tests.riscv_machine.random_programs import Generator
from zkos.host.machine.disassembly import disassemble

ABI = (
    "zero ra sp gp tp t0 t1 t2 s0 s1 a0 a1 a2 a3 a4 a5 a6 a7 s2 s3 s4 s5 s6 s7 s8 s9 s10 s11 "
    "t3 t4 t5 t6"
).split()


def expected(word: int, pc: int) -> str | None:
    """Capstone's text in the form of ours, without its aliases; None for no instruction."""
    engine = Cs(CS_ARCH_RISCV, CS_MODE_RISCV32)
    found = next(iter(engine.disasm(word.to_bytes(4, "little"), pc)), None)
    return None if found is None else f"{found.mnemonic} {found.op_str}"


def test_mnemonics_are_those_of_capstone() -> None:
    words = Generator(5).program(4000)[62:]
    aliases = {"li", "mv", "not", "neg", "nop", "seqz", "snez", "sltz", "sgtz", "j", "jr", "ret",
               "beqz", "bnez", "blez", "bgez", "bltz", "bgtz", "zext.b", "jal", "jalr"}  # fmt: skip
    checked = 0
    for word in words:
        text = expected(word, 0x1000)
        assert text is not None
        mnemonic = text.split()[0]
        if mnemonic not in aliases:
            assert disassemble(word, 0x1000).split()[0] == mnemonic
            checked += 1
    assert checked > 2000


@pytest.mark.parametrize(
    ("word", "text"),
    [
        (a.immediate("addi", 10, 11, -5), "addi x10, x11, -5"),
        (a.immediate("addi", 0, 0, 0), "addi x0, x0, 0"),
        (a.shift("srai", 1, 2, 31), "srai x1, x2, 31"),
        (a.register("mulhsu", 1, 2, 3), "mulhsu x1, x2, x3"),
        (a.register("add", 5, 0, 3), "add x5, x0, x3"),
        (a.load("lhu", 5, 2, -2048), "lhu x5, -2048(x2)"),
        (a.store("sw", 5, 2, 2047), "sw x5, 2047(x2)"),
        (a.branch("bltu", 1, 2, -4), "bltu x1, x2, 0xffc"),
        (a.jal(1, 2046), "jal x1, 0x17fe"),
        (a.jalr(0, 1, 0), "jalr x0, 0(x1)"),
        (a.lui(3, 0x12345000), "lui x3, 0x12345"),
        (a.auipc(3, 0xFFFFF000), "auipc x3, 0xfffff"),
        (a.csrrw(5, 0x7C0, 0), "csrrw x5, 0x7c0, x0"),
        (0x7C0FA073, "csrrs x0, 0x7c0, x31"),
        (0x7C0FD073, "csrrwi x0, 0x7c0, 31"),
        (a.ABORT, "unimp"),
        (0x73, "ecall"),
        (0x0FF0000F, "unknown fence form"),
        (a.register("add", 1, 2, 3) | 4 << 25, "unknown op form"),
        (0, "no instruction"),
    ],
)
def test_operands_are_written_as_in_the_manual(word: int, text: str) -> None:
    assert disassemble(word, 0x1000) == text


def test_every_word_has_a_text() -> None:
    numbers = random.Random(1)
    for _ in range(20_000):
        assert disassemble(numbers.getrandbits(32), 4)
