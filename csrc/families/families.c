/* A family's words into instructions: one pass over them, with a stack of the loops and sums that are open. */
#include "families/families.h"

#include <string.h>

/* ---- the reader ---- */

typedef enum context_kind {
  CONTEXT_BLOCK, /* statements in braces */
  CONTEXT_LINE,  /* one statement */
  CONTEXT_TERMS
} context_kind;

/* A loop or a sum that is open; its place on the stack is the slot of its index. */
typedef struct context {
  uint32_t kind;
  uint32_t end;    /* word behind its body */
  uint32_t at;     /* its instruction */
  uint32_t index;  /* word, NO_NODE for a repeat */
  uint32_t cost;   /* of everything before its body */
  uint32_t varies; /* something in its body is repeated */
  uint32_t is_used;
} context;

typedef struct reader {
  families *f;
  const word *words;
  uint32_t n;
  uint32_t k;     /* the next word */
  uint32_t depth; /* contexts */
  int in_line;    /* inside a statement, which ends before: */
  uint32_t line_end;
  int is_first;  /* nothing has been read of the statement or term */
  uint32_t cost; /* of all instructions */
  context contexts[MOST_LOOPS];
} reader;

static symad_status refuse_word(reader *r, symad_status status, uint32_t k) {
  return families_refuse(r->f, status, r->words[k].start, r->words[k].end);
}

static int word_is(const reader *r, uint32_t k, const char *text) {
  size_t length = strlen(text);
  return k < r->n && r->words[k].end - r->words[k].start == length &&
         memcmp(r->f->lex.text + r->words[k].start, text, length) == 0;
}

static int same_words(const reader *r, uint32_t j, uint32_t k) {
  const word *x = &r->words[j], *y = &r->words[k];
  const char *text = r->f->lex.text;
  return x->end - x->start == y->end - y->start && text[x->start] == text[y->start] &&
         memcmp(text + x->start, text + y->start, x->end - x->start) == 0;
}

/* The context that has this word as its index; -1 for the size, -2 for none. */
static int32_t context_of(const reader *r, uint32_t k) {
  const families *f = r->f;
  for (uint32_t i = r->depth; i-- > 0;)
    if (r->contexts[i].index != NO_NODE && same_words(r, r->contexts[i].index, k))
      return (int32_t)i;
  const word *w = &r->words[k];
  return f->size != NULL && w->end - w->start == f->size_length &&
                 memcmp(f->lex.text + w->start, f->size, f->size_length) == 0
             ? -1
             : -2;
}

/* Adds an index to the list of those that there are, for a message; a long one ends early. */
static void list_known(families *f, const char *name, uint32_t length) {
  size_t n = strlen(f->known), comma = n > 0 ? 2 : 0;
  if (n + comma + length >= sizeof f->known)
    return;
  memcpy(f->known + n, ", ", comma);
  memcpy(f->known + n + comma, name, length);
}

static symad_status refuse_unknown(reader *r, uint32_t k) {
  families *f = r->f;
  if (f->size == NULL && word_is(r, k, "n"))
    return refuse_word(r, SYMAD_ERR_SIZE, k);
  if (f->size != NULL)
    list_known(f, f->size, f->size_length);
  for (uint32_t i = 0; i < r->depth; i++) {
    const word *index = r->contexts[i].index == NO_NODE ? NULL : &r->words[r->contexts[i].index];
    if (index != NULL)
      list_known(f, f->lex.text + index->start, index->end - index->start);
  }
  return refuse_word(r, SYMAD_ERR_INDEX_UNKNOWN, k);
}

static symad_status find_slot(void *scope, const word *name, int32_t *slot) {
  reader *r = scope;
  uint32_t k = (uint32_t)(name - r->words);
  int32_t found = context_of(r, k);
  if (found == -2)
    return refuse_unknown(r, k);
  if (found == -1)
    r->f->is_used = 1;
  else
    r->contexts[found].is_used = 1;
  *slot = found == -1 ? (int32_t)SLOT_SIZE : found;
  return SYMAD_OK;
}

static symad_status read_whole(reader *r, uint32_t k, uint32_t end, uint32_t missing, uint32_t *formula) {
  return whole_read(r->f, k, end, &r->words[missing], find_slot, r, formula);
}

static symad_status emit(reader *r, const instruction *x) {
  families *f = r->f;
  symad_status status = array_append(&f->memory, &f->code, x, 1, sizeof *x);
  if (status != SYMAD_OK)
    return families_refuse(f, status, x->start, x->end);
  uint32_t cost = instruction_cost(f, x);
  r->cost = r->cost > UINT32_MAX - cost ? UINT32_MAX : r->cost + cost;
  return SYMAD_OK;
}

