"""The Marian network: making it, and its loss over a batch of ids."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn
from torch.nn import functional

from models.training.pieces import NO_LINK, Encoded
from models.training.recipe import NetworkShape, RecipeError, Schedule

IGNORED = -100
EMBEDDINGS = "embeddings.npy"


@dataclass(frozen=True, slots=True)
class Batch:
    """Ids of shape (sentences, longest): source, decoder input, and labels (-100 where there is none).

    ``links``, of the labels' shape, hold the place of each label's source piece, or -100.
    """

    source: torch.Tensor
    decoder: torch.Tensor
    labels: torch.Tensor
    links: torch.Tensor | None = None


def device() -> torch.device:
    """The accelerator where there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def build(shape: NetworkShape, pieces: int, work: Path) -> Any:
    """A MarianMTModel in float32: continued from ``start_from``, or new (from ``embeddings.npy`` where that exists).

    One that is continued with another vocabulary keeps its layers and has the rows of ``embeddings.npy``.
    """
    from transformers import MarianConfig, MarianMTModel

    if shape.start_from is not None:
        earlier = MarianMTModel.from_pretrained(shape.start_from, dtype=torch.float32, dropout=shape.dropout)
        if not (work / EMBEDDINGS).exists():
            if earlier.config.vocab_size != pieces:
                raise RecipeError(
                    f"network.start_from: {shape.start_from} has {earlier.config.vocab_size} pieces, the corpus "
                    f"{pieces}. Set vocabulary.reuse to the same folder, or run the step 'embed-init'."
                )
            return earlier
        return with_vocabulary(earlier, torch.from_numpy(np.load(work / EMBEDDINGS)))
    config = MarianConfig(
        vocab_size=pieces, d_model=shape.width, encoder_layers=shape.encoder_layers,
        decoder_layers=shape.decoder_layers, encoder_attention_heads=shape.heads, decoder_attention_heads=shape.heads,
        encoder_ffn_dim=shape.feed_forward, decoder_ffn_dim=shape.feed_forward, activation_function="swish",
        dropout=shape.dropout, attention_dropout=0.0, activation_dropout=0.0, max_position_embeddings=512,
        scale_embedding=True, static_position_embeddings=True, share_encoder_decoder_embeddings=True,
        pad_token_id=pieces - 1, eos_token_id=0, decoder_start_token_id=pieces - 1, bos_token_id=None,
        forced_eos_token_id=0, normalize_before=False,
    )  # fmt: skip
    model = MarianMTModel(config)
    shared = model.model.shared.weight
    with torch.no_grad():
        nn.init.normal_(shared, std=shape.width**-0.5)
        if (work / EMBEDDINGS).exists():
            shared.copy_(torch.from_numpy(np.load(work / EMBEDDINGS)))
            # The last cross-attention copies what it looks at, so that a piece of the source calls its neighbours among
            # the target's pieces: an untrained model is a rough dictionary, a word at a time.
            attention = model.model.decoder.layers[-1].encoder_attn
            attention.v_proj.weight.copy_(torch.eye(shape.width))
            attention.out_proj.weight.copy_(torch.eye(shape.width))
        shared[pieces - 1].zero_()
    return model


def with_vocabulary(earlier: Any, rows: torch.Tensor) -> Any:
    """A model with the layers of ``earlier`` and the given tied embeddings, the last of which is the padding's."""
    from transformers import MarianConfig, MarianMTModel

    last = len(rows) - 1
    sizes = {
        "vocab_size": len(rows),
        "decoder_vocab_size": len(rows),
        "pad_token_id": last,
        "decoder_start_token_id": last,
    }
    model = MarianMTModel(MarianConfig.from_dict(earlier.config.to_dict() | sizes))
    of_pieces = ("shared", "embed_tokens", "lm_head", "final_logits_bias")
    layers = {
        name: value for name, value in earlier.state_dict().items() if not any(part in name for part in of_pieces)
    }
    model.load_state_dict(layers, strict=False)
    with torch.no_grad():
        model.model.shared.weight.copy_(rows)
    return model


