"""The runner: the call stack of execution frames, calls, deployments and hooks.

Frames are kept in an explicit stack, so that neither Python nor the machine recurses. An execution
environment (EE) runs a frame until a preemption point; the runner then does what it asked for:

  call         prepare (read the callee, price by the caller's EE), enter, resume the caller
  deployment   prepare (read the target, price), enter, resume the deployer
  completed    commit or roll back, move the output to the return data, resume the caller

``enter`` is the same for both: depth and balance are checked, a deployment's nonce and collision;
then the frame begins, value moves, and a hook, nothing (no code), or code of an EE runs.

Source:  transactions.md 9; zksync-os@v0.2.5 runner.rs, run_single_interaction.rs; EIP-150, EIP-684.
Units:   ergs and native; all native passes to the callee and comes back.
Modes:   TRACING tells the host when a frame is entered and when it ends. The ethereum flavour reads
         a deployment's target only when depth, balance and nonce allow the deployment: until then
         the address stays cold (EIP-2929).
Charges: resources.md 3.4; the entry frame's preparation and all deployments' are free of ergs.
Errors:  OUT_OF_NATIVE and RETURN_DATA_LIMIT end the transaction; UNKNOWN_ENVIRONMENT,
         UNKNOWN_CODE_VERSION and UNSUPPORTED_PRECOMPILE stop the run.
"""

from zkos.interface.cost_events import PRECOMPILES
from zkos.interface.error_names import CLASS_HALT
from zkos.kernel.bootloader.call_frame import (
    MAX_DEPTH,
    CallFrame,
    read_callee,
    read_deployment_target,
)
from zkos.kernel.bootloader.tracing import trace_enter, trace_exit
from zkos.kernel.errors import NONCE_OVERFLOW, OK, OUT_OF_ERGS, error_class
from zkos.kernel.execution_environments import supported
from zkos.kernel.execution_environments.environment import (
    CALL,
    CALL_REQUEST,
    CALLCODE,
    COMPLETED,
    CONSTRUCTOR,
    DELEGATECALL,
    EE_EVM,
    EE_NONE,
    SUCCESS,
)
from zkos.kernel.execution_environments.supported import Environments
from zkos.kernel.modes import ETHEREUM, TRACING
from zkos.kernel.oracle.cost_report import begin_cost, end_cost
from zkos.kernel.resources import Resources
from zkos.kernel.system.io.access_costs import PAYER_EVM, PAYER_NO_EE
from zkos.kernel.system.system import System
from zkos.kernel.system_hooks.dispatch import call_hook, has_hook
from zkos.kernel.system_hooks.registry import HookCall
from zkos.lang import (
    Array,
    Ref,
    Slice,
    Status,
    check,
    function,
    local,
    struct,
    u8,
    u32,
    u64,
    u160,
    u256,
)


