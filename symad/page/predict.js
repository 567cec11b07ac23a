/* Predictions: the page asks for an adjoint, and explains a wrong answer by what it equals. The core evaluates it. */
const Predict = (() => {
  "use strict";
  const {S, number} = Stage, $ = id => document.getElementById(id);
  const RIGHT = 5e-4; /* four digits, which is what the graph shows */
  const near = (a, b) => Object.is(a, b) || Math.abs(a - b) <= RIGHT * Math.max(Math.abs(b), 1e-3);
  let asked = null;

  function ask(c) {
    const {m, at, script} = c, {predict, mode} = State.now, seed = script.findIndex(s => s.kind === "seed");
    const on = predict && mode === "reverse" && at.done.length > seed;
    const next = [...m.steps].reverse().find(n => n !== c.output && m.active[n] && (at.left.get(n) ?? 0) > 0);
    asked = on ? next ?? null : null;
    $("predictbox").hidden = mode !== "reverse";
    $("ask").hidden = asked === null;
    if (asked !== null) $("question").textContent = `What is d${c.result}/d${m.names.get(asked)}, the adjoint of ${m.names.get(asked)}?`;
  }
  function verdict(text, kind = "") {
    $("verdict").textContent = text;
    $("verdict").className = kind;
  }
  /* The answer, a formula in the names of the steps. */
  function evaluated({m, sweep}, typed) {
    const known = m.steps.filter(n => !Number.isNaN(sweep.values[n])), head = known.map(n => m.names.get(n)).join(", ");
    const tape = Core.parse(`${head}${head ? ": " : ""}${typed}`);
    try { return tape.values(Float64Array.from(known, n => sweep.values[n]), 1)[0]; } finally { tape.free(); }
  }
  /* What a wrong answer is, if it is anything. */
  function explained(c, x) {
    const {m, sweep, script} = c, name = m.names.get(asked), truth = sweep.slopes[asked];
    const all = script.filter(s => s.kind === "edge" && s.operand === asked);
    const sent = all.map(s => s.taken && sweep.live[s.user] ? sweep.slopes[s.user] * s.partial : 0);
    if (near(x, -truth)) return "The size is right, the sign is not.";
    const missing = all.length > 1 ? sent.findIndex(v => near(x, truth - v)) : -1;
    if (missing >= 0) return `What ${m.names.get(all[missing].user)} sends is missing: ${name} is used ${all.length} times.`;
    if (all.some(s => near(x, s.partial)) || near(x, all.reduce((sum, s) => sum + s.partial, 0))) {
      return "That is a local partial: multiply it by the adjoint of its user.";
    }
    if (near(x, sweep.values[asked])) return "That is the value, not the adjoint.";
    if (all.length === 1 && near(x, sweep.slopes[all[0].user])) {
      return "That is the adjoint of the user: multiply it by the local partial.";
    }
    return "Not yet: add up, over all arrows that leave it, the adjoint of the user times the local partial.";
  }
  /* `go` takes the lesson to a step. */
  function judge(c, go) {
    let x;
    try { x = evaluated(c, $("answer").value.trim()); } catch (e) { return verdict(e.sentence ?? e.message, "wrong"); }
    if (!near(x, c.sweep.slopes[asked])) return verdict(explained(c, x), "wrong");
    const was = asked;
    advance(c, go, was);
    return verdict(`Right: ${c.m.names.get(was)} has ${number(c.sweep.slopes[was])}.`, "right");
  }
  function show(c, go) {
    const was = asked;
    advance(c, go, was);
    verdict(`${c.m.names.get(was)} has ${S(c.sweep.slopes[was])}.`);
  }
  function advance({script}, go, node) {
    go(script.findLastIndex(s => s.kind === "edge" && s.operand === node) + 1);
    $("answer").value = "";
    if (asked !== null) $("answer").focus();
  }
  return {ask, judge, show, verdict, isAsking: () => asked !== null};
})();
