"""Names of Latin letters spelled in Arabic, as initials of foreign names: ``جورج دبليو. بوش``, ``سي. إس. لويس``.

Some of them are Arabic words that may well be the last of a sentence (``هي أم.``, ``ثقوا بي.``), so these need a
foreign name beside them. The others are no words, or words that never stand last, and need none; they end a sentence
only where what follows cannot be a surname. After another letter the name belongs to an acronym (``بي بي سي.``).

All lists stand in the folded spelling of ``rules.FOLD``: ا for every alef, ي for ى.
"""

from __future__ import annotations

import re
from typing import Final

from mtpipe.segment.rules import LETTER, LOOK, Stop, words

# إكس is left out: it is a company as well.
LETTER_NAMES: Final = words(
    "اي ايه ايتش اتش بي سي دي اف جي جيه كيه كاي ال ام ان او كيو ار اس تي يو في دبليو دابليو واي زد زي"
)
SPELLING: Final = LETTER_NAMES - words("اي في او ان ال ام")
"""Letter names that are no words beside."""
LAST_WORDS: Final = words("ام بي في دي زي ايه")
"""Those that end a sentence as words: a mother, in me (بي, فيّ); in dialect this, like, what."""
LABELS: Final = words("فيتامين فئة مجموعة فقرة بند نوع خطة حرف صف قسم ملحق درجة منطقة منتخب فرضية بروتين")
"""What a letter names: "فيتامين سي.", "المجموعة بي."."""

# Given names that take an initial, as the Arabic press writes them; those that are common Arabic words or names
# (لي, دان, فريد, دين) are left out.
GIVEN: Final = words(
    "جورج جون جيمس ويليام وليام وليم روبرت مايكل ديفيد دافيد ريتشارد توماس تشارلز جوزيف كريستوفر بول مارك دونالد "
    "ستيفن ستيفين كينيث جوشوا كيفن كيفين برايان براين ادوارد رونالد تيموثي جيسون جيفري جيفرسون جاكوب جيكوب غاري "
    "جاري نيكولاس اريك جوناثان لاري سكوت فرانك فرانكلين بنجامين بنيامين صامويل صموئيل صاموئيل غريغوري جريجوري "
    "رايموند ريموند الكسندر الكساندر باتريك جاك دينيس جيري تايلر هنري دوغلاس دوجلاس بيتر والتر هارولد ارثر لورانس "
    "لورنس البرت فيليب هاري هوارد روجر رالف لويس كارل فريدريك روي لويد نورمان ليون مارتن مارثا ماري مارغريت مارجريت "
    "اليزابيث ليندا سوزان باربرا نانسي كارين دوروثي اليس جوليا روث هيلين هيلاري فيرجينيا كاثرين كاثلين جينيفر كارول "
    "جيم توم تيم بيل بوب نيك ستيف جو دوايت ليندون هربرت يوليسيس وودرو اندرو مالكولم جيرالد ارنولد ادغار ادجار "
    "اوسكار مايك ستانلي ونستون وينستون نيل الفريد ارنست ابراهام هاريسون وارن وارين كلارنس غوردون جوردون سيسيل سيدني "
    "لوثر جيروم فيرنون كورت ميلتون ارون ماثيو انتوني انطوني"
)
TITLES: Final = words(
    "السيد السيدة السير اللورد الكاتب الكاتبة الروائي الروائية الشاعر الممثل المخرج المغني القاضي مستر"
)
SURNAME: Final = re.compile(
    rf"ماك(?!ين[هة])[{LETTER}]{{3,}}"
    rf"|[{LETTER}]{{2,}}(?:سكي|بيرغ|بيرج|برغ|ستاين|شتاين|فيلد|وود|وفيتش|وورث|ستون|نغتون|كينز)\Z"
)
"""Surnames that give themselves away: Mac-, -sky, -berg, -stein, -field, -wood, -vich, -worth, -stone, -ngton."""
# Words that no surname looks like; علي, راي, لو, ان and the like are names too and left out.
NO_SURNAME: Final = words(
    "قال قالت يقول تقول اضاف اضافت اكد اكدت يؤكد اوضح اوضحت اشار اشارت يشير ذكر ذكرت اعلن اعلنت تابع بلغ بلغت كان "
    "كانت كانوا ياتي تاتي يعد تعد يذكر تم يتم يبدو كشف كشفت قد لقد في من الي عن منذ خلال بعد قبل حتي اذا لما هذا "
    "هذه ذلك تلك هو هم هناك لا لم ليس ليست انه انها انهم بحسب وفقا لكن مع عندما حينما بينما كذلك ايضا سوف كل نحن "
    "انا انت كما ثم الا"
)
PROCLITIC: Final = "وفبلك"
ARTICLE: Final = re.compile(rf"ال[{LETTER}]{{3,}}")
QUOTES: Final = "«»“”\"'([-–—،:"


def is_initial(word: str, stop: Stop) -> bool:
    """Tell whether ``word``, which stands before the stop, is a letter's name and the initial of a foreign name.

    The stop then belongs to it. A word that opens a sentence after it is the caller's business.
    """
    if word not in LETTER_NAMES:
        return False
    earlier = _earlier(stop)
    if not SPELLING.isdisjoint(earlier[-2:]):
        return False  # an acronym
    if _initial_before(earlier) or _initial_after(stop):
        return True
    previous = earlier[-1].lstrip(QUOTES) if earlier else ""
    if stop.follows in NO_SURNAME or previous.removeprefix("ال") in LABELS:
        return False
    if word not in LAST_WORDS:
        return True
    if not previous:  # "إم. نايت" begins the sentence
        return not ARTICLE.match(stop.follows)
    return _is_given(previous) or previous in TITLES or bool(SURNAME.match(stop.follows))


def _earlier(stop: Stop) -> list[str]:
    """Return the words before the one at the stop."""
    return stop.text[max(stop.begins, stop.start - LOOK) : stop.start].split()[:-1]


def _initial_before(earlier: list[str]) -> bool:
    """``سي. بي.``: another initial, with its own stop, stands before."""
    core = earlier[-1].lstrip(QUOTES) if earlier else ""
    return core.endswith(".") and (core[:-1] in LETTER_NAMES or (len(core) == 2 and core[0].isalpha()))


def _initial_after(stop: Stop) -> bool:
    """``بي. تي. بارنوم``: another one follows. A single Arabic letter would rather be a title: ``د. أحمد``."""
    return stop.follows in LETTER_NAMES and stop.after[len(stop.follows) :].startswith(".")


def _is_given(word: str) -> bool:
    return word in GIVEN or (word[:1] in PROCLITIC and word[1:] in GIVEN)
