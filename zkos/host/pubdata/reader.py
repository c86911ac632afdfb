"""Bytes of pubdata taken one field after the other.

Errors:  PubdataError naming the byte, what was expected and what came.
"""

from zkos.host.errors import PubdataError


class Reader:
    """A position in pubdata."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.at = 0

    @property
    def is_at_end(self) -> bool:
        """Whether everything was taken."""
        return self.at == len(self._data)

    def take(self, count: int, what: str) -> bytes:
        """Take bytes."""
        taken = self._data[self.at : self.at + count]
        if len(taken) < count:
            raise self.refuse(f"expected {count} bytes of {what}, and {len(taken)} are left")
        self.at += count
        return taken

    def number(self, count: int, what: str) -> int:
        """Take a big-endian number of so many bytes."""
        return int.from_bytes(self.take(count, what), "big")

    def refuse(self, problem: str) -> PubdataError:
        """Make the error for what stands here."""
        return PubdataError(f"pubdata, byte {self.at}: {problem}")
