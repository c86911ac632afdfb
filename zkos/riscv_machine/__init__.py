"""The Airbender machine in typed Python: compiled to x86-64 it runs RISC-V programs.

Docs:    docs/machine.md.
Source:  zksync-airbender v0.5.2, standard machine (the programs' view of it).
Units:   addresses in bytes, ``ip`` and ``fuel`` in instructions, lengths of slices in words.

Here is only what gets compiled, and two readers of what it counted (``tracer``, ``profiler``).
``zkos.host.machine`` builds, loads and feeds it.
"""
