"""What reviewers have decided, and the file in which it travels: from the page, or the server, into the data.

The unit is a paragraph: one record is its whole state, so that a save is atomic, undo is an earlier record, and two
reviewers who meet are told for each paragraph. Records come from browsers and from files that people edit: nothing
in them is taken on trust.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError

from mtpipe.corpus.files import write_text
from mtpipe.errors import UsageError
from mtpipe.signature import Signature, digest

Kind = TypeVar("Kind", bound=BaseModel)
State = Literal["open", "approved", "rejected"]

FORMAT: Final = "mtpipe decisions"
VERSION: Final = 1
BASE_LENGTH: Final = 16
LONGEST_TEXT: Final = 1_000_000
"""Characters of a tie's English or comment: five times the longest paragraph that intake accepts."""
LONGEST_NAME: Final = 200
MOST_TIES: Final = 20_000
WIDEST: Final = 60
"""Characters of a wrong value that a message shows."""

_TIME: Final = "%Y-%m-%dT%H:%M:%SZ"
_UNUSABLE: Final = re.compile("[\x00\ud800-\udfff]")


def _usable(text: str) -> str:
    if found := _UNUSABLE.search(text):
        raise PydanticCustomError(
            "unusable", "holds U+{code}, which no file can keep", {"code": f"{ord(found[0]):04X}"}
        )
    return text


def _moment(text: str) -> str:
    try:
        known = datetime.strptime(text, _TIME).strftime(_TIME) == text
    except ValueError:
        known = False
    if not known:
        raise PydanticCustomError("moment", "must be a time in UTC such as 2026-11-24T15:40:02Z")
    return text


Text = Annotated[str, Field(max_length=LONGEST_TEXT), AfterValidator(_usable)]
Name = Annotated[str, Field(max_length=LONGEST_NAME), AfterValidator(_usable)]
Identifier = Annotated[str, Field(min_length=1, max_length=10_000), AfterValidator(_usable)]
Moment = Annotated[str, AfterValidator(_moment)]
Offset = Annotated[int, Field(ge=0, lt=2**31)]


class Model(BaseModel):
    """What comes from outside: frozen, unknown keys refused."""

    # JSON has these very types: "3" is no number and 1.0 no offset.
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Tie(Model):
    """A stretch of the Arabic and its English.

    ``source_start`` and ``source_end`` count code points of the paragraph. That the English was edited is no state:
    it differs.
    """

    source_start: Offset
    source_end: Offset
    text: Text
    state: State
    comment: Text = ""


class Draft(Model):
    """What a reviewer makes of a paragraph, or of a bead of an aligned pair.

    ``ties`` cover the Arabic from its first character on, in order, without gap or overlap; where they must end only
    the row of the paragraph tells. ``base`` says on which text they were made (``base_of``).
    """

    paragraph: Identifier
    base: Annotated[str, Field(pattern=f"^[0-9a-f]{{{BASE_LENGTH}}}$")]
    ties: Annotated[list[Tie], Field(min_length=1, max_length=MOST_TIES)]

    @model_validator(mode="after")
    def _touching(self) -> Self:
        end = 0
        for number, tie in enumerate(self.ties):
            if tie.source_start != end or tie.source_end <= tie.source_start:
                raise PydanticCustomError(
                    "spans",
                    "ties[{number}] spans {start} to {stop}, where one that begins at {end} and is not empty is due",
                    {"number": number, "start": tie.source_start, "stop": tie.source_end, "end": end},
                )
            end = tie.source_end
        return self

    @property
    def source_end(self) -> int:
        """Where the last tie ends: the length of the Arabic, if the draft belongs to it."""
        return self.ties[-1].source_end

    @property
    def state(self) -> State:
        """The paragraph's: approved when all ties are, rejected when any is, else open."""
        states = {tie.state for tie in self.ties}
        if "rejected" in states:
            return "rejected"
        return "approved" if states == {"approved"} else "open"


class Record(Draft):
    """A draft that was saved: by whom and when. ``revision`` counts the saves that a server has kept (0: none has)."""

    reviewer: Name
    time: Moment
    revision: Offset = 0


class Term(Model):
    """A name that a reviewer has settled for the whole archive: a line for the glossary."""

    source: Annotated[Name, Field(min_length=1)]
    target: Annotated[Name, Field(min_length=1)]
    type: Name = ""
    reviewer: Name = ""
    time: Moment


class Decisions(Model):
    """All records of a review, one a paragraph, and the terms that were settled."""

    format: Literal["mtpipe decisions"] = FORMAT
    version: Literal[1] = VERSION
    run: Identifier
    paragraphs: list[Record] = []
    terms: list[Term] = []


def base_of(ar: str, en: str, spans: Iterable[Iterable[int]]) -> str:
    """Return 16 hexadecimal digits that differ when a paragraph's Arabic, English or sentence spans differ.

    A span is source start and end, target start and end, as the columns of ``sentences`` have them.
    """
    text = json.dumps([ar, en, [list(span) for span in spans]], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:BASE_LENGTH]


