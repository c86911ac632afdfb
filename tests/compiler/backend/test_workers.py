"""The LLVM processes: what they make, and what happens when LLVM refuses or dies."""

import re
from pathlib import Path

import pytest

from zkos.compiler.backend.llvm_worker import Job
from zkos.compiler.backend.workers import BackendError, compile_jobs, job_key
from zkos.compiler.cache import Cache
from zkos.compiler.targets import RISCV, TARGETS, X86_64, find_target

GOOD = "define i32 @f(i32 %x) { %y = add i32 %x, 1 ret i32 %y }"
FATAL = "define tailcc i32 @f(i32 %x) { ret i32 %x }"  # LLVM ends the process on RISC-V


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_text_becomes_an_object_of_the_target(target) -> None:
    data = compile_jobs([Job("m", (GOOD,), target)], None)["m"]
    assert data[:4] == b"\x7fELF"
    assert data[4] == target.pointer_bytes // 4  # ELFCLASS32 or ELFCLASS64


def test_several_texts_are_linked_into_one_object() -> None:
    caller = "declare i32 @f(i32)\ndefine i32 @g() { %y = call i32 @f(i32 1) ret i32 %y }"
    data = compile_jobs([Job("m", (GOOD, caller), RISCV)], None)["m"]
    assert b"\0f\0" in data and b"\0g\0" in data


def test_refused_text_names_the_module_and_keeps_the_ir() -> None:
    with pytest.raises(BackendError, match="module broken for x86_64") as raised:
        compile_jobs([Job("broken", ("define i32 @f() { ret i64 0 }",), X86_64)], None)
    path = re.search(r"in (/\S+\.ll)\)", str(raised.value))
    assert path is not None
    assert "ret i64 0" in Path(path[1]).read_text()
    Path(path[1]).unlink()


def test_an_llvm_that_dies_is_an_error_and_the_next_job_works() -> None:
    with pytest.raises(BackendError, match=r"module fatal for riscv: LLVM died: .*convention"):
        compile_jobs([Job("fatal", (FATAL,), RISCV)], None)
    assert compile_jobs([Job("m", (GOOD,), RISCV)], None)["m"]


def test_progress_counts_every_module_once(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    jobs = [Job(name, (GOOD,), X86_64) for name in ("a", "b", "c")]
    for _ in range(2):
        seen: list[tuple[int, int]] = []
        compile_jobs(jobs, cache, lambda _, done, total, to=seen: to.append((done, total)))
        assert seen == [(1, 3), (2, 3), (3, 3)]


def test_a_cached_object_is_not_compiled_again(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    job = Job("m", (GOOD,), X86_64)
    cache.put(job_key(job), b"from the cache")
    assert compile_jobs([job], cache) == {"m": b"from the cache"}


def test_everything_that_bytes_depend_on_is_in_the_key() -> None:
    keys = {
        job_key(job)
        for job in (
            Job("m", (GOOD,), X86_64),
            Job("m", (GOOD,), RISCV),
            Job("m", (GOOD,), X86_64, level=1),
            Job("m", (GOOD + " ",), X86_64),
            Job("m", (GOOD, ""), X86_64),
        )
    }
    assert len(keys) == 5


def test_an_unknown_target_is_refused_with_the_choice() -> None:
    with pytest.raises(ValueError, match="'arm': expected one of x86_64, riscv"):
        find_target("arm")
