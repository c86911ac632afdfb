"""The batches that are lied about: small, and together they ask every query of a proving run.

transfer        one transfer (examples/transfer.json)
mixed           calls of a contract that reads and writes slots of all kinds, a revert, a
                rejected transaction, a deployment, a delegation (EIP-7702)
ERC-20          transfers of a token to holders without a balance: cold and absent slots
from L1         an upgrade with a force deployment, a message to L1 by an L1 transaction
validium        the transfer under DA commitment scheme 1
ethereum        the ethereum flavour: PREVRANDAO and BLOBBASEFEE stored, a blob transaction, and one
                that is rejected
two blocks      a deployment and the token, then calls of what they left; in each block a
                rejected and an L1 transaction
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from Crypto.Hash import BLAKE2s, keccak

from tests.support.chain import (
    ALICE,
    BOB,
    CHAIN_ID,
    Signer,
    authorization,
    deployer,
    funded,
    keccak256,
    transaction,
)
from zkos.host import block_file
from zkos.host.batch import Batch

TRANSFER = Path(__file__).parents[2] / "examples" / "transfer.json"
EVE = Signer(0xE7E)
CONTRACT = "0x00000000000000000000000000000000000c0de0"
# Without calldata: slot 2 := slot 1, read slot 3 (absent), slot 4 := 9 (absent), STOP.
# With calldata: slot 5 := 1, REVERT.
CODE = bytes.fromhex("36601457600154600255600354506009600455005b600160055560006000fd")
ETHEREUM_CODE = bytes.fromhex("445f554a600155")
"""slot 0 := PREVRANDAO, slot 1 := BLOBBASEFEE."""
EXCESS_BLOB_GAS = 50_000_001
BLOB_FEE = 3_200_000
"""About e^(EXCESS_BLOB_GAS / 3338477): one blob gas more or less of the excess shows in it."""
TOKEN = "0x00000000000000000000000000000000000070e1"
# transfer(address,uint256): balances in a mapping at slot 0, a check, an event.
TOKEN_CODE = bytes.fromhex(
    "335f525f60205260405f20805460243581811160615790039055"
    "6004355f5260405f2080546024350190556024355f5260043533"
    "7fddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
    "60205fa360015f5260205ff35b5f5ffd"
)
CALL_TOKEN = bytes.fromhex("a9059cbb")
UPGRADER, CONTRACT_DEPLOYER, MESSENGER = (f"0x{at:040x}" for at in (0x800F, 0x8006, 0x8008))
SET_BYTECODE_DETAILS, SEND_TO_L1 = bytes.fromhex("f6eca0b0"), bytes.fromhex("62f84b24")
DEPLOYED_BY_FORCE = bytes.fromhex("5b600160005500")


def word(number: int) -> bytes:
    """Give 32 bytes."""
    return number.to_bytes(32, "big")


def document(transactions: list[Any], pre: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Give a block file with one block."""
    return {"chain_id": hex(CHAIN_ID), "pre": pre, "transactions": transactions, **more}


def transfer(**more: Any) -> dict[str, Any]:
    """One transfer."""
    return {**json.loads(TRANSFER.read_text()), **more}


def mixed() -> dict[str, Any]:
    """Every kind of L2 transaction."""
    pre: dict[str, Any] = funded(ALICE, BOB)
    pre[CONTRACT] = {
        "nonce": "0x1",
        "code": "0x" + CODE.hex(),
        "storage": {"0x01": "0x07", "0x02": "0x00"},
    }
    delegated = (authorization(EVE, CONTRACT),)
    transactions = [
        transaction(ALICE, nonce=0, to=CONTRACT, gas_limit=300_000),
        transaction(ALICE, nonce=1, to=CONTRACT, data=b"\1", gas_limit=300_000),
        transaction(BOB, nonce=7, value=1),
        transaction(BOB, nonce=0, to=None, data=deployer(bytes.fromhex("5b00")), gas_limit=300_000),
        transaction(BOB, 4, nonce=1, to=EVE.address, gas_limit=300_000, authorizations=delegated),
    ]
    return document(transactions, pre)


def balance_slot(holder: str) -> str:
    """Give the slot of a holder's balance of the token."""
    return "0x" + keccak256(word(int(holder, 16)) + word(0)).hex()


def send_token(signer: Signer, nonce: int, to: str, amount: int) -> str:
    """Give a transfer of the token."""
    data = CALL_TOKEN + word(int(to, 16)) + word(amount)
    return transaction(signer, nonce=nonce, to=TOKEN, data=data, gas_limit=200_000)


