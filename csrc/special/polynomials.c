/* Orthogonal polynomials by their three-term recurrences, DLMF 18.9.1, with the slope carried along: in double-double
 * arithmetic, so that a zero costs digits of 2^-104 only. */
#include "special/polynomials.h"

#include "special/dd.h"

#define MOST_ORDER 1024.0
#define RESCALE 400

typedef struct {
  dd value, slope;
} pair;

/* P_k+1 = ((a k + b) x + c k + d) P_k/s - (e k + f) P_k-1/s with s = g k + 1, from P_0 = 1. */
typedef struct {
  double a, b, c, d, e, f, g;
} family;

static const family legendre = {2, 1, 0, 0, 1, 0, 1};
static const family chebyshev = {0, 2, 0, 0, 0, 1, 0}; /* both kinds: P_1 of the first is x */
static const family hermite = {0, 2, 0, 0, 2, 0, 0};
static const family laguerre = {0, -1, 2, 1, 1, 0, 1};

static pair step(const family *p, double k, double x, pair now, pair before) {
  dd slope = dd_of(p->a * k + p->b), line = dd_add_d(dd_mul_d(slope, x), p->c * k + p->d);
  double back = p->e * k + p->f, below = p->g * k + 1.0;
  pair next;
  next.value = dd_sub(dd_mul(line, now.value), dd_mul_d(before.value, back));
  next.slope = dd_sub(dd_add(dd_mul(line, now.slope), dd_mul(slope, now.value)), dd_mul_d(before.slope, back));
  next.value = dd_div_d(next.value, below);
  next.slope = dd_div_d(next.slope, below);
  return next;
}

static pair halved(pair a) {
  return (pair){dd_scale(a.value, 0x1p-400), dd_scale(a.slope, 0x1p-400)};
}

static double of_order(const family *p, double n, double x, int first_kind, int slope) {
  pair before = {{0.0, 0.0}, {0.0, 0.0}}, now = {{1.0, 0.0}, {0.0, 0.0}};
  int e = 0;
  if (!(n >= 0.0 && n <= MOST_ORDER && is_whole(n) && x == x))
    return special_nan();
  if (fabs(x) > 0x1p450) /* where a square would leave the doubles: the leading term is all, but its factor */
    return n == 0.0 ? (slope ? 0.0 : 1.0) : special_nan();
  if (p->d == 0.0 && fabs(x) < 0x1p-500 && is_odd(n) == !slope) { /* an odd function: its terms may be subnormal */
    x *= 0x1p400;
    e = -RESCALE;
  }
  for (double k = 0.0; k < n; k += 1.0) {
    pair next = step(p, k, x, now, before);
    if (first_kind && k == 0.0)
      next = (pair){dd_of(x), dd_of(1.0)};
    before = now;
    now = next;
    if (fmax(fabs(now.value.h), fabs(now.slope.h)) > 0x1p500) {
      before = halved(before);
      now = halved(now);
      e += RESCALE;
    }
  }
  return dd_scaled_value((dd_scaled){slope ? now.slope : now.value, e});
}

/* P_-n = P_n-1, T_-n = T_n and U_-n = -U_n-2, U_-1 = 0. */
double k_legendre(double n, double x) {
  return of_order(&legendre, n < 0.0 ? -n - 1.0 : n, x, 0, 0);
}

double k_legendre_slope(double n, double x) {
  return of_order(&legendre, n < 0.0 ? -n - 1.0 : n, x, 0, 1);
}

double k_chebyshevt(double n, double x) {
  return of_order(&chebyshev, fabs(n), x, 1, 0);
}

double k_chebyshevu(double n, double x) {
  if (n < 0.0)
    return n == -1.0 ? 0.0 : -of_order(&chebyshev, -n - 2.0, x, 0, 0);
  return of_order(&chebyshev, n, x, 0, 0);
}

double k_chebyshevu_slope(double n, double x) {
  if (n < 0.0)
    return n == -1.0 ? 0.0 : -of_order(&chebyshev, -n - 2.0, x, 0, 1);
  return of_order(&chebyshev, n, x, 0, 1);
}

double k_hermite(double n, double x) {
  return of_order(&hermite, n, x, 0, 0);
}

double k_hermite_slope(double n, double x) {
  return n == -1.0 ? 0.0 : of_order(&hermite, n, x, 0, 1);
}

double k_laguerre(double n, double x) {
  return of_order(&laguerre, n, x, 0, 0);
}

double k_laguerre_slope(double n, double x) {
  return of_order(&laguerre, n, x, 0, 1);
}
