/* Bessel functions of real order, modified Bessel functions and Airy functions. Orders up to 65536 in magnitude, else
 * nan; x below 0 gives nan, but for J and I of whole order. At 0 the limits from the right. */
#ifndef SYMAD_SPECIAL_WAVES_H
#define SYMAD_SPECIAL_WAVES_H

#include "numbers/double_double.h"

/* bessel_real.c: J and Y of any order; bessel.c has the whole ones. */
double k_besselj_real(double nu, double x);
double k_besselj_real_slope(double nu, double x);
double k_bessely_real(double nu, double x);
double k_bessely_real_slope(double nu, double x);

/* bessel_modified.c: I and K. */
double k_besseli(double nu, double x);
double k_besseli_slope(double nu, double x);
double k_besselk(double nu, double x);
double k_besselk_slope(double nu, double x);

/* airy.c. Ai and Bi are 0 at -inf; below -2^60 the phase is lost and the answer is nan. */
double k_airyai(double x);
double k_airybi(double x);
double k_airyaiprime(double x);
double k_airybiprime(double x);

/* ---- shared by the three files ---- */

#define WAVE_MOST_ORDER 65536.0
/* From here on Hankel's expansions of orders -1/2 to 3/2 reach exp(-2x) = 2^-72. */
#define WAVE_HANKEL_FROM 25.0

/* The order n + mu, |mu| <= 1/2, exactly: so that a neighbour's order is exact as well. */
typedef struct {
  double n, mu;
} wave_order;

/* Functions of orders mu and mu + 1: zero 2^e and one 2^e 2^-s, s the exponent of x where that is negative. */
typedef struct {
  dd zero, one;
  int e;
} wave_pair;

/* A shift of the order by a whole number, exactly. */
static inline wave_order wave_order_of(double nu, double shift) {
  double n = rint(nu);
  return (wave_order){n + shift, nu - n};
}

static inline wave_order wave_opposite(wave_order a) {
  return (wave_order){-a.n, -a.mu};
}

static inline dd wave_order_value(wave_order a) {
  return dd_sum(a.n, a.mu);
}

static inline int wave_is_negative(wave_order a) {
  return a.n < 0.0 || (a.n == 0.0 && a.mu < 0.0);
}

/* 2 nu/x f for |nu| < 2^-40, where either may be subnormal. */
static inline dd_scaled wave_part(dd_scaled f, double nu, double x) {
  int small = x < 0x1p-400;
  dd q = dd_div(dd_of(nu * 0x1p600), dd_of(small ? x * 0x1p600 : x));
  return (dd_scaled){dd_mul(f.m, q), f.e + (small ? 1 : -599)};
}

dd wave_root(dd a);
dd_scaled wave_sum(dd_scaled a, dd_scaled b);
double wave_mean(dd_scaled a, dd_scaled b);
dd_scaled wave_series(wave_order nu, double x, double sign);
void wave_hankel(dd nu, dd x, int alternate, dd *even, dd *odd);
wave_pair wave_temme(double mu, double x, double sign);
void wave_climb(wave_pair from, wave_order nu, double x, double sign, dd_scaled *here, dd_scaled *next);
void wave_quadrature(dd mu, dd x, dd *zero, dd *one);
double wave_at_zero(wave_order nu);
int wave_outside(double nu, double x);

#endif
