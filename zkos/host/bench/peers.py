"""What the extra ``bench`` installs, taken only when it is needed.

Errors:  MissingPeerError in one line for a library that isn't there.
"""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from zkos.host.errors import InputError


class MissingPeerError(InputError):
    """What is compared or drawn with is not installed."""


def is_installed(package: str) -> bool:
    """Say whether a top-level package is there."""
    return find_spec(package) is not None


def library(module: str, what: str) -> Any:
    """Give a module that ``what`` needs."""
    try:
        return import_module(module)
    except ImportError:
        raise MissingPeerError(f"{what} is not installed: pip install 'zkos[bench]'") from None
