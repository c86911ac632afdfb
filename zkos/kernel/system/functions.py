"""System functions: hashes and signatures, charged before they are computed.

Ergs are charged where gas applies (``charges_gas``); native always.

Source:  zksync-os@v0.2.5 basic_system/src/cost_constants.rs, system_functions/; resources
         reference, 3.5.
Units:   gas, native.
Charges: as the table of each function says, before the work.
Errors:  OUT_OF_ERGS, OUT_OF_NATIVE.
"""

from zkos.interface.cost_events import HASHING
from zkos.kernel.crypto.keccak256 import keccak256
from zkos.kernel.errors import OK
from zkos.kernel.oracle.cost_report import charge_for
from zkos.kernel.resources import Resources
from zkos.kernel.system.io.access_costs import KECCAK256_GAS, KECCAK256_WORD_GAS, keccak256_native
from zkos.lang import Slice, Status, check, function, u8, u64, u256

ECRECOVER_NATIVE = 522000
ECRECOVER_GAS = 3000
SHA256_GAS = 60
SHA256_WORD_GAS = 12
RIPEMD160_GAS = 600
RIPEMD160_WORD_GAS = 120
MERKLE_DAMGARD_BASE_NATIVE = 1600  # sha256 and ripemd160
MERKLE_DAMGARD_ROUND_NATIVE = 4200
IDENTITY_GAS = 15
IDENTITY_WORD_GAS = 3
IDENTITY_BASE_NATIVE = 20
IDENTITY_BYTE_NATIVE = 10


@function(inline=True)
def words_of(length: u64) -> u64:
    """Give the number of 32-byte words, rounded up."""
    return (length + 31) // 32


@function
def keccak256_charged(
    resources: Resources, data: Slice[u8], charges_gas: bool
) -> tuple[Status, u256]:
    """Hash with keccak256: K(length) native; 30 gas and 6 a word."""
    length = u64(data.length)
    gas = words_of(length) * KECCAK256_WORD_GAS + KECCAK256_GAS
    gas = gas if charges_gas else u64(0)
    check(charge_for(HASHING, resources, gas, keccak256_native(length)))
    return OK, keccak256(data)


@function
def charge_sha256(resources: Resources, length: u64) -> Status:
    """Charge sha256 of so many bytes."""
    gas = words_of(length) * SHA256_WORD_GAS + SHA256_GAS
    return resources.charge_gas(gas, merkle_damgard_native(length))


@function
def charge_ripemd160(resources: Resources, length: u64) -> Status:
    """Charge ripemd160 of so many bytes."""
    gas = words_of(length) * RIPEMD160_WORD_GAS + RIPEMD160_GAS
    return resources.charge_gas(gas, merkle_damgard_native(length))


@function
def charge_identity(resources: Resources, length: u64) -> Status:
    """Charge the identity precompile for so many bytes."""
    gas = words_of(length) * IDENTITY_WORD_GAS + IDENTITY_GAS
    return resources.charge_gas(gas, length * IDENTITY_BYTE_NATIVE + IDENTITY_BASE_NATIVE)


@function
def charge_ecrecover(resources: Resources, charges_gas: bool) -> Status:
    """Charge the recovery of a signer."""
    gas = u64(ECRECOVER_GAS) if charges_gas else u64(0)
    return resources.charge_gas(gas, u64(ECRECOVER_NATIVE))


@function
def merkle_damgard_native(length: u64) -> u64:
    """Give the native of sha256 or ripemd160: the length field may need a block of its own."""
    rounds = length // 64 + (u64(1) if length % 64 <= 55 else u64(2))
    return rounds * MERKLE_DAMGARD_ROUND_NATIVE + MERKLE_DAMGARD_BASE_NATIVE