def collate(pairs: Encoded, rows: npt.NDArray[np.int64], padding: int) -> Batch:
    """The sentences ``rows`` as one padded batch; the decoder starts with the padding piece, as Marian's does."""
    lengths = np.diff(pairs.source_offsets)[rows], np.diff(pairs.target_offsets)[rows]
    source = np.full((len(rows), lengths[0].max()), padding, np.int64)
    labels = np.full((len(rows), lengths[1].max()), IGNORED, np.int64)
    for line, row in enumerate(rows):
        source[line, : lengths[0][line]] = pairs.source[pairs.source_offsets[row] : pairs.source_offsets[row + 1]]
        labels[line, : lengths[1][line]] = pairs.target[pairs.target_offsets[row] : pairs.target_offsets[row + 1]]
    decoder = np.full_like(labels, padding)
    decoder[:, 1:] = np.where(labels[:, :-1] == IGNORED, padding, labels[:, :-1])
    links: npt.NDArray[np.int64] | None = None
    if pairs.links is not None:
        links = np.full_like(labels, IGNORED)
        for line, row in enumerate(rows):
            places = pairs.links[pairs.target_offsets[row] : pairs.target_offsets[row + 1]]
            links[line, : len(places)] = np.where(places == NO_LINK, IGNORED, places.astype(np.int64))
    return Batch(
        source=torch.from_numpy(source).to(device()),
        decoder=torch.from_numpy(decoder).to(device()),
        labels=torch.from_numpy(labels).to(device()),
        links=None if links is None else torch.from_numpy(links).to(device()),
    )


def loss(
    model: Any,
    batch: Batch,
    target_pieces: int,
    smoothing: float,
    copied: float = 1.0,
    copied_links: float | None = None,
    *,
    before: float = 0.0,
    half: bool = False,
) -> tuple[torch.Tensor, torch.Tensor, int]:
    """Summed cross-entropy in nats over the batch's target pieces, that of their links (0 without), and their number.

    A piece that its link copies counts ``copied`` times in the first sum, and its link ``copied_links`` times in the
    second (``copied`` times where that is None). In the second the first layer's links to the piece before, whose
    source piece the decoder can know, count ``before`` times: from there the last layer needs but one step to the next
    piece of a name, where it has to find the place anew by what stood before it. The softmax runs over target pieces
    alone: half of the vocabulary can never be English. Products are in bfloat16 on an accelerator, and with ``half`` on
    a CPU.
    """
    kept = batch.labels != IGNORED
    mask = (batch.source != model.config.pad_token_id).long()
    first, last = (model.model.decoder.layers[place].encoder_attn for place in (0, -1))
    queries: list[torch.Tensor] = []
    hooks = [
        attention.register_forward_pre_hook(lambda _, inputs: queries.append(inputs[0])) for attention in (first, last)
    ]
    with torch.autocast(batch.source.device.type, torch.bfloat16, enabled=half or batch.source.is_cuda):
        encoded = model.model.encoder(input_ids=batch.source, attention_mask=mask).last_hidden_state
        hidden = model.model.decoder(
            input_ids=batch.decoder, encoder_hidden_states=encoded, encoder_attention_mask=mask, use_cache=False
        ).last_hidden_state
        logits = functional.linear(hidden[kept], model.model.shared.weight[:target_pieces])
    for hook in hooks:
        hook.remove()
    each = functional.cross_entropy(logits.float(), batch.labels[kept], label_smoothing=smoothing, reduction="none")
    if batch.links is None:
        return each.sum(), each.new_zeros(()), len(each)
    copies = copying(batch)
    link_weights = torch.where(copies, copied if copied_links is None else copied_links, 1.0)
    linked = link_loss(last, queries[-1].float(), encoded.float(), batch, link_weights)
    if before:
        earlier = replace(batch, links=later(batch.links, IGNORED))
        linked = linked + before * link_loss(
            first, queries[0].float(), encoded.float(), earlier, later(link_weights, 1.0)
        )
    return (each * torch.where(copies, copied, 1.0)[kept]).sum(), linked, len(each)


