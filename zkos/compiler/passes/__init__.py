"""Checks on the typed tree, one file each; ``pipeline.py`` says in which order they run."""
