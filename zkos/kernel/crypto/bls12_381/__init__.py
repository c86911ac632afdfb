"""The curve BLS12-381, as far as KZG openings need it."""
