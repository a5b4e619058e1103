"""What comes back in: our own exports whole, files of others as they say, and hostile files as one line."""

from __future__ import annotations

import gzip
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import stand_in
import wild_rows

from mtpipe import corpus
from mtpipe.corpus.export import export
from mtpipe.corpus.formats.base import Incoming
from mtpipe.corpus.formats.registry import format_of, reader_of
from mtpipe.corpus.memories import NO_ARABIC, NO_PAIR, TURNED, Imported, look_up, prune, stats, take_in, write_out
from mtpipe.errors import UsageError
from mtpipe.translate import memory

FILES = ["c.jsonl", "c.csv", "c.tsv", "c.ar-en", "c.tmx", "c.xlf", "c.xliff"]

TMX = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE tmx SYSTEM "tmx14.dtd">
<tmx version="1.4"><header creationtool="other" creationtoolversion="1" segtype="sentence" o-tmf="x" adminlang="en"
 srclang="en" datatype="plaintext"/><body>
{units}
</body></tmx>
"""
XLIFF1 = """<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2"><file original="f" {languages}
 datatype="plaintext"><body>{units}</body></file></xliff>"""
XLIFF2 = """<xliff version="2.0" xmlns="urn:oasis:names:tc:xliff:document:2.0" srcLang="ar-EG" trgLang="en-US">
<file id="f"><unit id="u">{segments}</unit></file></xliff>"""


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(memory.connect(tmp_path / "tm.sqlite")) as opened:
        yield opened


def tu(arabic: str, english: str, before: str = "") -> str:
    return (
        f'<tu>{before}<tuv xml:lang="en-GB"><seg>{english}</seg></tuv><tuv xml:lang="AR"><seg>{arabic}</seg></tuv></tu>'
    )


def read(path: Path, name: str | None = None) -> list[Incoming]:
    return list(reader_of(path, name)(path))


def take(path: Path, connection: sqlite3.Connection, **options: Any) -> Imported:
    return take_in(reader_of(path)(path), connection, origin=path.name, **options)


def held(connection: sqlite3.Connection) -> dict[str, tuple[str, bool]]:
    return {pair.source: (pair.target, pair.approved) for pair in memory.in_force(connection)}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("imports")
    stand_in.run(stand_in.write_articles(folder / "articles", 4), folder / "out")
    return folder / "out"


@pytest.mark.parametrize("ending", ["", ".gz", ".zst"])
@pytest.mark.parametrize("name", FILES)
def test_our_own_exports_come_back_sentence_by_sentence(name: str, ending: str, run: Path, tmp_path: Path) -> None:
    path = tmp_path / (name + ending)
    export(run, path, format_of(path))
    expected = [
        (row["translation"]["ar"], row["translation"]["en"]) for row in corpus.read(run / "dataset", "sentences")
    ]
    found = read(path)
    assert [(pair.source, pair.target) for pair in found] == expected
    assert {pair.approved for pair in found} == {None if name == "c.ar-en" else False}


@pytest.mark.parametrize("name", ["c.jsonl", "c.csv", "c.tsv", "c.tmx", "c.xlf", "c.xliff"])
def test_what_a_reviewer_approved_comes_back_approved(
    name: str, connection: sqlite3.Connection, tmp_path: Path
) -> None:
    out = wild_rows.write(tmp_path / "out", wild_rows.states())
    path = tmp_path / name
    export(out, path, format_of(path))
    take(path, connection)
    assert [source for source, (_, approved) in held(connection).items() if approved] == ["زار الرقة."]
    if name not in ("c.xlf", "c.xliff"):
        (pair,) = memory.approved(connection, ["زار الرقة."], before=10**6).values()
        assert (pair.reviewer, pair.time) == ("Amal <a@b>", "2026-11-20T10:00:00Z")


def test_a_memory_goes_out_and_comes_back(connection: sqlite3.Connection, tmp_path: Path) -> None:
    for number in range(5):
        memory.learn(
            connection,
            memory.Learned(f"جملة رقم {number}", f"Sentence {number}", number % 2 == 0, "Amal", "2026-11-20T10:00:00Z"),
        )
    path = tmp_path / "c.tmx"
    assert write_out(connection, path, format_of(path), approved_only=False, force=False)[0] == 5
    with closing(memory.connect(tmp_path / "other.sqlite")) as other:
        take(path, other)
        assert held(other) == held(connection)
    assert write_out(connection, path, format_of(path), approved_only=True, force=True)[0] == 3


@pytest.mark.parametrize("name", FILES)
def test_a_memory_without_pairs_to_write_writes_nothing(
    name: str, connection: sqlite3.Connection, tmp_path: Path
) -> None:
    path = tmp_path / "out" / name
    for left in ("", r" \(1 pairs that nobody approved left out\)"):
        with pytest.raises(UsageError, match=f"no pair to write{left}. Nothing was written"):
            write_out(connection, path, format_of(path), approved_only=True, force=False)
        memory.learn(connection, memory.Learned("جملة", "A sentence", False))
    assert not list(path.parent.iterdir())


def test_tmx_of_another_program(connection: sqlite3.Connection, tmp_path: Path) -> None:
    path = tmp_path / "other.tmx"
    units = [
        tu("بيت <bpt i='1'>{b}</bpt>كبير<ept i='1'>{/b}</ept>", "A <hi type='b'>big</hi> house"),
        tu("باب", "A door"),
        '<tu><tuv lang="FR"><seg>Une porte</seg></tuv><tuv xml:lang="de"><seg>Tür</seg></tuv></tu>',
    ]
    path.write_text(TMX.format(units="\n".join(units)), encoding="utf-8")
    done = take(path, connection)
    assert held(connection) == {"بيت كبير": ("A big house", False), "باب": ("A door", False)}
    assert dict(done.skipped) == {NO_PAIR: 1}
    assert "--approved takes them as approved" in " ".join(done.format())
    take(path, connection, approved=True)
    assert all(approved for _, approved in held(connection).values())


@pytest.mark.parametrize(
    ("languages", "units", "expected"),
    [
        (
            'source-language="ar" target-language="en"',
            "<trans-unit id='1'><source>بيت</source><target state='final'>House</target></trans-unit>",
            [("بيت", "House", True)],
        ),
        (
            'source-language="en-US" target-language="ar-SA"',
            "<trans-unit id='1' approved='yes'><source>House</source><target>بيت</target></trans-unit>",
            [("بيت", "House", True)],
        ),
        (
            'source-language="ar" target-language="en"',
            "<trans-unit id='1' approved='no'><source>أ ب</source>"
            "<seg-source><mrk mtype='seg' mid='1'>أ</mrk> <mrk mtype='seg' mid='2'>ب<x id='9'/></mrk></seg-source>"
            "<target><mrk mtype='seg' mid='1'>A</mrk> <mrk mtype='seg' mid='2'>B</mrk></target></trans-unit>",
            [("أ", "A", False), ("ب", "B", False)],
        ),
        (
            'source-language="ar" target-language="en"',
            "<trans-unit id='1'><source>بيت</source></trans-unit>",
            [("بيت", "", None)],
        ),
        (
            'source-language="fr" target-language="de"',
            "<trans-unit id='1'><source>x</source></trans-unit>",
            [("", "", None)],
        ),
    ],
)
def test_xliff_1_of_another_program(languages: str, units: str, expected: list[Any], tmp_path: Path) -> None:
    path = tmp_path / "other.xlf"
    path.write_text(XLIFF1.format(languages=languages, units=units), encoding="utf-8")
    assert [(pair.source, pair.target, pair.approved) for pair in read(path)] == expected


def test_xliff_2_of_another_program(tmp_path: Path) -> None:
    path = tmp_path / "other.xliff"
    segments = (
        "<segment state='final'><source>بيت <pc id='1'>كبير</pc></source><target>A big house</target></segment>"
        "<ignorable><source> </source></ignorable>"
        "<segment><source>باب<ph id='2'/></source><target>A door</target></segment>"
        "<segment state='translated'><source>سور</source><target>A wall</target></segment>"
    )
    path.write_text(XLIFF2.format(segments=segments), encoding="utf-8")
    assert [(pair.source, pair.target, pair.approved) for pair in read(path)] == [
        ("بيت كبير", "A big house", True),
        ("باب", "A door", None),
        ("سور", "A wall", False),
    ]


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.jsonl", '{"source": "باب", "target": "door"}\n\n{"ar": "سور", "en": "wall", "state": "approved"}\n', 2),
        ("a.csv", 'ar,EN,note\nباب,"a ""door"", wide",x\n"سور\nعال",wall,\n', 2),
        ("a.tsv", "\ufeffsource\ttarget\nباب\tdoor\n", 1),
        ("a.jsonl", '{"ar": "باب", "en": "door", "sentences": "three"}', 1),
        ("a.jsonl", '{"ar": "باب", "en": "door", "sentences": [{"source_start": 0}, 3]}', 1),
    ],
)
def test_tables_of_others(name: str, content: str, expected: int, tmp_path: Path) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8", newline="")
    found = read(tmp_path / name)
    assert len(found) == expected
    assert found[0].source == "باب"
    assert "door" in found[0].target


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        # As spreadsheets write it: marks around a text that has some, or a tab, or an end of line.
        (
            ['"باب ""واسع"""\t"a ""wide"" door"', '"سور\nعال"\twall'],
            [('باب "واسع"', 'a "wide" door'), ("سور\nعال", "wall")],
        ),
        (['"باب"\tdoor'], [("باب", "door")]),
        # As most makers of parallel data do: marks are text.
        (['"باب" واسع\t"door" wide', "سور\twall"], [('"باب" واسع', '"door" wide'), ("سور", "wall")]),
        (['"باب\tdoor', 'سور"\twall'], [('"باب', "door"), ('سور"', "wall")]),
        (['"باب\tdoor'], [('"باب', "door")]),
        (['"باب"\t"door"', '"سور" عال\twall'], [('"باب"', '"door"'), ('"سور" عال', "wall")]),
    ],
)
def test_marks_in_tables_with_tabs(rows: list[str], expected: list[tuple[str, str]], tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("\n".join(["ar\ten", *rows, ""]), encoding="utf-8", newline="")
    assert [(pair.source, pair.target) for pair in read(tmp_path / "a.tsv")] == expected


@pytest.mark.parametrize("named", ["c.ar-en.ar", "c.ar-en.en", "c.ar-en"])
def test_a_moses_corpus_by_any_of_its_names(named: str, tmp_path: Path) -> None:
    (tmp_path / "c.ar-en.ar").write_bytes("باب\u2028واسع\r\nسور".encode())
    (tmp_path / "c.ar-en.en").write_bytes(b"door\nwall\n")
    assert [(pair.source, pair.target) for pair in read(tmp_path / named)] == [
        ("باب\u2028واسع", "door"),
        ("سور", "wall"),
    ]


BOMB = "<!DOCTYPE tmx [<!ENTITY a 'bbbbbbbbbb'>{}]>".format(
    "".join(f"<!ENTITY {name} '{f'&{chr(ord(name) - 1)};' * 10}'>" for name in "bcdefghij")
)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.tmx", "<tmx><body>\n<tu><tuv></body></tmx>", r"a\.tmx line 2: not XML \(.*column"),
        ("a.tmx", "", r"a\.tmx line 1: not XML"),
        ("a.tmx", "<xliff/>", "<xliff> where <tmx> begins"),
        ("a.xlf", "<tmx/>", "<tmx> where <xliff> begins"),
        ("a.tmx", BOMB + TMX.format(units=tu("باب &j;", "x")).partition('dtd">')[2], "not resolved|not XML"),
        (
            "a.tmx",
            "<!DOCTYPE tmx [<!ENTITY e SYSTEM 'file:///etc/hostname'>]>"
            + TMX.format(units=tu("باب &e;", "x")).partition('dtd">')[2],
            "the entity '&e;' is not resolved",
        ),
        ("a.tmx", "<tmx>" * 300, "not XML"),
        ("a.jsonl", '{"ar": "باب", "en": "x"}\n{"ar": "باب" "en"}', r"a\.jsonl line 2 column 14: not JSON"),
        ("a.jsonl", "[1]", "line 1: holds no JSON object"),
        ("a.jsonl", "[" * 100_000, "line 1.*: not JSON"),
        ("a.jsonl", '{"ar": "باب"}', "line 1: no texts 'source' and 'target'"),
        ("a.jsonl", '{"ar": 3, "en": "x"}', "line 1: no texts"),
        ("a.csv", "a,b\nباب,x", "no columns source and target"),
        ("a.csv", 'ar,en\nباب,"x', r"a\.csv line .: unexpected end of data"),
        ("a.csv", "", "no columns source and target"),
        ("a.tmx", TMX.format(units=tu("", "x")), "no pair of Arabic and English to learn.*Languages in it: ar, en"),
        ("a.csv", "ar,en\ndoor,باب", "no pair of Arabic and English to learn .1 pairs without an Arabic letter"),
        ("a.docx", "", "docx is for people and not read back"),
        ("a.pdf", "", "'.pdf' tells no format"),
    ],
)
def test_files_that_cannot_be_read_are_one_line(
    name: str, content: str, words: str, connection: sqlite3.Connection, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match=words) as caught:
        take(path, connection)
    assert "\n" not in str(caught.value)
    assert not held(connection)


