"""Step ``average``: the mean of the newest snapshots, as many as make the loss on the held-out files least."""

from __future__ import annotations

import json
from pathlib import Path

import torch

from models.training.network import mean_loss
from models.training.recipe import Recipe, RecipeError
from models.training.trainer import SNAPSHOTS, Trainer

AVERAGED = "averaged.pt"


def average(recipe: Recipe, work: Path) -> dict[int, float]:
    """Write ``averaged.pt`` and return the mean held-out loss for each number of snapshots tried.

    Without held-out files all snapshots are averaged.
    """
    snapshots = sorted((work / SNAPSHOTS).glob("*.pt"), reverse=True)
    if not snapshots:
        raise RecipeError(f"{work / SNAPSHOTS}: no snapshot there. Run the step 'train' first.")
    trainer = Trainer(recipe, work)
    total: dict[str, torch.Tensor] = {}
    best: dict[str, torch.Tensor] = {}
    losses: dict[int, float] = {}
    for number, path in enumerate(snapshots, 1):
        for name, tensor in torch.load(path, map_location="cpu", weights_only=True).items():
            total[name] = total[name] + tensor if name in total else tensor.clone()
        mean = {name: tensor / number for name, tensor in total.items()}
        trainer.model.load_state_dict(mean)
        measured = [
            mean_loss(trainer.model, pairs, trainer.pieces, recipe.schedule, most=recipe.schedule.validation_rows)
            for pairs in trainer.held_out.values()
        ]
        losses[number] = sum(measured) / max(1, len(measured))
        if not measured or losses[number] <= min(losses.values()):
            best = mean
        print(f"average of {number}: held-out loss {losses[number]:.4f}", flush=True)
    torch.save(best, work / AVERAGED)
    (work / "average.json").write_text(json.dumps(losses))
    return losses
