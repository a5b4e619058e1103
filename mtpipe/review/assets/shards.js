"use strict";
/** Loads the shards of data/: classic scripts, since pages from disk may fetch nothing. */
mtpipe.shards = (() => {
  const { make } = mtpipe;
  /** @type {Map<number, object[]>} by window */
  const rows = new Map();
  const texts = new Map();
  mtpipe.add = ({ window: number, articles }) => { rows.set(number, articles); };
  const memory = new Map();
  mtpipe.addTexts = ({ window: number, paragraphs }) => { texts.set(number, paragraphs); };
  mtpipe.addMemory = ({ window: number, sentences }) => { memory.set(number, sentences); };

  /** @param {string} name */
  const load = (name) =>
    new Promise((resolve, reject) => {
      const script = make("script", { src: `${mtpipe.root}data/${name}.js` });
      script.addEventListener("load", () => { script.remove(); resolve(); });
      script.addEventListener("error", () => { script.remove(); reject(new Error(`data/${name}.js can't be read`)); });
      document.head.append(script);
    });

  const nameOf = (number) => String(number).padStart(6, "0");

  /** The index rows of a window. @param {number} number */
  const ofWindow = async (number) => {
    if (!rows.has(number)) await load(nameOf(number));
    return rows.get(number) ?? [];
  };

  /** What the memory has for a window's sentences, as [id, suggestions]. @param {number} number */
  const remembered = async (number) => {
    if (!memory.has(number)) await load(`${nameOf(number)}-memory`);
    return memory.get(number) ?? [];
  };

  /** All rows of the index. */
  const index = async () => {
    const numbers = Array.from({ length: mtpipe.info?.windows ?? 0 }, (_, number) => number);
    return (await Promise.all(numbers.map(ofWindow))).flat();
  };

  /**
   * All paragraphs, window by window.
   * @param {(done: number, all: number) => void} progress
   */
  const paragraphs = async function* (progress) {
    const windows = mtpipe.info?.windows ?? 0;
    for (let number = 0; number < windows; number += 1) {
      if (!texts.has(number)) await load(`${nameOf(number)}-texts`);
      progress(number + 1, windows);
      for (const [id, base, arabic, ties] of texts.get(number) ?? []) {
        const length = mtpipe.points.length(arabic);
        const initial = ties.map(([start, text, state = "open", comment = ""], at) =>
          ({ ...mtpipe.ties.open(start, ties[at + 1]?.[0] ?? length, text), state, comment }));
        yield { id, base, arabic, initial };
      }
    }
  };

  return { ofWindow, remembered, index, paragraphs };
})();
