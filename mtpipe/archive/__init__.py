"""Station: archive."""
