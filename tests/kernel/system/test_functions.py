"""Prices of system functions, by the table of the resources reference, 3.5."""

import pytest
from Crypto.Hash import keccak

from zkos.kernel.resources import Resources
from zkos.kernel.system.functions import (
    charge_ecrecover,
    charge_identity,
    charge_ripemd160,
    charge_sha256,
    keccak256_charged,
)
from zkos.lang import Slice, Status, check, function, local, u8, u64, u256

PLENTY = 10**12
OUT_OF_ERGS, OUT_OF_NATIVE = 0x101, 0x200


@function
def price(which: u8, length: u64, charges_gas: bool, left: Slice[u64]) -> Status:
    """Charge one of the functions."""
    resources = local(Resources)
    resources.set(left[0], left[1])
    status = Status(0)
    if which == 0:
        status = charge_sha256(resources, length)
    elif which == 1:
        status = charge_ripemd160(resources, length)
    elif which == 2:
        status = charge_identity(resources, length)
    else:
        status = charge_ecrecover(resources, charges_gas)
    left[0] = resources.ergs
    left[1] = resources.native
    return status


@function
def hash_charged(data: Slice[u8], charges_gas: bool, left: Slice[u64], out: Slice[u256]) -> Status:
    """Hash with keccak256 and pay."""
    resources = local(Resources)
    resources.set(left[0], left[1])
    status, digest = keccak256_charged(resources, data, charges_gas)
    left[0] = resources.ergs
    left[1] = resources.native
    check(status)
    out[0] = digest
    return status


def rounds(length):
    return length // 64 + (1 if length % 64 <= 55 else 2)


@pytest.mark.parametrize("length", [0, 1, 31, 32, 33, 55, 56, 63, 64, 119, 120, 1000, 2**20])
def test_hash_precompiles(executor, length):
    words = -(-length // 32)
    hashing = 1600 + 4200 * rounds(length)
    prices = {
        0: (60 + 12 * words, hashing),
        1: (600 + 120 * words, hashing),
        2: (15 + 3 * words, 20 + 10 * length),
    }
    for which, price_of_it in prices.items():
        left = [PLENTY * 256, PLENTY]
        assert executor.call(price, which, length, True, left) == 0
        assert (PLENTY - left[0] // 256, PLENTY - left[1]) == price_of_it


def test_ecrecover_is_charged_with_and_without_gas(executor):
    for charges_gas, gas in ((True, 3000), (False, 0)):
        left = [PLENTY * 256, PLENTY]
        assert executor.call(price, 3, 0, charges_gas, left) == 0
        assert (PLENTY - left[0] // 256, PLENTY - left[1]) == (gas, 522000)


@pytest.mark.parametrize("length", [0, 1, 135, 136, 137, 272, 300])
def test_keccak256(executor, length):
    data = bytes(range(256)) * 2
    left, out = [PLENTY * 256, PLENTY], bytearray(32)
    assert executor.call(hash_charged, data[:length], True, left, out) == 0
    digest = keccak.new(digest_bits=256, data=data[:length]).digest()
    assert bytes(out)[::-1] == digest
    native = 2500 + 17500 * max(1, -(-length // 136))
    assert (PLENTY - left[0] // 256, PLENTY - left[1]) == (30 + 6 * -(-length // 32), native)


def test_too_little_of_either_is_an_error_before_the_work(executor):
    out = bytearray(32)
    assert executor.call(hash_charged, b"abc", True, [35 * 256, PLENTY], out) == OUT_OF_ERGS
    assert executor.call(hash_charged, b"abc", True, [PLENTY, 19999], out) == OUT_OF_NATIVE
    assert executor.call(hash_charged, b"abc", False, [0, 20000], out) == 0
