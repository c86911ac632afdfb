"""EIP-7702: authorizations, what they cost, and what a delegated account does.

Figures: resources reference 2.4, 2.5 and 3.4; 21300 gas of a delegated sender was measured on the
official program.
"""

from typing import Any

import pytest
import rlp

from tests.kernel.bootloader.transaction.decoding import decode, decode_as_ethereum
from tests.support.chain import (
    ALICE,
    BOB,
    CHAIN_ID,
    ETHER,
    ORDER,
    Signer,
    authorization,
    funded,
    keccak256,
    run_block,
    stops,
    transaction,
)
from zkos.interface.error_names import ERROR_NAMES

CODE = "0x00000000000000000000000000000000000c0de0"
OTHER = "0x00000000000000000000000000000000000c0de1"
NOBODY = "0x" + "00" * 20
FRESH = Signer(0xF2E54)
KECCAK = 20_000
APPLIED_NATIVE = KECCAK + 522_000 + 250_240 + 4000 + 20_000 + 1140 + 500 + 1000 + 5000
CONTRACTS = {CODE: {"code": "0x305f5260205ff3"}}  # returns ADDRESS


def delegating(*entries: Any, **changes: Any) -> str:
    fields = {"kind": 4, "authorizations": entries, "to": BOB.address, "gas_limit": 300_000}
    return transaction(**{**fields, **changes})


def record(result: dict[str, Any], account: Signer) -> tuple[int, str] | None:
    """Give nonce and code hash of an account that the block changed."""
    diff = result["account_diffs"].get(account.address)
    return None if diff is None else (diff["nonce"], diff["code_hash"])


def designator_hash(delegate: str) -> str:
    return "0x" + keccak256(bytes.fromhex("ef0100" + delegate[2:])).hex()


