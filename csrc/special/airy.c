/* Airy functions Ai, Bi and their derivatives. */
#include "special/waves.h"
#include "special/dd.h"

/* Ai is taken from its power series while zeta = (2/3) |x|^(3/2) is below the first, and everything from the
 * asymptotic expansions from the second on; in between Ai comes from an integral. */
#define SERIES_BELOW 8.0
#define PHASE_LOST (-0x1p60)

static const dd third = {0.3333333333333333, 1.850371707708594e-17};
static const dd root_3 = {1.7320508075688772, 1.0035084221806903e-16};
static const dd ai_0 = {0.3550280538878172, 2.05233632436212e-17};               /* Ai(0) */
static const dd minus_ai_slope_0 = {0.2588194037928068, -2.522243111610832e-17}; /* -Ai'(0) */
static const dd one_over_pi = {0.3183098861837907, -1.9678676675182486e-17};
static const dd one_over_root_pi = {0.5641895835477563, 7.66772980658294e-18};

/* sum over k of the products of x^3/((3i + a)(3i + b)), i < k. */
static dd cubic_series(dd cube, double a, double b) {
  dd term = dd_of(1.0), sum = term;
  for (double i = 0.0; i < 900.0; i += 3.0) {
    term = dd_div_d(dd_mul(term, cube), (i + a) * (i + b));
    sum = dd_add(sum, term);
    if (fabs(term.h) <= 0x1p-110 * fabs(sum.h))
      break;
  }
  return sum;
}

/* c_1 f(x) and c_2 g(x), or their derivatives: DLMF 9.4.1 to 9.4.4. Ai is their difference, Bi their sum by sqrt 3. */
static void maclaurin(double x, int slope, dd *f, dd *g) {
  dd square = dd_prod(x, x), cube = dd_mul_d(square, x);
  if (slope) {
    *f = dd_mul(ai_0, dd_mul(dd_scale(square, 0.5), cubic_series(cube, 3.0, 5.0)));
    *g = dd_mul(minus_ai_slope_0, cubic_series(cube, 1.0, 3.0));
  } else {
    *f = dd_mul(ai_0, cubic_series(cube, 2.0, 3.0));
    *g = dd_mul(minus_ai_slope_0, dd_mul_d(cubic_series(cube, 3.0, 4.0), x));
  }
}

/* What all expansions in zeta = (2/3) m^(3/2), m = |x|, need. */
typedef struct {
  dd zeta, root, fourth; /* m^(1/2), m^(1/4) */
} phase;

static phase phase_of(double x) {
  dd root = wave_root(dd_of(fabs(x)));
  return (phase){dd_mul(dd_mul_d(dd_scale(root, 2.0), fabs(x)), third), root, wave_root(root)};
}

static double zeta_near(double x) {
  return fabs(x) * sqrt(fabs(x)) * (2.0 / 3.0);
}

/* 1/(sqrt(pi) m^(1/4)), or m^(1/4)/sqrt(pi) for the derivatives. */
static dd amplitude(phase p, int slope) {
  return slope ? dd_mul(one_over_root_pi, p.fourth) : dd_div(one_over_root_pi, p.fourth);
}

static dd order_of(int slope) {
  return slope ? dd_scale(third, 2.0) : third;
}

/* Ai(x) = (1/pi) sqrt(x/3) K_1/3(zeta), Ai'(x) = -(1/pi)(x/sqrt 3) K_2/3(zeta), DLMF 9.6.2, 9.6.3, by the integral of
 * K; or DLMF 9.7.5, 9.7.6, whose u_k and v_k are (-1)^k a_k of orders 1/3 and 2/3. */
static double ai_falling(double x, int slope) {
  phase p = phase_of(x);
  dd_scaled e = dd_exp(dd_neg(p.zeta));
  if (p.zeta.h < WAVE_HANKEL_FROM) {
    dd k_third, k_two_thirds;
    wave_quadrature(dd_neg(third), p.zeta, &k_third, &k_two_thirds);
    dd k = slope ? dd_neg(dd_mul_d(k_two_thirds, x)) : dd_mul(p.root, k_third);
    return dd_scaled_value(scaled_mul(e, dd_mul(dd_div(one_over_pi, root_3), k)));
  }
  dd even, odd;
  wave_hankel(order_of(slope), p.zeta, 0, &even, &odd);
  dd r = dd_mul(dd_scale(amplitude(p, slope), 0.5), dd_add(even, odd));
  return dd_scaled_value(scaled_mul(e, slope ? dd_neg(r) : r));
}

