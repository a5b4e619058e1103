"""Station: glossary."""
