"""What other rooms may ask of storage."""
