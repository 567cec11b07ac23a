/* Exponentials, logarithms and what is made of them, without a branch and without a call, so that a compiler
 * vectorises a loop over any of them for whatever instruction set it is told to use. Every step is a rounded operation
 * of IEEE 754 or works on the bits: no contraction, no table, no conversion between integers and doubles, no
 * arithmetic shift of 64 bits. The same bits therefore come out of a scalar and of every vector width.
 *
 * Coefficients are minimax polynomials printed by tests/coefficients.py; the bound beside each is its relative error
 * with the coefficients as rounded. */
#ifndef SYMAD_ELEMENTARY_H
#define SYMAD_ELEMENTARY_H

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

/* Added to |a| < 2^51 it rounds to a whole number, which then lies in the low bits of the sum. */
#define ROUNDER 0x1.8p52

#define LN2_HIGH 0x1.62e42fefa3800p-1 /* 42 bits: exact times a whole number below 2^11 */
#define LN2_LOW 0x1.ef35793c76730p-45

static inline uint64_t bits_of(double a) {
  uint64_t u;
  memcpy(&u, &a, sizeof u);
  return u;
}

static inline double double_of(uint64_t u) {
  double a;
  memcpy(&a, &u, sizeof a);
  return a;
}

/* An unevaluated sum. */
typedef struct {
  double high, low;
} pair;

/* a + b and its rounding error, |a| >= |b| or a = 0. */
static inline pair pair_ordered(double a, double b) {
  double s = a + b;
  return (pair){s, (a - s) + b};
}

/* The same in any order. */
static inline pair pair_sum(double a, double b) {
  double s = a + b, t = s - a;
  return (pair){s, (a - (s - t)) + (b - t)};
}

static inline double clamped(double a, double low, double high) {
  double b = a < low ? low : a;
  return b > high ? high : b;
}

/* The leading 26 bits: two of these multiply without rounding. */
static inline double leading(double a) {
  return double_of(bits_of(a) & 0xfffffffff8000000u);
}

/* ---- exponentials ---- */

/* 2^n for a whole n of [-1022, 1024], 2^1024 being infinite; for a sum of ROUNDER and n. */
static inline double two_to(double rounded) {
  return double_of((bits_of(rounded) + 1023u) << 52);
}

/* (e^r - 1 - r)/r^2 as even + r odd, of z = r^2; of e^r - 1 below 2^-60.6 for |r| <= 0.3466 */
static inline double exp_even(double z) {
  return 0.5 + z * (0.0416666666666667 +
                    z * (0.0013888888888866876 +
                         z * (2.48015873604957e-05 + z * (2.7557242805105824e-07 + z * 2.0924430651526965e-09))));
}

static inline double exp_odd(double z) {
  return 0.16666666666666677 +
         z * (0.008333333333321605 +
              z * (0.0001984126988619145 + z * (2.7557244145207766e-06 + z * 2.5109058825335016e-08)));
}

/* e^(r + low) - 1 in two parts, |r| <= 0.3466 and low a rounding error of r. */
static inline pair exp_near_zero(double r, double low) {
  double z = r * r;
  return pair_ordered(r, low + z * (exp_even(z) + r * exp_odd(z)));
}

/* a + low = n ln2 + r, |r| <= 0.3466. Gives n + ROUNDER and r in two parts. */
static inline pair exp_argument(double a, double low, double *rounded) {
  double shifted = a * 0x1.71547652b82fep+0 + ROUNDER, n = shifted - ROUNDER;
  double high = a - n * LN2_HIGH, rest = n * LN2_LOW - low;
  double r = high - rest;
  *rounded = shifted;
  return (pair){r, (high - r) - rest};
}

/* The same, and e^r - 1 in two parts. */
static inline pair exp_reduced(double a, double low, double *rounded) {
  pair r = exp_argument(a, low, rounded);
  return exp_near_zero(r.high, r.low);
}

/* p 2^n in two steps of about half, so that results may be subnormal or infinite; |n| <= 2044. */
static inline double scaled(double p, double rounded) {
  uint64_t n = bits_of(rounded) + 2046u, half = n >> 1;
  return p * double_of(half << 52) * double_of((n - half) << 52);
}

static inline double k_exp(double a) {
  double n;
  pair p = exp_reduced(clamped(a, -750.0, 710.0), 0.0, &n);
  return scaled(1.0 + p.high, n);
}

/* Where e^a and e^-a are normal numbers, and so are those powers of 2. */
static inline int k_exp_is_fast(double a) {
  return fabs(a) <= 708.0;
}

/* Kernels that end in _fast give the bits of those without where the condition of that name, which ends in _is_fast,
 * holds; elsewhere anything. */
static inline double k_exp_fast(double a) {
  double n;
  pair p = exp_reduced(a, 0.0, &n);
  return (1.0 + p.high) * two_to(n);
}

