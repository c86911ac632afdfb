"""The three executors of the kernel: ``python``, ``x86_64`` and ``riscv``.

Each runs one kernel image against a border and gives a ``KernelRun``; ``kernel_images`` lists the
images and builds them.
"""
