"""Pubdata read back: what blocks published, and the state that follows from it."""
