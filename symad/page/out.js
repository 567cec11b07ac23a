/* What leaves the page: the graph as SVG, the sweeps as LaTeX, and text to the clipboard. */
const Out = (() => {
  "use strict";
  const {make} = Ui, {S} = Stage, $ = id => document.getElementById(id);

  function save(name, type, text) {
    const link = make("a", {href: URL.createObjectURL(new Blob([text], {type})), download: name});
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }
  async function copy(text, what) {
    try {
      await navigator.clipboard.writeText(text);
      $("copied").textContent = `${what} copied`;
    } catch { $("copied").textContent = text; }
  }
  /* The graph with its own colours, the light ones. */
  function picture() {
    const css = document.querySelector("style").textContent, svg = Stage.svg().cloneNode(true);
    const inks = /:root\{[^}]*\}/.exec(css)[0].replace(":root", "svg.graph"), rules = css.split("\n").filter(l => l.startsWith("svg.graph"));
    svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    svg.prepend(Chart.el("style", {}, [inks, ...rules].join("\n")));
    return svg.outerHTML;
  }
  function latex({m, sweep, command}) {
    const special = {"\\": "\\textbackslash{}", "^": "\\^{}", "~": "\\~{}"}, name = n => m.names.get(n);
    const code = s => `\\texttt{${s.replace(/[\\{}$&#_%^~]/g, c => special[c] ?? `\\${c}`)}}`;
    const rows = m.steps.map(n => `${code(name(n))} & ${code(n < m.g.nInputs ? "variable" : Says.excerpt(m, n))} & ${S(sweep.values[n])} & `
      + `${m.active[n] ? S(sweep.slopes[n]) : "--"} \\\\`);
    const head = "\\begin{tabular}{llrr}\n\\hline\nname & operation & value & adjoint \\\\ \\hline";
    return `% ${command("steps")}\n${head}\n${rows.join("\n")}\n\\hline\n\\end{tabular}\n`;
  }
  return {copy, savePicture: () => save("symad.svg", "image/svg+xml", picture()), saveLatex: c => save("symad.tex", "text/plain", latex(c))};
})();
