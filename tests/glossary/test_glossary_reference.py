"""The matcher finds exactly what a plain one finds, for all terms that take no endings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from reference_matcher import ReferenceMatcher

from mtpipe import intake, segment
from mtpipe.glossary import Entry, Glossary, Matcher
from mtpipe.glossary.entries import spelling_key
from mtpipe.intake import normalise
from mtpipe.settings import IntakeSettings, SegmentSettings

LETTERS = "ابةلكوفسأىيءعن"
WORDS = st.text(st.sampled_from(LETTERS + "ًَّـ"), min_size=1, max_size=5)
BREAKS = st.sampled_from([" ", " ", " ", " ", "  ", "، ", " «", "» ", "-", ".", " - ", "\n", " ء ", "\u200c"])
TYPES = st.sampled_from(["", "person", "place", "verb"])
SPELLINGS = st.lists(WORDS, min_size=1, max_size=3).flatmap(
    lambda words: st.sampled_from([" ", " ", "-", " و"]).map(lambda between: between.join(words))
)
ENTRIES = st.lists(
    st.tuples(SPELLINGS, TYPES, st.sampled_from(["exact", "sentence", "any"])), min_size=1, max_size=12
).map(
    lambda rows: Glossary(
        tuple(
            {
                key: Entry(spelling, f"N{number}", kind, case=case)  # type: ignore[arg-type]  # sampled from the cases
                for number, (spelling, kind, case) in enumerate(rows)
                if (key := spelling_key(spelling))
            }.values()
        )
    )
)


def texts(glossary: Glossary) -> st.SearchStrategy[str]:
    """Words and breaks among which the glossary's own spellings stand, with and without something stuck to them."""
    listed = [spelling for entry in glossary.entries for spelling in entry.spellings] or ["ا"]
    stuck = st.tuples(st.sampled_from(["", "", "و", "ب", "ول", "ال", "س", "وس"]), st.sampled_from(listed)).map("".join)
    pieces = st.lists(st.tuples(st.one_of(WORDS, stuck, stuck), BREAKS).map("".join), max_size=12)
    return pieces.map("".join)


@given(ENTRIES.flatmap(lambda glossary: st.tuples(st.just(glossary), texts(glossary))))
@settings(max_examples=300, deadline=None)
@example((Glossary((Entry("دير الزور", "X"),)), "دير ء الزور دير\u200c الزور  دير  الزور"))
def test_as_the_reference_does(case: tuple[Glossary, str]) -> None:
    glossary, text = case
    matcher, reference = Matcher(glossary), ReferenceMatcher(glossary)
    for form in (text, normalise(text), f" {text}\t"):
        assert matcher.find(form) == reference.find(form)
        assert matcher.find(form) == reference.find(form)  # once more, with all that was remembered


def sentences(project: Path) -> list[str]:
    articles = intake.read([str(project / "examples" / "articles")], IntakeSettings())
    cut = [segment.article(article, SegmentSettings()) for article in articles if not isinstance(article, Exception)]
    return [normalise(s.text) for article in cut for paragraph in article.paragraphs for s in paragraph.sentences]


def without_endings(entries: Sequence[Entry]) -> Glossary:
    return Glossary(tuple(entry for entry in entries if not entry.bends))


@pytest.mark.parametrize("name", ["glossary.csv", "seed-glossary.csv"])
def test_on_the_example_articles(project: Path, name: str) -> None:
    glossary = without_endings(Glossary.load([project / "examples" / name]).entries)
    matcher, reference = Matcher(glossary), ReferenceMatcher(glossary)
    found = [matcher.find(sentence) for sentence in sentences(project)]
    assert found == [reference.find(sentence) for sentence in sentences(project)]
    assert name != "glossary.csv" or sum(map(len, found)) > 50
