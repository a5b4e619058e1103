"""What must be the same for every start on one output folder."""

from __future__ import annotations

import json
from typing import Final

from mtpipe.archive.choice import Choice
from mtpipe.settings import Settings
from mtpipe.signature import Signature

EVERYTHING: Final = Choice()
"""All of the inputs."""


def fingerprint(settings: Settings, signature: Signature, choice: Choice = EVERYTHING) -> dict[str, str]:
    """Return what must be the same for every start on one output folder.

    The batch budget and the threads decide near-ties in int8, and so bytes; where the memory lies does not.
    """
    values = dict(signature.parts)
    unused = ("translate", "glossary") if values.get("origin") == "aligned" else ("align",)
    for section, keys in settings.model_dump(mode="json", exclude=set(unused)).items():
        values |= {f"{section}.{key}": json.dumps(value) for key, value in keys.items()}
    elsewhere = (
        "translate.memory",
        "translate.device",
        "translate.shortlist",
        "glossary.paths",
        "translate.batch_timeout",
    )
    for key in elsewhere:
        values.pop(key, None)  # their effect is in the signature, or there is none
    return values | ({"shard": str(choice.shard)} if choice.shard else {})
