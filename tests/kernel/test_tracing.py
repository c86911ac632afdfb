"""Tracing and metering are compiled out of every image that is not built for them."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import zkos
from zkos.compiler.pipeline import Memo, lower
from zkos.host.batch import Flavour
from zkos.host.executors.kernel_images import Extra, all_images, extra_images
from zkos.interface.opcode_names import OPCODE_NAMES
from zkos.kernel.execution_environments.evm import interpreter
from zkos.kernel.execution_environments.evm.rows import ROWS

PACKAGE = Path(zkos.__file__).parent
HOOKS = ("if TRACING:", "if METERING:")
LOWER_PROVING_IMAGES = """
import hashlib, json
from zkos.compiler.pipeline import Memo, lower
from zkos.host.executors.kernel_images import all_images
memo, found = Memo(), {}
for image in all_images():
    if image.proving:
        program = lower([image.entry], image.target, image.constants, debug=False, memo=memo)
        text = json.dumps(sorted(program.modules.items()))
        found[image.name] = hashlib.sha256(text.encode()).hexdigest()
print(json.dumps(found))
"""


def lowered_under(folder: Path) -> dict[str, str]:
    """Hash the code of the proving images, as the package in a folder makes it."""
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    run = subprocess.run(
        [sys.executable, "-c", LOWER_PROVING_IMAGES],
        env=environment, capture_output=True, text=True, check=True, cwd=folder,
    )  # fmt: skip
    return json.loads(run.stdout)


def without_hooks(source: str) -> str:
    """Blank the hooks out; the other lines keep their numbers."""
    lines, depth = [], None
    for line in source.splitlines():
        indent = len(line) - len(line.lstrip())
        if depth is not None and line.strip() and indent <= depth:
            depth = None
        if line.strip() in HOOKS:
            depth = indent
        lines.append("" if depth is not None else line)
    return "\n".join(lines) + "\n"


def test_proving_images_are_those_of_a_kernel_without_hooks(tmp_path):
    shutil.copytree(PACKAGE, tmp_path / "zkos", ignore=shutil.ignore_patterns("__pycache__"))
    hooks = 0
    for path in (tmp_path / "zkos/kernel").rglob("*.py"):
        source = path.read_text()
        hooks += sum(source.count(hook) for hook in HOOKS)
        path.write_text(without_hooks(source))
    assert hooks > 5
    assert lowered_under(tmp_path) == lowered_under(PACKAGE.parent)


def test_only_images_that_trace_have_the_way_out():
    memo = Memo()
    for image in (*all_images(), *extra_images()):
        if image.flavour is not Flavour.ETHEREUM:
            continue  # the hooks are the same
        program = lower([image.entry], image.target, image.constants, debug=False, memo=memo)
        has_way_out = any(".trace_by_call" in name for name in program.functions)
        tells = image.extra in (Extra.TRACING, Extra.METERING)
        assert has_way_out is tells, image.name


def test_the_host_s_names_of_opcodes_are_the_kernel_s():
    assert interpreter.GROUPS
    names = {code: row.mnemonic for code, row in ROWS.items()}
    assert {0xFE: "INVALID", **names} == OPCODE_NAMES
