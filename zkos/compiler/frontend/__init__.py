"""From Python source to the typed tree: names, types, and everything that can be refused early."""
