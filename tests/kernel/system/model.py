"""A plain model of the IO subsystem: dictionaries, copied when a frame starts.

It knows values, warmth, prices, refunds and pubdata, and nothing of journals or hash tables.
"""

import copy
import hashlib
from dataclasses import dataclass, field

from Crypto.Hash import keccak

from zkos.host.state.accounts import jump_map

EVM = 1
DELEGATION = b"\xef\x01\x00"
ZERO_HASH = keccak.new(digest_bits=256).digest()


def keccak256(data: bytes) -> bytes:
    """Hash with an independent library."""
    return keccak.new(digest_bits=256, data=data).digest()


def diff_length(old: int, new: int) -> int:
    """Length of the shortest form of a change."""
    options = [32, (new.bit_length() + 7) // 8]
    options.append((abs(new - old).bit_length() + 7) // 8)
    return 1 + min(option for option in options if option <= 32)


@dataclass
class Record:
    """An account."""

    nonce: int = 0
    balance: int = 0
    code: bytes | None = None
    delegate: int = 0

    def is_empty_code(self) -> bool:
        return not self.code and not self.delegate

    def rest(self) -> tuple:
        return self.code, self.delegate


@dataclass
class State:
    """What a frame can take back."""

    slots: dict = field(default_factory=dict)  # changed in the block
    accounts: dict = field(default_factory=dict)
    transient: dict = field(default_factory=dict)
    touched: set = field(default_factory=set)
    existing: set = field(default_factory=set)
    gone: set = field(default_factory=set)  # slots zeroed by a destruction
    created: set = field(default_factory=set)
    doomed: set = field(default_factory=set)
    events: list = field(default_factory=list)
    messages: list = field(default_factory=list)
    refund: int = 0


class Model:
    """The block."""

    def __init__(self, slots: dict, accounts: dict) -> None:
        self.initial_slots = slots
        self.initial_accounts = accounts
        self.state = State()
        self.start = copy.deepcopy(self.state)
        self.frames: list[State] = []
        self.seen_slots: set = set()
        self.published: set = set()  # stored code, never taken back
        self.number = 0
        self.gas = 0
        self.native = 0

    # transactions and frames

    def begin(self) -> None:
        self.state.transient = {}
        self.state.refund = 0
        self.start = copy.deepcopy(self.state)

    def finish(self) -> None:
        for address in self.state.doomed:
            self.state.accounts[address] = Record()
            for place in self.seen_slots:
                if place[0] == address:
                    self.state.slots[place] = 0
                    self.state.gone.add(place)
                    self.state.existing.discard(place)
        self.state.touched, self.state.created, self.state.doomed = set(), set(), set()
        self.number += 1

    def start_frame(self) -> None:
        self.frames.append(copy.deepcopy(self.state))

    def finish_frame(self, commit: bool) -> None:
        snapshot = self.frames.pop()
        if not commit:
            self.state = snapshot

    # slots

    def slot(self, place: tuple) -> int:
        return self.state.slots.get(place, self.initial_slots.get(place, 0))

    def slot_exists(self, place: tuple) -> bool:
        if place in self.state.existing:
            return True
        return place in self.initial_slots and place not in self.state.gone

    def access_slot(self, payer: int, place: tuple) -> bool:
        self.pay({1: 100, 2: 1900}.get(payer, 0), 4000)
        warm = ("slot", place) in self.state.touched
        if not warm:
            self.pay(2000 if payer == EVM else 0, 121120 if self.slot_exists(place) else 242240)
        self.state.touched.add(("slot", place))
        self.seen_slots.add(place)
        return warm

    def write_slot(self, payer: int, place: tuple, new: int) -> None:
        warm = self.access_slot(payer, place)
        old = self.slot(place)
        original = self.start.slots.get(place, self.initial_slots.get(place, 0))
        self.pay(0, 50560 if self.slot_exists(place) else 120800)
        if payer == EVM:
            self.pay(0 if warm else 100, 0)
            if old != new and old == original:
                self.pay(19900 if original == 0 else 2800, 0)
            self.state.refund += self.refund(original, old, new)
        self.state.slots[place] = new
        self.state.existing.add(place)

    @staticmethod
    def refund(original: int, old: int, new: int) -> int:
        """EIP-3529 as the difference of two potentials."""

        def potential(value: int) -> int:
            return 4800 if original != 0 and value == 0 else 0

        change = potential(new) - potential(old)
        if old not in (new, original) and new == original:
            change += 19900 if original == 0 else 2800
        return change

    # accounts

    def account(self, address: int) -> Record:
        if address not in self.state.accounts:
            self.state.accounts[address] = copy.copy(self.initial(address))
        return self.state.accounts[address]

    def initial(self, address: int) -> Record:
        return self.initial_accounts.get(address, Record())

    def access_account(self, payer: int, address: int) -> Record:
        self.pay({1: 100, 2: 2400}.get(payer, 0), 4000)
        if ("account", address) not in self.state.touched:
            exists = address in self.initial_accounts or ("account", address) in self.state.existing
            cold = {1: 2500, 3: 2600}.get(payer, 0)
            self.pay(0 if 1 <= address <= 10 else cold, 0)
            self.pay(0, 4000 + (123100 if exists else 242240))
        self.state.touched.add(("account", address))
        return self.account(address)

    def update(self, payer: int, address: int) -> Record:
        record = self.access_account(payer, address)
        self.pay(0, 1000)
        return record

    def changed(self, address: int) -> None:
        self.state.existing.add(("account", address))

    def increment_nonce(self, payer: int, address: int) -> int:
        record = self.update(payer, address)
        self.changed(address)
        record.nonce += 1
        return record.nonce - 1

    def transfer(self, payer: int, source: int, target: int, amount: int) -> bool:
        record = self.update(payer, source)
        if record.balance < amount:
            return False
        record.balance -= amount
        self.changed(source)
        self.update(payer, target).balance += amount
        self.changed(target)
        return True

    def fetch(self, payer: int, address: int) -> tuple[bytes, bytes, int]:
        """Code, jump map, and code version and EE as one number."""
        record = self.access_account(payer, address)
        if record.code is None and not record.delegate:
            return b"", b"", 0
        code, artifacts = record.code, jump_map(record.code or b"")
        if code is None:
            code, artifacts = DELEGATION + record.delegate.to_bytes(20, "big"), b""
        stored = -(-len(code) // 8) * 8 + len(artifacts)
        self.pay(0, 500 + 800 + 340 * -(-stored // 64))
        return code, artifacts, 0x101

    def deploy(self, address: int, code: bytes) -> None:
        self.published.add(code + bytes(-len(code) % 8) + jump_map(code))
        record = self.access_account(0, address)
        stored = -(-len(code) // 8) * 8 + 8 * -(-len(code) // 64)
        keccak_native = 2500 + 17500 * max(1, -(-len(code) // 136))
        self.pay(0, keccak_native + 6 * len(code) + 800 + 340 * -(-stored // 64) + 1500)
        record.code, record.delegate = code, 0
        self.changed(address)
        self.state.created.add(address)

    def delegate(self, address: int, delegate: int) -> None:
        if delegate:
            self.published.add(DELEGATION + delegate.to_bytes(20, "big") + b"\0")
        record = self.access_account(0, address)
        self.pay(0, 1000 + (20000 + 1140 + 500 if delegate else 0))
        record.code, record.delegate = None, delegate
        self.changed(address)

    def destroy(self, address: int, beneficiary: int, in_constructor: bool) -> int:
        record = self.update(3, address)
        amount = record.balance
        doomed = in_constructor or address in self.state.created
        if doomed:
            self.state.doomed.add(address)
            self.changed(address)
        if address != beneficiary:
            self.transfer(3, address, beneficiary, amount)
        elif doomed:
            record.balance = 0
        other = self.account(beneficiary)
        if amount and other.nonce == 0 and other.is_empty_code() and other.balance == amount:
            self.pay(25000, 0)
        return amount

    # logs and pubdata

    def pubdata(self) -> int:
        total = 0
        for place, value in self.state.slots.items():
            initial = self.initial_slots.get(place, 0)
            before = self.start.slots.get(place, initial)
            if value not in (initial, before):
                total += 32 + diff_length(before, value)
        for address, record in self.state.accounts.items():
            initial = self.initial(address)
            before = self.start.accounts.get(address, initial)
            if record not in (initial, before):
                total += 32 + self.account_diff(before, record)
        new = self.state.messages[len(self.start.messages) :]
        return total + sum(88 + 4 + len(data) for _, _, data in new)

    @staticmethod
    def account_diff(before: Record, record: Record) -> int:
        nonce = diff_length(before.nonce, record.nonce)
        balance = diff_length(before.balance, record.balance)
        if before.rest() != record.rest():
            stored = 24 if record.delegate else 0
            if record.code is not None:
                stored = -(-len(record.code) // 8) * 8 + 8 * -(-len(record.code) // 64)
            return 1 + 8 + nonce + balance + 4 + 4 + stored + 4
        return (
            1
            + (nonce if before.nonce != record.nonce else 0)
            + (balance if before.balance != record.balance else 0)
        )

    def code_hash(self, record: Record) -> int:
        if record.delegate:
            code = b"\xef\x01\x00" + record.delegate.to_bytes(20, "big")
            return int.from_bytes(keccak256(code), "big")
        if record.code is None:
            return int.from_bytes(ZERO_HASH, "big") if record.nonce or record.balance else 0
        return int.from_bytes(keccak256(record.code), "big")

    def pay(self, gas: int, native: int) -> None:
        self.gas += gas
        self.native += native


def account_bytes(record: Record) -> bytes:
    """The 124 bytes of an account without code."""
    return (
        bytes(8) + record.nonce.to_bytes(8, "big") + record.balance.to_bytes(32, "big") + bytes(76)
    )


def blake2s(data: bytes) -> bytes:
    """Hash with an independent library."""
    return hashlib.blake2s(data).digest()
