"""mtpipe: Arabic articles to an English parallel corpus.

``Pipeline`` translates, ``Aligner`` ties articles that people translated, ``Glossary`` keeps names to one spelling.
"""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from mtpipe.api import Aligner, Pipeline
    from mtpipe.errors import ArticleError, ModelError, MtpipeError, UsageError
    from mtpipe.glossary import Entry, Glossary
    from mtpipe.settings import Settings

__all__ = [
    "Aligner",
    "ArticleError",
    "Entry",
    "Glossary",
    "ModelError",
    "MtpipeError",
    "Pipeline",
    "Settings",
    "UsageError",
    "__version__",
]

_HOMES = {
    "Aligner": "api",
    "ArticleError": "errors",
    "Entry": "glossary",
    "Glossary": "glossary",
    "ModelError": "errors",
    "MtpipeError": "errors",
    "Pipeline": "api",
    "Settings": "settings",
    "UsageError": "errors",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is: ``mtpipe --help`` imports this module, and must not wait for torch."""
    if name not in _HOMES:
        raise AttributeError(f"module 'mtpipe' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"mtpipe.{_HOMES[name]}"), name)
