"""Worlds from Ethereum's state tests, changed at random.

The block, the accounts and the transaction are those of a case; then code, calldata, gas, value,
storage and balances are changed in a few places, several times over: each changed transaction has
a sender of its own.
"""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import rlp

from tests.fuzz.programs import BOUNDARIES, ProgramMaker
from tests.fuzz.world import Account, Message, World
from tests.fuzz.worlds import FUNDS, SENDERS, block_hashes
from zkos.host.senders import recover_sender
from zkos.host.state.accounts import AccountRecord
from zkos.host.statetest.cases import Case, StateTest

MESSAGES = 6
MAX_GAS = 2_000_000
MAX_CODE_BYTES = 3000
BLOCK_GAS = 2**40
MAX_BALANCE = 2**200


def usable(tests: Sequence[StateTest]) -> list[tuple[StateTest, Case]]:
    """Give the cases whose transaction is accepted and whose contracts are not large."""
    return [
        (test, case)
        for test in tests
        for case in test.cases
        if case.expected.exception is None
        and sum(len(one.full_code) for one in test.initial.accounts.values()) < MAX_CODE_BYTES
    ]


def mutated_world(seed: int, cases: Sequence[tuple[StateTest, Case]]) -> World:
    """Give the world of this seed."""
    source = Random(seed)
    test, case = source.choice(cases)
    accounts = _accounts(test)
    original = _message(case.transaction)
    maker = ProgramMaker(source, [*accounts, *range(1, 11), original.sender])
    for _ in range(source.randrange(3)):
        _change_state(source, maker, accounts)
    messages = []
    for number in range(MESSAGES):
        sender = SENDERS + number
        accounts[sender] = Account(FUNDS)
        messages.append(_changed(source, maker, replace(original, sender=sender), accounts))
    block = replace(
        test.block,
        gas_limit=BLOCK_GAS,
        base_fee=0,  # as in random worlds
        block_hashes=block_hashes(test.block.number),
    )
    return World(accounts, block, tuple(messages))


def _accounts(test: StateTest) -> dict[int, Account]:
    """Give the accounts.

    Left out are storage of those without code and nonce (upstream.md), and balances that could
    overflow: no supply is so large, and the run stops.
    """
    found = {}
    for address, given in test.initial.accounts.items():
        assert given.record is not None
        record = AccountRecord.decode(given.record)
        code = given.full_code[: record.observable_code_length]
        storage = {key: value for key, value in given.storage.items() if value}
        if not code and not record.nonce:
            storage = {}
        balance = min(record.balance, MAX_BALANCE)
        found[address] = Account(balance, record.nonce, code, storage)
    return found


def _message(raw: bytes) -> Message:
    """Read a signed transaction; the fees are left out."""
    sender = recover_sender(raw)
    kind = raw[0] if raw[0] < 0x80 else 0
    fields = rlp.decode(raw[1:] if kind else raw)
    at = {0: 2, 1: 3, 2: 4, 3: 4}[kind]
    gas_limit, to, value, data = fields[at : at + 4]
    access_list = tuple(
        (int.from_bytes(address, "big"), tuple(int.from_bytes(key, "big") for key in keys))
        for address, keys in (fields[at + 4] if kind else ())
    )
    return Message(
        sender=sender,
        to=int.from_bytes(to, "big") if to else None,
        gas_limit=int.from_bytes(gas_limit, "big"),
        data=data,
        value=int.from_bytes(value, "big"),
        kind=kind,
        access_list=access_list,
        blob_hashes=tuple(fields[10]) if kind == 3 else (),
        max_blob_fee=10**9 if kind == 3 else 0,
    )


def _change_state(source: Random, maker: ProgramMaker, accounts: dict[int, Account]) -> None:
    """Change the code, a slot or the balance of an account."""
    address = source.choice(list(accounts))
    account = accounts[address]
    kind = source.randrange(6)
    if kind < 3 and account.code:
        account.code = maker.damaged(bytearray(account.code))
    elif kind == 3 and account.code:
        account.storage[source.choice(BOUNDARIES)] = source.choice(BOUNDARIES[1:])
    elif kind == 4:
        account.balance = source.choice(BOUNDARIES[:40])
    elif account.code:
        account.code = maker.program(1 + source.randrange(8)) + account.code


def _changed(
    source: Random, maker: ProgramMaker, message: Message, accounts: dict[int, Account]
) -> Message:
    """Change a transaction."""
    gas_limit = min(message.gas_limit, MAX_GAS)
    kind = source.randrange(6)
    if kind == 0:
        gas_limit = 21_000 + source.randrange(max(1, gas_limit - 21_000))
    elif kind == 1 and message.data:
        data = bytearray(message.data)
        data[source.randrange(len(data))] = source.randrange(256)
        message = replace(message, data=bytes(data))
    elif kind == 2:
        word = source.choice(BOUNDARIES).to_bytes(32, "big")
        at = 32 * source.randrange(len(message.data) // 32 + 1) + source.choice([0, 4])
        message = replace(message, data=message.data[:at] + word + message.data[at + 32 :])
    elif kind == 3 and message.to is not None:
        message = replace(message, to=source.choice(list(accounts)))
    elif kind == 4:
        message = replace(message, value=source.choice([0, 1, 10**18]))
    elif kind == 5 and message.to is None:
        message = replace(message, data=maker.damaged(bytearray(message.data)))
    return replace(message, gas_limit=gas_limit, value=min(message.value, 10**18))
