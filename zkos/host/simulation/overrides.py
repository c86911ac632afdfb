"""Overrides: a state, and a block, in which some things are different for one call.

State overrides have geth's names: per address ``balance``, ``nonce``, ``code``, and either
``state``, which replaces the whole storage, or ``stateDiff``, which changes the given slots. The
tree is not touched: the answers about these accounts and slots are other ones. An overridden slot
counts as present in the tree.

Block overrides have the names of a block file's ``block``.

Docs:    docs/simulation.md.
Errors:  BlockFileError naming the field.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from zkos.host.batch import Block, Flavour
from zkos.host.block_file import BLOCK_QUANTITIES, ETHEREUM_QUANTITIES
from zkos.host.hashing import blake2s256
from zkos.host.json_fields import Field, address_of, word_of
from zkos.host.state.accounts import AccountRecord, make_account
from zkos.host.state.state import ACCOUNT_PROPERTIES_ADDRESS, State

CONTEXT_FIELDS = ("coinbase",)


@dataclass(frozen=True)
class AccountOverride:
    """What is different about one account; None is not."""

    balance: int | None = None
    nonce: int | None = None
    code: bytes | None = None
    storage: Mapping[int, int] = field(default_factory=dict)
    replaces_storage: bool = False
    """All slots that are not in ``storage`` are zero."""

    def apply(self, record: AccountRecord, flavour: Flavour) -> tuple[AccountRecord, bytes]:
        """Give the account's record, and its stored code where that is new."""
        nonce = record.nonce if self.nonce is None else self.nonce
        balance = record.balance if self.balance is None else self.balance
        if self.code is None:
            return replace(record, nonce=nonce, balance=balance), b""
        may_delegate = flavour is Flavour.PRODUCTION
        return make_account(nonce, balance, self.code, may_delegate=may_delegate)


class OverriddenState:
    """What the oracle is asked about a state, answered with overrides."""

    def __init__(
        self, state: State, overrides: Mapping[int, AccountOverride], flavour: Flavour
    ) -> None:
        self._state = state
        self._overrides = overrides
        self._slots: dict[tuple[int, int], bytes] = {}
        self._preimages: dict[bytes, bytes] = {}
        for address, override in overrides.items():
            record, stored_code = override.apply(state.account(address) or AccountRecord(), flavour)
            for content in (record.encode(), stored_code):
                self._preimages[blake2s256(content)] = content
            self._slots[ACCOUNT_PROPERTIES_ADDRESS, address] = blake2s256(record.encode())
            for key, number in override.storage.items():
                self._slots[address, key] = number.to_bytes(32, "big")

    def slot(self, address: int, key: int, flat_key: bytes) -> bytes | None:
        """Give the value of a slot; None when it is absent."""
        found = self._slots.get((address, key))
        if found is not None:
            return found
        value = self._state.slot(flat_key)
        override = self._overrides.get(address)
        if value is not None and override is not None and override.replaces_storage:
            return bytes(32)
        return value

    def preimage(self, digest: bytes) -> bytes | None:
        """Give the bytes with this blake2s hash; None when nobody has them."""
        return self._preimages.get(digest) or self._state.preimage(digest)

    def account(self, address: int) -> AccountRecord:
        """Give an account's record; one of zeros when there is none."""
        digest = self._slots.get((ACCOUNT_PROPERTIES_ADDRESS, address))
        if digest is None:
            return self._state.account(address) or AccountRecord()
        return AccountRecord.decode(self._preimages[digest])


@dataclass(frozen=True)
class Overrides:
    """What a call changes about its surroundings."""

    accounts: Mapping[int, AccountOverride] = field(default_factory=dict)
    block: Mapping[str, int] = field(default_factory=dict)
    """Fields of ``Block`` and their values."""

    def of_block(self, block: Block) -> Block:
        """Give the block with its overrides."""
        return replace(block, **dict(self.block))  # type: ignore[arg-type]


def parse_overrides(document: Any, flavour: Flavour) -> Overrides:
    """Read ``{"state": {...}, "block": {...}}``."""
    top = Field(document)
    top.known("state", "block")
    accounts: dict[int, AccountOverride] = {}
    state = top.get("state")
    for name, given in () if state is None else state.members():
        accounts[address_of(name, given.path)] = _account(given)
    return Overrides(accounts, _block(top.get("block"), flavour))


def _account(given: Field) -> AccountOverride:
    given.known("balance", "nonce", "code", "state", "stateDiff")
    if given.has("state") and given.has("stateDiff"):
        raise given.refuse("state and stateDiff exclude each other")
    balance, nonce, code = (given.get(name) for name in ("balance", "nonce", "code"))
    slots = given.get("state") or given.get("stateDiff")
    return AccountOverride(
        balance=None if balance is None else balance.quantity(256),
        nonce=None if nonce is None else nonce.quantity(64),
        code=None if code is None else code.data(),
        storage={}
        if slots is None
        else {word_of(name, slot.path): slot.quantity(256) for name, slot in slots.members()},
        replaces_storage=given.has("state"),
    )


def _block(given: Field | None, flavour: Flavour) -> dict[str, int]:
    if given is None:
        return {}
    quantities = dict(BLOCK_QUANTITIES)
    if flavour is Flavour.ETHEREUM:
        quantities |= ETHEREUM_QUANTITIES
    given.known(*quantities, *CONTEXT_FIELDS)
    found = {name: given.need(name).quantity(quantities[name]) for name in quantities
             if given.has(name)}  # fmt: skip
    coinbase = given.get("coinbase")
    if coinbase is not None:
        found["coinbase"] = int.from_bytes(coinbase.data(20), "big")
    return found
