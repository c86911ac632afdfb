"""Account records, stored code and account diffs: vectors of the state reference, 1.3, 1.4, 7.4."""

import hashlib

import pytest
from Crypto.Hash import keccak

from tests.kernel.system import script as s
from tests.support.oracle import FakeHost, connected_oracle
from zkos.kernel.system.io.storage.account_diff import (
    account_diff_length,
    account_diff_size,
    write_account_diff,
)
from zkos.kernel.system.io.storage.account_record import Account
from zkos.kernel.system.io.storage.bytecode import jump_map_length, write_stored_code
from zkos.lang import Slice, function, local, u8, u32

pytestmark = pytest.mark.all_executors

NO_EE = 0
WHO = 0x5151
CODE = bytes.fromhex("0123456789")
PLENTY = 2**63


def keccak256(data: bytes) -> bytes:
    return keccak.new(digest_bits=256, data=data).digest()


def record_after(executor, operations, data=b""):
    """The encoding of an account after operations, read through the kernel."""
    script = [
        (s.BEGIN,), *operations, (s.ACCOUNT_RECORD, NO_EE, WHO), (s.REPORT,)
    ]  # fmt: skip
    host = FakeHost()
    given = bytearray(data.ljust(124, b"\0"))
    flat = b"".join(n.to_bytes(32, "little") for op in script for n in [*op, *[0] * (8 - len(op))])
    out = bytearray(32 * s.OUTCOME * len(script))
    with connected_oracle(host):
        executor.call(s.run_script, bytearray(s.REGION_BYTES), True, bytearray(flat), given, out)
    return bytes(given), host


def test_deployed_contract_has_the_reference_encoding(executor):
    record, host = record_after(executor, [(s.DEPLOY_CODE, 0, WHO, 0, 5)], CODE)
    stored_hash = "35ebff051d4e1350c6204d34ba718990497dce4f49c750f5d277641f65091082"
    expected = (
        "0101010000000000" + "00" * 8 + "00" * 32 + stored_hash + "00000005" + "00000008"
        + "79fad56e6cf52d0c8c2c033d568fc36856ba2b556774960968d79274b0e6b944" + "00000005"
    )  # fmt: skip
    assert record.hex() == expected
    assert hashlib.blake2s(record).hexdigest() == (
        "18e2e6bd75fdf065f8ffa901de0baa0e5a3e901406e0eea4979cf54ecbe5bd6f"
    )
    published = [fields for name, fields in host.records if name == "preimage"]
    assert published == [{"hash": bytes.fromhex(stored_hash), "data": CODE + bytes(11)}]


def test_empty_code_is_a_real_deployment(executor):
    operations = [(s.DEPLOY_CODE, 0, WHO, 0, 0), (s.INCREMENT_NONCE, NO_EE, WHO)]
    record, _ = record_after(executor, operations)
    assert hashlib.blake2s(record).hexdigest() == (
        "aa0d92078a907742d2e485c73f25fc68bd0f985de82fb1d1d2ff8da6153c19eb"
    )


def test_delegated_account_has_the_reference_hashes(executor):
    operations = [
        (s.DELEGATE, 0, WHO, int("11" * 20, 16)), (s.INCREMENT_NONCE, NO_EE, WHO),
        (s.ADD_BALANCE, NO_EE, WHO, 0, 5),
    ]  # fmt: skip
    record, _ = record_after(executor, operations)
    assert hashlib.blake2s(record).hexdigest() == (
        "2b3a649c9e0c57bcf04663bddaa97fe15ae0a72f8ec312db0f5baaef8b3d2da8"
    )
    cleared, _ = record_after(executor, [*operations, (s.DELEGATE, 0, WHO, 0)])
    assert cleared == bytes(8) + (1).to_bytes(8, "big") + (5).to_bytes(32, "big") + bytes(76)


def test_force_deployment_hashes_the_stored_form_of_bare_code(executor):
    host = FakeHost()
    bare = hashlib.blake2s(CODE).digest()
    host.preimages[bare] = CODE
    shown = int.from_bytes(b"\x77" * 32, "big")
    script = [
        (s.BEGIN,), (s.RESOURCES, PLENTY, PLENTY), (s.READ_ACCOUNT, NO_EE, WHO),
        (s.FORCE_DEPLOY, NO_EE, WHO, int.from_bytes(bare, "big"), 5, shown), (s.PUBDATA,),
        (s.READ_ACCOUNT, NO_EE, WHO), (s.FETCH_CODE, NO_EE, WHO),
    ]  # fmt: skip
    with connected_oracle(host):
        outcomes = s.run(executor, script)
    assert [outcome[0] for outcome in outcomes] == [0] * 7
    assert outcomes[2][5] - outcomes[3][5] == 4000 + 1640 + 6 * 5 + 1140 + 500 + 1000
    assert outcomes[4][1] == 32 + 1 + 8 + 1 + 1 + 32 + 4 + 4
    assert outcomes[5][3] == shown
    assert outcomes[6][1] == int.from_bytes(keccak256(CODE), "big")


