"""Loads and stores, each with all its checks, and what was wrong when one fails.

Docs:    docs/machine.md, "Memory".
Source:  zksync-airbender v0.5.2: no misaligned access, no store to ROM, nothing from 2^30 up.
Units:   addresses in bytes; ``ram`` in words.

Rotating an address to the right by the logarithm of the access size turns every misaligned one
into a huge number, so that one comparison checks alignment and bounds. Subtracting the size of
ROM first makes it check stores to ROM as well.

Errors:  a body returns False and changes nothing; ``memory_fault`` then names the reason.
"""

from zkos.lang import Slice, as_bytes, function, i8, i16, rotate_right, u8, u16, u32, u64, unlikely
from zkos.riscv_machine.fields import first, immediate, source, target
from zkos.riscv_machine.state import (
    MISALIGNED,
    OUTSIDE,
    ROM_BYTES,
    ROM_STORE,
    ROM_WORDS,
    MachineState,
    stop,
)


@function(inline=True)
def effective_address(m: MachineState, word: u64) -> u32:
    """Address of a load or store."""
    return m.x.unchecked[first(word)] + immediate(word)


@function(inline=True)
def is_writable(slot: u32, ram: Slice[u32]) -> bool:
    """Say whether the word number ``slot`` is in RAM."""
    return slot - ROM_WORDS < ram.length - ROM_WORDS


@function(inline=True)
def lw(m: MachineState, ram: Slice[u32], word: u64) -> bool:
    """Load a word."""
    slot = rotate_right(effective_address(m, word), 2)
    if unlikely(slot >= ram.length):
        return False
    m.x.unchecked[target(word)] = ram.unchecked[slot]
    return True


@function(inline=True)
def load_half(ram: Slice[u32], address: u32) -> u16:
    """Read two bytes at an even address that was checked."""
    data = as_bytes(ram)
    at = u64(address)
    return u16(data.unchecked[at]) | u16(data.unchecked[at + 1]) << 8


@function(inline=True)
def lhu(m: MachineState, ram: Slice[u32], word: u64) -> bool:
    """Load a half word, zero-extended."""
    address = effective_address(m, word)
    if unlikely(rotate_right(address, 1) >> 1 >= ram.length):
        return False
    m.x.unchecked[target(word)] = u32(load_half(ram, address))
    return True


@function(inline=True)
def lh(m: MachineState, ram: Slice[u32], word: u64) -> bool:
    """Load a half word, sign-extended."""
    address = effective_address(m, word)
    if unlikely(rotate_right(address, 1) >> 1 >= ram.length):
        return False
    m.x.unchecked[target(word)] = u32(i16(load_half(ram, address)))
    return True


@function(inline=True)
def lbu(m: MachineState, ram: Slice[u32], word: u64) -> bool:
    """Load a byte, zero-extended."""
    address = effective_address(m, word)
    if unlikely(address >> 2 >= ram.length):
        return False
    m.x.unchecked[target(word)] = u32(as_bytes(ram).unchecked[address])
    return True


@function(inline=True)
def lb(m: MachineState, ram: Slice[u32], word: u64) -> bool:
    """Load a byte, sign-extended."""
    address = effective_address(m, word)
    if unlikely(address >> 2 >= ram.length):
        return False
    m.x.unchecked[target(word)] = u32(i8(as_bytes(ram).unchecked[address]))
    return True


@function(inline=True)
def sw(m: MachineState, ram: Slice[u32], word: u64) -> bool:
    """Store a word."""
    slot = rotate_right(effective_address(m, word), 2)
    if unlikely(not is_writable(slot, ram)):
        return False
    ram.unchecked[slot] = m.x.unchecked[source(word)]
    return True


@function(inline=True)
def sh(m: MachineState, ram: Slice[u32], word: u64) -> bool:
    """Store the low half of a register."""
    address = effective_address(m, word)
    if unlikely(not is_writable(rotate_right(address, 1) >> 1, ram)):
        return False
    data = as_bytes(ram)
    at = u64(address)
    number = m.x.unchecked[source(word)]
    data.unchecked[at] = u8(number)
    data.unchecked[at + 1] = u8(number >> 8)
    return True


@function(inline=True)
def sb(m: MachineState, ram: Slice[u32], word: u64) -> bool:
    """Store the low byte of a register."""
    address = effective_address(m, word)
    if unlikely(not is_writable(address >> 2, ram)):
        return False
    as_bytes(ram).unchecked[address] = u8(m.x.unchecked[source(word)])
    return True


@function(handler=True, inline=False, cold=True)
def memory_fault(m: MachineState, ram: Slice[u32], word: u64, ip: u64, fuel: u64) -> u32:
    """Stop at a load or store that failed, and say why it did."""
    address = effective_address(m, word)
    size_bits = ram[u32(ip)] >> 12 & 3
    if address & ((u32(1) << size_bits) - 1) != 0:
        return stop(m, ip, fuel, MISALIGNED, address)
    if address >= ROM_BYTES:
        return stop(m, ip, fuel, OUTSIDE, address)
    return stop(m, ip, fuel, ROM_STORE, address)
