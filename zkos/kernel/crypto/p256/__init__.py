"""The curve P-256 (secp256r1)."""
