/* Bessel functions J and Y of real order, and the tools they share with I, K and Airy's functions. */
#include "special/waves.h"
#include "special/dd.h"
#include "special/order_slopes.h"

static const dd log_2 = {0.6931471805599453, 2.3190468138462996e-17};
static const dd two_over_pi = {0.6366197723675814, -3.935735335036497e-17};

/* ---- tools ---- */

/* One step of Newton from the rounded root; a > 0. */
dd wave_root(dd a) {
  double r = sqrt(a.h);
  return dd_fast(r, dd_value(dd_sub(a, dd_prod(r, r))) / (2.0 * r));
}

static dd_scaled normalised(dd_scaled a) {
  int e;
  (void)frexp(a.m.h, &e);
  return (dd_scaled){{ldexp(a.m.h, -e), ldexp(a.m.l, -e)}, a.e + e};
}

dd_scaled wave_sum(dd_scaled a, dd_scaled b) {
  if (!(fabs(a.m.h) > 0.0 && fabs(b.m.h) > 0.0 && fabs(a.m.h) <= DBL_MAX && fabs(b.m.h) <= DBL_MAX))
    return a.m.h == 0.0 || !(fabs(b.m.h) <= DBL_MAX) ? b : a;
  a = normalised(a);
  b = normalised(b);
  if (a.e < b.e) {
    dd_scaled t = a;
    a = b;
    b = t;
  }
  int fall = b.e - a.e;
  if (fall < -300)
    return a;
  return (dd_scaled){dd_add(a.m, dd_scale(b.m, ldexp(1.0, fall))), a.e};
}

/* (a + b)/2, which may be in range where the sum is not. */
double wave_mean(dd_scaled a, dd_scaled b) {
  dd_scaled r = wave_sum(a, b);
  r.e -= 1;
  return dd_scaled_value(r);
}

int wave_outside(double nu, double x) {
  return !(fabs(nu) <= WAVE_MOST_ORDER) || !(x >= 0.0);
}

/* (x/2)^nu/gamma(nu + 1) at 0 from the right. */
double wave_at_zero(wave_order nu) {
  if (!wave_is_negative(nu))
    return nu.n == 0.0 && nu.mu == 0.0 ? 1.0 : 0.0;
  if (nu.mu == 0.0)
    return 0.0;
  return is_odd(nu.mu < 0.0 ? nu.n - 1.0 : nu.n) ? HUGE_VAL : -HUGE_VAL;
}

/* (x/2)^nu/gamma(nu + 1) sum of (sign x^2/4)^k/(k! (nu + 1)_k), DLMF 10.2.2 and 10.25.2; nu >= 0. The sum is kept
 * below 2^500 and the factor is taken in logarithms: both may lie outside the doubles. */
dd_scaled wave_series(wave_order nu, double x, double sign) {
  dd order = wave_order_value(nu);
  dd square = dd_prod(0.5 * x, 0.5 * x * sign);
  dd term = dd_of(1.0), sum = term;
  int e = 0;
  for (double k = 1.0; k < 2e5; k += 1.0) {
    term = dd_div(dd_mul(term, square), dd_mul_d(dd_add_d(order, k), k));
    sum = dd_add(sum, term);
    if (fabs(term.h) <= 0x1p-108 * fabs(sum.h))
      break;
    if (fabs(sum.h) > 0x1p500) {
      sum = dd_scale(sum, 0x1p-500);
      term = dd_scale(term, 0x1p-500);
      e += 500;
    }
  }
  gamma_parts g = gamma_split(dd_add_d(order, 1.0));
  dd l = dd_mul(dd_sub(dd_log(dd_of(x)), log_2), order);
  dd_scaled factor = dd_exp(dd_sub(l, g.log));
  factor.e += e;
  return scaled_mul(factor, dd_mul(sum, g.product));
}

/* The even and the odd terms of Hankel's expansions, a_j(nu)/x^j by their quotient (4 nu^2 - (2j - 1)^2)/(8 j x), DLMF
 * 10.17.1; alternate: with signs + - + - among the even and among the odd ones, as J and Y have them. */
