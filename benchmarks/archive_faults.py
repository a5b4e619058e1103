"""What an archive goes through: stopped in every way, in parts, on Ray; each time the result of the run left alone.

    python benchmarks/archive_faults.py FOLDER --articles 20000
    python benchmarks/archive_faults.py FOLDER --articles 200 -- --model opus

The archive is that of ``archive_articles.py``; a stand-in that spells Arabic letters in Latin ones translates it, or
what is named after ``--``. FOLDER is a new one; a result that is equal is removed at once. A disk that fills up is one
in memory, and needs the right to mount it; Ray needs the extra ``ray``.

A start is stopped when it has written so many of the shards, at a random moment within the time of one more.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import archive_articles

PROJECT: Final = Path(__file__).resolve().parents[1]
CLOCKED: Final = ("run.json", "throughput.js")
"""Files that tell the time."""
GROUPS: Final = ("kill", "interrupt", "disk", "shards", "ray")
FULL: Final = (0.35, 0.7)
"""Parts of the room wanted, at which a disk is full."""
SHARDS: Final = 3
HEAD: Final = (
    *("run", "exit codes", "articles", "failed", "sentences"),
    *("segments to the engine", "files", "bytes", "files that differ"),
)


@dataclass(frozen=True, slots=True)
class Bench:
    """The archive, and how it is run."""

    folder: Path
    options: tuple[str, ...]
    kills: int
    chance: random.Random = field(default_factory=lambda: random.Random(1))

    @property
    def calls(self) -> Path:
        """The stand-in's log: a line with the number of segments of each call."""
        return self.folder / "calls"

    def command(self, out: Path, *more: str) -> list[str]:
        """Return the command of a run."""
        inputs = str(self.folder / "articles")
        return [sys.executable, "-m", "mtpipe", "run", inputs, "-o", str(out), "--quiet", *self.options, *more]

    def run(self, out: Path, *more: str) -> int:
        """Run to the end, and return the exit code."""
        return _ended(self.command(out, *more))

    def stopped(self, out: Path, shards: int, number: signal.Signals, within: float) -> int:
        """Send a signal when there are so many shards, at a random moment within the seconds of one."""
        with subprocess.Popen(self.command(out)) as process:
            while process.poll() is None and len(list((out / "dataset" / "paragraphs").glob("*.parquet"))) < shards:
                time.sleep(0.02)
            time.sleep(self.chance.uniform(0, within))
            process.send_signal(number)
            return process.wait()


@dataclass(frozen=True, slots=True)
class Result:
    """A finished output: its files by path, its counts, and the segments that the engine was given for it."""

    files: Mapping[str, tuple[int, str]]
    counts: Mapping[str, int]
    segments: int

    @classmethod
    def of(cls, out: Path, segments: int) -> Result:
        """Read an output; files that tell the time and the state are left out."""
        if not (out / "run.json").exists():
            raise SystemExit(f"{out}: a run left no result. What it said above tells why.")
        files = {
            path.relative_to(out).as_posix(): (path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest())
            for path in sorted(out.rglob("*"))
            if path.is_file() and path.name not in CLOCKED and ".mtpipe" not in path.parts
        }
        return cls(files, json.loads((out / "run.json").read_text(encoding="utf-8"))["counts"], segments)

    def differing(self, other: Result) -> int:
        """Return the number of files that are not the same in both."""
        return sum(self.files.get(name) != other.files.get(name) for name in self.files.keys() | other.files.keys())


def _ended(command: Sequence[str]) -> int:
    return subprocess.run(command, check=False).returncode


def _segments(bench: Bench) -> int:
    return sum(map(int, bench.calls.read_text().split())) if bench.calls.exists() else 0


