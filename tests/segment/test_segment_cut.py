"""Cuts inside sentences that are too long for the model."""

from __future__ import annotations

import itertools

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from mtpipe.segment import cut
from mtpipe.segment.cut import CONNECTED, COSTS, WEAK, places


def words(text: str) -> int:
    return len(text.split())


def clusters(text: str) -> int:
    return len(regex.findall(r"\X", text))


SOME_WORDS = (
    "قال الوزير، إن «داعش» و«قوات سوريا الديمقراطية في الشمال» وأضاف؛ فيما بينما 80 كيلومتراً 10 000 3.5 عبد الله "
    "(كما) : . – نَعَمْ، كتبوا"
)
arabic_words = st.sampled_from(SOME_WORDS.split())
texts = st.one_of(st.text(max_size=150), st.lists(arabic_words, max_size=80).map(" ".join))


@given(texts, st.integers(1, 40))
def test_pieces_rejoin_and_obey_the_limit(text: str, limit: int) -> None:
    spans = cut(text, limit, len)
    assert "".join(text[start:end] for start, end in spans) == text
    assert [0, *(end for _, end in spans)] == [*(start for start, _ in spans), len(text)]
    for start, end in spans:
        assert end - start <= limit or clusters(text[start:end]) == 1


@given(texts, st.integers(1, 40))
def test_letters_keep_their_marks(text: str, limit: int) -> None:
    edges = {0, *(cluster.end() for cluster in regex.finditer(r"\X", text))}
    assert {end for _, end in cut(text, limit, len)} <= edges


@given(st.lists(arabic_words, min_size=1, max_size=200).map(" ".join), st.integers(5, 60))
def test_length_is_measured_a_few_times_only(text: str, limit: int) -> None:
    measured = []

    def length(piece: str) -> int:
        measured.append(piece)
        return words(piece)

    pieces = cut(text, limit, length)
    assert len(measured) == 2 * len(pieces) - 1
    assert len(pieces) <= 2 + 3 * words(text) / limit


@given(st.lists(st.sampled_from(["كتب", "ولد", "درس", "رجل", "ماء"]), min_size=51, max_size=300).map(" ".join))
def test_pieces_are_balanced_where_all_places_are_equal(text: str) -> None:
    sizes = [words(text[start:end]) for start, end in cut(text, 50, words)]
    assert max(sizes) <= 50
    assert max(sizes) <= 3 * min(sizes)


@pytest.mark.parametrize(
    ("marked", "limit"),
    [
        # the semicolon before any comma
        ("وصل الوفد إلى المدينة، وزار المتحف الوطني؛ ¦ثم التقى الرئيس في قصره، وتناول الغداء معه", 9),
        # a clause before an enumeration
        ("زار الوفد المدينة القديمة والمتحف والسوق الكبير، ¦وأكد رئيسه أن الزيارة مهمة جداً للجميع", 9),
        ("أعلنت الوزارة أمس بدء المرحلة الأولى من المشروع ¦فيما طالب السكان بتعويضات عادلة عن أراضيهم", 9),
        ("أشاد الرئيس بنتائج اللقاء الأخير بين الجانبين ¦مؤكداً أن بلاده ستواصل دعم الجهود المبذولة", 9),
        # the edge of a quotation
        ("وذكر المتحدث باسم الحكومة في مؤتمر صحافي: ¦«إن القرار النهائي يعود إلى البرلمان وحده دون سواه»", 9),
        # a name in quotes is no edge
        ("نقلت وكالة «سبوتنيك» عن مصدر في المدينة قوله ¦إن القتال توقف تماماً منذ الليلة الماضية", 9),
        # neither a name nor a number is torn
        ("زار الأمير الشاب مدينة الرياض ¦برفقة عبد الله سالم", 5),
        ("بلغ عدد سكان المدينة الصغيرة ¦نحو 10 000 نسمة فقط", 7),
        ("short enough", 2),
        ("", 2),
    ],
)
def test_best_place(marked: str, limit: int) -> None:
    text = marked.replace("¦", "")
    assert "¦".join(text[start:end] for start, end in cut(text, limit, words)) == marked


CONJUNCTIONS = (
    "لكن|لكنه|لكنها|لكنهم|ولكنهن|لكنهما|لكننا|لكنني|غير أن|غير أنه|إلا أنها|لأن|لأنه|لأنهم|على أن|على أنه|بعدما|عندما"
    "|وعندما|حينما|كلما|بعد أن|قبل أن|على الرغم من|بالرغم من|رغم|لٰكِنَّهُ|عَلَى أَنْ|عِندَما"
)


@pytest.mark.parametrize("conjunction", CONJUNCTIONS.split("|"))
@pytest.mark.parametrize("before", [7, 11])
def test_before_a_conjunction_rather_than_in_the_middle(conjunction: str, before: int) -> None:
    left = "كتب " * before
    text = f"{left}{conjunction}{' كتب' * (17 - before)}"
    assert cut(text, 13, words) == [(0, len(left)), (len(left), len(text))]


