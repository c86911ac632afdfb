"""The errors of the host side, one tree; the command line turns them into an exit status.

    ZkosError
    ├── InputError             what was given is wrong: exit status 2
    │   ├── BlockFileError     a block file; the message begins with the path of the field
    │   ├── PubdataError       pubdata that is malformed, or does not fit the state before it
    │   ├── StateError         a state directory: another thing, damaged, of a newer version, in use
    │   ├── WordsError         a file of oracle words, or a stream that ends too early
    │   └── ImageError         a program image: length, instruction, missing end
    └── RunError               the input was fine and the run was not: exit status 1
        ├── BuildError         the kernel could not be compiled
        ├── KernelError        the kernel stopped: internal error, or a trap
        ├── OracleError        a query that this host cannot answer
        ├── BlobError          too much pubdata for blobs, or no way to commit to it
        ├── MachineError       the program broke a rule of the machine
        └── MismatchError      two runs that must agree do not

A message is one line and holds what was expected and what came. Anything that is not a
``ZkosError`` is a fault of this program.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar


class ZkosError(Exception):
    """A failure that its message explains; nothing is wrong with the program itself."""

    exit_status: ClassVar[int] = 1
    context: str = ""
    """Where it happened, added by whoever knows: a block and transaction, a file."""
    details: str = ""
    """More lines for whoever works on the program: the compiler's diagnostics."""

    @property
    def line(self) -> str:
        """The message on one line, the context before it."""
        text = f"{self.context}: {self}" if self.context else str(self)
        return " ".join(text.split())


class InputError(ZkosError):
    """What was given is wrong."""

    exit_status = 2


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Let messages about what is wrong in a file begin with its name."""
    try:
        yield
    except InputError as error:
        error.context = str(path)
        raise


class BlockFileError(InputError):
    """A block file breaks its format."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path}: {problem}" if path else problem)
        self.path = path
        self.problem = problem


class PubdataError(InputError):
    """Pubdata that cannot be read, or does not fit the state before it."""


class StateError(InputError):
    """A state directory that cannot be used, or blocks that do not continue its chain."""


class WordsError(InputError):
    """A file of oracle words is malformed, or a stream of words ends too early."""


class ImageError(InputError):
    """A program image that cannot be run."""


class RunError(ZkosError):
    """A run failed on good input."""

    transaction: int | None = None
    """Place in its block of the transaction at which the run failed; None for none."""


class BuildError(RunError):
    """The kernel could not be compiled."""


class KernelError(RunError):
    """The kernel stopped before the end of the block."""

    name: str | None = None
    """Official name of its internal error; None where it said nothing."""


class OracleError(RunError):
    """The running program asked for something that nobody can answer."""


class BlobError(RunError):
    """The pubdata does not fit a batch's blobs, or what commits to blobs is missing."""


class MachineError(RunError):
    """The program broke a rule of the machine."""


class MismatchError(RunError):
    """Two runs that must agree do not."""
