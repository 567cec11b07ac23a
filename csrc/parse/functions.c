/* Functions of the user: f(u, v) = body. The body is read once, with place holders for its parameters; a call puts its
 * arguments in their places. What a body shares stays shared, and equal calls are one node. */
#include "parse/parser.h"

#include <string.h>

/* What calls may expand to: some of the nodes that the limit allows whatever the length of the text, and so many for
 * each byte of it. Else 500 bytes that double 23 times would take seconds and half a gigabyte, refused or not. */
#define LIMIT_SHARE 256
#define NODES_A_BYTE 16

/* Whether the statement that begins with the next token is `name(name, ...) =`. */
int function_is_next(parser *p) {
  cursor ahead;
  token t;
  if (p->tok.kind != TOKEN_NAME)
    return 0;
  parse_look(p, &ahead);
  parse_look_next(p, &ahead, &t);
  if (t.kind != TOKEN_OPEN)
    return 0;
  do {
    parse_look_next(p, &ahead, &t);
    if (t.kind != TOKEN_NAME)
      return 0;
    parse_look_next(p, &ahead, &t);
  } while (t.kind == TOKEN_COMMA);
  if (t.kind != TOKEN_CLOSE)
    return 0;
  parse_look_next(p, &ahead, &t);
  return t.kind == TOKEN_ASSIGN;
}

/* Reads `name(u, v) =`; the parameters hide what their names meant until function_close. */
symad_status function_open(parser *p) {
  function f = {p->tok, 0, 0, 0, 0, p->b->list.count};
  symad_status status = scope_check_function(p, &p->tok);
  parse_advance(p);
  p->hidden.count = 0;
  while (status == SYMAD_OK && p->tok.kind != TOKEN_CLOSE) {
    parse_advance(p); /* the name behind ( or a comma */
    uint32_t node;
    status = builder_parameter(p->b, p->n_parameters++, &node);
    if (status == SYMAD_OK) {
      f.first = f.n_parameters++ == 0 ? node : f.first;
      status = scope_hide(p, &p->tok, node);
    } else {
      status = refuse_at(p, status, p->tok.start, p->tok.end);
    }
    parse_advance(p);
  }
  if (status != SYMAD_OK)
    return status;
  parse_advance(p); /* = */
  parse_advance(p);
  status = array_append(&p->b->memory, &p->functions, &f, 1, sizeof f);
  return status == SYMAD_OK ? SYMAD_OK : refuse_at(p, status, f.name.start, f.name.end);
}

/* The body has been read: its root is on the stack. */
symad_status function_close(parser *p, const operand *body) {
  symad_status status = parse_want_number(p, body);
  function *f = &ITEMS(function, p->functions)[p->functions.count - 1];
  f->root = body->node;
  f->end = (uint32_t)p->b->nodes.count;
  f->weight = f->end - f->first + (p->b->list.count - f->weight); /* until now where its lists begin */
  scope_unhide(p);
  return status == SYMAD_OK ? scope_define(p, &f->name, (uint32_t)p->functions.count - 1) : status;
}

/* Operand i of a node with the arguments put in; *changed says whether any was. */
static uint32_t mapped(const parser *p, const function *f, uint32_t node, int *changed) {
  uint32_t to = node < f->first || node >= f->end ? NO_NODE : ITEMS(uint32_t, p->mapping)[node - f->first];
  *changed |= to != NO_NODE;
  return to == NO_NODE ? node : to;
}

/* One node of the body in terms of the arguments; NO_NODE where it does not depend on them. */
static symad_status map_node(parser *p, const function *f, uint32_t node, uint32_t *to) {
  symad_node n = ITEMS(symad_node, p->b->nodes)[node];
  int arity = op_arity(n.op), changed = 0;
  size_t count = arity < 0 ? n.b : (size_t)arity;
  *to = NO_NODE;
  p->arguments.count = 0;
  symad_status status = array_reserve(&p->b->memory, &p->arguments, count + 1, sizeof(uint32_t));
  if (status != SYMAD_OK)
    return status;
  uint32_t *operands = p->arguments.data;
  for (size_t i = 0; i < count; i++) {
    uint32_t from = arity < 0 ? ITEMS(uint32_t, p->b->list)[n.a + i] : i == 0 ? n.a : i == 1 ? n.b : n.c;
    operands[i] = mapped(p, f, from, &changed);
  }
  return changed ? symad_builder_op(p->b, n.op, operands, count, to) : SYMAD_OK;
}

static int may_expand(parser *p, uint64_t weight) {
  const uint64_t most = p->limits.nodes / LIMIT_SHARE + (uint64_t)NODES_A_BYTE * p->lex.length;
  p->n_expanded += weight;
  return p->n_expanded <= most && p->n_expanded <= p->limits.nodes;
}

symad_status function_apply(parser *p, const pending *call, const operand *x, size_t n, operand *made) {
  const function f = ITEMS(function, p->functions)[call->op - CALL_USER];
  const memory *m = &p->b->memory;
  uint32_t length = f.end - f.first;
  uint64_t n_typed = p->b->n_typed;
  symad_status status = n == f.n_parameters ? SYMAD_OK : SYMAD_ERR_CALL_ARITY;
  if (status == SYMAD_OK && !may_expand(p, f.weight))
    status = SYMAD_ERR_LIMIT_NODES;
  p->mapping.count = 0;
  if (status == SYMAD_OK)
    status = array_reserve(m, &p->mapping, length, sizeof(uint32_t));
  if (status != SYMAD_OK)
    return refuse_at(p, status, made->start, made->end);
  uint32_t *map = p->mapping.data;
  for (uint32_t i = 0; i < f.n_parameters; i++) {
    status = parse_want_number(p, &x[i]);
    if (status != SYMAD_OK)
      return status;
    map[i] = x[i].node;
  }
  for (uint32_t i = f.n_parameters; i < length && status == SYMAD_OK; i++) {
    map[i] = NO_NODE;
    status = map_node(p, &f, f.first + i, &map[i]);
  }
  int changed = 0;
  made->node = mapped(p, &f, f.root, &changed);
  p->b->n_typed = n_typed; /* the body was typed once */
  return status == SYMAD_OK ? SYMAD_OK : refuse_at(p, status, made->start, made->end);
}
