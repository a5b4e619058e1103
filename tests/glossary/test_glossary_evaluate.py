"""Terms measured on a test set with stand-in engines: what is counted, and the control with random words."""

from __future__ import annotations

import pytest
from romaniser import Romaniser

from mtpipe.glossary import Entry, Glossary
from mtpipe.glossary.control import random_terms
from mtpipe.glossary.inject import PROBES
from mtpipe.quality import TestSet, evaluate_terms, translated
from mtpipe.settings import GlossarySettings, Settings

ENGLISH = {
    "زار": "visited", "الوزير": "the minister", "إربد": "Irbid", "حلب": "Haleb", "مدينة": "city", "أمس": "yesterday",
    "قرية": "village", "مصنع": "factory", "افتتح": "opened", "جديد": "new", "المدير": "the director", "غادر": "left",
}  # fmt: skip
SOURCES = (
    "زار الوزير مدينة حلب أمس",
    "افتتح المدير مصنع إربد",
    "غادر الوزير مدينة إربد",
    "زار المدير مدينة حلب. غادر أمس.",
)
REFERENCES = (
    "The minister visited the city of Aleppo yesterday", "The director opened the factory of Irbid",
    "The minister left the city of Irbid", "The director visited the city of Aleppo. He left yesterday.",
)  # fmt: skip
DATA = TestSet("four", SOURCES, REFERENCES)
TERMS = Glossary((Entry("حلب", "Aleppo", "city"), Entry("إربد", "Irbid", "city"), Entry("دمشق", "Damascus", "city")))


def score(engine: Romaniser, **steps: bool) -> object:
    settings = Settings(glossary=GlossarySettings(**steps))
    return evaluate_terms(DATA, translated(DATA, engine, Glossary(), settings), engine, TERMS, settings)


def test_terms_are_counted_and_chrf_gains() -> None:
    found = score(Romaniser(ENGLISH), repair=False, place=False)
    assert (found.score.mentions, found.score.names, found.score.listed) == (4, 2, 100.0)
    rungs = {rung: count for rung, count in found.score.rungs if count}
    assert rungs == {"present": 2, "injected": 2}
    assert found.chrf[1].score > found.chrf[0].score
    assert (found.consistency.value, found.consistency.names) == (100.0, 2)
    # Five sentences, four of them with a term; two of these a second time, and once the question whether it copies.
    assert found.segments == pytest.approx((7 + len(PROBES)) / 5)


def test_what_is_repaired_or_placed_is_not_translated_again() -> None:
    for steps, rung in (({}, "repaired"), ({"repair": False}, "placed")):
        found = score(Romaniser(ENGLISH), **steps)
        assert {name for name, count in found.score.rungs if count} == {"present", rung}
        assert (found.score.listed, found.segments) == (100.0, 1.0)


def test_an_engine_that_cannot_copy_fails() -> None:
    found = score(Romaniser(ENGLISH, copies=False), repair=False, place=False)
    assert found.score.listed == 50.0
    assert dict(found.score.rungs)["flagged"] == 2
    assert "flagged 2" in str(found)


def test_an_empty_glossary_changes_nothing() -> None:
    engine = Romaniser(ENGLISH)
    plain = translated(DATA, engine, Glossary(), Settings())
    found = evaluate_terms(DATA, plain, engine, Glossary(), Settings())
    assert found.chrf[0] == found.chrf[1]
    assert (found.score.mentions, found.random.mentions, found.segments) == (0, 0, 1.0)


def test_random_words_are_no_terms_and_have_their_own_translation() -> None:
    chosen = random_terms(SOURCES, REFERENCES, TERMS)
    assert chosen.entries == (Entry("مدينة", "city", case="any"),)
    assert random_terms(SOURCES, REFERENCES, Glossary()).entries == ()
    assert random_terms(SOURCES, REFERENCES, TERMS) == chosen
