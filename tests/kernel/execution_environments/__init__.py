"""Tests of zkos/kernel/execution_environments."""
