/* Decimal literals to doubles, correctly rounded whatever the locale. Knows digits, not grammar.
 *
 * Short literals take one exact multiplication or division (Clinger 1990). The others are compared exactly:
 * digits and power of five as big integers on the stack, 64 bits of their quotient, one rounding. A double's
 * neighbours and midpoints need at most 767 digits, so digits beyond DIGITS_KEPT only matter as "not zero". */
#include "base/internal.h"

#include <float.h>
#include <math.h>
#include <string.h>

#define DIGITS_KEPT 800
#define WORDS 96                /* 32 bits each: DIGITS_KEPT + 1 digits or 5**1131, and one word of shift */
#define EXPONENT_SEEN 100000000 /* larger exponents are not told apart */
#define MAX_POWER_OF_TEN 22     /* the last one that a double holds exactly */
#define MAX_POWER_OF_FIVE 27    /* the last one below 2^63 */

/* A scanned literal: mantissa digits with at most one point, then the exponent. */
typedef struct decimal {
  const char *digits; /* from the first digit that is not 0; the point may be among them */
  size_t n_digits;
  int64_t exponent; /* of ten, of the last digit */
  int is_integer;   /* written without point and exponent */
} decimal;

typedef struct natural {
  uint32_t words[WORDS]; /* least significant first */
  uint32_t n;            /* the last one is not 0 */
} natural;

static int is_digit(char c) {
  return c >= '0' && c <= '9';
}

/* ---- scanning ---- */

/* `e`, sign and digits from *at on; the size saturates at EXPONENT_SEEN. */
static symad_status scan_exponent(const char *text, size_t length, size_t *at, int64_t *exponent) {
  size_t i = *at + 1;
  int negative = i < length && text[i] == '-';
  if (i < length && (text[i] == '+' || text[i] == '-'))
    i++;
  if (i == length || !is_digit(text[i]))
    return SYMAD_ERR_NUMBER;
  int64_t value = 0;
  for (; i < length && is_digit(text[i]); i++)
    if (value < EXPONENT_SEEN)
      value = value * 10 + (text[i] - '0');
  *exponent = negative ? -value : value;
  *at = i;
  return SYMAD_OK;
}

static symad_status scan(const char *text, size_t length, const symad_limits *limits, decimal *d) {
  size_t i = 0, n = 0, n_zeros = 0, n_fraction = 0;
  int point = 0;
  d->digits = text;
  for (; i < length; i++) {
    if (text[i] == '.') {
      if (point++)
        return SYMAD_ERR_NUMBER;
      continue;
    }
    if (!is_digit(text[i]))
      break;
    n_fraction += (size_t)point;
    if (n_zeros == n && text[i] == '0') {
      n_zeros++;
      d->digits = text + i + 1;
    }
    n++;
  }
  if (n == 0)
    return SYMAD_ERR_NUMBER;
  d->n_digits = n - n_zeros;
  d->is_integer = i == length && !point;
  int64_t exponent = 0;
  if (i < length && (text[i] == 'e' || text[i] == 'E')) {
    symad_status status = scan_exponent(text, length, &i, &exponent);
    if (status != SYMAD_OK)
      return status;
  }
  if (i != length)
    return SYMAD_ERR_NUMBER;
  if (n > limits->digits)
    return SYMAD_ERR_LIMIT_DIGITS;
  if ((uint64_t)(exponent < 0 ? -exponent : exponent) > limits->exponent)
    return SYMAD_ERR_LIMIT_EXPONENT;
  d->exponent = exponent - (int64_t)n_fraction;
  return SYMAD_OK;
}

/* ---- big natural numbers ---- */

static void multiply_add(natural *a, uint32_t factor, uint32_t term) {
  uint64_t carry = term;
  for (uint32_t i = 0; i < a->n; i++) {
    carry += (uint64_t)a->words[i] * factor;
    a->words[i] = (uint32_t)carry;
    carry >>= 32;
  }
  if (carry != 0)
    a->words[a->n++] = (uint32_t)carry;
}

