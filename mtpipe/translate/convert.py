"""From Hugging Face's layout to CTranslate2's, once per model, with the target vocabulary trimmed.

Half of an OPUS-MT softmax can never be English, and the output layer is most of the decoder's work: the rows of the
decoder's embedding and output layer that no English text can need are left out (contract 4 of the design). The cut is
static, one set for the model, so a sentence's translation does not depend on what it is batched with.

For int8 on a CPU, weights are scaled so that no product saturates. x86 without VNNI multiplies by ``vpmaddubsw``,
which adds the products of two neighbouring unsigned and signed bytes in 16 bits: 255 * (127 + 127) does not fit. With
the usual scale, largest weight of a row to 127, the first embedded model lost 1.2 chrF2 on NTREX on such a machine.
Here the two largest of any four neighbours together reach 128 at most, so 255 * 128 is the most that can be added.
(Seven bits for all, as PyTorch's ``reduce_range`` has it, saturate as little but round more: 0.3 chrF2 on the present
weights, of which this keeps 0.1 to 0.2.)
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import pickle
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any, Final, Literal

from mtpipe.errors import ModelError
from mtpipe.signature import digest
from mtpipe.translate.store import ModelFolder, cache_folder
from mtpipe.translate.subwords import EOS, PADDING, UNKNOWN, Subwords

FORMAT: Final = "4"
"""Counts changes of this module that change the converted files."""

LARGEST: Final = 127
PAIR: Final = 128
"""The most that two weights whose products are added in 16 bits may be together: 255 * 128 < 2 ** 15."""
GROUP: Final = 4
"""Neighbours that int8 kernels pack together; which two of them are added first is theirs to choose."""

TIED: Final = ("embed_tokens.weight", "embed_positions.weight", "lm_head.weight")
"""Ends of the names of tensors that a file may hold although the network makes them from others."""

LONGEST: Final = 80
ATTENTION: Final = ("alignment_layer", "alignment_heads")
TEMPORARY: Final = "converting-"
RECORD: Final = "mtpipe.json"
"""In the folder of a converted model: what it was made from. Here to be read by people and by ``inventory``."""

ABANDONED: Final = 24 * 3600
"""Seconds after which a conversion that was killed is taken for one."""

Storage = Literal["float32", "int8"]


def storage_for(device: str, compute_type: str) -> Storage:
    """Return the form that a compute type is loaded from: int8 for int8 (the default) on a CPU, else float32."""
    return "int8" if device == "cpu" and compute_type in ("auto", "int8") else "float32"


def converted(model: ModelFolder, subwords: Subwords, *, trim: bool, storage: Storage) -> Path:
    """Return the folder of the converted model, making it in the cache where it is not there yet.

    ``storage`` is float32, from which CTranslate2 makes any compute type when it loads, or int8 that never saturates.

    Safe for several processes at once: each writes its own temporary folder, the first to rename wins.
    Raises ``ModelError`` where the weights can't be converted or the cache can't be written.
    """
    import ctranslate2

    key = digest(model.digest, FORMAT, ctranslate2.__version__, "trim" if trim else "full", storage)
    name = model.name.replace("/", "--")[:LONGEST]  # a folder's name may be as long as the system takes
    target = converted_folder() / f"{name}-{key}"
    if (target / "model.bin").is_file():
        return target
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _sweep(target.parent)
        temporary = Path(tempfile.mkdtemp(prefix=TEMPORARY, dir=target.parent))
    except OSError as error:
        raise ModelError(
            f"cache folder {target.parent} can't be written ({error.strerror}). Set MTPIPE_CACHE to another folder."
        ) from error
    record: dict[str, Any] = {
        "model": model.name,
        "revision": model.revision,
        "digest": model.digest,
        "trim": trim,
        "storage": storage,
        "ctranslate2": ctranslate2.__version__,
    }
    try:
        record |= _convert(model, subwords, temporary / "model", trim=trim, storage=storage)
        (temporary / "model" / RECORD).write_text(json.dumps(record, indent=1), encoding="utf-8")
        for file in (temporary / "model").iterdir():
            _to_disk(file)
        with contextlib.suppress(OSError):  # another process was faster: its result is the same
            (temporary / "model").replace(target)
    except OSError as error:
        raise ModelError(
            f"converting {model.called!r} into {target.parent} failed ({error.strerror or error}). "
            "Free some space or set MTPIPE_CACHE to another folder."
        ) from error
    except (KeyError, RuntimeError, ValueError) as error:  # a shape or an option that CTranslate2 lacks
        raise ModelError(
            f"model {model.called!r} can't be converted for CTranslate2 ({reason(error)}). Use --engine torch."
        ) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    if not (target / "model.bin").is_file():
        raise ModelError(f"converting {model.called!r}: {target} can't be written. Remove it, or set MTPIPE_CACHE.")
    return target


def converted_folder() -> Path:
    """Return the folder of all converted models."""
    return cache_folder() / "ct2"


def _sweep(folder: Path) -> None:
    """Remove what conversions have left that were killed."""
    for path in folder.glob(f"{TEMPORARY}*"):
        with contextlib.suppress(OSError):  # another process may be at it
            if time.time() - path.stat().st_mtime > ABANDONED:
                shutil.rmtree(path)


def _to_disk(file: Path) -> None:
    """Wait until a file is on the disk: a model that a failing power supply cut would be taken for whole."""
    with file.open("rb") as opened:
        os.fsync(opened.fileno())


def _convert(model: ModelFolder, subwords: Subwords, folder: Path, *, trim: bool, storage: Storage) -> dict[str, int]:
    """Write the converted model; return which attention CTranslate2 will give: layer, and heads from the first."""
    from ctranslate2.converters import converter as base
    from ctranslate2.converters.transformers import MarianMTLoader

    keep = subwords.target_ids() if trim else None
    attention: dict[str, int] = {}

    class Converter(base.Converter):  # type: ignore[misc]  # ctranslate2 has no type hints
        def _load(self) -> Any:
            network = load_network(model)
            loader = MarianMTLoader()
            spec = loader.get_model_spec(network)
            spec.config.eos_token = spec.config.decoder_start_token = EOS
            spec.config.unk_token = UNKNOWN
            # Without the last, <pad>: the loader has dropped its row, CTranslate2 starts from zeros instead.
            tokens = sorted(subwords.vocabulary, key=subwords.vocabulary.__getitem__)[:-1]
            spec.register_source_vocabulary(tokens)
            spec.register_target_vocabulary(tokens if keep is None else [tokens[number] for number in keep])
            if keep is not None:
                _trim(spec, keep)
            if storage == "int8":
                _quantise(spec)
            attention.update({key: _number(getattr(spec.decoder, key)) for key in ATTENTION})
            return spec

    Converter().convert(str(folder))
    return attention


def load_network(model: ModelFolder) -> Any:
    """Load the weights as ``MarianMTModel`` in float32. Raises ``ModelError`` where they do not fit the config.

    How the model's makers would decode (``generation_config.json``: beams, lengths, forbidden pieces) is left out: the
    settings decide, the same on both engines.
    """
    import torch
    import transformers

    transformers.utils.logging.disable_progress_bar()
    logging.getLogger("transformers").setLevel(logging.ERROR)
    where = f"model {model.name!r}: the weights in {model.weights}"
    try:
        network, report = transformers.MarianMTModel.from_pretrained(
            # weights_only: of a pickle, nothing but tensors is read; a program hidden in it is not run.
            model.path,
            dtype=torch.float32,
            local_files_only=True,
            weights_only=True,
            ignore_mismatched_sizes=True,  # they are told below, better than transformers does
            output_loading_info=True,
        )
    except Exception as error:  # safetensors, torch and transformers raise families of their own for a damaged file
        raise ModelError(f"{where} can't be loaded ({reason(error)}). Fetch the model again.") from error
    # transformers makes up what a file lacks, at random, and leaves out what it has too much; it says so in a log.
    for what, keys in (
        ("lack {} tensors that config.json calls for", report["missing_keys"]),
        ("hold {} tensors that config.json leaves out", report["unexpected_keys"]),
        ("hold {} tensors of another size than config.json says", [key for key, *_ in report["mismatched_keys"]]),
        ("hold {} tensors of no finite floats", [key for key, tensor in network.named_parameters() if _is_bad(tensor)]),
    ):
        if wrong := sorted(key for key in keys if not key.endswith(TIED)):
            raise ModelError(f"{where} {what.format(len(wrong))} ({wrong[0]}, ...). Fetch the model again.")
    pieces = model.vocabulary()
    padding, end = pieces[PADDING], pieces[EOS]
    network.generation_config = transformers.GenerationConfig(
        decoder_start_token_id=padding, pad_token_id=padding, eos_token_id=end, forced_eos_token_id=end
    )
    return network.eval()


def reason(error: Exception) -> str:
    """Return the kind of a foreign error and the first sentence of what it says."""
    if isinstance(error, pickle.UnpicklingError):  # what torch says then is how to run what is hidden there
        return "a pickle that is damaged, or holds more than tensors"
    said = next((line.strip() for line in str(error).splitlines() if line.strip()), "")
    return f"{type(error).__name__}: {said.partition('. ')[0]}".rstrip(".: ")


def _is_bad(tensor: Any) -> bool:
    return not (tensor.is_floating_point() and tensor.isfinite().all())


def _number(value: Any) -> int:
    from ctranslate2.specs import model_spec

    return int(value.numpy() if isinstance(value, model_spec.Variable) else value)


def _trim(spec: Any, keep: list[int]) -> None:
    decoder = spec.decoder
    # Rows are copied before the assignment: encoder and decoder may share one array.
    decoder.embeddings.weight = decoder.embeddings.weight[keep]
    decoder.projection.weight = decoder.projection.weight[keep]
    if decoder.projection.has_bias():
        decoder.projection.bias = decoder.projection.bias[keep]


def _quantise(spec: Any) -> None:
    import numpy as np
    from ctranslate2.specs import model_spec

    def quantise(layer: Any, name: str, value: Any) -> None:
        key = name.rpartition("/")[2]
        if not isinstance(value, model_spec.Variable) or not hasattr(layer, f"{key}_scale"):
            return
        weight = value.to("float32").numpy()
        size = np.abs(weight)
        groups = np.pad(size, ((0, 0), (0, -size.shape[1] % GROUP))).reshape(len(size), -1, GROUP)
        pair = np.sort(groups, axis=2)[:, :, -2:].sum(axis=2).max(axis=1)
        # Rounding may add a half to either.
        largest = np.maximum(size.max(axis=1) / LARGEST, pair / (PAIR - 1))
        scale = (1 / np.where(largest == 0, 1, largest)).astype(np.float32)
        setattr(layer, key, model_spec.NumpyVariable(np.rint(weight * scale[:, None]).astype(np.int8)))
        setattr(layer, f"{key}_scale", model_spec.NumpyVariable(scale))

    spec.validate()  # turns arrays and tensors into variables, as the converter does later
    model_spec.visit_spec(spec, quantise)
