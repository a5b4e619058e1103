"use strict";
/** Links each sentence with its counterpart, and each marked term with its own, by hover, focus and tap. */
mtpipe.link = (() => {
  const KINDS = [
    { attribute: "data-s", mark: "lit" },
    { attribute: "data-m", mark: "met" },
  ];
  let hovered = null;
  let focused = null;

  const paint = () => {
    for (const { attribute, mark } of KINDS) {
      const wanted = new Set();
      for (const origin of [hovered, focused]) {
        const element = origin?.closest?.(`[${attribute}]`);
        if (!element) continue;
        for (const key of element.getAttribute(attribute).split(" ")) {
          for (const member of document.querySelectorAll(`[${attribute}~="${CSS.escape(key)}"]`)) {
            // A label of the notes points at a sentence but is none itself.
            if (!member.classList.contains("alarm")) wanted.add(member);
          }
        }
      }
      for (const element of document.querySelectorAll(`.${mark}`)) if (!wanted.has(element)) element.classList.remove(mark);
      for (const element of wanted) element.classList.add(mark);
    }
  };

  const start = () => {
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
      if (sentence && !sentence.isContentEditable && String(getSelection()) === "") sentence.focus({ preventScroll: true });
    });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.defaultPrevented) return;
      hovered = null;
      if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
      paint();
    });
  };

  return { start, repaint: mtpipe.once(paint) };
})();