static void multiply_power_of_five(natural *a, uint32_t power) {
  for (; power >= 13; power -= 13)
    multiply_add(a, 1220703125u, 0); /* 5**13, the last one of 32 bits */
  for (; power > 0; power--)
    multiply_add(a, 5, 0);
}

static uint32_t bit_length(const natural *a) {
  uint32_t bits = (a->n - 1) * 32;
  for (uint32_t top = a->words[a->n - 1]; top != 0; top >>= 1)
    bits++;
  return bits;
}

static void shift_left(natural *a, uint32_t bits) {
  uint32_t whole = bits / 32, rest = bits % 32;
  if (bits == 0)
    return;
  memmove(a->words + whole, a->words, a->n * sizeof *a->words);
  memset(a->words, 0, whole * sizeof *a->words);
  a->n += whole;
  uint32_t carry = 0;
  for (uint32_t i = whole; i < a->n && rest != 0; i++) {
    uint32_t word = a->words[i];
    a->words[i] = word << rest | carry;
    carry = word >> (32 - rest);
  }
  if (carry != 0)
    a->words[a->n++] = carry;
}

static int compare(const natural *a, const natural *b) {
  if (a->n != b->n)
    return a->n < b->n ? -1 : 1;
  for (uint32_t i = a->n; i-- > 0;)
    if (a->words[i] != b->words[i])
      return a->words[i] < b->words[i] ? -1 : 1;
  return 0;
}

/* a -= b for b not above a. */
static void subtract(natural *a, const natural *b) {
  uint64_t borrow = 0;
  for (uint32_t i = 0; i < a->n; i++) {
    uint64_t difference = (uint64_t)a->words[i] - (i < b->n ? b->words[i] : 0u) - borrow;
    a->words[i] = (uint32_t)difference;
    borrow = difference >> 63;
  }
  while (a->n > 0 && a->words[a->n - 1] == 0)
    a->n--;
}

/* ---- rounding ---- */

/* bits * 2^(exponent - 63), with more below where sticky is set; bits has its top bit set. To nearest, ties to even. */
static double round_to_double(uint64_t bits, int sticky, int exponent, int *exact) {
  int kept = exponent >= -1022 ? 53 : 53 - (-1022 - exponent);
  *exact = 0;
  if (exponent > 1023)
    return HUGE_VAL;
  if (kept < 0)
    return 0.0;
  uint64_t mantissa = kept == 0 ? 0 : bits >> (64 - kept);
  uint64_t rest = bits << kept;
  uint64_t half = (uint64_t)1 << 63;
  if (rest > half || (rest == half && (sticky || (mantissa & 1))))
    mantissa++;
  *exact = rest == 0 && !sticky;
  /* A carry out of the mantissa lands in the exponent field, where it belongs. */
  if (kept == 53)
    mantissa += ((uint64_t)(exponent + 1022)) << 52;
  double value;
  memcpy(&value, &mantissa, sizeof value);
  return value;
}

/* The first DIGITS_KEPT digits as a number, and a 1 behind them if anything but zeros follows. */
static void load_digits(const decimal *d, natural *a, int64_t *exponent) {
  size_t kept = d->n_digits < DIGITS_KEPT ? d->n_digits : DIGITS_KEPT, seen = 0;
  const char *p = d->digits;
  uint32_t factor = 1, term = 0; /* digits gathered nine at a time */
  a->n = 0;
  for (; seen < kept; p++) {
    if (*p == '.')
      continue;
    term = term * 10 + (uint32_t)(*p - '0');
    factor *= 10;
    seen++;
    if (factor == 1000000000u || seen == kept) {
      multiply_add(a, factor, term);
      factor = 1;
      term = 0;
    }
  }
  *exponent = d->exponent + (int64_t)(d->n_digits - kept);
  for (; seen < d->n_digits; p++) {
    if (*p == '.')
      continue;
    if (*p != '0') {
      multiply_add(a, 10, 1);
      *exponent -= 1;
      return;
    }
    seen++;
  }
}

