"""Debian's chromium through playwright, whose own download is not needed."""

from __future__ import annotations

import runpy
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from mtpipe.article import TranslatedArticle

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("needs Debian's chromium on the PATH")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=list(QUIET))
        yield started
        started.close()


@pytest.fixture(scope="session")
def boats() -> TranslatedArticle:
    """The article of the review tests, whose folder is on the path only while they run."""
    sample = runpy.run_path(str(Path(__file__).parents[1] / "review" / "review_sample.py"))
    article = sample["boats"]()
    assert isinstance(article, TranslatedArticle)
    return article
