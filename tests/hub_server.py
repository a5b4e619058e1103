"""A stand-in for the Hugging Face hub on this machine: serves models over HTTP, whole or with faults.

What it answers is what huggingface_hub asks for: the commit of a revision with the files' checksums, the tree of a
commit, the files. A repository's faults are its attributes, changed while the server runs.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import unquote

COMMIT = "0123456789abcdef0123456789abcdef01234567"
LATER = "89abcdef0123456789abcdef0123456789abcdef"
LARGE = (".safetensors", ".bin", ".h5", ".ot")


@dataclass
class Repository:
    """Files of a model and what goes wrong with them. ``served`` is sent where it differs from what is listed."""

    files: dict[str, bytes]
    refs: dict[str, str] = field(default_factory=lambda: {"main": COMMIT, "v1": COMMIT})
    served: dict[str, bytes] = field(default_factory=dict)
    refusal: tuple[int, dict[str, str]] | None = None
    """Status and headers for whatever is asked."""
    busy: dict[str, list[int]] = field(default_factory=dict)
    """Statuses that the next requests for a file get before it is served."""
    cuts: dict[str, list[int]] = field(default_factory=dict)
    """Bytes after which the connection is cut, for each of the next times that a file is served."""
    pause: float = 0.0
    """Seconds between two parts of a large file, and at most four of them."""
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    """Method, path below the repository's name, and range of each request."""

    def fetched(self) -> set[str]:
        return {path.rpartition("/")[2] for method, path, _ in self.asked if method == "GET" and "resolve/" in path}


class Handler(BaseHTTPRequestHandler):
    repositories: ClassVar[dict[str, Repository]] = {}
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        self.answer()

    def do_HEAD(self) -> None:
        self.answer()

    def do_POST(self) -> None:
        self.answer()

    def answer(self) -> None:
        path, _, query = unquote(self.path).partition("?")
        match = re.fullmatch(r"/(?:api/models/)?([\w.-]+/[\w.-]+?)(?:/(.*))?", path)
        repository = self.repositories.get(match[1]) if match else None
        if not match or repository is None:
            return self.say(404, {"X-Error-Code": "RepoNotFound"})
        below = match[2] or ""
        repository.asked.append((self.command, below, self.headers.get("Range", "")))
        if repository.refusal:
            return self.say(*repository.refusal)
        if below.startswith("resolve/"):
            return self.file(repository, *below.removeprefix("resolve/").split("/", 1))
        if below.startswith("tree/"):
            return self.say_json([{"type": "file", "path": name, **listed} for name, listed in entries(repository)])
        revision = below.removeprefix("revision/") or "main"
        commit = repository.refs.get(revision, revision if revision in repository.refs.values() else None)
        if below.startswith("discussions") or commit is None:
            return self.say(404, {"X-Error-Code": "RevisionNotFound"})
        blobs = "blobs" in query
        siblings = [
            {"rfilename": name, **({**listed, "blobId": listed["oid"]} if blobs else {})}
            for name, listed in entries(repository)
        ]
        return self.say_json({"id": match[1], "modelId": match[1], "sha": commit, "siblings": siblings})

    def file(self, repository: Repository, commit: str, name: str) -> None:
        if name not in repository.files or commit not in repository.refs.values():
            return self.say(404, {"X-Error-Code": "EntryNotFound"})
        if repository.busy.get(name):
            return self.say(repository.busy[name].pop(0), {"Retry-After": "0"})
        listed = dict(entries(repository))[name]
        data = repository.served.get(name, repository.files[name])
        etag = listed["lfs"]["sha256"] if "lfs" in listed else listed["oid"]
        start = int(re.findall(r"bytes=(\d+)-", self.headers.get("Range", "bytes=0-"))[0])
        headers = {"X-Repo-Commit": commit, "ETag": f'"{etag}"', "Accept-Ranges": "bytes"}
        if start:
            headers["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
        self.start(206 if start else 200, {**headers, "Content-Length": str(len(data) - start)})
        if self.command == "HEAD":
            return None
        left = data[start:]
        if repository.cuts.get(name):
            left = left[: repository.cuts[name].pop(0)]
            self.close_connection = True
        parts = 4 if repository.pause and name.endswith(LARGE) else 1
        for place in range(parts):
            time.sleep(repository.pause if parts > 1 else 0)
            try:
                self.wfile.write(left[len(left) * place // parts : len(left) * (place + 1) // parts])
            except ConnectionError:  # whoever asked was killed
                self.close_connection = True
                break
        return None

    def say_json(self, value: Any) -> None:
        self.say(200, {"Content-Type": "application/json"}, json.dumps(value).encode())

    def say(self, status: int, headers: dict[str, str], body: bytes = b"{}") -> None:
        self.start(status, {**headers, "Content-Length": str(len(body))})
        if self.command != "HEAD":
            self.wfile.write(body)

    def start(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()


def entries(repository: Repository) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the files as the tree of a commit lists them: a git checksum, of large ones the SHA-256 too."""
    for name, data in repository.files.items():
        listed: dict[str, Any] = {
            "size": len(data),
            "oid": hashlib.sha1(b"blob %d\0%b" % (len(data), data)).hexdigest(),
        }
        if name.endswith(LARGE):
            digest = hashlib.sha256(data).hexdigest()
            listed["lfs"] = {"oid": digest, "sha256": digest, "size": len(data), "pointerSize": 130}
        yield name, listed


@contextmanager
def serving() -> Iterator[tuple[str, dict[str, Repository]]]:
    """Serve until the end of the block; gives the address and the repositories by name, to fill."""
    Handler.repositories = {}
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", Handler.repositories
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
