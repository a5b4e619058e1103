"""What holds for any text: one ledger line a mention, true spans, and nothing damaged outside them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wordwise import WORDS, Wordwise

from mtpipe.glossary import Enforcer, Entry, Glossary, Matcher
from mtpipe.settings import GlossarySettings
from mtpipe.translate.base import Hypotheses

ENTRIES = (
    Entry("الرقة", "Raqqa", variants=("Ar-Raqqah",)),
    Entry("حلب", "Aleppo", variants=("Halab",)),
    Entry("لافروف", "Lavrov"),
    Entry("طلال سلو", "Talal Silo"),
    Entry("سلو", "Silo"),
    Entry("هدنة", "ceasefire", case="sentence", variants=("truce",)),
    Entry("داعش", "ISIS", variants=("Daesh", "Islamic State")),
)
SOURCES = [*WORDS, "الرقة", "وبالرقة", "للرقة", "حلب", "بحلب", "لافروف", "طلال سلو", "سلو", "هدنة", "داعش", "،", "80"]
ENGLISH = [
    "he", "met", "a", "an", "the", "Raqqa", "Rakka", "al-Raqqa", "Ar-Raqqah's", "Aleppo", "Halab", "Lavrov", "Lafrouf",
    "Lafrov's", "Talal", "Silo", "Sillo", "Ceasefire", "truce", "Daesh", "ISIS", "Islamic", "State", "Syrian", "80",
    "Mahmoud", "said.", "“Rakka”,", "Lafroufs'", "Libya", "Reporter",
]  # fmt: skip

sources = st.lists(st.sampled_from(SOURCES), min_size=1, max_size=10).map(" ".join)
english = st.lists(st.sampled_from(ENGLISH), min_size=1, max_size=12).map(" ".join)
switches = st.fixed_dictionaries(
    {"inject": st.booleans(), "repair": st.booleans(), "place": st.booleans(), "n_best": st.integers(1, 3)}
)


def enforcer(engine: Wordwise, settings: dict[str, object]) -> Enforcer:
    return Enforcer(Glossary(ENTRIES), engine, GlossarySettings.model_validate(settings))


def outside(text: str, spans: list[tuple[int, int]]) -> list[str]:
    """Return the words outside the spans, articles and possessive endings left out: those may agree with the name."""
    cursor, kept = 0, ""
    for start, end in sorted(spans):
        kept += text[cursor:start] + " "
        cursor = end
    words = re.findall(r"\w+", kept + text[cursor:])
    return [word for word in words if word.lower() not in ("a", "an", "s", "al")]


@given(sources, st.lists(english, min_size=1, max_size=3), switches)
def test_every_mention_has_one_line_and_a_true_span(
    source: str, translations: list[str], settings: dict[str, object]
) -> None:
    (rendering,) = enforcer(Wordwise(script={source: translations}), settings).render([source])
    found = Matcher(Glossary(ENTRIES)).find(source)
    assert [(item.source_start, item.source_end) for item in rendering.mentions] == [(m.start, m.end) for m in found]
    placed = [mention for mention in rendering.mentions if mention.rung != "flagged"]
    for mention in placed:
        assert rendering.text[mention.target_start : mention.target_end] == mention.after
        assert mention.after in (mention.target, mention.target.capitalize())
    spans = sorted((mention.target_start, mention.target_end) for mention in placed)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert all(bool(mention.reason) == (mention.rung == "flagged") for mention in rendering.mentions)
    assert rendering.machine == translations[0]


@given(sources, english)
def test_a_repair_changes_nothing_outside_its_span(source: str, translation: str) -> None:
    engine = Wordwise(script={source: [translation]})
    (rendering,) = enforcer(engine, {"inject": False, "n_best": 1, "place": False}).render([source])
    placed = [mention for mention in rendering.mentions if mention.rung != "flagged"]
    spans = [(mention.target_start, mention.target_end) for mention in placed]
    # Undo the repairs, the last first, and the engine's words must stand there again.
    text = rendering.text
    for mention in sorted(placed, key=lambda item: -item.target_start):
        text = text[: mention.target_start] + mention.before + text[mention.target_end :]
    assert outside(text, []) == outside(translation, [])
    before = [word for mention in placed for word in re.findall(r"\w+", mention.before)]
    assert len(outside(translation, [])) - len([w for w in before if w.lower() not in ("s", "al")]) == len(
        outside(rendering.text, spans)
    )


@given(sources, english, st.booleans())
def test_what_was_enforced_stays_as_it_is(source: str, translation: str, place: bool) -> None:
    wanted = {"inject": False, "n_best": 1, "place": place}
    (once,) = enforcer(Wordwise(script={source: [translation]}), wanted).render([source])
    (twice,) = enforcer(Wordwise(script={source: [once.text]}), wanted).render([source])
    if all(mention.rung != "flagged" for mention in once.mentions):
        assert twice.text == once.text
        assert {mention.rung for mention in twice.mentions} <= {"present"}


@given(st.lists(sources, max_size=4))
def test_an_empty_glossary_changes_nothing(segments: list[str]) -> None:
    engine = Wordwise({"الرقة": "Rakka", "لافروف": "Lafrouf"})
    plain = [found.best for found in engine.translate(segments)]
    engine.asked.clear()
    renderings = Enforcer(Glossary(), engine, GlossarySettings()).render(segments)
    assert [(item.text, item.machine, item.score, item.mentions) for item in renderings] == [
        (found.text, found.text, found.score, ()) for found in plain
    ]
    assert engine.asked == [(1, False)] * bool(segments)


@settings(deadline=None)  # an enforcer for each of six segments
@given(st.lists(sources, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_a_rendering_does_not_depend_on_its_neighbours(segments: list[str], random: object) -> None:
    words = {"الرقة": "Rakka", "لافروف": "Lafrouf", "حلب": "milk", "داعش": "Daesh"}
    together = enforcer(Wordwise(words), {}).render(segments)
    alone = [enforcer(Wordwise(words), {}).render([segment])[0] for segment in segments]
    assert together == alone
    shuffled = list(range(len(segments)))
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis hands out a Random under another type
    mixed = enforcer(Wordwise(words), {}).render([segments[place] for place in shuffled])
    assert mixed == [together[place] for place in shuffled]


@given(sources)
def test_an_engine_that_copies_names_leaves_nothing_flagged(source: str) -> None:
    # Word by word with Latin copied: injection must bring every name through, unless a check of ours refuses it.
    glued = {"وبالرقة": "and in windy", "للرقة": "to windy", "بحلب": "in windy"}
    words = dict.fromkeys(SOURCES, "windy") | WORDS | glued
    (rendering,) = enforcer(Wordwise(words), {"place": False}).render([source])
    if not rendering.flags:
        for mention in rendering.mentions:
            written = source[mention.source_start : mention.source_end]
            assert (mention.rung, mention.reason) == (
                ("flagged", "homograph") if written == "بحلب" else ("injected", "")
            )


class Losing(Wordwise):
    """An engine that breaks its promise: of several segments it leaves out the last."""

    def translate(self, segments: Sequence[str], **how: Any) -> list[Hypotheses]:
        return super().translate(segments, **how)[: max(1, len(segments) - 1)]


@pytest.mark.parametrize("segments", [["قال أمس", "زار أمس"], ["قال لافروف", "زار لافروف"]])
def test_an_engine_that_loses_segments_is_never_believed(segments: list[str]) -> None:
    glossary = Glossary((Entry("لافروف", "Lavrov"),))
    engine = Losing({"لافروف": "Lavrov"})
    with pytest.raises(ValueError, match="shorter"):
        Enforcer(glossary, engine, GlossarySettings()).render(segments)
