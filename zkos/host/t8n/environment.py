"""The environment and the accounts of a transition, read from JSON.

Numbers are hexadecimal with 0x, or decimal; storage words and hashes may be shorter than 32 bytes.

Source:  go-ethereum, cmd/evm (fields and defaults); EIP-1559 (base fee), EIP-4844 (blob gas).
Units:   withdrawals in gwei, all else in wei and gas.
Errors:  BlockFileError naming the field; ConfigurationError for what the fork needs besides.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from zkos.host.json_fields import Field, number_of
from zkos.host.t8n.errors import ConfigurationError
from zkos.interface.block_metadata import EXCESS_BLOB_GAS_BITS

BASE_FEE_CHANGE_DENOMINATOR = 8
ELASTICITY = 2
TARGET_BLOB_GAS = 393_216


@dataclass(frozen=True)
class AllocAccount:
    """An account of the state."""

    balance: int
    nonce: int
    code: bytes
    storage: dict[int, int]


@dataclass(frozen=True)
class Withdrawal:
    """A withdrawal from the beacon chain (EIP-4895)."""

    index: int
    validator: int
    address: int
    gwei: int


@dataclass(frozen=True)
class Environment:
    """What a block's transactions see of it."""

    coinbase: int
    gas_limit: int
    number: int
    timestamp: int
    random: int
    base_fee: int
    excess_blob_gas: int
    beacon_root: int | None
    hashes: Mapping[int, int]
    """Number of an earlier block -> its hash."""
    withdrawals: Sequence[Withdrawal]


def parse_alloc(alloc: Field) -> dict[int, AllocAccount]:
    """Read the state."""
    accounts = {}
    for name, field in alloc.members():
        code, storage = field.get("code"), field.get("storage")
        slots = {} if storage is None else dict(storage.members())
        accounts[address_of(Field(name, field.path))] = AllocAccount(
            balance=_optional(field, "balance", 256) or 0,
            nonce=_optional(field, "nonce", 64) or 0,
            code=b"" if code is None else code.data(),
            storage={word_of(Field(key, one.path)): word_of(one) for key, one in slots.items()},
        )
    return accounts


def parse_environment(env: Field) -> Environment:
    """Read the environment and fill in what follows from the parent block."""
    withdrawals = env.get("withdrawals")
    if withdrawals is None or withdrawals.value is None:
        raise ConfigurationError("the environment has no withdrawals, which the fork needs")
    random = env.get("currentRandom")
    if random is None:
        raise ConfigurationError("the environment has no currentRandom, which the fork needs")
    if _optional(env, "currentDifficulty", 256):
        raise ConfigurationError("the environment has a currentDifficulty that is not zero")
    root, hashes = env.get("parentBeaconBlockRoot"), env.get("blockHashes")
    given = () if hashes is None or hashes.value is None else hashes.members()
    return Environment(
        coinbase=address_of(env.need("currentCoinbase")),
        gas_limit=number_of(env.need("currentGasLimit"), 64),
        number=number_of(env.need("currentNumber"), 64),
        timestamp=number_of(env.need("currentTimestamp"), 64),
        random=word_of(random),
        base_fee=_base_fee(env),
        excess_blob_gas=_excess_blob_gas(env),
        beacon_root=None if root is None or root.value is None else word_of(root),
        hashes={number_of(Field(name, one.path), 64): word_of(one) for name, one in given},
        withdrawals=[_withdrawal(item) for item in withdrawals.items()],
    )


def _withdrawal(field: Field) -> Withdrawal:
    return Withdrawal(
        number_of(field.need("index"), 64),
        number_of(field.need("validatorIndex"), 64),
        address_of(field.need("address")),
        number_of(field.need("amount"), 64),
    )


def _base_fee(env: Field) -> int:
    """Take the base fee, or derive it from the parent block (EIP-1559)."""
    given = _optional(env, "currentBaseFee", 256)
    if given is not None:
        return given
    parent = _optional(env, "parentBaseFee", 256)
    if parent is None:
        raise ConfigurationError("the environment has neither currentBaseFee nor parentBaseFee")
    used, limit = _optional(env, "parentGasUsed", 64), _optional(env, "parentGasLimit", 64)
    if used is None or limit is None:
        raise ConfigurationError("parentBaseFee needs parentGasUsed and parentGasLimit")
    target = limit // ELASTICITY
    if not target:
        return parent
    change = parent * abs(used - target) // target // BASE_FEE_CHANGE_DENOMINATOR
    return parent + max(change, 1) if used > target else parent - change


def _excess_blob_gas(env: Field) -> int:
    """Take the excess blob gas, or derive it from the parent block (EIP-4844)."""
    given = _optional(env, "currentExcessBlobGas", EXCESS_BLOB_GAS_BITS)
    if given is not None:
        return given
    excess = _optional(env, "parentExcessBlobGas", EXCESS_BLOB_GAS_BITS) or 0
    used = _optional(env, "parentBlobGasUsed", EXCESS_BLOB_GAS_BITS) or 0
    return max(excess + used - TARGET_BLOB_GAS, 0)


def _optional(holder: Field, name: str, bits: int) -> int | None:
    field = holder.get(name)
    return None if field is None or field.value is None else number_of(field, bits)


def word_of(field: Field) -> int:
    """Read a word: hexadecimal digits, with 0x or without, of any length up to 32 bytes."""
    value = field.value
    if isinstance(value, str) and value and not value.startswith("0x"):
        value = "0x" + value
    return Field("0x0" if value == "0x" else value, field.path).quantity(256)


def address_of(field: Field) -> int:
    """Read an address, with 0x or without."""
    value = field.value
    if isinstance(value, str) and not value.startswith("0x"):
        value = "0x" + value
    return int.from_bytes(Field(value, field.path).data(20), "big")
