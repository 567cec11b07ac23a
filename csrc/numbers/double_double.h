/* Unevaluated sums of two doubles, about 2^-104 relative: what the special functions are computed in, so that only
 * the last rounding is seen. Dekker (1971), Knuth TAOCP 2, 4.2.2; products by fma, which C rounds once. Inputs are
 * finite and far from overflow; a low part may underflow, which costs less than one unit of a subnormal result. */
#ifndef SYMAD_DOUBLE_DOUBLE_H
#define SYMAD_DOUBLE_DOUBLE_H

#include <math.h>

typedef struct {
  double h, l;
} dd;

static inline dd dd_of(double a) {
  return (dd){a, 0.0};
}

/* a + b exactly; fast form for |a| >= |b|. */
static inline dd dd_fast(double a, double b) {
  double s = a + b;
  return (dd){s, b - (s - a)};
}

static inline dd dd_sum(double a, double b) {
  double s = a + b, t = s - a;
  return (dd){s, (a - (s - t)) + (b - t)};
}

/* a * b exactly. */
static inline dd dd_prod(double a, double b) {
  double p = a * b;
  return (dd){p, fma(a, b, -p)};
}

static inline dd dd_neg(dd a) {
  return (dd){-a.h, -a.l};
}

static inline dd dd_add(dd a, dd b) {
  dd s = dd_sum(a.h, b.h), t = dd_sum(a.l, b.l);
  s = dd_fast(s.h, s.l + t.h);
  return dd_fast(s.h, s.l + t.l);
}

static inline dd dd_sub(dd a, dd b) {
  return dd_add(a, dd_neg(b));
}

static inline dd dd_add_d(dd a, double b) {
  dd s = dd_sum(a.h, b);
  return dd_fast(s.h, s.l + a.l);
}

static inline dd dd_mul(dd a, dd b) {
  dd p = dd_prod(a.h, b.h);
  return dd_fast(p.h, p.l + (a.h * b.l + a.l * b.h));
}

static inline dd dd_mul_d(dd a, double b) {
  dd p = dd_prod(a.h, b);
  return dd_fast(p.h, p.l + a.l * b);
}

static inline dd dd_scale(dd a, double power_of_two) {
  return (dd){a.h * power_of_two, a.l * power_of_two};
}

/* Two quotient digits and a correction; the remainders are exact up to the low part of b. */
static inline dd dd_div(dd a, dd b) {
  double q = a.h / b.h;
  dd r = dd_sub(a, dd_mul_d(b, q));
  double q2 = r.h / b.h;
  r = dd_sub(r, dd_mul_d(b, q2));
  dd s = dd_fast(q, q2);
  return dd_add_d(s, r.h / b.h);
}

static inline dd dd_div_d(dd a, double b) {
  double q = a.h / b;
  dd p = dd_prod(q, b);
  double r = ((a.h - p.h) - p.l) + a.l;
  return dd_fast(q, r / b);
}

static inline double dd_value(dd a) {
  return a.h + a.l;
}

/* m * 2^e: a double-double whose magnitude may lie outside the doubles. */
typedef struct {
  dd m;
  int e;
} dd_scaled;

double dd_scaled_value(dd_scaled a);
dd dd_polynomial(const dd *leading, int n_leading, const double *rest, int n_rest, dd x);
dd_scaled dd_exp(dd a);
dd dd_log(dd a);
dd dd_log1p(dd a);

/* Sine and cosine of pi*x, and the quadrant-reduced sine and cosine of any finite x. */
void dd_sincos_pi(dd x, dd *sine, dd *cosine);
void dd_sincos(double x, dd *sine, dd *cosine);
/* |x| = n pi/2 + r, |r| <= pi/4, n modulo 4; 1 <= |x|, finite. */
dd dd_quarters(double x, int *n);

extern const dd dd_pi, dd_log_pi, dd_half_log_2pi;

#endif
