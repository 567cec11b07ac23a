/* Riemann's and Hurwitz's zeta and the polylogarithm. */
#include "special/functions.h"

#include "special/dd.h"

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

static const dd log_2pi = {1.8378770664093456, -7.756588316134483e-17};

typedef struct {
  dd value, slope;
} zeta_pair;

/* What Euler and Maclaurin add behind the last term, over that term: z/(s - 1) + 1/2 + sum of B_2k/(2k)!
 * s(s + 1)...(s + 2k - 2)/z^(2k - 1), and its derivative with respect to s; DLMF 25.11.5. */
static zeta_pair euler_maclaurin(dd s, dd z) {
  dd gap = dd_add_d(s, -1.0), pole = dd_div(z, gap);
  double factor = s.h / z.h, factor_slope = 1.0 / z.h, tail = 0.0, tail_slope = 0.0;
  for (int k = 1; k <= N_EULER_MACLAURIN; k++) {
    tail += euler_maclaurin_terms[k - 1] * factor;
    tail_slope += euler_maclaurin_terms[k - 1] * factor_slope;
    for (int i = 2 * k - 1; i <= 2 * k; i++) {
      double step = (s.h + i) / z.h;
      factor_slope = factor_slope * step + factor / z.h;
      factor *= step;
    }
  }
  dd slope = dd_neg(dd_div(pole, gap));
  return (zeta_pair){dd_add_d(dd_add_d(pole, 0.5), tail), dd_add_d(slope, tail_slope)};
}

static dd unscaled(dd_scaled a) {
  return (dd){ldexp(a.m.h, a.e), ldexp(a.m.l, a.e)};
}

/* a^s zeta(s, a) and its derivative with respect to s, less log(a) times itself. For a > 0, s > -1, s != 1. Terms
 * ((a + j)/a)^-s, to a + j >= 12 + 3s/2 or until they no longer count,
 * which near the pole would be too early. */
static zeta_pair hurwitz(dd s, double a) {
  dd value = dd_of(0.0), slope = dd_of(0.0), power = dd_of(1.0), logarithm = dd_of(0.0), z = dd_of(a);
  for (double j = 1.0; z.h < fmax(20.0, 12.0 + 1.5 * s.h); j += 1.0) {
    value = dd_add(value, power);
    slope = dd_sub(slope, dd_mul(power, logarithm));
    z = dd_sum(a, j);
    logarithm = dd_log1p(dd_div_d(dd_of(j), a));
    power = unscaled(dd_exp(dd_neg(dd_mul(s, logarithm))));
    if (s.h > 2.0 && !(power.h >= 0x1p-72 * fmin(1.0, fabs(slope.h)) && power.h >= 0x1p-1000))
      return (zeta_pair){dd_add(value, power), dd_sub(slope, dd_mul(power, logarithm))};
  }
  zeta_pair tail = euler_maclaurin(s, z);
  value = dd_add(value, dd_mul(power, tail.value));
  tail.slope = dd_sub(tail.slope, dd_mul(logarithm, tail.value));
  return (zeta_pair){value, dd_add(slope, dd_mul(power, tail.slope))};
}

/* 2 (2 pi)^-u gamma(u), u = 1 - s > 1: zeta(s) is this times sin(pi s/2) zeta(u), DLMF 25.4.1. */
static dd_scaled reflection(dd u) {
  gamma_parts g = gamma_split(u);
  dd_scaled r = scaled_div(dd_exp(dd_sub(g.log, dd_mul(u, log_2pi))), g.product);
  r.e++;
  return r;
}

double k_zeta(double s) {
  if (!(fabs(s) <= DBL_MAX) || s == 1.0)
    return s > 1.0 ? 1.0 : special_nan();
  if (s > -0.5)
    return dd_value(hurwitz(dd_of(s), 1.0).value);
  dd sine, cosine, u = dd_sum(1.0, -s);
  if (fmod(s, 2.0) == 0.0)
    return 0.0;
  dd_sincos_pi(dd_of(0.5 * s), &sine, &cosine);
  dd_scaled r = scaled_mul(reflection(u), dd_mul(sine, hurwitz(u, 1.0).value));
  return dd_scaled_value(r);
}

