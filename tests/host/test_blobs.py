"""Blobs on the host: the pinned trusted setup, encoding, and what is refused."""

import hashlib
from importlib import metadata
from pathlib import Path
from typing import Any

import ckzg
import pytest
from py_ecc.bls.point_compression import decompress_G2
from py_ecc.optimized_bls12_381 import normalize

from zkos.host import blobs
from zkos.host.errors import BlobError
from zkos.host.hashing import keccak256
from zkos.interface.blobs import DATA_BYTES, MAXIMUM_BLOBS
from zkos.kernel.crypto.bls12_381 import fixed_lines


def test_the_kernels_point_of_the_second_group_is_that_of_the_trusted_setup() -> None:
    words = blobs.trusted_setup_path().read_text().split()
    first_of_second_group = 2 + int(words[0])
    encoded = bytes.fromhex(words[first_of_second_group + 1])
    halves = int.from_bytes(encoded[:48], "big"), int.from_bytes(encoded[48:], "big")
    x, y = normalize(decompress_G2(halves))
    assert (x.coeffs, y.coeffs) == fixed_lines.TAU


def test_another_trusted_setup_is_refused(tmp_path: Path, monkeypatch: Any) -> None:
    altered = tmp_path / blobs.SETUP_FILE
    altered.parent.mkdir(parents=True)
    altered.write_bytes(blobs.trusted_setup_path().read_bytes() + b"\n")

    class Distribution:
        def locate_file(self, path: str) -> Path:
            return tmp_path / path

    monkeypatch.setattr(metadata, "distribution", lambda name: Distribution())
    digest = hashlib.sha256(altered.read_bytes()).hexdigest()
    with pytest.raises(BlobError, match=f"expected SHA-256 d39b9f2d.*, got {digest}"):
        blobs.trusted_setup_path()


def test_a_missing_package_is_named_with_what_installs_it(monkeypatch: Any) -> None:
    monkeypatch.setattr(blobs, "SETUP_PACKAGE", "zkos-no-such-package")
    with pytest.raises(BlobError, match=r"zkos\[blobs\].*zkos-no-such-package.*missing"):
        blobs.trusted_setup_path()
    monkeypatch.setattr(blobs, "ckzg", None)
    with pytest.raises(BlobError, match=r"zkos\[blobs\].*ckzg is missing"):
        blobs.trusted_setup.__wrapped__()


@pytest.mark.parametrize("length", [0, 1, DATA_BYTES - 31, DATA_BYTES - 30, 3 * DATA_BYTES])
def test_pubdata_comes_back_out_of_its_blobs(length: int) -> None:
    pubdata = bytes(at % 251 for at in range(length))
    encoded = [blobs.encode_blob(data) for data in blobs.data_of_blobs(pubdata)]
    assert all(len(blob) == 131_072 for blob in encoded)
    elements = [blob[at : at + 32] for blob in encoded for at in range(0, len(blob), 32)]
    assert all(element[0] == 0 for element in elements)
    data = b"".join(element[1:] for element in elements)
    assert int.from_bytes(data[:8], "big") == length
    assert data[31 : 31 + length] == pubdata
    assert not any(data[8:31]) and not any(data[31 + length :])


def test_more_blobs_than_a_batch_has_are_refused() -> None:
    most = MAXIMUM_BLOBS * DATA_BYTES - 31
    assert len(blobs.data_of_blobs(bytes(most))) == MAXIMUM_BLOBS
    with pytest.raises(BlobError, match=f"at most 9 blobs, got {most + 1} bytes for 10"):
        blobs.data_of_blobs(bytes(most + 1))


def test_openings_verify_and_make_the_commitment() -> None:
    pubdata = bytes(range(250)) * 600
    hashes = b""
    for data in blobs.data_of_blobs(pubdata):
        opening = blobs.open_blob(data)
        found = blobs.versioned_hash(opening.commitment)
        point = hashlib.blake2s(found + data).digest()[16:].rjust(32, b"\0")
        setup = blobs.trusted_setup()
        _, value = ckzg.compute_kzg_proof(blobs.encode_blob(data), point, setup)
        assert ckzg.verify_kzg_proof(opening.commitment, point, value, opening.proof, setup)
        hashes += found
    assert len(hashes) == 64
    assert blobs.blobs_commitment(pubdata) == keccak256(hashes)