@pytest.mark.parametrize(
    "marked",
    [
        "كتب ¦لأنقرة كتب",
        "كتب ¦لكنيسة كتب",
        "كتب ¦عندنا كتب",
        "كتب ¦على أنقاض كتب",
        "كتب ¦علي إن كتب",
        "أكد ¦على أن كتب",
        "وأكد الوزير ¦على أن كتب",
        "كتب ¦من أن كتب",
    ],
)
def test_what_merely_looks_like_a_conjunction(marked: str) -> None:
    assert dict(places(marked.replace("¦", "")))[marked.index("¦")] > COSTS[CONNECTED]


@pytest.mark.parametrize(
    "held",
    [
        "بالنسبة إلى",
        "وبالنسبة إليهم",
        "بالنسبة للجميع",
        "إضافة إلى",
        "إضافةً\nإلى",
        "بالإضافة إلى",
        "نظراً إلى",
        "نظراً لأنه",
        "على الرغم من",
        "على الرغم من أن",
        "حذر من أن",
        "حذروا من أنهم",
        "تأكدت من أنها",
        "بدلاً من أن",
        "إلا أنها",
        "غير أنه",
    ],
)
def test_a_phrase_stays_whole(held: str) -> None:
    """Whatever stands around it, in any piece that has room for it and a word more."""
    for before in range(1, 9):
        for after in range(1, 9):
            text = f"{'كتب ' * before}{held}{' كتب' * after}"
            start = len("كتب ") * before
            for limit in range(len(held.split()) + 1, before + after + len(held.split())):
                edges = [end for _, end in cut(text, limit, words)[:-1]]
                assert not [edge for edge in edges if start < edge < start + len(held)], (text, limit)


@pytest.mark.parametrize(
    ("marked", "limit"),
    [
        # its middle would be even
        ("كانت الزيارة ناجحة جداً وكبيرة ¦بالنسبة إلى السكان القدامى هناك وحدهم", 6),
        ("طلب السكان من الوزير ماء ¦وكهرباء إضافة إلى مدرسة جديدة كبيرة", 6),
        ("نبه الطبيب الشاب زملاءه ¦ثم حذر من أن المرض معدٍ جداً", 7),
        # what it leans on follows
        ("نجح المشروع الكبير أخيراً بالنسبة إلى جميع ¦سكان المدينة القديمة الصغيرة", 7),
    ],
)
def test_a_phrase_leans_on_what_follows(marked: str, limit: int) -> None:
    text = marked.replace("¦", "")
    assert "¦".join(text[start:end] for start, end in cut(text, limit, words)) == marked


@pytest.mark.parametrize(
    "marked",
    [
        "بالنسبة إلى¦ المدينة",
        "حذر¦ من¦ أن¦ الحرب",
        "حذر¦ من¦ أنها¦ حرب",
        "على¦ الرغم¦ من¦ المطر",
        "لأنها¦ مدينة",
        "لكنه¦ رجل",
        "وعندما¦ نجح",
        "أكد¦ على¦ أن¦ الحرب",
        "وأكد الوزير¦ على¦ أن¦ الحرب",
        "قال¦ علي¦ إن¦ الحرب",
    ],
)
def test_weak_places(marked: str) -> None:
    """What follows ¦ hangs on what stands before: the gap costs as much as one that tears a phrase, or more."""
    text = marked.replace("¦", "")
    weak = {len(part) for part in itertools.accumulate(marked.split("¦")[:-1])}
    costs = {end - 1: cost for end, cost in places(text)}
    assert weak <= {gap for gap, cost in costs.items() if cost >= COSTS[WEAK]}


@given(st.integers(0, 30), st.integers(8, 30))
def test_never_right_after_a_quotation_opens(before: int, limit: int) -> None:
    text = "كلمة " * before + "قال: «نحن نعلم جيداً " + "شيئاً " * 30 + "آخر»"
    assert not any(text[:end].rstrip().endswith(("«نحن", "نعلم", "«")) for _, end in cut(text, limit, words))


@given(st.lists(st.integers(0, 10**7), min_size=2, max_size=60), st.integers(12, 40))
def test_numbers_stay_whole(numbers: list[int], limit: int) -> None:
    text = " ثم ".join(f"{number:,}" for number in numbers)
    for _, end in cut(text, limit, len)[:-1]:
        assert text[end - 1].isspace()


def test_a_number_is_torn_only_where_it_exceeds_the_limit_by_itself() -> None:
    assert [end - start for start, end in cut("9" * 100, 30, len)] == [25, 25, 25, 25]


def test_a_giant_word_is_cut_between_letters() -> None:
    word = "كَ" * 1000
    spans = cut(word, 64, len)
    assert all(end - start <= 64 and start % 2 == 0 for start, end in spans)


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_without_room_is_refused(limit: int) -> None:
    with pytest.raises(ValueError, match="limit"):
        cut("نص", limit, len)
