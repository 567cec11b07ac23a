/* The nodes that an output reaches, walked from the highest down: a bit a node, so that a small cone of a long tape
 * costs its own size and a 64th of the tape's. */
#ifndef SYMAD_CONE_H
#define SYMAD_CONE_H

#include "base/internal.h"

static inline size_t cone_words(uint32_t n_nodes) {
  return (size_t)n_nodes / 64 + 1;
}

static inline void cone_add(uint64_t *cone, uint32_t i) {
  cone[i / 64] |= (uint64_t)1 << i % 64;
}

static inline uint32_t highest_bit(uint64_t bits) {
#if defined(__GNUC__)
  return 63 - (uint32_t)__builtin_clzll(bits);
#else
  uint32_t k = 0;
  while (bits >>= 1)
    k++;
  return k;
#endif
}

/* The highest node of the cone below i, NO_NODE if there is none. */
static inline uint32_t cone_below(const uint64_t *cone, uint32_t i) {
  uint32_t word = i / 64;
  uint64_t bits = cone[word] & (((uint64_t)1 << i % 64) - 1);
  while (bits == 0) {
    if (word == 0)
      return NO_NODE;
    bits = cone[--word];
  }
  return word * 64 + highest_bit(bits);
}

/* The same, taken out of it. */
static inline uint32_t cone_take(uint64_t *cone, uint32_t i) {
  const uint32_t found = cone_below(cone, i);
  if (found != NO_NODE)
    cone[found / 64] &= ~((uint64_t)1 << found % 64);
  return found;
}

/* Value operands of a node, in the order of the sweeps; a SELECT's condition is none. */
static inline uint32_t slope_operands(const symad_node *n) {
  const int arity = op_arity(n->op);
  return arity < 0 ? n->b : n->op == SYMAD_OP_SELECT ? 2 : (uint32_t)arity;
}

static inline uint32_t slope_operand(const symad_view *v, const symad_node *n, uint32_t k) {
  if (op_is_nary(n->op))
    return v->list[n->a + k];
  if (n->op == SYMAD_OP_SELECT)
    return k == 0 ? n->b : n->c;
  return k == 0 ? n->a : n->b;
}

#endif
