"""Code of accounts: fetching it, deploying it, delegating.

Docs:    docs/system/io/io.md, "Bytecodes".
Source:  zksync-os@v0.2.5 flat_storage_model/account_cache.rs (deploy_code, set_bytecode_details,
         set_delegation); EIP-7702.
Units:   bytes; native.
Modes:   proving hashes what it fetches (preimage_cache.py).
Charges: a fetch Code(stored length), cached or not; a deployment keccak256, jump map, blake2s,
         500 and 1000; gas only for the account's access in a force deployment.
Errors:  OUT_OF_NATIVE, OUT_OF_ERGS; the oracle's errors (internal).
"""

from zkos.interface.cost_events import HASHING, STORAGE
from zkos.kernel.crypto.keccak256 import keccak256
from zkos.kernel.errors import OK
from zkos.kernel.oracle.cost_report import charge_native_for
from zkos.kernel.resources import Resources
from zkos.kernel.system.io import access_costs as costs
from zkos.kernel.system.io.access_costs import PAYER_NO_EE
from zkos.kernel.system.io.storage.account_cache import AccountCache, AccountItem
from zkos.kernel.system.io.storage.account_record import (
    CODE_VERSION_WITH_ARTIFACTS,
    VERSIONING_DELEGATED,
    VERSIONING_DEPLOYED,
    Account,
)
from zkos.kernel.system.io.storage.bytecode import (
    DELEGATION_BYTES,
    DELEGATION_PREFIX,
    Bytecode,
    jump_map_length,
    padded_length,
    write_stored_code,
)
from zkos.kernel.system.io.storage.preimage_cache import PreimageCache
from zkos.lang import (
    Arena,
    Slice,
    Status,
    check,
    function,
    store_be,
    u8,
    u32,
    u64,
    u160,
    u256,
    unroll,
)

_CLEARED_VERSIONING = 0


@function
def fetch_stored_code(
    preimages: PreimageCache, resources: Resources, bytecode_hash: u256, length: u32
) -> tuple[Status, Slice[u8]]:
    """Get a preimage of code, paying for it whether cached or not."""
    check(charge_native_for(STORAGE, resources, costs.code_fetch_native(u64(length))))
    return preimages.read(bytecode_hash, length)


@function
def fetch_code(
    preimages: PreimageCache, resources: Resources, account: Account
) -> tuple[Status, Bytecode]:
    """Get what runs when the account is called."""
    version = account.code_version()
    ee = account.execution_environment()
    if account.bytecode_hash == 0:
        return OK, Bytecode(preimages.nothing(), preimages.nothing(), version, ee)
    length = account.unpadded_code_length
    padded = padded_length(length)
    stored = check(
        fetch_stored_code(
            preimages, resources, account.bytecode_hash, padded + account.artifacts_length
        )
    )
    if version == CODE_VERSION_WITH_ARTIFACTS:
        return OK, Bytecode(stored[:length], stored[padded:], version, ee)
    return OK, Bytecode(stored[:padded], stored[:0], version, ee)


@function
def fetch_observable_code(
    preimages: PreimageCache, resources: Resources, account: Account
) -> tuple[Status, Slice[u8]]:
    """Get the code as other contracts see it."""
    if account.bytecode_hash == 0:
        return OK, preimages.nothing()
    stored = check(
        fetch_stored_code(preimages, resources, account.bytecode_hash, account.stored_code_length())
    )
    return OK, stored[: account.unpadded_code_length]


@function
def record_stored_code(
    arena: Arena, preimages: PreimageCache, resources: Resources, code: Slice[u8]
) -> tuple[Status, u256]:
    """Make stored code of runtime code and keep it; gives its hash."""
    length = code.length
    stored_length = padded_length(length) + jump_map_length(length)
    check(charge_native_for(STORAGE, resources, u64(length) * costs.JUMP_MAP_BYTE_NATIVE))
    check(charge_native_for(HASHING, resources, costs.blake2s_native(u64(stored_length))))
    check(charge_native_for(STORAGE, resources, u64(costs.PREIMAGE_WRITE_NATIVE)))
    stored = arena.slice(u8, stored_length)
    write_stored_code(code, stored)
    return OK, preimages.record(stored)


