"use strict";
/**
 * Which articles the index lists, and in what order: no document here, only lists.
 * @typedef {{words: string, flag: string, most: number | null, term: string, state: string, sort: string, down: boolean}}
 *   Wish
 */
mtpipe.listing = (() => {
  const { fold } = mtpipe.find;
  const collator = new Intl.Collator(["ar", "en"], { numeric: true });

  /** Checks that are counted, not listed by code. */
  const COUNTED = {
    "any warning": (row) => row.guard_flags + row.flagged_mentions + row.number_mismatches + row.rejected + row.unmatched > 0,
    "terms not as listed": (row) => row.flagged_mentions > 0,
    "numbers differ": (row) => row.number_mismatches > 0,
    "rejected beads": (row) => row.rejected > 0,
    "no counterpart": (row) => row.unmatched > 0,
  };

  /** What a row is searched by. @type {WeakMap<object, string>} */
  const folded = new WeakMap();
  const searched = (row) => {
    if (!folded.has(row)) folded.set(row, fold(`${row.title} ${row.target_title} ${row.article_id}`));
    return folded.get(row);
  };

  /**
   * The states of paragraphs that records tell of, by article and by paragraph.
   * @param {any[]} records
   * @returns {Known}
   * @typedef {Map<string, Map<string, string>>} Known
   */
  const states = (records) => {
    const known = new Map();
    for (const { paragraph, ties } of records) {
      const cut = paragraph.lastIndexOf("#");
      const article = paragraph.slice(0, cut);
      if (!known.has(article)) known.set(article, new Map());
      known.get(article).set(paragraph.slice(cut + 1), mtpipe.ties.state(ties));
    }
    return known;
  };

  /** Count an article's paragraphs by state; records hold over what the data has. @param {any} row @param {Known} known */
  const counts = (row, known) => {
    const own = known.get(row.article_id) ?? new Map();
    const all = new Map([...Object.entries(row.decided).flatMap(([state, names]) => names.map((name) => [name, state])), ...own]);
    if (!all.size) return { approved: 0, rejected: 0, begun: false };
    const of = (state) => [...all.values()].filter((one) => one === state).length;
    return { approved: of("approved"), rejected: of("rejected"), begun: true };
  };

  /** How far an article is. @param {any} row @param {Known} known */
  const stateOf = (row, known) => {
    const { approved, rejected, begun } = counts(row, known);
    if (rejected) return "rejected";
    if (!begun) return "open";
    return approved >= row.paragraphs ? "approved" : "begun";
  };

  /** @param {any[]} rows @param {Wish} wish @param {Known} known */
  const chosen = (rows, wish, known) => {
    const words = fold(wish.words).split(/\s+/).filter(Boolean);
    const term = fold(wish.term).trim();
    const flag = COUNTED[wish.flag] ?? ((row) => row.flags.includes(wish.flag));
    const found = rows.filter((row) =>
      words.every((word) => searched(row).includes(word))
      && (!wish.flag || flag(row))
      && (wish.most === null || (row.similarity !== null && row.similarity <= wish.most))
      && (!term || row.terms.some((one) => fold(one).includes(term)))
      && (!wish.state || stateOf(row, known) === wish.state));
    return wish.sort ? sorted(found, wish, known) : found;
  };

  /** The value that a column is sorted by; null: not measured. */
  const value = (row, column, known) => {
    if (column === "title") return searched(row);
    if (column === "reviewed") return counts(row, known).approved / Math.max(row.paragraphs, 1);
    return row[column];
  };

  const sorted = (rows, { sort, down }, known) => {
    const keyed = rows.map((row) => [value(row, sort, known), row]);
    keyed.sort(([one], [other]) => {
      if ((one === null) !== (other === null)) return one === null ? 1 : -1; // what was not measured stands last
      const order = typeof one === "string" ? collator.compare(one, other) : one - other;
      return down ? -order : order;
    });
    return keyed.map(([, row]) => row);
  };

  /** All codes that rows have, and the counted ones that occur. @param {any[]} rows */
  const flags = (rows) => [
    ...Object.keys(COUNTED).filter((name) => rows.some(COUNTED[name])),
    ...[...new Set(rows.flatMap((row) => row.flags))].filter((code) => code !== "numbers").sort(),
  ];

  /** The terms, the most frequent first. @param {any[]} rows @param {number} most */
  const terms = (rows, most) => {
    const counts = new Map();
    for (const row of rows) for (const term of row.terms) counts.set(term, (counts.get(term) ?? 0) + 1);
    return [...counts].sort((one, other) => other[1] - one[1]).slice(0, most).map(([term]) => term);
  };

  return { chosen, states, counts, stateOf, flags, terms };
})();
