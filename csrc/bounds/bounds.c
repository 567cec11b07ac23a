/* The error bound: how far each number of a program may be from the exact one at these inputs, and why.
 *
 * One forward pass gives every node v, B >= 0 with |v - t| <= B, t the exact value at the given inputs with exact
 * constants; the status bit that most of B comes from, and the node where that came in; and bits for what no bound can
 * express. A derivative is a program like any other, so there is no reverse pass and no further rule for higher orders.
 * B = 0 means exact. Every B above 0 is finally raised by the factor 1 + 2^-48, which covers the rounding of its own
 * arithmetic, all terms being positive, and is at least the smallest double. Theorems but for two lines: what functions
 * cost rests on the table of accuracy, and a wide operand's slope is taken at its ends (by_rows.c).
 */
#include "bounds/bounds.h"

#define INFLATE (1.0 + 0x1p-48)
#define WIDE_FROM 0x1p-40
#define LOST_FROM 1e-9 /* relative bound from which plain rounding is called a loss of digits */
#define DEEPEST 746.0  /* below -746 exponentials are 0 */

static const bound_part nothing = {0.0, 0.0, NO_NODE, NO_NODE, 0, 0, 0};

static uint16_t word_of(const bound_pass *s, uint32_t node) {
  return (uint16_t)(s->words[node] & ~INTERNAL);
}

/* ---- leaves ---- */

static double constant_error(uint32_t op) {
  switch (op) {
#define OPS(NAME, ...)
#define OP1 OPS
#define OP2 OPS
#define OPC OPS
#define OP0(NAME, number, cost, text, sympy, error, ...) \
  case number:                                           \
    return error;
#include "symad_ops.def"
#undef OPS
#undef OP0
#undef OP1
#undef OP2
#undef OPC
  default:
    return 0.0;
  }
}

static double constant_of(const symad_view *v, uint32_t constant) {
  return v->errors == NULL ? 0.0 : v->errors[constant];
}

static bound_part bound_of_leaf(const bound_pass *s, uint32_t i) {
  const symad_node *n = &s->tape->view.nodes[i];
  const double r = s->values[i];
  bound_part p = nothing;
  p.origin = i;
  p.own = n->run == SYMAD_OP_NUMBER ? constant_of(&s->tape->view, n->c) : constant_error(n->run);
  if (isinf(p.own))
    p.cause = isinf(r) ? SYMAD_STATUS_OVERFLOW : SYMAD_STATUS_INDETERMINATE;
  if (isinf(p.own) && isinf(r))
    p.word = BEYOND;
  if (n->run == SYMAD_OP_NAN_VALUE)
    p.word = p.cause = SYMAD_STATUS_DOMAIN;
  if (isnan(r) && n->run == SYMAD_OP_INPUT) {
    p.own = HUGE_VAL;
    p.cause = SYMAD_STATUS_INDETERMINATE;
  }
  return p;
}

/* ---- conditions: the bound is 0 for a sure one, else 1 ---- */

static int is_member(const symad_tape *tape, const symad_node *extreme, uint32_t node) {
  for (uint32_t k = 0; op_is_extreme(extreme->run) && k < extreme->b; k++)
    if (tape->view.list[extreme->a + k] == node)
      return 1;
  return 0;
}

/* The bounds allow either outcome. An operand of a Max is compared with the Max by its derivatives, and is equal to it
 * whenever it leads: then the question is whether another one may lead. */
static int is_undecided(const bound_pass *s, const symad_node *n) {
  const double a = s->values[n->a], b = s->values[n->b], e = s->bounds[n->a] + s->bounds[n->b];
  if (e == 0.0 || fabs(a - b) > e)
    return 0;
  if ((isinf(a) && isfinite(b) && bound_overflowed(s, n->a)) || (isinf(b) && isfinite(a) && bound_overflowed(s, n->b)))
    return 0;
  if (s->words[n->b] & CONTESTED)
    return 1;
  return !is_member(s->tape, &s->tape->view.nodes[n->b], n->a);
}

