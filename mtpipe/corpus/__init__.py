"""Station: corpus."""
