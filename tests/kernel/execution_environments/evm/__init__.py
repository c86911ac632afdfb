"""Tests of the EVM."""
