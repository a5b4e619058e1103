"use strict";
/**
 * Ties: stretches of a paragraph's Arabic with their English. All functions return new lists; none changes its own.
 * @typedef {{source_start: number, source_end: number, text: string, state: "open" | "approved" | "rejected",
 *   comment: string}} Tie
 */
mtpipe.ties = (() => {
  const FIELDS = ["source_start", "source_end", "text", "state", "comment"];

  /** @param {number} start @param {number} end @param {string} text @returns {Tie} */
  const open = (start, end, text) => ({ source_start: start, source_end: end, text, state: "open", comment: "" });

  /** Replace one tie by others. @param {Tie[]} ties @param {number} at @param {...Tie} others */
  const replaced = (ties, at, ...others) => [...ties.slice(0, at), ...others, ...ties.slice(at + 1)];

  /** Change what a tie says. @param {Tie[]} ties @param {number} at @param {Partial<Tie>} values */
  const changed = (ties, at, values) => replaced(ties, at, { ...ties[at], ...values });

  /** Give a tie other English: it is to be approved anew. @param {Tie[]} ties @param {number} at @param {string} text */
  const edited = (ties, at, text) => (text === ties[at].text ? ties : changed(ties, at, { text, state: "open" }));

  /** Set the state of one tie, or of all. @param {Tie[]} ties @param {number | null} at @param {Tie["state"]} state */
  const judged = (ties, at, state) => ties.map((tie, place) => (at === null || place === at ? { ...tie, state } : tie));

  /** Join a tie and the next one. @param {Tie[]} ties @param {number} at */
  const merged = (ties, at) => {
    const [one, other] = [ties[at], ties[at + 1]];
    const tie = {
      source_start: one.source_start,
      source_end: other.source_end,
      text: [one.text, other.text].filter(Boolean).join(" "),
      state: one.state === other.state ? one.state : "open",
      comment: [one.comment, other.comment].filter(Boolean).join("\n"),
    };
    return [...ties.slice(0, at), tie, ...ties.slice(at + 2)];
  };

  /**
   * Cut a tie in two.
   * @param {Tie[]} ties
   * @param {number} at
   * @param {number} source code points of the paragraph before the cut
   * @param {number} target UTF-16 units of the tie's English before the cut
   */
  const split = (ties, at, source, target) => {
    const tie = ties[at];
    return replaced(
      ties,
      at,
      { ...tie, source_end: source, text: tie.text.slice(0, target).trim(), state: "open" },
      { ...open(source, tie.source_end, tie.text.slice(target).trim()) },
    );
  };

  /** The paragraph's state. @param {Tie[]} ties @returns {Tie["state"]} */
  const state = (ties) => {
    if (ties.some((tie) => tie.state === "rejected")) return "rejected";
    return ties.every((tie) => tie.state === "approved") ? "approved" : "open";
  };

  /** Whether two lists say the same. @param {Tie[]} ours @param {Tie[]} theirs */
  const same = (ours, theirs) =>
    ours.length === theirs.length && ours.every((tie, at) => FIELDS.every((field) => tie[field] === theirs[at][field]));

  /** The English of all, as a paragraph. @param {Tie[]} ties */
  const english = (ties) => ties.map((tie) => tie.text).filter(Boolean).join(" ");

  /**
   * The anchors of ties: a tie that begins where a sentence began has that sentence's, one that begins inside a
   * sentence has its anchor and a letter.
   * @param {Tie[]} ties
   * @param {{start: number, anchor: string}[]} sentences in order
   */
  const anchors = (ties, sentences) => {
    const used = new Map();
    return ties.map((tie) => {
      const home = sentences.findLast((sentence) => sentence.start <= tie.source_start) ?? sentences[0];
      if (home.start === tie.source_start) return home.anchor;
      const number = (used.get(home.anchor) ?? 0) + 1;
      used.set(home.anchor, number);
      return home.anchor + letters(number);
    });
  };

  /** b, c, ... z, ba, bb, ...: what follows the sentence itself. @param {number} number */
  const letters = (number) => {
    let text = "";
    for (let rest = number; rest > 0; rest = Math.floor(rest / 26)) text = String.fromCharCode(97 + (rest % 26)) + text;
    return text;
  };

  return { open, changed, edited, judged, merged, split, state, same, english, anchors };
})();
