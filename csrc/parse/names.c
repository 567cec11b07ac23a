/* What a name in the text stands for: input, binding, constant or function, and why it is refused otherwise. */
#include "parse/parser.h"

#include <string.h>

#define FIRST_TABLE 32u
#define MANY_NAMES 64u
#define MOST_LOOKED_AT 100000u /* tokens of a family behind a refused name */

static const char *const keywords[] = {
    "False",  "None",     "True", "and",    "as",   "assert",  "async",  "await",  "break", "class",  "continue", "def",
    "del",    "elif",     "else", "except", "for",  "finally", "from",   "global", "if",    "import", "in",       "is",
    "lambda", "nonlocal", "not",  "or",     "pass", "raise",   "return", "try",    "while", "with",   "yield",
};

/* Words that people write for numbers which do not exist: refused rather than taken for new inputs. */
static const char *const not_finite[] = {
    "nan", "NaN", "inf", "Infinity", "oo", "zoo", "null", "nil", "undefined", "NotImplemented", "Ellipsis",
};

/* Letters and words that are functions only where arguments follow; alone they are the variables that everybody means. */
static const char *const letters[] = {"beta", "gamma", "zeta", "psi", "rf", "ff", "jn", "yn", "Li", "root", "square"};

/* Functions that people write without parentheses, and what they put behind them: sinx is no new name unless listed. */
static const char *const run_together[] = {"sin", "cos", "tan", "exp", "ln", "sqrt"};
#define ARGUMENTS "xyzt"

/* What other languages call pi; as a name it must be listed. */
static const char *const elsewhere[] = {"PI", "Pi", "M_PI"};

static int is_among(const char *const *words, size_t n_words, const char *name, size_t length) {
  for (size_t i = 0; i < n_words; i++)
    if (name_is(words[i], name, length))
      return 1;
  return 0;
}

static int is_keyword(const char *name, size_t length) {
  return is_among(keywords, sizeof keywords / sizeof *keywords, name, length);
}

int scope_is_keyword(const parser *p, const token *name) {
  (void)p;
  return is_keyword(name->text, name->length);
}

static int is_not_finite(const char *name, size_t length) {
  return is_among(not_finite, sizeof not_finite / sizeof *not_finite, name, length);
}

/* Whether a name means something else to those who write it, so that as a variable it has to be listed. */
static int must_be_listed(const char *name, size_t length) {
  if (is_among(elsewhere, sizeof elsewhere / sizeof *elsewhere, name, length))
    return 1;
  return length > 1 && memchr(ARGUMENTS, name[length - 1], sizeof ARGUMENTS - 1) != NULL &&
         is_among(run_together, sizeof run_together / sizeof *run_together, name, length - 1);
}

static int is_private(const char *name, size_t length) {
  return length >= 2 && name[0] == '_' && name[1] == '_';
}

/* ---- the table ---- */

static symad_status grow_table(parser *p) {
  scope *s = &p->names;
  size_t size = s->size == 0 ? FIRST_TABLE : s->size * 2;
  uint32_t *table =
      size > SIZE_MAX / sizeof *table ? NULL : memory_resize(&p->b->memory, NULL, 0, size * sizeof *table);
  if (table == NULL)
    return SYMAD_ERR_MEMORY;
  memset(table, 0xff, size * sizeof *table); /* NO_NODE everywhere */
  for (uint32_t i = 0; i < s->entries.count; i++) {
    size_t place = ITEMS(name_entry, s->entries)[i].hash & (size - 1);
    while (table[place] != NO_NODE)
      place = (place + 1) & (size - 1);
    table[place] = i;
  }
  (void)memory_resize(&p->b->memory, s->table, s->size * sizeof *table, 0);
  s->table = table;
  s->size = size;
  return SYMAD_OK;
}

/* The entry of a name, made on first sight. It stays in its place until the next call. */
static symad_status find_entry(parser *p, const char *name, size_t length, name_entry **entry) {
  scope *s = &p->names;
  if (s->entries.count >= s->size / 2) {
    symad_status status = grow_table(p);
    if (status != SYMAD_OK)
      return status;
  }
  uint32_t hash = lex_hash_name(s->seed, name, length);
  size_t place = hash & (s->size - 1);
  for (; s->table[place] != NO_NODE; place = (place + 1) & (s->size - 1)) {
    name_entry *e = &ITEMS(name_entry, s->entries)[s->table[place]];
    if (e->hash == hash && e->length == length && memcmp(e->text, name, length) == 0) {
      *entry = e;
      return SYMAD_OK;
    }
  }
  symad_status status = array_reserve(&p->b->memory, &s->entries, 1, sizeof **entry);
  if (status != SYMAD_OK)
    return status;
  *entry = &ITEMS(name_entry, s->entries)[s->entries.count];
  **entry = (name_entry){name, (uint32_t)length, hash, NO_NODE, 0, 0, CALL_UNKNOWN, NAME_FREE, 0};
  s->table[place] = (uint32_t)s->entries.count++;
  return SYMAD_OK;
}

