"use strict";
/** The index: all articles of the archive, a page of the table at a time. */
mtpipe.index = (() => {
  const { make, icon, count, listing } = mtpipe;
  const PAGE = 100;
  const TERMS = 1000; // suggested to who filters by a term
  const STATES = { open: "not begun", begun: "begun", approved: "approved", rejected: "has rejected paragraphs" };
  const ALARMS = { flagged_mentions: "term", guard_flags: "guard", number_mismatches: "number", rejected: "guard", unmatched: "empty" };
  const EMPTY = { words: "", flag: "", most: null, term: "", state: "", sort: "", down: false };

  let rows = [];
  let known = new Map();
  let wish = { ...EMPTY };
  let page = 0;
  let parts = null;

  const say = (words) => { parts.news.textContent = words; };

  const aligned = () => rows[0]?.origin === "aligned";
  const columns = () => ["title", "paragraphs", "sentences",
    ...(aligned() ? ["rejected", "unmatched"] : ["mentions", "flagged_mentions"]),
    "guard_flags", "number_mismatches", "similarity", "reviewed"];

  const number = (row, name) => {
    const cell = make("td", { class: row[name] === 0 ? "zero" : ALARMS[name] ? "some" : null });
    if (ALARMS[name] && row[name]) cell.append(icon(ALARMS[name]), " ");
    cell.append(String(row[name]));
    return cell;
  };

  const reviewed = (row) => {
    const { approved, rejected, begun } = listing.counts(row, known);
    const state = listing.stateOf(row, known);
    const words = state === "approved" ? "approved" : begun ? `${approved} of ${row.paragraphs}` : "–";
    return make("td", { class: `reviewed ${state}` }, rejected ? `${words}, ${rejected} rejected` : words);
  };

  /** A line of the table. */
  const line = (row) => {
    const head = make("th", { scope: "row" },
      make("a", { href: `pages/${row.file_name}` }, make("bdi", { lang: "ar" }, row.title)));
    if (row.target_title) head.append(make("bdi", {}, row.target_title), " ");
    head.append(make("span", { class: "id plain" }, make("bdi", {}, row.article_id)));
    const names = columns().slice(1, -2);
    return make("tr", {}, head, ...names.map((name) => number(row, name)),
      make("td", {}, row.similarity === null ? "–" : row.similarity.toFixed(2)), reviewed(row));
  };

  const show = () => {
    const found = listing.chosen(rows, wish, known);
    const pages = Math.max(1, Math.ceil(found.length / PAGE));
    page = Math.min(Math.max(page, 0), pages - 1);
    const part = found.slice(page * PAGE, (page + 1) * PAGE);
    parts.body.replaceChildren(...part.map(line));
    parts.shown.textContent = `${found.length.toLocaleString("en")} of ${rows.length.toLocaleString("en")}`;
    parts.pager.hidden = pages === 1;
    parts.place.textContent = `${page * PAGE + 1} to ${page * PAGE + part.length} of ${found.length.toLocaleString("en")}`;
    parts.previous.disabled = page === 0;
    parts.next.disabled = page === pages - 1;
    columns().forEach((name, at) => {
      const head = parts.heads[at];
      if (wish.sort === name) head.setAttribute("aria-sort", wish.down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
    remember();
  };

  /** Keep what is wished for in the address, so that "back" comes back to it. */
  const remember = () => {
    const kept = Object.entries({ ...wish, page }).filter(([name, value]) => value && value !== EMPTY[name]);
    history.replaceState(null, "", kept.length ? `#${new URLSearchParams(kept)}` : location.pathname + location.search);
  };

  const recall = () => {
    const kept = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
    const { page: number_ = "0", most, down, ...texts } = kept;
    page = Number.parseInt(number_, 10) || 0;
    wish = { ...EMPTY, ...Object.fromEntries(Object.entries(texts).filter(([name]) => name in EMPTY)) };
    if (most && Number.isFinite(Number(most))) wish.most = Number(most);
    wish.down = down === "true";
    if (!columns().includes(wish.sort)) wish.sort = "";
  };

  const field = (name, words, input) => {
    input.id = `by-${name}`;
    return make("span", { class: "field" }, make("label", { for: input.id }, words), input);
  };
  const options = (entries) => entries.map(([value, words]) => make("option", { value }, words));

  const form = () => {
    const change = (name, read = (text) => text) => (event) => {
      wish[name] = read(event.target.value);
      page = 0;
      show();
    };
    const words = make("input", { type: "search", dir: "auto", autocomplete: "off", spellcheck: "false", oninput: change("words") });
    const flag = make("select", { onchange: change("flag") }, ...options([["", "all"], ...listing.flags(rows).map((code) => [code, code])]));
    const most = make("select", { onchange: change("most", (text) => (text ? Number(text) : null)) },
      ...options([["", "all"], ...[0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9].map((value) => [value, `up to ${value}`])]));
    const term = make("input", { type: "search", dir: "auto", autocomplete: "off", list: "terms", oninput: change("term") });
    const state = make("select", { onchange: change("state") }, ...options([["", "all"], ...Object.entries(STATES)]));
    words.value = wish.words;
    flag.value = wish.flag;
    most.value = wish.most ?? "";
    term.value = wish.term;
    state.value = wish.state;
    const made = make("form", { class: "search plain screen", role: "search" },
      field("words", "Search titles and ids", words), field("flag", "Warning", flag),
      field("most", aligned() ? "Probability" : "Similarity", most),
      ...(aligned() ? [] : [field("term", "Term", term), make("datalist", { id: "terms" }, ...listing.terms(rows, TERMS).map((value) => make("option", { value })))]),
      field("state", "Review", state), parts.shown);
    made.addEventListener("submit", (event) => event.preventDefault());
    return made;
  };

  /** Make the heads of the table buttons that sort. */
  const heads = () => {
    const line_ = document.querySelector("thead tr");
    line_.append(make("th", { scope: "col" }, "Reviewed"));
    parts.heads = [...line_.cells];
    parts.heads.forEach((head, at) => {
      const name = columns()[at];
      const sort = () => {
        // Most first for numbers: that is where the work is.
        wish.down = wish.sort === name ? !wish.down : name !== "title";
        wish.sort = name;
        page = 0;
        show();
      };
      const button = make("button", { type: "button", onclick: sort });
      button.append(...head.childNodes);
      head.append(button);
    });
  };

  const turn = (step) => () => {
    page += step;
    show();
    parts.body.querySelector("a")?.focus();
    parts.list.scrollIntoView({ block: "start" });
  };

  const tools = () => make("div", { class: "decisions plain screen" },
    make("button", { type: "button", onclick: mtpipe.files.download, title: "Ctrl+S" }, "Download decisions"),
    ...(mtpipe.store.kind === "server" ? [] : [make("button", { type: "button", onclick: mtpipe.files.choose }, "Load decisions…")]),
    parts.news);

  const refresh = async () => {
    known = listing.states(await mtpipe.store.all());
    show();
  };

  const start = async () => {
    if (!(await mtpipe.store.open(null))) return;
    try {
      rows = await mtpipe.shards.index();
    } catch (error) {
      // The first rows stay, as they stand in the page itself.
      document.querySelector("main").prepend(make("p", { class: "notice plain", role: "alert" }, `Not all articles can be listed: ${error.message}.`));
      return;
    }
    if (!rows.length) return;
    recall();
    known = listing.states(await mtpipe.store.all());
    const list = document.querySelector(".list");
    parts = {
      list,
      body: document.querySelector("tbody"),
      shown: make("output", { "aria-live": "polite" }),
      news: make("span", { class: "news plain screen", role: "status" }),
      place: make("span"),
      previous: make("button", { type: "button", onclick: turn(-1) }, "Previous"),
      next: make("button", { type: "button", onclick: turn(1) }, "Next"),
    };
    parts.pager = make("nav", { class: "pager plain screen", "aria-label": "Pages of the list" }, parts.previous, parts.place, parts.next);
    heads();
    list.before(form(), tools());
    list.after(parts.pager);
    mtpipe.store.listen(refresh);
    document.addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
        event.preventDefault();
        mtpipe.files.download();
      } else if (event.key === "/" && !event.target.matches("input, select")) {
        event.preventDefault();
        document.querySelector(".search input").focus();
      }
    });
    show();
  };

  return { start, say };
})();
