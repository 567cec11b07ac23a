/* Expressions: operator precedence over two explicit stacks, nothing recurses.
 *
 * An operand on its stack is a node of the builder with its place in the text and its kind (number or
 * condition). A pending is an operator that waits for its right operand, or an open parenthesis. Everything
 * is linear in the text. */
#include "parse/parser.h"

#include <string.h>

/* What binds tighter has the higher level; a group has the lowest. */
enum level {
  LEVEL_GROUP,
  LEVEL_OR,
  LEVEL_AND,
  LEVEL_NOT,
  LEVEL_COMPARE,
  LEVEL_SUM,
  LEVEL_PRODUCT,
  LEVEL_SIGN,
  LEVEL_POWER
};

static enum level level_of(uint32_t op) {
  switch (op) {
  case SYMAD_OP_OR:
    return LEVEL_OR;
  case SYMAD_OP_AND:
    return LEVEL_AND;
  case SYMAD_OP_ADD:
  case SYMAD_OP_SUB:
    return LEVEL_SUM;
  case SYMAD_OP_MUL:
  case SYMAD_OP_DIV:
    return LEVEL_PRODUCT;
  case SYMAD_OP_POW:
    return LEVEL_POWER;
  default:
    return LEVEL_COMPARE;
  }
}

/* ---- operators ---- */

static symad_status reduce_prefix(parser *p, const pending *sign) {
  operand *x = parse_top(p);
  symad_status status = op_wants_condition(sign->op, 0) ? parse_want_condition(p, x) : parse_want_number(p, x);
  if (status != SYMAD_OK)
    return status;
  x->start = sign->start;
  return sign->op == SYMAD_OP_ADD ? SYMAD_OK : parse_node(p, sign->op, &(uint32_t){x->node}, 1, x);
}

static symad_status reduce_binary(parser *p, uint32_t op) {
  const operand *right = parse_top(p);
  operand *left = parse_top(p) - 1;
  int of_conditions = op_is_junction(op);
  symad_status status = of_conditions ? parse_want_condition(p, left) : parse_want_number(p, left);
  if (status == SYMAD_OK)
    status = of_conditions ? parse_want_condition(p, right) : parse_want_number(p, right);
  if (status != SYMAD_OK)
    return status;
  if (op == SYMAD_OP_POW && scope_is_euler(p, left))
    return refuse_at(p, SYMAD_ERR_EULER, left->start, right->end);
  uint32_t nodes[2] = {left->node, right->node};
  left->end = right->end;
  left->constant &= right->constant;
  p->operands.count--;
  return parse_node(p, op, nodes, 2, left);
}

/* Applies the pending operators down to the given level. */
static symad_status reduce(parser *p, unsigned level) {
  symad_status status = SYMAD_OK;
  while (status == SYMAD_OK && p->pendings.count > 0 && parse_top_pending(p)->level >= level) {
    pending x = parse_pop_pending(p);
    if (x.dots & MATLAB)
      return refuse_at(p, SYMAD_ERR_POWERS, (parse_top(p) - 1)->start, parse_top(p)->end);
    status = x.kind == PENDING_PREFIX ? reduce_prefix(p, &x) : reduce_binary(p, x.op);
  }
  return status;
}

static int in_pairs(const parser *p) {
  const pending *top = parse_top_pending(p);
  return top != NULL && top->kind == GROUP_CALL && top->op == CALL_PIECEWISE;
}

/* Marks a chain of powers one of which is written .^ (the point being the end of a number): a^b.^c. */
static void note_dots(const parser *p, pending *power) {
  size_t i = p->pendings.count;
  power->dots =
      power->start > 0 && p->lex.text[power->start] == '^' && p->lex.text[power->start - 1] == '.' ? DOTTED : 0;
  while (i > 0 && ITEMS(pending, p->pendings)[i - 1].kind == PENDING_PREFIX)
    i--;
  pending *left = i == 0 ? NULL : &ITEMS(pending, p->pendings)[i - 1];
  if (left == NULL || left->level != LEVEL_POWER || ((left->dots | power->dots) & DOTTED) == 0)
    return;
  left->dots |= MATLAB;
  power->dots |= DOTTED;
}

