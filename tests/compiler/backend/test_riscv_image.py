"""Images of the bare machine: they run, end as tools expect, hold only what is provable."""

import hashlib
import struct

import pytest

from zkos.compiler.backend.link import LinkError
from zkos.compiler.backend.llvm_worker import Job
from zkos.compiler.backend.riscv_image import (
    EXIT_WORDS,
    RAM_END,
    STACK_TOP,
    ImageError,
    check_image,
    link_image,
)
from zkos.compiler.backend.riscv_patch import PatchError, patch_image
from zkos.compiler.backend.riscv_words import NOP, UNPROVABLE, csrrw, decode
from zkos.compiler.backend.workers import compile_jobs
from zkos.compiler.build import Built, build_program
from zkos.compiler.targets import RISCV
from zkos.host.machine import Machine
from zkos.lang import (
    Arena,
    Array,
    Blake2State,
    Slice,
    U256Cell,
    blake2_delegation,
    copy,
    csr_read,
    csr_write,
    fill,
    function,
    local,
    range,
    table,
    u8,
    u32,
    u64,
    u256,
    u256_delegation,
)

SQUARES = table(u32, [number * number for number in (0, 1, 2, 3, 4, 5, 6, 7)])


@function(export="zkos_main")
def main(heap: Slice[u8], output: Slice[u32]):
    """Use everything that the image has to supply."""
    count = csr_read()
    _ = csr_read()
    csr_write(0)
    csr_write(count + 1)
    arena = local(Arena)
    arena.over(heap, True)
    words = arena.slice(u32, 16)
    for i in range(16):
        words[i] = csr_read()
    a = arena.new(U256Cell)
    b = arena.new(U256Cell)
    a.number = u256(words[0])
    b.number = ~u256(0)
    output[0] = u256_delegation(a, b, 1)
    u256_delegation(a, b, 8)
    output[1] = u32(a.number)
    state = arena.new(Blake2State)
    for i in range(10):
        blake2_delegation(state, words, u32(1) << i, u32(i == 9))
    output[2] = state.words[0]
    output[3] = u32(u64(heap.length) * 1_000_000_007 // (u64(count) << 32 | 1))
    buffer = local(Array[u8, 64])
    fill(buffer[1:30], 7)
    copy(buffer[3:40], buffer[0:37])
    output[4] = u32(buffer[3]) << 8 | u32(buffer[4])
    output[5] = SQUARES[count]
    output[6] = u32(output.length)


@function(export="zkos_main", name="failing")
def failing(heap: Slice[u8], output: Slice[u32]):
    output[csr_read()] = 1


def build(debug: bool = False) -> Built:
    return build_program([main], RISCV, debug=debug)


def test_a_program_runs_from_its_words_to_its_output() -> None:
    built = build()
    stream = [5, 99, *(100 + i for i in (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15))]
    result = Machine(built.data).run(stream)
    heap_bytes = RAM_END - built.symbols["zkos_heap"]
    total = 100 + (1 << 256) - 1
    flag, sum_low = total >> 256, total % (1 << 256)
    product = sum_low * ((1 << 256) - 1)
    assert result.registers[10:12] == (flag, product & 0xFFFF_FFFF)
    assert result.registers[13] == heap_bytes * 1_000_000_007 // (5 << 32 | 1) & 0xFFFF_FFFF
    assert result.registers[14:17] == (0x0007, 25, 16)
    assert result.registers[18:26] == (0,) * 8
    assert (result.words_read, result.words_written) == (len(stream), 2)
    assert result.delegations == {"blake2s": 10, "u256": 2}


def test_debug_information_changes_no_byte_of_the_image() -> None:
    plain, debug = build(), build(debug=True)
    assert plain.data == debug.data
    assert len(debug.elf) > len(plain.elf)


def test_every_word_of_the_code_is_provable_or_a_trap() -> None:
    built = build()
    end = built.symbols["zkos_text_end"]
    words = struct.unpack(f"<{end // 4}I", built.data[:end])
    assert all(decode(word) is not None or word == UNPROVABLE for word in words)


def test_machine_accesses_cost_one_instruction() -> None:
    built = build()
    words = struct.unpack(f"<{len(built.data) // 4}I", built.data)
    accesses = [word for word in words if word & 0x707F == 0x1073 and word != UNPROVABLE]
    reads = [w for w in accesses if w >> 20 == 0x7C0 and w >> 15 & 31 == 0 and w >> 7 & 31]
    writes = [w for w in accesses if w >> 20 == 0x7C0 and w >> 15 & 31 and w >> 7 & 31 == 0]
    assert len(reads) >= 3 and len(writes) == 2
    assert len(reads) + len(writes) == sum(1 for w in accesses if w >> 20 == 0x7C0)
    # Two operations and ten rounds (LLVM unrolls), beside the stubs, where nobody jumps any more.
    assert sum(1 for w in accesses if w == csrrw(0, 0x7CA, 0)) >= 3
    assert sum(1 for w in accesses if w == csrrw(0, 0x7C7, 0)) >= 2


def test_the_exit_sequence_stands_in_the_image_exactly_once() -> None:
    sequence = struct.pack("<17I", *EXIT_WORDS)
    assert EXIT_WORDS[0] == 0x000D2503 and EXIT_WORDS[15] == 0x03CD2C83
    assert build().data.count(sequence) == 1


def test_a_trap_stops_on_the_unprovable_instruction() -> None:
    built = build_program([failing], RISCV)
    assert Machine(built.data).run([15]).registers[25] == 1
    with pytest.raises(Exception, match="c0001073"):
        Machine(built.data).run([16])


def compiled(text: str) -> dict[str, bytes]:
    main_text = "define void @zkos_main(ptr %h, i32 %n, ptr %o, i32 %m) { ret void }\n"
    return compile_jobs([Job("m", (main_text + text,), RISCV)], None)


def used(name: str) -> str:
    """A global that the linker must keep."""
    return f"""
define ptr @keep() section ".text.keep" {{ ret ptr @{name} }}
@llvm.used = appending global [1 x ptr] [ptr @keep], section "llvm.metadata"
"""


def test_writable_data_is_refused() -> None:
    text = "@counter = global i32 7" + used("counter")
    with pytest.raises(LinkError, match="writable initialised data"):
        link_image(compiled(text))


def test_constants_stay_in_the_rom() -> None:
    text = "@numbers = constant [2 x i32] [i32 305419896, i32 2]" + used("numbers")
    image = link_image(compiled(text))
    assert image.symbols["numbers"] < len(image.data)
    assert struct.pack("<I", 305419896) in image.data


def test_more_than_the_rom_holds_is_refused() -> None:
    text = f"@big = constant [{1 << 21} x i8] zeroinitializer" + used("big")
    with pytest.raises(LinkError, match="larger than the ROM"):
        link_image(compiled(text))


def test_an_undefined_symbol_is_named() -> None:
    text = "declare void @nowhere()\ndefine void @f() { call void @nowhere() ret void }"
    with pytest.raises(LinkError, match="undefined symbol: nowhere"):
        link_image(compiled(text + used("f")))


def test_an_instruction_that_is_not_provable_is_refused() -> None:
    text = "define void @f() { fence seq_cst ret void }" + used("f")
    with pytest.raises(ImageError, match="no provable instruction"):
        link_image(compiled(text))


def test_a_real_atomic_instruction_is_refused() -> None:
    with pytest.raises(PatchError, match="none of the machine"):
        patch_image([NOP, 0x00B5_202F], {})  # amoadd.w zero, a1, (a0)


@pytest.mark.parametrize("words", [(*EXIT_WORDS, *EXIT_WORDS), (NOP,)])
def test_an_image_without_one_exit_sequence_is_refused(words: tuple[int, ...]) -> None:
    data = struct.pack(f"<{len(words)}I", *words)
    with pytest.raises(ImageError, match="expected once"):
        check_image(data, len(data))


def test_the_memory_map_is_the_documented_one() -> None:
    symbols = build().symbols
    assert symbols["zkos_output"] == STACK_TOP
    assert symbols["zkos_heap"] % 4096 == 0
    assert 0 < symbols["zkos_heap"] - STACK_TOP <= 8192


def test_the_hash_is_that_of_the_image_and_its_size_is_whole_words() -> None:
    built = build()
    assert built.sha256 == hashlib.sha256(built.data).hexdigest()
    assert len(built.data) % 4 == 0
