/* The finished tape: what it shows, its rules, equality and end. */
#include "internal.h"

#include <string.h>

void symad_tape_view(const symad_tape *tape, symad_view *view) {
  *view = tape->view;
}

void symad_tape_free(symad_tape *tape) {
  if (tape == NULL)
    return;
  memory m = tape->memory;
  array_free(&m, &tape->nodes, sizeof(symad_node));
  array_free(&m, &tape->spans, sizeof(symad_span));
  array_free(&m, &tape->list, sizeof(uint32_t));
  array_free(&m, &tape->constants, sizeof(symad_constant));
  array_free(&m, &tape->outputs, sizeof(uint32_t));
  array_free(&m, &tape->labels, sizeof(symad_label));
  array_free(&m, &tape->names, 1);
  (void)memory_resize(&m, tape, sizeof *tape, 0);
}

/* ---- rules ---- */

static const char *check_operand(const symad_view *v, uint32_t node, uint32_t operand, int condition) {
  if (operand >= node)
    return "an operand does not come before its user";
  if (op_is_condition(v->nodes[operand].op) != condition)
    return "a condition stands where a number is needed, or a number where a condition is needed";
  return NULL;
}

static const char *check_list(const symad_view *v, uint32_t node, const symad_node *n) {
  if (n->b < (n->op == SYMAD_OP_NORM ? 1u : 2u) || n->a > v->n_list || n->b > v->n_list - n->a)
    return "an operand list lies outside the tape";
  for (uint32_t i = 0; i < n->b; i++) {
    const char *why = check_operand(v, node, v->list[n->a + i], 0);
    if (why != NULL)
      return why;
  }
  return NULL;
}

static const char *check_node(const symad_view *v, uint32_t i) {
  const symad_node *n = &v->nodes[i];
  int arity = op_arity(n->op);
  int logical = n->op == SYMAD_OP_AND || n->op == SYMAD_OP_OR || n->op == SYMAD_OP_NOT;
  if (arity == -2 || n->op == SYMAD_OP_PARAMETER)
    return "an operation number has no row";
  if ((n->op == SYMAD_OP_INPUT) != (i < v->n_inputs) || (n->op == SYMAD_OP_INPUT && n->a != i))
    return "the inputs are not the first nodes, in order";
  if (n->run != n->op && n->run != SYMAD_OP_NUMBER)
    return "a node is executed as another operation";
  if (n->run == SYMAD_OP_NUMBER && n->c >= v->n_constants)
    return "a constant lies outside the tape";
  if (arity == -1)
    return check_list(v, i, n);
  const char *why = NULL;
  if (arity > 0)
    why = check_operand(v, i, n->a, logical || n->op == SYMAD_OP_SELECT);
  if (why == NULL && arity > 0)
    why = check_operand(v, i, n->b, logical);
  if (why == NULL && arity > 2)
    why = check_operand(v, i, n->c, 0);
  return why;
}

static const char *check_tables(const symad_view *v) {
  for (uint32_t i = 0; i < v->n_constants; i++)
    if (v->constants[i].text > v->n_names || v->constants[i].text_length > v->n_names - v->constants[i].text)
      return "the text of a constant lies outside the tape";
  for (uint32_t i = 0; i < v->n_labels; i++)
    if (v->labels[i].node >= v->n_nodes || v->labels[i].text > v->n_names ||
        v->labels[i].text_length > v->n_names - v->labels[i].text)
      return "a name lies outside the tape";
  if (v->n_labels < v->n_inputs)
    return "an input has no name";
  for (uint32_t i = 0; i < v->n_outputs; i++)
    if (v->outputs[i] >= v->n_nodes || op_is_condition(v->nodes[v->outputs[i]].op))
      return "an output is not a number of this tape";
  return v->n_outputs == 0 ? "a tape needs an output" : NULL;
}

symad_status symad_tape_verify(const symad_tape *tape, symad_detail *detail) {
  const symad_view *v = &tape->view;
  uint32_t node = 0;
  const char *why = NULL;
  while (node < v->n_nodes && (why = check_node(v, node)) == NULL)
    node++;
  if (why == NULL)
    why = check_tables(v);
  if (why == NULL)
    return SYMAD_OK;
  if (detail != NULL) {
    memset(detail, 0, sizeof *detail);
    detail->status = SYMAD_ERR_VERIFY;
    detail->node = node;
    detail->message = why;
  }
  return SYMAD_ERR_VERIFY;
}

/* ---- equality ---- */

static int same_text(const symad_view *x, uint32_t x_text, uint32_t x_length, const symad_view *y, uint32_t y_text,
                     uint32_t y_length) {
  return x_length == y_length && (x_length == 0 || memcmp(x->names + x_text, y->names + y_text, x_length) == 0);
}

static int same_block(const void *x, const void *y, size_t bytes) {
  return bytes == 0 || memcmp(x, y, bytes) == 0;
}

int symad_tape_equal(const symad_tape *left, const symad_tape *right) {
  const symad_view *x = &left->view, *y = &right->view;
  if (x->n_nodes != y->n_nodes || x->n_inputs != y->n_inputs || x->n_outputs != y->n_outputs ||
      x->n_constants != y->n_constants || x->n_list != y->n_list)
    return 0;
  if (!same_block(x->nodes, y->nodes, x->n_nodes * sizeof *x->nodes) ||
      !same_block(x->list, y->list, x->n_list * sizeof *x->list) ||
      !same_block(x->outputs, y->outputs, x->n_outputs * sizeof *x->outputs))
    return 0;
  for (uint32_t i = 0; i < x->n_constants; i++) {
    const symad_constant *c = &x->constants[i], *d = &y->constants[i];
    if (!same_block(&c->value, &d->value, sizeof c->value) ||
        !same_text(x, c->text, c->text_length, y, d->text, d->text_length))
      return 0;
  }
  for (uint32_t i = 0; i < x->n_inputs; i++)
    if (!same_text(x, x->labels[i].text, x->labels[i].text_length, y, y->labels[i].text, y->labels[i].text_length))
      return 0;
  return 1;
}

static uint64_t hash_block(uint64_t h, const void *data, size_t bytes) {
  const unsigned char *p = data;
  for (size_t i = 0; i < bytes; i++)
    h = (h ^ p[i]) * 0x100000001b3u;
  return h;
}

uint64_t symad_tape_hash(const symad_tape *tape) {
  const symad_view *v = &tape->view;
  uint64_t h = 0xcbf29ce484222325u;
  h = hash_block(h, v->nodes, v->n_nodes * sizeof *v->nodes);
  h = hash_block(h, v->list, v->n_list * sizeof *v->list);
  h = hash_block(h, v->outputs, v->n_outputs * sizeof *v->outputs);
  for (uint32_t i = 0; i < v->n_constants; i++)
    h = hash_block(h, &v->constants[i].value, sizeof v->constants[i].value);
  for (uint32_t i = 0; i < v->n_inputs; i++)
    h = hash_block(h, v->names + v->labels[i].text, v->labels[i].text_length);
  return h;
}
