"""Every price is that of the reference, and is paid: a block shows when it changes.

The figures are written here from resources.md 2 to 4 and the EIPs that it names. For the second
part the kernel's source runs under CPython with one price changed in every module that uses it;
the block of the row must then end with other totals, or stop.
"""

import ast
import importlib
import pkgutil
import re
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import zkos.kernel
from tests.kernel.bootloader.price_table import ELSEWHERE, PRICES, Price
from tests.kernel.bootloader.priced_blocks import BLOCKS
from zkos.host import block_file
from zkos.host.batch_run import ExecutorName, Mode, Runner
from zkos.host.errors import RunError
from zkos.host.result_json import batch_json

IS_PRICE = re.compile(r"[A-Z0-9_]*(GAS|NATIVE|PUBDATA_BYTES|NATIVE_PRICE|PER_GAS|QUOTIENT)")
ALSO = {"MAX_INITCODE_BYTES", "MAX_NATIVE_COMPUTATIONAL"}
TOTALS = (
    "status", "error", "gas_used", "gas_refunded", "native_used", "computational_native_used",
    "pubdata_bytes",
)  # fmt: skip


@cache
def kernel_modules() -> dict[str, ModuleType]:
    """Give every module of the kernel by its name."""
    found = pkgutil.walk_packages(zkos.kernel.__path__, "zkos.kernel.")
    return {one.name: importlib.import_module(one.name) for one in found}


def source_of(module: ModuleType) -> str:
    """Give a module's source."""
    return Path(str(module.__file__)).read_text(encoding="utf-8")


@cache
def importers() -> dict[tuple[str, str], list[str]]:
    """Give for each (module, name) the modules that import the name from there."""
    users: dict[tuple[str, str], list[str]] = {}
    for name, module in kernel_modules().items():
        for node in ast.walk(ast.parse(source_of(module))):
            if isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    users.setdefault((str(node.module), alias.name), []).append(name)
    return users


def defined_in(module: ModuleType) -> set[str]:
    """Name the constants that a module defines itself."""
    tree = ast.parse(source_of(module))
    return {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name) and type(vars(module)[target.id]) is int
    }


def test_the_table_has_every_price_of_the_kernel() -> None:
    found = {
        (name.removeprefix("zkos.kernel."), constant)
        for name, module in kernel_modules().items()
        for constant in defined_in(module)
        if IS_PRICE.fullmatch(constant) or constant in ALSO
    }
    listed = {(price.module, price.name) for price in PRICES}
    assert found == listed | set(ELSEWHERE)
    assert not listed & set(ELSEWHERE)


@pytest.mark.parametrize("price", PRICES, ids=str)
def test_the_price_is_that_of_the_reference(price: Price) -> None:
    module = kernel_modules()[f"zkos.kernel.{price.module}"]
    assert vars(module)[price.name] == price.figure


def totals(name: str, executor: ExecutorName) -> list[tuple[Any, ...]]:
    """Run a block; give what its transactions cost."""
    batch = block_file.parse(BLOCKS[name]())
    result = batch_json(Runner(executor).run(batch, Mode.FORWARD))
    return [tuple(one[field] for field in TOTALS) for one in result["transactions"]]


@cache
def true_totals(name: str) -> list[tuple[Any, ...]]:
    """Give the totals of a block with the kernel as it is."""
    return totals(name, ExecutorName.X86_64)


@pytest.mark.executors("python")
@pytest.mark.parametrize("price", PRICES, ids=str)
def test_a_changed_price_shows(
    executor: Any, price: Price, monkeypatch: pytest.MonkeyPatch
) -> None:
    # before the change: an image that is built with it would stay in the compiler's cache
    expected = true_totals(price.block)
    home = f"zkos.kernel.{price.module}"
    for name in [home, *importers().get((home, price.name), [])]:
        monkeypatch.setattr(kernel_modules()[name], price.name, price.figure + price.change)
    try:
        changed = totals(price.block, ExecutorName.PYTHON)
    except RunError:
        return
    assert changed != expected
