"""Who and where the node is."""

import platform
from typing import Any

from zkos import __version__
from zkos.host.hashing import keccak256
from zkos.host.json_fields import Field
from zkos.host.node.methods.registry import method
from zkos.host.node.node import Node
from zkos.host.result_json import data


@method("web3_clientVersion")
def client_version(_: Node) -> str:
    """Say what this is."""
    return f"zkos/v{__version__}/{platform.system().lower()}/python{platform.python_version()}"


@method("web3_sha3")
def sha3(_: Node, content: Field) -> str:
    """Hash bytes by keccak256."""
    return data(keccak256(content.data()))


@method("net_version")
def net_version(node: Node) -> str:
    """Give the chain's id in decimal."""
    return str(node.chain.chain_id)


@method("eth_chainId")
def chain_id(node: Node) -> str:
    """Give the chain's id."""
    return hex(node.chain.chain_id)


@method("eth_blockNumber")
def block_number(node: Node) -> str:
    """Give the number of the latest block."""
    return hex(node.chain.head.number)


@method("eth_syncing")
def syncing(_: Node) -> bool:
    """Say that there is nobody to catch up with."""
    return False


@method("eth_accounts")
def accounts(_: Node) -> list[Any]:
    """Give no accounts: the node has no keys."""
    return []
