"""Lexical shortlists: counted links, what a batch may say, and errors of files that are none."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mtpipe.article import Rendering
from mtpipe.errors import ModelError, UsageError
from mtpipe.translate import Memory, shortlist
from mtpipe.translate.memory import is_dependent
from mtpipe.translate.store import ModelFolder
from mtpipe.translate.subwords import EOS, UNKNOWN, Subwords

SOURCES = ["وصل الوزير إلى مدينة حلب.", "زار الرئيس دمشق أمس.", "غادر السفير بيروت", "نعم"]


@pytest.fixture(scope="module")
def pairs(bitext: tuple[str, str]) -> list[tuple[str, str]]:
    """Lines of the examples side by side: mostly not translations of each other, which counts can bear."""
    arabic, english = ([line for line in side.splitlines() if line.strip()] for side in bitext)
    return list(zip(arabic, english, strict=False))


@pytest.fixture(scope="module")
def subwords(tiny: ModelFolder) -> Subwords:
    return Subwords(tiny)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, pairs: list[tuple[str, str]], subwords: Subwords) -> Path:
    path = tmp_path_factory.mktemp("shortlist") / "list.txt"
    lines = shortlist.build(pairs, subwords, best=3, common=20)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def test_links_that_pairs_agree_on_are_found() -> None:
    sides = [(["a", "b"], ["A", "B"]), (["a", "c"], ["C", "A"]), (["b", "c"], ["C", "B"]), (["a"], ["A", "x"])]
    counts = shortlist._Counts.of(sides)
    assert {source: found[0] for source, found in counts.best(1)} == {"a": "A", "b": "B", "c": "C"}
    assert counts.frequent(1) == ["A"]


def test_the_same_pairs_give_the_same_lines(pairs: list[tuple[str, str]], subwords: Subwords) -> None:
    first, again = (list(shortlist.build(pairs, subwords, best=5, common=30)) for _ in range(2))
    assert first == again
    always, *others = [line.split("\t") for line in first]
    assert always[0] == ""
    targets = subwords.target_pieces()
    assert {"▁", "s", "."} & set(always[1].split()) == {"▁", "s", "."} & targets.keys()
    for source, allowed in others:
        assert source in subwords.vocabulary
        candidates = allowed.split(" ")
        assert len(candidates) <= 6  # five, and the piece itself
        assert set(candidates) <= targets.keys() - set(always[1].split())


@pytest.mark.parametrize("beam", [1, 4])
def test_a_batch_says_what_its_sources_allow(tiny: ModelFolder, made: Path, make_engine: Any, beam: int) -> None:
    engine = make_engine("ct2", tiny, shortlist=made, beam=beam)
    known = shortlist.read(made, engine.subwords)
    for batch in (SOURCES[:1], SOURCES[1:3], SOURCES[3:], SOURCES[:1]):
        found = engine.translate(batch, n_best=beam)
        allowed = known.allowed(token.piece for hypotheses in found for token in hypotheses.source)
        said = {token.piece for hypotheses in found for item in hypotheses.items for token in item.tokens}
        assert said <= allowed
        assert said


def test_other_batches_before_change_nothing(tiny: ModelFolder, made: Path, make_engine: Any) -> None:
    """Places of pieces that CTranslate2 keeps from an earlier batch must not be asked for."""
    used, fresh = (make_engine("ct2", tiny, shortlist=made, threads=1) for _ in range(2))
    for text in reversed(SOURCES):
        used.translate([text])
    assert [used.translate([text]) for text in SOURCES] == [fresh.translate([text]) for text in SOURCES]


def test_a_shortlist_of_everything_is_none(
    tiny: ModelFolder, subwords: Subwords, tmp_path: Path, make_engine: Any
) -> None:
    whole = tmp_path / "whole.txt"
    whole.write_text("\t" + " ".join(subwords.target_pieces()) + "\n", encoding="utf-8")
    without, with_it = (make_engine("ct2", tiny, **({"shortlist": path} if path else {})) for path in (None, whole))
    texts = [[hypotheses.best.text for hypotheses in engine.translate(SOURCES)] for engine in (without, with_it)]
    assert texts[0] == texts[1]


def test_it_is_in_the_signature_with_the_batches(tiny: ModelFolder, made: Path, make_engine: Any) -> None:
    plain, listed, smaller = (
        make_engine("ct2", tiny, **settings)
        for settings in ({}, {"shortlist": made}, {"shortlist": made, "batch_tokens": 512})
    )
    digest = shortlist.read(made, listed.subwords).digest
    assert f"shortlist:{digest}|batch-tokens:2048" in str(listed.signature)
    assert "shortlist" not in str(plain.signature)
    assert len({engine.signature.digest for engine in (plain, listed, smaller)}) == 3


def test_no_memory_keeps_what_depends_on_a_batch(tiny: ModelFolder, made: Path, make_engine: Any) -> None:
    engine = make_engine("ct2", tiny, shortlist=made)
    assert is_dependent(engine.signature)
    connection = sqlite3.connect(":memory:")
    memory = Memory(connection, engine.signature)
    memory.add({"نعم": Rendering("yes", "yes", -1.0)}, run=1)
    assert memory.look_up(["نعم"], before=2) == {}
    assert connection.execute("SELECT count(*) FROM memory").fetchone() == (0,)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        ("▁في ▁in".encode(), "line 1: a tab is needed"),
        ("\t▁the\n▁a\t▁b\t▁c".encode(), "line 2: a tab is needed"),
        ("\t▁the\n\t▁of".encode(), "line 2: the source piece stands twice"),
        (b"\xff\xfe\x00", "no text in UTF-8"),
        ("\t▁the\n▁zzzz\t▁qqqq ▁xxxx ▁yyyy".encode(), "made for another model"),
        (None, "can't be read"),
    ],
)
def test_a_file_that_is_none(subwords: Subwords, tmp_path: Path, content: bytes | None, said: str) -> None:
    path = tmp_path / "list.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError, match=said) as error:
        shortlist.read(path, subwords)
    assert str(path) in str(error.value)
    assert "mtpipe models shortlist" in str(error.value)


def test_the_torch_engine_takes_none(tiny: ModelFolder, made: Path, make_engine: Callable[..., Any]) -> None:
    with pytest.raises(UsageError, match=r"translate\.shortlist: the torch engine takes none"):
        make_engine("torch", tiny, shortlist=made)


@pytest.mark.parametrize(
    ("pieces", "fits"),
    [([EOS, UNKNOWN, "a"], True), ([UNKNOWN, EOS, "a"], True), (["a", EOS, UNKNOWN], False)],
)
def test_where_the_end_of_sentence_must_stand(pieces: list[str], fits: bool) -> None:
    if fits:
        shortlist.check_places(pieces)
    else:
        with pytest.raises(ModelError, match=r"Leave translate\.shortlist out"):
            shortlist.check_places(pieces)


def test_too_few_pairs(subwords: Subwords) -> None:
    with pytest.raises(UsageError, match="3 pairs of sentences"):
        list(shortlist.build([("نعم", "yes")] * 3, subwords))


def test_how_much_of_the_pairs_a_shortlist_reaches(
    made: Path, pairs: list[tuple[str, str]], subwords: Subwords
) -> None:
    found = shortlist.cover(shortlist.read(made, subwords), pairs, subwords, budget=256)
    assert 0 < found.reached < 1
    assert 20 < found.allowed < found.targets == len(subwords.target_pieces())
    assert f"of {found.targets} target pieces" in found.format()
