"""The two machines that programs are compiled for.

Errors:  ValueError for an unknown target name.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """What the compiler has to know about a machine."""

    name: str
    """Name on the command line and in cache keys."""
    triple: str
    cpu: str
    features: str
    """LLVM feature string, each with + or -.

    On RISC-V: ``+relax`` lets the linker shorten calls, ``+a`` is there because CSR accesses leave
    LLVM as atomic instructions and are rewritten afterwards (``backend/riscv_patch.py``).
    """
    abi: str
    relocation: str
    code_model: str
    pointer_bytes: int
    data_layout: str
    """LLVM data layout, equal to what the target machine itself says (checked when it is made)."""
    unaligned_access: bool
    """Loads and stores of any alignment are single instructions."""
    defines: tuple[tuple[str, bool], ...] = ()
    """Build constants that this target decides."""

    @property
    def pointer_bits(self) -> int:
        """Width of a pointer in bits."""
        return 8 * self.pointer_bytes

    @property
    def is_riscv(self) -> bool:
        """Say whether this is the bare RV32IM machine."""
        return self.triple.startswith("riscv32")


X86_64 = Target(
    name="x86_64",
    triple="x86_64-unknown-linux-gnu",
    cpu="x86-64-v3",
    features="",
    abi="",
    relocation="pic",
    code_model="small",
    pointer_bytes=8,
    data_layout=("e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"),
    unaligned_access=True,
    defines=(("riscv", False),),
)

RISCV = Target(
    name="riscv",
    triple="riscv32-unknown-none-elf",
    cpu="generic-rv32",
    features="+m,+a,+relax",
    abi="ilp32",
    relocation="static",
    code_model="medium",
    pointer_bytes=4,
    data_layout="e-m:e-p:32:32-i64:64-n32-S128",
    unaligned_access=False,
    defines=(("riscv", True),),
)

TARGETS: dict[str, Target] = {target.name: target for target in (X86_64, RISCV)}


def find_target(name: str) -> Target:
    """Give the target of that name."""
    if name not in TARGETS:
        raise ValueError(f"unknown target {name!r}: expected one of {', '.join(TARGETS)}")
    return TARGETS[name]
