"""lint, stats, diff and merge."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtpipe.errors import UsageError
from mtpipe.glossary import Entry, Glossary
from mtpipe.glossary.compare import Policy, beside, diff, merge
from mtpipe.glossary.entries import homographs, spelling_key
from mtpipe.glossary.lint import CODES, check, lint
from mtpipe.glossary.stats import stats

E = Entry
HEAD = "source,target,type,variants\n"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("الرقة,Raqqa,place,\nحلب,Aleppo,place,", []),
        ("الرقة,Raqqa,,\nالرقة,Raqqa,,", ["error duplicate"]),
        ("الرقة,Raqqa,,\nالرقة,Rakka,,", ["error conflict"]),
        ("الرقة,Raqqa,,\nالرقه,Raqqa,,", ["error collision"]),
        ("سورية,Syria,,سوريا\nسوريا,Syrie,,", ["error conflict"]),
        ("طلال [علي] سلو,Silo,,\nطلال سلو,Talal,,", ["error conflict"]),
        ("عمّان,Amman,,\nعُمان,Oman,,", []),
        ("الأمم المتحدة,United Nations,,\nهيئة الأمم,United nations,,", ["warning case"]),
        ("داعش,ISIS,,Islamic State\nتنظيم الدولة,Islamic State,,", ["warning variant-is-target"]),
        ("داعش,ISIS,,Daesh\nتنظيم الدولة,IS,,Daesh", ["warning variant-twice"]),
        ("الرقة,Raqqa,plcae,", ["warning type"]),
        ("الرقة,Raqqa,river,", []),
        ("الرقة,Raqqa,,\nالرقة,Rakka,,\nحلب,raqqa,,", ["error conflict", "warning case"]),
        ("الرقة,,,", ["error unreadable"]),
        ("هل وصل؟ نعم,yes,,", ["warning never-matching"]),
        ("د. علي,Ali,,", []),
        ("وكالة «سبوتنيك»,Sputnik,,", ["warning quotes"]),
        ("على,Ala,,", ["warning function-word"]),
        ("علي,Ali,,", []),
    ],
)
def test_lint(tmp_path: Path, rows: str, expected: list[str]) -> None:
    path = tmp_path / "names.csv"
    path.write_text(HEAD + rows, encoding="utf-8")
    findings = lint([path])
    assert [f"{finding.level} {finding.code}" for finding in findings] == expected
    for finding in findings:
        assert finding.code in CODES
        assert str(path) in finding.text
        assert "\n" not in str(finding)
    refused = any(finding.level == "error" for finding in findings)
    if refused:  # errors are exactly what a run refuses
        with pytest.raises(UsageError):
            Glossary.load([path])
    else:
        Glossary.load([path])


def test_every_code_has_its_own_explanation() -> None:
    assert "" not in CODES.values()
    assert len(set(CODES.values())) == len(CODES)


def test_lint_sees_files_together(tmp_path: Path) -> None:
    one, two = tmp_path / "one.csv", tmp_path / "two.csv"
    one.write_text(HEAD + "الرقة,Raqqa,,", encoding="utf-8")
    two.write_text(HEAD + "الرقة,Rakka,,", encoding="utf-8")
    assert lint([one]) == lint([two]) == []
    (finding,) = lint([one, two])
    assert f"{two} line 2" in finding.text
    assert f"{one} line 2" in finding.text


def test_stats() -> None:
    entries = [
        E("عمّان", "Amman", "city"),
        E("عُمان", "Oman", "country", note="x", variants=("سلطنة عمان", "Uman")),
        E("دير [ال]زور", "Deir ez-Zor", "city"),
        E("حلب", "Aleppo", "city"),
        E("حلب", "Aleppo", "city"),  # twice is no homograph
    ]
    counts = stats(entries)
    assert (counts.entries, counts.spellings, counts.variants, counts.notes, counts.homographs) == (5, 7, 1, 1, 2)
    assert counts.types == {"city": 4, "country": 1}
    assert counts.words == {1: 4, 2: 1}
    assert "types             city 4, country 1" in str(counts)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ([], [E("الرقة", "Raqqa")], ["+ الرقة -> Raqqa"]),
        ([E("الرقة", "Raqqa")], [], ["- الرقة -> Raqqa"]),
        ([E("الرقة", "Raqqa", where="a")], [E("الرقة", "Raqqa", where="b")], []),
        ([E("الرقة", "Raqqa")], [E("الرقة", "Rakka", "place")],
         ["~ الرقة: target 'Raqqa' -> 'Rakka', type '' -> 'place'"]),
        ([E("الرقة", "Raqqa")], [E("الرقه", "Raqqa")], ["~ الرقه: source 'الرقة' -> 'الرقه'"]),
        ([E("عمّان", "Amman"), E("عُمان", "Oman")], [E("عُمان", "Oman"), E("عمّان", "Amman")], []),
        ([E("حلب", "A"), E("حمص", "H")], [E("حماة", "Hama"), E("حمص", "H", variants=("Hims",))],
         ["+ حماة -> Hama", "~ حمص: variants '' -> 'Hims'", "- حلب -> A"]),
    ],
)  # fmt: skip
def test_diff(old: list[Entry], new: list[Entry], expected: list[str]) -> None:
    assert [str(change) for change in diff(old, new)] == expected


ONE = [E("الرقة", "Raqqa", "place", variants=("Rakka",)), E("عمّان", "Amman")]
TWO = [E("الرقه", "Ar-Raqqah", note="old", variants=("مدينة الرقة",)), E("عُمان", "Oman"), E("حلب", "Aleppo")]


def test_merge_first_and_last() -> None:
    raqqa, *others = merge([ONE, TWO], "first")
    assert raqqa == E("الرقة", "Raqqa", "place", "old", variants=("الرقه", "مدينة الرقة", "Rakka", "Ar-Raqqah"))
    assert [entry.target for entry in others] == ["Amman", "Oman", "Aleppo"]
    raqqa, *_ = merge([ONE, TWO], "last")
    assert (raqqa.target, raqqa.accepted) == ("Ar-Raqqah", ("Raqqa", "Rakka"))


def test_merge_refuses_a_conflict_and_names_it() -> None:
    one = [replace(entry, where=f"one.csv line {number}") for number, entry in enumerate(ONE, start=2)]
    two = [replace(entry, where=f"two.csv line {number}") for number, entry in enumerate(TWO, start=2)]
    with pytest.raises(UsageError, match=r"two\.csv line 2: 'الرقه' is 'Ar-Raqqah', but 'Raqqa' at one\.csv line 2"):
        merge([one, two])
    assert merge([one, one]) == one


SPELLINGS = st.sampled_from(
    ["الرقة", "الرقه", "عمّان", "عُمان", "عمان", "حلب", "حلب [ال]شهباء", "حلب الشهباء", "دير الزور"]
)
ENTRIES = st.lists(
    st.builds(
        Entry,
        SPELLINGS,
        st.sampled_from("ABC"),
        variants=st.lists(st.one_of(SPELLINGS, st.sampled_from("abc")), max_size=2, unique=True).map(tuple),
    ).filter(lambda entry: entry.source not in entry.variants),
    max_size=4,
)


def loads(entries: list[Entry]) -> bool:
    try:
        Glossary(tuple(entries))
    except UsageError:
        return False
    return True


@given(st.lists(ENTRIES, max_size=3), st.sampled_from(get_args(Policy)))
@settings(max_examples=200, deadline=None)
def test_a_merged_glossary_loads_and_loses_no_spelling(glossaries: list[list[Entry]], policy: str) -> None:
    try:
        merged = merge(glossaries, policy)  # type: ignore[arg-type]  # sampled from the policies
    except UsageError:
        return
    Glossary(tuple(merged))
    wanted = {spelling_key(spelling) for glossary in glossaries for entry in glossary for spelling in entry.spellings}
    assert {spelling_key(spelling) for entry in merged for spelling in entry.spellings} == wanted
    again = merge([merged, merged], policy)  # type: ignore[arg-type]  # as above
    assert [(e.source, e.target, set(e.variants)) for e in again] == [
        (e.source, e.target, set(e.variants)) for e in merged
    ]
    if policy == "refuse":
        targets = {entry.target for glossary in glossaries for entry in glossary}
        assert {entry.target for entry in merged} == targets


@given(ENTRIES.filter(loads), ENTRIES.filter(loads))
def test_diff_tells_all(old: list[Entry], new: list[Entry]) -> None:
    changes = diff(old, new)
    came = sum(change.before is None for change in changes)
    went = sum(change.after is None for change in changes)
    assert len(old) + came - went == len(new)
    assert diff(old, old) == diff(new, new) == []


def test_homographs_are_told_by_marks() -> None:
    assert homographs("عمّان", "عُمان")
    assert not homographs("عمان", "عمان")


FUNCTION_WORDS = (
    "لكن على إلى الى حتى لدى متى أن إن آن ان لأن لان كأن بأن فإن وإن أو إذ إذا لو ما ماذا من مع عن في هل لم لن لا قد "
    "ثم هو هي هم هن هذا هذه ذلك تلك كل كان كانت أي أية إي بلى سوى كما كي حين بين عند منذ نحو يمنى اليمنى مجرى المجرى"
)


@pytest.mark.parametrize("word", FUNCTION_WORDS.split())
def test_a_function_word_is_no_term(word: str) -> None:
    (finding,) = check([E(word, "Ala")])
    assert (finding.code, finding.level) == ("function-word", "warning")
    assert repr(word) in finding.text


@pytest.mark.parametrize(
    ("kind", "meant"),
    [
        ("persn", "person"), ("plase", "place"), ("citty", "city"), ("contry", "country"), ("agancy", "agency"),
        ("organisations", "organisation"), ("organizations", "organization"), ("terms", "term"), ("nouns", "noun"),
        ("adjectif", "adjective"), ("nationalty", "nationality"), ("verbs", "verb"),
    ],
)  # fmt: skip
def test_a_type_that_is_nearly_one(kind: str, meant: str) -> None:
    (finding,) = check([E("الرقة", "Raqqa", kind, where="x.csv line 2")])
    assert str(finding) == (
        f"warning type: x.csv line 2: type {kind!r} means nothing to the matcher. Did you mean {meant!r}?"
    )
    assert list(check([E("الرقة", "Raqqa", meant)])) == []


@pytest.mark.parametrize("mark", [*"«»“”„()", '"'])
def test_a_spelling_with_marks_is_found_with_them_only(mark: str) -> None:
    (finding,) = check([E(f"وكالة {mark}سبوتنيك", "Sputnik")])
    assert finding.code == "quotes"


def test_findings_say_what_to_do() -> None:
    entries = [
        E("الرقة", "Raqqa", where="a line 2"),
        E("الرقة", "Rakka", where="a line 3"),
        E("حلب", "aleppo", where="a line 4", variants=("Halab", "Raqqa")),
        E("حمص", "Aleppo", where="a line 5", variants=("Halab", "Aleppo")),
        E("هل وصل؟ نعم", "yes", where="a line 6"),
    ]
    assert [str(finding) for finding in check(entries)] == [
        "error conflict: a line 3: 'الرقة' is listed twice with different targets ('Raqqa' at line 2, 'Rakka'). Keep "
        "one, or name the other in 'variants'; if they are two words, write the vowel marks that tell them apart.",
        "warning never-matching: a line 6: a sentence ends within 'هل وصل؟ نعم', so that no sentence has it. "
        "List its parts.",
        "warning case: a line 5: target 'Aleppo' and 'aleppo' (a line 4) differ in case only. Write both the same.",
        "warning variant-is-target: a line 4: variant 'Raqqa' of 'aleppo' is the target at a line 2. "
        "Delete the variant.",
        "warning variant-twice: a line 5: variant 'Halab' of 'Aleppo' is one of 'aleppo', too (a line 4). Delete one.",
    ]


def test_stats_are_a_line_a_count() -> None:
    entries = [E("عمّان", "Amman", "city"), E("هدنة [قصيرة]", "truce", note="x", case="any", variants=("lull", "سلم"))]
    assert stats(entries).format().splitlines() == [
        "entries           2",
        "Arabic spellings  4",
        "English variants  1",
        "notes             1",
        "homographs        0",
        "types             city 1, (none) 1",
        "case rules        exact 1, any 1",
        "words             1 1, 2 1",
    ]


def test_merge_counts_the_other_conflicts() -> None:
    other = [E("الرقة", "Rakka"), E("عمّان", "Aman"), E("حلب", "Halab")]
    with pytest.raises(UsageError, match=r"\(and 1 more\)\. Choose with --policy first or last, or mend the files\."):
        merge([ONE, other])
    with pytest.raises(UsageError, match=r"'Raqqa' at \. Choose"):
        merge([ONE, other[:1]])


@pytest.mark.parametrize(
    ("own", "others", "left"),
    [
        ([], [E("حلب", "Aleppo")], [E("حلب", "Aleppo")]),
        ([E("حلب", "Halab")], [E("حلب", "Aleppo")], []),
        ([E("حلب", "Halab")], [E("حلب", "Aleppo", variants=("حلب الشهباء",))], [E("حلب الشهباء", "Aleppo")]),
        ([E("حلب الشهباء", "Halab")], [E("حلب", "Aleppo", variants=("حلب الشهباء",))], [E("حلب", "Aleppo")]),
        ([E("الرقة", "aleppo")], [E("حلب", "A", variants=("ALEPPO", "Alep"))], [E("حلب", "A", variants=("Alep",))]),
        ([E("عمّان", "Amman")], [E("عُمان", "Oman")], [E("عُمان", "Oman")]),
        ([E("عمّان", "Amman")], [E("عُمان", "Amman")], []),
    ],
)  # fmt: skip
def test_what_yields_to_files(own: list[Entry], others: list[Entry], left: list[Entry]) -> None:
    assert beside(own, others) == left