void wave_hankel(dd nu, dd x, int alternate, dd *even, dd *odd) {
  dd term = dd_of(1.0), sums[2] = {dd_of(1.0), dd_of(0.0)}, twice = dd_scale(nu, 2.0);
  dd inverse = dd_div(dd_of(0.125), x);
  for (int j = 1; j < 200; j++) {
    double o = 2.0 * j - 1.0;
    dd factor = dd_mul(dd_add_d(twice, o), dd_add_d(twice, -o));
    dd next = dd_div_d(dd_mul(dd_mul(term, inverse), factor), (double)j);
    if (!(fabs(next.h) < fabs(term.h)) || fabs(next.h) < 0x1p-108)
      break;
    term = next;
    sums[j & 1] = dd_add(sums[j & 1], alternate && (j & 2) != 0 ? dd_neg(term) : term);
  }
  *even = sums[0];
  *odd = sums[1];
}

/* ---- Temme's series ---- */

/* The even and the odd part of 1/gamma(1 + mu) = even - mu odd, |mu| <= 1/2: Taylor coefficients (DLMF 5.7.1). */
static void reciprocal_gamma(double mu, dd *even, dd *odd) {
  static const dd even_leading[] = {{1.0, 0.0},
                                    {-0.6558780715202539, 2.137185197068536e-17},
                                    {0.16653861138229148, 1.0189144546842026e-17},
                                    {-0.009621971527876973, -5.300031368830263e-19},
                                    {-0.0011651675918590652, 5.659947853880981e-20},
                                    {0.0001280502823881162, -9.359124499198967e-21},
                                    {-1.2504934821426706e-06, -2.66214092271898e-23},
                                    {-2.056338416977607e-07, -3.0061601618645134e-24},
                                    {5.002007644469223e-09, -1.538123614056751e-26},
                                    {1.0434267116911005e-10, -2.9298419956825035e-27},
                                    {-3.696805618642206e-12, 2.7050034921703885e-28}};
  static const double even_rest[] = {-2.0583260535665066e-14, 1.2267786282382608e-15, 1.1866922547516004e-18,
                                     -2.29874568443537e-19,   1.337351730493693e-22,  2.736030048608e-23};
  static const dd odd_leading[] = {
      {-0.5772156649015329, 4.942915152430645e-18},      {0.04200263503409524, -1.4920306285650505e-18},
      {0.04219773455554433, 3.3579992682480134e-18},     {-0.0072189432466631, 3.6006537063394283e-19},
      {0.00021524167411495098, -2.3758686180729364e-21}, {2.013485478078824e-05, -3.0488773972037385e-23},
      {-1.133027231981696e-06, 4.622235212104869e-23},   {-6.116095104481416e-09, 2.693458298171306e-25},
      {1.18127457048702e-09, 1.0052356155716208e-25},    {-7.782263439905071e-12, -4.397255556595848e-28}};
  static const double odd_rest[] = {-5.100370287454476e-13,  5.348122539423018e-15,   1.1812593016974588e-16,
                                    -1.4123806553180319e-18, -1.7144063219273374e-20, 2.0542335517666728e-22,
                                    1.7323564459105165e-24};
  dd square = dd_prod(mu, mu);
  *even = dd_polynomial(even_leading, 11, even_rest, 6, square);
  *odd = dd_polynomial(odd_leading, 10, odd_rest, 7, square);
}

static dd plain(dd_scaled a) {
  return (dd){ldexp(a.m.h, a.e), ldexp(a.m.l, a.e)};
}

/* sinh(s)/s and cosh(s), with exp(s). */
static void hyperbolic(dd s, dd *quotient, dd *cosine, dd *power) {
  *power = plain(dd_exp(s));
  dd inverse = dd_div(dd_of(1.0), *power);
  *cosine = dd_scale(dd_add(*power, inverse), 0.5);
  if (fabs(s.h) > 0.5) {
    *quotient = dd_div(dd_scale(dd_sub(*power, inverse), 0.5), s);
    return;
  }
  dd square = dd_mul(s, s), sum = dd_of(1.0);
  for (double k = 24.0; k >= 2.0; k -= 2.0)
    sum = dd_add_d(dd_div_d(dd_mul(sum, square), k * (k + 1.0)), 1.0);
  *quotient = sum;
}

/* The first f, p, q and the factor of g, see below. */
typedef struct {
  dd f, p, q, turn;
} temme_start;

