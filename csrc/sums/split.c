/* Where a row's formula is cut: what parameters alone decide is computed before the rows. */
#include "sums/sums.h"

#include <string.h>

#define MORE_PER_PARAMETER 4u /* a boundary larger than this is not worth an adjoint and a sum a value */
#define MORE 1024u

enum { OF_DATA = 1, NEEDED = 2, ON_BOUNDARY = 4 };

static uint32_t operand_count(const symad_node *n) {
  const int arity = n->run == SYMAD_OP_NUMBER ? 0 : op_arity(n->op);
  return arity < 0 ? n->b : (uint32_t)arity;
}

static uint32_t operand_at(const symad_view *v, const symad_node *n, uint32_t k) {
  if (op_is_nary(n->op))
    return v->list[n->a + k];
  return k == 0 ? n->a : k == 1 ? n->b : n->c;
}

/* Rows need the node: a number stays with them, and so does a condition, which is no value that can be handed over. */
static void need(const symad_view *v, uint8_t *marks, uint32_t i) {
  const symad_node *n = &v->nodes[i];
  const int is_value = n->op == SYMAD_OP_INPUT || operand_count(n) > 0;
  marks[i] |= !(marks[i] & OF_DATA) && is_value && !op_is_condition(n->op) ? ON_BOUNDARY : NEEDED;
}

static void mark(const symad_view *v, uint32_t n_parameters, unsigned how, uint8_t *marks) {
  for (uint32_t i = 0; i < v->n_nodes; i++) {
    const symad_node *n = &v->nodes[i];
    marks[i] = i < v->n_inputs && i >= n_parameters ? OF_DATA : 0;
    for (uint32_t k = 0; k < operand_count(n); k++)
      marks[i] |= marks[operand_at(v, n, k)] & OF_DATA;
  }
  for (uint32_t k = 0; k < v->n_outputs; k++)
    if (how & SPLIT_KEEP || marks[v->outputs[k]] & OF_DATA)
      need(v, marks, v->outputs[k]);
  for (uint32_t i = v->n_nodes; i-- > 0;)
    for (uint32_t k = 0; marks[i] & NEEDED && k < operand_count(&v->nodes[i]); k++)
      need(v, marks, operand_at(v, &v->nodes[i], k));
}

static symad_status list_boundary(const memory *m, const symad_view *v, uint32_t n_parameters, unsigned how,
                                  const uint8_t *marks, split *s) {
  size_t count = 0;
  symad_status status = SYMAD_OK;
  for (uint32_t i = 0; i < v->n_nodes; i++)
    count += (marks[i] & ON_BOUNDARY) != 0;
  const int plain =
      (how & SPLIT_PLAIN) != 0 || (how & SPLIT_BOUND && count > MORE_PER_PARAMETER * (size_t)n_parameters + MORE);
  for (uint32_t i = 0; i < v->n_nodes && status == SYMAD_OK; i++)
    if (plain ? i < n_parameters : (marks[i] & ON_BOUNDARY) != 0)
      status = array_append(m, &s->boundary, &i, 1, sizeof i);
  for (uint32_t k = 0; k < v->n_outputs && status == SYMAD_OK; k++) {
    const uint8_t fixed = !(marks[v->outputs[k]] & OF_DATA);
    status = array_append(m, &s->fixed, &fixed, 1, 1);
  }
  return status;
}

static symad_status copy_input(symad_builder *b, const symad_view *v, uint32_t i, uint32_t *node) {
  return symad_builder_input(b, v->names + v->labels[i].text, v->labels[i].text_length, node);
}

/* The builder is empty afterwards. */
static symad_status finish_split(symad_builder *b, symad_tape **tape) {
  if (b->outputs.count > 0)
    return builder_finish(b, tape);
  builder_clear(b);
  return SYMAD_OK;
}

static symad_status make_outer(const symad_view *v, uint32_t n_parameters, symad_builder *b, uint32_t *ids, split *s) {
  const uint32_t *boundary = s->boundary.data;
  symad_status status = SYMAD_OK;
  memset(ids, 0xff, v->n_nodes * sizeof *ids);
  for (uint32_t i = 0; i < n_parameters && status == SYMAD_OK; i++)
    status = copy_input(b, v, i, &ids[i]);
  if (status == SYMAD_OK)
    status = graft(b, v, boundary, s->boundary.count, ids);
  for (size_t k = 0; k < s->boundary.count && status == SYMAD_OK; k++)
    status = symad_builder_output(b, ids[boundary[k]]);
  return status == SYMAD_OK ? finish_split(b, &s->outer) : status;
}

static symad_status make_inner(const symad_view *v, uint32_t n_parameters, unsigned how, symad_builder *b,
                               uint32_t *ids, split *s) {
  const uint32_t *boundary = s->boundary.data;
  const uint8_t *fixed = s->fixed.data;
  symad_status status = SYMAD_OK;
  memset(ids, 0xff, v->n_nodes * sizeof *ids);
  for (size_t k = 0; k < s->boundary.count && status == SYMAD_OK; k++)
    status = boundary[k] < v->n_inputs ? copy_input(b, v, boundary[k], &ids[boundary[k]])
                                       : symad_builder_input(b, "p", 1, &ids[boundary[k]]);
  for (uint32_t i = n_parameters; i < v->n_inputs && status == SYMAD_OK; i++)
    status = copy_input(b, v, i, &ids[i]);
  array wanted = {NULL, 0, 0};
  for (uint32_t k = 0; k < v->n_outputs && status == SYMAD_OK; k++)
    if (!fixed[k] || how & SPLIT_KEEP)
      status = array_append(&b->memory, &wanted, &v->outputs[k], 1, sizeof(uint32_t));
  if (status == SYMAD_OK)
    status = graft(b, v, wanted.data, wanted.count, ids);
  for (size_t k = 0; k < wanted.count && status == SYMAD_OK; k++)
    status = symad_builder_output(b, ids[ITEMS(uint32_t, wanted)[k]]);
  array_free(&b->memory, &wanted, sizeof(uint32_t));
  return status == SYMAD_OK ? finish_split(b, &s->inner) : status;
}

symad_status split_tape(const symad_tape *tape, uint32_t n_parameters, unsigned how, split *s) {
  const symad_view *v = &tape->view;
  const memory *m = &tape->memory;
  array marks = {NULL, 0, 0}, ids = {NULL, 0, 0};
  symad_builder *b = NULL;
  symad_status status = symad_builder_new(&m->allocator, &b);
  if (status == SYMAD_OK) {
    b->limits.variables = MAX_NODES;
    status = array_reserve(m, &marks, v->n_nodes, 1);
  }
  if (status == SYMAD_OK)
    status = array_reserve(m, &ids, v->n_nodes, sizeof(uint32_t));
  if (status == SYMAD_OK) {
    mark(v, n_parameters, how, marks.data);
    status = list_boundary(m, v, n_parameters, how, marks.data, s);
  }
  if (status == SYMAD_OK)
    status = make_outer(v, n_parameters, b, ids.data, s);
  if (status == SYMAD_OK)
    status = make_inner(v, n_parameters, how, b, ids.data, s);
  array_free(m, &marks, 1);
  array_free(m, &ids, sizeof(uint32_t));
  symad_builder_free(b);
  return status;
}

void split_free(const memory *m, split *s) {
  symad_tape_free(s->outer);
  symad_tape_free(s->inner);
  array_free(m, &s->boundary, sizeof(uint32_t));
  array_free(m, &s->fixed, 1);
}
