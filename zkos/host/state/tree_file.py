"""The state tree over a file: what is changed stays with this process until it is written.

The file is mapped privately: compiled code works on the mapping as on any memory, pages come from
the file when they are first touched, and no change of a page reaches it. ``write`` puts the pages
that changed into the file. Until it has come to its end they may be there in part, and what they
lack has to be told again (``restore``), which costs nothing if it was not lacking.

The file has the size of a tree with as many leaves as there can be, nearly all of it holes.

Units:   bytes; pages of 4096.
Errors:  StateError naming the file.
"""

import mmap
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from zkos.host.errors import StateError
from zkos.host.state import tree_core
from zkos.host.state.tree import NO_RESERVE, Tree, anonymous, guard_section
from zkos.host.state.tree_change import Change, Section
from zkos.host.state.tree_format import GUARDS, LAYERS
from zkos.host.state.tree_layout import MOST_LEAVES, WORD, Layout, Region, chunks_of, directory_bits

PAGE = WORD * tree_core.PAGE_WORDS
LAYOUT = Layout(MOST_LEAVES)
MOST_OWN_PAGES = 1 << 17
"""How many pages that the file has too a process keeps for itself: fetching them anew costs more
than to write them, and 512 MB are not much for a state that has so many."""


class TreeFile(Tree):
    """A tree over a file, with the changes that may have to be taken back."""

    def __init__(self, path: Path, count: int, bits: int) -> None:
        """Open a file that holds a tree with so many leaves and a directory of 2^bits entries."""
        self._path = path
        self._file = -1
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CLOEXEC)
            size = os.fstat(self._file).st_size
            if size != LAYOUT.size:
                raise StateError(f"{path} is damaged: it has {size} bytes, not {LAYOUT.size}")
            # writable, so that compiled code may write; the file is not written by it
            memory = mmap.mmap(self._file, LAYOUT.size, flags=mmap.MAP_PRIVATE | NO_RESERVE)
        except OSError as error:
            self.close()
            raise StateError(f"cannot use {path}: {error.strerror}") from error
        except StateError:
            self.close()
            raise
        # single pages: what lies around a hash is not needed with it
        memory.madvise(mmap.MADV_RANDOM)
        super().__init__(memory, LAYOUT)
        self._count, self._bits = count, bits
        # a byte a page, in memory that is only there where it is touched
        self._changed_pages = anonymous(LAYOUT.size // PAGE)
        self._own_pages = anonymous(LAYOUT.size // PAGE)
        self._own_count = 0
        self._changes: list[Change] = []
        self._is_torn = False

    @classmethod
    def create(cls, path: Path) -> "TreeFile":
        """Make a file of the tree of guards, in the place of whatever is there."""
        try:
            with path.open("wb") as file:
                file.truncate(LAYOUT.size)
        except OSError as error:
            raise StateError(f"cannot make {path}: {error.strerror}") from error
        tree = cls(path, 0, directory_bits(1))
        tree.restore([guard_section()], len(GUARDS))
        return tree

    def close(self) -> None:
        """Let go of the file; what was not written is dropped."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    @property
    def bits(self) -> int:
        """Size of the directory in use, as a power of two."""
        return self._bits

    @property
    def is_torn(self) -> bool:
        """Whether a change was broken off, so that the tree must be opened anew."""
        return self._is_torn

    @property
    def latest(self) -> Change:
        """The latest change that isn't accepted yet."""
        return self._changes[-1]

    # ------------------------------------------------------------------ changing

    def apply(self, writes: Sequence[tuple[bytes, bytes]]) -> Change:
        """Set values under keys; kept in mind until ``accept`` or ``take_back``."""
        self._is_torn = True
        change = self._put(writes, True)
        self._note(change.layers, change.existed)
        self._changes.append(change)
        self._is_torn = False
        return change

    def accept(self) -> None:
        """Keep the changes so far for good."""
        self._changes = []

    def take_back(self) -> None:
        """Undo the changes since the last ``accept``."""
        if self._changes and not self._is_torn:
            self._is_torn = True
            self._take_back(self._changes)
            self._changes = []
            self._is_torn = False

    def restore(self, records: Sequence[Section], count: int) -> None:
        """Make leaves what they were once; there are ``count`` with them."""
        existed = self._count
        self._note(self._restore(records, count), existed)

    def _have_room(self, leaves: int) -> None:
        bits = directory_bits(leaves)
        if bits > self._bits:
            used = LAYOUT.leaves.item_bytes * self._count
            self._memory.madvise(mmap.MADV_WILLNEED, LAYOUT.leaves.start, used)
            self._fill_directory(bits)
            first = LAYOUT.directory.start + (WORD << bits)
            self._changed_pages[first // PAGE : -(-(first + (WORD << bits)) // PAGE)] = b"\1" * -(
                -(WORD << bits) // PAGE
            )

    # ------------------------------------------------------------------ writing

    def write(self) -> None:
        """Put what changed into the file, and see that it stays there."""
        memory = memoryview(self._memory)
        runs = list(self._changed_runs())
        try:
            for start, end in runs:
                self._write(memory[start * PAGE : end * PAGE], start * PAGE)
            os.fsync(self._file)
        except OSError as error:
            raise StateError(f"cannot write {self._path}: {error.strerror}") from error
        for start, end in runs:
            self._own_count += end - start - sum(self._own_pages[start:end])
            self._own_pages[start:end] = b"\1" * (end - start)
            self._changed_pages[start:end] = bytes(end - start)
        if self._own_count > MOST_OWN_PAGES:
            self._memory.madvise(mmap.MADV_DONTNEED)
            self._own_pages = anonymous(len(self._own_pages))
            self._own_count = 0

    def _write(self, content: memoryview, at: int) -> None:
        written = 0
        while written < len(content):
            written += os.pwrite(self._file, content[written:], at + written)

    def _changed_runs(self) -> Iterator[tuple[int, int]]:
        """Give the beginning and end of each row of changed pages, where anything is."""
        for first, last in self._used_pages():
            start = self._changed_pages.find(b"\1", first, last)
            while start >= 0:
                end = self._changed_pages.find(b"\0", start, last)
                yield start, end if end >= 0 else last
                start = self._changed_pages.find(b"\1", end, last) if end >= 0 else -1

    def _used_pages(self) -> Iterator[tuple[int, int]]:
        """Give the pages that are in use, region by region."""
        counts = [self._count]
        for _ in LAYOUT.layers:
            counts.append(chunks_of(counts[-1]))
        for region, count in zip(LAYOUT.regions, counts, strict=False):
            yield region.start // PAGE, -(-(region.start + region.item_bytes * count) // PAGE)
        first = LAYOUT.directory.start + (WORD << self._bits)
        yield first // PAGE, -(-(first + (WORD << self._bits)) // PAGE)

    def _note(self, layers: Sequence[Section], existed: int) -> None:
        """Note the pages that have changed."""
        if not layers:
            return
        note = self._compiled["note_pages"]
        pages = memoryview(self._changed_pages)
        note(_pages_of(pages, LAYOUT.leaves), layers[0].numbers, tree_core.LEAF_WORDS)
        for region, above in zip(LAYOUT.layers, layers[1:], strict=False):
            note(_pages_of(pages, region), above.numbers, tree_core.CHUNK_WORDS)
        for region in LAYOUT.layers[LAYERS - 1 :]:  # one chunk each
            pages[region.start // PAGE] = 1
        self._compiled["note_buckets"](
            _pages_of(pages, LAYOUT.directory), self._leaves, existed, self._count,
            1 << self._bits, self._shift,
        )  # fmt: skip


def _pages_of(pages: memoryview, region: Region) -> memoryview:
    return pages[region.start // PAGE : -(-region.end // PAGE)]
