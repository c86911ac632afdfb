"""Types of the operations of zkos.lang that the compiler emits itself.

One method per operation, named after it; ``OPERATIONS`` connects the live function with it.

Errors:  Refusal at the call or the argument.
"""

import ast
from collections.abc import Callable
from typing import Any, cast

from zkos import lang
from zkos.compiler.frontend import types
from zkos.compiler.frontend.calls import Calls
from zkos.compiler.frontend.context import Found, Known, Unchecked
from zkos.compiler.ir import tree
from zkos.lang.cells import Blake2State, U256Cell
from zkos.lang.containers import Slice
from zkos.lang.integers import Integer, is_integer, u8, u32

_NAMES = (
    "address_of", "as_bytes", "as_words", "become", "blake2_delegation", "byte_swap", "check",
    "copy", "csr_read", "csr_write", "fill", "host_call", "leading_zeros", "likely", "load_be",
    "load_le", "local", "population_count", "prefetch", "range", "reinterpret", "rotate_left",
    "rotate_right", "select",
    "store_be", "store_le", "switch", "trailing_zeros", "trap", "u256_delegation", "unlikely",
    "unroll",
)  # fmt: skip
OPERATIONS: dict[Any, str] = {getattr(lang, name): name for name in _NAMES}
_COUNTS = {
    "address_of": 1, "as_bytes": 1, "as_words": 1, "blake2_delegation": 4, "byte_swap": 1,
    "check": 1, "copy": 2,
    "csr_read": 0, "csr_write": 1, "fill": 2, "host_call": 3, "leading_zeros": 1, "likely": 1,
    "load_be": 3, "load_le": 3, "local": 1, "population_count": 1, "prefetch": 2,
    "reinterpret": 2, "rotate_left": 2, "rotate_right": 2, "select": 3, "store_be": 3,
    "store_le": 3, "trailing_zeros": 1, "trap": 0, "u256_delegation": 3, "unlikely": 1,
}  # fmt: skip


