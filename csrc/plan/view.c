/* A plan's instructions for whoever reads them: names and formulas come from the tables, nothing is typed here. */
#include "plan/plan.h"

#include <string.h>

static void view_step(const instr *one, symad_instruction *view) {
  const step_shape *shape = &step_shapes[one->op / 2];
  const uint32_t slots[4] = {one->a, one->b, shape->slots > 2 ? one->u.s.c : 0, shape->slots > 3 ? one->u.s.d : 0};
  view->name = shape->name;
  view->value = shape->value;
  view->n_stored = one->op % 2;
  view->n_slots = shape->slots;
  view->n_numbers = shape->numbers;
  memcpy(view->slots, slots, shape->slots * sizeof *slots);
  view->numbers[0] = shape->numbers > 0 ? one->k : 0.0;
  view->numbers[1] = shape->numbers > 1 ? one->u.l : 0.0;
}

/* Rows that are computed together, those that are wanted. */
static void view_together(const instr *one, symad_instruction *view) {
  const together_shape *shape = &together_shapes[one->op - INSTR_TOGETHER];
  const uint32_t slots[3] = {one->dst, one->u.s.c, one->u.s.d};
  uint32_t wanted = 0;
  for (uint32_t k = 0; k < shape->count; k++)
    if (slots[k] != NO_NODE) {
      view->row = view->n_stored == 0 ? shape->rows[k] : view->row;
      view->stored[view->n_stored++] = slots[k];
      wanted |= 1u << k;
    }
  view->name = shape->names[wanted];
}

/* The kernel of a row: of one or two slots, of a list, or of several rows together. */
static void view_row(const symad_plan *plan, const instr *one, symad_instruction *view) {
  const int is_list = one->op >= INSTR_LIST;
  view->kind = SYMAD_INSTRUCTION_ROW;
  if (one->op < INSTR_ROW) {
    view_together(one, view);
  } else {
    view->row = one->op - (is_list ? INSTR_LIST : INSTR_ROW);
    view->name = symad_row_find(view->row)->name;
    view->n_stored = 1;
  }
  if (is_list) {
    view->n_list = one->b;
    view->list = ITEMS(const uint32_t, plan->list) + one->a;
    return;
  }
  view->n_slots = op_arity(view->row) > 1 ? 2 : 1;
  view->slots[0] = one->a;
  view->slots[1] = view->n_slots > 1 ? one->b : 0;
}

static void view_move(const symad_plan *plan, const instr *one, symad_instruction *view) {
  const uint32_t *group = ITEMS(const uint32_t, plan->list) + one->a;
  const int is_input = one->op == INSTR_INPUTS;
  view->kind = is_input ? SYMAD_INSTRUCTION_INPUTS : SYMAD_INSTRUCTION_OUTPUTS;
  view->name = is_input ? "INPUTS" : one->op == INSTR_SUMS ? "SUMS" : "OUTPUTS";
  view->block = group[0];
  view->column = group[1];
  view->n_list = group[2];
  view->list = group + 3;
}

int symad_plan_instruction_at(const symad_plan *plan, uint64_t index, symad_instruction *instruction) {
  if (index >= plan->code.count)
    return 0;
  const instr *one = ITEMS(const instr, plan->code) + index;
  memset(instruction, 0, sizeof *instruction);
  instruction->value = "";
  instruction->stored[0] = one->dst;
  if (one->op < 2 * STEP_END)
    view_step(one, instruction);
  else if (one->op >= INSTR_INPUTS && one->op < INSTR_TOGETHER)
    view_move(plan, one, instruction);
  else
    view_row(plan, one, instruction);
  if (instruction->n_stored == 0)
    instruction->stored[0] = 0;
  return 1;
}
