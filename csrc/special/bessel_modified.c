/* Modified Bessel functions I and K of real order. */
#include "special/waves.h"
#include "special/dd.h"
#include "special/order_slopes.h"

/* Below, Temme's series keeps 2^-80 of K. */
#define TEMME_BELOW 8.0

static const dd two_over_pi = {0.6366197723675814, -3.935735335036497e-17};
static const dd half_pi = {1.5707963267948966, 6.123233995736766e-17};
static const dd half_over_pi = {0.15915494309189535, -9.839338337591243e-18};

/* exp(x) K_mu(x) and exp(x) K_mu+1(x), 8 <= x <= 25, mu + 1 <= 3/2, by the trapezoidal rule on exp(-x (cosh t - 1))
 * cosh(mu t), DLMF 10.32.9, with step 1/8. Nothing cancels; the rule's error is K of order mu + 16 pi i, 2^-78 of K. */
void wave_quadrature(dd mu, dd x, dd *zero, dd *one) {
  static const dd cosh_less_1[] = {
      /* cosh(i/8) - 1, i = 1 .. 24 */
      {0.00782267782571086, 6.822956536483897e-19},  {0.03141309987957318, -1.9044342817404967e-18},
      {0.07114034670458677, -3.709961751334257e-18}, {0.12762596520638078, 3.768074297675175e-18},
      {0.20175369297560633, -5.966274737300645e-18}, {0.2946832846768447, 6.648122201243261e-18},
      {0.40786865682280316, 3.6008669746580034e-18}, {0.5430806348152438, -4.495433471244733e-17},
      {0.7024346581381905, -1.673881824622315e-17},  {0.8884238771610158, -4.6536970303689074e-17},
      {1.1039581593626617, 7.360223420262276e-17},   {1.3524096152432474, -1.0582530871627184e-16},
      {1.6376653561921375, 9.318639637314511e-17},   {1.9641883097280879, -1.0715430805604115e-16},
      {2.3370870435875206, -1.040507441952486e-16},  {2.7621956910836314, 7.146584908813439e-17},
      {3.246165228196992, 2.0412904147947614e-16},   {3.796567530460195, 1.2283871815992124e-16},
      {4.422013837643509, 2.7954825121424497e-16},   {5.132289479663686, 3.560067179782552e-16},
      {5.938506971550673, 1.0514194411190645e-16},   {6.853279872697439, 2.681539942000138e-16},
      {7.8909201304827095, -1.3847081584328798e-16}, {9.067661995777765, 5.150335194797485e-16}};
  const double step = 0.125;
  dd up[2], down[2], power[2] = {dd_of(1.0), dd_of(1.0)}, inverse[2] = {dd_of(1.0), dd_of(1.0)};
  dd sum[2] = {dd_of(1.0), dd_of(1.0)};
  for (int i = 0; i < 2; i++) {
    dd_scaled e = dd_exp(dd_scale(dd_add_d(mu, (double)i), step));
    up[i] = (dd){ldexp(e.m.h, e.e), ldexp(e.m.l, e.e)};
    down[i] = dd_div(dd_of(1.0), up[i]);
  }
  for (int k = 0; k < 24; k++) {
    dd_scaled e = dd_exp(dd_neg(dd_mul(x, cosh_less_1[k])));
    dd weight = {ldexp(e.m.h, e.e), ldexp(e.m.l, e.e)};
    for (int i = 0; i < 2; i++) {
      power[i] = dd_mul(power[i], up[i]);
      inverse[i] = dd_mul(inverse[i], down[i]);
      sum[i] = dd_add(sum[i], dd_mul(weight, dd_add(power[i], inverse[i])));
    }
  }
  *zero = dd_scale(sum[0], 0.5 * step);
  *one = dd_scale(sum[1], 0.5 * step);
}

/* K_mu, K_mu+1; large x: DLMF 10.40.2. */
static wave_pair k_first(double mu, double x) {
  if (x < TEMME_BELOW)
    return wave_temme(mu, x, 1.0);
  dd_scaled factor = dd_exp(dd_of(-x));
  wave_pair r = {dd_of(0.0), dd_of(0.0), factor.e};
  if (x < WAVE_HANKEL_FROM) {
    wave_quadrature(dd_of(mu), dd_of(x), &r.zero, &r.one);
  } else {
    dd even, odd;
    factor.m = dd_mul(factor.m, wave_root(dd_div_d(half_pi, x)));
    wave_hankel(dd_of(mu), dd_of(x), 0, &even, &odd);
    r.zero = dd_add(even, odd);
    wave_hankel(dd_sum(1.0, mu), dd_of(x), 0, &even, &odd);
    r.one = dd_add(even, odd);
  }
  r.zero = dd_mul(r.zero, factor.m);
  r.one = dd_mul(r.one, factor.m);
  return r;
}

