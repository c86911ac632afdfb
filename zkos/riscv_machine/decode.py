"""The predecoder: instruction words of the ROM to decoded instructions, once per image.

Docs:    docs/machine.md, "Decoded instructions".
Source:  The RISC-V Instruction Set Manual, Volume I, chapters 2, 6 and 7; what Airbender leaves
         out of it is airbender v0.5.2's standard machine.
Units:   ``ip`` in instructions; jump distances are stored as (distance / 4 - 1).

Whatever is known of an instruction is settled here: x0 as a target, immediates, targets of
direct jumps, and whether the machine has the instruction at all.
"""

from zkos.lang import Slice, function, i32, range, table, u8, u32, u64
from zkos.riscv_machine.fields import operation, pack
from zkos.riscv_machine.operations import (
    NAMES,
    NUMBER,
    SEQUENCES,
)
from zkos.riscv_machine.state import ROM_WORDS, SINK, MachineState

PROFILE = 1  # use the handlers that count for the profiler
TRACE = 2  # go through the tracer before each instruction
PLAIN = 4  # no fused runs

ORACLE_CSR = 0x7C0
BLAKE2S_CSR = 0x7C7
U256_CSR = 0x7CA

# How an image's unused end is filled for proving, and what an abort is by convention.
ABORT_WORD = 0xC0001073

ILLEGAL, END, NOP = NUMBER["illegal"], NUMBER["end"], NUMBER["nop"]
LI, MV, ADDI, ADD = NUMBER["li"], NUMBER["mv"], NUMBER["addi"], NUMBER["add"]
JUMP, CALL = NUMBER["jump"], NUMBER["call"]
JUMP_REGISTER, CALL_REGISTER = NUMBER["jump_register"], NUMBER["call_register"]
CSR_READ, CSR_WRITE, CSR_SWAP = NUMBER["csr_read"], NUMBER["csr_write"], NUMBER["csr_swap"]
BLAKE2S, U256 = NUMBER["blake2s"], NUMBER["u256"]
BRANCH_SPECIAL, JUMP_SPECIAL = NUMBER["branch_special"], NUMBER["jump_special"]
TRACED, PAST_ROM = NUMBER["traced"], NUMBER["past_rom"]


def _numbers(names: tuple[str, ...]) -> list[int]:
    return [NUMBER.get(name, ILLEGAL) for name in names]


# Indexed by funct3, eight to a row; the rows are funct7 = 0, 0x20 and 1.
REGISTER_OPERATIONS = table(
    u32,
    _numbers(
        ("add", "sll", "slt", "sltu", "xor", "srl", "or", "and")
        + ("sub", "-", "-", "-", "-", "sra", "-", "-")
        + ("mul", "mulh", "mulhsu", "mulhu", "div", "divu", "rem", "remu")
    ),
)
# Rows: funct7 = 0, and funct7 = 0x20, of the two shifts.
IMMEDIATE_OPERATIONS = table(
    u32,
    _numbers(
        ("addi", "slli", "slti", "sltiu", "xori", "srli", "ori", "andi")
        + ("-", "-", "-", "-", "-", "srai", "-", "-")
    ),
)
LOAD_OPERATIONS = table(u32, _numbers(("lb", "lh", "lw", "-", "lbu", "lhu", "-", "-")))
STORE_OPERATIONS = table(u32, _numbers(("sb", "sh", "sw", "-", "-", "-", "-", "-")))
BRANCH_OPERATIONS = table(u32, _numbers(("beq", "bne", "-", "-", "blt", "bge", "bltu", "bgeu")))

PROFILED = table(u32, [NUMBER.get(f"{name}_profiled", NUMBER[name]) for name in NAMES])


def _continuations() -> list[int]:
    found = [ILLEGAL] * (len(NAMES) * len(NAMES))
    for sequence in SEQUENCES:
        begun = NUMBER["+".join(sequence[:-1])]  # every beginning must have a handler too
        found[begun * len(NAMES) + NUMBER[sequence[-1]]] = NUMBER["+".join(sequence)]
    return found


