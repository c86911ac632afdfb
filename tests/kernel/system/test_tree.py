"""State tree: proofs of a block's accesses against the host's tree, and lying oracles."""

import builtins
import contextlib
import hashlib
import random
from collections.abc import Callable, Iterator, Sequence

import pytest

from zkos.host.state.tree import StateTree
from zkos.host.state.tree_format import LAST_KEY
from zkos.interface.error_names import ERROR_CODES
from zkos.interface.oracle_queries import EXACT_INDEX, LEAF_AT_INDEX, PREVIOUS_INDEX
from zkos.kernel.system.io.storage.tree import TreeAccess, TreeState, flat_key, verify_and_update
from zkos.lang import (
    Arena,
    Slice,
    Status,
    check,
    function,
    host,
    local,
    range,
    u8,
    u32,
    u64,
    u160,
    u256,
)

HEAP_BYTES = 1 << 20
OK = 0
PROOF_INVALID = ERROR_CODES["TreeProofInvalid"]
ROOT_MISMATCH = ERROR_CODES["TreeRootMismatch"]
Answer = Callable[[int, list[int], list[int]], list[int]]


@function
def prove(
    heap: Slice[u8], numbers: Slice[u256], is_new: Slice[u8], root: u256, next_free_slot: u64
) -> tuple[Status, u256, u64]:
    """Run ``verify_and_update``; each access is key, initial and final in ``numbers``."""
    arena = local(Arena)
    arena.over(heap, True)
    accesses = arena.slice(TreeAccess, is_new.length)
    for i in range(is_new.length):
        accesses[i].flat_key = numbers[3 * i]
        accesses[i].initial = numbers[3 * i + 1]
        accesses[i].final = numbers[3 * i + 2]
        accesses[i].is_new = is_new[i] != 0
    state = local(TreeState)
    state.root = root
    state.next_free_slot = next_free_slot
    check(verify_and_update(arena, accesses, state))
    return Status(0), state.root, state.next_free_slot


def words_of(data: bytes) -> list[int]:
    return [int.from_bytes(data[i : i + 4], "little") for i in builtins.range(0, len(data), 4)]


class TreeOracle:
    """Answers tree queries from a tree; ``change`` may forge an answer."""

    def __init__(self, tree: StateTree, change: Answer | None = None) -> None:
        self.tree = tree
        self.change = change
        self.asked: list[int] = []

    def answer(self, query: int, parameters: list[int]) -> list[int]:
        data = b"".join(word.to_bytes(4, "little") for word in parameters)
        if query == PREVIOUS_INDEX.id:
            reply = words_of(self.tree.previous_index(data).to_bytes(8, "little"))
        elif query == EXACT_INDEX.id:
            reply = words_of(self.tree.index_of(data).to_bytes(8, "little"))
        else:
            assert query == LEAF_AT_INDEX.id
            index = int.from_bytes(data, "little")
            leaf = self.tree.leaf(index)
            parts = [data, leaf.key, leaf.value, leaf.next.to_bytes(8, "little")]
            reply = words_of(b"".join(parts + self.tree.path(index)))
        self.asked.append(query)
        return reply if self.change is None else self.change(query, parameters, reply)

    def host_call(self, service: int, request: Slice, reply: Slice) -> int:
        words = [int(request[i]) for i in builtins.range(request.size)]
        answer = self.answer(words[0], words[1:])
        for i, word in enumerate(answer[: reply.size]):
            reply[i] = u32(word)
        return len(answer)

    @contextlib.contextmanager
    def connected(self) -> Iterator[None]:
        """Serve host calls, and the oracle CSR by its protocol."""
        written: list[int] = []
        pending: list[int] = []

        def write(word: int) -> None:
            pending.clear()
            written.append(word)

        def read() -> int:
            if written:
                query, count, *parameters = written
                assert count == len(parameters)
                answer = self.answer(query, parameters)
                pending.extend([len(answer), *answer])
                written.clear()
            return pending.pop(0)

        with host.connected(self.host_call), host.oracle_csr(read, write):
            yield


def key(number: int) -> bytes:
    return hashlib.blake2s(number.to_bytes(8, "big")).digest()


