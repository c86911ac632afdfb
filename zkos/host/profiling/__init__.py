"""What a run on the machine cost: by function, line, stage, section and transaction."""
