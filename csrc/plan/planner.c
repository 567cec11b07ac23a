/* The planner's memory, modes and order: where a plan and what is printed instead of one begin. */
#include "plan/planner.h"

#include <string.h>

symad_status planner_open(planner *p, const symad_tape *tape, symad_plan *plan) {
  memset(p, 0, sizeof *p);
  p->v = &tape->view;
  p->plan = plan;
  p->riding = p->forwarded = NO_NODE;
  plan->memory = tape->memory;
  size_t n = p->v->n_nodes, n_outputs = p->v->n_outputs;
  symad_status status = array_reserve(&plan->memory, &p->words, 8 * n + 2 * n_outputs + 2, sizeof(uint32_t));
  if (status == SYMAD_OK)
    status = array_reserve(&plan->memory, &p->modes, n, 1);
  if (status != SYMAD_OK)
    return status;
  p->mode = p->modes.data;
  p->uses = p->words.data;
  p->reads = p->uses + n;
  p->slot = p->reads + n;
  p->below = p->slot + n;
  p->twin = p->below + n;
  p->ring = p->twin + n;
  p->next_ring = p->ring + n;
  p->output = p->next_ring + n;
  p->next_output = p->output + n;
  p->pending = p->next_output + n_outputs;
  memset(p->mode, 0, n);
  memset(p->uses, 0, 2 * n * sizeof(uint32_t));
  memset(p->slot, 0xff, 6 * n * sizeof(uint32_t)); /* NO_NODE, to the end of output */
  memset(p->pending, 0, (n_outputs + 2) * sizeof(uint32_t));
  choose_modes(p);
  return choose_order(p);
}

void planner_close(planner *p) {
  const memory *m = &p->plan->memory;
  array_free(m, &p->words, sizeof(uint32_t));
  array_free(m, &p->modes, 1);
  array_free(m, &p->free_slots, sizeof(uint32_t));
  array_free(m, &p->path, sizeof(uint32_t));
  array_free(m, &p->order, sizeof(uint32_t));
}
