"""Batch runs: sums over blocks, and disagreements that end a run."""

import pytest

from zkos.host.batch import Flavour
from zkos.host.batch_run import ExecutorName, Runner, check_equal, join_runs
from zkos.host.block_file import parse
from zkos.host.errors import MismatchError
from zkos.host.executors.kernel_images import all_images
from zkos.host.executors.kernel_run import KernelRun, MachineCounts
from zkos.host.executors.python import PythonExecutor

EMPTY_INPUT = "eb02fd26773756d1dd86062d7d7c9b875ab04e0d5ff2a15332e59a1ed53540dd"


def test_the_empty_block_runs_to_the_official_public_input():
    # oracle.md, 8
    run = Runner(ExecutorName.PYTHON).run_proving(parse({}))
    assert run.public_input is not None
    assert run.public_input.hex() == EMPTY_INPUT
    # the official program reads these words too: count, metadata, scheme, size, proof data, end
    assert len(run.words or ()) == 2118


def test_a_public_input_other_than_predicted_ends_the_run(monkeypatch):
    original = PythonExecutor.run

    def lie(self, image, border):
        run = original(self, image, border)
        return KernelRun(bytes(32)) if image.proving else run

    monkeypatch.setattr(PythonExecutor, "run", lie)
    with pytest.raises(MismatchError, match=f"public input differs: forward 0x{EMPTY_INPUT}"):
        Runner(ExecutorName.PYTHON).run_proving(parse({}))


def test_counts_of_blocks_are_added_up():
    runs = [
        KernelRun(b"a", MachineCounts(10, {"blake2s": 1, "u256": 2}, 5), None, {"run": 1.0}),
        KernelRun(b"b", MachineCounts(20, {"blake2s": 3, "u256": 0}, 6), None, {"run": 2.0}),
    ]
    joined = join_runs(runs)
    assert joined.output == b"b"
    assert joined.machine == MachineCounts(30, {"blake2s": 4, "u256": 2}, 11)
    assert joined.seconds == {"run": 3.0}
    assert join_runs([KernelRun(b"c")]).machine is None


def test_a_difference_shows_both_values():
    check_equal("x", "a", b"\x01", "b", b"\x01")
    with pytest.raises(MismatchError, match="x differs: a 0x01, b 0x02"):
        check_equal("x", "a", b"\x01", "b", b"\x02")


def test_changes_between_blocks_come_from_one_forward_run():
    batch = parse({"blocks": [{}, {"block": {"timestamp": "0x2b"}}]})
    changes = Runner(ExecutorName.PYTHON).changes_of(batch)
    assert changes(0) is changes(0)
    assert changes(0).block_hash != changes(1).block_hash


def test_there_is_an_image_for_every_mode_flavour_and_target():
    names = [image.name for image in all_images()]
    assert len(set(names)) == len(names) == 8
    assert sum(image.flavour is Flavour.ETHEREUM for image in all_images()) == 4
