"""Asking the oracle: typed questions, unverified replies, one transport per kind of machine."""
