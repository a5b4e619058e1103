"""The runner on a cluster: Ray Data hands windows to workers that hold an engine each; this process commits.

A row is a window's place and number. The actor that gets it does what the runner on one machine does, writes the
window's files itself and leaves a receipt (``spool``); what comes back through Ray is no more than that it is done. An
actor that dies is started again by Ray, and what it had in hand is given out again; a driver that dies goes on from the
journal and the receipts. Ray's own writer, which names files by chance, and its checkpoints have no part in this.
"""

from __future__ import annotations

import logging
import os
import platform
import warnings
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from mtpipe import errors
from mtpipe.archive.job import Job
from mtpipe.archive.spool import Spool
from mtpipe.archive.windows import Item
from mtpipe.errors import ModelError, MtpipeError, UsageError
from mtpipe.glossary import Glossary
from mtpipe.pipeline import Pipeline, embedder
from mtpipe.settings import Settings
from mtpipe.signature import Signature
from mtpipe.translate import Decoding, Hypotheses, open_translator

CHUNK: Final = 4096
"""Windows that are put into the spool at a time, the next ones while these are worked off."""
BATCH: Final = 4
"""Windows that a worker gets at a time: while the engine is at one, the one before is measured and written."""
DEATHS: Final = 3
"""How often the work of a batch is given out again because its worker died."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where the workers are, and what each takes of it.

    ``address`` is Ray's; None is that of ``RAY_ADDRESS``, else of the cluster that this machine belongs to, else one
    that is started here. ``workers`` None is as many as there is room for. ``gpus`` of each, None: one where the device
    is CUDA, or auto and the cluster has any.
    """

    address: str | None = None
    workers: int | None = None
    gpus: float | None = None


class Elsewhere:
    """The engine that the workers have, for who needs no more of it than its name."""

    def __init__(self, signature: Signature, device: str) -> None:
        """As a worker told them."""
        self.signature = signature
        self.device = device

    def translate(
        self, segments: Sequence[str], *, n_best: int = 1, attention: bool = False, decoding: Decoding | None = None
    ) -> list[Hypotheses]:
        """Raises ``ModelError``."""
        raise ModelError("the engine is on other machines.")


