"""Starting the server: an address that is free, a secret, and one line that says where to go."""

from __future__ import annotations

import errno
import logging
import os
import secrets
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mtpipe.counted import many
from mtpipe.errors import UsageError
from mtpipe.review.serve.hosts import Hosts, is_loopback
from mtpipe.review.serve.store import STORE, Store
from mtpipe.review.serve.texts import Texts

if TYPE_CHECKING:
    from uvicorn import Server

PAGES: Final = "review"
"""Where the pages lie in an output folder."""
HOST: Final = "127.0.0.1"
PORT: Final = 8642
VARIABLE: Final = "MTPIPE_REVIEW_PASSWORD"
SHORTEST_PASSWORD: Final = 12
LINGERS: Final = 1
"""Seconds that a stop waits for answers under way; streams of events have no end of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a server listens. ``public`` are the names under which a proxy is asked for it."""

    host: str = HOST
    port: int = PORT
    public: Sequence[str] = ()

    @property
    def open(self) -> bool:
        """Whether others than this machine's users may come."""
        return bool(self.public) or not is_loopback(self.host)


def password(path: Path | None) -> str | None:
    """Return the password of a file's first line, or of the environment; None where neither is given.

    Raises ``UsageError`` where the file can't be read, and for a password that is soon guessed.
    """
    if path is not None:
        try:
            text = path.read_text(encoding="utf-8").split("\n", 1)[0].rstrip("\r")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{path}: can't be read as a password ({error}).") from error
    else:
        text = os.environ.get(VARIABLE, "")
        if not text:
            return None
    if len(text) < SHORTEST_PASSWORD:
        where = path or VARIABLE
        raise UsageError(f"{where}: a password of at least {SHORTEST_PASSWORD} characters is needed.")
    return text


def serve(
    out: Path,
    texts: Texts,
    address: Address,
    *,
    password: str | None = None,
    told: Callable[[str], None] = lambda _: None,
    ready: Callable[[str], object] = lambda _: None,
) -> None:
    """Serve the review of an output folder until Ctrl-C.

    ``told`` gets lines for the person who has started it, ``ready`` the address once it answers. Raises ``UsageError``
    where the extra is not installed, the port is taken, or others would come in without a password.
    """
    try:
        import fastapi  # noqa: F401 - to say at once what is missing
        import itsdangerous  # noqa: F401 - likewise
        import uvicorn
    except ImportError as error:
        raise UsageError(f"review serve needs {error.name}: pip install 'mtpipe[serve]'.") from error
    from mtpipe.review.serve.app import app
    from mtpipe.review.serve.guard import Entrance
    from mtpipe.review.serve.sessions import Sessions

    if address.open and password is None:
        raise UsageError(
            f"{', '.join(address.public) or address.host}: whoever reaches it could change the data. Give "
            f"--password-file, or set {VARIABLE}; without either, mtpipe serves 127.0.0.1 alone."
        )
    pages = out / PAGES
    if not (pages / "index.html").is_file():
        raise UsageError(f"{pages}: holds no index of pages. Run mtpipe to its end first, with review.pages=true.")
    store = Store(out / STORE, texts.run)
    try:
        with _listening(address) as listener:
            port = listener.getsockname()[1]
            secret = password or secrets.token_urlsafe(32)
            entrance = Entrance(
                hosts=_hosts(address),
                sessions=Sessions(secret, run=texts.run),
                cookie=f"mtpipe-review-{port}",  # browsers tell hosts apart by their cookies, but not ports
                password=password is not None,
            )
            place = f"[{address.host}]" if ":" in address.host else address.host
            url = f"http://{place}:{port}/" + ("" if password else f"?token={secret}")
            told(url)
            if not is_loopback(address.host):
                told("Passwords and texts go over the wire as they are: put a proxy with TLS before it.")
            config = uvicorn.Config(
                app(pages, store, texts, entrance),
                http="h11",
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,  # a line would hold the token
                server_header=False,
                timeout_graceful_shutdown=LINGERS,
            )
            # Or logging itself prints that nobody listens, at the first request that is no HTTP.
            logging.getLogger("uvicorn").addHandler(logging.NullHandler())
            ready(url)
            _run(uvicorn.Server(config), listener)
        made = store.counts()
        reviewed = many(made["reviewed"], "paragraph")
        told(f"{reviewed} reviewed. mtpipe review apply {out} brings what is decided into the data.")
    finally:
        store.close()


def _run(server: Server, listener: socket.socket) -> None:
    """Serve until a signal ends it; that is how a server ends, and no error."""
    with suppress(KeyboardInterrupt):  # uvicorn closes what is open, then lets the signal through
        server.run(sockets=[listener])


def _listening(address: Address) -> socket.socket:
    """Take the port, before anything is said of it. Raises ``UsageError`` where it can't be."""
    if not 0 <= address.port < 2**16:
        raise UsageError(f"--port {address.port}: ports are 0 to 65535.")
    try:
        address.host.encode("idna")  # where this fails, the socket's own error is a TypeError
    except UnicodeError as error:
        raise UsageError(f"--host {address.host!r}: is no name that a machine could have.") from error
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    try:
        return socket.create_server((address.host, address.port), family=family, backlog=128)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise UsageError(
                f"port {address.port} is in use, perhaps by another review. Name another with --port; 0 takes any."
            ) from error
        raise UsageError(f"{address.host}, port {address.port}: can't be listened on ({error.strerror}).") from error


def _hosts(address: Address) -> Hosts:
    """Return the names that requests may call us by. An address that many can reach is known under any IP address."""
    names = {name.lower() for name in address.public}
    if not is_loopback(address.host):
        names |= {address.host.lower(), socket.gethostname().lower(), socket.getfqdn().lower()}
    return Hosts(frozenset(names), addresses=not is_loopback(address.host))
