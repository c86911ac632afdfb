"""Profiles of runs: exact, complete, and made of what exists."""

import importlib
import json
from collections import Counter
from functools import reduce

import pytest

from tests.golden import store
from zkos.host import block_file
from zkos.host.batch_run import ExecutorName, Mode, Runner
from zkos.host.machine import Cost
from zkos.host.profiling import stages
from zkos.host.profiling.run_profile import RunProfile


def run(profiles: bool, mode: Mode = Mode.PROVING):
    batch = block_file.parse(store.document("three_blocks"))
    return Runner(ExecutorName.RISCV, profiles=profiles).run(batch, mode)


@pytest.fixture(scope="module")
def profiled():
    return run(True)


@pytest.fixture(scope="module")
def profile(profiled) -> RunProfile:
    return profiled.profile


def test_a_profiled_run_costs_what_a_plain_one_costs(profiled, profile):
    plain = run(False)
    assert plain.profile is None
    assert profiled.machine == plain.machine
    assert profiled.public_input == plain.public_input
    delegations = plain.machine.delegations
    expected = Cost(plain.machine.cycles, delegations["blake2s"], delegations["u256"])
    assert profile.total == expected


def test_stages_and_sections_add_up_to_the_whole(profile):
    assert sum(profile.stages.values(), Cost()) == profile.total
    assert reduce(Cost.__add__, (one.cost for one in profile.sections)) == profile.total
    assert all(cost.cycles > 0 for cost in profile.stages.values()), profile.stages


def test_lines_account_for_nearly_every_cycle(profile):
    # the rest is the start code, memset and memmove, written in assembly
    assert 0.9 * profile.total.effective < sum(profile.lines.values())
    assert sum(profile.lines.values()) <= profile.total.effective
    assert all(file.startswith("zkos/") for file, _ in profile.lines)


def test_each_transaction_has_its_section(profile):
    places = [(one.block, one.transaction) for one in profile.transactions]
    assert Counter(block for block, _ in places) == {0: 10, 1: 10, 2: 11}
    assert places == sorted(set(places))


def test_a_forward_run_on_the_machine_has_a_profile_too():
    batch = block_file.parse(store.document("one_transfer"))
    found = Runner(ExecutorName.RISCV, profiles=True).run(batch, Mode.FORWARD)
    assert found.profile is not None
    assert found.profile.total.cycles == found.machine.cycles


@pytest.mark.parametrize("row", stages.ROWS)
def test_rows_of_stages_name_what_exists(row):
    module, _, name = (stages.KERNEL + row).rpartition(".")
    try:
        importlib.import_module(stages.KERNEL + row)
    except ModuleNotFoundError:
        assert hasattr(importlib.import_module(module), name)


def test_the_innermost_function_with_a_stage_decides():
    kernel = "zkos.kernel."
    outer, hashing = kernel + "bootloader.run_block.run_block", kernel + "crypto.keccak256.absorb"
    signature = kernel + "bootloader.transaction.signature._signer"
    assert stages.stage_of(["zkos_main", outer, signature, hashing]) == stages.SIGNATURE
    assert stages.stage_of(["zkos_main", outer, hashing]) == stages.INIT
    assert stages.stage_of(["memset"]) == stages.INIT


def test_a_profile_is_written_in_four_forms(profile):
    assert profile.write_as(".svg").startswith("<svg")
    document = json.loads(profile.write_as(".json"))
    assert document["total"]["effective_cycles"] == profile.total.effective
    assert set(document["stages"]) == set(stages.STAGES)
    own = sum(one["effective_cycles"] for one in document["functions"])
    assert own == profile.total.effective
    assert {"file", "line", "effective_cycles"} == set(document["lines"][0])
    text = profile.write_as(".txt")
    assert "By stage" in text and "By line" in text and "2.10" in text
    folded = profile.write_as(".folded").splitlines()
    assert sum(int(line.rpartition(" ")[2]) for line in folded) == profile.total.effective
