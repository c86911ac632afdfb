"""State tests as data: state, block and transaction of each case, and what must come out.

A test is ``{env, pre, transaction, post}``; each entry under the fork in ``post`` is a case, and
its ``txbytes`` are the transaction. Quantities may have leading zeros.

Docs:    docs/command-line.md, "zkos statetest".
Source:  ethereum/tests, GeneralStateTests.
Errors:  StateTestError naming the test and the field.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from zkos.host.batch import Batch, Block, Flavour, InitialState, OfferedTransaction, PreAccount
from zkos.host.errors import BlockFileError
from zkos.host.json_fields import Field, address_of, word_of
from zkos.host.state.accounts import AccountRecord, make_account
from zkos.host.statetest.files import StateTestError
from zkos.host.statetest.merkle_patricia import EMPTY_CODE_HASH, Account
from zkos.interface.block_metadata import EXCESS_BLOB_GAS_BITS

FORK = "Cancun"
CHAIN_ID = 1
DA_COMMITMENT_SCHEME = 3


@dataclass(frozen=True)
class Expected:
    """What a case must lead to."""

    state_root: bytes
    logs_hash: bytes
    exception: str | None
    """Why the transaction must be rejected; None: it must be accepted."""


@dataclass(frozen=True)
class Case:
    """One transaction of a test."""

    name: str
    """file/test/position, the last one in the list of the fork."""
    transaction: bytes
    expected: Expected


@dataclass(frozen=True)
class StateTest:
    """Cases that share a state and a block."""

    accounts: dict[int, Account]
    initial: InitialState
    block: Block
    cases: tuple[Case, ...]

    def batch(self, case: Case) -> Batch:
        """Give the block of one case."""
        block = replace(self.block, transactions=(OfferedTransaction(case.transaction),))
        return Batch(Flavour.ETHEREUM, CHAIN_ID, DA_COMMITMENT_SCHEME, self.initial, [block])


def parse_file(name: str, document: Any) -> Iterator[StateTest]:
    """Give the tests of a file that have cases for the fork."""
    file = name.removesuffix(".json")
    try:
        for title, test in Field(document).members():
            post = test.need("post").get(FORK)
            if post is not None:
                prefix = f"{file}/{title}"
                yield _parse_test(prefix, test, post)
    except BlockFileError as error:
        raise StateTestError(f"{name}: {error}") from error


def _parse_test(prefix: str, test: Field, post: Field) -> StateTest:
    accounts: dict[int, Account] = {}
    records: dict[int, PreAccount] = {}
    for name, field in test.need("pre").members():
        address = address_of(_padded(name), field.path)
        accounts[address], records[address] = _account(field)
    cases = [_case(f"{prefix}/{at}", entry) for at, entry in enumerate(post.items())]
    return StateTest(accounts, InitialState(records), _block(test.need("env")), tuple(cases))


def _padded(name: str) -> str:
    return "0x" + name.removeprefix("0x").rjust(40, "0")


def _account(field: Field) -> tuple[Account, PreAccount]:
    given = field.get("storage")
    storage = {}
    for key, value in () if given is None else given.members():
        storage[word_of(key, value.path)] = value.quantity(256)
    balance, nonce = field.need("balance").quantity(256), field.need("nonce").quantity(64)
    code = field.need("code").data()
    record, stored = _make_account(nonce, balance, code)
    code_hash = record.observable_bytecode_hash if code else EMPTY_CODE_HASH
    used = {key: value for key, value in storage.items() if value}
    return (
        Account(balance, nonce, code_hash, used),
        PreAccount(record.encode(), stored, storage),
    )


@lru_cache(maxsize=4096)
def _make_account(nonce: int, balance: int, code: bytes) -> tuple[AccountRecord, bytes]:
    return make_account(nonce, balance, code, may_delegate=False)


def _block(env: Field) -> Block:
    blob_gas = env.get("currentExcessBlobGas")
    return Block(
        number=env.need("currentNumber").quantity(64),
        timestamp=env.need("currentTimestamp").quantity(64),
        gas_limit=env.need("currentGasLimit").quantity(64),
        pubdata_limit=2**64 - 1,
        base_fee=env.need("currentBaseFee").quantity(256),
        native_price=1,
        pubdata_price=0,
        coinbase=int.from_bytes(env.need("currentCoinbase").data(20), "big"),
        mix_hash=env.need("currentRandom").quantity(256),
        block_hashes=None,
        last_block_timestamp=0,
        excess_blob_gas=0 if blob_gas is None else blob_gas.quantity(EXCESS_BLOB_GAS_BITS),
        parent_beacon_block_root=0,
        transactions=(),
    )


def _case(name: str, entry: Field) -> Case:
    exception = entry.get("expectException")
    return Case(
        name,
        entry.need("txbytes").data(),
        Expected(
            state_root=entry.need("hash").data(32),
            logs_hash=entry.need("logs").data(32),
            exception=None if exception is None else str(exception.value),
        ),
    )