def base_of_row(row: Mapping[str, Any]) -> str:
    """Return the base of a row of the ``paragraphs`` configuration."""
    columns = ("source_start", "source_end", "target_start", "target_end")
    spans = [[sentence[column] for column in columns] for sentence in row["sentences"] or ()]
    return base_of(row["translation"]["ar"], row["translation"]["en"], spans)


def run_id(signature: str | Signature, first_window: str) -> str:
    """Return what names a run for browsers and decisions files.

    ``first_window`` is a digest of what the first window was made from: the id stays while an archive grows, through
    kills and starts, and when decisions are applied.
    """
    return digest(str(signature), first_window)


def now() -> str:
    """Return the time, as records write it."""
    return datetime.now(UTC).strftime(_TIME)


def record(value: object, *, where: str = "record") -> Record:
    """Check one record. Raises ``UsageError`` naming ``where``, the paragraph and the field."""
    paragraph = value.get("paragraph") if isinstance(value, Mapping) else None
    place = f"{where}: paragraph {_shown(paragraph)}" if isinstance(paragraph, str) else where
    return _checked(Record, value, place)


def term(value: object, *, where: str = "term") -> Term:
    """Check one term. Raises ``UsageError`` naming ``where`` and the field."""
    return _checked(Term, value, where)


def parse(raw: bytes, *, where: str) -> Decisions:
    """Read a decisions file's bytes. Raises ``UsageError`` naming ``where``, the paragraph and the field."""
    value = load_json(raw, where=where)
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise UsageError(f'{where}: is no decisions file ("format" must be "{FORMAT}"). Save one from the review page.')
    if value.get("version") != VERSION:
        raise UsageError(
            f"{where}: version must be {VERSION} (is {_shown(value.get('version'))}). "
            "It was saved by another version of mtpipe: open the page again with this one and save from there."
        )
    lists = {key: value.get(key, []) for key in ("paragraphs", "terms")}
    for key, items in lists.items():
        if not isinstance(items, list):
            raise UsageError(f"{where}: {key}: must be a list (is {_shown(items)}).")
    records = [record(item, where=f"{where}: paragraphs[{number}]") for number, item in enumerate(lists["paragraphs"])]
    terms = [term(item, where=f"{where}: terms[{number}]") for number, item in enumerate(lists["terms"])]
    seen: set[str] = set()
    for known in records:
        if known.paragraph in seen:
            raise UsageError(f"{where}: paragraph {_shown(known.paragraph)}: is there twice. Keep one of the records.")
        seen.add(known.paragraph)
    return _checked(Decisions, {**value, "paragraphs": records, "terms": terms}, where)


def read(path: Path) -> Decisions:
    """Read a decisions file. Raises ``UsageError`` where it can't be read or anything in it is wrong."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: can't be read ({error.strerror}).") from error
    return parse(raw, where=str(path))


def write(path: Path, decisions: Decisions) -> None:
    """Write a decisions file: there whole or not at all. Raises ``OSError`` where it can't be."""
    write_text(path, to_json(decisions) + "\n")


def to_json(decisions: Decisions) -> str:
    """Return the text of a decisions file: Arabic as it is, a line a record."""
    head = {"format": decisions.format, "version": decisions.version, "run": decisions.run}
    lines = [f"{_line(key)}: {_line(value)}" for key, value in head.items()]
    for key, items in (("paragraphs", decisions.paragraphs), ("terms", decisions.terms)):
        inner = ",\n".join(f"  {_line(item.model_dump())}" for item in items)
        lines.append(f"{_line(key)}: [\n{inner}\n]" if inner else f"{_line(key)}: []")
    return "{\n" + ",\n".join(lines) + "\n}"


def load_json(raw: bytes, *, where: str) -> object:
    """Parse JSON that anybody may have written. Raises ``UsageError``."""
    try:
        return json.loads(raw)
    except (ValueError, RecursionError) as error:  # a text that is no UTF-8, a number of 10,000 digits, 100,000 "["
        raise UsageError(f"{where}: is no JSON ({error}).") from error


def _checked(kind: type[Kind], value: object, where: str) -> Kind:
    try:
        return kind.model_validate(value)
    except ValidationError as error:
        raise UsageError(f"{where}: {problem(error.errors(include_url=False)[0])}.") from None


def problem(details: ErrorDetails) -> str:
    """Say which field is wrong, and how, on one line."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{_name(part)}" for part in details["loc"])
    field = "".join(parts).lstrip(".")
    if details["type"] == "extra_forbidden":
        return f"{field}: is no field that is known"
    if details["type"] == "missing":
        return f"{field}: is missing"
    value = f" (is {_shown(details['input'])})" if field else ""
    message = details["msg"]
    return f"{field}: {message}{value}" if field else message


def _name(key: str) -> str:
    """Return a field's name as it is, unless it is one that nobody would give."""
    return key if key.isprintable() and len(key) <= WIDEST else _shown(key)


def _shown(value: object) -> str:
    text = ascii(value) if isinstance(value, str) and _UNUSABLE.search(value) else repr(value)
    return text if len(text) <= WIDEST else f"{text[: WIDEST - 1]}…"


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
