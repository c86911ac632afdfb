"""The operations of decoded programs: their numbers, and which runs of them are fused.

Docs:    docs/machine.md, "Decoded instructions".
Units:   a number is the place of the operation's handler in ``cpu.HANDLERS``, 0 to 255.

A decoded instruction is a u64: bits 0..7 operation, 8..15 rd (rs2 of branches and stores),
24..31 rs1, and the upper half is the immediate, the jump distance, or (register forms, at the
top) rs2. Everything is placed so that a field costs one or two processor instructions.
"""

REGISTER_NAMES = (
    "add", "sub", "sll", "slt", "sltu", "xor", "srl", "sra", "or", "and",
    "mul", "mulh", "mulhsu", "mulhu", "div", "divu", "rem", "remu",
)  # fmt: skip
IMMEDIATE_NAMES = ("addi", "slti", "sltiu", "xori", "ori", "andi", "slli", "srli", "srai")
LOAD_NAMES = ("lb", "lh", "lw", "lbu", "lhu")
STORE_NAMES = ("sb", "sh", "sw")
BRANCH_NAMES = ("beq", "bne", "blt", "bge", "bltu", "bgeu")
JUMP_NAMES = ("jump", "call", "jump_register", "call_register")
CSR_NAMES = ("csr_read", "csr_write", "csr_swap", "blake2s", "u256")

PROFILED_NAMES = tuple(f"{name}_profiled" for name in (*BRANCH_NAMES, *JUMP_NAMES))

# Runs of operations that get a handler of their own, longest first where one begins another.
# Chosen by counting pairs in real programs (benchmarks/machine.py --pairs).
SEQUENCES: tuple[tuple[str, ...], ...] = ()

NAMES = (
    "illegal", "end", "nop", "li", "mv",
    *REGISTER_NAMES, *IMMEDIATE_NAMES, *LOAD_NAMES, *STORE_NAMES, *BRANCH_NAMES, *JUMP_NAMES,
    *CSR_NAMES, "branch_special", "jump_special", "traced", "past_rom",
    *PROFILED_NAMES,
    *("+".join(sequence) for sequence in SEQUENCES),
)  # fmt: skip

NUMBER = {name: number for number, name in enumerate(NAMES)}
if len(NAMES) > 256:
    raise ValueError(f"{len(NAMES)} operations do not fit one byte")
