"use strict";
/** Editing English in its place: a sentence becomes a field of plain text, and a sentence again when it is left. */
mtpipe.editor = (() => {
  /** @type {{unit: any, tie: number, field: HTMLElement} | null} */
  let open = null;

  /** What a person typed, in one line. @param {string} text */
  const tidy = (text) => text.replace(/[\r\n\t\u00a0\u2028\u2029]+/g, " ").trim();

  /** Where a point of the window lies in an element's text; null: nowhere. */
  const offsetAt = (element, x, y) => {
    const place = document.caretPositionFromPoint?.(x, y);
    const range = place ? null : document.caretRangeFromPoint?.(x, y);
    const [node, offset] = place ? [place.offsetNode, place.offset] : [range?.startContainer, range?.startOffset];
    if (!node || !element.contains(node)) return null;
    const before = document.createRange();
    before.setStart(element, 0);
    before.setEnd(node, offset);
    return before.toString().length;
  };

  /** The caret's offset in the field; null where there is a selection, or none. */
  const caret = (field) => {
    const selection = getSelection();
    if (!selection?.isCollapsed || !selection.anchorNode || !field.contains(selection.anchorNode)) return null;
    const before = document.createRange();
    before.setStart(field, 0);
    before.setEnd(selection.anchorNode, selection.anchorOffset);
    return before.toString().length;
  };

  const setCaret = (field, offset) => {
    const node = field.firstChild ?? field;
    getSelection().collapse(node, Math.min(offset, node.textContent.length));
  };

  /**
   * Open the English of a tie.
   * @param {any} unit
   * @param {number} tie
   * @param {number} [offset] of the caret; the end where it is not told
   */
  const begin = (unit, tie, offset) => {
    close();
    mtpipe.splitter.end();
    const cell = unit.cell(tie, "en");
    if (unit.pair) {
      const [first, ...rest] = cell.querySelectorAll(".s");
      for (const node of [...cell.childNodes]) if (node !== first) node.remove();
      rest.forEach((node) => node.remove());
      cell.classList.remove("none");
    }
    const field = unit.english(tie);
    const before = unit.ties;
    const { text } = before[tie];
    field.replaceChildren(text);
    field.contentEditable = "plaintext-only";
    if (field.contentEditable !== "plaintext-only") field.contentEditable = "true";
    field.setAttribute("role", "textbox");
    field.setAttribute("aria-multiline", "false");
    field.setAttribute("aria-label", `English of ${unit.name}, sentence ${tie + 1}`);
    field.spellcheck = true;
    field.classList.add("editing");
    open = { unit, tie, field, before };
    field.addEventListener("keydown", keys);
    field.addEventListener("beforeinput", oneLine);
    field.addEventListener("paste", paste);
    field.addEventListener("blur", left);
    field.focus();
    setCaret(field, offset ?? text.length);
    mtpipe.actions.current(unit);
  };

  const left = () => { close(); };

  /** End the editing; what was typed is kept unless ``keep`` says otherwise. */
  const close = (keep = true) => {
    if (!open) return;
    const { unit, tie, field, before } = open;
    open = null;
    for (const [name, listener] of [["keydown", keys], ["beforeinput", oneLine], ["paste", paste], ["blur", left]]) {
      field.removeEventListener(name, listener);
    }
    const text = tidy(field.textContent);
    field.removeAttribute("contenteditable");
    for (const name of ["aria-multiline", "aria-label", "spellcheck"]) field.removeAttribute(name);
    field.setAttribute("role", "group");
    field.classList.remove("editing");
    unit.touched = true;
    const wanted = mtpipe.ties.edited(before, tie, text);
    if (keep && wanted !== before) mtpipe.actions.decide("edit", unit, wanted, before);
    else mtpipe.actions.refresh(unit);
  };

  const oneLine = (event) => {
    if (event.inputType === "insertParagraph" || event.inputType === "insertLineBreak") event.preventDefault();
    if (event.inputType.startsWith("format")) event.preventDefault(); // where plaintext-only is not known
  };

  const paste = (event) => {
    event.preventDefault();
    document.execCommand("insertText", false, tidyPasted(event.clipboardData?.getData("text/plain") ?? ""));
  };

  const tidyPasted = (text) => text.replace(/\s*[\r\n\t]+\s*/g, " ");

  const keys = (event) => {
    const { unit, tie, field } = open;
    const at = caret(field);
    const command = event.ctrlKey || event.metaKey;
    const stop = () => { event.preventDefault(); event.stopPropagation(); };
    if (event.isComposing) return;
    if (event.key === "Enter" && command) {
      stop();
      close();
      mtpipe.splitter.begin(unit, tie, at);
    } else if (event.key === "Enter") {
      stop();
      close();
      unit.english(tie).focus();
    } else if (event.key === "Escape") {
      stop();
      close(false);
      unit.english(tie).focus();
    } else if (event.key === "Backspace" && at === 0 && tie > 0 && !unit.pair) {
      stop();
      const before = unit.ties[tie - 1].text;
      close();
      mtpipe.actions.merge(unit, tie - 1);
      begin(unit, tie - 1, before ? before.length + 1 : 0);
    } else if (event.key === "Delete" && at === field.textContent.length && tie + 1 < unit.ties.length && !unit.pair) {
      stop();
      const length = tidy(field.textContent).length;
      close();
      mtpipe.actions.merge(unit, tie);
      begin(unit, tie, length);
    }
  };

  /** Open the sentence that was clicked on, the caret where the click was. */
  const start = () => {
    let armed = null; // on touch screens the first tap points, the second edits
    document.addEventListener("click", (event) => {
      if (event.defaultPrevented || event.target.closest(".editing, button, summary, a, .cut")) return;
      const cell = event.target.closest("[data-unit] > .en");
      if (!cell || String(getSelection())) return;
      const element = event.target.closest(".s") ?? cell.querySelector(".s:last-of-type");
      const place = element && mtpipe.unit.of(element);
      if (!place || place.tie === null || mtpipe.splitter.active) return;
      if (event.pointerType === "touch" && armed !== element) {
        armed = element;
        return;
      }
      armed = null;
      begin(place.unit, place.tie, offsetAt(element, event.clientX, event.clientY) ?? undefined);
    });
    addEventListener("pagehide", () => close());
  };

  return { start, begin, close, get active() { return open; } };
})();
