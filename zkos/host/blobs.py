"""Pubdata as blobs: their KZG commitments, the proofs that the kernel wants, the DA commitment.

Formulas (‖ joins bytes):
  versioned hash   01 ‖ sha256(commitment)[1:]
  point            blake2s(versioned hash ‖ data of the blob), its last 16 bytes as a number
  DA commitment    keccak(versioned hashes)

The trusted setup comes with the package eth-account, which isn't imported; its hash is pinned, so
that it does not matter who made the package. ckzg takes about two seconds to load it, once.

Source:  EIP-4844; interface/blobs.py; state reference, 5.5; ethereum/c-kzg-4844
         src/trusted_setup.txt, the outcome of the ceremony of 2023.
Errors:  BlobError for more pubdata than a batch can have, and when a package is missing or the
         trusted setup is another one.
"""

import hashlib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import metadata
from pathlib import Path
from typing import Any

from zkos.host.errors import BlobError
from zkos.host.hashing import blake2s256, keccak256
from zkos.interface.blobs import (
    DATA_BYTES,
    ELEMENT_BYTES,
    ELEMENTS,
    HEAD_BYTES,
    LENGTH_BYTES,
    MAXIMUM_BLOBS,
    VERSION,
)

try:
    import ckzg
except ImportError:
    ckzg = None

SETUP_PACKAGE = "eth-account"
SETUP_FILE = "eth_account/typed_transactions/blob_transactions/kzg_trusted_setup.txt"
SETUP_SHA256 = "d39b9f2d047cc9dca2de58f264b6a09448ccd34db967881a6713eacacf0f26b7"
NO_PRECOMPUTATION = 0
POINT_BYTES = 16
_HINT = "blobs (DA commitment scheme 4) need the packages of pip install 'zkos[blobs]'"


@dataclass(frozen=True)
class BlobOpening:
    """What the oracle says about a blob."""

    commitment: bytes
    proof: bytes


def trusted_setup_path() -> Path:
    """Find Ethereum's trusted setup and check its hash."""
    try:
        path = Path(str(metadata.distribution(SETUP_PACKAGE).locate_file(SETUP_FILE)))
        content = path.read_bytes()
    except (metadata.PackageNotFoundError, OSError) as error:
        raise BlobError(f"{_HINT}: {SETUP_PACKAGE} with the trusted setup is missing") from error
    found = hashlib.sha256(content).hexdigest()
    if found != SETUP_SHA256:
        raise BlobError(f"{path}: expected SHA-256 {SETUP_SHA256}, got {found}")
    return path


@cache
def trusted_setup() -> Any:
    """Give Ethereum's trusted setup, loaded."""
    if ckzg is None:
        raise BlobError(f"{_HINT}: ckzg is missing")
    return ckzg.load_trusted_setup(str(trusted_setup_path()), NO_PRECOMPUTATION)


def data_of_blobs(pubdata: bytes) -> list[bytes]:
    """Give the data of each blob of a batch."""
    head = len(pubdata).to_bytes(LENGTH_BYTES, "big").ljust(HEAD_BYTES, b"\0")
    data = head + pubdata
    blobs = [data[at : at + DATA_BYTES] for at in range(0, len(data), DATA_BYTES)]
    if len(blobs) > MAXIMUM_BLOBS:
        raise BlobError(
            f"expected pubdata for at most {MAXIMUM_BLOBS} blobs, "
            f"got {len(pubdata)} bytes for {len(blobs)}"
        )
    return blobs


def encode_blob(data: bytes) -> bytes:
    """Give the blob that holds data."""
    elements = (data[at : at + ELEMENT_BYTES] for at in range(0, len(data), ELEMENT_BYTES))
    blob = b"".join(b"\0" + element.ljust(ELEMENT_BYTES, b"\0") for element in elements)
    return blob.ljust(ELEMENTS * (ELEMENT_BYTES + 1), b"\0")


@lru_cache(maxsize=MAXIMUM_BLOBS)
def commit(data: bytes) -> bytes:
    """Give the KZG commitment of a blob."""
    setup = trusted_setup()
    return bytes(ckzg.blob_to_kzg_commitment(encode_blob(data), setup))


def versioned_hash(commitment: bytes) -> bytes:
    """Give the hash by which a blob is known."""
    return bytes([VERSION]) + hashlib.sha256(commitment).digest()[1:]


def open_blob(data: bytes) -> BlobOpening:
    """Give a blob's commitment, and the proof of its value at the kernel's point."""
    commitment = commit(data)
    point = blake2s256(versioned_hash(commitment) + data)[-POINT_BYTES:]
    proof, _ = ckzg.compute_kzg_proof(encode_blob(data), point.rjust(32, b"\0"), trusted_setup())
    return BlobOpening(commitment, bytes(proof))


def blobs_commitment(pubdata: bytes) -> bytes:
    """Give the DA commitment of a batch."""
    hashes = (versioned_hash(commit(data)) for data in data_of_blobs(pubdata))
    return keccak256(b"".join(hashes))
