"""Settings from the environment; nothing else on the host side reads it.

ZKOS_DEBUG   1: show the traceback of an internal error
ZKOS_CACHE   folder of compiled objects and kernel images (read by the compiler's cache, which
             stands below the host)
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """What the environment asks for."""

    shows_tracebacks: bool = False


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings of this process, or of a given environment."""
    values = os.environ if environment is None else environment
    return Settings(shows_tracebacks=values.get("ZKOS_DEBUG", "") not in ("", "0"))
