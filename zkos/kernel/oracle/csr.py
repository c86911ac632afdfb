"""Oracle transport of the bare machine: CSR 0x7c0, one word at a time.

A query is: write id, write number of parameter words, write them; read the answer's length, then
the answer.

Source:  oracle reference, 1; zksync-os@v0.2.5 zk_ee/src/oracle/ and
         proof_running_system/src/io_oracle/.
Units:   words.
Errors:  none.
"""

import builtins

from zkos.interface.services import RESULT_QUERY_ID
from zkos.lang import Slice, csr_read, csr_write, function, range, u32, unroll

_WORDS_PER_TURN = 8


@function(inline=True)
def read_words(target: Slice[u32]) -> None:
    """Fill a slice with words of the answer, eight per turn: most of them are tree siblings."""
    at = u32(0)
    while target.length - at >= _WORDS_PER_TURN:
        for i in unroll(builtins.range(_WORDS_PER_TURN)):
            target.unchecked[at + i] = csr_read()  # at + 8 <= length: the loop's condition
        at += _WORDS_PER_TURN
    for i in range(at, target.length):
        target[i] = csr_read()


@function
def ask_by_csr(request: Slice[u32], reply: Slice[u32], has_length_word: bool) -> u32:
    """Ask ``[id, parameters...]``; gives the answer's length, of which as much as fits was read.

    What does not fit is never read: the next write drops it.
    """
    csr_write(request[0])
    csr_write(request.length - 1)
    for i in range(u32(1), request.length):
        csr_write(request[i])
    length = csr_read() if has_length_word else reply.length
    read_words(reply[: length if length < reply.length else reply.length])
    return length


@function
def tell_by_csr(records: Slice[u32]) -> None:
    """Hand records to the host of a forward run on the machine."""
    csr_write(u32(RESULT_QUERY_ID))
    csr_write(records.length)
    for i in range(records.length):
        csr_write(records[i])
    _ = csr_read()
