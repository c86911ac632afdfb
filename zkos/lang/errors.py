"""What can go wrong in typed Python.

    LanguageError   the program is not in the subset: the compiler refuses the same line
    Trap            the program stopped itself at run time: bounds, division by zero, trap()

Both are the same in all executors: a ``Trap`` is an exception here, an abort of the call on
x86-64, and the unprovable instruction 0xc0001073 on RISC-V.
"""


class LanguageError(TypeError):
    """The program breaks a rule of the subset; the compiler gives the same refusal."""


class Trap(Exception):  # noqa: N818  (the language's word, not an error of this library)
    """The program stopped itself: an index out of range, a division by zero, ``trap()``."""
