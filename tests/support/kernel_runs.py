"""The kernel under CPython on a block file, forward and proving, without the host's state."""

from pathlib import Path
from typing import Any

from zkos.host import block_file
from zkos.host.executors.kernel_images import KernelImage
from zkos.host.executors.python import PythonExecutor
from zkos.host.oracle.answers import BatchOracle
from zkos.host.oracle.border import Border
from zkos.host.results import ResultKeeper
from zkos.host.state.state import MemoryState


def run_both(path: Path) -> dict[str, Any]:
    """Give what each transaction did, what changed, and the public input of the proving run."""
    batch = block_file.load(path)

    def oracle(changes_of: Any) -> BatchOracle:
        return BatchOracle(batch, MemoryState(batch.initial_state), changes_of)

    keeper = ResultKeeper()
    border = Border(oracle(keeper.changes_of).answer, keeper.take)
    PythonExecutor().run(KernelImage(False, batch.flavour, on_machine=False), border)
    (outcome,) = keeper.finished(1)
    proving = Border(oracle(lambda _: outcome.changes).answer)
    image = KernelImage(True, batch.flavour, on_machine=False)
    output = PythonExecutor().run(image, proving).output
    return {
        "transactions": [
            [one["status"], one["error"], one["output"].hex()] for one in outcome.transactions
        ],
        "logs": [[log["address"], log["data"].hex()] for log in outcome.logs],
        "slots": sorted(
            [write["address"], write["key"].hex(), write["value"].hex()]
            for write in outcome.storage_writes
            if write["address"] != 0x8003
        ),
        "accounts": sorted(
            [one["address"], one["nonce"], one["balance"], one["code_hash"].hex()]
            for one in outcome.account_diffs
        ),
        "pubdata": outcome.pubdata.hex(),
        "public_input": output.hex(),
    }
