"use strict";
(document.body.dataset.kind === "index" ? mtpipe.index : mtpipe.article).start();
