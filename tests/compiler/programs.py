"""Programs given as text: made into functions, and lowered to LLVM IR."""

import hashlib
import linecache
import sys
from types import ModuleType
from typing import Any

from zkos import lang
from zkos.compiler.pipeline import LoweredProgram, lower
from zkos.compiler.targets import X86_64, Target
from zkos.lang import Function


def load(source: str) -> dict[str, Any]:
    """Run a program's text as a module that has all of zkos.lang; gives its names."""
    name = f"program_{hashlib.sha256(source.encode()).hexdigest()[:12]}"
    file = f"<{name}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    module = ModuleType(name)
    sys.modules[name] = module  # classes look their module up
    names = vars(module)
    names.update({word: getattr(lang, word) for word in lang.__all__})
    exec(compile(source, file, "exec"), names)
    return names


def lower_source(
    source: str, root: str = "f", target: Target = X86_64, **constants: bool
) -> LoweredProgram:
    """Lower the function of that name in a program's text."""
    function = load(source)[root]
    assert isinstance(function, Function)
    return lower([function], target, constants, False)
