/* What is drawn and in which order it happens: boxes, arrows, steps. Knows no document; the rules are those of
 * symad/drawing and of the listing. */
const Graph = (() => {
  "use strict";
  const ACTIVE = 1, MAX_BOXES = 60, LONGEST = 34, LONGEST_LABEL = 26; /* characters */
  const CELL = 9; /* characters of a number, so that no slider moves a box */
  const ADVANCE = 12 * 0.605, SMALL = 11 * 0.605; /* of a character, in boxes and on arrows */
  const SELECTIONS = new Set(["SELECT", "MAX", "MIN"]);
  const rowOf = (g, node) => Core.rows.get(g.op[node]);
  const shortened = (t, most) => t.length <= most ? t : t.slice(0, most - 3) + "...";

  /* A number in at most CELL characters: five digits down to two, then with an exponent. */
  function cut(signed) {
    const x = signed + 0; /* -0 is shown as 0 */
    for (let digits = 5; digits > 1; digits--) {
      for (const t of [Words.brief(x, digits, CELL), x.toExponential(digits - 1)]) if (t.length <= CELL) return t;
    }
    return x.toExponential(0);
  }

  /* The graph to be drawn. `opened`: names of boxes that a click has unfolded, and how often the box of what is not
   * drawn was clicked. */
  function model(tape, opened = {names: new Set(), more: 0}) {
    const g = tape.graph, names = Words.stepNames(g), steps = [...names.keys()], outputs = new Set(g.outputs);
    const active = g.flags.map((f, k) => k < g.nInputs || !!(f & ACTIVE));
    const users = new Map(steps.map(node => [node, node < g.nInputs ? [] : usedBy(g, names, node)]));
    const groups = folded(g, steps, users, outputs, names, opened), place = new Map();
    groups.forEach((group, k) => { for (const node of group.nodes) place.set(node, k); });
    const boxes = groups.map(group => boxOf(g, names, outputs, group));
    const arrows = arrowsOf({g, names, steps, active, users, place, boxes});
    const least = b => b.node < 0 ? 0 : 2 * (CELL * ADVANCE + 6);
    const sizes = boxes.map(b => [Math.max(b.written.length * ADVANCE + 18, least(b)), b.node < 0 ? 26 : 46]);
    const labels = arrows.map(a => a.room ? [a.room * SMALL + 6, 16] : [0, 0]);
    return {tape, g, names, steps, active, boxes, arrows, place, users, sizes, labels,
      hidden: groups.some(group => group.hidden), rest: steps.length > boxes.length,
      layout: Layout.layout(sizes, arrows.map(a => [a.source, a.target]), labels)};
  }
  /* The steps that a step uses, through conditions and signs of constants, which are none. */
  function usedBy(g, names, node) {
    const found = new Set(), seen = new Set(), stack = [...g.operands[node]];
    while (stack.length) {
      const o = stack.pop();
      if (names.has(o)) found.add(o);
      else if (!seen.has(o)) { seen.add(o); stack.push(...g.operands[o]); }
    }
    return [...found].sort((a, b) => a - b);
  }
  function boxOf(g, names, outputs, {nodes, heads, hidden}) {
    if (hidden) return {nodes, heads, node: -1, kind: "rest", operation: "", written: `${nodes.length} steps not drawn`};
    const node = heads[0], several = nodes.length > 1, isInput = node < g.nInputs, name = names.get(node);
    const operation = isInput ? "" : Words.write(g, node, names, true), kind = several ? "several" : isInput ? "variable" : "step";
    const written = several ? ofSeveral(names, nodes, heads, isInput) : operation ? `${name} = ${operation}` : name;
    return {nodes, heads, node, kind: outputs.has(node) ? "result" : kind, operation, written: shortened(written, LONGEST)};
  }
  function ofSeveral(names, nodes, heads, areInputs) {
    const first = names.get(heads[0]), group = heads.length === 1 ? first : `${first} \u2026 ${names.get(heads.at(-1))}`;
    if (!areInputs && heads.length === 1) return `${first} = ... (${nodes.length} steps)`;
    return `${group} (${heads.length}${nodes.length > heads.length ? `, ${nodes.length} steps` : ""})`;
  }
  /* One arrow between two boxes, however many steps of them use each other. */
  function arrowsOf({g, names, steps, active, users, place, boxes}) {
    const met = new Map(), isOne = k => boxes[k].nodes.length === 1;
    for (const node of steps) {
      if (node < g.nInputs) continue;
      const target = place.get(node), used = users.get(node), plain = active[node] && !SELECTIONS.has(rowOf(g, node).name);
      const wanted = plain && isOne(target) && used.some(o => isOne(place.get(o)));
      const formulas = wanted ? Words.slopes(boxes[target].operation, used.map(o => names.get(o))) : {};
      for (const o of used) {
        const source = place.get(o), key = `${source}>${target}`, flows = active[node] && active[o] && g.operands[node].includes(o);
        if (source === target) continue;
        const earlier = met.get(key), alone = isOne(source) && isOne(target);
        if (earlier) { earlier.n++; earlier.flows ||= flows; continue; }
        met.set(key, {source, target, key, n: 1, user: alone ? node : -1, operand: alone ? o : -1, alone, flows,
          formula: alone && flows ? formulas[names.get(o)] ?? "" : ""});
      }
    }
    return [...met.values()].map(labelled);
  }
  /* What an arrow has room for: its formula, and a number that may change behind it. */
  function labelled(a) {
    if (!a.alone && a.n > 1) a.formula = `${a.n} arrows`;
    const both = a.formula.length + 3 + CELL;
    a.constant = !a.alone || /^-?[\d.]+$/.test(a.formula);
    a.short = a.formula && both > LONGEST_LABEL;
    a.room = a.constant && (a.flows || !a.alone) ? a.formula.length : !a.flows ? 0 : a.formula ? Math.min(LONGEST_LABEL, both) : CELL;
    return a;
  }

  /* Boxes: one a step. Beyond MAX_BOXES the text's own names decide: a step without a name belongs to the name that it
   * flows into, names that differ in their last index and stand at one level share a box, variables likewise by who uses
   * them. If that is not enough, the middle is not drawn. */
  function folded(g, steps, users, outputs, names, opened) {
    const alone = steps.map(node => ({nodes: [node], heads: [node]}));
    if (steps.length <= MAX_BOXES) return alone;
    const bound = new Set(g.labels.map(l => l[0])), owner = new Map(), level = new Map();
    const usedIn = new Map(steps.map(n => [n, []]));
    for (const node of steps) for (const o of users.get(node)) usedIn.get(o).push(node);
    for (let k = steps.length; k-- > 0;) {
      const node = steps[k], owners = new Set(usedIn.get(node).map(u => owner.get(u)));
      const stands = node < g.nInputs || bound.has(node) || outputs.has(node) || owners.size !== 1;
      const own = stands ? node : [...owners][0];
      owner.set(node, own);
      const below = usedIn.get(node).map(u => owner.get(u)).filter(o => o !== own).map(o => level.get(o) + 1);
      level.set(own, below.reduce((a, b) => Math.max(a, b), level.get(own) ?? 0));
    }
    const stem = name => name.replace(/_?\d+$/, ""), by = new Map();
    for (const node of steps) {
      const own = owner.get(node), single = outputs.has(own) || !bound.has(own);
      const key = single ? `one ${own}` : `${own < g.nInputs} ${level.get(own)} ${stem(names.get(own))}`;
      if (!by.has(key)) by.set(key, {nodes: [], heads: []});
      by.get(key).nodes.push(node);
      if (own === node) by.get(key).heads.push(node);
    }
    const byLast = (p, q) => p.nodes.at(-1) - q.nodes.at(-1), groups = [...by.values()].sort(byLast);
    const isOpen = group => group.nodes.length > 1 && opened.names.has(names.get(group.heads[0]));
    const apart = groups.flatMap(group => isOpen(group) ? group.nodes.map(node => ({nodes: [node], heads: [node]})) : [group]);
    apart.sort(byLast);
    if (groups.length <= MAX_BOXES) return apart;
    const folds = groups.length < steps.length / 2, all = folds ? apart : alone;
    const most = MAX_BOXES * (1 + opened.more) + (folds ? apart.length - groups.length : 0);
    if (all.length <= most) return all;
    const head = (most - 1) >> 1, tail = most - 1 - head;
    const middle = all.slice(head, all.length - tail).flatMap(group => group.nodes);
    return [...all.slice(0, head), {nodes: middle, heads: middle, hidden: true}, ...all.slice(all.length - tail)];
  }

  /* Edges of one node in the order of the reverse sweep, with their local partials. */
  function flow(m, sweep, node) {
    const g = m.g, operands = g.operands[node], {name, arity} = rowOf(g, node), {values} = sweep;
    if (!m.active[node] || node < g.nInputs) return [];
    const partial = k => sweep.partials[2 * node + k];
    const leads = o => name === "MAX" ? !(values[o] < values[node]) : name === "MIN" ? !(values[o] > values[node]) : true;
    let found;
    if (name === "SELECT") found = operands.slice(1).map((o, k) => [o, partial(k), !!partial(k)]);
    else if (arity < 0) found = operands.map((o, k) => [o, sweep.lists[listStart(m, node) + k], leads(o)]);
    else found = operands.slice(0, 2).map((o, k) => [o, partial(k), true]);
    return found.filter(([o]) => m.active[o]).map(([operand, slope, taken]) => ({user: node, operand, partial: slope, taken}));
  }
  /* Where the partials of an operation on a list begin among those of all lists. */
  function listStart(m, node) {
    if (!m.listStart) {
      m.listStart = new Map();
      let k = 0;
      for (let n = 0; n < m.g.n; n++) if (rowOf(m.g, n).arity < 0) { m.listStart.set(n, k); k += m.g.operands[n].length; }
    }
    return m.listStart.get(node);
  }

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
    const written = new Array(g.n).fill(0n), CALL = 4; /* SYMAD_COST_CALL */
    let all = 0n, distinct = 0;
    for (const o of g.outputs) written[o] += 1n;
    for (let k = g.n - 1; k >= g.nInputs; k--) {
      const {cost, arity} = rowOf(g, k), operands = g.operands[k], times = written[k];
      for (const o of operands) written[o] += times;
      written[k] = 0n;
      if (!cost) continue;
      const own = arity >= 0 ? 1 : cost === CALL ? 2 * operands.length : operands.length - 1;
      distinct += own;
      all += BigInt(own) * times;
    }
    return {distinct, written: all};
  }
  return {model, flow, script, counts, reached, cut, CELL};
})();
