"""Prices of storage and account access, for each kind of payer.

What the system must know about an execution environment stands here, so that no import points up.

Source:  zksync-os@v0.2.5 basic_system/src/system_implementation/system/mod.rs,
         flat_storage_model/{storage_cache,account_cache,preimage_cache}.rs; resources reference,
         3.2, 3.3, 3.7 and 4.
Units:   GAS in gas, NATIVE in native units.
Errors:  none.
"""

from zkos.interface.addresses import LAST_WARM_PRECOMPILE
from zkos.lang import function, u8, u64, u160

PAYER_NO_EE = 0  # ergs-free: only native is charged
PAYER_EVM = 1  # an EVM frame, or a bootloader step on behalf of an EVM account
PAYER_ACCESS_LIST = 2  # the bootloader warming an access list
PAYER_SELFDESTRUCT = 3  # access of the beneficiary

WARM_ACCESS_NATIVE = 4000  # warm storage or account access; also transient storage
COLD_EXISTING_READ_NATIVE = 121120
COLD_NEW_READ_NATIVE = 242240
EXISTING_WRITE_NATIVE = 50560
NEW_WRITE_NATIVE = 120800
ACCOUNT_UPDATE_NATIVE = 1000
ACCOUNT_DATA_HASH_NATIVE = 1980  # blake2s of 124 bytes (1480) and its handling (500)
PREIMAGE_READ_NATIVE = 500
PREIMAGE_WRITE_NATIVE = 500
BLAKE2S_BASE_NATIVE = 800
BLAKE2S_ROUND_NATIVE = 340  # per 64 bytes
KECCAK256_BASE_NATIVE = 2500
KECCAK256_ROUND_NATIVE = 17500  # per 136 bytes, at least one
JUMP_MAP_BYTE_NATIVE = 6
KECCAK256_GAS = 30
KECCAK256_WORD_GAS = 6
EVENT_BASE_NATIVE = 6000
EVENT_TOPIC_NATIVE = 200
EVENT_BYTE_NATIVE = 2

WARM_SLOT_GAS = 100
COLD_SLOT_GAS = 2000  # on top of the warm price
COLD_SLOT_WRITE_GAS = 100
SLOT_SET_GAS = 19900
SLOT_RESET_GAS = 2800
TRANSIENT_GAS = 100
ACCESS_LIST_SLOT_GAS = 1900
WARM_ACCOUNT_GAS = 100
COLD_ACCOUNT_GAS = 2500
SELFDESTRUCT_COLD_ACCOUNT_GAS = 2600
ACCESS_LIST_ACCOUNT_GAS = 2400
CLEAR_REFUND_GAS = 4800
RESTORE_ZERO_REFUND_GAS = 19900
RESTORE_REFUND_GAS = 2800
NEW_ACCOUNT_GAS = 25000
EVENT_GAS = 375
EVENT_TOPIC_GAS = 375
EVENT_BYTE_GAS = 8


@function(inline=True)
def slot_access_gas(payer: u8) -> u64:
    """Give the gas of any access of a slot."""
    if payer == PAYER_EVM:
        return u64(WARM_SLOT_GAS)
    return u64(ACCESS_LIST_SLOT_GAS) if payer == PAYER_ACCESS_LIST else u64(0)


@function(inline=True)
def cold_slot_gas(payer: u8) -> u64:
    """Give what the first access of a slot in the transaction costs on top."""
    return u64(COLD_SLOT_GAS) if payer == PAYER_EVM else u64(0)


@function(inline=True)
def account_access_gas(payer: u8) -> u64:
    """Give the gas of any access of an account."""
    if payer == PAYER_EVM:
        return u64(WARM_ACCOUNT_GAS)
    return u64(ACCESS_LIST_ACCOUNT_GAS) if payer == PAYER_ACCESS_LIST else u64(0)


@function(inline=True)
def cold_account_gas(payer: u8, address: u160) -> u64:
    """Give what the first access of an account in the transaction costs on top."""
    if address != 0 and address <= LAST_WARM_PRECOMPILE:
        return u64(0)
    if payer == PAYER_EVM:
        return u64(COLD_ACCOUNT_GAS)
    return u64(SELFDESTRUCT_COLD_ACCOUNT_GAS) if payer == PAYER_SELFDESTRUCT else u64(0)


@function(inline=True)
def blake2s_native(length: u64) -> u64:
    """Give the native of a blake2s hash of so many bytes."""
    return (length + 63) // 64 * BLAKE2S_ROUND_NATIVE + BLAKE2S_BASE_NATIVE


@function(inline=True)
def keccak256_native(length: u64) -> u64:
    """Give the native of a keccak256 hash of so many bytes: K(length)."""
    rounds = (length + 135) // 136
    if rounds == 0:
        rounds = u64(1)
    return rounds * KECCAK256_ROUND_NATIVE + KECCAK256_BASE_NATIVE


@function(inline=True)
def code_fetch_native(stored_length: u64) -> u64:
    """Give the native of fetching stored code, cached or not: Code(n)."""
    return blake2s_native(stored_length) + PREIMAGE_READ_NATIVE
