/* erf and erfc. As in elementary.h: no branch, no call, the same bits at every vector width. */
#ifndef SYMAD_ERROR_FUNCTION_H
#define SYMAD_ERROR_FUNCTION_H

#include "kernels/power.h"
#include "kernels/trigonometric.h"

/* erf(a) - a for |a| <= 1 */
static inline double erf_rest(double a) {
  double z = a * a, z2 = z * z;
  /* erf(a)/a - 1; of erf(a) below 2^-55.7 */
  double even =
      0.1283791670955126 +
      z2 * (0.11283791670954885 +
            z2 * (0.005223977624828342 +
                  z2 * (0.00012055331132784904 +
                        z2 * (1.6461008419895958e-06 + z2 * (1.4660325151645819e-08 + z2 * 5.960665259909426e-11)))));
  double odd =
      -0.3761263890318375 +
      z2 * (-0.026866170645077864 +
            z2 * (-0.0008548326981420611 +
                  z2 * (-1.4925595768318344e-05 + z2 * (-1.6350395651306303e-07 + z2 * -1.1374942931106996e-09))));
  return a * (even + z * odd);
}

/* g in erfc(x) = g e^(-x^2)/(1 + 2x) for x of [0.46, 28], by a polynomial of (x - 3.75)/(x + 3.75) (Shepherd and
 * Laframboise 1981), in two parts. */
static inline pair erfc_factor(double x) {
  double u = (x - 3.75) / (x + 3.75), u2 = u * u;
  /* of g below 2^-58.9 */
  double even =
      0.0035854154854637263 +
      u2 *
          (-0.10880393014171098 +
           u2 * (-0.05869339859042083 +
                 u2 * (-0.009746579549888914 +
                       u2 * (0.00029371361820745997 +
                             u2 * (5.164925713932436e-05 +
                                   u2 * (-1.1444416930664007e-05 +
                                         u2 * (1.7516817866861662e-06 +
                                               u2 * (-2.579028211420693e-07 +
                                                     u2 * (3.714912913614228e-08 + u2 * -3.885014186247063e-09)))))))));
  double odd = -0.14024059858554702 +
               u2 * (0.08227673849015087 +
                     u2 * (0.0923043211602069 +
                           u2 * (0.028362277421314346 +
                                 u2 * (0.0017556258349824712 +
                                       u2 * (-0.0002901539988760281 +
                                             u2 * (2.2384007380330503e-05 +
                                                   u2 * (-9.731530191653396e-07 +
                                                         u2 * (-5.7629990941424066e-08 +
                                                               u2 * (2.3446039861565954e-08 +
                                                                     u2 * (-3.715850059873808e-09 +
                                                                           u2 * 2.6944827791232267e-10))))))))));
  return pair_ordered(1.2375126308378275, u * (odd + u * even) + 1.0530472452094295e-16);
}

/* What is taken from 1 has digits to spare. */
static inline double k_erf(double a) {
  double m = fabs(a), x = clamped(m, 0.46, 28.0);
  double far = 1.0 - erfc_factor(x).high / (1.0 + 2.0 * x) * k_exp(-x * x), near = m + erf_rest(m);
  return copysign(m < 1.0 ? near : far, a);
}

/* The quotient, the square and the product in two parts. */
static inline double erfc_tail(double a) {
  double n, x = clamped(a, 0.46, 28.0);
  pair g = erfc_factor(x), d = pair_sum(1.0, 2.0 * x);
  double q = g.high / d.high;
  pair quotient = {q, quotient_rest(g, d, q)}, square = pair_product((pair){x, 0.0}, (pair){x, 0.0});
  pair s = pair_ordered(square.high, square.low), p = exp_reduced(-s.high, -s.low, &n);
  pair one = pair_ordered(1.0, p.high), r = pair_product(quotient, (pair){one.high, one.low + p.low});
  return scaled(r.high + r.low, n);
}

static inline double k_erfc(double a) {
  double m = fabs(a), tail = erfc_tail(m), far = a < 0.0 ? 2.0 - tail : tail;
  pair h = pair_ordered(1.0, -a);
  double near = h.high + (h.low - erf_rest(a));
  return m < 0.5 ? near : far;
}

/* 2/sqrt(pi) e^(-a^2), the square and the product in two parts. */
static inline double k_erf_slope(double a) {
  double n, m = clamped(fabs(a), 0.0, 28.0);
  pair square = pair_product((pair){m, 0.0}, (pair){m, 0.0}), s = pair_ordered(square.high, square.low);
  pair p = exp_reduced(-s.high, -s.low, &n), one = pair_ordered(1.0, p.high);
  pair r = pair_product((pair){1.1283791670955126, 1.5335459613165881e-17}, (pair){one.high, one.low + p.low});
  double slope = scaled(r.high + r.low, n);
  return a != a ? a : slope;
}

#endif
