"""The recipe is no part of the installed package: it is imported from the checkout."""

import sys
from pathlib import Path

# At the end, so that the mtpipe under test stays the installed one.
sys.path.append(str(Path(__file__).resolve().parents[2]))
