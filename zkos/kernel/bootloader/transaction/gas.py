"""What a transaction has to spend: its prices, its initial resources, its intrinsic costs.

  gas_price          base_fee + min(max_priority_fee, max_fee - base_fee)
  native_per_gas     ceil(gas_price / native_price)        0 makes native unlimited
  native_per_pubdata floor(pubdata_price / native_price)

The native limit is gas_limit * native_per_gas. Beyond 2^35 it is withheld: only pubdata may be
paid with it.

Source:  resources.md 2; zksync-os@v0.2.5 gas_helpers.rs, constants.rs.
Units:   prices in wei; native_per_pubdata in native per byte.
Modes:   the ethereum flavour has no pubdata, no cap and native 2^64 - 1. A simulation has
         native_per_gas 100 whatever the gas price, upgrades excepted.
Errors:  OUT_OF_GAS_DURING_VALIDATION, OUT_OF_NATIVE_DURING_VALIDATION; NATIVE_PRICE_IS_ZERO and
         ARITHMETIC_OVERFLOW stop the run.
"""

from zkos.kernel.bootloader.transaction.transaction import UPGRADE, Transaction
from zkos.kernel.errors import (
    ARITHMETIC_OVERFLOW,
    NATIVE_PRICE_IS_ZERO,
    OK,
    OUT_OF_ERGS,
    OUT_OF_GAS_DURING_VALIDATION,
    OUT_OF_NATIVE,
    OUT_OF_NATIVE_DURING_VALIDATION,
)
from zkos.kernel.modes import ETHEREUM, SIMULATION
from zkos.kernel.resources import UNLIMITED, Resources, ergs_of, is_gas_too_much
from zkos.lang import Slice, Status, function, range, struct, u8, u32, u64, u128, u256, u512

MAX_NATIVE_COMPUTATIONAL = 2**35  # constants.rs; for one transaction and for a block
L2_INTRINSIC_GAS = 18000
L2_INTRINSIC_NATIVE = 30000
L2_INTRINSIC_PUBDATA_BYTES = 65
L1_INTRINSIC_GAS = 21000  # also of upgrades
L1_INTRINSIC_NATIVE = 130000
L1_INTRINSIC_PUBDATA_BYTES = 88 + 65
L1_NATIVE_PRICE = 10
UPGRADE_NATIVE_PER_GAS = 10000
SIMULATION_NATIVE_PER_GAS = 100
CALLDATA_ZERO_BYTE_GAS = 4
CALLDATA_BYTE_GAS = 16
DEPLOYMENT_EXTRA_GAS = 32000
INITCODE_WORD_GAS = 2
MAX_INITCODE_BYTES = 49152
AUTHORIZATION_GAS = 25000


@struct
class Budget:
    """Prices of one transaction, and what it was given before anything was charged."""

    gas_price: u256
    native_per_gas: u64
    native_per_pubdata: u64
    native_limit: u64
    withheld_native: u64
    computational_native: u64  # what execution was given of the limit, intrinsic included
    intrinsic_gas: u64
    intrinsic_native: u64
    intrinsic_pubdata_bytes: u64
    is_from_l1: bool  # intrinsic costs that are too high leave nothing, and refuse nothing


@function(inline=True)
def saturate_u64(number: u256) -> u64:
    """Give the number, or the largest u64 if it is larger."""
    return u64(UNLIMITED) if number >> 64 != 0 else u64(number)


@function
def saturating_product(a: u64, b: u64) -> u64:
    """Multiply two u64; the largest u64 if it does not fit."""
    return saturate_u64(u256(u128(a) * u128(b)))


@function
def calldata_gas(data: Slice[u8]) -> u64:
    """Price the calldata: 4 gas a zero byte, 16 any other."""
    zeros = u32(0)
    for i in range(data.length):
        zeros += u32(data.unchecked[i] == 0)  # i is below the length
    return u64(zeros) * CALLDATA_ZERO_BYTE_GAS + u64(data.length - zeros) * CALLDATA_BYTE_GAS