def run(executor, tree: StateTree, accesses: Sequence, change: Answer | None = None, root=None):
    oracle = TreeOracle(tree, change)
    numbers = [int.from_bytes(part, "big") for access in accesses for part in access[:3]]
    flags = bytes(int(access[3]) for access in accesses)
    start = int.from_bytes(tree.root() if root is None else root, "big")
    heap = bytearray(HEAP_BYTES)
    with oracle.connected():
        result = executor.call(prove, heap, numbers, flags, start, tree.next_free_slot)
    return result, oracle


def put_all(tree: StateTree, accesses: Sequence) -> StateTree:
    for slot, initial, final, _ in accesses:
        if initial != final:
            tree.put(slot, final)
    return tree


def number(value: int) -> bytes:
    return value.to_bytes(32, "big")


def sample_tree(size: int) -> StateTree:
    return StateTree([(key(i), number(i + 1)) for i in builtins.range(size)])


def random_accesses(tree: StateTree, size: int, rng: random.Random, count: int) -> list:
    accesses = []
    for slot in rng.sample(builtins.range(2 * size + 8), count):
        if slot < size:
            initial = number(slot + 1)
            final = rng.choice([initial, number(0), number(rng.getrandbits(256))])
            accesses.append((key(slot), initial, final, False))
        else:
            final = rng.choice([number(0), number(rng.getrandbits(256))])
            accesses.append((key(slot), number(0), final, True))
    return accesses


@pytest.mark.all_executors
def test_reference_vectors_of_insertions_and_updates(executor):
    tree = StateTree()
    first, second = b"\x01" * 32, b"\x02" * 32
    steps = [
        ((first, number(0), b"\x10" * 32, True),
         "08da20879eebed16fbd14e50b427bb97c8737aa860e6519877757e238df83a15"),
        ((second, number(0), b"\x20" * 32, True),
         "f227612db17b44a5c9a2ebd0e4ff2dbe91aa05f3198d09f0bcfd6ef16c1d28c8"),
        ((first, b"\x10" * 32, b"\x33" * 32, False),
         "81a600569c2cda27c7ae4773255acc70ac318a49404fa1035a7734a3aaa82589"),
    ]  # fmt: skip
    for access, expected in steps:
        (status, root, _), _ = run(executor, tree, [access])
        assert (status, root) == (OK, int(expected, 16))
        put_all(tree, [access])


@pytest.mark.all_executors
def test_two_new_leaves_in_one_block(executor):
    accesses = [
        (number(0xC0FFEEFE), number(0), b"\x10" * 32, True),
        (number(0xDEADBEEF), number(0), b"\x20" * 32, True),
    ]
    (status, root, free), _ = run(executor, StateTree(), accesses)
    expected = "c90465eddad7cc858a2fbf61013d7051c143887a887e5a7a19344ac32151b207"
    assert (status, root, free) == (OK, int(expected, 16), 4)


@pytest.mark.all_executors
def test_root_and_questions_are_those_of_the_hosts_tree(executor):
    rng = random.Random(5)
    rounds = 2 if executor.name == "python" else 30
    for _ in builtins.range(rounds):
        size = rng.randrange(0, 12 if executor.name == "python" else 70)
        tree = sample_tree(size)
        count = rng.randrange(1, min(2 * size + 8, 40))
        accesses = random_accesses(tree, size, rng, 5 if executor.name == "python" else count)
        questions = expected_questions(tree, accesses)
        result, oracle = run(executor, tree, accesses)
        put_all(tree, accesses)
        assert result == (OK, int.from_bytes(tree.root(), "big"), tree.next_free_slot)
        assert oracle.asked == questions


def expected_questions(tree: StateTree, accesses: Sequence) -> list[int]:
    """List the queries of a block by the oracle reference, 3.1, from a plain model."""
    asked, held, keys = [], set(), set()

    def hold(index: int) -> None:
        if index not in held:
            asked.append(LEAF_AT_INDEX.id)
            held.add(index)
            keys.add(tree.leaf(index).key)

    def neighbours(slot: bytes) -> None:
        asked.append(PREVIOUS_INDEX.id)
        index = tree.previous_index(slot)
        hold(index)
        hold(tree.leaf(index).next)

    def present(slot: bytes) -> None:
        asked.append(EXACT_INDEX.id)
        hold(tree.index_of(slot))

    for slot, initial, final, is_new in accesses:
        if initial == final:
            neighbours(slot) if is_new else present(slot)
    writes = [access for access in accesses if access[1] != access[2]]
    for slot, _, _, is_new in writes:
        if is_new:
            neighbours(slot)
        elif slot not in keys:
            present(slot)
    if any(access[3] for access in writes):
        hold(tree.next_free_slot - 1)
    return asked


