"""System hooks: code of the system behind addresses below 0x10000."""
