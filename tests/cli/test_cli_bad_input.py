"""Whatever a user brings: a row of failed.jsonl and the run goes on, or one line and nothing is begun."""

from __future__ import annotations

import json
import os
import re
import resource
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mtpipe import __version__, corpus, resources

GOOD = "وصل الوزير إلى عمان أمس.\n\nقال الوزير إن الطريق جديدة.\n".encode()
PICTURE = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256))
NOBODY = 65534

Files = Mapping[str, bytes | str | None]
"""What lies in the folder; None is a folder."""


@dataclass(frozen=True, slots=True)
class Ended:
    code: int
    words: str

    @property
    def last(self) -> str:
        return self.words.rstrip("\n").rpartition("\n")[2]


Mtpipe = Callable[..., Ended]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, so that messages name files as a user gives them."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def mtpipe(here: Callable[..., Any]) -> Mtpipe:
    """Call a line in this process."""

    def call(line: str, *more: str) -> Ended:
        ended = here(*line.split(), *more)
        return Ended(ended.code, ended.words)

    return call


def engine(program: str = "cat") -> str:
    return f"--engine command --set translate.command=[{program}] --set translate.guard=false " \
        "--set quality.similarity=false"  # fmt: skip


def put(folder: Path, files: Files) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if content is None:
            path.mkdir(exist_ok=True)
        else:
            path.write_bytes(content.encode() if isinstance(content, str) else content)


def lay(folder: Path, files: Mapping[str, tuple[bytes | None, int]]) -> None:
    """Put files there with their modes, those of folders last."""
    put(folder, {name: content for name, (content, _) in files.items()})
    for name, (_, mode) in sorted(files.items(), reverse=True):
        (folder / name).chmod(mode)


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file, but for the locks and logs of SQLite, which come and go."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix not in (".sqlite-journal", ".sqlite-wal", ".sqlite-shm")
    }


def failed(out: Path) -> list[tuple[str, str, str]]:
    rows = map(json.loads, (out / "failed.jsonl").read_text(encoding="utf-8").splitlines())
    return [(row["article_id"], row["reason"], row["message"]) for row in rows]


def articles(out: Path) -> list[str]:
    return list(dict.fromkeys(row["article_id"] for row in corpus.read(out / "dataset")))


def line(article: str, text: bytes = GOOD) -> str:
    return json.dumps({"id": article, "text": text.decode()}, ensure_ascii=False) + "\n"


# What lies beside good.txt, and the rows that it makes: (article, reason, message).
ROWS: list[tuple[Files, list[tuple[str, str, str]]]] = [
    ({"a.txt": b""}, [("a.txt", "empty-file", "in/a.txt: the file is empty. Leave it out, or fill it.")]),
    (
        {"a.txt": " \n\t\r\n\u00a0\u3000\n"},
        [("a.txt", "no-text", "in/a.txt: no paragraph of text. Check the file.")],
    ),
    ({"a.txt": bytes(999)}, [("a.txt", "empty-file", "in/a.txt: the file is empty. Leave it out, or fill it.")]),
    ({"a.txt": PICTURE}, [("a.txt", "binary", "in/a.txt: not a text file. Give text, HTML or a table.")]),
    ({"a.html": PICTURE}, [("a.html", "binary", "in/a.html: not a text file. Give text, HTML or a table.")]),
    (
        {"a.txt": "The minister arrived in Amman yesterday.\n"},
        [
            (
                "a.txt",
                "not-arabic",
                "in/a.txt: 0% of the letters are Arabic, less than intake.min_arabic (30%). "
                "Leave the file out, or lower that setting.",
            )
        ],
    ),
    (
        {"a.txt": "اترك تعليقاً\n\nشارك هذا المقال\n\nجميع الحقوق محفوظة\n"},
        [
            (
                "a.txt",
                "no-text",
                "in/a.txt: no paragraph of text (3 set aside: comment-form, copyright, share-bar). Check the file.",
            )
        ],
    ),
    (
        {"a.txt": "وصل الوزير إلى عمان أمس وقال إن الطريق جديدة. " * 61_000},  # 5 MB
        [
            (
                "a.txt",
                "paragraph-too-long",
                "in/a.txt: paragraph 1 has 2805999 characters, more than intake.max_paragraph (200000). "
                "Break it with blank lines, or raise that setting.",
            )
        ],
    ),
    (
        {"a.csv": "id,body\n1,نص\n"},
        [("a.csv", "no-text-column", "in/a.csv: no column 'text'; it has id, body. Set intake.text_field.")],
    ),
    (
        {"a.jsonl": line("one") + '{"id": "two", "te\n' + line("one") + line("three") + '[1]\n{"id": "four"}\n'},
        [
            (
                "in/a.jsonl line 2",
                "bad-row",
                "in/a.jsonl line 2: not JSON (Invalid control character at: line 1 column 18 (char 17)). "
                "Mend that line.",
            ),
            # The first of two has the id; the second is told, not written over it.
            (
                "one",
                "duplicate-id",
                "in/a.jsonl line 3: the id 'one' is taken by in/a.jsonl line 1. Give each article its own.",
            ),
            ("in/a.jsonl line 5", "bad-row", "in/a.jsonl line 5: a JSON list, not an object."),
            (
                "four",
                "bad-row",
                "in/a.jsonl line 6: field 'text' is missing. Mend the row, or name the column with intake.text_field.",
            ),
        ],
    ),
]


