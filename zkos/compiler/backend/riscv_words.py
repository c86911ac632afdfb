"""Instruction words of RV32IM: a few encoders, and the table of what the machine proves.

Source:  The RISC-V Instruction Set Manual, volume I, chapter "RV32/64G Instruction Set
         Listings"; zksync-airbender v0.5.2 for the subset: no fence, ecall, ebreak, and of the
         CSR instructions only ``csrrw`` on three numbers.
Errors:  ValueError for a number that an encoding cannot hold.
"""

CSR_ORACLE, CSR_BLAKE2, CSR_U256 = 0x7C0, 0x7C7, 0x7CA
NOP = 0x0000_0013
UNPROVABLE = 0xC000_1073
"""``unimp``: what LLVM makes of a trap; the machine cannot prove it."""

RA, SP, GP, TP, T0, A0, A1, A2, A3, S10 = 1, 2, 3, 4, 5, 10, 11, 12, 13, 26

_LOADS = {0: "lb", 1: "lh", 2: "lw", 4: "lbu", 5: "lhu"}
_STORES = {0: "sb", 1: "sh", 2: "sw"}
_BRANCHES = {0: "beq", 1: "bne", 4: "blt", 5: "bge", 6: "bltu", 7: "bgeu"}
_IMMEDIATES = {0: "addi", 2: "slti", 3: "sltiu", 4: "xori", 6: "ori", 7: "andi"}
_REGISTERS = {
    (0x00, 0): "add", (0x20, 0): "sub", (0x00, 1): "sll", (0x00, 2): "slt", (0x00, 3): "sltu",
    (0x00, 4): "xor", (0x00, 5): "srl", (0x20, 5): "sra", (0x00, 6): "or", (0x00, 7): "and",
    (0x01, 0): "mul", (0x01, 1): "mulh", (0x01, 2): "mulhsu", (0x01, 3): "mulhu",
    (0x01, 4): "div", (0x01, 5): "divu", (0x01, 6): "rem", (0x01, 7): "remu",
}  # fmt: skip
_SHIFTS = {(0x00, 1): "slli", (0x00, 5): "srli", (0x20, 5): "srai"}


def decode(word: int) -> str | None:
    """Name the instruction, or None for a word that the machine does not prove."""
    opcode, f3, f7 = word & 0x7F, word >> 12 & 7, word >> 25
    rd, rs1, csr = word >> 7 & 31, word >> 15 & 31, word >> 20
    match opcode:
        case 0x37:
            return "lui"
        case 0x17:
            return "auipc"
        case 0x6F:
            return "jal" if word >> 21 & 1 == 0 else None
        case 0x67:
            return "jalr" if f3 == 0 else None
        case 0x63:
            return _BRANCHES.get(f3) if word >> 8 & 1 == 0 else None
        case 0x03:
            return _LOADS.get(f3)
        case 0x23:
            return _STORES.get(f3)
        case 0x13:
            return _SHIFTS.get((f7, f3)) if f3 in (1, 5) else _IMMEDIATES.get(f3)
        case 0x33:
            return _REGISTERS.get((f7, f3))
        case 0x73 if f3 == 1 and csr == CSR_ORACLE:
            return "csrrw"
        case 0x73 if f3 == 1 and csr in (CSR_BLAKE2, CSR_U256):
            return "csrrw" if rd == 0 and rs1 == 0 else None
    return None


def _check(value: int, low: int, high: int, what: str) -> int:
    if not low <= value <= high:
        raise ValueError(f"{what} {value} is not in {low}..{high}")
    return value


def lui(rd: int, address: int) -> int:
    """Load the upper part for a following signed 12-bit offset."""
    return (address + 0x800) & 0xFFFF_F000 | rd << 7 | 0x37


def low_part(address: int) -> int:
    """Give the signed 12-bit offset that goes with ``lui`` of the same address."""
    return (address + 0x800 & 0xFFF) - 0x800


def addi(rd: int, rs1: int, immediate: int) -> int:
    """Add a signed 12-bit number."""
    value = _check(immediate, -2048, 2047, "immediate")
    return (value & 0xFFF) << 20 | rs1 << 15 | rd << 7 | 0x13


def lw(rd: int, rs1: int, offset: int) -> int:
    """Load a word."""
    value = _check(offset, -2048, 2047, "offset")
    return (value & 0xFFF) << 20 | rs1 << 15 | 2 << 12 | rd << 7 | 0x03


def jal(rd: int, offset: int) -> int:
    """Jump relative to this instruction."""
    value = _check(offset, -(1 << 20), (1 << 20) - 2, "jump") & 0x1F_FFFF
    bits = (value >> 20 & 1) << 31 | (value >> 1 & 0x3FF) << 21
    return bits | (value >> 11 & 1) << 20 | (value >> 12 & 0xFF) << 12 | rd << 7 | 0x6F


def jal_target(word: int, pc: int) -> int:
    """Give where a ``jal`` goes."""
    offset = (word >> 21 & 0x3FF) << 1 | (word >> 20 & 1) << 11 | (word >> 12 & 0xFF) << 12
    return pc + offset - ((word >> 31) << 20)


def jalr(rd: int, rs1: int, offset: int) -> int:
    """Jump to a register plus a signed 12-bit offset."""
    value = _check(offset, -2048, 2047, "offset")
    return (value & 0xFFF) << 20 | rs1 << 15 | rd << 7 | 0x67


def csrrw(rd: int, csr: int, rs1: int) -> int:
    """Exchange a CSR."""
    return csr << 20 | rs1 << 15 | 1 << 12 | rd << 7 | 0x73
