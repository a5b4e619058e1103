"""Inputs of object stores: a stand-in for S3 that PyArrow's own client talks to, and fsspec's memory."""

from __future__ import annotations

import json
from collections.abc import Iterator

import fsspec
import pytest
import s3_server
from packing import TEXT, TEXTS, brief, results, zipped
from s3_server import Bucket

from mtpipe.archive.scope import absolute, covers
from mtpipe.article import Article
from mtpipe.errors import UsageError
from mtpipe.intake import remote
from mtpipe.intake.sources import count

ROWS = "".join(json.dumps({"id": f"r{number}", "text": text}) + "\n" for number, text in enumerate(TEXTS)).encode()
OBJECTS = {
    "ar/b.txt": TEXT.encode(),
    "ar/deep/a.txt": TEXTS[1].encode(),
    "ar/notes.md": b"x",
    "ar/.hidden.txt": TEXT.encode(),
    "dump.jsonl": ROWS,
    "news.zip": zipped({"one.txt": TEXT.encode(), "../two.txt": TEXT.encode()}),
    "empty/x.md": b"x",
}


@pytest.fixture(scope="module")
def bucket() -> Iterator[Bucket]:
    held = Bucket(dict(OBJECTS))
    with (
        pytest.MonkeyPatch.context() as patch,
        s3_server.serving(news=held, closed=Bucket(refused=True)) as address,
    ):
        for name, value in (("ACCESS_KEY_ID", "a"), ("SECRET_ACCESS_KEY", "b"), ("EC2_METADATA_DISABLED", "true")):
            patch.setenv(f"AWS_{name}", value)
        patch.setenv("AWS_ENDPOINT_URL", address)
        remote._s3.cache_clear()
        yield held
    remote._s3.cache_clear()


@pytest.fixture
def memory() -> Iterator[str]:
    store = fsspec.filesystem("memory")
    for name, content in OBJECTS.items():
        store.pipe_file(f"/news/{name}", content)
    yield "memory://news"
    store.rm("/news", recursive=True)


CASES = [
    ("ar", ["b.txt", "deep/a.txt"]),
    ("ar/", ["b.txt", "deep/a.txt"]),
    ("ar/b.txt", ["b.txt"]),
    ("ar/*/*.txt", ["deep/a.txt"]),
    ("dump.jsonl", ["r0", "r1"]),
    ("news.zip", ["news.zip/.._two.txt: unsafe-name", "news.zip/one.txt"]),
]


@pytest.mark.parametrize(("place", "found"), CASES)
def test_s3(bucket: Bucket, place: str, found: list[str]) -> None:
    assert [line.replace("../two", ".._two") for line in brief(results(f"s3://news/{place}"))] == found


@pytest.mark.parametrize(("place", "found"), CASES)
def test_memory(memory: str, place: str, found: list[str]) -> None:
    assert [line.replace("../two", ".._two") for line in brief(results(f"{memory}/{place}"))] == found


def test_what_an_article_is_called(bucket: Bucket) -> None:
    (article,) = results("s3://news/ar/deep")
    assert isinstance(article, Article)
    assert (article.id, article.meta.path) == ("a.txt", "s3://news/ar/deep/a.txt")
    assert count(["s3://news/ar"]) == 2
    assert count(["s3://news/dump.jsonl"]) is None


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("s3://news/none", "s3://news/none: there is no such file or folder."),
        ("s3://nowhere/ar", "s3://nowhere/ar: there is no such bucket"),
        ("s3://closed/ar", "s3://closed/ar: no permission. Check the name, and who you are: AWS_ACCESS_KEY_ID"),
        ("s3://news/ar/notes.md", "cannot read .md; known: .txt"),
        ("s3://news/empty", "holds no file that can be read"),
        ("s3://", "names no bucket. Write s3://bucket/folder."),
        ("nothing://x", "Protocol not known: nothing."),
        ("memory://none", "there is no such"),
    ],
)
def test_what_is_refused(bucket: Bucket, url: str, told: str) -> None:
    with pytest.raises(UsageError) as error:
        results(url)
    assert told in str(error.value)
    assert "\n" not in str(error.value)


def test_a_store_whose_package_is_missing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_: str) -> None:
        raise ImportError("Install adlfs to access Azure Datalake Gen2 and Azure Blob Storage")

    monkeypatch.setattr(fsspec.core, "url_to_fs", missing)
    with pytest.raises(UsageError, match=r"az://c/x: Install adlfs .*\. Install that, or copy the files here\."):
        results("az://c/x")


def test_a_store_that_can_not_be_reached_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    remote._s3.cache_clear()
    try:
        with pytest.raises(UsageError) as error:
            results("s3://news/ar")
        assert "\n" not in str(error.value)
    finally:
        remote._s3.cache_clear()


def test_a_url_is_called_the_same_from_anywhere() -> None:
    assert absolute(["s3://news/ar", "-"]) == ["s3://news/ar", "-"]
    assert covers(["s3://news"], ["s3://news/ar"])
    assert not covers(["s3://news/ar"], ["s3://news"])
    assert not remote.is_url("c:\\articles")
    assert not remote.is_url("a/b.txt")
