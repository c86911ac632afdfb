"""Programs for the Airbender machine in typed Python, small enough to read at once."""
