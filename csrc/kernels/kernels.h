/* THE kernels: every formula of the table that has a branch or needs care. One source for the sweeps, the
 * evaluator and (later) the tiles and emitted C, so that they cannot drift apart. Pure functions of doubles. */
#ifndef SYMAD_KERNELS_H
#define SYMAD_KERNELS_H

#include "kernels/elementary.h"
#include "kernels/error_function.h"
#include "kernels/hyperbolic.h"
#include "kernels/power.h"
#include "kernels/trigonometric.h"

#include "special/gamma_kin.h"
#include "special/functions.h"
#include "special/waves.h"
#include "special/integrals.h"
#include "special/order_slopes.h"
#include "special/polynomials.h"

#include <float.h>
#include <math.h>

/* Integer powers are products by the bits of the exponent from its second down: a square, and times a where the bit is 1.
 * Up to here, and to this reciprocal, doubles stay within 4 ULP (3.4 measured; 4.3 one further), */
#define POWER_BY_PRODUCT 6
#define POWER_BY_RECIPROCAL 4
/* up to here pairs of doubles are as good as k_pow, 1 ULP, which is used beyond. */
#define POWER_BY_PAIRS 64

/* The bit to begin with, n > 1: the second from the top, or 0. */
static inline uint32_t power_bit(uint32_t n) {
  uint32_t bit = 1;
  while (bit <= n / 4)
    bit *= 2;
  return n > 1 ? bit : 0;
}

static inline double k_nan(void) {
  return (double)NAN;
}

/* 1/a inside the domain of log, nan outside; +inf at both zeros. */
static inline double k_log_slope(double a) {
  return a < 0.0 ? k_nan() : 1.0 / fabs(a);
}

