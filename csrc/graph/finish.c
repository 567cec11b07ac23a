/* From builder to tape: keeps what the outputs need, in one canonical order, and back for derivatives. */
#include "graph/cone.h"

#include <string.h>

typedef struct frame {
  uint32_t node;
  uint32_t next; /* operand to visit */
} frame;

/* Everything that moves while a tape is made; freed on every path. */
typedef struct mover {
  symad_builder *b;
  uint32_t *ids; /* old node to new, NO_NODE where not (yet) kept */
  uint32_t *constant_ids;
  array nodes, spans, list, constants, errors, labels, names, stack;
} mover;

static uint32_t operand_count(const symad_node *n) {
  int arity = op_arity(n->op);
  return arity < 0 ? n->b : (uint32_t)arity;
}

static uint32_t operand_at(const symad_builder *b, const symad_node *n, uint32_t i) {
  if (op_is_nary(n->op))
    return ITEMS(uint32_t, b->list)[n->a + i];
  return i == 0 ? n->a : i == 1 ? n->b : n->c;
}

static symad_status move_text(mover *m, uint32_t *text, uint32_t length) {
  uint32_t place = (uint32_t)m->names.count;
  symad_status status = array_reserve(&m->b->memory, &m->names, length, 1);
  if (status == SYMAD_OK && length > 0)
    status = array_append(&m->b->memory, &m->names, ITEMS(char, m->b->names) + *text, length, 1);
  *text = place;
  return status;
}

static symad_status move_constant(mover *m, uint32_t *index) {
  if (m->constant_ids[*index] == NO_NODE) {
    symad_constant c = ITEMS(constant_entry, m->b->constants)[*index].c;
    symad_status status = move_text(m, &c.text, c.text_length);
    if (status == SYMAD_OK)
      status = array_append(&m->b->memory, &m->errors, &ITEMS(constant_entry, m->b->constants)[*index].error, 1,
                            sizeof(double));
    if (status == SYMAD_OK)
      status = array_append(&m->b->memory, &m->constants, &c, 1, sizeof c);
    if (status != SYMAD_OK)
      return status;
    m->constant_ids[*index] = (uint32_t)(m->constants.count - 1);
  }
  *index = m->constant_ids[*index];
  return SYMAD_OK;
}

static symad_status move_list(mover *m, symad_node *n) {
  uint32_t first = (uint32_t)m->list.count;
  symad_status status = array_reserve(&m->b->memory, &m->list, n->b, sizeof(uint32_t));
  for (uint32_t i = 0; i < n->b && status == SYMAD_OK; i++) {
    uint32_t operand = m->ids[ITEMS(uint32_t, m->b->list)[n->a + i]];
    status = array_append(&m->b->memory, &m->list, &operand, 1, sizeof operand);
  }
  n->a = first;
  return status;
}

/* Moves one node whose operands have moved. */
static symad_status move_node(mover *m, uint32_t old) {
  symad_node n = ITEMS(symad_node, m->b->nodes)[old];
  symad_status status = SYMAD_OK;
  int arity = op_arity(n.op);
  n.flags &= SYMAD_NODE_ACTIVE | SYMAD_NODE_OPEN;
  if (arity == -1) {
    status = move_list(m, &n);
  } else if (arity > 0) {
    n.a = m->ids[n.a];
    n.b = m->ids[n.b];
    if (arity == 3)
      n.c = m->ids[n.c];
  }
  if (status == SYMAD_OK && n.run == SYMAD_OP_NUMBER)
    status = move_constant(m, &n.c);
  if (status == SYMAD_OK)
    node_mark_active(m->nodes.data, m->list.data, &n);
  if (status == SYMAD_OK && m->b->keep_spans)
    status = array_append(&m->b->memory, &m->spans, &ITEMS(symad_span, m->b->spans)[old], 1, sizeof(symad_span));
  if (status == SYMAD_OK)
    status = array_append(&m->b->memory, &m->nodes, &n, 1, sizeof n);
  m->ids[old] = (uint32_t)(m->nodes.count - 1);
  return status;
}

