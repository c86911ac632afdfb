"""The execution environments of this kernel, and the dispatch by EE byte.

Source:  zksync-os@v0.2.5 supported_ees/src/lib.rs.
Units:   ergs, native.
Errors:  UNKNOWN_ENVIRONMENT for an EE byte that is not listed; OUT_OF_NATIVE and internal errors of
         the EEs. OUT_OF_ERGS from ``price_call`` only: the calling frame has failed.
"""

from zkos.kernel.errors import UNKNOWN_ENVIRONMENT
from zkos.kernel.execution_environments import evm
from zkos.kernel.execution_environments.environment import EE_EVM, CallRequest, ExecutionFrame
from zkos.kernel.execution_environments.evm import EvmFrames
from zkos.kernel.resources import Resources
from zkos.kernel.system.system import System
from zkos.lang import Slice, Status, function, struct, u8, u64


@struct
class Environments:
    """What the EEs keep between frames; the runner has one, made once per block."""

    evm: EvmFrames


@function
def is_supported(ee: u8) -> bool:
    """Say whether frames of this EE byte can be run."""
    return ee == EE_EVM


@function
def start(system: System, environments: Environments, frame: ExecutionFrame) -> Status:
    """Prepare a frame to run. The status ends the transaction or the run."""
    if frame.ee == EE_EVM:
        return evm.start(system, environments.evm, frame)
    return UNKNOWN_ENVIRONMENT


@function
def run(system: System, environments: Environments, frame: ExecutionFrame) -> tuple[Status, u8]:
    """Run a frame to its next preemption point."""
    if frame.ee == EE_EVM:
        return evm.run(system, environments.evm, frame)
    return UNKNOWN_ENVIRONMENT, u8(0)


@function
def resume_after_call(
    system: System,
    environments: Environments,
    frame: ExecutionFrame,
    success: bool,
    output: Slice[u8],
) -> Status:
    """Tell a frame how its call went; ``output`` must stay readable as long as the frame lives.

    The resources that the callee left are back in ``frame.resources`` already.
    """
    if frame.ee == EE_EVM:
        return evm.resume_after_call(environments.evm, frame, success, output)
    return UNKNOWN_ENVIRONMENT


@function
def resume_after_deployment(
    system: System,
    environments: Environments,
    frame: ExecutionFrame,
    success: bool,
    output: Slice[u8],
) -> Status:
    """Tell a frame how its deployment went; ``output``: what the constructor reverted with."""
    if frame.ee == EE_EVM:
        return evm.resume_after_deployment(environments.evm, frame, success, output)
    return UNKNOWN_ENVIRONMENT


@function
def fail(
    system: System, environments: Environments, frame: ExecutionFrame, status: Status
) -> Status:
    """End a frame whose request could not be paid: it halts, and ``frame.completion`` is filled."""
    if frame.ee == EE_EVM:
        return evm.fail(frame, status)
    return UNKNOWN_ENVIRONMENT


@function
def price_call(
    ee: u8, resources: Resources, request: CallRequest, is_callee_empty: bool
) -> tuple[Status, u64]:
    """Charge the caller for a call and take the passed ergs from it; give the callee's ergs.

    Native is not touched: all of it passes. ``is_callee_empty``: nonce, code length and balance
    are zero.
    """
    if ee == EE_EVM:
        return evm.price_call(resources, request, is_callee_empty)
    return UNKNOWN_ENVIRONMENT, u64(0)


@function
def price_deployment(ee: u8, resources: Resources) -> tuple[Status, u64]:
    """Take the ergs that pass to a constructor from the deployer; give them."""
    if ee == EE_EVM:
        return evm.price_deployment(resources)
    return UNKNOWN_ENVIRONMENT, u64(0)
