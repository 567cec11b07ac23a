/* The error bound of one row: what rounding costs there, and what the operands' bounds become.
 *
 * own     the four operations and the root take their exact error, so that integers and ties cost nothing; functions
 *         what the table of accuracy allows, the column `ulps`.
 * passed  by the row's own partials; where an operand is wide also by those at the ends of its interval.
 * Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., sections 2.2 and 3.1.
 */
#include "bounds.h"

#define real 1
#define NEVER HUGE_VAL
#define SCALED_FROM 0x1p-960 /* below, the error of a product is no double */
#define WIDE_FROM 0x1p-40    /* relative width from which the slope's change within the interval counts */
#define SECANT 0x1p-26       /* relative distance of the secant that stands for a missing slope */

#define OUTSIDE_(outside, ulps, decays, wave) outside
#define ULPS_(outside, ulps, decays, wave) ulps
#define DECAYS_(outside, ulps, decays, wave) decays
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

static double row_ulps(uint32_t op) {
  switch (op) {
#define OP1(NAME, number, cost, text, sympy, domain, bound, ...) \
  case number:                                                   \
    return ULPS_ bound;
#define OP2 OP1
#include "symad_ops.def"
#undef OP1
#undef OP2
  default:
    return 0.0;
  }
}

/* Whether a result of 0 may be an underflow; else it is a zero that was hit. */
static int row_decays(const symad_node *n, double a, double b) {
  (void)a, (void)b;
  switch (n->run) {
#define OP1(NAME, number, cost, text, sympy, domain, bound, ...) \
  case number:                                                   \
    return DECAYS_ bound;
#define OP2 OP1
#include "symad_ops.def"
#undef OP1
#undef OP2
  default:
    return 0;
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
#define OP1(NAME, ...)    \
  case SYMAD_OP_##NAME: \
    return NAME(values[n->a]);
#define OP2(NAME, ...)    \
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

/* ---- what rounding costs here ---- */

static int is_unit(double a) {
  return a == 1.0 || a == -1.0;
}

static int is_integer(double a) {
  return a == rint(a);
}

/* The residual of a sum: Knuth's two-sum. */
static double sum_error(double a, double b, double r) {
  const double t = r - a;
  return fabs((a - (r - t)) + (b - t));
}

static double product_error(double a, double b, double r, uint16_t *cause) {
  if (a == 0.0 || b == 0.0 || is_unit(a) || is_unit(b))
    return 0.0;
  if (fabs(r) >= SCALED_FROM)
    return fabs(fma(a, b, -r));
  if (fabs(r) >= DBL_MIN)
    return fabs(r) * UNIT_ROUNDOFF;
  *cause = SYMAD_STATUS_UNDERFLOW;
  return LEAST;
}

static double quotient_error(double a, double b, double r, uint16_t *cause) {
  if (a == 0.0 || is_unit(b) || isinf(b))
    return 0.0;
  if (fabs(r) < DBL_MIN) {
    *cause = SYMAD_STATUS_UNDERFLOW;
    return LEAST;
  }
  if (fabs(a) < SCALED_FROM)
    return fabs(r) * UNIT_ROUNDOFF;
  const double rest = fabs(fma(-r, b, a)), error = rest / fabs(b) * (1.0 + 0x1p-50);
  return rest == 0.0 ? 0.0 : error > 0.0 ? error : LEAST;
}

/* Powers whose exponents are integers are products: exact where every one of them is. */
static int is_exact_power(const symad_node *n, double a, double b, double r) {
  if (n->run != SYMAD_OP_POWN && n->run != SYMAD_OP_POW && n->run != SYMAD_OP_POWN_SLOPE)
    return n->run == SYMAD_OP_EXP2 && is_integer(a) && fabs(r) >= DBL_MIN;
  if (b == 0.0 || a == 0.0 || (b == 1.0 && n->run != SYMAD_OP_POWN_SLOPE) || (n->run == SYMAD_OP_POW && a == 1.0))
    return 1;
  return is_integer(a) && is_integer(b) && b > 0.0 && fabs(r) <= 0x1p53;
}

/* A function at exactly 0 or 1 that answers 0, 1, -1 or a half means it. */
static int is_exact_point(double a, double r) {
  return (a == 0.0 && (r == 0.0 || is_unit(r) || r == 0.5)) || (a == 1.0 && (r == 0.0 || r == 1.0));
}

static double function_error(const symad_node *n, double a, double b, double r, int exact, uint16_t *cause) {
  const int two = op_arity(n->run) > 1;
  const double ulps = row_ulps(n->run);
  if (ulps == 0.0 || is_exact_power(n, a, b, r) || (exact && !two && is_exact_point(a, r)))
    return 0.0;
  if (n->run == SYMAD_OP_POWN && b == 2.0 && fabs(r) > SCALED_FROM)
    return fabs(fma(a, a, -r));
  if (fabs(r) >= DBL_MIN) {
    const double largest = n->run == SYMAD_OP_LOGADDEXP && isfinite(fmax(a, b)) ? fabs(fmax(a, b)) : 0.0;
    return fmax(fabs(r), largest) * UNIT_ROUNDOFF * ulps;
  }
  if (r == 0.0 && (!row_decays(n, a, b) || (exact && (isinf(a) || (two && isinf(b))))))
    return 0.0;
  *cause = SYMAD_STATUS_UNDERFLOW;
  return 2.0 * LEAST;
}

static double rounding(const symad_node *n, double a, double b, double r, int exact, uint16_t *cause) {
  *cause = 0;
  if (!isfinite(r))
    return 0.0;
  switch (n->run) {
  case SYMAD_OP_ADD:
    return sum_error(a, b, r);
  case SYMAD_OP_SUB:
    return sum_error(a, -b, r);
  case SYMAD_OP_MUL:
    return product_error(a, b, r, cause);
  case SYMAD_OP_DIV:
    return quotient_error(a, b, r, cause);
  case SYMAD_OP_SQRT:
    return a >= SCALED_FROM && fma(-r, r, a) == 0.0 ? 0.0 : fabs(r) * UNIT_ROUNDOFF;
  default:
    return function_error(n, a, b, r, exact, cause);
  }
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
  return quotient > 0.0 || sum == 0.0 ? quotient : isnan(quotient) ? HUGE_VAL : LEAST;
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
  const double rest = middle                                                 ? remainder(w->a, w->b)
                      : op == SYMAD_OP_MOD || op == SYMAD_OP_MOD_QUOTIENT ? k_mod(w->a, w->b)
                                                                             : fmod(w->a, w->b);
  const double e = w->da + bound_times((w->a - rest) / w->b, w->db);
  const double jump = middle ? 0.5 * m - fabs(rest) : fmin(fabs(rest), m - fabs(rest));
  if (!(jump > e))
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

/* Where a row has no slope along an operand, the order of a function: the slope of a secant. */
static double secant(const row *w, int second) {
  const double middle = second ? w->b : w->a, half = fmax(second ? w->db : w->da, SECANT * fabs(middle));
  double r[2];
  for (int k = 0; k < 2; k++) {
    const double at = k == 0 ? middle - half : middle + half;
    double v[2] = {second ? w->a : at, second ? at : w->b};
    symad_node f = *w->n;
    f.a = 0;
    f.b = w->two ? 1 : 0;
    r[k] = row_value(&f, v);
  }
  const double slope = fabs(r[1] - r[0]) / (2.0 * half);
  return isnan(slope) ? HUGE_VAL : slope;
}

/* First order over wide intervals: the largest slope at an end or in the middle, doubled. */
static double wide_passed(const bound_pass *s, row *w, unsigned flags, double slopes[2]) {
  const int inside = row_in_domain(w->n, s->values);
  for (int k = 0; k < (w->two ? 4 : 2); k++)
    if (!look_at_end(s, w, inside, flags, k & 1 ? w->a + w->da : w->a - w->da, k & 2 ? w->b + w->db : w->b - w->db,
                     slopes))
      return undecided(w, HUGE_VAL);
  double zero[2] = {fabs(w->a) <= w->da ? 0.0 : w->a, w->two && fabs(w->b) <= w->db ? 0.0 : w->b};
  symad_node f = *w->n;
  f.a = 0;
  f.b = w->two ? 1 : 0;
  if (inside && !row_in_domain(&f, zero))
    return undecided(w, HUGE_VAL);
  if (isnan(slopes[0]) && w->da > 0.0)
    slopes[0] = secant(w, 0);
  if (w->two && isnan(slopes[1]) && w->db > 0.0)
    slopes[1] = secant(w, 1);
  return 2.0 * (bound_times(slopes[0], w->da) + (w->two ? bound_times(slopes[1], w->db) : 0.0));
}

static int is_wide(double value, double bound, double slope) {
  return bound > 0.0 && (bound > WIDE_FROM * fmin(1.0, fabs(value)) || isnan(slope));
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
  if (!w->two && isinf(w->da) && bound_overflowed(s, w->n->a)) { /* between the largest double and infinity */
    symad_node f = *w->n;
    double most = copysign(DBL_MAX, w->a);
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
  if (is_wide(w->a, w->da, slopes[0]) || is_wide(w->b, w->db, slopes[1]))
    return wide_passed(s, w, flags, slopes);
  return bound_times(slopes[0], w->da) + bound_times(slopes[1], w->db);
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
  p->cause = !inside         ? SYMAD_STATUS_DOMAIN
             : isinf(w->r) ? SYMAD_STATUS_OVERFLOW
                             : SYMAD_STATUS_INDETERMINATE;
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

/* A number where the row jumps, or where the table of accuracy vouches for none. A power's slope is one at base 0 too,
 * where the exponent is an integer. */
static uint16_t word_outside(const row *w) {
  const uint32_t op = w->n->run;
  const enum bound_outside kind = row_outside(op);
  if (kind == BLANK)
    return isfinite(w->r) ? SYMAD_STATUS_DOMAIN : 0;
  if (kind != JUMP || w->da > 0.0 || w->db > 0.0)
    return 0;
  const int slope = op == SYMAD_OP_POW_DA || op == SYMAD_OP_POW_DB || op == SYMAD_OP_POWN_SLOPE;
  return slope && is_integer(w->b) ? 0 : SYMAD_STATUS_TIE;
}

bound_part bound_of_row(const bound_pass *s, uint32_t i) {
  const symad_node *n = &s->tape->view.nodes[i];
  const int two = op_arity(n->run) > 1;
  const double a = s->values[n->a], b = two ? s->values[n->b] : a, r = s->values[i];
  row w = {n, a, b, r, s->bounds[n->a], two ? s->bounds[n->b] : 0.0, two, 0};
  bound_part p = {0.0, 0.0, n->a, i, 0, 0, 0};
  double slopes[2] = {0.0, 0.0};
  const int exact = w.da == 0.0 && w.db == 0.0;
  p.word = (uint16_t)((s->words[n->a] | (two ? s->words[n->b] : 0u)) & ~CONTESTED);
  p.passed = row_passed(s, &w, slopes);
  p.own = rounding(n, a, b, r, exact, &p.cause);
  p.from = larger_operand(&w, slopes);
  p.decided = w.decided;
  if (isnan(a) || (two && isnan(b))) {
    p.passed = isnan(r) ? HUGE_VAL : p.passed;
    p.decided = 0;
  } else if (isnan(r) || (isinf(r) && isfinite(a) && isfinite(b))) {
    leave_range(s, &w, &p);
  } else if (isinf(r) && exact) {
    p.passed = 0.0; /* an infinite input */
  } else if (!row_in_domain(n, s->values)) {
    p.word |= word_outside(&w);
  }
  if (isinf(p.passed) && p.decided == SYMAD_STATUS_UNDECIDED && !two &&
      (s->causes[n->a] == SYMAD_STATUS_UNDERFLOW || s->causes[n->a] == SYMAD_STATUS_OVERFLOW))
    p.decided = 0; /* a pole or an edge met by underflow is the underflow's */
  return p;
}
