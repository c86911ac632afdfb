"""The flat storage model: every slot in one tree, account records behind hashes in slots.

Slots, accounts and preimages have their caches; here they are put together, and the end of a block
is done: account hashes into slots, slots into order, then results, pubdata and the tree.

Docs:    docs/system/io/io.md, "Storage model".
Source:  zksync-os@v0.2.5 flat_storage_model/mod.rs.
Units:   gas, native; wei; bytes.
Charges: by access_costs.py, ergs and native together; the end of a block is free.
Errors:  OUT_OF_ERGS, OUT_OF_NATIVE; INSUFFICIENT_BALANCE, NONCE_OVERFLOW where the caller handles
         them; internal errors for a lying oracle.
"""

from zkos.kernel.errors import OK
from zkos.kernel.modes import ETHEREUM
from zkos.kernel.oracle.result_keeper import ResultKeeper
from zkos.kernel.resources import Resources
from zkos.kernel.system.io.storage import account_code
from zkos.kernel.system.io.storage.account_cache import AccountCache
from zkos.kernel.system.io.storage.account_record import Account
from zkos.kernel.system.io.storage.block_changes import (
    BlockChanges,
    collect_changes,
    persist_accounts,
)
from zkos.kernel.system.io.storage.bytecode import Bytecode
from zkos.kernel.system.io.storage.preimage_cache import PreimageCache
from zkos.kernel.system.io.storage.state_pubdata import state_pubdata_size, write_state_pubdata
from zkos.kernel.system.io.storage.state_results import report_accounts, report_slots
from zkos.kernel.system.io.storage.state_trace import trace_accounts, trace_slots
from zkos.kernel.system.io.storage.storage_cache import StorageCache
from zkos.kernel.system.io.storage.tree import TreeState, verify_and_update
from zkos.lang import (
    Arena,
    Ref,
    Slice,
    Status,
    check,
    function,
    struct,
    u8,
    u32,
    u64,
    u160,
    u256,
    value,
)


@value
class StorageSnapshot:
    """Where a frame began."""

    slots: u32
    accounts: u32
    refund_counter: u64


