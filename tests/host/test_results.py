"""The result keeper takes what the kernel may hand over, and nothing else."""

import pytest

from zkos.host.errors import KernelError
from zkos.host.results import ResultKeeper
from zkos.interface import results as records

BLOCK = {
    "block_hash": b"\x0b" * 32,
    "transactions_rolling_hash": bytes(32),
    "gas_used": 21000,
    "computational_native_used": 5,
    "pubdata_bytes": 6,
}
WRITE = {"address": 7, "key": bytes(32), "flat_key": b"\x01" * 32, "value": b"\x02" * 32}


def encoded(record, values):
    words = record.layout.encode(values)
    return record.id.to_bytes(4, "little") + (len(words) // 4).to_bytes(4, "little") + words


def take(keeper, record, values):
    keeper.take(encoded(record, values))


def test_records_are_sorted_into_blocks():
    keeper = ResultKeeper()
    take(keeper, records.STORAGE_WRITE, WRITE)
    take(keeper, records.PUBDATA, {"data": b"abc"})
    take(keeper, records.PREIMAGE_RECORD, {"hash": bytes(32), "data": b"code"})
    take(keeper, records.BLOCK_RESULT, BLOCK)
    take(keeper, records.BLOCK_RESULT, {**BLOCK, "gas_used": 1})
    first, second = keeper.finished(2)
    assert first.pubdata == b"abc"
    assert first.changes.writes == [(b"\x01" * 32, b"\x02" * 32)]
    assert first.changes.preimages == [b"code"]
    assert first.changes.block_hash == int.from_bytes(b"\x0b" * 32, "big")
    assert (second.pubdata, second.storage_writes, second.block["gas_used"]) == (b"", [], 1)


def test_records_of_one_kind_come_together_and_keep_their_order():
    keeper = ResultKeeper()
    writes = [{**WRITE, "address": address} for address in (7, 9, 8)]
    keeper.take(b"".join(encoded(records.STORAGE_WRITE, write) for write in writes[:2]))
    take(keeper, records.STORAGE_WRITE, writes[2])
    take(keeper, records.BLOCK_RESULT, BLOCK)
    assert keeper.finished(1)[0].storage_writes == writes


@pytest.mark.parametrize(
    ("behind", "message"),
    [
        (encoded(records.PUBDATA, {"data": b""}), "a record 8 among those of 5"),
        (records.STORAGE_WRITE.id.to_bytes(4, "little"), "half a header of a record 5"),
    ],
)
def test_a_record_of_another_kind_or_half_a_one_is_refused(behind, message):
    keeper = ResultKeeper()
    keeper.take(encoded(records.STORAGE_WRITE, WRITE) + behind)
    take(keeper, records.BLOCK_RESULT, BLOCK)
    with pytest.raises(KernelError, match=message):
        _ = keeper.finished(1)[0].storage_writes


def test_an_unknown_record_is_refused():
    with pytest.raises(KernelError, match="unknown record"):
        ResultKeeper().take(bytes([99]) + bytes(7))


def test_a_short_record_is_refused_by_name():
    keeper = ResultKeeper()
    keeper.take(encoded(records.STORAGE_WRITE, WRITE)[:-4])
    take(keeper, records.BLOCK_RESULT, BLOCK)
    with pytest.raises(KernelError, match="malformed storage write"):
        _ = keeper.finished(1)[0].storage_writes


def test_a_block_without_its_last_record_has_not_ended():
    keeper = ResultKeeper()
    take(keeper, records.STORAGE_WRITE, WRITE)
    with pytest.raises(KernelError, match="results of 1 blocks, got 0"):
        keeper.finished(1)
    with pytest.raises(KernelError, match="block 0 of the batch has not ended"):
        keeper.changes_of(0)
