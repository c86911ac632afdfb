"""Block metadata: the context that the operator gives to a block.

Field order is the order on the oracle, which differs from the reference's struct.

Source:  zksync-os@v0.2.5 zk_ee/src/system/metadata/zk_metadata.rs.
Units:   prices in wei per gas, per native unit, per pubdata byte; timestamp in seconds.
Errors:  none; conditions on the values are checked by the bootloader.
"""

from zkos.interface.wire import layout_of
from zkos.lang import Array, struct, u64, u160, u256

BLOCK_HASHES = 256
EXCESS_BLOB_GAS_BITS = 28
"""The ethereum flavour takes no more: at 2^28 blob gas costs 8 * 10^34 wei, more ether than there
is, and from about 2^28.9 on the series that gives its price overflows 256 bits and never ends."""


@struct
class BlockMetadata:
    """What the oracle says about the block."""

    base_fee: u256
    pubdata_price: u256
    native_price: u256
    number: u64
    timestamp: u64
    chain_id: u64
    gas_limit: u64
    pubdata_limit: u64
    coinbase: u160
    block_hashes: Array[u256, BLOCK_HASHES]  # entry 255 is the parent, oldest first
    mix_hash: u256


BLOCK_METADATA = layout_of(BlockMetadata)


@struct
class EthereumBlockMetadata:
    """What the ethereum flavour needs besides (advice of our own, never asked in production)."""

    excess_blob_gas: u64
    parent_beacon_block_root: u256


ETHEREUM_BLOCK_METADATA = layout_of(EthereumBlockMetadata, bytes32=("parent_beacon_block_root",))
