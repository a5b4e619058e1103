"""The examples hold what their README promises: pairs one to one, encodings, a glossary that its articles obey."""

import csv
import re
import unicodedata
from pathlib import Path

import pytest
from lxml import html

from mtpipe.intake import read
from mtpipe.settings import IntakeSettings

EXAMPLES = Path(__file__).parents[2] / "examples"
ENCODINGS = {
    "politics.txt": "utf-8",
    "economy.txt": "utf-8",
    "sport.txt": "utf-8",
    "science.html": "utf-8",
    "culture.txt": "windows-1256",
    "speech.txt": "utf-8",
    "health.txt": "utf-8",
}
REMNANTS = ("اقرأ أيضاً: ", "شارك هذا الموضوع", "اترك تعليقاً")  # the end of health.txt, no part of the article
EASTERN = str.maketrans("٠١٢٣٤٥٦٧٨٩٫", "0123456789.", "٬")
SEATS = str.maketrans("أإآىةؤئ", "ااايهوي")
NAMES = sorted(ENCODINGS)


def article(name):
    """The article's paragraphs, its title first and without remnants."""
    text = (EXAMPLES / "articles" / name).read_bytes().decode(ENCODINGS[name])
    if name.endswith(".html"):
        page = html.fromstring(text)
        title = page.xpath("//h1[@class='entry-title']")
        return [node.text_content().strip() for node in title + page.xpath("//div[@class='entry-content']/p")]
    paragraphs = text.strip().split("\n\n")
    return paragraphs[: -len(REMNANTS)] if name == "health.txt" else paragraphs


def english(name):
    path = EXAMPLES / "english" / f"{Path(name).stem}.en.txt"
    return path.read_text(encoding="utf-8").strip().split("\n\n")


def pairs():
    return [(name, *pair) for name in NAMES for pair in zip(article(name), english(name), strict=True)]


