"""Programs with a wrong signature, tail call, table or type: (name, program, part of the message).

The line that the complaint must point at ends with ``# here``.
"""

REJECTED = [
    ("default value", """
@function
def g(a: u32) -> u32:
    return a

g.python.__defaults__ = None

def make():
    @function
    def f(a: u32 = 5) -> u32:
        return a
    return f

f = make()
""", "default values are not in the subset"),
    ("parameter without a type", """
@function
def f(a) -> u32:
    return u32(1)
""", "has no type"),
    ("parameter of an ordinary type", """
@function
def f(a: int) -> u32:  # here
    return u32(1)
""", "int is not a type of the subset"),
    ("starred parameters", """
@function
def f(*a: u32) -> u32:  # here
    return u32(1)
""", "a function has plain parameters only"),
    ("become with another signature", """
@function
def g(a: u64) -> u32:
    return u32(a)

@function
def f(a: u32) -> u32:
    return become(g, u64(a))  # here
""", "g has another signature"),
    ("become in the middle", """
@function
def f(a: u32) -> u32:
    x = become(f, a)  # here
    return u32(1)
""", "become() stands alone after return"),
    ("become with memory of the frame", """
@struct
class Box:
    n: u32

@function
def f(a: Box) -> u32:
    b = local(Box)
    return become(f, b)  # here
""", "gone once become() leaves"),
    ("handlers of two signatures", """
@function
def g(a: u32) -> u32:
    return a

@function
def h(a: u64) -> u32:
    return u32(a)

HANDLERS = HandlerTable((g, h))

@function
def f(i: u32) -> u32:
    return HANDLERS[i](i)  # here
""", "h and g have other signatures"),
    ("two functions of one symbol", """
def make(n):
    @function
    def g() -> u32:  # symbol
        return u32(n)
    return g

G, H = make(1), make(2)

@function
def f() -> u32:
    return G() + H()
""", "two functions have the symbol"),
    ("entry point that takes a value", """
@value
class Pair:
    a: u32
    b: u32

@function(export="f")
def f(p: Pair) -> u32:
    return p.a
""", "entry point f: parameter p is Pair"),
    ("entry point with a wide result", """
@function(export="f")
def f() -> u128:
    return u128(1)
""", "entry point f: the result is u128"),
    ("struct that contains itself", """
@struct
class Node:
    n: u32

Node.fields["next"] = Node

@function
def f(a: Node) -> u32:
    return a.n
""", "Node contains itself"),
    ("value that contains a struct", """
@struct
class Box:
    n: u32

@value
class Odd:
    box: Box

@function
def f(a: Odd) -> u32:
    return u32(0)
""", "a value has no Box inside"),
]  # fmt: skip
