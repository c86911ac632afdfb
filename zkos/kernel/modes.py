"""What a build of the kernel fixes: its mode and its flavour.

``PROVING`` verifies every oracle answer and ends with the public input; without it (forward) the
oracle is trusted and results go to the result keeper. ``SIMULATION`` is a forward run of calls
that nobody signed. ``ETHEREUM`` is the flavour for Ethereum's own tests and blocks: exactly Cancun,
native unlimited, no pubdata. ``TRACING`` tells the host every step, call and change, ``METERING``
what resources are spent on. No released image has ``SIMULATION``, ``TRACING`` or ``METERING``. The
executor is another, independent choice: ``zkos.lang.RISCV``.

Source:  architecture of this project; zksync-os@v0.2.5 basic_bootloader/src/bootloader/config.rs.
Errors:  none.
"""

from zkos.lang import build_constant

PROVING = build_constant("proving")
"""Verify the oracle, compute the public input, return nothing else."""

SIMULATION = build_constant("simulation")
"""Nonce, signature and the sender's code are not checked, and native has a price of its own."""

ETHEREUM = build_constant("ethereum")
"""The ethereum flavour; without it the production flavour."""

TRACING = build_constant("tracing")
"""Send trace events; forward runs off the bare machine only."""

METERING = build_constant("metering")
"""Tell what transactions spend, by purpose; forward runs off the bare machine only."""
