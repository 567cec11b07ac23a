/* Binomial coefficients of real arguments and their slopes. */
#include "special/gamma_kin.h"
#include "special/dd.h"

/* Below 2^53 a binomial coefficient that is not trivial has k or n - k <= 28. */
#define BY_PRODUCT 64.0

static int is_negative_whole(double a) {
  return a < 0.0 && is_whole(a);
}

/* As falling below, where n - i cannot be told from n, to 2^-490: n^k/k! and n^(k - 1)/(k - 1)!. */
static double falling_huge(double n, double k, double *slope) {
  double r = 1.0;
  *slope = 0.0;
  for (double i = 1.0; i <= k; i += 1.0) {
    *slope = r;
    r *= n / i;
  }
  return r;
}

/* n(n - 1) ... (n - k + 1)/k! and its slope in n, k <= BY_PRODUCT. Whole numbers stay exact up to 2^53: every partial
 * product over (i + 1)! is itself a binomial coefficient, and the numerator before the division fits 106 bits. Value
 * and slope are kept below 2^500 by an exponent of their own, for one may overflow alone. */
static double falling(dd n, double k, double *slope) {
  if (fabs(n.h) >= 0x1p500)
    return falling_huge(n.h, k, slope);
  dd r = dd_of(1.0), d = dd_of(0.0);
  int e = 0;
  for (double i = 0.0; i < k; i += 1.0) {
    if (fabs(r.h) + fabs(d.h) > 0x1p500) {
      r = dd_scale(r, 0x1p-500);
      d = dd_scale(d, 0x1p-500);
      e += 500;
    }
    dd factor = dd_add_d(n, -i);
    d = dd_div_d(dd_add(dd_mul(d, factor), r), i + 1.0);
    r = dd_div_d(dd_mul(r, factor), i + 1.0);
  }
  *slope = dd_scaled_value((dd_scaled){d, e});
  return dd_scaled_value((dd_scaled){r, e});
}

/* 1/((n + 1) beta(n - k + 1, k + 1)), DLMF 5.12.1; n is no negative whole number, n - k and k neither. */
static double by_beta(dd n, double k) {
  dd a = dd_add_d(dd_add_d(n, -k), 1.0);
  dd_scaled b = scaled_mul(beta_of(a, dd_sum(k, 1.0)), dd_add_d(n, 1.0));
  return dd_scaled_value((dd_scaled){dd_div(dd_of(1.0), b.m), -b.e});
}

/* Whether k is even and n - k + 1 does not hold the digits of n, which is not whole. */
static int is_far(double n, double k) {
  return k >= 0x1p53 && k <= DBL_MAX && n == n && !is_whole(n);
}

/* There, k being even: for n > 0, from by_beta's reflection, -sin(pi n)/pi beta(n + 1, k - n); for n < 0,
 * 1/((k - n) beta(-n, k + 1)). */
static double binomial_far(double n, double k) {
  dd rest = dd_sum(k, -n), sine, cosine;
  if (n < 0.0) {
    dd_scaled b = scaled_mul(beta_of(dd_of(-n), dd_sum(k, 1.0)), rest);
    return dd_scaled_value((dd_scaled){dd_div(dd_of(1.0), b.m), -b.e});
  }
  dd_sincos_pi(dd_of(n), &sine, &cosine);
  return -dd_scaled_value(scaled_mul(beta_of(dd_sum(n, 1.0), rest), dd_div(sine, dd_pi)));
}

/* pi cot(pi n): digamma(n - k + 1) = digamma(k - n) - pi cot(pi n). */
static dd cotangent(double n) {
  dd sine, cosine;
  dd_sincos_pi(dd_of(n), &sine, &cosine);
  return dd_mul(dd_pi, dd_div(cosine, sine));
}

/* digamma(n - k + 1) - digamma(n + 1) there; for n < 0 the two cotangents drop out. */
static double digamma_far_n(double n, double k) {
  dd rest = digamma_of(dd_sum(k, -n));
  if (n < 0.0)
    return dd_value(dd_sub(rest, digamma_of(dd_of(-n))));
  return dd_value(dd_sub(dd_sub(rest, cotangent(n)), digamma_of(dd_sum(n, 1.0))));
}

