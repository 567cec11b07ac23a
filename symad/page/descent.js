/* The pane of gradient descent: the value by iteration, and a map of two variables with the path. */
(() => {
  "use strict";
  const {make, text, slider} = Ui, {number} = Stage;
  const STEPS = 100, CELLS = 64, SIZE = 280, BANDS = 10, FAR = 20;
  const chosen = {log: -2, key: ""};
  let parts = null;

  function run({m, x: start}, rate) {
    const x = start.slice(), path = [], curve = [];
    for (let k = 0; k <= STEPS; k++) {
      const {value, gradient} = m.tape.gradient(x);
      curve.push([k, value]);
      path.push([x[0], x[1]]);
      for (let i = 0; i < x.length; i++) x[i] -= rate * gradient[i];
    }
    return {path, curve};
  }
  /* The longest step of those tried with which the value never climbs. */
  function choose(c) {
    for (chosen.log = 0; chosen.log > -5; chosen.log -= 0.25) {
      const {curve} = run(c, 10 ** chosen.log);
      if (curve.every((q, i) => !i || q[1] <= curve[i - 1][1])) return;
    }
  }
  function descent(panel, c) {
    if (!Panes.oneSlope(c)) return Panes.words(panel, "One result and at least one variable are needed here.");
    if (Panes.isNew(panel, "made")) {
      const rate = slider("descent-rate", "step size", {min: -5, max: 0.5, step: 0.05, value: chosen.log},
        v => (10 ** v).toPrecision(2), v => { chosen.log = v; descent(panel, c.lesson()); });
      parts = {chart: make("div"), map: make("div"), words: make("div"), rate};
      panel.replaceChildren(make("div", {class: "row"}, parts.rate), make("div", {class: "two"}, parts.chart, parts.map), parts.words);
    }
    if (chosen.key !== c.key) {
      chosen.key = c.key;
      choose(c);
      parts.rate.set(chosen.log);
    }
    const {path, curve} = run(c, 10 ** chosen.log), finite = curve.filter(q => Number.isFinite(q[1])), end = curve[STEPS][1];
    parts.chart.replaceChildren(Chart.lines({title: "value against the iteration", x: {label: "iteration"}, width: 520, height: 280,
      y: {label: c.result, log: finite.every(q => q[1] > 0)}, series: [{name: "gradient descent", points: curve}]}));
    const good = Number.isFinite(end) && end <= curve[0][1];
    parts.words.replaceChildren(text(`After ${STEPS} steps from the point above ${number(curve[0][1])} has become ${number(end)}`
      + `${good ? "." : ": the step size is too large."}`, "why"));
    parts.map.replaceChildren(...(c.m.g.nInputs === 2 ? [map(c, path)] : []));
  }
  /* The value over two variables in ten bands of equal area, with the path. */
  function map({m}, path) {
    const stop = path.findIndex(q => q.some((v, k) => !(Math.abs(v - path[0][k]) < FAR)));
    const seen = path.slice(0, stop < 0 ? path.length : Math.max(1, stop)), canvas = make("canvas", {width: 2 * SIZE, height: 2 * SIZE,
      class: "map", role: "img", "aria-label": `map of the value over ${m.g.inputs.join(" and ")} with the path of the descent`});
    const range = k => {
      const all = seen.map(q => q[k]), low = Math.min(...all), high = Math.max(...all), r = Math.max(high - low, 1) * 0.75;
      return [(low + high) / 2 - r, (low + high) / 2 + r];
    };
    const [x0, x1] = range(0), [y0, y1] = range(1), points = new Float64Array(2 * CELLS * CELLS);
    for (let i = 0; i < CELLS; i++) for (let j = 0; j < CELLS; j++) {
      points.set([x0 + (x1 - x0) * (j + 0.5) / CELLS, y1 - (y1 - y0) * (i + 0.5) / CELLS], 2 * (i * CELLS + j));
    }
    const values = m.tape.planned(points, CELLS * CELLS), sorted = values.filter(Number.isFinite).sort();
    const rank = z => {
      let low = 0, high = sorted.length;
      while (low < high) {
        const q = low + high >> 1;
        if (sorted[q] < z) low = q + 1; else high = q;
      }
      return low / sorted.length;
    };
    const d = canvas.getContext("2d"), s = 2 * SIZE / CELLS, ink = name => getComputedStyle(document.body).getPropertyValue(name);
    const dark = State.now.scheme ? State.now.scheme === "dark" : matchMedia("(prefers-color-scheme:dark)").matches;
    values.forEach((v, k) => {
      const q = Math.floor(BANDS * rank(v)) / BANDS;
      d.fillStyle = `hsl(215 50% ${dark ? 12 + 40 * q : 96 - 45 * q}%)`;
      d.fillRect(k % CELLS * s, Math.floor(k / CELLS) * s, s + 1, s + 1);
    });
    const X = u => (u - x0) / (x1 - x0) * 2 * SIZE, Y = u => (y1 - u) / (y1 - y0) * 2 * SIZE;
    d.strokeStyle = d.fillStyle = ink("--now");
    d.lineWidth = 3;
    d.beginPath();
    seen.forEach(([a, b], k) => k ? d.lineTo(X(a), Y(b)) : d.moveTo(X(a), Y(b)));
    d.stroke();
    for (const [a, b] of seen) d.fillRect(X(a) - 3, Y(b) - 3, 6, 6);
    return canvas;
  }
  Panes.add("descent", "Descent", descent);
  Panes.addTable();
})();
