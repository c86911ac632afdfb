"""Account cache: account records read or changed in this block.

An account's slot is read through the storage cache when the account is first needed in the
block, then its record as a preimage. Prices do not depend on what is cached: each
transaction pays a cold access again.

Docs:    docs/system/io/caches.md, "Account cache".
Source:  zksync-os@v0.2.5 flat_storage_model/account_cache.rs; EIP-161, EIP-2929, EIP-6780.
Units:   balance in wei; gas, native; pubdata in bytes.
Modes:   forward asks for slot and record at once and takes the record as given, proving asks for
         one after the other and hashes the record (preimage_cache.py).
Charges: A = 4000 native and the payer's gas, on the first access in a transaction the cold price;
         an update 1000 native on top.
Errors:  OUT_OF_ERGS, OUT_OF_NATIVE; INSUFFICIENT_BALANCE, NONCE_OVERFLOW; BALANCE_OVERFLOW and the
         oracle's errors (internal).
"""

from zkos.interface.addresses import ACCOUNT_PROPERTIES_STORAGE_ADDRESS
from zkos.interface.cost_events import NOBODY, STORAGE
from zkos.kernel.base.history_map import NOT_FOUND, make_history_map
from zkos.kernel.base.mixing import mix_u160
from zkos.kernel.errors import BALANCE_OVERFLOW, INSUFFICIENT_BALANCE, NONCE_OVERFLOW, OK
from zkos.kernel.modes import ETHEREUM, PROVING
from zkos.kernel.oracle.cost_report import begin_cost, charge_for, charge_native_for, end_cost
from zkos.kernel.oracle.questions import SLOT_REPLY_WORDS, ask_account
from zkos.kernel.resources import Resources
from zkos.kernel.system.io import access_costs as costs
from zkos.kernel.system.io.access_costs import PAYER_NO_EE, PAYER_SELFDESTRUCT
from zkos.kernel.system.io.storage.account_diff import account_diff_length
from zkos.kernel.system.io.storage.account_record import ACCOUNT_RECORD_BYTES, Account
from zkos.kernel.system.io.storage.preimage_cache import PreimageCache
from zkos.kernel.system.io.storage.storage_cache import (
    FLAT_KEY_BYTES,
    SlotKey,
    StorageCache,
    cold_read_native,
)
from zkos.lang import (
    Arena,
    Array,
    Ref,
    Status,
    check,
    function,
    local,
    range,
    struct,
    u8,
    u32,
    u64,
    u160,
    u256,
    value,
)

MAX_NONCE = 2**64 - 1
_ACCOUNT_REPLY_WORDS = SLOT_REPLY_WORDS + ACCOUNT_RECORD_BYTES // 4 + 1  # padded to an even number


@value
class AccountKey:
    """Which account."""

    address: u160

    def hash(self) -> u32:
        """Spread the address over 32 bits."""
        return mix_u160(self.address)

    def equals(self, other: "AccountKey") -> bool:
        """Compare addresses."""
        return self.address == other.address


AccountMap = make_history_map("AccountMap", AccountKey, Account)
AccountItem = AccountMap.Item


@function
def cold_account_native(is_existing: bool) -> u64:
    """Give the native of proving an account's slot and, if it has one, of its record."""
    native = cold_read_native(is_existing) + costs.WARM_ACCESS_NATIVE
    return native + costs.ACCOUNT_DATA_HASH_NATIVE if is_existing else native


