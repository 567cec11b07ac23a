/* Exact constants: rationals of two 64-bit integers. What does not fit is simply not known exactly.
 * Keeps integers and quotients of integers exact (1/3*3, 2*3 - 8 as an exponent) without a big-number library. */
#include "base/internal.h"

#include <math.h>

#define INTEGER_LIMIT 9007199254740992 /* 2^53: every integer up to here is a double */
#define DOUBLE_INTEGER_LIMIT 9007199254740992.0

static const rational none = {0, 0};

rational rational_none(void) {
  return none;
}

static int known(rational a) {
  return a.denominator != 0;
}

static uint64_t magnitude(int64_t a) {
  return a < 0 ? 0u - (uint64_t)a : (uint64_t)a;
}

static uint64_t gcd(uint64_t a, uint64_t b) {
  while (b != 0) {
    uint64_t rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

/* Lowest terms; none where a part is no double, so that one division rounds the quotient correctly. */
static rational reduced(int64_t numerator, int64_t denominator) {
  if (denominator == 0 || numerator == INT64_MIN || denominator == INT64_MIN)
    return none;
  if (denominator < 0) {
    numerator = -numerator;
    denominator = -denominator;
  }
  int64_t divisor = (int64_t)gcd(magnitude(numerator), (uint64_t)denominator);
  rational r = {numerator / divisor, denominator / divisor};
  return r.denominator > INTEGER_LIMIT || magnitude(r.numerator) > (uint64_t)INTEGER_LIMIT ? none : r;
}

static int multiply(int64_t a, int64_t b, int64_t *product) {
  if (a != 0 && magnitude(b) > (uint64_t)INT64_MAX / magnitude(a))
    return 0;
  *product = a * b;
  return 1;
}

static int add(int64_t a, int64_t b, int64_t *sum) {
  if ((b > 0 && a > INT64_MAX - b) || (b < 0 && a < INT64_MIN - b))
    return 0;
  *sum = a + b;
  return 1;
}

rational rational_from_double(double value) {
  if (!(fabs(value) <= DOUBLE_INTEGER_LIMIT) || (value == 0.0 && signbit(value)))
    return none;
  int exponent;
  int64_t numerator = (int64_t)ldexp(frexp(value, &exponent), 53);
  int shift = 53 - exponent; /* value = numerator / 2^shift */
  for (; shift > 0 && numerator % 2 == 0 && numerator != 0; shift--)
    numerator /= 2;
  if (numerator == 0 || shift <= 0)
    return reduced((int64_t)value, 1);
  return shift > 52 ? none : reduced(numerator, (int64_t)1 << shift);
}

static rational sum_of(rational a, rational b) {
  int64_t left, right, numerator, denominator;
  if (!multiply(a.numerator, b.denominator, &left) || !multiply(b.numerator, a.denominator, &right) ||
      !add(left, right, &numerator) || !multiply(a.denominator, b.denominator, &denominator))
    return none;
  return reduced(numerator, denominator);
}

static rational product_of(rational a, rational b) {
  int64_t numerator, denominator;
  if ((a.numerator == 0 && b.numerator < 0) || (b.numerator == 0 && a.numerator < 0))
    return none; /* -0 in doubles */
  if (!multiply(a.numerator, b.numerator, &numerator) || !multiply(a.denominator, b.denominator, &denominator))
    return none;
  return reduced(numerator, denominator);
}

static rational negative(rational a) {
  rational r = {-a.numerator, a.denominator};
  return a.numerator == INT64_MIN ? none : r;
}

static rational inverse(rational a) {
  return a.numerator == 0 ? none : reduced(a.denominator, a.numerator);
}

static rational power_of(rational a, rational b) {
  if (b.denominator != 1 || (a.numerator == 0 && b.numerator <= 0) || b.numerator > 64 || b.numerator < -64)
    return none;
  rational base = b.numerator < 0 ? inverse(a) : a;
  rational r = {1, 1};
  for (uint64_t i = magnitude(b.numerator); i > 0 && known(r) && known(base); i--)
    r = product_of(r, base);
  return known(base) ? r : none;
}

rational rational_apply(uint32_t op, rational a, rational b) {
  if (!known(a) || (!known(b) && op != SYMAD_OP_NEG))
    return none;
  switch (op) {
  case SYMAD_OP_ADD:
    return sum_of(a, b);
  case SYMAD_OP_SUB:
    return sum_of(a, negative(b));
  case SYMAD_OP_MUL:
    return product_of(a, b);
  case SYMAD_OP_DIV:
    return b.numerator == 0 ? none : product_of(a, inverse(b));
  case SYMAD_OP_NEG:
    return a.numerator == 0 ? none : negative(a); /* -0 is not 0 */
  case SYMAD_OP_POW:
  case SYMAD_OP_POWN:
    return power_of(a, b);
  default:
    return none;
  }
}

double rational_to_double(rational a) {
  return (double)a.numerator / (double)a.denominator;
}
