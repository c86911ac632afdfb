"""Running any flat image on the machine: from recorded words, or with a block file's oracle.

Errors:  ImageError for an image that cannot be read or holds an instruction that the machine does
         not have, WordsError when the words end too early, MachineStopError for any other stop;
         MismatchError for a program that shows another public input than predicted.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from elftools.common.exceptions import ELFError

from zkos.host.batch import Batch
from zkos.host.batch_run import ExecutorName, Runner, check_equal
from zkos.host.errors import ImageError, WordsError, reading
from zkos.host.executors.elf_symbols import function_symbols
from zkos.host.executors.kernel_images import Progress
from zkos.host.machine import (
    DEFAULT_LIMIT,
    Machine,
    MachineResult,
    MachineStopError,
    QueryOracle,
    check_size,
)
from zkos.host.machine.watch import watched
from zkos.host.oracle.answers import BatchOracle, ChangesOf
from zkos.host.oracle.border import Border
from zkos.host.state.state import MemoryState, State
from zkos.riscv_machine import state
from zkos.riscv_machine.decode import ABORT_WORD

Symbols = Mapping[str, int]
"""Function name -> address."""


def read_image(path: Path) -> bytes:
    """Read an image file."""
    try:
        image = path.read_bytes()
    except OSError as error:
        raise ImageError(f"cannot read {path}: {error.strerror}") from error
    with reading(path):
        check_size(image)
    return image


def read_symbols(path: Path) -> Symbols:
    """Read the function symbols of the ELF file that belongs to an image."""
    try:
        return function_symbols(path)
    except OSError as error:
        raise ImageError(f"cannot read {path}: {error.strerror}") from error
    except ELFError as error:
        raise ImageError(f"{path}: expected an ELF file: {error}") from error


def run_words(
    image: bytes,
    words: Sequence[int],
    limit: int = DEFAULT_LIMIT,
    *,
    zeros_after_end: bool = False,
    report: Callable[[int], None] | None = None,
    symbols: Symbols | None = None,
) -> MachineResult:
    """Run an image from recorded words; ``report`` hears how many of them it has read.

    With ``symbols``, which may be empty, the run is profiled.
    """
    machine = Machine(image, symbols=symbols)
    with blaming(), watched(machine, report):
        return machine.run(
            words,
            limit=limit,
            zeros_after_end=zeros_after_end,
            profile=symbols is not None,
        )


def run_live(
    image: bytes,
    batch: Batch,
    limit: int,
    progress: Progress | None = None,
    symbols: Symbols | None = None,
) -> MachineResult:
    """Run an image with the batch's oracle; with ``symbols`` the run is profiled.

    Between the blocks of a batch the oracle needs what the first ones changed: a forward run on
    x86-64 tells it.
    """
    changes = Runner(ExecutorName.X86_64, progress).changes_of(batch)
    oracle = _query_oracle(batch, MemoryState(batch.initial_state), changes)
    return _run_with(oracle, image, limit, symbols)


def record_words(image: bytes, batch: Batch, runner: Runner) -> tuple[MachineResult, Sequence[int]]:
    """Run an image with the batch's oracle; give the words that it read, the prover's input.

    The program is any that speaks the oracle's protocol. It must show the public input that the
    runner's forward run predicts (MismatchError), else it is the wrong program for the batch.
    """
    ledger = runner.run_forward(batch).ledger
    changes = [settled.outcome.changes for settled in ledger.blocks]
    with runner.open_state(batch) as state:
        oracle = _query_oracle(batch, state, changes.__getitem__)
        result = _run_with(oracle, image, DEFAULT_LIMIT)
    if ledger.public_input is not None:
        found = result.public_input
        check_equal("public input", "forward", ledger.public_input, "program", found)
    return result, oracle.given


def _query_oracle(batch: Batch, state: State, changes: ChangesOf) -> QueryOracle:
    return QueryOracle(Border(BatchOracle(batch, state, changes).answer).query)


def _run_with(
    oracle: QueryOracle, image: bytes, limit: int, symbols: Symbols | None = None
) -> MachineResult:
    machine = Machine(image, symbols=symbols)
    with blaming():
        return machine.run(oracle=oracle, limit=limit, profile=symbols is not None)


@contextmanager
def blaming() -> Iterator[None]:
    """Turn a stop whose cause is what was given into an input error."""
    try:
        yield
    except MachineStopError as error:
        reason = error.stop.reason
        if reason == state.NO_WORDS:
            raise WordsError(f"truncated words: {error}") from error
        if reason == state.ILLEGAL and error.stop.word != ABORT_WORD:
            raise ImageError(str(error)) from error
        raise
