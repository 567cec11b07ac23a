/* The fields beside the graph: a slider a variable, the mode, the seed, the result, the size of a family. */
const Fields = (() => {
  "use strict";
  const {now} = State, {make} = Ui, $ = id => document.getElementById(id);
  const SHOWN_VARIABLES = 100, LARGEST_SLIDER = 60;
  let lines = [];

  function sliders(m, moved) {
    lines = [];
    const made = m.g.inputs.slice(0, SHOWN_VARIABLES).flatMap(name => {
      const v = now.at.get(name), far = Math.max(5, 2 * Math.abs(v)), slope = make("div", {class: "slope mono"});
      const range = make("input", {id: `r-${name}`, type: "range", min: -far, max: far, step: "any"});
      const box = make("input", {type: "number", step: "any", "aria-label": `${name}, value`});
      const set = (x, other) => { now.at.set(name, x); other.value = x; moved(); };
      range.value = box.value = v;
      range.oninput = () => set(Number(Number(range.value).toPrecision(4)), box);
      box.oninput = () => { if (box.value !== "" && Number.isFinite(Number(box.value))) set(Number(box.value), range); };
      lines.push(slope);
      return [make("label", {class: "mono", for: range.id}, name), range, box, slope];
    });
    $("sliders").replaceChildren(...(made.length ? made : ["no variables"]));
  }
  function choices(m) {
    const fill = (id, names, chosen) => {
      $(id).replaceChildren(...names.map(n => make("option", {}, n)));
      $(id).selectedIndex = chosen;
    };
    fill("seed", m.g.inputs, now.seed);
    fill("result", m.g.outputs.map((o, k) => `${k + 1}: ${m.names.get(o)}`), now.result);
    $("resultbox").hidden = m.g.outputs.length < 2;
    $("seedbox").hidden = now.mode !== "forward";
    document.querySelector(`[name=mode][value=${now.mode}]`).checked = true;
    $("predict").checked = now.predict;
    $("sizebox").hidden = now.n === null;
    $("size").max = Math.max(LARGEST_SLIDER, now.n ?? 0);
    $("size").value = now.n ?? State.SIZE;
    $("sizeout").textContent = now.n ?? "";
  }
  /* Words below each slider, by the number of its variable. */
  const slopes = words => lines.forEach((line, k) => { line.textContent = words(k); });
  return {sliders, choices, slopes};
})();
