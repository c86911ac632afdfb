"""Oracle transport of the executors ``python`` and ``x86_64``: one host call a query.

Source:  this project; the answer words are those that the CSR transport would read after the
         length word.
Units:   words.
Errors:  none; a host without an answer raises on its own side.
"""

from zkos.interface.services import SERVICE_ORACLE, SERVICE_RESULT, SERVICE_TRACE
from zkos.lang import Array, Slice, function, host_call, local, u32


@function
def ask_by_call(request: Slice[u32], reply: Slice[u32]) -> u32:
    """Ask ``[id, parameters...]``; gives the answer's length. As much as fits is stored."""
    return host_call(u32(SERVICE_ORACLE), request, reply)


@function
def tell_by_call(records: Slice[u32]) -> None:
    """Hand records to the result keeper."""
    nothing = local(Array[u32, 1])
    _ = host_call(u32(SERVICE_RESULT), records, nothing[:0])


@function
def trace_by_call(event: Slice[u32]) -> u32:
    """Tell ``[event id, words...]``; gives what the host wants besides."""
    nothing = local(Array[u32, 1])
    return host_call(u32(SERVICE_TRACE), event, nothing[:0])
