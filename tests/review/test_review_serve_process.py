"""The server as a process of its own: started by its command, by two reviewers at once, killed, stopped."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from review_sample import boats
from serve_sample import finished, place

from mtpipe import corpus, review
from mtpipe.archive.journal import Journal
from mtpipe.archive.texts import FolderTexts
from mtpipe.article import TranslatedArticle
from mtpipe.errors import UsageError
from mtpipe.review import decisions
from mtpipe.review.serve import STORE, Address
from mtpipe.review.serve import password as read_password
from mtpipe.review.serve import serve as review_serve
from mtpipe.review.serve.start import VARIABLE

SIGNATURE = "mtpipe:0.1.0|model:none"
PASSWORD = "correct horse battery"
PATIENCE = 60  # seconds: of a machine that is busy; nothing is decided by it


@dataclass
class Served:
    """A server that runs, and what it has said."""

    process: subprocess.Popen[str]
    url: str
    said: list[str]

    @property
    def root(self) -> str:
        return self.url.partition("?")[0].rstrip("/")

    def ends(self, number: int) -> int:
        self.process.send_signal(number)
        code = self.process.wait(PATIENCE)
        assert self.process.stderr
        self.said += self.process.stderr.read().splitlines()
        self.process.stderr.close()
        return code


def start(out: Path, *options: str, env: dict[str, str] | None = None) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "mtpipe", "review", "serve", str(out), "--port", "0", *options]
    environment = {key: value for key, value in os.environ.items() if key != "MTPIPE_REVIEW_PASSWORD"} | (env or {})
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, encoding="utf-8", env=environment)


@pytest.fixture(scope="module")
def article() -> TranslatedArticle:
    return boats()


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory, article: TranslatedArticle) -> Path:
    return finished(tmp_path_factory.mktemp("process") / "out", article, SIGNATURE)


@pytest.fixture
def serving(out: Path) -> Iterator[Any]:
    """Start servers on the folder; those that a test leaves running are killed."""
    running: list[subprocess.Popen[str]] = []

    def begin(*options: str, env: dict[str, str] | None = None) -> Served:
        process = start(out, *options, env=env)
        running.append(process)
        assert process.stderr
        said: list[str] = []
        for line in process.stderr:
            said.append(line.rstrip("\n"))
            if line.startswith("http"):
                return Served(process, said[-1], said)
        raise AssertionError(said)

    yield begin
    for process in running:
        if process.poll() is None:
            process.kill()
            process.wait()
        if process.stderr and not process.stderr.closed:
            process.stderr.close()


@contextmanager
def browser(served: Served, name: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=served.root, timeout=PATIENCE, trust_env=False) as client:
        assert client.get(served.url, follow_redirects=True).status_code == 200
        client.headers.update({"x-csrf-token": client.get("/api/session").json()["csrf"], "origin": served.root})
        assert client.post("/api/session", json={"reviewer": name}).status_code == 200
        yield client


def draft(article: TranslatedArticle, number: int, text: str, on: int = 0) -> dict[str, Any]:
    (row,) = [row for row in corpus.paragraph_rows(article, SIGNATURE) if row["id"].endswith(f"#p{number}")]
    tie = {"source_start": 0, "source_end": len(row["translation"]["ar"]), "text": text, "state": "open"}
    return {"paragraph": row["id"], "base": decisions.base_of_row(row), "ties": [tie], "on": on}


def test_two_reviewers_meet_and_a_kill_loses_nothing(serving: Any, out: Path, article: TranslatedArticle) -> None:
    served = serving()
    check_address(served, out)
    acknowledged: dict[str, dict[str, Any]] = {}
    answers: list[tuple[str, int]] = []
    barrier = threading.Barrier(2)

    def work(name: str) -> None:
        with browser(served, name) as client:
            for number in range(1, 6):
                sent = draft(article, number, f"{name} was here.")
                barrier.wait(PATIENCE)
                answer = client.put(place(sent["paragraph"]), json=sent)
                answers.append((sent["paragraph"], answer.status_code))
                held = answer.json() if answer.status_code == 200 else answer.json()["held"]
                acknowledged.setdefault(sent["paragraph"], held)
                assert acknowledged[sent["paragraph"]] == held  # both are told of the same

    threads = [threading.Thread(target=work, args=(name,)) for name in ("Muna", "Omar")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(status for _, status in answers) == [200] * 5 + [409] * 5
    served.process.send_signal(signal.SIGKILL)  # it has no time to say goodbye
    served.process.wait(PATIENCE)

    again = serving()
    assert again.url.partition("token=")[2] != served.url.partition("token=")[2]
    with browser(again, "Huda") as client:
        found = client.get("/api/paragraphs", params={"article": article.source.id}).json()["paragraphs"]
        assert {record["paragraph"]: record for record in found} == acknowledged
        assert client.get("/api/counts").json()["reviewed"] == 5
    hear_of_others(again, article)
    with socket.create_connection(("127.0.0.1", int(again.root.rpartition(":")[2]))) as stranger:
        stranger.sendall(b"no HTTP\r\n\r\n")
        assert stranger.recv(100).startswith(b"HTTP/1.1 400 ")
    assert again.ends(signal.SIGINT) == 0
    assert len(again.said) == 2  # the address, and this: nothing was printed of the stranger
    assert again.said[-1].startswith("6 paragraphs reviewed")
    held = review.held_decisions(out)
    assert held is not None
    found = {record.paragraph: record.model_dump() for record in held.paragraphs}
    assert acknowledged.items() <= found.items()


def check_address(served: Served, out: Path) -> None:
    """See that the server is on this machine alone, that its port is taken, and that its token is kept nowhere."""
    token = served.url.partition("token=")[2]
    assert len(token) >= 40
    assert token.encode() not in (out / STORE).read_bytes()
    port = served.root.rpartition(":")[2]
    with closing(socket.socket()) as elsewhere:
        elsewhere.bind(("127.0.0.2", int(port)))  # taken, if it listened on every address
    second = start(out, "--port", port)
    _, said = second.communicate(timeout=PATIENCE)
    assert second.returncode == 2
    assert said == f"mtpipe: port {port} is in use, perhaps by another review. Name another with --port; 0 takes any.\n"


def hear_of_others(served: Served, article: TranslatedArticle) -> None:
    """See that what one saves is told to the other, also to one who was cut off meanwhile."""
    with browser(served, "Muna") as muna, browser(served, "Omar") as omar:
        sequence = muna.get("/api/counts").json()["sequence"]
        with muna.stream("GET", "/api/events", params={"after": sequence}) as stream:
            lines = stream.iter_lines()
            first = json.loads(next(line for line in lines if line.startswith("data: "))[6:])
            assert (first["sequence"], first["changed"]) == (sequence, [])
            kept = omar.put(place(f"{article.source.id}#p7"), json=draft(article, 7, "Omar was here.")).json()
            told = json.loads(next(line for line in lines if line.startswith("data: "))[6:])
        expected = {"paragraph": kept["paragraph"], "revision": 1, "state": "open", "reviewer": "Omar"}
        assert told["changed"] == [expected]
        assert "Omar" in told["counts"]["reviewers"]
        with muna.stream("GET", "/api/events", headers={"last-event-id": str(sequence)}) as stream:
            again = json.loads(next(line for line in stream.iter_lines() if line.startswith("data: "))[6:])
        assert again["changed"] == [expected]


def test_a_team_comes_with_a_password(serving: Any, out: Path, tmp_path: Path) -> None:
    secret = tmp_path / "password.txt"
    secret.write_text(f"{PASSWORD}\nnot this\n", encoding="utf-8")
    served = serving("--host", "0.0.0.0", "--password-file", str(secret))
    assert "?" not in served.url
    assert PASSWORD not in " ".join(served.said)
    port = served.root.rpartition(":")[2]
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE, trust_env=False) as client:
        assert client.get("/").status_code == 401
        form = {"reviewer": "Muna", "password": PASSWORD}
        assert client.post("/", data=form, headers={"origin": "http://evil.example"}).status_code == 403
        assert client.get("/", headers={"host": "evil.example"}).status_code == 421
        assert client.post("/", data=form).status_code == 303
        assert client.get("/api/session").json()["reviewer"] == "Muna"
        cookies = dict(client.cookies)
    assert served.ends(signal.SIGTERM) == 0
    assert any("TLS" in line for line in served.said)
    again = serving("--port", port, env={"MTPIPE_REVIEW_PASSWORD": PASSWORD})
    answer = httpx.get(f"{again.root}/api/session", cookies=cookies, trust_env=False, timeout=PATIENCE)
    assert answer.json()["reviewer"] == "Muna"  # who was signed in still is


@pytest.mark.parametrize(
    ("address", "password", "said"),
    [
        (Address(host="0.0.0.0"), None, "0.0.0.0: whoever reaches it could change the data. Give --password-file"),
        (Address(public=["review.example"]), None, "review.example: whoever reaches it could change the data"),
        (Address(host="no.such.host.invalid"), PASSWORD, "no.such.host.invalid, port 8642: can't be listened on"),
        (Address(host="مثال..نص"), PASSWORD, "--host 'مثال..نص': is no name that a machine could have"),
        (Address(host="192.0.2.1", port=0), PASSWORD, "192.0.2.1, port 0: can't be listened on"),
        (Address(port=70_000), None, "--port 70000: ports are 0 to 65535"),
    ],
)
def test_wrong_starts_are_told_in_one_line(out: Path, address: Address, password: str | None, said: str) -> None:
    lines: list[str] = []
    with pytest.raises(UsageError) as caught:
        review_serve(out, FolderTexts(out), address, password=password, told=lines.append)
    assert str(caught.value).startswith(said)
    assert not lines


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"short\n", "a password of at least 12"), (b"\xff" * 20, "can't be read"), (None, "can't be read")],
)
def test_passwords_that_are_none(tmp_path: Path, content: bytes | None, said: str) -> None:
    path = tmp_path / "password.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError, match=said):
        read_password(path)


def test_the_password_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "")
    assert read_password(None) is None
    monkeypatch.setenv(VARIABLE, PASSWORD)
    assert read_password(None) == PASSWORD
    monkeypatch.setenv(VARIABLE, "guessable")
    with pytest.raises(UsageError, match=VARIABLE):
        read_password(None)


def test_folders_without_a_review_are_told(tmp_path: Path, out: Path) -> None:
    (tmp_path / "empty").mkdir()
    Journal(tmp_path / "begun").close()
    for folder, said in (("absent", "is no output folder"), ("empty", "is no output folder"), ("begun", "no finished")):
        with pytest.raises(UsageError, match=rf"{folder}: .*{said}"):
            FolderTexts(tmp_path / folder)
    assert not (tmp_path / "absent").exists()
    assert not list((tmp_path / "empty").iterdir())
    shutil.copytree(out, tmp_path / "unfinished", ignore=lambda *_: ["index.html"])
    with pytest.raises(UsageError, match="holds no index of pages"):
        review_serve(tmp_path / "unfinished", FolderTexts(tmp_path / "unfinished"), Address(port=0))
