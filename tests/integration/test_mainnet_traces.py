"""Traces of mainnet block 22244135 against what go-ethereum's tracers say about it."""

import json
import lzma
from pathlib import Path

import pytest

from tests.cli.support import EXAMPLES, zkos
from zkos.host.differences import differences

VECTORS = Path(__file__).parents[1] / "vectors/mainnet-traces"
BLOCK = EXAMPLES / "mainnet-22244135.json.gz"


@pytest.mark.parametrize(("tracer", "name"), [("calls", "calltrace"), ("diff", "difftrace")])
def test_the_block_s_trace_is_go_ethereum_s(tmp_path, tracer, name):
    path = tmp_path / "trace.json"
    outcome = zkos("run", BLOCK, "--trace", path, "--tracer", tracer, "--json")
    assert outcome.status == 0, outcome.stderr
    ours = json.loads(path.read_text())
    assert [entry.pop("block") for entry in ours] == [0] * 125
    theirs = json.loads(lzma.decompress((VECTORS / f"{name}.json.xz").read_bytes()))["result"]
    assert list(differences(ours, theirs)) == []
