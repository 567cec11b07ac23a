/* What is drawn and in which order it happens: boxes, arrows, steps. Knows no document; the rules of symad/drawing and listing. */
const Graph = (() => {
  "use strict";
  const ACTIVE = 1, MAX_BOXES = 60, LONGEST = 34, LONGEST_LABEL = 26, CELL = 9;
  const ADVANCE = 12 * 0.605, SMALL = 11 * 0.605;
  const shortened = (t, most) => t.length <= most ? t : t.slice(0, most - 3) + "...";
  const cut = signed => { const x = signed + 0; for (let d = 5; d > 1; d--) { const t = Words.brief(x, d, CELL); if (t.length <= CELL) return t; const e = x.toExponential(d - 1); if (e.length <= CELL) return e; } return x.toExponential(0); };

  /* `opened`: names of boxes that a click has unfolded, and how often the box of what is not drawn was clicked. */
  function model(tape, opened = {names: new Set(), more: 0}) {
    const g = tape.graph, names = Words.stepNames(g), steps = [...names.keys()], n = steps.length;
    const active = g.flags.map((f, k) => k < g.nInputs || !!(f & ACTIVE));
    const outputs = new Set(g.outputs);
    const usedBy = node => {
      const found = new Set(), seen = new Set(), stack = [...g.operands[node]];
      while (stack.length) { const o = stack.pop(); if (names.has(o)) found.add(o); else if (!seen.has(o)) { seen.add(o); stack.push(...g.operands[o]); } }
      return [...found].sort((a, b) => a - b);
    };
    const users = new Map(steps.map(node => [node, node < g.nInputs ? [] : usedBy(node)]));
    const groups = folded(g, steps, users, outputs, names, opened), place = new Map();
    groups.forEach((group, k) => { for (const node of group.nodes) place.set(node, k); });
    const arrows = [], met = new Map(), boxes = groups.map(({nodes, heads, hidden}) => {
      const node = heads[0], several = nodes.length > 1, isInput = node < g.nInputs;
      if (hidden) return {nodes, heads, node: -1, kind: "rest", name: "...", operation: "", written: `${nodes.length} steps not drawn`};
      const operation = isInput ? "" : Words.write(g, node, names, true), name = names.get(node), first = name, last = names.get(heads[heads.length - 1]);
      const group = heads.length === 1 ? first : `${first} \u2026 ${last}`, inside = nodes.length - heads.length;
      const written = several ? (isInput ? `${group} (${heads.length})` : heads.length === 1 ? `${name} = ... (${nodes.length} steps)` : `${group} (${heads.length}${inside ? `, ${nodes.length} steps` : ""})`) : operation ? `${name} = ${operation}` : name;
      return {nodes, heads, node, kind: outputs.has(node) ? "result" : several ? "several" : isInput ? "variable" : "step", name, operation, written: shortened(written, LONGEST)};
    });
    for (const node of steps) {
      if (node < g.nInputs) continue;
      const target = place.get(node), used = users.get(node), plain = !["SELECT", "MAX", "MIN"].includes(Core.rows.get(g.op[node]).name);
      const single = boxes[target].nodes.length === 1 && used.some(o => boxes[place.get(o)].nodes.length === 1);
      const formulas = single && active[node] && plain ? Words.slopes(boxes[target].operation, used.map(o => names.get(o))) : {};
      for (const o of used) {
        const source = place.get(o), key = `${source}>${target}`, flows = active[node] && active[o] && g.operands[node].includes(o);
        if (source === target) continue;
        const earlier = met.get(key), alone = boxes[source].nodes.length === 1 && boxes[target].nodes.length === 1;
        if (earlier) { earlier.n++; earlier.flows ||= flows; continue; }
        const arrow = {source, target, key, n: 1, user: alone ? node : -1, operand: alone ? o : -1, alone, flows, formula: alone && flows ? formulas[names.get(o)] ?? "" : ""};
        met.set(key, arrow); arrows.push(arrow);
      }
    }
    const hidden = groups.some(group => group.hidden), rest = steps.length > boxes.length ? steps.length : 0;
    for (const a of arrows) if (!a.alone && a.n > 1) a.formula = `${a.n} arrows`;
    for (const a of arrows) {
      a.constant = !a.alone || /^-?[\d.]+$/.test(a.formula);
      a.room = !a.alone ? a.formula.length : !a.flows ? 0 : a.constant ? a.formula.length : Math.min(LONGEST_LABEL, a.formula ? a.formula.length + 3 + 9 : 9);
      a.short = a.formula && a.formula.length + 3 + 9 > LONGEST_LABEL;
    }
    const sizes = boxes.map(b => [Math.max(b.written.length * ADVANCE + 18, b.kind === "rest" ? 0 : 2 * (CELL * ADVANCE + 6)), b.kind === "rest" ? 26 : 46]);
    const labels = arrows.map(a => a.room ? [a.room * SMALL + 6, 16] : [0, 0]);
    return {tape, g, names, steps, active, boxes, arrows, rest, hidden, place, users,
      layout: Layout.layout(sizes, arrows.map(a => [a.source, a.target]), labels), sizes, labels};
  }

  /* Boxes: one a step. Beyond MAX_BOXES the text's own names decide: a step without a name belongs to the name that it
   * flows into, names that differ in their last index and stand at one level share a box, variables likewise by who uses
   * them. If that is not enough, the middle is not drawn. */
  function folded(g, steps, users, outputs, names, opened) {
    const alone = steps.map(node => ({nodes: [node], heads: [node]}));
    if (steps.length <= MAX_BOXES) return alone;
    const bound = new Set(g.labels.map(l => l[0])), owner = new Map(), level = new Map(), usedIn = new Map(steps.map(n => [n, []]));
    for (const node of steps) for (const o of users.get(node)) usedIn.get(o).push(node);
    for (let k = steps.length; k-- > 0;) {
      const node = steps[k], owners = new Set(usedIn.get(node).map(u => owner.get(u)));
      owner.set(node, node < g.nInputs || bound.has(node) || outputs.has(node) || owners.size !== 1 ? node : [...owners][0]);
      const own = owner.get(node);
      level.set(own, Math.max(level.get(own) ?? 0, ...usedIn.get(node).filter(u => owner.get(u) !== own).map(u => level.get(owner.get(u)) + 1)));
    }
    const stem = name => name.replace(/_?\d+$/, ""), by = new Map();
    for (const node of steps) {
      const own = owner.get(node), key = outputs.has(own) || !bound.has(own) ? `one ${own}` : `${own < g.nInputs} ${level.get(own)} ${stem(names.get(own))}`;
      if (!by.has(key)) by.set(key, {nodes: [], heads: []});
      by.get(key).nodes.push(node);
      if (own === node) by.get(key).heads.push(node);
    }
    const groups = [...by.values()].sort((p, q) => p.nodes[p.nodes.length - 1] - q.nodes[q.nodes.length - 1]);
    const apart = groups.flatMap(group => group.nodes.length > 1 && opened.names.has(names.get(group.heads[0]))
      ? group.nodes.map(node => ({nodes: [node], heads: [node], unfolded: true})) : [group]);
    apart.sort((p, q) => p.nodes[p.nodes.length - 1] - q.nodes[q.nodes.length - 1]);
    if (groups.length <= MAX_BOXES) return apart;
    const all = groups.length < steps.length / 2 ? apart : alone, most = MAX_BOXES * (1 + opened.more) + all.length - (all === apart ? groups.length : all.length);
    if (all.length <= most) return all;
    const head = (most - 1) >> 1, tail = most - 1 - head;
    const middle = all.slice(head, all.length - tail).flatMap(group => group.nodes);
    return [...all.slice(0, head), {nodes: middle, heads: middle, hidden: true}, ...all.slice(all.length - tail)];
  }

  /* Edges of one node in the order of the reverse sweep, with their local partials. */
  function flow(m, sweep, node) {
    const g = m.g, ops = g.operands[node], row = Core.rows.get(g.op[node]);
    if (!m.active[node] || node < g.nInputs) return [];
    let found;
    if (row.name === "SELECT") found = [[ops[1], sweep.partials[2 * node], !!sweep.partials[2 * node]], [ops[2], sweep.partials[2 * node + 1], !!sweep.partials[2 * node + 1]]];
    else if (row.arity < 0) {
      let start = m.listStart ??= lists(g);
      found = ops.map((o, k) => [o, sweep.lists[start.get(node) + k], row.name === "MAX" ? !(sweep.values[o] < sweep.values[node]) : row.name === "MIN" ? !(sweep.values[o] > sweep.values[node]) : true]);
    } else found = ops.slice(0, 2).map((o, k) => [o, sweep.partials[2 * node + k], true]);
    return found.filter(([o]) => m.active[o]).map(([operand, partial, taken]) => ({user: node, operand, partial, taken}));
  }
  function lists(g) { const at = new Map(); let k = 0; for (let node = 0; node < g.n; node++) if (Core.rows.get(g.op[node]).arity < 0) { at.set(node, k); k += g.operands[node].length; } return at; }

  /* Everything that happens, in order: {kind: "value"|"seed"|"edge"|"tangent", ...}. */
  function script(m, sweep, mode, result) {
    const values = m.steps.filter(n => n >= m.g.nInputs);
    if (mode === "forward") return [{kind: "seeded"}, ...values.map(node => ({kind: "tangent", node}))];
    const happenings = values.map(node => ({kind: "value", node}));
    happenings.push({kind: "seed", node: result});
    for (let k = m.steps.length; k-- > 0;) {
      const node = m.steps[k];
      if (!reached(m, result).has(node)) continue;
      for (const e of flow(m, sweep, node)) happenings.push({kind: "edge", ...e});
    }
    return happenings;
  }
  function reached(m, result) {
    m.reach ??= new Map();
    if (!m.reach.has(result)) {
      const seen = new Set([result]), stack = [result];
      while (stack.length) for (const o of m.g.operands[stack.pop()]) if (!seen.has(o)) { seen.add(o); stack.push(o); }
      m.reach.set(result, seen);
    }
    return m.reach.get(result);
  }

  /* Operations by the rules of symad.measure. */
  function counts(g) {
    const written = new Array(g.n).fill(0n); let all = 0n, distinct = 0;
    for (const o of g.outputs) written[o] += 1n;
    for (let k = g.n - 1; k >= g.nInputs; k--) {
      const row = Core.rows.get(g.op[k]), ops = g.operands[k], times = written[k];
      for (const o of ops) written[o] += times;
      written[k] = 0n;
      if (row.cost) { const own = row.arity >= 0 ? 1 : row.cost === 4 ? 2 * ops.length : ops.length - 1; distinct += own; all += BigInt(own) * times; }
    }
    return {distinct, written: all};
  }
  return {model, flow, script, counts, reached, cut, CELL};
})();
