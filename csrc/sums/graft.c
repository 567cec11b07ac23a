/* Nodes of one graph in another. */
#include "sums/sums.h"

#define WANTED (NO_NODE - 1)

static uint32_t operand_count(const symad_node *n) {
  const int arity = op_arity(n->op);
  return arity < 0 ? n->b : (uint32_t)arity;
}

static uint32_t operand_at(const symad_view *v, const symad_node *n, uint32_t k) {
  if (op_is_nary(n->op))
    return v->list[n->a + k];
  return k == 0 ? n->a : k == 1 ? n->b : n->c;
}

static symad_status copy_number(symad_builder *b, const symad_view *v, const symad_node *n, uint32_t *node) {
  const symad_constant *c = &v->constants[n->c];
  const char *text = c->text_length > 0 ? v->names + c->text : NULL;
  symad_status status = builder_number_with_text(b, c->value, text, c->text_length, node);
  if (status == SYMAD_OK && text == NULL && v->errors != NULL && v->errors[n->c] > 0.0) { /* of an old file */
    constant_entry *entry = &ITEMS(constant_entry, b->constants)[ITEMS(symad_node, b->nodes)[*node].c];
    entry->taint = entry->error = v->errors[n->c];
  }
  return status;
}

static symad_status copy_node(symad_builder *b, const symad_view *v, uint32_t i, array *operands, uint32_t *ids) {
  const symad_node *n = &v->nodes[i];
  if (n->op == SYMAD_OP_NUMBER)
    return copy_number(b, v, n, &ids[i]);
  if (n->op == SYMAD_OP_INPUT)
    return SYMAD_ERR_OPERAND;
  const uint32_t count = operand_count(n);
  if (!op_is_nary(n->op))
    return builder_add(b, n->op, count > 0 ? ids[n->a] : 0, count > 0 ? ids[n->b] : 0, count > 2 ? ids[n->c] : 0,
                       &ids[i]);
  symad_status status = array_reserve(&b->memory, operands, count, sizeof(uint32_t));
  for (uint32_t k = 0; k < count && status == SYMAD_OK; k++)
    ITEMS(uint32_t, *operands)[k] = ids[operand_at(v, n, k)];
  return status == SYMAD_OK ? builder_add_list(b, n->op, operands->data, count, &ids[i]) : status;
}

symad_status graft(symad_builder *b, const symad_view *v, const uint32_t *wanted, size_t n, uint32_t *ids) {
  array operands = {NULL, 0, 0};
  symad_status status = SYMAD_OK;
  for (size_t k = 0; k < n; k++)
    if (ids[wanted[k]] == NO_NODE)
      ids[wanted[k]] = WANTED;
  for (uint32_t i = v->n_nodes; i-- > 0;)
    for (uint32_t k = 0; ids[i] == WANTED && k < operand_count(&v->nodes[i]); k++) {
      uint32_t *below = &ids[operand_at(v, &v->nodes[i], k)];
      *below = *below == NO_NODE ? WANTED : *below;
    }
  for (uint32_t i = 0; i < v->n_nodes && status == SYMAD_OK; i++)
    if (ids[i] == WANTED)
      status = copy_node(b, v, i, &operands, ids);
  array_free(&b->memory, &operands, sizeof(uint32_t));
  return status;
}

symad_status graft_tape(symad_builder *b, const symad_tape *tape, const uint32_t *inputs, uint32_t *outputs) {
  const symad_view *v = &tape->view;
  array found = {NULL, 0, 0};
  symad_status status = array_reserve(&b->memory, &found, v->n_nodes, sizeof(uint32_t));
  if (status != SYMAD_OK)
    return status;
  uint32_t *ids = found.data;
  for (uint32_t i = 0; i < v->n_nodes; i++)
    ids[i] = i < v->n_inputs ? inputs[i] : NO_NODE;
  status = graft(b, v, v->outputs, v->n_outputs, ids);
  for (uint32_t k = 0; k < v->n_outputs && status == SYMAD_OK; k++)
    outputs[k] = ids[v->outputs[k]];
  array_free(&b->memory, &found, sizeof(uint32_t));
  return status;
}
