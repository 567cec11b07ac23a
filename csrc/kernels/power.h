/* Powers by a logarithm in two doubles, which leaves 0.7 ULP at any exponent, so that powers that are doubles come out
 * exactly. As in elementary.h: no branch, no call, the same bits at every vector width, unless said otherwise. */
#ifndef SYMAD_POWER_H
#define SYMAD_POWER_H

#include "kernels/elementary.h"

/* a * b to about 2^-77 of it; the low part is up to 2^-25 of the high one. */
static inline pair pair_product(pair a, pair b) {
  double ah = leading(a.high), al = (a.high - ah) + a.low;
  double bh = leading(b.high), bl = (b.high - bh) + b.low;
  return (pair){ah * bh, ah * bl + al * bh + al * bl};
}

/* log(m) + k ln2 to about 2^-65 of it, m of [0.7071, 1.4143]. */
static inline pair log_pair_of(double m, double k) {
  double f = m - 1.0;
  /* s = f/(2 + f) in two parts: the remainder over 2 + f = d + (m - (d - 1)), and 1/(2 + f) = (1 - s)/2 */
  double quotient = f / (2.0 + f), d = leading(2.0 + f), s_high = leading(quotient);
  pair s = {s_high, ((f - s_high * d) - s_high * (m - (d - 1.0))) * (0.5 - 0.5 * quotient)};
  pair z = pair_product(s, s);
  double y = z.high + z.low, y2 = y * y;
  /* (2 atanh(s)/s - 2 - 2/3 s^2)/s^4; of log(1 + f) below 2^-66.4 */
  double even =
      0.39999999999999997 + y2 * (0.22222222220725998 + y2 * (0.15384580990939417 + y2 * 0.11691752779907452));
  double odd = 0.28571428571431473 + y2 * (0.18181818497644983 + y2 * (0.1333543782881509 + y2 * 0.11855079071524813));
  pair q = pair_ordered(0x1.5555555555555p-1, y * (even + y * odd));
  pair cube = pair_product(pair_product(z, s), (pair){q.high, q.low + 0x1.5555555555555p-55});
  pair t = pair_ordered(k * LN2_HIGH, 2.0 * s.high), u = pair_ordered(t.high, cube.high);
  return pair_ordered(u.high, (t.low + u.low) + (2.0 * s.low + cube.low + k * LN2_LOW));
}

/* log(a) for positive finite a. */
static inline pair log_pair(double a) {
  double k, small = a < DBL_MIN ? 54.0 : 0.0;
  double m = log_reduced(a < DBL_MIN ? a * 0x1p54 : a, &k);
  return log_pair_of(m, k - small);
}

/* factor * e^exponent; infinite and 0 where that is out of range. */
static inline double exp_of_pair(double factor, pair exponent) {
  double n;
  pair e = pair_ordered(exponent.high, exponent.low);
  double low = fabs(e.high) < 1000.0 ? e.low : 0.0;
  pair p = exp_reduced(clamped(e.high, -1000.0, 1000.0), low, &n);
  pair h = pair_ordered(1.0, p.high);
  return scaled(factor * (h.high + (h.low + p.low)), n);
}

/* factor * e^(b * l), b and l in two parts. Exponents beyond 2^64 leave the range with any l but 0, which is 2^-53 or
 * more. */
static inline double exp_of_product(double factor, pair b, pair l) {
  return exp_of_pair(factor, pair_product((pair){clamped(b.high, -0x1p64, 0x1p64), b.low}, l));
}

/* 1 for whole numbers, else 0. */
static inline double wholeness(double a) {
  double m = fabs(a), nearest = (m + 0x1p52) - 0x1p52;
  return (m < 0x1p52 ? nearest : m) == m ? 1.0 : 0.0;
}

/* a^b, given the logarithm of |a|. */
static inline double pow_of_log(double a, double b, pair l) {
  double m = fabs(a), whole = wholeness(b), odd = whole - wholeness(0.5 * b);
  double r = exp_of_product(1.0, (pair){b, 0.0}, l);
  double at_zero = b < 0.0 ? HUGE_VAL : 0.0, at_infinity = b < 0.0 ? 0.0 : HUGE_VAL;
  r = m == 0.0 ? at_zero : r;
  r = m > DBL_MAX ? at_infinity : r;
  double turned = copysign(r, a), sum = a + b;
  r = odd > 0.0 ? turned : r;
  double inside = whole > 0.0 ? r : (double)NAN;
  inside = m > DBL_MAX ? r : inside;
  r = a < 0.0 ? inside : r;
  r = a != a ? sum : r;
  r = b != b ? sum : r;
  r = a == 1.0 ? 1.0 : r;
  return b == 0.0 ? 1.0 : r;
}

/* As C pow at 0, at the infinities, at nan and for negative a. */
static inline double k_pow(double a, double b) {
  return pow_of_log(a, b, log_pair(fabs(a)));
}

/* Base and exponent for which a power and its slopes need no care. */
static inline int k_pow_is_fast(double a, double b) {
  return a >= DBL_MIN && a <= DBL_MAX && fabs(b) <= 0x1p50 && fabs(b) >= 0x1p-900;
}

static inline pair log_pair_fast(double a) {
  double k, m = log_reduced(a, &k);
  return log_pair_of(m, k);
}

/* a^b, b a^(b - 1) and a^b log(a) where k_pow_is_fast, by the logarithm of a. */
static inline double pow_fast(double b, pair l) {
  return exp_of_pair(1.0, pair_product((pair){b, 0.0}, l));
}

static inline double pow_da_fast(double b, pair l) {
  return exp_of_pair(b, pair_product(pair_sum(b, -1.0), l));
}

static inline double pow_db_fast(double b, pair l) {
  return exp_of_pair(l.high, pair_product((pair){b, 0.0}, l));
}

static inline double k_pow_fast(double a, double b) {
  return pow_fast(b, log_pair_fast(a));
}

static inline double k_pow_da_fast(double a, double b) {
  return pow_da_fast(b, log_pair_fast(a));
}

static inline double k_pow_db_fast(double a, double b) {
  return pow_db_fast(b, log_pair_fast(a));
}

static inline int k_powers_is_fast(double a, double b) {
  return k_pow_is_fast(a, b);
}

static inline void k_powers_fast(double a, double b, double *power, double *da, double *db) {
  pair l = log_pair_fast(a);
  *power = pow_fast(b, l);
  *da = pow_da_fast(b, l);
  *db = pow_db_fast(b, l);
}

static inline double k_log2(double a) {
  pair l = pair_product(log_pair(fabs(a)), (pair){0x1.71547652b82fep+0, 0x1.777d0ffda0d24p-56});
  return log_or_special(a, l.high + l.low);
}

static inline double k_log10(double a) {
  pair l = pair_product(log_pair(fabs(a)), (pair){0x1.bcb7b1526e50ep-2, 0x1.95355baaafad3p-57});
  return log_or_special(a, l.high + l.low);
}

#endif