@struct
class Runner:
    """The call stack; made once per block, its frames when they are first needed."""

    environments: Environments
    frames: Array[Ref[CallFrame], MAX_DEPTH + 2]
    made: u32

    def run_call(
        self,
        system: System,
        resources: Resources,
        caller: u160,
        target: u160,
        amount: u256,
        calldata: Slice[u8],
    ) -> tuple[Status, bool, Slice[u8]]:
        """Call an account from outside any frame; what is left of the resources comes back."""
        frame = self._entry_frame(system, resources)
        execution = frame.execution
        check(read_callee(system, frame, PAYER_NO_EE, execution.resources, target))
        execution.call_kind = CALL
        execution.caller = caller
        execution.address = target
        execution.value = amount
        execution.input = calldata
        is_success, output = check(self._run_entry(system, frame, resources))
        return OK, is_success, output

    def run_deployment(
        self,
        system: System,
        resources: Resources,
        deployer: u160,
        target: u160,
        amount: u256,
        initcode: Slice[u8],
    ) -> tuple[Status, bool, Slice[u8]]:
        """Create an EVM contract from outside any frame; unused resources come back."""
        frame = self._entry_frame(system, resources)
        execution = frame.execution
        if not ETHEREUM:
            check(read_deployment_target(system, frame, execution.resources, target))
        execution.ee = EE_EVM
        execution.call_kind = CONSTRUCTOR
        execution.caller = deployer
        execution.address = target
        execution.value = amount
        execution.input = initcode
        is_success, output = check(self._run_entry(system, frame, resources))
        return OK, is_success, output

    def _frame_at(self, system: System, depth: u32) -> CallFrame:
        """Give the frame of this depth, made now if it is the first time."""
        if depth == self.made:
            self.frames[depth] = system.arena.new(CallFrame)
            self.made += 1
        frame = self.frames[depth]
        frame.execution.depth = depth
        return frame

    def _entry_frame(self, system: System, resources: Resources) -> CallFrame:
        frame = self._frame_at(system, 0)
        frame.execution.is_static = False
        frame.execution.resources.set(0, 0)
        frame.execution.resources.take_all(resources)
        return frame

    def _run_entry(
        self, system: System, frame: CallFrame, resources: Resources
    ) -> tuple[Status, bool, Slice[u8]]:
        if TRACING:
            trace_enter(system, frame, resources)
        check(self._run(system, frame))
        if TRACING:
            trace_exit(system, frame)
        resources.take_all(frame.execution.resources)
        return OK, frame.is_success, frame.output

    def _run(self, system: System, entry: CallFrame) -> Status:
        """Run a prepared entry frame, and all that it calls, to its end."""
        frame = entry
        depth = u32(0)
        is_finished = check(self._enter(system, frame))
        while not is_finished or depth != 0:
            if is_finished:
                if TRACING:
                    trace_exit(system, frame)
                depth -= 1
                caller = self.frames[depth]
                check(self._resume(system, caller, frame))
                frame = caller
            point = check(supported.run(system, self.environments, frame.execution))
            is_finished = point == COMPLETED
            if not is_finished:
                callee = self._frame_at(system, depth + 1)
                is_prepared = check(self._prepare(system, frame, callee, point))
                if is_prepared:
                    if TRACING:
                        trace_enter(system, callee, frame.execution.resources)
                    depth += 1
                    frame = callee
                    is_finished = check(self._enter(system, frame))
                else:
                    # The caller could not pay: it is the caller that has ended.
                    check(self._complete(system, frame))
                    is_finished = True
            else:
                check(self._complete(system, frame))
        return OK

    def _prepare(
        self, system: System, caller: CallFrame, callee: CallFrame, point: u8
    ) -> tuple[Status, bool]:
        """Fill a callee's frame from the caller's request; False if the caller cannot pay."""
        if point == CALL_REQUEST:
            outcome = self._prepare_call(system, caller, callee)
        else:
            outcome = self._prepare_deployment(system, caller, callee)
        if outcome == OUT_OF_ERGS:
            check(supported.fail(system, self.environments, caller.execution, outcome))
            return OK, False
        check(outcome)
        return OK, True

    def _prepare_call(self, system: System, caller: CallFrame, callee: CallFrame) -> Status:
        request = caller.execution.call_request
        resources = caller.execution.resources
        execution = callee.execution
        payer = _payer_of(caller.execution.ee)
        check(read_callee(system, callee, payer, resources, request.target))
        ergs = check(
            supported.price_call(caller.execution.ee, resources, request, callee.is_target_empty)
        )
        _pass_resources(resources, execution.resources, ergs)
        execution.call_kind = request.kind
        execution.is_static = request.is_static
        execution.caller = request.caller
        execution.address = request.address
        execution.value = request.value
        execution.input = request.input
        return OK

    def _prepare_deployment(self, system: System, caller: CallFrame, callee: CallFrame) -> Status:
        request = caller.execution.deployment_request
        resources = caller.execution.resources
        execution = callee.execution
        if not ETHEREUM:
            check(read_deployment_target(system, callee, resources, request.address))
        ergs = check(supported.price_deployment(caller.execution.ee, resources))
        _pass_resources(resources, execution.resources, ergs)
        execution.ee = caller.execution.ee
        execution.call_kind = CONSTRUCTOR
        execution.is_static = False
        execution.caller = request.deployer
        execution.address = request.address
        execution.value = request.value
        execution.input = request.initcode
        return OK

    def _enter(self, system: System, frame: CallFrame) -> tuple[Status, bool]:
        """Begin a prepared frame; True if it is finished already."""
        execution = frame.execution
        frame.finish(False, execution.input[:0])
        may_begin = check(self._may_begin(system, frame))
        if not may_begin:
            return OK, True
        frame.snapshot = system.io.start_frame()
        if _moves_value(frame):
            check(
                system.io.transfer(
                    PAYER_NO_EE,
                    execution.resources,
                    execution.caller,
                    execution.address,
                    execution.value,
                )
            )
        if has_hook(frame.target):
            check(_run_hook(system, frame))
            system.io.finish_frame(frame.snapshot, frame.is_success)
            return OK, True
        if execution.ee == EE_NONE:
            frame.finish(True, execution.input[:0])
            system.io.finish_frame(frame.snapshot, True)
            return OK, True
        frame.heap_base = system.memory.start_frame_heap()
        check(supported.start(system, self.environments, execution))
        return OK, False

    def _may_begin(self, system: System, frame: CallFrame) -> tuple[Status, bool]:
        """Check what fails a call before its frame begins; the deployer's nonce moves here."""
        execution = frame.execution
        if execution.depth > MAX_DEPTH:
            return OK, False
        if _moves_value(frame):
            payer = check(
                system.io.read_account(PAYER_NO_EE, execution.resources, execution.caller)
            )
            if payer.balance < execution.value:
                return OK, False
        if not frame.is_deployment():
            return OK, True
        if execution.depth != 0:
            outcome, _old_nonce = system.io.increment_nonce(
                PAYER_NO_EE, execution.resources, execution.caller
            )
            if outcome == NONCE_OVERFLOW:
                return OK, False
            check(outcome)
        if ETHEREUM:
            check(read_deployment_target(system, frame, execution.resources, execution.address))
        if not frame.can_deploy_into_target:
            execution.resources.burn_ergs()
            return OK, False
        return OK, True

    def _complete(self, system: System, frame: CallFrame) -> Status:
        """End a frame that an EE has completed."""
        completion = frame.execution.completion
        is_success = completion.outcome == SUCCESS
        output = check(system.memory.keep_return_data(completion.output))
        system.memory.release_frame_heap(frame.heap_base)
        system.io.finish_frame(frame.snapshot, is_success)
        frame.finish(is_success, output)
        return OK

    def _resume(self, system: System, caller: CallFrame, callee: CallFrame) -> Status:
        """Give a caller what is left of the resources, and the outcome."""
        execution = caller.execution
        execution.resources.take_all(callee.execution.resources)
        if callee.is_deployment():
            return supported.resume_after_deployment(
                system, self.environments, execution, callee.is_success, callee.output
            )
        return supported.resume_after_call(
            system, self.environments, execution, callee.is_success, callee.output
        )