@pytest.mark.parametrize(("files", "rows"), ROWS, ids=lambda value: next(iter(value)) if value else "")
def test_a_bad_article_is_a_row_and_the_others_go_on(
    mtpipe: Mtpipe, desk: Path, files: Files, rows: list[tuple[str, str, str]]
) -> None:
    put(desk / "in", {**files, "good.txt": GOOD})
    before = tree(desk / "in")
    ended = mtpipe(f"run in -o out -q {engine()}")
    assert failed(desk / "out") == rows
    assert ended.code == 4
    many = "1 article" if len(rows) == 1 else f"{len(rows)} articles"
    assert ended.words == f"{many} failed: out/failed.jsonl says which and why.\n"
    assert "good.txt" in articles(desk / "out")
    assert tree(desk / "in") == before
    # The same again says the same, and changes nothing.
    first = tree(desk / "out" / "dataset")
    assert mtpipe(f"run in -o out -q {engine()}") == ended
    assert failed(desk / "out") == rows
    assert tree(desk / "out" / "dataset") == first


def test_strays_are_told_but_not_to_the_quiet(mtpipe: Mtpipe, desk: Path) -> None:
    put(desk / "in", {"good.txt": GOOD, "sitemap.xml": "<urlset/>", "package.json": "{}"})
    said = mtpipe(f"run in -o out {engine()}")
    assert said.code == 0
    assert "left out, as they hold no article: in/package.json, in/sitemap.xml.\n" in said.words
    assert mtpipe(f"run in -o quiet -q {engine()}") == Ended(0, "")
    assert failed(desk / "out") == failed(desk / "quiet") == []
    assert mtpipe(f"run in/sitemap.xml -o named -q {engine()}").code == 4
    assert [row[:2] for row in failed(desk / "named")] == [("sitemap.xml", "not-a-feed")]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A command (``{cat}`` stands for an engine), what lies there, the exit code and the one line that is said."""

    files: Files
    line: str
    said: str
    code: int = 2


TERMS = "source,target\nحلب,Aleppo\n"
HINT = "Begin the file with a line 'source,target'."
REFUSALS = [
    # where to write
    Refusal({"out": "mine"}, "run in -o out {cat}", "out: is a file. Name a folder with --out."),
    Refusal(
        {"mine": "mine"},
        "run in -o mine/a/b {cat}",
        "mine/a/b: can't be made, mine is a file. Name a folder with --out.",
    ),
    Refusal(
        {"out/thesis.txt": "mine"},
        "run in -o out {cat}",
        "out: holds files that are not mtpipe's. Name an empty or a new folder with --out.",
    ),
    Refusal(
        {},
        f"run in -o {'o' * 300} {{cat}}",
        f"{'o' * 300}: can't be read (File name too long). Name another folder with --out.",
    ),
    # glossaries
    Refusal(
        {"g.csv": TERMS + "دمشق,Damascus\nحلب,Aleppo\n"},
        "run in -o out {cat} --glossary g.csv",
        "g.csv line 4: 'حلب' is listed twice with the target 'Aleppo' (first at line 2). Delete one.",
    ),
    Refusal(
        {"g.csv": TERMS + "دمشق,Damascus\nحلب,Halab\n"},
        "run in -o out {cat} --glossary g.csv",
        "g.csv line 4: 'حلب' is listed twice with different targets ('Aleppo' at line 2, 'Halab'). Keep one, or name "
        "the other in 'variants'; if they are two words, write the vowel marks that tell them apart.",
    ),
    Refusal(
        {"g.csv": "source,target\nأستانا,Astana\n", "h.csv": "source,target\nاستانا,Nursultan\n"},
        "run in -o out {cat} --glossary g.csv --glossary h.csv",
        "h.csv line 2: 'استانا' (which reads the same as 'أستانا') is listed twice with different targets ('Astana' at "
        "g.csv line 2, 'Nursultan').",
    ),
    Refusal(
        {"g.csv": TERMS + "دمشق,\n"},
        "run in -o out {cat} --glossary g.csv",
        "g.csv line 3: empty 'target' (beside 'دمشق'). Fill it in or delete the row.",
    ),
    Refusal(
        {"g.csv": TERMS + " ,Damascus\n"},
        "run in -o out {cat} --glossary g.csv",
        "g.csv line 3: empty 'source' (beside 'Damascus'). Fill it in or delete the row.",
    ),
    Refusal(
        {"g.csv": "source,target\nحلب,Aleppo\n".encode("windows-1256")},
        "run in -o out {cat} --glossary g.csv",
        "g.csv line 2: not UTF-8. Save the glossary as 'CSV UTF-8'.",
    ),
    Refusal(
        {"g.csv": "arabic,english\nحلب,Aleppo\n"},
        "run in -o out {cat} --glossary g.csv",
        f"g.csv line 1: no column 'source' among 'arabic', 'english'. {HINT}",
    ),
    Refusal({"g.csv": b""}, "run in -o out {cat} --glossary g.csv", f"g.csv line 1: no header. {HINT}"),
    Refusal({}, "run in -o out {cat} --glossary g.csv", "g.csv: cannot be read (No such file or directory)."),
    Refusal({"g.csv": None}, "run in -o out {cat} --glossary g.csv", "g.csv: cannot be read (Is a directory)."),
    # settings
    Refusal(
        {"c.yaml": "translate:\n  beam: [\n"},
        "run in -o out {cat} --config c.yaml",
        "c.yaml line 2: not YAML (expected the node content, but found '<stream end>'). Mend that line.",
    ),
    Refusal(
        {"c.yaml": "translate:\n  baem: 4\n"},
        "run in -o out {cat} --config c.yaml",
        "c.yaml: unknown setting 'translate.baem'. Did you mean 'translate.beam'?",
    ),
    Refusal(
        {"c.yaml": "translate:\n  beam: four\n"},
        "run in -o out {cat} --config c.yaml",
        "c.yaml: translate.beam: Input should be a valid integer, unable to parse string as an integer (is 'four'). "
        "Hypotheses kept at each step of the search; 1 is greedy.",
    ),
    Refusal(
        {"c.yaml": PICTURE},
        "run in -o out {cat} --config c.yaml",
        "c.yaml: not a YAML text in UTF-8 ('utf-8' codec can't decode byte 0x89 in position 0: invalid start byte).",
    ),
    Refusal(
        {},
        "run in -o out {cat} --set translate.beam=0",
        "command line: translate.beam: Input should be greater than or equal to 1 (is 0). "
        "Hypotheses kept at each step of the search; 1 is greedy.",
    ),
    Refusal(
        {},
        "run in -o out --set translate=fast",
        "command line: translate: Input should be a section with its settings (is 'fast'). "
        "Name one of them, as in translate.model=...",
    ),
    Refusal(
        {}, "run in -o out {cat} --set beam=1", "command line: unknown setting 'beam'. Did you mean 'translate.beam'?"
    ),
    Refusal({}, "run in -o out {cat} --set beam", "--set 'beam': expected key=value, for example translate.beam=4."),
    Refusal(
        {},
        "run in -o out {cat} --set intake.encoding=klingon",
        "intake.encoding: 'klingon' is no text encoding. Use for example utf-8, utf-16, windows-1256, iso-8859-6, "
        "or null to detect it.",
    ),
    # inputs
    Refusal({}, "run nowhere -o out {cat}", "nowhere: there is no such file or folder. Check the path."),
    Refusal({"empty": None}, "run empty -o out {cat}", "empty: holds no file that can be read; known: "),
    Refusal({"a.xyz": "x"}, "run a.xyz -o out {cat}", "a.xyz: cannot read .xyz; known: "),
    Refusal(
        {}, f"run {'i' * 300} -o out {{cat}}", f"{'i' * 300}: cannot be looked up (File name too long). Check the path."
    ),
    # engines that are programs: exit code 3
    Refusal(
        {},
        "run in -o out --engine command --set translate.command=[nosuchprogram]",
        "engine command: program 'nosuchprogram' is not found or not executable.",
        3,
    ),
]


@pytest.mark.parametrize("case", REFUSALS, ids=lambda case: case.said[:40])
def test_a_wrong_command_is_one_line_and_nothing_is_begun(mtpipe: Mtpipe, desk: Path, case: Refusal) -> None:
    put(desk, {"in/good.txt": GOOD, **case.files})
    before = tree(desk)
    ended = mtpipe(case.line.replace("{cat}", engine()))
    assert ended.words.startswith(f"mtpipe: {case.said}")
    assert ended.words.count("\n") == 1
    assert ended.code == case.code
    assert tree(desk) == before
    assert (desk / "out").exists() is ("out" in case.line and any(name.startswith("out") for name in case.files))
    debug = mtpipe(f"{case.line} --debug".replace("{cat}", engine()))
    assert debug.words.startswith("Traceback (most recent call last):")
    assert (debug.code, debug.last) == (ended.code, ended.last)


# Programs that fail whatever they are given; {python} runs a line of Python.
BROKEN = [
    ("/bin/false", "/bin/false: exit code 1 (no message)."),
    ("head,-n1", "head -n1: 4 lines in, 1 out. It must answer line by line."),
    ("sort,nosuchfile", "sort nosuchfile: exit code 2 (sort: cannot read: nosuchfile: No such file or directory)."),
]


@pytest.mark.parametrize(("program", "said"), BROKEN)
def test_a_broken_engine_ends_the_run_and_is_no_fault_of_articles(
    mtpipe: Mtpipe, desk: Path, program: str, said: str
) -> None:
    put(desk / "in", {"a.txt": GOOD, "b.txt": GOOD + "ثم غادر المدينة.\n\nوعاد مساء.\n".encode()})
    ended = mtpipe(f"run in -o out -q {engine(program)}")
    assert (ended.code, ended.words) == (3, f"mtpipe: {said}\n")
    assert failed(desk / "out") == []
    assert (mtpipe(f"run in -o out -q {engine()}").code, articles(desk / "out")) == (0, ["a.txt", "b.txt"])


def program(desk: Path, text: str) -> str:
    """Write an engine in Python; it finds what it was given in ``given``."""
    head = "import sys, pathlib\ngiven = sys.stdin.buffer.read().decode()\n"
    (desk / "engine.py").write_text(head + text, encoding="utf-8")
    return f"{sys.executable},engine.py"


REFUSES = "if 'حلب' in given: sys.exit('no Aleppo')\nsys.stdout.buffer.write(given.encode())\n"


def test_an_engine_that_fails_on_one_article(mtpipe: Mtpipe, desk: Path) -> None:
    texts = {f"{name}.txt": GOOD + name.encode() for name in "abdef"}
    put(desk / "in", {**texts, "c.txt": "زار الوفد حلب أمس.\n"})
    run = f"run in -o out -q {engine(program(desk, REFUSES))}"
    ended = mtpipe(run)
    assert (ended.code, ended.words) == (4, "1 article failed: out/failed.jsonl says which and why.\n")
    command = f"{sys.executable} engine.py"
    told = f"c.txt: the engine fails on this article ({command}: exit code 1 (no Aleppo).)"
    assert failed(desk / "out") == [("c.txt", "engine-failed", told)]
    assert articles(desk / "out") == ["a.txt", "b.txt", "d.txt", "e.txt", "f.txt"]
    program(desk, REFUSES.replace("if", "if False and"))
    assert (mtpipe(run).code, failed(desk / "out")) == (0, [])
    assert articles(desk / "out") == ["a.txt", "b.txt", "d.txt", "e.txt", "f.txt", "c.txt"]


def test_a_file_that_vanishes_meanwhile(mtpipe: Mtpipe, desk: Path) -> None:
    put(desk / "in", {"a.txt": GOOD, "b.txt": GOOD, "c.txt": GOOD})
    takes = "pathlib.Path('in/b.txt').unlink(missing_ok=True)\nsys.stdout.buffer.write(given.encode())\n"
    ended = mtpipe(f"run in -o out -q --set corpus.window=1 {engine(program(desk, takes))}")
    assert ended.code == 4
    assert failed(desk / "out") == [("b.txt", "unreadable", "in/b.txt: cannot be read (No such file or directory).")]
    assert articles(desk / "out") == ["a.txt", "c.txt"]


def test_names_of_files_that_are_no_text(mtpipe: Mtpipe, desk: Path) -> None:
    put(desk / "in", {"a.txt": GOOD})
    odd = Path(os.fsdecode(os.fsencode(desk / "in") + b"/odd\xff\nname.txt"))
    odd.write_bytes(b"")
    ended = mtpipe(f"run in -o out -q {engine()}")
    assert ended.code == 4
    assert [row[:2] for row in failed(desk / "out")] == [("odd\\udcff_name.txt", "empty-file")]
    odd.write_bytes(GOOD)
    assert mtpipe(f"run in -o out -q {engine()}").code == 0
    assert articles(desk / "out") == ["a.txt", "odd\\udcff_name.txt"]
    assert failed(desk / "out") == []


@pytest.mark.parametrize(
    ("unit", "size"),
    [("وصل الوزير إلى عمان، ", 190_000), ("كلمة", 190_000), ("«و» ", 60_000), ("١٢٣ ", 60_000), ("حلب ودمشق ", 8_000)],
)
def test_a_long_paragraph_is_translated_in_pieces(mtpipe: Mtpipe, desk: Path, unit: str, size: int) -> None:
    """As one sentence it would cost the square of its length in the glossary's tables."""
    text = (unit * size)[:size]
    put(desk / "in", {"a.txt": text, "g.csv": TERMS + "دمشق,Damascus\n"})
    options = "--set review.pages=false --set intake.min_arabic=0"
    ended = mtpipe(f"run in/a.txt -o out -q --glossary in/g.csv {engine()} {options}")
    assert (ended.code, ended.words) == (0, "")
    sentences = [row["translation"]["ar"] for row in corpus.read(desk / "out" / "dataset", "sentences")]
    assert max(map(len, sentences)) <= 2000
    assert "".join("".join(sentences).split()) == "".join(text.split())


