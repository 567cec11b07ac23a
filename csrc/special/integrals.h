/* Exponential, logarithmic, trigonometric and Fresnel integrals and their slopes. Pure functions of doubles, rounded
 * once from double-double arithmetic. nan in, nan out. */
#ifndef SYMAD_SPECIAL_INTEGRALS_H
#define SYMAD_SPECIAL_INTEGRALS_H

/* integrals.c. ei: the principal value, -inf at 0. e1: +inf at 0, nan below. expint(n, x) is E_n(x) for whole n:
 * nan for any other n, for n < -64 (as many steps of a recurrence) and for x < 0. li: 0 at 0, -inf at 1, nan below 0. */
double k_ei(double a);
double k_ei_slope(double a);
double k_e1(double a);
double k_li(double a);

/* ci, chi: -inf at 0, nan below (complex there), and so are their slopes cos(a)/a, cosh(a)/a: +inf at 0.
 * shi_slope is sinh(a)/a, shi_slope2 the slope of that. */
double k_si(double a);
double k_ci(double a);
double k_ci_slope(double a);
double k_shi(double a);
double k_shi_slope(double a);
double k_shi_slope2(double a);
double k_chi(double a);
double k_chi_slope(double a);

/* fresnel.c. Fresnel integrals of sin and cos of pi t^2/2; erfi; dawson is exp(-a^2) times the integral of
 * exp(t^2) from 0 to a. */
double k_fresnels(double a);
double k_fresnels_slope(double a);
double k_fresnelc(double a);
double k_fresnelc_slope(double a);
double k_erfi(double a);
double k_erfi_slope(double a);

#endif