def test_a_name_in_the_dtd_is_not_fetched(tmp_path: Path, connection: sqlite3.Connection) -> None:
    """The DTD that the file names would define the entity."""
    (tmp_path / "tmx14.dtd").write_text("<!ENTITY secret 'read from a file'>")
    path = tmp_path / "a.tmx"
    path.write_text(TMX.format(units=tu("باب &secret;", "x")), encoding="utf-8")
    with pytest.raises(UsageError, match=r"entity|Entity"):
        take(path, connection)


@pytest.mark.parametrize(("left", "right"), [(3, 2), (2, 3), (0, 1)])
def test_a_moses_corpus_of_two_lengths(left: int, right: int, connection: sqlite3.Connection, tmp_path: Path) -> None:
    (tmp_path / "c.ar").write_text("باب\n" * left, encoding="utf-8")
    (tmp_path / "c.en").write_text("door\n" * right)
    shorter = "c.ar" if left < right else "c.en"
    with pytest.raises(UsageError, match=rf"{shorter}: ends after {min(left, right)} lines, .* goes on"):
        take(tmp_path / "c.ar", connection)
    assert not held(connection)


def test_half_of_a_moses_corpus(connection: sqlite3.Connection, tmp_path: Path) -> None:
    (tmp_path / "c.ar").write_text("باب\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"c\.en: can't be read \(No such file"):
        take(tmp_path / "c.ar", connection)


def test_damaged_and_inflating_packings(connection: sqlite3.Connection, tmp_path: Path) -> None:
    packed = gzip.compress(TMX.format(units=tu("باب", "x") * 1000).encode())
    (tmp_path / "cut.tmx.gz").write_bytes(packed[: len(packed) // 2])
    with pytest.raises(UsageError, match="cut short"):
        take(tmp_path / "cut.tmx.gz", connection)
    (tmp_path / "bomb.jsonl.gz").write_bytes(gzip.compress(b" " * (80 << 20), 9))
    with pytest.raises(UsageError, match="zip bomb"):
        take(tmp_path / "bomb.jsonl.gz", connection)
    assert not held(connection)


def test_what_is_no_pair_is_counted(connection: sqlite3.Connection, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("ar,en\nباب,door\n,empty\n12,12\nسور,سور\n", encoding="utf-8")
    done = take(path, connection)
    assert dict(done.skipped) == {NO_PAIR: 1, NO_ARABIC: 1, TURNED: 1}
    assert held(connection) == {"باب": ("door", False)}


def test_of_contradictions_the_last_holds_and_it_is_told(connection: sqlite3.Connection, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "ar,en,state\nباب,door,approved\nبَاب,gate,approved\nباب,gate,approved\nباب,portal,open\n", encoding="utf-8"
    )
    done = take(path, connection)
    assert held(connection) == {"بَاب": ("gate", True)}
    assert dict(done.changes) == {"new": 1, "changed": 1, "same": 1, "weaker": 1}
    told = " ".join(done.format())
    assert re.search(
        r"1 pair gave a source another translation: the last one holds \(line 3: 'بَاب', was 'door'\)", told
    )


def test_fuzzy_matches_are_of_the_normalised_form(connection: sqlite3.Connection) -> None:
    for source, target, approved in (
        ("زار الوزيرُ حلبَ أمس.", "The minister saw Aleppo yesterday.", True),
        ("زار الوزير الرقة أمس.", "The minister saw Raqqa yesterday.", False),
        ("لا علاقة لهذا بذاك البتة", "Quite another thing", True),
    ):
        memory.learn(connection, memory.Learned(source, target, approved))
    found = look_up(connection, "زار الوزير حلب أمس.")
    assert [(match.score == 100, match.pair.target) for match in found] == [
        (True, "The minister saw Aleppo yesterday."),
        (False, "The minister saw Raqqa yesterday."),
    ]
    assert [match.pair.target for match in look_up(connection, "زار الوزير حلب", least=99)] == []
    assert len(look_up(connection, "زار الوزير حلب أمس.", most=1)) == 1


def test_counts_and_pruning(connection: sqlite3.Connection) -> None:
    memory.approve(connection, "باب", "door", "Amal", "2026-11-20T10:00:00Z")
    memory.approve(connection, "باب", "gate", "Badr", "2026-11-21T10:00:00Z")
    memory.approve(connection, "سور", "wall", "Amal", "2026-11-20T10:00:00Z")
    memory.withdraw(connection, "سور", "Amal", "2026-11-22T10:00:00Z")
    memory.learn(connection, memory.Learned("نهر", "river", approved=False, origin="a.tmx"))
    connection.commit()
    found = stats(connection)
    assert (found.approved, found.suggestions, found.superseded) == (1, 1, 3)
    assert found.reviewers == {"Badr": 1}
    assert found.origins == {"review": 1, "a.tmx": 1}
    assert prune(connection, superseded=True) == 3
    assert held(connection) == {"باب": ("gate", True), "نهر": ("river", False)}
    assert prune(connection, suggestions=True) == 1
    assert held(connection) == {"باب": ("gate", True)}
    assert prune(connection, superseded=True, suggestions=True, renderings=True) == 0