/* An instruction that begins with word k and ends with word `last`, with the blank before it. */
static instruction instruction_at(const reader *r, act what, uint32_t k, uint32_t last) {
  instruction x = {0};
  x.act = (uint8_t)what;
  x.gap = !r->is_first && !r->words[k].touches;
  x.start = r->words[k].start;
  x.end = r->words[last].end;
  return x;
}

/* ---- loops and sums ---- */

/* low..high between the words; the formulas get neighbouring numbers. */
static symad_status read_range(reader *r, uint32_t k, uint32_t end, uint32_t start, uint32_t *formula) {
  uint32_t high, dots = words_find(r->f, TOKEN_MARK, '.', k, end);
  if (dots == NO_NODE)
    return refuse_word(r, SYMAD_ERR_RANGE, k < end ? k : start);
  symad_status status = read_whole(r, k, dots, start, formula);
  return status == SYMAD_OK ? read_whole(r, dots + 1, end, dots, &high) : status;
}

/* Opens a loop or terms: `x` is its instruction, `blamed` the word that a refusal points at. */
static symad_status enter(reader *r, const instruction *x, uint32_t kind, uint32_t index, uint32_t end,
                          uint32_t blamed) {
  if (index != NO_NODE && context_of(r, index) != -2)
    return refuse_word(r, SYMAD_ERR_INDEX_TWICE, index);
  if (r->depth == MOST_LOOPS)
    return refuse_word(r, SYMAD_ERR_LIMIT_LOOPS, blamed);
  if (r->depth > 0)
    r->contexts[r->depth - 1].varies = 1;
  symad_status status = emit(r, x);
  r->contexts[r->depth++] = (context){kind, end, (uint32_t)r->f->code.count - 1, index, r->cost, 0, 0};
  return status;
}

static symad_status leave(reader *r) {
  const context *c = &r->contexts[--r->depth];
  instruction *opened = &ITEMS(instruction, r->f->code)[c->at];
  instruction x = {ACT_AGAIN, opened->kind, 0, opened->wrap, 0, opened->start, opened->end, c->at, 0};
  if (opened->act == ACT_TERMS)
    x.op = r->words[c->end].start; /* its closing parenthesis */
  opened->b = (uint32_t)r->f->code.count + 1;
  symad_status status = emit(r, &x);
  uint32_t cost = r->cost - c->cost;
  if (status == SYMAD_OK)
    ITEMS(instruction, r->f->code)[r->f->code.count - 1].b = c->varies ? NO_NODE : cost;
  return status;
}

static int is_loop(const reader *r, uint32_t k) {
  if (word_is(r, k, "for"))
    return 1;
  return word_is(r, k, "repeat") && k + 1 < r->n && r->words[k + 1].kind != TOKEN_ASSIGN &&
         !word_is_end(&r->words[k + 1]);
}

/* Index and range of a loop whose head ends at a colon. */
static symad_status read_head(reader *r, uint32_t colon, instruction *x, uint32_t *index) {
  uint32_t k = r->k, high;
  *index = NO_NODE;
  if (word_is(r, k, "repeat")) {
    const step one = {WHOLE_NUMBER, 1, x->start, x->end};
    const whole low = {(uint32_t)r->f->steps.count, 1, x->start, x->end};
    symad_status status = array_append(&r->f->memory, &r->f->steps, &one, 1, sizeof one);
    if (status == SYMAD_OK)
      status = array_append(&r->f->memory, &r->f->wholes, &low, 1, sizeof low);
    x->a = (uint32_t)r->f->wholes.count - 1;
    return status == SYMAD_OK ? read_whole(r, k + 1, colon, k, &high) : refuse_word(r, status, k);
  }
  if (k + 2 >= colon || r->words[k + 1].kind != TOKEN_NAME ||
      !(r->words[k + 2].kind == TOKEN_ASSIGN || word_is(r, k + 2, "in")))
    return refuse_word(r, SYMAD_ERR_LOOP, k);
  *index = k + 1;
  return read_range(r, k + 3, colon, k, &x->a);
}