# Which operation does the work of two: indexed by the first and, within its row, the second.
CONTINUATIONS = table(u8, _continuations())
ROW = len(NAMES)


@function(inline=True)
def bits(word: u32, low: u32, count: u32) -> u32:
    """Some bits of an instruction word."""
    return word >> low & ((u32(1) << count) - 1)


@function(inline=True)
def signed_top(word: u32, count: u32) -> u32:
    """The upper ``count`` bits as a signed number."""
    return u32(i32(word) >> (32 - count))


@function
def branch_offset(word: u32) -> u32:
    """Byte distance of a branch (B format)."""
    low = bits(word, 8, 4) << 1 | bits(word, 25, 6) << 5 | bits(word, 7, 1) << 11
    return signed_top(word, 1) << 12 | low


@function
def jump_offset(word: u32) -> u32:
    """Byte distance of ``jal`` (J format)."""
    low = bits(word, 21, 10) << 1 | bits(word, 20, 1) << 11 | bits(word, 12, 8) << 12
    return signed_top(word, 1) << 20 | low


@function
def is_plain_target(ip: u32, offset: u32) -> bool:
    """Say whether a direct jump goes to another instruction of the ROM."""
    return offset & 3 == 0 and offset != 0 and (ip * 4 + offset) >> 2 < ROM_WORDS


@function(inline=True)
def distance(offset: u32) -> u32:
    """A byte distance as it is stored."""
    return u32(i32(offset) >> 2) - 1


@function
def decode_register_form(word: u32, rd: u32) -> u64:
    """Decode opcode OP: two registers to one."""
    funct7 = bits(word, 25, 7)
    row = u32(3)
    if funct7 == 0:
        row = u32(0)
    elif funct7 == 0x20:
        row = u32(1)
    elif funct7 == 1:
        row = u32(2)
    if row == 3:
        return u64(ILLEGAL)
    number = REGISTER_OPERATIONS[row * 8 + bits(word, 12, 3)]
    if number == ILLEGAL:
        return u64(ILLEGAL)
    if rd == SINK:
        return u64(NOP)
    rs1 = bits(word, 15, 5)
    rs2 = bits(word, 20, 5)
    if number == ADD and rs1 == 0:
        return pack(MV, rd, rs2, 0)
    if number == ADD and rs2 == 0:
        return pack(MV, rd, rs1, 0)
    return pack(number, rd, rs1, rs2 << 24)


@function
def decode_immediate_form(word: u32, rd: u32) -> u64:
    """Decode opcode OP-IMM: a register and an immediate to a register."""
    funct3 = bits(word, 12, 3)
    immediate = signed_top(word, 12)
    row = u32(0)
    if funct3 == 1 or funct3 == 5:
        if bits(word, 25, 7) == 0x20:
            row = u32(1)
        elif bits(word, 25, 7) != 0:
            return u64(ILLEGAL)
        immediate = bits(word, 20, 5)
    number = IMMEDIATE_OPERATIONS[row * 8 + funct3]
    if number == ILLEGAL:
        return u64(ILLEGAL)
    if rd == SINK:
        return u64(NOP)
    rs1 = bits(word, 15, 5)
    if number == ADDI and rs1 == 0:
        return pack(LI, rd, 0, immediate)
    if number == ADDI and immediate == 0:
        return pack(MV, rd, rs1, 0)
    return pack(number, rd, rs1, immediate)


@function
def decode_jump(word: u32, ip: u32, rd: u32) -> u64:
    """Decode ``jal``."""
    offset = jump_offset(word)
    if not is_plain_target(ip, offset):
        return pack(JUMP_SPECIAL, rd, 0, 0)
    return pack(u32(JUMP) if rd == SINK else u32(CALL), rd, 0, distance(offset))


