"""What tests of readers share: packing files, and looking at what is read."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

import zstandard

from mtpipe.article import Article
from mtpipe.errors import ArticleError
from mtpipe.intake import read
from mtpipe.settings import IntakeSettings

TITLE: Final = "افتتاح مكتبة المدينة"
TEXTS: Final = ("أعلنت البلدية افتتاح مكتبة عامة في وسط المدينة.", "وقال رئيسها إن القراءة حق للجميع.")
TEXT: Final = "\n\n".join((TITLE, *TEXTS))

COMPRESS: Final[dict[str, Callable[[bytes], bytes]]] = {
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": zstandard.compress,
}


def results(*inputs: Path | str, settings: IntakeSettings | None = None) -> list[Article | ArticleError]:
    return list(read(inputs, settings or IntakeSettings()))


def articles(*inputs: Path | str, settings: IntakeSettings | None = None) -> list[Article]:
    """All articles, where nothing else may come."""
    found = results(*inputs, settings=settings)
    assert all(isinstance(item, Article) for item in found), found
    return [item for item in found if isinstance(item, Article)]


def brief(found: Iterable[Article | ArticleError]) -> list[str]:
    """The id of each article, "id: reason" of each failure. A message is one line that says where."""
    lines = []
    for item in found:
        if isinstance(item, Article):
            lines.append(item.id)
        else:
            assert "\n" not in str(item)
            lines.append(f"{item.article_id}: {item.reason}")
    return lines


def texts(article: Article) -> list[tuple[str, str]]:
    return [(paragraph.role, paragraph.text) for paragraph in article.paragraphs]


def zipped(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def tarred(members: Mapping[str, bytes], form: int = tarfile.PAX_FORMAT) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()
