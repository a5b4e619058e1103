"""Reports on finished output folders, and proposals from them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import stand_in
from romaniser import Romaniser

from mtpipe import archive, intake
from mtpipe.archive.names import Pairs
from mtpipe.archive.terms import report
from mtpipe.errors import UsageError
from mtpipe.glossary import Entry, Glossary
from mtpipe.glossary.consistency import Consistency, consistency
from mtpipe.pipeline import Pipeline

ENGLISH = {
    "زار": "visited", "الوزير": "the minister", "لافروف": "Lavrov", "لافرف": "Lafrov", "إربد": "Irbid", "ثم": "then",
    "عاد": "went back", "إلى": "to", "أمس": "yesterday", "في": "in", "قال": "said", "حلب": "Haleb", "رحب": "welcomed",
    "به": "him", "بوغدانوف": "Bogdanov", "بوجدانوف": "Bojdanov", "المدير": "the director", "نهر": "the river",
}  # fmt: skip
TEXT = "زار الوزير لافروف إربد أمس.\n\nثم عاد لافروف إلى حلب.\n\nقال لافروف: رحب به المدير في إربد.\n\nقال بوغدانوف.\n"
OTHER = "زار المدير حلب أمس.\n\nقال لافرف: عاد المدير أمس.\n\nقال المدير: في نهر إربد.\n\nقال بوجدانوف: أمس.\n"


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    (folder / "in").mkdir()
    (folder / "in" / "a.txt").write_text(TEXT, encoding="utf-8")
    (folder / "in" / "b.txt").write_text(OTHER, encoding="utf-8")
    wanted = stand_in.settings(glossary={"repair": False, "inject": False, "place": False})
    glossary = Glossary((Entry("حلب", "Aleppo", "city"), Entry("لافروف", "Lavrov", "person")))
    line = Pipeline(wanted, Romaniser(ENGLISH), glossary, None)
    archive.run(intake.read([folder / "in"], wanted.intake), folder / "out", line)
    return folder / "out"


def test_the_pairs_of_a_folder_know_what_the_glossary_settled(out: Path) -> None:
    pairs = list(Pairs(out))
    assert [pair.id for pair in pairs] == [
        f"{name}#p{number}s1" for name in ("a.txt", "b.txt") for number in (1, 2, 3, 4)
    ]
    settled = [
        (pair.source[slice(*one)], two and pair.target[slice(*two)]) for pair in pairs for one, two in pair.known
    ]
    assert Counter(settled) == {("لافروف", "Lavrov"): 3, ("حلب", None): 2}
    assert list(Pairs(out / "dataset")) == pairs


def test_terms_and_names_are_told_apart(out: Path) -> None:
    found = report(out)
    assert (found.score.mentions, found.score.listed) == (5, 60.0)
    terms = {term.wanted: term for term in found.terms}
    assert terms["Aleppo"].reasons.total() == 2
    assert terms["Lavrov"].renderings == {"Lavrov": 3}
    assert [(name.name, name.wanted, name.renderings) for name in found.names if name.mentions > 1] == [
        ("بوغدانوف", "Bogdanov", {"Bogdanov": 1, "Bojdanov": 1}),
        ("إربد", "Irbid", {"Irbid": 3}),
    ]
    assert found.others == Consistency(75.0, 2, 5)


def test_links_lead_to_a_sentence_of_a_page(out: Path) -> None:
    found = report(out)
    assert found.links
    for link in found.links.values():
        page, _, place = link.partition("#")
        assert f'id="{place}"' in (out / page).read_text(encoding="utf-8")
    shown = found.format()
    assert "حلب -> Aleppo: 2 of 2 (" in shown
    assert "بوغدانوف -> Bogdanov: 1 of 2\n        1 Bojdanov  review/pages/b-txt-" in shown
    assert all(link in found.links.values() for link in re.findall(r"review/\S+", shown))


def test_the_command_line(out: Path, tmp_path: Path) -> None:
    def mtpipe(*arguments: object) -> subprocess.CompletedProcess[str]:
        line = [sys.executable, "-m", "mtpipe", "glossary", *map(str, arguments)]
        return subprocess.run(line, capture_output=True, text=True, check=False)

    told = mtpipe("report", out, "--json")
    assert (told.returncode, told.stderr) == (0, "")
    assert json.loads(told.stdout)["listed"] == 60.0
    assert mtpipe("report", out).stdout.startswith("terms as listed     60.0 % (3 of 5: ")
    made = mtpipe("suggest", out, "-o", tmp_path / "names.csv")
    assert (made.returncode, made.stderr) == (0, f"2 entries: {tmp_path / 'names.csv'}\n")
    assert mtpipe("lint", tmp_path / "names.csv").returncode == 0
    # Lists that come with the program yield to files, as in a run.
    own = tmp_path / "own.csv"
    own.write_text("source,target\nسوريا,Syria\nإربد,Irbid\n", encoding="utf-8")
    made = mtpipe("suggest", out, "-o", tmp_path / "left.csv", "--glossary", own, "--glossary", "countries")
    assert (made.returncode, made.stderr) == (0, f"1 entry: {tmp_path / 'left.csv'}\n")
    made = mtpipe("suggest", out, "-o", tmp_path / "none.csv", "--least", 999)
    assert "0 entries" in made.stderr
    assert "No name has 999 mentions or more" in made.stderr
    made = mtpipe("suggest", out, "-o", tmp_path / "absent" / "names.csv")
    assert (made.returncode, made.stderr.count("\n")) == (2, 1)
    assert "there is no folder" in made.stderr
    missing = mtpipe("report", tmp_path)
    assert (missing.returncode, missing.stdout, missing.stderr.count("\n")) == (2, "", 1)


def test_what_people_wrote_is_no_engine_s(project: Path, tmp_path: Path) -> None:
    for side, folder, name in (("ar", "articles", "culture.txt"), ("en", "english", "culture.en.txt")):
        (tmp_path / side).mkdir()
        (tmp_path / side / "culture.txt").write_bytes((project / "examples" / folder / name).read_bytes())
    glossary = str(project / "examples" / "glossary.csv")
    line = [sys.executable, "-m", "mtpipe", "align", "ar", "en", "-o", "out", "--glossary", glossary]
    subprocess.run(line, cwd=tmp_path, check=True, capture_output=True)
    shown = report(tmp_path / "out").format()
    assert shown.startswith("terms as listed     ")
    assert "engine" not in shown
    assert "present" not in shown
    assert json.loads(report(tmp_path / "out").json())["engine_consistency"] is None


def test_a_folder_without_a_dataset_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no mtpipe dataset"):
        list(Pairs(tmp_path))


@pytest.mark.parametrize(
    ("renderings", "value", "names", "mentions"),
    [
        ([], None, 0, 0),
        ([{"Lavrov": 1}], None, 0, 0),  # one mention says nothing
        ([{"Lavrov": 1, "": 5}], None, 0, 0),
        ([{"Lavrov": 3, "Lafrov": 1}], 75.0, 1, 4),
        ([{"Lavrov": 3, "Lafrov": 1}, {"Irbid": 2}], 87.5, 2, 6),
        ([{"al-Raqqa": 1, "Raqqa": 1, "Al-Raqqa": 2}], 100.0, 1, 4),
        ([{"ceasefire": 1, "Ceasefires": 1}], 100.0, 1, 2),
    ],
)
def test_consistency(renderings: list[dict[str, int]], value: float | None, names: int, mentions: int) -> None:
    assert consistency(renderings) == Consistency(value, names, mentions)
