"""LLVM IR of the operations of zkos.lang."""

from collections.abc import Callable
from typing import Any

from zkos.compiler.emit.arena import take
from zkos.compiler.emit.expressions import Expressions
from zkos.compiler.emit.layout import align_of, result_type, scalars, size_of
from zkos.compiler.emit.writer import (
    TRAP_ARENA,
    TRAP_CALLED,
    TRAP_INDEX,
    TRAP_LENGTHS,
    TRAP_WORDS,
    Values,
)
from zkos.compiler.frontend import types
from zkos.compiler.ir import tree
from zkos.compiler.passes.references import runtime_delegation


class Intrinsics(Expressions):
    """Operations that are instructions, intrinsics of LLVM or calls of the runtime."""

    def _Intrinsic(self, node: tree.Intrinsic) -> Values:
        method: Callable[[Any], Values] = getattr(self, f"_on_{node.name}")
        return method(node)

    def intrinsic(self, name: str, result: str, arguments: list[tuple[str, str]]) -> str:
        """Call an intrinsic of LLVM."""
        kinds = ", ".join(kind for kind, _ in arguments)
        self.module.declare(f"declare {result} @{name}({kinds})")
        given = ", ".join(f"{kind} {value}" for kind, value in arguments)
        call = f"call {result} @{name}({given})"
        if result == "void":
            self.emit(call)
            return ""
        return self.make(call)

    # ---------------------------------------------------------------- control

    def _on_trap(self, node: tree.Intrinsic) -> Values:
        self.trap(TRAP_CALLED)
        return []

    def _on_likely(self, node: tree.Intrinsic) -> Values:
        return self._expect(node, "true")

    def _on_unlikely(self, node: tree.Intrinsic) -> Values:
        return self._expect(node, "false")

    def _expect(self, node: tree.Intrinsic, usual: str) -> Values:
        value = self.one(node.arguments[0])
        return [self.intrinsic("llvm.expect.i1", "i1", [("i1", value), ("i1", usual)])]

    def _on_select(self, node: tree.Intrinsic) -> Values:
        condition, yes, no = (self.one(argument) for argument in node.arguments)
        text = scalars(node.type)[0]
        return [self.make(f"select i1 {condition}, {text} {yes}, {text} {no}")]

    # ---------------------------------------------------------------- bits

    def _on_byte_swap(self, node: tree.Intrinsic) -> Values:
        value = self.one(node.arguments[0])
        bits = node.type.bits
        return [value if bits == 8 else self.swap(bits, value)]

    def swap(self, bits: int, value: str) -> str:
        """Reverse the bytes of a number."""
        if bits == 8:
            return value
        return self.intrinsic(f"llvm.bswap.i{bits}", f"i{bits}", [(f"i{bits}", value)])

    def _count(self, node: tree.Intrinsic, name: str, *more: tuple[str, str]) -> Values:
        bits = node.arguments[0].type.bits
        value = self.one(node.arguments[0])
        found = self.intrinsic(f"llvm.{name}.i{bits}", f"i{bits}", [(f"i{bits}", value), *more])
        return [self.resize(found, bits, 32)]

    def _on_leading_zeros(self, node: tree.Intrinsic) -> Values:
        return self._count(node, "ctlz", ("i1", "false"))

    def _on_trailing_zeros(self, node: tree.Intrinsic) -> Values:
        return self._count(node, "cttz", ("i1", "false"))

    def _on_population_count(self, node: tree.Intrinsic) -> Values:
        return self._count(node, "ctpop")

    def _on_rotate_left(self, node: tree.Intrinsic) -> Values:
        return [self._rotate(node, "fshl")]

    def _on_rotate_right(self, node: tree.Intrinsic) -> Values:
        return [self._rotate(node, "fshr")]

    def _rotate(self, node: tree.Intrinsic, name: str) -> str:
        bits = node.type.bits
        value = self.one(node.arguments[0])
        amount = self.one(node.arguments[1])
        width = node.arguments[1].type.bits
        text = f"i{bits}"
        if bits & (bits - 1):
            return self._rotate_odd(name, bits, value, amount, width)
        amount = self.resize(amount, width, bits)
        return self.intrinsic(
            f"llvm.{name}.{text}", text, [(text, value), (text, value), (text, amount)]
        )

    def _rotate_odd(self, name: str, bits: int, value: str, amount: str, width: int) -> str:
        """Rotate by two shifts where the width is no power of two: LLVM would divide by it."""
        first, second = ("shl", "lshr") if name == "fshl" else ("lshr", "shl")
        text = f"i{bits}"
        if width < 16:
            amount, width = self.resize(amount, width, 16), 16
        turned = self.make(f"urem i{width} {amount}, {bits}")
        turned = self.resize(turned, width, bits)
        # Two steps for the other half, since a shift by the whole width is undefined.
        rest = self.make(f"sub {text} {bits - 1}, {turned}")
        half = self.make(f"{second} {text} {value}, 1")
        near = self.make(f"{first} {text} {value}, {turned}")
        far = self.make(f"{second} {text} {half}, {rest}")
        return self.make(f"or {text} {near}, {far}")

    # ---------------------------------------------------------------- bytes in memory

    def _bytes_place(self, node: tree.Intrinsic, size: int) -> str:
        """Give the address of ``size`` bytes at an offset; checked unless ``.unchecked``."""
        data, index = node.arguments[0], node.arguments[1]
        whole = self.value(data)
        offset, width, signed = self.one(index), index.type.bits, index.type.signed
        self.at(node.at)
        if width < 32:
            offset, width = self.resize(offset, width, 32, signed), 32
        if node.checked:
            length = str(data.type.count) if types.is_array(data.type) else whole[1]
            self.require(self.make(f"icmp uge i32 {length}, {size}"), TRAP_INDEX)
            last = self.resize(self.make(f"sub i32 {length}, {size}"), 32, width)
            self.require(self.make(f"icmp ule i{width} {offset}, {last}"), TRAP_INDEX)
        position = self.resize(offset, width, 8 * self.pointer)
        return self.make(f"getelementptr inbounds i8, ptr {whole[0]}, {self.word} {position}")

    def _load(self, node: tree.Intrinsic) -> str:
        place = self._bytes_place(node, node.detail.bits // 8)
        return self.make(f"load i{node.detail.bits}, ptr {place}, align 1")

    def _on_load_le(self, node: tree.Intrinsic) -> Values:
        return [self._load(node)]

    def _on_load_be(self, node: tree.Intrinsic) -> Values:
        return [self.swap(node.detail.bits, self._load(node))]

    def _store(self, node: tree.Intrinsic, is_big_endian: bool) -> Values:
        bits = node.detail.bits
        data, index, number = node.arguments
        value = self.one(number) if isinstance(number, tree.Constant) else None
        # the number is computed last, but a check of the offset comes after it
        place_first = tree.Intrinsic(node.at, None, node.name, [data, index], checked=node.checked)
        if value is None:
            kept = self.keep(data), self.keep(index)
            value = self.one(number)
            place_first.arguments = list(kept)
        place = self._bytes_place(place_first, bits // 8)
        if is_big_endian:
            value = self.swap(bits, value)
        self.emit(f"store i{bits} {value}, ptr {place}, align 1")
        return []

    def keep(self, node: tree.Expression) -> tree.Expression:
        """Compute an expression now, to be read later."""
        if isinstance(node, tree.Constant):
            return node
        local = tree.Local("kept", node.type, -1 - self.counter, hidden=True)
        self.assign(local, self.value(node))
        return tree.Read(node.at, node.type, local)

    def _on_store_le(self, node: tree.Intrinsic) -> Values:
        return self._store(node, False)

    def _on_store_be(self, node: tree.Intrinsic) -> Values:
        return self._store(node, True)

    def _size(self, length: str, step: int) -> str:
        """Give a length in bytes, as wide as a pointer."""
        wide = self.resize(length, 32, 8 * self.pointer)
        return wide if step == 1 else self.make(f"mul {self.word} {wide}, {step}")

    def _on_copy(self, node: tree.Intrinsic) -> Values:
        target = self.value(node.arguments[0])
        source = self.value(node.arguments[1])
        self.at(node.at)
        self.require(self.make(f"icmp eq i32 {target[1]}, {source[1]}"), TRAP_LENGTHS)
        element = node.arguments[0].type.element
        step, align = size_of(element, self.pointer), align_of(element, self.pointer)
        size = self._size(target[1], step)
        name = f"llvm.memmove.p0.p0.{self.word}"
        self.module.declare(f"declare void @{name}(ptr, ptr, {self.word}, i1 immarg)")
        self.emit(
            f"call void @{name}(ptr align {align} {target[0]}, ptr align {align} {source[0]}, "
            f"{self.word} {size}, i1 false)"
        )
        return []

    def _on_fill(self, node: tree.Intrinsic) -> Values:
        target = self.value(node.arguments[0])
        number = self.one(node.arguments[1])
        self.at(node.at)
        element = node.arguments[0].type.element
        step = size_of(element, self.pointer)
        if step == 1 or number == "0":
            name = f"llvm.memset.p0.{self.word}"
            self.module.declare(f"declare void @{name}(ptr, i8, {self.word}, i1 immarg)")
            size = self._size(target[1], step)
            align = align_of(element, self.pointer)
            self.emit(
                f"call void @{name}(ptr align {align} {target[0]}, i8 {number}, "
                f"{self.word} {size}, i1 false)"
            )
            return []
        self._fill_loop(element, target, number)
        return []

    def _fill_loop(self, element: Any, target: Values, number: str) -> None:
        word, step = self.word, size_of(element, self.pointer)
        count = self.resize(target[1], 32, 8 * self.pointer)
        counter = self.variable(word)
        head, body, end = self.label("fill"), self.label("set"), self.label("filled")
        self.put(word, counter, "0")
        self.block(head)
        present = self.get(word, counter)
        self.branch_if(self.make(f"icmp ult {word} {present}, {count}"), body, end)
        self.block(body)
        place = self.make(
            f"getelementptr inbounds [{step} x i8], ptr {target[0]}, {word} {present}"
        )
        self.store(element, place, [number])
        self.put(word, counter, self.make(f"add nuw {word} {present}, 1"))
        self.branch(head)
        self.block(end)

    def _on_prefetch(self, node: tree.Intrinsic) -> Values:
        data, index = node.arguments
        whole, number = self.value(data), self.one(index)
        if self.module.target.is_riscv:
            return []
        size = size_of(data.type.element, self.pointer)
        position = self.resize(number, index.type.bits, 8 * self.pointer)
        # not "inbounds": the index is not checked, and the processor ignores a bad address
        place = self.make(f"getelementptr [{size} x i8], ptr {whole[0]}, {self.word} {position}")
        self.intrinsic(
            "llvm.prefetch.p0", "void",
            [("ptr", place), ("i32", "0"), ("i32", "3"), ("i32", "1")],
        )  # fmt: skip
        return []

    def _on_as_words(self, node: tree.Intrinsic) -> Values:
        data, length = self.value(node.arguments[0])
        address = self.make(f"ptrtoint ptr {data} to {self.word}")
        low = self.resize(address, 8 * self.pointer, 32)
        bits = self.make(f"and i32 {self.make(f'or i32 {low}, {length}')}, 3")
        self.require(self.make(f"icmp eq i32 {bits}, 0"), TRAP_WORDS)
        return [data, self.make(f"lshr i32 {length}, 2")]

    def _on_as_bytes(self, node: tree.Intrinsic) -> Values:
        data, length = self.value(node.arguments[0])
        step = size_of(node.arguments[0].type.element, self.pointer)
        return [data, length if step == 1 else self.make(f"mul i32 {length}, {step}")]

    # ---------------------------------------------------------------- arena

    def _arena_word(self, arena: str, position: int) -> str:
        return self.offset(arena, self.pointer + 4 * position)

    def _on_arena_over(self, node: tree.Intrinsic) -> Values:
        arena = self.one(node.arguments[0])
        base, length = self.value(node.arguments[1])
        is_zero = self.one(node.arguments[2])
        dirty = self.make(f"select i1 {is_zero}, i32 0, i32 {length}")
        self.emit(f"store ptr {base}, ptr {arena}, align {self.pointer}")
        for position, value in enumerate((length, "0", dirty)):
            self.emit(f"store i32 {value}, ptr {self._arena_word(arena, position)}, align 4")
        return []

    def _take(self, arena: str, size: str, align: int) -> str:
        for name in ("umin", "umax"):
            self.module.declare(f"declare i32 @llvm.{name}.i32(i32, i32)")
        self.module.declare(
            f"declare void @llvm.memset.p0.{self.word}(ptr, i8, {self.word}, i1 immarg)"
        )
        symbol = self.module.helper("zkos.arena.take", take)
        place = self.make(f"call ptr {symbol}(ptr {arena}, i64 {size}, i32 {align})")
        self.require(self.make(f"icmp ne ptr {place}, null"), TRAP_ARENA)
        return place

    def _on_arena_new(self, node: tree.Intrinsic) -> Values:
        arena = self.one(node.arguments[0])
        size, align = size_of(node.detail, self.pointer), align_of(node.detail, self.pointer)
        return [self._take(arena, str(size), align)]

    def _on_arena_slice(self, node: tree.Intrinsic) -> Values:
        arena = self.one(node.arguments[0])
        count = self.one(node.arguments[1])
        size = size_of(node.detail, self.pointer)
        wide = self.resize(count, 32, 64)
        bytes_wanted = self.make(f"mul i64 {wide}, {size}")
        align = max(align_of(node.detail, self.pointer), 4)
        return [self._take(arena, bytes_wanted, align), count]

    def _on_arena_mark(self, node: tree.Intrinsic) -> Values:
        arena = self.one(node.arguments[0])
        return [self.make(f"load i32, ptr {self._arena_word(arena, 1)}, align 4")]

    def _on_arena_release(self, node: tree.Intrinsic) -> Values:
        arena = self.one(node.arguments[0])
        mark = self.one(node.arguments[1])
        place = self._arena_word(arena, 1)
        used = self.make(f"load i32, ptr {place}, align 4")
        self.require(self.make(f"icmp ule i32 {mark}, {used}"), TRAP_ARENA)
        self.emit(f"store i32 {mark}, ptr {place}, align 4")
        return []

    def _on_arena_remaining(self, node: tree.Intrinsic) -> Values:
        arena = self.one(node.arguments[0])
        size = self.make(f"load i32, ptr {self._arena_word(arena, 0)}, align 4")
        used = self.make(f"load i32, ptr {self._arena_word(arena, 1)}, align 4")
        return [self.make(f"sub i32 {size}, {used}")]

    # ---------------------------------------------------------------- the machine and the host

    def _on_host_call(self, node: tree.Intrinsic) -> Values:
        values = [self.value(argument) for argument in node.arguments]
        kinds = [argument.type for argument in node.arguments]
        self.module.declare("declare i32 @zkos_host_call(i32, ptr, i32, ptr, i32) nounwind")
        return [self.make(f"call i32 @zkos_host_call({self.typed(kinds, values)})")]

    def _on_csr_read(self, node: tree.Intrinsic) -> Values:
        self.module.declare("declare i32 @zkos_csr_read() nounwind")
        return [self.make("call i32 @zkos_csr_read()")]

    def _on_csr_write(self, node: tree.Intrinsic) -> Values:
        self.module.declare("declare void @zkos_csr_write(i32) nounwind")
        self.emit(f"call void @zkos_csr_write(i32 {self.one(node.arguments[0])})")
        return []

    def _on_address_of(self, node: tree.Intrinsic) -> Values:
        data, _ = self.value(node.arguments[0])
        return [self.make(f"ptrtoint ptr {data} to i32")]

    def _delegated(self, node: tree.Intrinsic) -> Values:
        values = [self.value(argument) for argument in node.arguments]
        kinds = [argument.type for argument in node.arguments]
        symbol = self.module.symbol(runtime_delegation(node.name))
        given = self.typed(kinds, values)
        return self.take(node.type, f"call {result_type(node.type)} {symbol}({given})")

    def _on_u256_delegation(self, node: tree.Intrinsic) -> Values:
        if not self.module.target.is_riscv:
            return self._delegated(node)
        self.module.declare("declare i32 @zkos_u256_delegation(ptr, ptr, i32) nounwind")
        first, second, control = (self.one(argument) for argument in node.arguments)
        given = f"ptr {first}, ptr {second}, i32 {control}"
        return [self.make(f"call i32 @zkos_u256_delegation({given})")]

    def _on_blake2_delegation(self, node: tree.Intrinsic) -> Values:
        if not self.module.target.is_riscv:
            return self._delegated(node)
        self.module.declare("declare void @zkos_blake2_delegation(ptr, ptr, i32, i32) nounwind")
        state = self.one(node.arguments[0])
        message, length = self.value(node.arguments[1])
        round_bit, control = self.one(node.arguments[2]), self.one(node.arguments[3])
        self.require(self.make(f"icmp uge i32 {length}, 16"), TRAP_INDEX)
        given = f"ptr {state}, ptr {message}, i32 {round_bit}, i32 {control}"
        self.emit(f"call void @zkos_blake2_delegation({given})")
        return []
