"""Unverified[T]: what an oracle said and nobody has checked.

A value with one field, ``unverified_value``. The compiler lets only functions named ``verify_``,
``defer_`` or ``bind_`` read that field; once compiled the wrapper is gone.

Errors:  LanguageError when another function opens it (compiler).
"""

from typing import Any

from zkos.lang.structs import value

_made: dict[Any, Any] = {}


class _UnverifiedFamily:
    def __getitem__(self, kind: Any) -> Any:
        if kind not in _made:
            members = {"__annotations__": {"unverified_value": kind}, "__module__": __name__}
            name = f"Unverified[{getattr(kind, '__name__', kind)}]"
            made = value(type("Unverified", (), members), name=name)
            made.is_unverified = True
            _made[kind] = made
        return _made[kind]


Unverified = _UnverifiedFamily()
