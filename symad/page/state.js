/* What the lesson shows: everything that the address keeps, and the examples. Knows no document but the address. */
const State = (() => {
  "use strict";
  /* A name, and a formula with its point behind " @ ". */
  const EXAMPLES = {
    "polynomial and sine": "a = x**2; b = sin(a); c = a + b; a*c @ x:2",
    "a network with two inputs": "h1 = sigmoid(w1*x1 + w2*x2); h2 = sigmoid(w3*x1 + w4*x2); y = sigmoid(w5*h1 + w6*h2); "
      + "(y - t)**2/2 @ w1:0.15,x1:0.05,w2:0.2,x2:0.1,w3:0.25,w4:0.3,w5:0.4,w6:0.45,t:0.01",
    "a dead ReLU": "z = w*x + b; h = Max(0, z); (v*h - t)**2 @ w:0.5,x:1,b:-2,v:1.5,t:1",
    "a chain of sigmoids, n deep": "h = x; repeat n: h = sigmoid(w*h) @ x:0.5,w:1 @ n=10&pane=depth",
    "logistic map, n times": "l = x; repeat n: l = 4*l*(1 - l) @ x:0.2 @ n=4",
    "Rosenbrock's valley": "(1 - x)**2 + 100*(y - x**2)**2 @ x:-1,y:1 @ pane=descent",
    "digits lost": "(1 - cos(x))/x**2 @ x:0.001 @ pane=differences",
    "a kink": "Max(x, y)*Abs(x - 1) @ x:1,y:0.5",
    "a choice": "Piecewise((x**2, x < 1), (2*x - 1 + log(y), True)) @ x:0.5,y:-1",
    "several results": "r = hypot(x, y); (r, atan2(y, x)) @ x:3,y:4",
  };
  const FIRST = "counts", SIZE = 3, LARGEST_SIZE = 200;
  const given = (() => {
    const block = document.getElementById("given");
    return block ? JSON.parse(block.textContent) : {state: {}, examples: {}};
  })();
  const examples = Object.keys(given.examples).length ? given.examples : EXAMPLES;
  const now = {text: "", at: new Map(), n: null, mode: "reverse", seed: 0, result: 0, k: Infinity, pane: FIRST,
    predict: false, view: "", scheme: "", opened: {names: new Set(), more: 0}};

  const pointOf = text => new Map(text.split(",").filter(Boolean).map(pair => {
    const cut = pair.lastIndexOf(":");
    return [pair.slice(0, cut).trim(), Number(pair.slice(cut + 1))];
  }));
  /* An example as the address would have it. */
  function queryOf(example) {
    const [f, at = "", more = ""] = example.split(" @ "), q = new URLSearchParams(more);
    q.set("f", f);
    if (at) q.set("at", at);
    return q;
  }
  const whole = (q, name, otherwise) => {
    const n = Number(q.get(name) ?? otherwise);
    return Number.isInteger(n) && n >= 0 ? n : otherwise;
  };
  function take(q) {
    now.text = q.get("f") ?? "";
    now.at = pointOf(q.get("at") ?? "");
    now.n = q.has("n") ? Math.min(whole(q, "n", SIZE), LARGEST_SIZE) : null;
    now.mode = q.get("mode") === "forward" ? "forward" : "reverse";
    now.seed = whole(q, "seed", 0);
    now.result = whole(q, "of", 0);
    now.k = q.has("k") ? whole(q, "k", Infinity) : Infinity;
    now.pane = q.get("pane") ?? FIRST;
    now.predict = q.get("predict") === "1";
    now.opened = {names: new Set((q.get("open") ?? "").split(",").filter(Boolean)), more: 0};
    for (const name of ["view", "scheme"]) if (q.has(name)) now[name] = q.get(name);
  }
  /* The address counts, else what the page was made with, else the first example. */
  function fromAddress() {
    const q = new URLSearchParams(location.hash.slice(1)), made = new URLSearchParams(given.state);
    if (q.has("f")) return take(q);
    const start = made.has("f") ? made : queryOf(Object.values(examples)[0]);
    for (const [name, value] of q) start.set(name, value);
    take(start);
  }
  function hash(inputs, nSteps) {
    const q = new URLSearchParams({f: now.text});
    if (inputs.length) q.set("at", inputs.map(name => `${name}:${Words.shortest(now.at.get(name))}`).join(","));
    if (now.n !== null) q.set("n", now.n);
    if (now.mode !== "reverse") { q.set("mode", now.mode); q.set("seed", now.seed); }
    if (now.result) q.set("of", now.result);
    if (now.k < nSteps) q.set("k", now.k);
    if (now.pane !== FIRST) q.set("pane", now.pane);
    if (now.predict) q.set("predict", "1");
    if (now.opened.names.size) q.set("open", [...now.opened.names].join(","));
    for (const name of ["view", "scheme"]) if (now[name]) q.set(name, now[name]);
    return q.toString();
  }
  return {now, examples, queryOf, take, fromAddress, hash, FIRST, SIZE, LARGEST_SIZE};
})();
