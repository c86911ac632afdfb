"""``zkos recover``: rebuild a chain's state from its genesis and pubdata."""

import json
from pathlib import Path
from typing import Any

import click

from zkos.cli.options import block_argument, json_option, load_batch
from zkos.cli.tables import print_fields
from zkos.host.pubdata.files import read_pubdata
from zkos.host.pubdata.recover import known_codes
from zkos.host.pubdata.recover_chain import recover_chain
from zkos.host.result_json import data


@click.command(short_help="Rebuild a chain's state from pubdata.")
@block_argument
@click.argument("pubdata", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option(
    "--state",
    type=click.Path(path_type=Path),
    help="Make this state directory out of what is recovered.",
)
@json_option
def recover(block: Path, pubdata: tuple[Path, ...], state: Path | None, as_json: bool) -> None:
    """Rebuild the state from that of the block file BLOCK and the pubdata of all blocks since.

    PUBDATA is pubdata, joined or in several files in order: bytes, 0x-hex, or results of
    ``zkos run --json``.
    """
    batch = load_batch(block)
    blocks = [one for path in pubdata for one in read_pubdata(path)]
    recovered = recover_chain(batch, blocks, known_codes(batch.initial_state.preimages), state)
    document: dict[str, Any] = {
        "blocks": len(blocks),
        "block_number": recovered.number,
        "block_hash": data(recovered.block_hashes[0].to_bytes(32, "big")),
        "timestamp": recovered.timestamp,
        "state_root": data(recovered.root),
        "next_free_slot": recovered.next_free_slot,
        "state_commitment": data(recovered.commitment()),
    }
    if as_json:
        print(json.dumps(document, indent=2))
    else:
        print_fields({name.replace("_", " "): value for name, value in document.items()})
