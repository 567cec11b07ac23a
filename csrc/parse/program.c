/* Text to tape: statements, bindings and the result, and the public call. Line and column are counted once, after a
 * refusal. */
#include "parse/parser.h"

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

/* ---- the public calls ---- */

/* What all of them are given. */
typedef struct task {
  const char *text;
  size_t length;
  const char *const *variables;
  size_t n_variables;
  const char *size; /* NULL: none is given */
  uint64_t n;
} task;

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
  if (!p->is_family)
    return;
  int64_t value = p->family.error_value;
  if (status == SYMAD_ERR_INDEX_NEGATIVE || status == SYMAD_ERR_BRACKET_OTHER)
    detail->node = (uint32_t)(value < 0 ? -value : value);
  if (status == SYMAD_ERR_INDEX_UNKNOWN)
    memcpy(detail->name, p->family.known, sizeof detail->name);
  const token *made = families_recent(&p->family, p->error_start, p->error_end);
  if (made != NULL && made->length < sizeof detail->name)
    memcpy(detail->name, made->text, made->length);
}

/* The size is checked, and the text read where it uses the notation of families. */
static symad_status open_family(parser *p, const task *t) {
  size_t length = t->size == NULL ? 0 : strlen(t->size);
  uint64_t budget = p->limits.tokens + p->limits.nodes;
  if (t->size == NULL && !families_occur(t->text, t->length))
    return SYMAD_OK;
  if (t->size != NULL && (t->n > LARGEST_WHOLE || length > MAX_NODES || !lex_is_name(t->size, length))) {
    p->error_index = 0;
    return t->n > LARGEST_WHOLE ? SYMAD_ERR_ARGUMENT : SYMAD_ERR_NAME;
  }
  p->is_family = 1;
  symad_status status = families_open(&p->family, &p->b->memory, &p->lex, t->size, length, (int64_t)t->n,
                                      budget < p->limits.tokens ? UINT64_MAX : budget);
  return status == SYMAD_OK ? SYMAD_OK : refuse_at(p, status, p->family.error_start, p->family.error_end);
}

static symad_status open_text(parser *p, const task *t) {
  uint64_t longest = p->limits.text < MAX_NODES ? p->limits.text : MAX_NODES; /* places are 32 bits */
  if (t->length > longest)
    return refuse_at(p, SYMAD_ERR_LIMIT_TEXT, (uint32_t)longest,
                     (uint32_t)(t->length < MAX_NODES ? t->length : MAX_NODES));
  p->lex = (lexer){t->text, (uint32_t)t->length, 0, 0, p->limits.tokens};
  return open_family(p, t);
}

static symad_status parse_all(parser *p, const task *t) {
  p->b->limits = p->limits;
  p->b->limit_nodes = p->limits.nodes;
  p->b->keep_spans = 1;
  p->names.seed = (uint64_t)(uintptr_t)p->b;
  p->only_listed = t->variables != NULL;
  symad_status status = open_text(p, t);
  if (status == SYMAD_OK && p->only_listed)
    status = scope_variables(p, t->variables, t->n_variables);
  if (status != SYMAD_OK)
    return status;
  parse_advance(p);
  if (!p->only_listed)
    status = scope_header(p);
  if (status == SYMAD_OK)
    status = read_program(p);
  return status == SYMAD_OK && !p->only_listed ? scope_order(p->b) : status;
}

static void start(parser *p, const symad_limits *limits) {
  memset(p, 0, offsetof(parser, spellings));
  p->error_index = NO_NODE;
  if (limits != NULL)
    p->limits = *limits;
  else
    symad_limits_default(&p->limits);
}

static void stop(parser *p) {
  const memory *m = &p->b->memory;
  array_free(m, &p->operands, sizeof(operand));
  array_free(m, &p->pendings, sizeof(pending));
  array_free(m, &p->arguments, sizeof(uint32_t));
  array_free(m, &p->functions, sizeof(function));
  array_free(m, &p->hidden, sizeof(hidden_name));
  array_free(m, &p->mapping, sizeof(uint32_t));
  scope_free(p);
  if (p->is_family)
    families_close(&p->family);
  symad_builder_free(p->b);
}

