"""Formats of parallel text: a file each, all listed in ``registry.py``."""
