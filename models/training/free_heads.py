"""Step ``free-heads``: of the encoder's heads that look at nothing but their own place, as few go on as do their work.

Muon lets the weights of queries and keys grow until the softmax saturates: a head that has come to look at its own
place then stays there, and an encoder of such heads reads no context. ``schedule.encoder_heads`` keeps a run from that
(a bound on norms in place of the QK-clip of Kimi K2, which bounds logits: Moonshot AI 2025); this step mends a
checkpoint that has it behind it. What the heads of a layer add is then one matrix, whose largest singular vectors fit
into a head or two; the others begin again, at the piece before, at the piece after, or anywhere, and add nothing at
first.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from models.training.network import collate
from models.training.optimiser import bound_heads
from models.training.recipe import Recipe, RecipeError
from models.training.trainer import CHECKPOINT, Trainer

SENTENCES = 200  # of each held-out file
SELF = 0.6  # mean attention to its own place of a head that is said to look at nothing else
ENERGY = 0.98  # of what such heads add, kept
SHARPNESS = 4.0  # of those heads: squared amplitude of queries and keys
RIDGE = 1e-2
OFFSETS = (-1, 1, None)  # where the heads that begin again look


@dataclass(frozen=True, slots=True)
class Seen:
    """What a layer's self-attention got: vectors of shape (pieces, width), their places, and the heads' habits."""

    vectors: torch.Tensor
    places: torch.Tensor
    own: torch.Tensor  # mean attention of each head to its own place


def free_heads(recipe: Recipe, work: Path) -> None:
    """Change ``checkpoint.pt``; Muon's momenta, which are of the old weights, begin anew.

    Raises ``RecipeError`` where there is no checkpoint.
    """
    if not (work / CHECKPOINT).exists():
        raise RecipeError(f"{work / CHECKPOINT} is missing. Run the step 'train' first.")
    trainer = Trainer(recipe, work)
    model = trainer.model.eval()
    batches = [
        collate(pairs, np.arange(min(SENTENCES, len(pairs.source_offsets) - 1)), model.config.pad_token_id)
        for pairs in trainer.held_out.values()
    ]
    before = trainer.validate()
    model.eval()
    draw = torch.Generator().manual_seed(recipe.schedule.seed)
    for number, layer in enumerate(model.model.encoder.layers):
        seen = look(model, layer.self_attn, batches)
        freed = merge(layer.self_attn, seen, draw)
        shares = ", ".join(f"{share:.2f}" for share in seen.own.tolist())
        print(
            f"layer {number}: attention to the own place {shares}; heads that begin again: {freed or 'none'}",
            flush=True,
        )
    bound_heads(model, recipe.schedule.encoder_heads)
    print(f"held-out loss before {before}, now {trainer.validate()}", flush=True)
    trainer.muon.state.clear()
    trainer.save()


@torch.no_grad()
def look(model: Any, attention: Any, batches: list[Any]) -> Seen:
    """Run the encoder over sentences and note what one of its layers sees."""
    inputs: list[torch.Tensor] = []
    hook = attention.register_forward_pre_hook(
        lambda _, given, named: inputs.append(given[0] if given else named["hidden_states"]), with_kwargs=True
    )
    vectors, places = [], []
    own, count = torch.zeros(attention.num_heads), 0
    for batch in batches:
        mask = batch.source != model.config.pad_token_id
        model.model.encoder(input_ids=batch.source, attention_mask=mask.long())
        given = inputs.pop()
        query, key = (split(project(given), attention) for project in (attention.q_proj, attention.k_proj))
        scores = (query @ key.mT * attention.head_dim**-0.5).masked_fill(~mask[:, None, None], float("-inf"))
        diagonal = scores.softmax(-1).diagonal(dim1=-2, dim2=-1)  # sentences, heads, pieces
        own += (diagonal * mask[:, None]).sum((0, 2))
        count += int(mask.sum())
        vectors.append(given[mask])
        places.append(torch.arange(mask.shape[1]).expand_as(mask)[mask])
    hook.remove()
    return Seen(torch.cat(vectors), torch.cat(places), own / count)


def split(projected: torch.Tensor, attention: Any) -> torch.Tensor:
    """(sentences, pieces, width) as (sentences, heads, pieces, width of a head)."""
    return projected.reshape(*projected.shape[:2], attention.num_heads, attention.head_dim).transpose(1, 2)


@torch.no_grad()
def merge(attention: Any, seen: Seen, draw: torch.Generator) -> list[int]:
    """Put the work of the heads that look at themselves into few of them; the numbers of those that begin again."""
    size = attention.head_dim
    own = sorted(
        (head for head in range(attention.num_heads) if seen.own[head] > SELF), key=lambda head: -float(seen.own[head])
    )
    if len(own) < 2:
        return []
    rows = {head: slice(head * size, (head + 1) * size) for head in own}
    value, out = attention.v_proj, attention.out_proj
    added = sum(seen.own[head] * out.weight[:, rows[head]] @ value.weight[rows[head]] for head in own)
    left, strength, right = torch.linalg.svd(added)
    energy = (strength**2).cumsum(0) / (strength**2).sum()
    kept = next(number for number in range(1, len(own) + 1) if energy[min(number * size, len(energy)) - 1] >= ENERGY)
    for head in own:
        out.bias += out.weight[:, rows[head]] @ value.bias[rows[head]]
        value.bias[rows[head]] = 0
    for number, head in enumerate(own[:kept]):
        part = slice(number * size, (number + 1) * size)
        out.weight[:, rows[head]] = left[:, part] * strength[part].sqrt()
        value.weight[rows[head]] = right[part] * strength[part].sqrt()[:, None]
    for number, head in enumerate(own[kept:]):
        out.weight[:, rows[head]] = 0
        # As long as the rows of those that go on: what a step of Muon's does to the sum depends on it.
        value.weight[rows[head]] = orthogonal_rows(size, value.in_features, draw) * strength[:size].sqrt().mean()
        aim(attention, rows[head], seen, OFFSETS[number % len(OFFSETS)], draw)
    return own[kept:]


def orthogonal_rows(rows: int, columns: int, draw: torch.Generator) -> torch.Tensor:
    """Random rows at right angles, of length 1."""
    square: torch.Tensor = torch.linalg.qr(torch.randn(columns, rows, generator=draw))[0]
    return square.mT


def aim(attention: Any, rows: slice, seen: Seen, offset: int | None, draw: torch.Generator) -> None:
    """Let a head look at the place ``offset`` from its own, or anywhere.

    Queries and keys are the least-squares readings of the sines of the places, which every vector still holds.
    """
    for projection, shift in ((attention.q_proj, offset or 0), (attention.k_proj, 0)):
        if offset is None:
            projection.weight[rows] = orthogonal_rows(attention.head_dim, projection.in_features, draw)
            projection.bias[rows] = 0
            continue
        # Of the sines of Marian's positions those of the highest frequencies, as many as the head has room for.
        rates = 10_000.0 ** (-torch.arange(attention.head_dim // 2) * 2 / projection.in_features)
        angles = (seen.places + shift)[:, None] * rates
        wanted = torch.cat([angles.sin(), angles.cos()], 1)
        mean, middle = seen.vectors.mean(0), wanted.mean(0)
        centred = seen.vectors - mean
        gram = centred.mT @ centred
        gram += RIDGE * gram.diagonal().mean() * torch.eye(len(gram))
        read = torch.linalg.solve(gram, centred.mT @ (wanted - middle)).mT * SHARPNESS**0.5
        projection.weight[rows] = read
        projection.bias[rows] = middle * SHARPNESS**0.5 - read @ mean
