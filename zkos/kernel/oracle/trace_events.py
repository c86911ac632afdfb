"""The way out of a kernel that traces: one ``send_`` function per event of the interface.

Source:  this project.
Modes:   TRACING only, and never on the bare machine.
Errors:  Trap when the arena is exhausted.
"""

from typing import Any

from zkos.interface import trace_events as events
from zkos.interface.results import Record
from zkos.interface.trace_events import Data
from zkos.kernel.oracle.call import trace_by_call
from zkos.lang import Arena, Function, Slice, function, local, range, u8, u32

PIECE_BYTES = 2**16


def _make_send(event: Record) -> Function:
    kind: Any = event.layout.kind
    size, write, event_id = event.layout.size, event.layout.write, event.id

    @function(name="event_" + event.name.replace(" ", "_"))
    def send(arena: Arena, content: kind) -> u32:
        mark = arena.mark()
        words = arena.slice(u32, size(content) + 1)
        words[0] = u32(event_id)
        _ = write(words[1:], content)
        answer = trace_by_call(words)
        arena.release(mark)
        return answer

    return send  # type: ignore[no-any-return]


_send_piece = _make_send(events.DATA)
send_step = _make_send(events.STEP)
send_step_memory = _make_send(events.STEP_MEMORY)
send_step_return_data = _make_send(events.STEP_RETURN_DATA)
send_leave = _make_send(events.LEAVE)
send_enter = _make_send(events.ENTER)
send_exit = _make_send(events.EXIT)
send_self_destruct = _make_send(events.SELF_DESTRUCT)
send_account_change = _make_send(events.ACCOUNT_CHANGE)
send_slot_change = _make_send(events.SLOT_CHANGE)
send_result = _make_send(events.RESULT)
send_transaction_end = _make_send(events.TRANSACTION_END)


@function
def send_data(arena: Arena, data: Slice[u8]) -> None:
    """Send the byte string of the event that follows."""
    piece = local(Data)
    for start in range(u32(0), data.length, PIECE_BYTES):
        left = data.length - start
        piece.data = data[start : start + (left if left < PIECE_BYTES else u32(PIECE_BYTES))]
        _ = _send_piece(arena, piece)
