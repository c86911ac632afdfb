"""Addresses of new contracts.

Source:  Ethereum yellow paper, equation 89 (CREATE); EIP-1014 (CREATE2);
         zksync-os@v0.2.5 evm_interpreter/src/utils.rs.
Units:   none.
Charges: nothing; CREATE2 charges the hash of its initcode in opcodes/system.py.
Errors:  none.
"""

from zkos.kernel.crypto.keccak256 import keccak256
from zkos.lang import (
    Array,
    function,
    leading_zeros,
    local,
    range,
    store_be,
    u8,
    u32,
    u64,
    u160,
    u256,
)

_ADDRESS_BYTES = 20


@function
def create_address(deployer: u160, nonce: u64) -> u160:
    """Derive the address of CREATE: keccak256 of the RLP list (deployer, nonce)."""
    encoded = local(Array[u8, 31])
    nonce_bytes = (u32(64) - leading_zeros(nonce) + 7) >> 3
    encoded[1] = 0x80 + _ADDRESS_BYTES
    store_be(encoded[:], 2, deployer)
    end = u32(2 + _ADDRESS_BYTES)
    if nonce < 0x80:
        # a byte below 0x80 stands for itself, zero is the empty string
        encoded[end] = u8(nonce) if nonce != 0 else u8(0x80)
        end += 1
    else:
        encoded[end] = u8(0x80 + nonce_bytes)
        for i in range(nonce_bytes):
            encoded[end + 1 + i] = u8(nonce >> (8 * (nonce_bytes - 1 - i)))
        end += 1 + nonce_bytes
    encoded[0] = u8(0xC0 + end - 1)
    return u160(keccak256(encoded[:end]))


@function
def create2_address(deployer: u160, salt: u256, initcode_hash: u256) -> u160:
    """Derive the address of CREATE2: keccak256 of 0xff, deployer, salt, hash of the initcode."""
    encoded = local(Array[u8, 85])
    encoded[0] = 0xFF
    store_be(encoded[:], 1, deployer)
    store_be(encoded[:], 21, salt)
    store_be(encoded[:], 53, initcode_hash)
    return u160(keccak256(encoded[:]))
