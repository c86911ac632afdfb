"""Recovery of signers in both modes, and what it may cost the machine."""

import pytest
from Crypto.Hash import keccak

from tests.kernel.crypto.test_secp256k1 import signatures
from tests.support.executors import Executor
from tests.support.signature_advice import advised
from zkos.kernel.system.signer import recover_signer

PROVING_LIMIT = 120_000
"""Effective cycles of an advised recovery with the hash of the key; v0.2.5 needs 470,000."""


def address_of(key: tuple[int, int]) -> int:
    encoded = key[0].to_bytes(32, "big") + key[1].to_bytes(32, "big")
    return int.from_bytes(keccak.new(digest_bits=256, data=encoded).digest()[12:], "big")


@pytest.mark.all_executors
@pytest.mark.parametrize("proving", (False, True))
def test_the_signer_is_found_in_both_modes(executor: Executor, proving: bool) -> None:
    executor.program([recover_signer], proving=proving)
    with advised():
        for signature, key in signatures(20 if executor.name == "x86_64" else 2, 21):
            assert executor.call(recover_signer, *signature) == (True, address_of(key))
        assert executor.call(recover_signer, 1, 5, 1, False) == (False, 0)


@pytest.mark.executors("riscv")
@pytest.mark.all_executors
def test_a_proving_run_pays_a_fourth_of_the_reference(executor: Executor) -> None:
    executor.program([recover_signer], proving=True)
    with advised():
        for signature, _ in signatures(3, 22):
            executor.call(recover_signer, *signature)
            assert executor.cycles + 4 * executor.delegations["u256"] < PROVING_LIMIT
