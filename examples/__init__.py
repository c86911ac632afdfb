"""Block files and small programs to try things on."""