/* A binary operator: first what binds at least as tight on its left; a power groups from the right. */
static symad_status read_binary(parser *p) {
  unsigned level = level_of(p->tok.op);
  if (p->tok.op == SYMAD_OP_NOT)
    return parse_refuse_token(p, SYMAD_ERR_JUXTAPOSED);
  if (in_pairs(p))
    return parse_refuse_token(p, SYMAD_ERR_PAIR);
  if (p->tuple_closed)
    return parse_refuse_token(p, SYMAD_ERR_TUPLE);
  symad_status status = reduce(p, level == LEVEL_COMPARE ? level + 1 : level + (level == LEVEL_POWER));
  if (status != SYMAD_OK)
    return status;
  if (level == LEVEL_COMPARE && parse_top_pending(p) != NULL && parse_top_pending(p)->level == LEVEL_COMPARE)
    return parse_refuse_token(p, SYMAD_ERR_CHAIN);
  pending x = {p->tok.start, p->tok.end, 0, p->tok.op, PENDING_BINARY, (uint8_t)level, 0};
  if (level == LEVEL_POWER)
    note_dots(p, &x);
  status = parse_push_pending(p, &x);
  parse_advance(p);
  return status;
}

static symad_status read_prefix(parser *p) {
  uint32_t op = p->tok.op;
  if (op != SYMAD_OP_ADD && op != SYMAD_OP_SUB && op != SYMAD_OP_NOT)
    return parse_refuse_token(p, SYMAD_ERR_UNEXPECTED);
  pending x = {p->tok.start,
               p->tok.end,
               0,
               op == SYMAD_OP_SUB ? SYMAD_OP_NEG : op,
               PENDING_PREFIX,
               op == SYMAD_OP_NOT ? LEVEL_NOT : LEVEL_SIGN,
               0};
  symad_status status = parse_push_pending(p, &x);
  parse_advance(p);
  return status;
}

/* ---- parentheses ---- */

/* The next token opens a group that starts, with a function's name, at `start`. */
static symad_status open_group(parser *p, pending_kind kind, uint32_t op, uint32_t start) {
  pending x = {start, p->tok.end, (uint32_t)p->operands.count, op, (uint8_t)kind, LEVEL_GROUP, 0};
  symad_status status = parse_push_pending(p, &x);
  parse_advance(p);
  return status;
}

static symad_status close_pair(parser *p, const pending *group) {
  if (p->operands.count - group->base != 2)
    return refuse_at(p, SYMAD_ERR_PAIR, group->start, p->tok.end);
  return parse_want_condition(p, parse_top(p));
}

static symad_status close_group(parser *p) {
  symad_status status = reduce(p, LEVEL_GROUP + 1);
  if (status != SYMAD_OK)
    return status;
  if (p->pendings.count == 0)
    return parse_refuse_token(p, SYMAD_ERR_UNOPENED);
  pending group = parse_pop_pending(p);
  switch (group.kind) {
  case GROUP_CALL:
    status = call_apply(p, &group, p->tok.end);
    break;
  case GROUP_PAIR:
    status = close_pair(p, &group);
    break;
  case GROUP_TUPLE:
    status = parse_want_number(p, parse_top(p));
    p->tuple_closed = 1;
    break;
  default:
    parse_top(p)->start = group.start;
    parse_top(p)->end = p->tok.end;
    break;
  }
  parse_advance(p);
  return status;
}

/* Whether the comma stands between two digits, the first of which ends a number: 1,5. */
static int is_decimal_comma(const parser *p) {
  const char *text = p->lex.text;
  return p->number_end == p->tok.start && p->tok.start > 0 && text[p->tok.start - 1] != '.' &&
         p->tok.end < p->lex.length && text[p->tok.end] >= '0' && text[p->tok.end] <= '9';
}

/* A comma between arguments, in a pair, or in a tuple that is the whole statement. */
static symad_status read_comma(parser *p) {
  symad_status status = reduce(p, LEVEL_GROUP + 1);
  if (status != SYMAD_OK)
    return status;
  pending *group = parse_top_pending(p);
  int is_tuple = group == NULL || group->kind == GROUP_TUPLE;
  if (group != NULL && group->kind == GROUP_PAREN && p->pendings.count == 1 && group->start == p->start) {
    group->kind = GROUP_TUPLE;
    is_tuple = 1;
  }
  if (group != NULL && group->kind == GROUP_PAIR) {
    if (p->operands.count - group->base != 1)
      return parse_refuse_token(p, SYMAD_ERR_PAIR);
    status = parse_want_number(p, parse_top(p));
  } else if (is_tuple || group->kind == GROUP_PAREN) {
    if (!is_tuple || p->is_binding || p->tuple_closed)
      return parse_refuse_token(p, SYMAD_ERR_TUPLE);
    if (is_decimal_comma(p))
      return parse_refuse_token(p, SYMAD_ERR_DECIMAL);
    status = parse_want_number(p, parse_top(p));
  }
  parse_advance(p);
  return status;
}

/* ---- expressions ---- */

