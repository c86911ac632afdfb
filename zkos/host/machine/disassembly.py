"""Instruction words as text, for messages and traces.

Source:  The RISC-V Instruction Set Manual, Volume I, chapter 34 (names and operands).
"""

from zkos.riscv_machine.decode import decode
from zkos.riscv_machine.operations import NAMES

_SYSTEM = {
    0x00000073: "ecall",
    0x00100073: "ebreak",
    0x30200073: "mret",
    0x10500073: "wfi",
    0xC0001073: "unimp",
}
_CSR_FORMS = ("", "csrrw", "csrrs", "csrrc", "", "csrrwi", "csrrsi", "csrrci")
_GROUPS = {
    0x03: "load", 0x07: "float load", 0x0F: "fence", 0x13: "op-imm", 0x17: "auipc", 0x23: "store",
    0x27: "float store", 0x2F: "atomic", 0x33: "op", 0x37: "lui", 0x43: "float", 0x47: "float",
    0x4B: "float", 0x4F: "float", 0x53: "float", 0x63: "branch", 0x67: "jalr", 0x6F: "jal",
}  # fmt: skip


def _signed(value: int, bits: int) -> int:
    return value - (1 << bits) if value >> (bits - 1) else value


def _immediate(word: int) -> int:
    return _signed(word >> 20, 12)


def disassemble(word: int, pc: int = 0) -> str:
    """Give one instruction as text; jumps show the address they go to."""
    if word in _SYSTEM:
        return _SYSTEM[word]
    opcode, rd, funct3 = word & 127, word >> 7 & 31, word >> 12 & 7
    rs1, rs2 = word >> 15 & 31, word >> 20 & 31
    if opcode == 0x73:
        form = _CSR_FORMS[funct3]
        source = f"x{rs1}" if funct3 < 4 else str(rs1)
        return f"{form} x{rd}, {word >> 20:#x}, {source}" if form else f"system {word:#010x}"
    # rd = 1 keeps the decoder from turning an instruction without effect into a nop
    name = NAMES[int(decode(word & ~0xF80 | (rd or 1) << 7, pc // 4)) & 0xFF]
    if opcode == 0x33 and name != "illegal":
        name = {"mv": "add", "li": "add"}.get(name, name)
        return f"{name} x{rd}, x{rs1}, x{rs2}"
    if opcode == 0x13 and name != "illegal":
        name = {"mv": "addi", "li": "addi"}.get(name, name)
        amount = rs2 if funct3 in (1, 5) else _immediate(word)
        return f"{name} x{rd}, x{rs1}, {amount}"
    return _memory_or_jump(word, pc, opcode, name)


def _memory_or_jump(word: int, pc: int, opcode: int, name: str) -> str:
    rd, rs1, rs2 = word >> 7 & 31, word >> 15 & 31, word >> 20 & 31
    if opcode == 0x67 and word >> 12 & 7 == 0:
        return f"jalr x{rd}, {_immediate(word)}(x{rs1})"
    if opcode in (0x37, 0x17):
        return f"{'lui' if opcode == 0x37 else 'auipc'} x{rd}, {word >> 12:#x}"
    if opcode == 0x6F:
        low = (word >> 21 & 0x3FF) << 1 | (word >> 20 & 1) << 11 | (word >> 12 & 0xFF) << 12
        return f"jal x{rd}, {pc + _signed(low | word >> 31 << 20, 21):#x}"
    if name == "illegal":
        group = _GROUPS.get(opcode)
        return f"unknown {group} form" if group else "no instruction"
    if opcode == 0x03:
        return f"{name} x{rd}, {_immediate(word)}(x{rs1})"
    if opcode == 0x23:
        return f"{name} x{rs2}, {_signed(word >> 25 << 5 | rd, 12)}(x{rs1})"
    low = (word >> 8 & 15) << 1 | (word >> 25 & 63) << 5 | (word >> 7 & 1) << 11
    branch = ("beq", "bne", "?", "?", "blt", "bge", "bltu", "bgeu")[word >> 12 & 7]
    return f"{branch} x{rs1}, x{rs2}, {pc + _signed(low | word >> 31 << 12, 13):#x}"