/* Whether an input moves what is compared: two constants that are equal are no tie. */
static int moves(const bound_pass *s, const symad_node *n) {
  const symad_node *nodes = s->tape->view.nodes;
  return ((nodes[n->a].flags | nodes[n->b].flags) & SYMAD_NODE_ACTIVE) != 0;
}

static bound_part bound_of_comparison(const bound_pass *s, const symad_node *n) {
  bound_part p = nothing;
  const double a = s->values[n->a], b = s->values[n->b];
  p.word = word_of(s, n->a) | word_of(s, n->b);
  if (n->a == n->b)
    return p;
  if (isnan(a) || isnan(b)) {
    p.word |= SYMAD_STATUS_NAN_CONDITION;
  } else if (is_undecided(s, n)) {
    p.own = 1.0;
  } else if (a == b && moves(s, n) && s->bounds[n->a] == 0.0 && s->bounds[n->b] == 0.0 &&
             !is_member(s->tape, &s->tape->view.nodes[n->b], n->a)) {
    p.word |= SYMAD_STATUS_TIE;
  }
  return p;
}

/* A sure `false` decides an `and`, a sure `true` an `or`. */
static bound_part bound_of_junction(const bound_pass *s, const symad_node *n) {
  const uint32_t operands[2] = {n->a, n->b};
  bound_part p = nothing;
  for (int k = 0; k < 2; k++) {
    const uint32_t o = operands[k];
    if (s->bounds[o] == 0.0 && !(s->words[o] & SYMAD_STATUS_TIE) && (s->values[o] != 0.0) == (n->run == SYMAD_OP_OR)) {
      p = nothing;
      p.word = word_of(s, o);
      return p;
    }
    p.word |= word_of(s, o);
    if (s->bounds[o] > 0.0 && p.own == 0.0) {
      p.own = 1.0;
      p.origin = s->origins[o];
    }
  }
  return p;
}

static bound_part bound_of_condition(const bound_pass *s, uint32_t i) {
  const symad_node *n = &s->tape->view.nodes[i];
  bound_part p = nothing;
  if (op_arity(n->run) == 0)
    return p;
  if (n->run == SYMAD_OP_NOT) {
    p.own = s->bounds[n->a];
    p.word = word_of(s, n->a);
    p.origin = s->origins[n->a];
  } else {
    p = op_is_junction(n->run) ? bound_of_junction(s, n) : bound_of_comparison(s, n);
  }
  p.cause = SYMAD_STATUS_UNDECIDED;
  p.origin = p.origin == NO_NODE ? i : p.origin;
  return p;
}

/* ---- selections and lists ---- */

static bound_part bound_of_selection(const bound_pass *s, uint32_t i) {
  const symad_node *n = &s->tape->view.nodes[i];
  const int then = s->values[n->a] != 0.0;
  const uint32_t taken = then ? n->b : n->c, other = then ? n->c : n->b;
  bound_part p = nothing;
  p.passed = s->bounds[taken];
  p.from = taken;
  p.word = word_of(s, taken);
  if (s->bounds[n->a] > 0.0 && taken != other) {
    const double gap = fabs(s->values[taken] - s->values[other]);
    p.own = (isnan(gap) ? HUGE_VAL : gap) + s->bounds[other]; /* two branches that meet give no alarm */
    p.cause = SYMAD_STATUS_UNDECIDED;
    p.origin = s->origins[n->a];
  }
  const int same = taken == other || (s->values[taken] == s->values[other] && word_of(s, other) == 0);
  p.word |= word_of(s, n->a) & (same ? SYMAD_STATUS_NAN_CONDITION : 0xffffu);
  return p;
}

