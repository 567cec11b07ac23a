/* Constants beyond 64-bit rationals: about 100 bits and any exponent, so that 10**400/10**399 is 10 although neither
 * power is a double. No number is ever built digit by digit beyond that; what loses its leading bits is not known. */
#include "numbers/double_double.h"
#include "base/internal.h"

#define LARGEST_POWER 1048576 /* exponents up to here are multiplied out; the error grows with them */
#define LARGEST_SCALE 536870912

wide wide_unknown(void) {
  wide none = {0.0, 0.0, 0, 0};
  return none;
}

/* h + l scaled into [1/2, 1), so that products and quotients stay in range. */
static wide normal(dd m, int64_t e) {
  int shift;
  if (m.h == 0.0 || !isfinite(m.h) || e > LARGEST_SCALE || e < -LARGEST_SCALE)
    return wide_unknown();
  (void)frexp(m.h, &shift);
  wide w = {ldexp(m.h, -shift), ldexp(m.l, -shift), (int32_t)(e + shift), 1};
  return w;
}

wide wide_from_rational(rational a) {
  if (a.denominator == 0 || a.numerator == 0)
    return wide_unknown();
  return normal(dd_div_d(dd_of((double)a.numerator), (double)a.denominator), 0);
}

wide wide_from_double(double value) {
  return value == floor(value) ? normal(dd_of(value), 0) : wide_unknown();
}

wide wide_from_digits(const char *digits, size_t length) {
  dd m = dd_of(0.0);
  int64_t e = 0;
  for (size_t i = 0; i < length; i++) {
    m = dd_add_d(dd_mul_d(m, 10.0), ldexp((double)(digits[i] - '0'), e < 1000 ? -(int)e : -1000));
    if (m.h > 0x1p60) {
      m = dd_scale(m, 0x1p-60);
      e += 60;
    }
  }
  return normal(m, e);
}

double wide_to_double(wide a) {
  return ldexp(a.h + a.l, a.e);
}

static wide sum_of(wide x, wide y) {
  wide a = x.e < y.e ? y : x, b = x.e < y.e ? x : y;
  if (a.e - b.e > 200)
    return a;
  dd low = {ldexp(b.h, b.e - a.e), ldexp(b.l, b.e - a.e)};
  dd sum = dd_add((dd){a.h, a.l}, low);
  return fabs(sum.h) < 0x1p-40 ? wide_unknown() : normal(sum, a.e);
}

static wide product_of(wide a, wide b) {
  return normal(dd_mul((dd){a.h, a.l}, (dd){b.h, b.l}), (int64_t)a.e + b.e);
}

static wide quotient_of(wide a, wide b) {
  return normal(dd_div((dd){a.h, a.l}, (dd){b.h, b.l}), (int64_t)a.e - b.e);
}

static wide power_of(wide a, wide b) {
  double n = wide_to_double(b);
  wide r = {0.5, 0.0, 1, 1};
  if (n != floor(n) || fabs(n) > LARGEST_POWER)
    return wide_unknown();
  for (int32_t rest = (int32_t)fabs(n); rest > 0 && r.known; rest /= 2) {
    if (rest % 2 == 1)
      r = product_of(r, a);
    if (rest > 1) {
      a = product_of(a, a);
      r.known &= a.known;
    }
  }
  return r.known && n < 0.0 ? quotient_of((wide){0.5, 0.0, 1, 1}, r) : r;
}

wide wide_apply(uint32_t op, wide a, wide b) {
  if (!a.known || (!b.known && op != SYMAD_OP_NEG))
    return wide_unknown();
  wide negative = {-b.h, -b.l, b.e, 1};
  switch (op) {
  case SYMAD_OP_ADD:
    return sum_of(a, b);
  case SYMAD_OP_SUB:
    return sum_of(a, negative);
  case SYMAD_OP_MUL:
    return product_of(a, b);
  case SYMAD_OP_DIV:
    return quotient_of(a, b);
  case SYMAD_OP_NEG:
    return (wide){-a.h, -a.l, a.e, 1};
  case SYMAD_OP_POW:
  case SYMAD_OP_POWN:
    return power_of(a, b);
  default:
    return wide_unknown();
  }
}
