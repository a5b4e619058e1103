"""Formats: what is written is read back, what is lost is named, what is wrong is told with file, place and field."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from openpyxl import Workbook, load_workbook

from mtpipe.errors import UsageError
from mtpipe.glossary import files, markup
from mtpipe.glossary.entries import COLUMNS, Entry, default_case, from_cells

ENDINGS = {"csv": "csv", "tsv": "tsv", "xlsx": "xlsx", "yaml": "yaml", "tmx": "tmx"} | dict.fromkeys(
    ("tbx", "tbx-core", "tbx-v2"), "tbx"
)
ENTRIES = (
    Entry("الرقة", "Raqqa", "place", 'a "city" & <more>, in Syria', "exact", ("الرقه الكبرى", "Ar-Raqqah", "Rakka")),
    Entry("هدنة", "ceasefire", "noun", "", "any", ("truce",)),
    Entry("غينادي [ميخائيلوفيتش] غاتيلوف", "Gennady Gatilov", "person", "", "exact"),
    Entry("عمّان", "Amman", "city", "not Oman; عُمان", "exact"),
)


def kept(entry: Entry, lacks: tuple[str, ...] = ()) -> Entry:
    """Return what a format that lacks some fields can hold: Arabic variants before English ones."""
    case = default_case(entry.target) if "case" in lacks else entry.case
    variants = (*entry.written[1:], *entry.accepted)
    return replace(entry, type="" if "type" in lacks else entry.type, case=case, variants=variants, where="")


def cleared(entries: list[Entry]) -> list[Entry]:
    return [kept(entry) for entry in entries]


def test_every_format_has_its_turn() -> None:
    assert set(ENDINGS) == set(files.NAMES)


@pytest.mark.parametrize("name", ENDINGS)
def test_there_and_back(tmp_path: Path, name: str) -> None:
    path = tmp_path / f"names.{ENDINGS[name]}"
    losses = files.write(ENTRIES, path, name)
    lacks = files.format_of(path, name).lacks
    assert cleared(list(files.read(path))) == [kept(entry, lacks) for entry in ENTRIES]
    named = {(loss.entry.source, loss.field, loss.value) for loss in losses}
    wanted = {("هدنة", "case", "any")} if "case" in lacks else set()
    wanted |= {(entry.source, "type", entry.type) for entry in ENTRIES if "type" in lacks}
    assert named == wanted


@pytest.mark.parametrize("name", ENDINGS)
def test_the_same_glossary_is_the_same_file(tmp_path: Path, name: str) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    files.write(ENTRIES, one, name)
    time.sleep(2.1 if name == "xlsx" else 0)  # a zip counts by two seconds
    files.write(ENTRIES, two, name)
    assert one.read_bytes() == two.read_bytes()


ARABIC = st.text(st.sampled_from("ابةتجسلمنيىئءآَّ"), min_size=1, max_size=6)
SOURCE = st.lists(ARABIC, min_size=1, max_size=3).map(" ".join).filter(lambda text: any("ا" <= c <= "ي" for c in text))
LATIN = st.text(st.sampled_from("abcXYZé 019-'\"&<>=@+;,\t_x{}[]:#!%*?/\\\n\x07\u2028"), max_size=12).map(
    lambda text: f"A{text}"
)
ANY = st.text(max_size=12)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "source": SOURCE,
            "target": LATIN,
            "type": st.sampled_from(["", "place", "person", "noun", "no", "1"]),
            "note": ANY,
            "case": st.sampled_from(["", "exact", "sentence", "any"]),
            "variants": st.lists(st.one_of(SOURCE, LATIN), max_size=3).map("|".join),
        }
    ),
    max_size=5,
)


def entries_of(rows: list[dict[str, str]]) -> list[Entry]:
    entries = []
    for row in rows:
        try:
            entries.append(from_cells(row, ""))
        except UsageError:  # a source without a word, say
            continue
    return entries


@given(ROWS, st.sampled_from(sorted(ENDINGS)))
@settings(max_examples=200, deadline=None)
def test_anything_that_is_an_entry_goes_there_and_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, str]], name: str
) -> None:
    entries = entries_of(rows)
    path = tmp_path_factory.getbasetemp() / f"any.{ENDINGS[name]}"
    files.write(entries, path, name)
    lacks = files.format_of(path, name).lacks
    assert cleared(list(files.read(path))) == [kept(entry, lacks) for entry in entries]


@given(ROWS, st.lists(st.sampled_from(["csv", "tsv", "xlsx", "yaml", "tmx"]), min_size=2, max_size=3))
@settings(max_examples=30, deadline=None)
def test_a_chain_of_formats_without_loss_loses_nothing(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, str]], names: list[str]
) -> None:
    entries = entries_of(rows)
    carried = entries
    for name in names:
        path = tmp_path_factory.getbasetemp() / f"chain.{ENDINGS[name]}"
        assert files.write(carried, path, name) == ()
        carried = list(files.read(path))
    assert cleared(carried) == cleared(entries)


# Other programs' files, written here after the examples of the standards.
TBX_DCT = """<?xml version="1.0" encoding="UTF-8"?>
<tbx type="TBX-Basic" style="dct" xml:lang="en" xmlns="urn:iso:std:iso:30042:ed-2"
     xmlns:min="http://www.tbxinfo.net/ns/min" xmlns:basic="http://www.tbxinfo.net/ns/basic">
  <tbxHeader><fileDesc><sourceDesc><p>x</p></sourceDesc></fileDesc></tbxHeader>
  <text><body>
    <!-- a comment -->
    <conceptEntry id="c1">
      <min:subjectField>city</min:subjectField>
      <langSec xml:lang="en-US">
        <termSec><term>Ar-Raqqah</term>
          <min:administrativeStatus>deprecatedTerm-admn-sts</min:administrativeStatus></termSec>
        <termSec><term>Raqqa</term></termSec>
        <termSec><term>Rakka</term></termSec>
      </langSec>
      <langSec xml:lang="fr"><termSec><term>Racca</term></termSec></langSec>
      <langSec xml:lang="ar-SY"><termSec><term>الرقة</term></termSec></langSec>
    </conceptEntry>
  </body></text>
