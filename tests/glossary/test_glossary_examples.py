"""The pass over all example articles, on engines that copy Latin words and on one that loses them.

The embedded model cannot copy a name, so what it shows of the ladder is its last rung. These engines show the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from romaniser import TOKEN, Romaniser

from mtpipe import intake, segment
from mtpipe.article import Mention, Rendering
from mtpipe.glossary import REASONS, Enforcer, Glossary, Matcher, score
from mtpipe.intake import normalise
from mtpipe.settings import GlossarySettings, IntakeSettings, SegmentSettings


@pytest.fixture(scope="module")
def terms(project: Path) -> Glossary:
    return Glossary.load([project / "examples" / "glossary.csv"])


@pytest.fixture(scope="module")
def segments(project: Path) -> list[str]:
    articles = intake.read([str(project / "examples" / "articles")], IntakeSettings())
    cut = [segment.article(article, SegmentSettings()) for article in articles if not isinstance(article, Exception)]
    paragraphs = [paragraph for article in cut for paragraph in article.paragraphs]
    return [normalise(sentence.text) for paragraph in paragraphs for sentence in paragraph.sentences]


def single_words(terms: Glossary) -> list[tuple[str, str]]:
    return [(spelling, entry.target) for entry in terms.entries for spelling in entry.spellings if " " not in spelling]


def ledger(renderings: Sequence[Rendering]) -> list[Mention]:
    return [mention for rendering in renderings for mention in rendering.mentions]


def outside(text: str, mentions: Sequence[Mention]) -> list[str]:
    """Return the words and signs of the English that are no mention."""
    for mention in sorted(mentions, key=lambda item: -item.target_start):
        if mention.rung != "flagged":
            text = f"{text[: mention.target_start]} {text[mention.target_end :]}"
    return TOKEN.findall(text)


def assert_true(source: str, rendering: Rendering, terms: Glossary) -> None:
    """Every mention of the source has its line, every line what it says."""
    found = Matcher(terms).find(source)
    assert [(item.source_start, item.source_end) for item in rendering.mentions] == [(m.start, m.end) for m in found]
    edges = sorted((item.target_start, item.target_end) for item in rendering.mentions if item.rung != "flagged")
    assert all(before[1] <= after[0] for before, after in pairwise(edges))
    for mention in rendering.mentions:
        if mention.rung == "flagged":
            assert mention.reason in REASONS
        else:
            assert rendering.text[mention.target_start : mention.target_end] == mention.after
            assert mention.after in (mention.target, mention.target[0].upper() + mention.target[1:])


@pytest.mark.parametrize("known", [slice(0, 0), slice(0, None, 2), slice(0, None)])
def test_an_engine_that_copies(segments: list[str], terms: Glossary, known: slice) -> None:
    engine = Romaniser(dict(single_words(terms)[known]))
    renderings = Enforcer(terms, engine, GlossarySettings(repair=False, place=False)).render(segments)
    assert len(renderings) == len(segments)
    matcher = Matcher(terms)
    for source, rendering in zip(segments, renderings, strict=True):
        assert_true(source, rendering, terms)
        if all(mention.rung != "flagged" for mention in rendering.mentions):
            # Word for word: what is no mention must come out as if nobody had looked for names.
            expected: list[str] = []
            cursor = 0
            for match in (*matcher.find(source), None):
                between = source[cursor : match.start if match else len(source)]
                pieces = [*TOKEN.findall(between), *(match.clitics if match else ())]
                expected += [word for piece in pieces for word in engine.words(piece)]
                cursor = match.end if match else cursor
            assert outside(rendering.text, rendering.mentions) == TOKEN.findall(" ".join(expected))
    found = score(ledger(renderings))
    assert found.names == len(terms.entries)
    assert found.listed >= 99.0
    # One rendering an archive: what is not consistent is so for a flagged mention, not for a second spelling.
    flagged = {mention.entry for mention in ledger(renderings) if mention.rung == "flagged"}
    assert found.consistent == found.names - len(flagged)
    rungs = dict(found.rungs)
    assert bool(rungs["present"]) is bool(engine.dictionary)
    assert rungs["injected"] + rungs["present"] + rungs["flagged"] == found.mentions


def test_an_engine_that_loses_latin_and_spells_names_its_own_way(segments: list[str], terms: Glossary) -> None:
    other = {word: target.replace("q", "k").replace("sh", "ch") for word, target in single_words(terms)}
    engine = Romaniser(other, copies=False)
    renderings = Enforcer(terms, engine, GlossarySettings(place=False)).render(segments)
    for source, rendering in zip(segments, renderings, strict=True):
        assert_true(source, rendering, terms)
        undone = rendering.text
        for mention in sorted(rendering.mentions, key=lambda item: -item.target_start):
            assert mention.rung in ("present", "repaired", "flagged")
            if mention.rung != "flagged":
                undone = undone[: mention.target_start] + mention.before + undone[mention.target_end :]
        assert undone == rendering.machine
    # Each name that the engine spells another way is repaired; those of several words it does not know.
    misspelt = {target for word, target in single_words(terms) if other[word] != target}
    lines = [mention for mention in ledger(renderings) if mention.target in misspelt]
    assert {mention.rung for mention in lines} == {"repaired"}


def test_the_articles_name_what_a_reader_finds(segments: list[str], terms: Glossary) -> None:
    found = {}
    for source in dict.fromkeys(segments):
        for match in Matcher(terms).find(source):
            found.setdefault(match.entry.target, set()).add(source[match.start : match.end])
    assert found["Abu al-Qasim Rawi"] == {
        "أبو القاسم الراوي", "أبي القاسم الراوي", "أبا القاسم الراوي", "بأبي القاسم الراوي",
    }  # fmt: skip
    assert found["Syria"] == {"سوريا", "سورية", "وسوريا", "وسورية"}  # not سورياً
    assert found["Barakat"] == {"بركات"}  # not وبركاته
    assert found["Damascus"] == {"دمشق", "ودمشق"}
    assert found["groundwater"] == {"المياه الجوفية", "للمياه الجوفية"}
    assert found["United Nations"] == {"الأمم المتحدة", "للأمم المتحدة"}
    assert found["Amman"] == {"عمان"}
    assert found["Amman Stock Exchange"] == {"بورصة عمان"}
