/* Panes that ask how good and how dear a slope is: differences against the step, costs against the number of inputs. */
(() => {
  "use strict";
  const {make, text, slider, choice, grid} = Ui, {S} = Stage;
  const power = (x, digits = 1) => x === 0 ? "0" : x.toExponential(digits).replace("e+", "e");

  /* ---- difference quotients against the step ------------------------------------------------------------------ */
  const STEPS = Array.from({length: 65}, (_, i) => 10 ** (-i / 4)), SURE = 12; /* digits of a slope that need no remark */
  const chosen = {log: -6, variable: 0};
  let made = null;

  /* Values at x, at x with the variable moved by each step up and down, and both quotients of each step. */
  function quotients({m, sweep, x}, steps) {
    const n = m.g.nInputs, width = m.g.outputs.length, points = new Float64Array((2 * steps.length + 1) * n);
    const put = (row, h) => { points.set(x, row * n); points[row * n + chosen.variable] += h; };
    put(0, 0);
    steps.forEach((h, i) => { put(2 * i + 1, h); put(2 * i + 2, -h); });
    const all = m.tape.values(points, 2 * steps.length + 1), y = row => all[row * width + State.now.result];
    const truth = sweep.slopes[chosen.variable], error = d => Math.abs(d - truth) / (Math.abs(truth) || 1);
    return steps.map((h, i) => {
      const one = (y(2 * i + 1) - y(0)) / h, two = (y(2 * i + 1) - y(2 * i + 2)) / (2 * h);
      return {h, one, two, oneError: error(one), twoError: error(two)};
    });
  }
  const best = (all, error) => all.reduce((a, b) => b[error] < a[error] ? b : a);
  function differences(panel, c) {
    const inputs = c.m.g.inputs;
    if (!inputs.length) return Panes.words(panel, "A variable is needed here.");
    chosen.variable = Math.min(chosen.variable, inputs.length - 1);
    if (Panes.isNew(panel, "made")) {
      made = {chart: make("div"), words: make("div"), variable: choice("fd-variable", "variable", inputs, inputs[0],
        name => { chosen.variable = c.lesson().m.g.inputs.indexOf(name); differences(panel, c.lesson()); })};
      panel.replaceChildren(make("div", {class: "row"}, made.variable, slider("fd-step", "step",
        {min: -16, max: 0, step: 0.25, value: chosen.log}, v => `h = ${power(10 ** v)}`,
        v => { chosen.log = v; differences(panel, c.lesson()); })), made.chart, made.words);
    }
    made.variable.offer(inputs, inputs[chosen.variable]);
    const all = quotients(c, STEPS), [now] = quotients(c, [10 ** chosen.log]), bound = c.bound(chosen.variable);
    const scale = Math.abs(c.sweep.slopes[chosen.variable]) || 1, floor = bound / scale;
    made.chart.replaceChildren(Chart.lines({title: "error of difference quotients against the step", mark: now.h, floor,
      x: {label: "step h", log: true}, y: {label: "relative error", log: true}, width: 720, height: 300, series: [
        {name: "one-sided", points: all.map(q => [q.h, q.oneError])}, {name: "central", points: all.map(q => [q.h, q.twoError])}]}));
    made.words.replaceChildren(...remarks(c, all, now, floor).map(([words, kind]) => text(words, kind)));
  }
  function remarks(c, all, now, floor) {
    const one = best(all, "oneError"), two = best(all, "twoError"), truth = c.sweep.slopes[chosen.variable];
    const found = [[`One-sided differences are best at h = ${power(one.h)} (error ${power(one.oneError)}), central ones at h = `
      + `${power(two.h)} (error ${power(two.twoError)}). Larger steps see the formula's curve; below, smaller steps no longer `
      + "help: the two values agree in more and more digits, and their difference is rounding.", "why"],
    [`At h = ${power(now.h)}: one-sided ${S(now.one)}, error ${power(now.oneError)}; central ${S(now.two)}, error `
      + `${power(now.twoError)}; reverse sweep ${S(truth)}.`, ""]];
    if (c.digits(chosen.variable) < SURE) {
      found.push([`In the shaded part the sweep itself is not sure: it may be wrong by ${power(floor, 0)} of itself.`, "wrong"]);
    }
    return found;
  }

  /* ---- costs against the number of inputs --------------------------------------------------------------------- */
  const SIZES = [2, 4, 8, 16, 32, 64, 128], POINTS = 16, ROUNDS = 3, LEAST_MS = 2; /* a page's clock ticks ten times a ms */
  const VALLEY = "sum(i = 1..n-1, 100*(x[i+1] - x[i]**2)**2 + (1 - x[i])**2)";
  const VALUE_AND_GRADIENT = 1, JVP = 5;
  /* Microseconds for one gradient when `rows` points of a program make one, by the core's clock-free evaluator. */
  function timed(tape, rows) {
    const n = tape.graph.nInputs, points = new Float64Array(POINTS * rows * n).map((_, i) => Math.sin(i + 1));
    let best = Infinity;
    for (let round = 0; round < ROUNDS; round++) {
      const begin = performance.now();
      let runs = 0, spent = 0;
      do { tape.values(points, POINTS * rows); runs++; spent = performance.now() - begin; } while (spent < LEAST_MS);
      best = Math.min(best, spent / runs);
    }
    return 1000 * best / POINTS;
  }
  /* Each way to one gradient: how often its program runs, and the operations of one run. */
  function ways(tape) {
    const n = tape.graph.nInputs, forward = tape.derive(JVP), reverse = tape.derive(VALUE_AND_GRADIENT);
    const per = t => Graph.counts(t.graph).distinct;
    return [["differences", tape, n + 1], ["forward mode", forward, n], ["reverse mode", reverse, 1]]
      .map(([name, program, runs]) => ({name, program, runs, operations: runs * per(program)}));
  }
  const micro = us => us < 100 ? us.toPrecision(2) : Math.round(us).toLocaleString("en");
  const release = all => all.forEach(({program}, k) => { if (k) program.free(); });
  let measured = null;
  function measure() {
    const found = SIZES.map(n => {
      const tape = Core.parseStrict(VALLEY, n), all = ways(tape);
      for (const way of all) way.us = timed(way.program, way.runs);
      release(all);
      tape.free();
      return {n, all};
    });
    return found;
  }
  function cost(panel, c) {
    if (Panes.isNew(panel, "made")) panel.replaceChildren(make("div", {id: "cost-own"}), make("div", {id: "cost-valley"}));
    own(panel.firstChild, c);
    if (measured) return;
    measured = measure();
    const name = k => measured[0].all[k].name, last = measured.at(-1), [differences, , reverse] = last.all;
    const series = key => [0, 1, 2].map(k => ({name: name(k), points: measured.map(({n, all}) => [n, all[k][key]])}));
    const chart = (title, label, key) => Chart.lines({title, x: {label: "inputs n", log: true}, y: {label, log: true}, series: series(key),
      width: 520, height: 280});
    panel.lastChild.replaceChildren(text("One gradient of Rosenbrock's valley in n variables, three ways:"),
      make("div", {class: "two"}, chart("operations of one gradient by the number of inputs", "operations", "operations"),
        chart("time of one gradient by the number of inputs", "\u00b5s, timed here", "us")),
      text(`At ${last.n} inputs differences take ${micro(differences.us / reverse.us)} times as long as reverse mode: `
        + "differences and forward mode run a program once an input, reverse mode once in all.", "why"),
      make("div", {class: "scroll", tabindex: "0"}, grid([["inputs", 1], ...[0, 1, 2].flatMap(k => [[`${name(k)}: operations`, 1],
        ["\u00b5s", 1]])], measured.map(({n, all}) => [n, ...all.flatMap(w => [w.operations.toLocaleString("en"), micro(w.us)])]))));
  }
  function own(box, c) {
    if (!Panes.oneSlope(c)) return box.replaceChildren();
    if (box.dataset.of === c.key) return;
    box.dataset.of = c.key;
    const all = ways(c.m.tape), n = c.m.g.nInputs;
    box.replaceChildren(grid([["the formula above", 0], ["runs", 1], ["operations", 1]],
      all.map(w => [w.name, w.runs, w.operations.toLocaleString("en")]), `one gradient with ${n} input${n > 1 ? "s" : ""}`));
    release(all);
  }
  Panes.add("differences", "Differences", differences);
  Panes.add("cost", "Cost", cost);
})();
