"use strict";
/** Keeps decisions on the server that the page came from: each save names the revision that it was made on. */
mtpipe.server = (() => {
  const API = "/api";
  const KEPT_ALIVE = 15_000; // characters: browsers allow 64 KiB at a time, and one may take four bytes

  /** @param {string} path @param {RequestInit} [options] */
  const ask = (path, options) => fetch(API + path, { credentials: "same-origin", cache: "no-store", ...options });

  /** The server's session; null where the page is not served by mtpipe. */
  const session = async () => {
    if (!location.protocol.startsWith("http")) return null;
    try {
      const answer = await ask("/session");
      return answer.ok ? await answer.json() : null;
    } catch {
      return null;
    }
  };

  /** What went wrong, in the server's words where it has any. @param {Response} answer */
  const trouble = async (answer) => {
    const told = await answer.json().catch(() => ({}));
    return new Error(told.error ?? told.detail ?? `the server answered ${answer.status}`);
  };

  /**
   * Open the keeper.
   * @param {{run: string, reviewer: string, csrf: string}} found
   * @param {string | null} article whose records are loaded; null loads all
   * @param {(paragraph: string) => void} changed called when somebody else has saved a paragraph
   */
  const open = (found, article, changed) => {
    const held = new Map();
    const saving = new Set(); // saves of our own, of which the server tells as it does of others'
    const headers = { "Content-Type": "application/json", "X-CSRF-Token": found.csrf };

    const decisions = async () => {
      const answer = await ask("/decisions.json");
      if (!answer.ok) throw await trouble(answer);
      return answer.json();
    };

    /** Load what the page needs; return the place in the server's log that it shows. */
    const load = async () => {
      const answer = article === null ? null : await ask(`/paragraphs?article=${encodeURIComponent(article)}`);
      if (answer && !answer.ok) throw await trouble(answer);
      const { paragraphs, sequence } = answer ? await answer.json() : await decisions();
      for (const record of paragraphs) held.set(record.paragraph, record);
      return sequence;
    };

    /** Look at what others save, as the server tells of it. @param {number | undefined} sequence */
    const watch = (sequence) => {
      new EventSource(`${API}/events${sequence === undefined ? "" : `?after=${sequence}`}`).addEventListener("message", async (event) => {
        await Promise.allSettled(saving);
        const news = JSON.parse(event.data).changed.filter(({ paragraph, revision }) =>
          (article === null || paragraph.startsWith(`${article}#`)) && (held.get(paragraph)?.revision ?? 0) < revision);
        if (!news.length) return;
        await load();
        for (const { paragraph } of news) changed(paragraph);
      });
    };

    /** @param {string} paragraph @param {any} record */
    const send = async (paragraph, { revision: _, ...body }) => {
      const on = held.get(paragraph)?.revision ?? 0;
      const text = JSON.stringify({ ...body, on });
      // A save outlives the page that is being left, where it is small enough for browsers to allow that.
      const keepalive = text.length < KEPT_ALIVE;
      const answer = await ask(`/paragraphs/${encodeURIComponent(paragraph)}`, { method: "PUT", headers, body: text, keepalive });
      if (answer.status !== 409 && !answer.ok) throw await trouble(answer);
      const told = await answer.json();
      const kept = answer.status === 409 ? told.held : told;
      if (kept) held.set(paragraph, kept);
      else held.delete(paragraph);
      return answer.status === 409 ? { held: kept ?? body } : { record: kept };
    };

    return {
      kind: "server",
      load: async () => {
        watch(await load());
      },
      /** Load the records of other articles as well. */
      loadAll: async () => { for (const record of (await decisions()).paragraphs) held.set(record.paragraph, record); },
      get: (paragraph) => held.get(paragraph) ?? null,
      /** Save a record; a server can't forget one, so that where it is null, ``initial`` says what is saved instead. */
      save: (paragraph, record, initial) => {
        const sent = send(paragraph, record ?? initial);
        saving.add(sent);
        return sent.finally(() => saving.delete(sent));
      },
      all: async () => (await decisions()).paragraphs,
      terms: async () => (await decisions()).terms,
      /** Settle a name; without English it is settled no more. ``on`` is the English that was known for it. */
      addTerm: async ({ source, target, type }, on) => {
        const body = JSON.stringify({ source, target, type, on });
        const answer = await ask("/terms", { method: "POST", headers, body });
        if (answer.status === 409) {
          const { held } = await answer.json();
          throw new Error(held ? `${held.reviewer || "somebody"} has made it “${held.target}” meanwhile` : "somebody has taken it back meanwhile");
        }
        if (!answer.ok) throw await trouble(answer);
      },
      reviewer: () => found.reviewer,
      name: async (reviewer) => {
        const answer = await ask("/session", { method: "POST", headers, body: JSON.stringify({ reviewer }) });
        if (!answer.ok) throw await trouble(answer);
        Object.assign(found, await answer.json());
        headers["X-CSRF-Token"] = found.csrf;
      },
    };
  };

  return { session, open };
})();
