"""What a forward run says about the end of a block, besides its transactions.

Source:  zksync-os@v0.2.5 forward_system/src/run/output.rs; state reference, 9.
Modes:   forward only.
Errors:  Trap when the arena is exhausted.
"""

from zkos.interface.results import Pubdata
from zkos.kernel.oracle.result_keeper import ResultKeeper, report_pubdata
from zkos.kernel.system.io.io import IO
from zkos.lang import Slice, function, local, u8


@function
def report_changes(io: IO, results: ResultKeeper) -> None:
    """Hand events, logs, state changes and preimages to the result keeper."""
    io.events.report(results)
    io.messages.report(results)
    io.model.report(results)


@function
def report_block_pubdata(results: ResultKeeper, pubdata: Slice[u8]) -> None:
    """Hand pubdata to the result keeper."""
    published = local(Pubdata)
    published.data = pubdata
    report_pubdata(results, published)
