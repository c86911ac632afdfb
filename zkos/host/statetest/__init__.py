"""Ethereum state tests: one transaction on a given state, and the state root that must follow."""
