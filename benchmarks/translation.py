"""Scores a model on human translations: the news and encyclopedia sets beside the checkout, and the examples in it.

    python benchmarks/translation.py --data ../shared/data/dev [--model NAME] [--limit N] [--set translate.beam=1]

Prints a markdown table, the signatures of metrics and model, and the speed. Sets that are not there are left out.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mtpipe import segment, settings
from mtpipe.errors import ArticleError
from mtpipe.intake import normalise, read
from mtpipe.quality import EvaluationScore, evaluate
from mtpipe.translate import Translator, open_translator

SETS = ("ntrex_dev.tsv", "pud_wiki.tsv")
EXAMPLES = Path(__file__).resolve().parents[1] / "examples"


@dataclass(frozen=True)
class TestSet:
    """Segments with a reference each; a source may hold several sentences."""

    name: str
    sources: tuple[str, ...]
    references: tuple[str, ...]


def tsv(path: Path) -> TestSet:
    """A file of lines: id, Arabic, English."""
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").split("\n") if line]
    return TestSet(path.stem, tuple(row[1] for row in rows), tuple(row[2].strip() for row in rows))


def examples(options: settings.Settings) -> TestSet:
    """The project's own articles, paragraph by paragraph."""
    sources: list[str] = []
    references: list[str] = []
    for path in sorted((EXAMPLES / "articles").iterdir()):
        english = (EXAMPLES / "english" / f"{path.stem}.en.txt").read_text(encoding="utf-8")
        paragraphs = [paragraph.strip() for paragraph in english.split("\n\n") if paragraph.strip()]
        (article,) = read([path], options.intake)
        if isinstance(article, ArticleError):
            raise article
        if len(article.paragraphs) != len(paragraphs):
            raise SystemExit(
                f"{path.name}: {len(article.paragraphs)} paragraphs in Arabic, {len(paragraphs)} in English"
            )
        sources += [paragraph.text for paragraph in article.paragraphs]
        references += paragraphs
    return TestSet("examples", tuple(sources), tuple(references))


def sets(data: Path | None, options: settings.Settings, limit: int | None) -> Iterator[TestSet]:
    """The sets that are there, cut to ``limit`` segments."""
    found = [tsv(data / name) for name in SETS if (data / name).is_file()] if data else []
    for item in [*found, examples(options)]:
        yield TestSet(item.name, item.sources[:limit], item.references[:limit])


def translated(sources: Sequence[str], translator: Translator) -> list[str]:
    """Translate sentence by sentence, join the sentences of a segment with a space."""
    pieces: list[str] = []
    owners: list[int] = []
    for owner, source in enumerate(sources):
        for start, end in segment.split(source, "ar"):
            pieces.append(normalise(source[start:end]).strip())
            owners.append(owner)
    joined: list[list[str]] = [[] for _ in sources]
    for owner, hypotheses in zip(owners, translator.translate(pieces), strict=True):
        if hypotheses.best.text:
            joined[owner].append(hypotheses.best.text)
    return [" ".join(texts) for texts in joined]


def main() -> None:
    """Translate every set and print what came out."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, help="Folder with " + " and ".join(SETS))
    parser.add_argument("--model", help="Built-in name, folder or Hugging Face id")
    parser.add_argument("--limit", type=int, help="Segments of each set")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="Any setting of mtpipe")
    arguments = parser.parse_args()
    overrides = [f"translate.model={arguments.model}"] if arguments.model else []
    options = settings.load(None, [*overrides, *arguments.set])
    translator = open_translator(options.translate)
    scores: list[EvaluationScore] = []
    speeds: list[str] = []
    for item in sets(arguments.data, options, arguments.limit):
        begin = time.perf_counter()
        hypotheses = translated(item.sources, translator)
        seconds = time.perf_counter() - begin
        speeds.append(f"{item.name} {sum(len(text.split()) for text in item.sources) / seconds:.0f}")
        scores.append(evaluate(item.name, [normalise(text) for text in item.sources], hypotheses, item.references))
    print("\n".join([EvaluationScore.HEADER, *(score.row() for score in scores)]))
    print(f"\nmodel: `{translator.signature}` on {translator.device}")
    for metric in (scores[0].chrf, scores[0].bleu):
        print(f"{metric.name}: `{metric.signature}`")
    print(f"source words a second: {', '.join(speeds)}")


if __name__ == "__main__":
    main()
