"""Failures of the transition tool, with the exit status that the convention gives each.

    ZkosError
    └── TransitionError
        ├── ConfigurationError   the environment lacks what the fork needs: 3
        ├── MissingHashError     BLOCKHASH asked for a block whose hash was not given: 4
        ├── JsonInputError       no JSON, or a field that breaks its format: 10
        ├── FileError            a file cannot be read or written: 11
        └── RlpInputError        transactions that are not the RLP of a list: 12

An unknown fork is bad input as everywhere: 2.
"""

from typing import ClassVar

from zkos.host.errors import ZkosError


class TransitionError(ZkosError):
    """The transition could not be made."""


class ConfigurationError(TransitionError):
    """The environment lacks what the fork needs."""

    exit_status: ClassVar[int] = 3


class MissingHashError(TransitionError):
    """BLOCKHASH asked for a block whose hash was not given."""

    exit_status: ClassVar[int] = 4


class JsonInputError(TransitionError):
    """No JSON, or a field that breaks its format."""

    exit_status: ClassVar[int] = 10


class FileError(TransitionError):
    """A file cannot be read or written."""

    exit_status: ClassVar[int] = 11


class RlpInputError(TransitionError):
    """Transactions that are not the RLP of a list."""

    exit_status: ClassVar[int] = 12
