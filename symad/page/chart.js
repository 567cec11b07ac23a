/* Line charts as SVG: one function, for the lesson and the report. Knows numbers, not what they mean. */
const Chart = (() => {
  "use strict";
  const NS = "http://www.w3.org/2000/svg", LEFT = 58, RIGHT = 16, TOP = 30, BOTTOM = 40, DASHES = ["\u2500", "\u2504", "\u2508"];
  const CHARACTER = 6.6; /* about one of the legend's, in its units */

  function el(name, attributes = {}, ...children) {
    const e = document.createElementNS(NS, name);
    for (const [key, value] of Object.entries(attributes)) e.setAttribute(key, value);
    e.append(...children);
    return e;
  }
  function ticks(low, high, log) {
    const found = [];
    if (log) {
      const step = Math.max(1, Math.ceil((high - low) / 7));
      for (let e = Math.ceil(low - 1e-9); e <= high + 1e-9; e += step) found.push(e);
      return found;
    }
    const raw = (high - low) / 6, p = 10 ** Math.floor(Math.log10(raw)), step = [1, 2, 5, 10].find(m => m * p >= raw) * p;
    for (let v = Math.ceil(low / step) * step; v <= high + step * 1e-9; v += step) found.push(Math.abs(v) < step * 1e-9 ? 0 : v);
    return found;
  }
  const power = e => ["10", el("tspan", {dy: "-5", "font-size": "9"}, String(e))];

  /* One axis: numbers to places, by the finite ones among `values`. */
  function axis(values, {log, from, to}, wide = false) {
    const t = v => log ? Math.log10(v) : v, good = values.map(t).filter(Number.isFinite);
    let low = from ?? good.reduce((a, b) => Math.min(a, b), Infinity), high = to ?? good.reduce((a, b) => Math.max(a, b), -Infinity);
    if (low === high) { low -= 1; high += 1; }
    if (log && wide) { low = Math.floor(low); high = Math.ceil(high); }
    if (!log && wide) { /* to whole steps, so that the highest number has its line */
      const [a, b = a + 1] = ticks(low, high, false), step = b - a;
      low = Math.floor(low / step + 1e-3) * step;
      high = Math.ceil(high / step - 1e-3) * step;
    }
    return {t, low, high, part: v => (t(v) - low) / (high - low), ticks: ticks(low, high, log), log};
  }

  /* series: {name, points: [[x, y], ...], dots} drawn in three inks and dashes; x and y: {label, log};
   * mark: a place on x; rule: {y, name}, a line across; floor: below it numbers mean nothing; dots: [[x, y], ...]. */
  function lines({title, series, x, y, mark, rule, floor = 0, dots = [], width = 560, height = 260}) {
    const svg = el("svg", {class: "chart", viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": title});
    const points = series.flatMap(s => s.points);
    const across = axis(points.map(p => p[0]), x), up = axis([...points.map(p => p[1]), ...(rule ? [rule.y] : [])], y, true);
    const finite = ([a, b]) => Number.isFinite(across.t(a)) && Number.isFinite(up.t(b));
    if (!points.some(finite)) {
      svg.append(el("text", {x: 20, y: 40}, "nothing to draw here"));
      return svg;
    }
    const bottom = height - BOTTOM, right = width - RIGHT;
    const px = v => LEFT + across.part(v) * (right - LEFT), py = v => bottom - up.part(v) * (bottom - TOP);
    const named = (a, v) => a.log ? power(v) : [Words.brief(v, 4, 6)], place = (a, v) => a.log ? 10 ** v : v;
    for (const v of up.ticks) {
      const h = py(place(up, v));
      svg.append(el("line", {class: "grid", x1: LEFT, x2: right, y1: h, y2: h}),
        el("text", {x: LEFT - 8, y: h + 4, "text-anchor": "end"}, ...named(up, v)));
    }
    for (const v of across.ticks) {
      const w = px(place(across, v));
      svg.append(el("line", {class: "axis", x1: w, x2: w, y1: bottom, y2: bottom + 4}),
        el("text", {x: w, y: bottom + 18, "text-anchor": "middle"}, ...named(across, v)));
    }
    svg.append(el("line", {class: "axis", x1: LEFT, x2: right, y1: bottom, y2: bottom}),
      el("text", {x: (LEFT + right) / 2, y: height - 6, "text-anchor": "middle"}, x.label), el("text", {x: 4, y: 12}, y.label));
    if (floor > 0 && up.t(floor) > up.low) {
      const h = Math.max(TOP, py(floor));
      svg.append(el("rect", {class: "floor", x: LEFT, width: right - LEFT, y: h, height: bottom - h}));
    }
    if (rule && Number.isFinite(up.t(rule.y))) {
      svg.append(el("line", {class: "rule", x1: LEFT, x2: right, y1: py(rule.y), y2: py(rule.y)}),
        el("text", {class: "rule", x: right - 4, y: py(rule.y) - 5, "text-anchor": "end"}, rule.name));
    }
    let legend = right;
    series.forEach((s, k) => {
      const path = s.points.filter(finite).map(([a, b], i) => `${i ? "L" : "M"}${px(a).toFixed(1)} ${py(b).toFixed(1)}`).join("");
      svg.append(el("path", {class: `s${k}`, d: path}),
        el("text", {class: `k${k}`, x: legend, y: 12, "text-anchor": "end"}, `${DASHES[k]} ${s.name}`));
      legend -= s.name.length * CHARACTER + 34;
    });
    if (mark !== undefined && Number.isFinite(across.t(mark))) {
      svg.append(el("line", {class: "mark", x1: px(mark), x2: px(mark), y1: TOP, y2: bottom}));
    }
    for (const [a, b] of dots.filter(finite)) svg.append(el("circle", {class: "dot", cx: px(a), cy: py(b), r: 5}));
    return svg;
  }
  return {lines, el};
})();
