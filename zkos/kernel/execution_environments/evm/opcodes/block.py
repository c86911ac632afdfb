"""Opcodes about the block.

Source:  Ethereum yellow paper, appendix H.2, 40s; EIP-1344 (CHAINID), EIP-3198 (BASEFEE),
         EIP-4399 (PREVRANDAO), EIP-4844 (BLOBHASH), EIP-7516 (BLOBBASEFEE);
         zksync-os@v0.2.5 evm_interpreter/src/instructions/environment.rs.
Units:   gas, native; prices in wei.
Modes:   the production flavour has PREVRANDAO and BLOBBASEFEE 1 and BLOBHASH 0; the ethereum
         flavour the real ones.
Charges: the rows.
Errors:  those of a step (rows.py).
"""

from zkos.interface.block_metadata import BLOCK_HASHES
from zkos.kernel.execution_environments.evm.frame import EvmFrame
from zkos.kernel.execution_environments.evm.rows import producer, queried
from zkos.kernel.modes import ETHEREUM
from zkos.kernel.system.blob_gas import blob_base_fee
from zkos.lang import function, u32, u64, u256


@function(inline=False)
def find_block_hash(frame: EvmFrame, number: u256) -> u256:
    """Give the hash of one of the last 256 blocks, 0 for any other."""
    current = frame.system.metadata.number
    if number >= u256(current):
        return 0
    age = current - u64(number)
    if age > BLOCK_HASHES:
        return 0
    return frame.system.metadata.block_hashes[u32(BLOCK_HASHES - age)]


@queried(0x40, "BLOCKHASH", gas=20, native=60)
def op_blockhash(frame: EvmFrame, number: u256) -> u256:
    """Replace a block number by the block's hash."""
    return find_block_hash(frame, number)


@producer(0x41, "COINBASE", gas=2, native=60)
def op_coinbase(frame: EvmFrame) -> u256:
    """Push who collects the fees."""
    return u256(frame.system.metadata.coinbase)


@producer(0x42, "TIMESTAMP", gas=2, native=60)
def op_timestamp(frame: EvmFrame) -> u256:
    """Push the time of the block."""
    return u256(frame.system.metadata.timestamp)


@producer(0x43, "NUMBER", gas=2, native=60)
def op_number(frame: EvmFrame) -> u256:
    """Push the number of the block."""
    return u256(frame.system.metadata.number)


@producer(0x44, "PREVRANDAO", gas=2, native=40)
def op_prevrandao(frame: EvmFrame) -> u256:
    """Push the randomness of the block."""
    if ETHEREUM:
        return frame.system.metadata.mix_hash
    return 1


@producer(0x45, "GASLIMIT", gas=2, native=60)
def op_gaslimit(frame: EvmFrame) -> u256:
    """Push the gas limit of the block."""
    return u256(frame.system.metadata.gas_limit)


@producer(0x46, "CHAINID", gas=2, native=60)
def op_chainid(frame: EvmFrame) -> u256:
    """Push the chain's id."""
    return u256(frame.system.metadata.chain_id)


@producer(0x48, "BASEFEE", gas=2, native=60)
def op_basefee(frame: EvmFrame) -> u256:
    """Push the base fee of the block."""
    return frame.system.metadata.base_fee


@function(inline=False)
def find_blob_hash(frame: EvmFrame, index: u256) -> u256:
    """Give one of the transaction's versioned blob hashes, 0 beyond them."""
    if index >= u256(frame.system.blob_hashes.length):
        return 0
    return frame.system.blob_hashes[u32(index)]


@queried(0x49, "BLOBHASH", gas=3, native=40)
def op_blobhash(frame: EvmFrame, index: u256) -> u256:
    """Replace an index by the blob hash of the transaction there."""
    if ETHEREUM:
        return find_blob_hash(frame, index)
    return 0


@producer(0x4A, "BLOBBASEFEE", gas=2, native=40)
def op_blobbasefee(frame: EvmFrame) -> u256:
    """Push the price of blob gas in the block."""
    if ETHEREUM:
        return blob_base_fee(frame.system.ethereum.excess_blob_gas)
    return 1