def glossary():
    with (EXAMPLES / "glossary.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def sources(entry):
    return [entry["source"], *filter(None, entry["variants"].split("|"))]


def fold(text):
    """Drop vowel signs and the seats of hamza; «ً» stays, for «سورياً» is "Syrian" and not «سوريا»."""
    return re.sub("[\u064c-\u0652\u0670]", "", text).translate(SEATS)


def occurs(term, text):
    """Whether the term stands in the text as a word, possibly after و ف ب ل ك."""
    term = fold(term)
    forms = rf"[بك]?{term}|ل{term}" + (rf"|ل{term[1:]}" if term.startswith("ال") else "")
    return re.search(rf"\b[وف]?(?:{forms})(?![\w\u064b])", fold(text)) is not None


def rendered(entry, text):
    if entry["case"] == "any":
        return entry["target"].casefold() in text.casefold()
    return re.search(rf"\b{re.escape(entry['target'])}\b", text) is not None


def figures(text):
    """The numbers written in digits, without separators of thousands; «12 ألف» is 12000."""
    text = re.sub(r"(?<=\d),(?=\d{3}\b)", "", text.translate(EASTERN))
    found = re.finditer(r"\d+(?:\.\d+)?(?P<thousand> ألف)?", text)
    return {m[0].removesuffix(" ألف") + ("000" if m["thousand"] else "") for m in found}


def test_the_table_of_articles_is_the_folder():
    assert sorted(path.name for path in (EXAMPLES / "articles").iterdir()) == NAMES
    assert sorted(f"{Path(name).stem}.en.txt" for name in NAMES) == sorted(
        path.name for path in (EXAMPLES / "english").iterdir()
    )


@pytest.mark.parametrize("name", NAMES)
def test_paragraphs_correspond(name):
    arabic, translation = article(name), english(name)
    assert len(arabic) == len(translation)
    assert 9 <= len(arabic) <= 15
    for source, target in zip(arabic, translation, strict=True):
        assert source.strip() == source != ""
        assert "\n" not in source + target
        assert re.search("[\u0600-\u06ff]", target) is None
        assert re.search("[A-Za-z]", source) is None
        assert 0.8 < len(target) / len(source) < 1.8


@pytest.mark.parametrize(("name", "source", "target"), pairs())
def test_figures_correspond(name, source, target):
    assert figures(source) - figures(target) == set()


def test_figures_are_seen():
    assert figures("٧٬٢٤٥ صفقة و٢٫٣ و12 ألفاً و1,380 في 1925، ثم 3-2") == {
        *("7245", "2.3", "12000", "1380", "1925", "3", "2")
    }


@pytest.mark.parametrize("name", NAMES)
def test_sizes_suit_a_quick_start(name):
    assert 200 <= sum(len(paragraph.split()) for paragraph in article(name)) <= 430
    assert (EXAMPLES / "articles" / name).stat().st_size < 16_000


@pytest.mark.parametrize("name", NAMES)
def test_encodings(name):
    raw = (EXAMPLES / "articles" / name).read_bytes()
    text = raw.decode(ENCODINGS[name])
    if ENCODINGS[name] == "windows-1256":
        with pytest.raises(UnicodeDecodeError):
            raw.decode("utf-8")
    assert not text.startswith("\ufeff")
    assert "\r" not in text
    assert text == unicodedata.normalize("NFC", text)
    assert re.search("[\u06a9\u06cc\ufb50-\ufdff\ufe70-\ufeff\u200b-\u200f]", text) is None


@pytest.mark.parametrize("name", NAMES)
def test_intake_keeps_what_has_an_english(name):
    (found,) = read([EXAMPLES / "articles" / name], IntakeSettings())
    assert [paragraph.text for paragraph in found.paragraphs] == article(name)
    assert [paragraph.role for paragraph in found.paragraphs[:2]] == ["title", "text"]


def test_health_ends_with_remnants():
    tail = (EXAMPLES / "articles" / "health.txt").read_text(encoding="utf-8").strip().split("\n\n")[-len(REMNANTS) :]
    assert [line.startswith(start) for line, start in zip(tail, REMNANTS, strict=True)] == [True] * len(REMNANTS)


def test_the_page_names_its_origin():
    page = html.fromstring((EXAMPLES / "articles" / "science.html").read_text(encoding="utf-8"))
    assert page.xpath("string(//meta[@property='og:title']/@content)") == article("science.html")[0]
    assert page.xpath("string(//meta[@name='author']/@content)")
    assert page.xpath("string(//meta[@property='article:published_time']/@content)").startswith("2025-05-19")
    assert page.xpath("string(//link[@rel='canonical']/@href)").startswith("https://science.example.org/")


def test_no_source_is_listed_twice():
    folded = [fold(source) for entry in glossary() for source in sources(entry)]
    assert sorted(folded) == sorted(set(folded))


@pytest.mark.parametrize("entry", glossary(), ids=lambda entry: entry["target"])
def test_glossary_entries_are_whole_and_used(entry):
    assert set(entry) == {"source", "target", "type", "note", "case", "variants"}
    assert entry["type"] in {"person", "place", "organisation", "agency", "term"}
    name_case = "sentence" if entry["target"][0].islower() else "exact"
    assert entry["case"] == ("any" if entry["type"] == "term" else name_case)
    assert any(occurs(source, paragraph) for source in sources(entry) for _, paragraph, _ in pairs())


@pytest.mark.parametrize("entry", glossary(), ids=lambda entry: entry["target"])
def test_the_english_obeys_the_glossary(entry):
    for name, source, target in pairs():
        if any(occurs(form, source) for form in sources(entry)):
            assert rendered(entry, target), f"{name}: {source}"


@pytest.mark.parametrize(
    ("term", "text", "expected"),
    [
        ("الأمم المتحدة", "تقرير للأمم المتحدة", True),
        ("عمّان", "في عمان", True),
        ("العراق", "وزير الكهرباء العراقي", False),
        ("بركات", "ورحمة الله وبركاته", False),
        ("أبو القاسم الراوي", "يحتفي بأبي القاسم الراوي", False),  # a case of its own: listed as a variant
        ("سوريا", "مصدراً دبلوماسياً سورياً", False),
        ("سورية", "في الأردن والعراق وسورية", True),
    ],
)
def test_occurs(term, text, expected):
    assert occurs(term, text) is expected
