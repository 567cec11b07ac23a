/* The rewrites of rewrites.def: what each row's predicate means and what its result is. */
#include "base/internal.h"

static const symad_node *at(const symad_builder *b, uint32_t node) {
  return &ITEMS(symad_node, b->nodes)[node];
}

static int is_integer(const symad_builder *b, uint32_t node, int64_t value) {
  rational r = builder_exact(b, node);
  return r.denominator == 1 && r.numerator == value;
}

static int is_op(const symad_builder *b, uint32_t node, uint32_t op) {
  return at(b, node)->op == op;
}

/* x is y or has it as one of its two operands under `op`: absorption and idempotence. */
static int has(const symad_builder *b, uint32_t op, uint32_t x, uint32_t y) {
  return x == y || (is_op(b, x, op) && (at(b, x)->a == y || at(b, x)->b == y));
}

static int denies(const symad_builder *b, uint32_t x, uint32_t y) {
  return (is_op(b, x, SYMAD_OP_NOT) && at(b, x)->a == y) || (is_op(b, y, SYMAD_OP_NOT) && at(b, y)->a == x);
}

/* (g and c) or (g and not c), in any order of the operands: g, else NO_NODE. */
static uint32_t guard_of(const symad_builder *b, uint32_t x, uint32_t y) {
  if (!is_op(b, x, SYMAD_OP_AND) || !is_op(b, y, SYMAD_OP_AND))
    return NO_NODE;
  uint32_t p[2] = {at(b, x)->a, at(b, x)->b}, q[2] = {at(b, y)->a, at(b, y)->b};
  for (int i = 0; i < 2; i++)
    for (int j = 0; j < 2; j++)
      if (p[i] == q[j] && denies(b, p[1 - i], q[1 - j]))
        return p[i];
  return NO_NODE;
}

/* ---- the column `when` ---- */

#define WHEN(name, holds)                                                       \
  static inline int is_##name(const symad_builder *b, uint32_t x, uint32_t y) { \
    (void)b, (void)x, (void)y;                                                  \
    return holds;                                                               \
  }

WHEN(any, 1)
WHEN(x_one, is_integer(b, x, 1))
WHEN(y_one, is_integer(b, y, 1))
WHEN(x_minus_one, is_integer(b, x, -1))
WHEN(y_minus_one, is_integer(b, y, -1))
WHEN(x_negated, is_op(b, x, SYMAD_OP_NEG))
WHEN(y_minus_term, is_op(b, y, SYMAD_OP_NEG) && at(b, y)->run == SYMAD_OP_NEG) /* no constant */
WHEN(x_true, is_op(b, x, SYMAD_OP_TRUE_VALUE))
WHEN(y_true, is_op(b, y, SYMAD_OP_TRUE_VALUE))
WHEN(x_false, is_op(b, x, SYMAD_OP_FALSE_VALUE))
WHEN(y_false, is_op(b, y, SYMAD_OP_FALSE_VALUE))
WHEN(x_denied, is_op(b, x, SYMAD_OP_NOT))
WHEN(x_has_y_and, has(b, SYMAD_OP_AND, x, y))
WHEN(y_has_x_and, has(b, SYMAD_OP_AND, y, x))
WHEN(x_has_y_or, has(b, SYMAD_OP_OR, x, y))
WHEN(y_has_x_or, has(b, SYMAD_OP_OR, y, x))
WHEN(opposite, denies(b, x, y))
WHEN(common_guard, guard_of(b, x, y) != NO_NODE)

/* ---- the column `result` ---- */

enum result { KEPT, X, Y, OF_X, GUARD, SLOPE, MINUS_X, MINUS_Y, LESS_OF_Y, PLUS_OF_Y, YES, NO };

