/* The finished tape: what it shows, its rules, equality and end. */
#include "base/internal.h"
#include "text/lex.h"

#include <math.h>
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
  array_free(&m, &tape->errors, sizeof(double));
  array_free(&m, &tape->outputs, sizeof(uint32_t));
  array_free(&m, &tape->labels, sizeof(symad_label));
  array_free(&m, &tape->names, 1);
  array_free(&m, &tape->source, 1);
  (void)memory_resize(&m, tape, sizeof *tape, 0);
}

/* Gives back the room behind the last item; keeps the larger block where the allocator refuses. */
static void *fit(const memory *m, array *a, size_t size) {
  void *data = a->count == a->capacity ? NULL : memory_resize(m, a->data, a->capacity * size, a->count * size);
  if (data != NULL || a->count == 0) {
    a->data = data;
    a->capacity = a->count;
  }
  return a->data;
}

/* Whether some operand may get no adjoint at all; those of a SHARE, which is flat, never do. */
static int has_branches(const symad_view *v) {
  for (uint32_t i = 0; i < v->n_nodes; i++) {
    if (op_cost(v->nodes[i].op) == SYMAD_COST_SELECT)
      return 1;
  }
  return 0;
}

static int any_above_zero(const array *errors) {
  for (size_t i = 0; i < errors->count; i++)
    if (ITEMS(double, *errors)[i] > 0.0)
      return 1;
  return 0;
}

void tape_seal(symad_tape *t, uint32_t n_inputs, uint64_t n_typed) {
  const memory *m = &t->memory;
  symad_view *v = &t->view;
  v->nodes = fit(m, &t->nodes, sizeof(symad_node));
  v->outputs = fit(m, &t->outputs, sizeof(uint32_t));
  v->list = fit(m, &t->list, sizeof(uint32_t));
  v->constants = fit(m, &t->constants, sizeof(symad_constant));
  if (!any_above_zero(&t->errors))
    array_free(m, &t->errors, sizeof(double));
  v->errors = fit(m, &t->errors, sizeof(double));
  v->labels = fit(m, &t->labels, sizeof(symad_label));
  v->spans = fit(m, &t->spans, sizeof(symad_span));
  v->names = fit(m, &t->names, 1);
  v->source = fit(m, &t->source, 1);
  v->n_nodes = (uint32_t)t->nodes.count;
  v->n_inputs = n_inputs;
  v->n_outputs = (uint32_t)t->outputs.count;
  v->n_constants = (uint32_t)t->constants.count;
  v->n_list = (uint32_t)t->list.count;
  v->n_labels = (uint32_t)t->labels.count;
  v->n_names = t->names.count;
  v->n_source = t->source.count;
  v->n_typed = n_typed;
  v->has_branches = (uint32_t)has_branches(v);
  v->n_bytes = sizeof *t + t->nodes.capacity * sizeof(symad_node) + t->outputs.capacity * sizeof(uint32_t) +
               t->constants.capacity * sizeof(symad_constant) + t->errors.capacity * sizeof(double) +
               t->list.capacity * sizeof(uint32_t) + t->labels.capacity * sizeof(symad_label) +
               t->spans.capacity * sizeof(symad_span) + t->names.capacity;
}

/* ---- flags ---- */

/* A condition and a share are constant wherever they have a slope. */
uint16_t node_inherits(const symad_node *nodes, const uint32_t *operands, const symad_node *n) {
  int arity = op_arity(n->op);
  if (arity == 0 || op_is_condition(n->op))
    return n->op == SYMAD_OP_INPUT ? SYMAD_NODE_ACTIVE : n->op == SYMAD_OP_NAN_VALUE ? SYMAD_NODE_OPEN : 0;
  unsigned any = 0;
  if (arity > 0)
    any = nodes[n->op == SYMAD_OP_SELECT ? n->c : n->a].flags | nodes[n->b].flags;
  for (uint32_t i = 0; arity < 0 && i < n->b; i++)
    any |= nodes[operands[i]].flags;
  return (uint16_t)(any & (n->op == SYMAD_OP_SHARE ? SYMAD_NODE_OPEN : SYMAD_NODE_ACTIVE | SYMAD_NODE_OPEN));
}

