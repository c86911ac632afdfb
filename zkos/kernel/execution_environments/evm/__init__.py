"""The EVM: what every execution environment offers (see ``environment.py``).

Source:  zksync-os@v0.2.5 evm_interpreter/.
Errors:  none of its own.
"""

from zkos.kernel.execution_environments.evm.frame import EvmFrames
from zkos.kernel.execution_environments.evm.gas import price_call, price_deployment
from zkos.kernel.execution_environments.evm.lifecycle import (
    fail,
    resume_after_call,
    resume_after_deployment,
    run,
    start,
)

__all__ = [
    "EvmFrames",
    "fail",
    "price_call",
    "price_deployment",
    "resume_after_call",
    "resume_after_deployment",
    "run",
    "start",
]
