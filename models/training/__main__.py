"""The command: ``python -m models.training STEP --config RECIPE --data FOLDER --work FOLDER``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from models.training.recipe import Recipe, RecipeError, read_recipe

STEPS = (
    "prepare",
    "tokenize",
    "align",
    "embed-init",
    "train",
    "free-heads",
    "average",
    "evaluate",
    "pack",
    "alignment-error",
)


def run(step: str, recipe: Recipe, data: Path, work: Path) -> None:
    """Run one step. A step whose output is there and whose recipe did not change does nothing; training goes on."""
    # Imported here: 'prepare' needs no torch, and torch takes seconds to come.
    if step == "prepare":
        from models.training.prepare import prepare

        prepare(recipe, data, work)
    elif step == "tokenize":
        from models.training.pieces import tokenize

        tokenize(recipe, work)
    elif step == "align":
        from models.training.alignment import align

        align(recipe, work)
    elif step == "embed-init":
        from models.training.embeddings import embed

        embed(recipe, work)
    elif step == "train":
        from models.training.trainer import train

        train(recipe, work)
    elif step == "free-heads":
        from models.training.free_heads import free_heads

        free_heads(recipe, work)
    elif step == "average":
        from models.training.average import average

        average(recipe, work)
    elif step == "pack":
        from models.training.pack import pack

        pack(recipe, work)
    elif step == "evaluate":
        from models.training.evaluate import evaluate

        evaluate(recipe, data, work)
    elif step == "alignment-error":
        from models.training.alignment_error import alignment_error

        alignment_error(recipe, work)


def main(arguments: list[str] | None = None) -> int:
    """Parse the command line and run the steps; 2 for a recipe that is wrong."""
    parser = argparse.ArgumentParser(prog="python -m models.training", description=__doc__)
    parser.add_argument("steps", nargs="+", choices=STEPS, metavar="STEP", help=", ".join(STEPS))
    parser.add_argument("--config", type=Path, default=Path(__file__).with_name("recipe.yaml"))
    parser.add_argument(
        "--data", type=Path, default=Path("data"), help="folder that the recipe's data paths start from"
    )
    parser.add_argument("--work", type=Path, default=Path("out/training"), help="folder for everything that is made")
    parser.add_argument("--stop-at", help="HH:MM: end training by this clock time instead of the recipe's budget")
    given = parser.parse_args(arguments)
    try:
        recipe = read_recipe(given.config)
        if given.stop_at:
            budget = {"minutes": None, "steps": None, "stop_at": given.stop_at}
            schedule = recipe.schedule.model_validate(recipe.schedule.model_dump() | budget)
            recipe = recipe.model_copy(update={"schedule": schedule})
        given.work.mkdir(parents=True, exist_ok=True)
        for step in given.steps:
            run(step, recipe, given.data, given.work)
    except RecipeError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
