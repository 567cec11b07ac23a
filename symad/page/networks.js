/* Panes about networks: an activation and its slope, and what depth does to adjoints. */
(() => {
  "use strict";
  const {make, text, slider, choice, button} = Ui, {number} = Stage;
  const VALUE_AND_GRADIENT = 1;

  /* ---- an activation: f and f' over an interval --------------------------------------------------------------- */
  const OWN = "the formula above", FAR = 8, POINTS = 321;
  const KNOWN = ["sigmoid", "tanh", "relu", "softplus", "silu", "gelu", "elu", "softsign", "sin"];
  const works = name => { try { Core.parse(`${name}(x)`).free(); return true; } catch { return false; } };
  const shown = {name: "sigmoid", x: 1};
  let activations = null, parts = null;

  /* f and f' at points along the first variable; the others stay where they are. */
  function alongFirst(c, at) {
    const own = shown.name === OWN, tape = own ? c.m.tape : Core.parse(`${shown.name}(x)`), base = own ? c.x : [0];
    const both = tape.derive(VALUE_AND_GRADIENT), n = base.length, points = new Float64Array(at.length * n);
    at.forEach((x, k) => { points.set(base, k * n); points[k * n] = x; });
    const all = both.values(points, at.length), width = 1 + n;
    both.free();
    if (!own) tape.free();
    return at.map((x, k) => [x, all[k * width], all[k * width + 1]]);
  }
  function activation(panel, c) {
    activations ??= KNOWN.filter(works);
    const names = Panes.oneSlope(c) && !Predict.isAsking() ? [...activations, OWN] : activations;
    if (!names.includes(shown.name)) shown.name = names[0];
    if (Panes.isNew(panel, "made")) {
      const again = () => activation(panel, c.lesson());
      parts = {chart: make("div"), words: make("div"),
        which: choice("act-which", "function", names, shown.name, name => { shown.name = name; again(); })};
      panel.replaceChildren(make("div", {class: "row"}, parts.which, slider("act-x", "x", {min: -FAR, max: FAR, step: 0.1, value: shown.x},
        v => number(v), v => { shown.x = v; again(); })), parts.chart, parts.words);
    }
    parts.which.offer(names, shown.name);
    const grid = Array.from({length: POINTS}, (_, i) => -FAR + 2 * FAR * i / (POINTS - 1));
    const all = alongFirst(c, grid), [[x, value, slope]] = alongFirst(c, [shown.x]);
    const name = shown.name === OWN ? c.m.g.inputs[0] : "x";
    parts.chart.replaceChildren(Chart.lines({title: "a function and its slope", x: {label: name}, y: {label: ""}, mark: x,
      dots: [[x, value], [x, slope]], width: 720, height: 320,
      series: [{name: "f", points: all.map(p => [p[0], p[1]])}, {name: `df/d${name}`, points: all.map(p => [p[0], p[2]])}]}));
    const largest = all.reduce((a, b) => Math.abs(b[2]) > Math.abs(a[2]) ? b : a), flat = all.filter(p => Math.abs(p[2]) < 0.01);
    const share = Math.round(100 * flat.length / all.length);
    parts.words.replaceChildren(text(`At ${name} = ${number(x)} the value is ${number(value)} and the slope ${number(slope)}. The steepest `
      + `slope here is ${number(largest[2])}, at ${name} = ${number(largest[0])}: a layer multiplies adjoints by no more.`, "why"),
    text(`On ${share} % of this interval the slope is below 0.01: there the unit is ${value === 0 && slope === 0 ? "dead" : "saturated"} `
      + "and passes on next to nothing.", "muted"));
  }

  /* ---- depth -------------------------------------------------------------------------------------------------- */
  const SMALL = 1e-6, DEEPEST = 60, FAMILY = "the family above", RANDOM = "random weights";
  const ACTS = {sigmoid: z => `sigmoid(${z})`, tanh: z => `tanh(${z})`, ReLU: z => `Max(0, ${z})`, sine: z => `sin(${z})`, linear: z => z};
  /* Standard deviation of a weight between layers of this width. */
  const STARTS = {"Xavier (1/width)": w => Math.sqrt(1 / w), "He (2/width)": w => Math.sqrt(2 / w), "plain (1)": () => 1};
  const SATURATED = {sigmoid: v => Math.min(v, 1 - v) < 0.01, tanh: v => 1 - Math.abs(v) < 0.01};
  const net = {kind: RANDOM, act: "sigmoid", start: "Xavier (1/width)", depth: 20, width: 6, scale: 1, seed: 1, by: ""};
  let controls = null;

  /* Numbers of a normal distribution from a seed: mulberry32 and Box and Muller. */
  function gauss(seed) {
    let s = seed >>> 0;
    const uniform = () => {
      s = s + 0x6d2b79f5 | 0;
      let t = Math.imul(s ^ s >>> 15, 1 | s);
      t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t;
      return ((t ^ t >>> 14) >>> 0) / 4294967296;
    };
    return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  }
  function networkText({act, start, depth, width, scale, seed}) {
    const draw = gauss(seed), size = scale * STARTS[start](width), ones = Array.from({length: width}, (_, j) => j + 1), lines = [];
    for (let l = 1; l <= depth; l++) for (const i of ones) {
      const terms = ones.map(j => {
        const w = (size * draw()).toFixed(4);
        return `${w.startsWith("-") ? `(${w})` : w}*${l === 1 ? `x${j}` : `h${l - 1}_${j}`}`;
      });
      lines.push(`h${l}_${i} = ${ACTS[act](terms.join(" + "))}`);
    }
    return `${ones.map(j => `x${j}`).join(", ")}: ${lines.join("; ")}; ${ones.map(j => `h${depth}_${j}`).join(" + ")}`;
  }
  /* Norms of values and adjoints by layer, and how many units are dead or saturated. */
  function swept() {
    const tape = Core.parseStrict(networkText(net)), g = tape.graph, x = Float64Array.from({length: net.width}, (_, j) => Math.sin(j + 1));
    const s = tape.sweep(x, [1]), layers = Array.from({length: net.depth + 1}, () => [0, 0]), saturated = SATURATED[net.act];
    const units = {all: 0, dead: 0, saturated: 0};
    tape.free();
    for (const [node, name] of g.labels) {
      const layer = Number(/^h(\d+)_/.exec(name)?.[1] ?? (name.startsWith("x") ? 0 : -1)), v = s.values[node];
      if (layer < 0) continue;
      layers[layer][0] += v ** 2;
      layers[layer][1] += s.slopes[node] ** 2;
      if (!layer) continue;
      units.all++;
      units.dead += net.act === "ReLU" && !(v > 0);
      units.saturated += saturated?.(v) ?? false;
    }
    return {n: g.n, units, layers: layers.map(([v, a]) => [Math.sqrt(v), Math.sqrt(a)])};
  }
  function begin(panel, c) {
    const set = name => value => { net[name] = value; depth(panel, c.lesson()); };
    const open = () => c.lesson().open(networkText({...net, depth: Math.min(net.depth, 4), width: 2}).replaceAll("; ", ";\n"));
    controls = {kind: choice("net-kind", "network", [RANDOM], RANDOM, set("kind")),
      layers: slider("net-depth", "layers", {min: 2, max: DEEPEST, step: 1, value: net.depth}, String, set("depth")),
      by: choice("net-by", "slope by", [], "", set("by")),
      size: slider("net-n", "n", {min: 1, max: DEEPEST, step: 1, value: 3}, String, n => c.lesson().resize(n)),
      own: make("span", {class: "row"}, choice("net-act", "activation", Object.keys(ACTS), net.act, set("act")),
        choice("net-start", "weights", Object.keys(STARTS), net.start, set("start")),
        slider("net-scale", "times", {min: 0.2, max: 3, step: 0.05, value: net.scale}, v => v.toFixed(2), set("scale")),
        button("other weights", () => set("seed")(net.seed + 1)), button("open as the formula", open)),
      chart: make("div"), words: make("div")};
    const {kind, layers, size, by, own} = controls;
    panel.replaceChildren(make("div", {class: "row"}, kind, layers, size, by, own), controls.chart, controls.words);
  }
  function depth(panel, c) {
    const family = c.m.tape.size !== null && c.m.g.outputs.length === 1 && !Predict.isAsking();
    const kinds = family ? [FAMILY, RANDOM] : [RANDOM];
    if (Panes.isNew(panel, "made")) begin(panel, c);
    if (panel.dataset.family !== String(family)) {
      panel.dataset.family = family;
      net.kind = kinds[0];
    }
    controls.kind.offer(kinds, net.kind);
    controls.kind.hidden = !family;
    controls.layers.hidden = controls.own.hidden = net.kind === FAMILY;
    controls.size.hidden = controls.by.hidden = net.kind !== FAMILY;
    if (net.kind === FAMILY) ofFamily(c); else ofLayers();
  }
  function ofLayers() {
    const begun = performance.now(), {n, layers, units} = swept(), top = net.depth;
    const ms = performance.now() - begun, by = k => layers.map((l, i) => [i, l[k]]);
    const series = [{name: "values", points: by(0)}, {name: "adjoints", points: by(1)}];
    const rule = layers.some(l => l[1] < SMALL) ? {y: SMALL, name: "10\u207b\u2076"} : undefined;
    controls.chart.replaceChildren(Chart.lines({title: "norm of values and adjoints by layer", x: {label: "layer (0: the inputs)"},
      y: {label: "norm", log: true}, series, rule, width: 720, height: 320}));
    const ratio = (layers[0][1] / layers[top][1]) ** (1 / top), below = layers.findLastIndex(l => l[1] < SMALL);
    const what = ratio < 0.9 ? "they vanish" : ratio > 1.1 ? "they explode" : "they keep their size";
    const far = below < 0 ? `At ${top} layers no adjoint is below 1e-6.`
      : `Adjoints are below 1e-6 from ${top - below} layers behind the result on: `
        + `${below === 0 ? "only the inputs" : `layers ${below} to 0`} get next to no gradient.`;
    const speed = Number.isFinite(ratio) ? "From layer to layer towards the inputs adjoints change by a factor of "
      + `${ratio.toPrecision(3)}: ${what}.` : "";
    controls.words.replaceChildren(text(`${far} ${speed}`, "why"), text(counted(units)),
      text(`${n.toLocaleString("en")} nodes, swept in ${ms.toFixed(0)} ms.`, "muted"));
  }
  function counted({all, dead, saturated}) {
    if (net.act === "ReLU") return `${dead} of ${all} units are dead here: their ReLU gives 0 and passes nothing back.`;
    if (!SATURATED[net.act]) return "";
    return `${saturated} of ${all} units are saturated: within 0.01 of an end, where the slope is nearly 0.`;
  }
  /* The formula's own family: its value and the slope by one variable at each size up to a few beyond its n. */
  function ofFamily(c) {
    const most = Math.min(DEEPEST, Math.max(30, c.m.tape.size)), values = [], slopes = [], inputs = c.m.g.inputs;
    if (!inputs.includes(net.by)) net.by = inputs[0] ?? "";
    controls.by.offer(inputs, net.by);
    for (let n = 1; n <= most; n++) {
      let tape;
      try { tape = Core.parse(State.now.text, n); } catch { continue; }
      const names = tape.graph.inputs, {value, gradient} = tape.gradient(Float64Array.from(names, (name, k) => c.start(name, k)));
      tape.free();
      values.push([n, Math.abs(value)]);
      if (names.includes(net.by)) slopes.push([n, Math.abs(gradient[names.indexOf(net.by)])]);
    }
    controls.size.set(c.m.tape.size);
    const first = slopes.find(s => s[1] < SMALL), slope = `slope by ${net.by}`, rule = first ? {y: SMALL, name: "10\u207b\u2076"} : undefined;
    controls.chart.replaceChildren(Chart.lines({title: "size of value and slope by n", x: {label: "n"}, width: 720, height: 320,
      y: {label: "size", log: true}, mark: c.m.tape.size, rule,
      series: [{name: "value", points: values}, {name: slope, points: slopes}]}));
    controls.words.replaceChildren(text(first ? `At n = ${first[0]} the ${slope} falls below 1e-6: it is ${number(first[1])}.`
      : `Up to n = ${most} the ${slope} stays above 1e-6.`, "why"), text("The formula above at each size, at its point.", "muted"));
  }
  Panes.add("activation", "Activation", activation);
  Panes.add("depth", "Depth", depth);
})();
