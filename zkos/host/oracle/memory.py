"""The memory of the program that asks, as far as an answer may look at it."""

from typing import Protocol


class Memory(Protocol):
    """Bytes by address."""

    def read(self, address: int, length: int) -> bytes:
        """Give bytes of it."""
        ...