</tbx>
"""
TBX_V2 = """<?xml version='1.0'?>
<!DOCTYPE martif SYSTEM "TBXcoreStructV02.dtd">
<martif type="TBX" xml:lang="en"><martifHeader><fileDesc><sourceDesc><p>x</p></sourceDesc></fileDesc></martifHeader>
<text><body><termEntry id="t7"><note>one</note><note>two</note>
<langSet xml:lang="AR"><ntig><termGrp><term>هدنة</term><termNote type="partOfSpeech">noun</termNote></termGrp></ntig>
</langSet><langSet xml:lang="en"><tig><term>truce</term></tig><tig><term>ceasefire</term>
<termNote type="administrativeStatus">preferredTerm-admn-sts</termNote></tig></langSet></termEntry></body></text>
</martif>
"""
CEASEFIRE = Entry("هدنة", "ceasefire", "noun", "one; two", "sentence", ("truce",))
TMX_NOTES = """<tmx version="1.4"><body><tu><note>one</note><note>two</note><tuv xml:lang="ar"><seg>هدنة</seg></tuv>
<tuv xml:lang="en"><seg>truce</seg></tuv></tu></body></tmx>"""
TMX = """<?xml version="1.0"?>
<tmx version="1.4"><header srclang="en" segtype="sentence" adminlang="en" datatype="xml" creationtool="x"
 creationtoolversion="1" o-tmf="x"/><body>
