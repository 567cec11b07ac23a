/* Sine and cosine by one reduction, and what is made of them. As in elementary.h: no branch, no call and the same bits
 * at every vector width in the functions that end in _fast. These take numbers up to FAST_ANGLE, and nan; the functions
 * without that ending take any, and give the same bits where both may be used. */
#ifndef SYMAD_TRIGONOMETRIC_H
#define SYMAD_TRIGONOMETRIC_H

#include "double_double.h"
#include "elementary.h"

#define FAST_ANGLE 0x1p20

static inline int k_angle_is_fast(double a) {
  return !(fabs(a) > FAST_ANGLE);
}

/* sin(r + low), |r| <= pi/4 */
static inline double sine_near_zero(double r, double low) {
  double z = r * r, z2 = z * z;
  /* (sin(r)/r - 1)/r^2; of sin(r) below 2^-57.2 */
  double even = -0.16666666666666632 + z2 * (-0.00019841269829807347 + z2 * -2.505075806564295e-08);
  double odd = 0.008333333333322413 + z2 * (2.7557313691670475e-06 + z2 * 1.5896792247186802e-10);
  return r + (r * z * (even + z * odd) + (low - 0.5 * z * low));
}

/* cos(r + low), |r| <= pi/4 */
static inline double cosine_near_zero(double r, double low) {
  double z = r * r, z2 = z * z, half = 0.5 * z;
  /* (cos(r) - 1 + r^2/2)/r^4; of cos(r) below 2^-60.0 */
  double even = 0.0416666666666666 + z2 * (2.4801587289494602e-05 + z2 * 2.0875723645609223e-09);
  double odd = -0.0013888888888874146 + z2 * (-2.755731435544686e-07 + z2 * -1.1359664925761545e-11);
  pair h = pair_ordered(1.0, -half);
  return h.high + (h.low + (z2 * (even + z * odd) - r * low));
}

/* Sine and cosine of quarters*pi/2 + r + low; only the last two bits of quarters count. */
static inline void sincos_turned(double r, double low, uint64_t quarters, double *sine, double *cosine) {
  uint64_t s = bits_of(sine_near_zero(r, low)), c = bits_of(cosine_near_zero(r, low));
  uint64_t other = (s ^ c) & (0 - (quarters & 1));
  *sine = double_of((s ^ other) ^ (quarters & 2) << 62);
  *cosine = double_of((c ^ other) ^ ((quarters + 1) & 2) << 62);
}

/* a = n pi/2 + r + low in four steps. Three parts of pi/2 have 33 bits, so that their products with n, at most 20 bits,
 * are exact; so are the differences or their errors. 2^-150 is left out, and no double here is nearer to a
 * multiple of pi/2 than 2^-60. */
static inline double angle_reduced(double a, double *low, uint64_t *quarters) {
  double shifted = a * 0x1.45f306dc9c883p-1 + ROUNDER, n = shifted - ROUNDER;
  double first = a - n * 0x1.921fb544p+0;
  pair second = pair_ordered(first, -(n * 0x1.0b4611a6p-34));
  pair third = pair_ordered(second.high, -(n * 0x1.3198a2ep-69));
  *low = (second.low + third.low) - n * 0x1.b839a252049c1p-104;
  *quarters = bits_of(shifted);
  return third.high;
}

static inline void k_sincos_fast(double a, double *sine, double *cosine) {
  double low;
  uint64_t quarters;
  double r = angle_reduced(a, &low, &quarters), s;
  sincos_turned(r, low, quarters, &s, cosine);
  *sine = fabs(a) < 0x1p-27 ? a : s; /* -0 and subnormals */
}

static inline double k_sin_fast(double a) {
  double sine, cosine;
  k_sincos_fast(a, &sine, &cosine);
  return sine;
}

static inline double k_cos_fast(double a) {
  double sine, cosine;
  k_sincos_fast(a, &sine, &cosine);
  return cosine;
}

/* Any number; nan at the infinities. */
static inline void k_sincos(double a, double *sine, double *cosine) {
  if (k_angle_is_fast(a)) {
    k_sincos_fast(a, sine, cosine);
    return;
  }
  int n = 0;
  dd r = fabs(a) > DBL_MAX ? dd_of((double)NAN) : dd_quarters(fabs(a), &n);
  double s;
  sincos_turned(r.h, r.l, (uint64_t)n, &s, cosine);
  *sine = a < 0.0 ? -s : s;
}

static inline double k_sin(double a) {
  double sine, cosine;
  k_sincos(a, &sine, &cosine);
  return sine;
}

static inline double k_cos(double a) {
  double sine, cosine;
  k_sincos(a, &sine, &cosine);
  return cosine;
}

#endif
