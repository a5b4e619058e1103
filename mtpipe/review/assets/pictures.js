"use strict";
/**
 * Called by data/throughput.js: the one picture that depends on the clock, and may not stand in the page itself. It is
 * markup, but made by mtpipe of numbers alone; a parsed document runs nothing.
 * @param {string} figure
 */
mtpipe.throughput = (figure) => {
  const place = document.getElementById("throughput");
  if (!place || !figure) return;
  place.replaceWith(...new DOMParser().parseFromString(figure, "text/html").body.childNodes);
};
