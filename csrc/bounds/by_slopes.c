/* The general rule of the error bound: what operands pass on by a row's own partials. First order while the bounds are
 * narrow; where one is wide, or the row steep, the partials at the ends of the interval count too, and the sum is doubled.
 * Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., section 3.1. */
#include "bounds/bounds.h"

#define NEVER HUGE_VAL
#define WIDE_FROM 0x1p-40  /* relative width from which the slope's change within the interval counts */
#define STEEP_FROM 0x1p-20 /* the same where the result changes by more than this part of itself */
#define ILL_FROM 0x1p10    /* condition from which an end of the domain, where the slope grows, may be near */
#define NARROW_MARGIN (1.0 + 0x1p-10) /* for what the slope changes within a narrow interval */
#define SECANT 0x1p-26                /* relative distance of the secant that stands for a missing slope */
#define COARSE 0x1p50                 /* where doubles lie as far apart as waves do */
#define LOST_SLOPE (8.0 * LEAST)      /* what a slope below the range may be off */

#define WAVE_(outside, ulps, decays, wave) wave

#define OPS(NAME, ...)
#define OP0(NAME, ...)
#define OPC(NAME, ...)

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

static double root_passed(const bound_row *w) {
  if (w->a > 0.0 && w->da <= w->a)
    return fmin(sqrt(w->da), w->da / w->r);
  return w->da == 0.0 ? 0.0 : w->a >= -w->da ? sqrt(w->da + fabs(w->a)) : HUGE_VAL;
}

/* The slopes at an end of the operands' intervals, and how far the result lies from the middle's, the larger of each
 * kept; 0 where the end lies beyond a jump, a pole
 * or the domain. */
static int look_at_end(const bound_pass *s, const bound_row *w, int inside, unsigned flags, double a, double b,
                       double slopes[2], double *apart) {
  symad_node f = *w->n;
  double v[2] = {a, w->two ? b : a}, at[2];
  f.a = 0;
  f.b = 1;
  const double r = row_value(&f, v);
  if (isnan(r) || row_in_domain(&f, v) != inside)
    return 0;
  *apart = fmax(*apart, fabs(r - w->r));
  local_partials(s->tape, &f, flags, v, r, &at[0], &at[1]);
  for (int k = 0; k < 2; k++)
    if (!isnan(slopes[k]))
      slopes[k] = isnan(at[k]) ? HUGE_VAL : fmax(fabs(slopes[k]), fabs(at[k]));
  return 1;
}

/* Where a row has no slope along an operand (the order of a function), or one that left the range: the change of a secant
 * over it, for the bound. */
