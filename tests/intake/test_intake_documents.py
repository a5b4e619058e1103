"""Word, e-books and feeds: titles, paragraphs in reading order, dates, addresses, ids."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from packing import TEXTS, articles, brief, results, texts, zipped

from mtpipe.article import Article
from mtpipe.intake.blocks import Blocks, blocks

W = nsdecls("w")


def document() -> docx.document.Document:
    """A new document without what python-docx's template says of itself."""
    made = docx.Document()
    made.core_properties.author = ""
    return made


def test_word(tmp_path: Path) -> None:
    made = document()
    made.add_heading("عنوان المستند", 0)
    made.add_heading("القسم الأول", 1)
    paragraph = made.add_paragraph("فقرة فيها ")
    paragraph.add_run("كلمة غليظة").bold = True
    paragraph.add_run("\tوجدول")
    made.add_paragraph("بند أول", style="List Bullet")
    made.add_paragraph("بند ثان", style="List Number")
    table = made.add_table(2, 2)
    for row in range(2):
        for column in range(2):
            table.cell(row, column).text = f"خلية {row} {column}"
    table.cell(0, 0).add_table(1, 1).cell(0, 0).text = "جدول في جدول"
    made.add_paragraph("فقرة أخيرة.")
    made.sections[0].header.paragraphs[0].text = "رأس الصفحة"
    made.core_properties.author = "هدى"
    made.save(str(tmp_path / "w.docx"))
    (article,) = articles(tmp_path)
    assert texts(article) == [
        ("title", "عنوان المستند"),
        ("text", "القسم الأول"),
        ("text", "فقرة فيها كلمة غليظة وجدول"),
        ("text", "بند أول"),
        ("text", "بند ثان"),
        ("text", "خلية 0 0"),
        ("text", "جدول في جدول"),
        ("text", "خلية 0 1"),
        ("text", "خلية 1 0"),
        ("text", "خلية 1 1"),
        ("text", "فقرة أخيرة."),
    ]
    assert (article.id, article.meta.title, article.meta.author, article.meta.date) == (
        "w.docx",
        "عنوان المستند",
        "هدى",
        None,
    )


def test_word_changes_boxes_and_controls(tmp_path: Path) -> None:
    """What was inserted stays, what was deleted goes; a text box comes once, though old Word has it twice."""
    made = document()
    body = made.element.body
    for number, xml in enumerate(
        (
            "<w:p {w}><w:r><w:t>بقي </w:t></w:r><w:ins w:id='1'><w:r><w:t>وزيد</w:t></w:r></w:ins>"
            "<w:del w:id='2'><w:r><w:delText>وحذف</w:delText></w:r></w:del></w:p>",
            "<w:sdt {w}><w:sdtContent><w:p><w:r><w:t>في إطار تحكم</w:t></w:r></w:p></w:sdtContent></w:sdt>",
            "<w:p {w}><w:r><w:t>حول الصندوق</w:t></w:r><w:r>"
            "<mc:AlternateContent xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'>"
            "<mc:Choice Requires='wps'><w:txbxContent><w:p><w:r><w:t>في الصندوق</w:t></w:r></w:p></w:txbxContent>"
            "</mc:Choice><mc:Fallback><w:txbxContent><w:p><w:r><w:t>في الصندوق</w:t></w:r></w:p></w:txbxContent>"
            "</mc:Fallback></mc:AlternateContent></w:r></w:p>",
            "<w:p {w}><w:hyperlink><w:r><w:t>رابط</w:t></w:r></w:hyperlink><w:r><w:br/><w:t>وسطر</w:t></w:r></w:p>",
        )
    ):
        body.insert(number, parse_xml(xml.replace("{w}", W)))
    made.save(str(tmp_path / "w.docx"))
    (article,) = articles(tmp_path)
    assert [text for _, text in texts(article)] == [
        "بقي وزيد",
        "في إطار تحكم",
        "في الصندوق",
        "حول الصندوق",
        "رابط وسطر",
    ]


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from([*TEXTS, "سطر أول", "نص & آخر <س>"]), min_size=1, max_size=8, unique=True))
def test_word_round_trip(tmp_path_factory, paragraphs: list[str]) -> None:
    folder = tmp_path_factory.mktemp("word")
    made = document()
    for text in paragraphs:
        made.add_paragraph(text)
    made.save(str(folder / "w.docx"))
    (article,) = articles(folder)
    assert [text for _, text in texts(article)] == paragraphs


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "damaged"),
        (b"not a zip", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "encrypted"),
        (zipped({"a.txt": b"x"}), "damaged"),
        (zipped({"_rels/.rels": b"<Relationships><Relationship Type='x/officeDocument' Target='d.xml'/>"}), "damaged"),
    ],
)
def test_what_is_no_word_document(tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "w.docx").write_bytes(content)
    assert brief(results(tmp_path)) == [f"w.docx: {reason}"]


