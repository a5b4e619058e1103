"""Where Arabic sentences end.

Arabic has no capitals, so what follows a stop tells little, and abbreviations must be known by name. Two kinds of
them: those that lead to something (``د. أحمد``, ``ص. 12``, initials) never end a sentence; those that close something
(``1445 هـ.``, ``إلخ.``, ``و.م.أ.``) end one only where an unmistakable opening follows (``وقال``, ``كما``).

All lists stand in the folded spelling of ``rules.FOLD``: ا for every alef, ي for ى.
"""

from __future__ import annotations

import re
from typing import Final

from mtpipe.segment.english import LATIN_CLOSING, LATIN_EXCLAIMING, LATIN_LEADING
from mtpipe.segment.initials import LABELS, QUOTES, is_initial
from mtpipe.segment.rules import LETTER, SHORT_QUOTATION, Span, Stop, split, words

# Abbreviations of several letters that lead to something: "doctors", "page", "telephone" and the like.
LEADING: Final = words("دد صص تلف مج")
CLOSING: Final = words("الخ ه م ق.م ب.م ق.ه ش.م.ل ش.م.م ذ.م.م ش.م.ع ش.م.ك")
DOTTED: Final = re.compile(rf"(?:[وفبلك]|ال|لل|بال|وال)?[{LETTER}](?:\.[{LETTER}])+\Z")
# "فيتامين د.", "المجموعة ب.": the letter names something and is no initial.
LABEL: Final = re.compile(rf"(?:ال)?(?:{'|'.join(sorted(LABELS))}) [{LETTER}](?=\.)")
LATIN_INITIALS: Final = re.compile(r"[A-Za-z](?:\.[A-Za-z])*\Z")
PREFIXED: Final = re.compile(rf"و?([{LETTER}])\Z")

# Words that open a sentence and hardly ever go on with one, after و or ف; and some that do without.
VERBS: Final = (
    "قال قالت يقول تقول قالوا اضاف اضافت يضيف تضيف اكد اكدت يؤكد تؤكد اوضح اوضحت يوضح اشار اشارت يشير تشير ذكر ذكرت "
    "اعلن اعلنت تابع تابعت لفت لفتت شدد شددت راي رات اعتبر اعتبرت افاد افادت نقل نقلت جاء جاءت بلغ بلغت كان كانت كانوا "
    "ياتي تاتي يعد تعد يذكر يعتبر تعتبر تم يتم يبدو اتهم اتهمت دعا دعت طالب طالبت انتقد انتقدت وصف وصفت كشف كشفت "
    "بين بينت اجاب اجابت رد ردت سال سالت نفي نفت حذر حذرت كتب كتبت اختتم ختم استطرد واصل توقع توقعت"
)
PARTICLES: Final = (
    "قد لقد في من علي الي عن منذ خلال بعد قبل حتي اذا لو لما هذا هذه ذلك تلك هو هي هم هناك لا لم لن ليس ليست ما ان انه "
    "انها بحسب وفق وفقا حسب لكن مع عندما حين حينما بينما كذلك ايضا سوف كل"
)
OPENING: Final = frozenset(f"{prefix}{word}" for prefix in "وف" for word in f"{VERBS} {PARTICLES}".split())
OPENING_BARE: Final = words("كما لكن غير هذا هذه كان كانت قال قالت ثم لقد يذكر يشار بدوره بدورها لذلك لذا")
NAMES: Final = words("وفي فهم وهم")
"""Openings that may as well be the name after an initial."""
AFTER_LETTER: Final = words("انه انها انهم تم")
"""No names at all: before them a single letter is the last word of its sentence, no initial."""
# What ties a closed quotation to its speaker: "«…؟» تساءل الوزير", "….» حسبما أفاد".
ATTRIBUTION: Final = re.compile(
    r"(?:ت?ساءل|ت?سال|س?(?:ي|ت)?قول|قال|صرخ|صاح|هتف|رد|اجاب|اضاف|اكد|اوضح|اعلن|صرح|علق|كتب|همس|تابع|استطرد|ختم|يضيف"
    r"|يتساءل|تتساءل|يسال|ذكر|افاد|شرح|هكذا)(?:ت|وا|ا|نا)?\b"
    r"|تساءل|حسبما|بحسب|حسب\b|وفقا|وفق\b|علي حد|كما (?:قال|ذكر|افاد|جاء|صرح|اوضح|يقول|تقول|ورد)|علي لسان|نقلا عن"
)

