/* Sine and cosine by one reduction, and what is made of them. As in elementary.h: no branch, no call and the same bits
 * at every vector width in the functions that end in _fast. These take numbers up to FAST_ANGLE, and nan; the functions
 * without that ending take any, and give the same bits where both may be used. */
#ifndef SYMAD_TRIGONOMETRIC_H
#define SYMAD_TRIGONOMETRIC_H

#include "numbers/double_double.h"
#include "kernels/elementary.h"

#define FAST_ANGLE 0x1p20

static inline int k_angle_is_fast(double a) {
  return !(fabs(a) > FAST_ANGLE);
}

static inline int k_sincos_is_fast(double a) {
  return k_angle_is_fast(a);
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

static inline double k_tan_fast(double a) {
  double sine, cosine;
  k_sincos_fast(a, &sine, &cosine);
  return sine / cosine;
}

static inline double k_cot_fast(double a) {
  double sine, cosine;
  k_sincos_fast(a, &sine, &cosine);
  return cosine / sine;
}

static inline double k_sec_fast(double a) {
  return 1.0 / k_cos_fast(a);
}

static inline double k_csc_fast(double a) {
  return 1.0 / k_sin_fast(a);
}

/* sin(a)/a, 1 at 0 */
static inline double k_sinc_fast(double a) {
  return a == 0.0 ? 1.0 : k_sin_fast(a) / a;
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

static inline double k_tan(double a) {
  double sine, cosine;
  k_sincos(a, &sine, &cosine);
  return sine / cosine;
}

static inline double k_cot(double a) {
  double sine, cosine;
  k_sincos(a, &sine, &cosine);
  return cosine / sine;
}

static inline double k_sec(double a) {
  return 1.0 / k_cos(a);
}

static inline double k_csc(double a) {
  return 1.0 / k_sin(a);
}

/* 0 at the infinities */
static inline double k_sinc(double a) {
  return a == 0.0 ? 1.0 : fabs(a) > DBL_MAX ? 0.0 : k_sin(a) / a;
}

/* ---- inverse functions: any number, no branch ---- */

#define HALF_PI 0x1.921fb54442d18p+0
#define HALF_PI_LOW 0x1.1a62633145c07p-54
#define QUARTER_PI 0x1.921fb54442d18p-1
#define QUARTER_PI_LOW 0x1.1a62633145c07p-55

#define TAN_PI_8 0x1.a8279ap-2
#define TAN_3PI_8 0x1.3504f3p+1

/* atan(t) - t, |t| <= 0.4143 */
static inline double atan_rest(double t) {
  double z = t * t, z2 = z * z;
  /* (atan(t)/t - 1)/t^2; of atan(t) below 2^-57.8 */
  double even = -0.333333333333332 +
                z2 * (-0.14285714280259595 +
                      z2 * (-0.09090897847304005 +
                            z2 * (-0.06663122000835225 + z2 * (-0.05039886116331526 + z2 * -0.01792316117227075))));
  double odd =
      0.19999999999954224 +
      z2 * (0.1111111078658898 + z2 * (0.07692061801750877 + z2 * (0.05848019178468642 + z2 * 0.0380792310896851)));
  return t * z * (even + z * odd);
}

/* From |a| <= tan(pi/8) by atan(a) = pi/4 + atan((a - 1)/(a + 1)) and pi/2 + atan(-1/a): one quotient t, |t| <= 0.4143,
 * whose rounding error is small beside the constant. */
static inline double k_atan(double a) {
  double m = fabs(a);
  int low = m <= TAN_PI_8, high = m > TAN_3PI_8;
  double t = (low ? m : high ? -1.0 : m - 1.0) / (low ? 1.0 : high ? m : m + 1.0);
  double rest = atan_rest(t) + (low ? 0.0 : high ? HALF_PI_LOW : QUARTER_PI_LOW);
  double r = (low ? 0.0 : high ? HALF_PI : QUARTER_PI) + (t + rest);
  return copysign(m < 0x1p-27 ? m : r, a);
}

/* What the quotient t = a/b lacks. */
static inline double quotient_rest(pair a, pair b, double t) {
  double th = leading(t), tl = t - th, bh = leading(b.high), bl = b.high - bh;
  double rest = (((a.high - th * bh) - th * bl) - tl * bh) - tl * bl;
  return (rest + (a.low - t * b.low)) / b.high;
}

/* With small/large, the lesser over the greater magnitude: c + atan(t) or c - atan(t) for one of the five multiples c
 * of pi/4 from 0 to pi. As C atan2 at 0 and at the infinities. */
static inline double k_atan2(double a, double b) {
  double y = fabs(a), x = fabs(b), back = copysign(1.0, b);
  double scale = y > 0x1p1000 || x > 0x1p1000 ? 0x1p-100 : y < 0x1p-800 && x < 0x1p-800 ? 0x1p200 : 1.0;
  int steep = y > x, endless = (steep ? y : x) > DBL_MAX;
  double small = (steep ? x : y) * scale, large = (steep ? y : x) * scale;
  small = endless ? (small > DBL_MAX ? 1.0 : 0.0) : small;
  large = endless || large == 0.0 ? 1.0 : large;
  int low = small <= TAN_PI_8 * large;
  pair over = pair_ordered(low ? 0.0 : -large, small), under = pair_ordered(large, low ? 0.0 : small);
  double t = over.high / under.high;
  double rest = atan_rest(t) + (small > 0x1p-900 ? quotient_rest(over, under, t) : 0.0); /* else it underflows */
  double sign = steep ? -back : back;
  /* quarters of pi: where low 0, 2 or 4, else 1 or 3 */
  double quarters = low ? (steep ? 2.0 : 2.0 - 2.0 * back) : 2.0 - back;
  double high = quarters == 3.0 ? 0x1.2d97c7f3321d2p+1 : quarters * QUARTER_PI;
  double high_rest = quarters == 3.0 ? 0x1.a79394c9e8a0ap-54 : quarters * QUARTER_PI_LOW;
  double r = high + (sign * t + (sign * rest + high_rest));
  return a != a || b != b ? a + b : copysign(r, a);
}

/* asin(a)/a - 1 for z = a^2 <= 1/4 */
static inline double asin_rest(double z) {
  double z2 = z * z;
  /* (asin(a)/a - 1)/a^2; of asin(a) below 2^-57.9 */
  double even =
      0.16666666666666763 +
      z2 * (0.04464285717503885 +
            z2 * (0.022372215576617532 +
                  z2 * (0.013980946612793192 +
                        z2 * (0.010785942479290041 + z2 * (0.021758716912389234 + z2 * 0.03267305946468081)))));
  double odd = 0.07499999999970368 +
               z2 * (0.030381942686983188 +
                     z2 * (0.0173516014458791 +
                           z2 * (0.011397888217383655 + z2 * (0.0036851226896730187 + z2 * -0.0210708676175317))));
  return z * (even + z * odd);
}

/* sqrt((1 - m)/2) in two parts, m of [1/2, 1]: its square is exact by halves, and the remainder over twice the root is
 * what is missing. */
static inline pair half_angle_root(double m) {
  double z = 0.5 - 0.5 * m, root = sqrt(z), high = leading(root);
  double rest = (z - high * high) / (root + high);
  return (pair){high, z > 0.0 ? rest : 0.0};
}

/* |a| <= 1/2 by the polynomial, above by asin(m) = pi/2 - 2 asin(sqrt((1 - m)/2)). */
static inline double k_asin(double a) {
  double m = fabs(a);
  pair root = half_angle_root(m);
  int small = m <= 0.5;
  double s = small ? m : root.high + root.low, rest = s * asin_rest(small ? m * m : 0.5 - 0.5 * m);
  pair h = pair_ordered(HALF_PI, -2.0 * root.high);
  double r = small ? m + rest : h.high + (h.low + (HALF_PI_LOW - 2.0 * (root.low + rest)));
  return copysign(m < 0x1p-27 ? m : r, a);
}

/* pi/2 - asin(a) for |a| <= 1/2, else 2 asin(sqrt((1 - m)/2)) or pi less that. */
static inline double k_acos(double a) {
  double m = fabs(a);
  pair root = half_angle_root(m);
  int small = m <= 0.5;
  double s = small ? a : root.high + root.low, rest = s * asin_rest(small ? m * m : 0.5 - 0.5 * m);
  double twice = 2.0 * root.high, low = 2.0 * (root.low + rest);
  pair h = pair_ordered(small ? HALF_PI : 2.0 * HALF_PI, -(small ? a : twice));
  double far = h.high + (h.low + (small ? HALF_PI_LOW - rest : 2.0 * HALF_PI_LOW - low));
  return !small && a > 0.0 ? twice + low : far;
}

#endif
