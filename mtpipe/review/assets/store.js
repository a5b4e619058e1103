"use strict";
/**
 * What is decided: the records of paragraphs, wherever they are kept, with undo and redo.
 * @typedef {{paragraph: string, base: string, ties: import("./ties").Tie[], reviewer: string, time: string,
 *   revision?: number}} Record_
 * @typedef {{id: string, base: string, initial: import("./ties").Tie[]}} Subject what a record is about
 * @typedef {{subject: Subject, ties: import("./ties").Tie[] | null}} Change null: as if nobody had decided anything
 */
mtpipe.store = (() => {
  let keeper = null;
  /** @type {{words: string, before: Change[], after: Change[]}[]} */
  let done = [];
  let undone = [];
  const now = new Map(); // ties that are on their way to the keeper
  const queues = new Map();
  const listeners = new Set();
  const unsaved = new Set();

  /** Tell all who listen. @param {string | null} paragraph @param {object} [news] */
  const tell = (paragraph, news = {}) => { for (const listener of listeners) listener(paragraph, news); };

  /**
   * Find out where decisions are kept, and load those of the page.
   * @param {string | null} article null: the index
   */
  const open = async (article) => {
    const session = await mtpipe.server.session();
    const run = session?.run ?? mtpipe.info?.id;
    if (!run) return false;
    const changed = (id) => {
      forget(id);
      tell(id);
    };
    keeper = session ? mtpipe.server.open(session, article, changed) : mtpipe.browser.open(run, changed);
    await keeper.load();
    addEventListener("beforeunload", (event) => { if (unsaved.size) event.preventDefault(); });
    return true;
  };

  /** Take back no step on a paragraph that somebody else has changed since. @param {string} id */
  const forget = (id) => {
    const others = (step) => step.after.every(({ subject }) => subject.id !== id);
    done = done.filter(others);
    undone = undone.filter(others);
  };

  /** The record of a paragraph, null where there is none or it was made on another text. @param {Subject} subject */
  const record = (subject) => {
    const found = keeper?.get(subject.id) ?? null;
    return found && found.base === subject.base ? found : null;
  };

  /** What holds now. @param {Subject} subject */
  const ties = (subject) => now.get(subject.id) ?? record(subject)?.ties ?? subject.initial;

  /** Whether a record of another text of this paragraph is kept, which says something else than the page. */
  const stale = (subject) => {
    const found = keeper?.get(subject.id);
    return Boolean(found && found.base !== subject.base && !mtpipe.ties.same(found.ties, subject.initial));
  };

  /** @param {Subject} subject @param {import("./ties").Tie[]} found @returns {Record_} */
  const made = (subject, found) => ({
    paragraph: subject.id, base: subject.base, ties: found, reviewer: keeper.reviewer(), time: mtpipe.now(),
  });

  /** Send one change after another, so that each names the revision that the one before it made. @param {Change} change */
  const send = (change) => {
    const { subject, ties: wanted } = change;
    now.set(subject.id, wanted ?? subject.initial);
    const before = queues.get(subject.id) ?? Promise.resolve();
    const sent = before.then(async () => {
      try {
        const fresh = wanted === null ? null : made(subject, wanted);
        const answer = await keeper.save(subject.id, fresh, made(subject, subject.initial));
        if (queues.get(subject.id) === sent) now.delete(subject.id);
        if (keeper.kind !== "memory") unsaved.delete(subject.id);
        if (answer.held) forget(subject.id);
        tell(subject.id, answer.held ? { conflict: { held: answer.held, mine: wanted ?? subject.initial } } : {});
      } catch (error) {
        unsaved.add(subject.id);
        tell(subject.id, { error });
      }
    });
    queues.set(subject.id, sent);
    if (keeper.kind === "memory") unsaved.add(subject.id);
    tell(subject.id, { sending: true });
    return sent;
  };

  /**
   * Decide. One step for undo, whatever the number of paragraphs.
   * @param {string} words what was done, for the button that undoes it
   * @param {{subject: Subject, ties: import("./ties").Tie[]}[]} changes
   * @param {{before: any, after: any} | null} [name] one that was settled with it, and what it was before
   */
  const decide = (words, changes, name = null) => {
    const real = changes.filter(({ subject, ties: wanted }) => !mtpipe.ties.same(ties(subject), wanted));
    if (!real.length && !name) return Promise.resolve();
    const before = real.map(({ subject }) => ({
      subject, ties: now.has(subject.id) || record(subject) ? ties(subject) : null,
    }));
    const after = real.map(({ subject, ties: wanted }) => ({
      subject, ties: mtpipe.ties.same(wanted, subject.initial) && keeper.kind !== "server" ? null : wanted,
    }));
    done.push({ words, before, after, name });
    undone = [];
    return Promise.all(after.map(send));
  };

  /** Settle a name as it was before, or as it was again; what somebody else has made of it since stays. */
  const settle = (term, on) => {
    keeper.addTerm(term, on).then(() => tell(null), (error) => tell(term.source, { error }));
  };

  const undo = () => {
    const step = done.pop();
    if (!step) return null;
    undone.push(step);
    step.before.forEach(send);
    if (step.name) settle(step.name.before ?? { ...step.name.after, target: "" }, step.name.after.target);
    return step;
  };

  const redo = () => {
    const step = undone.pop();
    if (!step) return null;
    done.push(step);
    step.after.forEach(send);
    if (step.name) settle(step.name.after, step.name.before?.target ?? "");
    return step;
  };

  return {
    open, record, ties, stale, decide, undo, redo,
    listen: (listener) => { listeners.add(listener); },
    /** Put a record in its place as it is, as one that was loaded from a file. */
    put: async (found) => { await keeper.save(found.paragraph, found, found); tell(found.paragraph); },
    get: (paragraph) => keeper.get(paragraph),
    all: () => keeper.all(),
    /** Have the records of all articles at hand, not only those of this page. */
    loadAll: () => keeper.loadAll(),
    terms: () => keeper.terms(),
    /** Settle a name in the place of the one that was seen; null: none was. Throws where there is another by now. */
    addTerm: async (term, seen) => {
      await keeper.addTerm(term, seen?.target ?? "");
      tell(null);
    },
    /** Wait until all is kept. */
    settled: () => Promise.all(queues.values()),
    /** All that there is stands in a file now. */
    saved: () => { if (keeper.kind === "memory") unsaved.clear(); },
    /** Send what could not be saved again. @param {Subject} subject */
    again: (subject) => send({ subject, ties: ties(subject) }),
    get kind() { return keeper?.kind ?? "none"; },
    get reviewer() { return keeper?.reviewer() ?? ""; },
    name: (reviewer) => keeper.name(reviewer).then(() => tell(null)),
    get undoable() { return done.at(-1)?.words ?? ""; },
    get redoable() { return undone.at(-1)?.words ?? ""; },
  };
})();
