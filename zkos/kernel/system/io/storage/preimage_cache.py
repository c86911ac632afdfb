"""Preimage cache: stored code and account records under their blake2s, asked once a block.

What the block makes itself is kept here too and marked for publication; a rolled-back deployment
stays marked, as in the reference.

Docs:    docs/system/io/caches.md, "Preimage cache".
Source:  zksync-os@v0.2.5 flat_storage_model/preimage_cache.rs.
Units:   bytes.
Modes:   forward takes a preimage as given, proving hashes it (verify_preimage).
Charges: nothing here; the caches above charge each fetch, cached or not.
Errors:  PREIMAGE_MISMATCH, ORACLE_REPLY_MALFORMED (internal).
"""

from zkos.interface.results import Preimage
from zkos.kernel.base.chunked_list import make_chunked_list
from zkos.kernel.base.mixing import mix_u256
from zkos.kernel.crypto.blake2s import blake2s256
from zkos.kernel.errors import OK, PREIMAGE_MISMATCH
from zkos.kernel.modes import PROVING
from zkos.kernel.oracle.questions import ask_preimage
from zkos.kernel.oracle.result_keeper import ResultKeeper, report_preimage
from zkos.lang import (
    Arena,
    Ref,
    Slice,
    Status,
    Unverified,
    as_bytes,
    check,
    copy,
    function,
    local,
    range,
    struct,
    u8,
    u32,
    u256,
)

_FIRST_SLOTS = 64


@function
def verify_preimage(hash_of_preimage: u256, said: Unverified[Slice[u8]]) -> Status:
    """Check a preimage against its hash; a forward run believes it."""
    if PROVING:
        if blake2s256(said.unverified_value) != hash_of_preimage:
            return PREIMAGE_MISMATCH
    return OK


@function(inline=True)
def bind_preimage(said: Unverified[Slice[u8]]) -> Slice[u8]:
    """Open a preimage that ``verify_preimage`` has accepted."""
    return said.unverified_value


@struct
class StoredPreimage:
    """One preimage."""

    hash: u256
    data: Slice[u8]
    is_published: bool  # made in this block


PreimageList = make_chunked_list("PreimageList", StoredPreimage)


@struct
class PreimageCache:
    """All preimages of the block."""

    preimages: PreimageList
    table: Slice[u32]  # index plus one; zero is free
    arena: Ref[Arena]

    def start(self, arena: Arena) -> None:
        """Be empty."""
        self.arena = arena
        self.preimages.start(arena)
        self.table = arena.slice(u32, _FIRST_SLOTS)

    def find(self, wanted: u256) -> u32:
        """Give the place in the table that holds the hash, or the free one where it belongs."""
        mask = self.table.length - 1
        place = mix_u256(wanted) & mask
        while self.table[place] != 0:
            if self.preimages.at(self.table[place] - 1).hash == wanted:
                return place
            place = (place + 1) & mask
        return place

    def insert(self, wanted: u256, data: Slice[u8], is_published: bool) -> Slice[u8]:
        """Keep a preimage; one that is there already stays, and may become published."""
        place = self.find(wanted)
        entry = self.table[place]
        if entry != 0:
            known = self.preimages.at(entry - 1)
            known.is_published = known.is_published or is_published
            return known.data
        if (self.preimages.length + 1) * 4 > self.table.length * 3:
            self.grow()
            place = self.find(wanted)
        added = self.preimages.push()
        added.hash = wanted
        added.data = data
        added.is_published = is_published
        self.table[place] = self.preimages.length
        return data

    @function(inline=False)
    def grow(self) -> None:
        """Double the table."""
        self.table = self.arena.slice(u32, self.table.length * 2)
        for i in range(self.preimages.length):
            self.table[self.find(self.preimages.at(i).hash)] = i + 1

    def read(self, wanted: u256, length: u32) -> tuple[Status, Slice[u8]]:
        """Give a preimage of known length, asking for it when it's not here."""
        entry = self.table[self.find(wanted)]
        if entry != 0:
            return OK, self.preimages.at(entry - 1).data
        said = check(ask_preimage(self.arena, wanted, length))
        check(verify_preimage(wanted, said))
        return OK, self.insert(wanted, bind_preimage(said), False)

    def keep(self, wanted: u256, said: Unverified[Slice[u8]]) -> Status:
        """Keep a preimage that came without being asked for by its hash; it is copied."""
        check(verify_preimage(wanted, said))
        data = bind_preimage(said)
        kept = self.arena.slice(u8, data.length)
        copy(kept, data)
        _ = self.insert(wanted, kept, False)
        return OK

    @function(inline=True)
    def nothing(self) -> Slice[u8]:
        """Give an empty byte string."""
        return as_bytes(self.table[:0])

    def record(self, data: Slice[u8]) -> u256:
        """Keep and publish what the block makes; gives its hash. The data must stay as it is."""
        hash_of_data = blake2s256(data)
        _ = self.insert(hash_of_data, data, True)
        return hash_of_data

    def report(self, results: ResultKeeper) -> None:
        """Hand every published preimage to the result keeper."""
        published = local(Preimage)
        for i in range(self.preimages.length):
            known = self.preimages.at(i)
            if known.is_published:
                published.hash = known.hash
                published.data = known.data
                report_preimage(results, published)
