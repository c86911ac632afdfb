"""The bootloader: blocks, transactions, and the runner of execution frames."""