def test_without_accesses_nothing_is_asked_or_checked(executor):
    result, oracle = run(executor, StateTree(), [], root=b"\x05" * 32)
    assert result == (OK, int.from_bytes(b"\x05" * 32, "big"), 2)
    assert oracle.asked == []


# ---------------------------------------------------------------------- a lying oracle

BLOCK = [
    (key(0), number(1), number(1), False),
    (key(1), number(2), number(9), False),
    (key(40), number(0), number(0), True),
    (key(41), number(0), number(7), True),
]


def forged(query: int, word: int, bit: int) -> Answer:
    def change(asked: int, parameters: list[int], reply: list[int]) -> list[int]:
        if asked == query and word < len(reply):
            reply[word] ^= 1 << bit
        return reply

    return change


@pytest.mark.parametrize("word", [0, 1, 2, 9, 10, 17, 18, 19, 28, 300, 531])
def test_a_changed_word_of_a_leaf_answer_stops_the_run(executor, word):
    tree = StateTree([(key(i), number(i + 1)) for i in builtins.range(3)])
    (status, _, _), _ = run(executor, tree, BLOCK, forged(LEAF_AT_INDEX.id, word, 3))
    assert status in (PROOF_INVALID, ROOT_MISMATCH)


@pytest.mark.parametrize("word", [20, 27])
def test_a_sibling_that_is_held_itself_is_not_read(executor, word):
    tree = StateTree([(key(i), number(i + 1)) for i in builtins.range(3)])
    (status, root, _), _ = run(executor, tree, BLOCK, forged(LEAF_AT_INDEX.id, word, 3))
    assert (status, root) == (OK, int.from_bytes(put_all(tree, BLOCK).root(), "big"))


@pytest.mark.parametrize("query", [PREVIOUS_INDEX.id, EXACT_INDEX.id])
def test_a_wrong_index_stops_the_run(executor, query):
    tree = sample_tree(3)
    (status, _, _), _ = run(executor, tree, BLOCK, forged(query, 0, 1))
    assert status in (PROOF_INVALID, ROOT_MISMATCH)


def test_an_answer_of_another_length_stops_the_run(executor):
    for change in (lambda q, p, r: r[:-1], lambda q, p, r: [*r, 0]):
        (status, _, _), _ = run(executor, sample_tree(3), BLOCK, change)
        assert status == ERROR_CODES["OracleReplyMalformed"]


def test_a_present_key_cannot_be_called_absent(executor):
    tree = sample_tree(3)
    (status, _, _), _ = run(executor, tree, [(key(1), number(0), number(5), True)])
    assert status == PROOF_INVALID


def test_a_wrong_initial_value_stops_the_run(executor):
    tree = sample_tree(3)
    for final in (number(77), number(3)):
        (status, _, _), _ = run(executor, tree, [(key(1), number(77), final, False)])
        assert status == PROOF_INVALID


def test_a_new_slot_with_a_value_stops_the_run(executor):
    for final in (number(5), number(6)):
        (status, _, _), _ = run(executor, sample_tree(1), [(key(9), number(5), final, True)])
        assert status == PROOF_INVALID


def test_another_root_stops_the_run(executor):
    (status, _, _), _ = run(executor, sample_tree(3), BLOCK, root=b"\x01" * 32)
    assert status == ROOT_MISMATCH


def test_the_last_guard_is_the_neighbour_of_the_greatest_key(executor):
    tree = sample_tree(2)
    greatest = (int.from_bytes(LAST_KEY, "big") - 1).to_bytes(32, "big")
    accesses = [(greatest, number(0), number(1), True)]
    result, _ = run(executor, tree, accesses)
    put_all(tree, accesses)
    assert result == (OK, int.from_bytes(tree.root(), "big"), 5)


@pytest.mark.all_executors
@pytest.mark.parametrize(
    ("address", "slot", "expected"),
    [
        (0, 0, "ae09db7cd54f42b490ef09b6bc541af688e4959bb8c53f359a6f56e38ab454a3"),
        (0x010002, 1, "76400deeb70f08b976399dde022a7672c0a316367a88b9e59d32080d1e4a54e2"),
    ],
)
def test_flat_keys(executor, address, slot, expected):
    assert executor.call(flat_key, u160(address), u256(slot)) == int(expected, 16)
