"""Properties of the typed tree and of the LLVM IR text that it becomes."""

import re
import subprocess
import sys

import pytest

from tests.compiler.programs import load, lower_source
from zkos.compiler.errors import InternalError
from zkos.compiler.frontend.statements import check_function
from zkos.compiler.ir import tree
from zkos.compiler.ir.printer import print_tree
from zkos.compiler.ir.verifier import verify
from zkos.compiler.pipeline import PASSES, lower
from zkos.compiler.targets import RISCV, X86_64
from zkos.lang import u32, u64

PROGRAM = """
PROVING = build_constant("proving")

@struct
class Box:
    n: u32
    data: Slice[u8]

@function
def helper(box: Box, i: u32) -> tuple[Status, u64]:
    if i >= box.data.length:
        return Status(3), 0
    return Status(0), u64(box.data[i])

@function
def f(box: Box, n: u32) -> tuple[Status, u64]:
    total = u64(0)
    for i in range(n):
        total += check(helper(box, i)) << 2
    if PROVING and total > 9:
        box.n -= 1
    while box.n != 0:
        box.n -= 1
        if box.n == 5:
            break
    return Status(0), total if n != 0 else u64(1)
"""

PRINTED = """\
def {module}.f(box.0: Box, n.1: u32) -> tuple[Status, u64]:
    total.2: u64 = u64(0)
    for i.3 in range(u32(0), n.1, 1):
        total.2: u64 = (total.2 + (check({module}.helper(box.0, i.3)) << u32(2)))
    while (box.0.n != u32(0)):
        base.4: Box = box.0
        old.5: u32 = base.4.n
        base.4.n = (old.5 - u32(1))
        if (box.0.n == u32(5)):
            break
    return tuple[Status, u64](Status(0), (total.2 if (n.1 != u32(0)) else u64(1)))
"""


def test_the_typed_tree_can_be_read() -> None:
    function = load(PROGRAM)["f"]
    found = print_tree(check_function(function, {}))
    assert found == PRINTED.format(module=function.__module__)


def test_watch_is_shown_every_step_of_every_function() -> None:
    seen: list[tuple[str, str]] = []
    function = load(PROGRAM)["f"]
    lower([function], X86_64, {}, False, lambda step, t: seen.append((step, t.function.__name__)))
    steps = ["check", *(name for name, _ in PASSES)]
    assert sorted(seen) == sorted((step, name) for step in steps for name in ("f", "helper"))


def test_a_folded_branch_leaves_nothing() -> None:
    function = load(PROGRAM)["f"]
    with_branch = print_tree(check_function(function, {"proving": True}))
    assert "> u64(9)" in with_branch
    assert "> u64(9)" not in print_tree(check_function(function, {}))


def test_the_verifier_finds_a_broken_tree() -> None:
    checked = check_function(load(PROGRAM)["f"], {})
    verify("check", checked)
    first = checked.body[0]
    assert isinstance(first, tree.Assign) and first.local.type is u64
    first.value = tree.Constant(first.at, u32, 0)
    with pytest.raises(InternalError, match=r"after test: .*Assign: expected u64, found u32"):
        verify("test", checked)


@pytest.mark.parametrize("target", [X86_64, RISCV], ids=lambda target: target.name)
def test_debug_information_changes_no_instruction(target: object) -> None:
    plain = lower_source(PROGRAM, "f", target).modules
    function = load(PROGRAM)["f"]
    debug = lower([function], target, {}, True).modules
    for name, text in debug.items():
        without = re.sub(r",? !dbg !\d+", "", text)
        code = "\n".join(
            line for line in without.splitlines() if not line.lstrip().startswith(("!", "#dbg"))
        )
        expected = "\n".join(x for x in plain[name].splitlines() if not x.startswith("!"))
        assert code.strip() == expected.strip()
        assert "DISubprogram(name: " in text
        assert '!DILocalVariable(name: "total"' in text


_DIGEST = """
import hashlib, sys
sys.path.insert(0, sys.argv[1])
from tests.compiler.test_lowering import PROGRAM
from tests.compiler.programs import lower_source
texts = lower_source(PROGRAM).modules
print(hashlib.sha256(repr(sorted(texts.items())).encode()).hexdigest())
"""


def test_the_text_does_not_depend_on_the_hash_seed(pytestconfig: pytest.Config) -> None:
    found = {
        subprocess.run(
            [sys.executable, "-c", _DIGEST, str(pytestconfig.rootpath)],
            env={"PYTHONHASHSEED": seed, "PATH": "/usr/bin:/bin"},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1


DIVISION = """
@function
def f(a: u256, b: u128, c: u160) -> u256:
    return a // 3 % 7 + u256(b // 5) + u256(c // 9) + a // 4096
"""


@pytest.mark.parametrize("target", [X86_64, RISCV], ids=lambda target: target.name)
def test_wide_division_is_never_left_to_llvm(target: object) -> None:
    for text in lower_source(DIVISION, "f", target).modules.values():
        assert not re.search(r"(udiv|urem|sdiv|srem) i(128|160|256|512)", text)


CROSS = """
@function(inline=True)
def copied(a: u32) -> u32:
    return a * 3

@function(inline=False)
def apart(a: u32) -> u32:
    return a * 5

@function(export="entry", cold=True)
def f(a: u32) -> u32:
    return copied(a) + apart(a)
"""


def test_linkage_and_attributes_follow_the_options() -> None:
    program = lower_source(CROSS)
    (text,) = program.modules.values()
    assert re.search(r"define internal i32 @\"\S+\.copied\"\(i32 %a0\) nounwind alwaysinline", text)
    assert re.search(r"define hidden i32 @\"\S+\.apart\"\(i32 %a0\) nounwind noinline", text)
    assert re.search(r"define i32 @\"entry\"\(i32 %a0\) nounwind cold", text)
    assert list(program.exports) == ["entry"]
    lines = {symbol.rpartition(".")[2]: place.line for symbol, place in program.functions.items()}
    assert lines == {"copied": 3, "apart": 7, "entry": 11}


def test_traps_name_the_line_on_x86_and_are_one_instruction_on_riscv() -> None:
    (text,) = lower_source(
        "@function\ndef f(a: Slice[u8]) -> u8:\n    return a[5]\n"
    ).modules.values()
    assert re.search(r"call void @zkos_trap\(i32 1, ptr @\"string\.\w+\", i32 3\)", text)
    source = "@function\ndef f(a: Slice[u8]) -> u8:\n    return a[5] + a[6]\n"
    (text,) = lower_source(source, "f", RISCV).modules.values()
    assert text.count("call void @llvm.trap()") == 1


AHEAD = """
@function
def ahead(data: Slice[u32], i: u32):
    prefetch(data, i)
"""


@pytest.mark.parametrize(("target", "count"), [(X86_64, 1), (RISCV, 0)])
def test_fetching_ahead_is_an_instruction_where_there_is_one(target: object, count: int) -> None:
    (text,) = lower_source(AHEAD, "ahead", target).modules.values()
    assert text.count("call void @llvm.prefetch") == count
