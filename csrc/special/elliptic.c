/* Elliptic integrals by Carlson's symmetric ones (DLMF 19.25), those by duplication (Carlson, Numer. Algorithms 10,
 * 1995; DLMF 19.36) in double-double arithmetic. Arguments are brought together until they differ by 2^-12; the
 * series that is left is cut at degree 7, 2^-95 or so. */
#include "special/functions.h"

#include "special/dd.h"

#define CLOSE 0x1p-12
#define MOST_STEPS 48

static dd root(dd a) {
  if (!(a.h > 0.0))
    return dd_of(a.h == 0.0 ? 0.0 : special_nan());
  double s = sqrt(a.h);
  dd square = dd_prod(s, s);
  return dd_fast(s, (((a.h - square.h) - square.l) + a.l) / (2.0 * s));
}

static dd mean3(dd x, dd y, dd z) {
  return dd_div_d(dd_add(dd_add(x, y), z), 3.0);
}

static dd away(dd mean, dd x) {
  return dd_div(dd_sub(mean, x), mean);
}

static dd quarter(dd x, dd lambda) {
  return dd_scale(dd_add(x, lambda), 0.25);
}

static dd lambda_of(dd rx, dd ry, dd rz) {
  return dd_add(dd_mul(rx, dd_add(ry, rz)), dd_mul(ry, rz));
}

static double widest(dd x, dd y, dd z) {
  return fmax(fabs(x.h), fmax(fabs(y.h), fabs(z.h)));
}

/* DLMF 19.36.1. */
static dd carlson_f(dd x, dd y, dd z) {
  dd a = mean3(x, y, z), u = away(a, x), v = away(a, y), w = away(a, z);
  for (int i = 0; i < MOST_STEPS && widest(u, v, w) > CLOSE; i++) {
    dd lambda = lambda_of(root(x), root(y), root(z));
    x = quarter(x, lambda);
    y = quarter(y, lambda);
    z = quarter(z, lambda);
    a = mean3(x, y, z);
    u = away(a, x);
    v = away(a, y);
    w = away(a, z);
  }
  dd e2d = dd_sub(dd_mul(u, v), dd_mul(w, w));
  double e2 = e2d.h, e3 = u.h * v.h * w.h;
  double rest = e3 / 14.0 + e2 * e2 / 24.0 - 3.0 * e2 * e3 / 44.0 - 5.0 * e2 * e2 * e2 / 208.0 + 3.0 * e3 * e3 / 104.0 +
                e2 * e2 * e3 / 16.0;
  dd series = dd_add_d(dd_add_d(dd_neg(dd_div_d(e2d, 10.0)), rest), 1.0);
  return dd_div(series, root(a));
}

/* RC(1, y), y > 0 (DLMF 19.2.17); the series is Carlson's of 1995, equation 2.12 and on. */
static dd carlson_c(dd y) {
  dd x = dd_of(1.0), a = dd_div_d(dd_add(dd_add(x, y), y), 3.0), s = dd_neg(away(a, y));
  for (int i = 0; i < MOST_STEPS && fabs(s.h) > CLOSE; i++) {
    dd lambda = dd_add(dd_scale(dd_mul(root(x), root(y)), 2.0), y);
    x = quarter(x, lambda);
    y = quarter(y, lambda);
    a = dd_div_d(dd_add(dd_add(x, y), y), 3.0);
    s = dd_neg(away(a, y));
  }
  double t = s.h;
  double rest = t * t * t * (1.0 / 7.0 + t * (3.0 / 8.0 + t * (9.0 / 22.0 + t * (159.0 / 208.0 + t * 9.0 / 8.0))));
  dd series = dd_add_d(dd_add_d(dd_div_d(dd_mul_d(dd_mul(s, s), 3.0), 10.0), rest), 1.0);
  return dd_div(series, root(a));
}

/* The series of DLMF 19.36.2 over a^(3/2), divided twice: the power may overflow. u, v, w and p (twice) are how far
 * the variables are from their mean a. */
