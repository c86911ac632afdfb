"""A lying oracle: one answer of an honest one is changed, and the proving run is watched.

Each answer of the honest run is known with its place: the block it belongs to, and what became of
the transaction it belongs to.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.adversarial.batches import batch
from zkos.host.batch import Flavour, TransactionFormat
from zkos.host.batch_run import Runner
from zkos.host.blobs import open_blob
from zkos.host.errors import KernelError, OracleError
from zkos.host.executors.kernel_images import KernelImage, build_image
from zkos.host.executors.x86_64 import X8664Executor
from zkos.host.ledger import Ledger
from zkos.host.machine import Machine, MachineStopError, QueryOracle
from zkos.host.oracle.answers import BatchOracle
from zkos.host.oracle.border import Border
from zkos.host.state.state import MemoryState
from zkos.interface import oracle_queries as queries
from zkos.interface.oracle_queries import QUERIES_BY_ID, Query
from zkos.interface.wire import bytes_to_words
from zkos.riscv_machine import state

BLOBS = 4  # the DA commitment scheme
STOP, OTHER, SAME = "stop", "other public input", "same public input"
ALONE, FIRST, LAST = "the only block", "first of two blocks", "last of two blocks"
ENDLESS_ANSWERS = 10_000
ENDLESS_CYCLES = 200_000_000
"""More than any run here needs: one that gets there doesn't end by itself."""


class EndlessRunError(AssertionError):
    """A lie made the program ask, or run, for ever."""


@dataclass(frozen=True)
class Answer:
    """One honest answer."""

    number: int
    query: Query
    words: tuple[int, ...]
    block: int
    """Position in the batch; -1 before the first block."""
    transaction: int
    """Position in the block, of the transaction that was taken last; -1 before the first."""
    byte_length: int
    """How many bytes of a byte string count; the rest of its last word, or two, is padding."""

    @property
    def name(self) -> str:
        """Name of the query."""
        return self.query.name


@dataclass(frozen=True)
class Forgery:
    """A change of one answer: ``field`` says what of it."""

    answer: Answer
    field: str
    words: tuple[int, ...]


class LyingOracle:
    """Answers as an honest oracle does, apart from the one answer that is forged.

    Once the run has left the honest path it may ask what nobody can answer; zeros come back. On
    the machine a blob is opened whatever it holds: an honest oracle knows what it must hold.
    """

    def __init__(self, honest: BatchOracle, forgery: Forgery | None) -> None:
        self._honest = honest
        self._forgery = forgery
        self._block = self._transaction = -1
        self.answers: list[Answer] = []

    def answer(self, query_id: int, parameters: Sequence[int], memory: Any) -> Sequence[int]:
        """Give the words."""
        query = QUERIES_BY_ID[query_id]
        number = len(self.answers)
        if number == ENDLESS_ANSWERS:
            raise EndlessRunError(f"the program asked {number} questions")
        words = self._honest_words(query, parameters, memory)
        if query is queries.BLOCK_METADATA_QUERY:
            self._block, self._transaction = self._block + 1, -1
        if query is queries.NEXT_TRANSACTION_SIZE:
            self._transaction += 1
        place = (self._block, self._transaction)
        length = self._byte_length(query, parameters, words)
        self.answers.append(Answer(number, query, words, *place, length))
        if self._forgery is not None and number == self._forgery.answer.number:
            return self._forgery.words
        return words

    def _honest_words(self, query: Query, parameters: Sequence[int], memory: Any) -> Sequence[int]:
        if self._forgery is not None and query is queries.BLOB_COMMITMENT and memory is not None:
            return opening_words(memory.read(parameters[0], parameters[2]))
        try:
            return tuple(self._honest.answer(query.id, parameters, memory))
        except OracleError:
            if self._forgery is None:
                raise
            return (0,) * (query.reply.fixed_words if query.reply else 2)

    def _byte_length(self, query: Query, parameters: Sequence[int], words: Sequence[int]) -> int:
        if self._forgery is None and query is queries.TRANSACTION_CONTENT:
            return len(self._honest.transaction.encoded)
        if self._forgery is None and query is queries.PREIMAGE:
            asked = query.parameters.decode_python(parameters)["hash"]
            return len(self._honest.state.preimage(asked) or b"")
        return 4 * len(words)


