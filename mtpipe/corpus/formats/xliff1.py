"""XLIFF 1.2 (strict): a file for each article, a unit for each pair, sentences and terms as marked spans.

Machine translation is ``needs-review-translation``, never more; what people wrote is ``translated``, what a reviewer
approved is ``signed-off`` and ``approved="yes"``. "final" is the state of a whole project, and not ours to give.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from itertools import chain, groupby
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mtpipe.corpus.formats.base import SOURCE, TARGET, Head, Pair, Status, Tally
from mtpipe.corpus.formats.files import writing
from mtpipe.corpus.formats.xml import Make, Span, element, fill, legal
from mtpipe.glossary.markup import XML, writing_to

if TYPE_CHECKING:
    from lxml import etree

NAMESPACE: Final = "urn:oasis:names:tc:xliff:document:1.2"
STATES: Final[dict[Status, str]] = {
    "machine": "needs-review-translation",
    "edited": "translated",
    "human": "translated",
    "approved": "signed-off",
    "rejected": "needs-translation",
}
MACHINE: Final = "mt-suggestion"
PROPERTY: Final = "x-mtpipe-"

Marks = list[tuple[Span, Make]]


def write(pairs: Iterable[Pair], path: Path, head: Head, tally: Tally) -> None:
    """Write one file, streaming."""
    spaces: dict[str | None, str] = {None: NAMESPACE, "xml": XML}
    with (
        writing(path) as stream,
        writing_to(stream) as out,
        out.element(f"{{{NAMESPACE}}}xliff", {"version": "1.2"}, nsmap=spaces),
    ):
        for article, group in groupby(pairs, key=attrgetter("article")):
            out.write("\n")
            with out.element(f"{{{NAMESPACE}}}file", _file(article, head)):
                first = next(group)
                out.write("\n", _header(first, head, tally), "\n")
                with out.element(f"{{{NAMESPACE}}}body"):
                    for pair in chain((first,), group):
                        out.write("\n", _unit(pair, tally))
                    out.write("\n")
        out.write("\n")


def _file(article: str, head: Head) -> dict[str, str]:
    attributes = {
        "original": legal(article, Tally()),
        "source-language": SOURCE,
        "target-language": TARGET,
        "datatype": "plaintext",
        "tool-id": "mtpipe",
    }
    return attributes | ({"date": head.zulu} if head.zulu else {})


def _header(first: Pair, head: Head, tally: Tally) -> etree._Element:
    from mtpipe import __version__

    header = _node("header")
    header.append(_node("note", legal(head.signature, tally), **{"from": "mtpipe"}))
    for name, text in first.about():
        header.append(_node("note", f"{name}: {legal(text, tally)}", **{"from": "mtpipe"}))
    header.append(_node("tool", **{"tool-id": "mtpipe", "tool-name": "mtpipe", "tool-version": __version__}))
    return header


def _unit(pair: Pair, tally: Tally) -> etree._Element:
    status = pair.status
    unit = _node(
        "trans-unit", id=legal(pair.id, tally), approved="yes" if status == "approved" else "no", space="preserve"
    )
    source, target = legal(pair.source, tally), legal(pair.target, tally)
    unit.append(_side("source", source, [], _terms(pair, "source"), lang=SOURCE))
    if spans := pair.sentences:
        unit.append(_side("seg-source", source, [left for left, _ in spans], _terms(pair, "source"), lang=SOURCE))
    attributes = {"state": STATES[status]} | ({"state-qualifier": MACHINE} if status == "machine" else {})
    unit.append(
        _side("target", target, [right for _, right in spans], _terms(pair, "target"), lang=TARGET, **attributes)
    )
    facts = _node("context-group", purpose="information")
    facts.extend(
        _node("context", legal(text, tally), **{"context-type": PROPERTY + name}) for name, text in pair.facts()
    )
    unit.append(facts)
    unit.extend(_notes(pair, tally))
    if (translated := pair.row.get("translated")) is not None:
        before = _node("alt-trans", origin="mtpipe", alttranstype="previous-version")
        before.append(_node("target", legal(str(translated), tally), lang=TARGET))
        unit.append(before)
    return unit


def _notes(pair: Pair, tally: Tally) -> Iterable[etree._Element]:
    reviewer = legal(pair.text("reviewer"), tally)
    if comment := pair.text("comment"):
        yield _node("note", legal(comment, tally), **{"from": reviewer or "reviewer"})
    if reviewer or pair.text("reviewed"):
        words = f"{pair.status} by {reviewer or 'a reviewer'} {pair.text('reviewed')}".strip()
        yield _node("note", legal(words, tally), **{"from": "mtpipe"})


def _terms(pair: Pair, side: str) -> Marks:
    """Return the glossary's mentions as spans; the remark is the form on the other side."""

    def mark(remark: str) -> Make:
        return lambda: _node("mrk", mtype="term", comment=remark)

    other = "target" if side == "source" else "entry"
    return [
        ((term[f"{side}_start"], term[f"{side}_end"]), mark(legal(str(term[other]), Tally()))) for term in pair.terms
    ]


def _side(name: str, text: str, segments: Sequence[Span], terms: Marks, **attributes: str) -> etree._Element:
    side = _node(name, **attributes)
    if not segments:
        fill(side, text, (0, len(text)), terms)
    for number, span in enumerate(segments, start=1):
        segment = _node("mrk", mtype="seg", mid=f"s{number}")
        fill(segment, text, span, terms)
        side.append(segment)
    return side


_node = partial(element, NAMESPACE)