void scope_free(parser *p) {
  array_free(&p->b->memory, &p->names.entries, sizeof(name_entry));
  (void)memory_resize(&p->b->memory, p->names.table, p->names.size * sizeof *p->names.table, 0);
}

static symad_status entry_of(parser *p, const token *name, name_entry **entry) {
  symad_status status = find_entry(p, name->text, name->length, entry);
  return status == SYMAD_OK ? SYMAD_OK : refuse_at(p, status, name->start, name->end);
}

/* ---- the caller's variables ---- */

static symad_status check_variable(const char *name, size_t length) {
  if (length == 0 || !lex_is_name_start(name[0]) || is_private(name, length))
    return SYMAD_ERR_NAME;
  for (size_t i = 1; i < length; i++)
    if (!lex_is_name_part(name[i]))
      return SYMAD_ERR_NAME;
  return is_keyword(name, length) ? SYMAD_ERR_KEYWORD : SYMAD_OK;
}

static symad_status list_variable(parser *p, const char *name, size_t length) {
  name_entry *entry;
  if (length > UINT32_MAX - 1)
    return SYMAD_ERR_NAME;
  symad_status status = check_variable(name, length);
  if (status == SYMAD_OK)
    status = find_entry(p, name, length, &entry);
  if (status != SYMAD_OK)
    return status;
  if (entry->kind == NAME_VARIABLE)
    return SYMAD_ERR_DUPLICATE;
  entry->kind = NAME_VARIABLE;
  return symad_builder_input(p->b, name, length, &entry->node);
}

symad_status scope_variables(parser *p, const char *const *variables, size_t n) {
  for (size_t i = 0; i < n; i++) {
    symad_status status = list_variable(p, variables[i], variables[i] == NULL ? 0 : strlen(variables[i]));
    if (status != SYMAD_OK) {
      p->error_index = i < NO_NODE ? (uint32_t)i : NO_NODE;
      return status;
    }
  }
  return SYMAD_OK;
}

/* A header `x, y:` before the program lists the variables as the caller would. Nothing is read where the text
 * begins in any other way. */
symad_status scope_header(parser *p) {
  cursor ahead;
  token t = p->tok;
  token before = t;
  parse_look(p, &ahead);
  before.kind = TOKEN_COMMA;
  while (t.kind == (before.kind == TOKEN_NAME ? TOKEN_COMMA : TOKEN_NAME)) {
    before = t;
    parse_look_next(p, &ahead, &t);
  }
  if (before.kind != TOKEN_NAME || t.kind != TOKEN_BAD || p->lex.text[t.start] != ':')
    return SYMAD_OK;
  for (; p->tok.kind != TOKEN_BAD; parse_advance(p)) {
    symad_status status = SYMAD_OK;
    if (p->tok.kind == TOKEN_NAME)
      status = list_variable(p, p->tok.text, p->tok.length);
    if (status != SYMAD_OK)
      return refuse_at(p, status, p->tok.start, p->tok.end);
  }
  if (p->tok.status != SYMAD_ERR_CHARACTER) /* not the colon, but a name that cannot be made */
    return parse_refuse_token(p, SYMAD_ERR_UNEXPECTED);
  p->only_listed = 1;
  parse_advance(p);
  return SYMAD_OK;
}

/* ---- reading a name ---- */

static int same_text(const token *x, const token *y) {
  return x->length == y->length && memcmp(x->text, y->text, x->length) == 0;
}

/* Whether this statement or a later one binds the name. Only asked once, when it is refused. */
static int is_bound_later(parser *p, const token *name) {
  cursor ahead;
  token t = p->tok;
  uint32_t n_left = p->is_family ? MOST_LOOKED_AT : UINT32_MAX;
  int at_start = 0;
  if (p->is_binding && same_text(&p->binding, name))
    return 1;
  for (parse_look(p, &ahead); t.kind != TOKEN_END && t.kind != TOKEN_BAD && n_left > 0; n_left--) {
    int candidate = at_start && t.kind == TOKEN_NAME && same_text(&t, name);
    at_start = t.kind == TOKEN_LINE || t.kind == TOKEN_SEMICOLON;
    parse_look_next(p, &ahead, &t);
    if (candidate && t.kind == TOKEN_ASSIGN)
      return 1;
  }
  return 0;
}

