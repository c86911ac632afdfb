"""LLVM IR of expressions.

Nothing is left to LLVM's undefined behaviour: shifts are guarded, divisors and indices are
checked before they are used, and division of wide numbers is a call of the runtime.
"""

from collections.abc import Callable
from typing import Any

from zkos.compiler.emit.layout import (
    align_of,
    convention,
    field_offset,
    part_range,
    result_type,
    scalars,
    size_of,
)
from zkos.compiler.emit.writer import (
    EXPECTED,
    TRAP_DIVISION,
    TRAP_INDEX,
    TRAP_UNSET,
    Values,
    Writer,
)
from zkos.compiler.frontend import types
from zkos.compiler.ir import tree
from zkos.compiler.passes.references import runtime_division
from zkos.lang.integers import u256

_SIMPLE = {"add": "add", "sub": "sub", "mul": "mul", "and": "and", "or": "or", "xor": "xor"}


def bits_of(kind: Any) -> int:
    """Give the width of an integer, Status or bool in a register."""
    if kind is bool:
        return 1
    return 32 if types.is_status(kind) else int(kind.bits)


class Expressions(Writer):
    """Expressions apart from the operations of zkos.lang."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.homes: dict[int, list[str]] = {}  # local -> one alloca per scalar

    def value(self, node: tree.Expression) -> Values:
        """Compute an expression and give its scalars."""
        method: Callable[[Any], Values] = getattr(self, f"_{type(node).__name__}")
        if not isinstance(node, tree.Constant | tree.Read):
            self.at(node.at)
        return method(node)

    def one(self, node: tree.Expression) -> str:
        """Compute an expression that is a single scalar."""
        values = self.value(node)
        return values[0]

    # ---------------------------------------------------------------- locals and constants

    def home(self, local: tree.Local) -> list[str]:
        """Give the places of a local in the frame."""
        if local.index not in self.homes:
            self.homes[local.index] = [self.variable(text) for text in scalars(local.type)]
        return self.homes[local.index]

    def _natural(self, text: str) -> int:
        if text == "ptr":
            return self.pointer
        size = max(1, min(int(text[1:]) // 8, 8))
        return 4 if text == "i160" else size

    def variable(self, text: str) -> str:
        """Reserve a place for one scalar; LLVM turns it into a register."""
        return self.alloca(text, self._natural(text))

    def get(self, text: str, place: str) -> str:
        """Read a scalar from its place."""
        return self.make(f"load {text}, ptr {place}, align {self._natural(text)}")

    def put(self, text: str, place: str, value: str) -> None:
        """Write a scalar to its place."""
        self.emit(f"store {text} {value}, ptr {place}, align {self._natural(text)}")

    def assign(self, local: tree.Local, values: Values) -> None:
        """Put values into a local."""
        for place, text, value in zip(self.home(local), scalars(local.type), values, strict=True):
            self.put(text, place, value)

    def _Constant(self, node: tree.Constant) -> Values:
        if node.type is bool:
            return ["true" if node.number else "false"]
        return [str(node.number)]

    def _Read(self, node: tree.Read) -> Values:
        pairs = zip(self.home(node.local), scalars(node.local.type), strict=True)
        values = [self.get(text, place) for place, text in pairs]
        if node.guarded:
            self.require(self.make(f"icmp ne ptr {values[0]}, null"), TRAP_UNSET)
        return values

    # ---------------------------------------------------------------- operators

    def _Binary(self, node: tree.Binary) -> Values:
        left = self.one(node.left)
        right = self.one(node.right)
        text = scalars(node.type)[0]
        if node.operation in _SIMPLE:
            return [self.make(f"{_SIMPLE[node.operation]} {text} {left}, {right}")]
        return [self._divide(node, text, left, right)]

    def _divide(self, node: tree.Binary, text: str, left: str, right: str) -> str:
        is_division = node.operation == "div"
        if isinstance(node.right, tree.Constant):
            divisor = node.right.number
            if divisor & (divisor - 1) == 0:
                if is_division:
                    return self.make(f"lshr {text} {left}, {divisor.bit_length() - 1}")
                return self.make(f"and {text} {left}, {divisor - 1}")
        else:
            self.require(self.make(f"icmp ne {text} {right}, 0"), TRAP_DIVISION)
        self.at(node.at)
        function = runtime_division(node.type)
        if function is None:
            return self.make(f"{'udiv' if is_division else 'urem'} {text} {left}, {right}")
        is_narrow = text == "i160"
        wide = "i256" if is_narrow else text
        if is_narrow:
            left = self.make(f"zext i160 {left} to i256")
            right = self.make(f"zext i160 {right} to i256")
        number: Any = u256 if is_narrow else node.type
        kind: Any = tuple.__class_getitem__((number, number))
        symbol = self.module.symbol(function)
        both = self.take(kind, f"call {result_type(kind)} {symbol}({wide} {left}, {wide} {right})")
        result = both[0] if is_division else both[1]
        return self.make(f"trunc i256 {result} to i160") if is_narrow else result

    def resize(self, value: str, source: int, target: int, signed: bool = False) -> str:
        """Change the width of an integer."""
        if source == target:
            return value
        word = "trunc" if target < source else ("sext" if signed else "zext")
        if value.lstrip("-").isdigit():
            number = int(value) & ((1 << target) - 1)
            return str(number)
        return self.make(f"{word} i{source} {value} to i{target}")

    def _Shift(self, node: tree.Shift) -> Values:
        bits = node.type.bits
        left = self.one(node.left)
        is_arithmetic = node.operation == "right" and node.type.signed
        word = "shl" if node.operation == "left" else ("ashr" if is_arithmetic else "lshr")
        if isinstance(node.amount, tree.Constant):
            amount = node.amount.number
            if amount >= bits and not is_arithmetic:
                return ["0"]
            return [self.make(f"{word} i{bits} {left}, {min(amount, bits - 1)}")]
        given = self.one(node.amount)
        width = node.amount.type.bits
        if (1 << width) - 1 < bits:
            return [self.make(f"{word} i{bits} {left}, {self.resize(given, width, bits)}")]
        inside = self.make(f"icmp ult i{width} {given}, {bits}")
        amount_text = self.resize(given, width, bits)
        if is_arithmetic:
            amount_text = self.make(
                f"select i1 {inside}, i{bits} {amount_text}, i{bits} {bits - 1}"
            )
            return [self.make(f"ashr i{bits} {left}, {amount_text}")]
        shifted = self.make(f"{word} i{bits} {left}, {amount_text}")
        return [self.make(f"select i1 {inside}, i{bits} {shifted}, i{bits} 0")]

    def _Compare(self, node: tree.Compare) -> Values:
        left = self.one(node.left)
        right = self.one(node.right)
        kind = node.left.type
        word = node.operation
        if word not in ("eq", "ne"):
            word = ("s" if kind.signed else "u") + word
        return [self.make(f"icmp {word} {scalars(kind)[0]} {left}, {right}")]

    def _Logic(self, node: tree.Logic) -> Values:
        rest, end = self.label("rest"), self.label("end")
        is_and = node.operation == "and"
        place = self.variable("i1")
        left = self.one(node.left)
        self.put("i1", place, left)
        self.branch_if(left, rest if is_and else end, end if is_and else rest)
        self.block(rest)
        self.put("i1", place, self.one(node.right))
        self.block(end)
        return [self.get("i1", place)]

    def _Unary(self, node: tree.Unary) -> Values:
        operand = self.one(node.operand)
        text = scalars(node.type)[0]
        if node.operation == "not":
            return [self.make(f"xor i1 {operand}, true")]
        if node.operation == "invert":
            return [self.make(f"xor {text} {operand}, -1")]
        return [self.make(f"sub {text} 0, {operand}")]

    def _Conditional(self, node: tree.Conditional) -> Values:
        yes, no, end = self.label("yes"), self.label("no"), self.label("end")
        texts = scalars(node.type)
        places = [self.variable(text) for text in texts]
        self.choose(node.condition, yes, no)
        for name, side in ((yes, node.yes), (no, node.no)):
            self.block(name)
            for place, text, value in zip(places, texts, self.value(side), strict=True):
                self.put(text, place, value)
            self.branch(end)
        self.block(end)
        return [self.get(text, place) for text, place in zip(texts, places, strict=True)]

    def choose(self, condition: tree.Expression, yes: str, no: str) -> None:
        """Branch on a condition, without a detour through a value for and, or, not."""
        if isinstance(condition, tree.Logic):
            rest = self.label("rest")
            is_and = condition.operation == "and"
            self.choose(condition.left, rest if is_and else yes, no if is_and else rest)
            self.block(rest)
            self.choose(condition.right, yes, no)
        elif isinstance(condition, tree.Unary):
            self.choose(condition.operand, no, yes)
        elif isinstance(condition, tree.Intrinsic) and condition.name in ("likely", "unlikely"):
            value = self.one(condition.arguments[0])
            note = EXPECTED if condition.name == "likely" else "!prof !1"
            self.branch_if(value, yes, no, note)
        else:
            self.branch_if(self.one(condition), yes, no)

    def _Convert(self, node: tree.Convert) -> Values:
        source = node.operand.type
        signed = bool(getattr(source, "signed", False))
        value = self.one(node.operand)
        return [self.resize(value, bits_of(source), bits_of(node.type), signed)]

    # ---------------------------------------------------------------- memory

    def _Field(self, node: tree.Field) -> Values:
        base = self.one(node.base)
        place = self.offset(base, field_offset(node.owner, node.name, self.pointer))
        if types.is_in_place(node.type) and not types.is_reference(node.owner.fields[node.name]):
            return [place]
        return self.load(node.owner.fields[node.name], place)

    def _Part(self, node: tree.Part) -> Values:
        start, end = part_range(node.owner, node.name)
        return self.value(node.base)[start:end]

    def index(self, index: tree.Expression, length: str, checked: bool) -> str:
        """Compute and check an index; gives it as wide as a pointer."""
        value = self.one(index)
        width, signed = index.type.bits, index.type.signed
        if width < 32:
            value, width = self.resize(value, width, 32, signed), 32
        if checked:
            limit = self.resize(length, 32, width)
            self.require(self.make(f"icmp ult i{width} {value}, {limit}"), TRAP_INDEX)
        return self.resize(value, width, 8 * self.pointer)

    def element_place(self, base: tree.Expression, index: tree.Expression, checked: bool) -> str:
        """Give the address of an element."""
        whole = self.value(base)
        size = size_of(base.type.element, self.pointer)
        if types.is_array(base.type):
            length = str(base.type.count)
            if isinstance(index, tree.Constant):
                return self.offset(whole[0], index.number * size)
        else:
            length = whole[1]
        position = self.index(index, length, checked)
        return self.make(
            f"getelementptr inbounds [{size} x i8], ptr {whole[0]}, {self.word} {position}"
        )

    def _Element(self, node: tree.Element) -> Values:
        place = self.element_place(node.base, node.index, node.checked)
        element = node.base.type.element
        return [place] if types.is_in_place(element) else self.load(element, place)

    def _TableElement(self, node: tree.TableElement) -> Values:
        count = len(node.table.values)
        checked = node.checked and (1 << node.index.type.bits) > count
        position = self.index(node.index, str(count), checked)
        table = self.module.table(node.table)
        size = size_of(node.type, self.pointer)
        place = self.make(f"getelementptr [{size} x i8], ptr {table}, {self.word} {position}")
        align = align_of(node.type, self.pointer)
        return [
            self.make(f"load i{node.type.bits}, ptr {place}, align {align}, !invariant.load !2")
        ]

    def _Window(self, node: tree.Window) -> Values:
        whole = self.value(node.base)
        is_array = types.is_array(node.base.type)
        length = str(node.base.type.count) if is_array else whole[1]
        low = self._bound(node.low) if node.low is not None else "0"
        high = self._bound(node.high) if node.high is not None else length
        if low == "0" and high == length:
            return [whole[0], length]
        if high != length:
            self.require(self.make(f"icmp ule i32 {high}, {length}"), TRAP_INDEX)
        if low == "0":
            return [whole[0], high]
        self.require(self.make(f"icmp ule i32 {low}, {high}"), TRAP_INDEX)
        size = size_of(node.type.element, self.pointer)
        position = self.resize(low, 32, 8 * self.pointer)
        start = self.make(
            f"getelementptr inbounds [{size} x i8], ptr {whole[0]}, {self.word} {position}"
        )
        return [start, self.make(f"sub i32 {high}, {low}")]

    def _bound(self, node: tree.Expression) -> str:
        """Compute a bound of a slice as u32; a wider one that does not fit traps."""
        value = self.one(node)
        width, signed = node.type.bits, node.type.signed
        if width > 32:
            self.require(self.make(f"icmp ult i{width} {value}, {1 << 32}"), TRAP_INDEX)
        return self.resize(value, width, 32, signed)

    def _Length(self, node: tree.Length) -> Values:
        return [self.value(node.base)[1]]

    # ---------------------------------------------------------------- calls

    def _Call(self, node: tree.Call) -> Values:
        values = [self.value(argument) for argument in node.arguments]
        self.at(node.at)
        kinds = [argument.type for argument in node.arguments]
        symbol = self.module.symbol(node.target)
        given = self.typed(kinds, values)
        head = f"call {convention(node.target, self.module.target)}{result_type(node.type)}"
        return self.take(node.type, f"{head} {symbol}({given})")

    def handler(self, table: Any, index: tree.Expression, checked: bool) -> str:
        """Give the address of a function in a handler table."""
        count = len(table.handlers)
        checked = checked and (1 << index.type.bits) > count
        position = self.index(index, str(count), checked)
        symbol = self.module.handlers(table)
        place = self.make(f"getelementptr ptr, ptr {symbol}, {self.word} {position}")
        return self.make(f"load ptr, ptr {place}, align {self.pointer}, !invariant.load !2")

    def _HandlerCall(self, node: tree.HandlerCall) -> Values:
        target = self.handler(node.table, node.index, node.checked)
        values = [self.value(argument) for argument in node.arguments]
        kinds = [argument.type for argument in node.arguments]
        given = self.typed(kinds, values)
        words = convention(node.table.handlers[0], self.module.target)
        return self.take(node.type, f"call {words}{result_type(node.type)} {target}({given})")

    def _Build(self, node: tree.Build) -> Values:
        return [value for part in node.parts for value in self.value(part)]

    def _LocalMemory(self, node: tree.LocalMemory) -> Values:
        size = max(size_of(node.type, self.pointer), 1)
        place = self.alloca(f"[{size} x i8]", max(align_of(node.type, self.pointer), 8))
        self.clear(place, str(size))
        return [place]

    def clear(self, place: str, size: str) -> None:
        """Fill memory with zeros."""
        name = f"llvm.memset.p0.{self.word}"
        self.module.declare(f"declare void @{name}(ptr, i8, {self.word}, i1 immarg)")
        self.emit(f"call void @{name}(ptr {place}, i8 0, {self.word} {size}, i1 false)")

    def _Check(self, node: tree.Check) -> Values:
        values = self.value(node.outcome)
        self.at(node.at)
        success = self.make(f"icmp eq i32 {values[0]}, 0")
        on, failed = self.label("fine"), self.label("failed")
        self.branch_if(success, on, failed, EXPECTED)
        self.block(failed)
        result = self.function.result
        self.give(result, [values[0], *map(zero_text, scalars(result)[1:])])
        self.block(on)
        return values[1:]


def zero_text(text: str) -> str:
    """Give the zero of an LLVM scalar type."""
    return {"ptr": "null", "i1": "false"}.get(text, "0")
