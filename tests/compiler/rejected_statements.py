"""Programs with a wrong statement or flow: (name, program, part of the message).

The line that the complaint must point at ends with ``# here``.
"""

REJECTED = [
    ("unassigned local", """
@function
def f(c: bool) -> u32:
    if c:
        x = u32(1)
    return x  # here
""", "x may be read before it is assigned"),
    ("local assigned in a loop only", """
@function
def f(n: u32) -> u32:
    for i in range(n):
        x = i
    return x  # here
""", "x may be read before it is assigned"),
    ("counter after its loop", """
@function
def f(n: u32) -> u32:
    for i in range(n):
        pass
    return i  # here
""", "i may be read before it is assigned"),
    ("read before assignment", """
@function
def f() -> u32:
    y = x + 1  # here
    x = u32(1)
    return x
""", "x is read before it is assigned"),
    ("type change of a local", """
@function
def f() -> u32:
    x = u32(1)
    x = u64(2)  # here
    return u32(0)
""", "x is u32 and cannot become u64"),
    ("dropped status", """
@function
def g() -> Status:
    return Status(1)

@function
def f():
    g()  # here
""", "a Status is dropped"),
    ("dropped tuple with a status", """
@function
def g() -> tuple[Status, u32]:
    return Status(1), 2

@function
def f():
    g()  # here
""", "a Status is dropped"),
    ("status put aside", """
@function
def g() -> Status:
    return Status(1)

@function
def f():
    _ = g()  # here
""", "_ cannot take Status"),
    ("status that nobody reads", """
@function
def g() -> Status:
    return Status(1)

@function
def f():
    s = g()  # here
""", "the status s is never read"),
    ("status beside a value that nobody reads", """
@function
def g() -> tuple[Status, u32]:
    return Status(1), 2

@function
def f() -> u32:
    s, x = g()  # here
    return x
""", "the status s is never read"),
    ("dropped result", """
@function
def g() -> u32:
    return 1

@function
def f():
    g()  # here
""", "a result is dropped: u32"),
    ("missing return", """
@function
def f(c: bool) -> u32:  # here
    if c:
        return 1
""", "a path ends without a result"),
    ("return without a value", """
@function
def f() -> u32:
    return  # here
""", "return without a value"),
    ("value from a function without result", """
@function
def f(a: u32):
    return a  # here
""", "the function returns nothing"),
    ("wrong result type", """
@function
def f(a: u64) -> u32:
    return a  # here
""", "expected u32, got u64"),
    ("wrong number of results", """
@function
def f(a: u32) -> tuple[u32, u32]:
    return a, a, a  # here
""", "3 values for 2"),
    ("assigning nothing", """
@function
def g():
    pass

@function
def f():
    x = g()  # here
""", "returns nothing"),
    ("tuple kept in a local", """
@function
def g() -> tuple[u32, u32]:
    return 1, 2

@function
def f() -> u32:
    x = g()  # here
    return u32(0)
""", "a tuple result is taken apart at once"),
    ("too few names", """
@function
def g() -> tuple[u32, u32, u32]:
    return 1, 2, 3

@function
def f() -> u32:
    a, b = g()  # here
    return a
""", "2 names for tuple[u32, u32, u32]"),
    ("check in a function without status", """
@function
def g() -> Status:
    return Status(0)

@function
def f() -> u32:
    check(g())  # here
    return 1
""", "check() in a function that returns no Status"),
    ("check of a number", """
@function
def f(a: u32) -> Status:
    check(a)  # here
    return Status(0)
""", "check() takes a Status, got u32"),
    ("iteration over a slice", """
@function
def f(a: Slice[u8]):
    for x in a:  # here
        pass
""", "for goes over range"),
    ("builtin range", """
import builtins
range = builtins.range

@function
def f():
    for i in range(3):  # here
        pass
""", "for goes over range"),
    ("step zero", """
@function
def f(n: u32):
    for i in range(0, n, 0):  # here
        pass
""", "the step of range is a positive literal"),
    ("step that is not a literal", """
@function
def f(n: u32):
    for i in range(0, n, n):  # here
        pass
""", "must be known at compile time"),
    ("bounds of two types", """
@function
def f(a: u32, b: u64):
    for i in range(a, b):  # here
        pass
""", "integers of one type"),
    ("unroll over something that runs", """
@function
def f(n: u32):
    for i in unroll(n):  # here
        pass
""", "must be known at compile time"),
    ("assigning the constant of an unrolled loop", """
@function
def f() -> u32:
    x = u32(0)
    for i in unroll((1, 2)):
        i = u32(5)  # here
    return x
""", "i is the constant of an unrolled loop"),
    ("switch key twice", """
@function
def f(x: u32) -> u32:
    for key in switch(x, (1, 2, 1)):  # here
        return u32(key)
    return u32(0)
""", "key 1 comes twice"),
    ("switch key that does not fit", """
@function
def f(x: u8) -> u32:
    for key in switch(x, (1, 256)):  # here
        return u32(key)
    return u32(0)
""", "literal 256 does not fit u8"),
    ("else of a loop", """
@function
def f(n: u32):
    while n != 0:  # here
        n -= 1
    else:
        pass
""", "else belongs to if"),
    ("assigning a value's field", """
@value
class Pair:
    a: u32
    b: u32

@function
def f(p: Pair):
    p.a = 1  # here
""", "Pair is a value: build a new one"),
    ("assigning a struct in place", """
@struct
class Inner:
    n: u32

@struct
class Outer:
    inner: Inner

@function
def f(a: Outer, b: Inner):
    a.inner = b  # here
""", "Outer.inner lives in place"),
    ("assigning a struct in an array", """
@struct
class Inner:
    n: u32

@function
def f(a: Slice[Inner], b: Inner):
    a[0] = b  # here
""", "changed through its fields"),
    ("assigning to a slice of elements", """
@function
def f(a: Slice[u8], b: Slice[u8]):
    a[0:4] = b  # here
""", "a slice is not assigned to"),
    ("wrong type for a field", """
@struct
class Box:
    n: u32

@function
def f(a: Box, n: u64):
    a.n = n  # here
""", "expected u32, got u64"),
    ("assigning to a table", """
T = table(u8, (1, 2, 3))

@function
def f(i: u32):
    T[i] = 5  # here
""", "this cannot be assigned to"),
    ("local in a loop", """
@struct
class Box:
    n: u32

@function
def f(n: u32):
    for i in range(n):
        b = local(Box)  # here
""", "local() in a loop"),
    ("local of a number", """
@function
def f():
    x = local(u32)  # here
""", "local() makes structs and arrays, not u32"),
    ("returning a local struct", """
@struct
class Box:
    n: u32

@function
def f() -> Box:
    b = local(Box)
    return b  # here
""", "memory of local() is returned"),
    ("returning a window on a local array", """
@function
def f() -> Slice[u8]:
    a = local(Array[u8, 4])
    s = a[:]
    return s  # here
""", "memory of local() is returned"),
    ("storing a local struct in a reference", """
@struct
class Box:
    n: u32

@struct
class Holder:
    box: Ref[Box]

@function
def f(h: Holder):
    b = local(Box)
    h.box = b  # here
""", "stored where it outlives the function"),
    ("try", """
@function
def f() -> u32:
    try:  # here
        return u32(1)
    except ValueError:
        return u32(2)
""", "try is not in the subset"),
    ("raise", """
@function
def f():
    raise ValueError  # here
""", "raise is not in the subset"),
    ("with", """
@function
def f(a: u32):
    with a:  # here
        pass
""", "with is not in the subset"),
    ("assert", """
@function
def f(a: u32):
    assert a == 1  # here
""", "assert is not in the subset"),
    ("global", """
COUNT = 0

@function
def f():
    global COUNT  # here
    pass
""", "global is not in the subset"),
    ("nested function", """
@function
def f() -> u32:
    def g():  # here
        return 1
    return u32(1)
""", "functiondef is not in the subset"),
    ("delete", """
@function
def f(a: u32):
    del a  # here
""", "delete is not in the subset"),
    ("annotated assignment", """
@function
def f() -> u32:
    x: u32 = 5  # here
    return u32(1)
""", "a local takes the type of its value"),
    ("two targets", """
@function
def f() -> u32:
    a = b = u32(5)  # here
    return u32(1)
""", "one assignment at a time"),
    ("statement without effect", """
@function
def f(a: u32):
    a + 1  # here
""", "this statement has no effect"),
    ("become out of a handler into another function", """
@function
def g(a: u32) -> u32:
    return a

@function(handler=True)
def f(a: u32) -> u32:
    return become(g, a)  # here
""", "only one of g and this function is a handler"),
]  # fmt: skip
