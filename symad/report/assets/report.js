/* A report's curves, drawn from the tables that hold their numbers. Reads cells; computes nothing. */
"use strict";
const MOST_BESIDE = 4; /* series whose table has room beside its curves */
const MOST_WIDE = 512; /* of curves, in pixels */
const Words = {brief: v => String(Number(v.toPrecision(4)))};

/* The number of a cell: its own, or the text that stands in it. */
const number = cell => cell.dataset.v === undefined ? parseFloat(cell.textContent) : Number(cell.dataset.v);

function legend(names) {
  const list = document.createElement("ul");
  list.className = "legend";
  names.forEach((name, k) => {
    const item = document.createElement("li"), line = Chart.el("svg", {class: "chart", width: 28, height: 10, "aria-hidden": "true"});
    line.append(Chart.el("path", {class: `s${k}`, d: "M0 5L28 5"}));
    item.append(line, name);
    list.append(item);
  });
  return list;
}

/* x, s: columns of places and of series; log: which axes are logarithmic; one chart a column of places. */
function draw(table) {
  const {title, x, s, y, log = "", range = [], label} = JSON.parse(table.dataset.chart);
  const heads = [...table.tHead.rows[0].cells].map(cell => cell.textContent), rows = [...table.tBodies[0].rows].map(row => [...row.cells].map(number));
  const box = table.parentElement, beside = document.createElement("div"), figures = document.createElement("div");
  beside.className = s.length > MOST_BESIDE ? "above" : "beside";
  figures.className = "figures";
  box.before(beside);
  beside.append(figures, box);
  const width = Math.max(260, Math.min(MOST_WIDE, figures.clientWidth || MOST_WIDE));
  for (const column of x) {
    const sorted = [...rows].sort((a, b) => a[column] - b[column]);
    const series = s.map(k => ({name: heads[k], points: sorted.map(row => [row[column], row[k]])}));
    const along = {label: label ?? heads[column], log: log.includes("x") && sorted.every(row => row[column] > 0)};
    const up = {label: y, log: log.includes("y"), from: range[0], to: range[1]};
    figures.append(Chart.lines({title: `${title}, against ${along.label}`, series, x: along, y: up, legend: false, width, height: 240}));
  }
  figures.append(legend(s.map(k => heads[k])));
}

document.querySelectorAll("table[data-chart]").forEach(draw);
document.documentElement.dataset.ready = "";
