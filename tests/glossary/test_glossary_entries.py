from __future__ import annotations

from pathlib import Path

import pytest

from mtpipe.errors import UsageError
from mtpipe.glossary import Entry, Glossary


def load(folder: Path, content: str | bytes, name: str = "names.csv") -> Glossary:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return Glossary.load([path])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("names.csv", "source,target\nالرقة,Raqqa\nحلب,Aleppo\n"),
        ("names.csv", "\ufeffsource,target\r\nالرقة,Raqqa\r\n\r\nحلب,Aleppo"),
        ("names.tsv", "source\ttarget\nالرقة\tRaqqa\nحلب\tAleppo\n"),
        ("names.csv", "source;target\nالرقة;Raqqa\nحلب;Aleppo\n"),
        ("names.csv", 'target,source\n" Raqqa ","الرَّقـــة"\nAleppo,  حلب\n,\n'),
        ("names.csv", "Source,Target,type\nالرقة,Raqqa\nحلب,Aleppo,\n"),
        ("names.csv", "source,target,,\nالرقة,Raqqa,,\n,,,\nحلب,Aleppo, ,\n"),  # as Excel leaves emptied columns
    ],
)
def test_formats(tmp_path: Path, name: str, content: str) -> None:
    glossary = load(tmp_path, content, name)
    assert [(entry.spellings, entry.target) for entry in glossary.entries] == [
        (("الرقة",), "Raqqa"),
        (("حلب",), "Aleppo"),
    ]


def test_marks_are_kept_and_what_is_not_seen_is_not(tmp_path: Path) -> None:
    content = "source,target,variants\n\u200fعمّـــان\u200e,Amman,عَمّان|عمان\n"
    (entry,) = load(tmp_path, content).entries
    assert entry.written == ("عمّان", "عَمّان", "عمان")
    assert entry.spellings == ("عمان",)


def test_all_columns(tmp_path: Path) -> None:
    content = "source,target,type,note,case,variants\nسورية,Syria,Place,a state,any,سوريا | Syrie|Syria||\n"
    (entry,) = load(tmp_path, content).entries
    where = f"{tmp_path / 'names.csv'} line 2"
    assert entry == Entry("سورية", "Syria", "place", "a state", "any", ("سوريا", "Syrie"), where)
    assert entry.spellings == ("سورية", "سوريا")
    assert entry.accepted == ("Syrie",)


@pytest.mark.parametrize(
    ("target", "case"), [("Raqqa", "exact"), ("ceasefire", "sentence"), ("al-Qaeda", "sentence"), ("2M", "exact")]
)
def test_default_case(tmp_path: Path, target: str, case: str) -> None:
    (entry,) = load(tmp_path, f"source,target\nالرقة,{target}\n").entries
    assert entry.case == case


HEAD = "source,target,variants\n"


