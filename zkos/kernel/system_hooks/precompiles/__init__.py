"""Precompiles: the hooks that Ethereum knows, one file each."""
