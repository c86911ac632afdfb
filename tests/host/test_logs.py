"""Logs to L1: encoding, tree and proofs, against the reference and the kernel's tree."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zkos.host.commitments import ZERO
from zkos.host.hashing import keccak256
from zkos.host.logs import LogProof, LogsTree, LogToL1, message_log, verify_log
from zkos.kernel.l1_integration.l2_to_l1_logs import logs_root

# All values of this part: state-and-commitments.md, 6.1 and 6.3.
RESULT = LogToL1(3, 0x8001, b"\xab" * 32, (1).to_bytes(32, "big"))
MESSAGE = message_log(1, int("99" * 20, 16), b"hello")


def test_logs_hash_as_in_the_reference():
    assert RESULT.digest().hex() == (
        "18f0164eff2bb27e262860fa6c3dce495d372d5b0ebecc6c92df2c6a9e44d850"
    )
    assert MESSAGE.digest().hex() == (
        "674b685559402495eaa2c75bb87090b07d32b5b2851a15a338d1f0edc2403eb1"
    )


@pytest.mark.parametrize(
    ("logs", "root", "commitment"),
    [
        ([], "375a5bf909cb02143e3695ca658e0641e739aa590f0004dba93572c44cdb9d2d",
         "692f35c99f9c698852289ffecf07f6dd45770904521149d79aa85aae598fa375"),
        ([RESULT], "72c7e4d57e557068231695b030a7e23d4f49e74479a4a1611c4660f49e6b7229",
         "83b43d384c984da0c17d3e25a14270955980454661c1a86175de32d4e2eb05be"),
        ([RESULT, MESSAGE], "7b8f0e623fb4b6c8a1de76f5916b0b08550ad01e2a47da08707f33cbb3c4bd58",
         "c63795ad9c77ba47cff3a62d1822613fd60f0fc9625efe59382d1813ccff2fcb"),
        ([RESULT, MESSAGE, RESULT],
         "00afb967eff8dae7d5aea17e188a25a580dc3ee60a315332747769b6a01305c7",
         "9ec7a1acbc4d6603b995bd710fd24c2b520f70f47751f2b072a6b24c4bf15142"),
    ],
)  # fmt: skip
def test_the_logs_tree_has_the_reference_roots(logs, root, commitment):
    tree = LogsTree(logs)
    assert (tree.root.hex(), tree.commitment.hex()) == (root, commitment)
    for position, log in enumerate(logs):
        proof = tree.prove(position)
        assert len(proof.siblings) == 15 and verify_log(log, proof, tree.commitment)


LOGS = st.lists(
    st.builds(
        LogToL1,
        st.integers(0, 2**17),
        st.sampled_from([0x8001, 0x8008]),
        st.binary(min_size=32, max_size=32),
        st.binary(min_size=32, max_size=32),
    ),
    min_size=1,
    max_size=70,
)


@pytest.mark.executors("x86_64")
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(logs=LOGS, data=st.data())
def test_proofs_lead_to_the_root_of_the_kernel_and_no_other_log_has_one(executor, logs, data):
    tree = LogsTree(logs)
    hashes = [int.from_bytes(log.digest(), "big") for log in logs]
    status, root = executor.call(logs_root, hashes)
    assert status == 0
    commitment = keccak256(root.to_bytes(32, "big") + ZERO)
    position = data.draw(st.integers(0, len(logs) - 1))
    log, proof = logs[position], tree.prove(position)
    assert verify_log(log, proof, commitment)
    other = replace(log, value=bytes([log.value[0] ^ 1]) + log.value[1:])
    assert not verify_log(other, proof, commitment)
    height = data.draw(st.integers(0, 14))
    siblings = list(proof.siblings)
    siblings[height] = bytes([siblings[height][0] ^ 1]) + siblings[height][1:]
    assert not verify_log(log, replace(proof, siblings=siblings), commitment)
    moved = replace(proof, position=position ^ 1 << data.draw(st.integers(0, 13)))
    if verify_log(log, moved, commitment):
        assert logs[moved.position] == log


def test_a_node_is_not_taken_for_a_log_and_a_position_has_no_second_name():
    tree = LogsTree([RESULT, MESSAGE, RESULT])
    proof = tree.prove(1)
    shorter = LogProof(0, proof.siblings[1:])
    assert not verify_log(MESSAGE, shorter, tree.commitment)
    same_way = LogProof(1 + (1 << 15), proof.siblings)
    assert same_way.root(MESSAGE) == tree.commitment
    assert not verify_log(MESSAGE, same_way, tree.commitment)


def test_the_tree_is_full_at_16384_logs():
    tree = LogsTree([RESULT] * 16384)
    assert verify_log(RESULT, tree.prove(16383), tree.commitment)
    with pytest.raises(ValueError, match="at most 16384 logs, got 16385"):
        LogsTree([RESULT] * 16385)
    with pytest.raises(IndexError):
        tree.prove(16384)
