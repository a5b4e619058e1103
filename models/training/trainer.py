"""Step ``train``: resumable training with a pause file, checkpoints and snapshots for averaging."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from models.training.network import IGNORED, Batch, batches, build, collate, device, mean_loss, usable
from models.training.optimiser import Muon, bound_heads, optimisers
from models.training.parallel import Helpers
from models.training.pieces import LINKS, SIZES, Encoded
from models.training.recipe import Recipe, RecipeError, Schedule

CHECKPOINT = "checkpoint.pt"
SNAPSHOTS = "snapshots"
CURVE = "curve.jsonl"
ROUND = 100_000  # pairs sorted by length at a time
LOG_EVERY = 50  # steps
POLL_SECONDS = 2.0
STOPPING = (signal.SIGTERM, signal.SIGINT)


@dataclass(slots=True)
class Progress:
    """Where training stands; ``seconds`` are those spent computing, over all starts.

    ``epoch``, ``round`` and ``batch`` are the place in the corpora whose fingerprint is ``corpus``.
    """

    step: int = 0
    seconds: float = 0.0
    target_pieces: int = 0
    pairs: int = 0
    epoch: int = 0
    round: int = 0
    batch: int = 0
    average_loss: float | None = None
    average_links: float | None = None
    corpus: str = ""

    def share(self, schedule: Schedule, ends: float | None) -> float:
        """The part of the budget that is spent, in [0, 1]. For a clock time it passes while training is paused."""
        if schedule.steps is not None:
            spent = self.step / max(1, schedule.steps)
        elif schedule.minutes is not None:
            spent = self.seconds / (60 * schedule.minutes)
        else:
            assert ends is not None
            left = max(0.0, ends - time.time())
            spent = self.seconds / (self.seconds + left) if left else 1.0
        return min(1.0, spent)


def factor(schedule: Schedule, step: int, share: float) -> float:
    """What the peak rates are multiplied by: linear warm-up, then constant, so that later starts can go on.

    Where the schedule has ``decay_from``, linear to 0 from there to the end of the budget (Hu et al. 2024, WSD).
    """
    warm = min(1.0, (step + 1) / max(1, schedule.warmup))
    return warm if schedule.decay_from is None else warm * min(1.0, (1 - share) / (1 - schedule.decay_from))


def clock_end(stop_at: str) -> float:
    """The next time that the clock shows HH:MM, in seconds since the epoch."""
    hour, minute = map(int, stop_at.split(":"))
    end = datetime.now().replace(hour=hour, minute=minute, second=0).timestamp()
    return end if end > time.time() else end + 86_400


class Trainer:
    """A model, its optimisers and its progress; everything that a checkpoint holds."""

    def __init__(self, recipe: Recipe, work: Path) -> None:
        if not (work / SIZES).exists():
            raise RecipeError(f"{work / SIZES} is missing. Run the step 'tokenize' first.")
        sizes = json.loads((work / SIZES).read_text())
        self.schedule = recipe.schedule
        self.work = work
        self.pieces: int = sizes["target_pieces"]
        self.passes: int = sizes["passes"]
        self.corpus = self.load(0)
        self.held_out = {path.stem: Encoded.load(path) for path in sorted(work.glob("held_out_*.npz"))}
        torch.set_num_threads(recipe.schedule.threads)
        torch.manual_seed(recipe.schedule.seed)
        self.model = build(recipe.network, sizes["pieces"], work).to(device()).train()
        self.model.config.dropout = recipe.network.dropout
        schedule = recipe.schedule
        self.muon: Muon
        self.muon, self.adam, self.clipped = optimisers(
            self.model, rate=schedule.rate, embedding_rate=schedule.embedding_rate, muon_rate=schedule.muon_rate
        )
        self.progress = Progress(corpus=sizes["fingerprint"])
        if (work / CHECKPOINT).exists():
            self.restore()

    @cached_property
    def helpers(self) -> Helpers:
        """The other processes, which only training starts, and none where an accelerator computes."""
        rules = self.schedule
        return Helpers(
            self.model,
            rules.processes - 1 if device().type == "cpu" else 0,
            rules.threads,
            self.pieces,
            rules,
        )

    def load(self, number: int) -> Encoded:
        """A pass, with its links where the schedule wants them. Raises ``RecipeError`` where those are missing."""
        links = self.work / LINKS.format(number) if self.schedule.guided else None
        if links is not None and not links.exists():
            raise RecipeError(f"{links} is missing. Run the step 'align' first, or set schedule.guided to 0.")
        return Encoded.load(self.work / f"corpus_{number}.npz", links)

    def restore(self) -> None:
        """Go on from the checkpoint. The rates come from the recipe, so that it may be changed between starts."""
        state = torch.load(self.work / CHECKPOINT, map_location=device(), weights_only=True)
        self.model.load_state_dict(state["model"])
        for optimiser, saved in ((self.muon, state["muon"]), (self.adam, state["adam"])):
            peaks = [group["peak"] for group in optimiser.param_groups]
            optimiser.load_state_dict(saved)
            for group, peak in zip(optimiser.param_groups, peaks, strict=True):
                group["peak"] = peak
        mark = self.progress.corpus
        self.progress = Progress(**state["progress"])
        if self.progress.corpus != mark:
            print("the corpora are new: an epoch begins", flush=True)
            self.progress.epoch, self.progress.round, self.progress.batch = self.progress.epoch + 1, 0, 0
            self.progress.corpus = mark
        print(f"resumed at step {self.progress.step}, {self.progress.seconds / 60:.1f} minutes", flush=True)

    def save(self) -> None:
        """Write the checkpoint, whole or not at all."""
        state = {
            "model": self.model.state_dict(),
            "muon": self.muon.state_dict(),
            "adam": self.adam.state_dict(),
            "progress": asdict(self.progress),
        }
        partial = self.work / (CHECKPOINT + ".partial")
        torch.save(state, partial)
        partial.replace(self.work / CHECKPOINT)

    def snapshot(self) -> None:
        """Write the weights alone, and delete the oldest beyond the recipe's number."""
        folder = self.work / SNAPSHOTS
        folder.mkdir(exist_ok=True)
        torch.save(self.model.state_dict(), folder / f"{self.progress.step:08}.pt")
        for path in sorted(folder.glob("*.pt"))[: -self.schedule.snapshots]:
            path.unlink()

    def step(self, batch: Batch, rate_factor: float) -> None:
        """One update."""
        for group in (*self.muon.param_groups, *self.adam.param_groups):
            group["lr"] = group["peak"] * rate_factor
        summed, linked, number = self.helpers.gradients(batch)
        torch.nn.utils.clip_grad_norm_(self.clipped, 1.0)
        with self.helpers.idle():
            for optimiser in (self.muon, self.adam):
                optimiser.step()
                optimiser.zero_grad(set_to_none=True)
            bound_heads(self.model, self.schedule.encoder_heads)
        progress = self.progress
        progress.average_loss = moving(progress.average_loss, summed / number)
        if batch.links is not None:
            progress.average_links = moving(progress.average_links, linked / linked_pieces(batch))
        progress.step += 1
        progress.target_pieces += number
        progress.pairs += len(batch.source)

    def rows(self) -> Iterator[npt.NDArray[np.int64]]:
        """The batches from where progress stands: the passes in turn, in rounds, an order drawn for each epoch.

        The order depends on the seed and the place alone, so a resumed run meets each pair as often as another.
        """
        progress = self.progress
        while True:
            self.corpus = self.load(progress.epoch % self.passes)
            every = usable(self.corpus, self.schedule.longest)
            if not len(every):
                raise RecipeError(f"{self.work}: no pair of at most {self.schedule.longest} pieces in the corpus.")
            order = np.random.default_rng((self.schedule.seed, progress.epoch)).permutation(every)
            for start in range(progress.round * ROUND, len(order), ROUND):
                draw = np.random.default_rng((self.schedule.seed, progress.epoch, start))
                made = batches(self.corpus, order[start : start + ROUND], self.schedule.tokens, draw)
                while progress.batch < len(made):
                    progress.batch += 1
                    yield made[progress.batch - 1]
                progress.round += 1
                progress.batch = 0
            progress.epoch += 1
            progress.round = 0

    def validate(self) -> dict[str, float]:
        """Loss on each held-out file, in nats a target piece."""
        return {
            name: round(mean_loss(self.model, pairs, self.pieces, self.schedule, most=self.schedule.validation_rows), 4)
            for name, pairs in self.held_out.items()
        }

    def record(self, share: float) -> None:
        """Add a line to the learning curve."""
        line = asdict(self.progress) | {"share": round(share, 4)} | self.validate()
        with (self.work / CURVE).open("a") as curve:
            curve.write(json.dumps(line) + "\n")
        print(json.dumps(line), flush=True)


