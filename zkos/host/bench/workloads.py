"""Workloads as data: contracts in assembly, each with a loop that is the work.

A line of assembly is mnemonics and numbers (pushed in as few bytes as possible); ``:name`` is a
JUMPDEST, ``@name`` pushes its offset. ``LOOP`` pushes the number of rounds; a body keeps the
stack as it found it: an accumulator and, on top, the rounds that are left.

Errors:  KeyError for an unknown mnemonic or label.
"""

from dataclasses import dataclass, field

from zkos.interface.opcode_names import OPCODE_NAMES

OPCODES = {name: code for code, name in OPCODE_NAMES.items()}
ENTRY = 0xE17
CALLEE = 0xCA11
INNER = 0x111
TOKEN = 0x7031
LABEL_BYTES = 2
PUSH0 = 0x5F

LOOP = "0 {rounds} :loop {body} 1 SWAP1 SUB DUP1 @loop JUMPI STOP"


@dataclass(frozen=True)
class Workload:
    """What one transaction to ENTRY does."""

    name: str
    body: str
    rounds: int
    tail: str = ""
    """Functions behind the loop."""
    others: dict[int, str] = field(default_factory=dict)
    """Contracts that the loop calls."""
    head: str = ""
    """What comes before the loop."""

    def contracts(self, rounds: int) -> dict[int, bytes]:
        """Assemble all contracts; no rounds is a contract that stops at once."""
        loop = LOOP.format(rounds=rounds, body=self.body)
        entry = assemble(f"{self.head} {loop} {self.tail}" if rounds else "STOP")
        return {ENTRY: entry} | {at: assemble(code) for at, code in self.others.items()}


def assemble(text: str) -> bytes:
    """Turn assembly into code."""
    code, labels, uses = bytearray(), {}, []
    for token in text.split():
        if token[0] == ":":
            labels[token[1:]] = len(code)
            code.append(OPCODES["JUMPDEST"])
        elif token[0] == "@":
            code.append(PUSH0 + LABEL_BYTES)
            uses.append((len(code), token[1:]))
            code += bytes(LABEL_BYTES)
        elif token[0].isdigit():
            number = int(token, 0)
            size = (number.bit_length() + 7) // 8
            code += bytes([PUSH0 + size]) + number.to_bytes(size, "big")
        else:
            code.append(OPCODES[token])
    for at, name in uses:
        code[at : at + LABEL_BYTES] = labels[name].to_bytes(LABEL_BYTES, "big")
    return bytes(code)


ODD = 0xF123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF
PRIME = 0x30644E72E131A029B85045B68181585D2833E84879B9709143E1F593F0000001

CALL = "32 0 0 0 0 {to} GAS CALL POP"
RETURN_SUM = "0 CALLDATALOAD 1 ADD 0 MSTORE 32 0 RETURN"

# transfer(address,uint256) of a token: balances in a mapping at slot 0, checks, event. Any other
# selector mints for the caller.
TRANSFER = """
    0 CALLDATALOAD 224 SHR 0xa9059cbb EQ @transfer JUMPI
    1000000000000000000 CALLER 0 MSTORE 64 0 KECCAK256 SSTORE STOP
:transfer
    CALLER 0 MSTORE 0 32 MSTORE 64 0 KECCAK256
    DUP1 SLOAD 36 CALLDATALOAD DUP2 DUP2 GT @poor JUMPI
    SWAP1 SUB SWAP1 SSTORE
    4 CALLDATALOAD 0 MSTORE 64 0 KECCAK256
    DUP1 SLOAD 36 CALLDATALOAD ADD SWAP1 SSTORE
    36 CALLDATALOAD 0 MSTORE
    4 CALLDATALOAD CALLER 0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef
    32 0 LOG3
    1 0 MSTORE 32 0 RETURN
:poor 0 0 REVERT
"""
QUIET_TRANSFER = TRANSFER.replace("LOG3", "POP POP POP POP POP")
# Stores the selector, the receiver (one of 64) and the amount 1, and calls.
SEND = f"""
    0xa9059cbb 224 SHL 0 MSTORE DUP1 63 AND 4 MSTORE 1 36 MSTORE
    32 0 68 0 0 {TOKEN} GAS CALL POP
"""
MINT = f"0 0 0 0 0 {TOKEN} GAS CALL POP"

# What a compiler makes of `a[i % 64] = uint64(a[i % 64] * 3 + i)`: calls, bounds, overflows.
CHECKED = """
    @stored @added @multiplied DUP4 63 AND @at JUMP
:multiplied 3 @mul JUMP
:added DUP3 @add JUMP
:stored 0xffffffffffffffff AND DUP2 63 AND 5 SHL MSTORE
"""
FUNCTIONS = """
:at DUP1 64 GT ISZERO @panic JUMPI 5 SHL MLOAD SWAP1 JUMP
:mul DUP2 DUP2 MUL DUP3 ISZERO DUP4 DUP3 DIV DUP4 EQ OR @product JUMPI @panic JUMP
:product SWAP2 POP POP SWAP1 JUMP
:add DUP2 ADD DUP1 DUP3 GT @panic JUMPI SWAP1 POP SWAP1 JUMP
:panic 0 0 REVERT
"""

WORKLOADS = (
    Workload("loop", "DUP1 SWAP2 ADD SWAP1", 1_000_000),
    Workload(
        "u256",
        f"SWAP1 {ODD} MUL {PRIME} XOR {PRIME} DUP2 DIV ADD"
        f" {PRIME} DUP2 DUP3 MULMOD ADD {PRIME} SWAP1 MOD {ODD} ADD SWAP1",
        150_000,
    ),
    Workload("keccak", "256 0 KECCAK256 0 MSTORE", 60_000),
    Workload(
        "memory",
        "DUP1 DUP1 0x1fe0 AND MSTORE DUP1 0x1fff AND MLOAD POP 256 0 0x1001 MCOPY",
        300_000,
    ),
    Workload("storage", "DUP1 DUP1 63 AND SSTORE DUP1 63 AND SLOAD POP", 60_000),
    Workload(
        "nested calls",
        CALL.format(to=CALLEE),
        40_000,
        others={CALLEE: f"{CALL.format(to=INNER)} {RETURN_SUM}", INNER: RETURN_SUM},
    ),
    Workload("ERC-20", SEND, 20_000, others={TOKEN: TRANSFER}, head=MINT),
    Workload("ERC-20 quiet", SEND, 20_000, others={TOKEN: QUIET_TRANSFER}, head=MINT),
    Workload("compute", CHECKED, 200_000, tail=FUNCTIONS),
)
