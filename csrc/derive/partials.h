/* Formulas of the tables as nodes: local partials, and functions that are shorthand for rows. */
#ifndef SYMAD_PARTIALS_H
#define SYMAD_PARTIALS_H

#include "base/internal.h"

/* d(node)/d(operand a) for which 0, d/d(operand b) for which 1; unary and binary rows only. */
symad_status partial_node(symad_builder *b, uint32_t node, int which, uint32_t *partial);

typedef struct shorthand {
  const char *text;
  uint32_t arity;
} shorthand;

/* The shorthands in order, NULL behind the last; one text may stand there with several arities. */
const shorthand *shorthand_at(uint32_t index);

/* What a shorthand of at most four operands stands for, as if it had been typed. */
symad_status shorthand_node(symad_builder *b, uint32_t index, const uint32_t operands[4], uint32_t *node);

/* orthogonal.c: one of more than two arguments; ERR_ORDER where the first, or for Legendre's the second as well, is
 * no whole number that is written out. */
enum { POLYNOMIAL_GEGENBAUER, POLYNOMIAL_LAGUERRE, POLYNOMIAL_JACOBI, POLYNOMIAL_LEGENDRE };
symad_status polynomial_node(symad_builder *b, int which, const uint32_t operands[4], uint32_t *node);

#endif