static temme_start temme_first(double mu, double x) {
  dd even, odd, quotient, cosine, power, sine, unused, factor = dd_of(1.0), turn = dd_of(0.0);
  reciprocal_gamma(mu, &even, &odd);
  dd l = dd_sub(log_2, dd_log(dd_of(x)));
  hyperbolic(dd_mul_d(l, mu), &quotient, &cosine, &power);
  if (fabs(mu) > 1e-60) {
    dd_sincos_pi(dd_of(mu), &sine, &unused);
    factor = dd_div(dd_mul_d(dd_pi, mu), sine);
    dd_sincos_pi(dd_of(0.5 * mu), &sine, &unused);
    turn = dd_div(dd_scale(dd_mul(sine, sine), 2.0), dd_of(mu));
  }
  dd part = dd_mul_d(odd, mu);
  temme_start r;
  r.f = dd_mul(factor, dd_add(dd_mul(cosine, odd), dd_mul(dd_mul(quotient, l), even)));
  r.p = dd_scale(dd_div(power, dd_sub(even, part)), 0.5);
  r.q = dd_scale(dd_div(dd_of(1.0), dd_mul(power, dd_add(even, part))), 0.5);
  r.turn = turn;
  return r;
}

/* Temme's series (1975, 1976): K_mu and K_mu+1 for sign = 1, -pi/2 Y_mu and -pi/2 Y_mu+1 for sign = -1, from DLMF
 * 10.27.4, 10.2.3 and the power series, their difference taken under the sum, for |mu| <= 1/2. With
 * c_k = (sign x^2/4)^k/k!,
 *   f_k = (k f_k-1 + p_k-1 + q_k-1)/(k^2 - mu^2),  p_k = p_k-1/(k - mu),  q_k = q_k-1/(k + mu),
 * K_mu = sum c_k f_k and K_mu+1 = (2/x) sum c_k (p_k - k f_k); Y takes f_k + (2/mu) sin(mu pi/2)^2 q_k for f_k. The
 * terms reach exp(x) times the first ones, so for x < 25 (K: x < 8) some 2^-66 (2^-80) is left. */
wave_pair wave_temme(double mu, double x, double sign) {
  temme_start t = temme_first(mu, x);
  dd f = t.f, p = t.p, q = t.q, square = dd_prod(0.5 * x, sign * 0.5 * x), c = dd_of(1.0);
  dd zero = dd_of(0.0), one = dd_of(0.0);
  for (double k = 0.0; k < 300.0; k += 1.0) {
    if (k > 0.0) {
      f = dd_div(dd_add(dd_mul_d(f, k), dd_add(p, q)), dd_mul(dd_sum(k, -mu), dd_sum(k, mu)));
      p = dd_div(p, dd_sum(k, -mu));
      q = dd_div(q, dd_sum(k, mu));
      c = dd_div_d(dd_mul(c, square), k);
    }
    dd g = sign < 0.0 ? dd_add(f, dd_mul(t.turn, q)) : f;
    dd z = dd_mul(c, g), o = dd_mul(c, dd_sub(p, dd_mul_d(g, k)));
    zero = dd_add(zero, z);
    one = dd_add(one, o);
    if (fabs(z.h) <= 0x1p-110 * fabs(zero.h) && fabs(o.h) <= 0x1p-110 * fabs(one.h))
      break;
  }
  int s = x < 1.0 ? ilogb(x) : 0;
  return (wave_pair){zero, dd_div_d(dd_scale(one, 2.0), ldexp(x, -s)), 0};
}

/* Orders nu and nu + 1, nu >= -1/2, from mu and mu + 1 by F_{k+1} = (2k/x) F_k + sign F_{k-1}, DLMF 10.6.1, 10.29.1.
 * With x = m 2^s the recurrence is that of F_k 2^(s k), whose first values a tiny x does not throw out of
 * the doubles. */
void wave_climb(wave_pair from, wave_order nu, double x, double sign, dd_scaled *here, dd_scaled *next) {
  int s = x < 1.0 ? ilogb(x) : 0, e = from.e;
  double weight = sign * ldexp(1.0, 2 * s);
  dd before = from.zero, now = from.one, step = dd_div_d(dd_of(2.0), ldexp(x, -s));
  for (double k = 1.0; k <= nu.n; k += 1.0) {
    dd after = dd_mul(dd_mul(step, dd_sum(k, nu.mu)), now);
    after = dd_add(after, dd_mul_d(before, weight));
    before = now;
    now = after;
    if (fabs(now.h) > 0x1p500) {
      now = dd_scale(now, 0x1p-500);
      before = dd_scale(before, 0x1p-500);
      e += 500;
    }
  }
  *here = (dd_scaled){before, e - s * (int)nu.n};
  *next = (dd_scaled){now, e - s * ((int)nu.n + 1)};
}

