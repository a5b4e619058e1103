"""What stands in a file that was written, a term a line; and how what other programs mark is read."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from mtpipe import __version__
from mtpipe.glossary import files
from mtpipe.glossary.entries import COLUMNS, Entry

ENTRIES = (
    Entry("الرقة", "Raqqa", "city", "in Syria", "any", ("الرقه الكبرى", "Rakka")),
    Entry("هدنة", "truce", "", "", "sentence"),
)
DECLARED = "<?xml version='1.0' encoding='utf-8'?>\n"
SPACE = 'xmlns:xml="http://www.w3.org/XML/1998/namespace"'
HEADER = "<fileDesc><sourceDesc><p>Glossary written by mtpipe</p></sourceDesc></fileDesc>"


def group(term: str, rank: str) -> str:
    note = f'<termNote type="administrativeStatus">{rank}Term-admn-sts</termNote>' if rank else ""
    return f"<termSec><term>{term}</term>{note}</termSec>"


def concept(number: int, lead: str, arabic: list[str], english: list[str]) -> str:
    sections = f'<langSec xml:lang="ar">{"".join(arabic)}</langSec><langSec xml:lang="en">{"".join(english)}</langSec>'
    return f'<conceptEntry id="c{number}">{lead}{sections}</conceptEntry>\n'


BASIC = (
    f'{DECLARED}<tbx xmlns="urn:iso:std:iso:30042:ed-2" {SPACE} type="TBX-Basic" style="dca" xml:lang="ar">\n'
    f"<tbxHeader>{HEADER}</tbxHeader>\n<text><body>\n"
    + concept(
        1,
        '<descrip type="subjectField">city</descrip><note>in Syria</note>',
        [group("الرقة", "preferred"), group("الرقه الكبرى", "admitted")],
        [group("Raqqa", "preferred"), group("Rakka", "deprecated")],
    )
    + concept(2, "", [group("هدنة", "preferred")], [group("truce", "preferred")])
    + "</body></text></tbx>"
)
CORE = (
    f'{DECLARED}<tbx xmlns="urn:iso:std:iso:30042:ed-2" {SPACE} type="TBX-Core" style="dca" xml:lang="ar">\n'
    f"<tbxHeader>{HEADER}</tbxHeader>\n<text><body>\n"
    + concept(
        1,
        "<note>in Syria</note>",
        [group("الرقة", ""), group("الرقه الكبرى", "")],
        [group("Raqqa", ""), group("Rakka", "")],
    )
    + concept(2, "", [group("هدنة", "")], [group("truce", "")])
    + "</body></text></tbx>"
)
OLD = (
    BASIC.replace("<tbx xmlns", '<!DOCTYPE martif SYSTEM "TBXBasiccoreStructV02.dtd">\n<martif xmlns')
    .replace(' xmlns="urn:iso:std:iso:30042:ed-2"', "")
    .replace(' style="dca"', "")
    .replace("tbxHeader", "martifHeader")
    .replace("/tbx>", "/martif>")
    .replace("conceptEntry", "termEntry")
    .replace("langSec", "langSet")
    .replace("termSec", "tig")
)
TMX = f"""{DECLARED}<!DOCTYPE tmx SYSTEM "tmx14.dtd">
<tmx version="1.4">
<header creationtool="mtpipe" segtype="phrase" o-tmf="mtpipe" adminlang="en" srclang="ar" datatype="plaintext" \
creationtoolversion="{__version__}"/>
<body>
<tu><note>in Syria</note><prop type="x-mtpipe-type">city</prop><prop type="x-mtpipe-case">any</prop>\
<prop type="x-mtpipe-variant">الرقه الكبرى</prop><prop type="x-mtpipe-variant">Rakka</prop>\
<tuv xml:lang="ar"><seg>الرقة</seg></tuv><tuv xml:lang="en"><seg>Raqqa</seg></tuv></tu>
<tu><prop type="x-mtpipe-case">sentence</prop>\
<tuv xml:lang="ar"><seg>هدنة</seg></tuv><tuv xml:lang="en"><seg>truce</seg></tuv></tu>
</body></tmx>"""
YAML = """- source: الرقة
  target: Raqqa
  type: city
  note: in Syria
  case: any
  variants:
  - الرقه الكبرى
  - Rakka
