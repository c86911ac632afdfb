"""The machine in both of its forms: compiled, and as it stands under CPython."""

from collections.abc import Callable

import pytest

from tests.riscv_machine.assembler import image
from zkos.host.machine import Machine
from zkos.riscv_machine.state import MEMORY_BYTES

SMALL_MEMORY = 0x400000
MakeMachine = Callable[..., Machine]


@pytest.fixture(params=["x86_64", "python"])
def make_machine(request: pytest.FixtureRequest) -> MakeMachine:
    """Give a function that makes a machine from instruction words."""

    def make(words: list[int], **options: object) -> Machine:
        size = MEMORY_BYTES if request.param == "x86_64" else SMALL_MEMORY
        return Machine(image(words), executor=request.param, memory_bytes=size, **options)

    return make