@function
def _payer_of(ee: u8) -> u8:
    """Name whose access prices the frames of an EE pay."""
    return u8(PAYER_EVM) if ee == EE_EVM else u8(PAYER_NO_EE)


@function
def _pass_resources(source: Resources, target: Resources, ergs: u64):
    """Give a callee its ergs, which are taken from the caller already, and all native."""
    target.set(ergs, source.native)
    source.native = 0


@function
def _moves_value(frame: CallFrame) -> bool:
    return frame.execution.value != 0 and frame.execution.call_kind != DELEGATECALL


@function
def _run_hook(system: System, frame: CallFrame) -> Status:
    """Run the hook at the target; a halt burns the passed ergs."""
    execution = frame.execution
    if frame.is_deployment():
        return OK
    call = local(HookCall)
    call.caller = execution.caller
    call.target = frame.target
    call.value = execution.value
    call.input = execution.input
    call.is_static = execution.is_static
    call.is_delegated = execution.call_kind == DELEGATECALL or execution.call_kind == CALLCODE
    begin_cost(PRECOMPILES, execution.resources)
    outcome, is_success, output = call_hook(system, call, execution.resources)
    if error_class(outcome) == CLASS_HALT:
        execution.resources.burn_ergs()
        end_cost(execution.resources)
        return OK
    end_cost(execution.resources)
    check(outcome)
    frame.finish(is_success, output)
    return OK
