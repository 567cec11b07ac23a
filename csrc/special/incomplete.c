/* Incomplete gamma functions, not regularised (DLMF 8.2.1, 8.2.2). All three methods give the integral over
 * x^s exp(-x), a factor that is put back last, in logarithms. */
#include "special/functions.h"

#include "special/gamma_kin.h"
#include "special/dd.h"
#include "special/order_slopes.h"

#define NEAR_ZERO 0x1p-20
#define RESONANCE (-40.0)
#define INCOMPLETE_TERMS 100000

/* x^s exp(-x). */
static dd_scaled front(dd s, double x) {
  return dd_exp(dd_add_d(dd_mul(s, dd_log(dd_of(x))), -x));
}

/* Upper over front by the continued fraction of DLMF 8.9.2 in its even part,
 * 1/(x + 1 - s - 1(1 - s)/(x + 3 - s - 2(2 - s)/...)), from the n-th partial denominator down. 140/x terms are enough
 * for small s, 27 for s < 174 at x = 1.25 s + 1. */
static dd upper_fraction(dd s, double x) {
  int n = 32 + (int)(140.0 / x);
  dd base = dd_sub(dd_of(x), s), r = dd_add_d(base, 2.0 * n + 1.0);
  for (int k = n; k >= 1; k--) {
    dd numerator = dd_mul_d(dd_add_d(s, -(double)k), -(double)k); /* k (k - s) */
    r = dd_sub(dd_add_d(base, 2.0 * k - 1.0), dd_div(numerator, r));
  }
  return dd_div(dd_of(1.0), r);
}

/* Lower over front: 1/s (1 + x/(s + 1) + x^2/((s + 1)(s + 2)) + ...), DLMF 8.7.1. Terms can grow again where s + k
 * passes 0, but not from below 1/200! on. The slope is that along s: of each term, minus it times the sum of 1/(s + j). */
static dd lower_series(dd s, double x, dd *slope) {
  dd term = dd_div(dd_of(1.0), s), sum = term, reciprocals = term;
  *slope = dd_neg(dd_mul(term, reciprocals));
  for (int k = 1; k <= INCOMPLETE_TERMS; k++) {
    dd down = dd_add_d(s, k);
    term = dd_div(dd_mul_d(term, x), down);
    sum = dd_add(sum, term);
    reciprocals = dd_add(reciprocals, dd_div(dd_of(1.0), down));
    *slope = dd_sub(*slope, dd_mul(term, reciprocals));
    if (!(fabs(term.h) >= 0x1p-100 * fabs(sum.h)) && (down.h > 2.0 * x || s.h < -200.0))
      break;
  }
  return sum;
}

/* gamma(s) for any s that is no pole. */
dd_scaled incomplete_gamma(dd s) {
  if (s.h > 0.0) {
    gamma_parts g = gamma_split(s);
    return scaled_div(dd_exp(g.log), g.product);
  }
  dd sine, cosine;
  dd_sincos_pi(s, &sine, &cosine);
  gamma_parts g = gamma_split(dd_add_d(dd_neg(s), 1.0));
  return scaled_div(scaled_mul(dd_exp(dd_neg(g.log)), dd_mul(dd_pi, g.product)), sine);
}

static dd unscaled(dd_scaled a) {
  return (dd){ldexp(a.m.h, a.e), ldexp(a.m.l, a.e)};
}

static dd_scaled scaled_sub(dd_scaled a, dd_scaled b) {
  int e = a.e > b.e ? a.e : b.e;
  a.e -= e;
  b.e -= e;
  return (dd_scaled){dd_sub(unscaled(a), unscaled(b)), e};
}

/* |s| < 2^-20, x < 2: upper = (gamma(1 + s) - 1)/s - (x^s - 1)/s - x^s sum over k >= 1 of (-x)^k/(k! (s + k)), the
 * first two by their series in s, which has no 0/0 left. Terms after s^5 are below 2^-110 for the first and, as
 * |s log x| < 2^-10, 2^-62 for the second with 7 terms. */
