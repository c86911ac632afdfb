"""Blocks in tests: accounts that sign, contracts from a few opcodes, one call to run a block.

``run_block`` takes the block file's shape (docs/block-file.md) as a dict and gives the result JSON
of ``zkos run``. The expected figures of a test come from elsewhere: published vectors, the price
tables, or another implementation.
"""

from dataclasses import dataclass
from typing import Any

import coincurve
import pytest
import rlp
from Crypto.Hash import keccak

from zkos.host import block_file
from zkos.host.batch_run import ExecutorName, Mode, Runner
from zkos.host.errors import RunError
from zkos.host.result_json import batch_json

CHAIN_ID = 37
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
ETHER = 10**18


def keccak256(data: bytes) -> bytes:
    """Hash with an independent implementation."""
    return bytes(keccak.new(digest_bits=256, data=data).digest())


def integer(number: int) -> bytes:
    """Give a number as RLP wants it."""
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


@dataclass(frozen=True)
class Signer:
    """An account whose key the test has."""

    secret: int

    @property
    def address(self) -> str:
        """The account's address."""
        key = coincurve.PrivateKey.from_int(self.secret).public_key.format(compressed=False)
        return "0x" + keccak256(key[1:])[12:].hex()

    def sign(self, digest: bytes) -> tuple[int, int, int]:
        """Give r, s and the parity."""
        key = coincurve.PrivateKey.from_int(self.secret)
        signature = key.sign_recoverable(digest, hasher=None)
        r, s = (int.from_bytes(signature[at : at + 32], "big") for at in (0, 32))
        return r, s, signature[64]


ALICE = Signer(0xA11CE)
BOB = Signer(0xB0B)


def authorization(
    signer: Signer, delegate: str, nonce: int = 0, chain_id: int = 0, **changes: int
) -> list[Any]:
    """Sign an EIP-7702 authorization; ``changes`` replace y_parity, r or s."""
    unsigned = [integer(chain_id), bytes.fromhex(delegate[2:]), integer(nonce)]
    r, s, y_parity = signer.sign(keccak256(b"\x05" + rlp.encode(unsigned)))
    signature = {"y_parity": y_parity, "r": r, "s": s} | changes
    return [*unsigned, *(integer(number) for number in signature.values())]


def transaction(signer: Signer = ALICE, kind: int = 2, **changes: Any) -> str:
    """Sign a transaction of type 0 to 4; ``to`` None deploys, ``malleable`` takes the high s.

    Type 0 is signed with the chain id unless ``protected`` is False.
    """
    fields: dict[str, Any] = {
        "nonce": 0, "max_fee": 1000, "priority_fee": 0, "gas_limit": 100_000, "to": BOB.address,
        "value": 0, "data": b"", "access_list": (), "chain_id": CHAIN_ID, "protected": True,
        "malleable": False, "authorizations": (), "max_blob_fee": 1, "blob_hashes": (),
    }  # fmt: skip
    unknown = set(changes) - set(fields)
    assert not unknown, unknown
    fields |= changes
    to = b"" if fields["to"] is None else bytes.fromhex(fields["to"][2:])
    payment = [integer(fields["gas_limit"]), to, integer(fields["value"]), fields["data"]]
    nonce, chain_id = integer(fields["nonce"]), integer(fields["chain_id"])
    fees = [integer(fields["max_fee"])]
    if kind == 0:
        unsigned = [nonce, *fees, *payment]
        tail = [chain_id, b"", b""] if fields["protected"] else []
        r, s, parity = signer.sign(keccak256(rlp.encode([*unsigned, *tail])))
        v = parity + (35 + 2 * fields["chain_id"] if fields["protected"] else 27)
        return "0x" + rlp.encode([*unsigned, integer(v), integer(r), integer(s)]).hex()
    if kind in (2, 3, 4):
        fees = [integer(fields["priority_fee"]), *fees]
    access_list = [
        [bytes.fromhex(address[2:]), [key.to_bytes(32, "big") for key in keys]]
        for address, keys in fields["access_list"]
    ]
    unsigned = [chain_id, nonce, *fees, *payment, access_list]
    if kind == 3:
        unsigned += [integer(fields["max_blob_fee"]), list(fields["blob_hashes"])]
    if kind == 4:
        unsigned.append(list(fields["authorizations"]))
    r, s, parity = signer.sign(keccak256(bytes([kind]) + rlp.encode(unsigned)))
    if fields["malleable"]:
        s, parity = ORDER - s, 1 - parity
    signed = [*unsigned, integer(parity), integer(r), integer(s)]
    return "0x" + (bytes([kind]) + rlp.encode(signed)).hex()


def funded(*signers: Signer, balance: int = ETHER) -> dict[str, Any]:
    """Give the state in which these accounts have so much."""
    return {signer.address: {"balance": hex(balance)} for signer in signers}


def deployer(code: bytes) -> bytes:
    """Give initcode that deploys ``code``: PUSH2 n DUP1 PUSH1 0a PUSH0 CODECOPY PUSH0 RETURN."""
    return bytes.fromhex(f"61{len(code):04x}80600a5f395ff3") + code


def stops(executor: Any, error: str) -> Any:
    """Expect the run to stop with this internal error; on the machine it is a trap without name."""
    return pytest.raises(RunError, match="aborted" if executor.name == "riscv" else error)


def run_block(
    executor: Any,
    transactions: list[Any],
    pre: dict[str, Any],
    *,
    mode: Mode = Mode.FORWARD,
    flavour: str = "production",
    **block: Any,
) -> dict[str, Any]:
    """Run a block on the executor of a test, and give its result."""
    document = {
        "chain_id": hex(CHAIN_ID),
        "flavour": flavour,
        "block": {name: hex(value) if isinstance(value, int) else value
                  for name, value in block.items()},
        "pre": pre,
        "transactions": transactions,
    }  # fmt: skip
    batch = block_file.parse(document)
    return batch_json(Runner(ExecutorName(executor.name)).run(batch, mode))
