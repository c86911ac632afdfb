"""Input of precompiles as if zeros without end followed it.

Source:  transactions.md 10.1.
Errors:  none.
"""

from zkos.lang import Slice, copy, function, u8, u32, u64


@function
def read_padded(target: Slice[u8], data: Slice[u8], offset: u64):
    """Fill ``target``, which is zero, with the input from an offset on."""
    if offset >= u64(data.length):
        return
    start = u32(offset)
    length = data.length - start
    if length > target.length:
        length = target.length
    copy(target[:length], data[start : start + length])
