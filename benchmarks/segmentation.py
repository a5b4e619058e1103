"""How well sentence ends are found: mtpipe, pysbd and a plain regular expression, on the same texts.

    python benchmarks/segmentation.py --data ../shared/data/dev

NTREX documents: their segments, joined by a space to one paragraph a document, are the known ends. Segments were cut by
people for translation. Some have no stop at their end (titles, table lines), so nobody can see their ends: "ceiling" is
the recall of a segmenter that finds every end that shows a stop. Some hold two sentences: their inner ends count as
wrong.

XQuAD paragraphs: their ends are not given, and ``xquad_ends.tsv`` beside this file is no gold standard. It lists the
ends on which all three segmenters agree, and, where they differ, what the author of mtpipe's rules decided, with a
default for each pattern of agreement: partly circular, in mtpipe's favour. An end that all three overlook is not
counted.

Both texts were looked at while the rules were written, so all scores are development scores.
"""

from __future__ import annotations

import argparse
import re
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Literal

import pysbd

from mtpipe.segment import split
from mtpipe.segment.evaluate import BoundaryScore, compare, joined

Language = Literal["ar", "en"]
Segmenter = Callable[[str], list[tuple[int, int]]]
Paragraph = tuple[str, list[int]]

PLAIN = re.compile(r"(?<=[.!?؟…])\s+")
STOPPED = re.compile(r"[.!?؟…][\"'”’»)\]]*$")
CAVEATS = (
    "Development scores: the rules were made with these texts in view. XQuAD ends are partly circular: those on which",
    "all three agree, else decided by mtpipe's author. NTREX segments with no visible stop set the recall ceiling.",
)
NAMES = {"ar": "Arabic", "en": "English"}


def plain(text: str) -> list[tuple[int, int]]:
    """Split after a stop and white space."""
    edges = [0, *(gap.end() for gap in PLAIN.finditer(text)), len(text)]
    return list(pairwise(edges))


def by_pysbd(language: Language) -> Segmenter:
    """pysbd returns texts; their ends are found by counting what is not white space."""
    segmenter = pysbd.Segmenter(language=language, clean=False)

    def segment(text: str) -> list[tuple[int, int]]:
        solid = [place for place, character in enumerate(text) if not character.isspace()]
        seen, spans, start = 0, [], 0
        for piece in segmenter.segment(text):
            seen += sum(not character.isspace() for character in piece)
            end = solid[min(seen, len(solid)) - 1] + 1 if seen else 0
            spans.append((start, end))
            start = end
        return spans

    return segment


def ntrex(data: Path, language: Language) -> list[Paragraph]:
    """Return each document as one paragraph with its known ends."""
    documents: dict[str, list[str]] = {}
    for line in (data / "ntrex_dev.tsv").read_text(encoding="utf-8").splitlines():
        document, arabic, english = line.split("\t")
        documents.setdefault(document, []).append((arabic if language == "ar" else english).strip())
    return [joined(sentences) for sentences in documents.values()]


def xquad(data: Path, language: Language) -> list[Paragraph]:
    """Return the paragraphs with the ends of ``xquad_ends.tsv``."""
    lines = (data / "xquad_paragraphs.tsv").read_text(encoding="utf-8").splitlines()
    texts = [line.split("\t")[0 if language == "ar" else 1] for line in lines]
    ends: dict[int, list[int]] = {}
    for line in Path(__file__).with_name("xquad_ends.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            code, number, offsets = line.split("\t")
            if code == language:
                ends[int(number)] = [int(offset) for offset in offsets.split()]
    return [(text, ends[number]) for number, text in enumerate(texts, start=1)]


def measure(paragraphs: list[Paragraph], segmenter: Segmenter) -> tuple[BoundaryScore, float]:
    """Return the score over all paragraphs and the sentences found a second."""
    started = time.perf_counter()
    found = [segmenter(text) for text, _ in paragraphs]
    seconds = time.perf_counter() - started
    score = sum(
        (compare(text, spans, known) for (text, known), spans in zip(paragraphs, found, strict=True)), BoundaryScore()
    )
    return score, sum(map(len, found)) / seconds


def ceiling(paragraphs: list[Paragraph]) -> float:
    """Return the share of known inner ends, in percent, that show a stop."""
    inner = [text[:end] for text, known in paragraphs for end in known if end < len(text.rstrip())]
    return 100 * sum(bool(STOPPED.search(part[-8:])) for part in inner) / len(inner)


def rows(data: Path) -> Iterator[str]:
    """Yield the lines of the table, and what to bear in mind when reading it."""
    yield "| text | segmenter | precision | recall | F1 | sentences/s |"
    yield "|---|---|---:|---:|---:|---:|"
    for language in ("ar", "en"):
        segmenters: dict[str, Segmenter] = {
            "mtpipe": partial(split, language=language),
            "pysbd": by_pysbd(language),
            "plain regex": plain,
        }
        for name, read in (("NTREX", ntrex), ("XQuAD", xquad)):
            paragraphs = read(data, language)
            known = sum(compare(text, [], ends).known for text, ends in paragraphs)
            for segmenter_name, segmenter in segmenters.items():
                score, speed = measure(paragraphs, segmenter)
                label = f"{name} {NAMES[language]}, {known} ends, ceiling {ceiling(paragraphs):.1f}"
                yield (
                    f"| {label} | {segmenter_name} | {score.precision:.1f} | {score.recall:.1f} "
                    f"| {score.f1:.1f} | {speed:,.0f} |"
                )
    yield ""
    yield from CAVEATS


def main() -> None:
    """Print the table and its caveats."""
    parser = argparse.ArgumentParser(description="Sentence ends found by mtpipe, pysbd and a plain regex.")
    parser.add_argument("--data", type=Path, required=True, help="folder with ntrex_dev.tsv and xquad_paragraphs.tsv")
    for row in rows(parser.parse_args().data):
        print(row)


if __name__ == "__main__":
    main()
