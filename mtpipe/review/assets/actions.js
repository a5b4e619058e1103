"use strict";
/** What can be done with a paragraph, its buttons, and what the page says beneath it. */
mtpipe.actions = (() => {
  const { make } = mtpipe;
  const { all, of, places } = mtpipe.unit;
  /** @type {any} the unit that was worked on last */
  let now = null;
  const opened = new Set(); // rows whose changes are shown
  const remembering = new Set(); // rows for which it is shown what the memory has
  const writing = new Map(); // rows whose comment is being written: the tie

  /** Mark the unit that is worked on: its row shows all buttons. */
  const current = (unit) => {
    if (unit === now) return;
    const before = now;
    now = unit;
    if (before) before.rows.forEach((row) => row.classList.remove("current"));
    unit?.rows.forEach((row) => row.classList.add("current"));
  };

  /** The tie that buttons of a row are about: that of the sentence last pointed at. @type {WeakMap<HTMLElement, number>} */
  const pointed = new WeakMap();
  const tieOf = (unit, row) => {
    const tie = unit.pair ? Number(row.dataset.tie) : pointed.get(row) ?? 0;
    return Math.min(tie, unit.ties.length - 1);
  };

  /**
   * Decide, unless the paragraph has been changed elsewhere since ``before``: then both are shown.
   * @param {string} words
   * @param {any} unit
   * @param {import("./ties").Tie[]} ties
   * @param {import("./ties").Tie[]} [before] what the decision was made on
   */
  const decide = (words, unit, ties, before = unit.ties) => {
    if (mtpipe.ties.same(before, unit.ties)) return mtpipe.store.decide(words, [{ subject: unit, ties }]);
    if (!mtpipe.ties.same(before, ties)) unit.conflict = { held: unit.record ?? { ties: unit.initial }, mine: ties };
    return refresh(unit);
  };

  /** Approve, reject, or open again where it is so already. @param {any} unit @param {number | null} tie null: all */
  const judge = (unit, tie, state) => {
    const ties = tie === null ? unit.ties : [unit.ties[tie]];
    const wanted = ties.every((one) => one.state === state) ? "open" : state;
    const words = { approved: "approval", rejected: "rejection", open: "reopening" }[wanted];
    decide(words, unit, mtpipe.ties.judged(unit.ties, tie, wanted));
    return wanted;
  };

  /** The ties that a row's own buttons judge: all of a paragraph, one of a pair. */
  const judgeRow = (unit, row, state) => judge(unit, unit.pair ? Number(row.dataset.tie) : null, state);

  /** Join a tie with the one after it. */
  const merge = (unit, tie) => {
    if (unit.pair) return mtpipe.bar.say("Sentences of aligned articles are not merged here.");
    if (tie + 1 >= unit.ties.length) return mtpipe.bar.say("There is no next sentence in this paragraph to merge with.");
    decide("merge", unit, mtpipe.ties.merged(unit.ties, tie));
    unit.english(tie)?.focus();
    return undefined;
  };

  /** Bring back what the page was written with. */
  const revert = (unit) => { decide("return to the original", unit, unit.initial); };

  const toggleChanges = (unit) => {
    const [row] = unit.rows;
    if (!opened.delete(row)) opened.add(row);
    refresh(unit);
  };

  const toggleMemory = (unit) => {
    const [row] = unit.rows;
    if (!remembering.delete(row)) remembering.add(row);
    refresh(unit);
  };

  /** Show what the memory has for a tie, and go there. */
  const remember = (unit, tie) => {
    if (!mtpipe.memory.of(unit, tie).length) return mtpipe.bar.say("The memory has no sentence like this one.");
    remembering.add(unit.rows[0]);
    refresh(unit);
    unit.rows[0].querySelector(`.remembered [data-at="${tie}"]`).focus();
    return undefined;
  };

  const remembered = (unit) => {
    const use = (at, text) => {
      decide("suggestion", unit, mtpipe.ties.edited(unit.ties, at, text));
      unit.english(at)?.focus();
    };
    const close = (at) => {
      toggleMemory(unit);
      unit.english(at)?.focus();
    };
    return mtpipe.memory.shown(unit, use, close);
  };

  /** Write a comment on a tie. */
  const comment = (unit, tie) => {
    const row = unit.row(tie);
    writing.set(row, tie);
    refresh(unit);
    row.querySelector(".commenting textarea").focus();
  };

  const button = (words, key, action, more = {}) =>
    make("button", { type: "button", title: key ? `${words} (${key})` : words, onclick: action, ...more }, words);

  /** The buttons of a row. */
  const tools = (unit, row) => {
    const tie = () => tieOf(unit, row);
    const state = row.dataset.state;
    const pressed = (name) => ({ "aria-pressed": String(state === name), class: `judge ${name}` });
    const group = make("div", { class: "tools plain screen", role: "group", "aria-label": `Decide on ${row.id}` },
      button(state === "approved" ? "Approved" : "Approve", "Shift+A", () => judgeRow(unit, row, "approved"), pressed("approved")),
      button(state === "rejected" ? "Rejected" : "Reject", "Shift+X", () => judgeRow(unit, row, "rejected"), pressed("rejected")),
      button("Comment", "c", () => comment(unit, tie())));
    if (unit.edited) {
      group.append(button("Changes", "d", () => toggleChanges(unit), { "aria-expanded": String(opened.has(unit.rows[0])) }));
    }
    const likest = mtpipe.memory.best(unit);
    if (likest) {
      group.append(button(`Memory ${likest} %`, "u", () => toggleMemory(unit), { "aria-expanded": String(remembering.has(unit.rows[0])) }));
    }
    group.append(button("Edit", "e", () => mtpipe.editor.begin(unit, tie()), { class: "more" }));
    if (!unit.pair) {
      group.append(button("Split", "s", () => mtpipe.splitter.begin(unit, tie()), { class: "more" }));
      if (unit.ties.length > 1) {
        group.append(button("Merge with next", "m", () => merge(unit, Math.min(tie(), unit.ties.length - 2)), { class: "more" }));
      }
    }
    if (unit.changed) group.append(button("Original", "", () => revert(unit), { class: "more" }));
    return group;
  };

  /** What stands beneath a row: changes, comments, a conflict, an error. */
  const beneath = (unit, row) => {
    const parts = [];
    if (unit.edited && opened.has(unit.rows[0]) && row === unit.rows[0]) parts.push(mtpipe.changes.ofUnit(unit));
    if (remembering.has(row) && mtpipe.memory.best(unit)) parts.push(remembered(unit));
    unit.ties.forEach((tie, at) => {
      if (unit.row(at) !== row || writing.get(row) === at || !tie.comment) return;
      parts.push(make("p", { class: "comment" },
        make("span", {}, unit.ties.length > 1 && !unit.pair ? `Comment on sentence ${at + 1}: ` : "Comment: "),
        make("bdi", {}, mtpipe.cells.plain(tie.comment)), " ", button("Change", "", () => comment(unit, at))));
    });
    if (writing.has(row)) parts.push(commentForm(unit, row, writing.get(row)));
    if (row === unit.rows[0]) {
      if (unit.conflict) parts.push(conflict(unit));
      if (unit.error) {
        parts.push(make("p", { class: "trouble", role: "alert" }, `Not saved: ${unit.error}. `,
          button("Save again", "", () => mtpipe.store.again(unit))));
      }
      if (mtpipe.store.stale(unit)) {
        parts.push(make("p", { class: "trouble" }, "A decision on an earlier text of this paragraph is kept; it is not shown here."));
      }
    }
    return parts;
  };

  const commentForm = (unit, row, tie) => {
    const before = unit.ties;
    const area = make("textarea", { rows: 2, dir: "auto", "aria-label": `Comment on ${unit.name}, sentence ${tie + 1}` });
    area.value = before[tie].comment;
    const end = (keep) => {
      writing.delete(row);
      const wanted = mtpipe.ties.changed(before, tie, { comment: area.value.trim() });
      if (keep) decide("comment", unit, wanted, before);
      refresh(unit);
      unit.english(tie)?.focus();
    };
    area.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Escape") end(false);
      else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) end(true);
      else return;
      event.preventDefault();
    });
    return make("div", { class: "commenting" }, area,
      button("Save comment", "Ctrl+Enter", () => end(true), { class: "strong" }), button("Cancel", "Esc", () => end(false)));
  };

  /** Both texts, and who decides. */
  const conflict = (unit) => {
    const { held, mine } = unit.conflict;
    const [theirs, ours] = [held.ties, mine].map(mtpipe.ties.english);
    const settle = (ties) => {
      unit.conflict = null;
      if (ties) decide("answer to a conflict", unit, ties);
      refresh(unit);
    };
    return make("div", { class: "conflict", role: "alert" },
      make("p", {}, make("bdi", {}, held.reviewer || "Somebody"), ` saved this paragraph`,
        ...(held.time ? [" (", mtpipe.when(held.time), ")"] : []), " while you worked on it. Yours is not saved yet."),
      make("dl", {},
        make("dt", {}, "Theirs"), make("dd", { lang: "en" }, mtpipe.cells.plain(theirs)),
        make("dt", {}, "Yours, against theirs"), make("dd", {}, mtpipe.changes.shown(theirs, ours))),
      button("Keep theirs", "", () => settle(null)),
      button("Save mine instead", "", () => settle(mine)));
  };

  /** Bring a unit's rows in line. */
  const refresh = (unit) => {
    const focused = document.activeElement;
    const kept = focused && unit.rows.some((row) => row.contains(focused)) ? { id: focused.id, title: focused.title } : null;
    if (mtpipe.editor.active?.unit !== unit && mtpipe.splitter.active?.unit !== unit) unit.render();
    for (const row of unit.rows) {
      if (row.querySelector(".commenting") && writing.has(row)) continue; // somebody is writing in it
      const old = row.querySelector(":scope > .work");
      const made = make("div", { class: "work plain" }, tools(unit, row), ...beneath(unit, row));
      if (old) old.replaceWith(made);
      else row.querySelector(":scope > .en").after(made);
    }
    if (kept && !document.contains(focused)) {
      const again = kept.id ? document.getElementById(kept.id)
        : unit.rows.flatMap((row) => [...row.querySelectorAll("button")]).find((one) => one.title === kept.title);
      again?.focus({ preventScroll: true });
    }
    mtpipe.link.repaint();
    mtpipe.bar.refresh();
  };

  /** Go to another sentence. @param {(place: any) => boolean} wanted @param {1 | -1} step */
  const go = (step, wanted = () => true) => {
    const found = places();
    const active = document.activeElement?.closest?.("[data-unit]");
    let at = found.findIndex(({ element }) => element === document.activeElement);
    if (at < 0 && active) {
      const first = found.findIndex(({ element }) => active.contains(element));
      at = step > 0 ? first - 1 : first + 1;
    }
    for (let next = at < 0 ? (step > 0 ? 0 : found.length - 1) : at + step; found[next]; next += step) {
      if (!wanted(found[next])) continue;
      found[next].element.focus();
      found[next].element.scrollIntoView({ block: "nearest" });
      return found[next];
    }
    mtpipe.bar.say(step > 0 ? "That was the last one." : "That was the first one.");
    return null;
  };

  const start = () => {
    document.addEventListener("focusin", (event) => {
      const place = of(event.target);
      if (!place) return;
      if (place.tie !== null && event.target.closest(".s")) pointed.set(place.unit.row(place.tie), place.tie);
      current(place.unit);
    });
    mtpipe.store.listen((id, news) => {
      const unit = all.get(id);
      if (!unit) {
        if (news.conflict) mtpipe.bar.say(`${id} was changed by somebody else meanwhile, and stays as they left it.`);
        else if (news.error) mtpipe.bar.say(`${id} was not saved: ${news.error.message}.`);
        return mtpipe.bar.refresh();
      }
      unit.sending = Boolean(news.sending);
      unit.error = news.error?.message ?? null;
      if (news.conflict) unit.conflict = news.conflict;
      return refresh(unit);
    });
    for (const unit of all.values()) refresh(unit);
  };

  return { start, refresh, decide, current, judge, judgeRow, merge, comment, remember, toggleChanges, go };
})();
