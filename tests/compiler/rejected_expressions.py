"""Programs with a wrong expression: (name, program, part of the message).

The line that the complaint must point at ends with ``# here``.
"""

REJECTED = [
    ("untyped literal", """
@function
def f() -> u32:
    x = 0  # here
    return u32(1)
""", "literal 0 without a type"),
    ("literal out of range", """
@function
def f(a: u8) -> u8:
    return a + 256  # here
""", "literal 256 does not fit u8"),
    ("negative literal for an unsigned number", """
@function
def f() -> u8:
    return -1  # here
""", "does not fit u8"),
    ("literal argument out of range", """
@function
def g(a: u8) -> u8:
    return a

@function
def f() -> u8:
    return g(300)  # here
""", "literal 300 does not fit u8"),
    ("literal on one side of a conditional", """
@function
def f(c: bool, a: u32) -> u32:
    return a if c else 0  # here
""", "literal 0 without a type"),
    ("mixed widths", """
@function
def f(a: u32, b: u64) -> u64:
    return a + b  # here
""", "u32 and u64 do not meet"),
    ("mixed signs", """
@function
def f(a: u32, b: i32) -> bool:
    return a < b  # here
""", "u32 and i32 do not meet"),
    ("bool is no number", """
@function
def f(a: u32, b: bool) -> u32:
    return a + b  # here
""", "u32 and bool do not meet"),
    ("addition of bools", """
@function
def f(a: bool, b: bool) -> bool:
    return a + b  # here
""", "bool has no such operation"),
    ("true division", """
@function
def f(a: u32) -> u32:
    return a / 2  # here
""", "/ is not in the subset"),
    ("power", """
@function
def f(a: u32) -> u32:
    return a ** 2  # here
""", "** is not in the subset"),
    ("division of signed numbers", """
@function
def f(a: i32) -> i32:
    return a // 2  # here
""", "unsigned integers, not i32"),
    ("division by the constant zero", """
@function
def f(a: u32) -> u32:
    return a % 0  # here
""", "division by the constant zero"),
    ("shift by a signed number", """
@function
def f(a: u32, n: i32) -> u32:
    return a << n  # here
""", "the shift amount is unsigned, not i32"),
    ("shift by a negative literal", """
@function
def f(a: u32) -> u32:
    return a >> -1  # here
""", "the shift amount is an unsigned number"),
    ("shift of a literal", """
@function
def f(n: u32) -> u32:
    return 1 << n  # here
""", "give it a type"),
    ("unary minus of an unsigned number", """
@function
def f(a: u32) -> u32:
    return -a  # here
""", "write u32(0) - x"),
    ("chained comparison", """
@function
def f(a: u32) -> bool:
    return 1 < a < 5  # here
""", "one comparison at a time"),
    ("in", """
@function
def f(a: u32) -> bool:
    return a in (1, 2)  # here
""", "not in the subset"),
    ("number as condition", """
@function
def f(a: u32) -> u32:
    if a:  # here
        return a
    return a
""", "a condition is a bool, not u32"),
    ("status as condition", """
@function
def f(s: Status) -> bool:
    return not s  # here
""", "a condition is a bool, not Status"),
    ("number in and", """
@function
def f(a: u32, b: bool) -> bool:
    return b and a  # here
""", "a condition is a bool, not u32"),
    ("bool of a number", """
@function
def f(a: u32) -> bool:
    return bool(a)  # here
""", "write x != 0"),
    ("comparison of a status with a number", """
@function
def f(s: Status) -> bool:
    return s == 0  # here
""", "expected Status"),
    ("order of statuses", """
@function
def f(s: Status, t: Status) -> bool:
    return s < t  # here
""", "Status cannot be compared like this"),
    ("equality of references", """
@struct
class Box:
    n: u32

@function
def f(a: Box, b: Box) -> bool:
    return a == b  # here
""", "references are compared by is"),
    ("identity of numbers", """
@function
def f(a: u32, b: u32) -> bool:
    return a is b  # here
""", "is compares two references"),
    ("None as a value", """
@struct
class Box:
    n: u32

@function
def f(a: Box) -> bool:
    return a is None  # here
""", "is compares two references"),
    ("unknown name", """
@function
def f() -> u32:
    return nowhere  # here
""", "unknown name nowhere"),
    ("unknown field", """
@struct
class Box:
    n: u32

@function
def f(a: Box) -> u32:
    return a.m  # here
""", "Box has no field or method m"),
    ("unknown method", """
@struct
class Box:
    n: u32

@function
def f(a: Box):
    a.grow()  # here
""", "Box has no field or method grow"),
    ("attribute of a number", """
@function
def f(a: u32) -> u32:
    return a.bits  # here
""", "u32 has no attribute bits"),
    ("len", """
@function
def f(a: Slice[u8]) -> u32:
    return len(a)  # here
""", "use .length"),
    ("index of a number", """
@function
def f(a: u32) -> u32:
    return a[0]  # here
""", "u32 cannot be indexed"),
    ("bool as index", """
@function
def f(a: Slice[u8], b: bool) -> u8:
    return a[b]  # here
""", "an index is an integer, not bool"),
    ("constant index beyond an array", """
@struct
class Box:
    numbers: Array[u32, 4]

@function
def f(a: Box) -> u32:
    return a.numbers[4]  # here
""", "index 4 of 4 elements"),
    ("negative constant index", """
@function
def f(a: Slice[u8]) -> u8:
    return a[-1]  # here
""", "index -1"),
    ("slice with a step", """
@function
def f(a: Slice[u8]) -> Slice[u8]:
    return a[0:4:2]  # here
""", "a slice has no step"),
    ("slice of a table", """
T = table(u8, (1, 2, 3))

@function
def f(i: u32) -> u8:
    return T[i:][0]  # here
""", "a table cannot be sliced"),
    ("string", """
@function
def f() -> u32:
    x = "text"  # here
    return u32(0)
""", "a string cannot be used at run time"),
    ("float", """
@function
def f() -> u32:
    return 1.5  # here
""", "floats are not in the subset"),
    ("formatted string", """
@function
def f(a: u32) -> u32:
    return f"{a}"  # here
""", "strings are not in the subset"),
    ("lambda", """
@function
def f() -> u32:
    g = lambda: 1  # here
    return u32(0)
""", "Lambda is not in the subset"),
    ("comprehension", """
@function
def f(a: Slice[u8]) -> u32:
    x = [i for i in range(3)]  # here
    return u32(0)
""", "ListComp is not in the subset"),
    ("list", """
@function
def f() -> u32:
    x = [1, 2]  # here
    return u32(0)
""", "List is not in the subset"),
    ("list of the closure", """
NUMBERS = [1, 2]

@function
def f() -> u32:
    return NUMBERS[0]  # here
""", "it can change"),
    ("dictionary of the module", """
NUMBERS = {1: 2}

@function
def f() -> u32:
    return NUMBERS[1]  # here
""", "it can change"),
    ("tuple as a value", """
@function
def f(a: u32) -> u32:
    x = (a, a)  # here
    return a
""", "tuples exist only as results"),
    ("too few arguments", """
@function
def g(a: u32, b: u32) -> u32:
    return a

@function
def f() -> u32:
    return g(1)  # here
""", "g takes 2 arguments, got 1"),
    ("wrong argument type", """
@function
def g(a: u32) -> u32:
    return a

@function
def f(b: u64) -> u32:
    return g(b)  # here
""", "expected u32, got u64"),
    ("keyword argument", """
@function
def g(a: u32) -> u32:
    return a

@function
def f() -> u32:
    return g(a=1)  # here
""", "keyword arguments"),
    ("starred argument", """
@function
def g(a: u32) -> u32:
    return a

@function
def f() -> u32:
    return g(*(1,))  # here
""", "starred arguments"),
    ("ordinary Python at run time", """
def g(a):
    return a

@function
def f(a: u32) -> u32:
    return g(a)  # here
""", "mark it with @function"),
    ("builtin function", """
@function
def f(a: u32) -> u32:
    return abs(a)  # here
""", "abs is ordinary Python"),
    ("calling a number", """
@function
def f(a: u32) -> u32:
    return a(1)  # here
""", "this is not a function"),
    ("struct made like a value", """
@struct
class Box:
    n: u32

@function
def f() -> u32:
    return Box().n  # here
""", "Box lives in memory"),
    ("value with too few fields", """
@value
class Pair:
    a: u32
    b: u32

@function
def f() -> u32:
    return Pair(1).a  # here
""", "Pair has 2 fields, got 1"),
    ("opening what nobody verified", """
@function
def f(a: Unverified[u32]) -> u32:
    return a.unverified_value  # here
""", "opened only in functions named verify_"),
    ("build constant as a value", """
PROVING = build_constant("proving")

@function
def f() -> bool:
    return PROVING  # here
""", "a build constant is used as a condition only"),
    ("select of two types", """
@function
def f(c: bool, a: u32, b: u64) -> u32:
    return select(c, a, b)  # here
""", "u32 and u64 do not meet"),
    ("rotation of a signed number", """
@function
def f(a: i32) -> i32:
    return rotate_left(a, 1)  # here
""", "expected an unsigned integer, got i32"),
    ("reinterpretation of another width", """
@function
def f(a: u32) -> i64:
    return reinterpret(i64, a)  # here
""", "reinterpret u32 as i64"),
    ("prefetch with a signed index", """
@function
def f(a: Slice[u32], i: i32):
    prefetch(a, i)  # here
""", "prefetch takes an unsigned index"),
    ("load from words", """
@function
def f(a: Slice[u32]) -> u32:
    return load_le(u32, a, 0)  # here
""", "expected Slice[u8], got Slice[u32]"),
    ("store of a literal", """
@function
def f(a: Slice[u8]):
    store_le(a, 0, 5)  # here
""", "literal 5 without a type"),
    ("copy between two types", """
@function
def f(a: Slice[u8], b: Slice[u32]):
    copy(a, b)  # here
""", "slices of the same integer type"),
    ("csr outside the machine", """
@function
def f() -> u32:
    return csr_read()  # here
""", "exists on the RISC-V machine only"),
    ("name of an attribute that is not known", """
@struct
class Box:
    n: u32

@function
def f(a: Box, n: u32) -> u32:
    return getattr(a, n)  # here
""", "must be known at compile time"),
]  # fmt: skip
