"""Station: quality."""
