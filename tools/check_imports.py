"""Check that imports go one way, as ``tools/import_rules.py`` says.

Run: ``python -m tools.check_imports``. Prints each offending line; exit status 1 if there is one.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from tools.import_rules import ALLOWED, IMPORT_TIME, LIBRARIES

ROOT = Path(__file__).resolve().parent.parent


def _row(module: str, rows: dict[str, tuple[str, ...]]) -> str | None:
    """Find the longest row that is ``module`` or a package around it."""
    parts = module.split(".")
    for end in range(len(parts), 0, -1):
        name = ".".join(parts[:end])
        if name in rows:
            return name
    return None


def _inside(module: str, package: str) -> bool:
    return module == package or module.startswith(package + ".")


def imported(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Give (line, module) of every import, wherever it stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.lineno, node.module
            # `from zkos.kernel import resources` names a module too
            for alias in node.names:
                yield node.lineno, f"{node.module}.{alias.name}"


def _submodule_exists(module: str) -> bool:
    path = ROOT.joinpath(*module.split("."))
    return path.is_dir() or path.with_suffix(".py").is_file()


def offences(path: Path) -> Iterator[str]:
    """Give one line of text per import that breaks a rule."""
    module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
    where = path.relative_to(ROOT)
    row = _row(module, ALLOWED)
    libraries = LIBRARIES[_row(module, LIBRARIES) or ""] if _row(module, LIBRARIES) else ()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and any(a.name == "*" for a in node.names):
            yield f"{where}:{node.lineno}: star import"
        if isinstance(node, ast.ImportFrom) and node.level:
            yield f"{where}:{node.lineno}: relative import"
    for line, target in imported(tree):
        top = target.split(".")[0]
        if top == "zkos":
            if not _submodule_exists(target):
                continue  # a name in a module; the module itself was given too
            if row is None:
                if module != "zkos":
                    yield f"{where}:{line}: {module} has no row in tools/import_rules.py"
                continue
            if target in ("zkos", "zkos.kernel"):
                continue  # the packages around; what is taken from them is checked by its name
            allowed = (row, *ALLOWED[row])
            if not any(_inside(target, package) for package in allowed):
                yield f"{where}:{line}: {row} may not import {target}"
        elif top not in sys.stdlib_module_names and top not in libraries:
            yield f"{where}:{line}: library {top} is not listed for {module}"
        elif target.split(".")[0] in IMPORT_TIME and _inside(module, "zkos.kernel"):
            continue
        elif top in sys.stdlib_module_names and _inside(module, "zkos.kernel"):
            yield f"{where}:{line}: the kernel may not import {top}, even at import time"


def main() -> int:
    """Check every module of the package."""
    found = [line for path in sorted((ROOT / "zkos").rglob("*.py")) for line in offences(path)]
    print("\n".join(found) if found else "imports: one-way order holds")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