static dd third_series(dd u, dd v, dd w, dd p, dd a) {
  dd uv = dd_mul(u, v), pp = dd_mul(p, p);
  dd pairs = dd_add(uv, dd_mul(w, dd_add(u, v)));
  dd e2d = dd_sub(pairs, dd_mul_d(pp, 3.0));
  double e2 = e2d.h, xyz = uv.h * w.h, q = p.h;
  double e3 = xyz + 2.0 * e2 * q + 4.0 * q * q * q;
  double e4 = (2.0 * xyz + e2 * q + 3.0 * q * q * q) * q, e5 = xyz * q * q;
  double rest = e3 / 6.0 + 9.0 * e2 * e2 / 88.0 - 3.0 * e4 / 22.0 - 9.0 * e2 * e3 / 52.0 + 3.0 * e5 / 26.0 -
                e2 * e2 * e2 / 16.0 + 3.0 * e3 * e3 / 40.0 + 3.0 * e2 * e4 / 20.0 + 45.0 * e2 * e2 * e3 / 272.0 -
                9.0 * (e3 * e4 + e2 * e5) / 68.0;
  dd series = dd_add_d(dd_add_d(dd_neg(dd_div_d(dd_mul_d(e2d, 3.0), 14.0)), rest), 1.0);
  return dd_div(dd_div(series, a), root(a));
}

static dd mean5(dd x, dd y, dd z, dd p) {
  return dd_div_d(dd_add(dd_add(dd_add(x, y), z), dd_scale(p, 2.0)), 5.0);
}

static dd carlson_d(dd x, dd y, dd z) {
  dd sum = dd_of(0.0), a = mean5(x, y, z, z), u = away(a, x), v = away(a, y), w = away(a, z);
  double factor = 1.0;
  for (int i = 0; i < MOST_STEPS && widest(u, v, w) > CLOSE; i++) {
    dd rz = root(z), lambda = lambda_of(root(x), root(y), rz);
    sum = dd_add(sum, dd_div(dd_div(dd_of(factor), rz), dd_add(z, lambda)));
    factor *= 0.25;
    x = quarter(x, lambda);
    y = quarter(y, lambda);
    z = quarter(z, lambda);
    a = mean5(x, y, z, z);
    u = away(a, x);
    v = away(a, y);
    w = away(a, z);
  }
  return dd_add(dd_mul_d(sum, 3.0), dd_scale(third_series(u, v, w, w, a), factor));
}

static dd carlson_j(dd x, dd y, dd z, dd p) {
  dd sum = dd_of(0.0), a = mean5(x, y, z, p), u = away(a, x), v = away(a, y), w = away(a, z), q = away(a, p);
  double factor = 1.0;
  for (int i = 0; i < MOST_STEPS && fmax(widest(u, v, w), fabs(q.h)) > CLOSE; i++) {
    dd rx = root(x), ry = root(y), rz = root(z), rp = root(p), lambda = lambda_of(rx, ry, rz);
    dd dx = dd_add(rp, rx), dy = dd_add(rp, ry), dz = dd_add(rp, rz);
    dd e = dd_mul(dd_div(dd_sub(rp, rx), dx), dd_div(dd_sub(rp, ry), dy));
    e = dd_mul(e, dd_div(dd_sub(rp, rz), dz));
    dd term = dd_div(dd_div(dd_div(carlson_c(dd_add_d(e, 1.0)), dx), dy), dz);
    sum = dd_add(sum, dd_mul_d(term, factor));
    factor *= 0.25;
    x = quarter(x, lambda);
    y = quarter(y, lambda);
    z = quarter(z, lambda);
    p = quarter(p, lambda);
    a = mean5(x, y, z, p);
    u = away(a, x);
    v = away(a, y);
    w = away(a, z);
    q = away(a, p);
  }
  return dd_add(dd_mul_d(sum, 6.0), dd_scale(third_series(u, v, w, q, a), factor));
}

/* Complete integrals for m < 1, DLMF 19.25.1; third(..) is the integral of sin^2/delta, its partner of
 * sin^2/delta^3. */
static dd complement(double m) {
  return dd_sum(1.0, -m);
}

static dd complete_f(double m) {
  return carlson_f(dd_of(0.0), complement(m), dd_of(1.0));
}

static dd complete_third(double m) {
  return dd_div_d(carlson_d(dd_of(0.0), complement(m), dd_of(1.0)), 3.0);
}

static dd complete_cubed(double m) {
  return dd_div_d(carlson_d(dd_of(0.0), dd_of(1.0), complement(m)), 3.0);
}

static dd complete_e(double m) {
  return m == 1.0 ? dd_of(1.0) : dd_sub(complete_f(m), dd_mul_d(complete_third(m), m));
}

double k_elliptic_k(double m) {
  if (!(m < 1.0 && m >= -DBL_MAX))
    return m == 1.0 ? HUGE_VAL : m < 0.0 ? 0.0 : special_nan();
  return dd_value(complete_f(m));
}

