"""KECCAK256.

Source:  Ethereum yellow paper, appendix H.2, 20s;
         zksync-os@v0.2.5 evm_interpreter/src/instructions/system.rs (order of charges).
Units:   gas, native; sizes in bytes.
Charges: 90 native; of nothing 30 gas; else memory growth, 30 + 6w gas and the native of the hash.
Errors:  those of a step (rows.py) and of memory.py.
"""

from zkos.kernel.errors import OK
from zkos.kernel.execution_environments.evm.frame import (
    EvmFrame,
    Registers,
    load_registers,
    save_registers,
)
from zkos.kernel.execution_environments.evm.gas import KECCAK256_GAS, spend
from zkos.kernel.execution_environments.evm.memory import expand, to_size
from zkos.kernel.execution_environments.evm.rows import opcode
from zkos.kernel.system.functions import keccak256_charged
from zkos.lang import Status, check, function, u32, u64, u256

KECCAK256_NATIVE = 90
EMPTY_HASH = 0xC5D2460186F7233C927E7DB2DCC703C0E500B653CA82273B7BFAD8045D85A470  # keccak256("")


@function(inline=False)
def hash_memory(frame: EvmFrame, offset: u32, size: u32) -> tuple[Status, u256]:
    """Hash a range of the memory; the system charges gas and native."""
    return keccak256_charged(frame.context.resources, frame.memory[offset : offset + size], True)


@opcode(0x20, "KECCAK256", pops=2, pushes=1, native=KECCAK256_NATIVE, pops_first=True)
def op_keccak256(frame: EvmFrame, registers: Registers) -> Status:
    """Hash a range of the memory."""
    # STACK
    top = registers.sp - 1
    size = check(to_size(frame.stack.unchecked[top - 1].number))  # checked by the row
    # GAS
    check(spend(registers, u64(0), u64(KECCAK256_NATIVE)))
    digest = u256(EMPTY_HASH)
    if size == 0:
        check(spend(registers, u64(KECCAK256_GAS), u64(0)))
    else:
        offset = check(to_size(frame.stack.unchecked[top].number))
        check(expand(frame, registers, offset, size))
        save_registers(frame, registers)
        status, digest = hash_memory(frame, offset, size)
        load_registers(frame, registers)
        check(status)
    # OPERATION
    frame.stack.unchecked[top - 1].number = digest
    registers.sp = top
    return OK
