"use strict";
/** The bar that stays in sight: how far the article is, where it is saved, undo, files, help; and a line for news. */
mtpipe.bar = (() => {
  const { make, count } = mtpipe;
  const SAVED = {
    browser: "saved in this browser",
    memory: "not saved: this browser keeps nothing for pages from disk. Download your decisions before you leave",
    server: "saved on the server",
  };
  const LASTING = 10_000; // milliseconds that news stays
  let parts = null;

  let silence = 0;

  /** Say something once, to eyes and screen readers. @param {string} words */
  const say = (words) => {
    parts.news.replaceChildren(make("bdi", {}, words));
    clearTimeout(silence);
    silence = setTimeout(() => parts.news.replaceChildren(), LASTING);
  };

  /** How far the units of the page are. */
  const progress = () => {
    const states = [...mtpipe.unit.all.values()].map((unit) => unit.state);
    const of = (state) => states.filter((one) => one === state).length;
    const rejected = of("rejected");
    return `${of("approved")} of ${count(states.length, "paragraph")} approved${rejected ? `, ${rejected} rejected` : ""}`;
  };

  /** Bring the bar in line, once for all that changes at a time. */
  const refresh = mtpipe.once(() => {
    if (!parts) return;
    const units = [...mtpipe.unit.all.values()];
    parts.progress.textContent = progress();
    parts.meter.value = units.filter((unit) => unit.state === "approved").length;
    parts.meter.max = Math.max(units.length, 1);
    const sending = units.some((unit) => unit.sending);
    parts.saved.textContent = sending ? "saving…" : SAVED[mtpipe.store.kind];
    parts.saved.classList.toggle("trouble", mtpipe.store.kind === "memory");
    const { undoable, redoable } = mtpipe.store;
    for (const [button, words, name, key] of [[parts.undo, undoable, "Undo", "z"], [parts.redo, redoable, "Redo", "Shift+Z"]]) {
      button.disabled = !words;
      button.title = words ? `${name}: ${words} (${key})` : name;
    }
  });

  const undo = () => {
    const step = mtpipe.store.undo();
    say(step ? `Undone: ${step.words}.` : "There is nothing to undo.");
    follow(step);
  };

  const redo = () => {
    const step = mtpipe.store.redo();
    say(step ? `Done again: ${step.words}.` : "There is nothing to do again.");
    follow(step);
  };

  /** Bring what an undo has changed in sight. */
  const follow = (step) => {
    const unit = step && step.after.length && mtpipe.unit.all.get(step.after[0].subject.id);
    unit?.rows[0].scrollIntoView({ block: "nearest" });
  };

  /** @param {{previous: string | null, next: string | null}} neighbours */
  const neighbours = ({ previous, next }) => {
    parts.ways.replaceChildren(
      ...(previous ? [make("a", { href: previous, rel: "prev", title: "Previous article ([)" }, "Previous")] : []),
      ...(next ? [make("a", { href: next, rel: "next", title: "Next article (])" }, "Next")] : []));
  };

  const start = () => {
    const button = (words, action, settings = {}) => make("button", { type: "button", onclick: action, ...settings }, words);
    const name = make("input", { type: "text", autocomplete: "name", maxlength: 200, dir: "auto", placeholder: "your name",
      "aria-label": "Your name, for the decisions" });
    name.value = mtpipe.store.reviewer;
    name.addEventListener("change", () => {
      mtpipe.store.name(name.value.trim()).catch((error) => say(`The name was not taken: ${error.message}.`));
    });
    parts = {
      meter: make("progress", { "aria-label": "Paragraphs approved", max: 1, value: 0 }),
      progress: make("span"),
      saved: make("span", { class: "saved" }),
      news: make("span", { class: "news plain screen", role: "status" }),
      undo: button("Undo", undo),
      redo: button("Redo", redo),
      ways: make("span", { class: "ways" }),
    };
    const bar = make("div", { class: "bar-line plain screen", role: "region", "aria-label": "Review" },
      make("div", { class: "inside" },
        make("span", { class: "far" }, parts.meter, parts.progress), parts.saved,
        make("span", { class: "buttons" }, parts.undo, parts.redo,
          button("Fix a name…", () => mtpipe.names.begin(), { title: "Fix a name everywhere (n)" }),
          button("Download", mtpipe.files.download, { title: "Download all decisions as a file (Ctrl+S)" }),
          ...(mtpipe.store.kind === "server" ? [] : [button("Load…", mtpipe.files.choose, { title: "Load a decisions file" })]),
          button("Keys", mtpipe.help.show, { title: "All keys (?)" })),
        name, parts.ways));
    document.querySelector("main").before(bar);
    document.body.append(parts.news);
    refresh();
  };

  return { start, say, refresh, undo, redo, neighbours };
})();
