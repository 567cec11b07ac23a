/* Which outputs depend on which inputs: the entries of the Jacobian that are not zero by structure. */
#include "graph/cone.h"

#include <string.h>

/* Adds the active operands of every node of the cone, from the top down; leaves the inputs that it reaches. */
static void descend(const symad_view *v, uint64_t *cone, uint32_t output) {
  uint32_t i = output + 1;
  cone_add(cone, output);
  for (;;) {
    i = cone_below(cone, i);
    if (i == NO_NODE || i < v->n_inputs)
      return;
    const symad_node *n = &v->nodes[i];
    for (uint32_t k = 0; k < slope_operands(n); k++)
      if (v->nodes[slope_operand(v, n, k)].flags & SYMAD_NODE_ACTIVE)
        cone_add(cone, slope_operand(v, n, k));
    cone_take(cone, i + 1);
  }
}

static symad_status add_entries(const symad_tape *tape, uint64_t *cone, uint32_t output, array *columns) {
  const symad_view *v = &tape->view;
  const size_t words = cone_words(v->n_inputs);
  symad_status status = SYMAD_OK;
  if (!(v->nodes[v->outputs[output]].flags & SYMAD_NODE_ACTIVE))
    return SYMAD_OK;
  descend(v, cone, v->outputs[output]);
  for (size_t w = 0; w < words && status == SYMAD_OK; w++)
    for (; cone[w] != 0 && status == SYMAD_OK; cone[w] &= cone[w] - 1) {
      const uint32_t column = (uint32_t)(w * 64) + highest_bit(cone[w] & (~cone[w] + 1));
      status = array_append(&tape->memory, columns, &column, 1, sizeof column);
    }
  return status;
}

symad_status symad_tape_pattern(const symad_tape *tape, uint64_t *starts, uint32_t *columns, size_t capacity,
                                size_t *count) {
  const symad_view *v = &tape->view;
  array cone = {NULL, 0, 0}, found = {NULL, 0, 0};
  symad_status status = array_reserve(&tape->memory, &cone, cone_words(v->n_nodes), sizeof(uint64_t));
  if (status == SYMAD_OK)
    memset(cone.data, 0, cone_words(v->n_nodes) * sizeof(uint64_t));
  starts[0] = 0;
  for (uint32_t k = 0; k < v->n_outputs && status == SYMAD_OK; k++) {
    status = add_entries(tape, cone.data, k, &found);
    starts[k + 1] = found.count;
  }
  *count = found.count;
  if (status == SYMAD_OK && found.count > 0 && capacity >= found.count)
    memcpy(columns, found.data, found.count * sizeof(uint32_t));
  array_free(&tape->memory, &cone, sizeof(uint64_t));
  array_free(&tape->memory, &found, sizeof(uint32_t));
  return status;
}
