/* Numbers and formulas as text, by the rules of symad's own printer. */
const Words = (() => {
  "use strict";
  const python = t => t.replace(/e([+-])(\d)$/, "e$10$2");
  function shortest(x) {
    if (Number.isNaN(x)) return "nan";
    if (!Number.isFinite(x)) return x > 0 ? "inf" : "-inf";
    if (Object.is(x, -0)) return "-0";
    const e = x === 0 ? 0 : Number(x.toExponential().split("e")[1]);
    return e >= 16 || e < -4 ? python(x.toExponential()) : String(x);
  }
  function brief(x, digits = 6, most = 8) {
    const whole = shortest(x);
    if (whole.length <= most || !Number.isFinite(x)) return whole;
    const [m, e] = x.toExponential(digits - 1).split("e");
    if (+e < -4 || +e >= digits) return python((m.includes(".") ? m.replace(/\.?0+$/, "") : m) + "e" + e);
    const t = x.toFixed(Math.max(0, digits - 1 - +e));
    return t.includes(".") ? t.replace(/\.?0+$/, "") : t;
  }
  const [OR, AND, NOT, COMPARE, SUM, PRODUCT, SIGN, POWER, ATOM] = Array(9).keys();
  const STRENGTH = {"+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT, "**": POWER, and: AND, or: OR, not: NOT};
  for (const c of ["<", "<=", ">", ">=", "==", "!="]) STRENGTH[c] = COMPARE;
  const SPACED = new Set(["+", "-", "and", "or", "<", "<=", ">", ">=", "==", "!="]);
  const number = n => n.exact || (n.value === Infinity ? "1e400" : shortest(n.value));
  const definitions = new Map();

  const nameOf = (g, node) => Core.rows.get(g.op[node]).name;
  /* A chain of selections as pairs; no last pair where nothing is left but nan. */
  function piecewise(graph, start, named, outer) {
    const parts = ["Piecewise("], sub = node => [graph, node, OR, named, outer];
    let node = start;
    for (let first = true; ; first = false) {
      const [condition, then, otherwise] = graph.operands[node];
      parts.push(first ? "(" : ", (", sub(then), ", ", sub(condition), ")");
      node = otherwise;
      const chained = nameOf(graph, node) === "SELECT" && (outer || !named.has(node));
      if (!chained || nameOf(graph, graph.operands[node][0]) === "TRUE_VALUE") break;
    }
    if (nameOf(graph, node) !== "NAN_VALUE") parts.push(", (", sub(node), ", True)");
    return [...parts, ")"];
  }

  /* Text of a node in the names of others; an explicit stack, so that depth costs nothing. */
  function write(g, root, names, opened = false) {
    const out = [], stack = [[g, root, OR, names, null]];
    let first = opened;
    while (stack.length) {
      const top = stack.pop();
      if (typeof top === "string") { out.push(top); continue; }
      const [graph, node, wanted, named, outer] = top;
      if (outer && node < graph.nInputs) {
        stack.push([outer.graph, outer.operands[node], wanted, outer.named, outer.outer]);
        continue;
      }
      if (!outer && named.has(node) && !(first && node === root)) { out.push(named.get(node)); continue; }
      first = false;
      const row = Core.rows.get(graph.op[node]), ops = graph.operands[node];
      if (row.name === "INPUT") { out.push(graph.inputs[node]); continue; }
      if (row.name === "NUMBER") { out.push(number(graph.numbers[graph.constant[node]])); continue; }
      if (row.definition && row.text.startsWith("_")) {
        if (!definitions.has(row.name)) definitions.set(row.name, Core.parseStrict(["", "a: ", "a, b: "][ops.length] + row.definition).graph);
        const inner = definitions.get(row.name);
        stack.push([inner, inner.outputs[0], wanted, new Map(), {graph, operands: ops, named, outer}]);
        continue;
      }
      if (row.arity === 0) { out.push(row.text); continue; }
      const sub = (k, w) => [graph, ops[k], w, named, outer];
      let strength = ATOM, parts;
      if (row.name === "NEG") { strength = SIGN; parts = ["-", sub(0, SIGN)]; }
      else if (row.name === "SELECT" && nameOf(graph, ops[0]) !== "TRUE_VALUE") parts = piecewise(graph, node, named, outer);
      else if (!(row.text in STRENGTH)) parts = [row.text + "(", ...ops.flatMap((_, k) => k ? [", ", sub(k, OR)] : [sub(k, OR)]), ")"];
      else {
        strength = STRENGTH[row.text];
        if (ops.length === 1) parts = [row.text + " ", sub(0, strength)];
        else {
          let [l, r] = strength === POWER ? [strength + 1, SIGN] : [strength, strength + 1];
          if (strength === COMPARE) l = r = SUM;
          parts = [sub(0, l), SPACED.has(row.text) ? ` ${row.text} ` : row.text, sub(1, r)];
        }
      }
      if (strength < wanted) parts = ["(", ...parts, ")"];
      for (let k = parts.length; k-- > 0;) stack.push(parts[k]);
    }
    return out.join("");
  }

  /* The operations that the text names; a name that is bound again is numbered from the first on: l1, l2, ... */
  function boundNames(g) {
    const labels = new Map([...g.labels].reverse()), times = new Map(), found = new Map(), number = new Map();
    const named = [...labels].filter(([n]) => n >= g.nInputs && g.operands[n].length && !Core.rows.get(g.op[n]).condition)
      .sort(([a], [b]) => a - b);
    for (const [, name] of named) times.set(name, (times.get(name) ?? 0) + 1);
    const again = name => times.get(name) > 1;
    const taken = new Set([...g.inputs, ...named.map(([, name]) => name).filter(name => !again(name))]);
    for (const [node, name] of named) {
      let chosen = name;
      while (again(name) && (chosen === name || taken.has(chosen))) {
        number.set(name, (number.get(name) ?? 0) + 1);
        chosen = `${name}${number.get(name)}`;
      }
      taken.add(chosen);
      found.set(node, chosen);
    }
    return found;
  }
  /* Names of steps: variables, bound names, f for the result, v1, v2, ... for the rest. */
  function stepNames(g) {
    const labels = new Map([...g.inputs.entries(), ...boundNames(g)]), tried = new Map(), results = new Map(), names = new Map();
    const taken = new Set([...labels.values(), ...g.labels.map(([, name]) => name)]);
    const fresh = name => {
      let n = name;
      while (taken.has(n)) {
        tried.set(name, (tried.get(name) ?? 1) + 1);
        n = `${name}_${tried.get(name)}`;
      }
      return n;
    };
    g.outputs.forEach((o, k) => { if (!results.has(o)) results.set(o, fresh(g.outputs.length > 1 ? `f${k + 1}` : "f")); });
    let k = 0;
    for (let node = 0; node < g.n; node++) {
      const row = Core.rows.get(g.op[node]), operands = g.operands[node];
      const step = operands.length && !row.condition && !(row.name === "NEG" && nameOf(g, operands[0]) === "NUMBER");
      if (!(node < g.nInputs || results.has(node) || step)) continue;
      let name = labels.get(node) ?? results.get(node);
      if (!name) { do name = `v${++k}`; while (taken.has(name)); }
      names.set(node, name);
    }
    return names;
  }
  /* Local partials of one step as formulas: the core's own derivative of the step, printed. */
  const known = new Map();
  function slopes(written, operands) {
    const key = operands.join(",") + ":" + written;
    if (known.has(key)) return known.get(key);
    let found = {};
    try {
      const t = Core.parseStrict(`${operands.join(", ")}: ${written}`), d = t.derive(0), g = d.graph;
      operands.forEach((name, k) => { found[name] = write(g, g.outputs[k], new Map()); });
      t.free(); d.free();
    } catch { /* a step without a formula for its slope shows the number alone */ }
    if (known.size > 5000) known.clear();
    known.set(key, found);
    return found;
  }
  /* The known name that a misspelt one most likely means. */
  function nearest(word, among) {
    const w = word.toLowerCase();
    let best = "", least = Math.max(1, Math.floor(word.length / 2.5)) + 1;
    for (const name of among) {
      const n = name.toLowerCase();
      if (n === w) return name;
      let row = Array.from({length: n.length + 1}, (_, k) => k);
      for (let i = 1; i <= w.length; i++) {
        let before = row[0]; row[0] = i;
        for (let j = 1; j <= n.length; j++) {
          const keep = row[j];
          row[j] = Math.min(row[j] + 1, row[j - 1] + 1, before + (w[i - 1] !== n[j - 1]));
          before = keep;
        }
      }
      if (row[n.length] < least) { least = row[n.length]; best = name; }
    }
    return best;
  }
  return {shortest, brief, write, stepNames, slopes, nearest};
})();