static symad_status visit(mover *m, uint32_t root) {
  const symad_builder *b = m->b;
  frame first = {root, 0};
  symad_status status = SYMAD_OK;
  if (m->ids[root] == NO_NODE)
    status = array_append(&b->memory, &m->stack, &first, 1, sizeof first);
  while (status == SYMAD_OK && m->stack.count > 0) {
    frame *top = &ITEMS(frame, m->stack)[m->stack.count - 1];
    const symad_node *n = &ITEMS(symad_node, b->nodes)[top->node];
    if (top->next < operand_count(n)) {
      frame below = {operand_at(b, n, top->next++), 0};
      if (m->ids[below.node] == NO_NODE)
        status = array_append(&b->memory, &m->stack, &below, 1, sizeof below);
      continue;
    }
    uint32_t node = top->node;
    m->stack.count--;
    if (m->ids[node] == NO_NODE)
      status = move_node(m, node);
  }
  return status;
}

static symad_status move_labels(mover *m, const array *labels) {
  for (size_t i = 0; i < labels->count; i++) {
    symad_label label = ITEMS(symad_label, *labels)[i];
    if (m->ids[label.node] == NO_NODE)
      continue;
    label.node = m->ids[label.node];
    symad_status status = move_text(m, &label.text, label.text_length);
    if (status == SYMAD_OK)
      status = array_append(&m->b->memory, &m->labels, &label, 1, sizeof label);
    if (status != SYMAD_OK)
      return status;
  }
  return SYMAD_OK;
}

static symad_status move_all(mover *m) {
  symad_builder *b = m->b;
  size_t n = b->nodes.count;
  m->ids = memory_resize(&b->memory, NULL, 0, n * sizeof *m->ids);
  m->constant_ids = memory_resize(&b->memory, NULL, 0, (b->constants.count + 1) * sizeof *m->constant_ids);
  if (m->ids == NULL || m->constant_ids == NULL)
    return SYMAD_ERR_MEMORY;
  memset(m->ids, 0xff, n * sizeof *m->ids);
  memset(m->constant_ids, 0xff, (b->constants.count + 1) * sizeof *m->constant_ids);
  symad_status status = SYMAD_OK;
  for (size_t i = 0; i < b->inputs.count && status == SYMAD_OK; i++)
    status = move_node(m, ITEMS(symad_label, b->inputs)[i].node);
  for (size_t i = 0; i < b->outputs.count && status == SYMAD_OK; i++) {
    status = visit(m, ITEMS(uint32_t, b->outputs)[i]);
    uint32_t output = m->ids[ITEMS(uint32_t, b->outputs)[i]];
    ITEMS(uint32_t, b->outputs)[i] = output;
    if (output < b->inputs.count)
      ITEMS(symad_node, m->nodes)[output].flags |= SYMAD_NODE_USED;
  }
  if (status == SYMAD_OK)
    status = move_labels(m, &b->inputs);
  return status == SYMAD_OK ? move_labels(m, &b->labels) : status;
}

/* The builder's content becomes the tape's. */
static void hand_over(symad_tape *t, mover *m) {
  symad_builder *b = m->b;
  memset(t, 0, sizeof *t);
  t->memory = b->memory;
  t->minor = SYMAD_FORMAT_MINOR;
  t->nodes = m->nodes;
  t->spans = m->spans;
  t->list = m->list;
  t->constants = m->constants;
  t->errors = m->errors;
  t->labels = m->labels;
  t->names = m->names;
  t->outputs = b->outputs;
  t->source = b->source;
  memset(&b->outputs, 0, sizeof b->outputs);
  memset(&b->source, 0, sizeof b->source);
  tape_seal(t, (uint32_t)b->inputs.count, b->n_typed);
}

