"""Website remnants: what is one, what only looks like one, and what they tell."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtpipe.intake.remnants import sort_out

BODY = [f"هذه فقرة من نص المقال رقمها {number}، وفيها جملة تامة لا شك فيها." for number in range(1, 21)]


MONTHS = [
    *("غشت", "شتنبر", "نونبر", "دجنبر", "يوليوز"),  # of Morocco
    *(f"{name} {article}{which}" for name in ("كانون", "تشرين") for article in ("ال", "") for which in ("أول", "ثاني")),
]


def reason_of(line: str, place: int) -> str | None:
    """The reason by which a line is set aside at that place of an article, None where it is kept."""
    result = sort_out([*BODY[:place], line, *BODY[place:]])
    assert len(result.kept) + len(result.aside) == len(BODY) + 1
    return result.aside[0][1] if result.aside else None


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("اترك تعليقاً", "comment-form"),
        ("اترك رداً إلغاء الرد", "comment-form"),
        ("أضف تعليقك", "comment-form"),
        ("التعليقات (12)", "comment-form"),
        ("3 تعليقات", "comment-form"),
        ("لا توجد تعليقات", "comment-form"),
        ("لن يتم نشر عنوان بريدك الإلكتروني. الحقول الإلزامية مشار إليها بـ *", "comment-form"),
        (
            "احفظ اسمي، بريدي الإلكتروني، والموقع الإلكتروني في هذا المتصفح لاستخدامها المرة المقبلة في تعليقي.",
            "comment-form",
        ),
        ("البريد الإلكتروني *", "comment-form"),
        ("زر الذهاب إلى الأعلى", "back-to-top"),
        ("العودة إلى أعلى ↑", "back-to-top"),
        ("اقرأ أيضاً", "read-also"),
        ("اقرأ أيضًا: لافروف يلتقي دي ميستورا", "read-also"),
        ("إقرأ المزيد", "read-also"),
        ("اقرأ أيضاً: هل تنتهي أزمة المياه في العراق؟", "read-also"),
        ("اقرأ أيضًا | هل تنتهي أزمة المياه في العراق؟", "read-also"),
        ("اقرأ أيضاً: «الفيل الأزرق» يتصدر شباك التذاكر. فما السبب؟", "read-also"),
        ("مقالات ذات صلة: لماذا ننام أقل في فصل الصيف؟", "read-also"),
        ("قد يهمك أيضاً: انتهت الحرب ولم يعد أحد إلى بيته!", "read-also"),
        ("اقرؤوا أيضاً: مهرجان الشعر يعود", "read-also"),
        ("واقرأوا المزيد", "read-also"),
        ("لمشاهدة الفيديو", "read-also"),
        ("لمشاهدة الفيديو كاملاً اضغط هنا", "read-also"),
        ("لقراءة المقال كاملاً: اضغط على الرابط التالي", "read-also"),
        ("للمزيد من الأخبار اضغط هنا", "read-also"),
        ("للمزيد من أخبار الرياضة العالمية اضغطوا هنا.", "read-also"),
        ("لمزيد من التفاصيل", "read-also"),
        ("شاهد أيضاً | أجمل أهداف الدوري", "read-also"),
        ("مواضيع ذات صلة", "read-also"),
        ("مقالات ذات صلة:", "read-also"),
        ("قد يعجبك أيضاً", "read-also"),
        ("للمزيد اضغط هنا", "read-also"),
        ("شارك", "share-bar"),
        ("شاركها", "share-bar"),
        ("شارك هذا الموضوع:", "share-bar"),
        ("شارك المقال على فيسبوك", "share-bar"),
        ("شارك المقال عبر", "share-bar"),
        ("شارك هذا الخبر عبر:", "share-bar"),
        ("شارك على:", "share-bar"),
        ("شارك على فيسبوك وتويتر", "share-bar"),
        ("فيسبوك تويتر واتساب", "share-bar"),
        ("Facebook | Twitter | WhatsApp", "share-bar"),
        ("تابعنا على تويتر", "follow-us"),
        ("اشترك في النشرة البريدية", "follow-us"),
        ("طباعة", "page-tool"),
        ("نسخ الرابط", "page-tool"),
        ("الرابط المختصر: example.org/x1", "page-tool"),
        ("1250 مشاهدة", "page-tool"),
        ("المصدر: رويترز", "source-line"),
        ("إعلان", "advertisement"),
        ("- إعلان -", "advertisement"),
        ("آخر تحديث: 12 يونيو 2017", "date-line"),
        ("نشر في 6 حزيران/يونيو 2017", "date-line"),
        ("الثلاثاء 06 يونيو 2017 - 10:30 ص", "date-line"),
        ("2017/06/06", "date-line"),
        ("٢٠١٧/٠٦/٠٦", "date-line"),
        ("منذ 3 ساعات", "date-line"),
        *((f"{day} 12 {month} 2017", "date-line") for month in MONTHS for day in ("", "الأحد")),
        ("نشر في 3 كانون أول/ديسمبر 2017", "date-line"),
        ("كتب: أحمد العلي", "byline"),
        ("بقلم هدى الطرابلسي", "byline"),
        ("تصوير: سامر حداد", "photo-credit"),
        ("الأكثر قراءة", "link-list"),
        ("المقال السابق", "link-list"),
        ("جميع الحقوق محفوظة © 2017 صحيفة المثال", "copyright"),
        ("الرئيسية » أخبار » سورية", "navigation"),
        ("القائمة", "navigation"),
        ("بحث عن", "navigation"),
        ("الوسوم: سورية، روسيا، الأمم المتحدة", "tags"),
        ("https://example.org/a/b?c=1", "link"),
        ("* * *", "no-letters"),
    ],
)
@pytest.mark.parametrize("place", [0, 20])
def test_remnants_at_the_edges(line: str, reason: str, place: int) -> None:
    assert reason_of(line, place) == reason


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("اترك تعليقاً", "comment-form"),
        ("زر الذهاب إلى الأعلى", "back-to-top"),
        ("اقرأ أيضاً: لافروف يلتقي دي ميستورا", "read-also"),
        ("شارك هذا المقال", "share-bar"),
        # A word that may be a subheading is one in the middle of an article.
        ("إعلان", None),
        ("القائمة", None),
        ("شارك", None),
        ("انشر الخبر", None),
        ("المصدر: رويترز", None),
        ("6 يونيو 2017", None),
    ],
)
def test_in_the_middle(line: str, reason: str | None) -> None:
    assert reason_of(line, 10) == reason


@pytest.mark.parametrize(
    "line",
    [
        "شارك الرئيس في القمة العربية التي عقدت في عمّان",
        "شارك في الهجوم مئات المقاتلين.",
        "شاركت قوات الأمن في البحث عن المفقودين",
        "شارك على فيسبوك صورته الأخيرة قبل الرحيل",
        "إعلان بغداد",
        "إعلان الهدنة في اليمن يدخل حيز التنفيذ",
        "المصدر الرئيسي للمياه في المدينة هو النهر",
        "المصدر: لم يكن أحد في المبنى حين وقع الانفجار.",
        "كتب الصحافي أحمد العلي أن الحرب انتهت",
        "كتب: «لن أعود إلى هنا أبداً ما دمت حياً، ولن أنسى ما فعلتم بي وبأهلي»",
        "نشر في الصحيفة مقالات كثيرة عن الأدب والفن",
        "اقرأ أيضاً كتب التاريخ ففيها عبرة لمن يعتبر.",
        "اقرؤوا أيضاً ما كتبه الأولون عن هذه المدينة.",
        "تابع أيضاً: «لن نعود إلى هذه القرية ما دام الجنود فيها.»",
        "قصص مشابهة «هزّت الرأي العام» في لبنان والأردن.",
        "تقارير ذات صلة - وهي كثيرة - تقول غير هذا: الماء يكفي.",
        "هل قرأت أيضاً: كيف تنتهي أزمة المياه في العراق؟",
        "لمشاهدة الفيديو كاملاً دفع الجمهور عشرة دنانير",
        "للمزيد من الأخبار عن أسراهم ذهب الأهالي إلى الصليب الأحمر",
        "لمزيد من التفاصيل سألنا الوزير عن الاتفاق",
        "شارك المقال عبر مواقع كثيرة قبل أن يُحذف",
        "في 12 غشت 2017 بدأت المعركة",
        "كانون أول من أشهر الشتاء",
        "تابعنا المباراة حتى نهايتها من المدرجات",
        "التعليقات التي أدلى بها الوزير أثارت غضب المعارضة",
        "القائمة الموحدة تفوز في الانتخابات البلدية",
        "طباعة الكتب تزدهر في بيروت",
        "بحث الوزيران سبل التعاون بين البلدين",
        "بحث عن الحقيقة في زمن الحرب",
        "الرئيسية في الأمر أن الناس تعبوا",
        "العودة إلى الأعلى في سوق الأسهم ليست قريبة",
        "جميع الحقوق السياسية مكفولة بموجب الدستور",
        "الأكثر قراءة بين الشباب هم طلاب الجامعات",
        "في 6 يونيو 2017 بدأت المعركة",
        "الثلاثاء",
        "منذ ثلاث ساعات لم يخرج أحد",
        "وقال مصدر: «انتهى كل شيء»",
        "رويترز: الجيش يدخل المدينة",
        "تويتر يحظر حسابات جديدة",
        "صورة: قصيدة للشاعر محمود درويش في ديوانه الأخير الذي صدر في بيروت",
        "1917",
        "علامات الترقيم المزدوجة",
        "الوسوم الذكية في المدينة",
        "HttpClient هو كائن يرسل الطلبات",
        "https://example.org هو عنوان الموقع الجديد",
    ],
)
@pytest.mark.parametrize("place", [0, 10, 20])
def test_sentences_and_headings_stay(line: str, place: int) -> None:
    assert reason_of(line, place) is None


@pytest.mark.parametrize(
    "line",
    [
        "2017/06/06 " * 26 + "ب",
        "10:30 " * 45 + "ب",
        "12 مارس " + "بتوقيت غرينتش " * 18 + "ق",
        "نشر منذ " + "ا" * 200 + " ب : ب",
        "شارك " + "على فيسبوك " * 24 + "ثم",
        "فيسبوك و " * 30 + "ثم",
        "كتب: " + "ا " * 140,
    ],
)
def test_no_line_is_slow_to_match(line: str) -> None:
    start = time.process_time()
    sort_out([line])
    assert time.process_time() - start < 1  # the first of them took 82 s with unbounded repetitions


def test_a_long_footer_does_not_wear_out_the_edge() -> None:
    footer = [
        "شارك",
        "فيسبوك",
        "تويتر",
        "طباعة",
        "إعلان",
        "القائمة",
        "بحث عن",
        "الوسوم: أدب",
        "الأكثر قراءة",
        "المصدر: سانا",
    ]
    result = sort_out([*BODY, *footer])
    assert result.kept == BODY
    assert [text for text, _, _ in result.aside] == footer
    assert {after for _, _, after in result.aside} == {len(BODY)}


def test_repeated_paragraphs() -> None:
    result = sort_out([BODY[0], BODY[1], BODY[0].replace("فقرة", "فقْرة"), BODY[2]])
    assert result.kept == BODY[:3]
    assert result.aside == [(BODY[0].replace("فقرة", "فقْرة"), "repeated-paragraph", 2)]


def test_short_lines_may_come_again() -> None:
    refrain = [BODY[0], "نعم.", BODY[1], "نعم.", BODY[2], "أيها الإخوة،", BODY[3], "أيها الإخوة،", BODY[4]]
    assert sort_out(refrain).kept == refrain


def test_a_repeated_lone_word_is_a_remnant_in_the_middle_too() -> None:
    lines = [*BODY[:8], "إعلان", *BODY[8:12], "إعلان", *BODY[12:]]
    assert [reason for _, reason, _ in sort_out(lines).aside] == ["advertisement", "advertisement"]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["المصدر: رويترز"], {"publisher": "رويترز"}),
        (["المصدر : وكالة الأنباء"], {"publisher": "وكالة الأنباء"}),
        (["كتب: أحمد العلي"], {"author": "أحمد العلي"}),
        (["بقلم هدى الطرابلسي"], {"author": "هدى الطرابلسي"}),
        (["الثلاثاء 06 يونيو 2017"], {"date": "الثلاثاء 06 يونيو 2017"}),
        (["آخر تحديث: 12 يونيو 2017"], {"date": "12 يونيو 2017"}),
        (["كتب - أحمد العلي"], {"author": "أحمد العلي"}),
        (["كَتَبَ/ أحمد العلي"], {"author": "أحمد العلي"}),
        (["#بقلم_هدى_الطرابلسي"], {"author": "هدى_الطرابلسي"}),
        (["بقلم(هدى)"], {"author": "(هدى)"}),
        (["كتب: «أحمد»"], {"author": "«أحمد»"}),
        (["المصدر – رويترز"], {"publisher": "رويترز"}),
        (["المصدر » رويترز"], {"publisher": "رويترز"}),
        (["نشر في 5 يناير 2016 10:30"], {"date": "5 يناير 2016 10:30"}),
        (["نشر 2016/01/05 | 10:30"], {"date": "2016/01/05 | 10:30"}),
        (["نشر في 5/1/2016"], {"date": "5/1/2016"}),
        (["نشر منذ 3 ساعات"], {}),
        (["منذ 3 ساعات"], {}),
        (["شارك"], {}),
    ],
)
def test_told(lines: list[str], told: dict[str, str]) -> None:
    assert sort_out([*lines, *BODY]).told == told


@given(
    st.lists(st.sampled_from([*BODY[:4], "شارك", "إعلان", "المصدر: سانا", "***", "نعم.", "اترك تعليقاً"]), max_size=20),
    st.booleans(),
)
def test_nothing_is_lost_and_order_holds(lines: list[str], phrases: bool) -> None:
    result = sort_out(lines, phrases=phrases)
    rebuilt: list[str] = []
    aside = list(result.aside)
    for number in range(len(result.kept) + 1):
        while aside and aside[0][2] == number:
            rebuilt.append(aside.pop(0)[0])
        rebuilt += result.kept[number : number + 1]
    assert rebuilt == lines
