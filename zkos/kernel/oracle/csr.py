"""Oracle transport of the bare machine: CSR 0x7c0, one word at a time.

A query is: write id, write number of parameter words, write them; read the answer's length, then
the answer.

Source:  oracle reference, 1; zksync-os@v0.2.5 zk_ee/src/oracle/ and
         proof_running_system/src/io_oracle/.
Units:   words.
Errors:  none.
"""

from zkos.interface.services import RESULT_QUERY_ID
from zkos.lang import Slice, csr_read, csr_write, function, range, u32


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
    read = length if length < reply.length else reply.length
    for i in range(read):
        reply[i] = csr_read()
    return length


@function
def tell_by_csr(record: Slice[u32]) -> None:
    """Hand ``[record id, words...]`` to the host of a forward run on the machine."""
    csr_write(u32(RESULT_QUERY_ID))
    csr_write(record.length)
    for i in range(record.length):
        csr_write(record[i])
    _ = csr_read()
