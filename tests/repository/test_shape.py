"""The repository keeps its own rules: sizes, docstrings, links, words that must not appear."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(
    path
    for folder in ("zkos", "tests", "tools", "benchmarks", "examples")
    for path in (ROOT / folder).rglob("*.py")
)
BORDER = [p for p in SOURCES if p.is_relative_to(ROOT / "zkos/kernel")] + [
    p for p in SOURCES if p.is_relative_to(ROOT / "zkos/interface")
]


def test_no_file_is_longer_than_500_lines():
    long = {
        str(path.relative_to(ROOT)): count
        for path in SOURCES
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > 500
    }
    assert long == {}


def own_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count the lines of a function; classes and functions that it makes count by themselves."""
    makes = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    made = [child for child in node.body if isinstance(child, makes)]
    sizes = ((one.end_lineno or one.lineno) - one.lineno for one in (node, *made))
    return 1 + next(sizes) - sum(size + 1 for size in sizes)


def test_no_function_is_longer_than_80_lines():
    long = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                size = own_lines(node)
                if size > 80:
                    long.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name} {size}")
    assert long == []


def test_every_module_says_what_it_is():
    silent = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if path.read_text(encoding="utf-8").strip()
        and not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []


def test_kernel_and_interface_modules_name_source_and_errors():
    incomplete = []
    for path in BORDER:
        text = path.read_text(encoding="utf-8")
        if path.name == "__init__.py" or not text.strip():
            continue
        docstring = ast.get_docstring(ast.parse(text)) or ""
        missing = [word for word in ("Source:", "Errors:") if word not in docstring]
        if missing:
            incomplete.append(f"{path.relative_to(ROOT)}: {', '.join(missing)}")
    assert incomplete == []


PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def links(page: Path) -> list[str]:
    """Give the targets of a page's links within the repository."""
    text = page.read_text(encoding="utf-8")
    found = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text)
    return [target for target in found if "://" not in target]


@pytest.mark.parametrize("path", PAGES)
def test_links_in_the_docs_lead_somewhere(path):
    broken = [target for target in links(path) if not (path.parent / target).exists()]
    assert broken == []


def test_the_index_of_each_folder_names_every_page():
    missing = []
    for index in (ROOT / "docs/README.md", ROOT / "docs/decisions/README.md"):
        linked = {(index.parent / target).resolve() for target in links(index)}
        pages = set(index.parent.rglob("*.md")) - {index}
        if index.parent.name == "docs":
            decisions = ROOT / "docs/decisions"
            pages = {one for one in pages if one.parent != decisions} | {decisions / "README.md"}
        missing += [str(page.relative_to(ROOT)) for page in sorted(pages - linked)]
    assert missing == []


def test_tracked_files_are_small_and_not_built():
    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
    ).stdout.split("\0")
    built = [name for name in names if re.search(r"\.(bin|elf|so|o|a|pyc)$", name)]
    large = [
        name
        for name in names
        if name and (ROOT / name).is_file() and (ROOT / name).stat().st_size > 1_500_000
    ]
    assert (built, large) == ([], [])
