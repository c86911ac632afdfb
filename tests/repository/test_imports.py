"""Imports go one way."""

import ast

from tools.check_imports import ROOT, imported, offences


def test_no_module_imports_against_the_rules():
    found = [line for path in sorted((ROOT / "zkos").rglob("*.py")) for line in offences(path)]
    assert found == []


def test_the_check_sees_an_import_inside_a_function():
    tree = ast.parse("def f():\n    from zkos.host import errors\n")
    assert (2, "zkos.host") in list(imported(tree))


def test_a_kernel_file_that_imports_upwards_is_reported(tmp_path, monkeypatch):
    monkeypatch.setattr("tools.check_imports.ROOT", tmp_path)
    crypto = tmp_path / "zkos" / "kernel" / "crypto"
    crypto.mkdir(parents=True)
    (tmp_path / "zkos" / "kernel" / "system").mkdir()
    path = crypto / "bad.py"
    path.write_text("from zkos.kernel import system\nimport os\nimport numpy\n")
    found = list(offences(path))
    assert len(found) == 3
    assert "may not import zkos.kernel.system" in found[0]
    assert "may not import os" in found[1]
    assert "numpy is not listed" in found[2]