# What is done to a finished output, the options of the next start, and what that says ({out} is the output).
OTHERS = [
    (
        "",
        "--set translate.beam=2 --set corpus.window=3",
        "out: was made with other settings (corpus.window was 64, is 3; translate.beam was 4, is 2). Use a new --out "
        "(--memory out/.mtpipe/state.sqlite saves what is the same), or the old settings.",
    ),
    (
        "UPDATE fingerprint SET value = '0.0.1' WHERE key = 'mtpipe'",
        "",
        f"out: was made with other settings (mtpipe was 0.0.1, is {__version__}). Use a new --out "
        "(--memory out/.mtpipe/state.sqlite saves what is the same), or the old settings.",
    ),
    (
        "PRAGMA user_version = 1",
        "",
        "out: was made by another version of mtpipe. Use a new --out (--memory out/.mtpipe/state.sqlite saves "
        "translating again).",
    ),
]


@pytest.mark.parametrize(("change", "options", "said"), OTHERS)
def test_the_output_of_another_run_is_left_as_it_is(
    mtpipe: Mtpipe, desk: Path, change: str, options: str, said: str
) -> None:
    put(desk / "in", {"a.txt": GOOD})
    assert mtpipe(f"run in -o out -q {engine()}").code == 0
    with closing(sqlite3.connect(desk / "out" / ".mtpipe" / "state.sqlite")) as state:
        state.execute(change)
        state.commit()
    put(desk / "in", {"b.txt": GOOD})
    before = tree(desk)
    assert mtpipe(f"run in -o out -q {engine()} {options}") == Ended(2, f"mtpipe: {said}\n")
    assert tree(desk) == before
    # What it says helps.
    assert mtpipe(f"run in -o new -q --memory out/.mtpipe/state.sqlite {engine()} {options}").code == 0


