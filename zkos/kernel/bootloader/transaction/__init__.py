"""Transactions: decoding, validation, execution, settlement."""
