"""Symbols and lines of a kernel image: what the profiler and messages name addresses by."""

from functools import cache, cached_property
from pathlib import Path

from elftools.elf.elffile import ELFFile
from elftools.elf.sections import SymbolTableSection

from zkos.compiler.debug_info import DebugInfo


@cache
def function_symbols(path: Path) -> dict[str, int]:
    """Give name and address of every function of an ELF file."""
    with path.open("rb") as stream:
        table = ELFFile(stream).get_section_by_name(".symtab")
        if not isinstance(table, SymbolTableSection):
            return {}
        return {
            symbol.name: int(symbol["st_value"])
            for symbol in table.iter_symbols()
            if symbol["st_info"]["type"] == "STT_FUNC"
        }


class LineLookup:
    """Gives file and line of an address; reads the debug information at the first question."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @cached_property
    def _info(self) -> DebugInfo:
        return DebugInfo(self._path.read_bytes())

    def __call__(self, address: int) -> tuple[str, int] | None:
        place = self._info.find(address)
        return (place.file, place.line) if place is not None and place.line else None
