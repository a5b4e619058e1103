"use strict";
// Links each sentence with its counterpart, and each marked term with its own, by hover, focus and tap.
(() => {
  const groups = (attribute) => {
    const found = new Map();
    for (const element of document.querySelectorAll(`[${attribute}]`)) {
      for (const key of element.getAttribute(attribute).split(" ")) {
        if (!found.has(key)) found.set(key, []);
        found.get(key).push(element);
      }
    }
    return found;
  };
  const kinds = [
    { attribute: "data-s", mark: "lit", members: groups("data-s"), painted: new Set() },
    { attribute: "data-m", mark: "met", members: groups("data-m"), painted: new Set() },
  ];
  let hovered = null;
  let focused = null;

  const paint = () => {
    for (const kind of kinds) {
      const { attribute, mark, members } = kind;
      const wanted = new Set();
      for (const origin of [hovered, focused]) {
        const element = origin && origin.closest(`[${attribute}]`);
        if (!element) continue;
        for (const key of element.getAttribute(attribute).split(" ")) {
          for (const member of members.get(key)) {
            // A label of the notes points at a sentence but is none itself.
            if (!member.classList.contains("alarm")) wanted.add(member);
          }
        }
      }
      for (const element of kind.painted) if (!wanted.has(element)) element.classList.remove(mark);
      for (const element of wanted) element.classList.add(mark);
      kind.painted = wanted;
    }
  };

  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch") return; // a tap is told by focus; its hover would stick
    hovered = event.target;
    paint();
  });
  document.documentElement.addEventListener("pointerleave", () => { hovered = null; paint(); });
  document.addEventListener("focusin", (event) => { focused = event.target; paint(); });
  document.addEventListener("focusout", () => { focused = null; paint(); });
  document.addEventListener("click", (event) => {
    // Safari on touch screens gives no focus by itself; a selection being made is left alone.
    const sentence = event.target.closest(".s");
    if (sentence && String(getSelection()) === "") sentence.focus({ preventScroll: true });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    hovered = null;
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    paint();
  });
})();
