"""The line of alignment: pairs in, beads measured, kept or rejected, whole pairs refused."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import align_stand_in
import pytest
import stand_in
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mtpipe import intake, pairing
from mtpipe.align import Usem3
from mtpipe.aligning import WRONG_PAIR, Aligning, kept, wrong_pair
from mtpipe.article import AlignedArticle, Article, ArticlePair, build
from mtpipe.errors import ArticleError, UsageError
from mtpipe.settings import Settings

slow_machine = settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.too_slow])


def arabic(number: int) -> Article:
    paragraphs = stand_in.text(number).strip().split("\n\n")[:-1]
    return build(f"a{number}", [("text", text) for text in paragraphs])


def english(number: int) -> Article:
    texts = [align_stand_in.english(paragraph.text) for paragraph in arabic(number).paragraphs]
    return build(f"b{number}", [("text", text) for text in texts])


def ids(article: Article) -> list[str]:
    return [sentence.id for paragraph in article.paragraphs for sentence in paragraph.sentences]


@slow_machine
@given(stand_in.articles(), st.lists(st.integers(0, 30), min_size=1, max_size=3), st.floats(0, 1))
def test_nothing_is_lost_whatever_is_aligned_with_whatever(source: Article, numbers: list[int], keep: float) -> None:
    texts = [paragraph.text for number in numbers for paragraph in english(number).paragraphs]
    target = build("b", [("text", text) for text in texts])
    made = align_stand_in.line(keep=keep).align(ArticlePair(source, target))
    for side, whole in (("source", made.pair.source), ("target", made.pair.target)):
        assert Counter(unit.id for bead in made.sentences for unit in getattr(bead, side)) == Counter(ids(whole))
        found = Counter(unit.id for bead in made.paragraphs for unit in getattr(bead, side))
        assert found == Counter(paragraph.id for paragraph in whole.paragraphs)
    for beads in (made.sentences, made.paragraphs):
        assert len({bead.id for bead in beads}) == len(beads)
        for bead in beads:
            assert bead.source or bead.target
            assert 0 <= bead.probability <= 1
            assert (bead.reason == "unmatched") == (not bead.matched) == (bead.quality is None)


def test_ids_of_beads() -> None:
    made = align_stand_in.line().align(ArticlePair(arabic(1), english(1)))
    assert [bead.id for bead in made.sentences] == [f"a1#sb{place}" for place in range(1, len(made.sentences) + 1)]
    assert [bead.id for bead in made.paragraphs] == [f"a1#pb{place}" for place in range(1, len(made.paragraphs) + 1)]


def test_the_threshold_decides_what_is_kept() -> None:
    pair = ArticlePair(arabic(1), english(1))
    all_of_it = align_stand_in.line(keep=0.0).align(pair)
    none_of_it = align_stand_in.line(keep=1.0).align(pair)
    assert {bead.reason for bead in all_of_it.sentences if bead.matched} == {""}
    sure = [bead for bead in none_of_it.sentences if bead.matched and bead.probability < 1]
    assert {bead.reason for bead in sure} <= {"low-probability"}
    assert kept(all_of_it).best > kept(none_of_it).best or not sure


def test_a_pair_with_nothing_in_common_is_refused_by_name() -> None:
    line = align_stand_in.line(least_kept=0.3, keep=1.0)
    wrong = ArticlePair(arabic(1), english(2))
    result = line.render([wrong, replace(wrong, source=arabic(3), target=english(3))])
    refused = result.refused["a1"]
    assert refused.reason == WRONG_PAIR
    assert "a1 and b2 do not tell the same" in str(refused)
    assert "align.least_kept (30%)" in str(refused)
    assert [article.pair.id for article in result.articles] == [
        name for name in ("a1", "a3") if name not in result.refused
    ]


def test_a_short_english_of_a_long_article_is_no_wrong_pair() -> None:
    made = align_stand_in.line(keep=0.0).align(ArticlePair(arabic(1), english(1)))
    first = made.sentences[0]
    rest = tuple(replace(bead, target=(), reason="unmatched", quality=None) for bead in made.sentences[1:])
    target = build("b", [("text", first.target_text)])
    short = AlignedArticle(
        replace(made.pair, target=replace(made.pair.target, paragraphs=target.paragraphs)), (), (first, *rest)
    )
    short = replace(short, pair=replace(short.pair, target=made.pair.target))
    assert kept(short).source < 1
    assert wrong_pair(short, kept(short).best) is None
    assert wrong_pair(short, kept(short).best + 0.01) is not None


@pytest.mark.slow
def test_of_the_examples_the_right_pairs_are_kept_whole_and_of_wrong_ones_little(project: Path) -> None:
    """The figures of docs/alignment.md: all of the text, and at most 14 %, with the built-in embedder."""
    wanted = Settings()
    sources = list(intake.read([project / "examples" / "articles"], wanted.intake))
    targets = list(intake.read([project / "examples" / "english"], wanted.intake, language="en"))
    line = Aligning(wanted, Usem3())
    for number, source in enumerate(sources):
        for other, target in enumerate(targets):
            share = kept(line.align(ArticlePair(source, target)))
            if number == other:
                assert (share.source, share.target) == (1, 1), source.id
            else:
                assert share.best <= 0.14, (source.id, target.id)


def paired(left: list[Article | ArticleError], right: list[Article | ArticleError], **align: object) -> dict[str, str]:
    wanted = align_stand_in.settings(**align)
    items = pairing.pairs(left, right, align_stand_in.Spelled(), wanted)
    return {
        item.id if isinstance(item, ArticlePair) else item.article_id: (
            f"{item.target.id} {item.paired_by}" if isinstance(item, ArticlePair) else item.reason
        )
        for item in items
    }


def named(article: Article, name: str) -> Article:
    return build(name, [(paragraph.role, paragraph.text) for paragraph in article.paragraphs])


def test_names_pair_and_contents_pair_the_rest() -> None:
    left = [named(arabic(number), name) for number, name in enumerate(("x.ar.txt", "p.txt", "q.txt"))]
    right = [named(english(number), name) for number, name in ((2, "r.txt"), (0, "x.en.txt"), (9, "s.txt"))]
    assert paired(left, right) == {
        "x.ar.txt": "x.en.txt name",
        "p.txt": "unpaired",
        "q.txt": "r.txt content",
        "s.txt": "unpaired",
    }
    assert paired(left, right, pairing="name") == {
        "x.ar.txt": "x.en.txt name",
        "p.txt": "unpaired",
        "q.txt": "unpaired",
        "r.txt": "unpaired",
        "s.txt": "unpaired",
    }
    assert paired(left, right, pairing="content")["x.ar.txt"] == "x.en.txt content"


def test_names_that_lie_are_left_to_the_contents_when_asked() -> None:
    left = [named(arabic(number), f"{number}.txt") for number in range(3)]
    right = [named(english(number), f"{(number + 1) % 3}.txt") for number in range(3)]
    assert paired(left, right)["0.txt"] == "0.txt name"
    assert paired(left, right, pairing="content") == {
        "0.txt": "1.txt content",
        "1.txt": "2.txt content",
        "2.txt": "0.txt content",
    }


def test_two_single_articles_are_a_pair_whatever_they_are_called() -> None:
    assert paired([arabic(1)], [english(2)]) == {"a1": "b2 list"}


def test_what_can_not_be_read_keeps_its_place() -> None:
    broken = ArticleError("broken", "empty-file", "broken.txt: the file is empty.")
    other = ArticleError("other", "binary", "other.txt: not a text file.")
    found = paired([arabic(1), broken, arabic(2)], [other, english(2), english(1)])
    assert list(found.items()) == [
        ("a1", "b1 content"),
        ("broken", "empty-file"),
        ("a2", "b2 content"),
        ("other", "binary"),
    ]


def test_the_unpaired_are_told_the_nearest() -> None:
    wanted = align_stand_in.settings()
    items = list(pairing.pairs([arabic(1), arabic(5)], [english(1), english(9)], align_stand_in.Spelled(), wanted))
    told = [str(item) for item in items if isinstance(item, ArticleError)]
    assert len(told) == 2
    assert "a5: no English article tells the same; the nearest is b" in told[0]
    assert "b9: no Arabic article tells the same; the nearest is a" in told[1]
    assert all("align.pair_score 0.85" in text for text in told)


NOT_ARABIC = ArticleError("x", "not-arabic", "")
NOT_ENGLISH = ArticleError("y", "not-english", "")
EMPTY = ArticleError("z", "empty-file", "")


@pytest.mark.parametrize(
    ("left", "right", "said"),
    [
        ([NOT_ARABIC], [NOT_ENGLISH], "mtpipe align en ar -o out"),
        ([NOT_ARABIC, EMPTY], [NOT_ENGLISH, NOT_ENGLISH], "the languages are exchanged"),
        ([NOT_ARABIC], [english(1)], "no side is Arabic: ar is not, and en is in Latin letters"),
        ([arabic(1)], [NOT_ENGLISH], "no side is English: en is not, and ar is Arabic"),
    ],
)
def test_languages_that_are_wrong_on_a_whole_side(
    left: list[Article | ArticleError], right: list[Article | ArticleError], said: str
) -> None:
    with pytest.raises(UsageError) as caught:
        pairing.check_languages(left, right, given=("ar", "en"), out="out")
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ([arabic(1), NOT_ARABIC], [english(1), NOT_ENGLISH]),
        ([EMPTY], [EMPTY]),
        ([EMPTY], [NOT_ENGLISH]),
        ([NOT_ARABIC], [EMPTY]),
    ],
)
def test_one_article_in_another_language_is_a_row_not_the_end(
    left: list[Article | ArticleError], right: list[Article | ArticleError]
) -> None:
    pairing.check_languages(left, right, given=("ar", "en"), out="out")
    assert len(paired(left, right)) == len({*left, *right}) - sum(isinstance(item, Article) for item in left)