@struct
class AccountCache:
    """All accounts of the block; ``transaction`` numbers accepted transactions from 1."""

    accounts: AccountMap
    transaction: u32
    storage: Ref[StorageCache]
    preimages: Ref[PreimageCache]

    def start(self, arena: Arena, storage: StorageCache, preimages: PreimageCache) -> None:
        """Be empty, above these two caches."""
        self.accounts.start(arena)
        self.transaction = u32(1)
        self.storage = storage
        self.preimages = preimages

    def access(self, payer: u8, resources: Resources, address: u160) -> tuple[Status, AccountItem]:
        """Bring an account in and warm it."""
        gas = costs.account_access_gas(payer)
        check(charge_for(STORAGE, resources, gas, u64(costs.WARM_ACCESS_NATIVE)))
        key = AccountKey(address)
        index = self.accounts.find(key)
        cold_gas = costs.cold_account_gas(payer, address)
        # Gas before native: an access that runs out of gas here has not paid for the proof.
        if index == NOT_FOUND:
            check(charge_for(STORAGE, resources, cold_gas, u64(0)))
            item = check(self.load(resources, key))
        else:
            item = self.accounts.items.at(index)
            if item.current.touched_in == self.transaction:
                return OK, item
            check(charge_for(STORAGE, resources, cold_gas, u64(0)))
            native = cold_account_native(item.current.is_existing)
            check(charge_native_for(STORAGE, resources, native))
        self.accounts.change(item).touched_in = self.transaction
        return OK, item

    def load(self, resources: Resources, key: AccountKey) -> tuple[Status, AccountItem]:
        """Ask for an account's slot and record; the slot stays cached when native runs out."""
        unlimited = local(Resources)
        unlimited.set_unlimited()
        slot = SlotKey(u160(ACCOUNT_PROPERTIES_STORAGE_ADDRESS), u256(key.address))
        begin_cost(NOBODY, unlimited)
        if not PROVING:
            check(self.bring_in(unlimited, slot))
        record_hash = check(self.storage.read(u8(PAYER_NO_EE), unlimited, slot.address, slot.key))
        end_cost(unlimited)
        check(charge_native_for(STORAGE, resources, cold_account_native(record_hash != 0)))
        record = local(Account)
        if record_hash != 0:
            data = check(self.preimages.read(record_hash, u32(ACCOUNT_RECORD_BYTES)))
            record.decode(data)
            record.is_existing = True
        item = self.accounts.insert(key)
        item.initial.copy_from(record)
        self.accounts.settle(item)
        return OK, item

    def bring_in(self, unlimited: Resources, slot: SlotKey) -> Status:
        """Fill the caches below with a new slot and its record by one question, not two."""
        if self.storage.slots.find(slot) != NOT_FOUND:
            return OK
        words = local(Array[u32, _ACCOUNT_REPLY_WORDS])
        answer, record = check(ask_account(u160(slot.key), ACCOUNT_RECORD_BYTES, words[:]))
        payer = u8(PAYER_NO_EE)
        item = check(self.storage.defer_initial_slot(payer, unlimited, slot, answer))
        record_hash = item.initial.number
        return OK if record_hash == 0 else self.preimages.keep(record_hash, record)

    @function(inline=True)
    def change(self, item: AccountItem) -> Account:
        """Begin an update of an account's record."""
        record = self.accounts.change(item)
        record.is_existing = True
        return record

    def update(self, payer: u8, resources: Resources, address: u160) -> tuple[Status, AccountItem]:
        """Access an account and pay for an update."""
        item = check(self.access(payer, resources, address))
        check(charge_native_for(STORAGE, resources, u64(costs.ACCOUNT_UPDATE_NATIVE)))
        return OK, item

    def increment_nonce(self, payer: u8, resources: Resources, address: u160) -> tuple[Status, u64]:
        """Add one to the nonce and give the old one (EIP-2681)."""
        item = check(self.update(payer, resources, address))
        nonce = item.current.nonce
        if nonce == MAX_NONCE:
            return NONCE_OVERFLOW, nonce
        self.change(item).nonce = nonce + 1
        return OK, nonce

    def subtract_balance(
        self, payer: u8, resources: Resources, address: u160, amount: u256
    ) -> Status:
        """Take from a balance."""
        item = check(self.update(payer, resources, address))
        balance = item.current.balance
        if balance < amount:
            return INSUFFICIENT_BALANCE
        self.change(item).balance = balance - amount
        return OK

    def add_balance(self, payer: u8, resources: Resources, address: u160, amount: u256) -> Status:
        """Add to a balance."""
        item = check(self.update(payer, resources, address))
        balance = item.current.balance
        if balance + amount < balance:
            return BALANCE_OVERFLOW
        self.change(item).balance = balance + amount
        return OK

    def transfer(
        self, payer: u8, resources: Resources, source: u160, target: u160, amount: u256
    ) -> Status:
        """Move balance."""
        check(self.subtract_balance(payer, resources, source, amount))
        return self.add_balance(payer, resources, target, amount)

    def mark_for_destruction(
        self, resources: Resources, address: u160, beneficiary: u160, in_constructor: bool
    ) -> tuple[Status, u256]:
        """Do what SELFDESTRUCT does; gives the amount that moved.

        The account is destroyed when the transaction ends if the transaction created it. A
        constructor's account isn't marked as created yet, so its own frame counts as well; the
        ethereum flavour marks it when the constructor starts (EIP-6780).
        """
        payer = u8(PAYER_SELFDESTRUCT)
        item = check(self.update(payer, resources, address))
        amount = item.current.balance
        is_destroyed = item.current.created_in == self.transaction
        if not ETHEREUM:
            is_destroyed = is_destroyed or in_constructor
        if is_destroyed:
            self.change(item).is_marked_for_destruction = True
        if address != beneficiary:
            check(self.transfer(payer, resources, address, beneficiary, amount))
        elif is_destroyed:
            self.change(item).balance = u256(0)
        if amount != 0:
            receiver = self.accounts.items.at(self.accounts.find(AccountKey(beneficiary))).current
            is_new = receiver.nonce == 0 and receiver.unpadded_code_length == 0
            if is_new and receiver.balance == amount:
                check(charge_for(STORAGE, resources, u64(costs.NEW_ACCOUNT_GAS), u64(0)))
        return OK, amount

    def mark_created(self, address: u160) -> None:
        """Say that a contract is being created in an account that is cached."""
        item = self.accounts.items.at(self.accounts.find(AccountKey(address)))
        self.accounts.change(item).created_in = self.transaction

    def balance_of_cached(self, address: u160) -> u256:
        """Give the balance of an account that is cached; nobody is charged."""
        return self.accounts.items.at(self.accounts.find(AccountKey(address))).current.balance

    def transaction_pubdata(self) -> u32:
        """Count the bytes of records that the transaction changed."""
        total = u32(0)
        for i in range(self.accounts.journal.length):
            if self.accounts.is_last_change(i):
                item = self.accounts.changed_item(i)
                record = item.current
                if not record.has_same_record(item.initial):
                    if not record.has_same_record(item.committed):
                        total += account_diff_length(item.committed, record) + FLAT_KEY_BYTES
        return total

    def finish_transaction(self) -> None:
        """Destroy what is marked: the record becomes all zero, the cached slots too."""
        self.transaction = self.transaction + 1
        for i in range(self.accounts.journal.length):
            if self.accounts.is_last_change(i):
                item = self.accounts.changed_item(i)
                if item.current.is_marked_for_destruction:
                    item.current.clear_record()
                    item.current.is_marked_for_destruction = False
                    self.storage.clear_address(item.key.address)
