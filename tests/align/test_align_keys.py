"""The keys that both scripts write names, figures and dates by, and what they weigh."""

from __future__ import annotations

import math

import pytest

from mtpipe.align.anchors import COMMONEST, HEAVIEST, anchored, figures, source_anchors, target_anchors
from mtpipe.align.dates import ARABIC, ARABIC_DAYS, ENGLISH, ENGLISH_DAYS, arabic_dates, english_dates
from mtpipe.align.names import arabic_keys, english_keys


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("بوتين", {"btn"}),
        ("طرابلس", {"trbls"}),
        ("ثابت", {"tbt"}),
        ("خالد", {"gld"}),
        ("قطر", {"gtr"}),
        ("ذمار", {"dmr"}),
        ("ظفار", {"dfr"}),
        ("شارون", {"srn"}),
        ("تشيلي", {"tsl"}),
        ("پاريس", {"brs"}),
        ("فرنسا", {"frns", "rns"}),  # ف may be a prefix
        ("وبيروت", {"brt"}),
        ("والقاهرة", {"lgr"}),
        ("بالقاهرة", {"blgr", "lgr"}),
        ("للقاهرة", {"lgr"}),
        ("جدة", set()),  # two consonants are too few
        ("ممممدد", set()),  # doubled ones count once
        ("في Paris اليوم", {"=paris", "brs"}),
        ("يناير", {"month 1"}),
        ("", set()),
    ],
)
def test_anchors_of_arabic(text: str, keys: set[str]) -> None:
    assert source_anchors(text) == keys


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("Putin", {"=putin", "btn"}),
        ("Schumacher", {"=schumacher", "smsr"}),
        ("Churchill", {"=churchill", "srsl"}),
        ("Khaled", {"=khaled", "gld"}),
        ("Ghannam", {"=ghannam", "gnm"}),
        ("Thatcher", {"=thatcher", "tsr"}),
        ("Joseph", {"=joseph", "gsf"}),
        ("Becker", {"=becker", "bgr"}),
        ("Maxwell", {"=maxwell", "mgsl"}),
        ("Cyprus", {"=cyprus", "sbrs"}),
        ("Quebec", {"=quebec", "gbg"}),
        ("Zagreb", {"=zagreb", "sgrb"}),
        ("Al-Quds", {"=al-quds", "gds"}),
        ("El-Baradei", {"=el-baradei", "brd"}),
        ("Merkel's", {"=merkel's", "mrgl"}),
        ("Merkel’s", {"=merkel’s", "mrgl"}),
        ("merkel", {"=merkel"}),  # no capital, no name
        ("Rome", {"=rome"}),
        ("", set()),
    ],
)
def test_anchors_of_english(text: str, keys: set[str]) -> None:
    assert target_anchors([text]) == [keys]


def test_a_word_that_is_written_small_somewhere_is_no_name() -> None:
    assert target_anchors(["Moscow", "moscow"]) == [{"=moscow"}, {"=moscow"}]


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("80", {"#80"}),
        ("٨٠ و007", {"#80", "#7"}),
        ("1,250 1.250.000 ١٬٢٥٠", {"#1250", "#1250000"}),
        ("1,25", {"#1", "#25"}),
        ("9" * 15, {"#" + "9" * 15}),
        ("9" * 16, set()),
        ("none", set()),
    ],
)
def test_figures(text: str, keys: set[str]) -> None:
    assert figures([text], ["", text]) == ([keys], [set(), keys])


def test_anchors_weigh_by_how_rare_they_are() -> None:
    source, target = ["1 2 3", "1 2", "1", "1"], ["3 1", "2 2", "2", "1", "9"]
    ours, theirs, weights = anchored(source, target)
    assert weights == pytest.approx({f"#{n}": math.log(9 / (count * COMMONEST)) for n, count in ((2, 4), (3, 2))})
    assert ours == [("#2", "#3"), ("#2",), (), ()]  # 1, in six of nine sentences, has no weight
    assert theirs == [("#3",), ("#2",), ("#2",), (), ()]
    assert anchored(["7"] + [""] * 99, ["7"] + [""] * 99)[2] == {"#7": HEAVIEST}
    assert anchored(["7"], ["7"], [])[2] == {}


