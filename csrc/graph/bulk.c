/* Many nodes in one call. Knows no more of the graph than the calls for one node do. */
#include "base/internal.h"
#include "symad_graph.h"

#define AHEAD 16 /* entries whose places in the table are asked for before they are needed */

void symad_builder_limit(symad_builder *builder, const symad_limits *limits) {
  builder->limits = *limits;
  builder->limit_nodes = limits->nodes;
}

symad_status symad_builder_inputs(symad_builder *builder, const char *text, const uint32_t *ends, size_t n,
                                  uint32_t *nodes) {
  symad_status status = array_reserve(&builder->memory, &builder->nodes, n, sizeof(symad_node));
  if (status == SYMAD_OK && n > 0)
    status = array_reserve(&builder->memory, &builder->names, ends[n - 1], 1);
  uint32_t start = 0;
  for (size_t i = 0; i < n && status == SYMAD_OK; start = ends[i++])
    status =
        ends[i] < start ? SYMAD_ERR_ARGUMENT : symad_builder_input(builder, text + start, ends[i] - start, &nodes[i]);
  return status;
}

symad_status symad_builder_numbers(symad_builder *builder, const double *values, size_t n, uint32_t *nodes) {
  symad_status status = SYMAD_OK;
  for (size_t i = 0; i < n && status == SYMAD_OK; i++)
    status = symad_builder_number(builder, values[i], &nodes[i]);
  return status;
}

symad_status symad_builder_lists(symad_builder *builder, uint32_t op, const uint32_t *operands, size_t n, size_t k,
                                 uint32_t *nodes) {
  symad_status status = SYMAD_OK;
  for (size_t i = 0; i < n && status == SYMAD_OK; i++)
    status = symad_builder_op(builder, op, operands + i * k, k, &nodes[i]);
  return status;
}

symad_status symad_builder_outputs(symad_builder *builder, const uint32_t *nodes, size_t n) {
  symad_status status = SYMAD_OK;
  for (size_t i = 0; i < n && status == SYMAD_OK; i++)
    status = symad_builder_output(builder, nodes[i]);
  return status;
}

symad_status symad_builder_ops(symad_builder *builder, const symad_entry *entries, size_t n_entries, uint32_t *nodes,
                               size_t *done) {
  symad_status status = SYMAD_OK;
  size_t i = 0;
  for (; i < n_entries && status == SYMAD_OK; i++) {
    const symad_entry *later = &entries[i + AHEAD < n_entries ? i + AHEAD : i];
    if (((later->a | later->b) & SYMAD_EARLIER) == 0)
      builder_prefetch(builder, later->op, later->a, later->b);
    uint32_t operands[3] = {entries[i].a, entries[i].b, entries[i].c};
    int arity = op_arity(entries[i].op);
    if (arity < 0)
      status = arity == -1 ? SYMAD_ERR_ARITY : SYMAD_ERR_OPERATION;
    for (int j = 0; j < arity; j++) {
      if (!(operands[j] & SYMAD_EARLIER))
        continue;
      operands[j] &= ~SYMAD_EARLIER;
      if (operands[j] >= i)
        status = SYMAD_ERR_OPERAND;
      else
        operands[j] = nodes[operands[j]];
    }
    if (status == SYMAD_OK)
      status = symad_builder_op(builder, entries[i].op, operands, (size_t)arity, &nodes[i]);
    if (status != SYMAD_OK)
      break;
  }
  *done = i;
  return status;
}
