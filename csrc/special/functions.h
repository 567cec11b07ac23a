/* Elliptic integrals (parameter m, not modulus), Lambert's W, zeta, polylogarithm, incomplete gamma: values, and
 * slopes where a formula of the values would lose digits. Pure functions of doubles, as in gamma_kin.h. nan in, nan
 * out; nan where the value is not real. */
#ifndef SYMAD_SPECIAL_FUNCTIONS_H
#define SYMAD_SPECIAL_FUNCTIONS_H

/* elliptic.c. F and E of any real phi for m <= 1 (F is +-inf past pi/2 at m = 1); for m > 1 only up to
 * m sin^2 phi = 1 on the first arch. nan too beyond |m| = 1e300 or so, where sums overflow.
 * K(1) = +inf, E(1) = 1. Pi for n < 1: +inf at n = 1, nan above. delta is
 * sqrt(1 - m sin^2 phi). _dm, _dn, _slope: derivatives with respect to m and n. */
double k_elliptic_k(double m);
double k_elliptic_k_slope(double m);
double k_elliptic_ec(double m);
double k_elliptic_ec_slope(double m);
double k_elliptic_f(double phi, double m);
double k_elliptic_f_dm(double phi, double m);
double k_elliptic_e(double phi, double m);
double k_elliptic_e_dm(double phi, double m);
double k_elliptic_delta(double phi, double m);
double k_elliptic_pi(double n, double phi, double m);
double k_elliptic_pic(double n, double m);
double k_elliptic_pic_dn(double n, double m);
double k_elliptic_pic_dm(double n, double m);

/* lambert.c. Principal branch on [-1/e, inf); branch k = -1 on [-1/e, 0), others nan but 0. The double next to
 * -1/e lies below it: nan. */
double k_lambertw(double x);
double k_lambertw_slope(double x);
double k_lambertw_branch(double x, double k);
double k_lambertw_branch_slope(double x, double k);

/* zeta.c. zeta(1) = nan. zeta2(s, a), Hurwitz's, for a > 0 and s > -1/2. */
double k_zeta(double s);
double k_zeta_slope(double s);
double k_zeta2(double s, double a);
double k_zeta2_order(double s, double a);

/* Whole s: x <= 1, and beyond it where s <= 0 (a rational function; nan for s < -64). Other s:
 * abs(x) <= 0.98 and x = 1, else nan. The slope is polylog(s - 1, x)/x. */
double k_polylog(double s, double x);
double k_polylog_slope(double s, double x);

/* incomplete.c. Not regularised. uppergamma for every real s and x > 0 (x = 0: gamma(s), +inf for s <= 0);
 * lowergamma for x > 0 and s no pole 0, -1, -2 ...; both for -700 <= x < 0 at whole s > 0.
 * incomplete_slope is x^(s - 1) exp(-x). */
double k_uppergamma(double s, double x);
double k_lowergamma(double s, double x);
double k_incomplete_slope(double s, double x);

#endif
