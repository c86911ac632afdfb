"""The typed tree: nodes, printer, verifier."""
