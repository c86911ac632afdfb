"""What the operator of a node chooses.

Units:   wei, gas, bytes; seconds.
"""

from dataclasses import dataclass

GAS_LIMIT = 100_000_000
CALL_GAS = 50_000_000
BASE_FEE, NATIVE_PRICE = 1000, 10
"""As 100 to 1, so that a transaction has 100 native for each gas, as simulations do."""


@dataclass(frozen=True)
class BlockSettings:
    """What blocks are sealed with."""

    gas_limit: int = GAS_LIMIT
    pubdata_limit: int = 2**64 - 1
    base_fee: int = BASE_FEE
    native_price: int = NATIVE_PRICE
    pubdata_price: int = 0
    coinbase: int = 0


@dataclass(frozen=True)
class NodeSettings:
    """How a node does its work."""

    block: BlockSettings = BlockSettings()
    seals_at_once: bool = True
    """Whether a transaction gets its block at once; otherwise whoever asks for it seals."""
    call_gas: int = CALL_GAS
    """The most gas of a call that nobody pays for."""
