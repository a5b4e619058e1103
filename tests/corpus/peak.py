"""A process that exports a dataset in the formats named, or imports files, and prints its peak memory in bytes.

python peak.py export OUT FOLDER NAME ...
python peak.py import MEMORY FILE ...
"""

from __future__ import annotations

import resource
import sys
from contextlib import closing
from pathlib import Path

from mtpipe.corpus.export import export, export_folder
from mtpipe.corpus.formats.registry import format_of, reader_of
from mtpipe.corpus.memories import take_in
from mtpipe.translate.memory import connect

FOLDER = "hf"


def peak() -> int:
    """Return the most memory that this process had. Linux's ``ru_maxrss`` would count its parent's before ``exec``."""
    status = Path("/proc/self/status")
    if status.exists():
        return next(int(line.split()[1]) for line in status.read_text().split("\n") if line.startswith("VmHWM")) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


what, first, *names = sys.argv[1:]
for name in names[1:] if what == "export" else names:
    if what == "import":
        with closing(connect(Path(first))) as connection:
            take_in(reader_of(Path(name))(Path(name)), connection, origin=name)
    elif name == FOLDER:
        export_folder(Path(first), Path(names[0]) / name)
    else:
        path = Path(names[0]) / name
        export(Path(first), path, format_of(path), level="paragraphs")
print(peak())
