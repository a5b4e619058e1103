"""What happens where nobody listens, the disk is full, a person presses Ctrl-C, or a terminal is there."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from mtpipe.cli.progress import reporting

ARTICLES = 6


@pytest.fixture(scope="module")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("articles")
    for number in range(ARTICLES):
        (folder / f"{number}.txt").write_text(f"جاء الوزير رقم {number} إلى عمان صباح اليوم.")
    return folder


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An article whose sentences do not fit the buffer of a pipe."""
    path = tmp_path_factory.mktemp("long") / "long.txt"
    path.write_text("\n\n".join(f"جاء الوزير رقم {number} إلى عمان صباح اليوم." for number in range(4000)))
    return path


def test_a_reader_that_has_seen_enough(environment: Mapping[str, str], argv: list[str], long: Path) -> None:
    with subprocess.Popen(
        [*argv, "segment", str(long)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=dict(environment)
    ) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 0


@pytest.mark.parametrize(
    ("command", "closed"),
    [
        ("--version", ">&-"),
        ("segment {long}", ">&-"),
        ("segment {long}", "2>&-"),
        ("translate {options}", "<&-"),
        ("translate {options}", "<&- >&- 2>&-"),
    ],
)
def test_closed_streams(
    environment: Mapping[str, str], argv: list[str], no_model: list[str], long: Path, command: str, closed: str
) -> None:
    line = f"{argv[0]} {command} {closed}".format(long=long, options=" ".join(f"'{part}'" for part in no_model))
    done = subprocess.run(["sh", "-c", line], input=b"", capture_output=True, env=dict(environment), check=False)
    assert done.returncode == 0
    assert b"mtpipe's own" not in done.stderr


def test_closed_streams_do_not_end_in_the_dataset(
    environment: Mapping[str, str], argv: list[str], no_model: list[str], articles: Path, tmp_path: Path
) -> None:
    options = " ".join(f"'{part}'" for part in no_model)
    line = f"{argv[0]} run {articles} -o {tmp_path}/out {options} <&- >&- 2>&-"
    assert subprocess.run(["sh", "-c", line], env=dict(environment), check=False).returncode == 0
    rows = (tmp_path / "out" / "dataset.jsonl").read_text().splitlines()
    assert len([json.loads(row) for row in rows]) == ARTICLES


def test_words_that_nobody_reads_do_not_stop_a_run(
    environment: Mapping[str, str], argv: list[str], no_model: list[str], articles: Path, tmp_path: Path
) -> None:
    read, write = os.pipe()
    os.close(read)
    command = [*argv, "run", str(articles), "-o", str(tmp_path / "out"), *no_model, "--set", "corpus.window=1"]
    assert subprocess.run(command, stderr=write, env=dict(environment), check=False).returncode == 0
    os.close(write)
    assert json.loads((tmp_path / "out" / "run.json").read_text())["counts"]["articles"] == ARTICLES


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux's /dev/full")
@pytest.mark.parametrize("command", [["--version"], ["segment"], ["segment", "--json"]])
def test_a_full_disk_is_told_in_one_line(
    environment: Mapping[str, str], argv: list[str], long: Path, command: list[str]
) -> None:
    given = [str(long)] if "segment" in command else []
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*argv, *command, *given], stdout=full, stderr=subprocess.PIPE, env=dict(environment), check=False
        )
    assert done.returncode == 2
    assert done.stderr.decode().startswith("mtpipe: output: No space left on device.")
    assert done.stderr.count(b"\n") == 1


