"""The curve bn254 (alt_bn128)."""