/* Whether some row or alias begins and ends where this name does. Programs with names by the million are asked so about
 * each; for a few names the lists themselves are looked through sooner. */
static int may_be_spelled(parser *p, const char *name, size_t length) {
  scope *s = &p->names;
  const char *text;
  if (s->entries.count < MANY_NAMES)
    return 1;
  if (!s->knows_spellings) {
    memset(p->spellings, 0, sizeof p->spellings);
    for (uint32_t i = 0; (text = symad_spelling_at(i)) != NULL; i++)
      p->spellings[text[0] & 31] |= (uint64_t)1 << (strlen(text) & 63);
    for (uint32_t i = 0; i < symad_row_count(); i++)
      p->spellings[symad_row_at(i)->text[0] & 31] |= (uint64_t)1 << (strlen(symad_row_at(i)->text) & 63);
    s->knows_spellings = 1;
  }
  return (p->spellings[name[0] & 31] >> (length & 63) & 1) != 0;
}

/* The row without operands that is spelled like this, CALL_NONE if there is none. */
static uint32_t constant_find(const char *name, size_t length) {
  const symad_row *row;
  for (uint32_t i = 0; (row = symad_row_at(i)) != NULL; i++)
    if (row->arity == 0 && name_is(row->text, name, length))
      return row->number;
  return CALL_NONE;
}

/* Why a name that nothing is known about is no new input; OK if it is one. */
static symad_status refusal_of(parser *p, name_entry *entry, const token *name) {
  if (is_keyword(entry->text, entry->length))
    return SYMAD_ERR_KEYWORD;
  if (is_private(entry->text, entry->length))
    return SYMAD_ERR_NAME;
  if (entry->callable == CALL_UNKNOWN)
    entry->callable = callable_find(entry->text, entry->length);
  symad_status status = SYMAD_OK;
  if (entry->callable != CALL_NONE && !is_among(letters, sizeof letters / sizeof *letters, entry->text, entry->length))
    status = SYMAD_ERR_FUNCTION_NAME;
  else if (is_not_finite(entry->text, entry->length))
    status = SYMAD_ERR_CONSTANT;
  else if (p->only_listed)
    status = SYMAD_ERR_VARIABLE;
  else if (must_be_listed(entry->text, entry->length))
    status = SYMAD_ERR_LISTED;
  return status != SYMAD_OK && is_bound_later(p, name) ? SYMAD_ERR_UNBOUND : status;
}

/* Gives a name its meaning at its first use. */
static symad_status resolve(parser *p, name_entry *entry, const token *name) {
  int is_known = may_be_spelled(p, entry->text, entry->length);
  uint32_t row = is_known ? constant_find(entry->text, entry->length) : CALL_NONE;
  symad_status status;
  if (!is_known)
    entry->callable = CALL_NONE;
  if (row != CALL_NONE) {
    entry->kind = NAME_CONSTANT;
    entry->constant = 1;
    status = symad_builder_op(p->b, row, NULL, 0, &entry->node);
  } else {
    status = refusal_of(p, entry, name);
    if (status == SYMAD_OK) {
      entry->kind = NAME_INPUT;
      status = symad_builder_input(p->b, entry->text, entry->length, &entry->node);
    }
  }
  entry->first = name->start;
  entry->first_end = name->end;
  return status == SYMAD_OK ? SYMAD_OK : refuse_at(p, status, name->start, name->end);
}

symad_status scope_read(parser *p, const token *name) {
  name_entry *entry;
  symad_status status = entry_of(p, name, &entry);
  if (status == SYMAD_OK && entry->kind == NAME_FREE)
    status = resolve(p, entry, name);
  if (status != SYMAD_OK)
    return status;
  symad_span *span = &ITEMS(symad_span, p->b->spans)[entry->node];
  if (span->end == 0)
    *span = (symad_span){name->start, name->end};
  operand x = {entry->node, name->start, name->end, 0, entry->constant};
  x.condition = builder_is_condition(p->b, entry->node) != 0;
  return parse_push(p, &x);
}

int scope_is_euler(const parser *p, const operand *x) {
  const symad_node *node = &ITEMS(symad_node, p->b->nodes)[x->node];
  if (p->only_listed || node->op != SYMAD_OP_INPUT || node->a >= p->b->inputs.count)
    return 0;
  const symad_label *name = &ITEMS(symad_label, p->b->inputs)[node->a];
  return name->text_length == 1 && ITEMS(char, p->b->names)[name->text] == 'e';
}

/* ---- bindings and functions ---- */

