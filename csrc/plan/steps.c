/* What steps can do: constants, powers, which nodes have steps, which two steps are one. */
#include "plan/planner.h"

#include "sweep/scalar.h"

#include <string.h>

static int row_constant(uint32_t op, double *value) {
  switch (op) {
#define OPS(NAME, ...)
#define OP1 OPS
#define OP2 OPS
#define OP0(NAME, ...)  \
  case SYMAD_OP_##NAME: \
    *value = NAME();    \
    return 1;
#define OPC(NAME, number, arity, ...) \
  case SYMAD_OP_##NAME:               \
    if (arity != 0)                   \
      return 0;                       \
    *value = NAME(0.0, 0.0);          \
    return 1;
#include "symad_ops.def"
#undef OPS
#undef OP0
#undef OP1
#undef OP2
#undef OPC
  default:
    return 0;
  }
}

#define UNIFORM_BITS 0x7ffd5ad000000000u /* a quiet nan; the index of the number below it */
#define SIGN_BIT 0x8000000000000000u

static double uniform_number(uint32_t index) {
  const uint64_t bits = UNIFORM_BITS | index;
  double number;
  memcpy(&number, &bits, sizeof number);
  return number;
}

/* Which number of the call stands in an instruction; 0: a number of the tape, whose nan has no such bits. */
static int uniform_of(double number, uniform_read *found) {
  uint64_t bits;
  memcpy(&bits, &number, sizeof bits);
  found->uniform = (uint32_t)bits;
  found->is_negated = (bits & SIGN_BIT) != 0;
  return (bits & ~(SIGN_BIT | UINT32_MAX)) == UNIFORM_BITS;
}

int constant_of(const planner *p, uint32_t i, double *value) {
  const symad_node *n = node_at(p, i);
  if (i < p->plan->n_uniforms) {
    *value = uniform_number(i);
    return 1;
  }
  if (n->run == SYMAD_OP_NUMBER) {
    *value = p->v->constants[n->c].value;
    return 1;
  }
  return n->run != SYMAD_OP_INPUT && op_arity(n->run) == 0 && row_constant(n->run, value);
}

uint32_t product_exponent(const planner *p, const symad_node *n) {
  double exponent;
  if (n->run != SYMAD_OP_POWN || !constant_of(p, n->b, &exponent))
    return 0;
  return exponent >= 2.0 && exponent <= POWER_BY_PRODUCT ? (uint32_t)exponent : 0;
}

int has_steps(const planner *p, const symad_node *n) {
  return is_arithmetic(n->run) || n->run == SYMAD_OP_NEG || n->run == SYMAD_OP_SELECT || op_is_extreme(n->run) ||
         n->run == SYMAD_OP_SHARE || product_exponent(p, n) > 0;
}

/* Slots and numbers that a step reads, by its form. */
enum form_counts {
  SLOTS_NO = 0,
  SLOTS_K = 0,
  SLOTS_A = 1,
  SLOTS_AK = 1,
  SLOTS_AKL = 1,
  SLOTS_AB = 2,
  SLOTS_ABK = 2,
  SLOTS_ABKL = 2,
  SLOTS_ABC = 3,
  SLOTS_ABCK = 3,
  SLOTS_ABCD = 4,
  NUMBERS_NO = 0,
  NUMBERS_K = 1,
  NUMBERS_A = 0,
  NUMBERS_AK = 1,
  NUMBERS_AKL = 2,
  NUMBERS_AB = 0,
  NUMBERS_ABK = 1,
  NUMBERS_ABKL = 2,
  NUMBERS_ABC = 0,
  NUMBERS_ABCK = 1,
  NUMBERS_ABCD = 0,
};

const step_shape step_shapes[STEP_END] = {
#define STEP(NAME, form, value) {#NAME, #value, SLOTS_##form, NUMBERS_##form},
#define MERGE(NAME, form, first, second, value) {#NAME, #value, SLOTS_##form, NUMBERS_##form},
#include "plan/steps.def"
#undef STEP
#undef MERGE
};

/* The step that does both, or STEP_END. */
static uint32_t merged_step(uint32_t first, uint32_t second) {
  switch (first * STEP_END + second) {
#define STEP(NAME, form, value)
#define MERGE(NAME, form, first, second, value) \
  case STEP_##first *STEP_END + STEP_##second:  \
    return STEP_##NAME;
#include "plan/steps.def"
#undef STEP
#undef MERGE
  default:
    return STEP_END;
  }
}

/* -(a*k) is a*(-k) to the bit, the sign of a nan aside. */
static int merge_minus(instr *first, const instr *second) {
  uint32_t step = first->op / 2;
  if (second->op != 2 * STEP_R_NEG ||
      !(step == STEP_MULK || step == STEP_R_MULK || step == STEP_DIVK || step == STEP_R_DIVK))
    return 0;
  first->k = -first->k;
  return 1;
}

int merge_steps(instr *first, const instr *second) {
  if (first->op >= 2 * STEP_END || first->op % 2 != 0)
    return 0;
  if (merge_minus(first, second))
    return 1;
  const uint32_t both = merged_step(first->op / 2, second->op / 2);
  if (both == STEP_END)
    return 0;
  const step_shape *one = &step_shapes[first->op / 2], *two = &step_shapes[second->op / 2];
  uint32_t slots[4] = {first->a, first->b, 0, 0};
  slots[one->slots] = second->a;
  if (two->slots > 1)
    slots[one->slots + 1] = second->b;
  if (one->numbers > 0 && two->numbers > 0)
    first->u.l = second->k;
  else if (two->numbers > 0)
    first->k = second->k;
  first->op = 2 * both;
  first->a = slots[0];
  first->b = slots[1];
  if (one->slots + two->slots > 2) {
    first->u.s.c = slots[2];
    first->u.s.d = slots[3];
  }
  return 1;
}

symad_status find_uniforms(symad_plan *plan) {
  symad_status status = SYMAD_OK;
  for (size_t i = 0; plan->n_uniforms > 0 && i < plan->code.count && status == SYMAD_OK; i++) {
    const instr *one = ITEMS(const instr, plan->code) + i;
    const uint8_t numbers = one->op < 2 * STEP_END ? step_shapes[one->op / 2].numbers : 0;
    for (uint8_t k = 0; k < numbers && status == SYMAD_OK; k++) {
      uniform_read found = {(uint32_t)i, 0, k, 0};
      if (uniform_of(k == 0 ? one->k : one->u.l, &found))
        status = array_append(&plan->memory, &plan->uniform_reads, &found, 1, sizeof found);
    }
  }
  return status;
}
