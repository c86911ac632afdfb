"""The way out of a forward run: one ``report_`` function per record of interface/results.py.

Source:  zksync-os@v0.2.5 zk_ee/src/system/result_keeper.rs (what is kept).
Modes:   forward only; a proving run reports nothing.
Errors:  Trap when the arena is exhausted.
"""

from typing import Any

from zkos.interface import results
from zkos.interface.results import Record
from zkos.kernel.modes import PROVING
from zkos.kernel.oracle.transport import tell
from zkos.lang import Arena, Function, function, u32


def _make_report(record: Record) -> Function:
    kind: Any = record.layout.kind
    size, write, record_id = record.layout.size, record.layout.write, record.id

    @function(name=f"report_{kind.__name__}")
    def report(arena: Arena, content: kind) -> None:
        if not PROVING:
            mark = arena.mark()
            words = arena.slice(u32, size(content) + 1)
            words[0] = u32(record_id)
            _ = write(words[1:], content)
            tell(words)
            arena.release(mark)

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
