/* What the error bound keeps for each node, and what one row adds to it. */
#ifndef SYMAD_BOUNDS_H
#define SYMAD_BOUNDS_H

#include "sweep/scalar.h"

#define UNIT_ROUNDOFF 0x1p-53
#define LEAST 0x1p-1074      /* the smallest double, which no bound but 0 falls below */
#define SCALED_FROM 0x1p-960 /* below, the error of a product is no double */

typedef struct bound_pass {
  const symad_tape *tape;
  const double *values;
  double *bounds;
  uint16_t *words;   /* bits that no bound can express: tie, domain, nan_condition; INTERNAL ones while the pass runs */
  uint16_t *causes;  /* the status bit that most of the bound comes from; 0: plain rounding, or nothing */
  uint32_t *origins; /* where that came in */
} bound_pass;

#define CONTESTED 0x8000u /* of a Max or Min: rounding decides who leads */
#define BEYOND 0x4000u    /* infinite because it left the range, so that its exact value is that large */
#define INTERNAL (CONTESTED | BEYOND)

/* What one node's bound is made of. */
typedef struct bound_part {
  double passed;    /* by the operands */
  double own;       /* by rounding here, or by leaving the range or the domain */
  uint32_t from;    /* the operand that passes most; NO_NODE */
  uint32_t origin;  /* of own */
  uint16_t cause;   /* of own; 0: plain rounding */
  uint16_t decided; /* a cause that stands whatever the operands' are; 0 */
  uint16_t word;
} bound_part;

static inline int is_integer(double a) {
  return a == rint(a);
}

/* p*bound for a bound that is 0 or more: an exact operand passes nothing, a product of others is never lost. */
static inline double bound_times(double p, double bound) {
  if (bound == 0.0)
    return 0.0;
  if (p == 0.0)
    return isinf(bound) ? HUGE_VAL : 0.0;
  const double product = fabs(p) * bound;
  return isnan(product) ? HUGE_VAL : product < DBL_MIN ? product + LEAST : product;
}

/* Whether the exact value of an infinity is no less than half the largest double. Of one that was passed on nothing is
 * known, log(exp(800)) is 800, but for what stays beyond (stays_beyond). */
static inline int bound_overflowed(const bound_pass *s, uint32_t node) {
  return isinf(s->values[node]) && (s->words[node] & BEYOND);
}

/* Whether a node with one or two operands lies where its row is smooth, and what a finite result outside is. */
enum bound_outside { KINK, JUMP, BLANK };
int row_in_domain(const symad_node *n, const double *values);
enum bound_outside row_outside(uint32_t op);

/* The residual of a sum: Knuth's two-sum. */
static inline double bound_sum_error(double a, double b, double r) {
  const double t = r - a;
  return fabs((a - (r - t)) + (b - t));
}

/* What rounding the result of a row with one or two operands costs; *cause as in bound_part. */
double bound_rounding(const symad_node *n, double a, double b, double r, int exact, uint16_t *cause);

/* One row with its operands and their bounds; for rows of one operand the second is that one, exact. */
typedef struct bound_row {
  const symad_node *n;
  double a, b, r, da, db; /* values, and the operands' bounds */
  int two;
  uint16_t decided;
} bound_row;

static inline double bound_undecided(bound_row *w, double bound) {
  w->decided = SYMAD_STATUS_UNDECIDED;
  return bound;
}

/* An end of an operand's interval; no nearer than the next doubles, into which a short bound rounds back. */
static inline double bound_end(double value, double bound, int upper) {
  const double half = bound > 0.0 ? fmax(bound, 0x1p-52 * fabs(value)) : 0.0;
  return upper ? value + half : value - half;
}

/* Whether a row lies outside its domain wherever in their intervals its operands are. */
int bound_surely_outside(const bound_row *w);

/* What operands pass on by the row's own partials, which are left in slopes. */
double bound_by_slopes(const bound_pass *s, bound_row *w, double slopes[2]);

/* A row with one or two operands that is no condition: everything but the cause. */
bound_part bound_of_row(const bound_pass *s, uint32_t i);

#endif
