"""Articles that have changed since they were translated: the new version lies in a new window, the old one goes.

It goes from its window's files when the run ends, by the way that a finished folder takes to another state
(``rewrite``): whoever reads the folder meets one version of each article, at every moment but while a run that met a
changed one is under way.
"""

from __future__ import annotations

from pathlib import Path

from mtpipe.archive.finished import Finished
from mtpipe.archive.journal import Journal
from mtpipe.archive.renewal import Renewal
from mtpipe.settings import Settings


def drop(out: Path, journal: Journal, *, signature: str, settings: Settings, notice: str | None) -> None:
    """Take old versions out of their windows. Doing it twice does no harm, and a kill leaves all or nothing of it.

    ``signature`` is what the card and the pages' index carry.
    """
    stale = {window for window, _ in journal.superseded()}
    if not stale:
        return
    finished = Finished(out, journal)
    renewal = Renewal(finished, signature=signature, settings=settings, notice=notice)
    try:
        for window in finished.windows():
            if window.number in stale:  # the journal knows an article in its last window only
                renewal.put(window, finished.articles(window), signature=finished.signature_of(window.number))
            else:
                renewal.keep(window)
        renewal.finish({"superseded": len(journal.superseded())})
    except BaseException:
        renewal.drop()
        raise
    journal.forget_superseded()
