/* The error bound of one row: how it passes its operands' bounds on where it has a rule of its own, and what a result out of
 * the range or the domain means. */
#include "bounds/bounds.h"

/* ---- what the operands pass on ---- */

static double quotient_passed(const bound_pass *s, bound_row *w) {
  const double b = fabs(w->b);
  if (w->n->a == w->n->b)
    return w->db < b ? 0.0 : HUGE_VAL;
  if (isinf(b)) {
    if (w->db == 0.0)
      return isfinite(w->a) && isfinite(w->da) ? 0.0 : w->da == 0.0 ? 0.0 : HUGE_VAL;
    if (!bound_overflowed(s, w->n->b) || !isfinite(w->a))
      return HUGE_VAL;
    w->decided = SYMAD_STATUS_OVERFLOW;
    return bound_times(4.0 / DBL_MAX, fabs(w->a) + w->da);
  }
  if (w->da == 0.0 && w->db == 0.0)
    return 0.0;
  if (!(w->db < b))
    return w->a == 0.0 && w->da == 0.0 && b != 0.0 ? 0.0 : HUGE_VAL;
  const double sum = w->da + bound_times(w->r, w->db), quotient = sum / (b - w->db);
  return isnan(quotient) ? HUGE_VAL : sum > 0.0 && quotient < DBL_MIN ? quotient + LEAST : quotient;
}

/* Rows that are flat between jumps: a bound that reaches a jump may have taken the other side. Distances are taken to
 * the nearest jump, which is exact, and never as floor(a - bound), which rounds back to a. */
static double step_passed(bound_row *w, double jump) {
  return w->da > 0.0 && !(fabs(jump - rint(jump)) > w->da) ? bound_undecided(w, 1.0 + ceil(w->da)) : 0.0;
}

static double remainder_passed(bound_row *w) {
  const uint32_t op = w->n->run;
  const int quotient = op == SYMAD_OP_MOD_QUOTIENT || op == SYMAD_OP_FMOD_QUOTIENT || op == SYMAD_OP_REMAINDER_QUOTIENT;
  const int middle = op == SYMAD_OP_REMAINDER || op == SYMAD_OP_REMAINDER_QUOTIENT;
  if (w->da == 0.0 && w->db == 0.0)
    return 0.0;
  const double m = fabs(w->b);
  const double rest = middle                                              ? remainder(w->a, w->b)
                      : op == SYMAD_OP_MOD || op == SYMAD_OP_MOD_QUOTIENT ? k_mod(w->a, w->b)
                                                                          : fmod(w->a, w->b);
  const double times = (w->a - rest) / w->b, e = w->da + bound_times(times, w->db);
  const double jump = middle ? 0.5 * m - fabs(rest) : fmin(fabs(rest), m - fabs(rest));
  if (jump > e + w->db) /* the jump itself lies at a multiple of b */
    return quotient ? 0.0 : e;
  if (!quotient)
    return bound_undecided(w, 2.0 * (m + w->db) + e);
  return bound_undecided(w, w->db < m ? 1.0 + ceil((e + w->db) / (m - w->db)) : HUGE_VAL);
}

