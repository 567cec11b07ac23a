/* What the special functions share among themselves: gamma, digamma and beta of double-double arguments. */
#ifndef SYMAD_SPECIAL_DD_H
#define SYMAD_SPECIAL_DD_H

#include "numbers/double_double.h"

#include <float.h>

/* Stirling's series is used from here on; smaller arguments are moved up. */
#define STIRLING_FROM 20.0

/* gamma(z) = exp(log)/product; z > 0. */
typedef struct {
  dd log, product;
} gamma_parts;

gamma_parts gamma_split(dd z);
dd_scaled gamma_unbounded(dd z); /* of no poles */
dd stirling_tail(dd z);
dd digamma_positive(dd z);
dd digamma_of(dd z);

/* beta.c: beta(a, b) of no poles, digamma(a) - digamma(a + b). */
dd_scaled beta_of(dd a, dd b);
double digamma_fall(dd a, dd b);

/* A polylogarithm's series: how many terms, and how far its largest may exceed its sum before the sum loses digits. */
#define MOST_TERMS 4096
#define SERIES_LOSES 0x1p46

static inline int is_whole(double a) {
  return a == floor(a);
}

static inline int is_odd(double a) {
  return fmod(a, 2.0) != 0.0;
}

static inline int is_pole(dd z) {
  return z.h <= 0.0 && is_whole(z.h) && is_whole(z.l);
}

static inline double special_nan(void) {
  return (double)NAN;
}

static inline dd_scaled scaled_mul(dd_scaled a, dd b) {
  return (dd_scaled){dd_mul(a.m, b), a.e};
}

static inline dd_scaled scaled_div(dd_scaled a, dd b) {
  return (dd_scaled){dd_div(a.m, b), a.e};
}

/* B_2k/(2k)! for k = 1, 2, ..., the terms of Euler and Maclaurin's formula (digamma.c). */
#define N_EULER_MACLAURIN 12
extern const double euler_maclaurin_terms[N_EULER_MACLAURIN];

/* k_exp, k_log and k_log1p as calls: one copy of each for all special functions. */
double plain_exp(double a);
double plain_log(double a);
double plain_log1p(double a);

#endif