/* ---- J and Y ---- */

/* J and Y of one order, x >= 25: DLMF 10.17.3, 10.17.4, with w = x - (nu/2 + 1/4) pi; orders -1/2 to 3/2. */
static void large(dd nu, double x, dd *j, dd *y) {
  dd s, c, turn_s, turn_c, p, q;
  double shrink = x > 0x1p600 ? 0x1p-400 : 1.0;
  dd_sincos(x, &s, &c);
  dd_sincos_pi(dd_add_d(dd_scale(nu, 0.5), 0.25), &turn_s, &turn_c);
  dd cosine = dd_add(dd_mul(c, turn_c), dd_mul(s, turn_s));
  dd sine = dd_sub(dd_mul(s, turn_c), dd_mul(c, turn_s));
  dd scale = dd_scale(wave_root(dd_div_d(two_over_pi, x * shrink)), shrink < 1.0 ? 0x1p-200 : 1.0);
  wave_hankel(nu, dd_of(x), 1, &p, &q);
  *j = dd_mul(scale, dd_sub(dd_mul(p, cosine), dd_mul(q, sine)));
  *y = dd_mul(scale, dd_add(dd_mul(p, sine), dd_mul(q, cosine)));
}

/* Y of orders nu and nu + 1, nu >= -1/2. */
static void y_climbed(wave_order nu, double x, dd_scaled *here, dd_scaled *next) {
  wave_pair y;
  if (x < WAVE_HANKEL_FROM) {
    y = wave_temme(nu.mu, x, -1.0);
    y.zero = dd_neg(dd_mul(y.zero, two_over_pi));
    y.one = dd_neg(dd_mul(y.one, two_over_pi));
  } else {
    dd unused;
    y.e = 0;
    large(dd_of(nu.mu), x, &unused, &y.zero);
    large(dd_sum(1.0, nu.mu), x, &unused, &y.one);
  }
  wave_climb(y, nu, x, -1.0, here, next);
}

/* J_nu+1/J_nu by the continued fraction of DLMF 10.10.1, from the order where the recurrence has grown by 2^56. */
static dd ratio(wave_order nu, double x) {
  double before = 0.0, now = 1.0, k = nu.n + 1.0;
  while (fabs(now) < 0x1p56) {
    double next = 2.0 * (k + nu.mu) / x * now - before;
    before = now;
    now = next;
    k += 1.0;
  }
  dd r = dd_of(0.0), step = dd_div_d(dd_of(2.0), x);
  for (; k > nu.n; k -= 1.0)
    r = dd_div(dd_of(1.0), dd_sub(dd_mul(step, dd_sum(k, nu.mu)), r));
  return r;
}

/* J_nu for nu >= 0, finite x > 0: power series, the recurrence where it is stable, else by the Wronskian
 * J_nu+1 Y_nu - J_nu Y_nu+1 = 2/(pi x), DLMF 10.5.2. */
static dd_scaled j_positive(wave_order nu, double x) {
  dd_scaled here, next;
  double order = nu.n + nu.mu;
  if (x < WAVE_HANKEL_FROM || 0.25 * x * x <= 8.0 * (order + 1.0))
    return wave_series(nu, x, -1.0);
  if (order <= x) {
    wave_pair j = {0};
    dd unused;
    large(dd_of(nu.mu), x, &j.zero, &unused);
    large(dd_sum(1.0, nu.mu), x, &j.one, &unused);
    wave_climb(j, nu, x, -1.0, &here, &next);
    return here;
  }
  y_climbed(nu, x, &here, &next);
  dd t = dd_sub(dd_mul(ratio(nu, x), here.m), next.m);
  return (dd_scaled){dd_div(dd_div_d(two_over_pi, x), t), -here.e};
}

static dd_scaled y_positive(wave_order nu, double x) {
  dd_scaled here, next;
  y_climbed(nu, x, &here, &next);
  return here;
}

