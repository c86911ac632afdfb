"""Host side: everything around the kernel, in ordinary Python.

Docs:    docs/command-line.md, docs/block-file.md.
"""
