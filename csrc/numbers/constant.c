/* What a constant is exactly: a literal, or an operation on two constants, and how far its double is from that. Builder
 * and loader ask here, so that a tape that was saved folds as it did when it was built. */
#include "base/internal.h"

#include <math.h>

#define UNIT_ROUNDOFF 0x1p-53
#define MARGIN (1.0 + 0x1p-48) /* for the rounding of sums and products of bounds */
#define WIDE_ERROR 0x1p-90     /* relative, of numbers of about 100 bits */
#define LEAST_DOUBLE 0x1p-1074

/* How far the double is from what is known exactly. */
static double residual(const constant_entry *entry) {
  const double value = entry->c.value;
  if (!isfinite(value))
    return HUGE_VAL;
  if (entry->exact.denominator != 0) { /* both parts are doubles */
    const double denominator = (double)entry->exact.denominator;
    return fabs(fma(value, denominator, -(double)entry->exact.numerator)) / denominator * MARGIN;
  }
  if (!entry->beyond.known)
    return entry->c.text_length > 0 ? fabs(value) * UNIT_ROUNDOFF : 0.0;
  const double sum = entry->beyond.h + entry->beyond.l, rest = (entry->beyond.h - sum) + entry->beyond.l;
  return ldexp(fabs(rest), entry->beyond.e) + fabs(value) * WIDE_ERROR + LEAST_DOUBLE;
}

constant_entry constant_from_literal(double value, const char *text, size_t length) {
  constant_entry entry = {{value, 0, (uint32_t)length}, 0.0, rational_none(), wide_unknown(), 0.0};
  if (length == 0)
    entry.exact = rational_from_double(value);
  if (entry.exact.denominator == 0)
    entry.beyond = length > 0 ? wide_from_digits(text, length) : wide_from_double(value);
  entry.error = length > 0 ? residual(&entry) : 0.0;
  return entry;
}

static wide wide_of(const constant_entry *entry) {
  return entry->beyond.known ? entry->beyond : wide_from_rational(entry->exact);
}

/* What the operands' taints make of that of the result r. */
static double taint_of(uint32_t op, const constant_entry *x, const constant_entry *y, double r) {
  const double a = fabs(x->c.value), b = fabs(y->c.value), da = x->taint, db = y->taint;
  if (da == 0.0 && (db == 0.0 || op == SYMAD_OP_NEG))
    return 0.0;
  switch (op) {
  case SYMAD_OP_NEG:
    return da;
  case SYMAD_OP_ADD:
  case SYMAD_OP_SUB:
    return (da + db) * MARGIN;
  case SYMAD_OP_MUL:
    return (a * db + b * da + da * db) * MARGIN;
  case SYMAD_OP_DIV:
    return db < b ? (da + fabs(r) * db) / (b - db) * MARGIN : HUGE_VAL;
  default: /* powers: to first order, doubled */
    return db == 0.0 && a > 0.0 ? 2.0 * b * fabs(r) * (da / a) : HUGE_VAL;
  }
}

/* 0 where the result is not known exactly: the operation is then run as it stands. */
int constant_from_operation(uint32_t op, const constant_entry *x, const constant_entry *y, constant_entry *result) {
  if (op == SYMAD_OP_ROUNDED) {
    *result = constant_from_literal(x->c.value, NULL, 0);
    result->taint = result->error = x->error;
    return 1;
  }
  constant_entry entry = {{0.0, 0, 0}, 0.0, rational_apply(op, x->exact, y->exact), wide_unknown(), 0.0};
  if (entry.exact.denominator == 0)
    entry.beyond = wide_apply(op, wide_of(x), wide_of(y));
  if (entry.exact.denominator == 0 && !entry.beyond.known)
    return 0;
  entry.c.value = entry.beyond.known ? wide_to_double(entry.beyond) : rational_to_double(entry.exact);
  entry.taint = taint_of(op, x, y, entry.c.value);
  entry.error = (residual(&entry) + entry.taint) * MARGIN;
  *result = entry;
  return 1;
}
