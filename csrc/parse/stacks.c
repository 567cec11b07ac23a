/* The stacks of one parse, its tokens, and what every rule of the grammar does with them. */
#include "parse/parser.h"

symad_status parse_push(parser *p, const operand *x) {
  if (p->operands.count == p->operands.capacity) {
    symad_status status = array_reserve(&p->b->memory, &p->operands, 1, sizeof *x);
    if (status != SYMAD_OK)
      return refuse_at(p, status, x->start, x->end);
  }
  ITEMS(operand, p->operands)[p->operands.count++] = *x;
  return SYMAD_OK;
}

operand *parse_top(const parser *p) {
  return &ITEMS(operand, p->operands)[p->operands.count - 1];
}

pending *parse_top_pending(const parser *p) {
  return p->pendings.count == 0 ? NULL : &ITEMS(pending, p->pendings)[p->pendings.count - 1];
}

/* Everything but a binary operator counts as nesting. */
symad_status parse_push_pending(parser *p, const pending *x) {
  if (x->kind != PENDING_BINARY && p->depth++ >= p->limits.nesting)
    return refuse_at(p, SYMAD_ERR_LIMIT_NESTING, x->start, x->end);
  if (p->pendings.count == p->pendings.capacity) {
    symad_status status = array_reserve(&p->b->memory, &p->pendings, 1, sizeof *x);
    if (status != SYMAD_OK)
      return refuse_at(p, status, x->start, x->end);
  }
  ITEMS(pending, p->pendings)[p->pendings.count++] = *x;
  return SYMAD_OK;
}

pending parse_pop_pending(parser *p) {
  pending x = *parse_top_pending(p);
  p->pendings.count--;
  p->depth -= x.kind != PENDING_BINARY;
  return x;
}

void parse_advance(parser *p) {
  if (p->is_family)
    families_next(&p->family, &p->family.at, &p->tok);
  else
    lexer_next(&p->lex, &p->tok);
}

void parse_look(const parser *p, cursor *ahead) {
  ahead->lex = p->lex;
  if (p->is_family)
    families_look(&p->family, &ahead->at);
}

void parse_look_next(parser *p, cursor *ahead, token *t) {
  if (p->is_family)
    families_next(&p->family, &ahead->at, t);
  else
    lexer_next(&ahead->lex, t);
}

/* Refuses the next token: for its own fault if it has one, else for standing here. */
symad_status parse_refuse_token(parser *p, symad_status status) {
  return refuse_at(p, p->tok.kind == TOKEN_BAD ? p->tok.status : status, p->tok.start, p->tok.end);
}

symad_status parse_want_number(parser *p, const operand *x) {
  return x->condition ? refuse_at(p, SYMAD_ERR_NOT_NUMBER, x->start, x->end) : SYMAD_OK;
}

symad_status parse_want_condition(parser *p, const operand *x) {
  return x->condition ? SYMAD_OK : refuse_at(p, SYMAD_ERR_CONDITION, x->start, x->end);
}

/* One operation into the builder; `made` brings its place in the text and receives node and kind. */
symad_status parse_node(parser *p, uint32_t op, const uint32_t *nodes, size_t n, operand *made) {
  symad_status status = symad_builder_op(p->b, op, nodes, n, &made->node);
  if (status != SYMAD_OK)
    return refuse_at(p, status, made->start, made->end);
  symad_span *span = &ITEMS(symad_span, p->b->spans)[made->node];
  if (span->end == 0)
    *span = (symad_span){made->start, made->end};
  made->condition = op_is_condition(op) != 0;
  return SYMAD_OK;
}