/* DLMF 9.7.7, 9.7.8. */
static double bi_rising(double x, int slope) {
  phase p = phase_of(x);
  dd even, odd;
  wave_hankel(order_of(slope), p.zeta, 0, &even, &odd);
  return dd_scaled_value(scaled_mul(dd_exp(p.zeta), dd_mul(amplitude(p, slope), dd_sub(even, odd))));
}

/* zeta = high + the result to 2^-156 for m >= 1: the residue of the root in double-double gives it a third part (the
 * two differences are exact), and m times the three parts is divided by 3/2 with its remainder. */
static dd zeta_rest(double m, dd root, double *high) {
  dd square = dd_prod(root.h, root.h), mixed = dd_prod(2.0 * root.h, root.l);
  double residue = ((m - square.h) - square.l - mixed.h) - mixed.l - root.l * root.l;
  dd a = dd_prod(m, root.h), b = dd_prod(m, root.l);
  *high = a.h / 1.5;
  double remainder = fma(*high, -1.5, a.h);
  dd rest = dd_add_d(dd_add_d(dd_add_d(b, a.l), remainder), 0.5 * m * residue / root.h);
  return dd_div_d(rest, 1.5);
}

/* sin and cos of zeta - pi/4. */
static void turned(double m, dd root, dd *sine, dd *cosine) {
  static const dd quarter = {-0.25, 0.0};
  dd s, c, rest_s, rest_c;
  double high;
  dd rest = zeta_rest(m, root, &high);
  dd_sincos(high, &s, &c);
  dd_sincos_pi(dd_add(dd_mul(rest, one_over_pi), quarter), &rest_s, &rest_c);
  *sine = dd_add(dd_mul(s, rest_c), dd_mul(c, rest_s));
  *cosine = dd_sub(dd_mul(c, rest_c), dd_mul(s, rest_s));
}

/* DLMF 9.7.9 to 9.7.12; the odd sum of u_k or v_k is minus that of a_k. */
static double oscillating(double x, int second, int slope) {
  dd even, odd, s, c;
  phase p = phase_of(x);
  wave_hankel(order_of(slope), p.zeta, 1, &even, &odd);
  turned(fabs(x), p.root, &s, &c);
  dd r;
  if (slope)
    r = second ? dd_sub(dd_mul(c, even), dd_mul(s, odd)) : dd_add(dd_mul(s, even), dd_mul(c, odd));
  else
    r = second ? dd_neg(dd_add(dd_mul(s, even), dd_mul(c, odd))) : dd_sub(dd_mul(c, even), dd_mul(s, odd));
  return dd_value(dd_mul(amplitude(p, slope), r));
}

/* Ai, or Bi for second. */
static double airy(double x, int second, int slope) {
  dd f, g;
  if (x < PHASE_LOST)
    return x < -DBL_MAX && !slope ? 0.0 : special_nan();
  if (x > 1e10)
    return second ? HUGE_VAL : slope ? -0.0 : 0.0;
  if (x != x)
    return x;
  double zeta = zeta_near(x);
  if (x < 0.0 && zeta >= WAVE_HANKEL_FROM)
    return oscillating(x, second, slope);
  if (x > 0.0 && zeta >= (second ? WAVE_HANKEL_FROM : SERIES_BELOW))
    return second ? bi_rising(x, slope) : ai_falling(x, slope);
  maclaurin(x, slope, &f, &g);
  return dd_value(second ? dd_mul(root_3, dd_add(f, g)) : dd_sub(f, g));
}

double k_airyai(double x) {
  return airy(x, 0, 0);
}

double k_airybi(double x) {
  return airy(x, 1, 0);
}

double k_airyaiprime(double x) {
  return airy(x, 0, 1);
}

double k_airybiprime(double x) {
  return airy(x, 1, 1);
}
