"""The curve secp256k1 and the recovery of public keys from signatures."""
