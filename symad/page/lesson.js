/* The lesson: what is typed, moved and clicked, and what follows from it. */
(async () => {
  "use strict";
  const {now} = State, {make} = Ui, {S} = Stage, $ = id => document.getElementById(id);
  const LONGEST_FORMULA = 120, BOUNDED = 3000; /* nodes up to which a bound on rounding is asked for */
  const STARTS = [1.2, 0.7, 1.5, 0.4]; /* of variables that nobody has given a value */
  const SURE = 12, WAIT_MS = 250, GRADIENT = 0;
  const times = globalThis.lessonTimes = {};
  let m = null, sweep = null, script = [], valid = false, frame = 0, later = 0;

  const timed = (name, f) => {
    const begun = performance.now(), found = f();
    times[name] = performance.now() - begun;
    return found;
  };
  const start = (name, k) => Number.isFinite(now.at.get(name)) ? now.at.get(name) : STARTS[k % STARTS.length];
  const command = what => {
    const text = JSON.stringify(now.text.replaceAll("\n", " ")).replaceAll("$", "\\$");
    const size = now.n === null ? "" : ` --n ${now.n}`, at = m.g.inputs.map(n => ` --at ${n}=${S(now.at.get(n))}`);
    return `symad ${what} ${text}${size}${at.join("")}`;
  };

  /* What the panes and the words are about: one formula at one point and one step. */
  function moment() {
    const output = m.g.outputs[now.result], whole = now.mode === "reverse";
    const c = {m, sweep, script, whole, output, result: m.names.get(output), x: point(), key: `${now.n} ${now.text}`,
      bound, digits, derived, command, start, lesson: moment, resize, open};
    c.at = Says.progress(c);
    c.last = c.at.done.at(-1);
    return c;
  }
  const point = () => Float64Array.from(m.g.inputs, name => now.at.get(name));
  function derived(kind) {
    m.programs ??= new Map();
    if (!m.programs.has(kind)) {
      const tape = m.tape.derive(kind);
      m.programs.set(kind, tape.graph);
      tape.free();
    }
    return m.programs.get(kind);
  }
  /* How far a slope may be from the exact one, by the core's bound on the gradient as a program. */
  function bound(k) {
    if (m.g.outputs.length > 1 || m.g.n > BOUNDED) return NaN;
    m.gradient ??= m.tape.derive(GRADIENT);
    const key = point().join();
    if (m.boundsAt !== key) { m.bounds = m.gradient.errors(point()); m.boundsAt = key; }
    return m.bounds[k].bound;
  }
  function digits(k) {
    const b = bound(k), s = Math.abs(sweep.slopes[k]);
    return Number.isFinite(b) && s > 0 && b > 0 ? Math.max(0, Math.floor(-Math.log10(b / s))) : 16;
  }

  /* ---- the formula -------------------------------------------------------------------------------------------- */
  function parse() {
    try {
      const tape = Core.parse(now.text, now.n);
      if (tape.size === null) now.n = null;
      return tape;
    } catch (e) {
      if (!(e instanceof Core.Fault) || e.code !== "ERR_SIZE" || now.n !== null) throw e;
      const tape = Core.parse(now.text, State.SIZE); /* a family: n gets a slider */
      now.n = State.SIZE;
      return tape;
    }
  }
  function edit(keep = false) {
    grow();
    let tape;
    try { tape = timed("parse", parse); } catch (e) {
      if (!(e instanceof Core.Fault)) throw e;
      valid = false;
      return refuse(e);
    }
    m?.tape.free();
    m?.gradient?.free();
    if (!keep) { now.k = Infinity; now.opened = {names: new Set(), more: 0}; }
    m = timed("model", () => Graph.model(tape, now.opened));
    accept();
    timed("draw", () => Stage.draw(m, unfold));
    Fields.sliders(m, soon);
    Fields.choices(m);
    heading();
    move();
  }
  function accept() {
    valid = true;
    $("text").removeAttribute("aria-invalid");
    $("fault").replaceChildren();
    $("mark").replaceChildren();
    $("formula").hidden = false;
    rest(false);
    m.g.inputs.forEach((name, k) => now.at.set(name, start(name, k)));
    now.result = Math.min(now.result, m.g.outputs.length - 1);
    now.seed = Math.min(now.seed, Math.max(0, m.g.nInputs - 1));
    $("notes").textContent = m.tape.notes.length ? `read as: ${m.tape.notes.join("; ")}` : "";
  }
  /* While nothing can be read everything but the formula rests. */
  function rest(on) {
    document.body.classList.toggle("stale", on);
    for (const part of document.querySelectorAll("main > *, footer .row")) part.inert = on;
  }
  function grow() {
    $("text").style.height = "auto";
    $("text").style.height = `${$("text").scrollHeight + 3}px`;
  }
  /* What is wrong and where, with the name that was meant as a button. The last good graph stays, faded. */
  function refuse(fault) {
    $("formula").hidden = true;
    $("notes").textContent = "";
    rest(true);
    if (!m) { $("stage").textContent = "The graph appears as soon as the formula can be read."; Panes.show(null); }
    $("text").setAttribute("aria-invalid", "true");
    const after = Math.max(fault.end, fault.start + 1), piece = now.text.slice(fault.start, after), blank = !piece.trim();
    const wave = make("u", blank ? {class: "end"} : {}, blank ? "\u00a0" : piece);
    $("mark").replaceChildren(now.text.slice(0, fault.start), wave, now.text.slice(after));
    const where = `${fault.line > 1 ? `line ${fault.line}, ` : ""}column ${fault.column}`, word = fault.piece.split("(")[0].trim();
    const named = word && word.length < 40 && !fault.advice.length ? `: ${word}` : "";
    $("fault").replaceChildren(`${where}: ${fault.sentence}${named}`);
    if (fault.advice.length) $("fault").append(`; write ${fault.advice.join(" or ").replace(/^symad /, "")}`);
    const close = fault.code === "ERR_FUNCTION" ? Words.nearest(word, Core.spellings) : "";
    if (close) $("fault").append("; did you mean ", Ui.button(close, () => repair(fault.start, word.length, close)), "?");
  }
  function repair(from, length, word) {
    type(now.text.slice(0, from) + word + now.text.slice(from + length));
    $("text").focus();
  }
  function type(text, keep = false) {
    $("text").value = now.text = text;
    edit(keep);
  }
  function open(text) {
    now.n = null;
    type(text);
    scrollTo(0, 0);
  }
  function resize(n) {
    now.n = n;
    edit();
  }
  function unfold(box) {
    if (box.node < 0) now.opened.more++; else now.opened.names.add(m.names.get(box.heads[0]));
    redraw();
  }
  function redraw() {
    m = Object.assign(Graph.model(m.tape, now.opened), {gradient: m.gradient, programs: m.programs});
    Stage.draw(m, unfold);
    paint();
    toAddress();
  }
  function heading() {
    const made = m.g.n < LONGEST_FORMULA ? MathMl.formula(m.g, m.names) : null;
    $("formula").replaceChildren(...(made ? [made] : []));
  }

  /* ---- numbers ------------------------------------------------------------------------------------------------ */
  function move() {
    timed("sweep", () => {
      const weights = new Float64Array(m.g.outputs.length), direction = new Float64Array(m.g.nInputs);
      weights[now.result] = 1;
      if (m.g.nInputs) direction[now.seed] = 1;
      sweep = m.tape.sweep(point(), weights);
      sweep.tangents = m.tape.sweep(point(), direction, "tangent").slopes;
      script = Graph.script(m, sweep, now.mode, m.g.outputs[now.result]);
    });
    $("cursor").max = script.length;
    Fields.slopes(k => now.predict ? "" : slopeWords(k));
    timed("paint", paint);
    timed("pane", () => Panes.show(moment()));
    toAddress();
  }
  function slopeWords(k) {
    const sure = digits(k), how = sure ? `about ${sure} digit${sure === 1 ? "" : "s"}` : "no digit";
    return `slope ${Words.brief(sweep.slopes[k] + 0)}${sure < SURE ? `, ${how} of it sure` : ""}`;
  }
  function paint() {
    const c = moment(), {at, whole, result} = c, n = m.g.nInputs, [done, all] = [at.done.length, script.length];
    Stage.paint(c);
    legend(c);
    Says.say(c);
    Predict.ask(c);
    $("cursor").value = done;
    $("cursor").setAttribute("aria-valuetext", `${done} of ${all}`);
    $("count").textContent = `${done} of ${all}`;
    for (const [id, off] of [["first", !done], ["back", !done], ["next", done === all], ["last", done === all]]) $(id).disabled = off;
    const slopes = n === 1 ? "the slope" : n === 2 ? "both slopes" : `all ${n} slopes`;
    $("passes").textContent = !n ? "no variable: nothing to differentiate" : whole ? `one pass gives ${slopes} of ${result}`
      : `pass ${now.seed + 1} of ${n}: the slope by ${m.g.inputs[now.seed]} alone`;
  }
  function legend({result, whole}) {
    const entry = (kind, fill, words) => make("span", {class: kind}, make("i", {style: `background:var(${fill})`}), words);
    const second = whole ? entry("a", "--adjoint-fill", `adjoint: d${result}/d(box)`)
      : entry("t", "--tangent-fill", `tangent: d(box)/d${m.g.inputs[now.seed] ?? ""}`);
    $("legend").replaceChildren(entry("v", "--value-fill", "value"), second,
      make("span", {class: "muted"}, "on arrows: local partials, d(box below)/d(box above)"));
  }
  function go(k) {
    const asking = Predict.isAsking(), to = Math.max(0, Math.min(script.length, k));
    now.k = to === script.length ? Infinity : to;
    Predict.verdict("");
    paint();
    if (asking !== Predict.isAsking()) Panes.show(moment());
    toAddress();
  }
  const here = () => Math.min(now.k, script.length);
  function toAddress() {
    clearTimeout(later);
    const keep = () => { if (valid) history.replaceState(null, "", `#${State.hash(m.g.inputs, script.length)}`); };
    later = setTimeout(keep, WAIT_MS);
  }

  /* ---- wires -------------------------------------------------------------------------------------------------- */
  const soon = () => { if (!frame) frame = requestAnimationFrame(() => { frame = 0; timed("move", move); }); };
  function restart() {
    now.k = Infinity;
    Fields.choices(m);
    move();
  }

  function wire() {
    $("text").oninput = e => { now.text = e.target.value; timed("edit", edit); };
    $("examples").replaceChildren(make("option", {}, "examples"), ...Object.keys(State.examples).map(n => make("option", {}, n)));
    $("examples").onchange = e => {
      const example = State.examples[e.target.value];
      if (!example) return;
      State.take(State.queryOf(example));
      type(now.text, true);
    };
    document.querySelectorAll("[name=mode]").forEach(r => { r.onchange = () => { now.mode = r.value; restart(); }; });
    $("seed").onchange = e => { now.seed = e.target.selectedIndex; restart(); };
    $("result").onchange = e => { now.result = e.target.selectedIndex; restart(); };
    $("size").oninput = e => resize(Number(e.target.value));
    $("fold").onclick = () => { now.opened = {names: new Set(), more: 0}; redraw(); };
    const steps = {first: () => go(0), back: () => go(here() - 1), next: () => go(here() + 1), last: () => go(script.length)};
    for (const [id, act] of Object.entries(steps)) $(id).onclick = act;
    $("cursor").oninput = e => go(Number(e.target.value));
    $("predict").onchange = e => {
      now.predict = e.target.checked;
      if (now.predict) now.k = script.findIndex(s => s.kind === "seed") + 1;
      move();
      if (Predict.isAsking()) $("answer").focus();
    };
    $("ask").onsubmit = e => { e.preventDefault(); Predict.judge(moment(), go); };
    $("show").onclick = () => Predict.show(moment(), go);
    document.addEventListener("keydown", e => {
      if (e.ctrlKey || e.metaKey || e.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName)) return;
      const act = {ArrowRight: steps.next, ArrowLeft: steps.back, Home: steps.first, End: steps.last}[e.key];
      if (act && valid) { e.preventDefault(); act(); }
    });
    $("svg").onclick = Out.savePicture;
    $("latex").onclick = () => Out.saveLatex(moment());
    $("command").onclick = () => Out.copy(command("steps"), "command");
    $("link").onclick = () => Out.copy(`${location.href.split("#")[0]}#${State.hash(m.g.inputs, script.length)}`, "link");
    addEventListener("beforeprint", () => { if (valid) Panes.fill("table", moment()); });
    addEventListener("hashchange", fresh);
  }
  function fresh() {
    State.fromAddress();
    document.body.dataset.view = now.view;
    document.documentElement.dataset.scheme = now.scheme;
    type(now.text, true);
  }

  const begun = performance.now(), core = $("core");
  try { await Core.start(core.textContent.trim()); } catch (e) {
    $("fault").textContent = `This browser cannot run the page (${e.message}). It needs WebAssembly with vectors and DecompressionStream: `
      + "a browser of 2023 or later.";
    return;
  }
  times.start = performance.now() - begun;
  core.textContent = "";
  $("version").textContent = `symad ${Core.version()}, core ${core.dataset.hash}`;
  Panes.tabs(id => { now.pane = id; Panes.show(valid ? moment() : null); toAddress(); });
  wire();
  fresh();
  document.documentElement.dataset.ready = "1";
  times.ready = performance.now();
})();
