"use strict";
/** Decisions files: what `mtpipe review apply` takes, and any page of the same run opens again. */
mtpipe.files = (() => {
  const { make, count } = mtpipe;
  const FORMAT = "mtpipe decisions";
  const VERSION = 1;
  const STATES = ["open", "approved", "rejected"];

  const say = (words) => (mtpipe.bar ?? mtpipe.index).say(words);

  /** All decisions, as a file has them. */
  const all = async () => {
    await mtpipe.store.settled();
    const paragraphs = (await mtpipe.store.all()).map(({ revision: _, ...record }) => record);
    paragraphs.sort((one, other) => (one.paragraph < other.paragraph ? -1 : 1));
    return { format: FORMAT, version: VERSION, run: mtpipe.info.id, paragraphs, terms: await mtpipe.store.terms() };
  };

  /** Give the file to the browser's downloads. */
  const download = async () => {
    mtpipe.editor?.close();
    let decisions = null;
    try {
      decisions = await all();
    } catch (error) {
      say(`Nothing was downloaded: ${error.message}.`); // a server that is gone
      return;
    }
    const address = URL.createObjectURL(new Blob([`${JSON.stringify(decisions, null, 1)}\n`], { type: "application/json" }));
    const link = make("a", { href: address, download: `decisions-${mtpipe.info.id}.json` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
    mtpipe.store.saved();
    say(`${count(decisions.paragraphs.length, "paragraph")} and ${count(decisions.terms.length, "name")} in the file.`);
  };

  /** What is wrong with a file; "" where nothing is. `mtpipe review apply` looks closer. */
  const wrong = (value) => {
    if (value?.format !== FORMAT || value.version !== VERSION) return "it is no decisions file of this version of mtpipe";
    if (value.run !== mtpipe.info.id) return "it belongs to another run of mtpipe";
    if (!Array.isArray(value.paragraphs) || !Array.isArray(value.terms ?? [])) return "its lists are missing";
    const bad = value.paragraphs.find((record) => !isRecord(record));
    if (bad !== undefined) return `the record of ${String(bad?.paragraph).slice(0, 80)} is damaged`;
    return (value.terms ?? []).every(isTerm) ? "" : "one of its names is damaged";
  };

  const isTerm = (term) => [term?.source, term?.target, term?.time].every((text) => typeof text === "string");

  const isRecord = (record) =>
    [record?.paragraph, record?.base, record?.reviewer, record?.time].every((text) => typeof text === "string")
    && Array.isArray(record.ties) && record.ties.length > 0
    && record.ties.every((tie, at) => tie && tie.source_start === (at ? record.ties[at - 1].source_end : 0)
      && Number.isInteger(tie.source_end) && tie.source_end > tie.source_start
      && typeof tie.text === "string" && typeof tie.comment === "string" && STATES.includes(tie.state));

  /** Take up a file's decisions; of two on one paragraph the later holds. @param {string} text */
  const load = async (text) => {
    let value = null;
    try {
      value = JSON.parse(text);
    } catch {
      return say("This file can't be read: it is no JSON.");
    }
    const trouble = wrong(value);
    if (trouble) return say(`This file can't be used: ${trouble}.`);
    let [taken, older] = [0, 0];
    for (const record of value.paragraphs) {
      const held = mtpipe.store.get(record.paragraph);
      if (held && held.time >= record.time) {
        older += 1;
        continue;
      }
      await mtpipe.store.put(record);
      taken += 1;
    }
    const settled = new Map((await mtpipe.store.terms()).map((term) => [term.source, term]));
    for (const term of value.terms ?? []) {
      const held = settled.get(term.source) ?? null;
      if (!held || held.time < term.time) await mtpipe.store.addTerm(term, held);
    }
    return say(`${count(taken, "paragraph")} loaded${older ? `; ${older} here are the same or newer and stay` : ""}.`);
  };

  /** Let the reviewer choose a file. */
  const choose = () => {
    const input = make("input", { type: "file", accept: ".json,application/json" });
    input.addEventListener("change", async () => {
      try {
        if (input.files[0]) await load(await input.files[0].text());
      } catch (error) {
        say(`Not all of it could be kept: ${error.message}.`); // the browser's storage is full
      }
    });
    input.click();
  };

  return { download, choose };
})();
