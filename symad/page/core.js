/* symad's C core in a page: memory, structures by name, and handles that read like objects. Computes nothing itself. */
const Core = (() => {
  "use strict";
  const encoder = new TextEncoder(), decoder = new TextDecoder();
  const STATUS = ["tie", "domain", "nan in a condition", "overflow", "underflow", "indeterminate", "lost digits"];
  const LIMITS = {text: 200000, tokens: 200000, nodes: 100000, variables: 2000, nesting: 2000};
  const NUMBER = 2, BEST_ENGINE = -1, NONE = 0xffffffff;
  let wasm, memory;
  const at = {}, rows = new Map(), spellings = [];

  /* Views die when memory grows: they are made for every use, and what is handed out is a copy. */
  const view = () => new DataView(memory.buffer);
  const f64 = (p, n) => new Float64Array(memory.buffer, p, n);
  const u32 = (p, n) => new Uint32Array(memory.buffer, p, n);
  const bytes = (p, n) => new Uint8Array(memory.buffer, p, n);
  const chars = (p, n) => decoder.decode(bytes(p, n));
  const text = p => {
    if (!p) return "";
    const all = bytes(p, memory.buffer.byteLength - p);
    return chars(p, all.indexOf(0));
  };
  const sizeOf = name => at[name].size;
  const get = (p, name) => {
    const {offset, size} = at[name], v = view();
    if (size === 8) return Number(v.getBigUint64(p + offset, true));
    return size === 4 ? v.getUint32(p + offset, true) : size === 2 ? v.getUint16(p + offset, true) : v.getUint8(p + offset);
  };
  const put = (p, name, pointer) => view().setUint32(p + at[name].offset, pointer, true);
  const alloc = n => {
    const p = wasm.lesson_alloc(Math.max(n, 8));
    if (!p) throw new RangeError("the page is out of memory");
    return p;
  };
  /* Memory of these sizes for one call of `use`, freed also where it throws. */
  const scratch = (sizes, use) => {
    const all = [];
    try {
      for (const n of sizes) all.push(alloc(n));
      return use(...all);
    } finally { all.forEach(p => wasm.lesson_free(p)); }
  };

  async function start(base64) {
    const raw = Uint8Array.from(atob(base64), c => c.charCodeAt(0));
    const plain = new Response(new Blob([raw]).stream().pipeThrough(new DecompressionStream("gzip")));
    attach((await WebAssembly.instantiate(await plain.arrayBuffer(), {})).instance);
  }

  function attach(instance) {
    wasm = instance.exports;
    memory = wasm.memory;
    wasm._initialize?.();
    for (let p = wasm.lesson_fields(); u32(p, 1)[0]; p += 12) {
      const [name, offset, size] = u32(p, 3);
      at[text(name)] = {offset, size};
    }
    for (let k = 0; k < wasm.symad_row_count(); k++) {
      const p = wasm.symad_row_at(k), f = name => get(p, `symad_row.${name}`);
      rows.set(f("number"), {number: f("number"), arity: f("arity") | 0, cost: f("cost"), condition: !!f("condition"),
        name: text(f("name")), text: text(f("text")), definition: text(f("definition"))});
    }
    for (let k = 0, p; (p = wasm.symad_spelling_at(k)); k++) if (text(p)) spellings.push(text(p));
  }

  /* Why a text was refused and where, in characters as JavaScript counts them. */
  class Fault extends Error {
    constructor(code, sentence, source, offset, length, advice = []) {
      super(sentence);
      const raw = encoder.encode(source), before = decoder.decode(raw.subarray(0, offset));
      this.code = code;
      this.sentence = sentence;
      this.advice = advice;
      this.piece = decoder.decode(raw.subarray(offset, offset + length));
      this.start = before.length;
      this.end = this.start + this.piece.length;
      this.line = before.split("\n").length;
      this.column = [...before.slice(before.lastIndexOf("\n") + 1)].length + 1;
    }
  }
  const faultOf = (detail, source, origin = o => o, advice = [], said = "") => {
    const f = name => get(detail, `symad_detail.${name}`), code = text(wasm.symad_status_name(f("status")));
    const o = f("offset"), start = origin(o), end = origin(o + f("length"));
    const made = text(detail + at["symad_detail.name"].offset);
    const sentence = said || text(wasm.symad_status_sentence(f("status"))) + (made ? ` (${made})` : "");
    return new Fault(code, sentence, source, start, Math.max(0, end - start), advice);
  };

  class Tape {
    #graph = null;
    constructor(handle, notes = [], size = null) { this.handle = handle; this.notes = notes; this.size = size; }
    free() { wasm.symad_tape_free(this.handle); this.handle = 0; }
    get graph() { return this.#graph ??= scratch([sizeOf("symad_view")], v => readGraph(this.handle, v)); }

    /* One sweep: "reverse" with a weight an output, or "tangent" with a direction. */
    sweep(x, seeds, mode = "reverse") {
      const g = this.graph, n = g.n;
      const sizes = [8 * x.length, 8 * seeds.length, sizeOf("symad_trace"), 8 * n, 8 * n, 16 * n, 8 * g.nList, n];
      return scratch([...sizes, sizeOf("symad_report")], (px, ps, t, values, slopes, partials, lists, live, report) => {
        f64(px, x.length).set(x);
        f64(ps, seeds.length).set(seeds);
        const parts = {values, slopes, partials, list_partials: lists, live};
        for (const [name, p] of Object.entries(parts)) put(t, `symad_trace.${name}`, p);
        (mode === "reverse" ? wasm.symad_tape_sweep : wasm.symad_tape_tangent)(this.handle, px, ps, t);
        const found = {values: f64(values, n).slice(), slopes: f64(slopes, n).slice(),
          partials: f64(partials, 2 * n).slice(), lists: f64(lists, g.nList).slice(), live: bytes(live, n).slice(), status: []};
        if (mode !== "reverse") return found;
        wasm.symad_tape_status(this.handle, t, report);
        const word = get(report, "symad_report.word"), first = u32(report + at["symad_report.first"].offset, STATUS.length);
        STATUS.forEach((name, bit) => { if (word >> bit & 1 && first[bit] !== NONE) found.status.push([name, first[bit]]); });
        return found;
      });
    }
    /* Outputs at rows of points, side by side. */
    values(points, nPoints) {
      const g = this.graph, m = g.outputs.length;
      return scratch([8 * points.length, 8 * nPoints * m, wasm.symad_tape_work_size(this.handle, 0)], (px, py, work) => {
        f64(px, points.length).set(points);
        wasm.symad_tape_values(this.handle, nPoints, px, g.nInputs, 1, py, m, 1, work);
        return f64(py, nPoints * m).slice();
      });
    }
    /* The same by a plan: worth while from some hundred points on. */
    planned(points, nPoints) {
      const g = this.graph, m = g.outputs.length, two = 2 * sizeOf("symad_columns");
      return scratch([8 * points.length, 8 * nPoints * m, 4, two, two], (px, py, out, ci, co) => {
        if (wasm.symad_plan_new(this.handle, g.nInputs, m, BEST_ENGINE, out)) return this.values(points, nPoints);
        const plan = u32(out, 1)[0], fill = (p, data, row) => u32(p, 6).set([data, row, 1, 0, 0, 0]);
        f64(px, points.length).set(points);
        fill(ci, px, g.nInputs);
        fill(co, py, m);
        try {
          scratch([wasm.symad_plan_work_size(plan, nPoints)], work => wasm.symad_plan_run(plan, nPoints, ci, co, work));
        } finally { wasm.symad_plan_free(plan); }
        return f64(py, nPoints * m).slice();
      });
    }
    gradient(x) {
      return scratch([8 * x.length, 8, 8 * x.length, wasm.symad_tape_work_size(this.handle, 1)], (px, v, g, work) => {
        f64(px, x.length).set(x);
        wasm.symad_tape_value_and_gradient(this.handle, px, v, g, work);
        return {value: f64(v, 1)[0], gradient: f64(g, x.length).slice()};
      });
    }
    /* Each output and how far it may be from the exact number. */
    errors(x) {
      const n = this.graph.n;
      return scratch([8 * x.length, sizeOf("symad_errors"), 8 * n, 8 * n, 2 * n, 2 * n, 4 * n], (px, e, ...parts) => {
        f64(px, x.length).set(x);
        ["values", "bounds", "words", "causes", "origins"].forEach((name, k) => put(e, `symad_errors.${name}`, parts[k]));
        wasm.symad_tape_errors(this.handle, px, e);
        const [values, bounds] = [f64(parts[0], n), f64(parts[1], n)];
        return this.graph.outputs.map(o => ({value: values[o], bound: bounds[o]}));
      });
    }
    derive(kind) {
      return scratch([4], out => {
        const status = wasm.symad_tape_derive(this.handle, kind, 0, out);
        if (status) throw new RangeError(text(wasm.symad_status_sentence(status)));
        return new Tape(u32(out, 1)[0]);
      });
    }
  }

  function readGraph(handle, v) {
    wasm.symad_tape_view(handle, v);
    const f = name => get(v, `symad_view.${name}`), n = f("n_nodes"), names = f("names");
    const list = [...u32(f("list"), f("n_list"))], raw = view();
    const g = {n, nInputs: f("n_inputs"), nList: list.length, hasBranches: !!f("has_branches"), op: [], flags: [],
      operands: [], constant: {}};
    const node = name => at[`symad_node.${name}`].offset;
    for (let k = 0, p = f("nodes"); k < n; k++, p += sizeOf("symad_node")) {
      const op = raw.getUint8(p + node("op")), {arity} = rows.get(op);
      const [a, b, c] = ["a", "b", "c"].map(one => raw.getUint32(p + node(one), true));
      g.op.push(op);
      g.flags.push(raw.getUint16(p + node("flags"), true));
      g.operands.push(arity < 0 ? list.slice(a, a + b) : [a, b, c].slice(0, arity));
      if (op === NUMBER) g.constant[k] = c;
    }
    const structures = (kind, count, first, use) => Array.from({length: f(count)}, (_, k) => {
      const p = f(first) + k * sizeOf(kind), field = name => get(p, `${kind}.${name}`);
      return use(field, chars(names + field("text"), field("text_length")), p);
    });
    g.numbers = structures("symad_constant", "n_constants", "constants", (field, exact, p) =>
      ({value: raw.getFloat64(p + at["symad_constant.value"].offset, true), exact}));
    g.labels = structures("symad_label", "n_labels", "labels", (field, label) => [field("node"), label]);
    g.outputs = [...u32(f("outputs"), f("n_outputs"))];
    g.inputs = g.labels.slice(0, g.nInputs).map(([, label]) => label);
    return g;
  }

  const fillLimits = p => {
    wasm.symad_limits_default(p);
    for (const [name, most] of Object.entries(LIMITS)) {
      view().setBigUint64(p + at[`symad_limits.${name}`].offset, BigInt(most), true);
    }
  };
  /* Strict text to a tape, with the size n of a family or null; a Fault names places by `origin`. */
  function parseStrict(source, n = null, typed = source, origin = o => o, notes = []) {
    const raw = encoder.encode(source);
    return scratch([raw.length, sizeOf("symad_limits"), 4, sizeOf("symad_detail")], (p, limits, out, detail) => {
      bytes(p, raw.length).set(raw);
      fillLimits(limits);
      const failed = n === null ? wasm.symad_parse(p, raw.length, 0, 0, limits, 0, out, detail)
        : wasm.symad_parse_sized(p, raw.length, 0, BigInt(n), 0, 0, limits, 0, out, detail);
      if (failed) throw faultOf(detail, typed, origin);
      return new Tape(u32(out, 1)[0], notes, n);
    });
  }
  const lines = (p, kind) => chars(get(p, `symad_reading_view.${kind}`), get(p, `symad_reading_view.n_${kind}`))
    .split("\n").filter(Boolean);
  /* What people type, by the reading layer: what symad.parse does, so that both take the same texts. */
  function parseFreely(source) {
    const raw = encoder.encode(source);
    return scratch([raw.length, sizeOf("symad_limits"), 4, sizeOf("symad_detail"), sizeOf("symad_reading_view")],
      (p, limits, out, detail, v) => {
        bytes(p, raw.length).set(raw);
        fillLimits(limits);
        u32(out, 1)[0] = 0;
        const refused = wasm.symad_read(p, raw.length, 0, 0, limits, 0, out, detail), reading = u32(out, 1)[0];
        if (refused && !reading) throw faultOf(detail, source);
        try {
          wasm.symad_reading_get(reading, v);
          const partial = get(v, "symad_reading_view.is_partial"), advice = lines(v, "advice");
          if (refused) return unread(source, faultOf(detail, source, o => o, advice, lines(v, "reason").join(" ")));
          const strict = chars(get(v, "symad_reading_view.text"), get(v, "symad_reading_view.n_text"));
          const origin = o => Number(wasm.symad_reading_origin(reading, BigInt(o)));
          const tape = parseStrict(strict, null, source, origin, lines(v, "notes"));
          if (!partial) return tape;
          tape.free(); /* the layer has given up: only what was typed counts */
          return parseStrict(source);
        } finally { wasm.symad_reading_free(reading); }
      });
  }
  /* The layer does not know the braces of families: what it refused may be one. */
  function unread(source, fault) {
    if (!source.includes("{")) throw fault;
    try { return parseStrict(source); } catch (e) { throw e instanceof Fault && e.code === "ERR_SIZE" ? e : fault; }
  }
  /* A text as typed; n is the size of a family, or null. */
  function parse(source, n = null) {
    if (n === null) return parseFreely(source);
    try { return parseStrict(source, n); } catch (e) {
      if (e instanceof Fault && e.code === "ERR_SIZE_UNUSED") return parseFreely(source);
      throw e;
    }
  }
  return {start, attach, parse, parseStrict, rows, spellings, Fault, version: () => text(wasm.symad_version()),
    bytesUsed: () => memory.buffer.byteLength};
})();
