"""One entry of the runner's call stack, and its preparation from what the caller asked for.

Preparation happens in the caller's frame: what it warms stays warm if the call fails, and its ergs
are the caller's.

Source:  transactions.md 9.2 step 1 and 9.4 steps 1 and 2; zksync-os@v0.2.5 runner.rs.
Units:   ergs, native.
Modes:   the ethereum flavour has no delegations.
Charges: access and code of the callee, and of its delegate, by the payer's rules.
Errors:  OUT_OF_ERGS (the caller fails), OUT_OF_NATIVE, internal errors.
"""

from zkos.kernel.errors import OK
from zkos.kernel.execution_environments.environment import CONSTRUCTOR, ExecutionFrame
from zkos.kernel.modes import ETHEREUM
from zkos.kernel.resources import Resources
from zkos.kernel.system.io.access_costs import PAYER_NO_EE
from zkos.kernel.system.io.io import FrameSnapshot
from zkos.kernel.system.io.storage.bytecode import delegate_of
from zkos.kernel.system.system import System
from zkos.lang import Slice, Status, check, function, struct, u8, u32, u160

MAX_DEPTH = 1024  # of frames that run; yellow paper, 9.1


@struct
class CallFrame:
    """A call or deployment under way; ``execution`` is the part that the EE sees."""

    execution: ExecutionFrame
    target: u160  # whose code runs, and where a hook is looked for
    is_target_empty: bool  # nonce, code length and balance are zero
    can_deploy_into_target: bool
    snapshot: FrameSnapshot
    heap_base: u32
    is_success: bool
    output: Slice[u8]

    def is_deployment(self) -> bool:
        """Say whether this is a constructor's frame."""
        return self.execution.call_kind == CONSTRUCTOR

    def finish(self, is_success: bool, output: Slice[u8]):
        """Remember how the frame ended."""
        self.is_success = is_success
        self.output = output


@function
def read_callee(
    system: System, frame: CallFrame, payer: u8, resources: Resources, target: u160
) -> Status:
    """Read the account that is called, and the code that runs for it."""
    frame.target = target
    account = check(system.io.read_account(payer, resources, target))
    frame.is_target_empty = account.is_empty()
    is_delegated = account.is_delegated()
    bytecode = check(system.io.fetch_code(resources, account))
    frame.execution.ee = account.execution_environment()
    if not ETHEREUM and is_delegated:
        delegate = check(system.io.read_account(payer, resources, delegate_of(bytecode.code)))
        bytecode = check(system.io.fetch_code(resources, delegate))
        frame.execution.ee = delegate.execution_environment()
    frame.execution.bytecode = bytecode
    return OK


@function
def read_deployment_target(
    system: System, frame: CallFrame, resources: Resources, target: u160
) -> Status:
    """Read the account that a contract is to be created in, free of ergs."""
    frame.target = target
    account = check(system.io.read_account(PAYER_NO_EE, resources, target))
    frame.can_deploy_into_target = account.can_be_deployed_into()
    _bytecode = check(system.io.fetch_code(resources, account))
    return OK
