"""Random programs on memory: structs, values, arrays and bytes of random shapes.

A program has a value class, a struct inside another, and functions that write and read places of
all kinds, some of them through slices and byte views. Each ends with a digest of everything.
"""

import random

KINDS = (
    "u8", "u16", "u32", "u64", "u128", "u160", "u256", "u512", "i8", "i16", "i32", "i64", "i128",
    "i256", "bool",
)  # fmt: skip
UNSIGNED = KINDS[:8]


class Shapes:
    """Writes the classes of one program and names their places."""

    def __init__(self, source: random.Random) -> None:
        self.random = source
        self.value = self._fields("v", 3)
        self.inner = self._fields("n", 3)
        self.outer = self._fields("f", 4)
        self.arrays = {
            f"r{number}": (source.choice(KINDS), source.randint(1, 5)) for number in range(3)
        }

    def _fields(self, letter: str, count: int) -> dict[str, str]:
        return {f"{letter}{number}": self.random.choice(KINDS) for number in range(count)}

    def classes(self) -> str:
        """Give the text of the classes."""
        lines = ["@value", "class V:", *(f"    {n}: {k}" for n, k in self.value.items()), ""]
        lines += ["@struct", "class Inner:", *(f"    {n}: {k}" for n, k in self.inner.items())]
        lines += ["    held: V", "", "@struct", "class Outer:"]
        parts = [f"    {n}: {k}" for n, k in self.outer.items()]
        parts += ["    v: V", "    inner: Inner", "    items: Array[Inner, 3]"]
        parts += ["    held: Array[V, 2]", "    link: Ref[Inner]", "    data: Slice[u8]"]
        parts += [f"    {n}: Array[{kind}, {count}]" for n, (kind, count) in self.arrays.items()]
        self.random.shuffle(parts)
        return "\n".join([*lines, *parts]) + "\n"

    def places(self, index: str) -> list[tuple[str, str]]:
        """Give (place, type) of everything that holds a number."""
        found = [(f"s.{name}", kind) for name, kind in self.outer.items()]
        for owner in ("s.inner", "s.link", f"s.items[{index} % 3]"):
            found += [(f"{owner}.{name}", kind) for name, kind in self.inner.items()]
        for name, (kind, count) in self.arrays.items():
            found.append((f"s.{name}[{index} % {count}]", kind))
        return found

    def parts(self, index: str) -> list[tuple[str, str]]:
        """Give (place, type) of the parts of values, which can only be read."""
        owners = ("s.v", "s.inner.held", f"s.items[{index} % 3].held", f"s.held[{index} % 2]")
        return [(f"{owner}.{name}", kind) for owner in owners for name, kind in self.value.items()]

    def values(self, index: str) -> list[str]:
        """Give the places that hold a whole value."""
        return ["s.v", "s.inner.held", f"s.items[{index} % 3].held", f"s.held[{index} % 2]"]


def _as(kind: str, text: str, source: str) -> str:
    """Convert a number or bool to a type."""
    if kind == "bool":
        return text if source == "bool" else f"{text} & 1 == 1"
    return f"{kind}({text})"


def _statement(shapes: Shapes) -> list[str]:
    source = shapes.random
    index = source.choice(["a", "b", "u32(a >> 7)", "data.length", "u8(b)"])
    readable = [*shapes.places(index), *shapes.parts(index), ("a", "u64"), ("b", "u256")]
    place, kind = source.choice(shapes.places(index))
    given, given_kind = source.choice(readable)
    other, other_kind = source.choice(readable)
    unsigned = source.choice(UNSIGNED)
    size = int(unsigned[1:]) // 8
    numbers = [name for name, (own, _) in shapes.arrays.items() if own != "bool"]
    choices = [
        [f"{place} = {_as(kind, given, given_kind)}"],
        [f"if {_as('bool', given, given_kind)}:", f"    {place} = {_as(kind, other, other_kind)}"],
        [f"{source.choice(shapes.values(index))} = {source.choice(shapes.values('a'))}"],
        [f"s.link = s.items[{index} % 3]"],
        [f"store_{source.choice(['le', 'be'])}(s.data, {index} % 9, {_as(unsigned, given, '')})"]
        if given_kind != "bool" else ["s.data[1] ^= 5"],
        [f"b ^= u256(load_{source.choice(['le', 'be'])}({unsigned}, data, {index} % {90 - size}))"],
        ["copy(s.data[3:19], data[a % 7 + 2 : a % 7 + 18])"],
        [f"b += u256(touch(s, u32({index} & 255)))"],
    ]  # fmt: skip
    if kind != "bool":
        choices.append([f"{place} {source.choice(['+', '-', '*', '^'])}= {_as(kind, given, '')}"])
    if numbers:
        name = source.choice(numbers)
        choices.append([f"b ^= u256(as_bytes(s.{name}[:])[0])"])
        choices.append([f"fill(s.{name}[:], {_as(shapes.arrays[name][0], 'a', 'u64')})"])
    fields = ", ".join(_as(k, *source.choice(readable)) for k in shapes.value.values())
    choices.append([f"{source.choice(shapes.values(index))} = V({fields})"])
    return source.choice(choices)


def make_memory_program(seed: int, count: int) -> str:
    """Give the text of a program with functions f0, f1, ..."""
    shapes = Shapes(random.Random(seed))
    body = ["@function", "def touch(s: Outer, i: u32) -> u64:", "    s.items[i % 3].held = s.v"]
    body += ["    s.data[i % 50] += 1", "    return u64(s.data[i % 40]) << (i % 70)", ""]
    places = [
        place
        for i in range(3)
        for place, _ in [*shapes.places(f"u32({i})"), *shapes.parts(f"u32({i})")]
    ]
    digest = [f"    b = b * 31 + u256({place})" for place in dict.fromkeys(places)]
    for number in range(count):
        body += ["@function", f"def f{number}(a: u64, b: u256, data: Slice[u8]) -> u256:"]
        body += ["    s = local(Outer)", "    s.data = data", "    s.link = s.inner"]
        for _ in range(shapes.random.randint(6, 14)):
            body += ["    " + line for line in _statement(shapes)]
        body += [*digest, "    return b", ""]
    return shapes.classes() + "\n" + "\n".join(body)