/* C sin zeta(u) with C' = C (log 2pi - digamma(u)), all with respect to s. */
double k_zeta_slope(double s) {
  if (!(fabs(s) <= DBL_MAX) || s == 1.0)
    return s > 1.0 ? -0.0 : special_nan();
  if (s > 1100.0)
    return -0.0;
  if (s > -0.5)
    return dd_value(hurwitz(dd_of(s), 1.0).slope);
  dd sine, cosine, u = dd_sum(1.0, -s);
  dd_sincos_pi(dd_of(0.5 * s), &sine, &cosine);
  zeta_pair z = hurwitz(u, 1.0);
  dd r = dd_mul(dd_mul(sine, z.value), dd_sub(log_2pi, digamma_positive(u)));
  r = dd_add(r, dd_mul(dd_mul(dd_scale(dd_pi, 0.5), cosine), z.value));
  r = dd_sub(r, dd_mul(sine, z.slope));
  return dd_scaled_value(scaled_mul(reflection(u), r));
}

double k_zeta2(double s, double a) {
  if (!(s > -0.5 && s != 1.0 && a > 0.0 && s <= DBL_MAX && a <= DBL_MAX))
    return a > DBL_MAX && s > 1.0 ? 0.0 : special_nan();
  dd_scaled power = dd_exp(dd_neg(dd_mul_d(dd_log(dd_of(a)), s)));
  return dd_scaled_value(scaled_mul(power, hurwitz(dd_of(s), a).value));
}

/* a^-s (its slope less log(a) times itself), see hurwitz. */
double k_zeta2_order(double s, double a) {
  if (!(s > -0.5 && s != 1.0 && a > 0.0 && s <= DBL_MAX && a <= DBL_MAX))
    return a > DBL_MAX && s > 1.0 ? -0.0 : special_nan();
  dd log_a = dd_log(dd_of(a));
  zeta_pair z = hurwitz(dd_of(s), a);
  dd_scaled power = dd_exp(dd_neg(dd_mul_d(log_a, s)));
  return dd_scaled_value(scaled_mul(power, dd_sub(z.slope, dd_mul(log_a, z.value))));
}

/* a to a whole power n > 0, by squares: exact where the result is below 2^53, infinite where it is too large. */
static double whole_power(double a, double n) {
  double r = 1.0, square = a;
  for (double rest = n; rest > 0.0; rest = floor(0.5 * rest)) {
    if (is_odd(rest))
      r *= square;
    if (!(r <= DBL_MAX))
      break;
    square *= square;
  }
  return r;
}

/* sum of x^k/k^s for |x| <= 1, where the terms fall fast enough; nan where they cancel or are not done by MOST_TERMS. Whole
 * powers of k are exact up to 2^53, and terms beyond are that much smaller. */
static dd power_series(double s, dd x) {
  int whole = is_whole(s) && s > 0.0;
  dd sum = x, power = x;
  double most = fabs(x.h);
  for (int k = 2; k <= MOST_TERMS; k++) {
    double divisor = whole ? whole_power(k, s) : 1.0;
    if (!(divisor <= DBL_MAX))
      break;
    power = dd_mul(power, x);
    dd term = whole ? dd_div_d(power, divisor) : dd_mul(power, unscaled(dd_exp(dd_neg(dd_mul_d(dd_log(dd_of(k)), s)))));
    sum = dd_add(sum, term);
    most = fmax(most, fabs(term.h));
    if (!(fabs(term.h) > 0x1p-66 * fabs(sum.h)) && k > -2.0 * s)
      break;
    if (k == MOST_TERMS)
      most = HUGE_VAL;
  }
  return most > SERIES_LOSES * fabs(sum.h) ? dd_of(special_nan()) : sum;
}

/* 1/2 < x <= 1, s = 2 ... 11: with u = log x, sum over k != s - 1 of zeta(s - k) u^k/k!, and
 * u^(s - 1)/(s - 1)! (H(s - 1) - log(-u)); DLMF 25.12.12. */
