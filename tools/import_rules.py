"""Which folder may import which: the data behind the check, the docs table and the compiler.

A row names a package and the packages it may import besides itself; the longest matching
row decides. ``zkos.kernel`` rows may always import ``zkos.lang`` and ``zkos.interface``.
"""

KERNEL_BASE = ("zkos.lang", "zkos.interface")
KERNEL_LOW = ("zkos.kernel.base", "zkos.kernel.errors", "zkos.kernel.modes")
SYSTEM_AND_BELOW = (
    *KERNEL_LOW,
    "zkos.kernel.crypto",
    "zkos.kernel.resources",
    "zkos.kernel.oracle",
    "zkos.kernel.system",
)
BOOTLOADER_AND_BELOW = (
    *SYSTEM_AND_BELOW,
    "zkos.kernel.execution_environments",
    "zkos.kernel.system_hooks",
    "zkos.kernel.l1_integration",
    "zkos.kernel.bootloader",
)

ALLOWED: dict[str, tuple[str, ...]] = {
    "zkos.lang": (),
    "zkos.interface": ("zkos.lang",),
    "zkos.kernel.base": KERNEL_BASE,
    "zkos.kernel.errors": KERNEL_BASE,
    "zkos.kernel.modes": KERNEL_BASE,
    "zkos.kernel.crypto": (*KERNEL_BASE, *KERNEL_LOW),
    "zkos.kernel.resources": (*KERNEL_BASE, *KERNEL_LOW),
    "zkos.kernel.oracle": (
        *KERNEL_BASE,
        *KERNEL_LOW,
        "zkos.kernel.crypto",
        "zkos.kernel.resources",
    ),
    "zkos.kernel.system": (*KERNEL_BASE, *SYSTEM_AND_BELOW),
    "zkos.kernel.execution_environments": (*KERNEL_BASE, *SYSTEM_AND_BELOW),
    "zkos.kernel.system_hooks": (*KERNEL_BASE, *SYSTEM_AND_BELOW),
    "zkos.kernel.l1_integration": (*KERNEL_BASE, *SYSTEM_AND_BELOW),
    "zkos.kernel.bootloader": (*KERNEL_BASE, *BOOTLOADER_AND_BELOW),
    "zkos.kernel.forward_run": (*KERNEL_BASE, *BOOTLOADER_AND_BELOW),
    "zkos.kernel.proving_run": (*KERNEL_BASE, *BOOTLOADER_AND_BELOW),
    "zkos.compiler": ("zkos.lang",),
    "zkos.riscv_machine": ("zkos.lang",),
    "zkos.host": ("zkos.lang", "zkos.interface", "zkos.riscv_machine"),
    "zkos.host.typed_library": ("zkos.lang", "zkos.compiler", "zkos.host"),
    "zkos.host.senders": ("zkos.compiler", "zkos.host"),
    "zkos.host.senders_core": ("zkos.lang", "zkos.kernel.crypto.keccak256"),
    "zkos.host.state": (
        "zkos.lang",
        "zkos.interface",
        "zkos.compiler",
        "zkos.host",
        "zkos.kernel.crypto.blake2s",
    ),
    "zkos.host.machine": ("zkos.lang", "zkos.riscv_machine", "zkos.compiler", "zkos.host"),
    "zkos.host.executors": (
        "zkos.lang",
        "zkos.interface",
        "zkos.host",
        "zkos.compiler",
        "zkos.kernel.forward_run",
        "zkos.kernel.proving_run",
        "zkos.kernel.modes",
    ),
    "zkos.cli": ("zkos.host", "zkos.compiler", "zkos.interface"),
}
"""Package -> packages it may import."""

LIBRARIES: dict[str, tuple[str, ...]] = {
    "zkos.lang": (),
    "zkos.interface": (),
    "zkos.kernel": (),
    "zkos.riscv_machine": (),
    "zkos.compiler": ("llvmlite", "elftools"),
    "zkos.host": ("coincurve", "Crypto", "rlp", "trie", "rich", "elftools", "lmdb", "ckzg"),
    "zkos.host.node.server": ("aiohttp",),
    "zkos.cli": ("click", "rich"),
}
"""Package -> libraries beside the standard library; the kernel has none."""

IMPORT_TIME = ("builtins", "collections", "dataclasses", "functools", "hashlib", "math", "typing")
"""Standard modules that kernel files may use at import time (registries, tables, constants)."""
