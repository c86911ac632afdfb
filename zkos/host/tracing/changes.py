"""State differences as go-ethereum's prestateTracer gives them in diff mode.

``pre`` has every account that the transaction changed, as it was, with the slots that it changed;
``post`` the fields that came out otherwise. A contract that the transaction created is not in
``pre``, an account that it removed not in ``post``. Zeros are left out, but for balances.
``nonce`` is a JSON number.

Docs:    docs/tracing.md.
Source:  go-ethereum, built-in tracers (fields and their meaning).
Units:   wei.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from zkos.host.result_json import address, data
from zkos.host.tracing.events import Event, Tracer

NO_CODE = bytes(32)
NOTHING = {"balance": "0x0"}
"""An account that does not exist."""
Preimage = Callable[[bytes], bytes | None]
"""Gives the stored code with a blake2s hash."""


@dataclass
class Changes:
    """What one transaction did to the state."""

    accounts: list[Event] = field(default_factory=list)
    slots: dict[int, list[Event]] = field(default_factory=dict)

    def document(self, preimage: Preimage) -> dict[str, Any]:
        """Give the difference as JSON."""
        pre: dict[str, Any] = {}
        post: dict[str, Any] = {}
        for change in sorted(self.accounts, key=lambda one: int(one["address"])):
            before = _account(change, "before", preimage)
            after = _account(change, "after", preimage)
            storage_before, storage_after = self._storage(change["address"])
            if before == after and not storage_before and not storage_after:
                continue
            name = address(change["address"])
            is_created_contract = before == NOTHING and len(after) > 1
            if not is_created_contract:
                pre[name] = before | ({"storage": storage_before} if storage_before else {})
            if after != NOTHING:
                post[name] = {key: one for key, one in after.items() if before.get(key) != one}
                post[name] |= {"storage": storage_after} if storage_after else {}
        return {"pre": pre, "post": post}

    def _storage(self, account: int) -> tuple[dict[str, str], dict[str, str]]:
        slots = sorted(self.slots.get(account, ()), key=lambda one: int(one["key"]))
        return (
            {_word(slot["key"]): _word(slot["before"]) for slot in slots if slot["before"]},
            {_word(slot["key"]): _word(slot["after"]) for slot in slots if slot["after"]},
        )


def _account(change: Event, when: str, preimage: Preimage) -> dict[str, Any]:
    """Give the account's fields; only the balance stands there when it is zero."""
    found: dict[str, Any] = {"balance": hex(change[f"balance_{when}"])}
    if change[f"nonce_{when}"]:
        found["nonce"] = change[f"nonce_{when}"]
    code_hash = change[f"code_{when}"]
    if code_hash != NO_CODE:
        stored = preimage(code_hash)
        length = change[f"code_bytes_{when}"]
        # code that a force deployment named by its hash only may be unknown here
        found["code"] = None if stored is None else data(stored[:length])
    return found


def _word(number: int) -> str:
    return f"0x{number:064x}"


class ChangeTracer(Tracer):
    """Collects what each transaction changed."""

    def __init__(self) -> None:
        self.transactions: list[Changes] = []
        self._open = Changes()

    def account_change(self, event: Event, _: bytes) -> None:
        """Take an account before and after."""
        self._open.accounts.append(event)

    def slot_change(self, event: Event, _: bytes) -> None:
        """Take a slot before and after."""
        self._open.slots.setdefault(event["address"], []).append(event)

    def transaction_end(self, _: Event, __: bytes) -> None:
        """Take the end of the transaction."""
        self.transactions.append(self._open)
        self._open = Changes()


def changes_text(document: dict[str, Any]) -> Iterator[str]:
    """Write a difference for people: one line per account and field."""
    for name in sorted({**document["pre"], **document["post"]}):
        before, after = document["pre"].get(name), document["post"].get(name)
        is_new = before is None or (before == NOTHING and after is not None)
        state = " created" if is_new else " removed" if after is None else ""
        yield f"{name}{state}"
        before, after = before or {}, after or {}
        for key in ("balance", "nonce", "code"):
            if after.get(key, before.get(key)) != before.get(key) or (not after and key in before):
                yield f"  {key}: {before.get(key, '-')} -> {after.get(key, '-')}"
        old, new = before.get("storage", {}), after.get("storage", {})
        for slot in sorted({**old, **new}):
            yield f"  {slot}: {old.get(slot, '0x0')} -> {new.get(slot, '0x0')}"
