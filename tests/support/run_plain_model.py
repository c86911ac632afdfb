"""Run a block file with the second storage model in the kernel, in a process of its own.

    python -m tests.support.run_plain_model BLOCK

The model is exchanged before anything else of the kernel is imported. Prints JSON.
"""

import importlib
import json
import sys
from pathlib import Path
from typing import Any

from tests.support import plain_storage_model
from zkos.kernel.system.io.storage import model


def main() -> None:
    """Run forward and proving under CPython and print what came out."""
    assert "zkos.kernel.system.io.io" not in sys.modules
    model.StorageModel = plain_storage_model.PlainStorageModel
    model.StorageSnapshot = plain_storage_model.PlainSnapshot
    run: Any = importlib.import_module("tests.support.kernel_runs")
    print(json.dumps(run.run_both(Path(sys.argv[1]))))


if __name__ == "__main__":
    main()
