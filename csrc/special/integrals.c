/* Exponential, logarithmic and trigonometric integrals. All come from E_p(z), DLMF 8.19, by three expansions: the
 * power series, the continued fraction, and on the negative axis, where that one diverges, the asymptotic series. */
#include "special/integrals.h"
#include "special/integrals_dd.h"
#include "special/order_slopes.h"
#include "kernels/hyperbolic.h"
#include "kernels/trigonometric.h"

/* Up to here E_n on the positive axis is taken from its power series, which loses a factor exp(2x). */
#define SERIES_TO 4.0
#define LEAST_ORDER (-64.0)
/* Ci has zeros, near which the power series would lose more than the digits of a double. */
#define CI_FRACTION_FROM 6.0

static const dd euler = {0.5772156649015329, -4.942915152430645e-18};
static const dd half_pi = {1.5707963267948966, 6.123233995736766e-17};

/* Sums of w^k/(k! (k + shift)) (DLMF 6.6.2, 7.6.2, 8.19.8), without the term that has a pole; turned: of (iw)^k, the
 * i of the odd sum left out. Terms below small times the sums are left out, and those that follow. */
two_sums integral_series(dd w, double shift, int turned, double small) {
  dd power = dd_of(1.0), sums[2] = {dd_of(0.0), dd_of(0.0)};
  double size = fabs(w.h);
  for (int k = 0; k < 400; k++) {
    double divisor = (double)k + shift;
    if (k > 0)
      power = dd_div_d(dd_mul(power, w), (double)k);
    if (divisor == 0.0)
      continue;
    dd term = dd_div_d(power, divisor);
    sums[k & 1] = dd_add(sums[k & 1], turned != 0 && (k & 2) != 0 ? dd_neg(term) : term);
    if ((double)k > size && fabs(term.h) <= small * fmin(fabs(sums[0].h), fabs(sums[1].h)))
      break;
  }
  return (two_sums){sums[0], sums[1]};
}

/* -w exp(-w) E_p(-w), principal value: the sum of (p)_k/w^k, DLMF 6.12.2 and 8.20.2. */
dd integral_asymptotic(double p, dd w) {
  dd term = dd_of(1.0), sum = dd_of(1.0);
  for (int k = 0; k < 60; k++) {
    dd next = dd_div(dd_mul_d(term, (double)k + p), w);
    if (!(next.h < term.h) || next.h < 0x1p-76)
      break;
    term = next;
    sum = dd_add(sum, term);
  }
  return sum;
}

/* exp(x) E_p(x), x >= 4: the contracted continued fraction 1/(x + p - p/(x + p + 2 - 2(p + 1)/(x + p + 4 - ...))), DLMF
 * 8.19.17, from the bottom up; as many levels as reach 2^-80 at p = 1 to 1000. */
dd integral_fraction(double p, dd x) {
  int i = 8 + (int)(280.0 / fmin(x.h, 280.0));
  dd base = dd_add_d(x, p), t = dd_add_d(base, 2.0 * i);
  for (; i > 0; i--)
    t = dd_sub(dd_add_d(base, 2.0 * (i - 1)), dd_div(dd_mul_d(dd_sum(p, (double)i - 1.0), (double)i), t));
  return dd_div(dd_of(1.0), t);
}

/* exp(iy) E_p(iy), y >= 6, by the same fraction; as many levels as reach 2^-100 at p = 1, 1/2. */
dd_lower integral_turned_fraction(double p, dd y) {
  if (y.h > 0x1p60) {
    dd inverse = dd_div(dd_of(1.0), y);
    return (dd_lower){dd_mul_d(dd_mul(inverse, inverse), p), inverse};
  }
  int i = 5 + (int)(750.0 / fmin(y.h, 750.0));
  dd re = dd_of(p + 2.0 * i), im = y;
  for (; i > 0; i--) {
    dd square = dd_add(dd_mul(re, re), dd_mul(im, im));
    dd q = dd_div(dd_of((double)i * (p + (double)i - 1.0)), square);
    re = dd_sub(dd_of(p + 2.0 * (i - 1)), dd_mul(re, q));
    im = dd_add(y, dd_mul(im, q));
  }
  dd square = dd_add(dd_mul(re, re), dd_mul(im, im));
  return (dd_lower){dd_div(re, square), dd_div(im, square)};
}

dd_scaled integral_times_exp(dd a, dd exponent) {
  return scaled_mul(dd_exp(exponent), a);
}

