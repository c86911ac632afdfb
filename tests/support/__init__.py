"""Support code of the tests; imported by tests only."""