def copying(batch: Batch) -> torch.Tensor:
    """Which labels are the piece that their link points to: names, numbers and Latin words that stay as they are."""
    assert batch.links is not None
    return (batch.links != IGNORED) & (batch.source.gather(1, batch.links.clamp(min=0)) == batch.labels)


def later(values: torch.Tensor, start: float) -> torch.Tensor:
    """Values of shape (sentences, pieces), each one place later: what is known of the piece before."""
    moved = torch.full_like(values, start)
    moved[:, 1:] = values[:, :-1]
    return moved


def link_loss(
    attention: Any, queries: torch.Tensor, encoded: torch.Tensor, batch: Batch, weights: torch.Tensor
) -> torch.Tensor:
    """Summed cross-entropy of the first head's attention with the links (guided alignment, Chen et al. 2016).

    The first head of the last layer is the one whose attention CTranslate2 returns.
    """
    assert batch.links is not None
    size = attention.head_dim
    query = functional.linear(queries, attention.q_proj.weight[:size], attention.q_proj.bias[:size])
    key = functional.linear(encoded, attention.k_proj.weight[:size], attention.k_proj.bias[:size])
    scores = (query @ key.mT).float() * size**-0.5
    scores = scores.masked_fill((batch.source == batch.decoder[0, 0])[:, None], float("-inf"))
    linked = batch.links != IGNORED
    return (functional.cross_entropy(scores[linked], batch.links[linked], reduction="none") * weights[linked]).sum()


def mean_loss(model: Any, pairs: Encoded, target_pieces: int, schedule: Schedule, *, most: int | None = None) -> float:
    """Cross-entropy in nats a target piece, without smoothing, over the sentences that the schedule takes.

    ``most`` bounds their number: evenly spread ones are taken.
    """
    rows = usable(pairs, schedule.longest)
    if most is not None and len(rows) > most:
        rows = rows[np.linspace(0, len(rows) - 1, most).astype(np.int64)]
    model.eval()
    total, count = 0.0, 0
    with torch.no_grad():
        for chosen in batches(pairs, rows, schedule.tokens, np.random.default_rng(0)):
            summed, _, number = loss(model, collate(pairs, chosen, model.config.pad_token_id), target_pieces, 0.0)
            total, count = total + float(summed), count + number
    model.train()
    return total / max(1, count)


def usable(pairs: Encoded, longest: int) -> npt.NDArray[np.int64]:
    """The rows with 2 to ``longest`` pieces on both sides."""
    source, target = np.diff(pairs.source_offsets), np.diff(pairs.target_offsets)
    return np.flatnonzero((source <= longest) & (target <= longest) & (source > 1) & (target > 1))


def batches(
    pairs: Encoded, rows: npt.NDArray[np.int64], tokens: int, draw: np.random.Generator
) -> list[npt.NDArray[np.int64]]:
    """Rows of like length together, at most ``tokens`` padded pieces a side, the batches in random order."""
    lengths = np.maximum(np.diff(pairs.source_offsets), np.diff(pairs.target_offsets))[rows]
    order = np.argsort(lengths + draw.random(len(rows)) * 3)
    made: list[npt.NDArray[np.int64]] = []
    current: list[int] = []
    for position in order:
        # Sorted but for the random part, so the newest is within 3 pieces of the longest.
        if current and (len(current) + 1) * (lengths[position] + 3) > tokens:
            made.append(rows[current])
            current = []
        current.append(int(position))
    if current:
        made.append(rows[current])
    return [made[i] for i in draw.permutation(len(made))]
