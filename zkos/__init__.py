"""ZKsync OS in Python: one kernel, run as plain Python, as x86-64 code and as a RISC-V program."""

__version__ = "0.1.0"
