"""Outputs copied to object stores: whole, stopped and gone on with, changed, refused."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import align_stand_in
import fsspec
import pytest
import s3_server
import stand_in
from s3_server import Bucket

from mtpipe.archive.finished import opened
from mtpipe.archive.publish import MANIFEST, publish
from mtpipe.errors import UsageError
from mtpipe.intake import remote


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    return stand_in.write_articles(tmp_path / "articles", 5)


@pytest.fixture
def out(inputs: Path, tmp_path: Path) -> Path:
    stand_in.run(inputs, tmp_path / "out")
    return tmp_path / "out"


@pytest.fixture
def buckets(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Bucket, Bucket]]:
    corpus, closed = Bucket(), Bucket(refused=True)
    with s3_server.serving(corpus=corpus, closed=closed) as address:
        for name, value in (("ACCESS_KEY_ID", "a"), ("SECRET_ACCESS_KEY", "b"), ("EC2_METADATA_DISABLED", "true")):
            monkeypatch.setenv(f"AWS_{name}", value)
        monkeypatch.setenv("AWS_ENDPOINT_URL", address)
        remote._s3.cache_clear()
        yield corpus, closed
    remote._s3.cache_clear()


def files(out: Path) -> dict[str, bytes]:
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in out.rglob("*")
        if path.is_file() and ".mtpipe" not in path.parts
    }


def check(bucket: Bucket, out: Path, root: str = "one/") -> None:
    # A key with a slash at its end is Arrow's mark of a folder that it has removed something from.
    objects = {key.removeprefix(root): content for key, content in bucket.objects.items() if key[-1] != "/"}
    manifest = json.loads(objects.pop(MANIFEST))
    assert objects == files(out)
    assert {name: one["sha256"] for name, one in manifest["objects"].items()} == {
        name: hashlib.sha256(content).hexdigest() for name, content in objects.items()
    }
    assert "model:speller" in manifest["signature"]


def test_all_of_it_is_there_and_the_second_time_costs_nothing(out: Path, buckets: tuple[Bucket, Bucket]) -> None:
    bucket, _ = buckets
    done = publish(out, "s3://corpus/one")
    check(bucket, out)
    assert (done.copied, done.same, done.removed) == (len(files(out)), 0, 0)
    assert done.size == sum(map(len, files(out).values()))
    bucket.written.clear()
    again = publish(out, "s3://corpus/one/")
    assert (again.copied, again.same, bucket.written) == (0, done.copied, [])


def test_a_copy_that_was_stopped_goes_on(out: Path, buckets: tuple[Bucket, Bucket]) -> None:
    bucket, _ = buckets
    bucket.breaks_after = 7
    with pytest.raises(UsageError, match=r"s3://corpus/one: no permission\. Check the name"):
        publish(out, "s3://corpus/one")
    assert f"one/{MANIFEST}" not in bucket.objects
    before = set(bucket.objects)
    bucket.breaks_after = None
    bucket.written.clear()
    publish(out, "s3://corpus/one")
    check(bucket, out)
    assert before
    assert not before & set(bucket.written)


def test_what_has_changed_is_copied_and_what_is_gone_is_removed(
    inputs: Path, out: Path, buckets: tuple[Bucket, Bucket]
) -> None:
    bucket, _ = buckets
    (out / "review" / "pages" / "extra.html").write_text("of an older version")
    publish(out, "s3://corpus/one")
    (out / "review" / "pages" / "extra.html").unlink()
    (inputs / "z.txt").write_text(stand_in.text(50), encoding="utf-8")
    stand_in.run(inputs, out)
    bucket.written.clear()
    done = publish(out, "s3://corpus/one")
    check(bucket, out)
    assert (done.removed, 0 < done.copied < len(files(out))) == (1, True)
    assert "one/dataset/paragraphs/part-000000.parquet" not in bucket.written
    assert bucket.written[-1] == f"one/{MANIFEST}"


def test_an_object_that_was_damaged_there_is_mended(out: Path, buckets: tuple[Bucket, Bucket]) -> None:
    bucket, _ = buckets
    publish(out, "s3://corpus/one")
    del bucket.objects["one/dataset.jsonl"]
    bucket.objects["one/failed.jsonl"] = b"something else"
    publish(out, "s3://corpus/one")
    check(bucket, out)


def test_only_the_dataset(out: Path, buckets: tuple[Bucket, Bucket]) -> None:
    bucket, _ = buckets
    publish(out, "s3://corpus/one", dataset_only=True)
    assert {key.split("/")[1] for key in bucket.objects} == {"dataset", MANIFEST}


def test_another_machine_goes_on_from_a_copy(inputs: Path, out: Path, tmp_path: Path) -> None:
    """By way of another of fsspec's stores."""
    publish(out, "memory://corpus/two", state=True)
    store = fsspec.filesystem("memory")
    other = tmp_path / "other"
    try:
        store.get("/corpus/two/", str(other), recursive=True)
        (other / MANIFEST).unlink()
        assert stand_in.run(inputs, other).skipped == 5
        assert stand_in.tree(other) == stand_in.tree(out)
    finally:
        store.rm("/corpus", recursive=True)


def test_the_state_of_an_alignment_is_whole(tmp_path: Path) -> None:
    """Reviewers' decisions go into a copy too: it has what the rows do not tell of the pairs."""
    align_stand_in.write_pairs(tmp_path / "pairs", 2)
    align_stand_in.run(tmp_path / "pairs", tmp_path / "out")
    publish(tmp_path / "out", "memory://corpus/three", state=True)
    store = fsspec.filesystem("memory")
    try:
        store.get("/corpus/three/", str(tmp_path / "other"), recursive=True)
    finally:
        store.rm("/corpus", recursive=True)
    with opened(tmp_path / "out") as here, opened(tmp_path / "other") as there:
        windows = list(here.windows())
        assert windows
        assert [there.pairs(window) for window in windows] == [here.pairs(window) for window in windows]


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("s3://closed/one", "no permission"),
        ("s3://nowhere/one", "no such bucket"),
        ("s3://", "names no bucket"),
        ("s3://corpus/mine", "holds objects that are not mtpipe's"),
        ("s3://corpus/other", "is not one of mtpipe's"),
    ],
)
def test_what_is_refused(out: Path, buckets: tuple[Bucket, Bucket], url: str, told: str) -> None:
    bucket, _ = buckets
    bucket.objects |= {"mine/thesis.txt": b"x", f"other/{MANIFEST}": b"{}"}
    with pytest.raises(UsageError) as error:
        publish(out, url)
    assert told in str(error.value)
    assert "\n" not in str(error.value)
    assert set(bucket.objects) == {"mine/thesis.txt", f"other/{MANIFEST}"}


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is no output folder of mtpipe"):
        publish(tmp_path, "memory://corpus")