static dd upper_near_zero(dd s, double x) {
  static const dd gammas[] = {
      /* Taylor coefficients of gamma at 1 */
      {-0.5772156649015329, 4.942915152430645e-18}, {0.9890559953279725, 5.177857547467012e-17},
      {-0.9074790760808863, 4.259690686167104e-18}, {0.9817280868344002, 2.7470614749057617e-17},
      {-0.9819950689031453, 4.965496623057315e-17}, {0.9931491146212762, -3.525521905488117e-18}};
  dd l = dd_log(dd_of(x)), sl = dd_mul(s, l), first = dd_of(0.0), second = dd_of(0.0);
  for (int i = 5; i >= 0; i--)
    first = dd_add(gammas[i], dd_mul(first, s));
  for (double i = 9.0; i >= 1.0; i -= 1.0) /* expm1(sl)/sl */
    second = dd_add_d(dd_div_d(dd_mul(second, sl), i + 1.0), 1.0);
  dd power = dd_add_d(dd_mul(second, sl), 1.0), term = dd_of(1.0), sum = dd_of(0.0);
  for (int k = 1; k <= 80; k++) {
    term = dd_div_d(dd_mul_d(term, -x), k);
    sum = dd_add(sum, dd_div(term, dd_add_d(s, k)));
  }
  dd r = dd_sub(first, dd_mul(l, second));
  return dd_sub(r, dd_mul(power, sum));
}

/* Upper for s >= -1/2 where the fraction is not used. */
static dd_scaled upper_direct(dd s, double x) {
  if (fabs(s.h) < NEAR_ZERO)
    return (dd_scaled){upper_near_zero(s, x), 0};
  dd slope;
  return scaled_sub(incomplete_gamma(s), scaled_mul(front(s, x), lower_series(s, x, &slope)));
}

/* s < -40, x < 2: exp(x) sum of (-1)^k x^k/(k! (-s - k)) up to k = -s - 2; what is left out, gamma(s) included, is
 * less than 2^40/40! of it. */
static dd upper_far_below(dd s, double x) {
  dd term = dd_of(1.0), sum = dd_of(0.0);
  for (int k = 0; k < -s.h - 1.5 && k < 60; k++) {
    sum = dd_sub(sum, dd_div(term, dd_add_d(s, k)));
    term = dd_div_d(dd_mul_d(term, -x), k + 1.0);
  }
  return dd_mul(sum, unscaled(dd_exp(dd_of(x))));
}

/* -40 <= s < -1/2, x < 2: from s + m in [-1/2, 1/2] down by U(s - 1) = (1 - x U(s))/(1 - s), U upper over front; DLMF
 * 8.8.2. */
static dd upper_below(dd s, double x) {
  int m = (int)rint(-s.h);
  dd t = dd_add_d(s, m);
  dd_scaled top = upper_direct(t, x), f = front(t, x);
  dd u = unscaled((dd_scaled){dd_div(top.m, f.m), top.e - f.e});
  for (int i = 0; i < m; i++) {
    t = dd_add_d(t, -1.0);
    u = dd_div(dd_add_d(dd_neg(dd_mul_d(u, x)), 1.0), dd_neg(t));
  }
  return u;
}

int incomplete_by_fraction(double s, double x) {
  return x >= 2.0 && x >= 1.25 * s + 1.0;
}

/* Upper for finite s and x > 0. */
dd_scaled incomplete_upper(double s, double x) {
  int fraction = incomplete_by_fraction(s, x);
  if (!fraction && s >= -0.5)
    return upper_direct(dd_of(s), x);
  dd over = fraction        ? upper_fraction(dd_of(s), x)
            : s < RESONANCE ? upper_far_below(dd_of(s), x)
                            : upper_below(dd_of(s), x);
  return scaled_mul(front(dd_of(s), x), over);
}

/* x^(n - 1) gamma(1 - n, x), s = 1 - n: exp(-x) times upper over front, where that is at hand. */
dd_scaled incomplete_expint(dd s, double x) {
  dd over;
  if (incomplete_by_fraction(s.h, x))
    over = upper_fraction(s, x);
  else if (s.h < -0.5)
    over = s.h < RESONANCE ? upper_far_below(s, x) : upper_below(s, x);
  else {
    dd_scaled up = upper_direct(s, x), power = dd_exp(dd_mul(dd_neg(s), dd_log(dd_of(x))));
    return (dd_scaled){dd_mul(up.m, power.m), up.e + power.e};
  }
  return scaled_mul(dd_exp(dd_of(-x)), over);
}

/* The slope of lower along s from its series, with that of x^s put in. */
dd_scaled incomplete_series_order(double s, double x) {
  dd slope, sum = lower_series(dd_of(s), x, &slope);
  return scaled_mul(front(dd_of(s), x), dd_add(slope, dd_mul(dd_log(dd_of(x)), sum)));
}

