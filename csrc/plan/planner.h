/* The planner's state, and what it asks of a node. */
#ifndef SYMAD_PLANNER_H
#define SYMAD_PLANNER_H

#include "plan/plan.h"

/* A node is STORED in a slot, CHAINED (the accumulator carries it to its only user), FUSED (a product, or a minus
 * before one of its factors, that its only user computes itself) or not needed. */
enum node_mode {
  NOT_NEEDED = SYMAD_MODE_NONE,
  CHAINED = SYMAD_MODE_CHAINED,
  FUSED = SYMAD_MODE_FUSED,
  STORED = SYMAD_MODE_STORED
};
#define MODE(m) ((m) & 3u) /* the bits above count the chain over a CHAINED node */
#define LONGEST_CHAIN 12   /* so that a long sum does not keep all its terms waiting */

typedef struct planner {
  const symad_view *v;
  symad_plan *plan;
  array words, modes;     /* the memory of what follows */
  uint32_t first_outputs; /* columns of the first block */
  uint8_t *mode;
  uint32_t *uses;             /* edges from needed users and outputs */
  uint32_t *slot;             /* NO_NODE where a node has none yet */
  uint32_t *reads;            /* reads of the slot still to come */
  uint32_t *below;            /* the operand that rides in the accumulator */
  uint32_t *twin;             /* of rows that are computed together, a ring: the next one */
  uint32_t *ring, *next_ring; /* by operands: first nodes of rings, then of other rings there */
  uint32_t *output;           /* first output that is this node, then next_output */
  uint32_t *next_output;
  uint32_t *pending;  /* outputs of a group that have no slot yet */
  array free_slots;   /* uint32_t */
  array path;         /* uint32_t: a chain from its top down */
  array order;        /* uint32_t: stored nodes as they are computed */
  size_t chain_start; /* first instruction of the chain being emitted */
  uint32_t riding;    /* the stored node that the accumulator still holds */
  uint32_t forwarded; /* the same, for the lowest node of the chain being emitted */
} planner;

/* steps.c: the value of a node that is a constant (0: it is none), or what stands for it where it is a number of the call;
 * the exponent of a power that is written as products (power_bit), else 0; whether steps compute the node, so that it can
 * stay in the accumulator. */
int constant_of(const planner *p, uint32_t i, double *value);
uint32_t product_exponent(const planner *p, const symad_node *n);
/* Fills uniform_reads: steps turn signs, so that what stands for a number of the call keeps one too. */
symad_status find_uniforms(symad_plan *plan);
int has_steps(const planner *p, const symad_node *n);
/* Turns *first into both steps where one step does both; their slots keep their order. 0: it cannot. */
int merge_steps(instr *first, const instr *second);

/* planner.c: modes and order of a tape's nodes, with the plan's memory; to be closed even where it fails. */
symad_status planner_open(planner *p, const symad_tape *tape, symad_plan *plan);
void planner_close(planner *p);

/* together.c: the set of rows that are computed together which a row is of, 0: none; fills twin. */
int together_place(uint32_t op, uint32_t *set, uint32_t *place);
void join_rows(planner *p);

/* modes.c: fills mode, reads and below. */
void choose_modes(planner *p);

/* order.c: fills order. */
symad_status choose_order(planner *p);

static inline const symad_node *node_at(const planner *p, uint32_t i) {
  return &p->v->nodes[i];
}

static inline uint32_t operand_count(const symad_node *n) {
  int arity = n->run == SYMAD_OP_NUMBER ? 0 : op_arity(n->run);
  return arity < 0 ? n->b : (uint32_t)arity;
}

static inline uint32_t operand_at(const planner *p, const symad_node *n, uint32_t k) {
  if (op_is_nary(n->run))
    return p->v->list[n->a + k];
  return k == 0 ? n->a : k == 1 ? n->b : n->c;
}

/* The factors of a FUSED product, a minus before them left out; whether their product has the other sign for that. */
static inline int product_factors(const planner *p, uint32_t product, uint32_t factors[2]) {
  int flipped = 0;
  factors[0] = node_at(p, product)->a;
  factors[1] = node_at(p, product)->b;
  for (int k = 0; k < 2; k++)
    if (MODE(p->mode[factors[k]]) == FUSED) {
      factors[k] = node_at(p, factors[k])->a;
      flipped ^= 1;
    }
  return flipped;
}

static inline int is_arithmetic(uint32_t op) {
  return op == SYMAD_OP_ADD || op == SYMAD_OP_SUB || op == SYMAD_OP_MUL || op == SYMAD_OP_DIV;
}

#endif
