"use strict";
/**
 * What changed between two texts, word by word: the greedy algorithm of Myers, "An O(ND) Difference Algorithm and Its
 * Variations" (1986), over words, spaces and signs.
 */
mtpipe.diff = (() => {
  // Texts that differ in more words than this are shown as replaced: nobody would read so many small changes.
  const MOST = 600;

  /** @param {string} text @returns {string[]} words, spaces, and signs one by one; joined they are the text */
  const tokens = (text) => text.match(/\s+|[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}\p{N}]+)*|[^]/gu) ?? [];

  /**
   * The steps from one list to the other, as [kind, token]; null where there are too many.
   * @param {string[]} before
   * @param {string[]} after
   * @returns {[("same" | "out" | "in"), string][] | null}
   */
  const walk = (before, after) => {
    const ends = new Map([[1, 0]]);
    /** @type {Map<number, number>[]} */
    const trace = [];
    for (let d = 0; d <= Math.min(MOST, before.length + after.length); d += 1) {
      trace.push(new Map(ends));
      for (let k = -d; k <= d; k += 2) {
        const down = k === -d || (k !== d && (ends.get(k - 1) ?? -1) < (ends.get(k + 1) ?? -1));
        let x = down ? ends.get(k + 1) ?? 0 : (ends.get(k - 1) ?? 0) + 1;
        while (x < before.length && x - k < after.length && before[x] === after[x - k]) x += 1;
        ends.set(k, x);
        if (x >= before.length && x - k >= after.length) return back(trace, before, after);
      }
    }
    return null;
  };

  /** Follow the trace from the end to the start. */
  const back = (trace, before, after) => {
    /** @type {[("same" | "out" | "in"), string][]} */
    const steps = [];
    let [x, y] = [before.length, after.length];
    for (let d = trace.length - 1; d >= 0; d -= 1) {
      const ends = trace[d];
      const k = x - y;
      const down = k === -d || (k !== d && (ends.get(k - 1) ?? -1) < (ends.get(k + 1) ?? -1));
      const start = d === 0 ? 0 : down ? ends.get(k + 1) ?? 0 : (ends.get(k - 1) ?? 0) + 1;
      while (x > start && y > 0 && x > 0) steps.push(["same", before[(y -= 1, x -= 1)]]);
      if (d > 0) steps.push(down ? ["in", after[(y -= 1)]] : ["out", before[(x -= 1)]]);
    }
    return steps.reverse();
  };

  /**
   * Compare two texts.
   * @param {string} before
   * @param {string} after
   * @returns {{kind: "same" | "out" | "in", text: string}[]} runs; without "in" they are ``before``, without "out" ``after``
   */
  const words = (before, after) => {
    const [ours, theirs] = [tokens(before), tokens(after)];
    let head = 0;
    while (head < ours.length && head < theirs.length && ours[head] === theirs[head]) head += 1;
    let tail = 0;
    while (tail < ours.length - head && tail < theirs.length - head && ours.at(-1 - tail) === theirs.at(-1 - tail)) tail += 1;
    const [left, right] = [ours.slice(head, ours.length - tail), theirs.slice(head, theirs.length - tail)];
    const steps = walk(left, right) ?? [["out", left.join("")], ["in", right.join("")]];
    return joined([["same", ours.slice(0, head).join("")], ...steps, ["same", tail ? ours.slice(-tail).join("") : ""]]);
  };

  /**
   * Join neighbours of one kind; between two "same", what goes out stands before what comes in. A lone space between
   * two changes goes with them: "the old man" for "a young one" is read as one change, not as three.
   */
  const joined = (steps) => {
    /** @type {({same: string} | {out: string, in: string})[]} */
    const groups = [];
    for (const [kind, text] of steps) {
      if (!text) continue;
      const last = groups.at(-1);
      if (kind === "same") {
        if (last && "same" in last) last.same += text;
        else groups.push({ same: text });
      } else if (last && "out" in last) last[kind] += text;
      else groups.push({ out: "", in: "", [kind]: text });
    }
    const runs = [];
    for (let at = 0; at < groups.length; at += 1) {
      const group = groups[at];
      if ("same" in group) {
        runs.push({ kind: "same", text: group.same });
        continue;
      }
      const { out, in: new_ } = group;
      const [space, next] = [groups[at + 1]?.same, groups[at + 2]];
      if (space?.trim() === "" && next && (out || next.out) && (new_ || next.in)) {
        groups[at + 2] = { out: out + space + next.out, in: new_ + space + next.in };
        at += 1;
        continue;
      }
      for (const [kind, text] of [["out", out], ["in", new_]]) if (text) runs.push({ kind, text });
    }
    return runs;
  };

  return { words };
})();
