"""TMX and XLIFF against their DTD and schemas, and what they say of each state: nothing of a machine's is final."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import align_stand_in
import pytest
import stand_in
import wild_rows
from lxml import etree

from mtpipe import corpus
from mtpipe.corpus.export import export
from mtpipe.corpus.formats.registry import format_of

SCHEMAS = Path(__file__).resolve().parents[1] / "schemas"
ONE = {"x": "urn:oasis:names:tc:xliff:document:1.2"}
TWO = {
    "x": "urn:oasis:names:tc:xliff:document:2.0",
    "gls": "urn:oasis:names:tc:xliff:glossary:2.0",
    "mda": "urn:oasis:names:tc:xliff:metadata:2.0",
}
NMTOKEN = re.compile(r"[\w.:-]+")


class Local(etree.Resolver):
    """Finds the schema of ``xml:lang`` beside the others, wherever a schema says that it lies."""

    def resolve(self, url: str, public: str, context: Any) -> Any:
        return self.resolve_filename(str(SCHEMAS / "xml.xsd"), context) if url.endswith("xml.xsd") else None


def schema(name: str) -> etree.XMLSchema:
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(Local())
    return etree.XMLSchema(etree.parse(str(SCHEMAS / name), parser))


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("schemas")
    stand_in.run(stand_in.write_articles(folder / "articles", 3), folder / "run")
    align_stand_in.write_pairs(folder / "pairs", 3)
    align_stand_in.run(folder / "pairs", folder / "align")
    hard = [wild_rows.row(number, *texts) for number, texts in enumerate(wild_rows.HARD, start=1)]
    wild_rows.write(folder / "wild", hard)
    wild_rows.write(folder / "states", wild_rows.states())
    return {name: folder / name for name in ("run", "align", "wild", "states")}


def written(out: Path, path: Path, level: Any = None) -> etree._ElementTree:
    export(out, path, format_of(path), level=level)
    return etree.parse(str(path), etree.XMLParser(resolve_entities=False, no_network=True))


MADE = [
    *((made, level) for made in ("run", "align") for level in corpus.CONFIGS),
    ("wild", "paragraphs"),
    ("states", "paragraphs"),
]


@pytest.mark.parametrize(("made", "level"), MADE)
def test_tmx_is_valid(made: str, level: Any, outputs: dict[str, Path], tmp_path: Path) -> None:
    tree = written(outputs[made], tmp_path / "c.tmx", level)
    dtd = etree.DTD(str(SCHEMAS / "tmx14.dtd"))
    assert dtd.validate(tree), dtd.error_log
    header = tree.find("header")
    assert header.get("segtype") == {"sentences": "sentence", "paragraphs": "paragraph"}[level]
    assert re.fullmatch(r"\d{8}T\d{6}Z", header.get("creationdate"))
    assert not [unit for unit in tree.iter("tu") if re.search(r"\s", unit.get("tuid"))]
    ids = [unit.findtext("prop[@type='x-mtpipe-id']") for unit in tree.iter("tu")]
    assert ids == [
        row["id"]
        for row in corpus.read(outputs[made] / "dataset", level)
        if row.get("accepted") is not False and row["state"] != "rejected" and all(row["translation"].values())
    ]


@pytest.mark.parametrize(("made", "level"), MADE)
@pytest.mark.parametrize(
    ("name", "against"), [("c.xlf", "xliff-core-1.2-strict.xsd"), ("c.xliff", "xliff-core-2.0.xsd")]
)
def test_xliff_is_valid(
    name: str, against: str, made: str, level: Any, outputs: dict[str, Path], tmp_path: Path
) -> None:
    tree = written(outputs[made], tmp_path / name, level)
    wanted = schema(against)
    assert wanted.validate(tree), wanted.error_log


@pytest.mark.parametrize("module", ["glossary", "metadata"])
@pytest.mark.parametrize("made", ["run", "wild", "states"])
def test_modules_of_xliff_2_are_valid(made: str, module: str, outputs: dict[str, Path], tmp_path: Path) -> None:
    """The core's schema takes any content of a module: OASIS has a schema for each."""
    folder = os.environ.get("MTPIPE_XLIFF_MODULES")
    if not folder:
        pytest.skip("needs glossary.xsd and metadata.xsd of OASIS (MTPIPE_XLIFF_MODULES names their folder)")
    wanted = etree.XMLSchema(etree.parse(str(Path(folder) / f"{module}.xsd")))
    tree = written(outputs[made], tmp_path / "c.xliff", "paragraphs")
    found = list(tree.iter(f"{{urn:oasis:names:tc:xliff:{module}:2.0}}{module}"))
    assert found or (made, module) == ("wild", "glossary")
    for element in found:
        assert wanted.validate(element), wanted.error_log


def test_the_schemas_would_see_a_fault(outputs: dict[str, Path], tmp_path: Path) -> None:
    tree = written(outputs["run"], tmp_path / "c.xliff")
    next(tree.iter(f"{{{TWO['x']}}}segment")).set("state", "perfect")
    assert not schema("xliff-core-2.0.xsd").validate(tree)
    tree = written(outputs["run"], tmp_path / "c.xlf")
    next(tree.iter(f"{{{ONE['x']}}}trans-unit")).attrib.pop("id")
    assert not schema("xliff-core-1.2-strict.xsd").validate(tree)
    tree = written(outputs["run"], tmp_path / "c.tmx")
    next(tree.iter("tu")).append(etree.Element("prop"))
    assert not etree.DTD(str(SCHEMAS / "tmx14.dtd")).validate(tree)


