"""What models are on this machine, what each is, and taking them away again."""

from __future__ import annotations

import json
import math
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import yaml

from mtpipe import resources
from mtpipe.errors import ModelError
from mtpipe.translate import hub, languages
from mtpipe.translate.convert import RECORD, TEMPORARY, converted_folder, reason
from mtpipe.translate.layout import CARD
from mtpipe.translate.store import ALIASES, EMBEDDED, ModelFolder, folder, read_json
from mtpipe.translate.subwords import Subwords

Kind = Literal["built-in", "alias", "downloaded", "converted"]

# What of generation_config.json says which piece is which, not how to decode.
NOT_DECODING: Final = {
    *("bos_token_id", "decoder_start_token_id", "eos_token_id", "forced_eos_token_id", "pad_token_id"),
    *("transformers_version", "_from_model_config", "output_attentions", "output_hidden_states", "use_cache"),
}

RECORDED: Final = ("model", "revision", "digest", "trim", "storage", "alignment_layer", "alignment_heads")


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the list of models. ``size`` is in bytes on the disk, None for an alias of what is not here."""

    name: str
    kind: Kind
    size: int | None
    remark: str


@dataclass(frozen=True, slots=True)
class Conversion:
    """A model converted for CTranslate2, in the cache. ``size`` is in bytes.

    Its attention is the mean of the first ``alignment_heads`` heads of ``alignment_layer`` (-1: the last).
    """

    path: Path
    model: str
    revision: str | None
    digest: str
    trim: bool
    storage: str
    size: int
    alignment_layer: int
    alignment_heads: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about a model.

    ``size`` is that of the weights in bytes, ``licence`` what its card says ("" where it says nothing), ``pieces``
    counts the vocabulary, ``target_pieces`` what trimming leaves of it, ``ignored`` are the decoding defaults of its
    makers, which mtpipe's settings replace.
    """

    model: ModelFolder
    size: int
    parameters: int
    licence: str
    source_languages: str
    target_languages: str
    code: str
    pieces: int
    target_pieces: int
    ignored: dict[str, Any]
    conversions: tuple[Conversion, ...]


def entries() -> list[Entry]:
    """Return the built-in model, the aliases, what was downloaded and what was converted."""
    path = resources.folder("models") / EMBEDDED
    found = [Entry(EMBEDDED, "built-in", _size(path), "for a try, not for use")]
    downloaded = {repository.repo_id: repository for repository in hub.downloaded()}
    for alias, name in ALIASES.items():
        here = downloaded.get(name)
        remark = name if here else f"{name}, not downloaded (mtpipe models pull {alias})"
        found.append(Entry(alias, "alias", None, remark))
    for name, repository in downloaded.items():
        commits = ", ".join(sorted(_commit(revision) for revision in repository.revisions))
        found.append(Entry(name, "downloaded", repository.size_on_disk, commits))
    for made in conversions():
        remark = f"{made.storage}, {'trimmed' if made.trim else 'whole vocabulary'}, of {made.digest}"
        found.append(Entry(made.model, "converted", made.size, remark))
    return found