/* digamma(n - k + 1) - digamma(k + 1) there. */
static double digamma_far_k(double n, double k) {
  return dd_value(dd_add_d(dd_neg(cotangent(n)), digamma_fall(dd_sum(k, -n), dd_sum(n, 1.0))));
}

/* k whole and >= 0; n finite. For negative whole n, (-1)^k binomial(k - n - 1, k): Knuth, TAOCP 1, 1.2.6 (17). */
static double binomial_whole(double n, double k) {
  double slope;
  if (k <= BY_PRODUCT)
    return falling(dd_of(n), k, &slope);
  if (is_negative_whole(n)) {
    dd top = dd_add_d(dd_sum(k, -n), -1.0);
    if (-n - 1.0 > BY_PRODUCT && !(top.h < 0x1p1000))
      return is_odd(k) ? -HUGE_VAL : HUGE_VAL;
    double r = -n - 1.0 <= BY_PRODUCT ? falling(top, -n - 1.0, &slope) : by_beta(top, k);
    return is_odd(k) ? -r : r;
  }
  dd rest = dd_sum(n, -k);
  if (is_whole(n) && rest.h < 0.0)
    return 0.0;
  if (is_whole(n) && dd_value(rest) <= BY_PRODUCT)
    return falling(dd_of(n), dd_value(rest), &slope);
  return is_far(n, k) ? binomial_far(n, k) : by_beta(dd_of(n), k);
}

/* One argument infinite. */
static double binomial_at_infinity(double n, double k) {
  if (k == 0.0)
    return 1.0;
  if (!(fabs(k) <= DBL_MAX) || n < 0.0)
    return special_nan();
  return k > 0.0 ? n : 0.0;
}

double k_binomial(double n, double k) {
  if (n != n || k != k)
    return n + k;
  if (!(fabs(n) <= DBL_MAX && fabs(k) <= DBL_MAX))
    return binomial_at_infinity(n, k);
  if (is_whole(k) && k >= 0.0)
    return binomial_whole(n, k);
  if (is_negative_whole(n))
    return special_nan();
  dd rest = dd_sum(n, -k);
  if (is_whole(k) || (rest.h < 0.0 && is_pole(rest)))
    return 0.0;
  return by_beta(dd_of(n), k);
}

/* The slope in n where n - k is a negative whole number, from d/dz 1/gamma(z) = (-1)^m m! at z = -m:
 * (-1)^m beta(n + 1, k - n), m = k - n - 1. */
static double slope_at_zero(double n, double k) {
  double rest = k - n;
  double r = dd_scaled_value(beta_of(dd_sum(n, 1.0), dd_sum(k, -n)));
  return is_odd(rest) ? r : -r;
}

/* binomial (digamma(n + 1) - digamma(n - k + 1)). */
double k_binomial_dn(double n, double k) {
  double f = k_binomial(n, k), slope;
  if (f != f || !(fabs(n) <= DBL_MAX && fabs(k) <= DBL_MAX))
    return special_nan();
  if (is_whole(k) && k <= BY_PRODUCT) {
    falling(dd_of(n), k, &slope);
    return slope;
  }
  if (is_negative_whole(n))
    return f * digamma_fall(dd_of(-n), dd_of(k));
  dd rest = dd_sum(n, -k);
  if (rest.h < 0.0 && is_pole(rest))
    return slope_at_zero(n, k);
  if (is_far(n, k))
    return -f * digamma_far_n(n, k);
  return -f * digamma_fall(dd_add_d(rest, 1.0), dd_of(k));
}

/* binomial (digamma(n - k + 1) - digamma(k + 1)); for whole k < 0 the limit (-1)^m beta(n + 1, -k), m = -k - 1. */
double k_binomial_dk(double n, double k) {
  double f = k_binomial(n, k);
  if (f != f || !(fabs(n) <= DBL_MAX && fabs(k) <= DBL_MAX) || is_negative_whole(n))
    return special_nan();
  dd rest = dd_sum(n, -k);
  if (rest.h < 0.0 && is_pole(rest))
    return -slope_at_zero(n, k);
  if (is_negative_whole(k)) {
    double r = dd_scaled_value(beta_of(dd_sum(n, 1.0), dd_of(-k)));
    return is_odd(k) ? r : -r;
  }
  if (is_far(n, k))
    return f * digamma_far_k(n, k);
  return f * digamma_fall(dd_add_d(rest, 1.0), dd_add_d(dd_sum(k, -n), k));
}
