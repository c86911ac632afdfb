"""Golden batches: what the official program output and spent, and what ours does."""
