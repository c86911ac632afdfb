"""The flat storage model: caches over the state tree."""
