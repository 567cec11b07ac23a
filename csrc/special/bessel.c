/* Bessel functions J and Y: whole orders; the others are handed on. */
#include "special/gamma_kin.h"
#include "special/dd.h"
#include "special/waves.h"

/* From here on Hankel's expansion of orders 0 and 1 reaches 2^-104: its least term is about exp(-2x). */
#define HANKEL_FROM 40.0
#define MOST_STEPS 65536.0
/* Miller's values are kept below 2^RESCALE. */
#define RESCALE 500

static const dd euler = {0.5772156649015329, -4.942915152430645e-18};
static const dd log_2 = {0.6931471805599453, 2.3190468138462996e-17};
static const dd two_over_pi = {0.6366197723675814, -3.935735335036497e-17};

/* Orders 0 and 1 of one kind. */
typedef struct {
  dd zero, one;
} orders;

/* Hankel's P and Q, DLMF 10.17.3: a_j(nu)/x^j by their quotient (4 nu^2 - (2j - 1)^2)/(8 j x). */
static void hankel(double mu, dd inverse, dd *p, dd *q) {
  dd term = dd_of(1.0), sums[2] = {dd_of(1.0), dd_of(0.0)};
  for (int j = 1; j < 120; j++) {
    double odd = 2.0 * j - 1.0;
    dd next = dd_div_d(dd_mul_d(dd_mul(term, inverse), mu - odd * odd), (double)j);
    if (!(fabs(next.h) < fabs(term.h)) || fabs(next.h) < 0x1p-108)
      break;
    term = next;
    sums[j & 1] = dd_add(sums[j & 1], (j & 2) != 0 ? dd_neg(term) : term);
  }
  *p = sums[0];
  *q = sums[1];
}

/* J = sqrt(2/(pi x)) (P cos w - Q sin w), Y = sqrt(2/(pi x)) (P sin w + Q cos w), w = x - (nu/2 + 1/4) pi, with
 * cos and sin of w as sums of those of x; the factor sqrt(1/(pi x)) carries their 1/sqrt(2). */
static void large(double x, orders *j, orders *y) {
  dd s, c, p, q;
  dd_sincos(x, &s, &c);
  dd plus = dd_add(c, s), minus = dd_sub(s, c);
  dd inverse = dd_div_d(dd_of(0.125), x);
  dd square = dd_div_d(dd_scale(two_over_pi, 0.5), x);
  double root = sqrt(square.h);
  dd scale = dd_fast(root, dd_value(dd_sub(square, dd_prod(root, root))) / (2.0 * root));
  hankel(0.0, inverse, &p, &q); /* w = x - pi/4: cos + sin, sin - cos */
  j->zero = dd_mul(scale, dd_sub(dd_mul(p, plus), dd_mul(q, minus)));
  y->zero = dd_mul(scale, dd_add(dd_mul(p, minus), dd_mul(q, plus)));
  hankel(4.0, inverse, &p, &q); /* w = x - 3 pi/4: sin - cos, -(sin + cos) */
  j->one = dd_mul(scale, dd_add(dd_mul(p, minus), dd_mul(q, plus)));
  y->one = dd_mul(scale, dd_sub(dd_mul(q, minus), dd_mul(p, plus)));
}

/* An even order from which the backward recurrence is right to 2^-120 at n: the forward one has grown as much. */
static double miller_start(double n, double x) {
  double k = fmax(n, ceil(x)), before = 0.0, now = 1.0;
  while (fabs(now) < 0x1p120) {
    double next = 2.0 * k / x * now - before;
    before = now;
    now = next;
    k += 1.0;
  }
  return 2.0 * ceil(0.5 * k);
}

/* What one backward run collects: J_0, J_1, the two sums of Y, and J_n = wanted 2^(-RESCALE rescaled). */
typedef struct {
  dd zero, one, sum, y_zero, y_one, wanted;
  int rescaled;
} miller_run;

static void miller_collect(miller_run *r, int k, dd f) {
  int alternate = (k & 2) != 0;
  if (k == 0) {
    r->zero = f;
    r->sum = dd_add(r->sum, f);
  } else if ((k & 1) == 0) {
    dd t = dd_div_d(f, 0.5 * k);
    r->sum = dd_add(r->sum, dd_scale(f, 2.0));
    r->y_zero = dd_add(r->y_zero, alternate ? dd_neg(t) : t);
  } else if (k == 1) {
    r->one = f;
  } else {
    double h = 0.5 * (k - 1);
    dd t = dd_div_d(dd_mul_d(f, (double)k), h * (h + 1.0));
    r->y_one = dd_add(r->y_one, alternate ? dd_neg(t) : t);
  }
}

