"""Where two JSON documents differ, as paths with both values."""

from collections.abc import Iterator
from typing import Any

from zkos.host.json_fields import shown


def differences(first: Any, second: Any, path: str = "") -> Iterator[str]:
    """Name every field in which the documents differ."""
    if isinstance(first, dict) and isinstance(second, dict):
        for name in {**first, **second}:
            below = f"{path}.{name}" if path else str(name)
            if name not in first or name not in second:
                yield f"{below}: only in the {'second' if name not in first else 'first'}"
            else:
                yield from differences(first[name], second[name], below)
    elif isinstance(first, list) and isinstance(second, list):
        if len(first) != len(second):
            yield f"{path}: {len(first)} items, {len(second)} items"
        for at, (one, other) in enumerate(zip(first, second, strict=False)):
            yield from differences(one, other, f"{path}[{at}]")
    elif first != second or type(first) is not type(second):
        yield f"{path}: {shown(first)}, {shown(second)}"