/* The largest bound among the operands that reach the result within theirs. */
static bound_part bound_of_extreme(const bound_pass *s, uint32_t i, uint16_t *contested) {
  const symad_node *n = &s->tape->view.nodes[i];
  const double r = s->values[i];
  uint32_t near = 0;
  bound_part p = nothing;
  for (uint32_t k = 0; k < n->b; k++) {
    const uint32_t o = s->tape->view.list[n->a + k];
    const double v = s->values[o], e = s->bounds[o];
    if (v == r || isnan(v))
      p.word |= word_of(s, o);
    if (!isnan(v) && (n->run == SYMAD_OP_MAX ? v + e < r : v - e > r)) /* of infinities nothing is sure */
      continue;
    if (p.from == NO_NODE || e > p.passed || isnan(v))
      p.from = o;
    p.passed = fmax(p.passed, isnan(v) ? HUGE_VAL : e);
  }
  /* Another operand may lead: the least that the leader can be lies within the bound of one more. */
  for (uint32_t k = 0; p.passed > 0.0 && k < n->b; k++) {
    const uint32_t o = s->tape->view.list[n->a + k];
    if (!(fabs(s->values[o] - r) > s->bounds[o] + p.passed))
      near++;
  }
  *contested = near > 1 ? CONTESTED : 0;
  return p;
}

/* 1/k is exact where k is a power of two. */
static double share_rounding(double share) {
  int exponent;
  return frexp(share, &exponent) == 0.5 ? 0.0 : share * UNIT_ROUNDOFF;
}

/* SHARE(r, a...): decided unless rounding decides who leads. */
static bound_part bound_of_share(const bound_pass *s, uint32_t i) {
  const symad_node *n = &s->tape->view.nodes[i];
  const uint32_t *operands = s->tape->view.list + n->a;
  const uint32_t lead = operands[0];
  uint32_t near = 0, first = NO_NODE;
  double most = s->bounds[lead];
  bound_part p = nothing;
  for (uint32_t k = 1; k < n->b; k++) {
    const uint32_t o = operands[k];
    if (s->values[o] == s->values[lead])
      p.word |= word_of(s, o);
    if (!(fabs(s->values[o] - s->values[lead]) > s->bounds[o] + s->bounds[lead])) {
      near += o != first; /* one that is listed twice has no rival in itself */
      first = first == NO_NODE ? o : first;
      most = fmax(most, s->bounds[o]);
    }
  }
  p.from = lead;
  if (isnan(s->values[i])) {
    p.passed = HUGE_VAL;
  } else if (near > 1 && most > 0.0) {
    p.own = 1.0;
    p.cause = SYMAD_STATUS_UNDECIDED;
    p.origin = i;
  } else {
    p.own = share_rounding(s->values[i]);
    p.word |= s->values[i] < 1.0 && near > 1 ? SYMAD_STATUS_TIE : 0;
  }
  return p;
}

/* Exact where the squares are integers and their sum is a square. */
static double norm_rounding(const bound_pass *s, const symad_node *n, double r, double passed, uint16_t *cause) {
  double sum = 0.0;
  int whole = passed == 0.0 && is_integer(r) && r < 0x1p26;
  for (uint32_t k = 0; whole && k < n->b; k++) {
    const double v = s->values[s->tape->view.list[n->a + k]];
    whole = is_integer(v);
    sum += v * v;
  }
  if (!isfinite(r) || r == 0.0 || (whole && sum == r * r))
    return 0.0;
  if (r < DBL_MIN) {
    *cause = SYMAD_STATUS_UNDERFLOW;
    return LEAST;
  }
  return r * UNIT_ROUNDOFF * (1.0 + n->b);
}

/* A logarithm that may be small is added to the largest operand; it is of exponentials of rounded differences. */
static double log_sum_rounding(double r, double most, double least) {
  const double scale = fmax(fabs(r), isfinite(most) ? fabs(most) : 0.0) * 4.0;
  const double rest = isfinite(most) ? fabs(r - most) * fmin(most - least, DEEPEST) : 0.0;
  return (scale + rest) * UNIT_ROUNDOFF + (most > least ? 4.0 * LEAST : 0.0);
}