symad_status builder_finish(symad_builder *b, symad_tape **tape) {
  if (b->outputs.count == 0 || b->outputs.count > MAX_NODES)
    return SYMAD_ERR_OUTPUTS;
  mover m;
  memset(&m, 0, sizeof m);
  m.b = b;
  symad_tape *t = memory_resize(&b->memory, NULL, 0, sizeof *t);
  symad_status status = t == NULL ? SYMAD_ERR_MEMORY : move_all(&m);
  if (m.ids != NULL)
    (void)memory_resize(&b->memory, m.ids, b->nodes.count * sizeof *m.ids, 0);
  if (m.constant_ids != NULL)
    (void)memory_resize(&b->memory, m.constant_ids, (b->constants.count + 1) * sizeof *m.constant_ids, 0);
  array_free(&b->memory, &m.stack, sizeof(frame));
  if (status == SYMAD_OK) {
    hand_over(t, &m);
    *tape = t;
  } else {
    array_free(&b->memory, &m.nodes, sizeof(symad_node));
    array_free(&b->memory, &m.spans, sizeof(symad_span));
    array_free(&b->memory, &m.list, sizeof(uint32_t));
    array_free(&b->memory, &m.constants, sizeof(symad_constant));
    array_free(&b->memory, &m.errors, sizeof(double));
    array_free(&b->memory, &m.labels, sizeof(symad_label));
    array_free(&b->memory, &m.names, 1);
    (void)memory_resize(&b->memory, t, sizeof *t, 0);
  }
  builder_clear(b);
  return status;
}

