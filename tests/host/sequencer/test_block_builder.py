"""Block building: every kind of candidate that cannot be in the block, and the block without it.

What is built is always run once more, proving: it must give what the building run gave.
"""

import random
from typing import Any

import pytest

from tests.kernel.bootloader.transaction.test_l1_transaction import from_l1, upgrade
from tests.support.chain import (
    ALICE,
    BOB,
    CHAIN_ID,
    ETHER,
    Signer,
    authorization,
    funded,
    transaction,
)
from tests.support.random_blocks import random_block
from zkos.host import block_file
from zkos.host.batch_run import ExecutorName, Mode, Runner
from zkos.host.errors import InputError
from zkos.host.result_json import batch_json
from zkos.host.sequencer.block_builder import (
    BuiltBlock,
    Fate,
    build_block,
    build_from_stream,
)

FRESH = Signer(0xF4E54)
CAROL = Signer(0xCA401)
CONTRACT, REVERTING = "0x" + "c0" * 20, "0x" + "4e" * 20
DEPLOYER, UPGRADER = f"0x{0x8006:040x}", f"0x{0x800F:040x}"
PRE = funded(ALICE, BOB, CAROL, balance=10**30) | {REVERTING: {"code": "0x5f5ffd"}}
RUNNER = Runner(ExecutorName.X86_64)


def word(number: int) -> bytes:
    return number.to_bytes(32, "big")


def pool(transactions: list[Any], pre: dict[str, Any] | None = None, **block: Any) -> Any:
    """Give a block file whose transactions are candidates."""
    return {
        "chain_id": hex(CHAIN_ID),
        "block": {name: hex(number) for name, number in block.items()},
        "pre": PRE if pre is None else pre,
        "transactions": transactions,
    }


def build(transactions: list[Any], pre: dict[str, Any] | None = None, **block: Any) -> BuiltBlock:
    """Build a block, and hold it against a proving run of what was built."""
    built = build_block(block_file.parse(pool(transactions, pre, **block)), RUNNER)
    proved = batch_json(RUNNER.run(built.batch, Mode.PROVING))
    assert {**batch_json(built.run), "mode": "proving"} == proved
    assert all(one["status"] != "invalid" for one in proved["transactions"])
    return built


def fates(built: BuiltBlock) -> list[str]:
    return [verdict.error or verdict.fate.value for verdict in built.verdicts]


