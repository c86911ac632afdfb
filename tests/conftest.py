"""Options and fixtures of all tests.

``--executor=python|x86_64|riscv|all`` chooses where the ``executor`` fixture runs functions; the
default is python and x86_64, and all three for tests marked ``all_executors``.
"""

import pytest

from tests.support.executors import Executor, available, get_executor

CHOICES = ("python", "x86_64", "riscv", "all")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --executor and --full."""
    parser.addoption(
        "--executor",
        action="append",
        choices=CHOICES,
        help="where functions under test run (may be repeated; default: python and x86_64)",
    )
    parser.addoption("--full", action="store_true", help="run long tests at their full length")


def pytest_configure(config: pytest.Config) -> None:
    """Declare the markers."""
    config.addinivalue_line("markers", "all_executors: runs on all three executors by default")
    config.addinivalue_line("markers", "executors(*names): runs on these executors only")


def _chosen(metafunc: pytest.Metafunc) -> list[str]:
    chosen = metafunc.config.getoption("--executor")
    marker = metafunc.definition.get_closest_marker("all_executors")
    if chosen is None:
        chosen = ["all"] if marker else ["python", "x86_64"]
    names = [name for name in available() if name in chosen or "all" in chosen]
    only = metafunc.definition.get_closest_marker("executors")
    return [name for name in names if only is None or name in only.args]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test that takes ``executor`` once per chosen executor."""
    if "executor" in metafunc.fixturenames:
        metafunc.parametrize("executor", _chosen(metafunc), indirect=True)


@pytest.fixture(scope="session")
def executor(request: pytest.FixtureRequest) -> Executor:
    """Give the executor to run functions under test on."""
    return get_executor(request.param)
