/* What a step says: the sums in numbers, and why they are what they are. Reads a moment, changes nothing else. */
const Says = (() => {
  "use strict";
  const {S, number} = Stage, $ = id => document.getElementById(id);
  const inFactor = t => t.startsWith("-") ? `(${t})` : t, factor = x => inFactor(number(x));
  const MANY = 12, CANCELS = 1e-3; /* of its largest term: a sum of which leading digits are lost */

  const excerpt = (m, node) => Words.write(m.g, node, m.names, true);
  const sent = (c, at, s) => s.taken && c.sweep.live[s.user] ? at.slopes.get(s.user) * s.partial : 0;
  const list = words => words.length < 3 ? words.join(" and ") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;

  /* What has happened up to step k: values and slopes that are there, and contributions that are missing. */
  function progress({m, sweep, script}) {
    const {k, mode} = State.now, done = script.slice(0, Math.min(k, script.length));
    const at = {values: new Set(), slopes: new Map(), left: new Map(), done};
    for (let i = 0; i < m.g.nInputs; i++) at.values.add(i);
    const raise = (map, key, by) => map.set(key, (map.get(key) ?? 0) + by);
    if (mode === "reverse") for (const s of script) if (s.kind === "edge") raise(at.left, s.operand, 1);
    for (const s of done) {
      if (s.kind === "value") at.values.add(s.node);
      else if (s.kind === "seed") at.slopes.set(s.node, 1);
      else if (s.kind === "edge") {
        raise(at.slopes, s.operand, s.taken && sweep.live[s.user] ? at.slopes.get(s.user) * s.partial : 0);
        raise(at.left, s.operand, -1);
      } else if (s.kind === "seeded") for (let i = 0; i < m.g.nInputs; i++) at.slopes.set(i, sweep.tangents[i]);
      else {
        at.values.add(s.node);
        at.slopes.set(s.node, sweep.tangents[s.node]);
      }
    }
    if (mode === "reverse" && done.length === script.length) {
      for (const n of m.steps) if (m.active[n]) at.slopes.set(n, sweep.slopes[n]);
    }
    return at;
  }

  /* Each kind of step: lines of [text, class]. */
  const lines = {
    value({m, sweep}, s, at) {
      const valued = new Map(m.steps.map(n => [n, factor(sweep.values[n])])), name = m.names.get(s.node);
      return [[`forward sweep, ${at.done.length} of ${at.nForward}`, "muted"], [`${name} = ${excerpt(m, s.node)}`, "sum v"],
        [`= ${Words.write(m.g, s.node, valued, true)}`, "sum v"], [`= ${S(sweep.values[s.node])}`, "sum v"]];
    },
    seed({result}) {
      return [["reverse sweep: the seed", "muted"], [`d${result}/d${result} = 1`, "sum a"],
        ["The result follows itself one to one. From here adjoints flow up, against the arrows.", ""]];
    },
    edge(c, s, at) {
      const {m, script} = c, name = n => m.names.get(n), n = script.filter(x => x.kind === "edge").length;
      const head = [`reverse sweep, ${at.done.length - at.nForward - 1} of ${n}: ${name(s.user)} sends to ${name(s.operand)}`, "muted"];
      if (State.now.predict) return [head, ["What arrives there is for you to say.", ""]];
      return [head, ...(s.taken && c.sweep.live[s.user] ? contribution(c, s, at) : [[notTaken(c, s), "sum"]]), ...sum(c, s, at)];
    },
    seeded({m}) {
      const inputs = m.g.inputs.slice(0, MANY), {seed} = State.now;
      return [[`the seed of pass ${seed + 1}`, "muted"], [inputs.map((n, i) => `d${n} = ${i === seed ? 1 : 0}`).join(", "), "sum t"],
        ["Each step now computes its value and its tangent at once.", ""]];
    },
    tangent({m, sweep, result}, s, at) {
      const parts = Graph.flow(m, sweep, s.node).filter(e => e.taken), name = m.names.get(s.node), n = m.g.nInputs;
      const terms = parts.map(e => `${factor(e.partial)} \u00d7 ${factor(sweep.tangents[e.operand])}`).join(" + ") || "0";
      const found = [[`forward mode, ${at.done.length - 1} of ${at.nForward}`, "muted"],
        [`${name} = ${excerpt(m, s.node)} = ${number(sweep.values[s.node])}`, "sum v"], [`d${name} = ${terms}`, "sum t"],
        [`= ${S(sweep.tangents[s.node])}`, "sum t"]];
      const more = n > 2 ? `; ${n - 1} more passes for the rest` : n === 2 ? "; one more pass for the other" : "";
      if (name === result) found.push([`d${result}/d${m.g.inputs[State.now.seed]} is found${more}.`, ""]);
      return found;
    },
  };
  function contribution({m, sweep}, s, at) {
    const [user, operand] = [s.user, s.operand].map(n => m.names.get(n)), g = at.slopes.get(s.user);
    const arrow = m.arrows.find(x => x.user === s.user && x.operand === s.operand);
    const twice = m.g.operands[s.user].filter(o => o === s.operand).length > 1;
    const how = arrow?.formula && !arrow.constant && !twice ? ` (${arrow.formula})` : "";
    return [[`adjoint of ${user} \u00d7 d${user}/d${operand}${how}`, ""],
      [`${factor(g)} \u00d7 ${factor(s.partial)} = ${number(g * s.partial)}`, "sum a"]];
  }
  /* Why nothing flows along an arrow. */
  function notTaken({m, sweep}, s) {
    const row = Core.rows.get(m.g.op[s.user]).name, [user, operand] = [s.user, s.operand].map(n => m.names.get(n));
    if (!sweep.live[s.user]) return `${user} lies in a branch that is not taken: ${operand} gets 0`;
    if (row !== "MAX" && row !== "MIN") return `${user} takes its other branch: ${operand} gets 0`;
    return `${user} is ${number(sweep.values[s.user])}, not ${operand}: ${operand} gets 0`;
  }
  /* What has arrived so far, and what it is the sum of. */
  function sum(c, s, at) {
    const {m, result} = c, name = m.names.get(s.operand), left = at.left.get(s.operand), total = at.slopes.get(s.operand);
    const terms = at.done.filter(x => x.kind === "edge" && x.operand === s.operand).map(x => sent(c, at, x)), found = [];
    if (terms.length > 1) {
      const cancels = Math.abs(total) < CANCELS * Math.max(...terms.map(Math.abs)), show = cancels ? S : number;
      found.push([`adjoint of ${name}: ${terms.map(v => inFactor(show(v))).join(" + ")} = ${show(total)}`, "sum a"]);
      if (cancels) found.push(["Leading digits cancel here.", "wrong"]);
    }
    found.push(left ? [`${left} more to come`, "muted"] : [`complete: d${result}/d${name} = ${S(total)}`, "sum a"]);
    return found;
  }
  /* At the end: every adjoint that is a sum, with its users; and what has no slope at all. */
  function summary(c, at) {
    const {m, script} = c, by = new Map(), found = [];
    for (const s of script) if (s.kind === "edge") by.set(s.operand, [...(by.get(s.operand) ?? []), s]);
    const sums = [...by].filter(([, all]) => all.length > 1).sort(([a], [b]) => b - a);
    for (const [node, all] of sums.slice(0, 4)) {
      const users = [...new Set(all.map(s => m.names.get(s.user)))], name = m.names.get(node), terms = all.slice(0, MANY);
      const shown = terms.map(s => factor(sent(c, at, s))).join(" + ") + (all.length > MANY ? " + ..." : "");
      found.push([`${name} is used ${all.length} times, by ${list(users.slice(0, MANY))}: its adjoint is a sum of ${all.length},`, "why"],
        [`${shown} = ${number(at.slopes.get(node))}`, "sum a"]);
    }
    const cut = script.find(s => s.kind === "edge" && !s.taken), dead = cut ? unreached(c, cut) : [];
    if (dead.length) {
      const [user, operand] = [cut.user, cut.operand].map(n => m.names.get(n)), several = dead.length > 1;
      found.push([`${user} is ${number(c.sweep.values[cut.user])}, whatever ${operand} is nearby: nothing flows back to `
        + `${operand}, and ${list(dead.slice(0, MANY))} ${several ? "have" : "has"} slope 0. No small step of `
        + `${several ? "them" : "it"} changes ${c.result}.`, "why"]);
    }
    return found;
  }

  /* Variables without a slope that lie above an arrow along which nothing flows. */
  function unreached({m, sweep}, cut) {
    const above = Graph.reached(m, cut.operand);
    return m.g.inputs.filter((_, i) => sweep.slopes[i] === 0 && above.has(i));
  }

  function say(c) {
    const {m, at, last, script, sweep} = c, reverse = State.now.mode === "reverse", end = at.done.length === script.length;
    at.nForward = script.filter(x => x.kind === "value" || x.kind === "tangent").length;
    const start = reverse ? "The variables have their values. Step on: each box computes its value from those above it."
      : "Step on: the seed says by which variable this pass differentiates.";
    const all = last ? lines[last.kind](c, last, at) : [[start, "muted"]];
    if (end && reverse && !State.now.predict) all.push(...summary(c, at));
    if (end && sweep.status.length) {
      const where = node => m.names.has(node) && node >= m.g.nInputs ? excerpt(m, node) : m.names.get(node) ?? "a constant";
      all.push([`status: ${sweep.status.map(([name, node]) => `${name} at ${where(node)}`).join("; ")}`, "wrong"]);
    }
    $("says").replaceChildren(...all.map(([text, kind]) => {
      const line = document.createElement("div");
      line.textContent = text;
      line.className = kind;
      return line;
    }));
  }
  return {progress, say, excerpt, factor, list};
})();
