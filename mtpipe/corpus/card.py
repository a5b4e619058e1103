"""The dataset card: what is in the dataset, how it was made, and what not to use it for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from mtpipe.corpus.rows import CONFIGS, SCHEMAS

_CARD: Final = """---
language:
- ar
- en
task_categories:
- translation
pretty_name: Arabic-English parallel corpus made by mtpipe
configs:
{configs}
---
# Arabic-English parallel corpus

Made by mtpipe from Arabic articles. The English is **machine translation** (`origin: machine`): it has not been read
by people. Its rights are those of the articles.

| | |
|---|---|
| articles | {articles} |
| paragraphs | {paragraphs} |
| sentences | {sentences} |
| glossary mentions | {mentions} |
| set aside (website remnants) | {set_aside} |
| articles that failed | {failed} |

Signature: `{signature}`
{notice}
```python
from datasets import load_dataset

paragraphs = load_dataset("path/to/this/folder", split="train")
sentences = load_dataset("path/to/this/folder", "sentences", split="train")
```

## Columns

{columns}

`quality.similarity` is the cosine of cross-lingual sentence embeddings, `quality.score` the model's mean
log-probability a token, `quality.length_ratio` characters of English over characters of Arabic; `missing_numbers` and
`extra_numbers` stand on one side only. `flags` holds the guard's codes (`empty`, `copied`, `looping`, `truncated`,
`short`, `long`, `garbled`) and those of the measures. Offsets count Unicode code points, ends are exclusive, -1 means
"not there".
"""

VERSION_DIGITS: Final = 12


@dataclass(frozen=True, slots=True)
class Counts:
    """What a run has made, summed over all committed windows."""

    articles: int = 0
    paragraphs: int = 0
    sentences: int = 0
    mentions: int = 0
    flagged_mentions: int = 0
    flagged_sentences: int = 0
    set_aside: int = 0
    failed: int = 0


def render_card(counts: Counts, signature: str, notice: str | None = None, *, content: str = "0") -> str:
    """Return the card's text, the same for the same dataset.

    ``content`` is a hash of the rows, in hexadecimal digits. It makes the version: ``load_dataset`` keeps what it has
    read under folder name, configuration and version, and all our folders are called ``dataset``. Without it, it
    would give the rows of another run, or of this one before it grew, and say nothing.
    """
    version = f"1.{counts.articles}.{int(content[:VERSION_DIGITS], 16)}"
    configs = "\n".join(
        f"- config_name: {config}\n"
        + ("  default: true\n" if not number else "")
        + f"  version: {version}\n  data_files: {config}/*.parquet"
        for number, config in enumerate(CONFIGS)
    )
    columns = "\n".join(f"* `{config}`: {', '.join(map(_column, SCHEMAS[config].items()))}" for config in CONFIGS)
    return _CARD.format(
        configs=configs,
        columns=columns,
        signature=signature,
        notice=f"\n> {notice}\n" if notice else "",
        articles=counts.articles,
        paragraphs=counts.paragraphs,
        sentences=counts.sentences,
        mentions=counts.mentions,
        set_aside=counts.set_aside,
        failed=counts.failed,
    )


def _column(item: tuple[str, object]) -> str:
    name, kind = item
    if isinstance(kind, Mapping):
        return f"`{name}` ({', '.join(kind)})"
    if isinstance(kind, list) and isinstance(kind[0], Mapping):
        return f"`{name}` (list of {', '.join(kind[0])})"
    return f"`{name}`"