double k_elliptic_k_slope(double m) {
  if (!(m < 1.0 && m >= -DBL_MAX))
    return m == 1.0 ? HUGE_VAL : m < 0.0 ? 0.0 : special_nan();
  return 0.5 * dd_value(complete_cubed(m));
}

double k_elliptic_ec(double m) {
  if (!(m <= 1.0 && m >= -DBL_MAX))
    return m < 0.0 ? HUGE_VAL : special_nan();
  return dd_value(complete_e(m));
}

double k_elliptic_ec_slope(double m) {
  if (!(m < 1.0 && m >= -DBL_MAX))
    return m == 1.0 ? -HUGE_VAL : m < 0.0 ? -0.0 : special_nan();
  return -0.5 * dd_value(complete_third(m));
}

/* phi = turns pi + theta, |theta| <= pi/2; sine and cosine (>= 0) of theta; delta2 = 1 - m sin^2. */
typedef struct {
  dd sine, square, cosine2, delta2, turns;
  int real;
} amplitude;

/* The whole number nearest to q that is even. */
static dd nearest_even(dd q) {
  double h = rint(0.5 * q.h), l = rint((0.5 * q.h - h) + 0.5 * q.l);
  return dd_scale(dd_sum(h, l), 2.0);
}

/* Beyond 2^60, theta no longer counts against turns; below 2^-500, its square does not. The sign of cos(phi) gives
 * the parity of turns, so that no rounding can misplace it. */
static amplitude reduced(double phi, double m) {
  amplitude r = {dd_of(phi), dd_of(0.0), dd_of(1.0), dd_of(1.0), dd_of(0.0), 1};
  if (fabs(phi) >= 0x1p60) {
    r.sine = dd_of(0.0);
    r.turns = dd_div(dd_of(phi), dd_pi);
  } else if (fabs(phi) >= 0x1p-500) {
    dd cosine, q = dd_div(dd_of(phi), dd_pi);
    if (fabs(phi) < 1.0)
      dd_sincos_pi(q, &r.sine, &cosine);
    else
      dd_sincos(phi, &r.sine, &cosine);
    r.turns = cosine.h >= 0.0 ? nearest_even(q) : dd_add_d(nearest_even(dd_add_d(q, -1.0)), 1.0);
    r.sine = cosine.h >= 0.0 ? r.sine : dd_neg(r.sine);
    r.square = dd_mul(r.sine, r.sine);
    r.cosine2 = dd_mul(cosine, cosine);
    r.delta2 = dd_add(dd_mul(dd_sum(1.0, -m), r.square), r.cosine2);
  }
  if (fabs(phi) < 0x1p-500 && m < -0x1p500)
    r.delta2 = dd_add_d(dd_of(-m * phi * phi), 1.0);
  r.real = r.delta2.h >= 0.0 && (m <= 1.0 || r.turns.h == 0.0);
  return r;
}

static int finite_pair(double a, double b) {
  return fabs(a) <= DBL_MAX && fabs(b) <= DBL_MAX;
}

static dd with_turns(amplitude t, dd incomplete, dd complete) {
  return dd_add(dd_scale(dd_mul(t.turns, complete), 2.0), incomplete);
}

static dd incomplete_f(amplitude t) {
  return dd_mul(t.sine, carlson_f(t.cosine2, t.delta2, dd_of(1.0)));
}

/* Integrals of sin^2/delta and sin^2/delta^3, DLMF 19.25.14 with alpha^2 = 0 and k^2. */
static dd incomplete_third(amplitude t) {
  dd r = carlson_d(t.cosine2, t.delta2, dd_of(1.0));
  return dd_div_d(dd_mul(dd_mul(r, t.square), t.sine), 3.0);
}

static dd incomplete_cubed(amplitude t) {
  dd r = carlson_d(t.cosine2, dd_of(1.0), t.delta2);
  return dd_div_d(dd_mul(dd_mul(r, t.square), t.sine), 3.0);
}

double k_elliptic_f(double phi, double m) {
  if (phi == 0.0 || !finite_pair(phi, m))
    return m <= 1.0 && m >= -DBL_MAX ? phi : phi == 0.0 && m <= DBL_MAX ? phi : special_nan();
  amplitude t = reduced(phi, m);
  if (!t.real)
    return special_nan();
  if (t.turns.h == 0.0)
    return dd_value(incomplete_f(t));
  if (m == 1.0)
    return copysign(HUGE_VAL, phi);
  return dd_value(with_turns(t, incomplete_f(t), complete_f(m)));
}