static dd log_series(int s, dd x) {
  static const dd zetas[] = {/* from -5 to 11, zeta(1) left out */
                             {-0.003968253968253968, -2.20282346155785e-19},
                             {0.0, 0.0},
                             {0.008333333333333333, 1.1564823173178714e-19},
                             {0.0, 0.0},
                             {-0.08333333333333333, -4.625929269271485e-18},
                             {-0.5, 0.0},
                             {0.0, 0.0},
                             {1.6449340668482264, 3.040672350398476e-17},
                             {1.2020569031595942, 4.875891010379532e-17},
                             {1.0823232337111381, 4.748512042855365e-17},
                             {1.03692775514337, -6.276789020377768e-17},
                             {1.0173430619844492, -9.758599166441531e-17},
                             {1.008349277381923, -9.91714730971456e-17},
                             {1.0040773561979444, -2.0171748307737844e-17},
                             {1.0020083928260821, 9.730706638450415e-17},
                             {1.000994575127818, 1.0936913170647002e-16},
                             {1.0004941886041194, 3.6892951619089984e-17}};
  static const double below[] = {/* zeta(-7), zeta(-9), ... */
                                 0.004166666666666667, -0.007575757575757576, 0.021092796092796094,
                                 -0.08333333333333333, 0.4432598039215686,    -3.0539543302701198,
                                 26.456212121212122,   -281.46014492753625};
  dd u = dd_log(x), term = dd_of(1.0), sum = dd_of(0.0);
  double harmonic = 0.0;
  dd harmonic_dd = dd_of(0.0);
  for (int i = 1; i < s; i++)
    harmonic_dd = dd_add(harmonic_dd, dd_div_d(dd_of(1.0), i));
  harmonic = harmonic_dd.h;
  for (int k = 0; k <= s + 21; k++) {
    int n = s - k;
    if (n == 1) {
      dd inner = u.h < 0.0 ? dd_sub(harmonic_dd, dd_log(dd_neg(u))) : dd_of(harmonic);
      sum = dd_add(sum, dd_mul(term, inner));
    } else if (n >= -5) {
      sum = dd_add(sum, dd_mul(term, zetas[n + 5]));
    } else if (n % 2 != 0) {
      sum = dd_add_d(sum, term.h * below[(-n - 7) / 2]);
    }
    term = dd_div_d(dd_mul(term, u), k + 1.0);
  }
  return sum;
}

/* |x| <= 1, whole s >= 2. Below -1/2 by Li(x) + Li(-x) = 2^(1 - s) Li(x^2), DLMF 25.12 and the definition. */
static dd polylog_unit(double s, dd x) {
  if (s >= 12.0 || fabs(x.h) <= 0.5)
    return power_series(s, x);
  int n = (int)s;
  if (x.h > 0.0)
    return log_series(n, x);
  dd square = dd_mul(x, x);
  dd even = square.h <= 0.5 ? power_series(s, square) : log_series(n, square);
  return dd_sub(dd_scale(even, ldexp(1.0, 1 - n)), log_series(n, dd_neg(x)));
}

/* eta(n) = (1 - 2^(1 - n)) zeta(n), n even. */
static dd eta_even(double n) {
  static const dd etas[] = {/* from 0 */
                            {0.5, 0.0},
                            {0.8224670334241132, 1.520336175199238e-17},
                            {0.9470328294972459, 4.154948037498444e-17},
                            {0.9855510912974351, -1.820859648192282e-17},
                            {0.9962330018526478, 5.110950599096545e-17},
                            {0.9990395075982715, 2.89245593571785e-17},
                            {0.9997576851438582, -1.9321803335727176e-17},
                            {0.9999391703459797, 4.053663594219857e-17},
                            {0.9999847642149061, -1.2431533425920464e-17},
                            {0.9999961878696101, 2.649513833680106e-17},
                            {0.9999990466115816, -4.3598271718792924e-17},
                            {0.9999997616132308, 3.6053442144778176e-17},
                            {0.9999999403988924, -5.374693455975768e-19},
                            {0.999999985099232, -5.057887831864076e-17},
                            {0.9999999962747534, -4.421652864099752e-17}};
  if (n <= 2.0 * (COUNT(etas) - 1))
    return etas[(int)(0.5 * n)];
  return dd_sum(1.0, 1.0 / whole_power(3.0, n) - 1.0 / whole_power(2.0, n) - 1.0 / whole_power(4.0, n));
}

