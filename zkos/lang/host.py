"""The two ways out of a compiled program: the host call, and the oracle CSR of the machine.

``host_call`` exists under ``python`` and ``x86_64``; ``csr_read``, ``csr_write`` and ``address_of``
exist where ``RISCV`` is set. Under CPython the first three end in what ``connected`` and
``oracle_csr`` install.

Errors:  Trap when nothing is connected.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from zkos.lang.errors import Trap
from zkos.lang.integers import Integer, coerce, u32

HostCall = Callable[[int, Any, Any], int]
_handlers: list[HostCall] = []


def host_call(service: Any, request: Any, reply: Any) -> Integer:
    """Ask the host: service number, request words, and a ``Slice[u32]`` for the reply.

    Gives what the host returned: by convention the number of reply words it has, which may be
    more than fit (then only as many as fit were written).
    """
    if not _handlers:
        raise Trap("no host is connected")
    return u32(_handlers[-1](int(coerce(u32, service, "host_call")), request, reply))


@contextmanager
def connected(handler: HostCall) -> Iterator[None]:
    """Let ``handler`` answer host calls of programs run by the plain-Python executor."""
    _handlers.append(handler)
    try:
        yield
    finally:
        _handlers.pop()


_machine: list[tuple[Callable[[], int], Callable[[int], None]]] = []


def csr_read() -> Integer:
    """Read the next oracle word (``csrrw rd, 0x7c0, x0``)."""
    if not _machine:
        raise Trap("csr_read outside the machine")
    return u32(_machine[-1][0]())


def csr_write(word: Any) -> None:
    """Write a word to the oracle (``csrrw x0, 0x7c0, rs``)."""
    if not _machine:
        raise Trap("csr_write outside the machine")
    _machine[-1][1](int(coerce(u32, word, "csr_write")))


def address_of(data: Any) -> Integer:
    """Give where a slice of bytes lies in the machine's memory, for a host that looks there."""
    raise Trap(f"address_of outside the machine, of {data!r}")


@contextmanager
def oracle_csr(read: Callable[[], int], write: Callable[[int], None]) -> Iterator[None]:
    """Stand in for the oracle CSR under the plain-Python executor (tests of the transport)."""
    _machine.append((read, write))
    try:
        yield
    finally:
        _machine.pop()
