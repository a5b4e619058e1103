"""Gradients of one batch computed in several processes, which scale better on a CPU than the threads of one.

The parameters lie in shared memory, so only the batch and two sums travel. A step has the result of one process, but
for rounding: each part's loss is divided by the target pieces of the whole batch.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import multiprocessing

from models.training.network import IGNORED, Batch, loss
from models.training.recipe import Schedule


def gradients(model: Any, batch: Batch, pieces: int, number: int, rules: Schedule) -> tuple[float, float]:
    """Add a part's gradients to the model's, and return its summed loss and that of its links.

    ``number`` is the count of target pieces in the whole batch.
    """
    summed, linked, _ = loss(
        model,
        batch,
        pieces,
        rules.label_smoothing,
        rules.copied,
        rules.copied_links,
        before=rules.guided_before,
        half=rules.bfloat16,
    )
    ((summed + rules.guided * linked) / number).backward()  # type: ignore[no-untyped-call]  # torch does not type backward
    return float(summed.detach()), float(linked.detach())


def target_pieces(batch: Batch) -> int:
    """How many target pieces a batch has."""
    return int((batch.labels != IGNORED).sum())


def part(batch: Batch, number: int, of: int) -> Batch:
    """Every ``of``-th sentence: the parts have nearly the same lengths."""
    rows = slice(number, None, of)
    links = None if batch.links is None else batch.links[rows]
    return Batch(batch.source[rows], batch.decoder[rows], batch.labels[rows], links)


def arrays(batch: Batch) -> list[npt.NDArray[np.int64] | None]:
    """A batch's fields as they travel: a tensor would go through a file descriptor of its own."""
    values = (batch.source, batch.decoder, batch.labels, batch.links)
    return [None if value is None else value.numpy() for value in values]


class Helpers:
    """Processes that compute their parts' gradients of a model on the CPU, whose parameters they share."""

    def __init__(self, model: Any, number: int, threads: int, pieces: int, rules: Schedule) -> None:
        self.model = model
        self.settings = pieces, rules
        self.parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
        self.workers: list[tuple[Connection, list[torch.Tensor]]] = []
        if not number:
            return
        model.share_memory()
        context = multiprocessing.get_context("spawn")
        for _ in range(number):
            ours, theirs = context.Pipe()
            sums = [torch.zeros_like(parameter) for parameter in self.parameters]
            for gradient in sums:
                gradient.share_memory_()  # type: ignore[no-untyped-call]  # torch does not type it
            arguments = (theirs, model, sums, threads, self.settings)
            context.Process(target=serve, args=arguments, daemon=True).start()
            theirs.close()
            self.workers.append((ours, sums))

    def gradients(self, batch: Batch) -> tuple[float, float, int]:
        """Leave the batch's gradients in the model's parameters; its summed loss, that of its links, its pieces."""
        pieces, rules = self.settings
        number = target_pieces(batch)
        parts = min(1 + len(self.workers), len(batch.source))
        busy = self.workers[: parts - 1]
        for place, (connection, _) in enumerate(busy, 1):
            connection.send((arrays(part(batch, place, parts)), number))
        summed, linked = gradients(self.model, part(batch, 0, parts), pieces, number, rules)
        for connection, sums in busy:
            theirs = connection.recv()
            summed, linked = summed + theirs[0], linked + theirs[1]
            self.take(sums)
        return summed, linked, number

    @contextmanager
    def idle(self) -> Iterator[None]:
        """Use the workers' threads here as well, while they have nothing to do."""
        own = torch.get_num_threads()
        torch.set_num_threads(own * (1 + len(self.workers)))
        try:
            yield
        finally:
            torch.set_num_threads(own)

    def take(self, sums: Sequence[torch.Tensor]) -> None:
        """Add a worker's gradients to the model's, and set them to 0 for its next part."""
        for parameter, gradient in zip(self.parameters, sums, strict=True):
            if parameter.grad is None:
                parameter.grad = gradient.clone()
            else:
                parameter.grad.add_(gradient)
            gradient.zero_()


def serve(connection: Connection, model: Any, sums: Sequence[torch.Tensor], threads: int, settings: Any) -> None:
    """A worker: a part of a batch comes in, its gradients are left in ``sums``, until the other side is gone."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # the trainer ends between two steps, and its end is ours
    torch.set_num_threads(threads)
    pieces, rules = settings
    for parameter, gradient in zip((p for p in model.parameters() if p.requires_grad), sums, strict=True):
        parameter.grad = gradient
    while True:
        try:
            received, number = connection.recv()
        except (EOFError, OSError):
            return
        tensors: list[Any] = [None if array is None else torch.from_numpy(array) for array in received]
        connection.send(gradients(model, Batch(*tensors), pieces, number, rules))
