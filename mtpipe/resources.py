"""What the package carries: the embedded model, the settings files, the starter glossaries.

In a wheel they lie in ``mtpipe/data`` (hatchling's force-include), in a checkout or an editable install beside the
package.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

PACKAGE: Final = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """Return the folder ``models`` or ``configs``; where it is in neither place, the path it has in a wheel."""
    packed = PACKAGE / "data" / name
    beside = PACKAGE.parent / name
    return beside if not packed.is_dir() and beside.is_dir() else packed


def glossaries() -> list[Path]:
    """Return the starter glossaries, by name."""
    return sorted((folder("configs") / "glossaries").glob("*.csv"))


def glossary(name: str) -> Path | None:
    """Return the starter glossary of that name, None where there is none."""
    return next((path for path in glossaries() if path.stem == name), None)
