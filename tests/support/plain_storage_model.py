"""A second storage model: everything in two maps in memory, nothing from the oracle, no tree.

It begins empty, charges nothing, publishes numbers as they are and commits to a block by hashing
what it published. It shows that nothing outside ``system/io/storage`` knows the flat model.

Source:  this project; what EIP-6780 and EIP-7702 ask of any model.
"""

from zkos.interface.results import AccountDiff, StorageWrite
from zkos.kernel.base.chunked_list import make_chunked_list
from zkos.kernel.base.history_map import NOT_FOUND, make_history_map
from zkos.kernel.crypto.blake2s import Blake2s256
from zkos.kernel.crypto.keccak256 import keccak256
from zkos.kernel.errors import INSUFFICIENT_BALANCE, OK
from zkos.kernel.oracle.result_keeper import (
    ResultKeeper,
    report_account_diff,
    report_storage_write,
)
from zkos.kernel.resources import Resources
from zkos.kernel.system.io.storage.account_record import (
    ACCOUNT_RECORD_BYTES,
    VERSIONING_DELEGATED,
    VERSIONING_DEPLOYED,
    Account,
)
from zkos.kernel.system.io.storage.bytecode import (
    DELEGATION_PREFIX,
    Bytecode,
    jump_map_length,
    write_jump_map,
)
from zkos.kernel.system.io.storage.tree import TreeState
from zkos.lang import (
    Arena,
    Ref,
    Slice,
    Status,
    check,
    copy,
    local,
    range,
    store_be,
    struct,
    u8,
    u32,
    u64,
    u160,
    u256,
    unroll,
    value,
)

_SLOT_BYTES = 20 + 32 + 32
_ACCOUNT_BYTES = 20 + ACCOUNT_RECORD_BYTES


@value
class Place:
    """An account, or a slot of one."""

    address: u160
    key: u256

    def hash(self) -> u32:
        return u32(self.address) * 31 ^ u32(self.key)

    def equals(self, other: "Place") -> bool:
        return self.address == other.address and self.key == other.key


@struct
class Number:
    """What is in a slot."""

    number: u256

    def copy_from(self, other: "Number") -> None:
        self.number = other.number


@struct
class Code:
    """Code that was deployed."""

    data: Slice[u8]
    jump_map: Slice[u8]


PlainSlots = make_history_map("PlainSlots", Place, Number)
PlainAccounts = make_history_map("PlainAccounts", Place, Account)
Codes = make_chunked_list("PlainCodes", Code)


@value
class PlainSnapshot:
    """Where a frame began."""

    slots: u32
    accounts: u32
    refunds: u64


