from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mtpipe.corpus.files import append, remove_temporaries, replacing, write_text
from mtpipe.errors import UsageError


@pytest.mark.parametrize(
    ("there", "at", "text", "left"),
    [
        (None, 0, "", b""),
        (None, 0, "نص\n", "نص\n".encode()),
        (b"one\n", 4, "two\n", b"one\ntwo\n"),
        (b"one\n", 4, "", b"one\n"),
        (b"one\ntw", 4, "two\n", b"one\ntwo\n"),  # half a line of a killed run
        (b"one\ntwo\n", 4, "", b"one\n"),
        (b"one\n", 0, "two\n", b"two\n"),
        (b"one\n", 4, "a\r\n\u2028", b"one\na\r\n\xe2\x80\xa8"),
    ],
)
def test_append_cuts_and_adds(tmp_path: Path, there: bytes | None, at: int, text: str, left: bytes) -> None:
    path = tmp_path / "new" / "log.jsonl"
    if there is not None:
        path.parent.mkdir()
        path.write_bytes(there)
    assert append(path, text, at=at) == len(left)
    assert path.read_bytes() == left


def test_append_refuses_a_file_that_has_lost_bytes(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_bytes(b"on")
    with pytest.raises(UsageError, match=r"log\.jsonl: is shorter than the 4 bytes .* Put it back"):
        append(path, "two\n", at=4)
    assert path.read_bytes() == b"on"


def test_replacing_shows_the_old_file_until_the_new_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "er" / "file"
    write_text(path, "old")
    with replacing(path) as temporary:
        temporary.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert list(path.parent.iterdir()) == [path]


def _half(temporary: Path) -> None:
    temporary.write_text("half")
    raise RuntimeError("full")


def _nothing(temporary: Path) -> None:
    raise KeyboardInterrupt


def _not_written(temporary: Path) -> None:
    """The block ends well, but nothing is there."""


@pytest.mark.parametrize(
    ("block", "error"), [(_half, RuntimeError), (_nothing, KeyboardInterrupt), (_not_written, FileNotFoundError)]
)
@pytest.mark.parametrize("old", ["old", None])
def test_replacing_leaves_nothing_where_the_block_fails(
    tmp_path: Path, block: Callable[[Path], None], error: type[BaseException], old: str | None
) -> None:
    path = tmp_path / "file"
    if old is not None:
        path.write_text(old)
    with pytest.raises(error), replacing(path) as temporary:
        block(temporary)
    assert {entry.name: entry.read_text() for entry in tmp_path.iterdir()} == ({"file": old} if old else {})


def test_write_text_keeps_line_ends_and_letters(tmp_path: Path) -> None:
    write_text(tmp_path / "file", "أ\r\nب\n")
    assert (tmp_path / "file").read_bytes() == "أ\r\nب\n".encode()


def test_temporaries_go_and_nothing_else(tmp_path: Path) -> None:
    for name in (".part-000001.parquet.tmp", ".hidden", "kept.tmp", "part-000001.parquet"):
        (tmp_path / name).touch()
    remove_temporaries(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {".hidden", "kept.tmp", "part-000001.parquet"}