- source: هدنة
  target: truce
"""
CSV = """source,target,type,note,case,variants
الرقة,Raqqa,city,in Syria,any,الرقه الكبرى|Rakka
هدنة,truce,,,sentence,
"""


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("tbx", BASIC), ("tbx-core", CORE), ("tbx-v2", OLD), ("tmx", TMX), ("yaml", YAML), ("csv", CSV),
        ("tsv", CSV.replace(",", "\t")),
    ],
)  # fmt: skip
def test_what_is_written(tmp_path: Path, name: str, text: str) -> None:
    files.write(ENTRIES, tmp_path / "names", name)
    assert (tmp_path / "names").read_text(encoding="utf-8") == text


def test_a_workbook_is_readable(tmp_path: Path) -> None:
    files.write(ENTRIES, tmp_path / "names.xlsx")
    book = load_workbook(tmp_path / "names.xlsx")
    sheet = book.active
    assert (book.sheetnames, sheet.freeze_panes) == (["glossary"], "A2")
    assert [cell.value for cell in sheet[1]] == list(COLUMNS)
    assert [[cell.font.bold for cell in row] for row in sheet] == [[True] * 6, [False] * 6, [False] * 6]
    widths = [sheet.column_dimensions[letter].width for letter in "ABCDEF"]
    texts, words = (widths[0], widths[1], widths[3], widths[5]), (widths[2], widths[4])
    assert max(words) < min(texts)
    assert str(book.properties.created) == str(book.properties.modified) == "2000-01-01 00:00:00"


MARKED = """<martif type="TBX"><text><body><termEntry>{concept}
<langSet xml:lang="ar"><tig><term>هدنة</term></tig></langSet>
<langSet xml:lang="en"><tig><term>one</term>{one}</tig><tig><term>other</term>{other}</tig></langSet>
</termEntry></body></text></martif>"""


def marked(path: Path, *, concept: str = "", one: str = "", other: str = "") -> Entry:
    path.write_text(MARKED.format(concept=concept, one=one, other=other), encoding="utf-8")
    (entry,) = files.read(path)
    return entry


@pytest.mark.parametrize(
    ("one", "other", "target"),
    [
        ("", "", "one"),
        ("admittedTerm-admn-sts", "preferredTerm-admn-sts", "other"),
        ("", "preferredTerm-admn-sts", "other"),
        ("preferredTerm-admn-sts", "preferredTerm-admn-sts", "one"),
        ("deprecatedTerm-admn-sts", "admittedTerm-admn-sts", "other"),
        ("supersededTerm-admn-sts", "admittedTerm-admn-sts", "other"),
        ("obsoleteTerm-admn-sts", "", "other"),
        ("notRecommendedTerm-admn-sts", "", "other"),
        ("notRecommendedTerm-admn-sts", "deprecatedTerm-admn-sts", "one"),
        ("legalTerm-admn-sts", "", "one"),
    ],
)
def test_the_preferred_term_is_the_target(tmp_path: Path, one: str, other: str, target: str) -> None:
    for element in ("termNote", "admin", "descrip"):
        found = marked(
            tmp_path / "x.tbx",
            one=f'<{element} type="administrativeStatus">{one}</{element}>',
            other=f'<{element} type="administrativeStatus">{other}</{element}>',
        )
        assert {found.target, *found.variants} == {"one", "other"}
        assert found.target == target


@pytest.mark.parametrize(
    ("concept", "kind"),
    [
        ('<descrip type="subjectField"> City </descrip>', "city"),
        ("<subjectField>city</subjectField>", "city"),
        ('<termNote type="partOfSpeech">noun</termNote>', "noun"),
        ('<termNote type="partOfSpeech">Verb</termNote>', "verb"),
        ('<termNote type="partOfSpeech">adjective</termNote>', "adjective"),
        ('<termNote type="partOfSpeech">adverb</termNote>', ""),
        ('<termNote type="partOfSpeech">noun</termNote><descrip type="subjectField">city</descrip>', "city"),
        ('<descrip type="definition">city</descrip>', ""),
    ],
)
def test_the_kind_of_a_concept(tmp_path: Path, concept: str, kind: str) -> None:
    assert marked(tmp_path / "x.tbx", concept=concept).type == kind
