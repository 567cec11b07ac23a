/* What a constant is exactly: a literal, or an operation on two constants. Builder and loader ask here, so that a tape
 * that was saved folds as it did when it was built. */
#include "internal.h"

constant_entry constant_from_literal(double value, const char *text, size_t length) {
  constant_entry entry = {{value, 0, (uint32_t)length}, rational_none(), wide_unknown()};
  if (length == 0)
    entry.exact = rational_from_double(value);
  if (entry.exact.denominator == 0)
    entry.beyond = length > 0 ? wide_from_digits(text, length) : wide_from_double(value);
  return entry;
}

static wide wide_of(const constant_entry *entry) {
  return entry->beyond.known ? entry->beyond : wide_from_rational(entry->exact);
}

/* 0 where the result is not known exactly: the operation is then run as it stands. */
int constant_from_operation(uint32_t op, const constant_entry *x, const constant_entry *y, constant_entry *result) {
  constant_entry entry = {{0.0, 0, 0}, rational_apply(op, x->exact, y->exact), wide_unknown()};
  if (entry.exact.denominator == 0)
    entry.beyond = wide_apply(op, wide_of(x), wide_of(y));
  if (entry.exact.denominator == 0 && !entry.beyond.known)
    return 0;
  entry.c.value = entry.beyond.known ? wide_to_double(entry.beyond) : rational_to_double(entry.exact);
  *result = entry;
  return 1;
}