def test_readers_add_up() -> None:
    def reader(source: object, target: object) -> tuple[list[frozenset[str]], list[frozenset[str]]]:
        return [frozenset({"x"}), frozenset()] + [frozenset()] * 4, [frozenset(), frozenset({"x"})] + [frozenset()] * 4

    ours, theirs, _ = anchored(["7", "", "", "", "", ""], ["", "7", "", "", "", ""], [figures, reader])
    assert (ours[0], theirs[1]) == (("#7", "x"), ("#7", "x"))


@pytest.mark.parametrize("number", range(1, 13))
def test_every_month(number: int) -> None:
    key = {f"month {number}"}
    for name in ARABIC[number - 1]:
        for text in (name, f"في {name} الماضي", f"و{name}.", f"ب{name}", f"ول{name}"):
            assert arabic_dates(text) == key, text
        assert arabic_dates(f"س{name}") == arabic_dates(f"{name}س") == frozenset()
    assert english_dates(f"in {ENGLISH[number - 1]} 2017") == key
    assert english_dates(f"in {ENGLISH[number - 1]}ly") == frozenset()


@pytest.mark.parametrize("number", range(1, 8))
def test_every_day(number: int) -> None:
    key = {f"day {number}"}
    name = ARABIC_DAYS[number - 1]
    for text in (f"ال{name}", f"وبال{name}", f"كال{name}", f"لل{name}"):
        assert arabic_dates(text) == key, text
    assert arabic_dates(name) == frozenset()
    for text in (f"on {ENGLISH_DAYS[number - 1]}day", f"{ENGLISH_DAYS[number - 1]}days"):
        assert english_dates(text) == key, text


def test_days_by_their_names() -> None:
    arabic = ["الأحد", "الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت"]
    english = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
    assert [set(arabic_dates(name)) for name in arabic] == [{f"day {day}"} for day in range(1, 8)]
    assert [set(english_dates(name)) for name in english] == [{f"day {day}"} for day in range(1, 8)]


def test_dates_that_are_also_other_words() -> None:
    assert arabic_dates("في آب وبآب") == {"month 8"}
    assert arabic_dates("يناير وآب") == {"month 1", "month 8"}
    assert arabic_dates("أب آباء") == frozenset()
    assert english_dates("May he go. In May") == {"month 5"}
    assert english_dates("March on. May we") == {"month 5"}
    assert english_dates("March on") == frozenset()
    assert english_dates("August is hot on Friday") == {"month 8", "day 6"}


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("لافروف", {"lfrf", "frf"}),  # ل may be a prefix
        ("ولموسكو", {"lmsk", "msk"}),
        ("والقاهرة", {"lkr"}),
        ("فسيزور", {"fsr"}),
        ("قطر", {"ktr"}),
        ("جدول", {"jdl"}),
        ("محمد", set()),  # two of a kind with nothing but ح between them count once
        ("بال", set()),
        ("Twitter", {"=twitter"}),
        ("CNN", {"=cnn"}),
        ("UN", set()),
        ("2017", set()),
    ],
)
def test_keys_of_arabic(text: str, keys: set[str]) -> None:
    assert arabic_keys(text) == keys


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("Lavrov", {"=lavrov", "lfrf"}),
        ("Moscow's", {"=moscow", "msk"}),
        ("Guterres’", {"=guterres", "jtrs"}),
        ("Qatar", {"=qatar", "ktr"}),
        ("Pope", {"=pope"}),
        ("UN Al", set()),
        ("moscow", set()),
        ("Moscow moscow", set()),
        ("Moscow Moscow", {"=moscow", "msk"}),
    ],
)
def test_keys_of_english(text: str, keys: set[str]) -> None:
    assert english_keys(text) == keys
