"""A process that gives its engine less memory than a batch needs: ``python short_of_memory.py ENGINE MEBIBYTES``.

It prints how many batches found no memory, and the same segments' translations with the limit and without.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path
from types import FrameType

from mtpipe import settings
from mtpipe.translate import batching, open_translator

SEGMENTS = [f"وصل الوزير {number} إلى عمان أمس وقال إن الطريق جديدة." for number in range(256)]
SOME = 8
"""Of them are translated without the limit as well."""


def main(engine: str, mebibytes: int) -> None:
    given = ("translate.guard=false", "translate.compute_type=float32", "translate.threads=1", "translate.beam=2")
    wanted = settings.load(overrides=[f"translate.engine={engine}", "translate.batch_tokens=16384", *given])
    translator = open_translator(wanted.translate)
    translator.translate(SEGMENTS[:1])  # what is loaded at the first use is loaded now
    errors = 0

    def watch(frame: FrameType, event: str, _: object) -> None:
        nonlocal errors
        errors += event == "call" and frame.f_code is batching.out_of_memory.__code__

    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (used + (mebibytes << 20), hard))
    sys.setprofile(watch)
    limited = [found.best.text for found in translator.translate(SEGMENTS, attention=True)]
    sys.setprofile(None)
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
    free = [found.best.text for found in translator.translate(SEGMENTS[:SOME], attention=True)]
    sys.stdout.write(json.dumps({"errors": errors, "limited": limited, "free": free}) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
