"use strict";
/** What people wrote for sentences like those of the page: suggestions out of the memory that the run was given. */
mtpipe.memory = (() => {
  const { make } = mtpipe;
  /** @typedef {{score: number, source: string, target: string, approved: boolean, reviewer: string}} Suggestion */
  /** @type {Map<string, Suggestion[]>} by the id of the sentence */
  let held = new Map();

  /**
   * The suggestions for a tie: as long as it is the sentence that it was, and is not what they say.
   * @param {any} unit
   * @param {number} at
   */
  const of = (unit, at) => {
    if (unit.pair || !held.size) return [];
    const { source_start: start, source_end: end, text } = unit.ties[at];
    const place = unit.initial.findIndex((one) => one.source_start === start && one.source_end === end);
    if (place < 0) return [];
    const id = `${unit.id.slice(0, unit.id.lastIndexOf("#"))}#${unit.sentences[place].anchor}`;
    return (held.get(id) ?? []).filter(({ target }) => target !== text);
  };

  /** The likeness of the best suggestion for a unit; 0: there is none. @param {any} unit */
  const best = (unit) => Math.max(0, ...unit.shown.flatMap((at) => of(unit, at).map(({ score }) => score)));

  /**
   * All suggestions for a unit.
   * @param {any} unit
   * @param {(at: number, text: string) => void} use
   * @param {(at: number) => void} close
   */
  const shown = (unit, use, close) => {
    const list = make("ul", { class: "remembered", "aria-label": `From the memory, for ${unit.name}` });
    for (const at of unit.shown) {
      for (const { score, source, target, approved, reviewer } of of(unit, at)) {
        const sentence = unit.ties.length > 1 ? `, sentence ${at + 1}` : "";
        const who = approved ? ["approved", ...(reviewer ? [" by ", make("bdi", {}, reviewer)] : [])] : ["not approved"];
        const facts = make("p", {}, `${score} % alike${sentence}, `, ...who);
        const arabic = make("p", {}, mtpipe.changes.shown(source.trim(), unit.sourceText(at).trim(), "ar"));
        const english = make("p", { lang: "en", dir: "ltr" }, mtpipe.cells.plain(target));
        const button = make("button", { type: "button", "data-at": at, onclick: () => use(at, target) }, "Use this English");
        button.setAttribute("aria-label", `Use this English${sentence}: ${target}`);
        list.append(make("li", {}, facts, arabic, english, button));
      }
    }
    list.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !event.target.dataset.at) return;
      event.preventDefault();
      event.stopPropagation();
      close(Number(event.target.dataset.at));
    });
    return list;
  };

  /** Load what there is, and bring the rows in line that have some. */
  const start = async () => {
    if (!document.body.hasAttribute("data-remembered")) return;
    const tidy = (text) => text.replace(/\s+/g, " ").trim(); // a sentence is one line
    const found = await mtpipe.shards.remembered(Number(document.body.dataset.window));
    held = new Map(found.map(([id, list]) => [id, list.map(([score, source, target, approved, reviewer]) =>
      ({ score, source, target: tidy(target), approved, reviewer }))]));
    for (const unit of mtpipe.unit.all.values()) if (best(unit)) mtpipe.actions.refresh(unit);
  };

  return { start, of, best, shown };
})();
