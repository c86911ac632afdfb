"""``zkos machine run`` with the kernel's own image: words, forged words, a live oracle."""

import json

import pytest

from tests.cli.support import EXAMPLES, zkos
from zkos.host.batch import Flavour
from zkos.host.executors.kernel_images import KernelImage, build_image
from zkos.host.machine.machine import require_end
from zkos.host.words import format_words, parse_words

TRANSFER = EXAMPLES / "transfer.json"
# The official program's value for this block: oracle.md, 8.
PUBLIC_INPUT = "0xdebd3d571b5586baa3e0dca02ccd71d38eb7480cf495d5f1dab400a0a15177bb"
# First word of the sender's account hash, 140322c3...: the value of a storage slot.
SLOT_VALUE = int.from_bytes(bytes.fromhex("140322c3"), "little")


@pytest.fixture(scope="module")
def image():
    return build_image(KernelImage(True, Flavour.PRODUCTION, on_machine=True)).path


@pytest.fixture(scope="module")
def words(tmp_path_factory):
    path = tmp_path_factory.mktemp("words") / "words.txt"
    assert zkos("prove-input", TRANSFER, "-o", path).status == 0
    return path


def test_the_image_proves_the_block_from_its_words_alone(image, words):
    outcome = zkos("machine", "run", image, "--input", words, "--json")
    assert outcome.status == 0, outcome.stderr
    result = outcome.json
    assert set(result) == {"registers", "public_input", "cycles", "delegations", "words_read"}
    assert result["public_input"] == PUBLIC_INPUT
    assert result["words_read"] == len(parse_words(words.read_text()))
    registers = result["registers"]
    assert list(registers) == [f"x{number}" for number in range(10, 26)]
    given = b"".join(registers[f"x{number}"].to_bytes(4, "little") for number in range(10, 18))
    assert "0x" + given.hex() == PUBLIC_INPUT
    assert [registers[f"x{number}"] for number in range(18, 26)] == [0] * 8


def test_the_image_proves_the_block_from_a_live_oracle(image, words):
    outcome = zkos("machine", "run", image, "--oracle", TRANSFER, "--json")
    assert outcome.status == 0, outcome.stderr
    assert outcome.json["public_input"] == PUBLIC_INPUT
    assert outcome.json["words_read"] == len(parse_words(words.read_text()))


def test_a_live_oracle_moves_on_between_the_blocks_of_a_batch(image, tmp_path):
    document = json.loads(TRANSFER.read_text())
    first = {name: document[name] for name in ("block", "pre", "transactions")}
    batch = tmp_path / "batch.json"
    batch.write_text(json.dumps({"blocks": [first, {"block": {"timestamp": "0x2b"}}]}))
    expected = zkos("run", batch, "--json").json["public_input"]
    outcome = zkos("machine", "run", image, "--oracle", batch, "--json")
    assert outcome.status == 0, outcome.stderr
    assert outcome.json["public_input"] == expected


@pytest.mark.parametrize("left", [0, 1, 2000, -1])
def test_a_truncated_stream_is_bad_input(image, words, tmp_path, left):
    path = tmp_path / "cut.txt"
    path.write_text(format_words(parse_words(words.read_text())[:left]))
    outcome = zkos("machine", "run", image, "--input", path)
    assert (outcome.status, outcome.stdout) == (2, "")
    assert len(outcome.stderr.strip().splitlines()) == 1
    assert outcome.stderr.startswith("zkos: truncated words: the oracle has no more words to read")


def test_a_forged_slot_value_ends_without_a_public_input(image, words, tmp_path):
    numbers = parse_words(words.read_text())
    numbers[numbers.index(SLOT_VALUE)] ^= 1
    path = tmp_path / "forged.txt"
    path.write_text(format_words(numbers))
    outcome = zkos("machine", "run", image, "--input", path)
    assert (outcome.status, outcome.stdout) == (1, "")
    assert len(outcome.stderr.strip().splitlines()) == 1
    assert "the program aborted" in outcome.stderr


def test_people_get_registers_and_counts(image, words):
    outcome = zkos("machine", "run", image, "--input", words)
    assert outcome.status == 0
    assert PUBLIC_INPUT in outcome.stdout
    assert "words read" in outcome.stdout


def test_the_image_ends_as_the_prover_expects(image):
    data = image.read_bytes()
    assert len(data) % 4 == 0
    assert len(data) <= 2**21
    # Sixteen `lw x(10+i), 4i(x26)` and a jump to itself, as the prover's tools look for it.
    loads = [0x000D2503 + i * 0x00400080 for i in range(16)]
    sequence = b"".join(word.to_bytes(4, "little") for word in [*loads, 0x0000006F])
    assert len(sequence) == 4 * 17
    assert data.count(sequence) == 1
    assert require_end(data) == data.index(sequence) + 4 * 16


def test_a_profile_names_functions_from_the_elf(image, words, tmp_path):
    built = build_image(KernelImage(True, Flavour.PRODUCTION, on_machine=True))
    path = tmp_path / "profile.json"
    arguments = ("machine", "run", image, "--input", words, "--json", "--profile", path)
    outcome = zkos(*arguments, "--elf", built.elf_path)
    assert outcome.status == 0, outcome.stderr
    profile = json.loads(path.read_text())
    assert profile["total"]["instructions"] == outcome.json["cycles"]
    assert profile["stages"]["signature"]["instructions"] > 0
    assert profile["lines"][0]["file"].startswith("zkos/kernel/")
    assert zkos(*arguments).status == 0
    profile = json.loads(path.read_text())
    assert profile["total"]["instructions"] == outcome.json["cycles"]
    assert profile["functions"][0]["name"].startswith("0x")
    assert (profile["stages"], profile["lines"]) == ({}, [])


def test_an_elf_that_is_none_is_bad_input(image, words, tmp_path):
    arguments = ("machine", "run", image, "--input", words, "--elf", image)
    outcome = zkos(*arguments, "--profile", tmp_path / "p.svg")
    assert outcome.status == 2
    assert "expected an ELF file" in outcome.stderr
    assert zkos(*arguments).status == 2
