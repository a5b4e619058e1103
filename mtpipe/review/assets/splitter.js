"use strict";
/** Splitting a tie: two marks, one in the Arabic and one in the English, that keys or clicks move from word to word. */
mtpipe.splitter = (() => {
  const { make, points } = mtpipe;
  const AFTER_STOP = /[.!?؟…؛،:;,]["'”»)\]]*\s+$/;
  /** @type {any} */
  let open = null;

  /** Where a text may be cut: before each of its words but the first. @param {string} text */
  const cuts = (text) => [...text.matchAll(/\s+(?=\S)/g)].map((match) => match.index + match[0].length).filter(
    (place) => text.slice(0, place).trim());

  /** The cut nearest to a share of the text; one after a stop is worth a tenth of it. */
  const nearest = (text, places, share) => {
    let [best, least] = [0, Infinity];
    places.forEach((place, at) => {
      const distance = Math.abs(place / text.length - share) - (AFTER_STOP.test(text.slice(0, place)) ? 0.1 : 0);
      if (distance < least) [best, least] = [at, distance];
    });
    return best;
  };

  /**
   * Ask where to split.
   * @param {any} unit
   * @param {number} tie
   * @param {number | null} [target] where the English is to be cut, if that is known
   */
  const begin = (unit, tie, target = null) => {
    if (unit.pair) return mtpipe.bar.say("Sentences of aligned articles are not split here.");
    const english = unit.ties[tie].text;
    const source = unit.sourceText(tie);
    const sides = { ar: { text: source, places: cuts(source) }, en: { text: english, places: cuts(english) } };
    if (!sides.ar.places.length) return mtpipe.bar.say("One word of Arabic can't be split.");
    end();
    const { ar, en } = sides;
    if (target === null) en.at = nearest(en.text, en.places, 0.5);
    else en.at = Math.max(0, en.places.findLastIndex((place) => place <= target));
    ar.at = nearest(ar.text, ar.places, en.places.length ? en.places[en.at] / en.text.length : 0.5);
    open = { unit, tie, before: unit.ties, sides, panel: panel() };
    unit.rows[0].append(open.panel);
    draw("ar");
    if (sides.en.places.length) draw("en");
    open.sides.ar.mark.focus();
    mtpipe.actions.current(unit);
    return undefined;
  };

  const panel = () =>
    make("div", { class: "panel plain", role: "group", "aria-label": "Split this sentence", onkeydown: around },
      make("span", {}, "Split here? Arrow keys or clicks move the two cuts, Tab goes from one to the other."),
      make("button", { type: "button", class: "strong", onclick: apply }, "Split"),
      make("button", { type: "button", onclick: cancel }, "Cancel"));

  /** Show the cut of a side, in the sentence. @param {"ar" | "en"} name */
  const draw = (name) => {
    const { unit, tie, sides } = open;
    const side = sides[name];
    const element = name === "ar" ? unit.arabic(tie) : unit.english(tie);
    const place = side.places[side.at];
    const [before, after] = [side.text.slice(0, place), side.text.slice(place)];
    side.mark ??= make("span", { class: "cut", role: "slider", tabindex: 0, "aria-valuemin": 1,
      "aria-label": name === "ar" ? "Cut in the Arabic" : "Cut in the English", onkeydown: keys(name) });
    side.mark.setAttribute("aria-valuemax", side.places.length);
    side.mark.setAttribute("aria-valuenow", side.at + 1);
    side.mark.setAttribute("aria-valuetext", `before ${after.split(/\s/, 3).join(" ")}`);
    const held = document.activeElement === side.mark;
    element.replaceChildren(mtpipe.cells.plain(before), side.mark, mtpipe.cells.plain(after));
    if (held) side.mark.focus();
    element.onclick = (event) => {
      event.preventDefault();
      const found = wordAt(element, side, event);
      if (found !== null) move(name, found);
    };
  };

  /** The cut before the word that was clicked on. */
  const wordAt = (element, side, event) => {
    const place = document.caretPositionFromPoint?.(event.clientX, event.clientY);
    const range = place ? null : document.caretRangeFromPoint?.(event.clientX, event.clientY);
    const [node, offset] = place ? [place.offsetNode, place.offset] : [range?.startContainer, range?.startOffset];
    if (!node || !element.contains(node)) return null;
    const before = document.createRange();
    before.setStart(element, 0);
    before.setEnd(node, offset);
    const at = before.toString().length;
    const found = side.places.findLastIndex((one) => one <= at);
    return Math.max(found, 0);
  };

  const move = (name, at) => {
    const side = open.sides[name];
    side.at = Math.min(Math.max(at, 0), side.places.length - 1);
    draw(name);
    side.mark.focus();
  };

  /** Tab goes round the cuts and the buttons: between the two sentences lie others. */
  const around = (event) => {
    if (event.key !== "Tab" && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") return cancel();
    const { sides, panel: shown } = open;
    const stops = [sides.ar.mark, sides.en.mark, ...shown.querySelectorAll("button")].filter(Boolean);
    const at = stops.indexOf(document.activeElement);
    return stops.at((at + (event.shiftKey ? -1 : 1)) % stops.length).focus();
  };

  const keys = (name) => (event) => {
    const side = open.sides[name];
    const forward = name === "ar" ? "ArrowLeft" : "ArrowRight";
    const back = name === "ar" ? "ArrowRight" : "ArrowLeft";
    const steps = { [forward]: 1, ArrowDown: 1, [back]: -1, ArrowUp: -1, Home: -1e9, End: 1e9 };
    event.stopPropagation();
    if (event.key in steps) move(name, side.at + steps[event.key]);
    else if (event.key === "Enter") apply();
    else return around(event);
    return event.preventDefault();
  };

  const apply = () => {
    const { unit, tie, before, sides } = open;
    const source = before[tie].source_start + points.toPoints(sides.ar.text, sides.ar.places[sides.ar.at]);
    const target = sides.en.places.length ? sides.en.places[sides.en.at] : sides.en.text.length;
    const wanted = mtpipe.ties.split(before, tie, source, target);
    end();
    mtpipe.actions.decide("split", unit, wanted, before);
    unit.english(tie).focus();
  };

  const cancel = () => {
    const { unit, tie } = open;
    end();
    unit.english(tie).focus();
  };

  /** Take the marks away. */
  const end = () => {
    if (!open) return;
    const { unit, panel: shown } = open;
    open = null;
    shown.remove();
    unit.touched = true;
    mtpipe.actions.refresh(unit);
  };

  return { begin, end, get active() { return open; } };
})();