/* Names the operands that an adjoint flows to; an input that receives one is USED. */
void node_mark_active(symad_node *nodes, const uint32_t *list, symad_node *n) {
  static const uint16_t bits[3] = {SYMAD_NODE_ACTIVE_A, SYMAD_NODE_ACTIVE_B, SYMAD_NODE_ACTIVE_C};
  if (!(n->flags & SYMAD_NODE_ACTIVE))
    return;
  int arity = op_arity(n->op);
  uint32_t count = arity < 0 ? n->b : (uint32_t)arity;
  for (uint32_t i = n->op == SYMAD_OP_SELECT; i < count; i++) {
    symad_node *operand = &nodes[arity < 0 ? list[n->a + i] : i == 0 ? n->a : i == 1 ? n->b : n->c];
    if (!(operand->flags & SYMAD_NODE_ACTIVE))
      continue;
    if (arity > 0)
      n->flags |= bits[i];
    if (operand->op == SYMAD_OP_INPUT)
      operand->flags |= SYMAD_NODE_USED;
  }
}

/* ---- rules ---- */

static int broken(fault *f, tape_part part, uint32_t index, const char *why) {
  f->why = why;
  f->part = part;
  f->index = index;
  f->operand = NO_NODE;
  return 0;
}

static int check_operand(const symad_view *v, uint32_t node, uint32_t place, uint32_t operand, int condition,
                         fault *f) {
  if (operand < node && op_shapes[v->nodes[operand].op].is_condition == condition)
    return 1;
  (void)broken(f, PART_NODES, node,
               operand >= node
                   ? "an operand does not come before its user"
                   : "a condition stands where a number is needed, or a number where a condition is needed");
  f->operand = place;
  return 0;
}

static int check_list(const symad_view *v, uint32_t node, const symad_node *n, fault *f) {
  if (n->b < (op_shapes[n->op].alone == ALONE_NODE ? 1u : 2u))
    return broken(f, PART_NODES, node, "an operation has too few operands");
  if (n->a > v->n_list || n->b > v->n_list - n->a)
    return broken(f, PART_NODES, node, "an operand list lies outside the tape");
  for (uint32_t i = 0; i < n->b; i++)
    if (!check_operand(v, node, i, v->list[n->a + i], 0, f))
      return 0;
  return 1;
}

int node_is_exponent(uint32_t run, const double *value) {
  return run == SYMAD_OP_NUMBER && fabs(*value) <= 0x1p53 && *value == floor(*value);
}

static int check_exponent(const symad_view *v, uint32_t node, const symad_node *n, fault *f) {
  const symad_node *exponent = &v->nodes[n->b];
  if (node_is_exponent(exponent->run, exponent->run == SYMAD_OP_NUMBER ? &v->constants[exponent->c].value : NULL))
    return 1;
  (void)broken(f, PART_NODES, node, "the exponent of an integer power is no exact integer");
  f->operand = 1;
  return 0;
}

static int check_leaf(const symad_view *v, uint32_t node, const symad_node *n, fault *f) {
  if (n->op == SYMAD_OP_PARAMETER)
    return broken(f, PART_NODES, node, "an operation number has no row");
  if ((n->op == SYMAD_OP_INPUT) != (node < v->n_inputs) || (n->op == SYMAD_OP_INPUT && n->a != node))
    return broken(f, PART_NODES, node, "the inputs are not the first nodes, in order");
  if (n->op == SYMAD_OP_NUMBER && !(v->constants[n->c].value >= 0.0 && !signbit(v->constants[n->c].value)))
    return broken(f, PART_NODES, node, "a constant is negative or nan");
  return 1;
}

/* Which operand of up to three it is. */
static int blame_operand(const symad_view *v, uint32_t node, const symad_node *n, op_shape shape, fault *f) {
  const uint32_t operands[3] = {n->a, n->b, n->c};
  for (uint32_t k = 0; k < (uint32_t)shape.arity; k++)
    if (!check_operand(v, node, k, operands[k], shape.wants >> k & 1, f))
      return 0;
  return broken(f, PART_NODES, node, "an operation of one operand has a second one");
}

