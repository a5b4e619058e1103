"""What stops before any work, in one line that says what to do."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import stand_in

from mtpipe import archive
from mtpipe.archive.fingerprint import fingerprint
from mtpipe.archive.lock import locked
from mtpipe.archive.windows import Item
from mtpipe.errors import UsageError
from mtpipe.glossary import Entry, Glossary
from mtpipe.pipeline import Pipeline

HOLD = "import sys; from pathlib import Path; from mtpipe.archive.lock import locked\n" \
    "with locked(Path(sys.argv[1]), Path('out')): print('held', flush=True); sys.stdin.read()"  # fmt: skip


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    return stand_in.write_articles(tmp_path / "articles", 3)


def refused(inputs: Path, out: Path, pattern: str, line: Pipeline | None = None) -> None:
    before = stand_in.tree(out)
    line = line or stand_in.pipeline()
    with pytest.raises(UsageError, match=pattern) as told:
        archive.run(stand_in.intake.read([inputs], line.settings.intake), out, line)
    assert "\n" not in str(told.value)
    assert line.translator.asked == []
    assert stand_in.tree(out) == before


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (stand_in.pipeline(stand_in.settings(3)), r"corpus\.window was 2, is 3"),
        (stand_in.pipeline(stand_in.settings(segment={"semicolon": True})), r"segment\.semicolon was false, is true"),
        (
            stand_in.pipeline(stand_in.settings(translate={"beam": 1, "batch_tokens": 64})),
            r"translate\.batch_tokens was 2048, is 64; translate\.beam was 4, is 1",
        ),
        (
            stand_in.pipeline(glossary=Glossary((Entry("حلب", "Halab"),))),
            r"glossary was \w+, is \w+; terms was 5, is 1",
        ),
    ],
)
def test_other_settings_are_named(inputs: Path, tmp_path: Path, line: Pipeline, said: str) -> None:
    out = tmp_path / "out"
    stand_in.run(inputs, out)
    refused(
        inputs, out, rf"out: was made with other settings \(.*{said}.*\)\. Use a new --out \(--memory .*sqlite", line
    )


def test_settings_without_effect_on_the_data_may_change(inputs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    stand_in.run(inputs, out)
    before = stand_in.tree(out)
    stand_in.run(inputs, out, stand_in.settings(memory=tmp_path / "memory.sqlite"))
    stand_in.run(inputs, out, stand_in.settings(translate={"batch_timeout": 5.0}))
    assert stand_in.tree(out) == before


def test_settings_of_a_start_without_a_window_bind_nobody(inputs: Path, tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        archive.run(_broken(), tmp_path / "out", stand_in.pipeline())
    stand_in.run(inputs, tmp_path / "out", stand_in.settings(3))


def _broken() -> Iterator[Item]:
    yield from {}["no articles"]


def test_every_setting_is_in_the_fingerprint_or_in_the_signature() -> None:
    settings = stand_in.settings()
    known = fingerprint(settings, stand_in.pipeline(settings).signature)
    sections = settings.model_dump(exclude={"align"})  # which no translation reads
    wanted = {f"{section}.{key}" for section, keys in sections.items() for key in keys}
    assert wanted - known.keys() == {
        "translate.memory",
        "translate.device",
        "translate.shortlist",
        "translate.batch_timeout",
        "glossary.paths",
    }


def test_a_file_is_no_output_folder(inputs: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    refused(inputs, tmp_path / "out", "out: is a file. Name a folder")
    refused(inputs, tmp_path / "out" / "below", "below: can't be made, .*out is a file. Name a folder")
    assert (tmp_path / "out").read_text() == "mine"


def test_a_foreign_folder_is_left_alone(inputs: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("mine")
    refused(inputs, tmp_path / "out", "holds files that are not mtpipe's")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["thesis.txt"]


def test_an_empty_folder_is_taken(inputs: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    assert stand_in.run(inputs, tmp_path / "out").counts.articles == 3


def test_a_lost_journal_costs_no_data(inputs: Path, tmp_path: Path) -> None:
    """With an empty journal, all that is there would be "not finished" and be removed."""
    out = tmp_path / "out"
    stand_in.run(inputs, out)
    state = out / ".mtpipe" / "state.sqlite"
    kept = state.read_bytes()
    state.unlink()
    refused(inputs, out, r"state\.sqlite: is lost, .* Put it back")
    refused(inputs, out, r"state\.sqlite: is lost")
    state.write_bytes(kept)
    assert stand_in.run(inputs, out).skipped == 3


def test_a_journal_that_is_none_is_told(inputs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    stand_in.run(inputs, out)
    (out / ".mtpipe" / "state.sqlite").write_text("no database" * 100)
    refused(inputs, out, r"state\.sqlite: can't be opened \(file is not a database\)")


@pytest.mark.parametrize("name", ["dataset.jsonl", "ledger.jsonl", "set_aside.jsonl"])
@pytest.mark.parametrize("left", [b"", b"{", None])
def test_a_log_that_lost_bytes_is_not_filled_up(inputs: Path, tmp_path: Path, name: str, left: bytes | None) -> None:
    out = tmp_path / "out"
    stand_in.run(inputs, out)
    kept = (out / name).read_bytes()
    (out / name).unlink()
    if left is not None:
        (out / name).write_bytes(left)
    with pytest.raises(UsageError, match=rf"{name}: is shorter than the {len(kept)} bytes"):
        stand_in.run(inputs, out)
    (out / name).write_bytes(kept)
    stand_in.run(inputs, out)


def test_a_missing_shard_is_told_before_any_work(inputs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    stand_in.run(inputs, out)
    (out / "dataset" / "sentences" / "part-000001.parquet").unlink()
    (inputs / "z.txt").write_text(stand_in.text(9), encoding="utf-8")
    refused(inputs, out, r"sentences/part-000001\.parquet: is missing, .* Put it back, or use a new --out")


@pytest.mark.parametrize("content", [None, b"no database" * 100])
def test_a_memory_that_is_none_is_told(inputs: Path, tmp_path: Path, content: bytes | None) -> None:
    memory = tmp_path / "memory"
    if content is None:
        memory.mkdir()
    else:
        memory.write_bytes(content)
    line = stand_in.pipeline(stand_in.settings(memory=memory))
    refused(inputs, tmp_path / "out", "memory .*memory: can't be used .* --memory", line)


def test_a_second_process_is_refused_and_a_dead_one_is_no_obstacle(inputs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (out / ".mtpipe").mkdir(parents=True)
    lock = out / ".mtpipe" / "lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        refused(inputs, out, "another mtpipe is writing there. Wait for it")
        holder.kill()
    assert stand_in.run(inputs, out).counts.articles == 3


def test_the_lock_is_free_after_an_error(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with pytest.raises(RuntimeError), locked(lock, tmp_path):
        raise RuntimeError
    with locked(lock, tmp_path), pytest.raises(UsageError, match="another mtpipe"), locked(lock, tmp_path):
        pass


def test_a_lock_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    (tmp_path / "lock").mkdir()
    with pytest.raises(UsageError, match="lock: can't be opened"), locked(tmp_path / "lock", tmp_path):
        pass