@pytest.mark.all_executors
def test_an_authorization_delegates_and_is_paid_for(executor: Any) -> None:
    pre = funded(ALICE, BOB) | CONTRACTS
    plain = transaction(gas_limit=300_000)
    base = run_block(executor, [plain], pre)["transactions"][0]
    raw = delegating(authorization(FRESH, CODE))
    result = run_block(executor, [raw], pre)
    outcome = result["transactions"][0]
    assert record(result, FRESH) == (1, designator_hash(CODE))
    assert (outcome["gas_used"], outcome["gas_refunded"]) == (46_000, 0)
    rounds = -(-(len(raw) // 2 - 1) // 136) - 1
    native = base["native_used"] + APPLIED_NATIVE + 2 * 17_500 * rounds
    assert outcome["native_used"] == native
    assert outcome["pubdata_bytes"] - base["pubdata_bytes"] == 80


def test_an_authority_that_exists_gives_a_refund(executor: Any) -> None:
    pre = funded(ALICE, BOB, FRESH) | CONTRACTS
    outcome = run_block(executor, [delegating(authorization(FRESH, CODE))], pre)["transactions"][0]
    assert outcome["gas_refunded"] == 46_000 // 5
    assert outcome["gas_used"] == 46_000 - 9200


def test_entries_that_fail_a_check_are_skipped(executor: Any) -> None:
    contract = Signer(0xC0DE)
    pre = funded(ALICE, BOB) | CONTRACTS | {contract.address: {"code": "0x00"}}
    good = authorization(FRESH, CODE)
    s = int.from_bytes(good[5], "big")
    parity = int.from_bytes(good[3], "big")
    skipped = {
        "chain": (authorization(FRESH, CODE, chain_id=CHAIN_ID + 1), 0),
        "nonce limit": (authorization(FRESH, CODE, nonce=2**64 - 1), 0),
        "high s": (authorization(FRESH, CODE, s=ORDER - s, y_parity=1 - parity), 0),
        "parity": (authorization(FRESH, CODE, y_parity=2), KECCAK),
        "unrecoverable": (authorization(FRESH, CODE, r=0), KECCAK + 522_000),
        "nonce": (authorization(FRESH, CODE, nonce=1), KECCAK + 522_000 + 250_240),
        "contract": (authorization(contract, CODE), KECCAK + 522_000 + 131_100),
    }
    for name, (entry, native) in skipped.items():
        raw = delegating(entry)
        result = run_block(executor, [raw], pre)
        outcome = result["transactions"][0]
        assert outcome["status"] == "success" and record(result, FRESH) is None, name
        assert outcome["gas_used"] == 46_000, name
        applied = run_block(executor, [delegating(good)], pre)["transactions"][0]
        lengths = [-(-(len(one) // 2 - 1) // 136) for one in (raw, delegating(good))]
        difference = applied["native_used"] - outcome["native_used"]
        assert difference == APPLIED_NATIVE - native + 35_000 * (lengths[1] - lengths[0]), name


def test_the_refund_of_an_authority_survives_native_exhaustion(executor: Any) -> None:
    """Measured on the official program: 5,000,000 - 12,500 (resources 2.5)."""
    pre = funded(ALICE, FRESH) | {OTHER: {"code": "0x5b5f56"}}  # JUMPDEST PUSH0 JUMP
    raw = delegating(authorization(FRESH, CODE), to=OTHER, gas_limit=5_000_000, max_fee=10)
    result = run_block(executor, [raw], pre, base_fee=10, native_price=10)
    outcome = result["transactions"][0]
    assert (outcome["status"], outcome["output"]) == ("reverted", "0x")
    assert (outcome["gas_used"], outcome["gas_refunded"]) == (4_987_500, 12_500)


def test_own_chain_and_any_chain_are_accepted(executor: Any) -> None:
    for chain_id in (0, CHAIN_ID):
        raw = delegating(authorization(FRESH, CODE, chain_id=chain_id))
        assert record(run_block(executor, [raw], funded(ALICE)), FRESH) is not None


def test_a_sender_authorizes_itself_with_its_next_nonce(executor: Any) -> None:
    pre = funded(ALICE) | CONTRACTS
    for nonce, delegated in ((0, False), (1, True)):
        raw = delegating(authorization(ALICE, CODE, nonce=nonce))
        found = record(run_block(executor, [raw], pre), ALICE)
        assert found == ((2, designator_hash(CODE)) if delegated else (1, "0x" + "00" * 32))


def test_a_delegated_account_runs_the_code_as_itself(executor: Any) -> None:
    pre = funded(ALICE) | CONTRACTS
    raws = [
        delegating(authorization(FRESH, CODE), to=FRESH.address),
        transaction(nonce=1, to=FRESH.address),
        transaction(FRESH, to=BOB.address, nonce=1, max_fee=1000),
    ]
    result = run_block(executor, raws[:2], pre | funded(FRESH))
    for outcome in result["transactions"]:
        assert int(outcome["output"], 16) == int(FRESH.address, 16)
    # as a sender it pays 300 gas more
    result = run_block(executor, [raws[0], raws[2]], pre | funded(FRESH))
    assert result["transactions"][1]["gas_used"] == 21_300


def test_one_level_of_delegation_is_followed(executor: Any) -> None:
    first, second = Signer(0xD1), Signer(0xD2)
    entries = [authorization(first, second.address), authorization(second, CODE)]
    raws = [delegating(*entries), transaction(nonce=1, to=first.address, gas_limit=200_000)]
    outcome = run_block(executor, raws, funded(ALICE) | CONTRACTS)["transactions"][1]
    assert (outcome["status"], outcome["gas_used"]) == ("reverted", 200_000)  # runs 0xef


def test_delegation_to_a_precompile_or_to_nothing_runs_nothing(executor: Any) -> None:
    for delegate in (f"0x{4:040x}", OTHER):
        raws = [
            delegating(authorization(FRESH, delegate)),
            transaction(nonce=1, to=FRESH.address, data=b"abcd"),
        ]
        outcome = run_block(executor, raws, funded(ALICE))["transactions"][1]
        assert (outcome["status"], outcome["output"]) == ("success", "0x")


def test_delegations_survive_a_revert(executor: Any) -> None:
    pre = funded(ALICE) | {OTHER: {"code": "0x5f5ffd"}}
    result = run_block(executor, [delegating(authorization(FRESH, CODE), to=OTHER)], pre)
    assert result["transactions"][0]["status"] == "reverted"
    assert record(result, FRESH) == (1, designator_hash(CODE))


def test_the_zero_address_clears_a_delegation(executor: Any) -> None:
    raws = [
        delegating(authorization(FRESH, CODE)),
        delegating(authorization(FRESH, NOBODY, nonce=1), nonce=1),
    ]
    found = record(run_block(executor, raws, funded(ALICE) | CONTRACTS), FRESH)
    assert found == (2, "0x" + "00" * 32)


def test_native_that_runs_out_decides_between_invalid_and_abort(executor: Any) -> None:
    """The last 5000 native of an applied entry are the reference's abort, all before is invalid."""
    prices = {"base_fee": 10, "native_price": 10}
    pre = funded(ALICE, BOB)

    def needed(gas_limit: int) -> str:
        return delegating(authorization(FRESH, CODE), max_fee=10, gas_limit=gas_limit)

    length = len(needed(1_700_000)) // 2 - 1
    before = 30_000 + 131_100 + 2 * (2500 + 17_500 * -(-length // 136)) + 4000 + 522_000 + 10_000
    end = before + APPLIED_NATIVE
    for gas_limit, expected in (
        (end - 5001, "OutOfNativeResourcesDuringValidation"),
        (end - 5000, None),
        (end - 1, None),
    ):
        if expected is None:
            with stops(executor, "AuthorizationOutOfNative"):
                run_block(executor, [needed(gas_limit)], pre, **prices)
        else:
            result = run_block(executor, [needed(gas_limit)], pre, **prices)
            assert result["transactions"][0]["error"] == expected
    outcome = run_block(executor, [needed(end)], pre, **prices)["transactions"][0]
    assert outcome["status"] == "reverted" and outcome["gas_used"] == end


def error(executor: Any, raw: str) -> str:
    outcome = decode(executor, bytes.fromhex(raw[2:]), CHAIN_ID)
    return "accepted" if isinstance(outcome, dict) else ERROR_NAMES[outcome]


def test_the_list_is_checked_when_it_is_decoded(executor: Any) -> None:
    good = authorization(FRESH, CODE)
    assert error(executor, delegating(good, good)) == "accepted"
    assert error(executor, delegating()) == "AuthListIsEmpty"
    assert error(executor, delegating(good, to=None)) == "InvalidStructure"
    wrong_chain = delegating(good, chain_id=CHAIN_ID + 1)
    assert error(executor, wrong_chain) == "InvalidChainId"
    for place, value in (
        (0, b"\0"), (0, bytes(33)), (1, b"\1" * 19), (1, b""), (2, b"\xff" * 9), (3, b"\1\0"),
        (3, b"\0"), (4, b"\0\1"), (5, b"\xff" * 33), (5, []),
    ):  # fmt: skip
        entry = [*good[:place], value, *good[place + 1 :]]
        assert error(executor, delegating(entry)) == "InvalidStructure", (place, value)
    for entry in (good[:5], [*good, b""], b"\1"):
        assert error(executor, delegating(entry)) == "InvalidStructure"
    parity = [*good[:3], b"\xff", *good[4:]]
    assert error(executor, delegating(parity)) == "accepted"
    raw = bytes.fromhex(delegating(good)[2:])
    assert ERROR_NAMES[decode_as_ethereum(executor, raw, CHAIN_ID)] == "InvalidEncoding"
    assert ETHER > 0 and rlp.decode(raw[1:])[-4] == [good]


def test_pubdata_that_survives_a_revert_wraps_where_native_is_short(executor: Any) -> None:
    """A quirk of the reference that is part of its output (resources 2.7)."""
    prices = {"base_fee": 1, "native_price": 1, "pubdata_price": 100}
    pre = funded(ALICE) | {OTHER: {"code": "0x5f5ffd"}}

    def outcome(gas_limit: int) -> dict[str, Any]:
        entry = authorization(FRESH, CODE)
        raw = delegating(entry, to=OTHER, max_fee=1, gas_limit=gas_limit)
        found: dict[str, Any] = run_block(executor, [raw], pre, **prices)["transactions"][0]
        assert found["status"] == "reverted"
        return found

    needed = outcome(3_000_000)["native_used"]
    enough, short = outcome(needed), outcome(needed - 1)
    assert (enough["gas_used"], enough["native_used"]) == (needed, needed)
    assert (short["gas_used"], short["native_used"]) == (46_000 + 4, 0)
