"""The compiled program and nothing else: what this folder holds is what gets proved."""
