/* Calls: which row a spelling means, and how arguments become nodes. The rows themselves are in the table. */
#include "parse/parser.h"

#include "derive/partials.h"

#include <string.h>

/* What a spelling means with n arguments: the row or shorthand found by name where it fits, else another one of the
 * same spelling, else the one found. */
static uint32_t resolve(uint32_t op, size_t n) {
  const shorthand *s;
  const symad_row *row;
  if (op == CALL_PIECEWISE || op >= CALL_USER)
    return op;
  const char *text = op >= CALL_SHORTHAND ? shorthand_at(op - CALL_SHORTHAND)->text : symad_row_find(op)->text;
  if (op < CALL_SHORTHAND && (op_arity(op) < 0 || n == (size_t)op_arity(op)))
    return op;
  for (uint32_t i = 0; (row = symad_row_at(i)) != NULL; i++)
    if (row->arity > 0 && n == (size_t)row->arity && name_is(row->text, text, strlen(text)))
      return row->number;
  for (uint32_t i = 0; (s = shorthand_at(i)) != NULL; i++)
    if (s->arity == n && name_is(s->text, text, strlen(text)))
      return CALL_SHORTHAND + i;
  return op;
}

static symad_status apply_shorthand(parser *p, uint32_t op, const operand *x, size_t n, operand *made) {
  uint32_t nodes[4] = {0, 0, 0, 0};
  uint64_t n_typed = p->b->n_typed;
  if (n != shorthand_at(op - CALL_SHORTHAND)->arity)
    return refuse_at(p, SYMAD_ERR_CALL_ARITY, made->start, made->end);
  for (size_t i = 0; i < n; i++) {
    symad_status status = parse_want_number(p, &x[i]);
    if (status != SYMAD_OK)
      return status;
    nodes[i] = x[i].node;
  }
  symad_status status = shorthand_node(p->b, op - CALL_SHORTHAND, nodes, &made->node);
  p->b->n_typed = n_typed + 1; /* one call */
  return status == SYMAD_OK ? SYMAD_OK : refuse_at(p, status, made->start, made->end);
}

/* One row, its operands as they stand. */
static symad_status apply_row(parser *p, uint32_t op, const operand *x, size_t n, operand *made) {
  int arity = op_arity(op);
  if (arity < 0 ? n < op_fewest(op) : n != (size_t)arity)
    return refuse_at(p, SYMAD_ERR_CALL_ARITY, made->start, made->end);
  p->arguments.count = 0;
  symad_status status = array_reserve(&p->b->memory, &p->arguments, n, sizeof(uint32_t));
  if (status != SYMAD_OK)
    return refuse_at(p, status, made->start, made->end);
  uint32_t *nodes = p->arguments.data;
  for (size_t i = 0; i < n; i++) {
    status = op_wants_condition(op, i) ? parse_want_condition(p, &x[i]) : parse_want_number(p, &x[i]);
    if (status != SYMAD_OK)
      return status;
    nodes[i] = x[i].node;
  }
  return parse_node(p, op, nodes, n, made);
}

/* And(a, b, c) is (a and b) and c. */
static symad_status apply_chain(parser *p, uint32_t op, const operand *x, size_t n, operand *made) {
  if (n == 0)
    return refuse_at(p, SYMAD_ERR_CALL_ARITY, made->start, made->end);
  symad_status status = parse_want_condition(p, &x[0]);
  made->node = x[0].node;
  made->condition = 1;
  for (size_t i = 1; i < n && status == SYMAD_OK; i++) {
    uint32_t nodes[2] = {made->node, x[i].node};
    status = parse_want_condition(p, &x[i]);
    if (status == SYMAD_OK)
      status = parse_node(p, op, nodes, 2, made);
  }
  return status;
}

/* Pairs of value and condition, already of their kinds: nested selections, built from the last one. */
static symad_status apply_piecewise(parser *p, const operand *x, size_t n, operand *made) {
  size_t n_used = 0;
  if (n == 0)
    return refuse_at(p, SYMAD_ERR_CALL_ARITY, made->start, made->end);
  while (n_used < n / 2 && ITEMS(symad_node, p->b->nodes)[x[2 * n_used + 1].node].op != SYMAD_OP_TRUE_VALUE)
    n_used++;
  operand rest = *made;
  symad_status status = SYMAD_OK;
  if (n_used < n / 2)
    rest.node = x[2 * n_used].node;
  else
    status = parse_node(p, SYMAD_OP_NAN_VALUE, NULL, 0, &rest);
  for (size_t i = n_used; i-- > 0 && status == SYMAD_OK;) {
    uint32_t nodes[3] = {x[2 * i + 1].node, x[2 * i].node, rest.node};
    rest.start = i == 0 ? made->start : x[2 * i].start;
    status = parse_node(p, SYMAD_OP_SELECT, nodes, 3, &rest);
  }
  made->node = rest.node;
  return status;
}

/* Refuses arguments whose order has two readings: log(2, x), and pow(e, x) as e^x. */
static symad_status check_order(parser *p, uint32_t op, const operand *x, size_t n, const operand *made) {
  if (n != 2)
    return SYMAD_OK;
  if (op == SYMAD_OP_POW && scope_is_euler(p, x))
    return refuse_at(p, SYMAD_ERR_EULER, made->start, made->end);
  int is_base = op >= CALL_SHORTHAND && op < CALL_USER && name_is(shorthand_at(op - CALL_SHORTHAND)->text, "log", 3);
  return is_base && x[0].constant && !x[1].constant ? refuse_at(p, SYMAD_ERR_BASE, made->start, made->end) : SYMAD_OK;
}

symad_status call_apply(parser *p, const pending *call, uint32_t end) {
  size_t n = p->operands.count - call->base;
  const operand *x = ITEMS(operand, p->operands) + call->base;
  operand made = {NO_NODE, call->start, end, 0, 1};
  uint32_t op = resolve(call->op, n);
  symad_status status = check_order(p, op, x, n, &made);
  for (size_t i = 0; i < n; i++)
    made.constant &= x[i].constant;
  if (status != SYMAD_OK)
    return status;
  made.constant &= op < CALL_USER; /* a body may read variables of its own */
  if (op >= CALL_USER)
    status = function_apply(p, call, x, n, &made);
  else if (op >= CALL_SHORTHAND)
    status = apply_shorthand(p, op, x, n, &made);
  else if (op == CALL_PIECEWISE)
    status = apply_piecewise(p, x, n, &made);
  else if (op_is_junction(op) && op_arity(op) == 2)
    status = apply_chain(p, op, x, n, &made);
  else
    status = apply_row(p, op, x, n, &made);
  if (status != SYMAD_OK)
    return status;
  p->operands.count = call->base;
  return parse_push(p, &made);
}