/* E_1(x), x > 0. */
static dd_scaled e1_of(dd x) {
  if (x.h > SERIES_TO)
    return integral_times_exp(integral_fraction(1.0, x), dd_neg(x));
  two_sums s = integral_series(x, 0.0, 0, 0x1p-106);
  return (dd_scaled){dd_sub(dd_sub(s.odd, s.even), dd_add(euler, dd_log(x))), 0};
}

/* Ei(x), x > 0. */
static dd_scaled ei_of(dd x) {
  if (x.h >= ASYMPTOTIC_FROM)
    return integral_times_exp(dd_div(integral_asymptotic(1.0, x), x), x);
  two_sums s = integral_series(x, 0.0, 0, x.h < 2.0 ? 0x1p-106 : 0x1p-72);
  return (dd_scaled){dd_add(dd_add(s.even, s.odd), dd_add(euler, dd_log(x))), 0};
}

double k_ei(double a) {
  if (!(fabs(a) < 1e3)) /* overflows from 716.4 on */
    return a == a ? (a > 0.0 ? HUGE_VAL : -0.0) : a;
  if (a == 0.0)
    return -HUGE_VAL;
  return a > 0.0 ? dd_scaled_value(ei_of(dd_of(a))) : -dd_scaled_value(e1_of(dd_of(-a)));
}

double k_e1(double a) {
  if (!(a > 0.0 && a < 1e3))
    return a >= 0.0 ? (a == 0.0 ? HUGE_VAL : 0.0) : special_nan();
  return dd_scaled_value(e1_of(dd_of(a)));
}

/* exp(a)/a, also where exp alone overflows. */
double k_ei_slope(double a) {
  if (!(a >= 700.0 && a < 1e3))
    return a < 700.0 ? plain_exp(a) / a : a == a ? HUGE_VAL : a;
  return plain_exp(a - 64.0) / a * 6.235149080811617e27; /* exp(64) */
}

/* Ei(log a), the logarithm in double-double. */
double k_li(double a) {
  if (!(a > 0.0 && a <= DBL_MAX))
    return a >= 0.0 ? a + 0.0 : special_nan();
  if (a == 1.0)
    return -HUGE_VAL;
  dd log_a = dd_log(dd_of(a));
  return log_a.h > 0.0 ? dd_scaled_value(ei_of(log_a)) : -dd_scaled_value(e1_of(dd_neg(log_a)));
}

/* E_n(x) for n >= 2, 0 < x <= 4: DLMF 8.19.8; its logarithmic term is below 2^-300 from n = 100 on. */
static double expint_series(double n, double x) {
  two_sums s = integral_series(dd_of(x), 1.0 - n, 0, 0x1p-80);
  dd sum = dd_sub(s.odd, s.even);
  if (n < 100.0) {
    dd power = dd_of(1.0), psi = dd_neg(euler);
    for (double k = 1.0; k < n; k += 1.0) {
      power = dd_div_d(dd_mul_d(power, -x), k);
      psi = dd_add(psi, dd_div_d(dd_of(1.0), k));
    }
    sum = dd_add(sum, dd_mul(power, dd_sub(psi, dd_log(dd_of(x)))));
  }
  return dd_value(sum);
}

/* E_n(x), n <= 0: x E_n = exp(-x) - n E_(n + 1) (DLMF 8.19.12) from E_0 = exp(-x)/x, all terms positive. */
static double expint_elementary(double n, double x) {
  dd r = dd_div(dd_of(1.0), dd_of(x));
  for (double k = 1.0; k <= -n; k += 1.0)
    r = dd_div_d(dd_add_d(dd_mul_d(r, k), 1.0), x);
  if (!(r.h <= DBL_MAX)) /* only where exp(-x) is nearly 1 */
    return HUGE_VAL;
  return dd_scaled_value(integral_times_exp(r, dd_of(-x)));
}

double integral_whole_order(double n, double x) {
  if (!(x >= 0.0 && n >= LEAST_ORDER))
    return special_nan();
  if (x > 1e3 || n > DBL_MAX)
    return 0.0;
  if (x == 0.0)
    return n <= 1.0 ? HUGE_VAL : 1.0 / (n - 1.0);
  if (n <= 0.0)
    return expint_elementary(n, x);
  if (x <= SERIES_TO)
    return expint_series(n, x);
  return dd_scaled_value(integral_times_exp(integral_fraction(n, dd_of(x)), dd_of(-x)));
}

