"""Workloads are assembled as they are written."""

from zkos.host.bench.workloads import ENTRY, WORKLOADS, assemble


def test_numbers_are_pushed_in_few_bytes_and_labels_in_two():
    assert assemble("0 255 256 ADD").hex() == "5f60ff61010001"
    assert assemble("@end JUMP :end STOP").hex() == "610004565b00"


def test_no_rounds_is_a_contract_that_stops():
    for workload in WORKLOADS:
        assert workload.contracts(0)[ENTRY] == b"\x00"
        assert len(workload.contracts(1)[ENTRY]) > 10
