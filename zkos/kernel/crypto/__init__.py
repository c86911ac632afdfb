"""Cryptography in typed Python: one file per primitive; big-integer helpers in ``bigint``."""
