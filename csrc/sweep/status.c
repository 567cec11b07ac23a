/* The status word: what a finished reverse sweep met on its live nodes, and the first node that caused it. */
#include "sweep/scalar.h"

#define LIVE 1u
#define NEEDED 2u /* a condition that a live selection reads */

#define real 1

static void raise_bit(symad_report *report, uint32_t bit, uint32_t node) {
  uint32_t place = 0;
  while ((bit >> place) > 1)
    place++;
  if (!(report->word & bit) || node < report->first[place])
    report->first[place] = node;
  report->word |= bit;
}

/* Whether a and b lie where the row is smooth, by its domain column. */
static int in_domain(const symad_node *n, const double *values) {
  switch (n->run) {
#define OPS(NAME, ...)
#define OP0(NAME, ...)
#define OPC(NAME, ...)
#define OP1(NAME, number, cost, text, sympy, domain, bound, definition, value, slope) \
  case number: {                                                                      \
    const double a = values[n->a];                                                    \
    (void)a;                                                                          \
    return domain;                                                                    \
  }
#define OP2(NAME, number, cost, text, sympy, domain, bound, definition, value, slope_a, slope_b) \
  case number: {                                                                                 \
    const double a = values[n->a], b = values[n->b];                                             \
    (void)a, (void)b;                                                                            \
    return domain;                                                                               \
  }
#include "symad_ops.def"
#undef OP0
#undef OP1
#undef OP2
#undef OPC
#undef OPS
  default:
    return 1;
  }
}

/* Rows whose result can be lost below the smallest double while no operand is small. */
static int can_underflow(uint32_t op) {
  return op == SYMAD_OP_MUL || op == SYMAD_OP_DIV || op == SYMAD_OP_EXP || op == SYMAD_OP_POW || op == SYMAD_OP_POWN;
}

/* At a kink, a jump or an edge of the domain the slopes may still be numbers: then only a side was chosen. */
static int has_slopes(const symad_tape *tape, const symad_node *n, const double *values, double r) {
  double da, db;
  local_partials(tape, n, n->flags, values, r, &da, &db);
  return isfinite(da) && isfinite(db);
}

static uint32_t classify(const symad_tape *tape, const symad_node *n, const double *values, double r) {
  const double a = values[n->a], b = values[n->b];
  int finite = isfinite(a) && isfinite(b);
  if (isnan(a) || isnan(b))
    return 0;
  if (!in_domain(n, values))
    return isfinite(r) && has_slopes(tape, n, values, r) ? SYMAD_STATUS_TIE : SYMAD_STATUS_DOMAIN;
  if (isnan(r))
    return SYMAD_STATUS_INDETERMINATE;
  if (isinf(r) && finite)
    return SYMAD_STATUS_OVERFLOW;
  if (can_underflow(n->run) && finite && fabs(r) < DBL_MIN && a != 0.0 && (n->run != SYMAD_OP_MUL || b != 0.0))
    return SYMAD_STATUS_UNDERFLOW;
  return 0;
}

/* An adjoint that no operand of the products explains: 0*inf, or a product out of range. */
static uint32_t classify_adjoint(const symad_trace *t, const symad_node *n, uint32_t node) {
  int arity = op_arity(n->run);
  for (int k = 0; k < arity && k < 2 && n->run != SYMAD_OP_SELECT; k++) {
    uint32_t operand = k == 0 ? n->a : n->b;
    int flows = n->flags & (k == 0 ? SYMAD_NODE_ACTIVE_A : SYMAD_NODE_ACTIVE_B);
    if (flows && isnan(t->slopes[operand]) && !isnan(t->slopes[node]) && !isnan(t->values[node]))
      return SYMAD_STATUS_INDETERMINATE;
    if (flows && isinf(t->slopes[operand]) && isfinite(t->slopes[node]) && isfinite(t->values[node]) &&
        in_domain(n, t->values))
      return SYMAD_STATUS_OVERFLOW;
  }
  return 0;
}

static uint32_t classify_condition(const symad_node *n, const double *values) {
  const double a = values[n->a], b = values[n->b];
  if (op_arity(n->run) != 2 || op_is_junction(n->run))
    return 0;
  if (isnan(a) || isnan(b))
    return SYMAD_STATUS_NAN_CONDITION;
  return a == b ? SYMAD_STATUS_TIE : 0;
}

/* Passes NEEDED from a selection to its condition and on through and, or, not. */
static void pass_need(const symad_trace *trace, const symad_node *n, uint32_t i) {
  uint8_t *live = trace->live;
  if (n->run == SYMAD_OP_SELECT && (live[i] & LIVE))
    live[n->a] |= NEEDED;
  if ((live[i] & NEEDED) && op_is_junction(n->run)) {
    live[n->a] |= NEEDED;
    live[n->b] |= NEEDED;
  }
}

static uint32_t classify_structural(const symad_tape *tape, const symad_trace *t, const symad_node *n, uint32_t i) {
  if (op_is_extreme(n->run))
    return share_of_leaders(tape, n, t->values, t->values[i]) < 1.0 ? SYMAD_STATUS_TIE : 0;
  if (n->run == SYMAD_OP_NORM)
    return t->values[i] == 0.0 ? SYMAD_STATUS_TIE : 0;
  uint32_t chosen = t->values[n->a] != 0.0 ? n->b : n->c;
  return n->run == SYMAD_OP_SELECT && tape->view.nodes[chosen].run == SYMAD_OP_NAN_VALUE ? SYMAD_STATUS_DOMAIN : 0;
}

symad_status symad_tape_status(const symad_tape *tape, const symad_trace *trace, symad_report *report) {
  memset(report, 0, sizeof *report);
  memset(report->first, 0xff, sizeof report->first);
  for (uint32_t i = tape->view.n_nodes; i-- > tape->view.n_inputs;) {
    const symad_node *n = &tape->view.nodes[i];
    uint32_t bits = 0;
    pass_need(trace, n, i);
    if (trace->live[i] & NEEDED)
      bits = classify_condition(n, trace->values);
    if ((trace->live[i] & LIVE) && n->run != SYMAD_OP_NUMBER) {
      if (op_is_nary(n->run) || n->run == SYMAD_OP_SELECT)
        bits = classify_structural(tape, trace, n, i);
      else if (op_arity(n->run) > 0 && !op_is_condition(n->run))
        bits = classify(tape, n, trace->values, trace->values[i]) | classify_adjoint(trace, n, i);
    }
    for (uint32_t bit = 1; bit < 1u << SYMAD_STATUS_N_BITS; bit <<= 1)
      if (bits & bit)
        raise_bit(report, bit, i);
  }
  for (uint32_t i = 0; i < tape->view.n_nodes; i++)
    trace->live[i] &= LIVE;
  return SYMAD_OK;
}
