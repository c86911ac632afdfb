"""The jump map: one bit per code byte, set where a JUMPDEST is that may be jumped to.

Layout: bit i of the code is bit i % 8 of byte i // 8; the map is a whole number of 8-byte words.

Source:  zksync-os@v0.2.5 evm_interpreter/src/lib.rs (analysis and layout);
         Ethereum yellow paper, 9.4.3.
Units:   sizes in bytes.
Charges: nothing; callers charge JUMP_MAP_BYTE_NATIVE per code byte.
Errors:  none.
"""

from zkos.lang import Slice, fill, function, u8, u32

JUMPDEST = 0x5B
PUSH1 = 0x60
PUSH32 = 0x7F


@function(inline=True)
def jump_map_size(code_size: u32) -> u32:
    """Give the size of the jump map of a code."""
    return (code_size + 63) >> 6 << 3


@function
def write_jump_map(code: Slice[u8], jump_map: Slice[u8]) -> None:
    """Analyse a code; ``jump_map`` has ``jump_map_size(code.length)`` bytes."""
    fill(jump_map, 0)
    offset = u32(0)
    while offset < code.length:
        opcode = code.unchecked[offset]  # the loop's condition
        if opcode == JUMPDEST:
            bits = jump_map[offset >> 3]
            jump_map[offset >> 3] = bits | u8(1) << (offset & 7)
        elif opcode >= PUSH1 and opcode <= PUSH32:
            offset += u32(opcode - (PUSH1 - 1))
        offset += 1
