"""Passes on the typed tree: what they accept, mark and refuse."""

import pytest

from tests.compiler.programs import load, lower_source
from zkos.compiler.errors import CompileError
from zkos.compiler.frontend.statements import check_function
from zkos.compiler.ir.printer import print_tree
from zkos.compiler.passes.unset import mark_unset
from zkos.compiler.targets import X86_64

BOX = """
@struct
class Box:
    n: u32
    data: Slice[u8]
    next: Ref["Box"]

@function
def find(box: Box) -> tuple[Status, Box]:
    return Status(0), box
"""

ACCEPTED = {
    "assigned on both sides": """
@function
def f(c: bool) -> u32:
    if c:
        x = u32(1)
    else:
        x = u32(2)
    return x
""",
    "the other side traps": """
@function
def f(c: bool) -> u32:
    if c:
        x = u32(1)
    else:
        trap()
    return x
""",
    "the other side fails": """
@function
def f(c: bool) -> tuple[Status, u32]:
    if c:
        x = u32(1)
    else:
        check(Status(7))
    return Status(0), x
""",
    "an endless loop needs no return": """
@function
def f(n: u32) -> u32:
    while True:
        n += 1
        if n == 7:
            return n
""",
    "assigned before every way out of a loop": """
@function
def f(n: u32) -> u32:
    while True:
        n += 1
        x = n
        if n > 7:
            break
    return x
""",
    "switch with an else that returns": """
@function
def f(n: u32) -> u32:
    for key in switch(n, (1, 2)):
        x = u32(key)
        break
    else:
        return u32(0)
    return x
""",
    "a local struct inside another local": BOX + """
@function
def f(n: u32) -> u32:
    a = local(Box)
    b = local(Box)
    memory = local(Array[u8, 16])
    a.next = b
    a.data = memory[:4]
    a.next.n = n
    return b.n + a.data.length
""",
    "what a local arena made in memory of the caller": BOX + """
@function
def f(memory: Slice[u8]) -> Box:
    arena = local(Arena)
    arena.over(memory, True)
    return arena.new(Box)
""",
    "what a parameter refers to may be returned": BOX + """
@function
def f(box: Box) -> Slice[u8]:
    a = local(Box)
    a.n = 1
    return box.next.data
""",
}  # fmt: skip

REFUSED = {
    "assigned on one way out of a loop": """
@function
def f(n: u32) -> u32:
    while True:
        n += 1
        if n > 7:
            break
        x = n
    return x
""",
    "switch that may match nothing": """
@function
def f(n: u32) -> u32:
    for key in switch(n, (1, 2)):
        x = u32(key)
        break
    return x
""",
    "skipped by continue": """
@function
def f(n: u32) -> u32:
    for i in unroll((1, 2)):
        if n == i:
            continue
        x = u32(i)
    return x
""",
    "a loop that ends by its condition": """
@function
def f(n: u32) -> u32:
    while n < 7:
        return n
""",
    "what a local holds, by a detour": BOX + """
@function
def f() -> Box:
    a = local(Box)
    b = local(Box)
    a.next = b
    c = a.next
    return c
""",
    "what a local holds, by another name": BOX + """
@function
def f() -> Box:
    a = local(Box)
    b = local(Box)
    c = a
    c.next = b
    return a.next
""",
    "what a local holds, set by name": BOX + """
@function
def f() -> Box:
    a = local(Box)
    b = local(Box)
    setattr(a, "next", b)
    return a.next
""",
    "what an arena on the frame made": BOX + """
@function
def f() -> Box:
    memory = local(Array[u8, 64])
    arena = local(Arena)
    arena.over(memory[:], True)
    return arena.new(Box)
""",
    "a value that holds a window on a local": BOX + """
@value
class View:
    data: Slice[u8]

@function
def f() -> View:
    memory = local(Array[u8, 16])
    view = View(memory[:])
    return view
""",
    "words of a local": """
@function
def f(c: bool, other: Slice[u32]) -> Slice[u32]:
    memory = local(Array[u8, 16])
    return as_words(memory[:]) if c else other
""",
    "an arena of somebody else on the frame": """
@function
def f(arena: Arena):
    memory = local(Array[u8, 16])
    arena.over(memory[:], True)
""",
}  # fmt: skip


@pytest.mark.parametrize("name", ACCEPTED)
def test_accepted(name: str) -> None:
    lower_source(ACCEPTED[name])


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    with pytest.raises(CompileError):
        lower_source(REFUSED[name])


def test_reads_of_references_beside_a_status_are_guarded() -> None:
    source = BOX + """
@function
def f(box: Box) -> tuple[Status, Box]:
    status, found = find(box)
    if status == Status(1):
        found.n = box.n
    return status, found
"""  # fmt: skip
    checked = check_function(load(source)["f"], {})
    assert "found.2!" not in print_tree(checked)
    mark_unset(checked, X86_64)
    text = print_tree(checked)
    assert "found.2!.n = box.0.n" in text
    assert "(status.1, found.2)" in text


def test_a_reference_is_guarded_when_it_leaves_beside_another_status() -> None:
    source = BOX + """
@function
def f(box: Box) -> tuple[Status, Box]:
    status, found = find(box)
    if status == Status(1):
        return Status(0), found
    return status, found
"""  # fmt: skip
    checked = check_function(load(source)["f"], {})
    mark_unset(checked, X86_64)
    text = print_tree(checked)
    assert "(Status(0), found.2!)" in text
    assert "(status.1, found.2)" in text
