"""Errors of JSON-RPC: the codes of its specification and of go-ethereum.

Source:  JSON-RPC 2.0, 5.1; go-ethereum rpc/errors.go, internal/ethapi/errors.go.
"""

from typing import Any

from zkos.host.errors import BlockFileError, ZkosError
from zkos.host.json_fields import shown

PARSE_ERROR = -32700
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
INTERNAL_ERROR = -32603
SERVER_ERROR = -32000
REVERTED = 3


class RpcError(Exception):
    """An answer that is an error."""

    def __init__(self, code: int, message: str, data: Any = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.data = data

    def json(self) -> dict[str, Any]:
        """Give the error object."""
        document: dict[str, Any] = {"code": self.code, "message": self.message}
        return document if self.data is None else document | {"data": self.data}


def invalid_params(message: str) -> RpcError:
    """Make the error for parameters that a method does not take."""
    return RpcError(INVALID_PARAMS, message)


def refused(message: str) -> RpcError:
    """Make the error for a request that is well formed and cannot be met."""
    return RpcError(SERVER_ERROR, message)


def method_not_found(name: str) -> RpcError:
    """Make the error for a method that is not there."""
    return RpcError(METHOD_NOT_FOUND, f"the method {shown(name)} does not exist/is not available")


def rpc_error(error: ZkosError) -> RpcError:
    """Say an error of the host in JSON-RPC's words."""
    if isinstance(error, BlockFileError):
        return invalid_params(error.line)
    return refused(error.line)
