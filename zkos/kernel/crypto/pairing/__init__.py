"""Extension fields and the Miller loop, made for a curve from its parameters."""
