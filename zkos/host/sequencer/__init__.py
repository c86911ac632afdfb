"""The sequencer: blocks out of candidate transactions."""
