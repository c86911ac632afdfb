"""Taking the disguise off: the machine's own instructions in objects and in the linked image.

Objects: a call of a u256 stub with a flag is two words (``auipc``, ``jalr``); they become the CSR
instruction and ``mv a0, a2``, and their relocations are cancelled.
Image:   atomic exchanges on address 0 become accesses of the oracle CSR. Where LLVM chose x0,
         tp takes a word that nobody wants (a read into x0 would be no read) and gp, which is
         never written, gives a zero (a write from x0 would be no write). The other kinds are
         constants (``riscv_calls.py``). A ``jal`` to one of the other stubs becomes the CSR
         instruction itself.

Errors:  PatchError for an atomic instruction of any other form.
"""

import io
import struct
from collections.abc import Mapping
from typing import Any

from elftools.elf.elffile import ELFFile

from zkos.compiler.backend.riscv_calls import NUMBER_OF
from zkos.compiler.backend.riscv_support import U256_KEPT_STUB, U256_STUB
from zkos.compiler.backend.riscv_words import (
    A0,
    A2,
    CSR_ORACLE,
    CSR_U256,
    GP,
    RA,
    TP,
    addi,
    csrrw,
    jal_target,
)
from zkos.compiler.errors import InternalError

_R_NONE, _R_CALL, _R_CALL_PLT, _R_RELAX = 0, 18, 19, 51
_RELA_BYTES = 12
_SYMBOL_LAYOUT = "<IIIBBH"  # name, value, size, info, other, section
_ATOMIC = 0x2F
_FLAG_STUBS = (U256_STUB, U256_KEPT_STUB)
_EXCHANGE, _XOR = 0x01, 0x04


class PatchError(InternalError):
    """An instruction that should have been the machine's own has an unexpected form."""


def patch_object(data: bytes) -> bytes:
    """Replace the calls of the u256 stub in an object file."""
    if not any(name.encode() + b"\0" in data for name in _FLAG_STUBS):
        return data
    elf: Any = ELFFile(io.BytesIO(data))
    symbols = elf.get_section_by_name(".symtab")
    wanted = _stub_symbols(symbols.data(), symbols.stringtable.data())
    out = bytearray(data)
    for section in elf.iter_sections("SHT_RELA"):
        if section.name.startswith(".rela.text"):
            code = elf.get_section(section["sh_info"])["sh_offset"]
            _patch_calls(out, int(section["sh_offset"]), section.data(), int(code), wanted)
    return bytes(out)


def _stub_symbols(symbols: bytes, names: bytes) -> set[int]:
    """Give the numbers of the stubs in a symbol table, whose entries begin with a name's place."""
    places = {names.find(b"\0" + name.encode() + b"\0") + 1 for name in _FLAG_STUBS} - {0}
    entries = struct.iter_unpack(_SYMBOL_LAYOUT, symbols)
    return {index for index, (place, *_) in enumerate(entries) if place in places}


def _patch_calls(out: bytearray, place: int, entries: bytes, code: int, wanted: set[int]) -> None:
    calls = set()
    for at, info, _ in struct.iter_unpack("<IIi", entries):
        kind = info & 0xFF
        if kind in (_R_CALL, _R_CALL_PLT) and info >> 8 in wanted:
            calls.add(at)
            words = (csrrw(0, CSR_U256, 0), addi(A0, A2, 0))
            struct.pack_into("<2I", out, code + at, *words)
        if at in calls and (kind == _R_RELAX or info >> 8 in wanted):
            struct.pack_into("<IIi", out, place, at, _R_NONE, 0)
        place += _RELA_BYTES


def _undisguised(word: int, pc: int) -> int:
    operation, rs2, rs1, rd = word >> 27, word >> 20 & 31, word >> 15 & 31, word >> 7 & 31
    if rs1 == 0 and word >> 12 & 7 == 2:
        if operation == _EXCHANGE and rs2 == 0:
            return csrrw(rd or TP, CSR_ORACLE, 0)
        if operation == _XOR and rd == 0:
            return csrrw(0, CSR_ORACLE, rs2 or GP)
        if rs2 == 0 and (operation, word >> 25 & 3) in NUMBER_OF:
            return addi(rd, 0, NUMBER_OF[operation, word >> 25 & 3])
    raise PatchError(
        f"atomic instruction {word:#010x} at {pc:#x} is none of the machine's own in disguise"
    )


def patch_image(words: list[int], stubs: Mapping[int, int]) -> None:
    """Replace the disguised instructions of the linked code in place; it begins at address 0.

    ``stubs`` gives the CSR of each stub that is one instruction, by its address.
    """
    for index, word in enumerate(words):
        pc = 4 * index
        if word & 0x7F == _ATOMIC:
            words[index] = _undisguised(word, pc)
        elif word & 0xFFF == RA << 7 | 0x6F and jal_target(word, pc) in stubs:
            words[index] = csrrw(0, stubs[jal_target(word, pc)], 0)
