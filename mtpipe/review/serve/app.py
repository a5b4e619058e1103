"""The server's routes: the files of the review folder, and what their script asks for."""

# Without `from __future__ import annotations`: FastAPI reads the annotations of routes, and those of its own classes
# are names of a function here, since it is imported where it is used.

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import Field

from mtpipe.errors import UsageError
from mtpipe.glossary.entries import from_cells
from mtpipe.review import decisions
from mtpipe.review.decisions import Draft, Name, Offset, Record, Term
from mtpipe.review.serve import doors
from mtpipe.review.serve.guard import Entrance, Guard, set_cookie
from mtpipe.review.serve.pages import pages
from mtpipe.review.serve.sessions import Session
from mtpipe.review.serve.store import Held, Store
from mtpipe.review.serve.texts import Texts

if TYPE_CHECKING:
    from fastapi import APIRouter, FastAPI

TICK: Final = 1.0
"""Seconds between two looks for what others have saved."""
CONFLICT: Final[dict[int | str, dict[str, Any]]] = {409: {"description": "Another state is held: `held`."}}

Sequence = Annotated[int, Field(ge=0, lt=2**63)]


class Refusal(Exception):  # noqa: N818 - an answer, told as one
    """An answer other than what was asked for."""

    def __init__(self, status: int, what: str) -> None:
        super().__init__(what)
        self.status = status
        self.what = what


class Save(Draft):
    """A draft, and the revision that it was made on (0: none). Who saves and when, the server knows."""

    on: Offset = 0
    reviewer: str = ""
    time: str = ""


class Settled(decisions.Model):
    """A term, and the English that its source had for who settles it ("": none). No target takes the term away."""

    source: Annotated[Name, Field(min_length=1)]
    target: Name
    type: Name = ""
    on: Name = ""


class Named(decisions.Model):
    """What a reviewer wants to be called."""

    reviewer: Annotated[Name, Field(min_length=1)]


def app(folder: Path, store: Store, texts: Texts, entrance: Entrance) -> Guard:
    """Return the ASGI application that serves the pages of ``folder`` and keeps what reviewers decide."""
    from fastapi import FastAPI

    inner = FastAPI(
        title="mtpipe review", docs_url=None, redoc_url=None, openapi_url="/api/openapi.json", redirect_slashes=False
    )
    inner.include_router(_sessions(texts, entrance))
    inner.include_router(_paragraphs(store, texts))
    inner.include_router(_terms(store))
    inner.include_router(_watching(store, texts))
    _answer_errors(inner)
    inner.mount("/", pages(folder))
    return Guard(inner, entrance)


def _sessions(texts: Texts, entrance: Entrance) -> "APIRouter":
    from fastapi import APIRouter, Request, Response

    router = APIRouter(prefix="/api")

    def facts(session: Session) -> dict[str, str]:
        return {"run": texts.run, "reviewer": session.reviewer, "csrf": entrance.sessions.csrf(session)}

    @router.get("/session")
    def session(request: Request) -> dict[str, str]:
        return facts(request.state.session)

    @router.post("/session")
    def name(request: Request, response: Response, named: Named) -> dict[str, str]:
        reviewer = doors.clean_name(named.reviewer)
        if not reviewer:
            raise Refusal(422, "reviewer: holds nothing that can be read")
        session = entrance.sessions.named(request.state.session, reviewer)
        set_cookie(response, entrance, session, secure=request.url.scheme == "https")
        return facts(session)

    return router


def _paragraphs(store: Store, texts: Texts) -> "APIRouter":
    from fastapi import APIRouter, Request

    router = APIRouter(prefix="/api")

    @router.get("/paragraphs")
    def of_article(article: str) -> dict[str, list[Record] | int]:
        sequence = store.sequence()  # before the records: what is saved between the two is told twice, not never
        return {"paragraphs": store.records(article), "sequence": sequence}

    @router.put("/paragraphs/{paragraph:path}", responses=CONFLICT)
    def save(request: Request, paragraph: str, draft: Save) -> Record:
        _check(draft, paragraph, texts)
        session: Session = request.state.session
        record = Record(
            paragraph=paragraph,
            base=draft.base,
            ties=draft.ties,
            reviewer=session.reviewer,
            time=decisions.now(),
        )
        return store.save(record, on=draft.on, session=session.number)

    return router


def _check(draft: Save, paragraph: str, texts: Texts) -> None:
    """See that a draft is one of this paragraph, as the data holds it now."""
    if draft.paragraph != paragraph:
        raise Refusal(422, "paragraph: is another one than that of the address")
    text = texts.find(paragraph)
    if text is None:
        raise Refusal(422, "paragraph: this run has none of that id")
    if draft.base != text.base:
        raise Refusal(422, "base: the text has changed since this page was opened; reload it")
    if draft.source_end != text.length:
        raise Refusal(422, f"ties: end at {draft.source_end}, where the Arabic ends at {text.length}")