/* K_-nu = K_nu: DLMF 10.27.3. */
static dd_scaled k_of(wave_order nu, double x) {
  dd_scaled here, next;
  if (wave_is_negative(nu))
    nu = wave_opposite(nu);
  wave_climb(k_first(nu.mu, x), nu, x, 1.0, &here, &next);
  return here;
}

/* I_nu, nu >= 0, finite x > 0: DLMF 10.40.1 where its terms fall from the first, else the power series. */
static dd_scaled i_positive(wave_order nu, double x) {
  double order = nu.n + nu.mu;
  if (x > 2.0 * order + 2000.0)
    return (dd_scaled){dd_of(1.0), 1 << 20};
  if (x < WAVE_HANKEL_FROM || x < 0.5 * order * order)
    return wave_series(nu, x, 1.0);
  dd even, odd;
  wave_hankel(wave_order_value(nu), dd_of(x), 0, &even, &odd);
  return scaled_mul(dd_exp(dd_of(x)), dd_mul(dd_sub(even, odd), wave_root(dd_div_d(half_over_pi, x))));
}

/* I_-nu = I_nu + (2/pi) sin(nu pi) K_nu: DLMF 10.27.2. */
static dd_scaled i_of(wave_order nu, double x) {
  dd sine, cosine;
  if (!wave_is_negative(nu))
    return i_positive(nu, x);
  nu = wave_opposite(nu);
  dd_scaled i = i_positive(nu, x);
  if (nu.mu == 0.0)
    return i;
  dd_sincos_pi(dd_of(nu.mu), &sine, &cosine);
  dd factor = dd_mul(two_over_pi, is_odd(nu.n) ? dd_neg(sine) : sine);
  return wave_sum(i, scaled_mul(k_of(nu, x), factor));
}

dd_scaled wave_i(double nu, double x) {
  return i_of(wave_order_of(nu, 0.0), x);
}

dd_scaled wave_k(double nu, double x) {
  return k_of(wave_order_of(nu, 0.0), x);
}

/* I_n(-x) = (-1)^n I_n(x): DLMF 10.27.1, 10.34.1. */
double k_besseli(double nu, double x) {
  double m = is_whole(nu) ? fabs(x) : x, r;
  if (wave_outside(nu, m))
    return special_nan();
  wave_order order = wave_order_of(nu, 0.0);
  if (m == 0.0)
    r = wave_at_zero(is_whole(nu) ? wave_order_of(fabs(nu), 0.0) : order);
  else
    r = m > DBL_MAX ? m : dd_scaled_value(i_of(order, m));
  return is_odd(nu) && is_whole(nu) && signbit(x) != 0 ? -r : r;
}

/* (I_{nu-1} + I_{nu+1})/2: DLMF 10.29.1. */
double k_besseli_slope(double nu, double x) {
  double m = is_whole(nu) ? fabs(x) : x, r;
  if (wave_outside(nu, m))
    return special_nan();
  wave_order low = wave_order_of(nu, -1.0), high = wave_order_of(nu, 1.0);
  if (nu != 0.0 && fabs(nu) < 0x1p-40 && m > 0.0 && m <= DBL_MAX) { /* nu - 1 holds few of its digits: nu/x I + next */
    dd_scaled f = i_of(wave_order_of(nu, 0.0), m), next = i_of(high, m);
    return wave_mean(wave_part(f, nu, m), (dd_scaled){dd_scale(next.m, 2.0), next.e});
  }
  if (m == 0.0) {
    double a = wave_at_zero(low), b = wave_at_zero(high);
    r = fabs(a) > DBL_MAX ? a : 0.5 * (a + b);
  } else {
    r = m > DBL_MAX ? m : wave_mean(i_of(low, m), i_of(high, m));
  }
  return is_whole(nu) && !is_odd(nu) && signbit(x) != 0 ? -r : r;
}

double k_besselk(double nu, double x) {
  if (wave_outside(nu, x))
    return special_nan();
  if (x == 0.0)
    return HUGE_VAL;
  return x > DBL_MAX ? 0.0 : dd_scaled_value(k_of(wave_order_of(nu, 0.0), x));
}

/* -(K_{nu-1} + K_{nu+1})/2: DLMF 10.29.1. */
double k_besselk_slope(double nu, double x) {
  if (wave_outside(nu, x))
    return special_nan();
  if (x == 0.0)
    return -HUGE_VAL;
  if (x > DBL_MAX)
    return -0.0;
  return -wave_mean(k_of(wave_order_of(nu, -1.0), x), k_of(wave_order_of(nu, 1.0), x));
}