@function
def deployment_gas(initcode: Slice[u8]) -> u64:
    """Price what a deployment transaction pays beyond the intrinsic gas (EIP-2, EIP-3860)."""
    return u64((initcode.length + 31) // 32) * INITCODE_WORD_GAS + DEPLOYMENT_EXTRA_GAS


@function
def in_validation(status: Status) -> Status:
    """Name an exhaustion as validation does; other statuses stay."""
    if status == OUT_OF_ERGS:
        return OUT_OF_GAS_DURING_VALIDATION
    if status == OUT_OF_NATIVE:
        return OUT_OF_NATIVE_DURING_VALIDATION
    return status


@function
def set_prices(budget: Budget, gas_price: u256, native_price: u256, pubdata_price: u256) -> Status:
    """Fill the prices and intrinsic costs of an L2 transaction."""
    budget.gas_price = gas_price
    budget.intrinsic_gas = L2_INTRINSIC_GAS
    budget.intrinsic_native = L2_INTRINSIC_NATIVE
    budget.intrinsic_pubdata_bytes = L2_INTRINSIC_PUBDATA_BYTES
    if ETHEREUM:
        budget.native_per_gas = 0
        budget.native_per_pubdata = 0
        return OK
    if native_price == 0:
        return NATIVE_PRICE_IS_ZERO
    if SIMULATION:
        budget.native_per_gas = SIMULATION_NATIVE_PER_GAS
    else:
        budget.native_per_gas = saturate_u64(_divide_up(gas_price, native_price))
    budget.native_per_pubdata = saturate_u64(pubdata_price // native_price)
    return OK


@function
def _divide_up(number: u256, divisor: u256) -> u256:
    quotient = number // divisor
    return quotient if quotient * divisor == number else quotient + 1


@function
def set_l1_prices(budget: Budget, tx: Transaction) -> Status:
    """Fill the prices and intrinsic costs of a transaction from L1: it names them itself."""
    budget.gas_price = tx.max_fee
    budget.is_from_l1 = True
    budget.intrinsic_gas = L1_INTRINSIC_GAS
    budget.intrinsic_native = L1_INTRINSIC_NATIVE
    budget.intrinsic_pubdata_bytes = L1_INTRINSIC_PUBDATA_BYTES
    native_per_gas = u256(UPGRADE_NATIVE_PER_GAS)
    if tx.type != UPGRADE:
        if SIMULATION:
            native_per_gas = u256(SIMULATION_NATIVE_PER_GAS)
        else:
            native_per_gas = _divide_up(tx.max_fee, L1_NATIVE_PRICE)
    native_per_pubdata = u512(native_per_gas) * u512(tx.gas_per_pubdata_limit)
    if native_per_pubdata >> 256 != 0:
        return ARITHMETIC_OVERFLOW
    budget.native_per_gas = saturate_u64(native_per_gas)
    budget.native_per_pubdata = saturate_u64(u256(native_per_pubdata))
    return OK


@function
def _take(budget: Budget, available: u64, amount: u64) -> tuple[bool, u64]:
    """Take an intrinsic cost and give what is left; False where that refuses the transaction."""
    if amount <= available:
        return True, available - amount
    return budget.is_from_l1, 0


@function
def set_initial_resources(budget: Budget, resources: Resources, tx: Transaction) -> Status:
    """Charge the intrinsic costs of a transaction and fill what is left."""
    native = u64(UNLIMITED)
    if budget.native_per_gas != 0:
        native = saturating_product(tx.gas_limit, budget.native_per_gas)
    budget.native_limit = native
    if not ETHEREUM:
        pubdata = u128(budget.native_per_pubdata) * u128(budget.intrinsic_pubdata_bytes)
        if pubdata >> 64 != 0:
            return ARITHMETIC_OVERFLOW
        is_enough, native = _take(budget, native, u64(pubdata))
        if not is_enough:
            return OUT_OF_NATIVE_DURING_VALIDATION
        if native > MAX_NATIVE_COMPUTATIONAL:
            budget.withheld_native = native - MAX_NATIVE_COMPUTATIONAL
            native = u64(MAX_NATIVE_COMPUTATIONAL)
    intrinsic_native = u64(tx.data.length) + budget.intrinsic_native
    is_enough, native = _take(budget, native, intrinsic_native)
    if not is_enough:
        return OUT_OF_NATIVE_DURING_VALIDATION
    budget.computational_native = native + intrinsic_native
    is_enough, gas = _take(budget, tx.gas_limit, calldata_gas(tx.data) + budget.intrinsic_gas)
    if not is_enough:
        return OUT_OF_GAS_DURING_VALIDATION
    if is_gas_too_much(gas):
        return ARITHMETIC_OVERFLOW
    resources.set(ergs_of(gas), native)
    return OK
