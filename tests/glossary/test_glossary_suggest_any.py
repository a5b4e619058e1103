"""Whatever the pairs hold, a proposal is a glossary that lint has no error in, and it settles itself."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stand_in import paragraphs

from mtpipe.glossary import Glossary, Matcher
from mtpipe.glossary.lint import check
from mtpipe.glossary.names import Pair
from mtpipe.glossary.suggest import names, suggest

# fmt: off
WORDS = (
    "Lavrov", "Lafrov", "Aleppo", "Haleb", "Raqqa", "al-Raqqa", "Euphrates", "River", "United", "Nations", "U.N.",
    "the", "The", "of", "in", "said,", '"Water"', "Omar's", "visited", "and", "met", ".", "(", "van", "Abu", "bin",
    "O'Neill", "3.5", "لافروف", "\u200b", "İstanbul",
)
# fmt: on
_english = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)
_pairs = st.lists(st.tuples(paragraphs, st.one_of(_english, st.text(max_size=20))), max_size=6)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_pairs, st.integers(1, 3))
def test_a_proposal_loads_and_settles_itself(texts: list[tuple[str, str]], least: int) -> None:
    pairs = [Pair(f"a#p{number}s1", "a", *text) for number, text in enumerate(texts)]
    entries = suggest(pairs, least=least)
    Matcher(Glossary(tuple(entries)))
    assert [finding for finding in check(entries) if finding.level == "error"] == []
    assert all("\n" not in entry.note for entry in entries)
    assert suggest(pairs, entries, least=least) == []


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_pairs)
def test_renderings_are_words_of_the_english(texts: list[tuple[str, str]]) -> None:
    pairs = [Pair(f"a#p{number}s1", "a", *text) for number, text in enumerate(texts)]
    english = "\n".join(pair.target for pair in pairs)
    for name in names(pairs):
        assert all(written in english for written in name.rendered.renderings)
        assert name.rendered.known.total() + name.rendered.renderings[""] == name.mentions
