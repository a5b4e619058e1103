"""Break the code in one place after the other, and see whether a test fails: which share of the faults do tests find?

    python tools/mutation.py segment --sample 120 --seed 1 --report segment.json

A mutant is a module with one operator, constant, condition, return value or statement changed (``mutants.py`` tells
how). A seeded sample of all mutants of a package is tried in a temporary copy of the checkout; of the tests, those that
run the changed line, the quickest first, up to ``--seconds`` of processor time. A run over its limit of processor time
(an endless loop) counts as found. Survivors are printed as a difference; those that ``tools/mutation_equivalent.json``
lists, with the reason why no test can tell them from the original, are counted apart. ``--again report.json`` tries the
survivors of an earlier report only, after tests were added (in ``--tests``).

mutmut 3 leaves what stands outside of functions alone, and much of this code are tables there; cosmic-ray starts the
tests anew for each mutant, with all the libraries that they load. Here they are loaded once and each mutant is tried in
a fork, so it needs Linux or macOS.
"""

from __future__ import annotations

import argparse
import ast
import gc
import importlib
import json
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import coverage
import pytest
from mutants import Mutant, changes, mutant

ROOT: Final = Path(__file__).resolve().parents[1]
EQUIVALENT: Final = Path(__file__).with_name("mutation_equivalent.json")
PACKAGES: Final = {
    "segment": (["mtpipe/segment/*.py"], ["tests/segment"]),
    # The weights are a table that a benchmark fits.
    "align": (["mtpipe/align/*.py", "!mtpipe/align/weights.py"], ["tests/align", "tests/test_aligning.py"]),
    "glossary": (["mtpipe/glossary/*.py"], ["tests/glossary"]),
    "journal": (
        ["mtpipe/archive/journal.py"],
        [f"tests/archive/test_archive_{name}.py" for name in ("journal", "runs", "changed", "overlap", "refusals")],
    ),
}
"""Modules (``!``: but not these) and the tests that may find their faults."""

SLOW: Final = 2.0
"""Seconds of processor time from which a test is left out."""
ENDLESS: Final = 3
"""Seconds of processor time that a test has with a mutant beyond ten times what it takes without."""
STUCK: Final = 1200
"""Seconds by the clock after which a run that waits for something is ended."""
MEMORY: Final = 6 * 2**30


@dataclass
class Tests:
    """What the untouched copy showed: the seconds that each test takes, and the tests that run each line."""

    seconds: dict[str, float]
    running: dict[str, dict[int, set[str]]]

    @cached_property
    def idle(self) -> set[str]:
        """Tests that run no line at all: of constants."""
        busy = {name for lines in self.running.values() for names in lines.values() for name in names}
        return self.seconds.keys() - busy

    def of(self, mutant: Mutant, most: float) -> list[str]:
        """Return the tests to try on a mutant, the quickest first."""
        lines = self.running.get(mutant.module, {})
        names = {name for line in mutant.lines if mutant.in_function for name in lines.get(line, ())}
        if not mutant.in_function:  # run when the module is loaded, whichever test comes first
            names = {name for tests in lines.values() for name in tests}
            names = names | self.idle if names else set(self.seconds)  # whoever may read a module of constants
        chosen: list[str] = []
        spent = 0.0
        for name in sorted(names & self.seconds.keys(), key=lambda name: (self.seconds[name], name)):
            spent += self.seconds[name]
            if spent > most and chosen:
                break
            chosen.append(name)
        return chosen


