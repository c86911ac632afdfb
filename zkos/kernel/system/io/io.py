"""IO: storage, accounts, events and messages behind one face, with frames over all of them.

EEs and hooks use the first group of methods, the bootloader also the second. ``payer`` is one of
the PAYER_ numbers of access_costs.py and decides the ergs; native is always charged.

Docs:    system/io/io.md.
Source:  zksync-os@v0.2.5 basic_system/src/system_implementation/system/io_subsystem.rs.
Units:   gas, native; wei; bytes.
Charges: by access_costs.py, ergs and native together.
Errors:  OUT_OF_ERGS, OUT_OF_NATIVE; INSUFFICIENT_BALANCE, NONCE_OVERFLOW where the caller handles
         them; internal errors for a lying oracle.
"""

from zkos.kernel.resources import Resources
from zkos.kernel.system.io.storage.account_record import Account
from zkos.kernel.system.io.storage.bytecode import Bytecode
from zkos.lang import Slice, Status, struct, trap, u8, u32, u64, u160, u256, value


@value
class FrameSnapshot:
    """Where a frame began, in every store."""

    slots: u32
    accounts: u32
    transient: u32
    events: u32
    logs: u32
    refund_counter: u64


@struct
class IO:
    """The stores of a block."""

    # ------------------------------------------------------------------ transactions and frames

    def begin_transaction(self) -> None:
        """Begin the next transaction: the present state becomes its start."""
        trap()

    def finish_transaction(self) -> Status:
        """End an accepted transaction: destroy what is marked, count the transaction."""
        trap()

    def start_frame(self) -> FrameSnapshot:
        """Remember the state of every store."""
        trap()

    def finish_frame(self, snapshot: FrameSnapshot, commit: bool) -> None:
        """Keep what happened since the snapshot, or take it back (warmth and refunds too)."""
        trap()

    # ------------------------------------------------------------------ slots

    def touch_slot(self, payer: u8, resources: Resources, address: u160, key: u256) -> Status:
        """Warm a slot, paying the access."""
        trap()

    def read_slot(
        self, payer: u8, resources: Resources, address: u160, key: u256
    ) -> tuple[Status, u256]:
        """Read a slot: SLOAD after its opcode price."""
        trap()

    def write_slot(
        self, payer: u8, resources: Resources, address: u160, key: u256, number: u256
    ) -> Status:
        """Write a slot: SSTORE after its opcode price, stipend and static checks; refunds too."""
        trap()

    def read_transient(
        self, payer: u8, resources: Resources, address: u160, key: u256
    ) -> tuple[Status, u256]:
        """Read transient storage: charges 4000 native and, for the EVM, 100 gas."""
        trap()

    def write_transient(
        self, payer: u8, resources: Resources, address: u160, key: u256, number: u256
    ) -> Status:
        """Write transient storage: charges 4000 native and, for the EVM, 100 gas."""
        trap()

    # ------------------------------------------------------------------ accounts

    def read_account(
        self, payer: u8, resources: Resources, address: u160
    ) -> tuple[Status, Account]:
        """Access an account: charges A. The record is good until the account changes."""
        trap()

    def fetch_code(self, resources: Resources, account: Account) -> tuple[Status, Bytecode]:
        """Get the code that runs when the account is called: charges Code(stored length).

        No charge for an account without code hash. For a delegated account it gives the 23
        bytes (``bytecode.delegate_of``); the caller then reads the delegate.
        """
        trap()

    def fetch_observable_code(
        self, resources: Resources, account: Account
    ) -> tuple[Status, Slice[u8]]:
        """Get the code as EXTCODECOPY shows it, without padding: charges Code(stored length)."""
        trap()

    def increment_nonce(
        self, payer: u8, resources: Resources, address: u160
    ) -> tuple[Status, u64]:
        """Add one to the nonce (A + 1000) and give the old one; NONCE_OVERFLOW at 2^64 - 1."""
        trap()

    def transfer(
        self, payer: u8, resources: Resources, source: u160, target: u160, amount: u256
    ) -> Status:
        """Move balance, (A + 1000) on each side; INSUFFICIENT_BALANCE changes nothing."""
        trap()

    def add_balance(
        self, payer: u8, resources: Resources, address: u160, amount: u256
    ) -> Status:
        """Add to a balance (A + 1000); BALANCE_OVERFLOW is internal."""
        trap()

    def subtract_balance(
        self, payer: u8, resources: Resources, address: u160, amount: u256
    ) -> Status:
        """Take from a balance (A + 1000); INSUFFICIENT_BALANCE changes nothing."""
        trap()

    def deploy_code(self, resources: Resources, address: u160, code: Slice[u8]) -> Status:
        """Store runtime code in an account: native of the deposit; gas is the EE's (200 a byte).

        Computes padding, jump map and both hashes; marks the account as created.
        """
        trap()

    def mark_created(self, address: u160) -> None:
        """Say that a contract is being created here (ethereum flavour: EIP-6780 counts from here)."""
        trap()

    def set_delegation(self, resources: Resources, address: u160, delegate: u160) -> Status:
        """Set or, for delegate 0, clear an EIP-7702 delegation: native of access and update."""
        trap()

    def mark_for_destruction(
        self, resources: Resources, address: u160, beneficiary: u160, in_constructor: bool
    ) -> tuple[Status, u256]:
        """SELFDESTRUCT after its opcode price: accesses, transfer, mark; gives the amount moved.

        Charges the beneficiary's cold access and the 25000 gas for one that comes to life.
        """
        trap()

    # ------------------------------------------------------------------ events and messages

    def emit_event(
        self, payer: u8, resources: Resources, address: u160, topics: Slice[u256], data: Slice[u8]
    ) -> Status:
        """Emit an event: native 6000 + 200 a topic + 2 a byte; gas 375 + 375 a topic + 8 a byte.

        Gas is charged to every payer but PAYER_NO_EE.
        """
        trap()

    def emit_l1_message(
        self, payer: u8, resources: Resources, sender: u160, data: Slice[u8]
    ) -> tuple[Status, u256]:
        """Send a user message to L1; gives its keccak256. Charges native and gas of messages."""
        trap()

    def emit_l1_transaction_log(self, hash: u256, is_success: bool, is_priority: bool) -> None:
        """Record the result of an L1 or upgrade transaction; nobody is charged."""
        trap()

    # ------------------------------------------------------------------ refunds and pubdata

    def refund_counter(self) -> u64:
        """Give the gas to refund so far in this transaction (EIP-3529, EIP-7702)."""
        trap()

    def add_refund(self, gas: u64) -> None:
        """Add to the refund counter."""
        trap()

    def transaction_pubdata(self) -> u32:
        """Count the pubdata that the present transaction causes so far, against its start."""
        trap()

    def logs_in_block(self) -> u32:
        """Count the L2 to L1 logs of the block."""
        trap()
