"""``zkos kernel verify``: the record, and explanations of images that are not what is recorded."""

import struct
from pathlib import Path

import pytest

from tests.cli.support import zkos
from zkos.compiler.debug_info import DebugInfo
from zkos.host.batch import Flavour
from zkos.host.errors import InputError
from zkos.host.executors.image_record import (
    ImageRecord,
    back_ends,
    read_record,
    record_text,
    recorded_images,
)
from zkos.host.executors.kernel_images import BuiltImage, KernelImage, build_image

ADDI_A0 = 0x00150513


@pytest.fixture(scope="module")
def built() -> BuiltImage:
    return build_image(KernelImage(True, Flavour.PRODUCTION, on_machine=True))


@pytest.fixture
def recorded(built, monkeypatch) -> ImageRecord:
    """Record what is built, whatever the repository's record says."""
    record = ImageRecord(back_ends(), {built.image.name: built.sha256})
    monkeypatch.setattr("zkos.cli.kernel.read_record", lambda: record)
    return record


def verify(path: Path, data: bytes, *options: str):
    path.write_bytes(data)
    return zkos("kernel", "verify", path, "--json", *options)


def changed(data: bytes, address: int, word: int) -> bytes:
    return data[:address] + struct.pack("<I", word) + data[address + 4 :]


def test_the_image_of_these_sources_is_verified(built, recorded, tmp_path):
    outcome = verify(tmp_path / "image.bin", built.path.read_bytes())
    assert outcome.status == 0, outcome.stderr
    found = outcome.json
    assert found["verified"] and found["difference"] is None
    assert found["image"] == "proving-production-riscv"
    assert found["file"] == found["built"] == {"bytes": built.size, "sha256": built.sha256}
    assert found["recorded"]["sha256"] == built.sha256


def test_the_function_of_a_changed_instruction_is_named(built, recorded, tmp_path):
    info = DebugInfo(built.elf_path.read_bytes())
    functions = list(info.functions())
    name, start, size = functions[len(functions) // 2]
    data = built.path.read_bytes()
    outcome = verify(tmp_path / "image.bin", changed(data, start + size - 4, ADDI_A0))
    assert outcome.status == 1
    difference = outcome.json["difference"]
    assert difference["address"] == start + size - 4
    assert difference["place"].startswith(name)
    assert difference["file"] == "00150513  addi x10, x10, 1"
    assert (difference["functions"], difference["all_functions"]) == (1, len(functions))
    assert "not proving-production-riscv" in outcome.json["conclusion"]


def test_parts_of_addresses_do_not_hide_the_function_that_changed(built, recorded, tmp_path):
    data = built.path.read_bytes()
    info = DebugInfo(built.elf_path.read_bytes())
    _, start, _ = list(info.functions())[-1]
    first = int.from_bytes(data[:4], "little")
    assert first & 0x7F == 0x37, "the start code begins with lui"
    moved = changed(data, 0, first ^ 1 << 31)
    assert verify(tmp_path / "a.bin", moved).json["difference"]["address"] == 0
    both = changed(moved, start, ADDI_A0)
    assert verify(tmp_path / "b.bin", both).json["difference"]["address"] == start


def test_a_cut_image_is_told_by_its_length(built, recorded, tmp_path):
    outcome = verify(tmp_path / "image.bin", built.path.read_bytes()[:-8])
    assert outcome.status == 1
    difference = outcome.json["difference"]
    assert difference["address"] == built.size - 8
    assert difference["file"] == "the end of the image"
    assert difference["place"].startswith("outside all functions")


def test_sources_that_moved_on_are_no_verified_image(built, monkeypatch, tmp_path):
    old = {built.image.name: "0" * 64}
    for record, reason in (
        (ImageRecord(back_ends(), old), "the sources have changed"),
        (ImageRecord("llvmlite 0.1", old), "the back ends (llvmlite 0.1) have changed"),
    ):
        monkeypatch.setattr("zkos.cli.kernel.read_record", lambda record=record: record)
        outcome = verify(tmp_path / "image.bin", built.path.read_bytes())
        assert outcome.status == 1
        assert outcome.json["conclusion"].endswith(reason)


def test_people_read_the_explanation(built, recorded, tmp_path):
    path = tmp_path / "image.bin"
    path.write_bytes(changed(built.path.read_bytes(), built.size - 4, 7))
    outcome = zkos("kernel", "verify", path)
    assert outcome.status == 1
    for text in ("first difference", "functions that differ", built.sha256, back_ends()):
        assert text in outcome.stdout


@pytest.mark.parametrize(
    ("data", "options", "message"),
    [
        (None, (), "cannot read"),
        (b"abc", (), "image.bin: an image is a multiple of 4 bytes, at most 2097152; got 3"),
        (b"abcd", ("--as", "proving"), "no image 'proving' for the machine: expected one of"),
    ],
)
def test_what_cannot_be_compared_is_bad_input(data, options, message, recorded, tmp_path):
    path = tmp_path / "image.bin"
    if data is not None:
        path.write_bytes(data)
    outcome = zkos("kernel", "verify", path, *options)
    assert (outcome.status, outcome.stdout) == (2, "")
    assert message in outcome.stderr


def test_a_record_is_read_as_it_is_written(built, tmp_path):
    path = tmp_path / "record"
    path.write_text(record_text([built]))
    assert read_record(path) == ImageRecord(back_ends(), {built.image.name: built.sha256})


@pytest.mark.parametrize("text", ["", "# one\n", "a\nb\n", "# a\n# b\nabc  name\n"])
def test_a_malformed_record_is_bad_input(text, tmp_path):
    path = tmp_path / "record"
    path.write_text(text)
    with pytest.raises(InputError, match="expected"):
        read_record(path)


def test_all_images_for_the_machine_are_recorded():
    names = [image.name for image in recorded_images()]
    assert names == [
        f"{mode}-{flavour}-riscv"
        for flavour in ("production", "ethereum")
        for mode in ("forward", "proving")
    ]
