"""A dataset of rows that formats find hard: signs of XML, breaks of lines, spaces in ids, every state of a pair."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mtpipe import corpus
from mtpipe.corpus.rows import SCHEMAS, Config

SIGNATURE = "mtpipe:test|model:none"
DATE = "2026-11-24T15:30:00+00:00"

HARD = [
    ("قال: «نعم» & <لا>", 'He said: "yes" & <no>'),
    ("سطر\nوسطر", "a line\nand a line"),
    ("فاصل\u2028سطر\x85آخر", "separated\u2028lines\u2029and\x0bmore\x0c."),
    ("عمود\tوعمود", '"quoted\tand tabbed", with a comma'),
    ("محرف\x00ممنوع\ufffe", "not\x01allowed\uffff"),
    ("😀 وجه", "a face 😀"),
    ("  مسافات  ", "  spaces  "),
    ("ﷺ ١٢٣", "]]> 123 &amp; &#x0;"),
    ("=SUM(A1)س", "=SUM(A1)"),
    ("تعليق\r\nويندوز", "Windows\r\nbreak"),
]


def row(number: int, source: str, target: str, **columns: Any) -> dict[str, Any]:
    """Return a row of paragraphs: three to an article, its name with a blank in it."""
    article = f"my file {(number - 1) // 3}.txt"
    made: dict[str, Any] = dict.fromkeys(SCHEMAS["paragraphs"])
    return made | {
        "id": f"{article}#p{number}",
        "article_id": article,
        "role": "text",
        "translation": {"ar": source, "en": target},
        "terms": [],
        "origin": "machine",
        "state": "open",
        "sentences": [],
        "signature": SIGNATURE,
        **columns,
    }


def term(entry: str, target: str, source: tuple[int, int], english: tuple[int, int] = (-1, -1)) -> dict[str, Any]:
    spans = zip(("source_start", "source_end", "target_start", "target_end"), (*source, *english), strict=True)
    return {"entry": entry, "target": target, "rung": "present" if english[0] >= 0 else "flagged", "reason": ""} | dict(
        spans
    )


def states() -> list[dict[str, Any]]:
    """Rows of every state, one with two sentences and terms."""
    review = {"reviewer": "Amal <a@b>", "reviewed": "2026-11-20T10:00:00Z"}
    sentences = [
        {"id": "x#p1s1", "source_start": 0, "source_end": 12, "target_start": 0, "target_end": 16},
        {"id": "x#p1s2", "source_start": 12, "source_end": 23, "target_start": 17, "target_end": 26},
    ]
    return [
        row(1, "وصل إلى حلب. ثم رحل منها", "He got to Aleppo. Then he left.", origin="machine"),
        row(2, "زار الرقة.", "He saw Raqqa.", state="approved", comment="as in 2019", **review),
        row(3, "عاد أمس.", "He came back.", translated="He come.", **review),
        row(4, "مرفوض.", "Rejected.", state="rejected", **review),
        row(5, "بشر كتبوه.", "People wrote it.", origin="aligned"),
        row(6, "", "Nothing before it."),
        row(7, "لا شيء بعده.", ""),
        row(
            8,
            "وصل إلى حلب ثم قرأ كتبا",
            "He is in Aleppo. He reads.",
            terms=[term("حلب", "Aleppo", (8, 11), (9, 15)), term("كتب", "books", (19, 23))],
            sentences=sentences,
        ),
    ]


def write(out: Path, rows: Sequence[dict[str, Any]], *, config: Config = "paragraphs", window: int = 4) -> Path:
    """Write an output folder as a run leaves it: shards, no sentences, ``run.json``."""
    for number, start in enumerate(range(0, len(rows), window)):
        corpus.write_shard(out / "dataset", config, number, list(rows[start : start + window]), SIGNATURE)
    (out / "run.json").write_text(json.dumps({"finished": DATE}))
    return out
