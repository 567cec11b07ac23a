/* Orthogonal polynomials of whole order 0 <= n <= 1024, nan for others; Legendre's and Chebyshev's also for n < 0, by
 * reflection. Slopes with respect to x, 0 at order -1. */
#ifndef SYMAD_SPECIAL_POLYNOMIALS_H
#define SYMAD_SPECIAL_POLYNOMIALS_H

double k_legendre(double n, double x);
double k_legendre_slope(double n, double x);
double k_chebyshevt(double n, double x);
double k_chebyshevu(double n, double x);
double k_chebyshevu_slope(double n, double x);
double k_hermite(double n, double x);
double k_hermite_slope(double n, double x);
double k_laguerre(double n, double x);
double k_laguerre_slope(double n, double x);

#endif
