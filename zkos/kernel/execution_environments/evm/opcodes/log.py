"""LOG0 to LOG4.

Source:  Ethereum yellow paper, appendix H.2, a0s;
         zksync-os@v0.2.5 evm_interpreter/src/instructions/host.rs.
Units:   gas, native; sizes in bytes.
Charges: the rows and memory growth; the event by kernel/system/io/events.py.
Errors:  those of a step (rows.py) and of memory.py.
"""

import builtins

from zkos.kernel.execution_environments.evm.frame import (
    EvmFrame,
    Registers,
    load_registers,
    save_registers,
)
from zkos.kernel.execution_environments.evm.memory import expand, to_range
from zkos.kernel.execution_environments.evm.rows import opcode
from zkos.kernel.system.io.access_costs import PAYER_EVM
from zkos.lang import Array, Status, check, function, local, range, u32, u256

MAX_TOPICS = 4


@function(inline=False)
def emit(frame: EvmFrame, topics: u32, sp: u32, offset: u32, size: u32) -> Status:
    """Emit an event of the frame's contract; its topics are on the stack, the first highest."""
    listed = local(Array[u256, MAX_TOPICS])
    for i in range(topics):
        listed[i] = frame.stack[sp + topics - 1 - i].number
    return frame.system.io.emit_event(
        PAYER_EVM,
        frame.context.resources,
        frame.context.address,
        listed[:topics],
        frame.memory[offset : offset + size],
    )


def _make_log(topics: int) -> None:
    @opcode(
        0xA0 + topics,
        f"LOG{topics}",
        pops=2 + topics,
        pushes=0,
        native=50,
        refused_in_static=True,
    )
    @function(inline=True, name=f"op_log{topics}")
    def op_log(frame: EvmFrame, registers: Registers) -> Status:
        # STACK
        sp = registers.sp - (2 + topics)
        # all entries are there: checked by the row
        offset, size = check(
            to_range(
                frame.stack.unchecked[sp + (topics + 1)].number,
                frame.stack.unchecked[sp + topics].number,
            )
        )
        registers.sp = sp
        # GAS, OPERATION
        check(expand(frame, registers, offset, size))
        save_registers(frame, registers)
        status = emit(frame, u32(topics), sp, offset, size)
        load_registers(frame, registers)
        return status


for _topics in builtins.range(MAX_TOPICS + 1):
    _make_log(_topics)
