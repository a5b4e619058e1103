"""What is said to those who are not let in: JSON to scripts, a page to people."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import TYPE_CHECKING, Final

from mtpipe.review.decisions import LONGEST_NAME

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

_STYLE: Final = (
    ":root{color-scheme:light dark}"
    "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:26rem;margin:15vh auto;padding:0 1rem}"
    "label{display:block;margin:1rem 0}"
    "input,button{font:inherit;padding:.4rem .6rem;width:100%;box-sizing:border-box}"
)
_POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_PAGE: Final = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>mtpipe review</title>'
    '<meta name="viewport" content="width=device-width, initial-scale=1">{head}<style>'
    + _STYLE.replace("{", "{{").replace("}", "}}")
    + "</style></head><body><main><h1>mtpipe review</h1>{body}</main></body></html>"
)
_FORM: Final = (
    '<form method="post">{wrong}<label>Your name <input name="reviewer" autocomplete="name" required maxlength="200">'
    '</label><label>Password <input name="password" type="password" autocomplete="current-password" required></label>'
    "<button>Sign in</button></form>"
)
_WRONG: Final = '<p role="alert">That is not the password.</p>'
_ASK: Final = "<p>Open the address that <code>mtpipe review serve</code> printed when it was started.</p>"


def refusal(request: Request, status: int, what: str, **more: object) -> Response:
    """Say in one line why a request is refused; ``more`` is for scripts."""
    from starlette.responses import JSONResponse, PlainTextResponse

    if request.url.path.startswith("/api/"):
        return JSONResponse({"error": what, **more}, status)
    return PlainTextResponse(f"mtpipe review: {what}\n", status)


def closed(request: Request, *, password: bool, wrong: bool = False) -> Response:
    """Ask for the secret."""
    if request.url.path.startswith("/api/"):
        return refusal(request, 401, "signed out: open the review's address again")
    if not wrong and _led_here(request):
        # A strict cookie is not sent when another site's link was followed: going on from a page of ours, it is.
        return _page(
            '<p>One moment.</p><p><a href="">Go on</a></p>', 200, head='<meta http-equiv="refresh" content="0">'
        )
    body = _FORM.format(wrong=_WRONG if wrong else "") if password else _ASK
    return _page(body, 401)


def clean_name(text: str) -> str:
    """Return a name on one line, without what can't be seen."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", " ", text).split())[
        :LONGEST_NAME
    ]


def _led_here(request: Request) -> bool:
    headers = request.headers
    return (
        request.method == "GET"
        and headers.get("sec-fetch-site") == "cross-site"
        and headers.get("sec-fetch-mode") == "navigate"
        and "token" not in request.query_params
    )


def _page(body: str, status: int, *, head: str = "") -> Response:
    from starlette.responses import HTMLResponse

    # With no referrer at all, a form is sent with the origin "null", which could be anybody's.
    headers = {"content-security-policy": _POLICY, "referrer-policy": "same-origin"}
    return HTMLResponse(_PAGE.format(head=head, body=body), status, headers)
