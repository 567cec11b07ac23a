/* The error bound of one row: what the operands' bounds become there, by the row's own partials; where an operand is wide
 * also by those at the ends of its interval. Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., section
 * 3.1. */
#include "bounds.h"

#define real 1
#define NEVER HUGE_VAL
#define WIDE_FROM 0x1p-40             /* relative width from which the slope's change within the interval counts */
#define NARROW_MARGIN (1.0 + 0x1p-10) /* for what the slope changes within a narrow interval */
#define STEEP_FROM 0x1p-20 /* the same where the result changes by more than this part of itself: a pole is near */
#define SECANT 0x1p-26     /* relative distance of the secant that stands for a missing slope */

#define OUTSIDE_(outside, ulps, decays, wave) outside
#define WAVE_(outside, ulps, decays, wave) wave

#define OPS(NAME, ...)
#define OP0(NAME, ...)
#define OPC(NAME, ...)

int row_in_domain(const symad_node *n, const double *values) {
  const double a = values[n->a], b = values[n->b];
  (void)a, (void)b;
  switch (n->run) {
#define OP1(NAME, number, cost, text, sympy, domain, ...) \
  case number:                                            \
    return domain;
#define OP2 OP1
#include "symad_ops.def"
#undef OP1
#undef OP2
  default:
    return 1;
  }
}

enum bound_outside row_outside(uint32_t op) {
  switch (op) {
#define OP1(NAME, number, cost, text, sympy, domain, bound, ...) \
  case number:                                                   \
    return OUTSIDE_ bound;
#define OP2 OP1
#include "symad_ops.def"
#undef OP1
#undef OP2
  default:
    return KINK;
  }
}

/* The width from which the two ends of an interval say nothing of what lies between. */
static double row_wave(const symad_node *n, double a) {
  (void)a;
  switch (n->run) {
#define OP1(NAME, number, cost, text, sympy, domain, bound, ...) \
  case number:                                                   \
    return WAVE_ bound;
#define OP2 OP1
#include "symad_ops.def"
#undef OP1
#undef OP2
  default:
    return NEVER;
  }
}

static double row_value(const symad_node *n, const double *values) {
  switch (n->run) {
#define OP1(NAME, ...)  \
  case SYMAD_OP_##NAME: \
    return NAME(values[n->a]);
#define OP2(NAME, ...)  \
  case SYMAD_OP_##NAME: \
    return NAME(values[n->a], values[n->b]);
#include "symad_ops.def"
#undef OP1
#undef OP2
  default:
    return k_nan();
  }
}

#undef OPS
#undef OP0
#undef OPC

static int is_integer(double a) {
  return a == rint(a);
}

/* ---- what the operands pass on ---- */

/* One row with its operands and their bounds; for rows of one operand the second is that one, exact. */
typedef struct row {
  const symad_node *n;
  double a, b, r, da, db; /* values, and the operands' bounds */
  int two;
  uint16_t decided;
} row;

static double undecided(row *w, double bound) {
  w->decided = SYMAD_STATUS_UNDECIDED;
  return bound;
}

