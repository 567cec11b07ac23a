/* The lesson in a frame takes the scheme of the page, which furo keeps in an attribute of the body. */
(() => {
  "use strict";
  const frame = document.getElementById("lesson");
  if (!frame) return;
  const night = matchMedia("(prefers-color-scheme: dark)");
  let shown = "";
  function show() {
    const wanted = document.body.dataset.theme;
    const scheme = wanted === "light" || wanted === "dark" ? wanted : night.matches ? "dark" : "light";
    if (scheme === shown) return;
    shown = scheme;
    const next = frame.cloneNode(); /* a frame whose address changes behind # alone would not load again */
    next.src = `${frame.dataset.src}&scheme=${scheme}`;
    document.getElementById("lesson").replaceWith(next);
  }
  new MutationObserver(show).observe(document.body, {attributes: true, attributeFilter: ["data-theme"]});
  night.addEventListener("change", show);
  show();
})();