def killed(bench: Bench, out: Path, shards: int, within: float) -> Iterator[int]:
    """Kill a run again and again, and let it finish; yield exit codes."""
    for number in range(bench.kills):
        yield bench.stopped(out, 1 + number * shards // (bench.kills + 1), signal.SIGKILL, within)
    yield bench.run(out)


def interrupted(bench: Bench, out: Path, shards: int, within: float) -> Iterator[int]:
    """Press Ctrl-C halfway, and go on; yield exit codes."""
    yield bench.stopped(out, shards // 2, signal.SIGINT, within)
    yield bench.run(out)


def filled(bench: Bench, out: Path, room: int) -> Iterator[int]:
    """Run on a disk that is too small, make it larger, and so on; yield exit codes."""
    disk = out.parent
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={int(FULL[0] * room)}", "tmpfs", str(disk)], check=True)
    for part in (*FULL[1:], 2):
        yield bench.run(out)
        subprocess.run(["mount", "-o", f"remount,size={int(part * room)}", str(disk)], check=True)
    yield bench.run(out)


def sharded(bench: Bench, out: Path) -> Iterator[int]:
    """Run parts apart and merge them; yield exit codes."""
    parts = [out.with_name(f"part{number}") for number in range(1, SHARDS + 1)]
    for number, part in enumerate(parts, start=1):
        yield bench.run(part, "--shard", f"{number}/{SHARDS}")
    yield _ended([sys.executable, "-m", "mtpipe", "merge", *map(str, parts), "-o", str(out), "--quiet"])
    for part in parts:
        shutil.rmtree(part)


def clustered(bench: Bench, out: Path) -> Iterator[int]:
    """Run on a cluster of two workers on this machine; yield exit codes."""
    yield bench.run(out, "--runner", "ray", "--address", "local", "--workers", "2")


def measured(bench: Bench, groups: Sequence[str]) -> Iterator[str]:
    """Yield the lines of the table in Markdown."""
    whole = bench.folder / "whole"
    began, before = time.monotonic(), _segments(bench)
    code = bench.run(whole)
    took = time.monotonic() - began
    left_alone = Result.of(whole, _segments(bench) - before)
    shards = len(list((whole / "dataset" / "paragraphs").glob("*.parquet")))
    room = sum(path.stat().st_size for path in whole.rglob("*") if path.is_file())
    within = took / shards
    yield f"| {' | '.join(HEAD)} |"
    yield f"|---|---|{'---:|' * (len(HEAD) - 2)}"
    yield _line("left alone", [code], left_alone, left_alone)
    out, disk = bench.folder / "out", bench.folder / "disk"
    runs = {
        "kill": (f"killed {bench.kills} times (SIGKILL)", out, killed(bench, out, shards, within)),
        "interrupt": ("Ctrl-C halfway", out, interrupted(bench, out, shards, within)),
        "disk": (f"disk full {len(FULL)} times", disk / "out", filled(bench, disk / "out", room)),
        "shards": (f"{SHARDS} shards, merged", out, sharded(bench, out)),
        "ray": ("Ray, 2 workers", out, clustered(bench, out)),
    }
    for group in groups:
        name, place, codes = runs[group]
        before = _segments(bench)
        found = list(codes)
        result = Result.of(place, _segments(bench) - before)
        yield _line(name, found, result, left_alone)
        if place != out:
            subprocess.run(["umount", str(disk)], check=True)
        elif not result.differing(left_alone):
            shutil.rmtree(out)


def _line(name: str, codes: Sequence[int], result: Result, whole: Result) -> str:
    cells = [name, " ".join(map(str, codes))]
    cells += [f"{result.counts[key]:,}" for key in ("articles", "failed", "sentences")]
    cells += [f"{result.segments:,}", f"{len(result.files):,}", f"{sum(size for size, _ in result.files.values()):,}"]
    return f"| {' | '.join([*cells, str(result.differing(whole))])} |"


def main() -> None:
    """Read the arguments, make the archive and print the table."""
    about = (__doc__ or "").partition("\n")[0]
    parser = argparse.ArgumentParser(description=about, usage="%(prog)s FOLDER [options] [-- options of mtpipe run]")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--only", choices=GROUPS, action="append", help="one kind of run; may be given again")
    words = sys.argv[1:]
    end = words.index("--") if "--" in words else len(words)
    given = parser.parse_args(words[:end])
    groups = given.only or [name for name in GROUPS if name != "ray" or importlib.util.find_spec("ray")]
    archive_articles.make(given.folder / "articles", given.articles)
    program = json.dumps([sys.executable, str(PROJECT / "tests" / "speller.py"), str(given.folder.resolve())])
    assigned = [f"translate.command={program}", "translate.threads=1", "quality.similarity=false"]
    stand_in = ["--engine", "command", *(word for assignment in assigned for word in ("--set", assignment))]
    for line in measured(Bench(given.folder, tuple(words[end + 1 :] or stand_in), given.kills), groups):
        print(line, flush=True)


if __name__ == "__main__":
    main()