@function
def deploy_code(
    accounts: AccountCache, arena: Arena, resources: Resources, address: u160, code: Slice[u8]
) -> Status:
    """Give an account runtime code."""
    item = check(accounts.access(u8(PAYER_NO_EE), resources, address))
    check(charge_native_for(HASHING, resources, costs.keccak256_native(u64(code.length))))
    observable_hash = keccak256(code)
    bytecode_hash = check(record_stored_code(arena, accounts.preimages, resources, code))
    check(charge_native_for(STORAGE, resources, u64(costs.ACCOUNT_UPDATE_NATIVE)))
    record = set_contract(accounts, item, bytecode_hash, code.length, observable_hash)
    record.hides_bytecode = False
    return OK


@function
def set_bytecode_details(
    accounts: AccountCache,
    payer: u8,
    arena: Arena,
    resources: Resources,
    address: u160,
    raw_code_hash: u256,
    length: u32,
    observable_hash: u256,
) -> Status:
    """Force-deploy code known by the hash of its bare bytes; the observable hash is believed."""
    item = check(accounts.access(payer, resources, address))
    preimages = accounts.preimages
    code = check(fetch_stored_code(preimages, resources, raw_code_hash, length))
    bytecode_hash = check(record_stored_code(arena, preimages, resources, code))
    check(charge_native_for(STORAGE, resources, u64(costs.ACCOUNT_UPDATE_NATIVE)))
    record = set_contract(accounts, item, bytecode_hash, length, observable_hash)
    record.hides_bytecode = True
    return OK


@function
def set_contract(
    accounts: AccountCache,
    item: AccountItem,
    bytecode_hash: u256,
    length: u32,
    observable_hash: u256,
) -> Account:
    """Turn an account into a deployed EVM contract whose artifacts are stored."""
    record = accounts.change(item)
    record.versioning = u64(VERSIONING_DEPLOYED)
    record.bytecode_hash = bytecode_hash
    record.unpadded_code_length = length
    record.artifacts_length = jump_map_length(length)
    record.observable_hash = observable_hash
    record.observable_length = length
    record.created_in = accounts.transaction
    return record


@function
def set_delegation(
    accounts: AccountCache, arena: Arena, resources: Resources, address: u160, delegate: u160
) -> Status:
    """Set or, for delegate zero, clear an EIP-7702 delegation."""
    item = check(accounts.access(u8(PAYER_NO_EE), resources, address))
    bytecode_hash = u256(0)
    observable_hash = u256(0)
    length = u32(0)
    if delegate != 0:
        length = u32(DELEGATION_BYTES)
        stored_length = padded_length(length)
        check(charge_native_for(HASHING, resources, costs.keccak256_native(u64(length))))
        check(charge_native_for(HASHING, resources, costs.blake2s_native(u64(stored_length))))
        check(charge_native_for(STORAGE, resources, u64(costs.PREIMAGE_WRITE_NATIVE)))
        stored = arena.slice(u8, stored_length)
        write_delegation(stored, delegate)
        observable_hash = keccak256(stored[:length])
        bytecode_hash = accounts.preimages.record(stored)
    check(charge_native_for(STORAGE, resources, u64(costs.ACCOUNT_UPDATE_NATIVE)))
    record = accounts.change(item)
    record.versioning = u64(VERSIONING_DELEGATED) if delegate != 0 else u64(_CLEARED_VERSIONING)
    record.bytecode_hash = bytecode_hash
    record.unpadded_code_length = length
    record.artifacts_length = u32(0)
    record.observable_hash = observable_hash
    record.observable_length = length
    record.hides_bytecode = False
    return OK


@function
def write_delegation(target: Slice[u8], delegate: u160) -> None:
    """Write the 23 bytes that stand for a delegation."""
    for i, byte in unroll(tuple(enumerate(DELEGATION_PREFIX))):
        target[i] = u8(byte)
    store_be(target, u32(3), delegate)