/* Exact at whole numbers. */
static inline double k_exp2(double a) {
  double n = clamped(a, -1100.0, 1030.0) + ROUNDER;
  double f = clamped(a, -1100.0, 1030.0) - (n - ROUNDER), high = leading(f);
  double first = high * LN2_HIGH, rest = (f - high) * LN2_HIGH + f * LN2_LOW, r = first + rest;
  return scaled(1.0 + exp_near_zero(r, (first - r) + rest).high, n);
}

/* (e^a - 1)/2 in two parts, of what exp_reduced gives for a > -745; exact where it rounds to a/2. */
static inline pair half_less_one(pair p, double rounded) {
  double s = two_to(rounded - 1.0);
  pair h = pair_ordered(s - 0.5, s * p.high); /* the first is 0, or the larger */
  return (pair){h.high, h.low + s * p.low};
}

static inline pair half_expm1(double a) {
  double n;
  pair p = exp_reduced(a, 0.0, &n);
  return half_less_one(p, n);
}

static inline double k_expm1(double a) {
  pair h = half_expm1(clamped(a, -50.0, 710.0));
  double r = 2.0 * (h.high + h.low);
  return fabs(a) < 0x1p-54 ? a : r; /* -0 and subnormals */
}

/* e/(e + 2) with e = 2h = e^2|a| - 1. The low parts of e and of the denominator d move the quotient q by
 * (low_e - q low_d)/d, and 1/d = (1 - q)/2. */
static inline double tanh_of_half(pair h, double a) {
  pair d = pair_sum(1.0, h.high);
  double q = h.high / d.high;
  double r = q + (h.low - q * (d.low + h.low)) * (1.0 - q);
  return copysign(r, a);
}

static inline double k_tanh(double a) {
  return tanh_of_half(half_expm1(clamped(2.0 * fabs(a), 0.0, 40.0)), a);
}

static inline double sech2_of_exp(double e) {
  double d = 1.0 + e;
  return 4.0 * e / (d * d);
}

/* 1/cosh(a)^2 = 4e/(1 + e)^2 with e = exp(-2|a|): no cancellation and no overflow. */
static inline double k_sech2(double a) {
  return sech2_of_exp(k_exp(-2.0 * fabs(a)));
}

/* Both: what e^-2|a| is made of are the parts of e^2|a| with their signs turned. */
static inline int k_tanh_sech2_is_fast(double a) {
  return fabs(a) <= 354.0;
}

static inline void k_tanh_sech2_fast(double a, double *tangent, double *slope) {
  double n, minus;
  pair r = exp_argument(2.0 * fabs(a), 0.0, &n);
  double z = r.high * r.high, even = exp_even(z), odd = r.high * exp_odd(z);
  pair p = pair_ordered(r.high, r.low + z * (even + odd));
  minus = -r.high + (-r.low + z * (even - odd));
  *tangent = tanh_of_half(half_less_one(p, n), a);
  *slope = sech2_of_exp((1.0 + minus) * two_to(2.0 * ROUNDER - n));
}

static inline int k_sech2_is_fast(double a) {
  return k_tanh_sech2_is_fast(a);
}

static inline double k_sech2_fast(double a) {
  return sech2_of_exp(k_exp_fast(-2.0 * fabs(a)));
}

/* 1/(1 + e^-a), from the side where the exponential is small. */
static inline double sigmoid_of_exp(double a, double e) {
  return (a < 0.0 ? e : 1.0) / (1.0 + e);
}

static inline double k_sigmoid(double a) {
  return sigmoid_of_exp(a, k_exp(-fabs(a)));
}

static inline int k_sigmoid_is_fast(double a) {
  return k_exp_is_fast(a);
}

static inline double k_sigmoid_fast(double a) {
  return sigmoid_of_exp(a, k_exp_fast(-fabs(a)));
}

/* ---- logarithms ---- */

#define ROOT_HALF 0x3fe6a09e00000000u /* bits of a number just below sqrt(1/2) */

/* log(1 + f + low) + k ln2, 1 + f of [0.7071, 1.4143], by log(1 + f) = 2 atanh(f/(2 + f)). */
static inline double log_of_parts(double f, double low, double k) {
  double s = f / (2.0 + f), z = s * s, half = 0.5 * f * f, z2 = z * z;
  /* (2 atanh(s)/s - 2)/s^2; of log(1 + f) below 2^-57.9 */
  double odd = 0.6666666666666734 + z2 * (0.2857142874162653 + z2 * (0.1818356125747034 + z2 * 0.14795312976266112));
  double even = 0.3999999999941882 + z2 * (0.22222198640264806 + z2 * 0.15314120817495133);
  double rest = half + z * (odd + z * even);
  pair h = pair_ordered(k * LN2_HIGH, f);
  return h.high + (h.low - (half - (s * rest + (k * LN2_LOW + low))));
}