/* x^s times a sum of positive terms, sum of (-x)^k/(k! (s + k)), for x < 0 and whole s > 0 (DLMF 8.7.1): lower. */
static dd_scaled lower_negative(double s, double x) {
  dd sum = dd_of(0.0), term = dd_of(1.0);
  for (int k = 0; k <= 8000; k++) {
    dd part = dd_div(term, dd_sum(s, k));
    sum = dd_add(sum, part);
    if (part.h < 0x1p-100 * sum.h && k > -x)
      break;
    term = dd_div_d(dd_mul_d(term, -x), k + 1.0);
  }
  dd_scaled power = dd_exp(dd_mul_d(dd_log(dd_of(-x)), s));
  return scaled_mul(power, is_odd(s) ? dd_neg(sum) : sum);
}

/* Negative x: real for whole s > 0 only. */
static double of_negative(double s, double x, int upper) {
  if (!(s > 0.0 && is_whole(s) && x < 0.0 && x >= -700.0 && s <= DBL_MAX))
    return special_nan();
  dd_scaled low = lower_negative(s, x);
  if (!upper)
    return dd_scaled_value(low);
  return s > 174.0 ? HUGE_VAL : dd_scaled_value(scaled_sub(incomplete_gamma(dd_of(s)), low));
}

static double far_outside(dd_scaled f) {
  return f.e > 0 ? HUGE_VAL : 0.0;
}

/* Where the fraction is not used, upper is more than gamma(s)/10000, which overflows from 174 on. Upper lies
 * between front/(x + |s| + 1) and front, so a front this far outside the doubles decides alone. */
double k_uppergamma(double s, double x) {
  if (!(fabs(s) <= DBL_MAX && x > 0.0 && x <= DBL_MAX)) {
    if (x == 0.0)
      return s > 0.0 ? k_gamma(s) : s <= 0.0 ? HUGE_VAL : special_nan();
    return x > DBL_MAX && fabs(s) <= DBL_MAX ? 0.0 : of_negative(s, x, 1);
  }
  int fraction = incomplete_by_fraction(s, x);
  if (!fraction && s > 174.0)
    return HUGE_VAL;
  if (fraction || s < -0.5) {
    dd_scaled f = front(dd_of(s), x);
    if (f.e > 4400 || f.e < -2200)
      return far_outside(f);
  }
  return dd_scaled_value(incomplete_upper(s, x));
}

/* The series where the fraction is not used, else gamma(s) - upper. */
double k_lowergamma(double s, double x) {
  if (!(fabs(s) <= DBL_MAX && x > 0.0 && x <= DBL_MAX)) {
    if (x == 0.0)
      return s > 0.0 ? 0.0 : special_nan();
    return x > DBL_MAX && s > 0.0 ? k_gamma(s) : of_negative(s, x, 0);
  }
  if (s <= 0.0 && is_whole(s))
    return special_nan();
  if (fabs(s) < 0x1p-900)
    return 1.0 / s;
  int fraction = incomplete_by_fraction(s, x);
  if (fraction && s > 174.0)
    return HUGE_VAL;
  dd_scaled f = front(dd_of(s), x);
  if (f.e > 4400 || (s > 0.0 && !fraction && f.e < -2200))
    return s < 0.0 && is_odd(floor(s)) ? -HUGE_VAL : far_outside(f);
  dd slope;
  if (!fraction)
    return dd_scaled_value(scaled_mul(f, lower_series(dd_of(s), x, &slope)));
  return dd_scaled_value(scaled_sub(incomplete_gamma(dd_of(s)), scaled_mul(f, upper_fraction(dd_of(s), x))));
}

double k_incomplete_slope(double s, double x) {
  if (!(fabs(s) <= DBL_MAX && fabs(x) <= DBL_MAX))
    return x > DBL_MAX && fabs(s) <= DBL_MAX ? 0.0 : special_nan();
  if (x == 0.0)
    return s > 1.0 ? 0.0 : s == 1.0 ? 1.0 : HUGE_VAL;
  if (x < 0.0 && !is_whole(s))
    return special_nan();
  dd e = dd_add_d(dd_mul(dd_sum(s, -1.0), dd_log(dd_of(fabs(x)))), -x);
  double r = dd_scaled_value(dd_exp(e));
  return x < 0.0 && !is_odd(s) ? -r : r;
}