static double read_exactly(const decimal *d, int *exact) {
  natural numerator, denominator = {{1}, 1};
  int64_t ten;
  int64_t size = (int64_t)d->n_digits + d->exponent; /* the value is below 10**size */
  *exact = 0;
  if (size > 310)
    return HUGE_VAL;
  if (size < -330)
    return 0.0;
  load_digits(d, &numerator, &ten);
  if (ten >= 0)
    multiply_power_of_five(&numerator, (uint32_t)ten);
  else
    multiply_power_of_five(&denominator, (uint32_t)-ten);
  /* Aligned so that the quotient has its first bit at 2^exponent. */
  uint32_t above = bit_length(&numerator), below = bit_length(&denominator);
  int exponent = (int)above - (int)below;
  if (above < below)
    shift_left(&numerator, below - above);
  else
    shift_left(&denominator, above - below);
  if (compare(&numerator, &denominator) < 0) {
    shift_left(&numerator, 1);
    exponent--;
  }
  uint64_t bits = 0;
  for (int i = 0; i < 64; i++) {
    bits <<= 1;
    if (compare(&numerator, &denominator) >= 0) {
      subtract(&numerator, &denominator);
      bits |= 1;
    }
    shift_left(&numerator, 1);
  }
  return round_to_double(bits, numerator.n != 0, exponent + (int)ten, exact);
}

/* The same quotient where digits and power of five are below 2^63. */
static double divide_word(uint64_t numerator, uint32_t ten, int *exact) {
  uint64_t denominator = 1, bits = 0, top = (uint64_t)1 << 62;
  int exponent = -(int)ten;
  for (uint32_t i = 0; i < ten; i++)
    denominator *= 5;
  for (; numerator < top; exponent--)
    numerator <<= 1;
  for (; denominator < top; exponent++)
    denominator <<= 1;
  if (numerator < denominator) {
    numerator <<= 1;
    exponent--;
  }
  for (int i = 0; i < 64; i++) {
    bits <<= 1;
    if (numerator >= denominator) {
      numerator -= denominator;
      bits |= 1;
    }
    numerator <<= 1;
  }
  return round_to_double(bits, numerator != 0, exponent, exact);
}

static double to_double(const decimal *d, int *exact) {
  static const double powers[MAX_POWER_OF_TEN + 1] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                      1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                                      1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  *exact = 1;
  if (d->n_digits == 0)
    return 0.0;
  if (d->n_digits > 18)
    return read_exactly(d, exact);
  uint64_t word = 0;
  size_t seen = 0;
  for (const char *p = d->digits; seen < d->n_digits; p++) {
    if (*p == '.')
      continue;
    word = word * 10 + (uint64_t)(*p - '0');
    seen++;
  }
  int64_t ten = d->exponent;
  int fits = word <= (uint64_t)1 << 53;
  if (ten == 0 && fits)
    return (double)word;
  *exact = 0;            /* of no interest for what has a point or an exponent */
#if FLT_EVAL_METHOD == 0 /* elsewhere the quotient would be rounded twice */
  if (fits && ten >= -MAX_POWER_OF_TEN && ten <= MAX_POWER_OF_TEN)
    return ten < 0 ? (double)word / powers[-ten] : (double)word * powers[ten];
#else
  (void)powers;
#endif
  if (ten <= 0 && ten >= -MAX_POWER_OF_FIVE)
    return divide_word(word, (uint32_t)-ten, exact);
  return read_exactly(d, exact);
}

/* ---- public ---- */

symad_status symad_read_number(const char *text, size_t length, const symad_limits *limits, double *value) {
  symad_limits defaults;
  decimal d;
  int exact;
  symad_limits_default(&defaults);
  symad_status status = scan(text, length, limits == NULL ? &defaults : limits, &d);
  if (status == SYMAD_OK)
    *value = to_double(&d, &exact);
  return status;
}

symad_status decimal_read(const char *text, size_t length, const symad_limits *limits, literal *found) {
  decimal d;
  int exact;
  symad_status status = scan(text, length, limits, &d);
  if (status != SYMAD_OK)
    return status;
  *found = (literal){to_double(&d, &exact), NULL, 0};
  if (d.is_integer && !exact)
    found->digits = d.digits, found->n_digits = d.n_digits;
  return SYMAD_OK;
}