/* The slope along one operand of a NORM or LOGSUMEXP: at most 1, and that where the operand is wide. */
static double list_slope(const bound_pass *s, const symad_node *n, uint32_t k, double r) {
  const double v = s->values[s->tape->view.list[n->a + k]], bound = s->bounds[s->tape->view.list[n->a + k]];
  const double slope = fabs(list_partial(s->tape, n, k, s->values, r, 1.0));
  if (isnan(slope))
    return 1.0;
  if (n->run == SYMAD_OP_NORM)
    return bound > WIDE_FROM * fabs(v) ? 1.0 : slope;
  return bound > WIDE_FROM ? k_exp(fmin(0.0, v + bound - r)) : slope * (1.0 + bound) * (1.0 + WIDE_FROM);
}

static bound_part bound_of_norm_or_sum(const bound_pass *s, uint32_t i) {
  const symad_node *n = &s->tape->view.nodes[i];
  const double r = s->values[i];
  double most = -HUGE_VAL, least = HUGE_VAL, largest = -1.0;
  bound_part p = nothing;
  p.origin = i;
  for (uint32_t k = 0; k < n->b; k++) {
    const uint32_t o = s->tape->view.list[n->a + k];
    const double v = s->values[o], e = s->bounds[o];
    const int absent = n->run == SYMAD_OP_LOGSUMEXP && v == -HUGE_VAL && bound_overflowed(s, o);
    const double term = absent ? 0.0 : bound_times(list_slope(s, n, k, r), e);
    p.word |= word_of(s, o);
    p.passed += term;
    most = fmax(most, v);
    least = fmin(least, v);
    if (term > largest || isnan(v)) {
      p.from = o;
      largest = isnan(v) ? HUGE_VAL : term;
    }
  }
  if (isnan(r))
    p.passed = HUGE_VAL;
  else if (n->run == SYMAD_OP_NORM)
    p.own = norm_rounding(s, n, r, p.passed, &p.cause);
  else if (isfinite(r))
    p.own = log_sum_rounding(r, most, least);
  if (isinf(r) && (n->run == SYMAD_OP_NORM ? 1 : isfinite(most))) {
    int infinite = 0;
    for (uint32_t k = 0; k < n->b; k++)
      infinite |= isinf(s->values[s->tape->view.list[n->a + k]]);
    p.own = infinite ? 0.0 : HUGE_VAL;
    p.cause = infinite ? 0 : SYMAD_STATUS_OVERFLOW;
    p.word |= infinite ? 0 : BEYOND;
  }
  return p;
}

/* ---- the pass ---- */

static bound_part part_of(const bound_pass *s, uint32_t i, uint16_t *contested) {
  const uint32_t op = s->tape->view.nodes[i].run;
  if (op == SYMAD_OP_INPUT && !isnan(s->values[i]))
    return nothing;
  if (op_is_condition(op))
    return bound_of_condition(s, i);
  if (op_arity(op) == 0)
    return bound_of_leaf(s, i);
  if (op == SYMAD_OP_SELECT)
    return bound_of_selection(s, i);
  if (!op_is_nary(op))
    return bound_of_row(s, i);
  if (op_is_extreme(s->tape->view.nodes[i].run))
    return bound_of_extreme(s, i, contested);
  return op == SYMAD_OP_SHARE ? bound_of_share(s, i) : bound_of_norm_or_sum(s, i);
}

static uint16_t lost_or_rounded(double r, double bound) {
  if (bound <= LOST_FROM * fabs(r))
    return 0;
  return r == 0.0 ? SYMAD_STATUS_CANCELLED : SYMAD_STATUS_LOST_DIGITS;
}

/* The cause follows what gives most; one other than plain rounding is kept, plain rounding becomes a loss of digits at
 * the first node where so much is lost. */