/* a = 2^k m for a normal a > 0, m of [0.7071, 1.4143]. */
static inline double log_reduced(double a, double *k) {
  uint64_t u = bits_of(a) + (0x3ff0000000000000u - ROOT_HALF);
  *k = double_of(u >> 52 | 0x4330000000000000u) - (0x1p52 + 1023.0);
  return double_of((u & 0xfffffffffffffu) + ROOT_HALF);
}

/* The logarithm of a, given that of a positive finite number. */
static inline double log_or_special(double a, double logarithm) {
  double r = a > 0.0 ? logarithm : a == 0.0 ? -HUGE_VAL : (double)NAN;
  return a < HUGE_VAL ? r : a;
}

static inline double k_log(double a) {
  double k, small = a < DBL_MIN ? 54.0 : 0.0;
  double m = log_reduced(a < DBL_MIN ? a * 0x1p54 : a, &k);
  return log_or_special(a, log_of_parts(m - 1.0, 0.0, k - small));
}

static inline int k_log_is_fast(double a) {
  return a >= DBL_MIN && a <= DBL_MAX;
}

static inline double k_log_fast(double a) {
  double k, m = log_reduced(a, &k);
  return log_of_parts(m - 1.0, 0.0, k);
}

/* u = 1 + a leaves out a part that is exact, and comes back divided by 2^k: beside k = 0 the whole of f is then a. */
static inline double k_log1p(double a) {
  double k;
  pair u = pair_sum(1.0, a);
  double m = log_reduced(u.high, &k);
  pair f = pair_ordered(m - 1.0, u.low * two_to(ROUNDER - clamped(k, -100.0, 1000.0)));
  double r = log_or_special(u.high, log_of_parts(f.high, f.low, k));
  return fabs(a) < 0x1p-54 ? a : r; /* -0 */
}

static inline int k_log1p_is_fast(double a) {
  return a > -1.0 && a <= 0x1p900;
}

static inline double k_log1p_fast(double a) {
  double k;
  pair u = pair_sum(1.0, a);
  double m = log_reduced(u.high, &k);
  pair f = pair_ordered(m - 1.0, u.low * two_to(ROUNDER - k));
  double r = log_of_parts(f.high, f.low, k);
  return fabs(a) < 0x1p-54 ? a : r;
}

/* log(1 + e^a) = max(a, 0) + log1p(e^-|a|); 1 + e^-|a| is of [1, 2], so that k is 0 or 1. */
static inline double softplus_of_exp(double a, double e) {
  pair u = pair_ordered(1.0, e);
  double k = u.high > 0x1.6a09ep+0 ? 1.0 : 0.0, scale = 1.0 - 0.5 * k;
  pair f = pair_ordered(u.high * scale - 1.0, u.low * scale);
  double tail = log_of_parts(f.high, f.low, k);
  return a > 0.0 ? a + tail : tail;
}

static inline double k_softplus(double a) {
  return softplus_of_exp(a, k_exp(-fabs(a)));
}

static inline int k_softplus_is_fast(double a) {
  return k_exp_is_fast(a);
}

static inline double k_softplus_fast(double a) {
  return softplus_of_exp(a, k_exp_fast(-fabs(a)));
}

/* ---- the cube root ---- */

/* One step of Halley's method, which cubes the relative error of t. */
static inline double cbrt_nearer(double x, double t) {
  double r = x / (t * t);
  return t + t * ((r - t) / (t + t + r));
}

/* m 2^(3q) with m of [1/2, 4): a polynomial of m's own significand, one step, and one more from a guess of 26 bits, whose
 * square is exact. What is rounded is x/t^2, a third of which counts, and the last sum: 0.67 ULP. */
static inline double k_cbrt(double a) {
  double m = fabs(a), normal = m < DBL_MIN ? m * 0x1p54 : m, back = m < DBL_MIN ? 0x1p-18 : 1.0;
  double n = double_of(bits_of(ROUNDER) + (bits_of(normal) >> 52)) - (ROUNDER + 1023.0);
  double third = n * 0x1.5555555555555p-2 + ROUNDER, rest = n - 3.0 * (third - ROUNDER); /* -1, 0 or 1 */
  double f = double_of((bits_of(normal) & 0xfffffffffffffu) | 0x3ff0000000000000u);
  double root = rest < 0.0 ? 0x1.965fea53d6e3dp-1 : rest > 0.0 ? 0x1.428a2f98d728bp+0 : 1.0; /* of 2^rest */
  /* of the cube root 2^-16.7 */
  double guess =
      0.506978671199609 +
      f * (0.7181560123751278 + f * (-0.3006138006210887 + f * (0.0860924017420912 + f * -0.010604078530525798)));
  double x = f * two_to(rest + ROUNDER), t = cbrt_nearer(x, guess * root);
  double r = cbrt_nearer(x, leading(t)) * two_to(third) * back;
  return m > 0.0 && m <= DBL_MAX ? copysign(r, a) : a;
}

#endif
