"""Code and inputs of the golden batches, each with its assembly."""

import hashlib

from cryptography.hazmat.primitives.asymmetric import ec

ODD = "7f" + "f123456789abcdef" * 4
PRIME = "7f30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001"
HALF = "7f" + "00" * 16 + "fedcba9876543210" * 2
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551

# SSTORE(0, 1); MSTORE(0, 42); REVERT(0, 32)
STORES_AND_REVERTS = bytes.fromhex("60015f55602a5f5260205ffd")
# :0 JUMP(0)
RUNS_OUT_OF_GAS = bytes.fromhex("5b5f56")
# CALL(gas, 0x101, 0); SSTORE(0, 1); REVERT(0, 0)
CALLS_AND_REVERTS = bytes.fromhex("5f5f5f5f5f6101015af15060015f555f5ffd")
# SSTORE(0, SLOAD(0) + 1); SSTORE(CALLDATALOAD(0), CALLER); STOP
COUNTS = bytes.fromhex("5f546001015f55335f355500")
# Initcode: CREATE and CREATE2 of a contract of 16 zero bytes; RETURN(0, 16)
FACTORY = bytes.fromhex("6360105ff35f526004601c5ff05060076004601c5ff55060105ff3")
# RETURN(CALLDATALOAD(0) + 1)
ADDS_ONE = bytes.fromhex("5f356001015f5260205ff3")
# CALL(gas, 0x202, 0, in 0..32, out 0..32), then as above
CALLS_ON = bytes.fromhex("60205f60205f5f6102025af150") + ADDS_ONE
# CALLDATACOPY(0, 0, size); KECCAK256(0, size); STOP
HASHES_CALLDATA = bytes.fromhex("365f5f37365f205000")

KECCAK_OF_256_BYTES = "6101005f205f52"  # MSTORE(0, KECCAK256(0, 256))
KECCAK_OF_64_BYTES = "805f5260405f2050"  # MSTORE(0, n); KECCAK256(0, 64)
WRITES_AND_READS = "808055806103e8015450"  # SSTORE(n, n); SLOAD(n + 1000)
ADDITION = "80800150"  # n + n
MEMORY = "6104006101236108005e80816103e016526108005150"
"""MCOPY(0x800, 0x123, 0x400); MSTORE(n & 0x3e0, n); MLOAD(0x800)"""
CALL = "60205f60205f5f6102015af150"  # CALL(gas, 0x201, 0, in 0..32, out 0..32)

_WITH_SECOND = ("02", "04", "05", "06", "07", "03", "10", "12", "16", "18")
ARITHMETIC = (
    "80" + ODD + "02"  # v = n * ODD
    + "".join(f"{number}81{op}50" for op in _WITH_SECOND for number in (PRIME, HALF))
    + "".join(f"{PRIME}8182{op}50" for op in ("08", "09"))  # ADDMOD, MULMOD
    + "".join(f"80601f{op}50" for op in ("1a", "1b", "1c", "1d", "0b"))
    + "6010810a50" + "50"  # v ** 16; drop v
)  # fmt: skip
"""v = n * ODD, then v with each of two numbers under every binary operation."""


def loop(rounds: int, body: str) -> bytes:
    """Give a contract that runs a body so often; n, the rounds left, is on the stack."""
    start = bytes.fromhex(f"61{rounds:04x}5b")
    return start + bytes.fromhex(body) + bytes.fromhex("6001900380600357" + "00")


def filler(size: int) -> bytes:
    """Give bytes without a pattern, the first one 0: as code it stops at once."""
    return bytes((place * place * 7 + place // 8) % 251 for place in range(size))


def blake2s(data: bytes) -> bytes:
    """Hash."""
    return hashlib.blake2s(data).digest()


def p256_input(number: int) -> bytes:
    """Sign a digest with fixed keys; every fourth signature is wrong."""
    secret, nonce = 0xABCDE + number, 0x1234567 + number
    point = ec.derive_private_key(nonce, ec.SECP256R1()).public_key().public_numbers()
    key = ec.derive_private_key(secret, ec.SECP256R1()).public_key().public_numbers()
    digest = int.from_bytes(hashlib.sha256(bytes([number])).digest(), "big")
    r = point.x % P256_ORDER
    s = pow(nonce, -1, P256_ORDER) * (digest + r * secret) % P256_ORDER
    parts = (digest + (number % 4 == 3), r, s, key.x, key.y)
    return b"".join(part.to_bytes(32, "big") for part in parts)