static symad_status read_loop(reader *r, uint32_t end) {
  uint32_t k = r->k, colon = k, index = NO_NODE;
  while (colon < end && !word_is_end(&r->words[colon]) && !word_is_mark(&r->words[colon], ':'))
    colon = word_is_opening(&r->words[colon]) ? r->words[colon].pair + 1 : colon + 1;
  if (colon >= end || !word_is_mark(&r->words[colon], ':'))
    return refuse_word(r, SYMAD_ERR_LOOP_COLON, k);
  r->is_first = 1;
  instruction x = instruction_at(r, ACT_LOOP, k, colon);
  symad_status status = read_head(r, colon, &x, &index);
  if (status != SYMAD_OK)
    return status;
  uint32_t body = colon + 1;
  if (body < end && word_is_mark(&r->words[body], '{')) {
    r->k = body + 1;
    return enter(r, &x, CONTEXT_BLOCK, index, r->words[body].pair, k);
  }
  if (body >= end || word_is_end(&r->words[body]))
    return refuse_word(r, SYMAD_ERR_LOOP_BODY, colon);
  r->k = body;
  return enter(r, &x, CONTEXT_LINE, index, end, k);
}

/* sum(i = 1..n, term) */
static symad_status read_terms(reader *r) {
  uint32_t k = r->k, index = k + 2, close = r->words[k + 1].pair;
  uint32_t comma = words_find(r->f, TOKEN_COMMA, 0, k + 4, close);
  if (comma == NO_NODE || comma + 1 == close)
    return refuse_word(r, SYMAD_ERR_TERM, k);
  uint32_t second = words_find(r->f, TOKEN_COMMA, 0, comma + 1, close);
  if (second != NO_NODE)
    return refuse_word(r, SYMAD_ERR_TERMS, second);
  instruction x = instruction_at(r, ACT_TERMS, k, k);
  x.kind = word_is(r, k, "sum") ? FOLD_SUM : word_is(r, k, "prod") ? FOLD_PRODUCT : FOLD_CALL;
  x.wrap = x.kind != FOLD_CALL && words_are_loose(r->f, (fold)x.kind, comma + 1, close);
  symad_status status = read_range(r, k + 4, comma, index, &x.a);
  r->k = comma + 1;
  r->is_first = 1;
  return status == SYMAD_OK ? enter(r, &x, CONTEXT_TERMS, index, close, index) : status;
}

static symad_status close_terms(reader *r) {
  const context *c = &r->contexts[r->depth - 1];
  if (!c->is_used) /* x_i is a name like any other, and most likely not what was meant */
    return refuse_word(r, SYMAD_ERR_INDEX_UNUSED, c->index);
  r->k = c->end + 1;
  r->is_first = 0;
  return leave(r);
}

/* ---- names with indices ---- */

static symad_status add_part(reader *r, uint32_t formula, uint32_t start, uint32_t length) {
  name_part part = {formula, start, length};
  symad_status status = array_append(&r->f->memory, &r->f->parts, &part, 1, sizeof part);
  return status == SYMAD_OK ? SYMAD_OK : families_refuse(r->f, status, start, start + length);
}

static symad_status add_word(reader *r, uint32_t k) {
  return add_part(r, NO_NODE, r->words[k].start, r->words[k].end - r->words[k].start);
}

/* A number that would run into what stands before it is refused. */
static symad_status check_alone(reader *r, uint32_t k) {
  const word *before = k > 0 ? &r->words[k - 1] : NULL;
  int runs = before != NULL && r->words[k].touches &&
             (before->kind == TOKEN_NAME || before->kind == TOKEN_NUMBER || word_is_closing(before));
  return runs ? refuse_word(r, SYMAD_ERR_JUXTAPOSED, k) : SYMAD_OK;
}

static int is_digits(const reader *r, uint32_t k) {
  const word *w = &r->words[k];
  uint32_t i = w->start;
  while (w->kind == TOKEN_NUMBER && i < w->end && r->f->lex.text[i] >= '0' && r->f->lex.text[i] <= '9')
    i++;
  return i == w->end;
}

/* Names and {...} that touch each other; a {...} by itself is a number. */
static symad_status read_run(reader *r, uint32_t end) {
  uint32_t k = r->k, first = k, formula = NO_NODE, n_parts = 0, at = (uint32_t)r->f->parts.count;
  int is_number = word_is_mark(&r->words[k], '{');
  symad_status status = is_number ? check_alone(r, k) : SYMAD_OK;
  for (; status == SYMAD_OK && k < end && (n_parts == 0 || r->words[k].touches); n_parts++) {
    if (word_is_mark(&r->words[k], '{')) {
      uint32_t close = r->words[k].pair;
      status = read_whole(r, k + 1, close, k, &formula);
      if (status == SYMAD_OK)
        status = add_part(r, formula, r->words[k].start, 0);
      k = close + 1;
    } else if (r->words[k].kind == TOKEN_NAME || is_digits(r, k)) {
      status = add_word(r, k++);
    } else {
      break;
    }
  }
  if (status != SYMAD_OK)
    return status;
  if (is_number && n_parts > 1)
    return refuse_word(r, SYMAD_ERR_INDEX_FIRST, first);
  if (k < end && word_is_mark(&r->words[k], '[') && r->words[k].touches)
    return refuse_word(r, SYMAD_ERR_INDEX_MIXED, k);
  instruction x = instruction_at(r, is_number ? ACT_NUMBER : ACT_NAME, first, k - 1);
  x.a = is_number ? formula : at;
  x.b = n_parts;
  r->k = k;
  r->is_first = 0;
  return emit(r, &x);
}

