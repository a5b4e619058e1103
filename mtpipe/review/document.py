"""HTML documents made of templates: readable without any script, with the package's own styles and scripts beside.

Articles are hostile input. Three things keep them harmless: jinja2 escapes every value, the content security policy
allows styles and scripts from files only (nothing inline runs, nothing is loaded from elsewhere; the report of an
evaluation, which is one file, has a policy of its own: inline styles, no script), and characters that could reorder or
hide text are shown, isolated, by their number.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final

from markupsafe import Markup, escape

from mtpipe.review.names import anchor

if TYPE_CHECKING:
    from jinja2 import Environment

# Embeddings, overrides and isolates (Unicode Standard Annex 9) can make text read otherwise than it is stored; the
# control characters and the interlinear anchors can't be seen. LRM, RLM, ZWNJ and ZWJ have honest uses in Arabic.
CONTROLS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb]")

# HTML has no way to write NUL, UTF-8 none to write half of a surrogate pair.
UNWRITABLE: Final = re.compile("[\x00\ud800-\udfff]")


# A page that is opened from disk has no origin that every browser takes for 'self': "file:" says it for those.
POLICY: Final = (
    "default-src 'none'; style-src 'self' file:; script-src 'self' file:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'"
)


def render(template: str, **context: object) -> str:
    """Return a whole HTML document made of a template."""
    document = _environment().get_template(template).render(policy=POLICY, **context)
    return writable(document).replace("\r", "&#13;")  # a parser would read a bare carriage return as a line feed


def writable(text: str) -> str:
    """Return text with the replacement character for what HTML, or UTF-8, can't hold."""
    return UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text)


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


@cache
def _file(name: str) -> str:
    path = resources.files("mtpipe.review").joinpath("templates", name)
    # A checkout with CRLF would make other pages than one without.
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
    environment.filters["anchor"] = anchor
    return environment
