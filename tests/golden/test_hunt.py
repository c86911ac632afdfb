"""The hunt finds nothing between a program and itself, and tells what differs from another."""

import pytest

from tests.golden.hostile_batches import hostile_batch
from tests.golden.hunt import STOPPED, Hunt, Program, start
from zkos.host.batch import Batch, Flavour
from zkos.host.executors.kernel_images import KernelImage, build_image
from zkos.host.oracle.answers import ChangesOf


@pytest.fixture(scope="module")
def image() -> bytes:
    return build_image(KernelImage(True, Flavour.PRODUCTION, on_machine=True)).path.read_bytes()


def test_a_program_is_like_itself_on_hostile_batches(image: bytes) -> None:
    hunt = start(image)
    found = [hunt.compare(hostile_batch(seed)) for seed in range(8)]
    assert {one.difference for one in found} == {""}
    assert all(ours == other for one in found for ours, other in [one.new])
    assert found[0].new[0] > 10_000
    assert hunt.compare(hostile_batch(0)).new == (0, 0)


class Fake(Program):
    """A program that ends as it likes."""

    end = STOPPED

    def run(self, batch: Batch, changes_of: ChangesOf) -> tuple[str, int]:
        found = super().run(batch, changes_of)
        return self.end, found[1]


def test_what_differs_is_told(image: bytes) -> None:
    hunt = start(image)
    fake = Fake(hunt.other.machine)
    found = Hunt(hunt.ours, fake).compare(hostile_batch(0))
    assert "the other with a stop" in found.difference
    both = Hunt(fake, fake).compare(hostile_batch(0))
    assert (both.difference, both.is_stopped) == ("", True)
    fake.end = "00" * 32
    assert "the forward run predicts" in Hunt(fake, fake).compare(hostile_batch(0)).difference