symad_status symad_builder_finish(symad_builder *builder, symad_tape **tape) {
  uint32_t twice;
  symad_status status =
      names_check_distinct(&builder->memory, builder->names.data, builder->inputs.data, builder->inputs.count, &twice);
  return status == SYMAD_OK ? builder_finish(builder, tape) : status;
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

/* A node of a tape again as a builder's node. Nodes of a tape are distinct, so each gets the id it had; in a loaded one
 * they may not be. */
static symad_status copy_node(symad_builder *b, const symad_view *v, uint32_t i) {
  const symad_node *n = &v->nodes[i];
  uint32_t node = i;
  symad_status status;
  if (n->op == SYMAD_OP_NUMBER) {
    status = copy_number(b, v, n, &node);
  } else if (n->op == SYMAD_OP_INPUT) {
    const symad_label *label = &v->labels[n->a];
    status = symad_builder_input(b, v->names + label->text, label->text_length, &node);
  } else if (op_is_nary(n->op)) {
    status = builder_add_list(b, n->op, v->list + n->a, n->b, &node);
  } else {
    status = builder_add(b, n->op, n->a, n->b, n->c, &node);
  }
  return status == SYMAD_OK && node != i ? SYMAD_ERR_VERIFY : status;
}

symad_status builder_from_tape(const symad_tape *tape, const symad_limits *limits, symad_builder **builder) {
  symad_builder *b;
  symad_status status = symad_builder_new(&tape->memory.allocator, &b);
  if (status != SYMAD_OK)
    return status;
  b->limits.variables = MAX_NODES;
  b->limit_nodes = limits != NULL ? limits->nodes : MAX_NODES;
  for (uint32_t i = 0; i < tape->view.n_nodes && status == SYMAD_OK; i++)
    status = copy_node(b, &tape->view, i);
  for (uint32_t i = tape->view.n_inputs; i < tape->view.n_labels && status == SYMAD_OK; i++) {
    const symad_label *label = &tape->view.labels[i];
    status = builder_label(b, label->node, tape->view.names + label->text, label->text_length);
  }
  if (status != SYMAD_OK) {
    symad_builder_free(b);
    return status;
  }
  *builder = b;
  return SYMAD_OK;
}

symad_status symad_tape_select(const symad_tape *tape, const uint32_t *which, size_t n, symad_tape **selected) {
  symad_builder *b;
  for (size_t i = 0; i < n; i++)
    if (which[i] >= tape->view.n_outputs)
      return SYMAD_ERR_OUTPUTS;
  symad_status status = builder_from_tape(tape, NULL, &b);
  if (status != SYMAD_OK)
    return status;
  for (size_t i = 0; i < n && status == SYMAD_OK; i++)
    status = symad_builder_output(b, tape->view.outputs[which[i]]);
  if (status == SYMAD_OK)
    status = symad_builder_finish(b, selected);
  symad_builder_free(b);
  return status;
}

/* ---- a tape within another builder ---- */

/* What stands for each node of the appended tape, and whether it is something else than it was: an operation on it is
 * then typed anew (a power by what is a number now), and else copied as it stands. */
typedef struct appended {
  uint32_t node;
  uint32_t is_other;
} appended;

static symad_status append_operation(symad_builder *b, const symad_view *v, const symad_node *n, appended *nodes,
                                     array *operands, appended *made) {
  const int arity = op_arity(n->op);
  const uint32_t count = operand_count(n), own[3] = {n->a, n->b, n->c};
  symad_status status = array_reserve(&b->memory, operands, count, sizeof(uint32_t));
  if (status != SYMAD_OK)
    return status;
  uint32_t *x = ITEMS(uint32_t, *operands), none = 0;
  for (uint32_t k = 0; k < count; k++) {
    const appended *operand = &nodes[arity < 0 ? v->list[n->a + k] : own[k]];
    x[k] = operand->node;
    made->is_other |= operand->is_other;
  }
  if (made->is_other)
    return symad_builder_op(b, n->op, x, count, &made->node);
  if (arity < 0)
    return builder_add_list(b, n->op, x, count, &made->node);
  return builder_add(b, n->op, count > 0 ? x[0] : none, count > 1 ? x[1] : none, count > 2 ? x[2] : none, &made->node);
}

/* What stands for an input: something else than an input of its own is what operations are typed anew for. */
static symad_status append_input(const symad_builder *b, uint64_t *taken, appended *made) {
  if (made->node >= b->nodes.count)
    return SYMAD_ERR_OPERAND;
  if (builder_is_condition(b, made->node))
    return SYMAD_ERR_TYPE;
  made->is_other = ITEMS(symad_node, b->nodes)[made->node].op != SYMAD_OP_INPUT ||
                   (taken[made->node / 64] >> made->node % 64 & 1) != 0;
  cone_add(taken, made->node);
  return SYMAD_OK;
}

static symad_status append_nodes(symad_builder *b, const symad_view *v, const uint32_t *inputs, uint64_t *taken,
                                 appended *nodes) {
  array operands = {NULL, 0, 0};
  symad_status status = SYMAD_OK;
  for (uint32_t i = 0; i < v->n_nodes && status == SYMAD_OK; i++) {
    const symad_node *n = &v->nodes[i];
    appended made = {i < v->n_inputs ? inputs[i] : 0, 0};
    if (i < v->n_inputs)
      status = append_input(b, taken, &made);
    else if (n->op == SYMAD_OP_NUMBER)
      status = copy_number(b, v, n, &made.node);
    else
      status = append_operation(b, v, n, nodes, &operands, &made);
    nodes[i] = made;
  }
  array_free(&b->memory, &operands, sizeof(uint32_t));
  return status;
}

symad_status symad_builder_append(symad_builder *builder, const symad_tape *tape, const uint32_t *inputs,
                                  uint32_t *outputs) {
  const memory *m = &builder->memory;
  const symad_view *v = &tape->view;
  const size_t words = builder->nodes.count / 64 + 1;
  array found = {NULL, 0, 0}, taken = {NULL, 0, 0};
  symad_status status = array_reserve(m, &found, v->n_nodes, sizeof(appended));
  if (status == SYMAD_OK)
    status = array_reserve(m, &taken, words, sizeof(uint64_t));
  if (status == SYMAD_OK) {
    memset(taken.data, 0, words * sizeof(uint64_t));
    status = append_nodes(builder, v, inputs, taken.data, found.data);
  }
  for (uint32_t k = 0; k < v->n_outputs && status == SYMAD_OK; k++)
    outputs[k] = ITEMS(appended, found)[v->outputs[k]].node;
  array_free(m, &found, sizeof(appended));
  array_free(m, &taken, sizeof(uint64_t));
  return status;
}
