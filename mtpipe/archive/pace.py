"""How long each window took: the clock's word, which may stand in no file that every start makes the same."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Final

from mtpipe.archive.journal import FOLDER
from mtpipe.archive.output import REVIEW
from mtpipe.corpus.files import write_text
from mtpipe.review.charts import Pace, throughput_script

PACE: Final = "pace.jsonl"
THROUGHPUT: Final = "throughput.js"


def note(out: Path, pace: Pace) -> None:
    """Add a line for a window that was committed. It is a note, not a record: a crash may cost the last lines."""
    with (out / FOLDER / PACE).open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(asdict(pace)) + "\n")


def noted(out: Path) -> list[Pace]:
    """Return what is known of the windows, in order; what was torn by a crash is left out."""
    found: dict[int, Pace] = {}
    with suppress(OSError), (out / FOLDER / PACE).open(encoding="utf-8", errors="replace") as stream:
        for line in stream:
            with suppress(ValueError, TypeError):
                pace = Pace(**json.loads(line))
                found[pace.window] = pace
    return [found[number] for number in sorted(found)]


def write_throughput(out: Path) -> None:
    """Write the script that shows the index how fast it went."""
    write_text(out / REVIEW / "data" / THROUGHPUT, throughput_script(noted(out)))
