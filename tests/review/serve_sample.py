"""A review folder with a few files, its paragraphs, and clients of a server on it."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from mtpipe import corpus, review
from mtpipe.archive import pace
from mtpipe.archive.journal import Entry, Journal
from mtpipe.article import TranslatedArticle
from mtpipe.corpus import Counts
from mtpipe.review import decisions
from mtpipe.review.serve import STORE, Store, Text
from mtpipe.review.serve.app import app
from mtpipe.review.serve.guard import Entrance, Guard
from mtpipe.review.serve.hosts import Hosts
from mtpipe.review.serve.sessions import Sessions
from mtpipe.settings import ReviewSettings
from mtpipe.translate import Memory

RUN = "run0123456789"
SECRET = "a secret of some length"
COOKIE = "mtpipe-review-test"
HOME = "http://127.0.0.1:8642"

ARABIC = "وصل القارب. ثم عاد."
BASE = decisions.base_of(ARABIC, "The boat came. Then it went back.", [(0, 12, 0, 14), (12, 19, 15, 33)])
PARAGRAPHS = ("boats#p1", "boats#p2", "news/2026 ٣.txt#p1")


@dataclass
class Texts:
    """Paragraphs of one and the same text; ``base`` changes as when decisions are applied."""

    run: str = RUN
    base: str = BASE

    def find(self, paragraph: str) -> Text | None:
        return Text(self.base, len(ARABIC)) if paragraph in PARAGRAPHS else None

    def paragraphs(self) -> int:
        return len(PARAGRAPHS)


def folder(path: Path) -> Path:
    """Make an output folder with pages."""
    pages = path / "review"
    for name, text in {
        "index.html": "<!doctype html><title>index</title>",
        "pages/boats.html": "<!doctype html><title>boats</title>",
        "assets/core.js": "var mtpipe = {};",
        ".index.html.tmp": "half a page",
    }.items():
        (pages / name).parent.mkdir(parents=True, exist_ok=True)
        (pages / name).write_text(text, encoding="utf-8")
    (path / ".mtpipe").mkdir()
    (path / "run.json").write_text("outside", encoding="utf-8")
    (path / "review-of-others").mkdir()
    (path / "review-of-others" / "index.html").write_text("outside", encoding="utf-8")
    return path


def finished(path: Path, article: TranslatedArticle, signature: str) -> Path:
    """Make an output folder as a run leaves it, without the run: one window with one article."""
    made = corpus.made([article], signature)
    for config, rows in (("paragraphs", made.paragraphs), ("sentences", made.sentences)):
        corpus.write_shard(path / "dataset", config, 0, rows, signature)  # type: ignore[arg-type]  # literals
    with closing(Journal(path)) as journal:
        counts = Counts(articles=1, paragraphs=len(made.paragraphs))
        entries = [Entry(article.source.id, "d", {})]
        memory = Memory(journal.connection)
        journal.commit(0, 1, entries, sizes={}, counts=counts, content="c", memory=memory, renderings={})
        run = decisions.run_id(signature, journal.first_window())
    how = {"signature": signature, "settings": ReviewSettings()}
    review.write_window(path / "review", 0, [article], **how)  # type: ignore[arg-type]  # of two kinds
    shards = corpus.shard_paths(path / "dataset", "sentences")
    figures = review.figures_of(shards)
    rows = [review.index_row(article)]
    review.write_index(path / "review", rows, run=run, windows=1, figures=figures, **how)  # type: ignore[arg-type]  # so
    pace.note(path, review.Pace(window=0, sentences=len(made.sentences), articles=1, seconds=6.0))
    pace.write_throughput(path)
    return path


def store(path: Path) -> Store:
    return Store(path / STORE, RUN)


def server(path: Path, kept: Store, *, password: bool = False, hosts: Hosts | None = None, texts: Any = None) -> Guard:
    sessions = Sessions(SECRET, run=RUN)
    entrance = Entrance(hosts=hosts or Hosts(), sessions=sessions, cookie=COOKIE, password=password)
    return app(path / "review", kept, texts or Texts(), entrance)


def client(served: Guard) -> TestClient:
    """A browser that has not signed in."""
    return TestClient(served, base_url=HOME, follow_redirects=False, raise_server_exceptions=False)


def reviewer(served: Guard, name: str = "") -> TestClient:
    """A browser that has opened the printed address, sends the CSRF token, and has given a name."""
    browser = client(served)
    assert browser.get("/", params={"token": SECRET}).status_code == 303
    browser.headers["x-csrf-token"] = browser.get("/api/session").json()["csrf"]
    browser.headers["origin"] = HOME
    if name:
        assert browser.post("/api/session", json={"reviewer": name}).json()["reviewer"] == name
    return browser


def draft(paragraph: str = PARAGRAPHS[0], on: int = 0, **more: Any) -> dict[str, Any]:
    ties = [
        {"source_start": 0, "source_end": 12, "text": "The boat came.", "state": "approved", "comment": ""},
        {
            "source_start": 12,
            "source_end": 19,
            "text": "Then it left.",
            "state": "open",
            "comment": "left or returned?",
        },
    ]
    return {"paragraph": paragraph, "base": BASE, "ties": ties, "on": on, **more}


def place(paragraph: str) -> str:
    from urllib.parse import quote

    return f"/api/paragraphs/{quote(paragraph, safe='')}"
