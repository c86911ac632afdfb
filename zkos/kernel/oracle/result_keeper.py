"""The way out of a forward run: one ``report_`` function per record of interface/results.py.

Records of one kind gather in a buffer and cross the border together, since a crossing costs more
than what most records hold; the host takes them apart when it looks at that kind.

Source:  zksync-os@v0.2.5 zk_ee/src/system/result_keeper.rs (what is kept).
Units:   words.
Modes:   forward only; a proving run reports nothing.
Errors:  Trap when the arena is exhausted.
"""

from typing import Any

from zkos.interface import results
from zkos.interface.results import RECORD_HEADER_WORDS, Record
from zkos.kernel.modes import PROVING
from zkos.kernel.oracle.transport import tell
from zkos.lang import Arena, Function, Ref, Slice, function, struct, u32


@struct
class ResultKeeper:
    """Records that the host does not have yet."""

    arena: Ref[Arena]
    buffer: Slice[u32]
    used: u32
    kind: u32  # record id of what has gathered

    def start(self, arena: Arena, words: u32) -> None:
        """Take a buffer of so many words from the arena, where longer records are written too."""
        if not PROVING:
            self.arena = arena
            self.buffer = arena.slice(u32, words)
            self.used = 0

    def flush(self) -> None:
        """Hand over what has gathered."""
        if self.used != 0:
            tell(self.buffer[: self.used])
            self.used = 0


def _make_report(record: Record) -> Function:
    kind: Any = record.layout.kind
    size, write, record_id = record.layout.size, record.layout.write, record.id

    @function(name=f"write_record_{kind.__name__}")
    def write_record(target: Slice[u32], content: kind) -> None:
        target[0] = u32(record_id)
        target[1] = target.length - RECORD_HEADER_WORDS
        _ = write(target[RECORD_HEADER_WORDS:], content)

    @function(name=f"report_{kind.__name__}")
    def report(keeper: ResultKeeper, content: kind) -> None:
        if not PROVING:
            words = size(content) + RECORD_HEADER_WORDS
            if keeper.kind != record_id or words > keeper.buffer.length - keeper.used:
                keeper.flush()
                keeper.kind = u32(record_id)
            if words <= keeper.buffer.length:
                end = keeper.used + words
                write_record(keeper.buffer[keeper.used : end], content)
                keeper.used = end
            else:
                mark = keeper.arena.mark()
                alone = keeper.arena.slice(u32, words)
                write_record(alone, content)
                tell(alone)
                keeper.arena.release(mark)

    return report  # type: ignore[no-any-return]


report_transaction = _make_report(results.TRANSACTION_RESULT)
report_log = _make_report(results.LOG)
report_l2_to_l1_log = _make_report(results.L2_TO_L1_LOG)
report_message = _make_report(results.MESSAGE)
report_storage_write = _make_report(results.STORAGE_WRITE)
report_account_diff = _make_report(results.ACCOUNT_DIFF)
report_preimage = _make_report(results.PREIMAGE_RECORD)
report_pubdata = _make_report(results.PUBDATA)
report_block = _make_report(results.BLOCK_RESULT)
