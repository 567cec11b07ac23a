/* Slopes along an order, of functions that have no formula for them in functions of the table: the derivative of the
 * polynomial through nine values at equal distances, all in double-double arithmetic. With steps of 2^-8 of the length
 * over which the function changes, what the polynomial leaves out is 2^-73/630 of its ninth derivative and what rounding
 * leaves is 2^8 that of the values, which are good to 2^-66 at least. */
#include "special/order_slopes.h"

#include "special/gamma_kin.h"
#include "special/dd.h"
#include "special/functions.h"
#include "special/integrals.h"
#include "special/integrals_dd.h"
#include "special/waves.h"

#define HALF_WIDTH 4
#define STEP_EXPONENT (-8)
#define LOG_2 0.69314718055994531
#define MOST_ORDER 4096.0 /* some values take as many steps */

/* With D_k = (F_k - F_-k)/2, S_k = (F_k + F_-k)/2 - F_0 and t = the distance from the middle in steps, the slope in
 * steps is the sum of D_k odd_k(t^2)/(5040 k) and S_k t even_k(t^2)/20160: Lagrange's polynomial, written out. */
static const double odd_weights[HALF_WIDTH][4] = {
    {8064, -10248, 2030, -98}, {-4032, 14196, -3640, 196}, {1152, -4536, 1890, -126}, {-144, 588, -280, 28}};
static const double even_weights[HALF_WIDTH][4] = {
    {64512, -54656, 9744, -448}, {-8064, 18928, -4368, 224}, {1024, -2688, 1008, -64}, {-72, 196, -84, 8}};

static dd weight_at(const double c[4], double t, double divisor) {
  dd square = dd_prod(t, t), r = dd_of(c[3]);
  for (int i = 2; i >= 0; i--)
    r = dd_add_d(dd_mul(r, square), c[i]);
  return dd_div_d(r, divisor);
}

static dd aligned(dd_scaled a, int e) {
  return a.m.h == 0.0 || a.e - e < -1200 ? dd_of(0.0) : (dd){ldexp(a.m.h, a.e - e), ldexp(a.m.l, a.e - e)};
}

/* The nodes are multiples of the step, so that a function even in its order has a slope that is odd, and both
 * are exact numbers. */
dd_scaled order_slope(order_function *f, double order, double x, double change) {
  int exponent = STEP_EXPONENT - (change > 1.0 ? ilogb(change) + 1 : 0);
  double step = ldexp(1.0, exponent), middle = rint(order / step) * step, t = (order - middle) / step;
  dd_scaled centre = f(middle, x);
  dd zero = centre.m, sum = dd_of(0.0);
  for (int k = 1; k <= HALF_WIDTH; k++) {
    dd above = aligned(f(middle + k * step, x), centre.e), below = aligned(f(middle - k * step, x), centre.e);
    dd difference = dd_scale(dd_sub(above, below), 0.5), mean = dd_scale(dd_add(above, below), 0.5);
    sum = dd_add(sum, dd_mul(difference, weight_at(odd_weights[k - 1], t, 5040.0 * k)));
    dd bend = dd_mul_d(weight_at(even_weights[k - 1], t, 20160.0), t);
    sum = dd_add(sum, dd_mul(dd_sub(mean, zero), bend));
  }
  return (dd_scaled){sum, centre.e - exponent};
}

/* ---- Bessel functions: as (x/2)^order/gamma, with an oscillation of at most pi an order ---- */

static double bessel(order_function *f, double nu, double x) {
  if (!(fabs(nu) <= MOST_ORDER && x > 0.0 && x <= DBL_MAX))
    return special_nan();
  double change = fmax(fabs(plain_log(x) - LOG_2), plain_log(fabs(nu) + 1.0)); /* x/2 may be 0 */
  return dd_scaled_value(order_slope(f, nu, x, change));
}

double k_besselj_order(double nu, double x) {
  return bessel(wave_j, nu, x);
}

double k_bessely_order(double nu, double x) {
  return bessel(wave_y, nu, x);
}

/* The part of I_nu that is even in nu, the rest of which is -sin(nu pi) K_nu/pi: DLMF 10.27.2. */
static dd_scaled wave_i_even(double nu, double x) {
  dd sine, cosine;
  dd_sincos_pi(dd_of(fabs(nu)), &sine, &cosine);
  return wave_sum(wave_i(fabs(nu), x), scaled_mul(wave_k(fabs(nu), x), dd_div(sine, dd_pi)));
}

/* Near order 0 the slope is -K_0, which may be exp(-2x) of I_0: from its two parts. */
static double i_near_order_0(double nu, double x, double change) {
  dd sine, cosine;
  dd_sincos_pi(dd_of(nu), &sine, &cosine);
  dd_scaled k = scaled_mul(wave_k(nu, x), dd_neg(cosine));
  dd_scaled turned = scaled_mul(order_slope(wave_k, nu, x, change), dd_neg(dd_div(sine, dd_pi)));
  return dd_scaled_value(wave_sum(order_slope(wave_i_even, nu, x, change), wave_sum(k, turned)));
}

