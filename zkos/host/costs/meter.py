"""The meter: adds up a metering kernel's spans to each transaction's costs by purpose.

Spans nest; what an inner one spends is not the outer one's. All that is in a span of ``NOBODY``,
and all that is outside of a transaction's spans (the coinbase's access, refund and fee), is
nobody's.

Where native runs out in execution, everything there was for nothing: the gas is gone, of
the native only what the kernel does not give back. Both are ``forfeited`` then, less the gas that
had a purpose.

Docs:    docs/costs.md.
Source:  interface/cost_events.py; resources reference, 2.5.
Units:   gas, native.
Errors:  KernelError for an event that is unknown or out of order.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from zkos.host.errors import KernelError
from zkos.interface import cost_events as events
from zkos.interface.cost_events import NOBODY, PURPOSES

FORFEITED = "forfeited"
EVENTS_BY_ID = {event.id: event for event in events.COST_EVENTS}
ID_BYTES = 4


@dataclass
class _Span:
    """A span that has begun."""

    purpose: int
    gas: int
    native: int
    inner_gas: int = 0
    inner_native: int = 0
    is_void: bool = False
    native_before: Counter[str] = field(default_factory=Counter)
    """The transaction's sums when this span, an outermost one, began."""


@dataclass
class TransactionCosts:
    """What a transaction has spent, by purpose."""

    gas: Counter[str] = field(default_factory=Counter)
    native: Counter[str] = field(default_factory=Counter)
    gas_refunded: int = 0
    native_per_gas: int = 0
    is_wrapped: bool = False
    """The charge for pubdata went below zero."""


class Meter:
    """Takes the events of a run."""

    def __init__(self) -> None:
        self.transactions: list[TransactionCosts] = []
        """One for each transaction that was offered, of all blocks, in order."""
        self._spans: list[_Span] = []
        self._native_left = 0
        self._withheld_native = 0

    def take(self, event: bytes) -> int:
        """Take one event; nothing is wanted besides."""
        number = int.from_bytes(event[:ID_BYTES], "little")
        if number not in EVENTS_BY_ID:
            raise KernelError(f"the kernel told an unknown cost event ({number})")
        values = EVENTS_BY_ID[number].layout.decode(event[ID_BYTES:])
        if number == events.COST_CANDIDATE.id:
            self._spans = []
            self.transactions.append(TransactionCosts())
        elif number == events.COST_START.id:
            self._start(values)
        elif number == events.COST_BEGIN.id:
            self._begin(values["purpose"], values["gas"], values["native"])
        elif number == events.COST_END.id:
            self._end(values["gas"], values["native"])
        elif number == events.COST_FORFEIT.id:
            self._forfeit()
        else:
            self._settle(values)
        return 0

    @property
    def _costs(self) -> TransactionCosts:
        return self.transactions[-1]

    def _begin(self, purpose: int, gas: int, native: int) -> None:
        span = _Span(purpose, gas, native)
        if not self._spans:
            span.native_before = Counter(self._costs.native)
        self._spans.append(span)

    def _start(self, values: Mapping[str, Any]) -> None:
        native = values["native_limit"] - values["withheld_native"] - values["native"]
        pubdata = min(values["pubdata_native"], values["native_limit"])
        self._withheld_native = values["withheld_native"]
        self._costs.native_per_gas = values["native_per_gas"]
        self._costs.gas[PURPOSES[events.INTRINSIC]] += values["gas_limit"] - values["gas"]
        self._costs.native[PURPOSES[events.PUBDATA]] += pubdata
        self._costs.native[PURPOSES[events.INTRINSIC]] += native - pubdata
        self._begin(events.INTRINSIC, values["gas"], values["native"])

    def _end(self, gas: int, native: int) -> None:
        if not self._spans:
            raise KernelError("the kernel ended a span that it did not begin")
        span = self._spans.pop()
        spent_gas, spent_native = span.gas - gas, span.native - native
        if span.purpose == NOBODY or any(outer.purpose == NOBODY for outer in self._spans):
            return
        if self._spans:
            self._spans[-1].inner_gas += spent_gas
            self._spans[-1].inner_native += spent_native
        elif span.purpose not in (events.INTRINSIC, events.EVM):
            return  # outside of the transaction's spans
        else:
            self._native_left = native
        name = FORFEITED if span.is_void else PURPOSES[span.purpose]
        self._costs.gas[name] += spent_gas - span.inner_gas
        self._costs.native[name] += spent_native - span.inner_native

    def _forfeit(self) -> None:
        """Make everything in the outermost span void; its inner native was not spent."""
        while len(self._spans) > 1:
            broken = self._spans.pop()
            self._spans[-1].inner_gas += broken.inner_gas
        [outermost] = self._spans
        outermost.is_void = True
        outermost.inner_native = 0
        self._costs.native = outermost.native_before

    def _settle(self, values: Mapping[str, Any]) -> None:
        costs = self._costs
        paid = self._withheld_native - values["withheld_native"]
        costs.native[FORFEITED if values["is_from_l1"] else PURPOSES[events.PUBDATA]] += paid
        costs.native[PURPOSES[events.PUBDATA]] += values["pubdata_native"]
        costs.gas_refunded = values["gas_refunded"]
        left = self._native_left + values["withheld_native"]
        costs.is_wrapped = values["pubdata_native"] > left
