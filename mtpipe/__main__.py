"""``python -m mtpipe``."""

from mtpipe.cli.app import main

main()
