"""Writes configs/glossaries/countries.csv: names from CLDR (through Babel), spelled as the press spells them.

    python tools/countries.py > configs/glossaries/countries.csv

CLDR's Arabic is that of menus ("الكونغو - كينشاسا"), so what newspapers write stands here where it differs, with their
other spellings. Spellings that the matcher folds (hamza, ta marbuta) need no variant.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from typing import Final

from babel import Locale

LEFT_OUT: Final = frozenset((
    "AC", "AI", "AQ", "AS", "AW", "AX", "BL", "BQ", "BV", "CC", "CK", "CP", "CQ", "CX", "DG", "EA", "EU", "EZ", "GF",
    "GG", "GP", "GS", "HM", "IM", "IO", "JE", "KY", "MF", "MP", "MQ", "MS", "NC", "NF", "NU", "PF", "PM", "PN", "QO",
    "RE", "SH", "SJ", "SX", "TA", "TC", "TF", "TK", "UM", "UN", "VG", "VI", "WF", "XA", "XB", "YT", "ZZ",
))  # fmt: skip
"""Dependencies that news seldom names (أروبا is rather a slip for Europe), and what is no territory."""

HOMOGRAPHS: Final = frozenset(("BJ", "ML"))
"""Left to longer forms: مالي is "financial", بنين "boys" far more often than a country."""

ENGLISH: Final = {
    "CD": "Democratic Republic of the Congo", "CG": "Republic of the Congo", "CI": "Ivory Coast",
    "CZ": "Czech Republic",
    "HK": "Hong Kong", "MM": "Myanmar", "MO": "Macao", "PS": "Palestine", "ST": "Sao Tome and Principe",
    "TR": "Turkey", "VA": "Vatican", "CW": "Curacao",
}  # fmt: skip

ARABIC: Final = {
    "AE": "الإمارات العربية المتحدة|الإمارات|دولة الإمارات|دولة الإمارات العربية المتحدة",
    "AO": "أنغولا|أنجولا", "BA": "البوسنة والهرسك|البوسنة", "BD": "بنغلاديش|بنجلاديش|بنغلادش",
    "BI": "بوروندي|بورندي", "BJ": "جمهورية بنين", "BY": "بيلاروسيا|بيلاروس|روسيا البيضاء", "BW": "بوتسوانا|بتسوانا",
    "CD": "جمهورية الكونغو الديمقراطية|الكونغو الديمقراطية|جمهورية الكونغو الديموقراطية|الكونغو كينشاسا",
    "CF": "جمهورية أفريقيا الوسطى|أفريقيا الوسطى", "CG": "جمهورية الكونغو|الكونغو برازافيل",
    "CI": "ساحل العاج|كوت ديفوار", "CL": "تشيلي|شيلي", "CV": "الرأس الأخضر|كاب فيردي",
    "CZ": "جمهورية التشيك|التشيك|تشيكيا", "DK": "الدنمارك|الدانمارك|الدانمرك", "DO": "جمهورية الدومينيكان|الدومينيكان",
    "EC": "الإكوادور|إكوادور", "FK": "جزر فوكلاند|الفوكلاند", "GA": "الغابون|الجابون", "GD": "غرينادا|جرينادا",
    "GL": "غرينلاند|جرينلاند", "GM": "غامبيا|جامبيا", "GT": "غواتيمالا|جواتيمالا", "GY": "غيانا|غويانا|جويانا",
    "HK": "هونغ كونغ|هونج كونج|هونكونغ", "HU": "المجر|هنغاريا", "KG": "قرغيزستان|قيرغيزستان|قرغيزيا",
    "KZ": "كازاخستان|كازخستان|قازاقستان", "LK": "سريلانكا|سري لانكا", "LU": "لوكسمبورغ|لوكسمبورج",
    "MD": "مولدوفا|مولدافيا|ملدوفا", "ME": "الجبل الأسود|مونتينيغرو", "MK": "مقدونيا الشمالية|مقدونيا",
    "ML": "جمهورية مالي|دولة مالي", "MM": "ميانمار|بورما|ماينمار", "MN": "منغوليا|منجوليا", "MO": "ماكاو",
    "MV": "جزر المالديف|المالديف", "MW": "مالاوي|ملاوي", "MZ": "موزمبيق|موزامبيق", "NI": "نيكاراغوا|نيكاراجوا",
    "NP": "نيبال|النيبال", "NZ": "نيوزيلندا|نيوزيلاندا", "PH": "الفلبين|الفيليبين", "PL": "بولندا|بولونيا",
    "PR": "بورتوريكو|بويرتو ريكو", "PS": "فلسطين|دولة فلسطين", "PY": "باراغواي|باراجواي|الباراغواي",
    "RU": "روسيا|روسيا الاتحادية", "SA": "المملكة العربية السعودية", "SC": "سيشل|سيشيل|جزر سيشل",
    "SY": "سوريا|الجمهورية العربية السورية", "SZ": "إسواتيني|سوازيلاند", "TG": "توغو|توجو", "TH": "تايلاند|تايلند",
    "TL": "تيمور الشرقية|تيمور ليشتي", "TO": "تونغا|تونجا", "TT": "ترينيداد وتوباغو|ترينيداد وتوباجو",
    "UG": "أوغندا|أوغاندا", "US": "الولايات المتحدة|الولايات المتحدة الأميركية|الولايات المتحدة الأمريكية",
    "UY": "أوروغواي|أورغواي|أوروجواي|الأوروغواي", "UZ": "أوزبكستان|أوزباكستان", "VN": "فيتنام|فييتنام",
    "XK": "كوسوفو|كوسوفا", "ZW": "زيمبابوي|زمبابوي", "EG": "مصر|جمهورية مصر العربية",
    "CN": "الصين|جمهورية الصين الشعبية",
    "GB": "المملكة المتحدة", "LY": "ليبيا|الجماهيرية الليبية", "QA": "قطر|دولة قطر", "KW": "الكويت|دولة الكويت",
    "IR": "إيران|الجمهورية الإسلامية الإيرانية", "JO": "الأردن|المملكة الأردنية الهاشمية",
    "BH": "البحرين|مملكة البحرين",
    "MA": "المغرب|المملكة المغربية", "OM": "سلطنة عُمان|عُمان", "IE": "أيرلندا|إرلندا", "KP": "كوريا الشمالية",
    "LB": "لبنان|الجمهورية اللبنانية", "SD": "السودان|جمهورية السودان", "SS": "جنوب السودان|دولة جنوب السودان",
    "YE": "اليمن|الجمهورية اليمنية", "IQ": "العراق|جمهورية العراق", "TN": "تونس|الجمهورية التونسية",
}  # fmt: skip

VARIANTS: Final = {
    "AE": "UAE", "BA": "Bosnia & Herzegovina|Bosnia-Herzegovina", "BY": "Byelorussia", "CD": "DR Congo|DRC",
    "CI": "Côte d'Ivoire", "CZ": "Czechia", "MM": "Burma", "MO": "Macau", "SZ": "Swaziland", "TR": "Türkiye",
    "TL": "East Timor", "VA": "Vatican City",
}  # fmt: skip

MORE: Final = (
    ("أميركا", "America", "أمريكا|أميريكا"),
    ("بريطانيا", "Britain", "بريطانيا العظمى"),
    ("إنجلترا", "England", "إنكلترا|إنغلترا"),
    ("اسكتلندا", "Scotland", "سكوتلندا|إسكوتلندا|سكتلندا"),
    ("إقليم ويلز", "Wales", "مقاطعة ويلز"),
    ("أيرلندا الشمالية", "Northern Ireland", "إرلندا الشمالية"),
    ("الاتحاد الروسي", "Russian Federation", ""),
    ("الاتحاد السوفيتي", "Soviet Union", "الاتحاد السوفياتي|الاتحاد السوفييتي"),
    ("يوغوسلافيا", "Yugoslavia", "يوغسلافيا|يوجوسلافيا"),
    ("المغرب العربي", "Maghreb", ""),
    ("الأراضي الفلسطينية", "Palestinian territories", "الأراضي الفلسطينية المحتلة"),
    ("إقليم كردستان", "Kurdistan region", "كردستان العراق|إقليم كوردستان"),
    ("أرض الصومال", "Somaliland", "صوماليلاند"),
    ("الشيشان", "Chechnya", ""),
    ("القرم", "Crimea", "شبه جزيرة القرم"),
)


def territories(language: str) -> dict[str, str]:
    """Return CLDR's names of countries and territories, by their codes."""
    return {str(code): str(name) for code, name in Locale(language).territories.items()}


def rows() -> Iterator[tuple[str, str, str, str, str, str]]:
    """Yield source, target, type, note, case and variants, by English name, what CLDR has not at the end."""
    arabic, english = territories("ar"), territories("en")
    codes = [code for code in english if len(code) == 2 and code.isalpha() and code not in LEFT_OUT]
    named = {code: ENGLISH.get(code, english[code].replace(" & ", " and ").replace("’", "'")) for code in codes}
    for code in sorted(codes, key=lambda code: named[code]):
        source, *spellings = ARABIC.get(code, arabic[code]).split("|")
        # CLDR's own spelling is one more, where it can stand in a text.
        if arabic[code] not in (source, *spellings) and code not in HOMOGRAPHS and "(" not in arabic[code]:
            spellings += [arabic[code]] * (" - " not in arabic[code] and code not in ("MO", "PS"))
        variants = [*spellings, *filter(None, VARIANTS.get(code, "").split("|"))]
        yield source, named[code], "country", code, "exact", "|".join(variants)
    for source, target, listed in MORE:
        yield source, target, "place", "", "exact", listed


def main() -> None:
    """Write the file to standard output."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(("source", "target", "type", "note", "case", "variants"))
    writer.writerows(rows())


if __name__ == "__main__":
    main()