class Workers:
    """A connected cluster: ``line`` is what the driver runs with, ``work`` has windows worked off."""

    def __init__(self, settings: Settings, cluster: Cluster) -> None:
        """To be made by ``connected``. Raises ``UsageError`` and ``ModelError`` where a worker can't be."""
        import ray

        self._settings = settings
        have = ray.cluster_resources()
        device = settings.translate.device
        named = device.count(",") + 1 if device.startswith("cuda") else 0  # cuda:0,1 is an engine on two
        wanted = named or float(device == "auto" and have.get("GPU", 0) > 0)
        self._gpus = cluster.gpus if cluster.gpus is not None else wanted
        nodes = [node["Resources"].get("CPU", 0) for node in ray.nodes() if node["Alive"]]
        whole = 1 if self._gpus else int(min((count for count in nodes if count), default=1))
        self._cpus = settings.translate.threads or whole
        room = have.get("CPU", 0) // self._cpus
        if self._gpus:
            room = min(room, have.get("GPU", 0) // self._gpus)
        self.count = cluster.workers or int(room)
        if room < 1:
            raise UsageError(
                f"the cluster has no room for a worker of {self._cpus} CPUs and {self._gpus:g} GPUs (it has "
                f"{have.get('CPU', 0):g} and {have.get('GPU', 0):g}). Lower translate.threads or --worker-gpus."
            )
        told = ray.remote(num_cpus=self._cpus, num_gpus=self._gpus, max_retries=0)(_describe)
        with _told():
            signature, found = ray.get(told.remote(settings, Path.cwd()))
        translator = Elsewhere(signature, found)
        self.line = Pipeline(settings, translator, Glossary.load(settings.glossary.paths), embedder(settings))

    def work(self, job: Job, out: Path, windows: Iterable[list[Item]]) -> None:
        """Have windows worked off and hand each receipt over, in order.

        Raises what the workers' ``overlap.work`` raises, and ``ModelError`` where workers die again and again.
        """
        spool = Spool(out.resolve(), job.look)
        spool.open(job.first, job.approved)
        first, put = job.first, 0

        def fill() -> int:
            count = 0
            for items in islice(waiting, CHUNK):
                spool.put(put + count, items, job.known(items))
                count += 1
            return count

        waiting = iter(windows)
        with ThreadPoolExecutor(1, thread_name_prefix="spooling") as helper:
            count = fill()
            while count:
                start, put = put, put + count
                coming = helper.submit(fill)
                first = self._chunk(spool, job, range(start, put), first)
                count = coming.result()
        spool.clear()

    def _chunk(self, spool: Spool, job: Job, places: range, first: int) -> int:
        """Work off what lies in the spool; return the number that the next window will have."""
        while places:
            for place, committed in self._taken(spool, job, places, first):
                spool.forget(place)
                places = places[1:]
                first += committed
                if not committed:  # all in it failed as before: those behind it move up, and are asked for again
                    break
        return first

    def _taken(self, spool: Spool, job: Job, places: range, first: int) -> Iterator[tuple[int, bool]]:
        """Yield places, in order, as soon as each is taken over, with whether a window came of it."""
        rows = [{"place": place, "number": first + shift} for shift, place in enumerate(places)]
        done: set[int] = set()
        with closing(self._rows(spool, rows)) as arriving:
            for place, number in (row.values() for row in rows):
                while place not in done:
                    if job.stopping():
                        raise KeyboardInterrupt
                    done.add(next(arriving))
                receipt = spool.receipt(place, number)
                if receipt is None:
                    raise MtpipeError(f"window {number} is done and has no receipt, an error of mtpipe.")
                committed = job.take(receipt)
                receipt.drop()
                yield place, committed

    def _rows(self, spool: Spool, rows: list[dict[str, int]]) -> Generator[int, None, None]:
        import ray

        size = max(1, min(BATCH, len(rows) // self.count))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what 2.64 will drop: pyproject.toml stays below it
            data = ray.data.from_items(rows, override_num_blocks=-(-len(rows) // size)).map_batches(
                _Worker,
                fn_constructor_args=(self._settings, str(self.line.signature), spool, Path.cwd()),
                batch_size=size,
                compute=ray.data.ActorPoolStrategy(size=min(self.count, len(rows))),
                num_cpus=self._cpus,
                num_gpus=self._gpus,
                max_restarts=-1,
                max_task_retries=DEATHS,
            )

        with _told():
            for row in data.iter_rows():
                if row["error"]:
                    kind = getattr(errors, row["kind"], MtpipeError)
                    raise kind(row["error"])
                yield row["place"]


@contextmanager
def connected(settings: Settings, cluster: Cluster) -> Iterator[Workers]:
    """Connect to a cluster, or start one here, while the block runs. Raises ``UsageError`` where that can't be."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is sent anywhere
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")  # what it has to say is told in a line, here
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    try:
        import ray
        import ray.data
    except ImportError as error:
        raise UsageError(f"--runner ray needs Ray ({error}). Install it: pip install 'mtpipe[ray]'.") from error
    try:
        ray.init(address=cluster.address, include_dashboard=False, log_to_driver=False, logging_level=logging.ERROR)
    except Exception as error:  # Ray raises just that where a node does not come up in its 30 seconds
        where = cluster.address or os.environ.get("RAY_ADDRESS") or "here"
        raise UsageError(f"no Ray cluster at {where} ({' '.join(str(error).split())}). Check --address.") from error
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = context.print_on_execution_start = False
    logging.getLogger("ray.data").setLevel(logging.CRITICAL)  # errors are told by us, in a line
    try:
        yield Workers(settings, cluster)
    finally:
        ray.shutdown()


@contextmanager
def _told() -> Iterator[None]:
    """Say in a line what Ray has to say: a worker's errors that are not ours, and the deaths of workers."""
    import ray

    try:
        yield
    except MtpipeError:
        raise
    except ray.exceptions.RayTaskError as error:
        cause = error.cause
        raise MtpipeError(f"a worker failed ({type(cause).__name__}: {' '.join(str(cause).split())}).") from error
    except ray.exceptions.RayError as error:
        first = str(error).strip().partition("\n")[0]
        raise ModelError(
            f"workers die again and again ({first}). What was finished is kept. Look into their logs "
            "(/tmp/ray/session_latest/logs); a worker out of memory needs more CPUs of a machine (translate.threads)."
        ) from error


def _describe(settings: Settings, folder: Path) -> tuple[Signature, str]:
    """Tell what a worker's engine is."""
    _enter(folder)
    translator = open_translator(settings.translate)
    return translator.signature, translator.device


def _enter(folder: Path) -> None:
    """Be where the command was given, so that relative names mean the same."""
    if folder.is_dir():
        os.chdir(folder)


class _Worker:
    """An actor: opens the line once, then works off batches."""

    def __init__(self, settings: Settings, signature: str, spool: Spool, folder: Path) -> None:
        _enter(folder)
        self._spool = spool
        self._error: Exception | None = None
        try:
            self._line = Pipeline.open(settings)
            if str(self._line.signature) != signature:
                raise UsageError(
                    f"{platform.node()}: would translate otherwise than the first worker ({self._line.signature} "
                    f"there, {signature} here). Give all machines the same mtpipe, model and devices."
                )
        except MtpipeError as error:  # an actor that can't be made would be tried again for ever
            self._error = error

    def __call__(self, batch: dict[str, Any]) -> dict[str, Any]:
        places, numbers = batch["place"].tolist(), batch["number"].tolist()
        error = self._error
        if error is None:
            try:
                self._spool.work_off(self._line, list(zip(places, numbers, strict=True)))
            except MtpipeError as raised:
                error = raised
            except OSError as raised:
                error = UsageError(f"the spool can't be written from {platform.node()} ({raised}).")
        kind, told = (type(error).__name__, str(error)) if error else ("", "")
        return {"place": places, "error": [told] * len(places), "kind": [kind] * len(places)}
