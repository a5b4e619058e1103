"use strict";
// Filter and sort the table in place. Without this script the table is whole, in its first order.
(() => {
  const body = document.querySelector("tbody");
  const rows = Array.from(body.rows);
  const form = document.querySelector(".search");
  const input = form.querySelector("input");
  const shown = form.querySelector("output");

  // Spelling as the glossary folds it: no vowel signs, no tatweel, one alef, one yeh, one heh.
  const fold = (text) =>
    text.normalize("NFKD").replace(/[\p{M}\u0640]/gu, "").replace(/[ٱ]/g, "ا").replace(/[ىی]/g, "ي")
      .replace(/ة/g, "ه").replace(/ک/g, "ك").toLowerCase();
  const texts = new Map(rows.map((row) => [row, fold(row.cells[0].textContent)]));

  const filter = () => {
    const words = fold(input.value).split(/\s+/).filter(Boolean);
    let count = 0;
    for (const row of rows) {
      row.hidden = !words.every((word) => texts.get(row).includes(word));
      if (!row.hidden) count += 1;
    }
    shown.textContent = `${count} of ${rows.length}`;
  };
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  input.addEventListener("input", filter);
  filter();

  const collator = new Intl.Collator(["ar", "en"], { numeric: true });
  const value = (row, column) => row.cells[column].getAttribute("data-v") ?? texts.get(row);
  const compare = (a, b, column, numeric) => {
    const [x, y] = [value(a, column), value(b, column)];
    if (!numeric) return collator.compare(x, y);
    return Number(x) - Number(y);
  };
  const heads = Array.from(document.querySelectorAll("thead th"));
  heads.forEach((head, column) => {
    const numeric = column > 0;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const before = head.getAttribute("aria-sort");
      // Most first for numbers: that is where the work is.
      const down = before ? before === "ascending" : numeric;
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const known = (row) => value(row, column) !== "";
      rows.sort((a, b) => {
        if (known(a) !== known(b)) return known(a) ? -1 : 1; // what was not measured stands last
        return (down ? -1 : 1) * compare(a, b, column, numeric);
      });
      body.append(...rows);
    });
  });
})();
