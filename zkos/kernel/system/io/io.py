"""IO: storage, accounts, events and messages behind one face, with frames over all of them.

EEs and hooks use the first group of methods, the bootloader also the second. ``payer`` is one of
the PAYER_ numbers of access_costs.py and decides the ergs; native is always charged.

Docs:    docs/system/io/io.md.
Source:  zksync-os@v0.2.5 basic_system/src/system_implementation/system/io_subsystem.rs.
Units:   gas, native; wei; bytes.
Charges: by access_costs.py, ergs and native together.
Errors:  OUT_OF_ERGS, OUT_OF_NATIVE; INSUFFICIENT_BALANCE, NONCE_OVERFLOW where the caller handles
         them; LOG_MEMORY_LIMIT, TRANSIENT_STORAGE_LIMIT and, for a lying oracle, other
         internal errors stop the run.
"""

from zkos.interface.cost_events import HASHING, STORAGE
from zkos.kernel.crypto.keccak256 import keccak256
from zkos.kernel.errors import LOG_MEMORY_LIMIT, OK, TRANSIENT_STORAGE_LIMIT
from zkos.kernel.oracle.cost_report import charge_for, charge_native_for
from zkos.kernel.resources import Resources
from zkos.kernel.system.io import access_costs as costs
from zkos.kernel.system.io.access_costs import PAYER_EVM, PAYER_NO_EE
from zkos.kernel.system.io.events import Events
from zkos.kernel.system.io.l1_messages import LOG_BYTES, L1Messages
from zkos.kernel.system.io.storage.account_record import Account
from zkos.kernel.system.io.storage.bytecode import Bytecode
from zkos.kernel.system.io.storage.model import StorageModel, StorageSnapshot
from zkos.kernel.system.io.storage.transient_storage import TransientStorage
from zkos.lang import (
    Arena,
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

ARENA_ALIGN = 4  # what the arena may skip before the bytes of an event


@function
def charge_transient(payer: u8, resources: Resources) -> Status:
    """Charge an access of transient storage."""
    gas = u64(costs.TRANSIENT_GAS) if payer == PAYER_EVM else u64(0)
    return charge_for(STORAGE, resources, gas, u64(costs.WARM_ACCESS_NATIVE))


@value
class FrameSnapshot:
    """Where a frame began, in every store."""

    state: StorageSnapshot
    transient: u32
    events: u32
    logs: u32
    log_data: u32


@struct
class IO:
    """The stores of a block."""

    model: StorageModel
    transient: TransientStorage
    events: Events
    messages: L1Messages
    log_data: Arena  # bytes of events and messages; given back with the frame

    def start(self, arena: Arena) -> None:
        """Be empty and take memory from this arena; ``log_data`` has its own memory already."""
        self.model.start(arena)
        self.transient.start(arena)
        self.events.start(arena)
        self.messages.start(arena)
        self.log_data.release(u32(0))

    # ------------------------------------------------------------------ transactions and frames

    def begin_transaction(self) -> None:
        """Begin the next transaction: the present state becomes its start."""
        self.model.begin_transaction()
        self.transient.begin_transaction()
        self.messages.begin_transaction()

    def finish_transaction(self) -> Status:
        """End an accepted transaction: destroy what is marked, count the transaction."""
        self.model.finish_transaction()
        return OK

    def start_frame(self) -> FrameSnapshot:
        """Remember the state of every store."""
        return FrameSnapshot(
            self.model.snapshot(),
            self.transient.slots.snapshot(),
            self.events.events.length,
            self.messages.logs.length,
            self.log_data.mark(),
        )

    def finish_frame(self, snapshot: FrameSnapshot, commit: bool) -> None:
        """Keep what happened since the snapshot, or take it back (warmth and refunds too)."""
        if commit:
            return
        self.model.roll_back(snapshot.state)
        self.transient.slots.roll_back(snapshot.transient)
        self.events.events.cut(snapshot.events)
        self.messages.logs.cut(snapshot.logs)
        self.log_data.release(snapshot.log_data)

    # ------------------------------------------------------------------ slots

    def touch_slot(self, payer: u8, resources: Resources, address: u160, key: u256) -> Status:
        """Warm a slot, paying the access."""
        return self.model.touch_slot(payer, resources, address, key)

    def read_slot(
        self, payer: u8, resources: Resources, address: u160, key: u256
    ) -> tuple[Status, u256]:
        """Read a slot: SLOAD after its opcode price."""
        return self.model.read_slot(payer, resources, address, key)

    def write_slot(
        self, payer: u8, resources: Resources, address: u160, key: u256, number: u256
    ) -> Status:
        """Write a slot: SSTORE after its opcode price, stipend and static checks; refunds too."""
        return self.model.write_slot(payer, resources, address, key, number)

    def read_transient(
        self, payer: u8, resources: Resources, address: u160, key: u256
    ) -> tuple[Status, u256]:
        """Read transient storage: charges 4000 native and, for the EVM, 100 gas."""
        check(charge_transient(payer, resources))
        return OK, self.transient.read(address, key)

    def write_transient(
        self, payer: u8, resources: Resources, address: u160, key: u256, number: u256
    ) -> Status:
        """Write transient storage: charges 4000 native and, for the EVM, 100 gas."""
        check(charge_transient(payer, resources))
        if self.transient.is_full():
            return TRANSIENT_STORAGE_LIMIT
        self.transient.write(address, key, number)
        return OK

    # ------------------------------------------------------------------ accounts

    def read_account(
        self, payer: u8, resources: Resources, address: u160
    ) -> tuple[Status, Account]:
        """Access an account: charges A. The record is good until the account changes."""
        return self.model.read_account(payer, resources, address)

    def fetch_code(self, resources: Resources, account: Account) -> tuple[Status, Bytecode]:
        """Get the code that runs when the account is called: charges Code(stored length).

        No charge for an account without code hash. For a delegated account it gives the 23
        bytes (``bytecode.delegate_of``); the caller then reads the delegate.
        """
        return self.model.fetch_code(resources, account)

    def fetch_observable_code(
        self, resources: Resources, account: Account
    ) -> tuple[Status, Slice[u8]]:
        """Get the code as EXTCODECOPY shows it, without padding: charges Code(stored length)."""
        return self.model.fetch_observable_code(resources, account)

    def increment_nonce(self, payer: u8, resources: Resources, address: u160) -> tuple[Status, u64]:
        """Add one to the nonce (A + 1000) and give the old one; NONCE_OVERFLOW at 2^64 - 1."""
        return self.model.increment_nonce(payer, resources, address)

    def transfer(
        self, payer: u8, resources: Resources, source: u160, target: u160, amount: u256
    ) -> Status:
        """Move balance, (A + 1000) on each side; INSUFFICIENT_BALANCE changes nothing."""
        return self.model.transfer(payer, resources, source, target, amount)

    def add_balance(self, payer: u8, resources: Resources, address: u160, amount: u256) -> Status:
        """Add to a balance (A + 1000); BALANCE_OVERFLOW is internal."""
        return self.model.add_balance(payer, resources, address, amount)

    def subtract_balance(
        self, payer: u8, resources: Resources, address: u160, amount: u256
    ) -> Status:
        """Take from a balance (A + 1000); INSUFFICIENT_BALANCE changes nothing."""
        return self.model.subtract_balance(payer, resources, address, amount)

    def deploy_code(self, resources: Resources, address: u160, code: Slice[u8]) -> Status:
        """Store runtime code in an account: native of the deposit; gas is the EE's (200 a byte).

        Computes padding, jump map and both hashes; marks the account as created.
        """
        return self.model.deploy_code(resources, address, code)

    def set_bytecode_details(
        self,
        payer: u8,
        resources: Resources,
        address: u160,
        raw_code_hash: u256,
        length: u32,
        observable_hash: u256,
    ) -> Status:
        """Force-deploy code by the blake2s of its bare bytes; pubdata carries the hash only."""
        return self.model.set_bytecode_details(
            payer, resources, address, raw_code_hash, length, observable_hash
        )

    def read_own_balance(self, address: u160) -> u256:
        """Give the balance of an account that was touched in this transaction: SELFBALANCE."""
        return self.model.read_own_balance(address)

    def mark_created(self, address: u160) -> None:
        """Say that a contract is being created here (ethereum flavour, EIP-6780)."""
        self.model.mark_created(address)

    def set_delegation(self, resources: Resources, address: u160, delegate: u160) -> Status:
        """Set or, for delegate 0, clear an EIP-7702 delegation: native of access and update."""
        return self.model.set_delegation(resources, address, delegate)

    def mark_for_destruction(
        self, resources: Resources, address: u160, beneficiary: u160, in_constructor: bool
    ) -> tuple[Status, u256]:
        """SELFDESTRUCT after its opcode price: accesses, transfer, mark; gives the amount moved.

        Charges the beneficiary's cold access and the 25000 gas for one that comes to life.
        """
        return self.model.mark_for_destruction(resources, address, beneficiary, in_constructor)

    # ------------------------------------------------------------------ events and messages

    def emit_event(
        self, payer: u8, resources: Resources, address: u160, topics: Slice[u256], data: Slice[u8]
    ) -> Status:
        """Emit an event: native 6000 + 200 a topic + 2 a byte; gas 375 + 375 a topic + 8 a byte.

        Gas is charged to every payer but PAYER_NO_EE.
        """
        length = u64(data.length)
        topic_count = u64(topics.length)
        gas = u64(0)
        if payer != PAYER_NO_EE:
            gas = topic_count * costs.EVENT_TOPIC_GAS + length * costs.EVENT_BYTE_GAS
            gas += costs.EVENT_GAS
        native = topic_count * costs.EVENT_TOPIC_NATIVE + length * costs.EVENT_BYTE_NATIVE
        check(resources.charge_gas(gas, native + costs.EVENT_BASE_NATIVE))
        if self.events.is_full() or not self._has_log_memory(data):
            return LOG_MEMORY_LIMIT
        number = self.model.transaction_number()
        self.events.add(number, address, topics, data, self.log_data)
        return OK

    def emit_l1_message(
        self, payer: u8, resources: Resources, sender: u160, data: Slice[u8]
    ) -> tuple[Status, u256]:
        """Send a user message to L1; gives its keccak256.

        Native K(88) + 3 K(64) + 2 K(n) + 6000 + 2n, gas 30 + 6 a word; the rest of the messenger's
        gas is its hook's to charge.
        """
        length = u64(data.length)
        native = costs.keccak256_native(u64(LOG_BYTES))
        native += costs.keccak256_native(u64(64)) * 3 + costs.keccak256_native(length)
        native += length * costs.EVENT_BYTE_NATIVE + costs.EVENT_BASE_NATIVE
        check(charge_native_for(HASHING, resources, native))
        gas = (length + 31) // 32 * costs.KECCAK256_WORD_GAS + costs.KECCAK256_GAS
        check(charge_for(HASHING, resources, gas, costs.keccak256_native(length)))
        if not self._has_log_memory(data):
            return LOG_MEMORY_LIMIT, 0
        data_hash = keccak256(data)
        number = self.model.transaction_number()
        self.messages.add_message(number, sender, data, data_hash, self.log_data)
        return OK, data_hash

    def _has_log_memory(self, data: Slice[u8]) -> bool:
        """Say whether the block's memory for events and messages holds this too."""
        return data.length + ARENA_ALIGN <= self.log_data.remaining()

    def emit_l1_transaction_log(
        self, transaction_hash: u256, is_success: bool, is_priority: bool
    ) -> None:
        """Record the result of an L1 or upgrade transaction; nobody is charged."""
        number = self.model.transaction_number()
        self.messages.add_transaction_result(number, transaction_hash, is_success, is_priority)

    # ------------------------------------------------------------------ refunds and pubdata

    def refund_counter(self) -> u64:
        """Give the gas to refund so far in this transaction (EIP-3529, EIP-7702)."""
        return self.model.refund_counter()

    def add_refund(self, gas: u64) -> None:
        """Add to the refund counter."""
        self.model.add_refund(gas)

    def transaction_pubdata(self) -> u32:
        """Count the pubdata that the present transaction causes so far, against its start."""
        return self.model.transaction_pubdata() + self.messages.transaction_pubdata()

    def logs_in_block(self) -> u32:
        """Count the L2 to L1 logs of the block."""
        return self.messages.logs.length
