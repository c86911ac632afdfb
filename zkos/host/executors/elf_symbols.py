"""Function symbols of a kernel image: what the profiler and messages name addresses by."""

from pathlib import Path

from elftools.elf.elffile import ELFFile
from elftools.elf.sections import SymbolTableSection


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