double k_elliptic_f_dm(double phi, double m) {
  if (!finite_pair(phi, m))
    return special_nan();
  amplitude t = reduced(phi, m);
  if (!t.real)
    return special_nan();
  if (t.turns.h == 0.0)
    return t.delta2.h == 0.0 ? copysign(HUGE_VAL, phi) : 0.5 * dd_value(incomplete_cubed(t));
  if (m == 1.0)
    return copysign(HUGE_VAL, phi);
  if (m < -0x1p600) /* the slope of K is subnormal, many times of it need not be */
    return special_nan();
  return 0.5 * dd_value(with_turns(t, incomplete_cubed(t), complete_cubed(m)));
}

double k_elliptic_e(double phi, double m) {
  if (phi == 0.0 || !finite_pair(phi, m))
    return m <= 1.0 && m >= -DBL_MAX ? phi : phi == 0.0 && m <= DBL_MAX ? phi : special_nan();
  amplitude t = reduced(phi, m);
  if (!t.real)
    return special_nan();
  dd r = dd_sub(incomplete_f(t), dd_mul_d(incomplete_third(t), m));
  if (m == 1.0)
    r = t.sine;
  return t.turns.h == 0.0 ? dd_value(r) : dd_value(with_turns(t, r, complete_e(m)));
}

double k_elliptic_e_dm(double phi, double m) {
  if (!finite_pair(phi, m))
    return special_nan();
  amplitude t = reduced(phi, m);
  if (!t.real)
    return special_nan();
  if (t.turns.h == 0.0)
    return -0.5 * dd_value(incomplete_third(t));
  if (m == 1.0)
    return copysign(HUGE_VAL, -phi);
  return -0.5 * dd_value(with_turns(t, incomplete_third(t), complete_third(m)));
}

double k_elliptic_delta(double phi, double m) {
  if (!finite_pair(phi, m))
    return special_nan();
  amplitude t = reduced(phi, m);
  if (!t.real)
    return special_nan();
  if (fabs(phi) >= 0x1p60) { /* where reduced leaves the sine out */
    dd sine, cosine;
    dd_sincos(phi, &sine, &cosine);
    t.delta2 = dd_add(dd_mul(dd_sum(1.0, -m), dd_mul(sine, sine)), dd_mul(cosine, cosine));
  }
  return dd_value(root(t.delta2));
}

/* integral of sin^2/((1 - n sin^2) delta), complete: RJ/3; for n, m < 1. */
static dd complete_j(dd n, double m) {
  dd p = dd_add_d(dd_neg(n), 1.0);
  return dd_div_d(carlson_j(dd_of(0.0), complement(m), dd_of(1.0), p), 3.0);
}

/* Where K + n J cancels: as n falls, Pi falls to nothing beside K. */
static int is_pic_far(double n, double m) {
  return -n > 0x1p40 * (1.0 + fabs(m));
}

/* Where products of n and m leave the range in J. */
static int is_pic_lost(double n, double m) {
  return !is_pic_far(n, m) && (n < -0x1p500 || (n < -0x1p100 && m < -0x1p270));
}

/* There by N = (m - n)/(1 - n), DLMF 19.7.9: (m - n) Pi(n) = m K - n (1 - m)/(1 - n) Pi(N), 1 - N = (1 - m)/(1 - n). */
static dd pic_far(double n, double m) {
  dd k = complete_f(m), p = dd_div(complement(m), dd_sum(1.0, -n));
  dd j = dd_div_d(carlson_j(dd_of(0.0), complement(m), dd_of(1.0), p), 3.0);
  dd other = dd_add(k, dd_mul(j, dd_add_d(dd_neg(p), 1.0)));
  return dd_div(dd_add(dd_mul_d(k, m), dd_mul(dd_mul_d(p, -n), other)), dd_sum(m, -n));
}

double k_elliptic_pic(double n, double m) {
  if (!(n <= 1.0 && m <= 1.0 && finite_pair(n, m)))
    return special_nan();
  if (n == 1.0 || m == 1.0)
    return HUGE_VAL;
  if (is_pic_far(n, m))
    return dd_value(pic_far(n, m));
  return is_pic_lost(n, m) ? special_nan() : dd_value(dd_add(complete_f(m), dd_mul_d(complete_j(dd_of(n), m), n)));
}