def moving(before: float | None, value: float) -> float:
    """A moving average over some 50 steps."""
    return value if before is None else 0.98 * before + 0.02 * value


def linked_pieces(batch: Batch) -> int:
    """The target pieces of a batch with a known source piece."""
    assert batch.links is not None
    return max(1, int((batch.links != IGNORED).sum()))


def wait_while_paused(path: Path | None, stopped: Callable[[], bool]) -> None:
    """Sleep while the pause file exists and nothing wants training to end."""
    if path is not None and path.exists():
        print(f"paused by {path}", flush=True)
        while path.exists() and not stopped():
            time.sleep(POLL_SECONDS)
        print("going on", flush=True)


@contextmanager
def stop_signals() -> Iterator[list[int]]:
    """Collects SIGTERM and SIGINT, so that a stopped run ends between two steps with a checkpoint."""
    received: list[int] = []
    before = {number: signal.signal(number, lambda got, _: received.append(got)) for number in STOPPING}
    try:
        yield received
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def train(recipe: Recipe, work: Path, *, stop: Callable[[Progress], bool] = lambda _: False) -> Any:
    """Train until the recipe's budget is spent, a stop signal comes, or ``stop`` says so between two steps.

    A checkpoint and a snapshot end either; the trained model is returned.
    """
    with stop_signals() as received:
        return run(recipe, work, lambda progress: bool(received) or stop(progress))


