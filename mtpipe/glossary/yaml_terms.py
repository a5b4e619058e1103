"""YAML: a list of entries, or a mapping of Arabic to English. Every value is text: ``no`` is no truth value here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

from mtpipe.errors import UsageError
from mtpipe.glossary.entries import COLUMNS, Entry, check_columns, default_case, from_cells, joined
from mtpipe.yaml_loaders import FewAliases, line_of


class Loader(FewAliases, yaml.BaseLoader):
    """Takes every value for text."""


def read(path: Path) -> Iterator[Entry]:
    """Read entries. Raises ``UsageError``."""
    text = ""
    try:
        text = path.read_text(encoding="utf-8-sig")
        root = yaml.compose(text, Loader)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}). Name an existing glossary.") from error
    except yaml.MarkedYAMLError as error:
        raise UsageError(f"{path} line {line_of(error, text)}: not YAML ({error.problem}). Mend that line.") from error
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:  # the last: brackets in brackets in ...
        raise UsageError(f"{path}: not a YAML text in UTF-8 ({' '.join(str(error).split())}).") from error
    if isinstance(root, yaml.MappingNode):
        for key, value in root.value:
            where = f"{path} line {key.start_mark.line + 1}"
            yield from_cells(
                {"source": _scalar(key, where, "source"), "target": _scalar(value, where, "target")}, where
            )
    elif isinstance(root, yaml.SequenceNode):
        for item in root.value:
            yield _entry(item, f"{path} line {item.start_mark.line + 1}")
    elif root is not None:
        raise UsageError(f"{path} line 1: neither a list of entries nor 'Arabic: English' lines.")


def _entry(item: yaml.Node, where: str) -> Entry:
    if not isinstance(item, yaml.MappingNode):
        raise UsageError(f"{where}: an entry wants keys and values, as in '- {{source: الرقة, target: Raqqa}}'.")
    cells: dict[str, str] = {}
    for key, value in item.value:
        name = _scalar(key, where, "key")
        if name in cells:
            raise UsageError(f"{where}: the key {name!r} stands twice. Keep one.")
        many = name == "variants" and isinstance(value, yaml.SequenceNode)
        cells[name] = (
            joined((_scalar(one, where, name) for one in value.value), where) if many else _scalar(value, where, name)
        )
    check_columns(list(cells), where)
    return from_cells(cells, where)


def _scalar(value: yaml.Node, where: str, name: str) -> str:
    if not isinstance(value, yaml.ScalarNode):
        raise UsageError(f"{where}: {name!r} wants one text, not a list or a mapping.")
    return str(value.value)


def write(entries: Iterable[Entry], path: Path) -> None:
    """Write a list of entries, empty fields left out; nothing is lost."""
    rows = [_row(entry) for entry in entries]
    text = yaml.safe_dump(rows, allow_unicode=True, sort_keys=False, width=120)
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror}). Name another file.") from error


def _row(entry: Entry) -> dict[str, Any]:
    row = {name: getattr(entry, name) for name in COLUMNS}
    row["variants"] = list(entry.variants)
    if entry.case == default_case(entry.target):
        del row["case"]
    return {name: value for name, value in row.items() if value}
