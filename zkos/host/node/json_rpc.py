"""JSON-RPC 2.0: from the bytes of a request, single or batch, to the bytes of the answer.

A request without ``id`` is a notification: it is carried out and not answered. The requests of a
batch are carried out one after the other.

Source:  JSON-RPC 2.0; go-ethereum rpc (limits, parameters by position only).
Errors:  none: what is wrong with a request is its answer.
"""

import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from zkos.host.errors import ZkosError
from zkos.host.json_fields import check_nesting
from zkos.host.node.rpc_errors import (
    INTERNAL_ERROR,
    INVALID_REQUEST,
    PARSE_ERROR,
    RpcError,
    invalid_params,
    rpc_error,
)

MOST_REQUESTS = 1000
"""In a batch."""
LOG = logging.getLogger("zkos.node")
Call = Callable[[str, list[Any]], Awaitable[Any]]
"""Carries out a method with its parameters."""


async def answer(body: bytes, call: Call) -> bytes | None:
    """Answer a request; None where there is nothing to answer."""
    try:
        document = _parse(body)
    except RpcError as error:
        return _encode(_failure(None, error))
    if not isinstance(document, list):
        reply = await _answer_one(document, call)
        return None if reply is None else _encode(reply)
    if not 0 < len(document) <= MOST_REQUESTS:
        problem = f"expected a batch of 1 to {MOST_REQUESTS} requests, got {len(document)}"
        return _encode(_failure(None, RpcError(INVALID_REQUEST, problem)))
    replies = [await _answer_one(one, call) for one in document]
    given = [reply for reply in replies if reply is not None]
    return _encode(given) if given else None


def _parse(body: bytes) -> Any:
    try:
        text = body.decode("utf-8")
        check_nesting(text)
        return json.loads(text, parse_constant=_refuse_constant)
    except ValueError as error:  # also of the decoder, and of a number with too many digits
        raise RpcError(PARSE_ERROR, f"not JSON: {error}") from error


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


async def _answer_one(request: Any, call: Call) -> dict[str, Any] | None:
    identity = request.get("id") if isinstance(request, dict) else None
    if isinstance(identity, bool) or not isinstance(identity, str | int | float | None):
        identity = None
    try:
        name, parameters = _check(request)
        result = await call(name, parameters)
    except RpcError as error:
        reply = _failure(identity, error)
        if error.code == INVALID_REQUEST:
            return reply  # there is no knowing whether it was a notification
    except ZkosError as error:
        reply = _failure(identity, rpc_error(error))
    except Exception:
        LOG.exception("internal error")
        reply = _failure(identity, RpcError(INTERNAL_ERROR, "internal error; see the node's log"))
    else:
        reply = {"jsonrpc": "2.0", "id": identity, "result": result}
    return reply if "id" in request else None


def _check(request: Any) -> tuple[str, list[Any]]:
    """Give method and parameters of a request."""
    if not isinstance(request, dict):
        raise RpcError(INVALID_REQUEST, "expected an object as request")
    if request.get("jsonrpc") != "2.0":
        raise RpcError(INVALID_REQUEST, 'jsonrpc: expected "2.0"')
    identity = request.get("id")
    if isinstance(identity, bool) or not isinstance(identity, str | int | float | None):
        raise RpcError(INVALID_REQUEST, "id: expected a string, a number or null")
    name, parameters = request.get("method"), request.get("params")
    if not isinstance(name, str):
        raise RpcError(INVALID_REQUEST, "method: expected a string")
    if parameters is None:
        return name, []
    if not isinstance(parameters, list):
        raise invalid_params("params: expected an array, parameters by position")
    return name, parameters


def _failure(identity: Any, error: RpcError) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": identity, "error": error.json()}


def _encode(document: Any) -> bytes:
    return json.dumps(document, separators=(",", ":")).encode("ascii")
