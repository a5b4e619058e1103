"use strict";
/**
 * The one global name of these scripts; every file adds its part to it. They are classic scripts, since a page that was
 * opened from disk may load no others, and they put text into the page as text only, never as markup.
 */
var mtpipe = (() => {
  /** @type {{id: string, windows: number} | null} The run, as data/run.js names it. */
  let run = null;

  /**
   * Make an element.
   * @param {string} tag
   * @param {Record<string, any>} [settings] attributes; "on..." are listeners, false and null are left out
   * @param {...(Node | string)} children
   * @returns {HTMLElement}
   */
  const make = (tag, settings = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(settings)) {
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (value === true) element.setAttribute(name, "");
      else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, String(value));
    }
    element.append(...children);
    return element;
  };

  /** Make an icon of the page's own sprite. @param {string} name */
  const icon = (name) => {
    const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    picture.setAttribute("class", "icon");
    picture.setAttribute("aria-hidden", "true");
    use.setAttribute("href", `#icon-${name}`);
    picture.append(use);
    return picture;
  };

  /** Say a count in words: "1 place", "3 places". @param {number} count @param {string} word */
  const count = (count, word) => `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`;

  /** The time as records write it. */
  const now = () => `${new Date().toISOString().slice(0, 19)}Z`;

  /** Show a time of records as clocks do where the reader is. @param {string} time */
  const when = (time) => {
    const date = new Date(time);
    const words = Number.isNaN(date.getTime()) ? time
      : new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" }).format(date);
    return make("time", { datetime: time }, words);
  };

  /** Make a function that, however often it is called, works once when all is done. @param {() => void} work */
  const once = (work) => {
    let due = false;
    return () => {
      if (due) return;
      due = true;
      queueMicrotask(() => {
        due = false;
        work();
      });
    };
  };

  return {
    make,
    icon,
    count,
    now,
    when,
    once,
    /** Called by data/run.js. @param {{id: string, windows: number}} found */
    run: (found) => { run = found; },
    /** @returns {{id: string, windows: number} | null} */
    get info() { return run; },
    /** The way from this page to the folder of the index. */
    get root() { return document.body.dataset.kind === "index" ? "" : "../"; },
  };
})();
