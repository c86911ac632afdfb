"""Pubdata in a transaction's accounts: what a number of bytes costs.

Source:  resources.md 2.2, 2.5 and 2.7; zksync-os@v0.2.5 gas_helpers.rs.
Units:   native; bytes.
Errors:  ARITHMETIC_OVERFLOW for a product of 2^64 or more stops the run.
"""

from zkos.kernel.bootloader.transaction.gas import Budget
from zkos.kernel.errors import ARITHMETIC_OVERFLOW, OK
from zkos.lang import Status, function, u64, u128


@function
def pubdata_native(budget: Budget, count_bytes: u64) -> tuple[Status, u64]:
    """Price so many bytes of pubdata."""
    product = u128(budget.native_per_pubdata) * u128(count_bytes)
    if product >> 64 != 0:
        return ARITHMETIC_OVERFLOW, 0
    return OK, u64(product)
