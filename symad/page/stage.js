/* The graph in the document: drawn once a formula, painted once a step. */
const Stage = (() => {
  "use strict";
  const el = Chart.el, $ = id => document.getElementById(id);
  const S = x => Words.shortest(x + 0); /* -0 is shown as 0 */
  const number = x => Words.brief(x + 0, 5, 8);
  let art = null;

  /* A smooth path through points, upright at its ends. */
  function curve(path) {
    const slants = path.map(() => 0), fixed = v => v.toFixed(1);
    for (let k = 1; k + 1 < path.length; k++) {
      const [[x0, y0], [x], [x1, y1]] = [path[k - 1], path[k], path[k + 1]];
      if (Math.min(x0, x1) < x && x < Math.max(x0, x1)) slants[k] = (x1 - x0) / (y1 - y0);
    }
    let d = `M${path[0].map(fixed).join(" ")}`;
    for (let k = 0; k + 1 < path.length; k++) {
      const [x0, y0] = path[k], [x1, y1] = path[k + 1], r = 0.45 * (y1 - y0);
      d += `C${[x0 + slants[k] * r, y0 + r, x1 - slants[k + 1] * r, y1 - r, x1, y1].map(fixed).join(" ")}`;
    }
    return d;
  }

  function drawArrow(a, path) {
    const [x, y] = path[path.length - 1], [u, v] = path[0];
    const g = el("g", {class: "arrow" + (a.flows ? "" : " off"), "aria-hidden": "true"}, el("path", {d: curve(path)}),
      el("path", {class: "head", d: `M${x - 3.5} ${y - 7}L${x} ${y}L${x + 3.5} ${y - 7}z`}),
      el("path", {class: "up", d: `M${u - 6} ${v + 11}L${u} ${v + 1}L${u + 6} ${v + 11}z`}));
    return {g, text: null, top: null};
  }
  function drawLabel(arrow, place) {
    if (!place) return null;
    arrow.text = el("text", {x: place.x, y: place.y + 4, "text-anchor": "middle"});
    const ground = {x: place.x - place.width / 2, y: place.y - place.height / 2, width: place.width, height: place.height};
    return arrow.top = el("g", {class: arrow.g.getAttribute("class"), "aria-hidden": "true"}, el("rect", ground), arrow.text);
  }
  function drawBox(b, place, unfold) {
    const {x: middle, y: centre, width, height} = place, x = middle - width / 2, y = centre - height / 2, h = height / 2;
    const rest = b.kind === "rest", folds = rest || b.nodes.length > 1;
    const g = el("g", {class: `box ${b.kind}`, role: folds ? "button" : "img"},
      el("rect", {class: "ground", x, y, width, height, rx: 4}),
      el("text", {x: middle, y: y + (rest ? h : h / 2) + 4, "text-anchor": "middle"}, b.written));
    const cell = (kind, left) => {
      const t = el("text", {x: left + width / 4, y: y + 1.5 * h + 4, "text-anchor": "middle"});
      const rect = {class: "cell", x: left + 1, y: y + h, width: width / 2 - 2, height: h - 1.5, rx: 3};
      const c = el("g", {class: kind}, el("rect", rect), t);
      g.append(c);
      return {c, t};
    };
    const value = rest ? null : cell("value", x), slope = rest ? null : cell("slope", middle), tip = el("title");
    g.append(el("rect", {class: "frame", x, y, width, height, rx: 4}));
    g.prepend(tip);
    if (folds) {
      g.setAttribute("tabindex", "0");
      g.addEventListener("click", () => unfold(b));
      g.addEventListener("keydown", e => { if (e.key === "Enter" || e.key === " ") { e.preventDefault(); unfold(b); } });
      if (rest) { g.setAttribute("aria-label", `${b.written}: show more of them`); tip.textContent = "click to show more"; }
    }
    return {g, value, slope, tip};
  }

  /* Boxes and arrows at their places; `unfold` is called with a box that was clicked. */
  function draw(m, unfold) {
    const l = m.layout, w = (l.width + 24).toFixed(0), h = (l.height + 24).toFixed(0);
    const svg = el("svg", {class: "graph", viewBox: `-12 -12 ${w} ${h}`, width: w, height: h, role: "group",
      "aria-label": `graph of ${m.boxes.length} boxes`});
    const arrows = m.arrows.map((a, k) => drawArrow(a, l.paths[k]));
    svg.append(...arrows.map(a => a.g));
    svg.append(...arrows.map((a, k) => drawLabel(a, l.labels[k])).filter(Boolean));
    const boxes = m.boxes.map((b, k) => drawBox(b, l.boxes[k], unfold));
    svg.append(...boxes.map(b => b.g));
    art = {svg, arrows, boxes};
    $("stage").replaceChildren(svg);
    $("stage").classList.toggle("large", w > 1500 || h > 1600);
    folding(m);
  }
  function folding(m) {
    const opened = State.now.opened, changed = opened.names.size || opened.more, p = $("folded");
    const how = m.hidden ? "the middle is not drawn; a click on its box shows more of it"
      : "names that differ in their last index share one, with what flows into them and the norm (\u2225) of its "
        + "numbers; a click unfolds a box";
    p.textContent = m.rest ? `${m.steps.length} steps in ${m.boxes.length} boxes: ${how}. The sweeps run over every step.` : "";
    $("fold").hidden = !changed;
  }

  const norm = (nodes, f) => Math.sqrt(nodes.reduce((sum, node) => sum + f(node) ** 2, 0));
  function paintGroup(b, p, c, from) {
    const {at, last, sweep, whole} = c, several = b.heads.length > 1, sign = several ? "\u2225" : "";
    const have = b.heads.filter(n => at.values.has(n)), met = b.heads.filter(n => at.slopes.has(n));
    const open = whole && b.heads.some(n => (at.left.get(n) ?? 0) > 0), hide = State.now.predict && whole;
    const size = several ? norm(have, n => sweep.values[n]) : sweep.values[b.node];
    const slope = several ? norm(met, n => at.slopes.get(n)) : at.slopes.get(b.node);
    p.value.t.textContent = have.length ? sign + Graph.cut(size).slice(0, several ? 8 : 9) : "";
    p.value.c.setAttribute("class", "value" + (have.length === b.heads.length ? " on" : ""));
    p.slope.t.textContent = met.length && !hide ? sign + Graph.cut(slope).slice(0, several ? 8 : 9) : "";
    p.slope.c.setAttribute("class", "slope" + (!met.length ? "" : open ? " partly" : " on"));
    const now = last && (b.nodes.includes(last.node) || (last.kind === "edge" && b.nodes.includes(last.operand)));
    p.g.setAttribute("class", `box ${b.kind}${now ? " now" : from ? " from" : ""}`);
    const kind = whole ? "adjoints" : "tangents", words = several
      ? [b.written, `norm of the values ${S(size)}`, hide ? "" : `norm of the ${kind} ${S(slope)}`]
      : [b.written, `value ${S(sweep.values[b.node])}`];
    label(p, [...words.filter(Boolean), "a click unfolds it"]);
  }
  function paintBox(b, p, c, from) {
    const {at, last, sweep, whole, m} = c, hasValue = at.values.has(b.node), slope = at.slopes.get(b.node);
    const left = whole ? at.left.get(b.node) ?? 0 : 0, hide = State.now.predict && whole && slope !== undefined && left > 0;
    p.value.t.textContent = hasValue ? Graph.cut(sweep.values[b.node]) : "";
    p.value.c.setAttribute("class", "value" + (hasValue ? " on" : ""));
    p.slope.t.textContent = slope === undefined ? "" : hide ? "?" : Graph.cut(slope) + (left > 0 ? " +" : "");
    p.slope.c.setAttribute("class", "slope" + (slope === undefined ? "" : left > 0 ? " partly" : " on"));
    const now = last && (last.node === b.node || (last.kind === "edge" && last.operand === b.node));
    const dead = !sweep.live[b.node] && m.active[b.node];
    p.g.setAttribute("class", `box ${b.kind}${now ? " now" : from ? " from" : ""}${dead ? " dead" : ""}`);
    const slopeWords = `${whole ? "adjoint" : "tangent"} ${S(slope ?? 0)}${left > 0 ? " so far" : ""}`;
    label(p, [b.written, hasValue ? `value ${S(sweep.values[b.node])}` : "", slope !== undefined && !hide ? slopeWords : ""]
      .filter(Boolean));
  }
  function label(p, words) {
    p.g.setAttribute("aria-label", words.join(", "));
    p.tip.textContent = words.join("\n");
  }

  /* Numbers and colours of one moment: c has m, sweep, at, last and whole (reverse mode). */
  function paint(c) {
    const {m, at, last, whole} = c, where = (user, operand) => `${m.place.get(operand)}>${m.place.get(user)}`;
    const lit = new Set(), from = new Set(), passed = new Set();
    art.svg.classList.toggle("tangents", !whole);
    for (const s of at.done) if (s.kind === "edge") passed.add(where(s.user, s.operand));
    if (last?.kind === "edge") {
      if (m.place.get(last.user) !== m.place.get(last.operand)) lit.add(where(last.user, last.operand));
      from.add(m.place.get(last.user));
    }
    if (last && ["value", "tangent"].includes(last.kind)) for (const o of m.users.get(last.node)) lit.add(where(last.node, o));
    m.boxes.forEach((b, k) => {
      if (b.node >= 0) (b.nodes.length > 1 ? paintGroup : paintBox)(b, art.boxes[k], c, from.has(k));
    });
    paintArrows(c, lit, passed);
  }
  function paintArrows({m, sweep, at, last}, lit, passed) {
    const sums = new Map();
    for (const node of m.steps) for (const e of Graph.flow(m, sweep, node)) {
      const key = `${m.place.get(e.operand)}>${m.place.get(e.user)}`, s = sums.get(key);
      sums.set(key, s ? [s[0] + e.partial, s[1] || e.taken] : [e.partial, e.taken]);
    }
    m.arrows.forEach((a, k) => {
      const p = art.arrows[k], [sum, taken] = sums.get(a.key) ?? [0, false];
      const step = lit.has(a.key) ? (last.kind === "edge" ? " now" : " now forwards") : passed.has(a.key) ? " done" : "";
      const kind = `arrow${a.flows && taken ? "" : " off"}${step}`;
      p.g.setAttribute("class", kind);
      if (!p.text) return;
      p.top.setAttribute("class", kind);
      p.text.textContent = written(a, sums.has(a.key), taken, at.values.has(a.user), sum);
    });
  }
  function written(a, flows, taken, known, sum) {
    if (!a.alone) return a.formula;
    if (!flows) return "";
    if (!taken) return "not taken";
    if (!known) return a.short ? "" : a.formula;
    return a.constant || !a.formula || a.short ? number(sum) : `${a.formula} = ${number(sum)}`;
  }
  return {draw, paint, S, number, svg: () => art.svg};
})();
