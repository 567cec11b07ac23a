/* Special functions: values, and slopes where a formula of the values would lose digits. Pure functions of doubles;
 * they carry double-double arithmetic (numbers/double_double.h) and round once at the end. nan in, nan out. */
#ifndef SYMAD_SPECIAL_H
#define SYMAD_SPECIAL_H

/* error.c. erfc(x) exp(x^2) is erfcx. Inverses: +-inf at the ends of the domain, nan outside. */
double k_erfinv(double a);
double k_erfinv_slope(double a);
double k_erfcinv(double a);
double k_erfcinv_slope(double a);

/* gamma.c. gamma(+-0) = +-inf, nan at negative integers and -inf. loggamma is log|gamma|, +inf at every
 * pole; its slope is digamma. factorial(a) = gamma(a + 1) for every real a. */
double k_gamma(double a);
double k_gamma_slope(double a);
double k_loggamma(double a);
double k_factorial(double a);
double k_factorial_slope(double a);

/* digamma.c. digamma(+-0) = -+inf, nan at the other poles. polygamma: n a whole number >= 0, else nan; at
 * poles +inf for odd n, where both sides agree, nan for even n; at 0 the sign of the zero decides.
 * harmonic(n) = digamma(n + 1) + 0.577... for every real n. */
double k_digamma(double a);
double k_polygamma(double n, double a);
double k_harmonic(double n);

/* beta.c, binomial.c. beta has poles where a or b is 0, -1, -2 ...: +-inf at a zero, by its sign; nan
 * below, unless the other is a positive whole number and a(a + 1)...(a + b - 1) ends before 0.
 * binomial(n, k) is the polynomial n(n - 1)...(n - k + 1)/k! for whole k >= 0, whatever n; 0 for whole k < 0 or whole
 * n - k < 0 elsewhere; nan for negative whole n with any other k. */
double k_beta(double a, double b);
double k_beta_da(double a, double b);
double k_binomial(double n, double k);
double k_binomial_dn(double n, double k);
double k_binomial_dk(double n, double k);

/* bessel.c. Whole orders here, others in bessel_real.c; nan too where |n| > 65536 (slopes: 65535) asks for as many
 * steps of a recurrence. y: -inf at 0 (+inf for odd n < 0), nan below. */
double k_besselj(double n, double x);
double k_besselj_slope(double n, double x);
double k_bessely(double n, double x);
double k_bessely_slope(double n, double x);

#endif