/* Refuses a name that cannot be bound, or that has been read as something else already. */
symad_status scope_check_binding(parser *p, const token *name) {
  name_entry *entry;
  symad_status status = entry_of(p, name, &entry);
  if (status != SYMAD_OK)
    return status;
  uint32_t start = name->start, end = name->end;
  if (is_keyword(entry->text, entry->length))
    status = SYMAD_ERR_KEYWORD;
  else if (is_private(entry->text, entry->length))
    status = SYMAD_ERR_NAME;
  else if (entry->kind == NAME_VARIABLE)
    status = SYMAD_ERR_BIND;
  else if (entry->kind == NAME_INPUT || entry->kind == NAME_CONSTANT) {
    status = SYMAD_ERR_UNBOUND;
    start = entry->first;
    end = entry->first_end;
  }
  return status == SYMAD_OK ? SYMAD_OK : refuse_at(p, status, start, end);
}

symad_status scope_bind(parser *p, const token *name, const operand *value) {
  name_entry *entry;
  symad_status status = scope_check_binding(p, name);
  if (status == SYMAD_OK)
    status = entry_of(p, name, &entry);
  if (status != SYMAD_OK)
    return status;
  entry->kind = NAME_BOUND;
  entry->node = value->node;
  entry->constant = value->constant;
  status = builder_label(p->b, value->node, entry->text, entry->length);
  return status == SYMAD_OK ? SYMAD_OK : refuse_at(p, status, name->start, name->end);
}

/* ---- functions of the user ---- */

symad_status scope_check_function(parser *p, const token *name) {
  name_entry *entry;
  symad_status status = entry_of(p, name, &entry);
  if (status != SYMAD_OK)
    return status;
  if (is_keyword(entry->text, entry->length))
    status = SYMAD_ERR_KEYWORD;
  else if (is_private(entry->text, entry->length))
    status = SYMAD_ERR_NAME;
  else if (callable_find(entry->text, entry->length) != CALL_NONE)
    status = SYMAD_ERR_FUNCTION_BOUND;
  return status == SYMAD_OK ? SYMAD_OK : refuse_at(p, status, name->start, name->end);
}

symad_status scope_define(parser *p, const token *name, uint32_t index) {
  name_entry *entry;
  symad_status status = entry_of(p, name, &entry);
  if (status == SYMAD_OK)
    entry->callable = CALL_USER + index;
  return status;
}

symad_status scope_hide(parser *p, const token *name, uint32_t node) {
  name_entry *entry;
  symad_status status = entry_of(p, name, &entry);
  if (status != SYMAD_OK)
    return status;
  hidden_name hidden = {(uint32_t)(entry - ITEMS(name_entry, p->names.entries)), entry->kind, entry->node,
                        entry->constant};
  for (size_t i = 0; i < p->hidden.count; i++)
    if (ITEMS(hidden_name, p->hidden)[i].entry == hidden.entry)
      return refuse_at(p, SYMAD_ERR_DUPLICATE, name->start, name->end);
  if (is_keyword(entry->text, entry->length) || is_private(entry->text, entry->length))
    return refuse_at(p, is_private(entry->text, entry->length) ? SYMAD_ERR_NAME : SYMAD_ERR_KEYWORD, name->start,
                     name->end);
  entry->kind = NAME_BOUND;
  entry->node = node;
  entry->constant = 0;
  status = array_append(&p->b->memory, &p->hidden, &hidden, 1, sizeof hidden);
  return status == SYMAD_OK ? SYMAD_OK : refuse_at(p, status, name->start, name->end);
}

void scope_unhide(parser *p) {
  for (size_t i = p->hidden.count; i-- > 0;) {
    const hidden_name *hidden = &ITEMS(hidden_name, p->hidden)[i];
    name_entry *entry = &ITEMS(name_entry, p->names.entries)[hidden->entry];
    entry->kind = hidden->kind;
    entry->node = hidden->node;
    entry->constant = hidden->constant;
  }
}

symad_status scope_callable(parser *p, const token *name, uint32_t *callable) {
  name_entry *entry;
  symad_status status = entry_of(p, name, &entry);
  if (status != SYMAD_OK)
    return status;
  if (entry->callable == CALL_UNKNOWN)
    entry->callable = callable_find(entry->text, entry->length);
  *callable = entry->callable;
  if (*callable != CALL_NONE)
    return SYMAD_OK;
  int is_constant = entry->kind == NAME_CONSTANT;
  if (entry->kind == NAME_FREE)
    is_constant = constant_find(entry->text, entry->length) != CALL_NONE;
  status = is_keyword(entry->text, entry->length) ? SYMAD_ERR_KEYWORD : SYMAD_ERR_FUNCTION;
  status = is_constant ? SYMAD_ERR_CALL_VALUE : status;
  return refuse_at(p, status, name->start, name->end);
}
