"""The methods of the node: one function each, in one file a purpose.

A function takes the node and a ``Field`` for each parameter; those with a default may be left out
or null.
"""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from zkos.host.json_fields import Field
from zkos.host.node.node import Node
from zkos.host.node.rpc_errors import invalid_params, method_not_found

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True)
class Method:
    """A method."""

    function: Callable[..., Any]
    names: Sequence[str]
    required: int

    def call(self, node: Node, given: Sequence[Any]) -> Any:
        """Carry it out with these parameters."""
        if len(given) > len(self.names):
            raise invalid_params(
                f"too many arguments, want at most {len(self.names)}, got {len(given)}"
            )
        fields = []
        for at, name in enumerate(self.names):
            value = given[at] if at < len(given) else None
            if value is None and at < self.required:
                raise invalid_params(f"missing value for required argument {at} ({name})")
            fields.append(None if value is None else Field(value, name))
        return self.function(node, *fields)


METHODS: dict[str, Method] = {}


def method(name: str) -> Callable[[Function], Function]:
    """Register a function under its name."""

    def register(function: Function) -> Function:
        parameters = list(inspect.signature(function).parameters.values())[1:]
        required = sum(one.default is inspect.Parameter.empty for one in parameters)
        METHODS[name] = Method(function, [one.name for one in parameters], required)
        return function

    return register


def call_method(node: Node, name: str, given: Sequence[Any]) -> Any:
    """Carry out a method by its name."""
    found = METHODS.get(name)
    if found is None:
        raise method_not_found(name)
    return found.call(node, given)
