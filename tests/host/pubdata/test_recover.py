"""Recovery: blocks run in the kernel, and the state rebuilt from their pubdata alone."""

import json
from pathlib import Path

import pytest

from tests.support.random_chain import FORCED_CODE, RandomChain
from zkos.host import block_file
from zkos.host.errors import PubdataError
from zkos.host.pubdata.decoder import decode_pubdata
from zkos.host.pubdata.recover import changes_of, known_codes
from zkos.host.state.state import MemoryState

VECTORS = Path(__file__).parents[2] / "vectors/reference-blocks/blocks.json"
REFERENCE = json.loads(VECTORS.read_text())
BLOCKS_IN_CHAIN = 200


def roots_after(blocks, state, codes):
    """Apply blocks to the state before them; give the root after each."""
    for block in blocks:
        state.apply(*changes_of(block, state, codes))
        yield state.root()


def data(text):
    return bytes.fromhex(text[2:])


@pytest.fixture
def reference():
    """State before the reference's blocks B and C, their pubdata, and the code of B's upgrade."""
    batch = block_file.parse(REFERENCE["batch"])
    published = [data(block["pubdata"]) for block in REFERENCE["expected"]["blocks"]]
    codes = known_codes(batch.initial_state.preimages)
    return MemoryState(batch.initial_state), published, codes


def test_the_reference_blocks_are_recovered_from_their_pubdata(reference):
    state, published, codes = reference
    blocks = decode_pubdata(b"".join(published))
    roots = list(roots_after(blocks, state, codes))
    expected = REFERENCE["expected"]["blocks"]
    assert roots == [data(block["state_root"]) for block in expected]
    assert [block.block_hash for block in blocks] == [data(one["block_hash"]) for one in expected]
    assert [block.timestamp for block in blocks] == [1765000000, 1765000003]
    assert blocks[1].messages[0] == b"hello" and len(blocks[1].logs) == len(blocks[1].messages)


def test_force_deployed_code_must_be_given(reference):
    state, published, _ = reference
    with pytest.raises(PubdataError, match=r"only the hash 0x93065bfb.* of force-deployed code"):
        list(roots_after(decode_pubdata(published[0]), state, {}))


def test_a_chain_of_random_blocks_is_recovered_from_genesis_and_pubdata(tmp_path):
    chain = RandomChain(tmp_path / "state", 7)
    state = MemoryState(chain.genesis.initial_state)
    codes = known_codes([FORCED_CODE])
    statuses, pubdata = set(), b""
    for settled in chain.run(BLOCKS_IN_CHAIN, upgrade_at=40):
        (block,) = decode_pubdata(settled.outcome.pubdata)
        writes, preimages = changes_of(block, state, codes)
        assert writes == list(settled.outcome.changes.writes)
        state.apply(writes, preimages)
        assert state.root() == settled.after.root
        statuses |= {one["status"] for one in settled.outcome.transactions}
        pubdata += settled.outcome.pubdata
    assert statuses == {0, 1, 2}
    with chain.database as database:
        again = MemoryState(chain.genesis.initial_state)
        roots = list(roots_after(decode_pubdata(pubdata), again, codes))
        assert roots == [database.root_after(number + 1) for number in range(BLOCKS_IN_CHAIN)]
        assert again.next_free_slot == database.last.next_free_slot > 100
        with database.state() as stored:
            for index in range(again.next_free_slot):
                leaf, _ = again.leaf(index)
                assert leaf == stored.leaf(index)[0]
                assert again.preimage(leaf.value) == stored.preimage(leaf.value)


# ---------------------------------------------------------------------- what can be wrong


def test_pubdata_that_ends_anywhere_is_refused(reference):
    _, published, _ = reference
    whole = published[1]
    for end in range(1, len(whole)):
        with pytest.raises(PubdataError, match=r"pubdata, byte \d+: expected"):
            decode_pubdata(whole[:end])
    assert decode_pubdata(b"") == []


def test_another_version_is_refused(reference):
    _, published, _ = reference
    with pytest.raises(PubdataError, match="byte 612: expected an encoding of version 1, got 2"):
        decode_pubdata(published[0] + b"\x02" + published[1][1:])


def test_a_change_that_does_not_fit_the_state_is_refused(reference):
    _, published, codes = reference
    with pytest.raises(PubdataError, match=r"does not fit|nobody has"):
        list(roots_after(decode_pubdata(published[1]), MemoryState(), codes))