def exhausted_authorization(nonce: int = 0) -> str:
    """Sign the type-4 transaction at which the reference aborts: transactions.md 11, first row.

    Its native ends inside the last 5000 of an applied authorization, at one native a gas.
    """
    entry = authorization(FRESH, CONTRACT)

    def signed(gas_limit: int) -> str:
        return transaction(
            CAROL, 4, nonce=nonce, to=BOB.address, authorizations=[entry], max_fee=10,
            gas_limit=gas_limit,
        )  # fmt: skip

    length = len(signed(1_700_000)) // 2 - 1
    hashes = 2 * (2500 + 17_500 * -(-length // 136))
    before = 30_000 + 131_100 + hashes + 4000 + 522_000 + 10_000
    applied = 20_000 + 522_000 + 250_240 + 4000 + 20_000 + 1140 + 500 + 1000 + 5000
    return signed(before + applied - 1)


def force_deployment(code_hash: int) -> dict[str, str]:
    """Give an upgrade that sets code which nobody has."""
    data = bytes.fromhex("f6eca0b0") + word(0xABC) + word(code_hash) + word(5) + word(1)
    return upgrade(**{"from": UPGRADER, "to": DEPLOYER, "data": "0x" + data.hex()})


def test_candidates_that_can_all_be_in_the_block_are_all_in_it() -> None:
    built = build([transaction(), transaction(nonce=1)])
    assert fates(built) == ["included", "included"] and built.ends_before is None


def test_an_abort_that_a_user_can_cause_is_left_out_with_its_name() -> None:
    prices = {"base_fee": 10, "native_price": 10}
    transfers = [transaction(max_fee=10, gas_limit=2_000_000, nonce=n) for n in range(2)]
    built = build([transfers[0], exhausted_authorization(), transfers[1]], **prices)
    assert fates(built) == ["included", "AuthorizationOutOfNative", "included"]
    assert built.verdicts[1].fate is Fate.ABORTS
    assert batch_json(built.run) == batch_json(build(transfers, **prices).run)


def test_every_aborting_candidate_is_found() -> None:
    aborting = exhausted_authorization()
    ordinary = transaction(BOB, max_fee=10, gas_limit=2_000_000)
    built = build([aborting, ordinary, aborting], base_fee=10, native_price=10)
    name = "AuthorizationOutOfNative"
    assert fates(built) == [name, "included", name]


@pytest.mark.parametrize(
    ("aborting", "name"),
    [
        (from_l1(total_deposited=1), "DepositTooLow"),
        (from_l1(gas_limit=2**60, max_fee_per_gas=0, total_deposited=0), "ArithmeticOverflow"),
        (
            from_l1(
                gas_per_pubdata_limit=2**32 - 1, max_fee_per_gas=10**10, total_deposited=10**15
            ),
            "ArithmeticOverflow",
        ),
        (from_l1(refund_recipient=2**160), "RefundRecipientInvalid"),
        (from_l1(value=2**256 - 1, total_deposited=2**256 - 1), "ArithmeticOverflow"),
    ],
)  # fmt: skip
def test_the_block_ends_before_an_l1_transaction_that_aborts(
    aborting: dict[str, str], name: str
) -> None:
    built = build([transaction(), aborting, transaction(nonce=1), transaction(nonce=9)])
    assert fates(built) == ["included", name, "not reached", "not reached"]
    assert (built.ends_before, built.verdicts[1].fate) == (1, Fate.ABORTS)


@pytest.mark.parametrize(
    ("aborting", "name", "reason"),
    [
        (upgrade(to=REVERTING), "UpgradeTxFailed", "UpgradeTxFailed"),
        (force_deployment(0xBAD), "aborts", "nobody has the preimage"),
    ],
)
def test_the_block_ends_before_an_upgrade_that_aborts(
    aborting: dict[str, str], name: str, reason: str
) -> None:
    built = build([aborting, transaction()])
    assert fates(built) == [name, "not reached"]
    assert reason in (built.verdicts[0].reason or "")


def test_pubdata_whose_price_overflows_aborts_at_each_l2_transaction() -> None:
    built = build([transaction(), transaction(nonce=1)], pubdata_price=2**62, native_price=1)
    assert fates(built) == ["ArithmeticOverflow"] * 2


def test_a_balance_that_overflows_when_the_fee_is_paid_aborts() -> None:
    rich = {CONTRACT: {"balance": hex(2**256 - 1)}}
    built = build([transaction()], PRE | rich, coinbase=int(CONTRACT, 16))
    assert fates(built) == ["BalanceOverflow"]


def test_invalid_candidates_are_left_out_with_their_errors() -> None:
    candidates = [
        transaction(nonce=5), transaction(), "0x03c0", transaction(gas_limit=17_000, nonce=1),
        transaction(nonce=1),
    ]  # fmt: skip
    built = build(candidates)
    assert fates(built) == [
        "NonceTooHigh", "included", "InvalidEncoding", "OutOfGasDuringValidation", "included"
    ]  # fmt: skip
    assert {verdict.fate for verdict in built.verdicts} == {Fate.INCLUDED, Fate.INVALID}


def test_the_block_ends_before_an_upgrade_that_is_not_first() -> None:
    built = build([transaction(), upgrade(), transaction(nonce=1)])
    assert fates(built) == ["included", "UpgradeTxNotFirst", "not reached"]


def limited(error: str, candidates: list[Any], pre: dict[str, Any], **limits: int) -> None:
    """Expect the second of three candidates, and no other, to be over a limit of the block."""
    built = build(candidates, pre, **limits)
    assert fates(built) == ["included", error, "included"]
    assert built.verdicts[1].fate is Fate.OVER_LIMIT


def test_the_gas_limit_leaves_out_what_goes_over_it_and_no_more() -> None:
    calls = [
        transaction(),
        transaction(BOB, to=CONTRACT),
        transaction(CAROL, to=BOB.address, value=1),
    ]
    burns = PRE | {CONTRACT: {"code": "0xfe"}}
    limited("BlockGasLimitReached", calls, burns, gas_limit=120_999)
    assert fates(build(calls[:2], burns, gas_limit=121_000)) == ["included"] * 2


def test_the_pubdata_limit_leaves_out_what_goes_over_it_and_no_more() -> None:
    stores = PRE | {CONTRACT: {"code": "0x365f5500"}}  # slot 0 becomes the size of the calldata
    calls = [
        transaction(),
        transaction(BOB, to=CONTRACT, data=b"x", gas_limit=200_000),
        transaction(CAROL),
    ]
    free = build(calls[:2], stores)
    spent = sum(one["pubdata_bytes"] for one in free.run.ledger.blocks[0].outcome.transactions)
    limited("BlockPubdataLimitReached", calls, stores, pubdata_limit=spent - 1)
    assert fates(build(calls[:2], stores, pubdata_limit=spent)) == ["included"] * 2


def test_the_native_limit_leaves_out_what_goes_over_it() -> None:
    # PUSH3 n JUMPDEST PUSH0 PUSH0 PUSH0 MULMOD POP PUSH1 1 SWAP1 SUB DUP1 PUSH1 4 JUMPI STOP
    loop = {CONTRACT: {"code": "0x623fffff" + "5b5f5f5f09506001900380600457" + "00"}}
    calls = [
        transaction(signer, to=CONTRACT if signer is not CAROL else ALICE.address, gas_limit=2**32)
        for signer in (ALICE, BOB, CAROL)
    ]
    limited("BlockNativeLimitReached", calls, PRE | loop)


def test_the_log_limit_leaves_out_what_goes_over_it() -> None:
    # sends the first 100 bytes of calldata to the L1 messenger as often as the last word says
    code = "60645f5f37606435" + "5b5f5f60645f5f6180085af1506001900380600857" + "00"
    message = bytes.fromhex("62f84b24") + word(32) + word(5) + b"hello".ljust(32, b"\0")
    sends = [
        transaction(signer, to=CONTRACT, data=message + word(count), gas_limit=2**32)
        for signer, count in ((ALICE, 16_383), (BOB, 2), (CAROL, 1))
    ]
    limited("BlockL2ToL1LogsLimitReached", sends, PRE | {CONTRACT: {"code": "0x" + code}})


def test_gas_that_an_ethereum_block_has_not_left_is_over_its_limit() -> None:
    burns = PRE | {CONTRACT: {"code": "0xfe"}}
    document = pool([transaction(to=CONTRACT), transaction(BOB)], burns, gas_limit=199_999)
    built = build_block(block_file.parse(document | {"flavour": "ethereum"}), RUNNER)
    assert [verdict.fate for verdict in built.verdicts] == [Fate.INCLUDED, Fate.OVER_LIMIT]


def test_more_log_data_than_a_block_holds_is_left_out_with_its_name() -> None:
    # PUSH1 times JUMPDEST LOG0 of one MiB, one less, again
    logs = {CONTRACT: {"code": "0x5f355b620100005f52621000005fa0600190038060025700"}}
    calls = [
        transaction(signer, to=CONTRACT, data=word(times), gas_limit=2**32)
        for signer, times in ((ALICE, 40), (BOB, 40), (CAROL, 2))
    ]
    built = build(calls, PRE | logs)
    assert fates(built) == ["included", "LogMemoryLimit", "included"]


def test_candidates_behind_one_that_is_left_out_see_nothing_of_it() -> None:
    """A transfer that is left out would have paid for the next one."""
    poor = Signer(0x900A)
    gift = transaction(BOB, to=poor.address, value=ETHER, nonce=7)
    built = build([gift, transaction(poor, to=BOB.address)])
    assert fates(built) == ["NonceTooHigh", "LackOfFundForMaxFee"]
    assert batch_json(built.run)["account_diffs"] == {}


@pytest.mark.parametrize(
    ("field", "number"), [("native_price", 0), ("base_fee", 2**64), ("gas_limit", 2**56)]
)
def test_a_context_that_no_block_can_have_is_bad_input(field: str, number: int) -> None:
    with pytest.raises(InputError, match=field):
        build_block(block_file.parse(pool([transaction()], **{field: number})), RUNNER)


def test_aborting_candidates_anywhere_change_nothing_for_the_others() -> None:
    aborting, prices = exhausted_authorization(), {"base_fee": "0xa", "native_price": "0xa"}
    aborts = 0
    for seed in range(60, 72):
        document = random_block(2 * seed)
        document["block"] |= prices | {"pubdata_price": "0x0"}
        document["pre"] |= funded(CAROL)
        without = build_block(block_file.parse(document), RUNNER)
        places = random.Random(seed).choices(range(len(document["transactions"]) + 1), k=2)
        for place in sorted(places, reverse=True):
            document["transactions"].insert(place, aborting)
        built = build_block(block_file.parse(document), RUNNER)
        assert batch_json(built.run) == batch_json(without.run)
        offered = zip(document["transactions"], built.verdicts, strict=True)
        others = [verdict.fate for raw, verdict in offered if raw != aborting]
        assert others == [verdict.fate for verdict in without.verdicts]
        aborts += Fate.ABORTS in {verdict.fate for verdict in built.verdicts}
    assert aborts > 8


def test_a_stream_is_read_until_the_block_is_full() -> None:
    context = block_file.parse(pool([], gas_limit=8 * 21_000 + 20_999))
    transfers = [transaction(nonce=nonce, gas_limit=21_000) for nonce in range(30)]
    transfers.insert(4, transaction(nonce=99))
    stream = iter(block_file.parse(pool(transfers)).blocks[0].transactions)
    built = build_from_stream(context, stream, RUNNER, at_once=3)
    included, gap = ["included"], ["NonceTooHigh"]
    assert fates(built) == included * 4 + gap + included * 4 + ["BlockGasLimitReached"] + gap * 2
    assert len(list(stream)) == len(transfers) - 12
    proved = batch_json(RUNNER.run(built.batch, Mode.PROVING))
    assert proved["gas_used"] == 8 * 21_000


def test_a_stream_gives_the_block_that_all_candidates_at_once_give() -> None:
    compared = 0
    for seed in range(80, 90):
        whole = block_file.parse(random_block(seed))
        at_once = build_block(whole, RUNNER)
        for count in (1, 3):
            built = build_from_stream(whole, whole.blocks[0].transactions, RUNNER, count)
            if Fate.OVER_LIMIT not in {verdict.fate for verdict in built.verdicts}:
                assert batch_json(built.run) == batch_json(at_once.run)
                assert list(built.verdicts) == list(at_once.verdicts)[: len(built.verdicts)]
                compared += 1
    assert compared > 10


def test_random_pools_give_blocks_that_prove() -> None:
    left_out = 0
    for seed in range(40, 60):
        document = random_block(seed)
        built = build_block(block_file.parse(document), RUNNER)
        proved = batch_json(RUNNER.run(built.batch, Mode.PROVING))
        assert {**batch_json(built.run), "mode": "proving"} == proved
        left_out += sum(verdict.fate is not Fate.INCLUDED for verdict in built.verdicts)
    assert left_out > 10