def test_failures_stay_until_their_input_is_seen_again(mtpipe: Mtpipe, desk: Path) -> None:
    put(desk, {"one/a.txt": b"", "one/b.txt": PICTURE, "one/c.txt": GOOD, "two/d.txt": GOOD})
    assert mtpipe(f"run one -o out -q {engine()}").code == 4
    both = failed(desk / "out")
    assert [row[:2] for row in both] == [("a.txt", "empty-file"), ("b.txt", "binary")]
    # Of the inputs of this run none failed: its exit code says so, and the record still tells of the others.
    ended = mtpipe(f"run two -o out {engine()}")
    assert ended.code == 0
    assert "2 articles of other inputs failed before: out/failed.jsonl keeps them.\n" in ended.words
    assert failed(desk / "out") == both
    put(desk, {"one/a.txt": GOOD})
    assert mtpipe(f"run one/a.txt -o out -q {engine()}").code == 0
    assert failed(desk / "out") == both[1:]
    (desk / "one" / "b.txt").unlink()
    assert mtpipe(f"run one/c.txt -o out -q {engine()}").code == 0
    assert failed(desk / "out") == both[1:]
    assert mtpipe(f"run ./one two -o out -q {engine()}") == Ended(0, "")
    assert failed(desk / "out") == []
    assert articles(desk / "out") == ["c.txt", "d.txt", "a.txt"]


