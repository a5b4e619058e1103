"""Where English sentences end.

A stop followed by a small letter goes on. Before a capital, abbreviations decide: those that lead to something
(``Mr.``, ``Gen.``, ``v.``) never end a sentence; those that may close one (``U.S.``, ``Inc.``, ``p.m.``, ``Jan.``,
initials) end it only before a word that starts sentences and is no part of a name (``The``, ``But``): the frequent
sentence starters of Kiss and Strunk 2006 (Unsupervised multilingual sentence boundary detection), as a fixed list.
"""

from __future__ import annotations

import re
from typing import Final

from mtpipe.segment.rules import Span, Stop, split, words

LATIN_LEADING: Final = words(
    "mr mrs ms mx dr prof rev fr sen sens rep reps gov govs gen col lt sgt capt cpl cmdr adm brig maj pvt pfc supt "
    "det insp amb pres hon messrs mme mlle mlles mgr msgr st mt ft ste v vs viz cf c ca approx e.g i.e eg ie"
)
LATIN_CLOSING: Final = words(
    "inc ltd co corp llc plc bros jr sr etc al esq dept univ assn est ave blvd rd ln hwy jan feb mar apr jun jul "
    "aug sept sep oct nov dec mon tue tues wed thu thur thurs fri sat sun ala ariz ark calif colo conn del fla ga "
    "ill ind kan ky la mass md mich minn miss mo mont neb nev okla ore pa penn tenn tex vt va wash wis wyo ph.d b.a "
    "m.a m.d ph.ds d.phil m.div a.m p.m u.s u.k u.n e.u u.s.a u.a.e d.c l.a b.c a.d n.y n.j gmt est"
)
# Abbreviations only before a number; without one they are words ("no.") or names.
LATIN_NUMBERED: Final = words("no nos vol vols fig figs p pp art arts sec ch chap eq par para ver op tel ext")
# Words of ordinary English among the closing ones: an end unless a number or small letter follows.
LATIN_WORDS: Final = words("mar jun mon wed sat sun ill ind miss mo la co art est ore wash del mass")
CLOCK: Final = frozenset(("a.m", "p.m"))
AFTER_CLOCK: Final = words(
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday ET EST EDT CT CST CDT MT MST PT PST PDT GMT BST CET "
    "UTC Eastern Central Mountain Pacific Local January February March April May June July August September October "
    "November December"
)
STARTERS: Final = words(
    "A About Above According Across After Again Against All Also Although Among An And Another Any Are As At "
    "Because Before Behind Besides Between Both But By Can Could Despite Did Do Does During Each Earlier Either "
    "Even Every Few Finally First Following For From Further Furthermore Had Has Have He Hence Her Here His How "
    "However I If In Indeed Instead Is It Its Just Last Later Like Many Maybe Meanwhile Moreover Most Much My "
    "Neither Nevertheless Next No Nobody None Nor Not Nothing Now Of Often On Once One Only Or Others Otherwise Our "
    "Over Perhaps Rather She Should Similarly Since So Some Still Such Than That The Their Then There Therefore "
    "These They This Those Though Through Throughout Thus To Today Two Under Unlike Until Was We Were What When "
    "Where Whether Which While Who Why Will With Within Without Would Yes Yesterday Yet You Your It's He's She's "
    "They're That's There's We're I'm I've Don't"
)
SAYING: Final = (
    "said|says|say|asked|asks|added|adds|told|wrote|writes|replied|replies|answered|shouted|cried|exclaimed|wondered|joked|"
    "recalled|explained|insisted|warned|noted|tweeted|whispered|demanded|remarked|yelled|screamed|quipped"
)
# "Why?" Mr. Smith asked / "Yes!" said Anna
SPEAKER: Final = re.compile(rf"(?:[A-Z][\w.'’-]*,? ){{1,4}}(?:later |then |once |also )?(?:{SAYING})\b")
TOKEN: Final = re.compile(r"[\w'’]+")
INITIALS: Final = re.compile(r"[A-Z](?:\.?-?[A-Z])?(?:\.[A-Z])*\Z")
ACRONYM: Final = re.compile(r"[A-Za-z](?:\.[A-Za-z])+\Z")
LATIN_EXCLAIMING: Final = words("yahoo jeopardy")
"""Names that end in an exclamation mark."""
BRACKETS: Final = "([\"'‘“”«"


def sentences(text: str) -> list[Span]:
    """Return the spans of an English text's sentences: they touch and cover it from end to end."""
    return split(text, is_end)


def is_end(stop: Stop) -> bool:
    """Decide whether a sentence ends at a stop that more text follows."""
    following = TOKEN.match(stop.after)
    word = following.group().replace("’", "'") if following else ""
    if stop.glued:
        return _glued(stop, word)
    if stop.bracket or stop.quoted:
        return False
    if word[:1].islower() and not _odd_name(word):
        return False
    if stop.ellipsis:
        return stop.start > stop.begins
    if stop.exclaims:
        return _exclamation(stop)
    return stop.run != "." or not _abbreviation(stop, word)


def _odd_name(word: str) -> bool:
    """``iPhone``, ``eBay``: a small letter that may start a sentence."""
    return len(word) > 2 and word[1].isupper()


def _glued(stop: Stop, word: str) -> bool:
    """``It ended.The next``: a space was forgotten; only before a word that starts sentences, for there are domains."""
    if stop.bracket or stop.run not in (".", "?", "!") or word not in STARTERS or len(stop.before) < 3:
        return False
    after = stop.text[stop.next + len(word) : stop.next + len(word) + 1]
    return after in (" ", ",") and not re.search(r"[./@:\d]", stop.before) and stop.text[stop.start - 1].islower()


def _exclamation(stop: Stop) -> bool:
    if stop.set_apart:
        return False
    if stop.closed:
        return not SPEAKER.match(stop.after)
    return stop.before.lower() not in LATIN_EXCLAIMING


def _abbreviation(stop: Stop, word: str) -> bool:
    """Whether a single full stop belongs to the word before it and does not end the sentence as well."""
    token = stop.before.lstrip(BRACKETS + "—–-/").rpartition("—")[2]
    if not token:
        return stop.start == stop.begins
    name = token.lower()
    if name in LATIN_LEADING:
        return not stop.closed
    if name in LATIN_NUMBERED and token != "P":
        return word[:1].isdigit()  # "pp. iv" goes on by its small letter
    initial = len(word) == 1 and stop.after[1:2] == "."  # the A. of "J. A. Hobson" starts no sentence
    starts = (word in STARTERS and not initial) or stop.text[stop.next] in '"“«' or stop.closed
    if name in CLOCK:
        return word in AFTER_CLOCK
    if name in LATIN_CLOSING:
        if name in LATIN_WORDS and not token[:1].isupper():
            return False
        return not starts
    if INITIALS.match(token) and (len(token) == 1 or "." in token or "-" in token):
        return not starts
    return bool(ACRONYM.match(token)) and not starts