/* J_-nu = cos(nu pi) J_nu - sin(nu pi) Y_nu, Y_-nu = sin(nu pi) J_nu + cos(nu pi) Y_nu: DLMF 10.2.3, 10.4.6. */
static dd_scaled either(wave_order nu, double x, int second) {
  dd sine, cosine;
  if (!wave_is_negative(nu))
    return second ? y_positive(nu, x) : j_positive(nu, x);
  nu = wave_opposite(nu);
  dd_sincos_pi(dd_of(nu.mu), &sine, &cosine);
  if (is_odd(nu.n)) {
    sine = dd_neg(sine);
    cosine = dd_neg(cosine);
  }
  dd_scaled j = scaled_mul(j_positive(nu, x), second ? sine : cosine);
  dd_scaled y = scaled_mul(y_positive(nu, x), second ? cosine : dd_neg(sine));
  return wave_sum(j, y);
}

dd_scaled wave_j(double nu, double x) {
  return either(wave_order_of(nu, 0.0), x, 0);
}

dd_scaled wave_y(double nu, double x) {
  return either(wave_order_of(nu, 0.0), x, 1);
}

/* Y_nu has a pole at 0, whose sign for nu < 0 is that of -cos(nu pi); at half-integers it is +-J_-nu there. */
static double y_at_zero(wave_order nu) {
  if (!wave_is_negative(nu))
    return -HUGE_VAL;
  if (fabs(nu.mu) == 0.5)
    return 0.0;
  return is_odd(nu.n) ? HUGE_VAL : -HUGE_VAL;
}

/* sqrt(2/(pi x)) sin(x), or cos(x), DLMF 10.16.1: of orders +-1/2, whose zeros lie next to doubles; x > 1. */
static double half_order(double x, int cosine) {
  dd s, c;
  dd_sincos(x, &s, &c);
  return dd_value(dd_mul(dd_scale(wave_root(dd_div_d(two_over_pi, x * 0x1p-400)), 0x1p-200), cosine ? c : s));
}

double k_besselj_real(double nu, double x) {
  if (wave_outside(nu, x))
    return special_nan();
  if (x == 0.0)
    return wave_at_zero(wave_order_of(nu, 0.0));
  if (fabs(nu) == 0.5 && x > 1.0 && x <= DBL_MAX)
    return half_order(x, nu < 0.0);
  return x > DBL_MAX ? 0.0 : dd_scaled_value(wave_j(nu, x));
}

double k_bessely_real(double nu, double x) {
  if (wave_outside(nu, x))
    return special_nan();
  if (x == 0.0)
    return y_at_zero(wave_order_of(nu, 0.0));
  if (fabs(nu) == 0.5 && x > 1.0 && x <= DBL_MAX)
    return nu > 0.0 ? -half_order(x, 1) : half_order(x, 0);
  return x > DBL_MAX ? 0.0 : dd_scaled_value(wave_y(nu, x));
}

/* (F_{nu-1} - F_{nu+1})/2, DLMF 10.6.1, the difference unrounded. */
static double slope(double nu, double x, int second) {
  if (fabs(nu) < 0x1p-40 && !second) { /* nu - 1 holds few of its digits: nu/x F_nu - F_{nu+1} */
    dd_scaled f = either(wave_order_of(nu, 0.0), x, 0), next = either(wave_order_of(nu, 1.0), x, 0);
    return wave_mean(wave_part(f, nu, x), (dd_scaled){dd_scale(next.m, -2.0), next.e});
  }
  dd_scaled high = either(wave_order_of(nu, 1.0), x, second);
  high.m = dd_neg(high.m);
  return wave_mean(either(wave_order_of(nu, -1.0), x, second), high);
}

double k_besselj_real_slope(double nu, double x) {
  if (wave_outside(nu, x))
    return special_nan();
  if (x == 0.0) {
    double low = wave_at_zero(wave_order_of(nu, -1.0));
    return fabs(low) > DBL_MAX ? low : 0.5 * (low - wave_at_zero(wave_order_of(nu, 1.0)));
  }
  return x > DBL_MAX ? 0.0 : slope(nu, x, 0);
}

double k_bessely_real_slope(double nu, double x) {
  if (wave_outside(nu, x))
    return special_nan();
  if (x == 0.0) {
    double r = y_at_zero(wave_order_of(nu, 0.0));
    return r != 0.0 ? -r : nu == -0.5 ? HUGE_VAL : 0.0;
  }
  return x > DBL_MAX ? 0.0 : slope(nu, x, 1);
}
