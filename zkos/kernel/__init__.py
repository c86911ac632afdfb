"""The compiled program and nothing else: what gets proved."""
