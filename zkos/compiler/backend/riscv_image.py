"""The flat image of the bare machine: linker script, start code, program end, checks.

Memory:  0                start code, program end, code, read-only data (the image)
         0x200000         stack, 64 MiB, growing down from 0x4200000
         0x4200000        .bss: the 16 output words; no .data exists
         heap             from the next page to 0x40000000
Start:   gp is never written and stays 0; sp is set; a0..a3 get the heap (address, length) and the
         output (address, 16); the program is ``zkos_main``.
End:     x26 points to the output; then the 17 words by which tools find the end of a program.
Library: an image without ``zkos_main`` ends at once; its functions are called from outside,
         through their frame wrappers.

Source:  zksync-airbender v0.5.2, machine, image layout and ``find_binary_exit_point``.
Errors:  ImageError for a program that does not fit or holds a word that the machine cannot prove.
"""

import io
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from elftools.elf.elffile import ELFFile

from zkos.compiler.backend.link import run_linker
from zkos.compiler.backend.riscv_patch import patch_image, patch_object
from zkos.compiler.backend.riscv_support import (
    BLAKE2_STUB,
    U256_SILENT_KEPT_STUB,
    U256_SILENT_STUB,
)
from zkos.compiler.backend.riscv_words import (
    A0,
    A1,
    A2,
    A3,
    CSR_BLAKE2,
    CSR_U256,
    NOP,
    RA,
    S10,
    SP,
    T0,
    UNPROVABLE,
    addi,
    decode,
    jalr,
    low_part,
    lui,
    lw,
)
from zkos.compiler.errors import InternalError

ROM_BYTES = 0x200000
STACK_TOP = 0x4200000
RAM_END = 0x40000000
OUTPUT_WORDS = 16

EXIT_WORDS = (*(lw(10 + i, S10, 4 * i) for i in range(OUTPUT_WORDS)), 0x0000_006F)
"""``lw x(10+i), 4i(x26)`` for 16 words, then a jump to itself: exactly once in an image."""

START_WORDS = 16
_NAMED = ("STT_FUNC", "STT_OBJECT", "STT_NOTYPE")  # not files; "$x" and "$d" only mark stretches
_SCRIPT = f"""\
ENTRY(zkos_start)
PHDRS {{ rom PT_LOAD FLAGS(5); ram PT_LOAD FLAGS(6); }}
SECTIONS {{
  . = 0;
  .text : {{
    zkos_start = .;
    . += {4 * (START_WORDS + len(EXIT_WORDS))};
    *(.text.zkos_stubs)
    KEEP(*-zkos_frames.o(.text))
    *(.text .text.*)
    zkos_text_end = .;
  }} :rom
  .rodata : ALIGN(4) {{
    *(.rodata .rodata.* .srodata .srodata.*)
    . = ALIGN(4);
  }} :rom
  zkos_image_end = .;
  . = {STACK_TOP:#x};
  .data : {{ zkos_data = .; *(.data .data.* .sdata .sdata.*) zkos_data_end = .; }} :ram
  ASSERT(zkos_data == zkos_data_end, "the image has writable initialised data")
  ASSERT(zkos_image_end <= {ROM_BYTES:#x}, "the image is larger than the ROM of 2 MiB")
  .bss (NOLOAD) : {{
    zkos_output = .;
    . += {4 * OUTPUT_WORDS};
    *(.bss .bss.* .sbss .sbss.* COMMON)
  }} :ram
  zkos_heap = ALIGN(0x1000);
  /DISCARD/ : {{
    *(.comment) *(.eh_frame*) *(.note*) *(.riscv.attributes) *(.llvm_addrsig)
  }}
}}
"""


class ImageError(InternalError):
    """The program does not make a valid image."""


@dataclass(frozen=True)
class Image:
    """A finished image, and its ELF with symbols and perhaps lines."""

    data: bytes
    elf: bytes
    symbols: Mapping[str, int]
    text_bytes: int