<tu tuid="9"><note>seen</note><prop type="x-domain">law</prop>
<tuv xml:lang="en-GB"><seg>the <bpt i="1">&lt;b&gt;</bpt>World <hi>Bank</hi><ept i="1">&lt;/b&gt;</ept></seg></tuv>
<tuv lang="AR-EG"><seg>البنك الدولي</seg></tuv></tu></body></tmx>
"""


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.tbx", TBX_DCT, Entry("الرقة", "Raqqa", "city", "", "exact", ("Rakka", "Ar-Raqqah"))),
        ("b.xml", TBX_V2, CEASEFIRE),
        ("m.tbx", TBX_V2.replace(">noun<", ">Noun<"), CEASEFIRE),  # as Microsoft writes it
        ("c.tmx", TMX, Entry("البنك الدولي", "the World Bank", "", "seen", "sentence")),
        ("n.tmx", TMX_NOTES, Entry("هدنة", "truce", "", "one; two", "sentence")),
        ("d.yaml", "الرقة: Raqqa\n", Entry("الرقة", "Raqqa")),
        ("e.yml", "- {source: النرويج, target: no, note: 1.50}\n", Entry("النرويج", "no", "", "1.50", "sentence")),
        ("f.tab", "target\tsource\nRaqqa\tالرقة\n", Entry("الرقة", "Raqqa")),
    ],
)
def test_files_of_others(tmp_path: Path, name: str, text: str, expected: Entry) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert cleared(list(files.read(path))) == [expected]


def test_a_workbook_of_others(tmp_path: Path) -> None:
    book = Workbook()
    book.active.title = "read me"
    book.active.append(["This workbook holds terms"])
    sheet = book.create_sheet("terms")
    for row in (["Source", "Target ", "note", None], ["مجموعة 20", "G20", 20.0, None], [None] * 4, ["الرقة", "Raqqa"]):
        sheet.append(row)
    book.save(tmp_path / "x.xlsx")
    found = list(files.read(tmp_path / "x.xlsx"))
    assert [(entry.source, entry.target, entry.note) for entry in found] == [
        ("مجموعة 20", "G20", "20"),
        ("الرقة", "Raqqa", ""),
    ]
    assert found[1].where.endswith("x.xlsx sheet 'terms' row 4")


def rezipped(path: Path, part: str, change: Callable[[bytes], bytes]) -> None:
    """Change a part of a workbook."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            new.writestr(name, change(content) if name == part else content)


@pytest.mark.parametrize("size", ["A1", "A1:B2"])
def test_a_workbook_that_says_a_wrong_size(tmp_path: Path, size: str) -> None:
    path = tmp_path / "x.xlsx"
    files.write(ENTRIES, path)
    rezipped(
        path,
        "xl/worksheets/sheet1.xml",
        lambda sheet: sheet.replace(b"</sheetPr>", f'</sheetPr><dimension ref="{size}"/>'.encode(), 1),
    )
    assert load_workbook(path, read_only=True).active.max_row <= 2
    assert cleared(list(files.read(path))) == [kept(entry) for entry in ENTRIES]


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("xl/workbook.xml", lambda xml: xml[:300]),
        ("xl/styles.xml", lambda xml: xml[:300]),
        ("xl/worksheets/sheet1.xml", lambda xml: xml[: len(xml) // 2]),
        ("xl/worksheets/sheet1.xml", lambda xml: xml.replace(b'r="A2"', b'r="??"')),
    ],
)
def test_a_damaged_workbook_is_told_in_a_line(tmp_path: Path, part: str, change: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "x.xlsx"
    files.write(ENTRIES, path)
    rezipped(path, part, change)
    with pytest.raises(UsageError, match=r"^[^\n]+x\.xlsx: not an XLSX workbook, or a damaged one \([^\n]+$"):
        list(files.read(path))


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (b'<row r="3">' + b"<c/>" * 1_000_000 + b"</row>", "inflates to 3 MiB, more than a glossary has"),
        (b'<row r="9999999999"><c r="A9999999999"/></row>', "a row after 1,048,576"),
    ],
)
def test_a_small_workbook_can_stand_for_no_large_one(tmp_path: Path, row: bytes, said: str) -> None:
    path = tmp_path / "x.xlsx"
    files.write([ENTRIES[0]], path)
    rezipped(path, "xl/worksheets/sheet1.xml", lambda sheet: sheet.replace(b"</sheetData>", row + b"</sheetData>"))
    with pytest.raises(UsageError, match=said):
        list(files.read(path))


