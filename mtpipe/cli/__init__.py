"""Station: cli."""