static double secant_change(const bound_row *w, int second) {
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

/* What one operand passes on along the largest slope that was met. A slope of 0 may have been lost below the range: then
 * a row without waves has changed by no more than its secant. Slopes of rows with two operands are differences of special
 * functions, which may cancel: there the secant counts too. */
static double change_along(const bound_row *w, int second, double slope) {
  const double bound = second ? w->db : w->da;
  if (isnan(slope))
    return secant_change(w, second);
  const double change = bound_times(fabs(slope) < DBL_MIN ? fabs(slope) + LOST_SLOPE : slope, bound);
  const int waves = row_wave(w->n, w->a) < NEVER;
  if (slope == 0.0 && !waves)
    return fmin(change, secant_change(w, second));
  return w->two && row_outside(w->n->run) == BLANK ? fmax(change, secant_change(w, second)) : change;
}

/* First order over wide intervals: the largest slope at an end or in the middle, doubled; a bump is flat at all three,
 * and its ends lie apart. */
static double wide_passed(const bound_pass *s, bound_row *w, unsigned flags, double slopes[2]) {
  const int inside = row_in_domain(w->n, s->values);
  double apart = 0.0;
  for (int k = 0; k < (w->two ? 4 : 2); k++)
    if (!look_at_end(s, w, inside, flags, bound_end(w->a, w->da, k & 1), bound_end(w->b, w->db, k & 2), slopes, &apart))
      return bound_undecided(w, HUGE_VAL);
  double zero[2] = {fabs(w->a) <= w->da ? 0.0 : w->a, w->two && fabs(w->b) <= w->db ? 0.0 : w->b};
  symad_node f = *w->n;
  f.a = 0;
  f.b = w->two ? 1 : 0;
  if (inside && !row_in_domain(&f, zero))
    return bound_undecided(w, HUGE_VAL);
  double sum = 0.0;
  for (int k = 0; k <= w->two; k++) {
    const double bound = k == 0 ? w->da : w->db;
    if (bound == 0.0)
      continue;
    const double change = change_along(w, k, slopes[k]);
    slopes[k] = isnan(slopes[k]) || slopes[k] == 0.0 ? change / bound : slopes[k];
    sum += change;
  }
  return fmax(2.0 * sum, apart);
}

static int is_wide(double value, double bound, double slope, double r) {
  return bound > 0.0 &&
         (bound > WIDE_FROM * fmin(1.0, fabs(value)) || !(fabs(slope) >= DBL_MIN) ||
          fabs(slope) * bound > STEEP_FROM * fabs(r) || fabs(slope) * fmin(1.0, fabs(value)) > ILL_FROM * fabs(r));
}

/* A whole number below 1 within the bound: where gamma and its kin have their poles. */
static int reaches_whole(double a, double bound) {
  return !((a < 0.5 ? fabs(a - rint(a)) : a) > bound);
}

/* A pole within the operand's bound. */
static int reaches_pole(const bound_row *w) {
  switch (w->n->run) {
  case SYMAD_OP_GAMMA:
  case SYMAD_OP_LOGGAMMA:
  case SYMAD_OP_DIGAMMA:
  case SYMAD_OP_GAMMA_SLOPE:
    return w->da > 0.0 && reaches_whole(w->a, w->da);
  case SYMAD_OP_FACTORIAL:
  case SYMAD_OP_HARMONIC:
  case SYMAD_OP_FACTORIAL_SLOPE:
    return w->da > 0.0 && reaches_whole(w->a + 1.0, w->da);
  case SYMAD_OP_POLYGAMMA:
    return w->db > 0.0 && reaches_whole(w->b, w->db);
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

/* Unit vectors and their kin change over their whole range where an operand's interval comes near the origin; -1 for
 * other rows, and away from it. */
static double near_origin(const bound_row *w) {
  const double a = fabs(w->a), b = fabs(w->b);
  if (!(w->da > a / 4.0) && !(w->db > b / 4.0))
    return -1.0;
  const double least = fmax(a - w->da, b - w->db);
  switch (w->n->run) {
  case SYMAD_OP_HYPOT_SLOPE:
    return 2.0;
  case SYMAD_OP_UNIT: /* of a length where b is one, no less than |a| */
    return a <= b ? fmin(2.0, w->db < b ? (w->da + bound_times(w->r, w->db)) / (b - w->db) : 2.0) : HUGE_VAL;
  case SYMAD_OP_ATAN2_SLOPE:
    return least > 0.0 ? 2.0 / least : HUGE_VAL;
  default:
    return -1.0;
  }
}

/* An operand beyond the largest double: between half of that, since what is added on the way takes less than half off,
 * and infinity. */
static double beyond_passed(bound_row *w) {
  symad_node f = *w->n;
  double most = copysign(DBL_MAX / 2.0, w->a);
  f.a = f.b = 0;
  w->decided = SYMAD_STATUS_OVERFLOW;
  const double change = row_wave(&f, most) < NEVER ? HUGE_VAL : fabs(row_value(&f, &most) - w->r);
  return isnan(change) ? HUGE_VAL : change + fabs(w->r) * UNIT_ROUNDOFF + LEAST; /* what lies below the last digit */
}

double bound_by_slopes(const bound_pass *s, bound_row *w, double slopes[2]) {
  const unsigned flags = (w->da > 0.0 ? SYMAD_NODE_ACTIVE_A : 0u) | (w->db > 0.0 ? SYMAD_NODE_ACTIVE_B : 0u);
  if (w->da == 0.0 && w->db == 0.0)
    return 0.0;
  if (!w->two && isinf(w->da) && bound_overflowed(s, w->n->a))
    return beyond_passed(w);
  if (isinf(w->da) || isinf(w->db))
    return HUGE_VAL;
  if (w->n->run == SYMAD_OP_SQRT)
    return root_passed(w);
  if ((w->n->run == SYMAD_OP_SIN || w->n->run == SYMAD_OP_COS) && w->da > 0.25)
    return fmin(w->da, 2.0);
  if (reaches_pole(w))
    return bound_undecided(w, HUGE_VAL);
  const double wave = row_wave(w->n, w->a), whole_range = near_origin(w);
  if (w->da > wave || w->db > wave)
    return HUGE_VAL;
  if (wave < NEVER && ((w->da > 0.0 && fabs(w->a) > COARSE) || (w->db > 0.0 && fabs(w->b) > COARSE)))
    return HUGE_VAL;
  if (whole_range >= 0.0)
    return whole_range;
  local_partials(s->tape, w->n, flags, s->values, w->r, &slopes[0], &slopes[1]);
  if (is_wide(w->a, w->da, slopes[0], w->r) || is_wide(w->b, w->db, slopes[1], w->r))
    return wide_passed(s, w, flags, slopes);
  return ((w->da > 0.0 ? change_along(w, 0, slopes[0]) : 0.0) + (w->db > 0.0 ? change_along(w, 1, slopes[1]) : 0.0)) *
         NARROW_MARGIN;
}

int bound_surely_outside(const bound_row *w) {
  symad_node f = *w->n;
  f.a = 0;
  f.b = w->two ? 1 : 0;
  for (int k = 0; k < (w->two ? 4 : 2); k++) {
    const double ends[2] = {bound_end(w->a, w->da, k & 1), w->two ? bound_end(w->b, w->db, k & 2) : 0.0};
    if (row_in_domain(&f, ends))
      return 0;
  }
  return 1;
}
