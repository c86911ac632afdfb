"""Simulation: calls that nobody signed, and the gas that they need."""