class Intrinsics(Calls):
    """Calls of what zkos.lang exports."""

    def operation(self, target: Any) -> Any:
        """Give the method for an operation of zkos.lang, or None."""
        try:
            name = OPERATIONS.get(target)
        except TypeError:  # not hashable, so none of ours
            return None
        if name is None:
            return None
        method: Callable[[ast.Call], Found] = getattr(self, f"_on_{name}")

        def counted(node: ast.Call) -> Found:
            if name in _COUNTS:
                self.count_arguments(node, name, _COUNTS[name])
            return method(node)

        return counted

    def make(
        self, node: ast.AST, result: Any, name: str, *arguments: tree.Expression,
        detail: Any = None,
    ) -> tree.Intrinsic:  # fmt: skip
        """Make the node of an operation."""
        return tree.Intrinsic(node, result, name, list(arguments), detail)

    # ---------------------------------------------------------------- control

    def _on_check(self, node: ast.Call) -> tree.Expression:
        parts = types.parts_of(self.result)
        if not parts or not types.is_status(parts[0]):
            self.fail(
                node,
                "check() in a function that returns no Status",
                "the result is Status or tuple[Status, ...]",
            )
        outcome = self.value(node.args[0])
        kinds = types.parts_of(outcome.type)
        if not kinds or not types.is_status(kinds[0]):
            self.fail(node, f"check() takes a Status, got {types.type_name(outcome.type)}")
        rest = kinds[1:]
        result: Any = None
        if rest:
            result = rest[0] if len(rest) == 1 else tuple[rest]  # type: ignore[valid-type]
        return tree.Check(node, result, outcome)

    def _on_trap(self, node: ast.Call) -> tree.Expression:
        return self.make(node, None, "trap")

    def _on_become(self, node: ast.Call) -> Found:
        self.fail(node, "become() stands alone after return")

    def _on_unroll(self, node: ast.Call) -> Found:
        self.fail(node, "unroll() stands alone in a for statement")

    def _on_switch(self, node: ast.Call) -> Found:
        self.fail(node, "switch() stands alone in a for statement")

    def _on_range(self, node: ast.Call) -> Found:
        self.fail(node, "range() stands alone in a for statement")

    def _on_likely(self, node: ast.Call) -> Found:
        return self._expectation(node, "likely")

    def _on_unlikely(self, node: ast.Call) -> Found:
        return self._expectation(node, "unlikely")

    def _expectation(self, node: ast.Call, name: str) -> Found:
        decided = self.condition(node.args[0])
        return Known(decided) if isinstance(decided, bool) else self.make(node, bool, name, decided)

    def _on_select(self, node: ast.Call) -> Found:
        condition = self.value(node.args[0], bool)
        first, second = self.operand(node.args[1]), self.operand(node.args[2])
        if isinstance(first, Known) and isinstance(second, Known):
            typed = [x.value for x in (first, second) if isinstance(x.value, Integer)]
            kind = type(typed[0]) if typed else None
            first = self.constant(node.args[1], first.value, kind)
        yes, no = self.pair(node, first, second)
        if types.is_value(yes.type) or types.is_slice(yes.type):
            self.fail(node, "select is for numbers, bool, Status and references")
        return self.make(node, yes.type, "select", condition, yes, no)

    # ---------------------------------------------------------------- bits

    def _number(self, node: ast.expr) -> Known | tree.Expression:
        found = self.operand(node)
        kind = type(found.value) if isinstance(found, Known) else found.type
        if not is_integer(kind) or kind.signed:
            self.fail(node, f"expected an unsigned integer, got {types.type_name(kind)}")
        return found

    def _bits(self, node: ast.Call, name: str, counts: bool) -> Found:
        number = self._number(node.args[0])
        if isinstance(number, Known):
            return self.fold(node, getattr(lang, name), number.value)
        return self.make(node, u32 if counts else number.type, name, number)

    def _on_byte_swap(self, node: ast.Call) -> Found:
        return self._bits(node, "byte_swap", False)

    def _on_leading_zeros(self, node: ast.Call) -> Found:
        return self._bits(node, "leading_zeros", True)

    def _on_trailing_zeros(self, node: ast.Call) -> Found:
        return self._bits(node, "trailing_zeros", True)

    def _on_population_count(self, node: ast.Call) -> Found:
        return self._bits(node, "population_count", True)

    def _rotate(self, node: ast.Call, name: str) -> Found:
        number = self._number(node.args[0])
        count = self.operand(node.args[1])
        if isinstance(count, Known) and isinstance(number, Known):
            return self.fold(node, getattr(lang, name), number.value, count.value)
        if isinstance(number, Known):
            number = self.constant(node, number.value, None)
        if isinstance(count, Known):
            if not isinstance(count.value, int) or count.value < 0:
                self.fail(node, "the count is an unsigned number")
            amount: tree.Expression = tree.Constant(node, u32, int(count.value) % number.type.bits)
        else:
            amount = count
            if not is_integer(count.type) or count.type.signed or count.type.bits > 64:
                self.fail(node, "the count is an unsigned integer of at most 64 bits")
        return self.make(node, number.type, name, number, amount)

    def _on_rotate_left(self, node: ast.Call) -> Found:
        return self._rotate(node, "rotate_left")

    def _on_rotate_right(self, node: ast.Call) -> Found:
        return self._rotate(node, "rotate_right")

    def _kind(self, node: ast.expr) -> Any:
        kind = self.known(node, "the type")
        if not is_integer(kind):
            self.fail(node, f"expected an integer type, got {self.describe(kind)}")
        return kind

    def _on_reinterpret(self, node: ast.Call) -> Found:
        kind = self._kind(node.args[0])
        number = self.integer(node.args[1])
        if kind.bits != number.type.bits:
            self.fail(node, f"reinterpret {number.type.__name__} as {kind.__name__}")
        return tree.Convert(node, kind, number)

    # ---------------------------------------------------------------- memory

    def _on_local(self, node: ast.Call) -> tree.Expression:
        kind = self.known(node.args[0], "the type")
        if not types.is_in_place(kind):
            self.fail(node, f"local() makes structs and arrays, not {types.type_name(kind)}")
        self.check_layout(node, kind)
        if self.loop_depth:
            self.fail(node, "local() in a loop", "make it before the loop and clear it inside")
        return tree.LocalMemory(node, kind)

    def _bytes(self, node: ast.expr) -> tuple[tree.Expression, bool]:
        """Give the byte string, and whether offsets in it are checked (no ``.unchecked``)."""
        is_named = isinstance(node, ast.Attribute) and node.attr == "unchecked"
        found = self.found(node) if is_named else None
        checked = not isinstance(found, Unchecked)
        data = found.base if isinstance(found, Unchecked) else self.value(node)
        kind = data.type
        if not (types.is_slice(kind) or types.is_array(kind)) or kind.element is not u8:
            self.fail(node, f"expected Slice[u8], got {types.type_name(kind)}")
        return data, checked

    def _load(self, node: ast.Call, name: str) -> tree.Expression:
        kind = self._kind(node.args[0])
        if kind.signed:
            self.fail(node, "load_ reads unsigned integers", "use reinterpret() on the result")
        data, checked = self._bytes(node.args[1])
        offset = self.index(node.args[2], None)
        return tree.Intrinsic(node, kind, name, [data, offset], kind, checked)

    def _on_load_le(self, node: ast.Call) -> tree.Expression:
        return self._load(node, "load_le")

    def _on_load_be(self, node: ast.Call) -> tree.Expression:
        return self._load(node, "load_be")

    def _store(self, node: ast.Call, name: str) -> tree.Expression:
        data, checked = self._bytes(node.args[0])
        offset = self.index(node.args[1], None)
        number = self.integer(node.args[2])
        if number.type.signed:
            self.fail(node, "store_ writes unsigned integers", "use reinterpret() on the number")
        return tree.Intrinsic(node, None, name, [data, offset, number], number.type, checked)

    def _on_store_le(self, node: ast.Call) -> tree.Expression:
        return self._store(node, "store_le")

    def _on_store_be(self, node: ast.Call) -> tree.Expression:
        return self._store(node, "store_be")

    def _slice(self, node: ast.expr) -> tree.Expression:
        data = self.value(node)
        if not types.is_slice(data.type) or not is_integer(data.type.element):
            hint = "write x[:]" if types.is_array(data.type) else None
            self.fail(node, f"expected a slice of integers, got {types.type_name(data.type)}", hint)
        return data

    def _on_copy(self, node: ast.Call) -> tree.Expression:
        target = self._slice(node.args[0])
        source = self._slice(node.args[1])
        if target.type is not source.type:
            self.fail(node, "copy is between slices of the same integer type")
        return self.make(node, None, "copy", target, source)

    def _on_fill(self, node: ast.Call) -> tree.Expression:
        target = self._slice(node.args[0])
        return self.make(node, None, "fill", target, self.value(node.args[1], target.type.element))

    def _on_prefetch(self, node: ast.Call) -> tree.Expression:
        data, index = self._slice(node.args[0]), self.integer(node.args[1])
        if index.type.signed:
            self.fail(node, "prefetch takes an unsigned index")
        return self.make(node, None, "prefetch", data, index)

    def _on_as_words(self, node: ast.Call) -> tree.Expression:
        return self.make(node, Slice[u32], "as_words", self.value(node.args[0], Slice[u8]))

    def _on_as_bytes(self, node: ast.Call) -> tree.Expression:
        return self.make(node, Slice[u8], "as_bytes", self._slice(node.args[0]))

    # ---------------------------------------------------------------- the machine and the host

    def _only(self, node: ast.Call, name: str, riscv: bool) -> None:
        if self.build_constants.get("riscv", False) is not riscv:
            where = "the RISC-V machine" if riscv else "python and x86_64"
            self.fail(node, f"{name} exists on {where} only", "put it under if RISCV:")

    def _on_host_call(self, node: ast.Call) -> tree.Expression:
        self._only(node, "host_call", False)
        service = self.value(node.args[0], u32)
        request = self.value(node.args[1], Slice[u32])
        return self.make(
            node, u32, "host_call", service, request, self.value(node.args[2], Slice[u32])
        )

    def _on_csr_read(self, node: ast.Call) -> tree.Expression:
        self._only(node, "csr_read", True)
        return self.make(node, u32, "csr_read")

    def _on_csr_write(self, node: ast.Call) -> tree.Expression:
        self._only(node, "csr_write", True)
        return self.make(node, None, "csr_write", self.value(node.args[0], u32))

    def _on_address_of(self, node: ast.Call) -> tree.Expression:
        self._only(node, "address_of", True)
        return self.make(node, u32, "address_of", self.value(node.args[0], Slice[u8]))

    def _on_u256_delegation(self, node: ast.Call) -> tree.Expression:
        kinds = (U256Cell, U256Cell, u32)
        given = [self.value(a, cast(Any, k)) for a, k in zip(node.args, kinds, strict=True)]
        return self.make(node, u32, "u256_delegation", *given)

    def _on_blake2_delegation(self, node: ast.Call) -> tree.Expression:
        kinds = (Blake2State, Slice[u32], u32, u32)
        given = [self.value(a, cast(Any, k)) for a, k in zip(node.args, kinds, strict=True)]
        return self.make(node, None, "blake2_delegation", *given)
