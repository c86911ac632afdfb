"""Typed Python, run as ordinary Python.

Everything the kernel may use beside the language itself is exported here; what each thing means
is its body in this package, and the compiler is held to that by tests. See docs/subset.md.
"""

from zkos.lang.arena import Arena
from zkos.lang.build import RISCV, BuildConstant, build_constant, building
from zkos.lang.cells import Blake2State, U256Cell
from zkos.lang.containers import Array, Slice, Table, table
from zkos.lang.errors import LanguageError, Trap
from zkos.lang.functions import Function, HandlerTable, become, check, function
from zkos.lang.host import address_of, csr_read, csr_write, host_call
from zkos.lang.integers import (
    i8,
    i16,
    i32,
    i64,
    i128,
    i256,
    u8,
    u16,
    u32,
    u64,
    u128,
    u160,
    u256,
    u512,
)
from zkos.lang.intrinsics import (
    as_bytes,
    as_words,
    blake2_delegation,
    byte_swap,
    copy,
    fill,
    leading_zeros,
    likely,
    load_be,
    load_le,
    local,
    population_count,
    prefetch,
    range,  # noqa: A004
    reinterpret,
    rotate_left,
    rotate_right,
    select,
    store_be,
    store_le,
    switch,
    trailing_zeros,
    trap,
    u256_delegation,
    unlikely,
    unroll,
)
from zkos.lang.structs import Ref, Status, struct, value
from zkos.lang.unverified import Unverified

__all__ = [
    "RISCV", "Arena", "Array", "Blake2State", "BuildConstant", "Function", "HandlerTable",
    "LanguageError", "Ref", "Slice", "Status", "Table", "Trap", "U256Cell", "Unverified",
    "address_of", "as_bytes", "as_words", "become", "blake2_delegation", "build_constant",
    "building", "byte_swap", "check", "copy", "csr_read", "csr_write", "fill", "function",
    "host_call", "i8",
    "i16", "i32", "i64", "i128", "i256", "leading_zeros", "likely", "load_be", "load_le", "local",
    "population_count", "prefetch", "range", "reinterpret", "rotate_left", "rotate_right", "select",
    "store_be", "store_le", "struct", "switch", "table", "trailing_zeros", "trap", "u8", "u16",
    "u32", "u64", "u128", "u160", "u256", "u256_delegation", "u512", "unlikely", "unroll", "value",
]  # fmt: skip
