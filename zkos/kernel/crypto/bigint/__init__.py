"""Big integers: 256-bit arithmetic for the EVM, and modular arithmetic for the curves."""
