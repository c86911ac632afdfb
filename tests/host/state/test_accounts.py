"""Account records and stored code: the reference's values (state-and-commitments.md, 1)."""

import pytest

from zkos.host.hashing import blake2s256
from zkos.host.state.accounts import AccountRecord, jump_map, make_account


@pytest.mark.parametrize(
    ("code", "stored", "digest"),
    [
        (
            "0123456789",
            "01234567890000000000000000000000",
            "35ebff051d4e1350c6204d34ba718990497dce4f49c750f5d277641f65091082",
        ),
        (
            "5b605b5b",
            "5b605b5b000000000900000000000000",
            "05d002684bc1c60f494c97bc7299a7d7e45240a1b30ec26423b4ab1021549636",
        ),
        (
            "5b7f" + "5b" * 32 + "00" * 30 + "5b",
            "5b7f" + "5b" * 32 + "00" * 30 + "5b" + "00" * 7 + "01" + "00" * 7 + "01" + "00" * 7,
            "04c36ec5b77e671bfbbe4545af8214677510c9a19c1ff72ad7ce0783e57219a2",
        ),
    ],
)
def test_stored_code_is_padded_code_and_its_jump_map(code, stored, digest):
    record, full_code = make_account(0, 0, bytes.fromhex(code), may_delegate=True)
    assert full_code.hex() == stored
    assert record.bytecode_hash.hex() == digest


@pytest.mark.parametrize(
    ("nonce", "balance", "code", "digest"),
    [
        (0, 0, "", "7a2b5e8d3961f5c992b2fa0ad45881ac0873fd0dced3c4b9085b02879c8a02b2"),
        (7, 10**18, "", "3bdef29fcf8f8fb5eab1b7144f2c108ea0736c720f7934d54a7dd1e1970527da"),
        (0, 0, "0123456789", "18e2e6bd75fdf065f8ffa901de0baa0e5a3e901406e0eea4979cf54ecbe5bd6f"),
        (
            1,
            5,
            "ef0100" + "11" * 20,
            "2b3a649c9e0c57bcf04663bddaa97fe15ae0a72f8ec312db0f5baaef8b3d2da8",
        ),
    ],
)
def test_records_hash_as_in_the_reference(nonce, balance, code, digest):
    record, _ = make_account(nonce, balance, bytes.fromhex(code), may_delegate=True)
    assert blake2s256(record.encode()).hex() == digest
    assert AccountRecord.decode(record.encode()) == record


def test_a_record_of_another_length_is_refused():
    with pytest.raises(ValueError, match="124 bytes, got 3"):
        AccountRecord.decode(b"abc")


def test_push_data_at_the_end_of_the_code_is_skipped():
    assert jump_map(bytes.fromhex("5b7f5b5b")) == bytes([1, 0, 0, 0, 0, 0, 0, 0])
