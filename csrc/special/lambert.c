/* Lambert's W: w exp(w) = x (DLMF 4.13). A start in doubles, then two Newton steps in double-double arithmetic, which
 * leave only the rounding. */
#include "special/functions.h"

#include "special/dd.h"

static const dd euler_number = {2.718281828459045, 1.4456468917292502e-16};

/* 1 + e x: what the branch point is measured by; relative to itself about 2^-50 at its least. */
static dd above_branch(double x) {
  return dd_add_d(dd_mul_d(euler_number, x), 1.0);
}

/* DLMF 4.13.6 in p = +-sqrt(2(1 + e x)). */
static double near_branch(double p) {
  static const double c[] = {-1.0,
                             1.0,
                             -1.0 / 3.0,
                             11.0 / 72.0,
                             -43.0 / 540.0,
                             769.0 / 17280.0,
                             -221.0 / 8505.0,
                             680863.0 / 43545600.0,
                             -1963.0 / 204120.0,
                             226287557.0 / 37623398400.0};
  double r = c[9];
  for (int i = 8; i >= 0; i--)
    r = r * p + c[i];
  return r;
}

/* Away from the branch point: log(1 + x) corrected, or log x - log log x. Newton on w + log w = log x for x > 2, else
 * Halley on w exp(w) = x. */
static double start(double x) {
  if (x > 2.0) {
    double l = plain_log(x), w = l - plain_log(l > 1.0 ? l : 1.0);
    for (int i = 0; i < 6; i++)
      w -= (w + plain_log(w) - l) / (1.0 + 1.0 / w);
    return w;
  }
  double w = x > -0.3 ? plain_log1p(x) : near_branch(sqrt(2.0 * dd_value(above_branch(x))));
  for (int i = 0; i < 4; i++) {
    double e = plain_exp(w), f = w * e - x;
    w -= f / (e * (w + 1.0) - 0.5 * (w + 2.0) * f / (w + 1.0));
  }
  return w;
}

/* w - (w - x exp(-w))/(1 + w). x by its fraction, so that a subnormal x loses nothing. */
static dd improved(dd w, double x) {
  int e;
  double f = frexp(x, &e);
  dd_scaled q = dd_exp(dd_neg(w));
  dd r = dd_mul_d(q.m, f);
  r = (dd){ldexp(r.h, q.e + e), ldexp(r.l, q.e + e)};
  return dd_sub(w, dd_div(dd_sub(w, r), dd_add_d(w, 1.0)));
}

/* For finite x, -1/e < x, and |x| > 2^-60. */
static dd lambert(double x) {
  double p = x < 0.0 ? sqrt(2.0 * dd_value(above_branch(x))) : 1.0;
  double w = p < 0.0625 ? near_branch(p) : start(x);
  return improved(improved(dd_of(w), x), x);
}

/* The other real branch, below -1: Newton on w + log(-w) = log(-x) where 4.13.6 does not reach. */
static dd lower_branch(double x) {
  double p = sqrt(2.0 * dd_value(above_branch(x))), w = near_branch(-p);
  if (p >= 0.0625) {
    double l = plain_log(-x);
    w = p < 0.8 ? w : l - plain_log(-l);
    for (int i = 0; i < 8; i++)
      w -= (w + plain_log(-w) - l) / (1.0 + 1.0 / w);
  }
  return improved(improved(dd_of(w), x), x);
}

static int in_domain(double x) {
  return x >= 0.0 || (x > -0.37 && above_branch(x).h > 0.0);
}

double k_lambertw(double x) {
  if (fabs(x) < 0x1p-60 || x > DBL_MAX)
    return x;
  return in_domain(x) ? dd_value(lambert(x)) : special_nan();
}

/* exp(-w)/(1 + w). */
static double slope_at(dd w) {
  dd_scaled q = dd_exp(dd_neg(w));
  return dd_scaled_value(scaled_div(q, dd_add_d(w, 1.0)));
}

/* The same next to the branch point, where 1 + w = q does not follow from w: q = p - p^2/3 + 11/72 p^3 - 43/540 p^4,
 * and exp(-w) = e exp(-q). */
static double slope_at_branch(double x, double sign) {
  double p = sign * sqrt(2.0 * dd_value(above_branch(x)));
  double q = p * (1.0 - p * (1.0 / 3.0 - p * (11.0 / 72.0 - p * (43.0 / 540.0))));
  return 2.718281828459045 * (1.0 - q * (1.0 - 0.5 * q)) / q;
}

static int is_at_branch(double x) {
  return x < -0.25 && above_branch(x).h < 0x1p-42;
}

double k_lambertw_slope(double x) {
  if (fabs(x) < 0x1p-60)
    return 1.0;
  if (x > DBL_MAX)
    return 0.0;
  if (!in_domain(x))
    return special_nan();
  return is_at_branch(x) ? slope_at_branch(x, 1.0) : slope_at(lambert(x));
}

double k_lambertw_branch(double x, double k) {
  if (k == 0.0)
    return k_lambertw(x);
  if (k != -1.0 || !(x <= 0.0 && in_domain(x)))
    return special_nan();
  return x == 0.0 ? -HUGE_VAL : dd_value(lower_branch(x));
}

double k_lambertw_branch_slope(double x, double k) {
  if (k == 0.0)
    return k_lambertw_slope(x);
  if (k != -1.0 || !(x <= 0.0 && in_domain(x)))
    return special_nan();
  if (x == 0.0)
    return -HUGE_VAL;
  return is_at_branch(x) ? slope_at_branch(x, -1.0) : slope_at(lower_branch(x));
}
