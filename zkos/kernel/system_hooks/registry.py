"""What a system hook is, and how a file declares one.

A hook is one function under ``@system_hook(address, name, ...)`` in a file of its own; the row
makes its dispatch. Value was transferred before and is taken back with the frame if the hook fails.

  status OK, True      success; the output is the return data
  status OK, False     a revert: the resources that are left return, the output is the return data
  OUT_OF_ERGS,
  INVALID_INPUT, ...   any halt: all passed ergs are burned, no return data
  OUT_OF_NATIVE        the transaction reverts
  internal errors      the run stops

Source:  transactions.md 10; zksync-os@v0.2.5 system_hooks/src/lib.rs.
Errors:  none of its own; ValueError at import for an address that is out of range or taken.
"""

from collections.abc import Callable
from dataclasses import dataclass

from zkos.interface.addresses import SPECIAL_ADDRESS_BOUND
from zkos.lang import Function, Slice, function, struct, u8, u160, u256


@struct
class HookCall:
    """A call that reached a hook."""

    caller: u160
    target: u160
    value: u256
    input: Slice[u8]
    is_static: bool
    is_delegated: bool  # DELEGATECALL or CALLCODE: the hook runs for another account


@dataclass(frozen=True)
class SystemHook:
    """A row of the registry."""

    address: int
    name: str
    function: Function
    in_production: bool
    in_ethereum: bool


_rows: dict[int, SystemHook] = {}


def system_hook(
    address: int, name: str, *, in_production: bool = True, in_ethereum: bool = True
) -> Callable[..., Function]:
    """Declare the decorated function as the hook at an address, in these flavours."""
    if not 0 < address < SPECIAL_ADDRESS_BOUND or address in _rows:
        raise ValueError(f"system hook {name}: address {address:#x} is out of range or taken")

    def declare(body: Callable[..., object]) -> Function:
        compiled: Function = function(body)
        _rows[address] = SystemHook(address, name, compiled, in_production, in_ethereum)
        return compiled

    return declare


def declared_hooks() -> tuple[SystemHook, ...]:
    """Give all rows declared so far, by address."""
    return tuple(_rows[address] for address in sorted(_rows))