def conversions() -> list[Conversion]:
    """Return the converted models of the cache, by name. A folder without a record is none of ours.

    Raises ``ModelError`` where the cache can't be looked into.
    """
    found = []
    try:
        paths = list(converted_folder().iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise ModelError(
            f"cache folder {error.filename} can't be read ({error.strerror}). Set MTPIPE_CACHE."
        ) from error
    for path in paths:
        try:
            record = json.loads((path / RECORD).read_text(encoding="utf-8"))
            parts = {key: record[key] for key in RECORDED}
            found.append(Conversion(path=path, size=_size(path), **parts))
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return sorted(found, key=lambda made: (made.model, made.storage, made.path))


def facts(model: ModelFolder) -> Facts:
    """Read what there is to know about a model. Raises ``ModelError`` for one that can't be used."""
    subwords = Subwords(model)
    card = _card(model.path)
    spoken = card.get("language") or []
    return Facts(
        model=model,
        size=model.weights.stat().st_size,
        parameters=_parameters(model),
        licence=str(card.get("license") or ""),
        source_languages=str(model.tokenizer.get("source_lang") or ", ".join(map(str, spoken)) or "not stated"),
        target_languages=str(model.tokenizer.get("target_lang") or ", ".join(languages.codes(subwords.vocabulary))),
        code="".join(subwords.prefix),
        pieces=len(subwords.vocabulary),
        target_pieces=len(subwords.target_ids()),
        ignored=_ignored(model),
        conversions=tuple(made for made in conversions() if made.digest == model.digest),
    )


def remove(name: str) -> list[tuple[str, int]]:
    """Delete what mtpipe and the hub keep of a model: converted copies, and the download of a model of the hub.

    A user's folder and the built-in model stay. Returns what was deleted, with the bytes that it frees. Raises
    ``ModelError`` where there is nothing, or where it can't be deleted.
    """
    path = folder(name)
    # A folder's copies go by its name: those of an earlier state are meant too, and of a folder that is no more.
    called = Path(os.path.abspath(path)).name if path else ALIASES.get(name, name)  # noqa: PTH100 -- as resolve() does
    freed = []
    try:
        for made in conversions():
            if made.model == called:
                _delete(made.path)
                freed.append((f"converted copy {made.path}", made.size))
        if not path and (size := hub.forget(called)):
            freed.append((f"download of {called} in the Hugging Face cache", size))
    except OSError as error:
        raise ModelError(f"model {name!r}: {error.filename} can't be deleted ({error.strerror}).") from error
    if not freed:
        kept = "; the model itself stays" if path else " and no download"
        raise ModelError(f"model {name!r}: there is no converted copy of it{kept}. See 'mtpipe models list'.")
    return freed


def _delete(path: Path) -> None:
    # Elsewhere first, so that nobody loads a half of it; a sweep takes what is left if this is interrupted.
    going = Path(tempfile.mkdtemp(prefix=TEMPORARY, dir=path.parent))
    path.replace(going / path.name)
    shutil.rmtree(going)


def _size(path: Path) -> int:
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())


def _commit(revision: Any) -> str:
    return ", ".join([revision.commit_hash[:12], *sorted(revision.refs)])


def _card(path: Path) -> dict[str, Any]:
    """Return the front matter of a model's README; where it states no licence, the first line of its LICENSE."""
    from huggingface_hub.repocard import metadata_load

    readme, licence = (path / file for file in CARD)
    try:
        card: dict[str, Any] = (metadata_load(readme) if readme.is_file() else None) or {}
    except (OSError, ValueError, TypeError, yaml.YAMLError):  # among them no UTF-8, and no mapping
        card = {}
    if isinstance(card.get("language"), str):
        card["language"] = [card["language"]]
    if not card.get("license") and licence.is_file():
        card["license"] = licence.read_text(encoding="utf-8", errors="replace").strip().partition("\n")[0].strip()
    return card


def _parameters(model: ModelFolder) -> int:
    """Count the network's parameters, shared ones once, without positions and bias of the output, which are fixed."""
    shapes = _shapes(model)
    shared = "model.shared.weight" in shapes
    computed = ("embed_positions.weight", "lm_head.weight", "final_logits_bias", *(["embed_tokens.weight"] * shared))
    return sum(math.prod(shape) for key, shape in shapes.items() if not key.endswith(computed))


def _shapes(model: ModelFolder) -> dict[str, tuple[int, ...]]:
    file = model.weights
    try:
        if file.suffix == ".safetensors":
            import safetensors

            with safetensors.safe_open(file, framework="np") as tensors:
                return {key: tuple(tensors.get_slice(key).get_shape()) for key in tensors.keys()}  # noqa: SIM118 -- no mapping
        import torch

        loaded = torch.load(file, map_location="meta", weights_only=True)
        return {key: tuple(tensor.shape) for key, tensor in loaded.items()}
    except Exception as error:  # safetensors, torch and pickle raise families of their own for a damaged file
        raise ModelError(
            f"model {model.name!r}: the weights in {file} can't be read ({reason(error)}). Fetch the model again."
        ) from error


def _ignored(model: ModelFolder) -> dict[str, Any]:
    path = model.path / "generation_config.json"
    if path.is_file():
        return {key: value for key, value in read_json(path).items() if key not in NOT_DECODING}
    # Before transformers 4.25 they stood in config.json.
    keys = {"num_beams", "max_length", "min_length", "bad_words_ids", "no_repeat_ngram_size", "length_penalty"}
    return {key: value for key, value in model.config.items() if key in keys}
