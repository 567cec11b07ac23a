/* Hyperbolic functions, their inverses and lengths. As in elementary.h: no branch, no call, the same bits at every
 * vector width. */
#ifndef SYMAD_HYPERBOLIC_H
#define SYMAD_HYPERBOLIC_H

#include "kernels/elementary.h"
#include "kernels/power.h"

/* (e - 1/e)/2 = h + h/(1 + 2h) with e = e^|a| and h = (e - 1)/2; the low parts move the quotient q by
 * (low_h - q low_d)/d, and 1/d = 1 - 2q. */
static inline double k_sinh(double a) {
  double n, m = clamped(fabs(a), 0.0, 720.0);
  pair p = exp_reduced(m, 0.0, &n), h = half_less_one(p, n);
  pair d = pair_sum(1.0, 2.0 * h.high);
  double q = h.high / d.high, moved = (h.low - q * (d.low + 2.0 * h.low)) * (1.0 - 2.0 * q);
  pair s = pair_ordered(h.high, q);
  double r = s.high + (s.low + (h.low + moved));
  double far = scaled(1.0 + p.high, n - 1.0);
  r = m > 40.0 ? far : r;
  return copysign(m < 0x1p-27 ? m : r, a);
}

/* h + 1/(4h) with h = e^|a|/2 */
static inline double k_cosh(double a) {
  double n, m = clamped(fabs(a), 0.0, 720.0);
  pair p = exp_reduced(m, 0.0, &n), one = pair_ordered(1.0, p.high);
  double s = two_to(n - 1.0), h = s * one.high, low = s * (one.low + p.low);
  double q = 0.25 / h;
  pair sum = pair_ordered(h, q);
  double r = sum.high + (sum.low + (low - 4.0 * q * q * low)), far = scaled(1.0 + p.high, n - 1.0);
  return m > 40.0 ? far : r;
}

static inline double k_sech(double a) {
  double e = k_exp(-fabs(a));
  return 2.0 * e / (1.0 + e * e);
}

static inline double k_csch(double a) {
  double m = fabs(a), far = 2.0 * k_exp(-m), near = 1.0 / k_sinh(m);
  return copysign(m > 20.0 ? far : near, a);
}

/* 1/sinh(a)^2 */
static inline double k_csch2(double a) {
  double m = fabs(a), near = 1.0 / k_sinh(m), far = 4.0 * k_exp(-2.0 * m);
  return m > 20.0 ? far : near * near;
}

static inline double k_coth(double a) {
  return 1.0 / k_tanh(a);
}

/* ---- inverse functions: log1p of what does not cancel; log(2m) where squares overflow ---- */

#define LONG_LEG 0x1p500 /* beyond, 1 + m is m and m^2 may overflow */

static inline double k_asinh(double a) {
  double m = fabs(a), z = m * m;
  int far = m > LONG_LEG;
  double r = k_log1p(far ? m : m + z / (1.0 + sqrt(1.0 + z)));
  return copysign(far ? r + 0x1.62e42fefa39efp-1 : r, a);
}

static inline double k_acosh(double a) {
  double t = a - 1.0;
  int far = a > LONG_LEG;
  double r = k_log1p(far ? a : t + sqrt(2.0 * t + t * t));
  r = far ? r + 0x1.62e42fefa39efp-1 : r;
  return a < 1.0 ? (double)NAN : r;
}

static inline double k_atanh(double a) {
  double m = fabs(a);
  return copysign(0.5 * k_log1p(2.0 * m / (1.0 - m)), a);
}

static inline double k_acoth(double a) {
  double m = fabs(a);
  double r = copysign(0.5 * k_log1p(2.0 / (m - 1.0)), a);
  return m < 1.0 ? (double)NAN : r;
}

/* ---- lengths ---- */

/* sqrt(a^2 + b^2) times a scale that keeps squares in range, with exact squares and the remainder of the root. */
static inline double hypot_scaled(double a, double b, double *scale) {
  double x = fabs(a), y = fabs(b), most = x > y ? x : y, least = x > y ? y : x;
  *scale = most > 0x1p500 ? 0x1p-600 : most < 0x1p-400 ? 0x1p600 : 1.0;
  pair p = {most * *scale, 0.0}, q = {least * *scale, 0.0}, p2 = pair_product(p, p), q2 = pair_product(q, q);
  pair s = pair_ordered(p2.high, q2.high), h = pair_ordered(s.high, s.low + (p2.low + q2.low));
  double root = sqrt(h.high);
  pair r2 = pair_product((pair){root, 0.0}, (pair){root, 0.0});
  double rest = (((h.high - r2.high) - r2.low) + h.low) * 0.5 / root;
  return most == 0.0 ? 0.0 : root + rest;
}

static inline double k_hypot(double a, double b) {
  double scale, r = hypot_scaled(a, b, &scale) / scale;
  r = a != a || b != b ? a + b : r;
  return fabs(a) > DBL_MAX || fabs(b) > DBL_MAX ? HUGE_VAL : r;
}

/* a/hypot(a, b); 0 at the origin by convention. */
static inline double k_hypot_slope(double a, double b) {
  double scale, h = hypot_scaled(a, b, &scale), r = scale > 1.0 ? a * scale / h : a / h * scale;
  r = fabs(b) > DBL_MAX && fabs(a) <= DBL_MAX ? 0.0 * a : r;
  return h == 0.0 ? 0.0 : r;
}

/* 1/sqrt(1 + a^2) */
static inline double k_asinh_slope(double a) {
  double m = fabs(a);
  return 1.0 / (m > LONG_LEG ? m : sqrt(1.0 + m * m));
}

static inline double k_acsch_slope(double a) {
  return 1.0 / fabs(a) * k_asinh_slope(a);
}

#endif
