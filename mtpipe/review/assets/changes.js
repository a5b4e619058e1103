"use strict";
/** Shows what changed, word by word. */
mtpipe.changes = (() => {
  const { make } = mtpipe;

  /**
   * One text become another.
   * @param {string} before
   * @param {string} after
   * @param {"en" | "ar"} lang
   */
  const shown = (before, after, lang = "en") => {
    const made = make("span", { class: "diff", lang, dir: lang === "ar" ? "rtl" : "ltr" });
    for (const { kind, text } of mtpipe.diff.words(before, after)) {
      const tag = { same: "span", out: "del", in: "ins" }[kind];
      const element = make(tag);
      element.append(mtpipe.cells.plain(text));
      made.append(element);
    }
    return made;
  };

  /** A list of what a person changed in a unit. @param {any} unit */
  const ofUnit = (unit) => {
    const list = make("ul", { class: "changes" });
    for (const at of unit.shown) {
      const before = unit.before(at);
      if (before !== unit.ties[at].text) list.append(make("li", {}, shown(before, unit.ties[at].text)));
    }
    if (!list.childNodes.length) list.append(make("li", {}, "No word differs."));
    return list;
  };

  return { shown, ofUnit };
})();
