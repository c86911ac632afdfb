"""Random programs in the subset: text of functions that every executor must agree on.

A function takes three numbers and a slice, has a few locals of all widths, and does arithmetic,
branches, loops, calls and memory accesses on them. It ends with a mix of everything it computed,
or with a trap where an index or a divisor went wrong.
"""

import random

UNSIGNED = ("u8", "u16", "u32", "u64", "u128", "u160", "u256", "u512")
SIGNED = ("i8", "i16", "i32", "i64", "i128", "i256")
KINDS = (*UNSIGNED, *SIGNED)
HEAD = "(a: u64, b: u256, c: i64, data: Slice[u32]) -> u256:"


class Generator:
    """Writes one function."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.locals: dict[str, str] = {"a": "u64", "b": "u256", "c": "i64"}
        self.fixed: set[str] = set()  # counters of loops around
        self.lines: list[str] = []
        self.depth = 1
        self.calls: list[str] = []

    # ---------------------------------------------------------------- expressions

    def literal(self, kind: str) -> str:
        """Give a literal with its type."""
        bits = int(kind[1:])
        top = bits - 1 if kind[0] == "i" else bits
        choices = (0, 1, 2, 7, (1 << top) - 1, self.random.getrandbits(top), top)
        return f"{kind}({self.random.choice(choices) & ((1 << top) - 1)})"

    def leaf(self, kind: str) -> str:
        """Give a local, converted if need be, or a literal."""
        same = [name for name, own in self.locals.items() if own == kind]
        if same and self.random.random() < 0.6:
            return self.random.choice(same)
        if self.random.random() < 0.5:
            return f"{kind}({self.random.choice(list(self.locals))})"
        return self.literal(kind)

    def expression(self, kind: str, depth: int = 0) -> str:
        """Give an expression of a type."""
        pick = self.random.random()
        if depth > 2 or pick < 0.25:
            return self.leaf(kind)
        left = self.expression(kind, depth + 1)
        if pick < 0.60:
            symbol = self.random.choice(["+", "-", "*", "&", "|", "^"])
            return f"({left} {symbol} {self.expression(kind, depth + 1)})"
        if pick < 0.68:
            amount = self.random.choice([self.leaf("u8"), self.leaf("u32"), "3", "33"])
            return f"({left} {self.random.choice(['<<', '>>'])} {amount})"
        if pick < 0.74:
            return f"(~{left})" if kind[0] == "u" else f"(-{left})"
        if pick < 0.80 and kind[0] == "u":
            return f"({left} {self.random.choice(['//', '%'])} ({self.leaf(kind)} | 1))"
        if pick < 0.86:
            other = self.expression(kind, depth + 1)
            condition = self.condition(depth + 1)
            return self.random.choice(
                [f"({left} if {condition} else {other})", f"select({condition}, {left}, {other})"]
            )
        if pick < 0.92 and kind[0] == "u":
            name = self.random.choice(["rotate_left", "rotate_right"])
            return f"{name}({left}, {self.leaf('u32')})"
        if pick < 0.95 and kind == "u32":
            return f"data[{self.expression('u32', depth + 1)} % 8]"
        return f"{kind}({self.expression(self.random.choice(KINDS), depth + 1)})"

    def condition(self, depth: int = 0) -> str:
        """Give a bool expression."""
        pick = self.random.random()
        if depth < 2 and pick < 0.3:
            word = self.random.choice(["and", "or"])
            return f"({self.condition(depth + 1)} {word} {self.condition(depth + 1)})"
        if pick < 0.4:
            return f"(not {self.condition(depth + 1)})" if depth < 3 else "(a == 0)"
        kind = self.random.choice(KINDS)
        symbol = self.random.choice(["==", "!=", "<", "<=", ">", ">="])
        return f"({self.expression(kind, 2)} {symbol} {self.expression(kind, 2)})"

    # ---------------------------------------------------------------- statements

    def line(self, text: str) -> None:
        """Write a line."""
        self.lines.append("    " * self.depth + text)

    def block(self, head: str, size: int) -> None:
        """Write a block; locals made inside are unknown after it."""
        before = dict(self.locals)
        self.line(head)
        self.depth += 1
        for _ in range(size):
            self.statement()
        self.depth -= 1
        self.locals = before

    def statement(self) -> None:
        """Write a random statement."""
        pick = self.random.random()
        size = self.random.randint(1, 3)
        if pick < 0.35 or self.depth > 3:
            self.assign()
        elif pick < 0.50:
            names = [name for name in self.locals if name not in self.fixed]
            name = self.random.choice(names)
            symbol = self.random.choice(["+", "-", "*", "&", "|", "^"])
            self.line(f"{name} {symbol}= {self.expression(self.locals[name])}")
        elif pick < 0.65:
            self.block(f"if {self.condition()}:", size)
            if self.random.random() < 0.5:
                self.block("else:", size)
        elif pick < 0.77:
            self.loop(size)
        elif pick < 0.90:
            place = f"data[{self.leaf('u32')} % 9]"
            self.line(f"{place} {self.random.choice(['=', '+=', '^='])} {self.expression('u32')}")
        elif self.calls and pick < 0.96:
            name = self.random.choice(self.calls)
            given = f"{self.leaf('u64')}, {self.leaf('u256')}, {self.leaf('i64')}, data"
            self.line(f"b ^= {name}({given})")
        else:
            self.line(f"b //= {self.expression('u256')} ^ b")

    def assign(self) -> None:
        """Assign to a new or an old local."""
        names = [name for name in self.locals if name not in self.fixed]
        if self.random.random() < 0.5:
            name = self.random.choice(names)
        else:
            kind = self.random.choice(KINDS)
            name = f"{kind}_{self.random.randint(0, 1)}"
            if name in self.fixed:
                return
            self.line(f"{name} = {self.expression(kind)}")
            self.locals[name] = kind
            return
        self.line(f"{name} = {self.expression(self.locals[name])}")

    def loop(self, size: int) -> None:
        """Write a counted loop with a way out."""
        kind = self.random.choice(["u8", "u32", "u64"])
        name = f"i{self.depth}"
        if name in self.fixed or self.locals.get(name, kind) != kind:
            return
        name = f"{name}_{kind}"
        self.fixed.add(name)
        before = dict(self.locals)
        self.locals[name] = kind
        step = self.random.choice(["", ", 3"])
        self.block(f"for {name} in range({kind}({self.random.randint(0, 3)}), 7{step}):", size)
        if self.random.random() < 0.3:
            self.depth += 1
            self.line(f"if {self.condition()}:")
            self.line(f"    {self.random.choice(['break', 'continue'])}")
            self.depth -= 1
        self.locals = before
        self.fixed.discard(name)

    def function(self, name: str, calls: list[str]) -> str:
        """Write the whole function."""
        self.calls = calls
        for _ in range(self.random.randint(4, 9)):
            self.statement()
        total = " ^ ".join(
            f"u256({own})" if kind != "u256" else own for own, kind in self.locals.items()
        )
        self.line(f"return {total}")
        return "\n".join(["@function", f"def {name}{HEAD}", *self.lines]) + "\n"


def make_program(seed: int, count: int) -> str:
    """Give the text of a program of functions f0, f1, ... that call earlier ones."""
    texts = []
    for number in range(count):
        calls = [f"f{earlier}" for earlier in range(max(0, number - 3), number)]
        texts.append(Generator(seed * 1000 + number).function(f"f{number}", calls))
    return "\n".join(texts)
