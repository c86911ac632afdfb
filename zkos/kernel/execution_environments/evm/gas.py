"""Gas and native prices of the EVM that are not in a row, and the charging of both.

Source:  zksync-os@v0.2.5 evm_interpreter/src/gas_constants.rs, native_resource_constants.rs,
         gas.rs, ee_trait_impl.rs; resources reference, sections 3.1 and 4; EIP-150, EIP-3860.
Units:   gas and native in registers; ergs where a function says so.
Errors:  OUT_OF_NATIVE, OUT_OF_ERGS.
"""

from zkos.kernel.errors import OK, OUT_OF_ERGS, OUT_OF_NATIVE
from zkos.kernel.execution_environments.environment import (
    CALL,
    CALLCODE,
    CallRequest,
)
from zkos.kernel.execution_environments.evm.frame import Registers
from zkos.kernel.resources import Resources, ergs_of, gas_of
from zkos.lang import Status, check, function, u32, u64, unlikely

STEP_NATIVE = 20

MEMORY_WORD_GAS = 3
MEMORY_QUADRATIC_DIVISOR = 512
MEMORY_GROWTH_NATIVE = 35
MEMORY_BYTE_NATIVE = 1

COPY_WORD_GAS = 3
COPY_NATIVE = 80
COPY_BYTE_NATIVE = 1

KECCAK256_GAS = 30
EXP_BYTE_GAS = 50
EXP_BYTE_NATIVE = 5000

SSTORE_SENTRY_GAS = 2300  # EIP-2200: no write with this or less left

CALL_VALUE_GAS = 9000
CALL_STIPEND_GAS = 2300
NEW_ACCOUNT_GAS = 25000
INITCODE_WORD_GAS = 2
CREATE2_WORD_GAS = 8  # initcode and its hash
MAX_CODE_BYTES = 24576
CODE_DEPOSIT_BYTE_GAS = 200
JUMP_MAP_BYTE_NATIVE = 6


@function(inline=True)
def spend(registers: Registers, gas: u64, native: u64) -> Status:
    """Take both, native first; a failing gas charge has consumed its native.

    What is missing wraps around, and the interpreter makes it zero when it leaves: a subtraction
    before its branch is one instruction with it.
    """
    is_native_missing = registers.native < native
    registers.native = registers.native - native
    if unlikely(is_native_missing):
        return OUT_OF_NATIVE
    is_gas_missing = registers.gas < gas
    registers.gas = registers.gas - gas
    if unlikely(is_gas_missing):
        return OUT_OF_ERGS
    return OK


@function(inline=True)
def count_words(size: u32) -> u64:
    """Give the number of 32-byte words that hold ``size`` bytes."""
    return (u64(size) + 31) >> 5


@function(inline=True)
def spend_copy(registers: Registers, size: u32, gas: u64, native: u64) -> Status:
    """Charge the copying of ``size`` bytes, and what the opcode costs without it."""
    gas = gas + COPY_WORD_GAS * count_words(size)
    return spend(registers, gas, native + COPY_NATIVE + COPY_BYTE_NATIVE * u64(size))


@function(inline=True)
def memory_gas(words: u64) -> u64:
    """Give the whole price of a memory of that many words: 3w + w²/512."""
    return MEMORY_WORD_GAS * words + words * words // MEMORY_QUADRATIC_DIVISOR


@function(inline=True)
def passable_ergs(ergs: u64) -> u64:
    """Give what is left after keeping a 64th of the whole gas (EIP-150)."""
    return ergs - ergs_of(gas_of(ergs) // 64)


@function
def price_call(
    resources: Resources, request: CallRequest, is_callee_empty: bool
) -> tuple[Status, u64]:
    """Charge for value and a new account, take the passed ergs; give the callee's ergs."""
    stipend_ergs = u64(0)
    if request.value != 0:
        if request.kind == CALL or request.kind == CALLCODE:
            check(resources.charge_gas(CALL_VALUE_GAS, 0))
            stipend_ergs = ergs_of(CALL_STIPEND_GAS)
        if request.kind == CALL and is_callee_empty:
            check(resources.charge_gas(NEW_ACCOUNT_GAS, 0))
    passed_ergs = passable_ergs(resources.ergs)
    if request.ergs < passed_ergs:
        passed_ergs = request.ergs
    check(resources.charge(passed_ergs, 0))
    return OK, passed_ergs + stipend_ergs


@function
def price_deployment(resources: Resources) -> tuple[Status, u64]:
    """Take the ergs that pass to a constructor; give them."""
    passed_ergs = passable_ergs(resources.ergs)
    check(resources.charge(passed_ergs, 0))
    return OK, passed_ergs