@pytest.mark.parametrize(
    ("rows", "accepted"),
    [
        ("عمّان,Amman,\nعُمان,Oman,", True),
        ("عُمان,Oman,\nعمان,Amman,", True),  # one of them written without marks
        ("عمّان,Amman,\nعُمان,Oman,عُمــان", True),
        ("سلطنة عُمان,Oman,عُمان\nعمّان,Amman,", True),  # variants too
        ("كُتّاب,writers,\nكِتاب,book,\nكَتّاب,kattab,", True),
        ("عُمان,Oman,\nعُمان,Amman,", False),
        ("عُمان,Oman,\nعُمــان,Amman,", False),  # tatweel is no mark
        ("عمّان,Amman,\nعُمان,Oman,\nعُمان,Sohar,", False),
        ("عمّان,Amman,\nعمان,Amman,", False),  # nothing to tell apart
        ("إمارة,emirate,\nأمارة,sign,", False),  # hamza is no vowel mark
    ],
)  # fmt: skip
def test_homographs(tmp_path: Path, rows: str, accepted: bool) -> None:
    if accepted:
        assert len(load(tmp_path, HEAD + rows).entries) == rows.count("\n") + 1
    else:
        with pytest.raises(UsageError, match="is listed twice"):
            load(tmp_path, HEAD + rows)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", "line 1: no header"),
        ("الرقة,Raqqa\n", "line 1: no column 'source'"),
        ("source\nالرقة\n", "line 1: no column 'target'"),
        ("source,target,varients\n", "line 1: unknown column 'varients'. Did you mean 'variants'?"),
        ("source,target,zzz\n", "line 1: unknown column 'zzz'. Known are source, target"),
        ("source,target,target\n", "line 1: column 'target' stands twice"),
        (HEAD + "الرقة,\n", "line 2: empty 'target' (beside 'الرقة')"),
        (HEAD + "\n,Raqqa\n", "line 3: empty 'source' (beside 'Raqqa')"),
        (HEAD + "«»,Raqqa\n", "line 2: source '«»' holds no word"),
        (HEAD + "الرقة,الرقة\n", "line 2: target 'الرقة' of 'الرقة' is not English"),
        (HEAD + "الرقة,---\n", "line 2: target '---' of 'الرقة' is not English"),
        (HEAD + "الرقة,Raqqa,a,b\n", "line 2: 4 cells for 3 columns, the last 'b'"),
        (HEAD + "الرقة,Raqqa,«»\n", "line 2: variant '«»' of 'Raqqa' holds no word"),
        ("source,target,case\nالرقة,Raqqa,upper\n", "line 2: case 'upper' of 'Raqqa' is none of exact, sentence, any"),
        (HEAD + 'الرقة,"Raqqa\n', "line 2: unexpected end of data. Mend the quotation marks of that row."),
        (HEAD + "الرقة,Raqqa\nحلب,Aleppo\nالرقة,Ar-Raqqah\n",
         "line 4: 'الرقة' is listed twice with different targets ('Raqqa' at line 2, 'Ar-Raqqah')"),
        (HEAD + "الرقة,Raqqa\nالرقة,Raqqa\n",
         "line 3: 'الرقة' is listed twice with the target 'Raqqa' (first at line 2)"),
        (HEAD + "الرقة,Raqqa\nالرقه,Rakka\n", "line 3: 'الرقه' (which reads the same as 'الرقة') is listed twice"),
        (HEAD + "سورية,Syria,سوريا\nسوريا,Syrie\n",
         "line 3: 'سوريا' is listed twice with different targets ('Syria' at"),
        (HEAD + '"متعدد\nالأسطر",Lines\nحلب,Aleppo\nحلب,Halab\n', "line 5: 'حلب' is listed twice"),
        (HEAD.encode() + b"\n\xc7\xe1\xd1\xde\xc9,Raqqa\n", "line 3: not UTF-8. Save the glossary as 'CSV UTF-8'"),
    ],
)  # fmt: skip
def test_errors_name_file_line_and_values(tmp_path: Path, content: str | bytes, expected: str) -> None:
    with pytest.raises(UsageError) as caught:
        load(tmp_path, content)
    message = str(caught.value)
    assert message.startswith(f"{tmp_path / 'names.csv'} {expected}")
    assert "\n" not in message


def test_conflict_across_files_names_both(tmp_path: Path) -> None:
    one, two = tmp_path / "one.csv", tmp_path / "two.csv"
    one.write_text("source,target\nالرقة,Raqqa\n", encoding="utf-8")
    two.write_text("source,target\nالرقة,Rakka\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"two\.csv line 2: .*'Raqqa' at .*one\.csv line 2, 'Rakka'"):
        Glossary.load([one, two])


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"absent\.csv: cannot be read"):
        Glossary.load([tmp_path / "absent.csv"])


@pytest.mark.parametrize(
    ("change", "differs"),
    [
        (Entry("الرقة", "Rakka"), True),
        (Entry("الرقة", "Raqqa", case="any"), True),
        (Entry("الرقة", "Raqqa", type="person"), True),
        (Entry("الرقة", "Raqqa", variants=("Rakka",)), True),
        (Entry("الرقة", "Raqqa", note="a city", where="elsewhere line 9"), False),
    ],
)
def test_digest_is_of_what_can_change_a_translation(change: Entry, differs: bool) -> None:
    assert (Glossary((change,)).digest != Glossary((Entry("الرقة", "Raqqa"),)).digest) is differs


def test_the_examples_load(project: Path) -> None:
    glossary = Glossary.load([project / "examples" / "seed-glossary.csv"])
    assert len(glossary.entries) == 25