static double row_passed(const bound_pass *s, bound_row *w, double slopes[2]) {
  switch (w->n->run) {
  case SYMAD_OP_ADD:
  case SYMAD_OP_SUB:
    return w->da + w->db;
  case SYMAD_OP_MUL:
    if (w->n->a == w->n->b)
      return 2.0 * bound_times(w->a, w->da) + bound_times(w->da, w->da);
    return bound_times(w->a, w->db) + bound_times(w->b, w->da) + bound_times(w->da, w->db);
  case SYMAD_OP_DIV:
    return quotient_passed(s, w);
  case SYMAD_OP_NEG:
  case SYMAD_OP_ABS:
  case SYMAD_OP_ROUNDED:
    return w->da;
  case SYMAD_OP_POW:
  case SYMAD_OP_POWN:
  case SYMAD_OP_POW_DA:
  case SYMAD_OP_POW_DB:
    if (w->db > 0.0 && w->a - w->da < 0.0) /* only whole exponents have a value there */
      return bound_undecided(w, HUGE_VAL);
    if (w->b == 0.0 && w->db == 0.0 && (w->n->run == SYMAD_OP_POW || w->n->run == SYMAD_OP_POWN))
      return 0.0;
    return bound_by_slopes(s, w, slopes);
  case SYMAD_OP_ZERO:
    return isnan(w->a) ? HUGE_VAL : 0.0;
  case SYMAD_OP_SIGN:
  case SYMAD_OP_HEAVISIDE:
    return w->da > 0.0 && !(fabs(w->a) > w->da) ? bound_undecided(w, w->n->run == SYMAD_OP_SIGN ? 2.0 : 1.0) : 0.0;
  case SYMAD_OP_FLOOR:
  case SYMAD_OP_CEILING:
  case SYMAD_OP_TRUNC:
    return step_passed(w, w->a);
  case SYMAD_OP_ROUND:
    return step_passed(w, w->a - 0.5);
  case SYMAD_OP_FRAC:
    return step_passed(w, w->a) > 0.0 ? 1.0 : w->da;
  case SYMAD_OP_MOD:
  case SYMAD_OP_FMOD:
  case SYMAD_OP_REMAINDER:
  case SYMAD_OP_MOD_QUOTIENT:
  case SYMAD_OP_FMOD_QUOTIENT:
  case SYMAD_OP_REMAINDER_QUOTIENT:
    return remainder_passed(w);
  default:
    return bound_by_slopes(s, w, slopes);
  }
}

/* Which operand gives more: by the slopes that the bound was made of. */
static uint32_t larger_operand(const bound_row *w, const double slopes[2]) {
  double da = w->da, db = w->db;
  if (!w->two)
    return w->n->a;
  if (w->n->run == SYMAD_OP_MUL) {
    da = bound_times(w->b, w->da);
    db = bound_times(w->a, w->db);
  } else if (w->n->run == SYMAD_OP_DIV) {
    db = bound_times(w->r, w->db);
  } else if (w->n->run != SYMAD_OP_ADD && w->n->run != SYMAD_OP_SUB) {
    da = bound_times(slopes[0], w->da);
    db = bound_times(slopes[1], w->db);
  }
  return isnan(w->b) && !isnan(w->a) ? w->n->b : isnan(w->a) || !(db > da) ? w->n->a : w->n->b;
}

/* A result that is no finite number although the operands are: where it came from. */
static void leave_range(const bound_pass *s, const bound_row *w, bound_part *p) {
  const int inside = row_in_domain(w->n, s->values);
  p->own = HUGE_VAL;
  p->cause = !inside ? SYMAD_STATUS_DOMAIN : isinf(w->r) ? SYMAD_STATUS_OVERFLOW : SYMAD_STATUS_INDETERMINATE;
  if (inside && isinf(w->r) && isfinite(p->passed))
    p->word |= BEYOND;
  if (inside)
    return;
  if (bound_surely_outside(w)) {
    p->word |= SYMAD_STATUS_DOMAIN;
    return;
  }
  p->passed = HUGE_VAL; /* the operands' rounding led here: their cause */
  p->own = 0.0;
  p->decided = s->causes[p->from] == 0 ? SYMAD_STATUS_UNDECIDED : 0;
}

/* A number where the row jumps, or where the table of accuracy vouches for none: of that nothing is known. A power's
 * slope is one at base 0 too, where the exponent is an integer. */
static void number_outside(const bound_row *w, bound_part *p) {
  const uint32_t op = w->n->run;
  const enum bound_outside kind = row_outside(op);
  const int slope = op == SYMAD_OP_POW_DA || op == SYMAD_OP_POW_DB || op == SYMAD_OP_POWN_SLOPE;
  if (kind == BLANK && isfinite(w->r)) {
    p->word |= SYMAD_STATUS_DOMAIN;
    p->own = HUGE_VAL;
    p->cause = SYMAD_STATUS_DOMAIN;
  } else if (kind == JUMP && (w->n->flags & SYMAD_NODE_ACTIVE) && !(slope && is_integer(w->b)) &&
             bound_surely_outside(w)) { /* a jump that no input moves over is none */
    p->word |= SYMAD_STATUS_TIE;
  }
}

/* Sums, differences and products of ordinary numbers, most of what programs are made of: the same rules, and nothing
 * of the range to ask about. */
