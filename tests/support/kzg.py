"""KZG openings made with ckzg."""

import ckzg

from zkos.host.blobs import encode_blob, trusted_setup


def opening_of(data: bytes, point: int) -> tuple[bytes, int, bytes]:
    """Give a blob's commitment, the value of its polynomial at a point, and the proof."""
    blob, setup = encode_blob(data), trusted_setup()
    proof, value = ckzg.compute_kzg_proof(blob, point.to_bytes(32, "big"), setup)
    return ckzg.blob_to_kzg_commitment(blob, setup), int.from_bytes(value, "big"), proof


def verifies(commitment: bytes, point: int, value: int, proof: bytes) -> bool:
    """Say whether ckzg accepts an opening; malformed points and numbers are refused."""
    try:
        numbers = point.to_bytes(32, "big"), value.to_bytes(32, "big")
        return bool(ckzg.verify_kzg_proof(commitment, *numbers, proof, trusted_setup()))
    except (RuntimeError, ValueError):
        return False
