/* The planner's order as a list of nodes and their modes, for what is printed instead of interpreted. */
#include "plan/planner.h"

#include <string.h>

typedef struct schedule {
  planner p;
  uint32_t *nodes;
  uint32_t count;
} schedule;

/* A node after the operands that nothing else reads: products, and a minus before a factor. */
static void append_fused(schedule *s, uint32_t i) {
  const symad_node *n = node_at(&s->p, i);
  for (uint32_t k = 0; k < operand_count(n); k++) {
    uint32_t product = operand_at(&s->p, n, k);
    if (MODE(s->p.mode[product]) != FUSED)
      continue;
    const uint32_t factors[2] = {node_at(&s->p, product)->a, node_at(&s->p, product)->b};
    for (int j = 0; j < 2; j++)
      if (MODE(s->p.mode[factors[j]]) == FUSED)
        s->nodes[s->count++] = factors[j];
    s->nodes[s->count++] = product;
  }
  s->nodes[s->count++] = i;
}

/* A stored node after the chain that ends in it; rows that are computed together side by side. */
static symad_status append_stored(schedule *s, uint32_t i) {
  planner *p = &s->p;
  if (p->twin[i] != NO_NODE) {
    s->nodes[s->count++] = i;
    for (uint32_t other = p->twin[i]; other != i; other = p->twin[other]) {
      s->nodes[s->count++] = other;
      p->mode[other] = NOT_NEEDED; /* any more */
    }
    return SYMAD_OK;
  }
  symad_status status = SYMAD_OK;
  for (uint32_t at = i; at != NO_NODE && status == SYMAD_OK; at = p->below[at])
    status = array_append(&p->plan->memory, &p->path, &at, 1, sizeof at);
  while (p->path.count > 0 && status == SYMAD_OK)
    append_fused(s, ITEMS(uint32_t, p->path)[--p->path.count]);
  return status;
}

/* Fills modes, unless it is NULL, and nodes; with `constants` those too that have a slot. */
static symad_status fill(const symad_tape *tape, int constants, uint8_t *modes, uint32_t *nodes, size_t *count) {
  symad_plan plan;
  schedule s = {.nodes = nodes, .count = 0};
  double value;
  memset(&plan, 0, sizeof plan);
  symad_status status = planner_open(&s.p, tape, &plan);
  for (uint32_t i = 0; modes != NULL && i < tape->view.n_nodes && status == SYMAD_OK; i++) {
    const int paired = s.p.twin[i] != NO_NODE;
    modes[i] = MODE(s.p.mode[i]) == STORED && paired ? SYMAD_MODE_PAIRED : MODE(s.p.mode[i]);
  }
  for (size_t k = 0; k < s.p.order.count && status == SYMAD_OK; k++) {
    uint32_t i = ITEMS(uint32_t, s.p.order)[k];
    if (MODE(s.p.mode[i]) == STORED && !constant_of(&s.p, i, &value))
      status = append_stored(&s, i);
    else if (MODE(s.p.mode[i]) == STORED && constants)
      s.nodes[s.count++] = i;
  }
  *count = s.count;
  planner_close(&s.p);
  return status;
}

symad_status symad_tape_schedule(const symad_tape *tape, uint32_t *nodes, size_t *count) {
  return fill(tape, 0, NULL, nodes, count);
}

symad_status symad_tape_modes(const symad_tape *tape, uint8_t *modes, uint32_t *nodes, size_t *count) {
  return fill(tape, 1, modes, nodes, count);
}
