"use strict";
/**
 * Keeps decisions in this browser, an entry a paragraph, so that two open pages don't overwrite each other's. Where the
 * browser keeps nothing for pages from disk, they are kept until the page is left, and it is said so.
 */
mtpipe.browser = (() => {
  /** The browser's storage, if it holds what it is given. @returns {Storage | null} */
  const storage = () => {
    try {
      localStorage.setItem("mtpipe:try", "1");
      localStorage.removeItem("mtpipe:try");
      return localStorage;
    } catch {
      return null;
    }
  };

  /** A storage that ends with the page. */
  const memory = () => {
    const held = new Map();
    return {
      getItem: (key) => held.get(key) ?? null,
      setItem: (key, text) => { held.set(key, text); },
      removeItem: (key) => { held.delete(key); },
      keys: () => [...held.keys()],
    };
  };

  /**
   * Open the keeper of a run.
   * @param {string} run
   * @param {(paragraph: string) => void} changed called when another page has changed a paragraph
   */
  const open = (run, changed) => {
    const lasting = storage();
    const place = lasting ?? memory();
    const prefix = `mtpipe:${run}:`;
    const own = `${prefix}p:`;
    const keys = () => (lasting ? Array.from({ length: lasting.length }, (_, at) => lasting.key(at)) : place.keys());

    const known = new Map(); // what was read, since the page asks often
    const read = (key) => {
      if (known.has(key)) return known.get(key);
      let found = null;
      try {
        found = JSON.parse(place.getItem(key) ?? "null");
      } catch { /* not ours, or damaged */ }
      known.set(key, found);
      return found;
    };
    const write = (key, value) => {
      known.delete(key);
      if (value === null) place.removeItem(key);
      else place.setItem(key, JSON.stringify(value));
    };

    addEventListener("storage", (event) => {
      if (event.key === null) known.clear(); // all was forgotten, as browsers do when asked to
      else known.delete(event.key);
      if (event.key?.startsWith(own)) changed(event.key.slice(own.length));
    });

    return {
      kind: lasting ? "browser" : "memory",
      /** All is here at once. */
      load: async () => {},
      loadAll: async () => {},
      /** @param {string} paragraph */
      get: (paragraph) => read(own + paragraph),
      /** Keep a record; where ``record`` is null, forget it. Throws where the storage is full. */
      save: async (paragraph, record) => {
        write(own + paragraph, record);
        return { record };
      },
      all: async () => keys().filter((key) => key.startsWith(own)).map(read).filter(Boolean),
      terms: async () => read(`${prefix}terms`) ?? [],
      /** Settle a name; without English it is settled no more. ``on`` is the English that was known for it. */
      addTerm: async (term, on) => {
        const all = read(`${prefix}terms`) ?? [];
        const held = all.find((one) => one.source === term.source)?.target ?? "";
        if (held !== on) throw new Error(`it is “${held}” by now`);
        write(`${prefix}terms`, [...all.filter((one) => one.source !== term.source), ...(term.target ? [term] : [])]);
      },
      reviewer: () => place.getItem("mtpipe:reviewer") ?? "",
      name: async (reviewer) => place.setItem("mtpipe:reviewer", reviewer),
    };
  };

  return { open };
})();