# "قال فليك إن ...": a verb of saying that has its own statement after it begins a sentence.
STATEMENT: Final = re.compile(r"[^.!?؟:]*(?::| (?:ان|انه|انها|انهم|ب?ان) )")

LOOK_WORD: Final = 24
"""Characters seen of a word that follows without a space, and of what a letter may be the name of."""
GLUED: Final = re.compile(rf"[{LETTER}]{{3,}}\Z|[»”\")]\Z")
GLUED_NEXT: Final = re.compile(rf"[{LETTER}]{{2,}}")
DOMAINS: Final = words("كوم نت اورغ اورج انفو تي مصر السعودية")
EXCLAIMING_NAMES: Final = LATIN_EXCLAIMING | {"ياهو"}


def sentences(text: str, *, semicolon: bool = False) -> list[Span]:
    """Return the spans of an Arabic text's sentences: they touch and cover it from end to end."""
    return split(text, is_end, semicolon=semicolon)


def is_end(stop: Stop) -> bool:
    """Decide whether a sentence ends at a stop that more text follows."""
    if stop.glued:
        return _glued(stop)
    if stop.bracket or stop.quoted:
        return False
    if stop.closed and ATTRIBUTION.match(stop.after) and not STATEMENT.match(stop.after):
        return False
    if stop.ellipsis:
        return _ellipsis(stop)
    if stop.exclaims:
        return _exclamation(stop)
    return stop.run != "." or not _abbreviation(stop)


def opens(stop: Stop) -> bool:
    """Tell whether what follows is an unmistakable opening of a sentence."""
    return stop.follows in OPENING or stop.follows in OPENING_BARE


def _glued(stop: Stop) -> bool:
    """``انتهى الأمر.وقال``: a space was forgotten, unless it is a domain (``أوبن أوفيس.أورغ``) or an abbreviation."""
    following = GLUED_NEXT.match(stop.text, stop.next, stop.next + LOOK_WORD)
    if not following or stop.bracket or stop.quoted or "/" in stop.before or "@" in stop.before:
        return False
    return bool(GLUED.search(stop.before)) and "." not in stop.before and following.group() not in DOMAINS


def _ellipsis(stop: Stop) -> bool:
    if stop.quotation or stop.start == stop.begins:
        return False
    # A space before the dots, or only two of them, is the press's way to pause: "مصر.. مقتل خمسة".
    pause = stop.text[stop.start - 1].isspace() or stop.run == ".."
    return opens(stop) if pause or stop.opened >= 0 else True


def _exclamation(stop: Stop) -> bool:
    if stop.before.lower() in EXCLAIMING_NAMES and not stop.closed:
        return opens(stop)
    if stop.opened < 0:
        return not stop.set_apart
    # A title or a quoted phrase, «إلى أين؟», goes on; speech after a colon, or that began the sentence, has ended.
    if stop.start - stop.opened > SHORT_QUOTATION:
        return True
    lead = stop.text[max(stop.begins, stop.opened - 2) : stop.opened].rstrip()
    speech = stop.opened <= stop.begins or lead[-1:] in (":", "،", ",")
    return speech or (stop.follows.startswith("و") and len(stop.follows) > 2)


def _abbreviation(stop: Stop) -> bool:
    """Whether a single full stop belongs to the word before it and does not end the sentence as well."""
    word = stop.before.lstrip(QUOTES)
    if not word:
        return stop.start == stop.begins
    if stop.closed and stop.opened >= 0 and word in CLOSING:
        return not opens(stop)
    if word in CLOSING or word.lower() in LATIN_CLOSING:
        return not opens(stop) and not stop.closed
    if word.lower() in LATIN_LEADING or word in LEADING or DOTTED.match(word):
        return not opens(stop)
    if LATIN_INITIALS.match(word):  # a Latin initial leads to a Latin name, not to an Arabic word: "بروتين S. وفقاً"
        return stop.follows.isascii()
    if PREFIXED.match(word):
        if LABEL.search(stop.text, max(stop.begins, stop.start - LOOK_WORD), stop.start + 1):
            return False
        return stop.follows in NAMES or not (opens(stop) or stop.follows in AFTER_LETTER)
    return is_initial(word, stop) and not opens(stop)
