"""Station: segment."""
