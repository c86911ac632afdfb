"""Measurements: each file is a program that prints a table, or JSON with --json."""
