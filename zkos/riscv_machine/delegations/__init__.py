"""Delegations: what the machine computes in circuits of their own, one file each."""
