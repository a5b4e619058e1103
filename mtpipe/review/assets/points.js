"use strict";
/** Offsets of decisions count code points; those of JavaScript's strings count UTF-16 units. */
mtpipe.points = (() => {
  /** How many code points a text has. @param {string} text */
  const length = (text) => {
    let count = 0;
    for (const _ of text) count += 1;
    return count;
  };

  /** The unit at which a code point begins. @param {string} text @param {number} point */
  const toUnits = (text, point) => {
    let unit = 0;
    for (let left = point; left > 0 && unit < text.length; left -= 1) unit += text.codePointAt(unit) > 0xffff ? 2 : 1;
    return unit;
  };

  /** How many code points stand before a unit. @param {string} text @param {number} unit */
  const toPoints = (text, unit) => length(text.slice(0, unit));

  return { length, toUnits, toPoints };
})();
