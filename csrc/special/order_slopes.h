/* Slopes along an order, and what the files of the functions lend for them. Where there is none that is known, nan. */
#ifndef SYMAD_SPECIAL_ORDER_H
#define SYMAD_SPECIAL_ORDER_H

#include "numbers/double_double.h"

/* order_slopes.c. Bessel functions for x > 0, incomplete gamma functions for x >= 0, order at most 4096 in magnitude;
 * expint for x >= 0 and -64 <= n <= 4096. expint is the value, of whole n also above, and expint_slope the
 * slope along x, both to n = 65536. polylog for |x| <= 0.98. */
double k_besselj_order(double nu, double x);
double k_bessely_order(double nu, double x);
double k_besseli_order(double nu, double x);
double k_besselk_order(double nu, double x);
double k_uppergamma_order(double s, double x);
double k_lowergamma_order(double s, double x);
double k_expint(double n, double x);
double k_expint_order(double n, double x);
double k_expint_slope(double n, double x);
double k_polylog_order(double s, double x);

typedef dd_scaled order_function(double order, double x);

/* The slope of f along its order, which changes by a factor e over 1/change. */
dd_scaled order_slope(order_function *f, double order, double x, double change);

/* bessel_real.c, bessel_modified.c: finite x > 0, any order. */
order_function wave_j, wave_y, wave_i, wave_k;

/* incomplete.c: finite x > 0. */
order_function incomplete_upper, incomplete_series_order;
dd_scaled incomplete_expint(dd s, double x);
int incomplete_by_fraction(double s, double x);
dd_scaled incomplete_gamma(dd s);

#endif
