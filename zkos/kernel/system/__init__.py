"""What execution environments, hooks and the bootloader are given."""