static void miller_shrink(miller_run *r, dd *now, dd *before) {
  dd *all[] = {&r->sum, &r->y_zero, &r->y_one, now, before};
  for (int i = 0; i < 5; i++)
    *all[i] = dd_scale(*all[i], 0x1p-500);
  r->rescaled++;
}

/* Miller's backward recurrence J_{k-1} = (2k/x) J_k - J_{k+1} (DLMF 10.6.1, 3.6(iii)), x >= 2^-27, normalised by
 * 1 = J_0 + 2 sum J_2k (10.12.4). Nothing cancels: 2^-98 of the largest J. */
static miller_run miller(double n, double x) {
  miller_run r = {0};
  dd now = dd_of(0x1p-300), before = dd_of(0.0), step = dd_div_d(dd_of(2.0), x);
  int wanted = (int)n;
  for (int k = (int)miller_start(n, x); k >= 0; k--) {
    if (k == wanted) {
      r.wanted = now;
      r.rescaled = 0;
    }
    miller_collect(&r, k, now);
    dd next = dd_sub(dd_mul(dd_mul_d(step, (double)k), now), before);
    before = now;
    now = next;
    if (fabs(now.h) > 0x1p500)
      miller_shrink(&r, &now, &before);
  }
  return r;
}

/* (2/pi) (log(x/2) + euler - less). */
static dd y_logarithm(double x, double less) {
  dd l = dd_sub(dd_add(dd_log(dd_of(x)), euler), log_2);
  return dd_mul(two_over_pi, dd_add_d(l, -less));
}

/* Y_0 = (2/pi)(log(x/2) + euler) J_0 - (4/pi) sum (-1)^k J_2k/k, Abramowitz and Stegun 9.1.89, and minus its
 * derivative, Y_1 = -2/(pi x) J_0 + (2/pi)(log(x/2) + euler - 1) J_1 - (2/pi) sum (-1)^k (2k + 1)/(k(k + 1)) J_2k+1.
 * Below 2^-27 two terms of the power series, DLMF 10.8.1, do. */
static void moderate(double x, orders *j, orders *y) {
  dd pole = dd_div_d(two_over_pi, x);
  if (x < 0x1p-27) {
    dd half = dd_scale(dd_of(x), 0.5), square = dd_mul(half, half);
    *j = (orders){dd_sub(dd_of(1.0), square), half};
    dd l = y_logarithm(x, 0.0);
    y->zero = dd_sub(l, dd_mul(square, dd_sub(l, two_over_pi)));
    y->one = dd_sub(dd_mul(half, dd_sub(l, dd_scale(two_over_pi, 0.5))), pole);
    if (!(pole.h <= DBL_MAX))
      y->one = dd_of(-HUGE_VAL);
    return;
  }
  miller_run r = miller(0.0, x);
  *j = (orders){dd_div(r.zero, r.sum), dd_div(r.one, r.sum)};
  dd zero = dd_scale(dd_mul(two_over_pi, dd_div(r.y_zero, r.sum)), 2.0);
  dd one = dd_mul(two_over_pi, dd_div(r.y_one, r.sum));
  y->zero = dd_sub(dd_mul(y_logarithm(x, 0.0), j->zero), zero);
  y->one = dd_sub(dd_sub(dd_mul(y_logarithm(x, 1.0), j->one), one), dd_mul(pole, j->zero));
}

/* Order n from orders 0 and 1; stable for Y, and for J while n <= x. Stops where the doubles end. */
static dd recur_forward(orders from, double n, double x) {
  dd before = from.zero, now = from.one, step = dd_div_d(dd_of(2.0), x);
  if (n == 0.0)
    return before;
  for (double k = 1.0; k < n; k += 1.0) {
    if (k > MOST_STEPS)
      return dd_of(special_nan());
    dd next = dd_sub(dd_mul(dd_mul_d(step, k), now), before);
    if (!(fabs(next.h) <= DBL_MAX))
      return dd_of(now.h < 0.0 ? -HUGE_VAL : HUGE_VAL);
    before = now;
    now = next;
  }
  return now;
}

/* (x/2)^n/n! sum of (-x^2/4)^k/(k! (n + 1)_k), DLMF 10.2.2. Used while x^2/4 <= 2(n + 1), or 8(n + 1) where no
 * recurrence reaches: the terms then grow to exp(2) (exp(8)) at most, which costs 3 (12) of 104 bits. The factor in
 * logarithms: it may lie outside the doubles. */
