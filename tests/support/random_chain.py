"""A chain of random blocks on a state directory, each run and committed."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.integration.random_blocks import Generator
from tests.support.chain import CHAIN_ID, keccak256
from zkos.host import block_file
from zkos.host.batch import Batch
from zkos.host.batch_run import Runner
from zkos.host.ledger import SettledBlock
from zkos.host.state.database import StateDatabase
from zkos.host.state_run import create_database

FORCED_CODE = bytes.fromhex("3661000657005b615b5b60005260206000f3")
"""What an upgrade deploys; its hash is all that pubdata has of it."""
UPGRADE = {
    "type": "0x7e",
    "from": f"0x{0x800F:040x}",
    "to": f"0x{0x8006:040x}",
    "gas_limit": hex(200_000),
    "gas_per_pubdata_limit": "0x0",
    "max_fee_per_gas": "0x0",
    "total_deposited": "0x0",
    "refund_recipient": f"0x{0x800F:040x}",
    "data": "0xf6eca0b0"
    + ("0a" * 20).rjust(64, "0")
    + hashlib.blake2s(FORCED_CODE).hexdigest()
    + len(FORCED_CODE).to_bytes(32, "big").hex()
    + keccak256(FORCED_CODE).hex(),
}
"""``setBytecodeDetailsEVM`` for the address 0a..0a, from the complex upgrader."""


class RandomChain:
    """The genesis, and the blocks as they are run; ``seed`` decides everything."""

    def __init__(self, directory: Path, seed: int) -> None:
        self._generator = Generator(seed)
        document = {
            "chain_id": hex(CHAIN_ID),
            "pre": self._generator.state(),
            "preimages": ["0x" + FORCED_CODE.hex()],
            "block": {"number": "0x1", "timestamp": "0x64"},
        }
        self.genesis: Batch = block_file.parse(document)
        self.database: StateDatabase = create_database(directory, self.genesis)

    def run(self, count: int, *, upgrade_at: int | None = None) -> Iterator[SettledBlock]:
        """Run and commit blocks, giving each; the block ``upgrade_at`` begins with an upgrade."""
        for at in range(count):
            batch = block_file.parse(self._document(at == upgrade_at), self.database.position)
            runner = Runner(open_state=lambda _: self.database.attempt())
            (settled,) = runner.run_forward(batch).ledger.blocks
            changes = settled.outcome.changes
            position = self.database.position.after(changes.block_hash, settled.block.timestamp)
            self.database.commit(position, changes.writes, changes.preimages)
            self._read_nonces()
            yield settled

    def _read_nonces(self) -> None:
        """Tell the generator what the accounts' nonces are: it counts rejected transactions too."""
        with self.database.state() as state:
            for signer in self._generator.nonces:
                account = state.account(int(signer.address, 16))
                self._generator.nonces[signer] = 0 if account is None else account.nonce

    def _document(self, is_upgrade: bool) -> dict[str, Any]:
        """Give a random block without a state of its own, which continues the chain."""
        document = self._generator.block()
        context = {
            name: value
            for name, value in document["block"].items()
            if name not in ("number", "block_hashes")
        }
        context["timestamp"] = hex(self.database.position.timestamp + 1)
        upgrades = [UPGRADE] if is_upgrade else []
        return {
            "chain_id": hex(CHAIN_ID),
            "block": context,
            "transactions": upgrades + document["transactions"],
        }
