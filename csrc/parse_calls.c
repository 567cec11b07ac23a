/* Calls: which row a spelling means, and how arguments become nodes. The rows themselves are in the table. */
#include "parse.h"

/* Other spellings that people type; those of the table come from the table. */
static const struct alias {
  const char *text;
  uint32_t op;
} aliases[] = {
    {"ln", SYMAD_OP_LOG},          {"arctan", SYMAD_OP_ATAN}, {"max", SYMAD_OP_MAX}, {"min", SYMAD_OP_MIN},
    {"abs", SYMAD_OP_ABS},         {"pow", SYMAD_OP_POW},     {"Pow", SYMAD_OP_POW}, {"Lt", SYMAD_OP_LT},
    {"Le", SYMAD_OP_LE},           {"Gt", SYMAD_OP_GT},       {"Ge", SYMAD_OP_GE},   {"Eq", SYMAD_OP_EQ},
    {"Ne", SYMAD_OP_NE},           {"And", SYMAD_OP_AND},     {"Or", SYMAD_OP_OR},   {"Not", SYMAD_OP_NOT},
    {"Piecewise", CALL_PIECEWISE},
};

uint32_t callable_find(const char *name, size_t length) {
  const symad_row *row;
  for (uint32_t i = 0; (row = symad_row_at(i)) != NULL; i++)
    if (row->arity != 0 && name_is(row->text, name, length))
      return row->number;
  for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
    if (name_is(aliases[i].text, name, length))
      return aliases[i].op;
  return CALL_NONE;
}

const char *symad_spelling_at(uint32_t index) {
  uint32_t n_rows = symad_row_count();
  if (index < n_rows)
    return symad_row_at(index)->arity == 0 ? "" : symad_row_at(index)->text;
  return index - n_rows < sizeof aliases / sizeof *aliases ? aliases[index - n_rows].text : NULL;
}

static int wants_condition(uint32_t op, size_t argument) {
  return op == SYMAD_OP_AND || op == SYMAD_OP_OR || op == SYMAD_OP_NOT || (op == SYMAD_OP_SELECT && argument == 0);
}

/* One row, its operands as they stand. */
static symad_status apply_row(parser *p, uint32_t op, const operand *x, size_t n, operand *made) {
  int arity = op_arity(op);
  size_t least = op == SYMAD_OP_SHARE ? 2 : 1;
  if (arity < 0 ? n < least : n != (size_t)arity)
    return refuse_at(p, SYMAD_ERR_CALL_ARITY, made->start, made->end);
  p->arguments.count = 0;
  symad_status status = array_reserve(&p->b->memory, &p->arguments, n, sizeof(uint32_t));
  if (status != SYMAD_OK)
    return refuse_at(p, status, made->start, made->end);
  uint32_t *nodes = p->arguments.data;
  for (size_t i = 0; i < n; i++) {
    status = wants_condition(op, i) ? parse_want_condition(p, &x[i]) : parse_want_number(p, &x[i]);
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

symad_status call_apply(parser *p, const pending *call, uint32_t end) {
  size_t n = p->operands.count - call->base;
  const operand *x = ITEMS(operand, p->operands) + call->base;
  operand made = {NO_NODE, call->start, end, 0};
  symad_status status;
  if (call->op == CALL_PIECEWISE)
    status = apply_piecewise(p, x, n, &made);
  else if (call->op == SYMAD_OP_AND || call->op == SYMAD_OP_OR)
    status = apply_chain(p, call->op, x, n, &made);
  else
    status = apply_row(p, call->op, x, n, &made);
  if (status != SYMAD_OK)
    return status;
  p->operands.count = call->base;
  return parse_push(p, &made);
}
