"""Options that several commands share, and the settings that they add up to."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:  # pydantic is half of what --help would load
    from mtpipe.settings import Settings

Config = Annotated[Path | None, typer.Option("--config", help="YAML settings; configs/default.yaml lists all keys.")]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Override one setting, as translate.beam=1. May be repeated."),
]
Model = Annotated[
    str | None,
    typer.Option(
        "--model", help="Built-in name, alias (opus, opus-big), local folder, or Hugging Face id of a MarianMT model."
    ),
]
Engine = Annotated[str | None, typer.Option("--engine", help="auto, ct2, torch or command.")]
Device = Annotated[str | None, typer.Option("--device", help="auto, cpu, cuda[:n[,n...]] or mps.")]
GlossaryFiles = Annotated[
    list[Path] | None,
    typer.Option("--glossary", help="Terms: CSV, TSV, XLSX, YAML, TMX, TBX, or a built-in name. May be repeated."),
]


def _debug(value: bool) -> None:
    if value:
        os.environ["MTPIPE_DEBUG"] = "1"


Debug = Annotated[bool, typer.Option("--debug", callback=_debug, is_eager=True, help="Show the traceback of an error.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress, only errors.")]


def file(path: Path | None) -> Path | None:
    """Refuse a folder in the place of a file that is written when all the work is done."""
    from mtpipe.errors import UsageError

    if path and path.is_dir():
        raise UsageError(f"{path}: is a folder. Name a file.")
    return path


def write(path: Path, text: str) -> None:
    """Write a file that was asked for. Raises ``UsageError`` where it can't be."""
    from mtpipe.corpus.files import write_text
    from mtpipe.errors import UsageError

    try:
        write_text(path, text)
    except OSError as error:
        raise UsageError(f"{path}: can't be written ({error.strerror}). Name another file.") from error


def load(
    config: Path | None,
    assignments: Iterable[str] | None,
    *,
    model: str | None = None,
    engine: str | None = None,
    device: str | None = None,
    glossary: Iterable[Path] | None = None,
    memory: Path | None = None,
) -> Settings:
    """Add up defaults, the settings file, ``--set`` and the named options, later over earlier."""
    import yaml

    from mtpipe import settings

    named = {
        "translate.model": model,
        "translate.engine": engine,
        "translate.device": device,
        "translate.memory": str(memory) if memory else None,
        "glossary.paths": [str(path) for path in glossary] if glossary else None,
    }
    overrides = [
        # An option's text is a value, not YAML: a model folder called "1e3" stays a name.
        f"{key}={yaml.safe_dump(value, default_flow_style=True, width=2**31, allow_unicode=True).strip()}"
        for key, value in named.items()
        if value is not None
    ]
    return settings.load(config, [*(assignments or ()), *overrides])
