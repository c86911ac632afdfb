"""Explaining how an image file differs from what these sources give, and from the record.

Units:   addresses in bytes; an image is whole words, which who reads it checks.
Errors:  InputError for a name that no image has.
"""

import hashlib
import struct
from dataclasses import dataclass
from pathlib import Path

from zkos.compiler.debug_info import DebugInfo
from zkos.host.errors import InputError
from zkos.host.executors.image_record import ImageRecord, back_ends, recorded_images
from zkos.host.executors.kernel_images import BuiltImage, KernelImage
from zkos.host.machine.disassembly import disassemble

DEFAULT = "proving-production-riscv"
WORD = 4
_UPPER_IMMEDIATE, _I_IMMEDIATE, _S_IMMEDIATE = 0xFFFFF000, 0xFFF00000, 0xFE000F80
OPERANDS = {
    0x37: _UPPER_IMMEDIATE, 0x17: _UPPER_IMMEDIATE, 0x6F: _UPPER_IMMEDIATE,
    0x13: _I_IMMEDIATE, 0x03: _I_IMMEDIATE, 0x67: _I_IMMEDIATE, 0x23: _S_IMMEDIATE,
}  # fmt: skip
"""Opcode -> bits that hold parts of addresses, which move when any function grows."""


@dataclass(frozen=True)
class Difference:
    """Where two images part."""

    address: int
    """Of the first instruction that is another one, apart from parts of addresses; else of the
    first word that differs; else the length of the shorter image."""
    place: str
    """Function and line of the image that these sources give; what else lies there."""
    given: str
    """The word of the file as an instruction."""
    built: str
    functions: int
    """How many functions have other bytes at the same place."""
    all_functions: int


@dataclass(frozen=True)
class ImageCheck:
    """What is known about an image file."""

    built: BuiltImage
    size: int
    sha256: str
    record: ImageRecord
    difference: Difference | None

    @property
    def recorded(self) -> str | None:
        """The hash that is recorded for the image."""
        return self.record.hashes.get(self.built.image.name)

    @property
    def is_verified(self) -> bool:
        """Say whether file, sources and record agree."""
        return self.sha256 == self.built.sha256 == self.recorded

    @property
    def conclusion(self) -> str:
        """What follows, in one sentence."""
        name = self.built.image.name
        if self.is_verified:
            return f"the file is {name} as recorded and as these sources give it"
        same_tools = self.record.back_ends == back_ends()
        reason = "the sources" if same_tools else f"the back ends ({self.record.back_ends})"
        if self.sha256 == self.built.sha256:
            return f"these sources give the file, but not what is recorded: {reason} have changed"
        if self.sha256 == self.recorded:
            return f"the file is what is recorded, but not what is built here: {reason} differ"
        if self.built.sha256 == self.recorded:
            return f"the file is not {name}, which is built here as recorded"
        return f"the file is neither what is recorded as {name} nor what these sources give"


def choose_image(name: str | None, sha256: str, record: ImageRecord) -> KernelImage:
    """Give the image that a file is to be compared with: as named, as recorded, else the usual."""
    by_name = {image.name: image for image in recorded_images()}
    if name is None:
        known = [one for one, recorded in record.hashes.items() if recorded == sha256]
        name = known[0] if known and known[0] in by_name else DEFAULT
    if name not in by_name:
        raise InputError(f"no image {name!r} for the machine: expected one of {', '.join(by_name)}")
    return by_name[name]


def sha256_of(data: bytes) -> str:
    """Hash the bytes of an image."""
    return hashlib.sha256(data).hexdigest()


def check_image(data: bytes, built: BuiltImage, record: ImageRecord) -> ImageCheck:
    """Compare an image's bytes."""
    difference = _difference(data, built.path.read_bytes(), built.elf_path)
    return ImageCheck(built, len(data), sha256_of(data), record, difference)


def _difference(given: bytes, built: bytes, elf_path: Path) -> Difference | None:
    if given == built:
        return None
    pairs = list(zip(_words(given), _words(built), strict=False))
    other_words = (at for at, (one, two) in enumerate(pairs) if one != two)
    others = (at for at, (one, two) in enumerate(pairs) if _outline(one) != _outline(two))
    address = WORD * next(others, next(other_words, len(pairs)))
    info = DebugInfo(elf_path.read_bytes())
    functions = [(at, at + size) for _, at, size in info.functions()]
    changed = sum(given[start:end] != built[start:end] for start, end in functions)
    return Difference(
        address,
        _place(info, address),
        _instruction(given, address),
        _instruction(built, address),
        changed,
        len(functions),
    )


def _words(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(data) // WORD}I", data)


def _outline(word: int) -> int:
    return word & ~OPERANDS.get(word & 0x7F, 0)


def _place(info: DebugInfo, address: int) -> str:
    found = info.find(address)
    if found is None:
        return "outside all functions: start, program end, or constants"
    line = f" ({found.file}:{found.line})" if found.line else ""
    return f"{found.function}{line}"


def _instruction(data: bytes, address: int) -> str:
    if address >= len(data):
        return "the end of the image"
    word = int.from_bytes(data[address : address + WORD], "little")
    return f"{word:08x}  {disassemble(word, address)}"
