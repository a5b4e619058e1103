"use strict";
/**
 * Units: what is decided on at once, as the page shows it. A unit of an article is a paragraph in one row; that of an
 * aligned pair has a row for each of its ties, and these rows keep their shape.
 */
mtpipe.unit = (() => {
  const { make, points, ties: { open, anchors, state, same } } = mtpipe;
  const WORDS = { approved: "approved", rejected: "rejected", open: "" };
  /** @type {Map<string, Unit>} by id */
  const all = new Map();
  /** @type {WeakMap<Element, Unit>} by row */
  const home = new WeakMap();

  /** A sentence of the page. */
  const sentence = (anchor, side, content) => {
    const other = side === "ar" ? "en" : "ar";
    const settings = { class: "s", id: `${anchor}-${side}`, "data-s": anchor, tabindex: 0, role: "group",
      "aria-describedby": `${anchor}-${other}` };
    const made = make("span", settings);
    made.append(content);
    return made;
  };

  class Unit {
    /** @param {string} id @param {HTMLElement[]} rows those of one unit */
    constructor(id, rows) {
      this.id = id;
      this.name = rows[0].dataset.unit;
      this.base = rows[0].dataset.base;
      this.rows = rows;
      this.pair = rows[0].hasAttribute("data-cuts");
      this.conflict = null;
      this.error = null;
      this.sending = false;
      this.initial = this.pair ? this.#ofPair() : this.#ofParagraph();
      this.touched = false; // while it is not, the page is as Python wrote it
    }

    #cell(row, side) { return row.querySelector(`:scope > .${side}`); }

    #ofParagraph() {
      const [row] = this.rows;
      const arabic = this.#cell(row, "ar");
      this.source = mtpipe.cells.taken(arabic);
      this.sentences = [];
      let start = 0;
      for (const node of arabic.childNodes) {
        if (node.nodeType === Node.ELEMENT_NODE && node.matches(".s")) {
          const anchor = node.dataset.s;
          const english = document.getElementById(`${anchor}-en`);
          this.sentences.push({ start, anchor, ...decided(english), warned: english.matches(".warned"),
            ...mtpipe.cells.taken(english) });
        }
        start += points.length(node.textContent);
      }
      this.translated = this.sentences.map(({ translated }) => translated);
      return this.sentences.map(({ start: begin, text, held, comment }, at) =>
        ({ ...open(begin, this.sentences[at + 1]?.start ?? start, text), state: held, comment }));
    }

    #ofPair() {
      const cuts = this.rows[0].dataset.cuts.split(" ").map(Number);
      const known = new Map();
      this.cells = new Map();
      for (const row of this.rows) {
        const [tie, cell] = [Number(row.dataset.tie), this.#cell(row, "en")];
        if (!cell.childNodes.length) cell.append(sentence(row.id, "en", ""));
        this.cells.set(tie, [...cell.childNodes]);
        known.set(tie, { text: cell.textContent, ...decided(row) });
      }
      // What is not in a row of its own can't be decided on: "approved" leaves the unit's state to the others.
      const elsewhere = { text: "", held: "approved", comment: "", translated: null };
      const ties = cuts.slice(0, -1).map((_, at) => known.get(at) ?? elsewhere);
      this.translated = ties.map(({ translated }) => translated);
      return ties.map(({ text, held, comment }, at) => ({ ...open(cuts[at], cuts[at + 1], text), state: held, comment }));
    }

    get ties() { return mtpipe.store.ties(this); }
    get record() { return mtpipe.store.record(this); }
    get state() { return state(this.ties); }
    /** Whether a person wrote anything here that is not yet in the data. */
    get changed() { return !same(this.ties.map(bare), this.initial.map(bare)); }
    /** Whether a person wrote anything here, now or before decisions were applied. */
    get edited() { return this.changed || this.translated.some((text) => text !== null); }

    /** The ties that the page shows: of a pair, some may be elsewhere. */
    get shown() { return this.ties.map((_, at) => at).filter((at) => !this.pair || this.cells.has(at)); }

    row(tie) { return this.pair ? this.rows.find((row) => Number(row.dataset.tie) === tie) : this.rows[0]; }

    /** The English of a tie on the page. */
    english(tie) {
      const cell = this.#cell(this.row(tie), "en");
      return this.pair ? cell.querySelector(".s") : cell.querySelectorAll(".s")[tie];
    }

    /** The Arabic of a tie on the page. */
    arabic(tie) {
      const cell = this.#cell(this.row(tie), "ar");
      return this.pair ? cell.querySelector(".s") : cell.querySelectorAll(".s")[tie];
    }

    /** The cells of a tie. */
    cell(tie, side) { return this.#cell(this.row(tie), side); }

    /** The number of the tie that an element of the page is in; -1: none. */
    tieOf(element) {
      if (this.pair) return Number(element.closest("[data-tie]").dataset.tie);
      const own = element.closest(".s");
      return own ? [...own.parentElement.querySelectorAll(".s")].indexOf(own) : -1;
    }

    /** The Arabic of a tie, as text. */
    sourceText(tie) {
      const { source_start: start, source_end: end } = this.ties[tie];
      if (this.pair) return this.#cell(this.row(tie), "ar").textContent;
      return this.source.text.slice(points.toUnits(this.source.text, start), points.toUnits(this.source.text, end));
    }

    /** Bring the page in line with what is decided. */
    render() {
      if (this.record || this.touched || mtpipe.store.ties(this) !== this.initial) {
        this.touched = true;
        if (this.pair) this.#renderPair();
        else this.#renderParagraph();
      }
      this.#renderStates();
    }

    #renderParagraph() {
      const ties = this.ties;
      const names = anchors(ties, this.sentences);
      const [arabic, english] = ["ar", "en"].map((side) => this.#cell(this.rows[0], side));
      arabic.replaceChildren();
      english.replaceChildren();
      ties.forEach((tie, at) => {
        const [start, end] = [tie.source_start, tie.source_end].map((point) => points.toUnits(this.source.text, point));
        const whole = this.source.text.slice(start, end);
        const body = start + (whole.trimEnd() || whole).length;
        const source = sentence(names[at], "ar", mtpipe.cells.laid(this.source, start, body));
        arabic.append(source, this.source.text.slice(body, end));
        const known = this.sentences.find(({ anchor }) => anchor === names[at]);
        const asMade = known && known.text === tie.text && same([bare(tie)], this.initial.filter(
          (one) => one.source_start === tie.source_start).map(bare));
        const terms = mtpipe.cells.terms(source);
        const target = sentence(names[at], "en", asMade
          ? mtpipe.cells.laid(known, 0, known.text.length) : mtpipe.cells.retold(tie.text, terms));
        if (asMade && known.warned) target.classList.add("warned");
        if (!asMade) settle(source, target);
        if (tie.text && english.textContent) english.append(" ");
        english.append(target);
      });
    }

    #renderPair() {
      this.ties.forEach((tie, at) => {
        if (!this.cells.has(at)) return;
        const cell = this.#cell(this.row(at), "en");
        const asMade = tie.text === this.initial[at].text;
        cell.replaceChildren(...(asMade ? this.cells.get(at)
          : [sentence(this.row(at).id, "en", mtpipe.cells.plain(tie.text))]));
        cell.classList.toggle("none", !tie.text);
      });
    }

    #renderStates() {
      const ties = this.ties;
      for (const at of this.shown) {
        const [tie, element] = [ties[at], this.english(at)];
        const edited = this.isEdited(at);
        // The signs are drawn by the style sheet: they are no text of the sentence.
        const signs = { approved: "✓", rejected: "✕" }[tie.state] ?? "";
        const drawn = [signs, edited ? "✎" : "", tie.comment ? "❝" : ""].filter(Boolean).join("\u2009");
        if (drawn) element.dataset.signs = drawn;
        else delete element.dataset.signs;
        element.classList.toggle("approved", tie.state === "approved");
        element.classList.toggle("rejected", tie.state === "rejected");
        const words = [WORDS[tie.state], edited ? "edited" : "", tie.comment ? "commented" : ""].filter(Boolean);
        if (words.length) element.setAttribute("aria-description", words.join(", "));
        else element.removeAttribute("aria-description");
        element.tabIndex = 0;
      }
      for (const row of this.rows) {
        row.dataset.state = this.pair ? ties[Number(row.dataset.tie)].state : state(ties);
        row.classList.toggle("changed", this.changed && (!this.pair || this.isEdited(Number(row.dataset.tie))));
      }
    }

    /** Whether a tie differs from what the machine, or the writers of a pair, had. */
    isEdited(at) {
      const tie = this.ties[at];
      const place = this.initial.findIndex((one) => same([bare(one)], [bare(tie)]));
      return place < 0 || this.translated[place] !== null;
    }

    /** What the machine had where a tie stands now. */
    before(at) {
      const { source_start: start, source_end: end } = this.ties[at];
      const under = this.initial.flatMap((one, place) => (one.source_start < end && one.source_end > start
        ? [this.translated[place] ?? one.text] : []));
      return under.filter(Boolean).join(" ");
    }
  }

  /** What was decided before, and is in the data, as Python wrote it. @param {HTMLElement} element */
  const decided = ({ dataset: { state: held = "open", comment = "", translated = null } }) => ({ held, comment, translated });

  /** A tie without what was judged: its span and its English. */
  const bare = (tie) => ({ ...tie, state: "open", comment: "" });

  /** Take the flags off terms that are now as listed. */
  const settle = (source, target) => {
    const there = new Set(mtpipe.cells.terms(target).map(({ key }) => key));
    for (const mark of source.querySelectorAll("mark.flagged")) {
      if (!mark.dataset.m.split(" ").every((key) => there.has(key))) continue;
      mark.classList.remove("flagged");
      mark.querySelector(":scope > .icon")?.remove();
    }
  };

  /** Make the units of the page. @param {string} article */
  const start = (article) => {
    const groups = new Map();
    for (const row of document.querySelectorAll("[data-unit]")) {
      const group = groups.get(row.dataset.unit) ?? [];
      groups.set(row.dataset.unit, [...group, row]);
    }
    for (const [name, rows] of groups) {
      const unit = new Unit(`${article}#${name}`, rows);
      if (!unit.initial.length) continue; // a paragraph of nothing but white space
      all.set(unit.id, unit);
      for (const row of rows) home.set(row, unit);
    }
  };

  /** The unit that an element is in, and its tie there. @param {Element | null} element */
  const of = (element) => {
    const row = element?.closest?.("[data-unit]");
    const unit = row && home.get(row);
    if (!unit) return null;
    const tie = unit.tieOf(element);
    return { unit, tie: tie < 0 ? null : tie };
  };

  /** All places, in the order of the page. */
  const places = () =>
    [...document.querySelectorAll(".en > .s")].map((element) => ({ element, ...of(element) })).filter(({ unit }) => unit);

  return { start, all, of, places };
})();
