"use strict";
/** Finding words: Arabic whatever its spelling, English as whole words. */
mtpipe.find = (() => {
  // What may stick to the front of an Arabic word: (and, so) (by, for, as, will) (the).
  const BEFORE = "(?:[وف])?(?:[بلكس])?(?:ال|لل)?";

  /**
   * Fold spelling, nearly as the glossary does: no vowel signs, no tatweel, one alef, one yeh, one heh. Hamza and madda
   * on a letter are marks once it is decomposed.
   * @param {string} text
   */
  const fold = (text) =>
    text.normalize("NFKD").replace(/[\p{M}\u0640\u200c-\u200f]/gu, "").replace(/ٱ/g, "ا").replace(/[ىی]/g, "ي")
      .replace(/ة/g, "ه").replace(/ک/g, "ك").toLowerCase();

  /** Make a pattern of a text that is taken as it is. @param {string} text */
  const literal = (text) => text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");

  /** Whether an Arabic text has a name, be there something stuck to it. @param {string} text @param {string} name */
  const hasArabic = (text, name) => {
    const wanted = literal(fold(name).trim()).replace(/\s+/g, "\\s+");
    if (!wanted) return false;
    // "for the" eats the alef of the article: للأمم is ل + الأمم.
    const eaten = wanted.startsWith("ال") ? `|[وف]?لل${wanted.slice(2)}` : "";
    return new RegExp(`(?<![\\p{L}\\p{N}])(?:${BEFORE}${wanted}${eaten})(?![\\p{L}\\p{N}])`, "u").test(fold(text));
  };

  /** A pattern that finds a word, or words, in English. @param {string} words */
  const pattern = (words) => new RegExp(`(?<![\\p{L}\\p{N}])${literal(words)}(?![\\p{L}\\p{N}])`, "gu");

  /** Where words stand in English. @param {string} text @param {string} words @returns {[number, number][]} */
  const places = (text, words) =>
    words ? [...text.matchAll(pattern(words))].map((match) => [match.index, match.index + words.length]) : [];

  return { fold, hasArabic, pattern, places };
})();
