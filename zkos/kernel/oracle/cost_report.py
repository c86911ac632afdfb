"""What a transaction's resources are spent on, told to the host by a metering kernel.

Charges that have a purpose of their own go through ``charge_for``; ``begin_cost`` and ``end_cost``
enclose everything else. In all builds but a metering one the first is a plain charge and the
others are nothing.

Docs:    docs/costs.md.
Source:  this project (interface/cost_events.py).
Units:   gas, native.
Modes:   METERING only, and never on the bare machine.
Errors:  none.
"""

from typing import Any

from zkos.interface import cost_events as events
from zkos.interface.cost_events import CostPoint
from zkos.interface.results import Record
from zkos.kernel.modes import METERING
from zkos.kernel.oracle.call import trace_by_call
from zkos.kernel.resources import Resources
from zkos.lang import Array, Function, Status, function, local, u8, u32, u64

EVENT_WORDS = 16  # the longest has 14 and its id


def _make_send(event: Record) -> Function:
    kind: Any = event.layout.kind
    size, write, event_id = event.layout.size, event.layout.write, event.id

    @function(name="send_cost_" + event.name)
    def send(content: kind) -> None:
        words = local(Array[u32, EVENT_WORDS])
        words[0] = u32(event_id)
        end = size(content) + 1
        _ = write(words[1:end], content)
        _ = trace_by_call(words[:end])

    return send  # type: ignore[no-any-return]


def _make_send_point(event: Record) -> Function:
    send = _make_send(event)

    @function(name="send_point_" + event.name)
    def send_point(purpose: u8, gas: u64, native: u64) -> None:
        point = local(CostPoint)
        point.purpose = purpose
        point.gas = gas
        point.native = native
        send(point)

    return send_point  # type: ignore[no-any-return]


send_start = _make_send(events.COST_START)
send_settlement = _make_send(events.COST_SETTLEMENT)
_send_candidate = _make_send_point(events.COST_CANDIDATE)
_send_begin = _make_send_point(events.COST_BEGIN)
_send_end = _make_send_point(events.COST_END)
_send_forfeit = _make_send_point(events.COST_FORFEIT)


@function(inline=True)
def begin_cost(purpose: u8, resources: Resources) -> None:
    """Begin a span; nothing may leave the function before its end, but errors that end the run."""
    if METERING:
        _send_begin(purpose, resources.gas_left(), resources.native)


@function(inline=True)
def end_cost(resources: Resources) -> None:
    """End the innermost span."""
    if METERING:
        _send_end(0, resources.gas_left(), resources.native)


@function
def _charge_and_tell(purpose: u8, resources: Resources, gas: u64, native: u64) -> Status:
    begin_cost(purpose, resources)
    status = resources.charge_gas(gas, native)
    end_cost(resources)
    return status


@function(inline=True)
def charge_for(purpose: u8, resources: Resources, gas: u64, native: u64) -> Status:
    """Take gas and native for a purpose."""
    if METERING:
        return _charge_and_tell(purpose, resources, gas, native)
    return resources.charge_gas(gas, native)


@function(inline=True)
def charge_native_for(purpose: u8, resources: Resources, native: u64) -> Status:
    """Take native for a purpose."""
    if METERING:
        return _charge_and_tell(purpose, resources, 0, native)
    return resources.charge_native(native)


@function(inline=True)
def begin_candidate() -> None:
    """Begin with the next transaction."""
    if METERING:
        _send_candidate(0, 0, 0)


@function(inline=True)
def forfeit_costs() -> None:
    """Say that native ran out, and that what the open spans took was for nothing."""
    if METERING:
        _send_forfeit(0, 0, 0)