def test_what_is_no_term_is_forgotten_at_once() -> None:
    """A file of other elements would be held whole, each byte in thirty."""
    xml = b"<tmx><body>" + b"<other><more/></other>" * 1000 + b"<tu><seg/></tu></body></tmx>"
    units = markup.streamed(io.BytesIO(xml), "x", frozenset(("tmx",)), frozenset(("tu",)))
    # Its own child is there; beside it, no more than the last of the others.
    assert [(len(unit), len(unit.getparent())) for unit in units] == [(1, 2)]


def test_a_formula_is_a_text(tmp_path: Path) -> None:
    files.write([Entry("الرقة", "=1+1")], tmp_path / "x.xlsx")
    cell = load_workbook(tmp_path / "x.xlsx").active["B2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_other_readers_agree(tmp_path: Path) -> None:
    """What is written is TBX and TMX for a plain XML parser with the names that the standards give."""
    files.write(ENTRIES, tmp_path / "x.tbx")
    root = etree.parse(tmp_path / "x.tbx").getroot()
    space = {"t": "urn:iso:std:iso:30042:ed-2"}
    assert (root.tag, root.get("type"), root.get("style")) == ("{urn:iso:std:iso:30042:ed-2}tbx", "TBX-Basic", "dca")
    path = "t:text/t:body/t:conceptEntry/t:langSec[@xml:lang='ar']/t:termSec/t:term/text()"
    assert root.xpath(path, namespaces=space)[0] == "الرقة"
    files.write(ENTRIES, tmp_path / "x.tmx")
    root = etree.parse(tmp_path / "x.tmx").getroot()
    assert root.xpath("body/tu/tuv[@xml:lang='en']/seg/text()") == [entry.target for entry in ENTRIES]
    needed = {"creationtool", "creationtoolversion", "segtype", "o-tmf", "adminlang", "srclang", "datatype"}
    assert needed <= set(root.find("header").keys())


BOMB = """<!DOCTYPE tmx [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>
<tmx version="1.4"><body><tu><tuv xml:lang="ar"><seg>الرقة</seg></tuv><tuv xml:lang="en"><seg>&b;</seg></tuv></tu>
</body></tmx>"""


REPEATED = f"- {{source: ا, target: A, variants: &v [{', '.join(map(str, range(3000)))}]}}\n" + "".join(
    f"- {{source: {'ب' * n}, target: B, variants: *v}}\n" for n in range(1, 101)
)
"""Some 20 KB: 300,000 variants."""


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("x.tmx", BOMB, "line 2: the entity '&b;' is not resolved"),
        ("x.tmx", "<tmx><body><tu>", "line 1: not XML"),
        ("x.tmx", "<tmx><![CDATA[x\n\ny", "line 3: not XML (CData section not finished x , line 3, "),
        ("x.tmx", "<html/>", "line 1: <html> where <tmx> begins"),
        ("x.tmx", TMX.replace("AR-EG", "fr"), "line 4 (tu 9): no 'ar' among the languages"),
        ("x.tmx", TMX.replace("البنك الدولي", "."), "line 4 (tu 9): source '.' holds no word"),
        ("x.tbx", TBX_DCT.replace("en-US", "de"), "line 7 (conceptEntry c1): no term in 'en'"),
        ("x.tbx", TBX_DCT.replace("Rakka", "Rakka|x"), "line 7 (conceptEntry c1): variant 'Rakka|x' holds '|'"),
        ("x.yaml", "- {source: الرقة\n", "line 1: not YAML"),
        ("x.yaml", "- {source: الرقة, target: Raqqa}\n- الرقة\n", "line 2: an entry wants keys and values"),
        ("x.yaml", "- {source: الرقة, target: [Raqqa]}\n", "line 1: 'target' wants one text"),
        ("x.yaml", "- {source: الرقة, target: a, varient: b}\n", "line 1: unknown column 'varient'. Did you mean"),
        ("x.yaml", "- {source: الرقة, target: a, target: b}\n", "line 1: the key 'target' stands twice"),
        ("x.yaml", "- source: الرقة\n  target: Raqqa\n- source: حلب\n", "line 3: empty 'target' (beside 'حلب')"),
        ("x.yaml", "text\n", "line 1: neither a list of entries nor"),
        ("x.yaml", "[" * 5000, ": not a YAML text in UTF-8 (maximum recursion depth exceeded"),
        ("x.yaml", REPEATED, "line 1: not YAML (its aliases stand for more than 1,000,000 characters)"),
        ("x.tmx", TMX.replace('tuid="9"', 'tuid="9&#10;8"').replace("AR-EG", "fr"), "line 4 (tu 9 8): no 'ar'"),
        (
            "x.tbx",
            TBX_DCT.replace('id="c1"', 'id="c&#10;1"').replace("en-US", "de"),
            "line 7 (conceptEntry c 1): no term",
        ),
        (f"{'x' * 300}.csv", "", ": cannot be read (File name too long)"),
        ("x.xlsx", "no workbook", ": not an XLSX workbook"),
        ("x.ods", "", ": '.ods' tells no format of glossaries. Endings are .csv, "),
    ],
)
def test_errors_name_file_place_and_field(tmp_path: Path, name: str, text: str, expected: str) -> None:
    path = tmp_path / name
    with suppress(OSError):  # of a name that is too long
        path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        list(files.read(path))
    message = str(caught.value)
    assert message.replace(f"{path} ", "").replace(str(path), "").startswith(expected)
    assert "\n" not in message