def _load_address(register: int, value: int) -> list[int]:
    return [lui(register, value), addi(register, register, low_part(value))]


def start_code(symbols: Mapping[str, int], is_library: bool) -> list[int]:
    """Give the words before the exit sequence, padded to ``START_WORDS``."""
    words = [lui(SP, STACK_TOP)]
    if not is_library:
        entry, heap = symbols["zkos_main"], symbols["zkos_heap"]
        words += [
            *_load_address(A0, heap),
            *_load_address(A1, RAM_END - heap),
            *_load_address(A2, symbols["zkos_output"]),
            addi(A3, 0, OUTPUT_WORDS),
            lui(T0, entry),
            jalr(RA, T0, low_part(entry)),
        ]
    words += _load_address(S10, symbols["zkos_output"])
    return words + [NOP] * (START_WORDS - len(words))


def link_image(objects: Mapping[str, bytes], *, is_library: bool = False) -> Image:
    """Link objects to an image."""
    patched = {name: patch_object(data) for name, data in objects.items()}
    # Unused sections go; what the host calls is kept by the script.
    keep = [] if is_library else ["--undefined=zkos_main"]
    options = [
        "-m", "elf32lriscv", "--gc-sections", "--discard-locals", "--no-relax-gp",
        "--build-id=none", "--no-pie", "--no-eh-frame-hdr", "-z", "norelro",
        "-z", "noseparate-code", *keep,
    ]  # fmt: skip
    return finish_image(run_linker(patched, options, _SCRIPT), is_library=is_library)


def finish_image(linked: bytes, *, is_library: bool) -> Image:
    """Write start code and program end, patch and check; gives image and ELF."""
    elf: Any = ELFFile(io.BytesIO(linked))
    table = elf.get_section_by_name(".symtab")
    symbols = {
        symbol.name: int(symbol["st_value"])
        for symbol in table.iter_symbols()
        if symbol["st_info"]["type"] in _NAMED and symbol.name.strip("$xd")
    }
    text = elf.get_section_by_name(".text")
    end = symbols["zkos_text_end"]
    words = list(struct.unpack(f"<{end // 4}I", text.data()[:end]))
    begin = [*start_code(symbols, is_library), *EXIT_WORDS]
    words[: len(begin)] = begin
    stubs = {
        BLAKE2_STUB: CSR_BLAKE2,
        U256_SILENT_STUB: CSR_U256,
        U256_SILENT_KEPT_STUB: CSR_U256,
    }
    patch_image(words, {symbols[name]: csr for name, csr in stubs.items() if symbols.get(name, 0)})
    code = struct.pack(f"<{len(words)}I", *words)
    whole = bytearray(linked)
    at = int(text["sh_offset"])
    whole[at : at + len(code)] = code
    rodata = elf.get_section_by_name(".rodata")
    data = code
    if rodata is not None and rodata["sh_size"]:
        data = code.ljust(rodata["sh_addr"], b"\0") + rodata.data()
    data += bytes(-len(data) % 4)
    check_image(data, len(code))
    return Image(data, bytes(whole), symbols, len(code))


def check_image(data: bytes, text_bytes: int) -> None:
    """Refuse an image that the machine could not prove or whose end tools would not find."""
    if len(data) > ROM_BYTES or len(data) % 4:
        raise ImageError(f"the image has {len(data)} bytes: expected a multiple of 4 up to 2 MiB")
    for at, (word,) in enumerate(struct.iter_unpack("<I", data[:text_bytes])):
        if decode(word) is None and word != UNPROVABLE:
            raise ImageError(f"the word {word:#010x} at {4 * at:#x} is no provable instruction")
    exits = data.count(struct.pack(f"<{len(EXIT_WORDS)}I", *EXIT_WORDS))
    if exits != 1:
        raise ImageError(f"the image holds the exit sequence {exits} times: expected once")
