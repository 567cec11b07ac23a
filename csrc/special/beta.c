/* Beta and its slope. */
#include "special/gamma_kin.h"
#include "special/dd.h"

#define TINY 0x1p-200

/* log of gamma(a)/gamma(a + b) for a, a + b >= 20 from Stirling's formula (DLMF 5.11.1) with the large parts taken
 * off: -(a - 1/2) log(1 + b/a) - b log(a + b) + b + tail(a) - tail(a + b). Nothing of the size of log gamma(a)
 * appears. */
static dd log_gamma_ratio(dd a, dd b) {
  dd sum = dd_add(a, b);
  dd r = dd_mul(dd_add_d(a, -0.5), dd_log1p(dd_div(b, a)));
  r = dd_add(r, dd_mul(b, dd_add_d(dd_log(sum), -1.0)));
  return dd_sub(dd_sub(stirling_tail(a), stirling_tail(sum)), r);
}

/* beta(a, b) for a, b > 0. gamma(b) gamma(a)/gamma(a + b), the quotient by its own formula for large a. */
static dd_scaled beta_positive(dd a, dd b) {
  if (a.h < b.h) {
    dd t = a;
    a = b;
    b = t;
  }
  if (b.h > 2000.0) /* below 4^-2000: any exponent far outside will do */
    return (dd_scaled){dd_of(1.0), -4000};
  gamma_parts gb = gamma_split(b);
  if (a.h >= STIRLING_FROM)
    return scaled_div(dd_exp(dd_add(gb.log, log_gamma_ratio(a, b))), gb.product);
  gamma_parts ga = gamma_split(a), gs = gamma_split(dd_add(a, b));
  dd_scaled r = dd_exp(dd_sub(dd_add(ga.log, gb.log), gs.log));
  return scaled_div(scaled_mul(r, gs.product), dd_mul(ga.product, gb.product));
}

static dd sine_pi(dd z) {
  dd sine, cosine;
  dd_sincos_pi(z, &sine, &cosine);
  return sine;
}

static dd_scaled scaled_inverse(dd_scaled a) {
  return (dd_scaled){dd_div(dd_of(1.0), a.m), -a.e};
}

/* beta(a, b) = gamma(a) gamma(b)/gamma(a + b) where a and b are no poles; gamma of negative arguments replaced by
 * pi/(sin(pi z) gamma(1 - z)), DLMF 5.5.3, and the three gammas left made one beta again. sum_factor is
 * sin(pi(a + b)), or its derivative for the slope where a + b is a pole. */
static dd_scaled beta_reflected(dd a, dd b, dd sum_factor) {
  dd sum = dd_add(a, b), rest = dd_add_d(dd_neg(sum), 1.0);
  dd a1 = dd_add_d(dd_neg(a), 1.0), b1 = dd_add_d(dd_neg(b), 1.0);
  if (a.h < 0.0 && b.h < 0.0) { /* pi sin(pi(a + b))/(sin sin) / ((1 - a - b) beta(1 - a, 1 - b)) */
    dd sines = dd_mul(dd_mul(sine_pi(a), sine_pi(b)), rest);
    dd_scaled r = scaled_inverse(beta_positive(a1, b1));
    return scaled_div(scaled_mul(r, dd_mul(dd_pi, sum_factor)), sines);
  }
  dd negative = a.h < 0.0 ? a : b, positive = a.h < 0.0 ? b : a, one_minus = a.h < 0.0 ? a1 : b1;
  if (sum.h <= 0.0) /* beta(positive, 1 - sum) sin(pi sum)/sin(pi negative) */
    return scaled_div(scaled_mul(beta_positive(positive, rest), sum_factor), sine_pi(negative));
  dd_scaled r = scaled_inverse(beta_positive(one_minus, sum)); /* pi/(sin(pi negative) positive beta(..)) */
  return scaled_div(scaled_mul(r, dd_pi), dd_mul(sine_pi(negative), positive));
}

dd_scaled beta_of(dd a, dd b) {
  dd sum = dd_add(a, b);
  if (a.h > 0.0 && b.h > 0.0)
    return beta_positive(a, b);
  if (is_pole(sum))
    return (dd_scaled){dd_of(0.0), 0};
  return beta_reflected(a, b, sine_pi(sum));
}

