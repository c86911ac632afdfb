"""The node's methods; a namespace or purpose is one file, all of which this package loads."""

from zkos.host.node.methods import blocks, chain, debug, fees, logs, state, zkos
from zkos.host.node.methods.registry import METHODS, call_method

__all__ = ["METHODS", "call_method"]

_ALL = (blocks, chain, debug, fees, logs, state, zkos)