/* x[1..n] */
static symad_status read_names(reader *r, uint32_t close) {
  uint32_t k = r->k;
  instruction x = instruction_at(r, ACT_NAMES, k, close);
  x.b = (uint32_t)r->f->parts.count;
  symad_status status = add_word(r, k);
  if (status == SYMAD_OK)
    status = read_range(r, k + 2, close, k, &x.a);
  if (r->depth > 0)
    r->contexts[r->depth - 1].varies = 1;
  r->k = close + 1;
  r->is_first = 0;
  return status == SYMAD_OK ? emit(r, &x) : status;
}

/* x[i] or x[i, j], which is x{i}_{j} */
static symad_status read_indexed(reader *r) {
  uint32_t k = r->k, start = k + 2, close = r->words[k + 1].pair, formula;
  if (close + 1 < r->n && r->words[close + 1].touches &&
      (word_is_mark(&r->words[close + 1], '[') || word_is_mark(&r->words[close + 1], '{')))
    return refuse_word(r, SYMAD_ERR_INDEX_MIXED, close + 1);
  if (words_find(r->f, TOKEN_MARK, '.', start, close) != NO_NODE)
    return read_names(r, close);
  instruction x = instruction_at(r, ACT_NAME, k, close);
  x.a = (uint32_t)r->f->parts.count;
  symad_status status = add_word(r, k);
  while (status == SYMAD_OK) {
    uint32_t comma = words_find(r->f, TOKEN_COMMA, 0, start, close);
    uint32_t end = comma == NO_NODE ? close : comma;
    status = read_whole(r, start, end, end, &formula);
    if (status == SYMAD_OK)
      status = add_part(r, formula, r->words[start].start, 0);
    if (comma == NO_NODE || status != SYMAD_OK)
      break;
    status = add_part(r, NO_NODE, NO_NODE, 1); /* the _ between two indices */
    start = comma + 1;
  }
  x.b = (uint32_t)r->f->parts.count - x.a;
  r->k = close + 1;
  r->is_first = 0;
  return status == SYMAD_OK ? emit(r, &x) : status;
}

/* ---- statements ---- */

static symad_status read_verbatim(reader *r) {
  const word *w = &r->words[r->k];
  instruction x = instruction_at(r, ACT_TOKEN, r->k, r->k);
  x.kind = w->kind;
  x.op = w->op;
  r->k++;
  r->is_first = 0;
  return emit(r, &x);
}

/* What begins with the next word. */
static symad_status read_node(reader *r, uint32_t end) {
  uint32_t k = r->k;
  const word *w = &r->words[k], *after = k + 1 < end ? &r->words[k + 1] : NULL;
  if (word_is_mark(w, '{'))
    return read_run(r, end);
  if (word_is_mark(w, '['))
    return refuse_word(r, SYMAD_ERR_INDEX_ALONE, k);
  if (w->kind != TOKEN_NAME)
    return read_verbatim(r);
  if (after != NULL && after->kind == TOKEN_OPEN && k + 3 < end && r->words[k + 2].kind == TOKEN_NAME &&
      r->words[k + 3].kind == TOKEN_ASSIGN)
    return read_terms(r);
  if (after != NULL && after->touches && word_is_mark(after, '['))
    return read_indexed(r);
  if (after != NULL && after->touches && word_is_mark(after, '{'))
    return read_run(r, end);
  if (context_of(r, k) == -2 || (after != NULL && after->kind == TOKEN_OPEN))
    return read_verbatim(r);
  symad_status status = check_alone(r, k);
  instruction x = instruction_at(r, ACT_NUMBER, k, k);
  if (status == SYMAD_OK)
    status = read_whole(r, k, k + 1, k, &x.a);
  r->k++;
  r->is_first = 0;
  return status == SYMAD_OK ? emit(r, &x) : status;
}

