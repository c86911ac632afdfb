"""What a profile of a machine run is written as."""

from zkos.riscv_machine import flame_graph
from zkos.riscv_machine.profiler import Profile

PICTURE = ".svg"


def profile_text(profile: Profile, suffix: str) -> str:
    """Give a flame graph for ``.svg``, folded stacks for anything else."""
    folded = profile.folded()
    return flame_graph.draw(folded) if suffix == PICTURE else "\n".join(folded) + "\n"