def _terms(store: Store) -> "APIRouter":
    from fastapi import APIRouter, Request

    router = APIRouter(prefix="/api")

    @router.get("/terms")
    def settled() -> dict[str, list[Term]]:
        return {"terms": store.terms()}

    @router.post("/terms", responses=CONFLICT)
    def settle(request: Request, wanted: Settled) -> Term | dict[str, str]:
        session: Session = request.state.session
        who = {"reviewer": session.reviewer, "session": session.number}
        if not wanted.target:
            store.unsettle(wanted.source, on=wanted.on, **who)
            return {"source": wanted.source, "target": ""}
        try:
            # Kept, one that no glossary takes would stop every `review apply` of the folder.
            from_cells({"source": wanted.source, "target": wanted.target, "type": wanted.type}, "name")
        except UsageError as error:
            raise Refusal(422, str(error).rstrip(".")) from error
        term = Term(
            source=wanted.source,
            target=wanted.target,
            type=wanted.type,
            reviewer=session.reviewer,
            time=decisions.now(),
        )
        return store.settle(term, on=wanted.on, session=session.number)

    return router


def _watching(store: Store, texts: Texts) -> "APIRouter":
    from fastapi import APIRouter, Request, Response
    from fastapi.responses import StreamingResponse

    router = APIRouter(prefix="/api")

    def figures() -> dict[str, Any]:
        return {"paragraphs": texts.paragraphs(), **store.counts(), "sequence": store.sequence()}

    @router.get("/counts")
    def counts() -> dict[str, Any]:
        return figures()

    @router.get("/events")
    async def events(request: Request, after: Sequence | None = None) -> StreamingResponse:
        heard = request.headers.get("last-event-id", "")  # of a browser that was cut off
        if heard.isascii() and heard.isdigit() and len(heard) < 19:
            after = int(heard)
        elif after is None:
            after = await _apart(store.sequence)
        return StreamingResponse(_told(store, figures, after), media_type="text/event-stream")

    @router.get("/audit")
    def audit(after: Sequence = 0, paragraph: str | None = None) -> dict[str, list[dict[str, Any]]]:
        return {"entries": store.audit(after=after, paragraph=paragraph)}

    @router.get("/decisions.json")
    def download() -> Response:
        name = {"content-disposition": 'attachment; filename="decisions.json"'}
        return Response(decisions.to_json(store.export()) + "\n", media_type="application/json", headers=name)

    return router


async def _told(store: Store, figures: Callable[[], dict[str, Any]], after: int) -> AsyncIterator[str]:
    """Yield server-sent events: one at once, then one whenever somebody has saved."""
    told = -1
    while True:
        sequence = await _apart(store.sequence)
        if sequence != told:
            changed = await _apart(store.changed, after)
            value = {"sequence": sequence, "counts": await _apart(figures), "changed": changed}
            yield f"id: {sequence}\ndata: {json.dumps(value)}\n\n"
            told = after = sequence
        await asyncio.sleep(TICK)


async def _apart(work: Callable[..., Any], *values: object) -> Any:
    from starlette.concurrency import run_in_threadpool

    return await run_in_threadpool(work, *values)


def _answer_errors(inner: "FastAPI") -> None:
    """Say every error in one line of JSON: ``{"error": ...}``."""
    from fastapi import Request, Response
    from fastapi.exceptions import RequestValidationError
    from starlette.exceptions import HTTPException

    @inner.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> Response:
        details: Any = error.errors()[0]
        details = {**details, "loc": details["loc"][1:]}  # without "body" or "query"
        return doors.refusal(request, 422, decisions.problem(details))

    @inner.exception_handler(HTTPException)
    def http(request: Request, error: HTTPException) -> Response:
        return doors.refusal(request, error.status_code, str(error.detail))

    @inner.exception_handler(Refusal)
    def refused(request: Request, error: Refusal) -> Response:
        return doors.refusal(request, error.status, error.what)

    @inner.exception_handler(Held)
    def held(request: Request, error: Held) -> Response:
        now = error.now.model_dump() if error.now else None
        return doors.refusal(request, 409, "somebody has saved another state meanwhile", held=now)

    @inner.exception_handler(sqlite3.Error)
    def unkept(request: Request, error: sqlite3.Error) -> Response:
        return doors.refusal(request, 503, f"could not be kept ({error}); nothing was saved, try again")

    @inner.exception_handler(Exception)
    def unexpected(request: Request, error: Exception) -> Response:
        return doors.refusal(request, 500, f"an error of mtpipe's own ({type(error).__name__}); please report it")
