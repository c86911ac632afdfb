"""All opcodes of the EVM, by group: importing this package fills ``rows.ROWS``.

Source:  Ethereum yellow paper, appendix H.2, and the EIPs that the groups name.
Errors:  none of its own.
"""

from zkos.kernel.execution_environments.evm.opcodes import (
    arithmetic,
    bitwise,
    block,
    comparison,
    control_flow,
    environment,
    keccak,
    log,
    memory,
    stack,
    storage,
    system,
)

__all__ = [
    "arithmetic",
    "bitwise",
    "block",
    "comparison",
    "control_flow",
    "environment",
    "keccak",
    "log",
    "memory",
    "stack",
    "storage",
    "system",
]
