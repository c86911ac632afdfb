"""Storage, accounts, events and messages, with frames over all of them."""
