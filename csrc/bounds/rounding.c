/* What rounding the result of one row costs. The four operations and the root take their exact error, so that integers
 * and ties cost nothing; functions what the table of accuracy allows, the column `ulps`. Higham, Accuracy and Stability
 * of Numerical Algorithms, 2nd ed., section 2.2. */
#include "bounds/bounds.h"

#define ULPS_(outside, ulps, decays, wave) ulps
#define DECAYS_(outside, ulps, decays, wave) decays

#define OPS(NAME, ...)
#define OP0(NAME, ...)
#define OPC(NAME, ...)

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

#undef OPS
#undef OP0
#undef OPC

static int is_unit(double a) {
  return a == 1.0 || a == -1.0;
}

static double product_error(double a, double b, double r, uint16_t *cause) {
  if (a == 0.0 || b == 0.0 || is_unit(a) || is_unit(b))
    return 0.0;
  if (fabs(r) >= SCALED_FROM)
    return fabs(fma(a, b, -r));
  if (fabs(r) >= DBL_MIN)
    return fabs(r) * UNIT_ROUNDOFF + LEAST;
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
    return fabs(r) * UNIT_ROUNDOFF + LEAST;
  const double rest = fabs(fma(-r, b, a)), error = rest / fabs(b) * (1.0 + 0x1p-50);
  return rest == 0.0 ? 0.0 : error < DBL_MIN ? error + LEAST : error;
}

/* Powers whose exponents are integers are products: exact where every one of them is. Whole quotients are as long as they
 * fit. */
static int is_exact_power(const symad_node *n, double a, double b, double r) {
  if (n->run == SYMAD_OP_MOD_QUOTIENT || n->run == SYMAD_OP_FMOD_QUOTIENT || n->run == SYMAD_OP_REMAINDER_QUOTIENT)
    return fabs(r) <= 0x1p53;
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

/* What a row adds up that cancels in its result, where that has zeros away from 0: logaddexp its larger operand, and the
 * rounding of the difference in a logarithm that may be small; the slopes of sinc a wave of the size 1/a; Bessel functions
 * are summed to twice the digits. Rows of two operands may divide by one that is subnormal. */
static double size_of_terms(uint32_t op, double a, double b) {
  if (op_arity(op) > 1 && row_outside(op) == BLANK && a != 0.0 && fabs(a) < DBL_MIN)
    return LEAST / fmax(fabs(b), DBL_MIN) / UNIT_ROUNDOFF;
  if (op == SYMAD_OP_BESSELJ || op == SYMAD_OP_BESSELY)
    return 0x1p-40 / sqrt(fmax(1.0, fabs(b)));
  if (op == SYMAD_OP_SINC_SLOPE || op == SYMAD_OP_SINC_SLOPE2)
    return fabs(a) < 1.5 ? 0.0 : 1.0 / fabs(a);
  if (op != SYMAD_OP_LOGADDEXP)
    return 0.0;
  const double largest = fabs(fmax(a, b)), apart = fabs(a - b);
  return (isfinite(largest) ? largest : 0.0) + (isfinite(apart) ? apart * k_exp(-apart) : 0.0);
}

static double function_error(const symad_node *n, double a, double b, double r, int exact, uint16_t *cause) {
  const int two = op_arity(n->run) > 1;
  const double ulps = row_ulps(n->run);
  if (ulps == 0.0 || (n->run == SYMAD_OP_FRAC && a >= 0.0) || is_exact_power(n, a, b, r) ||
      (exact && !two && is_exact_point(a, r)))
    return 0.0;
  if (n->run == SYMAD_OP_POWN && b == 2.0 && fabs(r) > SCALED_FROM)
    return fabs(fma(a, a, -r));
  if (fabs(r) >= DBL_MIN)
    return (fabs(r) + size_of_terms(n->run, a, b)) * UNIT_ROUNDOFF * ulps + (fabs(r) < SCALED_FROM ? 2.0 * LEAST : 0.0);
  if (r == 0.0 && (!row_decays(n, a, b) || (exact && (isinf(a) || (two && isinf(b))))))
    return 0.0;
  *cause = SYMAD_STATUS_UNDERFLOW;
  return (two ? 4.0 : 2.0) * LEAST; /* rows of two operands are made of products */
}

double bound_rounding(const symad_node *n, double a, double b, double r, int exact, uint16_t *cause) {
  *cause = 0;
  if (!isfinite(r))
    return 0.0;
  switch (n->run) {
  case SYMAD_OP_ADD:
    return bound_sum_error(a, b, r);
  case SYMAD_OP_SUB:
    return bound_sum_error(a, -b, r);
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
