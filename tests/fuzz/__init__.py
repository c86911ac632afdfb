"""Differential fuzzing of the EVM: the kernel against revm, and its executors among themselves.

A *world* is a few accounts, a block and its transactions. It runs in the kernel (ethereum flavour)
and in revm; status, gas, logs, output and created address of every transaction and the whole state
after the block must be equal. Worlds come from random programs (``worlds.py``) and from state
tests that are changed at random (``state_tests.py``); each is named by its kind and seed.

    python -m tests.fuzz --kind programs --programs 100000 --seed 0    # any number, from any seed
"""