@struct
class FlatStorageModel:
    """The state during a block."""

    storage: StorageCache
    accounts: AccountCache
    preimages: PreimageCache
    changes: BlockChanges  # since the block was finished
    arena: Ref[Arena]

    def start(self, arena: Arena) -> None:
        """Be empty and take memory from this arena."""
        self.arena = arena
        self.storage.start(arena)
        self.preimages.start(arena)
        self.accounts.start(arena, self.storage, self.preimages)

    # ------------------------------------------------------------------ transactions and frames

    @function(inline=True)
    def begin_transaction(self) -> None:
        """Make the present state the transaction's start."""
        self.storage.begin_transaction()
        self.accounts.accounts.commit()

    @function(inline=True)
    def finish_transaction(self) -> None:
        """End an accepted transaction: destroy what is marked, count the transaction."""
        self.accounts.finish_transaction()
        self.storage.transaction = self.accounts.transaction

    @function(inline=True)
    def transaction_number(self) -> u32:
        """Number the present transaction among the accepted ones, from 0."""
        return self.accounts.transaction - 1

    @function(inline=True)
    def snapshot(self) -> StorageSnapshot:
        """Remember the present state."""
        return StorageSnapshot(
            self.storage.slots.snapshot(),
            self.accounts.accounts.snapshot(),
            self.storage.refund_counter,
        )

    @function(inline=True)
    def roll_back(self, snapshot: StorageSnapshot) -> None:
        """Take back what happened since a snapshot."""
        self.storage.slots.roll_back(snapshot.slots)
        self.accounts.accounts.roll_back(snapshot.accounts)
        self.storage.refund_counter = snapshot.refund_counter

    # ------------------------------------------------------------------ slots

    @function(inline=True)
    def touch_slot(self, payer: u8, resources: Resources, address: u160, key: u256) -> Status:
        """Warm a slot."""
        _, _ = check(self.storage.access(payer, resources, address, key))
        return OK

    @function(inline=True)
    def read_slot(
        self, payer: u8, resources: Resources, address: u160, key: u256
    ) -> tuple[Status, u256]:
        """Read a slot."""
        return self.storage.read(payer, resources, address, key)

    @function(inline=True)
    def write_slot(
        self, payer: u8, resources: Resources, address: u160, key: u256, number: u256
    ) -> Status:
        """Write a slot; the EVM's writes move the refund counter."""
        return self.storage.write(payer, resources, address, key, number)

    # ------------------------------------------------------------------ accounts

    @function(inline=True)
    def read_account(
        self, payer: u8, resources: Resources, address: u160
    ) -> tuple[Status, Account]:
        """Access an account; the record is good until the account changes."""
        item = check(self.accounts.access(payer, resources, address))
        return OK, item.current

    @function(inline=True)
    def increment_nonce(self, payer: u8, resources: Resources, address: u160) -> tuple[Status, u64]:
        """Add one to the nonce and give the old one."""
        return self.accounts.increment_nonce(payer, resources, address)

    @function(inline=True)
    def transfer(
        self, payer: u8, resources: Resources, source: u160, target: u160, amount: u256
    ) -> Status:
        """Move balance."""
        return self.accounts.transfer(payer, resources, source, target, amount)

    @function(inline=True)
    def add_balance(self, payer: u8, resources: Resources, address: u160, amount: u256) -> Status:
        """Add to a balance."""
        return self.accounts.add_balance(payer, resources, address, amount)

    @function(inline=True)
    def subtract_balance(
        self, payer: u8, resources: Resources, address: u160, amount: u256
    ) -> Status:
        """Take from a balance."""
        return self.accounts.subtract_balance(payer, resources, address, amount)

    @function(inline=True)
    def read_own_balance(self, address: u160) -> u256:
        """Give the balance of an account that was touched in this transaction; free."""
        return self.accounts.balance_of_cached(address)

    @function(inline=True)
    def mark_created(self, address: u160) -> None:
        """Say that a contract is being created here."""
        self.accounts.mark_created(address)

    @function(inline=True)
    def mark_for_destruction(
        self, resources: Resources, address: u160, beneficiary: u160, in_constructor: bool
    ) -> tuple[Status, u256]:
        """SELFDESTRUCT: accesses, transfer, mark; gives the amount moved."""
        return self.accounts.mark_for_destruction(resources, address, beneficiary, in_constructor)

    # ------------------------------------------------------------------ code

    @function(inline=True)
    def fetch_code(self, resources: Resources, account: Account) -> tuple[Status, Bytecode]:
        """Get the code that runs when the account is called."""
        return account_code.fetch_code(self.preimages, resources, account)

    @function(inline=True)
    def fetch_observable_code(
        self, resources: Resources, account: Account
    ) -> tuple[Status, Slice[u8]]:
        """Get the code as other contracts see it."""
        return account_code.fetch_observable_code(self.preimages, resources, account)

    @function(inline=True)
    def deploy_code(self, resources: Resources, address: u160, code: Slice[u8]) -> Status:
        """Give an account runtime code."""
        return account_code.deploy_code(self.accounts, self.arena, resources, address, code)

    @function(inline=True)
    def set_bytecode_details(
        self,
        payer: u8,
        resources: Resources,
        address: u160,
        raw_code_hash: u256,
        length: u32,
        observable_hash: u256,
    ) -> Status:
        """Force-deploy code known by the hash of its bare bytes."""
        return account_code.set_bytecode_details(
            self.accounts, payer, self.arena, resources, address, raw_code_hash, length,
            observable_hash,
        )  # fmt: skip

    @function(inline=True)
    def set_delegation(self, resources: Resources, address: u160, delegate: u160) -> Status:
        """Set or, for delegate zero, clear an EIP-7702 delegation."""
        return account_code.set_delegation(self.accounts, self.arena, resources, address, delegate)

    # ------------------------------------------------------------------ refunds and pubdata

    @function(inline=True)
    def refund_counter(self) -> u64:
        """Give the gas to refund so far in this transaction; production counts in 32 bits."""
        if ETHEREUM:
            return self.storage.refund_counter
        return u64(u32(self.storage.refund_counter))

    @function(inline=True)
    def add_refund(self, gas: u64) -> None:
        """Add to the refund counter."""
        self.storage.refund_counter = self.storage.refund_counter + gas

    def transaction_pubdata(self) -> u32:
        """Count the pubdata of the state that the transaction changed so far."""
        return self.storage.transaction_pubdata() + self.accounts.transaction_pubdata()

    # ------------------------------------------------------------------ end of block

    def finish_block(self) -> None:
        """Put account hashes into their slots and the slots into order."""
        persist_accounts(self.accounts, self.arena)
        collect_changes(self.storage, self.arena, self.changes)

    def pubdata_size(self) -> u32:
        """Give the length of the state's part of pubdata."""
        return state_pubdata_size(self.accounts, self.changes)

    def write_pubdata(self, target: Slice[u8], at: u32) -> tuple[Status, u32]:
        """Write the state's part of pubdata from a position on; gives the one after it."""
        return write_state_pubdata(self.accounts, self.changes, target, at)

    def report(self, results: ResultKeeper) -> None:
        """Hand slots, accounts and preimages that changed to the result keeper."""
        report_slots(self.storage, results, self.changes)
        report_accounts(self.accounts, results)
        self.preimages.report(results)

    def verify_and_update(self, state: TreeState) -> Status:
        """Hold what the oracle said of the state to its commitment, and move that on."""
        return verify_and_update(self.arena, self.changes.accesses, state)

    def trace_changes(self, scratch: Arena) -> None:
        """Tell a tracing host what the transaction changed."""
        trace_accounts(self.accounts, scratch)
        trace_slots(self.storage, scratch)
