"""The state that the host keeps: account records, code, and the tree of slots.

Docs:    docs/state.md.
"""
