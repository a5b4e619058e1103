"""What stands before every request: the name we are called by, the session, where a change comes from, its size.

An ASGI layer of its own, so that no route can forget it, and so that no page is read before it was passed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, quote

from mtpipe.review.serve import doors
from mtpipe.review.serve.hosts import Hosts
from mtpipe.review.serve.sessions import LASTS, Session, Sessions

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

LARGEST_BODY: Final = 4 * 2**20
LARGEST_FORM: Final = 4096
SAFE: Final = frozenset(("GET", "HEAD"))
MOST_WAITING: Final = 20
"""Sign-ins that may wait for their turn; one that is wrong takes ``PENALTY`` seconds of everybody's."""
PENALTY: Final = 0.5

HEADERS: Final = {
    "content-security-policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
"""Sent with every answer that does not say otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """How reviewers come in: under which names, with which sessions, by a ``token`` in the address or a password."""

    hosts: Hosts
    sessions: Sessions
    cookie: str
    password: bool = False


class Guard:
    """Lets through what comes from a session of ours; it stands in ``request.state.session``."""

    def __init__(self, app: App, entrance: Entrance) -> None:
        self._app = app
        self._entrance = entrance
        self._turn = asyncio.Lock()
        self._waiting = 0

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer a request, or hand it on (ASGI)."""
        from starlette.requests import Request

        if scope["type"] != "http":  # there is no other kind that we serve
            return
        request = Request(scope, receive)
        send = _with_headers(send)
        answer = await self._answer(request)
        if answer is not None:
            await answer(scope, receive, send)
        else:
            await self._app(scope, _limited(receive), send)

    async def _answer(self, request: Request) -> Response | None:
        """Return what is to be said instead of what was asked for; None where the request may pass."""
        hosts = request.headers.getlist("host")
        if len(hosts) != 1 or not self._entrance.hosts.answers(hosts[0]):
            return doors.refusal(request, 421, "this server is not known under that name (see --public-name)")
        if _declared(request) > LARGEST_BODY:
            return doors.refusal(request, 413, f"more than {LARGEST_BODY} bytes are not taken")
        api = request.url.path.startswith("/api/")
        changes = request.method not in SAFE
        if changes and not self._is_ours(request, hosts[0]):
            return doors.refusal(request, 403, "a change is taken from the review's own pages only")
        if changes and api and not _says_json(request):
            return doors.refusal(request, 415, "a change is taken as application/json only")
        session = self._entrance.sessions.read(request.cookies.get(self._entrance.cookie))
        if not api and (opened := await self._opened(request)) is not None:
            return opened
        if session is None:
            return doors.closed(request, password=self._entrance.password)
        if changes and not self._entrance.sessions.proves(session, request.headers.get("x-csrf-token", "")):
            return doors.refusal(request, 403, "the header X-CSRF-Token is missing or of another session")
        request.state.session = session
        return None

    def _is_ours(self, request: Request, host: str) -> bool:
        """Tell whether a change comes from a page of ours, as far as its headers say."""
        origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site", "same-origin")
        return site in ("same-origin", "none") and (origin is None or self._entrance.hosts.same_origin(origin, host))

    async def _opened(self, request: Request) -> Response | None:
        """Answer who shows a secret: the token of the printed address, or a password in the form."""
        if self._entrance.password:
            return await self._sign_in(request) if request.method == "POST" else None
        token = request.query_params.get("token")
        if token is None or request.method not in SAFE:
            return None
        if not self._entrance.sessions.opens(token):
            return doors.closed(request, password=False)
        known = self._entrance.sessions.read(request.cookies.get(self._entrance.cookie))
        return self._let_in(request, known or self._entrance.sessions.new())

    async def _sign_in(self, request: Request) -> Response:
        form = await _form(request)
        if self._waiting >= MOST_WAITING:
            return doors.refusal(request, 429, "too many are signing in at once; try again in a minute")
        self._waiting += 1
        try:
            async with self._turn:  # one at a time: guesses can't be made side by side
                if not self._entrance.sessions.opens(form.get("password", "")):
                    await asyncio.sleep(PENALTY)
                    return doors.closed(request, password=True, wrong=True)
        finally:
            self._waiting -= 1
        return self._let_in(request, self._entrance.sessions.new(doors.clean_name(form.get("reviewer", ""))))

    def _let_in(self, request: Request, session: Session) -> Response:
        from starlette.responses import RedirectResponse

        # Relative, so that no path can name another site.
        response = RedirectResponse("./" + quote(request.url.path.rpartition("/")[2]), status_code=303)
        set_cookie(response, self._entrance, session, secure=request.url.scheme == "https")
        return response


def set_cookie(response: Response, entrance: Entrance, session: Session, *, secure: bool) -> None:
    """Hand a session to the browser, out of reach of scripts and of other sites."""
    response.set_cookie(
        entrance.cookie,
        entrance.sessions.write(session),
        max_age=LASTS,
        path="/",
        httponly=True,
        samesite="strict",
        secure=secure,
    )


def _says_json(request: Request) -> bool:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json"


def _declared(request: Request) -> int:
    length = request.headers.get("content-length", "0")
    return int(length) if length.isascii() and length.isdigit() and len(length) < 19 else LARGEST_BODY + 1


async def _form(request: Request) -> Mapping[str, str]:
    from starlette.requests import ClientDisconnect

    raw = b""
    try:
        async for chunk in request.stream():
            raw += chunk
            if len(raw) > LARGEST_FORM:
                return {}
        fields = parse_qs(raw.decode(), max_num_fields=10)
    except (ClientDisconnect, ValueError):
        return {}
    return {key: values[0] for key, values in fields.items()}


def _limited(receive: Receive) -> Receive:
    """Stop a body that is longer than it was said to be, or that was sent in chunks without a word of its length."""
    taken = 0

    async def receiving() -> Message:
        from starlette.exceptions import HTTPException

        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > LARGEST_BODY:
            raise HTTPException(413, f"more than {LARGEST_BODY} bytes are not taken")
        return message

    return receiving


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            known = {name.lower() for name, _ in message["headers"]}
            more = [(name.encode(), value.encode()) for name, value in HEADERS.items() if name.encode() not in known]
            message["headers"] = [*message["headers"], *more]
        await send(message)

    return sending
