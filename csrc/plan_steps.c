/* What steps can do: constants, powers, which nodes have steps, which two steps are one. */
#include "planner.h"

#include "scalar.h"

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

int constant_of(const planner *p, uint32_t i, double *value) {
  const symad_node *n = node_at(p, i);
  if (n->run == SYMAD_OP_NUMBER) {
    *value = p->v->constants[n->c].value;
    return 1;
  }
  return n->run != SYMAD_OP_INPUT && op_arity(n->run) == 0 && row_constant(n->run, value);
}

/* k_product does the same steps. */
int product_power(const planner *p, const symad_node *n) {
  double exponent;
  if (n->run != SYMAD_OP_POWN || !constant_of(p, n->b, &exponent))
    return 0;
  return exponent >= 2.0 && exponent <= POWER_BY_PRODUCT ? (int)exponent : 0;
}

int has_steps(const planner *p, const symad_node *n) {
  return is_arithmetic(n->run) || n->run == SYMAD_OP_NEG || n->run == SYMAD_OP_SELECT || is_extreme(n->run) ||
         n->run == SYMAD_OP_SHARE || product_power(p, n) != 0;
}

#define FORM_NO 0
#define FORM_K 0
#define FORM_A 1
#define FORM_AK 1
#define FORM_AB 2
#define FORM_ABCD 4

static const uint8_t slots_read[] = {
#define STEP(NAME, form, value) FORM_##form,
#include "steps.def"
#undef STEP
};

typedef struct merger {
  uint8_t first, second, both;
} merger;

static const merger mergers[] = {
    {STEP_MUL, STEP_R_ADD, STEP_MULADD},
    {STEP_MUL, STEP_R_SUB, STEP_MULSUB},
    {STEP_MUL, STEP_R_MUL, STEP_MUL3},
    {STEP_MUL, STEP_R_ADDMUL, STEP_MULADDMUL},
    {STEP_MUL, STEP_R_SUBMUL, STEP_MULSUBMUL},
    {STEP_ADD, STEP_R_MUL, STEP_ADDMUL},
    {STEP_ADD, STEP_R_ADD, STEP_ADD3},
    {STEP_SUB, STEP_R_MUL, STEP_SUBMUL},
    {STEP_R_ADD, STEP_R_ADD, STEP_R_ADD2},
    {STEP_R_ADD, STEP_R_MUL, STEP_R_ADDTHENMUL},
    {STEP_R_SUB, STEP_R_MUL, STEP_R_SUBTHENMUL},
    {STEP_R_MUL, STEP_R_MUL, STEP_R_MUL2},
    {STEP_R_MUL, STEP_R_ADD, STEP_R_MULADD},
    {STEP_R_MUL, STEP_R_MULK, STEP_R_MUL_MULK},
    {STEP_R_MULK, STEP_R_ADD, STEP_R_MULK_ADD},
    {STEP_R_MULK, STEP_R_MUL, STEP_R_MULK_MUL},
    {STEP_R_ADDMUL, STEP_R_ADDMUL, STEP_R_ADDMUL2},
    {STEP_R_NEG, STEP_R_MUL, STEP_R_NEG_MUL},
};

static int has_number(uint32_t step) {
  return step == STEP_R_MULK;
}

int merge_steps(instr *first, const instr *second) {
  for (size_t i = 0; i < sizeof mergers / sizeof *mergers; i++) {
    const merger *m = &mergers[i];
    if (first->op != 2u * m->first || second->op != 2u * m->second)
      continue;
    uint32_t slots[4] = {first->a, first->b, 0, 0}, n = slots_read[m->first];
    slots[n] = second->a;
    if (slots_read[m->second] > 1)
      slots[n + 1] = second->b;
    n += slots_read[m->second];
    first->op = 2u * m->both;
    first->a = slots[0];
    first->b = slots[1];
    if (has_number(m->second)) {
      first->u.k = second->u.k;
    } else if (!has_number(m->first)) {
      first->u.s.c = n > 2 ? slots[2] : 0;
      first->u.s.d = n > 3 ? slots[3] : first->u.s.c;
    }
    return 1;
  }
  return 0;
}
