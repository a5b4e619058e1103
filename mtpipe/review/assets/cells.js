"use strict";
/** Text of cells as elements: what Python marked in it is taken up once, and laid anew over any part of the text. */
mtpipe.cells = (() => {
  const { make, icon } = mtpipe;
  // Characters that could reorder or hide text (mtpipe/review/document.py has the same).
  const CONTROL = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb]/g;

  /** @typedef {{start: number, end: number, element: Element, inner: Mark[]}} Mark offsets in UTF-16 units */

  /**
   * Take up the marks of an element. Sentences are no marks: they are what is laid anew.
   * @param {Element} root
   * @returns {{text: string, marks: Mark[]}}
   */
  const taken = (root) => {
    let text = "";
    const within = (node, marks) => {
      for (const child of node.childNodes) {
        if (child.nodeType === Node.TEXT_NODE) text += child.data;
        else if (child instanceof SVGElement) continue;
        else if (child.classList.contains("s")) within(child, marks);
        else {
          const mark = { start: text.length, end: 0, element: child, inner: [] };
          within(child, mark.inner);
          mark.end = text.length;
          marks.push(mark);
        }
      }
    };
    const marks = [];
    within(root, marks);
    return { text, marks };
  };

  /**
   * Lay marks over a part of their text.
   * @param {{text: string, marks: Mark[]}} from
   * @param {number} start
   * @param {number} end
   */
  const laid = ({ text, marks }, start, end) => {
    const made = document.createDocumentFragment();
    let cursor = start;
    for (const mark of marks) {
      const [low, high] = [Math.max(mark.start, cursor), Math.min(mark.end, end)];
      if (low >= high) continue;
      if (low > cursor) made.append(text.slice(cursor, low));
      const element = mark.element.cloneNode(false);
      element.append(laid({ text, marks: mark.inner }, low, high));
      if (element.classList.contains("flagged")) element.append(icon("term"));
      made.append(element);
      cursor = high;
    }
    if (cursor < end) made.append(text.slice(cursor, end));
    return made;
  };

  /** Text with its controls shown. @param {string} text */
  const plain = (text) => {
    const made = document.createDocumentFragment();
    let cursor = 0;
    for (const match of text.matchAll(CONTROL)) {
      if (match.index > cursor) made.append(text.slice(cursor, match.index));
      const code = `U+${match[0].codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
      made.append(make("span", { class: "control", "data-code": code }, match[0]));
      cursor = match.index + 1;
    }
    if (cursor < text.length) made.append(text.slice(cursor));
    return made;
  };

  /**
   * English that a person wrote, with the terms of its Arabic marked where they stand as listed.
   * @param {string} text
   * @param {{key: string, target: string, source: string}[]} terms
   */
  const retold = (text, terms) => {
    const found = terms.flatMap(({ key, target, source }) => {
      const place = target.split(" | ").flatMap((form) => mtpipe.find.places(text, form))[0];
      return place ? [{ key, target, source, start: place[0], end: place[1] }] : [];
    });
    found.sort((one, other) => one.start - other.start || other.end - one.end);
    const made = document.createDocumentFragment();
    let cursor = 0;
    for (const { key, target, source, start, end } of found) {
      if (start < cursor) continue;
      made.append(plain(text.slice(cursor, start)));
      made.append(make("mark", { "data-m": key, "data-t": target, "data-a": source }, text.slice(start, end)));
      cursor = end;
    }
    made.append(plain(text.slice(cursor)));
    return made;
  };

  /** The terms that an element of the Arabic marks. @param {Element} root */
  const terms = (root) =>
    [...root.querySelectorAll("mark[data-m]")].flatMap((mark) => {
      const [targets, sources] = [mark.dataset.t, mark.dataset.a].map((words) => words.split("\n"));
      return mark.dataset.m.split(" ").map((key, at) => ({ key, target: targets[at] ?? "", source: sources[at] ?? "" }));
    });

  return { taken, laid, plain, retold, terms };
})();
