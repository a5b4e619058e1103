"""Station: translate."""
