"""Block building: from candidates, in order, to a block that every run of it gets through.

The kernel itself is the test: the candidates run forward as a block. What it refuses, or what
would go over a limit of the block, is left out with the kernel's reason; so is a transaction at
which the run aborts, as the reference lets some transactions do. What is left runs again, until
nothing more is left out. The last run is the block's, so that nothing of the earlier ones can
survive in it.

Transactions from L1 have a fixed order: before one that cannot be included the block ends.

Docs:    docs/sequencer.md.
Source:  transactions reference, 8 (limits; a refused transaction changes nothing for later ones)
         and 11 (aborts).
Errors:  InputError for a context that no block can have; the run's errors where no transaction
         is to blame.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import islice

from zkos.host.batch import Batch, Flavour, OfferedTransaction, TransactionFormat
from zkos.host.batch_run import BatchRun, Runner
from zkos.host.errors import InputError, KernelError, OracleError
from zkos.host.results import STATUS_NAMES
from zkos.interface.error_names import ERROR_NAMES

MAX_GAS_LIMIT = (2**64 - 1) // 256
"""Gas beyond this does not fit the kernel's 64-bit ergs (production)."""
BASE_FEE_BITS = 64
"""What the block header has room for."""
BLOCK_LIMITS = {
    Flavour.PRODUCTION: (
        "BlockGasLimitReached",
        "BlockNativeLimitReached",
        "BlockPubdataLimitReached",
        "BlockL2ToL1LogsLimitReached",
    ),
    Flavour.ETHEREUM: ("CallerGasLimitMoreThanBlock",),  # more than the block has left
}


class Fate(Enum):
    """What became of a candidate."""

    INCLUDED = "included"
    INVALID = "invalid"
    """Validation refuses it."""
    OVER_LIMIT = "over limit"
    """With it the block would exceed a limit; another block may have room."""
    ABORTS = "aborts"
    """The run of any block with it at this place ends without a result."""
    NOT_REACHED = "not reached"
    """It stands behind a transaction from L1 that could not be included."""


@dataclass(frozen=True)
class Verdict:
    """A candidate's fate and why."""

    fate: Fate
    error: str | None = None
    """The kernel's name of the reason, where it has one."""
    reason: str | None = None


INCLUDED = Verdict(Fate.INCLUDED)
EMPTY = Verdict(Fate.INVALID, "InvalidEncoding", "a transaction of no bytes would end the block")


@dataclass(frozen=True)
class BuiltBlock:
    """A block, and what became of the candidates."""

    run: BatchRun
    """The forward run of the block with the included transactions."""
    verdicts: Sequence[Verdict]
    """One for each candidate, in order."""
    ends_before: int | None
    """The candidate from L1 that the block ends before; None if all candidates were considered."""

    @property
    def batch(self) -> Batch:
        """The block as a batch that can be run and proved."""
        return self.run.ledger.batch


def build_block(pool: Batch, runner: Runner) -> BuiltBlock:
    """Build a block in the context of the pool's only block, whose transactions are candidates."""
    if len(pool.blocks) != 1:
        raise InputError(f"expected one block of candidates, got {len(pool.blocks)}")
    _check_context(pool)
    candidates = pool.blocks[0].transactions
    verdicts = [INCLUDED if one.encoded else EMPTY for one in candidates]
    ends_before: int | None = None
    while True:
        kept = [at for at, verdict in enumerate(verdicts) if verdict is INCLUDED]
        run: BatchRun | None = None
        try:
            run = runner.run_forward(_offering(pool, [candidates[at] for at in kept]))
            found = _refused(run)
        except (KernelError, OracleError) as error:
            if error.transaction is None:
                raise
            found = {error.transaction: _aborting(error)}
        if run is not None and not found:
            return BuiltBlock(run, verdicts, ends_before)
        for place, verdict in found.items():
            verdicts[kept[place]] = verdict
            if is_from_l1(candidates[kept[place]]):
                ends_before = kept[place]
                _leave_behind(verdicts, ends_before)
                break


def build_from_stream(
    context: Batch, stream: Iterable[OfferedTransaction], runner: Runner, at_once: int = 1000
) -> BuiltBlock:
    """Build a block in the context of a batch's only block, from so many candidates at a time.

    No more are taken once the block is full: a candidate went over a limit, or the block ends
    before one from L1. There is a verdict for each candidate that was taken.
    """
    remaining = iter(stream)
    taken: list[OfferedTransaction] = []
    verdicts: list[Verdict] = []
    while True:
        more = list(islice(remaining, at_once))
        places = [at for at, verdict in enumerate(verdicts) if verdict is INCLUDED]
        places += range(len(taken), len(taken) + len(more))
        taken += more
        verdicts += [INCLUDED] * len(more)
        built = build_block(_offering(context, [taken[at] for at in places]), runner)
        for at, verdict in zip(places, built.verdicts, strict=True):
            verdicts[at] = verdict
        fates = {verdict.fate for verdict in built.verdicts}
        is_full = built.ends_before is not None or Fate.OVER_LIMIT in fates
        if is_full or len(more) < at_once:
            ends_before = None if built.ends_before is None else places[built.ends_before]
            return BuiltBlock(built.run, verdicts, ends_before)


def _offering(context: Batch, transactions: Sequence[OfferedTransaction]) -> Batch:
    """Give the batch with these transactions in its only block."""
    return replace(context, blocks=[replace(context.blocks[0], transactions=tuple(transactions))])


def is_from_l1(offered: OfferedTransaction) -> bool:
    """Say whether a transaction comes from L1, where its place is fixed (upgrades too)."""
    return offered.format is TransactionFormat.ABI


def _check_context(pool: Batch) -> None:
    """Refuse what would abort every block, whatever is in it."""
    block = pool.blocks[0]
    if block.base_fee >> BASE_FEE_BITS:
        raise InputError(
            f"base_fee: expected at most {BASE_FEE_BITS} bits, got {block.base_fee:#x}"
        )
    if pool.flavour is Flavour.ETHEREUM:
        return
    if block.gas_limit > MAX_GAS_LIMIT:
        raise InputError(f"gas_limit: expected at most {MAX_GAS_LIMIT}, got {block.gas_limit}")
    if block.native_price == 0:
        raise InputError("native_price: expected more than 0, got 0: no L2 transaction can run")


def _refused(run: BatchRun) -> dict[int, Verdict]:
    """Give place and verdict of every transaction that the kernel left out."""
    refused = {}
    limits = BLOCK_LIMITS[run.ledger.batch.flavour]
    for place, result in enumerate(run.ledger.blocks[0].outcome.transactions):
        if STATUS_NAMES[result["status"]] == "invalid":
            name = ERROR_NAMES[result["error"]]
            fate = Fate.OVER_LIMIT if name in limits else Fate.INVALID
            refused[place] = Verdict(fate, name, f"the kernel leaves it out: {name}")
    return refused


def _aborting(error: KernelError | OracleError) -> Verdict:
    return Verdict(Fate.ABORTS, getattr(error, "name", None), str(error))


def _leave_behind(verdicts: list[Verdict], last: int) -> None:
    """End the block before a candidate."""
    reason = "the block ends before a transaction from L1 that stands before it"
    for at in range(last + 1, len(verdicts)):
        verdicts[at] = Verdict(Fate.NOT_REACHED, None, reason)
