"use strict";
/** "Fix this name everywhere": what it would change in the whole archive is shown first, and each place can be left out. */
mtpipe.names = (() => {
  const { make, count, points } = mtpipe;
  const TYPES = ["person", "place", "organization", "nationality", "title", "product", "event", "other"];
  const SHOWN = 200; // places with a line of their own; the others are counted
  const AROUND = 60;
  const LATIN = "[^\\u0600-\\u06ff]*[^\\u0600-\\u06ff\\s][^\\u0600-\\u06ff]*";
  let sheet = null;

  /** What is selected, or the term that is pointed at. */
  const guess = () => {
    const words = String(getSelection()).trim();
    const anchor = getSelection()?.anchorNode?.parentElement;
    const side = words && anchor?.closest("[lang=ar]") ? "source" : "wrong";
    const mark = document.querySelector("mark.met, .s:focus mark[data-m]");
    const term = mark ? { source: mark.dataset.a?.split("\n")[0] ?? "", right: mark.dataset.t.split("\n")[0] } : {};
    return { ...term, ...(words && words.length < 200 ? { [side]: words } : {}) };
  };

  const field = (label, name, settings) => {
    const input = make("input", { type: "text", name, maxlength: 200, autocomplete: "off", ...settings });
    return { input, line: make("label", {}, make("span", {}, label), input) };
  };

  const made = () => {
    const source = field("Arabic name", "source", { lang: "ar", dir: "rtl", required: true });
    // No glossary takes Arabic there: a keyboard that was left in the other language is told at once.
    const right = field("Right English", "right", { lang: "en", required: true, pattern: LATIN, title: "in English letters" });
    const wrong = field("Wrong English to be replaced", "wrong", { lang: "en" });
    const type = make("select", { name: "type" }, make("option", { value: "" }, "not said"),
      ...TYPES.map((name) => make("option", { value: name }, name)));
    const result = make("div", { class: "found", role: "status" });
    const apply = make("button", { type: "button", class: "strong", onclick: keep }, "Keep the name");
    const form = make("form", { method: "dialog" },
      make("h2", { id: "names-title" }, "Fix a name everywhere"),
      make("p", {}, "The name goes into your decisions, for the glossary. Where the Arabic has it and the English has the wrong form, the wrong form can be replaced at once, in all articles."),
      source.line, right.line, wrong.line, make("label", {}, make("span", {}, "Kind"), type), result,
      make("p", { class: "buttons" }, make("button", { type: "button", onclick: look }, "Show what would change"), apply,
        make("button", { type: "button", onclick: () => sheet.dialog.close() }, "Cancel")));
    form.addEventListener("submit", (event) => { event.preventDefault(); look(); });
    form.addEventListener("input", (event) => { if (!event.target.closest(".found")) forget(); });
    const dialog = make("dialog", { class: "sheet plain", "aria-labelledby": "names-title" }, form);
    return { dialog, form, source: source.input, right: right.input, wrong: wrong.input, type, result, apply, changes: [], settled: Promise.resolve([]) };
  };

  const forget = () => {
    sheet.changes = [];
    sheet.result.replaceChildren();
    sheet.apply.textContent = "Keep the name";
  };

  /** Open the sheet. */
  const begin = () => {
    const first = guess();
    mtpipe.editor.close();
    if (!sheet) {
      sheet = made();
      document.body.append(sheet.dialog);
    }
    for (const name of ["source", "right", "wrong"]) sheet[name].value = first[name] ?? "";
    sheet.settled = mtpipe.store.terms();
    sheet.settled.catch(() => {}); // told when the name is kept
    forget();
    sheet.dialog.showModal();
    (sheet.source.value ? (sheet.wrong.value ? sheet.right : sheet.wrong) : sheet.source).focus();
  };

  /** Find the places, and show them. */
  const look = async () => {
    forget();
    if (!sheet.form.reportValidity()) return;
    const [source, right, wrong] = [sheet.source, sheet.right, sheet.wrong].map((input) => input.value.trim());
    const without = [];
    const changes = [];
    try {
      await mtpipe.store.loadAll();
      const progress = (done, all) => { sheet.result.textContent = `Looking through the archive: ${done} of ${all} …`; };
      for await (const paragraph of mtpipe.shards.paragraphs(progress)) {
        if (!mtpipe.find.hasArabic(paragraph.arabic, source)) continue;
        const ties = mtpipe.store.ties(paragraph);
        const wanted = ties.map((tie) => replaced(paragraph, tie, source, wrong, right));
        if (!mtpipe.ties.same(ties, wanted)) changes.push({ subject: paragraph, ties: wanted, before: ties, taken: true });
        else if (!ties.some((tie) => mtpipe.find.places(tie.text, right).length)) without.push(paragraph.id);
      }
    } catch (error) {
      sheet.result.textContent = `The archive can't be searched: ${error.message}.`;
      return;
    }
    sheet.changes = changes;
    show(changes, without, wrong);
  };

  /** A tie with the wrong form replaced, where its Arabic has the name. */
  const replaced = (paragraph, tie, source, wrong, right) => {
    if (!wrong) return tie;
    const [start, end] = [tie.source_start, tie.source_end].map((point) => points.toUnits(paragraph.arabic, point));
    if (!mtpipe.find.hasArabic(paragraph.arabic.slice(start, end), source)) return tie;
    return { ...tie, text: tie.text.replace(mtpipe.find.pattern(wrong), () => right) };
  };

  const show = (changes, without, wrong) => {
    const list = make("ul", { class: "places" }, ...changes.slice(0, SHOWN).map(line));
    const words = !wrong ? "No wrong form is given: nothing will be replaced."
      : changes.length ? `${count(changes.length, "paragraph")} would change:` : "Nothing would change.";
    sheet.result.replaceChildren(make("p", {}, words), list,
      ...(changes.length > SHOWN ? [make("p", {}, `… and ${count(changes.length - SHOWN, "more")}, changed likewise.`)] : []),
      ...(without.length ? [make("p", {}, `${count(without.length, "paragraph")} with the Arabic name ${without.length === 1 ? "has" : "have"} another English form, or none: these stay as they are.`)] : []));
    tell();
  };

  /** A place, with what changes in it. */
  const line = (change) => {
    const box = make("input", { type: "checkbox" });
    box.checked = true;
    box.addEventListener("change", () => { change.taken = box.checked; tell(); });
    const at = change.ties.findIndex((tie, place) => tie.text !== change.before[place].text);
    const shown = mtpipe.changes.shown(...around(change.before[at].text, change.ties[at].text));
    return make("li", {}, make("label", {}, box, " ", shown, " ", make("bdi", { class: "id" }, change.subject.id)));
  };

  /** The stretch of two texts in which they differ, with some words around it. */
  const around = (before, after) => {
    let start = 0;
    while (start < before.length && before[start] === after[start]) start += 1;
    let tail = 0;
    const most = Math.min(before.length, after.length) - start;
    while (tail < most && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
    const from = start > AROUND ? before.lastIndexOf(" ", start - AROUND) + 1 : 0;
    const space = before.indexOf(" ", before.length - tail + AROUND);
    const rest = tail > AROUND && space >= 0 ? before.length - space : 0;
    const part = (text) => `${from ? "… " : ""}${text.slice(from, text.length - rest)}${rest ? " …" : ""}`;
    return [part(before), part(after)];
  };

  const tell = () => {
    const taken = sheet.changes.filter((change) => change.taken).length;
    sheet.apply.textContent = taken ? `Keep the name, change ${count(taken, "paragraph")}` : "Keep the name";
  };

  /** Keep the name, and make the changes that are ticked. */
  const keep = async () => {
    if (!sheet.form.reportValidity()) return;
    const term = { source: sheet.source.value.trim(), target: sheet.right.value.trim(), type: sheet.type.value,
      reviewer: mtpipe.store.reviewer, time: mtpipe.now() };
    const taken = sheet.changes.filter((change) => change.taken);
    if (!taken.every((change) => mtpipe.ties.same(change.before, mtpipe.store.ties(change.subject)))) {
      // Somebody has written there since it was shown: nothing is changed that was not seen.
      await look();
      sheet.result.prepend(make("p", { class: "trouble" }, "Some of these were changed meanwhile. This is what would change now:"));
      return;
    }
    try {
      const before = (await sheet.settled).find((one) => one.source === term.source) ?? null;
      await mtpipe.store.addTerm(term, before);
      await mtpipe.store.decide(`“${term.target}” everywhere`, taken, { before, after: term });
    } catch (error) {
      // What was settled meanwhile has been seen by who reads this, and may be replaced on purpose.
      sheet.settled = mtpipe.store.terms();
      sheet.settled.catch(() => {});
      sheet.result.prepend(make("p", { class: "trouble" }, `Not kept: ${error.message}.`));
      return;
    }
    sheet.dialog.close();
    mtpipe.bar.say(`${term.target} is kept${taken.length ? `; ${count(taken.length, "paragraph")} changed` : ""}.`);
  };

  return { begin };
})();
