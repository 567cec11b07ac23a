/* Digamma and polygamma. */
#include "special/gamma_kin.h"
#include "special/dd.h"

/* log z - 1/(2z) - sum of B_2k/(2k z^2k), DLMF 5.11.2, from z = 20 on; below, the sum of 1/(z + j) is carried as one
 * quotient slope/product. Absolute error 2^-98 or so. */
dd digamma_positive(dd z) {
  static const dd leading[] = {
      {0.08333333333333333, 4.625929269271485e-18},    {-0.008333333333333333, -1.1564823173178714e-19},
      {0.003968253968253968, 2.20282346155785e-19},    {-0.004166666666666667, -5.782411586589357e-20},
      {0.007575757575757576, -2.1026951223961299e-19}, {-0.021092796092796094, 1.3911677399530732e-18}};
  static const double rest[] = {0.08333333333333333, -0.4432598039215686, 3.0539543302701198, -26.456212121212122,
                                281.46014492753625,  -3607.5105463980462, 54827.583333333336, -974936.8238505747};
  dd product = dd_of(1.0), slope = dd_of(0.0);
  if (!(z.h > 0.0 && z.h <= DBL_MAX))
    return dd_of(special_nan());
  for (; z.h < STIRLING_FROM; z = dd_add_d(z, 1.0)) {
    slope = dd_add(dd_mul(slope, z), product);
    product = dd_mul(product, z);
  }
  dd w = dd_div(dd_of(1.0), z);
  dd square = dd_mul(w, w);
  dd tail = dd_mul(square, dd_polynomial(leading, 6, rest, 8, square));
  dd r = dd_sub(dd_log(z), dd_add(tail, dd_scale(w, 0.5)));
  return dd_sub(r, dd_div(slope, product));
}

/* digamma(z) = digamma(1 - z) - pi cot(pi z), DLMF 5.5.4. For a finite z that is no pole. */
dd digamma_of(dd z) {
  if (fabs(z.h) < 0x1p-60) /* -1/z - 0.577... */
    return fabs(z.h) < 0x1p-900 ? dd_of(-1.0 / z.h) : dd_div(dd_of(-1.0), z);
  if (z.h > 0.0)
    return digamma_positive(z);
  dd sine, cosine;
  dd_sincos_pi(z, &sine, &cosine);
  dd cotangent = dd_div(dd_mul(dd_pi, cosine), sine);
  return dd_sub(digamma_positive(dd_add_d(dd_neg(z), 1.0)), cotangent);
}

/* Taylor series about the positive zero, held to 160 bits, so that the error is relative to the value. The terms fall
 * like (|t|/1.46)^k, |t| <= 0.37. */
static double digamma_near_zero(double a) {
  static const dd leading[] = {{0.9676722454476212, -3.387874303038943e-17},
                               {-0.4427631689835921, -2.4685968258808798e-17},
                               {0.258499760955651, -1.50046082237735e-17},
                               {-0.16394270544240652, -5.2948981225636345e-18}};
  static const double rest[] = {
      0.10782405069126237,    -0.07219956125645471,    0.04880428816414311,    -0.03316112647484736,
      0.022597648232218104,   -0.01542476590494896,    0.010538791616612175,   -0.007204534386356869,
      0.004926781395729853,   -0.003369801655439328,   0.002305126326734928,   -0.0015769367714301972,
      0.0010788252019162967,  -0.0007380709389960052,  0.000504953265834602,   -0.0003454680251063077,
      0.00023635601564027053, -0.00016170622091974803, 0.0001106337276874741,  -7.569179582195066e-05,
      5.178575795222081e-05,  -3.5430070947659604e-05, 2.424006611860132e-05,  -1.6584242271854135e-05,
      1.134638458466385e-05,  -7.762817668462094e-06,  5.3110609208898636e-06, -3.6336507898010456e-06};
  static const double zero = 1.4616321449683622;
  static const dd zero_low = {9.549995429965697e-17, 2.89392992820415e-33};
  dd t = dd_sub(dd_of(a - zero), zero_low);
  return dd_value(dd_mul(t, dd_polynomial(leading, 4, rest, 28, t)));
}

double k_digamma(double a) {
  if (!(fabs(a) <= DBL_MAX))
    return a > 0.0 ? a : special_nan();
  if (a >= 1.125 && a <= 1.8125)
    return digamma_near_zero(a);
  if (a < 0.0 && is_whole(a))
    return special_nan();
  return dd_value(digamma_of(dd_of(a)));
}

const double euler_maclaurin_terms[N_EULER_MACLAURIN] = {
    0.08333333333333333,   -0.001388888888888889,  3.306878306878307e-05,  -8.267195767195768e-07,
    2.08767569878681e-08,  -5.284190138687493e-10, 1.3382536530684679e-11, -3.3896802963225827e-13,
    8.586062056277845e-15, -2.174868698558062e-16, 5.5090028283602295e-18, -1.3954464685812522e-19};

/* x^s zeta(s, x) for x > 0, s >= 2: the sum of (x/(x + j))^s, closed by Euler and Maclaurin (DLMF 25.11.5) as soon as
 * x + j >= 12 + 3s/2, or cut where terms vanish. Terms are exp(-u) with u accurate to an ulp, so each is off by less
 * than 2^-53 of the first. */
