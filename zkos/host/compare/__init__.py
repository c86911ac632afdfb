"""Comparing two programs that prove the same batch: public inputs, cycles, sections."""
