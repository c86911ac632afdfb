"""Instruction words for tests, written from the manual's formats and from nothing of ours."""

from collections.abc import Iterable

REGISTER = {
    "add": (0, 0), "sub": (0, 0x20), "sll": (1, 0), "slt": (2, 0), "sltu": (3, 0),
    "xor": (4, 0), "srl": (5, 0), "sra": (5, 0x20), "or": (6, 0), "and": (7, 0),
    "mul": (0, 1), "mulh": (1, 1), "mulhsu": (2, 1), "mulhu": (3, 1),
    "div": (4, 1), "divu": (5, 1), "rem": (6, 1), "remu": (7, 1),
}  # fmt: skip
IMMEDIATE = {"addi": 0, "slti": 2, "sltiu": 3, "xori": 4, "ori": 6, "andi": 7}
SHIFT = {"slli": (1, 0), "srli": (5, 0), "srai": (5, 0x20)}
LOAD = {"lb": 0, "lh": 1, "lw": 2, "lbu": 4, "lhu": 5}
STORE = {"sb": 0, "sh": 1, "sw": 2}
BRANCH = {"beq": 0, "bne": 1, "blt": 4, "bge": 5, "bltu": 6, "bgeu": 7}
END = 0x0000006F
ABORT = 0xC0001073


def register(name: str, rd: int, rs1: int, rs2: int) -> int:
    """R format."""
    funct3, funct7 = REGISTER[name]
    return funct7 << 25 | rs2 << 20 | rs1 << 15 | funct3 << 12 | rd << 7 | 0x33


def immediate(name: str, rd: int, rs1: int, value: int) -> int:
    """I format of OP-IMM."""
    return (value & 0xFFF) << 20 | rs1 << 15 | IMMEDIATE[name] << 12 | rd << 7 | 0x13


def shift(name: str, rd: int, rs1: int, amount: int) -> int:
    """I format with a shift amount."""
    funct3, funct7 = SHIFT[name]
    return funct7 << 25 | amount << 20 | rs1 << 15 | funct3 << 12 | rd << 7 | 0x13


def load(name: str, rd: int, rs1: int, offset: int) -> int:
    """I format of LOAD."""
    return (offset & 0xFFF) << 20 | rs1 << 15 | LOAD[name] << 12 | rd << 7 | 0x03


def store(name: str, rs2: int, rs1: int, offset: int) -> int:
    """S format."""
    upper, lower = (offset & 0xFFF) >> 5, offset & 31
    return upper << 25 | rs2 << 20 | rs1 << 15 | STORE[name] << 12 | lower << 7 | 0x23


def branch(name: str, rs1: int, rs2: int, offset: int) -> int:
    """B format."""
    o = offset & 0x1FFF
    upper = (o >> 12) << 31 | (o >> 5 & 63) << 25
    return (
        upper
        | rs2 << 20
        | rs1 << 15
        | BRANCH[name] << 12
        | (o >> 1 & 15) << 8
        | (o >> 11 & 1) << 7
        | 0x63
    )


def jal(rd: int, offset: int) -> int:
    """J format."""
    o = offset & 0x1FFFFF
    upper = (o >> 20) << 31 | (o >> 1 & 0x3FF) << 21 | (o >> 11 & 1) << 20
    return upper | (o >> 12 & 0xFF) << 12 | rd << 7 | 0x6F


def jalr(rd: int, rs1: int, offset: int) -> int:
    """I format of JALR."""
    return (offset & 0xFFF) << 20 | rs1 << 15 | rd << 7 | 0x67


def lui(rd: int, value: int) -> int:
    """U format; the low 12 bits of ``value`` are dropped."""
    return value & 0xFFFFF000 | rd << 7 | 0x37


def auipc(rd: int, value: int) -> int:
    """U format, relative to pc."""
    return value & 0xFFFFF000 | rd << 7 | 0x17


def csrrw(rd: int, csr: int, rs1: int) -> int:
    """I format of SYSTEM."""
    return csr << 20 | rs1 << 15 | 1 << 12 | rd << 7 | 0x73


def constant(rd: int, value: int) -> list[int]:
    """Two instructions that put any number into a register."""
    low = value & 0xFFF
    high = value - (low - 0x1000 if low >= 0x800 else low)
    return [lui(rd, high & 0xFFFFFFFF), immediate("addi", rd, rd, low)]


def image(words: Iterable[int]) -> bytes:
    """A flat image of these words."""
    return b"".join(word.to_bytes(4, "little") for word in words)
