"""``zkos node``: serve a chain by JSON-RPC."""

import asyncio
import json
import logging
import sys
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from zkos.cli.call import hex_bytes, quantity
from zkos.cli.options import load_batch
from zkos.cli.progress import build_progress
from zkos.host.batch import Batch, Flavour
from zkos.host.block_file import DEFAULT_CHAIN_ID
from zkos.host.errors import InputError, StateError
from zkos.host.executors.kernel_images import Extra, KernelImage, Progress, build_image
from zkos.host.node.chain import Chain, open_chain
from zkos.host.node.genesis import development_genesis
from zkos.host.node.node import Node
from zkos.host.node.settings import (
    BASE_FEE,
    CALL_GAS,
    GAS_LIMIT,
    NATIVE_PRICE,
    BlockSettings,
    NodeSettings,
)
from zkos.host.sequencer.block_builder import BASE_FEE_BITS, MAX_GAS_LIMIT

INSTANT = "instant"
SHORTEST, LONGEST = 0.01, 86_400.0
"""Seconds between blocks."""
ADDRESS = hex_bytes(20)


def block_time(text: str) -> float | None:
    """Read the time between blocks; None: a block as soon as there is a transaction."""
    if text == INSTANT:
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not SHORTEST <= seconds <= LONGEST:
        raise click.BadParameter(
            f'expected "{INSTANT}" or seconds from {SHORTEST} to {LONGEST:.0f}, got "{text}"'
        )
    return seconds


NODE_OPTIONS: tuple[Callable[..., Any], ...] = (
    click.option(
        "--state",
        type=click.Path(path_type=Path),
        metavar="DIRECTORY",
        required=True,
        help="State directory of the chain; a new one is made.",
    ),
    click.option(
        "--genesis",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Block file with the state that the chain begins with; "
        "default: ten funded accounts for development.",
    ),
    click.option(
        "--chain-id",
        type=quantity(64),
        metavar="ID",
        help=f"The chain's id; default: the genesis file's, or {DEFAULT_CHAIN_ID}.",
    ),
    click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on."),
    click.option(
        "--port",
        type=click.IntRange(0, 65535),
        default=8545,
        show_default=True,
        help="Port to listen on; 0 takes a free one.",
    ),
    click.option(
        "--block-time",
        type=block_time,
        default=INSTANT,
        show_default=True,
        metavar="SECONDS",
        help="Seal what waits every so many seconds, or each transaction at once.",
    ),
    click.option(
        "--gas-limit",
        type=click.IntRange(21_000, MAX_GAS_LIMIT),
        default=GAS_LIMIT,
        show_default=True,
        help="Gas limit of blocks.",
    ),
    click.option(
        "--base-fee",
        type=quantity(BASE_FEE_BITS),
        default=str(BASE_FEE),
        show_default=True,
        metavar="WEI",
        help="Base fee of blocks.",
    ),
    click.option(
        "--native-price",
        type=quantity(64),
        default=str(NATIVE_PRICE),
        show_default=True,
        metavar="WEI",
        help="Price of a native unit.",
    ),
    click.option(
        "--pubdata-price",
        type=quantity(64),
        default="0",
        show_default=True,
        metavar="WEI",
        help="Price of a byte of pubdata.",
    ),
    click.option(
        "--coinbase", type=ADDRESS, metavar="ADDRESS", help="Who gets the fees; default: address 0."
    ),
    click.option(
        "--call-gas",
        type=click.IntRange(21_000, 2**30),
        default=CALL_GAS,
        show_default=True,
        help="The most gas of eth_call and eth_estimateGas.",
    ),
    click.option("--json", "as_json", is_flag=True, help="Print the address and the log as JSON."),
)


def node_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of a node."""
    for option in reversed(NODE_OPTIONS):
        command = option(command)
    return command


@click.command("node", short_help="Serve a chain of one's own by JSON-RPC.")
@node_options
def node(state: Path, **options: Any) -> None:
    """Serve a chain by JSON-RPC until interrupted: a node of its own, with one sequencer.

    Its address is printed when it listens; the log goes to stderr.
    """
    if find_spec("aiohttp") is None:
        raise InputError("zkos node needs an HTTP server: pip install 'zkos[node]'")
    server = import_module("zkos.host.node.server")
    settings = _settings(options)
    _log_to_stderr(options["as_json"])
    with build_progress() as progress:
        chain = _open(state, options["genesis"], options["chain_id"], progress)
        try:
            for extra in (None, Extra.SIMULATION):
                image = KernelImage(False, Flavour.PRODUCTION, on_machine=False, extra=extra)
                build_image(image, progress)
        except BaseException:
            chain.close()
            raise

    def tell(url: str) -> None:
        head, chain_id = chain.head.number, chain.chain_id
        if options["as_json"]:
            print(json.dumps({"url": url, "chain_id": chain_id, "block": head}), flush=True)
        else:
            print(f"chain {chain_id} at block {head}: {url}", flush=True)

    async def serve() -> None:
        running = server.Server(Node(chain, settings), options["block_time"])
        await running.serve(options["host"], options["port"], tell)

    try:
        asyncio.run(serve())
    finally:
        chain.close()


def _settings(options: dict[str, Any]) -> NodeSettings:
    if options["native_price"] == 0:
        raise InputError("--native-price: expected more than 0, got 0: no transaction can run")
    block = BlockSettings(
        gas_limit=options["gas_limit"],
        base_fee=options["base_fee"],
        native_price=options["native_price"],
        pubdata_price=options["pubdata_price"],
        coinbase=int.from_bytes(options["coinbase"] or b"", "big"),
    )
    return NodeSettings(block, options["block_time"] is None, options["call_gas"])


def _open(state: Path, file: Path | None, chain_id: int | None, progress: Progress) -> Chain:
    genesis = _genesis(file, chain_id)
    chain = open_chain(state, genesis, must_match=file is not None, progress=progress)
    if chain_id is not None and chain.chain_id != chain_id:
        chain.close()
        raise StateError(f"{state} is of chain {chain.chain_id}, and --chain-id says {chain_id}")
    return chain


def _genesis(file: Path | None, chain_id: int | None) -> Batch:
    if file is None:
        return development_genesis(DEFAULT_CHAIN_ID if chain_id is None else chain_id)
    batch = load_batch(file)
    if batch.blocks[0].transactions or len(batch.blocks) > 1:
        raise InputError(f"{file}: expected a genesis, a block without transactions")
    if chain_id is not None and chain_id != batch.chain_id:
        raise InputError(f"{file} is of chain {batch.chain_id}, and --chain-id says {chain_id}")
    return batch


class _JsonLines(logging.Formatter):
    """Writes each record as a line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record."""
        document = {
            "time": record.created,
            "level": record.levelname.lower(),
            "message": record.getMessage(),
        }
        if record.exc_info:
            document["exception"] = self.formatException(record.exc_info)
        return json.dumps(document)


def _log_to_stderr(as_json: bool) -> None:
    handler = logging.StreamHandler(sys.stderr)
    text = logging.Formatter("%(asctime)s %(levelname)s %(message)s")
    handler.setFormatter(_JsonLines() if as_json else text)
    log = logging.getLogger("zkos.node")
    log.handlers = [handler]
    log.setLevel(logging.INFO)
    log.propagate = False
