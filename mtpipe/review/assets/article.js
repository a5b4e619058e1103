"use strict";
/** The page of an article, or of an aligned pair. */
mtpipe.article = (() => {
  /** The pages before and after this one, in the order of the archive. */
  const neighbours = async () => {
    const own = decodeURIComponent(location.pathname.split("/").at(-1));
    const number = Number(document.body.dataset.window);
    const last = mtpipe.info.windows - 1;
    const rows = (await Promise.all([number - 1, number, number + 1].filter((one) => one >= 0 && one <= last)
      .map(mtpipe.shards.ofWindow))).flat();
    const at = rows.findIndex((row) => row.file_name === own);
    return { previous: at > 0 ? rows[at - 1].file_name : null, next: rows[at + 1]?.file_name ?? null };
  };

  const start = async () => {
    mtpipe.link.start();
    const article = document.getElementById("article-id").textContent;
    if (!(await mtpipe.store.open(article))) return; // the run has not finished its first window: to be read only
    mtpipe.unit.start(article);
    document.body.classList.add("live");
    mtpipe.bar.start();
    mtpipe.editor.start();
    mtpipe.actions.start();
    mtpipe.keyboard.start();
    mtpipe.memory.start().catch(() => mtpipe.bar.say("What the memory has for this page can't be read."));
    if (document.body.dataset.window) neighbours().then(mtpipe.bar.neighbours).catch(() => {});
  };

  return { start };
})();
