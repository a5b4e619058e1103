"""HTML documents that stand alone: templates, inlined style and script, and a policy that allows nothing else.

Articles are hostile input. Three things keep them harmless: jinja2 escapes every value, the content security policy
names the hashes of the page's own style and script (so nothing else runs or loads), and characters that could
reorder or hide text are shown, isolated, by their number.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from jinja2 import Environment

# Embeddings, overrides and isolates (Unicode Standard Annex 9) can make text read otherwise than it is stored; the
# control characters and the interlinear anchors can't be seen. LRM, RLM, ZWNJ and ZWJ have honest uses in Arabic.
CONTROLS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb]")

# HTML has no way to write NUL, UTF-8 none to write half of a surrogate pair.
UNWRITABLE: Final = re.compile("[\x00\ud800-\udfff]")


def render(template: str, *, styles: Sequence[str], script: str, **context: object) -> str:
    """Return a whole HTML document made of package files.

    ``styles`` and ``script`` name files whose text is inlined and whose hashes stand in the policy.
    """
    style_text = "".join(_file(name) for name in styles)
    script_text = _file(script)
    document = (
        _environment()
        .get_template(template)
        .render(
            style=Markup(style_text),  # our own files, not input
            script=Markup(script_text),
            policy=_policy(style_text, script_text),
            **context,
        )
    )
    # A parser would read a bare carriage return as a line feed: the reference keeps it what it is.
    return UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", document).replace("\r", "&#13;")


def visible(text: str) -> Markup:
    """Escape text for an element's content. Its characters all stay, in order; controls are labelled and isolated.

    The label is a ``data`` attribute that the style sheet shows, so the text content of the element is ``text``.
    """
    pieces: list[Markup] = []
    cursor = 0
    for match in CONTROLS.finditer(text):
        pieces.append(escape(text[cursor : match.start()]))
        control = match.group()
        pieces.append(Markup('<span class="control" data-code="{}">{}</span>').format(_code(control), control))
        cursor = match.end()
    pieces.append(escape(text[cursor:]))
    return Markup("").join(pieces)


def plain(text: str) -> str:
    """Return text for an attribute or the window's title, where nothing can be isolated: controls by their number."""
    return CONTROLS.sub(lambda match: f"[{_code(match.group())}]", text)


def _code(character: str) -> str:
    return f"U+{ord(character):04X}"


def _policy(style: str, script: str) -> str:
    return (
        f"default-src 'none'; style-src '{_source_hash(style)}'; script-src '{_source_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _source_hash(text: str) -> str:
    """A hash source of the Content Security Policy (level 3, section 2.3.1)."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def _file(name: str) -> str:
    path = resources.files("mtpipe.review").joinpath("templates", name)
    # A checkout with CRLF would give other hashes than the parser computes, which sees LF.
    return path.read_text(encoding="utf-8").replace("\r\n", "\n")


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    environment = Environment(
        loader=FunctionLoader(_file),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["visible"] = visible
    environment.filters["plain"] = plain
    return environment