static double hurwitz_relative(double s, double x) {
  double sum = 0.0, low = 0.0, j = 0.0, power = 1.0;
  for (; x + j < 12.0 + 1.5 * s && power > 0x1p-70; j += 1.0) {
    dd t = dd_sum(sum, power);
    sum = t.h;
    low += t.l;
    power = plain_exp(-s * plain_log1p((j + 1.0) / x));
  }
  if (power <= 0x1p-70)
    return sum + low;
  double z = x + j, factor = s / z, tail = 0.0;
  for (int k = 1; k <= N_EULER_MACLAURIN; k++) {
    tail += euler_maclaurin_terms[k - 1] * factor;
    factor *= (s + (2.0 * k - 1.0)) / z * ((s + 2.0 * k) / z);
  }
  return sum + (low + power * (z / (s - 1.0) + (0.5 + tail)));
}

/* n! x^-s r with the powers in logarithms. */
static double polygamma_scaled(double n, dd x, double r) {
  gamma_parts g = gamma_split(dd_sum(n, 1.0));
  dd e = dd_sub(g.log, dd_mul_d(dd_log(x), n + 1.0));
  dd_scaled q = scaled_div(dd_exp(e), g.product);
  return dd_scaled_value(scaled_mul(q, dd_of(r)));
}

/* For x < 0 the terms of the sum of (x + j)^-s on both sides of 0 make zeta(s, up) + (-1)^s (zeta(s, down)
 * - zeta(s, 1 - x)), up and down the distances to the next whole numbers; the smaller one is factored out. */
static double polygamma_negative(double n, double x) {
  double s = n + 1.0, sign = is_odd(s) ? -1.0 : 1.0;
  dd up = dd_sum(x, -floor(x)), down = dd_sum(floor(x), 1.0);
  down = dd_add_d(down, -x);
  if (sign < 0.0 && up.h == down.h && up.l == down.l) /* x + 1/2 whole: the first two cancel exactly */
    return polygamma_scaled(n, dd_sum(1.0, -x), hurwitz_relative(s, 1.0 - x));
  int up_first = up.h <= down.h;
  dd first = up_first ? up : down, second = up_first ? down : up;
  double one = hurwitz_relative(s, first.h);
  double gap = dd_value(dd_sub(second, first)) / first.h;
  double two = plain_exp(-s * plain_log1p(gap)) * hurwitz_relative(s, second.h);
  double far = plain_exp(-s * plain_log((1.0 - x) / first.h)) * hurwitz_relative(s, 1.0 - x);
  double near = up_first ? one + sign * two : sign * one + two;
  return polygamma_scaled(n, first, near - sign * far);
}

/* (-1)^(n + 1) n! zeta(n + 1, x), DLMF 25.11.12. */
double k_polygamma(double n, double a) {
  if (!(n >= 0.0 && n <= 0x1p53 && is_whole(n)) || a != a)
    return special_nan();
  if (n == 0.0)
    return k_digamma(a);
  double sign = is_odd(n) ? 1.0 : -1.0;
  if (!(fabs(a) <= DBL_MAX))
    return a > 0.0 ? sign * 0.0 : special_nan();
  if (a == 0.0)
    return sign > 0.0 ? HUGE_VAL : -1.0 / a;
  if (a > 0.0)
    return sign * polygamma_scaled(n, dd_of(a), hurwitz_relative(n + 1.0, a));
  if (is_whole(a))
    return sign > 0.0 ? HUGE_VAL : special_nan();
  return sign * polygamma_negative(n, a);
}

/* zeta(2) n - zeta(3) n^2 + ... near 0. */
double k_harmonic(double n) {
  static const dd euler = {0.5772156649015329, -4.942915152430645e-18};
  if (n != n || n > DBL_MAX)
    return n;
  if (fabs(n) < 0x1p-28)
    return n * (1.6449340668482264 - n * (1.2020569031595942 - n * 1.0823232337111381));
  dd z = dd_sum(n, 1.0);
  return n < -DBL_MAX || is_pole(z) ? special_nan() : dd_value(dd_add(digamma_of(z), euler));
}

/* gamma(z) digamma(z), rounded once: gamma alone may be subnormal or too large. Near 0, -1/z^2. */
static double gamma_slope_of(dd z) {
  if (fabs(z.h) < 0x1p-60)
    return -1.0 / z.h / z.h;
  if (z.h > 172.0 || is_pole(z))
    return z.h > 0.0 ? HUGE_VAL : special_nan();
  if (z.h < -190.0)
    return 0.0;
  return dd_scaled_value(scaled_mul(gamma_unbounded(z), digamma_of(z)));
}

double k_gamma_slope(double a) {
  if (!(fabs(a) <= DBL_MAX))
    return a > 0.0 ? a : special_nan();
  return gamma_slope_of(dd_of(a));
}

double k_factorial_slope(double a) {
  if (!(fabs(a) <= DBL_MAX) || a == -1.0)
    return a > 0.0 ? a : special_nan();
  return gamma_slope_of(dd_sum(a, 1.0));
}
