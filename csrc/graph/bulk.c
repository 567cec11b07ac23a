/* Many nodes in one call. Knows no more of the graph than the calls for one node do. */
#include "base/internal.h"
#include "symad_graph.h"

#define MOST_AXES 64u
#define LONGEST_INDEX 11u /* a mark and ten digits */
#define AHEAD 16          /* entries whose places in the table are asked for before they are needed */

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

/* "_" and the index; how many characters that is. */
static size_t put_index(char *to, uint32_t index) {
  char digits[10];
  size_t n = 0, length = 1;
  do
    digits[n++] = (char)('0' + index % 10);
  while ((index /= 10) > 0);
  to[0] = '_';
  while (n > 0)
    to[length++] = digits[--n];
  return length;
}

symad_status symad_builder_array(symad_builder *builder, const char *name, size_t length, const uint32_t *shape,
                                 size_t n_axes, uint32_t *nodes) {
  const memory *m = &builder->memory;
  uint32_t index[MOST_AXES] = {0};
  array text = {NULL, 0, 0};
  size_t n = 1;
  if (n_axes > MOST_AXES)
    return SYMAD_ERR_ARGUMENT;
  for (size_t k = 0; k < n_axes; k++) {
    if (shape[k] > 0 && n > MAX_NODES / shape[k])
      return SYMAD_ERR_LIMIT_NODES;
    n *= shape[k];
  }
  symad_status status = array_reserve(m, &builder->nodes, n, sizeof(symad_node));
  if (status == SYMAD_OK)
    status = array_append(m, &text, name, length, 1);
  if (status == SYMAD_OK)
    status = array_reserve(m, &text, n_axes * LONGEST_INDEX, 1);
  for (size_t i = 0; i < n && status == SYMAD_OK; i++) {
    char *whole = text.data;
    size_t end = length;
    for (size_t k = 0; k < n_axes; k++)
      end += put_index(whole + end, index[k]);
    status = symad_builder_input(builder, whole, end, &nodes[i]);
    for (size_t k = n_axes; k-- > 0 && ++index[k] == shape[k];)
      index[k] = 0;
  }
  array_free(m, &text, 1);
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
