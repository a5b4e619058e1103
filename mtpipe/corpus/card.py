"""The dataset card: what is in the dataset, how it was made, and what not to use it for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Final

from mtpipe.article import Origin
from mtpipe.corpus.aligned import SCHEMAS_OF
from mtpipe.corpus.rows import CONFIGS, Config

_HEAD: Final = """---
language:
- ar
- en
task_categories:
- translation
pretty_name: Arabic-English parallel corpus{made}
configs:
{configs}
---
"""

_CARD: Final = """{head}# Arabic-English parallel corpus

{origin}

| | |
|---|---|
{counts}

Signature: `{signature}`
{notice}
```python
from datasets import load_dataset

paragraphs = load_dataset("path/to/this/folder", split="train")
sentences = load_dataset("path/to/this/folder", "sentences", split="train")
```

## Columns

{columns}

`state` (`open`, `approved`, `rejected`), `reviewer`, `reviewed` and `comment` are what people decided; `translated` is
the English as it was before a person changed it. `quality.similarity` is the cosine of cross-lingual sentence
embeddings, {measures} Offsets count Unicode code points,
ends are exclusive, -1 means "not there".
"""

_ORIGINS: Final[dict[Origin, str]] = {
    "machine": """\
Made by mtpipe from Arabic articles. The English is **machine translation** (`origin: machine`): {read}
Its rights are those of the articles.""",
    "aligned": """\
Made by mtpipe from Arabic articles and English articles that people wrote (`origin: aligned`). Their rights are those
of the articles. A row is a bead: one or several paragraphs, or sentences, of each side. **Beads that are probably wrong
are among the rows**, with `accepted: false` and the reason: leave them out with
`rows.filter(lambda row: row["accepted"])`.""",
}

_READ: Final = """people have approved {approved} of its
sentences (`state: approved`) and edited {edited} (those with `translated`)."""
_UNREAD: Final = "it has not been read\nby people."

_MEASURES: Final[dict[Origin, str]] = {
    "machine": """`quality.score` the model's mean
log-probability a token, `quality.length_ratio` characters of English over characters of Arabic; `missing_numbers` and
`extra_numbers` stand on one side only. `flags` holds the guard's codes (`empty`, `copied`, `looping`, `truncated`,
`short`, `long`, `garbled`) and those of the measures.""",
    "aligned": """`quality.length_ratio`
characters of English over characters of Arabic; `missing_numbers` and `extra_numbers` stand on one side only, `flags`
holds the codes of the measures. `probability` is the calibrated chance that the bead is right, `crossing` tells text
that was moved. `source_units` and `target_units` are the paragraphs or sentences of the bead, with their spans in the
text of the article that they are of (paragraphs joined by two line breaks).""",
}

_COUNTED: Final[dict[Origin, dict[str, str]]] = {
    "machine": {
        "articles": "articles",
        "paragraphs": "paragraphs",
        "sentences": "sentences",
        "mentions": "glossary mentions",
        "set_aside": "set aside (website remnants)",
        "failed": "articles that failed",
    },
    "aligned": {
        "articles": "pairs of articles",
        "paragraphs": "beads of paragraphs",
        "sentences": "beads of sentences",
        "rejected": "of these rejected",
        "unmatched": "sentences without counterpart (not here)",
        "set_aside": "set aside (website remnants)",
        "failed": "articles that failed or found no counterpart",
    },
}

VERSION_DIGITS: Final = 12


@dataclass(frozen=True, slots=True)
class Counts:
    """What a run has made, summed over all committed windows.

    Of pairs that were aligned, ``sentences`` are beads, ``rejected`` those among them that are not kept, and
    ``unmatched`` the sentences of both sides without counterpart. ``approved`` and ``edited`` sentences, or beads, are
    those that people let stand, and those that they changed.
    """

    articles: int = 0
    paragraphs: int = 0
    sentences: int = 0
    mentions: int = 0
    flagged_mentions: int = 0
    flagged_sentences: int = 0
    set_aside: int = 0
    failed: int = 0
    rejected: int = 0
    unmatched: int = 0
    approved: int = 0
    edited: int = 0

    def __add__(self, other: Counts) -> Counts:
        """Add the counts of two sets of articles."""
        sums = {item.name: getattr(self, item.name) + getattr(other, item.name) for item in fields(self)}
        return Counts(**sums)


def front_matter(
    files: Mapping[Config, str | Mapping[str, str]], content: str, *, articles: int = 0, made: str = " made by mtpipe"
) -> str:
    """Return what ``load_dataset`` reads of a card: of each configuration its files, or those of each split.

    ``content`` is a hash of the rows, in hexadecimal digits. It makes the version: ``load_dataset`` keeps what it has
    read under folder name, configuration and version, and all our folders are called ``dataset``. Without it, it
    would give the rows of another run, or of this one before it grew, and say nothing.
    """
    version = f"1.{articles}.{int(content[:VERSION_DIGITS], 16)}"
    configs = []
    for place, (config, found) in enumerate(files.items()):
        default = "  default: true\n" if place == 0 else ""
        splits = (
            f" {found}"
            if isinstance(found, str)
            else "".join(f"\n  - split: {split}\n    path: {path}" for split, path in found.items())
        )
        configs.append(f"- config_name: {config}\n{default}  version: {version}\n  data_files:{splits}")
    return _HEAD.format(made=made, configs="\n".join(configs))


def render_card(
    counts: Counts, signature: str, notice: str | None = None, *, content: str = "0", origin: Origin = "machine"
) -> str:
    """Return the card's text, the same for the same dataset. ``content`` is as for ``front_matter``."""
    files = {config: f"{config}/*.parquet" for config in CONFIGS}
    schemas = SCHEMAS_OF[origin]
    columns = "\n".join(f"* `{config}`: {', '.join(map(_column, schemas[config].items()))}" for config in CONFIGS)
    read = _READ.format(approved=counts.approved, edited=counts.edited) if counts.approved + counts.edited else _UNREAD
    counted = "\n".join(f"| {words} | {getattr(counts, name)} |" for name, words in _COUNTED[origin].items())
    return _CARD.format(
        head=front_matter(files, content, articles=counts.articles),
        columns=columns,
        signature=signature,
        notice=f"\n> {notice}\n" if notice else "",
        origin=_ORIGINS[origin].format(read=read),
        counts=counted,
        measures=_MEASURES[origin],
    )


def _column(item: tuple[str, object]) -> str:
    name, kind = item
    if isinstance(kind, Mapping):
        return f"`{name}` ({', '.join(kind)})"
    if isinstance(kind, list) and isinstance(kind[0], Mapping):
        return f"`{name}` (list of {', '.join(kind[0])})"
    return f"`{name}`"