/* 1/(2 sqrt(a)); +inf at both zeros, nan below. */
static inline double k_sqrt_slope(double a) {
  return 0.5 / fabs(sqrt(a));
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

static inline double k_softsign(double a) {
  return fabs(a) > 1e17 ? (a > 0.0 ? 1.0 : -1.0) : a / (1.0 + fabs(a));
}

/* Not 1/(1 + |a|) - |a|/(1 + |a|)^2, which cancels. */
static inline double k_softsign_slope(double a) {
  double q = 1.0 / (1.0 + fabs(a));
  return q * q;
}

/* Products of up to six factors, written out so that compilers fold the choices of a number. */
static inline double k_product(double a, uint32_t n) {
  double r = a;
  if (n >= 4)
    r = n & 2 ? r * r * a : r * r;
  if (n >= 2)
    r = n & 1 ? r * r * a : r * r;
  return n > 0 ? r : 1.0;
}

/* The power so far, for a further bit of its exponent. */
static inline pair power_further(pair p, double a, uint32_t bit) {
  p = pair_product(p, p);
  return bit ? pair_product(p, (pair){a, 0.0}) : p;
}

/* What is left of a power in two parts; the sign of 0 is that of the first. */
static inline double power_rounded(pair p, double n) {
  double r = p.high == 0.0 ? p.high : p.high + p.low;
  return n < 0.0 ? 1.0 / r : r;
}

/* a and every power on the way to a^n is 0 or far from the ends of the range. */
static inline int k_pown_is_fast(double a, double n) {
  double m = fabs(n), limit = 900.0 / m;
  int is_far = fabs(a) >= two_to(ROUNDER - limit) && fabs(a) <= two_to(ROUNDER + limit);
  return (n >= 0.0 && m <= POWER_BY_PRODUCT) || (m <= POWER_BY_PAIRS && (a == 0.0 || is_far));
}

static inline double k_pown_fast(double a, double n) {
  uint32_t m = fabs(n) <= POWER_BY_PAIRS ? (uint32_t)fabs(n) : 0;
  pair p = {a, 0.0};
  if (n <= POWER_BY_PRODUCT && n >= -POWER_BY_RECIPROCAL)
    return n < 0.0 ? 1.0 / k_product(a, m) : k_product(a, m);
  if (m >= 64)
    p = power_further(p, a, m & 32);
  if (m >= 32)
    p = power_further(p, a, m & 16);
  if (m >= 16)
    p = power_further(p, a, m & 8);
  if (m >= 8)
    p = power_further(p, a, m & 4);
  p = power_further(p, a, m & 2);
  return power_rounded(power_further(p, a, m & 1), n);
}

/* a to an integer power n. */
static inline double k_pown(double a, double n) {
  if (k_pown_is_fast(a, n))
    return k_pown_fast(a, n);
  if (n < 0.0 && n >= -POWER_BY_RECIPROCAL) {
    double p = k_product(a, (uint32_t)-n);
    if (fabs(p) >= DBL_MIN && fabs(p) <= DBL_MAX)
      return 1.0 / p;
  }
  return k_pow(a, n);
}

/* n*a^(n-1): the steps of the gradient program (graph/rewrite.c, integer_slope). */
static inline double k_pown_slope(double a, double n) {
  return n == 0.0 ? 0.0 : n == 1.0 ? 1.0 : n * k_pown(a, n - 1.0);
}

/* d/da a^b = b*a^(b-1). Where it needs care b*(a^b/a) keeps the digits that b - 1 would round away; it is left where a^b or a is
 * not a normal number. */
static inline double k_pow_da(double a, double b) {
  if (k_pow_is_fast(a, b))
    return k_pow_da_fast(a, b);
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
  double h = k_pow(a, 0.5 * b), q = h / a; /* b*a^b/a may be in range where a^b is not */
  if (h >= DBL_MIN && h <= DBL_MAX && q >= DBL_MIN && q <= DBL_MAX)
    return b * q * h;
  return b * k_pow(a, b - 1.0);
}

/* d/db a^b = a^b*log(a): 0 at a = 0 < b and -inf at a = 0 >= b (the convention at (0, 0)); nan for a < 0. */
static inline double k_pow_db(double a, double b) {
  if (k_pow_is_fast(a, b))
    return k_pow_db_fast(a, b);
  if (a == 0.0)
    return b > 0.0 ? 0.0 : b <= 0.0 ? -HUGE_VAL : b;
  if (a < 0.0)
    return k_nan();
  if (a == 1.0)
    return b == b ? 0.0 : b;
  double p = k_pow(a, b), l = k_log(a);
  if (p >= DBL_MIN && p <= DBL_MAX)
    return p * l;
  double h = k_pow(a, 0.5 * b); /* the product may be in range where a^b is not */
  return p == p && b * b <= DBL_MAX && a <= DBL_MAX ? h * l * h : p * l;
}

/* ---- rows that share what takes longest ---- */

/* The same operands, no row twice: where a program has several rows of such a set, one kernel computes them together,
 * kernel(a, &first, &second) or kernel(a, b, &first, &second, &third). It has a form without branches as each row has:
 * kernel_fast. */
#define ROWS_TOGETHER(PAIR, TRIPLE)           \
  PAIR(SINCOS, SIN, COS, k_sincos)            \
  PAIR(TANH_SECH2, TANH, SECH2, k_tanh_sech2) \
  TRIPLE(POWERS, POW, POW_DA, POW_DB, k_powers)

static inline void k_tanh_sech2(double a, double *tangent, double *slope) {
  *tangent = k_tanh(a);
  *slope = k_sech2(a);
}

static inline void k_powers(double a, double b, double *power, double *da, double *db) {
  *power = k_pow(a, b);
  *da = k_pow_da(a, b);
  *db = k_pow_db(a, b);
}

/* ---- logarithms and exponentials ---- */

static inline double k_log1p_slope(double a) {
  return a < -1.0 ? k_nan() : 1.0 / fabs(1.0 + a);
}

/* log(e^a + e^b) = max + log1p(e^-|a - b|); equal infinities have no difference. */
static inline double k_logaddexp(double a, double b) {
  double high = a > b ? a : b, low = a > b ? b : a;
  double equal = high + 0.69314718055994530942, apart = high + k_log1p(k_exp(low - high)), sum = a + b;
  double r = high == low ? equal : apart;
  r = a != a ? sum : r;
  return b != b ? sum : r;
}

/* log(a/(1 - a)); near 1/2, where 2a - 1 is exact, as a logarithm near 1. */
static inline double k_logit(double a) {
  double near = k_log1p((2.0 * a - 1.0) / (1.0 - a)), far = k_log(a) - k_log1p(-a);
  return fabs(a - 0.5) < 0.25 ? near : far;
}

static inline double k_logit_slope(double a) {
  return a < 0.0 || a > 1.0 ? k_nan() : 1.0 / (fabs(a) * (1.0 - a));
}

/* ---- lengths ---- */

/* a/b for |a| <= b, a part of a length; 0 at the origin by convention. */
static inline double k_unit(double a, double b) {
  return b == 0.0 ? 0.0 : a / b;
}

/* a/(a^2 + b^2) = (a/m)/m/((a/m)^2 + (b/m)^2) with m = max(|a|, |b|); nan at the origin. A quotient that is subnormal is
 * scaled, for m may be small too. */
static inline double k_atan2_slope(double a, double b) {
  double m = fabs(a) > fabs(b) ? fabs(a) : fabs(b);
  double p = a / m, q = b / m, rest = p * p + q * q, plain = p / rest / m;
  double small = a * 0x1p500 / m / rest / m * 0x1p-500, r = fabs(p) < 0x1p-960 ? small : plain;
  double far = fabs(a) <= DBL_MAX ? 0.0 * a : fabs(b) <= DBL_MAX ? 1.0 / a : k_nan();
  return m > DBL_MAX && a == a && b == b ? far : r;
}

/* ---- inverse trigonometric and hyperbolic functions ---- */

/* (1 - a)(1 + a): no cancellation near 1. */
static inline double k_one_minus_square(double a) {
  return (1.0 - a) * (1.0 + a);
}

static inline double k_asin_slope(double a) {
  return 1.0 / sqrt(k_one_minus_square(a));
}

static inline double k_acot(double a) {
  return k_atan(1.0 / a);
}

/* sqrt(a^2 - 1) for |a| >= 1, without overflow. */
static inline double k_leg(double a) {
  double m = fabs(a);
  return m > 134217728.0 ? m : sqrt((m - 1.0) * (m + 1.0));
}

static inline double k_asec(double a) {
  return a < 0.0 ? 3.141592653589793116 - k_atan(k_leg(a)) : k_atan(k_leg(a));
}

static inline double k_acsc(double a) {
  return copysign(k_atan2(1.0, k_leg(a)), a);
}

static inline double k_asec_slope(double a) {
  return 1.0 / fabs(a) / k_leg(a);
}

static inline double k_acosh_slope(double a) {
  return a < 1.0 ? k_nan() : 1.0 / k_leg(a);
}

static inline double k_atanh_slope(double a) {
  return fabs(a) > 1.0 ? k_nan() : 1.0 / k_one_minus_square(a);
}

static inline double k_acoth_slope(double a) {
  double m = fabs(a);
  return m < 1.0 ? k_nan() : m > 134217728.0 ? -(1.0 / m) / m : 1.0 / k_one_minus_square(a);
}

/* Below 1e-300 the quotient may overflow: log(2/a). */
static inline double k_asech(double a) {
  double near = 0.69314718055994530942 - k_log(fabs(a)), far = k_asinh(sqrt(k_one_minus_square(a)) / a);
  return a < 0.0 ? k_nan() : a < 1e-300 ? near : far;
}

static inline double k_asech_slope(double a) {
  return a < 0.0 ? k_nan() : 1.0 / (a * sqrt(k_one_minus_square(a)));
}

static inline double k_acsch(double a) {
  double m = fabs(a);
  return m < 1e-300 ? copysign(0.69314718055994530942 - k_log(m), a) : k_asinh(1.0 / a);
}

/* ---- sinc: sin(a)/a with value 1 at 0; Taylor series where the formulas cancel ---- */

/* (a cos a - sin a)/a^2 = sum over k >= 1 of (-1)^k 2k/(2k + 1)! a^(2k - 1) */
static inline double k_sinc_slope(double a) {
  double q = a * a;
  if (fabs(a) > DBL_MAX)
    return 0.0;
  if (q > 4.0)
    return (k_cos(a) - k_sin(a) / a) / a;
  double sum = 0.0;
  for (int k = 12; k >= 2; k--)
    sum = (sum + (k % 2 == 0 ? 2.0 * k : -2.0 * k)) * q / ((2.0 * k) * (2.0 * k + 1.0));
  return a * (-2.0 + sum) / 6.0;
}

/* sinc'' = ((2 - a^2) sin a - 2 a cos a)/a^3 = sum over k >= 1 of (-1)^k 2k(2k - 1)/(2k + 1)! a^(2k - 2) */
static inline double k_sinc_slope2(double a) {
  double q = a * a;
  if (fabs(a) > DBL_MAX)
    return 0.0;
  if (q > 4.0)
    return ((2.0 / a - a) * (k_sin(a) / a) - 2.0 * k_cos(a) / a) / a;
  double sum = 0.0;
  for (int k = 13; k >= 2; k--)
    sum = (sum + (k % 2 == 0 ? 1.0 : -1.0) * 2.0 * k * (2.0 * k - 1.0)) * q / ((2.0 * k) * (2.0 * k + 1.0));
  return (-2.0 + sum) / 6.0;
}

/* ---- steps ---- */

static inline double k_frac(double a) {
  return a - floor(a);
}

static inline double k_heaviside(double a) {
  return a > 0.0 ? 1.0 : a < 0.0 ? 0.0 : a == 0.0 ? 0.5 : a;
}

/* Floored remainder, sign of b; exact as fmod is. */
static inline double k_mod(double a, double b) {
  double r = fmod(a, b);
  return r != 0.0 && (r < 0.0) != (b < 0.0) ? r + b : r == 0.0 ? copysign(0.0, b) : r;
}

/* (a - rest)/b, which is whole: from 2^50 on the rounding of a - rest and of the quotient can be units, and what is left
 * of a beside the first guess is exact. */
static inline double k_quotient(double a, double b, double rest) {
  double n = rint((a - rest) / b), more = (fma(-n, b, a) - rest) / b;
  return fabs(n) > 0x1p50 && fabs(more) <= DBL_MAX ? n + rint(more) : n;
}

static inline double k_mod_quotient(double a, double b) {
  return fabs(b) > DBL_MAX ? floor(a / b) : k_quotient(a, b, k_mod(a, b));
}

static inline double k_fmod_quotient(double a, double b) {
  return fabs(b) > DBL_MAX ? trunc(a / b) : k_quotient(a, b, fmod(a, b));
}

static inline double k_remainder_quotient(double a, double b) {
  return fabs(b) > DBL_MAX ? rint(a / b) : k_quotient(a, b, remainder(a, b));
}

#endif
