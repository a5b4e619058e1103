"use strict";
/** The sheet of keys. */
mtpipe.help = (() => {
  const { make } = mtpipe;
  const SETTING = "mtpipe:single-keys";
  const KEYS = [
    ["Go", [
      ["j  k", "next, previous sentence"],
      ["J  K", "next, previous paragraph"],
      ["w  W", "next, previous that has a warning and is still open"],
      ["[  ]", "previous, next article"],
      ["g", "all articles"],
    ]],
    ["Decide", [
      ["a", "approve the sentence, and go to the next"],
      ["A", "approve the whole paragraph, and go to the next"],
      ["x  X", "reject the sentence, the whole paragraph"],
      ["c", "comment on the sentence"],
      ["z  Z", "undo, redo (Ctrl+Z, Ctrl+Shift+Z as well)"],
    ]],
    ["Change", [
      ["e  Enter", "edit the sentence; Enter ends, Esc gives up"],
      ["u", "what the memory has for sentences like this: Enter uses it, Esc closes"],
      ["s", "split the sentence and its Arabic; while editing, Ctrl+Enter splits at the caret"],
      ["m", "merge with the next; while editing, Backspace at the start merges with the one before"],
      ["d", "show what was changed, word by word"],
      ["n", "fix a name everywhere: select it before, or point at a marked term"],
      ["l", "open the row's measures and terms"],
    ]],
    ["Keep", [["Ctrl+S", "download all decisions as a file"], ["?", "this sheet"]]],
  ];

  let dialog = null;

  /** Whether single letters are keys: some people dictate, and letters come by accident. */
  const singleKeys = () => {
    try {
      return localStorage.getItem(SETTING) !== "off";
    } catch {
      return true;
    }
  };

  const made = () => {
    const box = make("input", { type: "checkbox", id: "single-keys" });
    box.checked = singleKeys();
    box.addEventListener("change", () => {
      try {
        localStorage.setItem(SETTING, box.checked ? "on" : "off");
      } catch { /* then it holds until the page is left */ }
    });
    const lists = KEYS.map(([title, keys]) => make("section", {}, make("h3", {}, title),
      make("dl", {}, ...keys.flatMap(([names, words]) => [
        make("dt", {}, ...names.split("  ").flatMap((name, at) => [at ? " " : "", make("kbd", {}, name)])),
        make("dd", {}, words)]))));
    return make("dialog", { class: "sheet plain", "aria-labelledby": "keys-title", tabindex: -1 },
      make("h2", { id: "keys-title" }, "Keys"), make("div", { class: "lists" }, ...lists),
      make("p", {}, box, " ", make("label", { for: "single-keys" }, "Single letters are keys")),
      make("button", { type: "button", onclick: () => dialog.close(), class: "strong" }, "Close"));
  };

  const show = () => {
    if (!dialog) {
      dialog = made();
      document.body.append(dialog);
    }
    if (dialog.open) return;
    dialog.showModal();
    dialog.focus(); // browsers go to the box, the last of it: a sheet that is higher than the screen would show its end
    dialog.scrollTop = 0;
  };

  return { show, singleKeys };
})();
