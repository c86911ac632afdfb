"""Inputs of precompiles for random programs: those of the committed vectors that are short."""

import json
import lzma
from pathlib import Path

VECTORS = Path(__file__).parents[1] / "vectors/precompiles/calls.json.xz"
MAX_BYTES = 384
MAX_GAS = 130_000
WEIGHTS = {1: 6, 2: 5, 3: 5, 4: 5, 5: 5, 6: 3, 7: 2, 8: 1, 9: 4, 10: 1}
"""Cheap ones are called more often."""


def _read() -> list[tuple[int, list[bytes]]]:
    """Give address and inputs, an address as often as its weight says."""
    inputs: dict[int, list[bytes]] = {address: [] for address in WEIGHTS}
    for call in json.loads(lzma.decompress(VECTORS.read_bytes())):
        data = bytes.fromhex(call["input"][2:])
        if len(data) <= MAX_BYTES and call.get("gasUsed", 0) <= MAX_GAS:
            inputs[call["address"]].append(data)
    return [(address, inputs[address]) for address in WEIGHTS for _ in range(WEIGHTS[address])]


PRECOMPILE_INPUTS = _read()