/* Operands are looked at once they are known to be earlier. */
static inline int check_node(const symad_view *v, uint32_t i, fault *f) {
  const symad_node *nodes = v->nodes, *n = &nodes[i];
  op_shape shape = op_shapes[n->op];
  if (!shape.is_row)
    return broken(f, PART_NODES, i, "an operation number has no row");
  if (n->run != n->op && (n->run != SYMAD_OP_NUMBER || shape.arity <= 0))
    return broken(f, PART_NODES, i, "a node is executed as another operation");
  if (n->run == SYMAD_OP_NUMBER && n->c >= v->n_constants)
    return broken(f, PART_NODES, i, "a constant lies outside the tape");
  if (shape.arity == 0 || i < v->n_inputs)
    return check_leaf(v, i, n, f);
  if (shape.arity < 0)
    return check_list(v, i, n, f);
  uint32_t third = shape.arity > 2 ? n->c : 0;
  if ((n->a >= i) | (n->b >= i) | (third >= i))
    return blame_operand(v, i, n, shape, f);
  unsigned found = op_shapes[nodes[n->a].op].is_condition | (unsigned)op_shapes[nodes[n->b].op].is_condition << 1;
  if (shape.arity > 2)
    found |= (unsigned)op_shapes[nodes[third].op].is_condition << 2;
  if ((found != shape.wants) | (shape.arity == 1 && n->b != n->a))
    return blame_operand(v, i, n, shape, f);
  return !op_wants_exponent(n->op) || check_exponent(v, i, n, f);
}

int tape_check_node(const symad_view *v, uint32_t i, fault *f) {
  return check_node(v, i, f);
}

static int text_inside(const symad_view *v, uint32_t text, uint32_t length) {
  return text <= v->n_names && length <= v->n_names - text;
}

/* Text belongs to a literal that its double alone would lose. */
static int check_constant(const symad_view *v, uint32_t i, fault *f) {
  const symad_constant *c = &v->constants[i];
  symad_limits none;
  double nearest;
  if (!text_inside(v, c->text, c->text_length))
    return broken(f, PART_CONSTANTS, i, "the text of a constant lies outside the tape");
  if (c->text_length == 0)
    return 1;
  const char *text = v->names + c->text;
  for (uint32_t k = 0; k < c->text_length; k++)
    if (text[k] < '0' || text[k] > '9')
      return broken(f, PART_CONSTANTS, i, "the text of a constant is no integer");
  none.digits = none.exponent = UINT64_MAX;
  if (text[0] == '0' || c->text_length < 16 || symad_read_number(text, c->text_length, &none, &nearest) != SYMAD_OK ||
      nearest != c->value)
    return broken(f, PART_CONSTANTS, i, "a constant is not the double nearest to its text");
  return 1;
}

static int check_label(const symad_view *v, uint32_t i, fault *f) {
  const symad_label *label = &v->labels[i];
  if (label->node >= v->n_nodes || !text_inside(v, label->text, label->text_length))
    return broken(f, PART_LABELS, i, "a name lies outside the tape");
  if (i < v->n_inputs && label->node != i)
    return broken(f, PART_LABELS, i, "an input has no name");
  if (!lex_is_name(v->names + label->text, label->text_length))
    return broken(f, PART_LABELS, i, "a name is not made of letters, digits and _");
  return 1;
}

/* Whether labels keep their rules, one by one only where all at once do not: tapes hold names by the million, and
 * texts of constants, which lie between them, are digits. */
