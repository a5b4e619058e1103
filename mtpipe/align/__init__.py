"""Station: align."""
