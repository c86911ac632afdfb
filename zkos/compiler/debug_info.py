"""From an address in a program to the Python function and line that it came from.

Reads the ELF that a build gives: symbols are always there, lines only in a debug build. Used by
the machine's profiler and for messages about traps.

Units:   addresses as in the ELF: image addresses on the bare machine, offsets in the shared object.
"""

import io
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from elftools.elf.elffile import ELFFile


@dataclass(frozen=True)
class Place:
    """Where code came from; the line is 0 where it is not known."""

    function: str
    """Symbol of the function that holds the code; inlined ones count as part of it."""
    file: str
    """Path relative to the folder of the package, of the line itself; may be empty."""
    line: int


class DebugInfo:
    """The symbols and lines of one ELF."""

    def __init__(self, elf: bytes) -> None:
        file: Any = ELFFile(io.BytesIO(elf))
        table = file.get_section_by_name(".symtab")
        symbols = list(table.iter_symbols()) if table is not None else []
        found = {
            int(symbol["st_value"]): (int(symbol["st_size"]), str(symbol.name))
            for symbol in symbols
            if symbol["st_info"]["type"] == "STT_FUNC" and symbol["st_size"]
        }
        self._starts = sorted(found)
        self._functions = [found[start] for start in self._starts]
        rows = sorted(_rows(file, set(self._starts)))
        self._addresses = [address for address, _, _, _ in rows]
        self._rows = rows

    @property
    def has_lines(self) -> bool:
        """Say whether the program was built with debug information."""
        return bool(self._rows)

    def functions(self) -> Iterator[tuple[str, int, int]]:
        """Give (symbol, address, size) of every function, in order of addresses."""
        for start, (size, name) in zip(self._starts, self._functions, strict=True):
            yield name, start, size

    def function_at(self, address: int) -> str | None:
        """Name the function that holds an address."""
        index = bisect_right(self._starts, address) - 1
        if index < 0:
            return None
        size, name = self._functions[index]
        return name if address < self._starts[index] + size else None

    def find(self, address: int) -> Place | None:
        """Give the place of an address; None where no function is."""
        function = self.function_at(address)
        if function is None:
            return None
        index = bisect_right(self._addresses, address) - 1
        if index < 0 or self._rows[index][1] == 1:
            return Place(function, "", 0)
        _, _, path, line = self._rows[index]
        return Place(function, path, line)


def _rows(file: Any, starts: set[int]) -> Iterator[tuple[int, int, str, int]]:
    """Give (address, 1 at the end of a sequence, path, line) of all live code."""
    if not file.has_dwarf_info():
        return
    dwarf = file.get_dwarf_info()
    for unit in dwarf.iter_CUs():
        program = dwarf.line_program_for_CU(unit)
        if program is None:
            continue
        paths = _paths(unit, program)
        sequence: list[tuple[int, int, str, int]] = []
        path, line = "", 0
        for entry in program.get_entries():
            state = entry.state
            if state is None:
                continue
            if state.line:
                # Line 0 marks code that belongs to no line: it counts to the one before.
                path, line = paths[state.file], state.line
            sequence.append((state.address, int(state.end_sequence), path, line))
            if state.end_sequence:
                # What the linker dropped is left at address 0, where no function begins.
                if sequence[0][0] in starts:
                    yield from sequence
                sequence = []
                path, line = "", 0


def _paths(unit: Any, program: Any) -> dict[int, str]:
    header = program.header
    top = unit.get_top_DIE().attributes
    base = top["DW_AT_comp_dir"].value.decode() if "DW_AT_comp_dir" in top else ""
    is_old = header.version < 5
    folders = [folder.decode() for folder in header.include_directory]
    if is_old:
        folders.insert(0, base)  # DWARF 4 counts files and folders from 1; 0 is the unit's own
    paths = {}
    for number, entry in enumerate(header.file_entry, 1 if is_old else 0):
        folder = folders[entry.dir_index]
        paths[number] = f"{folder}/{entry.name.decode()}" if folder else entry.name.decode()
    return paths
