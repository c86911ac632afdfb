"""The border between the bootloader's runner and execution environments (EEs).

An EE runs a frame until a *preemption point*: it wants to call, it wants to deploy, or it is
done. The runner does what only it can do (prices by the caller's EE, transfers, frames of other
EEs, rollback) and resumes the frame. Nothing here knows a particular EE; `supported.py` lists
them and dispatches by the EE byte.

What the runner does with a frame:

1. make an ``ExecutionFrame``, fill ``ee`` to ``resources``, call ``start``;
2. call ``run``; it gives a preemption point, or a status that ends the transaction;
3. ``CALL_REQUEST``: ``frame.call_request`` is filled. Charge the caller (``price_call``), run the
   callee, put everything that it left back into ``frame.resources``, call ``resume_after_call``,
   go on with 2. If ``price_call`` or the access of the callee's account runs out of ergs, call
   ``fail`` instead: it is the caller's failure;
4. ``DEPLOYMENT_REQUEST``: likewise with ``frame.deployment_request``, ``price_deployment`` and
   ``resume_after_deployment``;
5. ``COMPLETED``: ``frame.completion`` is filled, ``frame.resources`` is what is left (no ergs
   after a halt). A constructor has deployed its code by then. ``completion.output`` lies in the
   frame's heap: keep it (``Memory.keep_return_data``), then release from ``frame.heap_base``.

Source:  zksync-os@v0.2.5 zk_ee/src/system/execution_environment/,
         basic_bootloader/src/bootloader/runner.rs; transactions reference, section 9.
Units:   ergs, native.
Errors:  none of its own.
"""

from zkos.kernel.resources import Resources
from zkos.kernel.system.io.storage.bytecode import Bytecode
from zkos.lang import Slice, Status, struct, u8, u32, u64, u160, u256

EE_NONE = 0  # an account without code
EE_EVM = 1

# Call kinds. STATICCALL is CALL without value whose frame is static.
CALL = 0
CALLCODE = 1
DELEGATECALL = 2
STATICCALL = 3
CONSTRUCTOR = 4

# Preemption points.
CALL_REQUEST = 1
DEPLOYMENT_REQUEST = 2
COMPLETED = 3

# Outcomes of a completed frame.
SUCCESS = 0
REVERT = 1
HALT = 2


@struct
class CallRequest:
    """What a frame asks for at ``CALL_REQUEST``."""

    kind: u8
    is_static: bool  # the callee may not change state: STATICCALL, or the present frame is static
    caller: u160  # what the callee sees as its caller: own caller for DELEGATECALL, else self
    address: u160  # where the callee's storage is: self for DELEGATECALL and CALLCODE, else target
    target: u160  # whose code runs
    value: u256  # what the callee sees; transferred unless DELEGATECALL
    ergs: u64  # wanted by the caller; price_call cuts it by the rules of the EE
    input: Slice[u8]  # in the heap of the calling frame


@struct
class DeploymentRequest:
    """What a frame asks for at ``DEPLOYMENT_REQUEST``; the EE has derived the address."""

    deployer: u160
    address: u160
    value: u256
    initcode: Slice[u8]  # in the heap of the deploying frame


@struct
class Completion:
    """How a frame ended."""

    outcome: u8  # SUCCESS, REVERT or HALT
    status: Status  # why it halted; OK otherwise
    output: Slice[u8]  # empty after a halt and after a constructor that succeeded


@struct
class ExecutionFrame:
    """One frame of the call stack, of any EE."""

    ee: u8
    call_kind: u8
    is_static: bool
    depth: u32  # 0 for the entry frame; frames that live at one time have different depths
    caller: u160
    address: u160  # self: whose storage is used
    value: u256
    input: Slice[u8]  # calldata; the initcode of a constructor
    bytecode: Bytecode  # the code to run; not used by a constructor
    heap_base: u32  # where the frame's heap begins; set by start
    resources: Resources
    call_request: CallRequest
    deployment_request: DeploymentRequest
    completion: Completion
