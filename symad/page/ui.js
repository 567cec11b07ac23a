/* Small parts of panes: elements, labelled controls, tables. Text reaches the document as text only. */
const Ui = (() => {
  "use strict";
  function make(tag, attributes = {}, ...children) {
    const e = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) e[name] = value; else if (value !== false && value !== undefined) e.setAttribute(name, value);
    }
    e.append(...children);
    return e;
  }
  const text = (words, kind = "") => make("p", kind ? {class: kind} : {}, words);
  /* A slider with its label and what it stands at; `shown` turns the number into words. */
  function slider(id, label, {min, max, step, value}, shown, change) {
    const out = make("output", {for: id}), input = make("input", {id, type: "range", min, max, step});
    const show = () => {
      out.textContent = shown(Number(input.value));
      input.setAttribute("aria-valuetext", out.textContent);
    };
    input.value = value;
    input.oninput = () => { show(); change(Number(input.value)); };
    show();
    const row = make("span", {class: "control"}, make("label", {for: id}, label), input, out);
    row.set = v => { input.value = v; show(); };
    return row;
  }
  function choice(id, label, names, chosen, change) {
    const select = make("select", {id, onchange: () => change(select.value)}, ...names.map(n => make("option", {}, n)));
    select.value = chosen;
    const row = make("span", {class: "control"}, make("label", {for: id}, label), select);
    row.offer = (all, now) => {
      if ([...select.options].map(o => o.value).join("\n") !== all.join("\n")) {
        select.replaceChildren(...all.map(n => make("option", {}, n)));
      }
      select.value = now;
    };
    return row;
  }
  const button = (label, act) => make("button", {type: "button", onclick: act}, label);
  /* head: [title, whether numbers stand below it]. */
  function grid(head, rows, caption = "") {
    const table = make("table"), top = table.createTHead().insertRow(), body = table.createTBody();
    if (caption) table.createCaption().textContent = caption;
    const kind = n => head[n][1] ? {class: "n"} : {};
    head.forEach(([title], n) => top.append(make("th", {scope: "col", ...kind(n)}, title)));
    for (const row of rows) {
      const line = body.insertRow();
      row.forEach((cell, n) => line.append(n ? make("td", kind(n), String(cell)) : make("th", {scope: "row", ...kind(n)}, String(cell))));
    }
    return table;
  }
  return {make, text, slider, choice, button, grid};
})();
