"""What differs between two glossaries, and one made of several."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from mtpipe.errors import UsageError
from mtpipe.glossary.entries import COLUMNS, Entry, Glossary, homographs, optional, spelling_key

Policy = Literal["refuse", "first", "last"]

Owners = dict[tuple[str, ...], list[tuple[int, str]]]
"""For each spelling key the merged entries that it stands in, by number, and how it is written there."""


@dataclass(frozen=True, slots=True)
class Change:
    """An entry that came (``before`` is None), went (``after`` is None) or has other fields."""

    before: Entry | None
    after: Entry | None

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that differ; none where the entry came or went."""
        if self.before is None or self.after is None:
            return ()
        return tuple(name for name in COLUMNS if getattr(self.before, name) != getattr(self.after, name))

    def __str__(self) -> str:
        if self.before is None or self.after is None:
            entry = self.before or self.after
            assert entry is not None
            return f"{'+' if self.before is None else '-'} {entry.source} -> {entry.target}"
        parts = (f"{name} {_shown(self.before, name)} -> {_shown(self.after, name)}" for name in self.fields)
        return f"~ {self.after.source}: {', '.join(parts)}"


def diff(old: Sequence[Entry], new: Sequence[Entry]) -> list[Change]:
    """Return what changed, in the order of the new glossary, what went at the end.

    Entries are the same where their source is, as listed or, failing that, as the matcher reads it.
    """
    left = dict.fromkeys(range(len(old)))
    partners: dict[int, int] = {}
    for key in (_listed, _read):
        places = {key(old[number]): number for number in reversed(list(left))}
        for number, entry in enumerate(new):
            partner = places.get(key(entry))
            if number not in partners and partner in left:
                partners[number] = partner
                del left[partner]
    changes = [Change(old[partners[number]] if number in partners else None, entry) for number, entry in enumerate(new)]
    kept = [change for change in changes if change.before is None or change.fields]
    return kept + [Change(old[number], None) for number in left]


def merge(glossaries: Iterable[Sequence[Entry]], policy: Policy = "refuse") -> list[Entry]:
    """Make one glossary of several.

    Entries that share an Arabic spelling become one, with the spellings and variants of both. Where their targets
    differ, ``first`` and ``last`` say which is kept, and the other becomes a variant; ``refuse`` raises ``UsageError``
    that names all such places. Homographs that vowel marks tell apart stay apart.
    """
    merged: list[Entry] = []
    owners: Owners = {}
    conflicts: list[str] = []
    for entry in (entry for glossary in glossaries for entry in glossary):
        number = _owner(entry, merged, owners)
        if number is None:
            number = len(merged)
            merged.append(entry)
        else:
            first = merged[number]
            if first.target != entry.target and policy == "refuse":
                conflicts.append(
                    f"{entry.where}: {entry.source!r} is {entry.target!r}, but {first.target!r} at {first.where}"
                )
            kept, other = (entry, first) if policy == "last" else (first, entry)
            merged[number] = _joined(kept, other, partial(_free, own=number, merged=merged, owners=owners)) or first
        for spelling in _spellings(merged[number]):
            places = owners.setdefault(spelling_key(spelling), [])
            if (number, spelling) not in places:
                places.append((number, spelling))
    if conflicts:
        more = f" (and {len(conflicts) - 1} more)" if len(conflicts) > 1 else ""
        raise UsageError(f"{conflicts[0]}{more}. Choose with --policy first or last, or mend the files.")
    return list(Glossary(tuple(merged)).entries)


def beside(own: Sequence[Entry], others: Iterable[Entry]) -> list[Entry]:
    """Return what is left of ``others`` beside ``own``: without the spellings that ``own`` has already.

    An English variant that is a target of ``own`` goes as well, or that target would be rewritten.
    """
    owners: Owners = {}
    targets = {entry.target.casefold() for entry in own}
    for number, entry in enumerate(own):
        for spelling in _spellings(entry):
            owners.setdefault(spelling_key(spelling), []).append((number, spelling))
    kept: list[Entry] = []
    for entry in others:
        left = [form for form in entry.written if not _taken(form, entry.target, own, owners)]
        if left:
            english = (variant for variant in entry.accepted if variant.casefold() not in targets)
            kept.append(replace(entry, source=left[0], variants=(*left[1:], *english)))
    return kept


def _owner(entry: Entry, merged: Sequence[Entry], owners: Owners) -> int | None:
    """Return the number of the merged entry that can't stand beside this one, None where there is none."""
    for spelling in _spellings(entry):
        for number, other in owners.get(spelling_key(spelling), ()):
            if merged[number].target == entry.target or not homographs(other, spelling):
                return number
    return None


def _free(form: str, own: int, merged: Sequence[Entry], owners: Owners) -> bool:
    """Tell whether an Arabic spelling may stand in the entry of number ``own``: no other has it."""
    return not _taken(form, merged[own].target, merged, owners, but=own)


def _taken(form: str, target: str, merged: Sequence[Entry], owners: Owners, *, but: int = -1) -> bool:
    """Tell whether a spelling of an entry with that target can't stand beside the merged ones, ``but`` one of them."""
    return any(
        number != but and (merged[number].target == target or not homographs(other, spelling))
        for spelling in optional(form)
        for number, other in owners.get(spelling_key(spelling), ())
    )


def _joined(kept: Entry, other: Entry, free: Callable[[str], bool]) -> Entry | None:
    """Return one entry with the spellings of both that are free; None where a third entry has them all."""
    # Of a form whose optional parts make it another entry's, what is left of it.
    forms = (part for form in (*kept.written, *other.written) for part in ((form,) if free(form) else optional(form)))
    own = [form for form in dict.fromkeys(forms) if free(form)]
    if not own:
        return None
    source, *spellings = own
    english = dict.fromkeys((*kept.accepted, other.target, *other.accepted))
    english.pop(kept.target, None)
    return replace(
        kept,
        source=source,
        type=kept.type or other.type,
        note=kept.note or other.note,
        variants=(*spellings, *english),
    )


def _listed(entry: Entry) -> object:
    return entry.source


def _read(entry: Entry) -> object:
    return spelling_key(entry.source)


def _spellings(entry: Entry) -> list[str]:
    return [form for listed in entry.written for form in optional(listed)]


def _shown(entry: Entry, name: str) -> str:
    value = getattr(entry, name)
    return repr("|".join(value) if isinstance(value, tuple) else value)
