"""``zkos bench``: what it measures, and what it says when it cannot."""

import sys
from pathlib import Path

import pytest

from tests.cli.support import zkos
from zkos.host.bench.engines import has_py_evm
from zkos.host.bench.plot import draw_ratios


def test_a_workload_runs_on_all_engines_that_are_there():
    (speed,) = zkos("bench", "--workload", "storage", "--rounds", 1, "--json").json["speeds"]
    assert speed["workload"] == "storage"
    assert speed["gas"] == 16_348_005
    assert speed["revm_ratio"] == pytest.approx(speed["zkos"] / speed["revm"])
    assert (speed["py_evm"] is not None) == has_py_evm()


def test_a_missing_peer_is_one_line(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyrevm", None)
    outcome = zkos("bench", "--workload", "loop")
    assert outcome.status == 2
    assert outcome.stderr == "zkos: revm is not installed: pip install 'zkos[bench]'\n"


def test_blocks_of_transfers_give_both_rates_and_the_stages():
    plain, token = zkos("bench", "--blocks", 70, "--rounds", 1, "--json").json["blocks"]
    assert (plain["block"], token["block"]) == ("plain transfers", "ERC-20 transfers")
    for found in (plain, token):
        assert found["transactions"] == 70
        assert found["ratio"] == pytest.approx(found["revm"] / found["zkos"])
        stages = found["zkos_stages"]
        assert 0 < stages["pubdata"] < stages["recovery"]
        assert found["ratio_with_pubdata"] < found["ratio"]
        assert set(found["revm_stages"]) == {"decode", "recovery", "execution"}
        assert min(found["zkos_stages"].values()) > 0


def test_instructions_are_counted_on_the_machine():
    outcome = zkos("bench", "--executor", "riscv", "--workload", "loop")
    assert "loop" in outcome.stdout
    assert "220" in outcome.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--plot", "speed.pdf"], "a plot is a .png or .svg file, got speed.pdf"),
        (["--plot", "a.svg", "--executor", "riscv"], "there are none with --executor riscv"),
        (["--blocks", "5", "--workload", "loop"], "--blocks goes with neither --workload nor"),
    ],
)
def test_bad_options_are_one_line(arguments, message):
    if "--plot" in arguments:
        pytest.importorskip("matplotlib")
    outcome = zkos("bench", *arguments)
    assert (outcome.status, len(outcome.stderr.splitlines())) == (2, 1)
    assert message in outcome.stderr


@pytest.mark.parametrize(("suffix", "start"), [(".svg", b"<?xml"), (".png", b"\x89PNG")])
def test_ratios_are_drawn(suffix, start):
    pytest.importorskip("matplotlib")
    drawing = draw_ratios({"loop": 2.0, "u256": 1.5}, Path(f"ratios{suffix}"))
    assert drawing.startswith(start)
    assert draw_ratios({"loop": 2.0, "u256": 1.5}, Path(f"again{suffix}")) == drawing
