"""The node's HTTP server.

The event loop reads requests and writes answers; methods run one after the other in one thread, so
that a request waits while a block is built, and never sees half of one. Methods that look at what
is in memory only are carried out at once.

Docs:    docs/node.md.
Units:   seconds, bytes.
Errors:  InputError for an address that cannot be listened on.
"""

import asyncio
import contextlib
import logging
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from aiohttp import web

from zkos.host.errors import InputError
from zkos.host.node.json_rpc import answer
from zkos.host.node.methods import call_method
from zkos.host.node.node import Node

MOST_BODY_BYTES = 5 * 1024 * 1024
CONTENT_TYPES = ("application/json", "application/json-rpc", "application/jsonrequest")
"""As go-ethereum has it: a page of another origin cannot send them without asking first."""
AT_ONCE = frozenset(
    (
        *("web3_clientVersion", "net_version", "eth_chainId", "eth_blockNumber", "eth_syncing"),
        *("eth_accounts", "eth_gasPrice", "eth_maxPriorityFeePerGas"),
    )
)
"""Methods that neither run anything nor read the database."""
LOG = logging.getLogger("zkos.node")


class Server:
    """Serves a node until it is told to stop."""

    def __init__(self, node: Node, block_time: float | None) -> None:
        """Seal every so many seconds; None leaves sealing to the node."""
        self._node = node
        self._block_time = block_time
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="zkos-node")
        self._stopped = asyncio.Event()

    async def serve(self, host: str, port: int, on_listening: Callable[[str], None]) -> None:
        """Serve until SIGINT or SIGTERM; port 0 takes a free one."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._stopped.set)
        application = web.Application(client_max_size=MOST_BODY_BYTES)
        application.router.add_post("/", self._answer)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=5)
        await runner.setup()
        sealing: asyncio.Task[None] | None = None
        try:
            try:
                await web.TCPSite(runner, host, port).start()
            except (OSError, OverflowError) as error:
                raise InputError(f"cannot listen on {host}:{port}: {error}") from error
            found_host, found_port = runner.addresses[0][:2]
            shown = f"[{found_host}]" if ":" in found_host else found_host
            on_listening(f"http://{shown}:{found_port}")
            if self._block_time is not None:
                sealing = asyncio.create_task(self._seal_regularly(self._block_time))
            await self._stopped.wait()
        finally:
            if sealing is not None:
                sealing.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await sealing
            await runner.cleanup()
            self._worker.shutdown()  # what runs ends first

    async def _answer(self, request: web.Request) -> web.Response:
        if request.content_type not in CONTENT_TYPES:
            expected = f"expected the content type {CONTENT_TYPES[0]}, got {request.content_type}"
            return web.Response(status=415, text=expected)
        reply = await answer(await request.read(), self._call)
        if reply is None:
            return web.Response(status=204)
        return web.Response(body=reply, content_type="application/json")

    async def _call(self, name: str, parameters: list[Any]) -> Any:
        if name in AT_ONCE:
            return call_method(self._node, name, parameters)
        return await self._run(call_method, self._node, name, parameters)

    async def _run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._worker, function, *arguments)

    async def _seal_regularly(self, seconds: float) -> None:
        while True:
            await asyncio.sleep(seconds)
            try:
                await self._run(self._node.seal)
            except Exception:
                LOG.exception("no block was sealed; the next try is in %s s", seconds)