/* x < -1: Li_n(x) = -(-1)^n Li_n(1/x) - 2 sum of eta(n - j) L^j/j! over j <= n of n's parity, L = log(-x): Jonquiere's
 * relation, DLMF 25.12.13 at whole s. */
static double polylog_inverted(double n, double x) {
  dd l = dd_log(dd_of(-x)), term = dd_of(1.0), sum = dd_of(0.0);
  double odd = is_odd(n) ? 1.0 : 0.0, last = fmin(n, 2000.0);
  for (double j = 0.0; j <= last; j += 1.0) {
    if (fmod(j, 2.0) == odd)
      sum = dd_add(sum, dd_mul(term, eta_even(n - j)));
    term = dd_div_d(dd_mul(term, l), j + 1.0);
  }
  dd inner = polylog_unit(n, dd_div(dd_of(1.0), dd_of(x)));
  return dd_value(dd_sub(dd_scale(sum, -2.0), odd > 0.0 ? dd_neg(inner) : inner));
}

/* s = -n < 0, |x| <= 1: x (sum of A(n, k) x^k)/(1 - x)^(n + 1) with Euler's numbers A(n, k) = (k + 1) A(n - 1, k)
 * + (n - k) A(n - 1, k - 1), DLMF 26.14.8; all positive. */
static double polylog_rational(int n, dd x) {
  dd row[65] = {{1.0, 0.0}};
  for (int i = 2; i <= n; i++) {
    for (int k = i - 1; k >= 1; k--)
      row[k] = dd_add(dd_mul_d(row[k], k + 1.0), dd_mul_d(row[k - 1], i - k));
  }
  dd sum = row[n - 1], rest = dd_add_d(dd_neg(x), 1.0);
  for (int k = n - 2; k >= 0; k--)
    sum = dd_add(dd_mul(sum, x), row[k]);
  sum = dd_mul(sum, x);
  for (int i = 0; i <= n; i++) {
    if (fabs(sum.h) > 0x1p960)
      sum = dd_of(sum.h / rest.h);
    else
      sum = dd_div(sum, rest);
  }
  return dd_value(sum);
}

/* Whole s <= 0. Li_-n(x) = -(-1)^n Li_-n(1/x). */
static double polylog_down(double s, double x) {
  if (x == 1.0)
    return s < 0.0 && is_odd(s) ? HUGE_VAL : special_nan();
  if (s == 0.0)
    return fabs(x) <= 1.0 ? dd_value(dd_div(dd_of(x), dd_sum(1.0, -x)))
                          : dd_value(dd_div(dd_of(-1.0), dd_add_d(dd_div(dd_of(-1.0), dd_of(x)), 1.0)));
  if (s < -64.0)
    return special_nan();
  int n = (int)-s;
  if (fabs(x) <= 1.0)
    return polylog_rational(n, dd_of(x));
  double r = polylog_rational(n, dd_div(dd_of(1.0), dd_of(x)));
  return n % 2 != 0 ? r : -r;
}

double k_polylog(double s, double x) {
  if (!(fabs(s) <= DBL_MAX && fabs(x) <= DBL_MAX))
    return x < 0.0 && s >= 1.0 && s <= DBL_MAX ? x : special_nan();
  if (fabs(x) < 0x1p-900)
    return x;
  int whole = is_whole(s);
  if (whole && s <= 0.0)
    return polylog_down(s, x);
  if (x >= 1.0)
    return x > 1.0 ? special_nan() : s > 1.0 ? k_zeta(s) : HUGE_VAL;
  if (!whole)
    return fabs(x) <= 0.98 && s > -100.0 ? dd_value(power_series(s, dd_of(x))) : special_nan();
  if (s == 1.0)
    return -plain_log1p(-x);
  return x < -1.0 ? polylog_inverted(s, x) : dd_value(polylog_unit(s, dd_of(x)));
}

double k_polylog_slope(double s, double x) {
  return fabs(x) < 0x1p-900 && fabs(s) <= DBL_MAX ? 1.0 : k_polylog(s - 1.0, x) / x;
}
