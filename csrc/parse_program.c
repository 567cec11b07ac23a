/* Text to tape: statements, bindings and the result, and the public call. Line and column are counted once, after a
 * refusal. */
#include "parse.h"

#include <string.h>

/* ---- statements ---- */

/* `name = expression`, or the result. */
static symad_status read_statement(parser *p) {
  token name = p->tok;
  int has_operand = 0;
  symad_status status = SYMAD_OK;
  p->operands.count = 0;
  p->start = name.start;
  p->is_binding = p->tuple_closed = 0;
  p->is_function = function_is_next(p);
  if (p->is_function) {
    p->is_binding = 1;
    status = function_open(p);
    if (status == SYMAD_OK)
      status = parse_expression(p, 0);
    return status == SYMAD_OK ? function_close(p, parse_top(p)) : status;
  }
  if (name.kind == TOKEN_NAME) {
    parse_advance(p);
    p->is_binding = p->tok.kind == TOKEN_ASSIGN;
    p->binding = name;
    if (p->is_binding) {
      status = scope_check_binding(p, &name);
      parse_advance(p);
    } else {
      status = parse_name(p, &name, &has_operand);
    }
  }
  if (status == SYMAD_OK)
    status = parse_expression(p, has_operand);
  if (status == SYMAD_OK && p->is_binding)
    status = scope_bind(p, &name, parse_top(p));
  return status;
}

/* Between statements: line ends, and at most one semicolon directly behind a statement. */
static symad_status skip_separators(parser *p) {
  if (p->tok.kind == TOKEN_SEMICOLON)
    parse_advance(p);
  while (p->tok.kind == TOKEN_LINE)
    parse_advance(p);
  return p->tok.kind == TOKEN_SEMICOLON ? parse_refuse_token(p, SYMAD_ERR_UNEXPECTED) : SYMAD_OK;
}

static symad_status read_program(parser *p) {
  while (p->tok.kind == TOKEN_LINE)
    parse_advance(p);
  if (p->tok.kind == TOKEN_END)
    return refuse_at(p, SYMAD_ERR_EMPTY, 0, 0);
  for (;;) {
    symad_status status = read_statement(p);
    if (status == SYMAD_OK)
      status = skip_separators(p);
    if (status != SYMAD_OK)
      return status;
    if (p->tok.kind == TOKEN_END && p->is_function)
      return parse_refuse_token(p, SYMAD_ERR_END);
    if (p->tok.kind == TOKEN_END)
      break;
    if (!p->is_binding && p->operands.count > 1)
      return refuse_at(p, SYMAD_ERR_TUPLE, p->start, parse_top(p)->end);
    if (!p->is_binding)
      return parse_refuse_token(p, SYMAD_ERR_UNEXPECTED);
  }
  if (p->is_binding && parse_top(p)->constant)
    return refuse_at(p, SYMAD_ERR_EQUATION, p->start, parse_top(p)->end);
  for (size_t i = 0; i < p->operands.count; i++) {
    const operand *x = &ITEMS(operand, p->operands)[i];
    symad_status status = parse_want_number(p, x);
    if (status == SYMAD_OK)
      status = symad_builder_output(p->b, x->node);
    if (status != SYMAD_OK)
      return refuse_at(p, status, x->start, x->end);
  }
  return SYMAD_OK;
}

/* ---- the public call ---- */

static void fill_detail(const parser *p, symad_status status, const char *text, symad_detail *detail) {
  *detail = (symad_detail){0};
  detail->status = status;
  detail->message = symad_status_sentence(status);
  if (status == SYMAD_OK)
    return;
  if (p->error_index != NO_NODE) {
    detail->node = p->error_index;
    return;
  }
  detail->offset = p->error_start;
  detail->length = p->error_end - p->error_start;
  lex_place(text, p->error_start, &detail->line, &detail->column);
}

static symad_status parse_all(parser *p, const char *text, size_t length, const char *const *variables,
                              size_t n_variables) {
  uint64_t longest = p->limits.text < MAX_NODES ? p->limits.text : MAX_NODES; /* places are 32 bits */
  if (length > longest)
    return refuse_at(p, SYMAD_ERR_LIMIT_TEXT, (uint32_t)longest, (uint32_t)(length < MAX_NODES ? length : MAX_NODES));
  p->b->limits = p->limits;
  p->b->limit_nodes = p->limits.nodes;
  p->b->keep_spans = 1;
  p->names.seed = (uint64_t)(uintptr_t)p->b;
  p->only_listed = variables != NULL;
  p->lex = (lexer){text, (uint32_t)length, 0, 0, p->limits.tokens};
  symad_status status = p->only_listed ? scope_variables(p, variables, n_variables) : SYMAD_OK;
  if (status != SYMAD_OK)
    return status;
  parse_advance(p);
  if (!p->only_listed)
    status = scope_header(p);
  return status == SYMAD_OK ? read_program(p) : status;
}

symad_status symad_parse(const char *text, size_t length, const char *const *variables, size_t n_variables,
                         const symad_limits *limits, const symad_allocator *allocator, symad_tape **tape,
                         symad_detail *detail) {
  parser p;
  memset(&p, 0, sizeof p);
  p.error_index = NO_NODE;
  *tape = NULL;
  if (limits != NULL)
    p.limits = *limits;
  else
    symad_limits_default(&p.limits);
  symad_status status = symad_builder_new(allocator, &p.b);
  if (status == SYMAD_OK) {
    status = parse_all(&p, text, length, variables, n_variables);
    array_free(&p.b->memory, &p.operands, sizeof(operand));
    array_free(&p.b->memory, &p.pendings, sizeof(pending));
    array_free(&p.b->memory, &p.arguments, sizeof(uint32_t));
    array_free(&p.b->memory, &p.functions, sizeof(function));
    array_free(&p.b->memory, &p.hidden, sizeof(hidden_name));
    array_free(&p.b->memory, &p.mapping, sizeof(uint32_t));
    scope_free(&p);
    if (status == SYMAD_OK)
      status = array_append(&p.b->memory, &p.b->source, text, length, 1);
    if (status == SYMAD_OK)
      status = builder_finish(p.b, tape);
    symad_builder_free(p.b);
  }
  if (detail != NULL)
    fill_detail(&p, status, text, detail);
  return status;
}