def token_holders() -> dict[str, Any]:
    """Give a state in which Alice has some of the token."""
    pre: dict[str, Any] = funded(ALICE, BOB)
    storage = {balance_slot(ALICE.address): "0x64"}
    pre[TOKEN] = {"nonce": "0x1", "code": "0x" + TOKEN_CODE.hex(), "storage": storage}
    return pre


def erc20() -> dict[str, Any]:
    """Transfers of a token."""
    transactions = [
        send_token(ALICE, 0, BOB.address, 40),
        send_token(ALICE, 1, EVE.address, 2),
        send_token(BOB, 0, EVE.address, 41),
    ]
    return document(transactions, token_holders())


def l1_transaction(kind: int, sender: str, to: str, data: bytes, value: int) -> dict[str, str]:
    """Give a transaction from L1 that pays nothing for gas."""
    return {
        "type": hex(kind), "from": sender, "to": to, "gas_limit": "0xf4240",
        "gas_per_pubdata_limit": "0x0", "max_fee_per_gas": "0x0", "value": hex(value),
        "total_deposited": hex(value), "refund_recipient": BOB.address, "data": "0x" + data.hex(),
    }  # fmt: skip


def from_l1() -> dict[str, Any]:
    """An upgrade transaction and one that sends a message back."""
    code_hash = BLAKE2s.new(digest_bits=256, data=DEPLOYED_BY_FORCE).digest()
    details = SET_BYTECODE_DETAILS + b"".join((
        word(0xF0CE), code_hash, word(len(DEPLOYED_BY_FORCE)),
        keccak.new(digest_bits=256, data=DEPLOYED_BY_FORCE).digest(),
    ))  # fmt: skip
    message = SEND_TO_L1 + word(32) + word(5) + b"hello".ljust(32, b"\0")
    transactions = [
        l1_transaction(0x7E, UPGRADER, CONTRACT_DEPLOYER, details, 0),
        l1_transaction(0x7F, ALICE.address, MESSENGER, message, 0),
        l1_transaction(0x7F, EVE.address, BOB.address, b"", 100),
    ]
    return document(transactions, funded(ALICE, BOB), preimages=["0x" + DEPLOYED_BY_FORCE.hex()])


def ethereum() -> dict[str, Any]:
    """A block of the ethereum flavour."""
    pre: dict[str, Any] = funded(ALICE, BOB)
    pre[CONTRACT] = {"nonce": "0x1", "code": "0x" + ETHEREUM_CODE.hex()}
    transactions = [
        transaction(ALICE, to=CONTRACT, gas_limit=300_000),
        transaction(BOB, nonce=9),
        transaction(BOB, 3, blob_hashes=(b"\1" + bytes(31),), max_blob_fee=2 * BLOB_FEE),
    ]
    block = {"excess_blob_gas": hex(EXCESS_BLOB_GAS), "parent_beacon_block_root": "0x77"}
    return document(transactions, pre, flavour="ethereum", block=block)


def two_blocks() -> dict[str, Any]:
    """Two blocks, the second on the state that the first left."""
    first = [
        transaction(BOB, nonce=0, to=None, data=deployer(bytes.fromhex("5b00")), gas_limit=300_000),
        send_token(ALICE, 0, BOB.address, 40),
        transaction(ALICE, nonce=9),
        l1_transaction(0x7F, EVE.address, EVE.address, b"", 5),
    ]
    second = [
        send_token(BOB, 1, ALICE.address, 40),
        transaction(ALICE, nonce=9),
        l1_transaction(0x7F, EVE.address, TOKEN, b"", 5),
    ]
    return {
        "chain_id": hex(CHAIN_ID),
        "blocks": [
            {"block": {"timestamp": "0x2a"}, "pre": token_holders(), "transactions": first},
            {"block": {"timestamp": "0x2b"}, "transactions": second},
        ],
    }


DOCUMENTS: dict[str, Callable[[], dict[str, Any]]] = {
    "transfer": transfer,
    "mixed": mixed,
    "ERC-20": erc20,
    "from L1": from_l1,
    "validium": lambda: transfer(da_commitment_scheme=1),
    "blobs": lambda: transfer(da_commitment_scheme=4),
    "ethereum": ethereum,
    "two blocks": two_blocks,
}


def batch(name: str) -> Batch:
    """Give the batch of that name."""
    return block_file.parse(DOCUMENTS[name]())