static int is_ordinary(const symad_node *n, double r) {
  const double size = fabs(r);
  return (n->run == SYMAD_OP_ADD || n->run == SYMAD_OP_SUB)
             ? size <= DBL_MAX
             : n->run == SYMAD_OP_MUL && n->a != n->b && size >= SCALED_FROM && size <= DBL_MAX;
}

static bound_part bound_of_ordinary(const bound_pass *s, const symad_node *n, uint32_t i) {
  const double a = s->values[n->a], b = s->values[n->b], r = s->values[i], da = s->bounds[n->a], db = s->bounds[n->b];
  bound_part p = {0.0, 0.0, n->a, i, 0, 0, (uint16_t)((s->words[n->a] | s->words[n->b]) & ~INTERNAL)};
  double from_a = da, from_b = db;
  if (n->run == SYMAD_OP_MUL) {
    from_a = bound_times(b, da);
    from_b = bound_times(a, db);
    p.passed = from_a + from_b + (da > 0.0 && db > 0.0 ? bound_times(da, db) : 0.0);
    p.own = fabs(fma(a, b, -r));
  } else {
    p.passed = da + db;
    p.own = bound_sum_error(a, n->run == SYMAD_OP_ADD ? b : -b, r);
  }
  p.from = from_b > from_a ? n->b : n->a;
  return p;
}

/* What left the range stays outside: negated, beside a number that is small there, or times one of at least 1. */
static int stays_beyond(const bound_pass *s, const bound_row *w) {
  const uint32_t large = isinf(w->a) ? w->n->a : w->n->b;
  const double other = isinf(w->a) ? w->b : w->a, error = isinf(w->a) ? w->db : w->da;
  if (!bound_overflowed(s, large))
    return 0;
  switch (w->n->run) {
  case SYMAD_OP_NEG:
  case SYMAD_OP_ABS:
    return 1;
  case SYMAD_OP_ADD:
  case SYMAD_OP_SUB:
    return fabs(other) + error <= DBL_MAX * UNIT_ROUNDOFF;
  case SYMAD_OP_MUL:
    return fabs(other) - error >= 1.0;
  default:
    return 0;
  }
}

bound_part bound_of_row(const bound_pass *s, uint32_t i) {
  const symad_node *n = &s->tape->view.nodes[i];
  const int two = op_arity(n->run) > 1;
  if (is_ordinary(n, s->values[i]))
    return bound_of_ordinary(s, n, i);
  const double a = s->values[n->a], b = two ? s->values[n->b] : a, r = s->values[i];
  bound_row w = {n, a, b, r, s->bounds[n->a], two ? s->bounds[n->b] : 0.0, two, 0};
  bound_part p = {0.0, 0.0, n->a, i, 0, 0, 0};
  double slopes[2] = {0.0, 0.0};
  const int exact = w.da == 0.0 && w.db == 0.0;
  p.word = (uint16_t)((s->words[n->a] | (two ? s->words[n->b] : 0u)) & ~INTERNAL);
  p.passed = row_passed(s, &w, slopes);
  p.own = bound_rounding(n, a, b, r, exact, &p.cause);
  p.from = larger_operand(&w, slopes);
  p.decided = w.decided;
  if (isnan(a) || (two && isnan(b))) {
    p.passed = HUGE_VAL; /* also where C answers a number all the same: nan**0 */
    p.decided = 0;
  } else if (isnan(r) || (isinf(r) && isfinite(a) && isfinite(b))) {
    leave_range(s, &w, &p);
  } else if (isinf(r) && exact) {
    p.passed = 0.0; /* an infinite input */
  } else if (isinf(r) && stays_beyond(s, &w)) {
    p.passed = HUGE_VAL;
    p.word |= BEYOND;
  } else if (!row_in_domain(n, s->values)) {
    number_outside(&w, &p);
  }
  if (isinf(p.passed) && p.decided == SYMAD_STATUS_UNDECIDED && !two &&
      (s->causes[n->a] == SYMAD_STATUS_UNDERFLOW || s->causes[n->a] == SYMAD_STATUS_OVERFLOW))
    p.decided = 0; /* a pole or an edge met by underflow is the underflow's */
  return p;
}
