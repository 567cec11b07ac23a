/* Many nodes in one call. Knows no more of the graph than the calls for one node do. */
#include "base/internal.h"
#include "symad_graph.h"

void symad_builder_limit(symad_builder *builder, const symad_limits *limits) {
  builder->limits = *limits;
  builder->limit_nodes = limits->nodes;
}

symad_status symad_builder_inputs(symad_builder *builder, const char *text, const uint32_t *ends, size_t n,
                                  uint32_t *nodes) {
  symad_status status = symad_builder_reserve(builder, n);
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