def run(recipe: Recipe, work: Path, stop: Callable[[Progress], bool]) -> Any:
    """The loop of ``train``."""
    trainer = Trainer(recipe, work)
    schedule, progress = recipe.schedule, trainer.progress
    ends = None if schedule.stop_at is None else clock_end(schedule.stop_at)
    if progress.step == 0:
        trainer.record(0.0)
    saved = snapped = time.monotonic()
    since, pieces = time.monotonic(), progress.target_pieces
    for rows in trainer.rows():
        wait_while_paused(schedule.pause_file, lambda: stop(progress))
        share = progress.share(schedule, ends)
        if share >= 1 or stop(progress):
            # The batch in hand is not trained on: it comes again after a resumption.
            progress.batch -= 1
            break
        began = time.monotonic()
        trainer.step(
            collate(trainer.corpus, rows, trainer.model.config.pad_token_id), factor(schedule, progress.step, share)
        )
        now = time.monotonic()
        progress.seconds += now - began
        if progress.step % LOG_EVERY == 0:
            speed = (progress.target_pieces - pieces) / (now - since)
            since, pieces = now, progress.target_pieces
            links = "" if progress.average_links is None else f"links {progress.average_links:.3f}, "
            print(
                f"{progress.seconds / 60:.1f} min, step {progress.step}, loss {progress.average_loss:.3f}, {links}"
                f"{speed:.0f} target pieces/s, {progress.pairs} pairs, share {share:.3f}",
                flush=True,
            )
        if now - snapped > 60 * schedule.snapshot_minutes:
            trainer.snapshot()
            snapped = time.monotonic()
        if now - saved > 60 * schedule.checkpoint_minutes:
            trainer.record(share)
            trainer.save()
            saved = time.monotonic()
    trainer.save()
    trainer.snapshot()
    trainer.record(progress.share(schedule, ends))
    return trainer.model
