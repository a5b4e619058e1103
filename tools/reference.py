"""Writes docs/reference/cli.md and docs/reference/settings.md out of the program itself.

    python tools/reference.py

A test compares what is there with what this would write.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, Literal, get_args, get_origin

import typer
from pydantic.fields import FieldInfo

from mtpipe.cli.app import app
from mtpipe.settings import Section, Settings

REFERENCE: Final = Path(__file__).resolve().parents[1] / "docs" / "reference"
NOTE: Final = "<!-- Written by tools/reference.py. -->"
EVERYWHERE: Final = ("--help", "--debug")


def pages() -> dict[str, str]:
    """Name and text of each page."""
    return {"cli.md": _cli(), "settings.md": _settings()}


def commands() -> Iterator[tuple[str, Any]]:
    """Name and command of everything that can be called, in the order of the help."""
    yield from _walk("mtpipe", typer.main.get_command(app))


def _walk(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    inner = getattr(command, "commands", None)
    if inner is None:
        yield name, command
        return
    for part, child in inner.items():
        yield from _walk(f"{name} {part}", child)


def _cli() -> str:
    lines = [NOTE, "# Commands", ""]
    lines += [
        "Every command takes `--help` and `--debug` (show the traceback of an error).",
        "Exit codes: 0 all well, 1 decisions that `review apply` left out, 2 usage or settings, 3 model or device,",
        "4 some articles failed, 70 an error of mtpipe's own, 130 interrupted (finished work is kept).",
        "",
    ]
    for name, command in commands():
        arguments = [item for item in command.params if item.param_type_name == "argument"]
        options = [item for item in command.params if item.param_type_name == "option" and not item.hidden]
        options = [item for item in options if not set(item.opts) & set(EVERYWHERE)]
        usage = " ".join([name, *(_argument(item) for item in arguments), *(["[OPTIONS]"] if options else [])])
        lines += [f"## {name}", "", "```", usage, "```", "", *_paragraphs(command.help or ""), ""]
        rows = [(f"`{_argument(item)}`", item.help or "") for item in arguments if item.help]
        rows += [
            (", ".join(f"`{one}`" for one in (*item.opts, *item.secondary_opts)), _option(item)) for item in options
        ]
        if rows:
            lines += ["| | |", "|---|---|", *(f"| {left} | {_cell(right)} |" for left, right in rows), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _argument(item: Any) -> str:
    name = (item.metavar or item.name or "").upper().strip("[]")
    name = f"{name}..." if item.nargs == -1 else name
    return name if item.required else f"[{name}]"


def _option(item: Any) -> str:
    told = item.help or ""
    if item.required:
        told += " Required."
    elif item.default not in (None, False, (), []):
        told += f" Default: {getattr(item.default, 'value', item.default)}."
    return told


def _paragraphs(text: str) -> list[str]:
    blocks = [" ".join(block.split()) for block in text.split("\n\n")]
    return "\n\n".join(blocks).split("\n")


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _settings() -> str:
    lines = [NOTE, "# Settings", ""]
    lines += [
        "One YAML file (`--config FILE`) with the keys that it changes; `--set translate.beam=1` changes one, over the",
        "file. An unknown key is an error. Paths in a file are relative to it.",
        "[configs/default.yaml](../../configs/default.yaml) is the same list to copy from.",
        "",
    ]
    for name, info in Settings.model_fields.items():
        section = info.annotation
        assert isinstance(section, type)
        assert issubclass(section, Section)
        lines += [f"## {name}", "", (section.__doc__ or "").split("\n")[0], ""]
        lines += ["| key | default | values | |", "|---|---|---|---|"]
        lines += [
            f"| `{name}.{key}` | `{_default(field)}` | {_cell(_values(field))} | {_cell(field.description or '')} |"
            for key, field in section.model_fields.items()
        ]
        lines.append("")
    return "\n".join(lines).rstrip("\n") + "\n"


def _default(field: FieldInfo) -> str:
    value = field.default
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return "[]" if value == () else str(value)


def _values(field: FieldInfo) -> str:
    kind = field.annotation
    if get_origin(kind) is Literal:
        return ", ".join(f"`{value}`" for value in get_args(kind))
    bounds = {type(item).__name__: item for item in field.metadata}
    words = [
        f"{sign} {getattr(bounds[name], attribute)}"
        for name, attribute, sign in (("Ge", "ge", "from"), ("Gt", "gt", "above"), ("Le", "le", "to"))
        if name in bounds
    ]
    plain = {bool: "true or false", int: "whole number", float: "number", str: "text"}
    return " ".join([plain.get(kind, _complex(kind)), *words]) if isinstance(kind, type) else _complex(kind)


def _complex(kind: Any) -> str:
    inner = [item for item in get_args(kind) if item is not type(None)]
    if get_origin(kind) is tuple:
        return "list"
    names = {str: "text", int: "whole number", float: "number"}
    return " or ".join(
        [*(names.get(item, "path") for item in inner), *(["null"] if len(inner) < len(get_args(kind)) else [])]
    )


def main() -> None:
    """Write the pages."""
    REFERENCE.mkdir(exist_ok=True)
    for name, text in pages().items():
        (REFERENCE / name).write_text(text, encoding="utf-8")
        sys.stdout.write(f"{REFERENCE / name}\n")


if __name__ == "__main__":
    main()