static int check_labels(const symad_view *v, fault *f) {
  int bad = !lex_is_name_parts(v->names, v->n_names);
  for (uint32_t i = 0; i < v->n_labels && !bad; i++) {
    const symad_label *label = &v->labels[i];
    uint64_t end = (uint64_t)label->text + label->text_length;
    bad = (label->node >= v->n_nodes) | (label->text_length == 0) | (end > v->n_names) ||
          (unsigned)(v->names[label->text] - '0') < 10u;
  }
  for (uint32_t i = 0; i < v->n_inputs && i < v->n_labels; i++)
    bad |= v->labels[i].node != i;
  for (uint32_t i = 0; i < v->n_labels && bad; i++)
    if (!check_label(v, i, f))
      return 0;
  return v->n_labels >= v->n_inputs || broken(f, PART_LABELS, v->n_labels, "an input has no name");
}

static int check_spans(const symad_view *v, fault *f) {
  uint32_t n = v->spans == NULL ? 0 : v->n_nodes,
           last = (uint32_t)(v->n_source > UINT32_MAX ? UINT32_MAX : v->n_source);
  unsigned bad = 0;
  for (uint32_t i = 0; i < n; i++)
    bad |= (unsigned)(v->spans[i].start > v->spans[i].end) | (unsigned)(v->spans[i].end > last);
  for (uint32_t i = 0; i < n && bad; i++)
    if (v->spans[i].start > v->spans[i].end || v->spans[i].end > last)
      return broken(f, PART_SPANS, i, "a span lies outside the source");
  return 1;
}

int tape_check_tables(const symad_view *v, fault *f) {
  for (uint32_t i = 0; i < v->n_constants; i++)
    if (!check_constant(v, i, f))
      return 0;
  if (!check_labels(v, f))
    return 0;
  for (uint32_t i = 0; i < v->n_outputs; i++)
    if (v->outputs[i] >= v->n_nodes || op_is_condition(v->nodes[v->outputs[i]].op))
      return broken(f, PART_OUTPUTS, i, "an output is not a number of this tape");
  if (v->n_outputs == 0)
    return broken(f, PART_OUTPUTS, 0, "a tape needs an output");
  return check_spans(v, f);
}

symad_status symad_tape_verify(const symad_tape *tape, symad_detail *detail) {
  const symad_view *v = &tape->view;
  uint32_t node = 0;
  fault f;
  while (node < v->n_nodes && check_node(v, node, &f))
    node++;
  if (node == v->n_nodes && tape_check_tables(v, &f))
    return SYMAD_OK;
  if (detail != NULL) {
    memset(detail, 0, sizeof *detail);
    detail->status = SYMAD_ERR_VERIFY;
    detail->node = f.part == PART_NODES ? f.index : v->n_nodes;
    detail->message = f.why;
  }
  return SYMAD_ERR_VERIFY;
}

/* ---- names ---- */

/* ERR_DUPLICATE where two of the first n labels have the same name, *twice being the later one. */
symad_status names_check_distinct(const memory *m, const char *names, const symad_label *labels, size_t n,
                                  uint32_t *twice) {
  size_t size = 8;
  while (size / 2 < n)
    size *= 2;
  if (n < 2)
    return SYMAD_OK;
  uint32_t *table = size > SIZE_MAX / sizeof *table ? NULL : memory_resize(m, NULL, 0, size * sizeof *table);
  if (table == NULL)
    return SYMAD_ERR_MEMORY;
  memset(table, 0xff, size * sizeof *table); /* NO_NODE everywhere */
  symad_status status = SYMAD_OK;
  for (uint32_t i = 0; i < n && status == SYMAD_OK; i++) {
    const symad_label *label = &labels[i];
    size_t place = lex_hash_name((uint64_t)(uintptr_t)table, names + label->text, label->text_length) & (size - 1);
    for (; table[place] != NO_NODE; place = (place + 1) & (size - 1)) {
      const symad_label *other = &labels[table[place]];
      if (other->text_length != label->text_length ||
          memcmp(names + other->text, names + label->text, label->text_length) != 0)
        continue;
      *twice = i;
      status = SYMAD_ERR_DUPLICATE;
      break;
    }
    table[place] = i;
  }
  (void)memory_resize(m, table, size * sizeof *table, 0);
  return status;
}

