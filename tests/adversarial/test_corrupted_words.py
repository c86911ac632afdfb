"""Each word of a recorded stream is corrupted in turn, and the image that is proved replays it."""

from array import array
from collections import Counter

import pytest

from tests.adversarial.batches import DOCUMENTS
from tests.adversarial.forging import OTHER, SAME, STOP, Liar
from tests.adversarial.streams import PATTERNS, allowed_ends, corrupted, words_of
from tests.support.replay import ReplayBorder
from zkos.host.errors import KernelError, WordsError
from zkos.host.executors.kernel_images import KernelImage
from zkos.host.executors.x86_64 import X8664Executor

SAMPLED = dict.fromkeys(DOCUMENTS, 61) | {"transfer": 1}
"""Every so many words of a stream are corrupted in a short run."""
COMPARED_STEP = 97
ZEROS_AFTER_END = bytes(1 << 14)


@pytest.fixture(scope="module", params=DOCUMENTS)
def liar(request):
    """Give the liar about a batch."""
    return Liar(request.param), request.param


def test_every_corrupted_word_ends_as_its_field_must(liar, request, record_property):
    liar, name = liar
    step = 1 if request.config.getoption("--full") else SAMPLED[name]
    ends, wrong = Counter(), []
    words = list(words_of(liar))[::step]
    for word in words:
        for pattern in PATTERNS:
            end = liar.end(liar.replayed_input(corrupted(liar, word, pattern)))
            ends[end] += 1
            if end not in allowed_ends(liar, word, pattern):
                wrong.append((word.position, word.name, hex(pattern), end))
    record_property("ends", dict(ends))
    print(f"{name}: {len(words)} of {len(liar.words)} words, {dict(ends)}")
    assert wrong == []
    assert sum(ends.values()) == len(PATTERNS) * len(words)
    assert all(ends[end] for end in (STOP, OTHER, SAME))


def test_x86_64_makes_of_corrupted_words_what_the_machine_makes(liar):
    liar, _ = liar
    image = KernelImage(True, liar.batch.flavour, on_machine=False)
    for word in list(words_of(liar))[::COMPARED_STEP]:
        stream = corrupted(liar, word, 1)
        border = ReplayBorder(array("I", stream + ZEROS_AFTER_END))
        try:
            found = X8664Executor().run(image, border).output
        except (KernelError, WordsError):
            found = None
        assert found == liar.replayed_input(stream), word.name
