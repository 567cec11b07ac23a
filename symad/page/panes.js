/* The panes below the graph: one is open, and only that one is computed. Here: counts, the derivative, the table. */
const Panes = (() => {
  "use strict";
  const {make, text, grid} = Ui, {S} = Stage, $ = id => document.getElementById(id);
  const MANY_STEPS = 500, LINES = 400, SHARED = 100, LONG = 100000; /* operations above which a button asks first */
  const SPOILERS = new Set(["derivative", "differences", "descent"]);
  const all = new Map();
  const GRADIENT = 0, FORWARD = 3;

  /* A pane: its name in the address, its title, and what fills it: fill(panel, c). */
  const add = (id, title, fill) => all.set(id, {title, fill});

  function tabs(chosen) {
    const ids = [...all.keys()], list = document.querySelector("[role=tablist]");
    const turn = (e, id) => {
      const by = {ArrowRight: 1, ArrowLeft: -1}[e.key];
      if (!by) return;
      e.stopPropagation();
      e.preventDefault();
      const next = ids[(ids.indexOf(id) + by + ids.length) % ids.length];
      chosen(next);
      $(`tab-${next}`).focus();
    };
    for (const [id, {title}] of all) {
      list.append(make("button", {id: `tab-${id}`, type: "button", role: "tab", "aria-controls": `pane-${id}`,
        onclick: () => chosen(id), onkeydown: e => turn(e, id)}, title));
      $("panes").append(make("div", {id: `pane-${id}`, role: "tabpanel", "aria-labelledby": `tab-${id}`, tabindex: "0"}));
    }
  }
  /* Fills the open pane; c is null where no formula can be read. */
  function show(c) {
    if (!all.has(State.now.pane)) State.now.pane = State.FIRST;
    const open = State.now.pane;
    for (const id of all.keys()) {
      $(`tab-${id}`).setAttribute("aria-selected", id === open);
      $(`tab-${id}`).tabIndex = id === open ? 0 : -1;
      $(`pane-${id}`).hidden = id !== open;
    }
    if (c && State.now.view !== "small") fill(open, c);
  }
  function fill(id, c) {
    const panel = $(`pane-${id}`);
    if (Predict.isAsking() && SPOILERS.has(id)) return words(panel, "Not while you predict: the answer stands here.");
    all.get(id).fill(panel, c);
  }
  /* A pane that has only something to say; what stood there is made again. */
  function words(panel, ...parts) {
    panel.dataset.of = "";
    panel.replaceChildren(...parts.map(part => typeof part === "string" ? text(part) : part));
  }
  /* Whether the pane has to be made: what it shows is not of this key. */
  function isNew(panel, key) {
    if (panel.dataset.of === key) return false;
    panel.dataset.of = key;
    return true;
  }
  const oneSlope = ({m}) => m.g.nInputs > 0 && m.g.outputs.length === 1;

  const big = n => {
    const digits = n.toString();
    return n < 10000000n ? n.toLocaleString("en") : `~${digits[0]}.${digits.slice(1, 3)}e${digits.length - 1}`;
  };
  function counts(panel, c, asked = false) {
    const {m, key} = c;
    if (!m.g.nInputs) return words(panel, "A variable is needed here.");
    if (!oneSlope(c)) return words(panel, "Several results: write one formula to see what its gradient costs.");
    if (!isNew(panel, key + asked)) return;
    const own = Graph.counts(m.g), rows = [["function", big(own.written), own.distinct, "1.00", "1.00"]];
    if (own.distinct * m.g.nInputs > LONG && !asked) {
      return panel.replaceChildren(text(`${own.distinct.toLocaleString("en")} operations of ${m.g.nInputs} variables: counting `
        + "what forward mode does with them takes a moment."), Ui.button("count", () => counts(panel, c, true)));
    }
    for (const [name, kind] of [["forward mode, all variables", FORWARD], ["reverse mode", GRADIENT]]) {
      const n = Graph.counts(c.derived(kind)), swell = Number(n.written) / Number(own.written || 1n);
      rows.push([name, big(n.written), n.distinct, swell.toPrecision(3), (n.distinct / (own.distinct || 1)).toPrecision(3)]);
    }
    const head = [["program", 0], ["written out", 1], ["distinct", 1], ["swell", 1], ["distinct swell", 1]];
    panel.replaceChildren(grid(head, rows), text("Operations. Written out counts shared parts every time, distinct once; swell "
      + "is a program's count against the function's. The symbolic derivative by SymPy, times and 50-digit accuracy:", "muted"),
    make("code", {}, c.command("compare")));
  }

  function derivative(panel, c) {
    if (!oneSlope(c)) return words(panel, "One result and at least one variable are needed here.");
    if (!isNew(panel, c.key)) return;
    const g = c.derived(GRADIENT), uses = new Array(g.n).fill(0), names = new Map(), lines = [], taken = new Set(g.inputs);
    for (const operands of g.operands) for (const o of operands) uses[o]++;
    let n = 0;
    for (let k = g.nInputs; k < g.n && lines.length < LINES; k++) {
      const signed = g.operands[k].length && Core.rows.get(g.op[g.operands[k][0]]).name === "NUMBER";
      if (uses[k] < 2 || !g.operands[k].length || signed || Core.rows.get(g.op[k]).condition) continue;
      do n++; while (taken.has(`t${n}`));
      lines.push(`t${n} = ${Words.write(g, k, names, true)}`);
      names.set(k, `t${n}`);
    }
    g.outputs.slice(0, SHARED).forEach((o, k) => lines.push(`d${c.result}/d${g.inputs[k]} = ${Words.write(g, o, names)}`));
    panel.replaceChildren(text("What reverse mode computes, as a program: shared parts have names.", "muted"),
      make("pre", {class: "scroll wrapped", tabindex: "0"}, lines.join("\n")));
  }

  function table(panel, c) {
    const {m, sweep, script, result} = c, name = n => m.names.get(n);
    if (m.steps.length > MANY_STEPS) {
      return words(panel, `${m.steps.length} steps: the table ends at ${MANY_STEPS}.`, make("code", {}, c.command("steps")));
    }
    const operation = n => n < m.g.nInputs ? "variable" : Says.excerpt(m, n);
    const box = make("div", {class: "scroll", tabindex: "0"});
    if (State.now.mode !== "reverse") {
      box.append(grid([["name", 0], ["operation", 0], ["value", 1], ["tangent", 1]],
        m.steps.map(n => [name(n), operation(n), S(sweep.values[n]), S(sweep.tangents[n])]),
        `forward mode: d(name)/d${m.g.inputs[State.now.seed] ?? ""}`));
      return panel.replaceChildren(box);
    }
    const partial = n => e => `d${name(n)}/d${name(e.operand)} = ${e.taken ? S(e.partial) : "not taken"}`;
    const ahead = m.steps.map(n => [name(n), operation(n), S(sweep.values[n]), Graph.flow(m, sweep, n).map(partial(n)).join("; ")]);
    const met = new Map();
    for (const s of script) if (s.kind === "edge") met.set(s.operand, [...(met.get(s.operand) ?? []), s]);
    const sent = s => s.taken && sweep.live[s.user]
      ? `from ${name(s.user)}: ${S(sweep.slopes[s.user])}*${S(s.partial)} = ${S(sweep.slopes[s.user] * s.partial)}`
      : `from ${name(s.user)}: not taken`;
    const back = [...m.steps].reverse().filter(n => m.active[n]).map(n => [name(n), S(sweep.slopes[n]),
      n === c.output ? "1, the seed" : (met.get(n) ?? []).map(sent).join("; ") || "unused: 0"]);
    box.append(grid([["name", 0], ["operation", 0], ["value", 1], ["local partials", 0]], ahead, "forward sweep"),
      grid([["name", 0], ["adjoint", 1], ["contributions", 0]], State.now.predict ? [] : back, `reverse sweep: d${result}/d(name)`));
    panel.replaceChildren(box);
  }
  add("counts", "Counts", counts);
  add("derivative", "Derivative", derivative);
  return {add, tabs, show, fill, words, isNew, oneSlope, big, addTable: () => add("table", "Both sweeps as a table", table)};
})();