def opening_words(data: bytes) -> tuple[int, ...]:
    """Give commitment and proof of a blob."""
    opening = open_blob(data)
    return tuple(bytes_to_words(opening.commitment + opening.proof))


class Liar:
    """Runs a proving program over one of the batches: our image, if no other is given."""

    def __init__(self, name: str, program: bytes | None = None) -> None:
        self.batch = batch(name)
        self.ledger: Ledger = Runner().run_forward(self.batch).ledger
        self._changes = [settled.outcome.changes for settled in self.ledger.blocks]
        self._image = KernelImage(True, self.batch.flavour, on_machine=False)
        ours = build_image(KernelImage(True, self.batch.flavour, on_machine=True))
        self._machine = Machine(program or ours.path.read_bytes())
        honest = self._oracle(None)
        live = QueryOracle(Border(honest.answer).query)
        self.public_input = self._machine.run(oracle=live).public_input
        assert self.public_input == self.ledger.public_input
        self.answers = honest.answers
        self.words = live.given

    def _oracle(self, forgery: Forgery | None) -> LyingOracle:
        tree = MemoryState(self.batch.initial_state)
        return LyingOracle(BatchOracle(self.batch, tree, self._changes.__getitem__), forgery)

    def forged_input(self, forgery: Forgery) -> bytes | None:
        """Give the public input that a lie leads to, None for a stop; with blobs on the machine.

        Elsewhere an answer cannot look at the blob that a lie has changed.
        """
        if self.batch.da_commitment_scheme == BLOBS:
            return self.forged_input_on_machine(forgery)
        return self.forged_input_on_x86_64(forgery)

    def forged_input_on_x86_64(self, forgery: Forgery) -> bytes | None:
        """Tell the lie to the kernel in this process."""
        try:
            return X8664Executor().run(self._image, Border(self._oracle(forgery).answer)).output
        except KernelError:
            return None

    def forged_input_on_machine(self, forgery: Forgery) -> bytes | None:
        """Tell the lie to the program on the machine."""
        live = QueryOracle(Border(self._oracle(forgery).answer).query)
        try:
            return self._machine.run(oracle=live, limit=ENDLESS_CYCLES).public_input
        except MachineStopError as error:
            return self._stopped(error)

    def replayed_input(self, words: bytes) -> bytes | None:
        """Give what the program makes of a recorded stream; zeros follow its end."""
        try:
            result = self._machine.run(words, limit=ENDLESS_CYCLES, zeros_after_end=True)
        except MachineStopError as error:
            return self._stopped(error)
        return result.public_input

    def _stopped(self, error: MachineStopError) -> None:
        if error.stop.reason == state.LIMIT:
            raise EndlessRunError(str(error)) from error

    def end(self, public_input: bytes | None) -> str:
        """Name the way that a run ended."""
        if public_input is None:
            return STOP
        return SAME if public_input == self.public_input else OTHER

    def row(self, answer: Answer) -> str:
        """Name the table's rows of an answer: each flavour has its own use for the metadata."""
        if self.is_ethereum and answer.query is queries.BLOCK_METADATA_QUERY:
            return f"{answer.name}, ethereum flavour"
        return answer.name

    @property
    def is_ethereum(self) -> bool:
        """Say whether the batch is of the ethereum flavour."""
        return self.batch.flavour is Flavour.ETHEREUM

    def place(self, answer: Answer) -> str:
        """Say where the block of an answer stands in the batch."""
        if len(self.batch.blocks) == 1:
            return ALONE
        return LAST if answer.block == len(self.batch.blocks) - 1 else FIRST

    def pays_prices(self, answer: Answer) -> bool:
        """Say whether the block has L2 transactions: those from L1 bring their own prices."""
        offered = self.batch.blocks[answer.block].transactions
        return any(one.format is TransactionFormat.RLP for one in offered)

    def status(self, answer: Answer) -> str:
        """Say what became of the transaction that an answer belongs to."""
        block = self.ledger.blocks[answer.block]
        if answer.transaction == len(block.block.transactions):
            return "end of the block"
        if block.outcome.transactions[answer.transaction]["error"]:
            return "rejected"
        offered = block.block.transactions[answer.transaction]
        return "accepted" if offered.format is TransactionFormat.RLP else "from L1"