/* Poles, with |b| no pole or b a positive whole number. */
static double beta_at_pole(double a, double b) {
  if (b > 0.0 && is_whole(b) && dd_sum(a, b).h <= 0.0) {
    double r = dd_scaled_value(beta_positive(dd_add_d(dd_neg(dd_sum(a, b)), 1.0), dd_of(b)));
    return is_odd(b) ? -r : r;
  }
  return a == 0.0 ? 1.0 / a : special_nan();
}

/* Finite a, b that are no poles. The larger one tiny: 1/a + 1/b; one tiny, b: 1/b to first order. */
static double beta_regular(double a, double b) {
  if (fabs(a) < TINY && fabs(b) < TINY)
    return 1.0 / a + 1.0 / b;
  if (fabs(a) < TINY)
    return 1.0 / a;
  if (fabs(b) < TINY)
    return 1.0 / b;
  return dd_scaled_value(beta_of(dd_of(a), dd_of(b)));
}

double k_beta(double a, double b) {
  if (a != a || b != b)
    return a + b;
  if (!(fabs(a) <= DBL_MAX && fabs(b) <= DBL_MAX)) {
    double other = fabs(a) <= DBL_MAX ? a : b;
    return a >= -DBL_MAX && b >= -DBL_MAX && other > 0.0 ? 0.0 : special_nan();
  }
  int pole_a = is_pole(dd_of(a)), pole_b = is_pole(dd_of(b));
  if (pole_a && pole_b)
    return a == 0.0 && b == 0.0 && signbit(a) == signbit(b) ? 1.0 / a : special_nan();
  if (pole_a || pole_b)
    return pole_a ? beta_at_pole(a, b) : beta_at_pole(b, a);
  return beta_regular(a, b);
}

/* digamma(a) - digamma(a + b). Where b is far below the distance from a to the poles: the middle value
 * -b digamma'(a + b/2), whose next term is (b/distance)^2 smaller. Elsewhere 2^-98 absolute is enough. */
double digamma_fall(dd a, dd b) {
  double distance = a.h > 0.0 ? a.h : fabs(a.h - rint(a.h));
  if (fabs(b.h) < 0x1p-28 * distance)
    return -b.h * k_polygamma(1.0, a.h + 0.5 * b.h);
  return dd_value(dd_sub(digamma_of(a), digamma_of(dd_add(a, b))));
}

/* beta(a, b) (digamma(a) - digamma(a + b)); at a zero of beta the limit of the product; -1/a^2 near and at a = 0. */
double k_beta_da(double a, double b) {
  double f = k_beta(a, b);
  dd sum = dd_sum(a, b);
  if (f != f || !(fabs(sum.h) <= DBL_MAX))
    return f == 0.0 ? 0.0 : special_nan();
  if (is_pole(dd_of(b)) || (a < 0.0 && is_whole(a)))
    return special_nan();
  if (fabs(a) < TINY)
    return -1.0 / (a * a);
  if (fabs(b) < TINY) /* (1/b)(-b digamma'(a)), of which the first may overflow and the second be subnormal */
    return -k_polygamma(1.0, a);
  if (is_pole(sum)) {
    dd turn = is_odd(sum.h) != is_odd(sum.l) ? dd_neg(dd_pi) : dd_pi;
    return dd_scaled_value(beta_reflected(dd_of(a), dd_of(b), turn));
  }
  double fall = digamma_fall(dd_of(a), dd_of(b));
  if (fabs(fall) < 0x1p-960 && fabs(b) < 0x1p-28 * fabs(a)) /* -b digamma'(a + b/2), subnormal where f is large */
    return -(f * b) * k_polygamma(1.0, a + 0.5 * b);
  if (fabs(f) < 0x1p-960 && fabs(f) > 0.0) /* the product may be larger than a subnormal beta tells */
    return dd_scaled_value(scaled_mul(beta_of(dd_of(a), dd_of(b)), dd_of(fall)));
  return f * fall;
}