/* Whether no later label gives the same name again, to another node or to the same. */
static int in_force(const symad_view *v, uint32_t i) {
  const symad_label *label = &v->labels[i];
  for (uint32_t k = i + 1; k < v->n_labels; k++)
    if (v->labels[k].text_length == label->text_length &&
        memcmp(v->names + v->labels[k].text, v->names + label->text, label->text_length) == 0)
      return 0;
  return 1;
}

const char *symad_tape_output_name(const symad_tape *tape, uint32_t output, uint32_t *length) {
  const symad_view *v = &tape->view;
  uint32_t node = output < v->n_outputs ? v->outputs[output] : NO_NODE, repeats = NO_NODE;
  *length = 0;
  for (uint32_t i = v->n_source == 0 ? 0 : v->n_labels; i > 0; i--) {
    const symad_label *label = &v->labels[i - 1];
    if (label->node != node || !in_force(v, i - 1))
      continue;
    if (repeats == NO_NODE) { /* the outputs behind this one that are the same node, and have its last names */
      repeats = 0;
      for (uint32_t k = output + 1; k < v->n_outputs; k++)
        repeats += v->outputs[k] == node;
    }
    if (repeats-- > 0)
      continue;
    *length = label->text_length;
    return v->names + label->text;
  }
  return NULL;
}

/* Tables of symad_tape_output_names. */
typedef struct namer {
  const symad_view *v;
  uint32_t *seen; /* labels by the hash of their names, NO_NODE where free */
  size_t size;    /* of `seen`, a power of two */
  uint32_t *last; /* of each node the last label in force that no output has yet; NO_NODE if there is none */
  uint32_t *before;
} namer;

static int is_new_name(const namer *t, uint32_t i) {
  const symad_label *label = &t->v->labels[i];
  const char *text = t->v->names + label->text;
  size_t place = lex_hash_name((uint64_t)(uintptr_t)t->seen, text, label->text_length) & (t->size - 1);
  for (; t->seen[place] != NO_NODE; place = (place + 1) & (t->size - 1)) {
    const symad_label *other = &t->v->labels[t->seen[place]];
    if (other->text_length == label->text_length && memcmp(t->v->names + other->text, text, label->text_length) == 0)
      return 0;
  }
  t->seen[place] = i;
  return 1;
}

static void name_outputs(const namer *t, symad_label *names) {
  const symad_view *v = t->v;
  for (uint32_t i = v->n_labels; i > 0; i--) /* whether it is in force, until it stands in the list of its node */
    t->before[i - 1] = (uint32_t)is_new_name(t, i - 1);
  for (uint32_t i = 0; i < v->n_labels; i++)
    if (t->before[i]) {
      t->before[i] = t->last[v->labels[i].node];
      t->last[v->labels[i].node] = i;
    }
  for (uint32_t k = v->n_outputs; k > 0; k--) {
    const uint32_t node = v->outputs[k - 1], label = t->last[node];
    names[k - 1] = label == NO_NODE ? (symad_label){node, 0, 0} : v->labels[label];
    if (label != NO_NODE)
      t->last[node] = t->before[label];
  }
}

symad_status symad_tape_output_names(const symad_tape *tape, symad_label *names) {
  const symad_view *v = &tape->view;
  namer t = {v, NULL, 8, NULL, NULL};
  array tables = {NULL, 0, 0};
  if (v->n_source == 0) {
    for (uint32_t k = 0; k < v->n_outputs; k++)
      names[k] = (symad_label){v->outputs[k], 0, 0};
    return SYMAD_OK;
  }
  while (t.size / 2 < v->n_labels)
    t.size *= 2;
  symad_status status = array_reserve(&tape->memory, &tables, t.size + v->n_nodes + v->n_labels, sizeof(uint32_t));
  if (status == SYMAD_OK) {
    memset(tables.data, 0xff, (t.size + v->n_nodes) * sizeof(uint32_t)); /* NO_NODE everywhere */
    t.seen = tables.data;
    t.last = t.seen + t.size;
    t.before = t.last + v->n_nodes;
    name_outputs(&t, names);
  }
  array_free(&tape->memory, &tables, sizeof(uint32_t));
  return status;
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
