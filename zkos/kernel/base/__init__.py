"""Containers with history, bit and byte tools: no knowledge of the protocol."""
