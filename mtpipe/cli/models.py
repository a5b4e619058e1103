"""``mtpipe models``: which models are here; fetching, describing, converting and removing them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mtpipe.cli import options
from mtpipe.cli.say import say

if TYPE_CHECKING:
    from mtpipe.translate.store import ModelFolder

models = typer.Typer(
    help="Models: which are here, fetching, describing, converting and removing them.", no_args_is_help=True
)

Name = Annotated[
    str, typer.Argument(help="Built-in name, local folder, alias (opus, opus-big) or Hugging Face id (owner/name).")
]
Revision = Annotated[str | None, typer.Option("--revision", help="Branch, tag or commit on the Hugging Face hub.")]


@models.command("list")
def listed(debug: options.Debug = False) -> None:
    """List the built-in model, the aliases, what was downloaded and what was converted, with sizes."""
    from mtpipe.translate import inventory

    entries = inventory.entries()
    width = max(len(entry.name) for entry in entries)
    for entry in entries:
        size = "" if entry.size is None else _bytes(entry.size)
        sys.stdout.write(f"{entry.name:{width}}  {entry.kind:10}  {size:>8}  {entry.remark}\n")


@models.command()
def pull(name: Name, revision: Revision = None, debug: options.Debug = False) -> None:
    """Download a model from the Hugging Face hub, or what has changed since it was."""
    from mtpipe.translate import store

    if path := store.folder(name):
        say(f"{name} is here already: {path}")
        return
    model = store.pull(name, revision=revision)
    say(f"{model.name} at {model.revision}: {_bytes(model.weights.stat().st_size)} of weights, {model.path}")


@models.command()
def info(name: Name, revision: Revision = None, debug: options.Debug = False) -> None:
    """Tell size, licence, languages, vocabulary and whereabouts of a model; one of the hub is downloaded for it."""
    from mtpipe.translate import inventory, store

    found = inventory.facts(store.resolve(name, revision=revision))
    model = found.model
    _row("name", model.name)
    _row("revision", model.revision or "local")
    _row("hash", model.digest)
    _row("folder", str(model.path))
    _row("weights", f"{model.weights.name}, {_bytes(found.size)}, {found.parameters / 1e6:.1f} M parameters")
    _row("shape", _shape(model))
    _row("licence", found.licence or "not stated")
    _row("languages", f"{found.source_languages} to {found.target_languages}")
    if found.code:
        _row("code", f"{found.code} is put before every sentence")
    _row("vocabulary", f"{found.pieces} pieces, {found.target_pieces} of them English (what trimming leaves)")
    _row("longest", f"{model.max_pieces} pieces")
    for key, value in found.ignored.items():
        _row("ignored", f"{key}={value} (mtpipe's settings decide)")
    for made in found.conversions:
        vocabulary = "trimmed" if made.trim else "whole vocabulary"
        heads = "first head" if made.alignment_heads == 1 else f"first {made.alignment_heads} heads"
        aligned = f"alignment by the {heads} of layer {made.alignment_layer}"
        _row("converted", f"{made.storage}, {vocabulary}, {_bytes(made.size)}, {aligned}, {made.path}")


@models.command()
def convert(
    name: Name,
    revision: Revision = None,
    compute_type: Annotated[
        str, typer.Option("--compute-type", help="auto, int8, float32, float16 or bfloat16, as a run would use it.")
    ] = "auto",
    device: options.Device = None,
    debug: options.Debug = False,
) -> None:
    """Convert a model for CTranslate2 ahead of its first use, into the cache."""
    settings = options.load(None, [f"translate.compute_type={compute_type}"], device=device).translate
    from mtpipe.translate import convert as converter
    from mtpipe.translate import store
    from mtpipe.translate.device import for_ct2
    from mtpipe.translate.subwords import Subwords

    storage = converter.storage_for(for_ct2(settings.device), settings.compute_type)
    model = store.resolve(name, revision=revision)
    path = converter.converted(model, Subwords(model), trim=settings.trim, storage=storage)
    say(f"{model.name} as {storage}: {_bytes(_size(path))}, {path}")


@models.command()
def shortlist(
    pairs: Annotated[
        Path,
        typer.Argument(help="Output folder of a run or an alignment, or pairs: TMX, XLIFF, JSONL, CSV, TSV, Moses."),
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--out", "-o", callback=options.file, help="File for the shortlist; translate.shortlist names it."
        ),
    ],
    model: options.Model = None,
    best: Annotated[int, typer.Option("--best", min=1, help="Target pieces kept for a source piece.")] = 100,
    common: Annotated[int, typer.Option("--common", min=0, help="Most frequent target pieces, always allowed.")] = 1000,
    most: Annotated[int, typer.Option("--pairs", min=10, help="Pairs of sentences to read.")] = 20_000,
    debug: options.Debug = False,
) -> None:
    """Make a lexical shortlist for a model: which target pieces a source piece may call for, counted in pairs.

    It makes ct2 faster and costs some quality (docs/speed.md tells how to measure both). The pairs may be the first
    translations of the archive itself, of mtpipe run --limit 2000.
    """
    name = options.load(None, None, model=model).translate.model
    from mtpipe.corpus.bitext import sentences
    from mtpipe.translate import shortlist as shortlists
    from mtpipe.translate import store
    from mtpipe.translate.subwords import Subwords

    subwords = Subwords(store.resolve(name))
    lines = list(shortlists.build(sentences(pairs), subwords, best=best, common=common, most=most))
    options.write(out, "".join(f"{line}\n" for line in lines))
    made = shortlists.read(out, subwords)
    covered = shortlists.cover(made, sentences(pairs), subwords, budget=options.load(None, None).translate.batch_tokens)
    say(f"{out}: {covered.format()}")


@models.command()
def remove(name: Name, debug: options.Debug = False) -> None:
    """Delete the converted copies of a model and, of one from the hub, its download.

    A folder of yours and the built-in model stay where they are.
    """
    from mtpipe.translate import inventory

    freed = inventory.remove(name)
    for what, size in freed:
        say(f"removed {what}: {_bytes(size)}")


def _row(name: str, value: str) -> None:
    sys.stdout.write(f"{name:12} {value}\n")


def _shape(model: ModelFolder) -> str:
    config = model.config
    layers = f"{config.get('encoder_layers')} and {config.get('decoder_layers')} layers"
    return f"width {config.get('d_model')}, {layers}, {config.get('decoder_attention_heads')} heads"


def _size(path: Path) -> int:
    return sum(file.stat().st_size for file in path.iterdir())


def _bytes(size: int) -> str:
    for unit, digits in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if size >= unit:
            return f"{size / unit:.1f} {digits}"
    return f"{size} B"