@pytest.mark.parametrize("name", sorted({"x.csv", "x.xlsx", "x.tmx", "x.tbx", "x.yaml"}))
def test_absent_and_unwritable_files(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        list(files.read(tmp_path / name))
    with pytest.raises(UsageError, match="cannot be written"):
        files.write(ENTRIES, tmp_path / "absent" / name)


def test_a_row_of_a_workbook_is_named(tmp_path: Path) -> None:
    book = Workbook()
    for row in (COLUMNS, ("الرقة", "Raqqa"), ("حلب", None)):
        book.active.append(row)
    book.save(tmp_path / "x.xlsx")
    with pytest.raises(UsageError, match=r"x\.xlsx sheet 'Sheet' row 3: empty 'target' \(beside 'حلب'\)"):
        list(files.read(tmp_path / "x.xlsx"))


def test_a_workbook_without_terms(tmp_path: Path) -> None:
    Workbook().save(tmp_path / "x.xlsx")
    with pytest.raises(UsageError, match=r"no sheet \(of 'Sheet'\) begins with a row that has 'source' and 'target'"):
        list(files.read(tmp_path / "x.xlsx"))


def test_built_in_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "Raqqa" not in {entry.target for entry in files.read(Path("countries"))}
    with pytest.raises(UsageError, match=r"countrys: no such file and no built-in glossary\. Built in are agencies, "):
        list(files.read(Path("countrys")))
    (tmp_path / "groups").mkdir()
    assert files.is_built_in(Path("groups"))
    assert list(files.read(Path("groups")))  # a folder is no glossary
    (tmp_path / "countries").touch()
    assert not files.is_built_in(Path("countries"))
    with pytest.raises(UsageError, match="tells no format"):  # a file of one's own comes first
        list(files.read(Path("countries")))


@pytest.mark.parametrize("beside", ["", "<header><note>n</note></header><!-- c -->"])
def test_what_has_been_read_is_forgotten(beside: str) -> None:
    """As many files in a document, or as many units in a file: what stands in memory is the one at hand."""
    for files_in, units_in in ((300, 1), (1, 300)):
        unit = "<trans-unit><source>a</source></trans-unit>"
        text = f"<xliff>{f'<file>{beside}<body>{unit * units_in}</body></file>' * files_in}</xliff>"
        sizes = [
            sum(1 for _ in element.getroottree().getroot().iter())
            for element in markup.streamed(
                io.BytesIO(text.encode()), "x", frozenset({"xliff"}), frozenset({"trans-unit"})
            )
        ]
        assert len(sizes) == 300
        assert sizes[-1] <= 12