@pytest.mark.parametrize(
    ("code", "artifacts"),
    [
        ("", ""),
        ("0123456789", "00" * 8),
        ("5b605b5b", "0900000000000000"),
        ("5b7f" + "5b" * 32 + "00" * 30 + "5b", "0100000000000000" * 2),
        ("7f", "00" * 8),
    ],
)
def test_stored_code_is_code_padding_and_jump_map(executor, code, artifacts):
    code = bytes.fromhex(code)
    padded = code + bytes(-len(code) % 8)
    stored = bytearray(b"\xaa" * (len(padded) + executor.call(jump_map_length, len(code))))
    executor.call(write_stored_code, code, stored)
    assert stored == padded + bytes.fromhex(artifacts)


@function
def diff_of(
    before: Slice[u8], after: Slice[u8], hides: bool, code: Slice[u8], target: Slice[u8]
) -> u32:
    """Write the diff of two encoded records and give the length that is counted for it."""
    old = local(Account)
    new = local(Account)
    old.decode(before)
    new.decode(after)
    new.hides_bytecode = hides
    if write_account_diff(target, old, new, code) != account_diff_size(old, new):
        return u32(0)
    return account_diff_length(old, new)


def encoding(versioning=0, nonce=0, balance=0, code=b"", artifacts=0, hashes=True):
    padded = code + bytes(-len(code) % 8)
    blake = hashlib.blake2s(padded + bytes(artifacts)).digest() if code and hashes else bytes(32)
    shown = keccak256(code) if code and hashes else bytes(32)
    return (
        versioning.to_bytes(8, "big") + nonce.to_bytes(8, "big") + balance.to_bytes(32, "big")
        + blake + len(code).to_bytes(4, "big") + artifacts.to_bytes(4, "big") + shown
        + len(code).to_bytes(4, "big")
    )  # fmt: skip


DELEGATION = bytes.fromhex("ef0100" + "11" * 20)
V1 = 0x0100000000000000


@pytest.mark.parametrize(
    ("before", "after", "hides", "code", "expected"),
    [
        (encoding(nonce=12), encoding(nonce=22), False, b"", "0c090a"),
        (encoding(), encoding(balance=10**18), False, b"", "14410de0b6b3a7640000"),
        (
            encoding(nonce=5, balance=10**18),
            encoding(nonce=6, balance=10**18 - 21_000_000),
            False, b"", "1c09012201406f40",
        ),
        (
            encoding(balance=0xFF00000000FF),
            encoding(V1, balance=0xFF0000000000, code=bytes.fromhex("0102030405")),
            False, bytes.fromhex("0102030405000000"),
            "040100000000000000010aff0000000500000000" "0102030405000000" "00000005",
        ),
        (
            encoding(balance=0xFF00000000FF),
            encoding(V1, balance=0xFF0000000000, code=bytes.fromhex("0102030405")),
            True, b"",
            "240100000000000000010aff"
            "3bdae5063dc4a377672afb333b61c59f944e7875a5347b4262b350677deb76be00000005",
        ),
        (
            encoding(),
            encoding(0x0101010000000000, nonce=1, code=CODE, artifacts=8),
            False, CODE + bytes(11),
            "0401010100000000000901010000000500000008"
            "01234567890000000000000000000000" "00000005",
        ),
        (
            encoding(balance=5),
            encoding(0x0201010000000000, nonce=1, balance=5, code=DELEGATION),
            False, DELEGATION + b"\0",
            "040201010000000000090101" "0000001700000000" + "ef0100" + "11" * 20 + "00" "00000017",
        ),
        (
            encoding(0x0201010000000000, nonce=1, balance=5, code=DELEGATION),
            encoding(nonce=2, balance=5),
            False, b"", "0400000000000000000901" "01" "000000000000000000000000",
        ),
    ],
)  # fmt: skip
def test_account_diffs_of_the_reference(executor, before, after, hides, code, expected):
    expected = bytes.fromhex(expected.replace(" ", ""))
    target = bytearray(len(expected) + 16)
    counted = executor.call(diff_of, before, after, hides, code, target)
    assert bytes(target[: len(expected)]) == expected
    assert counted == len(expected) + (4 if hides else 0)
    assert target[len(expected) :] == bytes(16)
