"""Check that everything that gets compiled is in the subset, for every build of it.

Run: ``python -m tools.check_subset``. Lowers the kernel for each mode, flavour and target, and
what is not released, without generating machine code; prints the compiler's messages; exit status
1 if there is one.
"""

import sys

from zkos.compiler.errors import CompileError
from zkos.compiler.pipeline import Memo, lower
from zkos.host.executors.kernel_images import all_images, extra_images


def main() -> int:
    """Lower every kernel image."""
    refused: dict[str, str] = {}
    functions = 0
    memo = Memo()
    for image in (*all_images(), *extra_images()):
        try:
            program = lower([image.entry], image.target, image.constants, debug=False, memo=memo)
            functions = max(functions, len(program.functions))
        except CompileError as error:
            refused[image.name] = str(error)
    for message in dict.fromkeys(refused.values()):
        names = ", ".join(name for name, text in refused.items() if text == message)
        print(f"{names}:\n{message}\n", file=sys.stderr)
    if refused:
        return 1
    print(f"subset: every image is accepted (up to {functions} functions)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
