"""Powers of long numbers modulo long numbers."""
