"""Build constants: what is decided when the program is built, not when it runs.

``PROVING = build_constant("proving")`` is True or False for a whole program. ``if PROVING:``
compiles one branch only; the other need not even make sense for that target. The plain-Python
executor takes the values from the innermost ``building(...)``.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from zkos.lang.errors import LanguageError


class BuildConstant:
    """A named boolean of the build; used as a condition only, alone or under not/and/or."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __bool__(self) -> bool:
        return _settings[-1].get(self.name, False)

    def __repr__(self) -> str:
        return f"<build constant {self.name}>"


_constants: dict[str, BuildConstant] = {}
_settings: list[dict[str, bool]] = [{}]


def build_constant(name: str) -> BuildConstant:
    """Give the build constant of that name."""
    return _constants.setdefault(name, BuildConstant(name))


@contextmanager
def building(**values: bool) -> Iterator[None]:
    """Set build constants for the plain-Python executor; unnamed ones keep their value."""
    for name in values:
        if name not in _constants:
            raise LanguageError(f"no build constant is named {name}")
    _settings.append({**_settings[-1], **values})
    try:
        yield
    finally:
        _settings.pop()


RISCV = build_constant("riscv")
"""The program is built for the bare RISC-V machine (delegations and CSR instructions exist)."""
