"""The one place that chooses how words reach the host.

Docs:    docs/oracle.md.
Source:  this project.
Units:   words.
Modes:   RISCV uses the CSR, the other executors a host call.
Errors:  none.
"""

from zkos.kernel.oracle.call import ask_by_call, tell_by_call
from zkos.kernel.oracle.csr import ask_by_csr, tell_by_csr
from zkos.lang import RISCV, Slice, function, u32


@function
def ask(request: Slice[u32], reply: Slice[u32]) -> u32:
    """Ask ``[id, parameters...]``; gives the answer's length in words.

    It may exceed the reply's; as many words as fit are stored.
    """
    if RISCV:
        return ask_by_csr(request, reply, True)
    else:
        return ask_by_call(request, reply)


@function
def ask_without_length(request: Slice[u32], reply: Slice[u32]) -> u32:
    """Ask the one query whose answer has no length word."""
    if RISCV:
        return ask_by_csr(request, reply, False)
    else:
        return ask_by_call(request, reply)


@function
def tell(records: Slice[u32]) -> None:
    """Hand records to the result keeper of a forward run."""
    if RISCV:
        tell_by_csr(records)
    else:
        tell_by_call(records)