static double quotient_passed(const bound_pass *s, row *w) {
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
static double step_passed(row *w, double jump) {
  return w->da > 0.0 && !(fabs(jump - rint(jump)) > w->da) ? undecided(w, 1.0 + ceil(w->da)) : 0.0;
}

static double remainder_passed(row *w) {
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
  if (!(jump > e + w->db)) /* the jump itself lies at a multiple of b */
    return undecided(w, quotient ? 1.0 + ceil(e / m) : m + e);
  return quotient ? 0.0 : e;
}

static double root_passed(const row *w) {
  if (w->a > 0.0 && w->da <= w->a)
    return fmin(sqrt(w->da), w->da / w->r);
  return w->da == 0.0 ? 0.0 : w->a >= -w->da ? sqrt(w->da + fabs(w->a)) : HUGE_VAL;
}

/* The slopes at an end of the operands' intervals, the larger of each kept; 0 where the end lies beyond a jump, a pole
 * or the domain. */
static int look_at_end(const bound_pass *s, const row *w, int inside, unsigned flags, double a, double b,
                       double slopes[2]) {
  symad_node f = *w->n;
  double v[2] = {a, w->two ? b : a}, at[2];
  f.a = 0;
  f.b = 1;
  const double r = row_value(&f, v);
  if (isnan(r) || row_in_domain(&f, v) != inside)
    return 0;
  local_partials(s->tape, &f, flags, v, r, &at[0], &at[1]);
  for (int k = 0; k < 2; k++)
    if (!isnan(slopes[k]))
      slopes[k] = isnan(at[k]) ? HUGE_VAL : fmax(fabs(slopes[k]), fabs(at[k]));
  return 1;
}

/* Where a row has no slope along an operand (the order of a function), or one that left the range: the change of a secant
 * over it, for the bound. */
static double secant_change(const row *w, int second) {
  const double middle = second ? w->b : w->a, bound = second ? w->db : w->da;
  const double half = fmax(bound, SECANT * fabs(middle));
  double r[2];
  for (int k = 0; k < 2; k++) {
    const double at = k == 0 ? middle - half : middle + half;
    double v[2] = {second ? w->a : at, second ? at : w->b};
    symad_node f = *w->n;
    f.a = 0;
    f.b = w->two ? 1 : 0;
    r[k] = row_value(&f, v);
  }
  const double change = fmax(fabs(r[1] - w->r), fabs(w->r - r[0])) * (bound / half) + LEAST;
  return isnan(r[0]) || isnan(r[1]) ? HUGE_VAL : change;
}

/* An end of an operand's interval; no nearer than the next doubles, into which a short bound rounds back. */
static double end_of(double value, double bound, int upper) {
  const double half = bound > 0.0 ? fmax(bound, 0x1p-52 * fabs(value)) : 0.0;
  return upper ? value + half : value - half;
}

/* First order over wide intervals: the largest slope at an end or in the middle, doubled. */
static double wide_passed(const bound_pass *s, row *w, unsigned flags, double slopes[2]) {
  const int inside = row_in_domain(w->n, s->values);
  for (int k = 0; k < (w->two ? 4 : 2); k++)
    if (!look_at_end(s, w, inside, flags, end_of(w->a, w->da, k & 1), end_of(w->b, w->db, k & 2), slopes))
      return undecided(w, HUGE_VAL);
  double zero[2] = {fabs(w->a) <= w->da ? 0.0 : w->a, w->two && fabs(w->b) <= w->db ? 0.0 : w->b};
  symad_node f = *w->n;
  f.a = 0;
  f.b = w->two ? 1 : 0;
  if (inside && !row_in_domain(&f, zero))
    return undecided(w, HUGE_VAL);
  double sum = 0.0;
  for (int k = 0; k <= w->two; k++) {
    const double bound = k == 0 ? w->da : w->db;
    const int lost = bound > 0.0 && !(fabs(slopes[k]) >= DBL_MIN); /* no slope, or one below the range */
    const double change = lost ? secant_change(w, k) : bound_times(slopes[k], bound);
    if (lost)
      slopes[k] = change / bound;
    sum += change;
  }
  return 2.0 * sum;
}

static int is_wide(double value, double bound, double slope, double r) {
  return bound > 0.0 && (bound > WIDE_FROM * fmin(1.0, fabs(value)) || !(fabs(slope) >= DBL_MIN) ||
                         fabs(slope) * bound > STEEP_FROM * fabs(r));
}

/* A pole within the operand's bound. */
static int reaches_pole(const row *w) {
  switch (w->n->run) {
  case SYMAD_OP_TAN:
  case SYMAD_OP_SEC:
    return fabs(k_cos(w->a)) <= w->da;
  case SYMAD_OP_COT:
  case SYMAD_OP_CSC:
    return fabs(k_sin(w->a)) <= w->da;
  default:
    return 0;
  }
}

/* Any other row, by its own partials, which are left in slopes. */
static double slopes_passed(const bound_pass *s, row *w, double slopes[2]) {
  const unsigned flags = (w->da > 0.0 ? SYMAD_NODE_ACTIVE_A : 0u) | (w->db > 0.0 ? SYMAD_NODE_ACTIVE_B : 0u);
  if (w->da == 0.0 && w->db == 0.0)
    return 0.0;
  if (!w->two && isinf(w->da) && bound_overflowed(s, w->n->a)) { /* between the largest doubles and infinity */
    symad_node f = *w->n;
    double most = copysign(DBL_MAX / 2.0, w->a); /* what is added on the way takes less than half off */
    f.a = f.b = 0;
    const double change = fabs(row_value(&f, &most) - w->r);
    w->decided = SYMAD_STATUS_OVERFLOW;
    return isnan(change) ? HUGE_VAL : change;
  }
  if (isinf(w->da) || isinf(w->db))
    return HUGE_VAL;
  if (w->n->run == SYMAD_OP_SQRT)
    return root_passed(w);
  if ((w->n->run == SYMAD_OP_SIN || w->n->run == SYMAD_OP_COS) && w->da > 0.25)
    return fmin(w->da, 2.0);
  if (reaches_pole(w))
    return undecided(w, HUGE_VAL);
  const double wave = row_wave(w->n, w->a);
  if (w->da > wave || w->db > wave)
    return HUGE_VAL;
  local_partials(s->tape, w->n, flags, s->values, w->r, &slopes[0], &slopes[1]);
  if (is_wide(w->a, w->da, slopes[0], w->r) || is_wide(w->b, w->db, slopes[1], w->r))
    return wide_passed(s, w, flags, slopes);
  return (bound_times(slopes[0], w->da) + bound_times(slopes[1], w->db)) * NARROW_MARGIN;
}

static double row_passed(const bound_pass *s, row *w, double slopes[2]) {
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
    if (w->db > 0.0 && w->a - w->da < 0.0) /* only whole exponents have a value there */
      return undecided(w, HUGE_VAL);
    return w->b == 0.0 && w->db == 0.0 ? 0.0 : slopes_passed(s, w, slopes);
  case SYMAD_OP_ZERO:
    return isnan(w->a) ? HUGE_VAL : 0.0;
  case SYMAD_OP_SIGN:
  case SYMAD_OP_HEAVISIDE:
    return w->da > 0.0 && !(fabs(w->a) > w->da) ? undecided(w, w->n->run == SYMAD_OP_SIGN ? 2.0 : 1.0) : 0.0;
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
    return slopes_passed(s, w, slopes);
  }
}

