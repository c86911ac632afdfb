"""Events: what contracts log, in order; committed nowhere, handed to the result keeper.

Source:  zksync-os@v0.2.5 zk_ee/src/common_structs/events_storage.rs.
Units:   bytes.
Errors:  Trap when the arena is exhausted.
"""

from zkos.interface.results import Log
from zkos.kernel.base.chunked_list import make_chunked_list
from zkos.kernel.oracle.result_keeper import ResultKeeper, report_log
from zkos.lang import (
    Arena,
    Array,
    Slice,
    copy,
    local,
    range,
    struct,
    u8,
    u32,
    u160,
    u256,
)

MAX_TOPICS = 4
MAX_EVENTS = 2**20  # of a block; without a bound they could fill the memory of all caches


@struct
class Event:
    """One event."""

    transaction_number: u32
    address: u160
    topic_count: u32
    topics: Array[u256, MAX_TOPICS]
    data: Slice[u8]


EventList = make_chunked_list("EventList", Event)


@struct
class Events:
    """Events of the block."""

    events: EventList

    def start(self, arena: Arena) -> None:
        """Be empty."""
        self.events.start(arena)

    def is_full(self) -> bool:
        """Say whether the block can hold no more."""
        return self.events.length >= MAX_EVENTS

    def add(
        self, number: u32, address: u160, topics: Slice[u256], data: Slice[u8], arena: Arena
    ) -> None:
        """Append an event; its data is copied into the arena."""
        event = self.events.push()
        event.transaction_number = number
        event.address = address
        event.topic_count = topics.length
        for i in range(topics.length):
            event.topics[i] = topics[i]
        event.data = arena.slice(u8, data.length)
        copy(event.data, data)

    def report(self, results: ResultKeeper) -> None:
        """Hand every event to the result keeper."""
        log = local(Log)
        for i in range(self.events.length):
            event = self.events.at(i)
            log.transaction_number = event.transaction_number
            log.address = event.address
            log.topics = event.topics[: event.topic_count]
            log.data = event.data
            report_log(results, log)