/* The first row that applies; KEPT where none does. */
static enum result result_of(const symad_builder *b, uint32_t op, uint32_t x, uint32_t y) {
#define REWRITE(ROW, when, result, from, to)      \
  if (op == SYMAD_OP_##ROW && is_##when(b, x, y)) \
    return result;
#include "graph/rewrites.def"
#undef REWRITE
  return KEPT;
}

/* n*a**(n-1) as one would write it; the kernel k_pown_slope does the same steps. */
static symad_status integer_slope(symad_builder *b, uint32_t x, uint32_t y, uint32_t *node) {
  rational n = builder_exact(b, y);
  uint32_t factor, less, power;
  if (n.denominator != 1 || n.numerator == INT64_MIN)
    return builder_add(b, SYMAD_OP_POWN_SLOPE, x, y, 0, node);
  symad_status status = symad_builder_number(b, (double)n.numerator, &factor);
  if (status == SYMAD_OK && (n.numerator == 0 || n.numerator == 1)) {
    *node = factor; /* the slope of x**0 is 0 and that of x**1 is 1, everywhere */
    return SYMAD_OK;
  }
  if (status == SYMAD_OK)
    status = symad_builder_number(b, (double)(n.numerator - 1), &less);
  if (status == SYMAD_OK)
    status = rewrite_add(b, SYMAD_OP_POWN, x, less, 0, &power);
  return status == SYMAD_OK ? rewrite_add(b, SYMAD_OP_MUL, factor, power, 0, node) : status;
}

static symad_status add_result(symad_builder *b, enum result result, uint32_t x, uint32_t y, uint32_t *node) {
  switch (result) {
  case X:
    *node = x;
    return SYMAD_OK;
  case Y:
    *node = y;
    return SYMAD_OK;
  case OF_X:
    *node = at(b, x)->a;
    return SYMAD_OK;
  case GUARD:
    *node = guard_of(b, x, y);
    return SYMAD_OK;
  case SLOPE:
    return integer_slope(b, x, y, node);
  case MINUS_X:
    return rewrite_add(b, SYMAD_OP_NEG, x, 0, 0, node);
  case MINUS_Y:
    return rewrite_add(b, SYMAD_OP_NEG, y, 0, 0, node);
  case LESS_OF_Y:
    return builder_add(b, SYMAD_OP_SUB, x, at(b, y)->a, 0, node);
  case PLUS_OF_Y:
    return builder_add(b, SYMAD_OP_ADD, x, at(b, y)->a, 0, node);
  case YES:
    return builder_add(b, SYMAD_OP_TRUE_VALUE, 0, 0, 0, node);
  default:
    return builder_add(b, SYMAD_OP_FALSE_VALUE, 0, 0, 0, node);
  }
}

/* The plain number node of an exact integer, so that derivatives do not carry "5 - 1" along. */
static symad_status fold_integer(symad_builder *b, uint32_t node, uint32_t *folded) {
  rational r = builder_exact(b, node);
  *folded = node;
  if (r.denominator != 1 || at(b, node)->op == SYMAD_OP_NUMBER)
    return SYMAD_OK;
  return symad_builder_number(b, (double)r.numerator, folded);
}

/* A constant that no double holds, such as 1/3, stands for its double: two constants that meet in a derivative meet as
 * the sweep's doubles do, so that -10*(1/3) has the bits of that product and not those of -10/3. */
static symad_status round_operand(symad_builder *b, uint32_t *node) {
  const symad_node *n = at(b, *node);
  int64_t denominator = builder_exact(b, *node).denominator;
  if ((denominator > 0 && (denominator & (denominator - 1)) == 0) || n->op == SYMAD_OP_ROUNDED ||
      builder_is_literal(b, *node))
    return SYMAD_OK;
  return builder_add(b, SYMAD_OP_ROUNDED, *node, 0, 0, node);
}

static symad_status round_operands(symad_builder *b, uint32_t *x, uint32_t *y) {
  if (at(b, *x)->run != SYMAD_OP_NUMBER || at(b, *y)->run != SYMAD_OP_NUMBER)
    return SYMAD_OK;
  symad_status status = round_operand(b, x);
  return status == SYMAD_OK ? round_operand(b, y) : status;
}

symad_status rewrite_add(symad_builder *b, uint32_t op, uint32_t x, uint32_t y, uint32_t z, uint32_t *node) {
  const enum result result = result_of(b, op, x, y);
  if (result != KEPT)
    return add_result(b, result, x, y, node);
  uint32_t added;
  symad_status status = op_arity(op) == 2 ? round_operands(b, &x, &y) : SYMAD_OK;
  if (status != SYMAD_OK)
    return status;
  if (op == SYMAD_OP_POW && builder_exact(b, y).denominator == 1)
    op = SYMAD_OP_POWN;
  status = builder_add(b, op, x, y, z, &added);
  return status == SYMAD_OK ? fold_integer(b, added, node) : status;
}