def test_a_failure_of_a_part_of_an_archive_goes_with_the_whole(mtpipe: Mtpipe, desk: Path) -> None:
    put(desk, {"in/x/a.txt": b"", "in/x/good.txt": GOOD, "in/b.txt": GOOD + b"!"})
    assert mtpipe(f"run in/x -o out -q {engine()}").code == 4
    assert [row[0] for row in failed(desk / "out")] == ["a.txt"]
    (desk / "in" / "x" / "a.txt").unlink()
    assert mtpipe(f"run in -o out -q {engine()}").code == 0
    assert failed(desk / "out") == []


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The current folder, which ``nobody`` may read and write."""
    with tempfile.TemporaryDirectory(prefix="mtpipe-nobody-") as folder:
        monkeypatch.chdir(folder)
        if os.geteuid() == 0:
            os.chown(folder, NOBODY, NOBODY)
        yield Path(folder)
        for path in Path(folder).rglob("*"):
            path.chmod(0o777)
        monkeypatch.undo()


@pytest.fixture
def nobody(mtpipe: Mtpipe, tmp_path: Path) -> Mtpipe:
    """Call the command line as a user whom permissions bind, which root is not."""
    put(tmp_path, {"a.txt": GOOD})
    # As root first: what is imported on the way may lie where nobody may look.
    assert mtpipe(f"run {tmp_path / 'a.txt'} -o {tmp_path / 'out'} -q {engine()}").code == 0
    assert mtpipe(f"models info {tmp_path}").code == 3

    def call(line: str) -> Ended:
        user = os.geteuid()
        os.seteuid(NOBODY if user == 0 else user)
        try:
            return mtpipe(line)
        finally:
            os.seteuid(user)

    return call


LOCKED = "cannot be read (Permission denied)."
# What of a folder of inputs may not be read, and the rows that it makes; b.txt may be read.
UNREADABLE = [
    ({"in/a.txt": (GOOD, 0)}, [("a.txt", "unreadable", f"in/a.txt: {LOCKED}")]),
    ({"in/locked": (None, 0)}, [("locked", "unreadable", f"locked: the folder {LOCKED}")]),
    (
        {"in/seen/a.txt": (GOOD, 0o644), "in/seen": (None, 0o444)},
        [("seen/a.txt", "unreadable", f"in/seen/a.txt: {LOCKED}")],
    ),
]


@pytest.mark.parametrize(("files", "rows"), UNREADABLE, ids=lambda value: str(value)[:20])
def test_what_may_not_be_read(
    nobody: Mtpipe, shelf: Path, files: dict[str, tuple[bytes | None, int]], rows: list[tuple[str, str, str]]
) -> None:
    lay(shelf, {**files, "in/b.txt": (GOOD, 0o644)})
    ended = nobody(f"run in -o out -q {engine()}")
    assert ended == Ended(4, "1 article failed: out/failed.jsonl says which and why.\n")
    assert failed(shelf / "out") == rows
    assert articles(shelf / "out") == ["b.txt"]


# What lies there with which mode, the command, and what it says.
FORBIDDEN = [
    (
        {"locked": (None, 0)},
        "run locked -o out -q {cat}",
        f"locked: the folder {LOCKED} Check its permissions.",
    ),
    (
        {"locked": (None, 0)},
        "run locked/a.txt -o out -q {cat}",
        "locked/a.txt: cannot be looked up (Permission denied). Check the path.",
    ),
    (
        {"in/a.txt": (GOOD, 0o644), "locked": (None, 0o555)},
        "run in -o locked/out -q {cat}",
        "locked/out: can't be written (Permission denied). Name another folder with --out.",
    ),
    (
        {"in/a.txt": (GOOD, 0o644), "locked": (None, 0)},
        "run in -o locked/out -q {cat}",
        "locked/out: can't be read (Permission denied). Name another folder with --out.",
    ),
    (
        {"in/a.txt": (GOOD, 0o644), "g.csv": (TERMS.encode(), 0)},
        "run in -o out -q {cat} --glossary g.csv",
        f"g.csv: {LOCKED}",
    ),
    (
        {"in/a.txt": (GOOD, 0o644), "c.yaml": (b"{}", 0)},
        "run in -o out -q {cat} --config c.yaml",
        f"c.yaml: {LOCKED} Name an existing YAML file.",
    ),
]


def test_models_that_may_not_be_looked_into(nobody: Mtpipe, shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(shelf, {"locked": (None, 0)})
    said = "mtpipe: model 'locked': the folder can't be looked into (Permission denied).\n"
    assert nobody("models info locked") == Ended(3, said)
    monkeypatch.setenv("MTPIPE_CACHE", "locked")
    said = "mtpipe: cache folder locked/ct2 can't be read (Permission denied). Set MTPIPE_CACHE.\n"
    assert nobody("models remove nothing") == Ended(3, said)
    if not all(parent.stat().st_mode & 0o001 for parent in resources.folder("models").resolve().parents):
        pytest.skip("mtpipe itself is installed where nobody else may look")
    ended = nobody("models list")  # of the two caches, whichever it meets first
    assert (ended.code, ended.words.count("\n")) == (3, 1)
    assert "can't be read (Permission denied). Set " in ended.words


@pytest.mark.parametrize(("files", "command", "said"), FORBIDDEN, ids=lambda value: str(value)[:20])
def test_what_forbids_to_begin(
    nobody: Mtpipe, shelf: Path, files: dict[str, tuple[bytes | None, int]], command: str, said: str
) -> None:
    lay(shelf, files)
    ended = nobody(command.replace("{cat}", engine()))
    assert ended.words.startswith(f"mtpipe: {said}")
    assert (ended.code, ended.words.count("\n")) == (2, 1)
    assert not (shelf / "out").exists()


def test_an_output_that_may_no_longer_be_written(nobody: Mtpipe, shelf: Path) -> None:
    put(shelf, {"in/a.txt": GOOD})
    command = f"run in -o out -q {engine()}"
    assert nobody(command) == Ended(0, "")
    put(shelf, {"in/b.txt": GOOD})
    locked = shelf / "out" / "dataset" / "paragraphs"
    locked.chmod(0o555)
    ended = nobody(command)
    assert ended.code == 2
    assert re.match(
        r"mtpipe: out: can't be written \(.*out/dataset/paragraphs/.*[Pp]ermission denied\)\. ", ended.words
    )
    assert ended.words.endswith(
        "What was finished is kept; once that is mended, the same command goes on from there.\n"
    )
    assert ended.words.count("\n") == 1
    locked.chmod(0o755)
    assert nobody(command) == Ended(0, "")
    assert articles(shelf / "out") == ["a.txt", "b.txt"]


@pytest.mark.parametrize("room", [20_000, 30_000, 40_000])
def test_a_disk_that_takes_no_more(mtpipe: Mtpipe, desk: Path, room: int) -> None:
    """A limit on the size of files stands for it."""
    put(desk / "in", {f"{number}.txt": GOOD + f"{number} كتب.".encode() for number in range(8)})
    command = f"run in -o out -q --set corpus.window=1 {engine()}"
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        ended = mtpipe(command)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert ended.code == 2
    assert re.fullmatch(r"mtpipe: out\S*: can't be (written|opened) \(.*\)\. .*\n", ended.words)
    assert mtpipe(command) == Ended(0, "")
    assert articles(desk / "out") == [f"{number}.txt" for number in range(8)]


ENDINGS = (
    "txt",
    "html",
    "jsonl",
    "csv",
    "tsv",
    "parquet",
    "json",
    "docx",
    "epub",
    "xml",
    "warc",
    "zip",
    "tar",
    "txt.gz",
)
contents = st.one_of(
    st.binary(max_size=200),
    st.sampled_from(
        [GOOD, PICTURE, b"PK\x03\x04", b"\x1f\x8b\x08", b"PAR1", b'{"text": ', b"text\n", b"<html>", b"<rss>"]
    ),
    st.tuples(
        st.sampled_from([b"PK\x03\x04", b"text,id\n", b'{"text": "', b"\x1f\x8b\x08\x00", GOOD]), st.binary(max_size=99)
    ).map(b"".join),
    st.text(max_size=80).map(lambda text: text.encode("utf-8", "surrogatepass")),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(ENDINGS), contents), min_size=1, max_size=6))
def test_no_file_is_lost_and_none_makes_a_traceback(mtpipe: Mtpipe, desk: Path, files: list[tuple[str, bytes]]) -> None:
    """Each is in the dataset, in failed.jsonl (itself, or its rows), or named in the one line of an error."""
    names = [f"f{number}.{ending}" for number, (ending, _) in enumerate(files)]
    with tempfile.TemporaryDirectory(dir=desk) as folder:
        put(Path(folder), {f"in/{name}": content for name, (_, content) in zip(names, files, strict=True)})
        os.chdir(folder)
        ended = mtpipe(f"run in -o out -q --set review.pages=false {engine()}")
        assert "Traceback" not in ended.words
        assert ended.words.count("\n") <= 1
        told = [ended.words]
        if ended.code != 2:
            rows = failed(Path("out"))
            assert ended.code == (4 if rows else 0)
            told += [f"{article} {message}" for article, _, message in rows]
            told += [str(row["path"]) for row in corpus.read(Path("out/dataset"))]
    for name in names:
        assert any(name in words for words in told), (name, told)