CONTAINER = "<container><rootfiles><rootfile full-path='OEBPS/c.opf'/></rootfiles></container>"
PAGE = (
    '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml">'
    "<head><title/><script/><style>x</style></head><body>{}</body></html>"
)


def book(chapters: dict[str, str], *, extra: dict[str, bytes] | None = None, properties: str = "") -> bytes:
    items = "".join(
        f'<item id="i{n}" href="{name}" media-type="application/xhtml+xml" {properties if n == 0 else ""}/>'
        for n, name in enumerate(chapters)
    )
    spine = "".join(f'<itemref idref="i{number}"/>' for number in range(len(chapters)))
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>'
        "<dc:title>كتاب</dc:title><dc:creator>الجاحظ</dc:creator><dc:date>1999</dc:date><dc:publisher>الدار</dc:publisher>"
        f"</metadata><manifest>{items}</manifest><spine>{spine}</spine></package>"
    )
    members = {"META-INF/container.xml": CONTAINER.encode(), "OEBPS/c.opf": package.encode(), **(extra or {})}
    from urllib.parse import unquote

    for name, body in chapters.items():
        members.setdefault(f"OEBPS/{unquote(name)}", PAGE.format(body).encode())
    return zipped(members)


def test_book(tmp_path: Path) -> None:
    (tmp_path / "k.epub").write_bytes(
        book(
            {
                "nav.xhtml": "<nav><ol><li>الفصل</li></ol></nav><p>المحتويات</p>",
                "cover.xhtml": "<img src='c.png'/>",
                "z%201.xhtml": "<h1>الفصل <i>الأول</i></h1><p>كان يا&nbsp;ما كان <b>في</b> الزمان.</p><p>وكان.</p>",
                "a.xhtml": "<div>تمهيد<br/>قصير.</div><h2>قسم</h2><blockquote><p>قول.</p>وشرح</blockquote>",
            },
            properties='properties="nav"',
        )
    )
    first, second = articles(tmp_path)
    assert first.id == "k.epub/OEBPS/z_1.xhtml"
    assert texts(first) == [
        ("title", "الفصل الأول"),
        ("text", "كان يا ما كان في الزمان."),
        ("text", "وكان."),
    ]
    meta = first.meta
    assert (meta.title, meta.author, meta.date, meta.publisher) == ("الفصل الأول", "الجاحظ", "1999", "الدار")
    assert meta.path == "k.epub/OEBPS/z 1.xhtml"
    assert second.id == "k.epub/OEBPS/a.xhtml"
    assert [text for _, text in texts(second)] == ["تمهيد قصير.", "قسم", "قول.", "وشرح"]


def test_bad_chapters_are_told_and_the_others_read(tmp_path: Path) -> None:
    locked = b"<encryption><CipherReference URI='OEBPS/b.xhtml'/><CipherReference URI='OEBPS/font.otf'/></encryption>"
    raw = book(
        dict.fromkeys(("a.xhtml", "b.xhtml", "c.xhtml", "d.xhtml"), "<p>نص الفصل هنا.</p>"),
        extra={"META-INF/encryption.xml": locked, "OEBPS/c.xhtml": b"\x00\x01\x02" * 99},
    )
    (tmp_path / "k.epub").write_bytes(raw.replace(b"OEBPS/d.xhtml", b"OEBPS/x.xhtml"))
    assert brief(results(tmp_path)) == [
        "k.epub/OEBPS/a.xhtml",
        "k.epub/OEBPS/b.xhtml: encrypted",
        "k.epub/OEBPS/c.xhtml: binary",
        "k.epub/OEBPS/d.xhtml: damaged",
    ]
    (tmp_path / "k.epub").write_bytes(zipped({"a": b""}))
    assert brief(results(tmp_path)) == ["k.epub: damaged"]


