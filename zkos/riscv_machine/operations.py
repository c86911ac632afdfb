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

# Runs of operations that get a handler of their own, and so does every beginning of them. They
# are the frequent ones of real programs (benchmarks/machine.py --runs counts them).
RUNS = (
    "lw lw lw lw", "sw sw sw sw", "addi addi addi", "lw sw", "sw lw lw", "sw addi addi",
    "addi addi bltu", "addi bltu", "addi bne", "addi beq", "andi bne", "andi beq", "lbu bne",
    "srli slli or sw", "srli slli or xor", "slli srli or xor", "slli or", "or sw", "or xor",
    "or srli", "xor sw", "xor lw xor", "xor xor xor", "xor slli", "xor srli", "and xor sw",
    "xori and xor", "lw xor sw", "lw xor lw", "lw and", "lw or", "lw slli or", "lw srli",
    "lw add", "lw addi", "lw beq", "lw bne", "addi lw", "addi sw", "addi add", "addi li",
    "addi mv", "add sltu add", "add add", "add lw", "add sw", "sltu add", "sw srli slli or",
    "sw xor", "sw li", "sw mv", "li mv mv", "li addi", "li li", "li lw", "li bltu", "mv mv mv",
    "mv li mv", "mv addi", "mv lw", "mul mulhu", "mulhu mul", "lbu sb lbu sb", "sb lbu",
    "lbu lbu", "srli andi", "andi sltiu", "sltiu or", "sb bltu", "sb bne", "sb addi bne",
    "sw bltu", "sw bne", "sw addi bne", "or or or", "slli srli slli", "slli or srli", "srli or",
    "or slli", "lw xor xor", "xor and xor", "xor mv xor", "mv xor", "mv beq", "lw lw xor",
)  # fmt: skip
SEQUENCES = tuple(
    sorted({tuple(run.split()[:size]) for run in RUNS for size in range(2, 1 + len(run.split()))})
)

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