def test_states_of_xliff_1(outputs: dict[str, Path], tmp_path: Path) -> None:
    tree = written(outputs["states"], tmp_path / "c.xlf")
    found = {
        unit.findtext("x:target", namespaces=ONE): (
            unit.get("approved"),
            unit.find("x:target", ONE).get("state"),
            unit.find("x:target", ONE).get("state-qualifier"),
        )
        for unit in tree.iterfind(".//x:trans-unit", ONE)
    }
    assert found["He got to Aleppo. Then he left."] == ("no", "needs-review-translation", "mt-suggestion")
    assert found["He saw Raqqa."] == ("yes", "signed-off", None)
    assert found["He came back."] == ("no", "translated", None)
    assert found["People wrote it."] == ("no", "translated", None)
    assert len(found) == 5
    notes = [note.text for note in tree.iterfind(".//x:trans-unit/x:note", ONE)]
    assert notes == [
        "as in 2019",
        "approved by Amal <a@b> 2026-11-20T10:00:00Z",
        "edited by Amal <a@b> 2026-11-20T10:00:00Z",
    ]
    assert tree.findtext(".//x:alt-trans/x:target", namespaces=ONE) == "He come."


def test_states_of_xliff_2(outputs: dict[str, Path], tmp_path: Path) -> None:
    tree = written(outputs["states"], tmp_path / "c.xliff")
    found = {(segment.get("state"), segment.get("subState")) for segment in tree.iterfind(".//x:segment", TWO)}
    assert found == {
        ("translated", "mtpipe:machine"),
        ("translated", "mtpipe:edited"),
        ("translated", "mtpipe:human"),
        ("reviewed", "mtpipe:approved"),
    }
    (approved,) = tree.iterfind(".//x:unit[@name='my file 0.txt#p2']", TWO)
    assert approved.findtext(".//x:note", namespaces=TWO) == "as in 2019"
    facts = {meta.get("type"): meta.text for meta in approved.iterfind(".//mda:meta", TWO)}
    assert facts["status"] == "approved"
    assert facts["reviewer"] == "Amal <a@b>"


def test_sentences_and_terms_are_spans(outputs: dict[str, Path], tmp_path: Path) -> None:
    """The term that the English has not is marked in the Arabic alone."""
    tree = written(outputs["states"], tmp_path / "c.xliff")
    (unit,) = tree.iterfind(".//x:unit[@name='my file 2.txt#p8']", TWO)
    segments = [
        ("".join(part.find("x:source", TWO).itertext()), "".join(part.find("x:target", TWO).itertext()))
        for part in unit.iterfind("x:segment", TWO)
    ]
    assert segments == [("وصل إلى حلب ", "He is in Aleppo. "), ("ثم قرأ كتبا", "He reads.")]
    marks = {mark.get("id"): mark.text for mark in unit.iterfind(".//x:source/x:mrk", TWO)}
    assert marks == {"m1": "حلب", "m2": "كتبا"}
    assert {mark.get("id"): mark.text for mark in unit.iterfind(".//x:target/x:mrk", TWO)} == {"m1": "Aleppo"}
    entries = {
        entry.get("ref"): (
            entry.findtext("gls:term", namespaces=TWO),
            entry.findtext("gls:translation", namespaces=TWO),
        )
        for entry in unit.iterfind("gls:glossary/gls:glossEntry", TWO)
    }
    assert entries == {"#m1": ("حلب", "Aleppo"), "#m2": ("كتب", "books")}

    tree = written(outputs["states"], tmp_path / "c.xlf")
    (unit,) = tree.iterfind(".//x:trans-unit[@id='my file 2.txt#p8']", ONE)
    for side, texts in (("seg-source", segments[0][0]), ("target", segments[0][1])):
        (first, _) = unit.find(f"x:{side}", ONE).iterfind("x:mrk", ONE)
        assert (first.get("mtype"), "".join(first.itertext())) == ("seg", texts)
        assert [mark.get("mtype") for mark in first.iterfind("x:mrk", ONE)] == ["term"]


@pytest.mark.parametrize("made", ["run", "align", "wild", "states"])
def test_ids_of_xliff_2_are_names_and_unique(made: str, outputs: dict[str, Path], tmp_path: Path) -> None:
    tree = written(outputs[made], tmp_path / "c.xliff", "paragraphs")
    units = list(tree.iterfind(".//x:unit", TWO))
    assert len({unit.get("id") for unit in units}) == len(units)
    for unit in units:
        within = [element.get("id") for element in unit.iter() if element.get("id")]
        assert all(NMTOKEN.fullmatch(name) for name in within)
        refs = {entry.get("ref") for entry in unit.iterfind(".//gls:glossEntry", TWO)}
        marks = {f"#{mark.get('id')}" for mark in unit.iterfind(".//x:source//x:mrk", TWO)}
        assert refs == marks


@pytest.mark.parametrize("name", ["c.tmx", "c.xlf", "c.xliff"])
def test_the_signature_and_the_date_of_the_run_are_told(name: str, outputs: dict[str, Path], tmp_path: Path) -> None:
    written(outputs["states"], tmp_path / name)
    head = (tmp_path / name).read_text(encoding="utf-8")[:2000]
    assert wild_rows.SIGNATURE in head
    assert "20261124T153000Z" in head or "2026-11-24T15:30:00Z" in head
