/* THE kernels: every formula of the table that has a branch or needs care. One source for the sweeps, the
 * evaluator and (later) the tiles and emitted C, so that they cannot drift apart. Pure functions of doubles. */
#ifndef SYMAD_KERNELS_H
#define SYMAD_KERNELS_H

#include <float.h>
#include <math.h>

/* Up to here repeated multiplication, and its reciprocal, stay within 4 ULP (3.4 measured; 4.3 one further); beyond, C
 * pow is used. */
#define POWER_BY_PRODUCT 6
#define POWER_BY_RECIPROCAL 4

static inline double k_nan(void) {
  return (double)NAN;
}

static inline double k_log(double a) {
  return log(a);
}

/* 1/a inside the domain of log, nan outside; +inf at both zeros. */
static inline double k_log_slope(double a) {
  return a < 0.0 ? k_nan() : 1.0 / fabs(a);
}

/* 1/(2 sqrt(a)); +inf at both zeros, nan below. */
static inline double k_sqrt_slope(double a) {
  return 0.5 / fabs(sqrt(a));
}

/* 1/cosh(a)^2 = 4e/(1 + e)^2 with e = exp(-2|a|): no cancellation and no overflow. */
static inline double k_sech2(double a) {
  double e = exp(-2.0 * fabs(a));
  double d = 1.0 + e;
  return 4.0 * e / (d * d);
}

/* 1/(1 + a^2) without overflow of a^2: beyond 2^27 the 1 no longer counts. */
static inline double k_atan_slope(double a) {
  double m = fabs(a);
  return m > 134217728.0 ? (1.0 / m) / m : 1.0 / (1.0 + a * a);
}

static inline double k_sign(double a) {
  return a > 0.0 ? 1.0 : a < 0.0 ? -1.0 : a == 0.0 ? 0.0 : a;
}

/* The slope of a step: 0, and nan at nan. */
static inline double k_zero(double a) {
  return a == a ? 0.0 : a;
}

/* Products of up to six factors; a plain chain, so that every compiler rounds the same. */
static inline double k_product(double a, int n) {
  double square = a * a;
  switch (n) {
  case 0:
    return 1.0;
  case 1:
    return a;
  case 2:
    return square;
  case 3:
    return square * a;
  case 4:
    return square * square;
  case 5:
    return square * square * a;
  default:
    return square * a * (square * a);
  }
}

/* a to an integer power n: by products where they are accurate, else by C pow; never exp(n log a). */
static inline double k_pown(double a, double n) {
  if (!(n <= POWER_BY_PRODUCT && n >= -POWER_BY_RECIPROCAL))
    return pow(a, n);
  double p = k_product(a, (int)fabs(n));
  if (n >= 0.0)
    return p;
  return fabs(p) >= DBL_MIN && fabs(p) <= DBL_MAX ? 1.0 / p : pow(a, n);
}

/* n*a^(n-1): the steps of the gradient program (rewrite.c, integer_slope). */
static inline double k_pown_slope(double a, double n) {
  return n == 0.0 ? 0.0 : n == 1.0 ? 1.0 : n * k_pown(a, n - 1.0);
}

static inline double k_pow(double a, double b) {
  return fabs(b) <= POWER_BY_PRODUCT && b == floor(b) ? k_pown(a, b) : pow(a, b);
}

/* d/da a^b = b*a^(b-1). b*(a^b/a) keeps the digits that b - 1 would round away; it is left where a^b or a is
 * not a normal number. */
static inline double k_pow_da(double a, double b) {
  if (b == 0.0)
    return a == a ? 0.0 : a;
  if (b == floor(b) && fabs(b) <= POWER_BY_PRODUCT)
    return k_pown_slope(a, b);
  double p = k_pow(a, b);
  if (fabs(p) >= DBL_MIN && fabs(p) <= DBL_MAX && fabs(a) >= DBL_MIN && fabs(a) <= DBL_MAX) {
    double q = p / a;
    if (fabs(q) >= DBL_MIN && fabs(q) <= DBL_MAX)
      return b * q;
  }
  double h = pow(a, 0.5 * b), q = h / a; /* b*a^b/a may be in range where a^b is not */
  if (h >= DBL_MIN && h <= DBL_MAX && q >= DBL_MIN && q <= DBL_MAX)
    return b * q * h;
  return b * pow(a, b - 1.0);
}

/* d/db a^b = a^b*log(a): 0 at a = 0 < b and -inf at a = 0 >= b (the convention at (0, 0)); nan for a < 0. */
static inline double k_pow_db(double a, double b) {
  if (a == 0.0)
    return b > 0.0 ? 0.0 : b <= 0.0 ? -HUGE_VAL : b;
  if (a < 0.0)
    return k_nan();
  if (a == 1.0)
    return b == b ? 0.0 : b;
  double p = pow(a, b), l = log(a);
  if (p >= DBL_MIN && p <= DBL_MAX)
    return p * l;
  double h = pow(a, 0.5 * b); /* the product may be in range where a^b is not */
  return p == p && b * b <= DBL_MAX && a <= DBL_MAX ? h * l * h : p * l;
}

#endif
