"""LLVM in a process of its own: IR text in, object bytes out.

LLVM ends the whole process when its code generator meets something that it cannot do, and
llvmlite runs one call at a time; so modules are compiled in child processes, which ``workers.py``
starts with ``main``.

Format: each message is a 4-byte big-endian length and a pickle of ``Job``, ``Compiled`` or
``Refused``. The child answers each job in order and ends at the end of its input.
Errors:  ``Refused`` for text that LLVM does not parse or verify; anything worse ends the process.
"""

import hashlib
import os
import pickle
import signal
import struct
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import llvmlite
import llvmlite.binding as llvm

from zkos.compiler.backend import riscv_calls
from zkos.compiler.backend.riscv_calls import tighten
from zkos.compiler.targets import Target

VERSION = (
    f"llvmlite {llvmlite.__version__}, LLVM {llvm.llvm_version_info}, "
    f"{hashlib.sha256(Path(riscv_calls.__file__).read_bytes()).hexdigest()}"
)
"""Part of every cache key: other versions of what runs here may give other bytes."""


@dataclass(frozen=True)
class Job:
    """One object to make: texts are linked together in order, then optimised."""

    name: str
    texts: tuple[str, ...]
    target: Target
    level: int = 3
    """Optimisation level, 0 to 3."""


@dataclass(frozen=True)
class Compiled:
    """A finished object and the seconds that it took."""

    data: bytes
    seconds: float


@dataclass(frozen=True)
class Refused:
    """What LLVM says about text that it does not accept."""

    message: str


def make_target_machine(target: Target, level: int = 3) -> Any:
    """Make LLVM's target machine; its data layout must be the one that the target states."""
    machine = llvm.Target.from_triple(target.triple).create_target_machine(
        cpu=target.cpu,
        features=target.features,
        opt=level,
        reloc=target.relocation,
        codemodel=target.code_model,
        abiname=target.abi,
    )
    if str(machine.target_data) != target.data_layout:
        raise ValueError(
            f"{target.name}: LLVM lays data out as {machine.target_data}, "
            f"expected {target.data_layout}"
        )
    return machine


def initialize() -> None:
    """Make LLVM's back ends known; needed once per process."""
    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    llvm.initialize_native_asmparser()


def optimise(job: Job) -> tuple[Any, Any]:
    """Parse, verify and optimise; gives the module and the target machine."""
    machine = make_target_machine(job.target, job.level)
    module = _parse(job.texts[0], job.target)
    for text in job.texts[1:]:
        module.link_in(_parse(text, job.target))
    module.verify()
    if job.level > 0:
        options = llvm.create_pipeline_tuning_options(job.level)
        builder = llvm.create_pass_builder(machine, options)
        builder.getModulePassManager().run(module, builder)
    return module, machine


def _parse(text: str, target: Target) -> Any:
    module = llvm.parse_assembly(text)
    module.triple = target.triple
    module.data_layout = target.data_layout
    return module


def compile_job(job: Job) -> Compiled | Refused:
    """Turn one job into an object file."""
    started = time.perf_counter()
    try:
        module, machine = optimise(job)
        if job.target.is_riscv and any("_delegation(" in text for text in job.texts):
            module = _parse(tighten(str(module)), job.target)
            module.verify()
        data = machine.emit_object(module)
    except RuntimeError as error:
        return Refused(str(error))
    return Compiled(data, time.perf_counter() - started)


def send(stream: IO[bytes], message: object) -> None:
    """Write one message."""
    data = pickle.dumps(message)
    stream.write(struct.pack(">I", len(data)) + data)
    stream.flush()


def receive(stream: IO[bytes]) -> Any:
    """Read one message; None at the end."""
    head = stream.read(4)
    if len(head) < 4:
        return None
    (length,) = struct.unpack(">I", head)
    data = stream.read(length)
    return pickle.loads(data) if len(data) == length else None


def main() -> None:
    """Answer jobs until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt means
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever LLVM prints must not mix with the replies
    initialize()
    while (job := receive(sys.stdin.buffer)) is not None:
        send(replies, compile_job(job))
