"""Cutting a sentence that is too long for the model, at the best place inside it.

The pieces go to the model alone and their translations are joined again, so a cut should fall where the clauses are
least tied. ``places`` grades what the text offers; ``cut`` halves as evenly as the grades allow, for as long as a
piece is over the limit. A sentence that needs k pieces costs about 2k measurements of length.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from typing import Final

import regex

from mtpipe.segment.rules import EITHER, LETTER, LOOK, OPENS, Bare, Pairs, Span, bare, is_quotation, pairs, words

# A pronoun at the end of ان, لكن and the like: "لكنه", "غير انها".
PRONOUN: Final = "(?:هما|ها|هم|هن|ه|كم|ك|نا|ني|ي)?"
WHEN: Final = "(?:بعد|عند|حين|قبل|كل|طال|حال|ريث)ما"
CONNECTIVE: Final = regex.compile(
    "(?:فيما|بينما|حيث|حيثما|اذ|كما|وذلك"
    "|(?:مشير|مؤكد|موضح|مضيف|لافت|معتبر|قائل|مبين|داعي|محذر)(?:ا|ة)|بل|خصوصا|حتي"
    f"|[وف]?(?:{WHEN}|(?:بعد|قبل) ان|(?:علي ال|بال)?رغم|(?:لكن|لان|(?:غير|الا) ان){PRONOUN})"
    "|because|while|where|which|although|but)\\b"
)
PROVIDED: Final = regex.compile(rf"علي ان{PRONOUN}\b")
# Words whose object is "على أن": after them it opens no clause of its own.
TAKING: Final = words(
    "اكد اكدت اكدوا يؤكد تؤكد مؤكدا مؤكدة تاكيد تاكيده التاكيد شدد شددت شددوا يشدد تشدد مشددا مشددة التشديد اتفق اتفقت "
    "اتفقا اتفقوا يتفق تتفق اتفاق الاتفاق متفق متفقون نص نصت ينص تنص اصر اصرت اصروا يصر تصر اصرار حرص حرصت يحرص تحرص "
    "وافق وافقت وافقوا يوافق توافق الموافقة اجمع اجمعت اجمعوا يجمع تجمع الاجماع دل دلت يدل تدل دليل دليلا برهن يبرهن "
    "قادر قادرة"
)
# "حذر من أن": it belongs to a verb, or to an adjective that compares, and opens nothing.
OF: Final = regex.compile(rf"من ان{PRONOUN}\b")
# A word that is one with the next, and how that begins: "بالنسبة إلى", "على الرغم من", "غير أنه".
TIED: Final = regex.compile(
    rf"[وف]?(?:(?:بالنسبة|(?:بال)?اضافة|نظرا|استنادا|وصولا|جنبا) (?:الي{PRONOUN}\b|ل)"
    rf"|(?:ال|بال)رغم من{PRONOUN}\b|(?:بدلا|انطلاقا|اعتبارا|ابتداء) من|(?:فضلا|عوضا|بعيدا|النظر) عن"
    rf"|(?:بناء|ردا|علاوة) علي|(?:وفقا|خلافا|طبقا|تبعا) ل|مقارنة (?:ب|مع)|بغض النظر"
    rf"|علي (?:ال)?رغم|(?:علي|من|غير|الا|بعد|قبل) ان{PRONOUN}\b)"
)
# Words that lean on what follows: a cut after them tears a phrase, or, for the last list, a name.
LEANING: Final = words(
    "في من الي علي عن مع ان انه لا ما لم لن قد هذا هذه ذلك تلك بين بعد قبل عند حول دون ضد غير كل اي او و ثم الذي التي "
    "the a an of in on at to for with and or by from"
)
LEANS: Final = regex.compile(rf"[وفبل]?(?:ان|لان|لكن){PRONOUN}|[وف]?{WHEN}")
NAMING: Final = words(
    "عبد ابو ابي ابا ابن بن بنت ال ام دي دو دير السيد السيدة الرئيس الوزير الدكتور الشيخ الملك الامير اللواء العميد "
    "سان نيو لوس mr mrs dr st"
)
VERB: Final = regex.compile(
    rf"[وف](?!ال)[{LETTER}]{{3,}}|(?:[يتن]|سي|ست|سن)[{LETTER}]{{3,}}"
    r"|(?:قال|اضاف|اكد|اوضح|اشار|ذكر|اعلن|كان|قد|لفت|شدد|دعا|راي)(?:ت|وا)?\b"
)
# What begins a phrase of its own: و, prepositions, relative pronouns, a verb to come.
PHRASE: Final = regex.compile(
    r"و\w{2,}|(?:في|من|علي|الي|عن|مع|خلال|بعد|قبل|منذ|ضد|عبر|الذي|التي|الذين|ان|and|in|on|to|for)\b|سي\w{3}"
)
GAP: Final = regex.compile(r"\s+")
LAST_WORD: Final = regex.compile(r"[\w.]+\Z")
NAME: Final = regex.compile(r"\p{Lu}\p{L}+\Z")
CLUSTER: Final = regex.compile(r"\X")

STRONG, QUOTATION, CLAUSE, CONNECTED, COMMA, JOINED, SPACE, WEAK, LAST = range(9)
"""Grades of places, best first; ``WEAK`` tears a phrase, ``LAST`` a name, a number, a preposition or the opening
of a quotation."""
COSTS: Final = (0.0, 0.5, 1.0, 1.4, 2.2, 3.2, 4.4, 6.0, 12.0)
UNEVEN: Final = 6.0
"""Cost of a cut at the very edge; one that leaves even pieces costs nothing."""
EXTRA: Final = 1.5
"""Cost of each piece more than the length calls for."""
MARGIN: Final = 1.05
"""Pieces of text differ in how many characters a unit of length takes; a cut plans for this much more."""
QUOTED_NAME: Final = 25
"""Characters up to which a quotation or bracket is a name («داعش»): no place to cut, inside or at its edges."""
FIRST_WORDS: Final = 3
"""Words after an opening quote that stay with it."""

Place = tuple[int, float]


def cut(text: str, limit: int, length: Callable[[str], int]) -> list[Span]:
    """Return spans of pieces that are no longer than ``limit``, by ``length``; they touch and cover the text.

    A word that is longer than the limit by itself is cut between grapheme clusters, so a letter keeps its marks; only
    a single cluster may exceed the limit. Raises ``ValueError`` where the limit is not positive.
    """
    if limit < 1:
        raise ValueError(f"limit is {limit}; a piece needs room for at least 1")
    if not text:
        return []
    total = length(text)
    if total <= limit:
        return [(0, len(text))]
    found = list(places(text))
    at = [place for place, _ in found]
    edges: list[int] = []
    pieces: list[Span] = []
    waiting: list[tuple[int, int, int]] = [(0, len(text), total)]
    while waiting:
        start, end, size = waiting.pop()
        if size <= limit:
            pieces.append((start, end))
            continue
        first, last = _central(start, end, size / limit, at)
        if first < last:
            middle: int | None = _best(start, end, size / limit, found[first:last])
        else:
            edges = edges or [cluster.end() for cluster in CLUSTER.finditer(text)]
            middle = _between_clusters(text, start, end, edges)
        if middle is None:
            pieces.append((start, end))
            continue
        for part in ((middle, end), (start, middle)):  # the left part comes off the stack first
            waiting.append((*part, length(text[part[0] : part[1]])))
    return pieces


def _central(start: int, end: int, need: float, at: list[int]) -> tuple[int, int]:
    """Return which places lie within a piece's length of the middle, or all of the span where none does.

    A text of many pieces is halved near its middle, so that each place is looked at a few times and no more.
    """
    low, high = bisect_right(at, start), bisect_left(at, end)
    reach = (end - start) * min(0.5, 1.5 / math.ceil(need))
    middle = (start + end) / 2
    first, last = bisect_left(at, middle - reach, low, high), bisect_right(at, middle + reach, low, high)
    return (first, last) if first < last else (low, high)


def _best(start: int, end: int, need: float, inside: list[Place]) -> int:
    """Return the place with the least cost; ``need`` is the length over the limit."""
    pieces = math.ceil(need)
    ideals = {pieces // 2, pieces - pieces // 2}

    def cost(place: Place) -> float:
        share = (place[0] - start) / (end - start)
        uneven = min(abs(share - ideal / pieces) / (min(ideal, pieces - ideal) / pieces) for ideal in ideals)
        planned = math.ceil(share * need * MARGIN) + math.ceil((1 - share) * need * MARGIN)
        return place[1] + UNEVEN * uneven + EXTRA * (planned - pieces)

    return min(inside, key=cost)[0]


def _between_clusters(text: str, start: int, end: int, edges: list[int]) -> int | None:
    """Return the edge of a grapheme cluster nearest to the middle, outside of numbers where one is near."""
    low, high = bisect_right(edges, start), bisect_left(edges, end)
    if low == high:
        return None
    middle = (start + end) / 2
    central = bisect_left(edges, middle, low, high)
    near = edges[max(low, central - LOOK) : min(high, central + LOOK)]
    return min(near, key=lambda place: (text[place - 1 : place + 1].isdigit(), abs(place - middle)))


def places(text: str) -> Iterator[Place]:
    """Yield where the text may be cut (always after white space) and what the cut costs."""
    view = bare(text)
    matched = pairs(view.text)
    kept = set(_first_words(view.text, matched))
    for gap in GAP.finditer(view.text):
        if gap.start() > 0 and gap.end() < len(view.text):
            grade = LAST if gap.start() in kept else _grade(view, matched, gap.start(), gap.end())
            yield view.end(gap.end()), COSTS[grade]


def _first_words(text: str, matched: Pairs) -> Iterator[int]:
    """Yield the gaps that belong to the opening of a quotation, or to a name in quotes or brackets."""
    for start, sign in enumerate(text):
        if sign not in OPENS and sign not in EITHER:
            continue
        close = matched.closing.get(start, -1)
        if close < 0 and sign in EITHER:
            continue
        is_name = 0 <= close - start <= QUOTED_NAME
        if sign in "([" and not is_name and not is_quotation(text, (start, close), matched):
            continue
        count = 0
        for gap in GAP.finditer(text, start, start + 4 * LOOK):
            if (0 <= close < gap.start()) or (count == FIRST_WORDS and not is_name):
                break
            yield gap.start()
            count += gap.start() > start + 1  # a space right after the quote ends no word


def _grade(view: Bare, matched: Pairs, start: int, end: int) -> int:
    """Grade the gap from ``start`` to ``end``."""
    text = view.text
    last, following = text[start - 1], text[end]
    word = LAST_WORD.search(text, max(0, start - LOOK), start)
    token = word.group().rstrip(".").lower() if word else ""
    after = text[end : end + LOOK]
    if last.isdigit() and following.isdigit():
        return LAST
    if last.isalpha() and (OF.match(after) or TIED.match(f"{token} {after}")):
        return LAST
    if "\n" in text[start:end] or last in "؛;!?؟…۔" or (last == "." and len(token) > 1):
        return STRONG
    if _quotation_edge(matched, start - (last in "،,."), end) or last == ":":
        return QUOTATION
    if following in "-–—":
        return CLAUSE
    connected = CONNECTIVE.match(after) or _provided(view, start, end)
    if last in "،,":
        return CLAUSE if connected or VERB.match(after) else COMMA
    if token in NAMING or last == "." or (word and NAME.search(word.group()) and following.isupper()):
        return LAST
    if token in LEANING or LEANS.fullmatch(token) or last.isdigit() or following.isdigit() or last in "-–—":
        return WEAK
    if connected:
        return CONNECTED
    if PHRASE.match(after):
        return WEAK if PROVIDED.match(after) else JOINED
    return WEAK if after.startswith("ال") else SPACE  # an adjective, or the owner in a construct


def _provided(view: Bare, start: int, end: int) -> bool:
    """Tell whether ``على أن``, "provided that", follows: not the object of a verb, nor a man named علي."""
    if not PROVIDED.match(view.text, end) or view.at(end + 2) != "ى":
        return False
    before = view.text[max(0, start - LOOK) : start].split()[-2:]  # the verb, or the verb and who did it
    return TAKING.isdisjoint(form for word in before for form in (word, word.lstrip("وف")))


def _quotation_edge(matched: Pairs, before: int, after: int) -> bool:
    if before - matched.opening.get(before - 1, before) > QUOTED_NAME:
        return True
    return matched.closing.get(after, after) - after > QUOTED_NAME