/* The text ends, or the statement does, where something is missing. */
static symad_status refuse_end(parser *p) {
  for (size_t i = p->pendings.count; i-- > 0;) {
    const pending *x = &ITEMS(pending, p->pendings)[i];
    if (x->level == LEVEL_GROUP)
      return refuse_at(p, SYMAD_ERR_UNCLOSED, x->end - 1, x->end);
  }
  return parse_refuse_token(p, p->tok.kind == TOKEN_SEMICOLON ? SYMAD_ERR_UNEXPECTED : SYMAD_ERR_END);
}

static symad_status read_number(parser *p) {
  operand x = {NO_NODE, p->tok.start, p->tok.end, 0, 1};
  symad_status status = symad_builder_literal(p->b, p->tok.text, p->tok.length, &x.node);
  if (status != SYMAD_OK)
    return parse_refuse_token(p, status);
  symad_span *span = &ITEMS(symad_span, p->b->spans)[x.node];
  if (span->end == 0)
    *span = (symad_span){x.start, x.end};
  p->number_end = x.end;
  parse_advance(p);
  return parse_push(p, &x);
}

/* A name that has been consumed: a call where a parenthesis follows, else a value. */
symad_status parse_name(parser *p, const token *name, int *has_operand) {
  uint32_t callable;
  *has_operand = p->tok.kind != TOKEN_OPEN;
  if (*has_operand)
    return scope_read(p, name);
  symad_status status = scope_callable(p, name, &callable);
  return status == SYMAD_OK ? open_group(p, GROUP_CALL, callable, name->start) : status;
}

/* A closing parenthesis where an operand should stand: only a call without arguments has a better word for it. */
static symad_status refuse_close(parser *p) {
  const pending *group = parse_top_pending(p);
  if (group == NULL)
    return parse_refuse_token(p, SYMAD_ERR_UNOPENED);
  if (group->kind == GROUP_CALL && group->base == p->operands.count)
    return refuse_at(p, SYMAD_ERR_CALL_ARITY, group->start, p->tok.end);
  return parse_refuse_token(p, SYMAD_ERR_UNEXPECTED);
}

/* Where an operand has to begin. *has_operand becomes 1 once a whole one is on the stack. */
static symad_status read_operand(parser *p, int *has_operand) {
  token name = p->tok;
  if (in_pairs(p) && (name.kind == TOKEN_NUMBER || name.kind == TOKEN_NAME || name.kind == TOKEN_OPERATOR))
    return parse_refuse_token(p, SYMAD_ERR_PAIR);
  switch (name.kind) {
  case TOKEN_NUMBER:
    *has_operand = 1;
    return read_number(p);
  case TOKEN_NAME:
    parse_advance(p);
    return parse_name(p, &name, has_operand);
  case TOKEN_OPEN:
    return open_group(p, in_pairs(p) ? GROUP_PAIR : GROUP_PAREN, 0, name.start);
  case TOKEN_OPERATOR:
    return read_prefix(p);
  case TOKEN_CLOSE:
    return refuse_close(p);
  case TOKEN_END:
  case TOKEN_LINE:
  case TOKEN_SEMICOLON:
    return refuse_end(p);
  default:
    return parse_refuse_token(p, SYMAD_ERR_UNEXPECTED);
  }
}

/* Behind an operand. *has_operand becomes 0 where another one has to follow. */
static symad_status read_behind(parser *p, int *has_operand) {
  switch (p->tok.kind) {
  case TOKEN_OPERATOR:
    *has_operand = 0;
    return read_binary(p);
  case TOKEN_COMMA:
    *has_operand = 0;
    return read_comma(p);
  case TOKEN_CLOSE:
    return close_group(p);
  case TOKEN_NAME:
    return parse_refuse_token(p, scope_is_keyword(p, &p->tok) ? SYMAD_ERR_KEYWORD : SYMAD_ERR_JUXTAPOSED);
  case TOKEN_NUMBER:
  case TOKEN_OPEN:
    return parse_refuse_token(p, SYMAD_ERR_JUXTAPOSED);
  default:
    return parse_refuse_token(p, SYMAD_ERR_UNEXPECTED);
  }
}

/* Up to the end of the statement; its values are left on the stack. */
symad_status parse_expression(parser *p, int has_operand) {
  symad_status status = SYMAD_OK;
  while (status == SYMAD_OK) {
    if (!has_operand) {
      status = read_operand(p, &has_operand);
    } else if (p->tok.kind == TOKEN_END || p->tok.kind == TOKEN_LINE || p->tok.kind == TOKEN_SEMICOLON) {
      status = reduce(p, LEVEL_GROUP + 1);
      if (status == SYMAD_OK && p->pendings.count > 0)
        status = refuse_end(p);
      return status == SYMAD_OK && !p->is_binding ? parse_want_number(p, parse_top(p)) : status;
    } else {
      status = read_behind(p, &has_operand);
    }
  }
  return status;
}