RSS = """<?xml version="1.0" encoding="{encoding}"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>موقع الأخبار</title>
<item><guid isPermaLink="false">77</guid><title>عنوان الأول</title><link>https://e.org/1</link>
<dc:creator>سمير</dc:creator>
<pubDate>Tue, 06 Jun 2017 10:00:00 +0300</pubDate><description>ملخص</description>
<content:encoded><![CDATA[<p>فقرة&nbsp;أولى.</p><script>x</script><p>فقرة ثانية<br/>منها.</p>]]></content:encoded>
</item>
<item><guid>https://e.org/2#x</guid><title>الثاني &amp;amp; الأخير</title>
<description>نص بسيط للخبر &amp;quot;الثاني&amp;quot;.</description></item>
<item><title>بلا معرف</title><description>&lt;p&gt;كلام أول.&lt;/p&gt;&lt;p&gt;كلام ثان.&lt;/p&gt;</description></item>
<item><title>فارغ</title></item>
</channel></rss>"""


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1256"])
def test_rss(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "f.xml").write_bytes(RSS.format(encoding=encoding).encode(encoding))
    found = results(tmp_path)
    assert brief(found) == ["f.xml:77", "https://e.org/2_x", "f.xml:3", "f.xml:4: no-text"]
    first, second, third = (item for item in found if isinstance(item, Article))
    assert texts(first) == [("title", "عنوان الأول"), ("text", "فقرة أولى."), ("text", "فقرة ثانية منها.")]
    meta = first.meta
    assert (meta.url, meta.date, meta.author) == ("https://e.org/1", "2017-06-06T10:00:00+03:00", "سمير")
    assert (meta.publisher, meta.path) == ("موقع الأخبار", "f.xml")
    assert texts(second) == [("title", "الثاني & الأخير"), ("text", 'نص بسيط للخبر "الثاني".')]
    assert texts(third) == [("title", "بلا معرف"), ("text", "كلام أول."), ("text", "كلام ثان.")]


@pytest.mark.parametrize(
    ("given", "date"),
    [
        ("06 Jun 2017 10:00 GMT", "2017-06-06T10:00:00+00:00"),
        ("Tue, 31 Feb 2017 10:00:00 GMT", "Tue, 31 Feb 2017 10:00:00 GMT"),
        ("1 Jan 99999999999999 00:00:00 GMT", "1 Jan 99999999999999 00:00:00 GMT"),
        ("أمس", "أمس"),
    ],
)
def test_dates_of_feeds(tmp_path: Path, given: str, date: str) -> None:
    feed = RSS.format(encoding="utf-8").replace("Tue, 06 Jun 2017 10:00:00 +0300", given)
    (tmp_path / "f.xml").write_text(feed, encoding="utf-8")
    first = results(tmp_path)[0]
    assert isinstance(first, Article)
    assert first.meta.date == date


def test_a_feed_whose_name_is_past_mending(tmp_path: Path) -> None:
    feed = RSS.format(encoding="utf-8").replace("موقع الأخبار", "Ø§Ù„Ø£Ø®Ø¨Ø§Ø± Ø Ù ?")
    (tmp_path / "f.xml").write_text(feed, encoding="utf-8")
    found = results(tmp_path)
    assert brief(found)[:3] == ["f.xml:77", "https://e.org/2_x", "f.xml:3"]
    assert isinstance(found[0], Article)
    assert found[0].meta.publisher is None