/* The word behind the statements that are open: of the innermost block, or of the text. */
static uint32_t block_end(const reader *r) {
  return r->depth == 0 ? r->n : r->contexts[r->depth - 1].end;
}

/* Behind a statement: loops over a single one end with it. */
static symad_status end_statement(reader *r) {
  symad_status status = SYMAD_OK;
  while (status == SYMAD_OK && r->depth > 0 && r->contexts[r->depth - 1].kind == CONTEXT_LINE)
    status = leave(r);
  if (status == SYMAD_OK && r->k < block_end(r) && !word_is_end(&r->words[r->k]))
    return refuse_word(r, SYMAD_ERR_LOOP_END, r->k);
  return status;
}

static symad_status read_statement(reader *r) {
  uint32_t end = block_end(r);
  if (r->k == end) { /* of a block */
    symad_status status = leave(r);
    r->k++;
    return status == SYMAD_OK ? end_statement(r) : status;
  }
  if (word_is_end(&r->words[r->k])) {
    int is_empty = r->k == 0 || word_is_end(&r->words[r->k - 1]);
    if (is_empty && r->words[r->k].kind == TOKEN_SEMICOLON)
      return refuse_word(r, SYMAD_ERR_UNEXPECTED, r->k);
    r->k++;
    return SYMAD_OK;
  }
  if (is_loop(r, r->k))
    return read_loop(r, end);
  if (r->words[r->k].kind == TOKEN_NAME && r->k + 1 < r->n && r->words[r->k + 1].kind == TOKEN_ASSIGN &&
      context_of(r, r->k) != -2)
    return refuse_word(r, SYMAD_ERR_INDEX_BOUND, r->k);
  r->in_line = r->is_first = 1;
  r->line_end = words_statement_end(r->f, r->k, end);
  instruction x = instruction_at(r, ACT_STATEMENT, r->k, r->k);
  return emit(r, &x);
}

/* Inside a statement. */
static symad_status read_line(reader *r) {
  int in_terms = r->depth > 0 && r->contexts[r->depth - 1].kind == CONTEXT_TERMS;
  uint32_t end = in_terms ? r->contexts[r->depth - 1].end : r->line_end;
  if (r->k < end)
    return read_node(r, end);
  if (in_terms)
    return close_terms(r);
  r->in_line = 0;
  return end_statement(r);
}

/* Everything before a colon in the first statement, which is no loop, is a header. */
static symad_status read_header(reader *r) {
  uint32_t colon = words_find(r->f, TOKEN_MARK, ':', 0, words_statement_end(r->f, 0, r->n));
  symad_status status = SYMAD_OK;
  if (colon == NO_NODE || is_loop(r, 0))
    return status;
  r->is_first = 1;
  while (status == SYMAD_OK && (r->k <= colon || r->depth > 0)) {
    uint32_t end = r->depth > 0 ? r->contexts[r->depth - 1].end : colon + 1;
    status = r->k == end ? close_terms(r) : read_node(r, end);
  }
  instruction x = {ACT_HEADER, 0, 0, 0, 0, 0, 0, 0, 0};
  return status == SYMAD_OK ? emit(r, &x) : status;
}

static symad_status read_all(reader *r) {
  symad_status status = read_header(r);
  while (status == SYMAD_OK && (r->k < r->n || r->depth > 0 || r->in_line))
    status = r->in_line ? read_line(r) : read_statement(r);
  instruction x = {ACT_END, 0, 0, 0, 0, r->f->lex.length, r->f->lex.length, 0, 0};
  return status == SYMAD_OK ? emit(r, &x) : status;
}

symad_status families_open(families *f, const memory *m, const lexer *lex, const char *size, size_t length, int64_t n,
                           uint64_t budget) {
  memset(f, 0, sizeof *f);
  f->memory = *m;
  f->lex = *lex;
  f->size = size;
  f->size_length = (uint32_t)length;
  f->n = n;
  f->seed = (uint64_t)(uintptr_t)f;
  symad_status status = families_words(f);
  if (status == SYMAD_OK) {
    reader r = {0};
    r.f = f;
    r.words = f->words.data;
    r.n = (uint32_t)f->words.count;
    status = read_all(&r);
  }
  array_free(m, &f->words, sizeof(word));
  if (status == SYMAD_OK && size != NULL && !f->is_used)
    status = families_refuse(f, SYMAD_ERR_SIZE_UNUSED, 0, 0);
  return status == SYMAD_OK ? families_count(f, budget) : status;
}
