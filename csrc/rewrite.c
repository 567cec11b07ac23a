/* The whitelist of rewrites. Every one returns the same bits for every operand, nan, inf and -0 included
 * (the sign of a nan aside), and each is tested on those points. Nothing else is ever folded.
 *
 *   x*1, 1*x, x/1, x**1 -> x      x*(-1), -1*x -> -x      -(-x) -> x
 *   x + (-y) -> x - y             x - (-y) -> x + y
 *   an operation on integers and dyadic fractions that doubles hold -> its exact value (graph.c keeps that)
 * Conditions, which hold no numbers: c and c, c or c, not not c, True, False, absorption, c or not c,
 * (g and c) or (g and not c) -> g.
 */
#include "internal.h"

static const symad_node *at(const symad_builder *b, uint32_t node) {
  return &ITEMS(symad_node, b->nodes)[node];
}

static int is_integer(const symad_builder *b, uint32_t node, int64_t value) {
  rational r = builder_exact(b, node);
  return r.denominator == 1 && r.numerator == value;
}

/* The plain number node of an exact integer, so that derivatives do not carry "5 - 1" along. */
static symad_status fold_integer(symad_builder *b, uint32_t node, uint32_t *folded) {
  rational r = builder_exact(b, node);
  *folded = node;
  if (r.denominator != 1 || at(b, node)->op == SYMAD_OP_NUMBER)
    return SYMAD_OK;
  return symad_builder_number(b, (double)r.numerator, folded);
}

static int unchanged(const symad_builder *b, uint32_t op, uint32_t x, uint32_t y, uint32_t *node) {
  if ((op == SYMAD_OP_MUL || op == SYMAD_OP_DIV || op == SYMAD_OP_POWN) && is_integer(b, y, 1)) {
    *node = x;
    return 1;
  }
  if (op == SYMAD_OP_MUL && is_integer(b, x, 1)) {
    *node = y;
    return 1;
  }
  if (op == SYMAD_OP_NEG && at(b, x)->op == SYMAD_OP_NEG) {
    *node = at(b, x)->a;
    return 1;
  }
  return 0;
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
  if (op == SYMAD_OP_POWN_SLOPE)
    return integer_slope(b, x, y, node);
  if (op == SYMAD_OP_NOT)
    return rewrite_not(b, x, node);
  if (unchanged(b, op, x, y, node))
    return SYMAD_OK;
  if (op == SYMAD_OP_MUL && (is_integer(b, x, -1) || is_integer(b, y, -1)))
    return rewrite_add(b, SYMAD_OP_NEG, is_integer(b, x, -1) ? y : x, 0, 0, node);
  if ((op == SYMAD_OP_ADD || op == SYMAD_OP_SUB) && at(b, y)->op == SYMAD_OP_NEG && at(b, y)->run == SYMAD_OP_NEG)
    return builder_add(b, op == SYMAD_OP_ADD ? SYMAD_OP_SUB : SYMAD_OP_ADD, x, at(b, y)->a, 0, node);
  uint32_t added;
  symad_status status = op_arity(op) == 2 ? round_operands(b, &x, &y) : SYMAD_OK;
  if (status != SYMAD_OK)
    return status;
  if (op == SYMAD_OP_POW && builder_exact(b, y).denominator == 1)
    op = SYMAD_OP_POWN;
  status = builder_add(b, op, x, y, z, &added);
  return status == SYMAD_OK ? fold_integer(b, added, node) : status;
}

static int is_op(const symad_builder *b, uint32_t node, uint32_t op) {
  return at(b, node)->op == op;
}

/* y is x or one of x's two operands under `op`: absorption and idempotence. */
static int holds(const symad_builder *b, uint32_t op, uint32_t x, uint32_t y) {
  return x == y || (is_op(b, x, op) && (at(b, x)->a == y || at(b, x)->b == y));
}

static int opposite(const symad_builder *b, uint32_t x, uint32_t y) {
  return (is_op(b, x, SYMAD_OP_NOT) && at(b, x)->a == y) || (is_op(b, y, SYMAD_OP_NOT) && at(b, y)->a == x);
}

symad_status rewrite_not(symad_builder *b, uint32_t x, uint32_t *node) {
  if (is_op(b, x, SYMAD_OP_TRUE_VALUE))
    return builder_add(b, SYMAD_OP_FALSE_VALUE, 0, 0, 0, node);
  if (is_op(b, x, SYMAD_OP_FALSE_VALUE))
    return builder_add(b, SYMAD_OP_TRUE_VALUE, 0, 0, 0, node);
  if (is_op(b, x, SYMAD_OP_NOT)) {
    *node = at(b, x)->a;
    return SYMAD_OK;
  }
  return builder_add(b, SYMAD_OP_NOT, x, 0, 0, node);
}

symad_status rewrite_and(symad_builder *b, uint32_t x, uint32_t y, uint32_t *node) {
  if (is_op(b, x, SYMAD_OP_TRUE_VALUE) || is_op(b, y, SYMAD_OP_FALSE_VALUE) || holds(b, SYMAD_OP_AND, y, x)) {
    *node = y;
    return SYMAD_OK;
  }
  if (is_op(b, y, SYMAD_OP_TRUE_VALUE) || is_op(b, x, SYMAD_OP_FALSE_VALUE) || holds(b, SYMAD_OP_AND, x, y)) {
    *node = x;
    return SYMAD_OK;
  }
  return builder_add(b, SYMAD_OP_AND, x, y, 0, node);
}

/* (g and c) or (g and not c), in any order of the operands: g, else NO_NODE. */
static uint32_t common_guard(const symad_builder *b, uint32_t x, uint32_t y) {
  if (!is_op(b, x, SYMAD_OP_AND) || !is_op(b, y, SYMAD_OP_AND))
    return NO_NODE;
  uint32_t p[2] = {at(b, x)->a, at(b, x)->b}, q[2] = {at(b, y)->a, at(b, y)->b};
  for (int i = 0; i < 2; i++)
    for (int j = 0; j < 2; j++)
      if (p[i] == q[j] && opposite(b, p[1 - i], q[1 - j]))
        return p[i];
  return NO_NODE;
}

symad_status rewrite_or(symad_builder *b, uint32_t x, uint32_t y, uint32_t *node) {
  uint32_t guard = common_guard(b, x, y);
  if (opposite(b, x, y))
    return builder_add(b, SYMAD_OP_TRUE_VALUE, 0, 0, 0, node);
  if (guard != NO_NODE)
    *node = guard;
  else if (is_op(b, x, SYMAD_OP_TRUE_VALUE) || is_op(b, y, SYMAD_OP_FALSE_VALUE) || holds(b, SYMAD_OP_AND, y, x) ||
           holds(b, SYMAD_OP_OR, x, y))
    *node = x;
  else if (is_op(b, y, SYMAD_OP_TRUE_VALUE) || is_op(b, x, SYMAD_OP_FALSE_VALUE) || holds(b, SYMAD_OP_AND, x, y) ||
           holds(b, SYMAD_OP_OR, y, x))
    *node = y;
  else
    return builder_add(b, SYMAD_OP_OR, x, y, 0, node);
  return SYMAD_OK;
}
