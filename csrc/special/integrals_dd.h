/* Shared by integrals.c and fresnel.c: three expansions of the generalized exponential integral E_p,
 * from which all of these functions are made. They are exact formulas; nothing in them is fitted. */
#ifndef SYMAD_SPECIAL_INTEGRALS_DD_H
#define SYMAD_SPECIAL_INTEGRALS_DD_H

#include "special/dd.h"

/* From here on the asymptotic series of E_p(-w) reaches 2^-64: its least term is about exp(-w). */
#define ASYMPTOTIC_FROM 48.0
/* From here on the continued fraction of E_p(iy) is used; the power series loses a factor exp(y) below. */
#define FRACTION_FROM 18.0

/* Sums over even and over odd k. */
typedef struct {
  dd even, odd;
} two_sums;

/* re - i im. */
typedef struct {
  dd re, im;
} dd_lower;

two_sums integral_series(dd w, double shift, int turned, double small);
dd integral_asymptotic(double p, dd w);
dd integral_fraction(double p, dd x);
dd_lower integral_turned_fraction(double p, dd y);
dd_scaled integral_times_exp(dd a, dd exponent);
double integral_whole_order(double n, double x); /* E_n(x) of whole n */

#endif