@function
def decode_branch(word: u32, ip: u32) -> u64:
    """Decode a conditional branch."""
    number = BRANCH_OPERATIONS[bits(word, 12, 3)]
    if number == ILLEGAL:
        return u64(ILLEGAL)
    offset = branch_offset(word)
    rs1 = bits(word, 15, 5)
    rs2 = bits(word, 20, 5)
    if not is_plain_target(ip, offset):
        return pack(BRANCH_SPECIAL, rs2, rs1, 0)
    return pack(number, rs2, rs1, distance(offset))


@function
def decode_system(word: u32, rd: u32) -> u64:
    """Decode opcode SYSTEM: ``csrrw`` on the three numbers that exist."""
    if bits(word, 12, 3) != 1:
        return u64(ILLEGAL)
    number = bits(word, 20, 12)
    rs1 = bits(word, 15, 5)
    if number == BLAKE2S_CSR:
        return pack(BLAKE2S, rd, rs1, 0)
    if number == U256_CSR:
        return pack(U256, rd, rs1, 0)
    if number != ORACLE_CSR:
        return u64(ILLEGAL)
    if rd == SINK:
        return u64(NOP) if rs1 == 0 else pack(CSR_WRITE, rd, rs1, 0)
    return pack(u32(CSR_READ) if rs1 == 0 else u32(CSR_SWAP), rd, rs1, 0)


@function
def decode(word: u32, ip: u32) -> u64:
    """Decode one instruction; anything that the machine does not have is ILLEGAL."""
    opcode = bits(word, 0, 7)
    rd = bits(word, 7, 5)
    if rd == 0:
        rd = u32(SINK)
    rs1 = bits(word, 15, 5)
    funct3 = bits(word, 12, 3)
    if opcode == 0x33:
        return decode_register_form(word, rd)
    if opcode == 0x13:
        return decode_immediate_form(word, rd)
    if opcode == 0x03:
        number = LOAD_OPERATIONS[funct3]
        return u64(ILLEGAL) if number == ILLEGAL else pack(number, rd, rs1, signed_top(word, 12))
    if opcode == 0x23:
        number = STORE_OPERATIONS[funct3]
        immediate = signed_top(word, 7) << 5 | bits(word, 7, 5)
        rs2 = bits(word, 20, 5)
        return u64(ILLEGAL) if number == ILLEGAL else pack(number, rs2, rs1, immediate)
    if opcode == 0x63:
        return decode_branch(word, ip)
    if opcode == 0x37:
        return u64(NOP) if rd == SINK else pack(LI, rd, 0, word & 0xFFFFF000)
    if opcode == 0x17:
        return u64(NOP) if rd == SINK else pack(LI, rd, 0, (word & 0xFFFFF000) + ip * 4)
    if opcode == 0x6F:
        return decode_jump(word, ip, rd)
    if opcode == 0x67 and funct3 == 0:
        number = u32(JUMP_REGISTER) if rd == SINK else u32(CALL_REGISTER)
        return pack(number, rd, rs1, signed_top(word, 12))
    if opcode == 0x73:
        return decode_system(word, rd)
    return u64(ILLEGAL)


@function
def fuse(m: MachineState, words: u32):
    """Give every instruction that begins a known run the handler of the longest one."""
    for ip in range(words):
        number = operation(m.code[ip])
        following = ip + 1
        joined = number
        while joined != ILLEGAL and following <= words:
            number = joined
            joined = CONTINUATIONS[u32(number) * ROW + u32(operation(m.code[following]))]
            following += 1
        m.code[ip] = m.code[ip] & ~u64(0xFF) | u64(number)


@function(export="zkos_machine_load")
def load(m: MachineState, ram: Slice[u32], words: u32, options: u32):
    """Decode the first ``words`` of the ROM; the rest of it stays illegal."""
    for ip in range(words):
        decoded = decode(ram[ip], ip)
        if options & PROFILE != 0:
            decoded = decoded & ~u64(0xFF) | u64(PROFILED[operation(decoded)])
        if options & TRACE != 0:
            m.originals[ip] = decoded
            decoded = u64(TRACED)
        m.code[ip] = decoded
    m.code[ROM_WORDS] = u64(PAST_ROM)
    if options & (PROFILE | TRACE | PLAIN) == 0:
        fuse(m, words)
