"""``make prove-demo``: from a block to the public input that its proof would show.

    python examples/prove_demo.py [BLOCK]

    1. the block: a block file, or 1,000 signed transfers of the production flavour
    2. forward run on x86-64: results, and the public input that follows from them
    3. proving run on x86-64: records the words that the proving program reads
    4. the RISC-V image on the machine, from these words alone: its public input

Exit status 0 if both public inputs are equal, 1 otherwise.
"""

import argparse
import sys
import time
from pathlib import Path
from typing import Any

import coincurve
import rlp
from Crypto.Hash import keccak

from zkos.cli.progress import build_progress, words_progress
from zkos.cli.tables import print_fields
from zkos.host.batch import Batch
from zkos.host.batch_run import ExecutorName, Runner
from zkos.host.block_file import load, parse
from zkos.host.errors import ZkosError
from zkos.host.executors.build_process import build_images
from zkos.host.executors.kernel_images import BuiltImage, KernelImage
from zkos.host.image_run import run_words
from zkos.host.result_json import data

TRANSFERS = 1_000
CHAIN_ID = 37
BASE_FEE = 1_000
SENDER = coincurve.PrivateKey.from_int(0x5EED)


def main() -> int:
    """Run the demo and give its exit status."""
    parser = argparse.ArgumentParser(description="Prove a block up to its public input.")
    parser.add_argument("block", type=Path, nargs="?", help="block file; default: transfers")
    path = parser.parse_args().block
    try:
        batch = parse(transfers(TRANSFERS)) if path is None else load(path)
        image = build(batch)
        return prove(batch, image)
    except ZkosError as error:
        print(f"prove-demo: {error.line}", file=sys.stderr)
        return error.exit_status


def build(batch: Batch) -> BuiltImage:
    """Build the images that the batch needs; give the one that is proved."""
    flavour = batch.flavour
    wanted = [KernelImage(proving, flavour, on_machine=False) for proving in (False, True)]
    with build_progress() as progress:
        return build_images([*wanted, KernelImage(True, flavour, on_machine=True)], progress)[-1]


def prove(batch: Batch, image: BuiltImage) -> int:
    """Run the batch, record its words, run the image from them."""
    recorded = Runner(ExecutorName.X86_64).run_proving(batch)
    words = recorded.words or ()
    outcomes = [block.outcome for block in recorded.ledger.blocks]
    print("Block, and the words that its proof is made from")
    print_fields(
        {
            "blocks": len(outcomes),
            "transactions": sum(len(outcome.transactions) for outcome in outcomes),
            "gas used": sum(outcome.block["gas_used"] for outcome in outcomes),
            "forward run, seconds": recorded.seconds["forward run"],
            "proving run on x86-64, seconds": recorded.seconds["proving run"],
            "words recorded": len(words),
            "image, bytes": image.size,
            "image, sha256": image.sha256,
        }
    )
    started = time.perf_counter()
    with words_progress(len(words)) as report:
        result = run_words(image.path.read_bytes(), words, report=report)
    seconds = time.perf_counter() - started
    expected = recorded.ledger.public_input or recorded.public_input
    assert expected is not None
    print("\nThe image on the machine, from these words alone")
    print_fields(
        {
            "loaded and run, seconds": seconds,
            "cycles": result.cycles,
            "MIPS": result.cycles / 1e6 / seconds,
            "blake2s rounds": result.delegations["blake2s"],
            "u256 operations": result.delegations["u256"],
            "words read": result.words_read,
            "public input": data(result.public_input),
            "public input, expected": data(expected),
            "equal": result.public_input == expected,
        }
    )
    return int(result.public_input != expected)


def transfers(count: int) -> dict[str, Any]:
    """Give a block file of transfers, each to an account that does not exist yet."""
    return {
        "chain_id": hex(CHAIN_ID),
        "block": {"base_fee": hex(BASE_FEE)},
        "pre": {address(SENDER): {"balance": hex(10**18)}},
        "transactions": [transfer(nonce) for nonce in range(count)],
    }


def transfer(nonce: int) -> str:
    """Sign the sender's next transaction (EIP-1559)."""
    to = keccak256(b"receiver %d" % nonce)[12:]
    unsigned = [CHAIN_ID, nonce, 0, BASE_FEE, 21_000, to, 1 + nonce, b"", []]
    signature = SENDER.sign_recoverable(keccak256(b"\x02" + rlp.encode(unsigned)), hasher=None)
    r, s = (int.from_bytes(signature[at : at + 32], "big") for at in (0, 32))
    return "0x02" + rlp.encode([*unsigned, signature[64], r, s]).hex()


def address(key: coincurve.PrivateKey) -> str:
    """Give the address of a key."""
    return "0x" + keccak256(key.public_key.format(compressed=False)[1:])[12:].hex()


def keccak256(content: bytes) -> bytes:
    """Hash bytes."""
    return keccak.new(digest_bits=256, data=content).digest()


if __name__ == "__main__":
    sys.exit(main())
