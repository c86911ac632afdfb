"""What transactions spend their gas and native on."""