/* Si = pi/2 - f cos - g sin, Ci = f sin - g cos (DLMF 6.2.19, 6.2.20) with g - i f = exp(ix) E_1(ix). */
double k_si(double a) {
  double m = fabs(a);
  if (!(m <= 0x1p60))
    return m == m ? copysign(half_pi.h, a) : a;
  if (m < 0x1p-30)
    return a;
  if (m < FRACTION_FROM)
    return copysign(dd_value(integral_series(dd_of(m), 0.0, 1, 0x1p-80).odd), a);
  dd sine, cosine;
  dd_sincos(m, &sine, &cosine);
  dd_lower e = integral_turned_fraction(1.0, dd_of(m));
  return copysign(dd_value(dd_sub(half_pi, dd_add(dd_mul(e.im, cosine), dd_mul(e.re, sine)))), a);
}

double k_ci(double a) {
  if (!(a > 0.0 && a <= DBL_MAX))
    return a >= 0.0 ? (a == 0.0 ? -HUGE_VAL : 0.0) : special_nan();
  if (a < CI_FRACTION_FROM) /* DLMF 6.6.6 */
    return dd_value(dd_add(integral_series(dd_of(a), 0.0, 1, 0x1p-106).even, dd_add(euler, dd_log(dd_of(a)))));
  dd sine, cosine;
  dd_sincos(a, &sine, &cosine);
  dd_lower e = integral_turned_fraction(1.0, dd_of(a));
  return dd_value(dd_sub(dd_mul(e.im, sine), dd_mul(e.re, cosine)));
}

double k_ci_slope(double a) {
  return a < 0.0 ? special_nan() : a <= DBL_MAX || a != a ? k_cos(a) / fabs(a) : 0.0;
}

/* Shi, Chi = (Ei(x) +- E_1(x))/2; beyond the series E_1 is below 2^-138 of Ei. */
double k_shi(double a) {
  double m = fabs(a);
  if (!(m < 1e3))
    return m == m ? copysign(HUGE_VAL, a) : a;
  if (m < 0x1p-30)
    return a;
  if (m < ASYMPTOTIC_FROM)
    return copysign(dd_value(integral_series(dd_of(m), 0.0, 0, 0x1p-72).odd), a);
  dd_scaled ei = ei_of(dd_of(m));
  return copysign(dd_scaled_value((dd_scaled){ei.m, ei.e - 1}), a);
}

double k_chi(double a) {
  if (!(a > 0.0 && a < 1e3))
    return a >= 0.0 ? (a == 0.0 ? -HUGE_VAL : HUGE_VAL) : special_nan();
  if (a < ASYMPTOTIC_FROM) {
    two_sums s = integral_series(dd_of(a), 0.0, 0, a < 2.0 ? 0x1p-106 : 0x1p-72);
    return dd_value(dd_add(s.even, dd_add(euler, dd_log(dd_of(a)))));
  }
  dd_scaled ei = ei_of(dd_of(a));
  return dd_scaled_value((dd_scaled){ei.m, ei.e - 1});
}

/* exp(a)/(2a) from 700 on: cosh(a)/a and sinh(a)/a there, also where cosh and sinh alone overflow. */
static double half_exp_over(double a) {
  return a < 1e3 ? plain_exp(a - 64.0) / a * 3.1175745404058085e27 : a == a ? HUGE_VAL : a; /* exp(64)/2 */
}

double k_chi_slope(double a) {
  if (a < 0.0)
    return special_nan();
  return a < 700.0 ? k_cosh(a) / fabs(a) : half_exp_over(a);
}

double k_shi_slope(double a) {
  double m = fabs(a);
  if (m < 700.0)
    return m < 0x1p-30 ? 1.0 : k_sinh(m) / m;
  return half_exp_over(m);
}

/* (a cosh(a) - sinh(a))/a^2; the sum of 2k a^(2k - 1)/(2k + 1)! up to 2, where the difference loses digits. */
double k_shi_slope2(double a) {
  double m = fabs(a);
  if (m < 2.0) {
    double square = a * a, sum = 0.0;
    for (int k = 12; k > 0; k--)
      sum = 1.0 + square * sum * (k + 1) / (k * (2.0 * k + 2.0) * (2.0 * k + 3.0));
    return a / 3.0 * sum;
  }
  double slope = m < 700.0 ? (k_cosh(m) - k_sinh(m) / m) / m : half_exp_over(m) * (1.0 - 1.0 / m);
  return copysign(slope, a);
}