/* Which operand gives more: by the slopes that the bound was made of. */
static uint32_t larger_operand(const row *w, const double slopes[2]) {
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
static void leave_range(const bound_pass *s, const row *w, bound_part *p) {
  const int inside = row_in_domain(w->n, s->values), exact = w->da == 0.0 && w->db == 0.0;
  p->own = HUGE_VAL;
  p->cause = !inside ? SYMAD_STATUS_DOMAIN : isinf(w->r) ? SYMAD_STATUS_OVERFLOW : SYMAD_STATUS_INDETERMINATE;
  if (inside && isinf(w->r))
    p->word |= BEYOND;
  if (inside)
    return;
  if (exact) {
    p->word |= SYMAD_STATUS_DOMAIN;
    return;
  }
  p->passed = HUGE_VAL; /* the operands' rounding led here: their cause */
  p->own = 0.0;
  p->decided = s->causes[p->from] == 0 ? SYMAD_STATUS_UNDECIDED : 0;
}

/* A number where the row jumps, or where the table of accuracy vouches for none: of that nothing is known. A power's
 * slope is one at base 0 too, where the exponent is an integer. */
static void number_outside(const row *w, bound_part *p) {
  const uint32_t op = w->n->run;
  const enum bound_outside kind = row_outside(op);
  const int slope = op == SYMAD_OP_POW_DA || op == SYMAD_OP_POW_DB || op == SYMAD_OP_POWN_SLOPE;
  if (kind == BLANK && isfinite(w->r)) {
    p->word |= SYMAD_STATUS_DOMAIN;
    p->own = HUGE_VAL;
    p->cause = SYMAD_STATUS_DOMAIN;
  } else if (kind == JUMP && w->da == 0.0 && w->db == 0.0 && !(slope && is_integer(w->b))) {
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
static int stays_beyond(const bound_pass *s, const row *w) {
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
  row w = {n, a, b, r, s->bounds[n->a], two ? s->bounds[n->b] : 0.0, two, 0};
  bound_part p = {0.0, 0.0, n->a, i, 0, 0, 0};
  double slopes[2] = {0.0, 0.0};
  const int exact = w.da == 0.0 && w.db == 0.0;
  p.word = (uint16_t)((s->words[n->a] | (two ? s->words[n->b] : 0u)) & ~INTERNAL);
  p.passed = row_passed(s, &w, slopes);
  p.own = bound_rounding(n, a, b, r, exact, &p.cause);
  p.from = larger_operand(&w, slopes);
  p.decided = w.decided;
  if (isnan(a) || (two && isnan(b))) {
    p.passed = isnan(r) ? HUGE_VAL : p.passed;
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
