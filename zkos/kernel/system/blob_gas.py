"""The price of blob gas; the ethereum flavour only.

Source:  EIP-4844, "fake_exponential" and parameters of Cancun.
Units:   wei per blob gas.
Errors:  none.
"""

from zkos.lang import function, u64, u256

MIN_BLOB_BASE_FEE = 1
UPDATE_FRACTION = 3338477


@function
def blob_base_fee(excess_blob_gas: u64) -> u256:
    """Give e to the power of excess / UPDATE_FRACTION, by its Taylor series in integers.

    Excess blob gas has at most EXCESS_BLOB_GAS_BITS, so that no term overflows.
    """
    term = u256(MIN_BLOB_BASE_FEE * UPDATE_FRACTION)
    total = u256(0)
    i = u256(1)
    while term > 0:
        total += term
        term = term * u256(excess_blob_gas) // (u256(UPDATE_FRACTION) * i)
        i += 1
    return total // UPDATE_FRACTION
