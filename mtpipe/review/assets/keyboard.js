"use strict";
/** Keys of the article page, wherever the focus is but in a field. */
mtpipe.keyboard = (() => {
  const { actions, bar, unit: { of } } = mtpipe;

  /** The sentence that has the focus, or that of the row that has it. */
  const here = () => {
    const place = of(document.activeElement);
    if (!place) {
      bar.say("Go to a sentence first: j or Tab.");
      return null;
    }
    return { unit: place.unit, tie: place.tie ?? 0, row: place.unit.row(place.tie ?? 0) };
  };

  const next = () => actions.go(1);
  const step = (direction) => () => {
    const row = document.activeElement?.closest?.("[data-unit]");
    actions.go(direction, ({ element }) => element.closest("[data-unit]") !== row
      && (direction > 0 || element === element.closest(".en").querySelector(".s")));
  };
  const warned = (direction) => () => actions.go(direction, ({ element }) => {
    const row = element.closest("[data-unit]");
    return row.dataset.state === "open" && row.querySelector(".alarm") && element === row.querySelector(".en > .s");
  });
  const at = (action) => () => {
    const place = here();
    if (place) action(place);
  };
  const follow = (selector) => () => document.querySelector(selector)?.click();

  const KEYS = {
    j: next,
    k: () => actions.go(-1),
    J: step(1),
    K: step(-1),
    w: warned(1),
    W: warned(-1),
    "[": follow("a[rel=prev]"),
    "]": follow("a[rel=next]"),
    g: follow(".eyebrow a"),
    a: at(({ unit, tie }) => { if (actions.judge(unit, tie, "approved") === "approved") next(); }),
    A: at(({ unit, row }) => { if (actions.judgeRow(unit, row, "approved") === "approved") step(1)(); }),
    x: at(({ unit, tie }) => actions.judge(unit, tie, "rejected")),
    X: at(({ unit, row }) => actions.judgeRow(unit, row, "rejected")),
    c: at(({ unit, tie }) => actions.comment(unit, tie)),
    z: () => bar.undo(),
    Z: () => bar.redo(),
    e: at(({ unit, tie }) => mtpipe.editor.begin(unit, tie)),
    u: at(({ unit, tie }) => actions.remember(unit, tie)),
    s: at(({ unit, tie }) => mtpipe.splitter.begin(unit, tie)),
    m: at(({ unit, tie }) => actions.merge(unit, tie)),
    d: at(({ unit }) => actions.toggleChanges(unit)),
    n: () => mtpipe.names.begin(),
    l: at(({ row }) => row.querySelector(".notes > details > summary")?.click()),
    "?": () => mtpipe.help.show(),
  };

  const inField = (target) =>
    target.isContentEditable || target.matches("input, textarea, select") || Boolean(target.closest("dialog"));

  const start = () => {
    document.addEventListener("keydown", (event) => {
      const command = event.ctrlKey || event.metaKey;
      if (command && !event.altKey && event.key.toLowerCase() === "s") {
        event.preventDefault();
        mtpipe.files.download();
      } else if (event.defaultPrevented || event.isComposing || inField(event.target)) {
        // what is typed there is text
      } else if (command && !event.altKey && event.key.toLowerCase() === "z") {
        event.preventDefault();
        (event.shiftKey ? bar.redo : bar.undo)();
      } else if (command && event.key.toLowerCase() === "y") {
        event.preventDefault();
        bar.redo();
      } else if (!command && !event.altKey && event.key === "Enter" && event.target.matches(".s")) {
        event.preventDefault();
        const { unit, tie } = of(event.target) ?? {};
        if (unit && tie !== null) mtpipe.editor.begin(unit, tie);
      } else if (!command && !event.altKey && Object.hasOwn(KEYS, event.key)
        && (mtpipe.help.singleKeys() || event.key === "?")) {
        event.preventDefault();
        KEYS[event.key]();
      }
    });
  };

  return { start };
})();