static dd_scaled power_series(double n, double x) {
  dd half = dd_scale(dd_of(x), 0.5), square = dd_neg(dd_mul(half, half));
  dd term = dd_of(1.0), sum = term;
  for (double k = 1.0; fabs(term.h) > 0x1p-106 && k < 500.0; k += 1.0) {
    term = dd_div(dd_mul(term, square), dd_mul_d(dd_sum(n, k), k));
    sum = dd_add(sum, term);
  }
  if (n == 0.0)
    return (dd_scaled){sum, 0};
  gamma_parts g = gamma_split(dd_sum(n, 1.0));
  dd l = dd_mul_d(dd_sub(dd_log(dd_of(x)), log_2), n);
  return scaled_mul(dd_exp(dd_sub(l, g.log)), dd_mul(sum, g.product));
}

/* J_n(x) for whole n >= 0, finite x > 0. */
static dd_scaled j_of(double n, double x) {
  orders j, y;
  if (0.25 * x * x <= (n > MOST_STEPS ? 8.0 : 2.0) * (n + 1.0))
    return power_series(n, x);
  if (n > MOST_STEPS)
    return (dd_scaled){dd_of(special_nan()), 0};
  if (x >= HANKEL_FROM && n <= x) {
    large(x, &j, &y);
    return (dd_scaled){recur_forward(j, n, x), 0};
  }
  miller_run r = miller(n, x);
  return (dd_scaled){dd_div(r.wanted, r.sum), -RESCALE * r.rescaled};
}

/* scale Y_n(x), a power of two. */
static dd y_of(double n, double x, double scale) {
  orders j, y;
  if (x >= HANKEL_FROM)
    large(x, &j, &y);
  else
    moderate(x, &j, &y);
  y = (orders){dd_scale(y.zero, scale), dd_scale(y.one, scale)};
  return recur_forward(y, n, x);
}

static int bad_order(double n) {
  return !(fabs(n) <= 0x1p53 && is_whole(n));
}

/* J_{-n}(x) = (-1)^n J_n(x) = J_n(-x), DLMF 10.4.1, 10.11.1. */
double k_besselj(double n, double x) {
  if (!is_whole(n))
    return k_besselj_real(n, x);
  if (bad_order(n) || x != x)
    return special_nan();
  double m = fabs(n), r = 0.0;
  if (x == 0.0)
    r = m == 0.0 ? 1.0 : 0.0;
  else if (fabs(x) <= DBL_MAX)
    r = dd_scaled_value(j_of(m, fabs(x)));
  return is_odd(m) && (signbit(x) != 0) != (n < 0.0) ? -r : r;
}

static dd scaled_plain(dd_scaled a) {
  return (dd){ldexp(a.m.h, a.e), ldexp(a.m.l, a.e)};
}

/* (J_{n-1} - J_{n+1})/2, and -J_1 for n = 0: DLMF 10.6.1, the difference unrounded. */
double k_besselj_slope(double n, double x) {
  if (!is_whole(n))
    return k_besselj_real_slope(n, x);
  if (bad_order(n) || x != x)
    return special_nan();
  double m = fabs(n), r = 0.0;
  if (m == 0.0)
    return -k_besselj(1.0, x);
  if (x == 0.0)
    r = m == 1.0 ? 0.5 : 0.0;
  else if (fabs(x) <= DBL_MAX) {
    dd low = scaled_plain(j_of(m - 1.0, fabs(x))), high = scaled_plain(j_of(m + 1.0, fabs(x)));
    r = 0.5 * dd_value(dd_sub(low, high));
  }
  return (n < 0.0 && is_odd(m)) != (!is_odd(m) && signbit(x) != 0) ? -r : r;
}

double k_bessely(double n, double x) {
  if (!is_whole(n))
    return k_bessely_real(n, x);
  if (bad_order(n) || !(x >= 0.0))
    return special_nan();
  double m = fabs(n), r = 0.0;
  if (x == 0.0)
    r = -HUGE_VAL;
  else if (x <= DBL_MAX)
    r = dd_value(y_of(m, x, 1.0));
  return n < 0.0 && is_odd(m) ? -r : r;
}

double k_bessely_slope(double n, double x) {
  if (!is_whole(n))
    return k_bessely_real_slope(n, x);
  if (bad_order(n) || !(x >= 0.0))
    return special_nan();
  double m = fabs(n), r = 0.0;
  if (m == 0.0)
    return -k_bessely(1.0, x);
  if (x == 0.0)
    r = HUGE_VAL;
  else if (x <= DBL_MAX) {
    dd high = y_of(m + 1.0, x, 0x1p-4); /* may be too large by itself */
    r = fabs(high.h) <= DBL_MAX ? 8.0 * dd_value(dd_sub(y_of(m - 1.0, x, 0x1p-4), high)) : -high.h;
  }
  return n < 0.0 && is_odd(m) ? -r : r;
}
