"""The command ``zkos``: one file per command, ``main`` puts them together.

Docs:    docs/command-line.md.
"""