@pytest.mark.parametrize(("sent", "again"), [(signal.SIGINT, False), (signal.SIGTERM, True), (signal.SIGINT, True)])
def test_an_interrupted_run_keeps_what_is_done_and_goes_on(
    environment: Mapping[str, str],
    argv: list[str],
    no_model: list[str],
    articles: Path,
    tmp_path: Path,
    sent: signal.Signals,
    again: bool,
) -> None:
    """The first signal finishes the articles in hand, the second does not."""
    out, gate = tmp_path / "out", tmp_path / "gate"
    # The engine waits at the second article until the gate is there: the signal comes in the middle of the work.
    script = f'read -r line; case "$line" in *"رقم 1"*) while [ ! -e {gate} ]; do sleep 0.05; done;; esac; echo "$line"'
    engine = ["--set", f"translate.command=[sh, -c, {json.dumps(script, ensure_ascii=False)}]"]
    command = [*argv, "run", str(articles), "-o", str(out), *no_model, *engine, "--set", "corpus.window=1"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, env=dict(environment)) as process:
        assert process.stderr
        assert process.stderr.readline().startswith(b"articles: 1 of 6 on external, ")
        process.send_signal(sent)
        assert process.stderr.readline() == b"mtpipe: stopping after the articles in hand; once more stops at once.\n"
        if again:
            process.send_signal(sent)
        else:
            gate.touch()
        words = process.stderr.read().decode()
        assert process.wait(60) == 130
    assert words == "mtpipe: interrupted. What was finished is kept; the same command goes on from there.\n"
    finished = 1 if again else 2
    assert json.loads((out / "run.json").read_text())["counts"]["articles"] == finished
    assert (out / "review" / "index.html").is_file()
    gate.touch()
    done = subprocess.run(command, capture_output=True, env=dict(environment), check=False)
    assert done.returncode == 0
    record = json.loads((out / "run.json").read_text())
    assert (record["counts"]["articles"], record["skipped_articles"]) == (ARTICLES, finished)


def test_plain_lines_where_there_is_no_terminal(mtpipe, no_model: list[str], articles: Path, tmp_path: Path) -> None:
    ended = mtpipe("run", articles, "-o", tmp_path / "out", *no_model, "--set", "corpus.window=2")
    lines = [line for line in ended.words.splitlines() if line.startswith("articles: ")]
    assert lines[0].startswith("articles: 2 of 6 on external, ")
    assert lines[-1].startswith("articles: 6 of 6 on external, ")
    assert "s left" in lines[0]
    assert "left" not in lines[-1]
    for line in lines:
        assert "/s" in line or "/min" in line
    assert "\x1b" not in ended.words
    assert "\r" not in ended.words


def test_a_line_without_a_remark_ends_with_its_rate(capsys: pytest.CaptureFixture[str]) -> None:
    with reporting("articles", 1, "disk", quiet=False) as report:
        report(1, "", 0)
    assert re.fullmatch(r"articles: 1 of 1 on disk, [\d.]+/(s|min)\.\n", capsys.readouterr().err)


def test_the_last_line_is_told_where_nobody_knows_the_total(capsys: pytest.CaptureFixture[str]) -> None:
    with reporting("articles", None, "disk", quiet=False) as report:
        for done in range(1, 6):
            report(done, "", 0)
    assert [line.split(" on ")[0] for line in capsys.readouterr().err.splitlines()] == ["articles: 1", "articles: 5"]


def test_quiet_run_says_nothing(mtpipe, no_model: list[str], articles: Path, tmp_path: Path) -> None:
    ended = mtpipe("run", articles, "-o", tmp_path / "out", *no_model, "--quiet")
    assert (ended.code, ended.out, ended.words) == (0, b"", "")


def test_a_bar_on_a_terminal_shows_device_rate_and_time_left(
    environment: Mapping[str, str], argv: list[str], no_model: list[str], articles: Path, tmp_path: Path
) -> None:
    screen, terminal = pty.openpty()
    command = [*argv, "run", str(articles), "-o", str(tmp_path / "out"), *no_model, "--set", "corpus.window=1"]
    variables = {**environment, "TERM": "xterm", "COLUMNS": "150"}
    with subprocess.Popen(
        command, stdin=terminal, stdout=subprocess.DEVNULL, stderr=terminal, env=variables
    ) as process:
        os.close(terminal)
        shown = b"".join(_until_closed(screen)).decode()
        assert process.wait(60) == 0
    os.close(screen)
    assert "articles on external" in shown
    assert f"{ARTICLES}/{ARTICLES}" in shown
    assert "left" in shown
    assert "/s" in shown or "/min" in shown
    assert f"{ARTICLES} sentences, 0 failed" in shown
    assert shown.rstrip().endswith(str(tmp_path / "out" / "review" / "index.html"))


def _until_closed(terminal: int) -> Iterator[bytes]:
    while True:
        try:
            read = os.read(terminal, 10_000)
        except OSError:  # EIO: the other side is closed
            return
        if not read:
            return
        yield read
