"""From the typed tree to textual LLVM IR, one module per source file."""