@struct
class PlainStorageModel:
    """The state during a block; ``bytecode_hash`` of a record is one more than a code's place."""

    slots: PlainSlots
    accounts: PlainAccounts
    codes: Codes
    arena: Ref[Arena]
    number: u32
    refunds: u64

    def start(self, arena: Arena) -> None:
        self.arena = arena
        self.slots.start(arena)
        self.accounts.start(arena)
        self.codes.start(arena)
        self.number = u32(0)

    def begin_transaction(self) -> None:
        self.slots.commit()
        self.accounts.commit()
        self.refunds = u64(0)

    def finish_transaction(self) -> None:
        self.number += 1
        for i in range(self.accounts.items.length):
            item = self.accounts.items.at(i)
            if item.current.is_marked_for_destruction:
                record = self.accounts.change(item)
                record.clear_record()
                record.is_marked_for_destruction = False
                for j in range(self.slots.items.length):
                    slot = self.slots.items.at(j)
                    if slot.key.address == item.key.address:
                        self.slots.change(slot).number = u256(0)

    def transaction_number(self) -> u32:
        return self.number

    def snapshot(self) -> PlainSnapshot:
        return PlainSnapshot(self.slots.snapshot(), self.accounts.snapshot(), self.refunds)

    def roll_back(self, snapshot: PlainSnapshot) -> None:
        self.slots.roll_back(snapshot.slots)
        self.accounts.roll_back(snapshot.accounts)
        self.refunds = snapshot.refunds

    # slots

    def slot(self, address: u160, key: u256) -> PlainSlots.Item:
        place = Place(address, key)
        index = self.slots.find(place)
        if index == NOT_FOUND:
            item = self.slots.insert(place)
            self.slots.settle(item)
            return item
        return self.slots.items.at(index)

    def touch_slot(self, payer: u8, resources: Resources, address: u160, key: u256) -> Status:
        return OK

    def read_slot(
        self, payer: u8, resources: Resources, address: u160, key: u256
    ) -> tuple[Status, u256]:
        return OK, self.slot(address, key).current.number

    def write_slot(
        self, payer: u8, resources: Resources, address: u160, key: u256, number: u256
    ) -> Status:
        self.slots.change(self.slot(address, key)).number = number
        return OK

    # accounts

    def account(self, address: u160) -> PlainAccounts.Item:
        place = Place(address, u256(0))
        index = self.accounts.find(place)
        if index == NOT_FOUND:
            item = self.accounts.insert(place)
            self.accounts.settle(item)
            return item
        return self.accounts.items.at(index)

    def read_account(
        self, payer: u8, resources: Resources, address: u160
    ) -> tuple[Status, Account]:
        return OK, self.account(address).current

    def increment_nonce(self, payer: u8, resources: Resources, address: u160) -> tuple[Status, u64]:
        record = self.accounts.change(self.account(address))
        record.nonce += 1
        return OK, record.nonce - 1

    def transfer(
        self, payer: u8, resources: Resources, source: u160, target: u160, amount: u256
    ) -> Status:
        check(self.subtract_balance(payer, resources, source, amount))
        return self.add_balance(payer, resources, target, amount)

    def add_balance(self, payer: u8, resources: Resources, address: u160, amount: u256) -> Status:
        record = self.accounts.change(self.account(address))
        record.balance += amount
        return OK

    def subtract_balance(
        self, payer: u8, resources: Resources, address: u160, amount: u256
    ) -> Status:
        item = self.account(address)
        if item.current.balance < amount:
            return INSUFFICIENT_BALANCE
        record = self.accounts.change(item)
        record.balance -= amount
        return OK

    def read_own_balance(self, address: u160) -> u256:
        return self.account(address).current.balance

    def mark_created(self, address: u160) -> None:
        self.accounts.change(self.account(address)).created_in = self.number + 1

    def mark_for_destruction(
        self, resources: Resources, address: u160, beneficiary: u160, in_constructor: bool
    ) -> tuple[Status, u256]:
        item = self.account(address)
        amount = item.current.balance
        is_doomed = in_constructor or item.current.created_in == self.number + 1
        if is_doomed:
            self.accounts.change(item).is_marked_for_destruction = True
        check(self.transfer(u8(0), resources, address, beneficiary, amount))
        return OK, amount

    # code

    def code_of(self, account: Account) -> Code:
        return self.codes.at(u32(account.bytecode_hash) - 1)

    def nothing(self) -> Slice[u8]:
        return self.arena.slice(u8, u32(0))

    def fetch_code(self, resources: Resources, account: Account) -> tuple[Status, Bytecode]:
        version = account.code_version()
        ee = account.execution_environment()
        if account.bytecode_hash == 0:
            return OK, Bytecode(self.nothing(), self.nothing(), version, ee)
        code = self.code_of(account)
        return OK, Bytecode(code.data, code.jump_map, version, ee)

    def fetch_observable_code(
        self, resources: Resources, account: Account
    ) -> tuple[Status, Slice[u8]]:
        if account.bytecode_hash == 0:
            return OK, self.nothing()
        return OK, self.code_of(account).data

    def set_code(self, address: u160, code: Slice[u8], versioning: u64) -> None:
        kept = self.codes.push()
        kept.data = self.arena.slice(u8, code.length)
        copy(kept.data, code)
        kept.jump_map = self.arena.slice(u8, jump_map_length(code.length))
        write_jump_map(kept.data, kept.jump_map)
        record = self.accounts.change(self.account(address))
        record.versioning = versioning
        record.bytecode_hash = u256(self.codes.length)
        record.unpadded_code_length = code.length
        record.observable_length = code.length
        record.observable_hash = keccak256(code)

    def deploy_code(self, resources: Resources, address: u160, code: Slice[u8]) -> Status:
        self.set_code(address, code, u64(VERSIONING_DEPLOYED))
        self.mark_created(address)
        return OK

    def set_bytecode_details(
        self,
        payer: u8,
        resources: Resources,
        address: u160,
        raw_code_hash: u256,
        length: u32,
        observable_hash: u256,
    ) -> Status:
        return INSUFFICIENT_BALANCE  # nobody has the code behind a hash here

    def set_delegation(self, resources: Resources, address: u160, delegate: u160) -> Status:
        if delegate == 0:
            record = self.accounts.change(self.account(address))
            record.clear_code()
            record.versioning = u64(0)
            return OK
        code = self.arena.slice(u8, u32(23))
        for i, byte in unroll(tuple(enumerate(DELEGATION_PREFIX))):
            code[i] = u8(byte)
        store_be(code, u32(3), delegate)
        self.set_code(address, code, u64(VERSIONING_DELEGATED))
        return OK

    # refunds, pubdata, the end of a block

    def refund_counter(self) -> u64:
        return self.refunds

    def add_refund(self, gas: u64) -> None:
        self.refunds += gas

    def transaction_pubdata(self) -> u32:
        return u32(0)

    def finish_block(self) -> None:
        pass

    def pubdata_size(self) -> u32:
        slots = self.slots.items.length * _SLOT_BYTES
        return slots + self.accounts.items.length * _ACCOUNT_BYTES

    def write_pubdata(self, target: Slice[u8], at: u32) -> tuple[Status, u32]:
        for i in range(self.slots.items.length):
            slot = self.slots.items.at(i)
            store_be(target, at, slot.key.address)
            store_be(target, at + 20, slot.key.key)
            store_be(target, at + 52, slot.current.number)
            at += _SLOT_BYTES
        for j in range(self.accounts.items.length):
            account = self.accounts.items.at(j)
            store_be(target, at, account.key.address)
            account.current.encode(target[at + 20 : at + _ACCOUNT_BYTES])
            at += _ACCOUNT_BYTES
        return OK, at

    def report(self, results: ResultKeeper) -> None:
        write = local(StorageWrite)
        for i in range(self.slots.items.length):
            slot = self.slots.items.at(i)
            if slot.current.number != slot.initial.number:
                write.address = slot.key.address
                write.key = slot.key.key
                write.value = slot.current.number
                report_storage_write(results, write)
        diff = local(AccountDiff)
        for j in range(self.accounts.items.length):
            account = self.accounts.items.at(j)
            if not account.current.has_same_record(account.initial):
                diff.address = account.key.address
                diff.nonce = account.current.nonce
                diff.balance = account.current.balance
                diff.code_hash = account.current.observable_hash
                report_account_diff(results, diff)

    def verify_and_update(self, state: TreeState) -> Status:
        published = self.arena.slice(u8, self.pubdata_size())
        _ = check(self.write_pubdata(published, u32(0)))
        hasher = local(Blake2s256)
        hasher.begin()
        hasher.absorb_u256(state.root)
        hasher.absorb(published)
        state.root = hasher.finish()
        return OK

    def trace_changes(self, scratch: Arena) -> None:
        pass