def test_atom(tmp_path: Path) -> None:
    (tmp_path / "f.atom").write_text(
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>مدونة</title><entry><id>tag:e.org,2020:9</id>'
        '<title type="html">عنوان &lt;b&gt;غليظ&lt;/b&gt;</title><updated>2020-01-02T03:04:05Z</updated>'
        '<link href="https://e.org/9"/><author><name>سمير</name></author><content type="xhtml">'
        '<div xmlns="http://www.w3.org/1999/xhtml"><p>كلام كثير هنا.</p><ul><li>بند</li></ul></div></content></entry>'
        "</feed>",
        encoding="utf-8",
    )
    (article,) = articles(tmp_path)
    assert (article.id, article.meta.date) == ("tag:e.org,2020:9", "2020-01-02T03:04:05Z")
    assert (article.meta.url, article.meta.author) == ("https://e.org/9", "سمير")
    assert texts(article) == [("title", "عنوان غليظ"), ("text", "كلام كثير هنا."), ("text", "بند")]


def test_the_same_item_in_two_snapshots_of_a_feed_is_read_once(tmp_path: Path) -> None:
    from mtpipe.intake import read
    from mtpipe.settings import IntakeSettings

    for name in ("a", "b"):
        (tmp_path / f"{name}.rss").write_text(RSS.format(encoding="utf-8"), encoding="utf-8")
    told: list[str] = []
    found = brief(read([tmp_path], IntakeSettings(), told=told.append))
    assert found.count("https://e.org/2_x") == 1
    assert not [line for line in found if "duplicate" in line]
    assert told == ["b.rss: left out what was read before under the same address: 1."]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty-file"),
        (b"<urlset><url><loc>https://e.org</loc></url></urlset>", "not-a-feed"),
        (b"hello", "not-a-feed"),
        (bytes(999), "not-a-feed"),
        ("نص عربي بلا وسوم".encode(), "not-a-feed"),
    ],
)
def test_what_is_no_feed(tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "f.xml").write_bytes(content)
    assert brief(results(tmp_path / "f.xml")) == [f"f.xml: {reason}"]


@pytest.mark.parametrize(
    ("html", "title", "expected"),
    [
        ("نص وحده", None, ["نص وحده"]),
        ("<p>أ</p>ب<p>ج</p>", None, ["أ", "ب", "ج"]),
        ("<h2>ع</h2><p>أ</p>", "ع", ["أ"]),
        ("<p>أ</p><h2>ع</h2>", None, ["أ", "ع"]),
        ("أ<br>ب<br><br>ج<br/> <br/>د", None, ["أ\nب", "ج", "د"]),
        ("<p>أ<!-- ب -->ج<script>x</script><span>د</span></p>", None, ["أجد"]),
        ("<table><tr><td>أ</td><td>ب</td></tr></table>", None, ["أ", "ب"]),
        ("<p>أ &amp; ب&nbsp;&copy;", None, ["أ & ب\xa0©"]),
        ("", None, []),
        ("<", None, ["<"]),
        ("<p>\x00أ\ud800</p>", None, ["أ?"]),
    ],
)
def test_blocks(html: str, title: str | None, expected: list[str]) -> None:
    found = blocks(html, "here")
    assert found.title == title
    assert [text.strip() for text in found.paragraphs] == expected


@given(st.text(alphabet="<>/ap \"'=&;!-[]?\x00\ud800خب\n", max_size=80))
def test_blocks_of_anything(text: str) -> None:
    assert isinstance(blocks(text, "here"), Blocks)


@given(st.lists(st.text(alphabet="أبجد هـ&<>\"' ", min_size=1).filter(str.strip), max_size=6))
def test_blocks_round_trip(paragraphs: list[str]) -> None:
    from html import escape

    found = blocks("".join(f"<p>{escape(text)}</p>" for text in paragraphs), "here")
    assert list(found.paragraphs) == paragraphs


def test_a_document_with_a_picture_bomb_beside_it(tmp_path: Path) -> None:
    """What is not text is never inflated."""
    made = document()
    made.add_paragraph(TEXTS[0])
    out = io.BytesIO()
    made.save(out)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/image1.png", bytes(100 << 20))
    (tmp_path / "w.docx").write_bytes(out.getvalue())
    assert brief(results(tmp_path)) == ["w.docx"]
