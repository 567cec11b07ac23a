/* Fresnel integrals, erfi and Dawson's integral: E_(1/2) on the imaginary and on the negative axis (integrals_dd.h). */
#include "special/integrals.h"
#include "special/integrals_dd.h"

static const dd two_over_root_pi = {1.1283791670955126, 1.533545961316588e-17};

/* C and S of x > 0. */
typedef struct {
  double s, c;
} fresnel_pair;

/* With w = pi x^2/2: C + i S = x/2 times the sum of (iw)^k/(k! (k + 1/2)) (DLMF 7.6.4, 7.6.6), later
 * 1/2 - C - i (1/2 - S) = x/2 E_(1/2)(iw), which is DLMF 7.5.3 and 7.5.4. x^2 is exact. */
static fresnel_pair fresnel(double x) {
  dd square = dd_scale(dd_prod(x, x), 0.5), w = dd_mul(dd_pi, square);
  if (w.h < FRACTION_FROM) {
    two_sums sums = integral_series(w, 0.5, 1, 0x1p-80);
    return (fresnel_pair){dd_value(dd_mul_d(sums.odd, 0.5 * x)), dd_value(dd_mul_d(sums.even, 0.5 * x))};
  }
  dd sine, cosine;
  dd_sincos_pi(square, &sine, &cosine);
  dd_lower e = integral_turned_fraction(0.5, w);
  dd c = dd_sub(dd_mul(e.re, cosine), dd_mul(e.im, sine)), s = dd_add(dd_mul(e.re, sine), dd_mul(e.im, cosine));
  return (fresnel_pair){0.5 - dd_value(dd_mul_d(s, 0.5 * x)), 0.5 - dd_value(dd_mul_d(c, 0.5 * x))};
}

/* Beyond 2^56 both are 1/2 to less than half a unit. */
double k_fresnels(double a) {
  double m = fabs(a);
  if (!(m < 0x1p56))
    return m == m ? copysign(0.5, a) : a;
  return copysign(fresnel(m).s, a);
}

double k_fresnelc(double a) {
  double m = fabs(a);
  if (!(m < 0x1p56))
    return m == m ? copysign(0.5, a) : a;
  return m < 0x1p-20 ? a : copysign(fresnel(m).c, a);
}

/* sin and cos of pi a^2/2; from 2^54 on a^2 is a multiple of 4. */
double k_fresnels_slope(double a) {
  double m = fabs(a);
  if (!(m < 0x1p54))
    return a - a;
  if (m < 0x1p-30)
    return 1.5707963267948966 * a * a;
  dd sine, cosine;
  dd_sincos_pi(dd_scale(dd_prod(a, a), 0.5), &sine, &cosine);
  return dd_value(sine);
}

double k_fresnelc_slope(double a) {
  double m = fabs(a);
  if (!(m < 0x1p54))
    return a - a + 1.0;
  if (m < 0x1p-30)
    return 1.0;
  dd sine, cosine;
  dd_sincos_pi(dd_scale(dd_prod(a, a), 0.5), &sine, &cosine);
  return dd_value(cosine);
}

/* erfi(x) = x/sqrt(pi) times the sum of w^k/(k! (k + 1/2)), w = x^2 (DLMF 7.6.1), later exp(w)/(x sqrt(pi)) times the
 * asymptotic series (7.12.1 on the imaginary axis). */
double k_erfi(double a) {
  double m = fabs(a);
  if (!(m < 27.0)) /* overflows from 26.64 on */
    return m == m ? copysign(HUGE_VAL, a) : a;
  if (m < 0x1p-30)
    return a == 0.0 ? a : dd_value(dd_mul_d(two_over_root_pi, a));
  dd w = dd_prod(m, m), scale = dd_scale(two_over_root_pi, 0.5);
  if (w.h < ASYMPTOTIC_FROM) {
    two_sums s = integral_series(w, 0.5, 0, 0x1p-72);
    return copysign(dd_value(dd_mul(dd_mul_d(dd_add(s.even, s.odd), m), scale)), a);
  }
  dd factor = dd_mul(dd_div_d(integral_asymptotic(0.5, w), m), scale);
  return copysign(dd_scaled_value(integral_times_exp(factor, w)), a);
}

/* 2/sqrt(pi) exp(a^2). */
double k_erfi_slope(double a) {
  if (!(fabs(a) < 27.0))
    return a == a ? HUGE_VAL : a;
  return dd_scaled_value(integral_times_exp(two_over_root_pi, dd_prod(a, a)));
}
