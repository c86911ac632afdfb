"""Typed Python that every compiled program may need: division, memory, delegations.

The compiler calls these functions itself; a program does not name them.
"""