/* Where I overflows the slope does, falling for nu > 0; at nu = 0 it is -K_0. */
static double i_order_far(double nu) {
  if (isnan(nu))
    return nu; /* whose sign says nothing */
  return nu == 0.0 ? -0.0 : copysign(HUGE_VAL, -nu);
}

double k_besseli_order(double nu, double x) {
  if (fabs(nu) < 0.25 && x > 1.0 && x <= 1e4)
    return i_near_order_0(nu, x, fmax(1.0, fabs(plain_log(0.5 * x))));
  return x > 1e4 ? i_order_far(nu) : bessel(wave_i, nu, x);
}

double k_besselk_order(double nu, double x) {
  return nu == 0.0 && x > 0.0 ? 0.0 : bessel(wave_k, nu, x);
}

/* ---- incomplete gamma functions and exponential integrals ---- */

static dd_scaled upper_order(double s, double x) {
  return order_slope(incomplete_upper, s, x, fmax(fabs(plain_log(x)), plain_log(fabs(s) + 1.0)));
}

double k_uppergamma_order(double s, double x) {
  if (x == 0.0)
    return s > 0.0 ? k_gamma_slope(s) : special_nan();
  if (!(fabs(s) <= MOST_ORDER && x > 0.0))
    return special_nan();
  return x > DBL_MAX ? 0.0 : dd_scaled_value(upper_order(s, x));
}

/* From the series, or gamma's slope less upper's. */
double k_lowergamma_order(double s, double x) {
  if (x == 0.0)
    return s > 0.0 ? 0.0 : special_nan();
  if (!(fabs(s) <= MOST_ORDER && x > 0.0) || (s <= 0.0 && is_whole(s)))
    return special_nan();
  if (x > DBL_MAX)
    return s > 0.0 ? k_gamma_slope(s) : special_nan();
  if (!incomplete_by_fraction(s, x))
    return dd_scaled_value(incomplete_series_order(s, x));
  dd_scaled whole = incomplete_gamma(dd_of(s)), rest = upper_order(s, x);
  rest.m = dd_neg(rest.m);
  return dd_scaled_value(wave_sum(scaled_mul(whole, digamma_of(dd_of(s))), rest));
}

/* x^(n - 1) gamma(1 - n, x), DLMF 8.19.1. */
static dd_scaled expint_of(double n, double x) {
  return incomplete_expint(dd_sum(1.0, -n), x);
}

static int expint_outside(double n, double x) {
  return !(n >= -64.0 && n <= WAVE_MOST_ORDER && x >= 0.0);
}

static double expint_real(double n, double x) {
  if (expint_outside(n, x))
    return special_nan();
  if (x == 0.0)
    return n > 1.0 ? 1.0 / (n - 1.0) : HUGE_VAL;
  return x > 1e4 ? 0.0 : dd_scaled_value(expint_of(n, x));
}

double k_expint(double n, double x) {
  if (n == 1.0)
    return k_e1(x);
  return is_whole(n) ? integral_whole_order(n, x) : expint_real(n, x);
}

double k_expint_order(double n, double x) {
  if (expint_outside(n, x) || n > MOST_ORDER)
    return special_nan();
  if (x == 0.0)
    return n > 1.0 ? -1.0 / ((n - 1.0) * (n - 1.0)) : special_nan();
  double change =
      (x < 1.0 || n < 1.0 ? fabs(plain_log(x)) : 1.0) + plain_log(2.0 + fabs(n)); /* x^(n - 1) gamma(1 - n) is a part */
  return x > 1e4 ? -0.0 : dd_scaled_value(order_slope(expint_of, n, x, change));
}

/* -E_{n-1}(x), DLMF 8.19.13, the order unrounded. */
double k_expint_slope(double n, double x) {
  if (expint_outside(n, x))
    return special_nan();
  if (is_whole(n) || x == 0.0)
    return -k_expint(n - 1.0, x);
  return x > 1e4 ? -0.0 : -dd_scaled_value(incomplete_expint(dd_sum(2.0, -n), x));
}

/* ---- polylogarithm ---- */

/* Minus the sum of x^k log(k)/k^s, |x| <= 0.98; nan elsewhere, and where its terms cancel or are not done by
 * MOST_TERMS. */
double k_polylog_order(double s, double x) {
  dd sum = dd_of(0.0), power = dd_of(x);
  if (!(fabs(s) <= 100.0 && fabs(x) <= 0.98))
    return special_nan();
  double most = 0.0;
  for (int k = 2; k <= MOST_TERMS; k++) {
    dd l = dd_log(dd_of(k));
    power = dd_mul(power, dd_of(x));
    dd_scaled e = dd_exp(dd_neg(dd_mul_d(l, s)));
    dd term = dd_mul(dd_mul(power, l), (dd){ldexp(e.m.h, e.e), ldexp(e.m.l, e.e)});
    sum = dd_sub(sum, term);
    most = fmax(most, fabs(term.h));
    if (!(fabs(term.h) > 0x1p-66 * fabs(sum.h)) && k > -2.0 * s)
      break;
    if (k == MOST_TERMS)
      most = HUGE_VAL;
  }
  return most > SERIES_LOSES * fabs(sum.h) ? special_nan() : dd_value(sum);
}