static void find_cause(const bound_pass *s, uint32_t i, const bound_part *p) {
  const double r = s->values[i];
  const uint16_t inherited = p->from == NO_NODE ? 0 : s->causes[p->from];
  s->origins[i] = i;
  if (p->decided != 0) {
    s->causes[i] = p->decided;
    if (p->decided == SYMAD_STATUS_OVERFLOW)
      s->origins[i] = s->origins[p->from];
  } else if (p->own >= p->passed) {
    s->causes[i] = p->cause != 0 ? p->cause : lost_or_rounded(r, s->bounds[i]);
    s->origins[i] = p->origin == NO_NODE ? i : p->origin;
  } else if (inherited != 0) {
    s->causes[i] = inherited;
    s->origins[i] = s->origins[p->from];
  } else {
    s->causes[i] = isinf(r) ? SYMAD_STATUS_INDETERMINATE : lost_or_rounded(r, s->bounds[i]);
  }
}

static void run_pass(const bound_pass *s) {
  for (uint32_t i = 0; i < s->tape->view.n_nodes; i++) {
    uint16_t contested = 0;
    const bound_part p = part_of(s, i, &contested);
    double bound = p.passed + p.own;
    if (isnan(bound))
      bound = HUGE_VAL;
    if (bound > 0.0)
      bound = fmax(bound * INFLATE, LEAST);
    s->bounds[i] = bound;
    s->words[i] = p.word | contested;
    s->causes[i] = 0;
    s->origins[i] = i;
    if (bound > 0.0)
      find_cause(s, i, &p);
  }
}

symad_status symad_tape_errors(const symad_tape *tape, const double *x, const symad_errors *errors) {
  const bound_pass s = {tape, errors->values, errors->bounds, errors->words, errors->causes, errors->origins};
  forward(tape, x, errors->values);
  run_pass(&s);
  for (uint32_t i = 0; i < tape->view.n_nodes; i++)
    errors->words[i] &= (uint16_t)~INTERNAL;
  return SYMAD_OK;
}

/* One block: numbers of 8 bytes first, then of 4, then of 2. */
size_t bounds_work_size(const symad_tape *tape) {
  return (size_t)tape->view.n_nodes * (2 * sizeof(double) + sizeof(uint32_t) + 2 * sizeof(uint16_t));
}

symad_status symad_tape_check(const symad_tape *tape, size_t n_points, const double *x, ptrdiff_t x_row,
                              ptrdiff_t x_column, const symad_errors *outputs, void *work) {
  const symad_view *v = &tape->view;
  double *values = work, *bounds = values + v->n_nodes;
  uint32_t *origins = (uint32_t *)(bounds + v->n_nodes);
  uint16_t *words = (uint16_t *)(origins + v->n_nodes), *causes = words + v->n_nodes;
  const bound_pass s = {tape, values, bounds, words, causes, origins};
  for (size_t i = 0; i < n_points; i++) {
    for (uint32_t j = 0; j < v->n_inputs; j++)
      values[j] = x[(ptrdiff_t)i * x_row + (ptrdiff_t)j * x_column];
    forward(tape, values, values);
    run_pass(&s);
    for (uint32_t k = 0; k < v->n_outputs; k++) {
      const uint32_t node = v->outputs[k];
      const size_t place = i * v->n_outputs + k;
      outputs->values[place] = values[node];
      outputs->bounds[place] = bounds[node];
      outputs->words[place] = word_of(&s, node);
      outputs->causes[place] = causes[node];
      outputs->origins[place] = origins[node];
    }
  }
  return SYMAD_OK;
}

size_t symad_tape_work_size(const symad_tape *tape, int kind) {
  size_t n = tape->view.n_nodes;
  if (kind == SYMAD_WORK_CHECK)
    return bounds_work_size(tape);
  return kind == SYMAD_WORK_VALUE ? n * sizeof(double) : n * (2 * sizeof(double)) + n;
}