static symad_status parse_task(const task *t, const symad_limits *limits, const symad_allocator *allocator,
                               symad_tape **tape, symad_detail *detail) {
  parser p;
  start(&p, limits);
  *tape = NULL;
  symad_status status = symad_builder_new(allocator, &p.b);
  int is_new = status == SYMAD_OK;
  if (is_new)
    status = parse_all(&p, t);
  if (status == SYMAD_OK)
    status = array_append(&p.b->memory, &p.b->source, t->text, t->length, 1);
  if (status == SYMAD_OK)
    status = builder_finish(p.b, tape);
  if (detail != NULL)
    fill_detail(&p, status, t->text, detail);
  if (is_new)
    stop(&p);
  return status;
}

symad_status symad_parse(const char *text, size_t length, const char *const *variables, size_t n_variables,
                         const symad_limits *limits, const symad_allocator *allocator, symad_tape **tape,
                         symad_detail *detail) {
  const task t = {text, length, variables, n_variables, NULL, 0};
  return parse_task(&t, limits, allocator, tape, detail);
}

symad_status symad_parse_sized(const char *text, size_t length, const char *size, uint64_t n,
                               const char *const *variables, size_t n_variables, const symad_limits *limits,
                               const symad_allocator *allocator, symad_tape **tape, symad_detail *detail) {
  const task t = {text, length, variables, n_variables, size == NULL ? "n" : size, n};
  return parse_task(&t, limits, allocator, tape, detail);
}

/* Whether two pieces would be read as one: x{n}and, {n}.5; or a comma as a decimal one: 1,n. */
static int would_join(char last, const token *t) {
  int is_number = t->kind == TOKEN_NUMBER;
  return t->length > 0 &&
         ((lex_is_name_part(last) && (is_number || lex_is_name_part(t->text[0]))) || (last == ',' && is_number));
}

/* The program token by token, at most `room` bytes of it into `out`, all of them counted. */
static symad_status write_all(parser *p, char *out, size_t room, size_t *n_bytes) {
  char last = ' ';
  for (parse_advance(p); p->tok.kind != TOKEN_END; parse_advance(p)) {
    const token *t = &p->tok;
    if (t->kind == TOKEN_BAD && t->status != SYMAD_ERR_CHARACTER)
      return parse_refuse_token(p, t->status);
    if ((p->family.at.gap || would_join(last, t)) && (*n_bytes)++ < room)
      out[*n_bytes - 1] = ' ';
    if (*n_bytes < room)
      memcpy(out + *n_bytes, t->text, t->length < room - *n_bytes ? t->length : room - *n_bytes);
    *n_bytes += t->length;
    last = t->length > 0 ? t->text[t->length - 1] : last;
    if (*n_bytes > p->limits.text)
      return parse_refuse_token(p, SYMAD_ERR_LIMIT_TEXT);
  }
  return SYMAD_OK;
}

symad_status symad_write_sized(const char *text, size_t length, const char *size, uint64_t n,
                               const symad_limits *limits, const symad_allocator *allocator, char *out, size_t room,
                               size_t *n_bytes, symad_detail *detail) {
  const task t = {text, length, NULL, 0, size == NULL ? "n" : size, n};
  parser p;
  start(&p, limits);
  *n_bytes = 0;
  symad_status status = symad_builder_new(allocator, &p.b);
  int is_new = status == SYMAD_OK;
  if (is_new)
    status = open_text(&p, &t);
  if (status == SYMAD_OK)
    status = write_all(&p, out, room, n_bytes);
  if (detail != NULL)
    fill_detail(&p, status, text, detail);
  if (is_new)
    stop(&p);
  return status;
}