/* F + n s^3 RJ(c^2, delta^2, 1, 1 - n s^2)/3, DLMF 19.25.14. */
double k_elliptic_pi(double n, double phi, double m) {
  if (!(finite_pair(phi, m) && fabs(n) <= DBL_MAX))
    return special_nan();
  if (phi == 0.0)
    return phi;
  amplitude t = reduced(phi, m);
  dd p = dd_add(dd_mul(dd_sum(1.0, -n), t.square), t.cosine2);
  if (!t.real || p.h < 0.0 || (t.turns.h != 0.0 && n > 1.0))
    return special_nan();
  if (p.h == 0.0 || (t.turns.h != 0.0 && (n == 1.0 || m == 1.0)))
    return copysign(HUGE_VAL, phi);
  dd j = dd_mul(dd_mul(carlson_j(t.cosine2, t.delta2, dd_of(1.0), p), t.square), t.sine);
  dd r = dd_add(incomplete_f(t), dd_div_d(dd_mul_d(j, n), 3.0));
  if (t.turns.h == 0.0)
    return dd_value(r);
  return dd_value(with_turns(t, r, dd_add(complete_f(m), dd_mul_d(complete_j(dd_of(n), m), n))));
}

/* n Pi - m (third + J) = E - (1 - n) K + ((n - m) - n (1 - n)) J: beside n = m near 1, where J is large, the factor of J
 * is to be exact. */
static dd pic_dn_near_1(dd n, double m) {
  dd rest = dd_add_d(dd_neg(n), 1.0), factor = dd_sub(dd_add_d(n, -m), dd_mul(n, rest));
  return dd_add(dd_sub(complete_e(m), dd_mul(complete_f(m), rest)), dd_mul(complete_j(n, m), factor));
}

/* Derivatives of complete Pi as SymPy has them, with E - K = -m third and K - Pi = -n J put in:
 * d/dn = (n Pi - m (third + J))/(2 (m - n)(n - 1)), d/dm = (Pi - E/(1 - m))/(2 (n - m)). */
static dd pic_dn(dd n, double m) {
  if (is_pic_far(n.h, m)) { /* E + (m - n) K/n + (n - m/n) Pi */
    dd gap = dd_sub(dd_of(m), n), quotient = dd_div_d(dd_of(m), n.h);
    dd sum = dd_add(complete_e(m), dd_mul(complete_f(m), dd_add_d(quotient, -1.0)));
    sum = dd_add(sum, dd_mul(pic_far(n.h, m), dd_sub(n, quotient)));
    return dd_div(dd_div(sum, dd_scale(gap, 2.0)), dd_add_d(n, -1.0));
  }
  dd j = complete_j(n, m), k = complete_f(m), pi = dd_add(k, dd_mul(j, n));
  dd up = dd_sub(dd_mul(pi, n), dd_mul_d(dd_add(complete_third(m), j), m));
  if (1.0 - m < 0x1p-16 && fabs(n.h - m) <= 0x1p-16 * (1.0 - m))
    up = pic_dn_near_1(n, m);
  dd down = dd_mul(dd_sub(dd_of(m), n), dd_add_d(n, -1.0));
  return dd_div(up, dd_scale(down, 2.0));
}

static dd pic_dm(dd n, double m) {
  dd pi = is_pic_far(n.h, m) ? pic_far(n.h, m) : dd_add(complete_f(m), dd_mul(complete_j(n, m), n));
  dd up = dd_sub(pi, dd_div(complete_e(m), complement(m)));
  return dd_div(up, dd_scale(dd_add_d(n, -m), 2.0));
}

/* At n = m both are 0/0. There the mean of the two values at m -+ h: h^2 is below the last place, and
 * 2^-90/h still far below it. */
static double pic_slope(dd (*slope)(dd, double), double n, double m) {
  if (is_pic_lost(n, m))
    return special_nan();
  if (!(n < 1.0 && m < 1.0 && finite_pair(n, m)))
    return (n == 1.0 && m <= 1.0) || (m == 1.0 && n <= 1.0) ? HUGE_VAL : special_nan();
  double h = 0x1p-28 * (1.0 - m);
  if (fabs(n - m) >= h)
    return dd_value(slope(dd_of(n), m));
  dd low = slope(dd_sum(n, -2.0 * h), m), high = slope(dd_sum(n, 2.0 * h), m);
  return 0.5 * dd_value(dd_add(low, high));
}

double k_elliptic_pic_dn(double n, double m) {
  return pic_slope(pic_dn, n, m);
}

double k_elliptic_pic_dm(double n, double m) {
  return pic_slope(pic_dm, n, m);
}