class Chosen:
    """Runs the tests wanted (all, if none are) in the order given, and notes times, lines and the first failure.

    A plugin of pytest.
    """

    def __init__(self, wanted: Mapping[str, float] | None = None, lines: coverage.Coverage | None = None) -> None:
        self.wanted = wanted or {}
        self.rank = {name: place for place, name in enumerate(self.wanted)}
        self.lines = lines
        self.seconds: dict[str, float] = {}
        self.failed = ""

    def pytest_configure(self) -> None:
        """Examples are the same in every run, and load on the machine makes no test fail."""
        from hypothesis import HealthCheck, settings

        settings.register_profile(
            "mutation", database=None, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck)
        )
        settings.load_profile("mutation")

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep the chosen tests."""
        if self.rank:
            items[:] = sorted((item for item in items if item.nodeid in self.rank), key=lambda i: self.rank[i.nodeid])

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Measure a test, and end the process where it takes far longer than it should."""
        if item.nodeid in self.wanted:
            signal.setitimer(signal.ITIMER_PROF, ENDLESS + 10 * self.wanted[item.nodeid])
        if self.lines:
            self.lines.switch_context(item.nodeid)
        start = processor_time()
        result = yield
        signal.setitimer(signal.ITIMER_PROF, 0)
        self.seconds[item.nodeid] = processor_time() - start
        if self.lines:
            self.lines.switch_context("")
        return result

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note the first failure."""
        if report.failed and not self.failed:
            self.failed = report.nodeid


def processor_time() -> float:
    """Return the seconds of processor time that this process has had, and those that it started and waited for."""
    children = os.times()
    return time.process_time() + children.children_user + children.children_system


OPTIONS: Final = ("-q", "-x", "--tb=no", "-n", "0", "-p", "no:randomly", "-p", "no:cacheprovider", "-p", "no:cov")


def forked(work: Path, job: Callable[[], Any]) -> Any:
    """Return what a job returns in a process of its own, inside the copy; None if it was ended or died."""
    answer = work / "answer.json"
    answer.unlink(missing_ok=True)
    child = os.fork()
    if not child:
        try:
            os.setsid()
            os.chdir(work)
            quiet = os.open(work / "output.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(quiet, 1)
            os.dup2(quiet, 2)
            resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
            answer.write_text(json.dumps(job()), encoding="utf-8")
        finally:
            os._exit(0)
    deadline = time.monotonic() + STUCK
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        if time.monotonic() > deadline:
            os.killpg(child, signal.SIGKILL)
            os.waitpid(child, 0)
            break
        time.sleep(0.02)
    return json.loads(answer.read_text(encoding="utf-8")) if answer.exists() else None


def copied(work: Path) -> None:
    """Make a copy of what is changed or written beside, and links to the rest of the checkout."""
    for path in ROOT.iterdir():
        if path.name in ("mtpipe", "tests", "benchmarks"):
            shutil.copytree(path, work / path.name, ignore=shutil.ignore_patterns("__pycache__"))
        elif not path.name.startswith("."):
            (work / path.name).symlink_to(path)
    os.environ.setdefault("MTPIPE_SHARED", str(ROOT.parent / "shared"))
    os.environ["PYTHONPATH"] = str(work)
    sys.path.insert(0, str(work))


def measured(work: Path, modules: list[str], folders: list[str]) -> Tests:
    """Run all fast tests once, load in this process what they load, and return what they showed."""

    def job() -> Any:
        lines = coverage.Coverage(data_file=None, include=[str(work / module) for module in modules])
        plugin = Chosen(lines=lines)
        lines.start()
        code = pytest.main([*OPTIONS, *filter(os.path.exists, folders)], plugins=[plugin])
        lines.stop()
        data = lines.get_data()
        found = {module: data.contexts_by_lineno(str(work / module)) for module in modules if (work / module).is_file()}
        outside = [name for name in sys.modules if name.partition(".")[0] not in ("mtpipe", "tests", "__main__")]
        return [int(code), plugin.seconds, found, outside]

    result = forked(work, job)
    if not result or result[0]:
        sys.exit(f"the tests do not pass as they are:\n{(work / 'output.txt').read_text(encoding='utf-8')[-2000:]}")
    _, seconds, found, outside = result
    for name in outside:
        try:
            importlib.import_module(name)
        except BaseException:  # modules that make themselves, or tests: the child will see to them
            sys.modules.pop(name, None)
    gc.freeze()  # pytest collects garbage several times, which takes longer than a test
    running: dict[str, dict[int, set[str]]] = defaultdict(dict)
    for module, lines in found.items():
        for line, names in lines.items():
            running[module][int(line)] = set(names) - {""}
    return Tests({name: spent for name, spent in seconds.items() if spent < SLOW}, running)


def tried(work: Path, mutant: Mutant, tests: Mapping[str, float]) -> str:
    """Return the test that found the mutant, "" if none did."""
    if not tests:
        return ""
    path = work / mutant.module
    original = path.read_bytes()
    for stale in (path.parent / "__pycache__").glob(f"{path.stem}.*"):  # may have the time and size of the mutant
        stale.unlink()
    path.write_text(mutant.text, encoding="utf-8")
    files = list(dict.fromkeys(name.partition("::")[0] for name in tests))

    def job() -> Any:
        sys.dont_write_bytecode = True
        os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
        plugin = Chosen(tests)
        code = pytest.main([*OPTIONS, *files], plugins=[plugin])
        return plugin.failed or (f"no test could run ({int(code)})" if code else "")

    try:
        found = forked(work, job)
    finally:
        path.write_bytes(original)
    return "over its limit" if found is None else str(found)


def main() -> None:
    """Try a sample of mutants, print the survivors and write the report."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("package", choices=PACKAGES)
    parser.add_argument("--sample", type=int, default=120, help="mutants to try (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of the sample (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=8.0, help="of tests for a mutant (default: %(default)s)")
    parser.add_argument("--report", type=Path, default=Path("mutation.json"), help="(default: %(default)s)")
    parser.add_argument("--tests", nargs="+", help="files or folders of tests (default: those of the package)")
    parser.add_argument("--again", type=Path, help="a report, whose survivors alone are tried again")
    options = parser.parse_args()
    modules, folders = modules_of(options.package), options.tests or PACKAGES[options.package][1]
    every = [
        (module, number)
        for module in modules
        for number in range(len(changes(ast.parse((ROOT / module).read_text(encoding="utf-8")))))
    ]
    results: list[Result] = []
    if options.again:
        told = json.loads(options.again.read_text(encoding="utf-8"))
        results = [entry for entry in told["mutants"] if entry["found_by"]]
        left = [entry for entry in told["mutants"] if not entry["found_by"]]
        sample = [(entry["module"], entry["number"]) for entry in left]
        if [mutant(ROOT, *place).diff for place in sample] != [entry["diff"] for entry in left]:
            sys.exit(f"{options.again} is of other modules than there are now: draw a new sample")
        options.seed = told["seed"]
    else:
        sample = random.Random(options.seed).sample(every, min(options.sample, len(every)))
    listed = json.loads(EQUIVALENT.read_text(encoding="utf-8")) if EQUIVALENT.exists() else {}
    with tempfile.TemporaryDirectory(prefix="mutation-") as folder:
        work = Path(folder).resolve()
        copied(work)
        tests = measured(work, modules, folders)
        for at, place in enumerate(sample, start=1):
            result = verdict(work, mutant(ROOT, *place), tests, listed, options.seconds)
            results.append(result)
            outcome = result["found_by"] or ("equivalent" if result["equivalent"] else f"SURVIVED\n{result['diff']}")
            say(f"{at}/{len(sample)} {result['module']}:{result['line']} {result['kind']}: {outcome}")
            report = {"package": options.package, "seed": options.seed, "of": len(every), **summary(results)}
            told = json.dumps({**report, "mutants": results}, ensure_ascii=False, indent=1)
            options.report.write_text(f"{told}\n", encoding="utf-8")
    say(json.dumps(report))


def modules_of(package: str) -> list[str]:
    """Return the modules of a package, as paths in the checkout."""
    patterns = PACKAGES[package][0]
    found = {path.relative_to(ROOT).as_posix() for pattern in patterns for path in ROOT.glob(pattern)}
    return sorted(found - {pattern.removeprefix("!") for pattern in patterns if pattern.startswith("!")})


Result = dict[str, Any]


def verdict(work: Path, mutant: Mutant, tests: Tests, listed: dict[str, str], seconds: float) -> Result:
    """Try a mutant and say what came of it."""
    names = tests.of(mutant, seconds)
    known = listed.get(mutant.name, "")
    return {
        "module": mutant.module,
        "number": mutant.number,
        "line": mutant.lines[0],
        "kind": mutant.kind,
        "diff": mutant.diff,
        "tests": len(names),
        "found_by": "" if known else tried(work, mutant, {name: tests.seconds[name] for name in names}),
        "equivalent": known,
    }


def summary(results: list[Result]) -> dict[str, Any]:
    """Return the shares, in all and by kind, without equivalent mutants."""

    def share(entries: list[Result]) -> str:
        return f"{sum(bool(entry['found_by']) for entry in entries)} of {len(entries)}"

    real = [entry for entry in results if not entry["equivalent"]]
    kinds = sorted({entry["kind"] for entry in real})
    return {
        "tried": len(results),
        "equivalent": len(results) - len(real),
        "found": share(real),
        "percent": round(100 * sum(bool(entry["found_by"]) for entry in real) / max(1, len(real)), 1),
        "kinds": {kind: share([entry for entry in real if entry["kind"] == kind]) for kind in kinds},
    }


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
