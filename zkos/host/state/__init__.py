"""The state that the host keeps: account records, code, and the tree of slots.

Source:  zksync-os v0.2.5, state layer; state and commitments reference.
"""
