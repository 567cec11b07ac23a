/* Whether a text uses the notation of families, its words, and what can be found among them. */
#include "families/families.h"

#include <string.h>

/* ---- whether there is any notation ---- */

static int is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static int begins_loop(const char *text, size_t length, size_t i) {
  size_t end = i;
  while (end < length && lex_is_name_part(text[end]))
    end++;
  return (end - i == 3 && memcmp(text + i, "for", 3) == 0) || (end - i == 6 && memcmp(text + i, "repeat", 6) == 0);
}

/* Whether a sign of the notation stands anywhere, be it in a comment: the quick answer for most texts. */
static int has_signs(const char *text, size_t length) {
  if (memchr(text, ':', length) != NULL || memchr(text, '[', length) != NULL || memchr(text, '{', length) != NULL)
    return 1;
  const char *end = text + length, *dot = memchr(text, '.', length);
  while (dot != NULL && dot + 1 < end && dot[1] != '.')
    dot = memchr(dot + 1, '.', (size_t)(end - dot) - 1);
  return dot != NULL && dot + 1 < end;
}

int families_occur(const char *text, size_t length) {
  if (!has_signs(text, length))
    return 0;
  int may_be_header = 1, is_first = 1; /* so far there are only names and commas; there is nothing */
  for (size_t i = 0; i < length; i++) {
    char c = text[i];
    if (c == '#') {
      const char *end = memchr(text + i, '\n', length - i);
      if (end == NULL)
        return 0;
      i = (size_t)(end - text);
    } else if (c == '[' || c == '{' || (c == '.' && i + 1 < length && text[i + 1] == '.')) {
      return 1;
    } else if (c == ':') {
      if (!may_be_header)
        return 1;
      may_be_header = 0;
    } else if (!is_blank(c)) {
      if (is_first && begins_loop(text, length, i))
        may_be_header = 0;
      is_first = 0;
      may_be_header = may_be_header && (lex_is_name_part(c) || c == ',');
    }
  }
  return 0;
}

/* ---- words ---- */

/* Makes a sign of the notation of what the lexer refuses; inside square brackets, too, a line end is white space. */
static int becomes_mark(token *t, lexer *lex) {
  char c = lex->text[t->start];
  if (t->status != SYMAD_ERR_CHARACTER || strchr("[]{}:%.", c) == NULL || c == '\0')
    return 0;
  if (c == '.') {
    if (t->end == lex->length || lex->text[t->end] != '.')
      return 0;
    lex->position = ++t->end;
  }
  if (c == '[')
    lex->n_open++;
  else if (c == ']' && lex->n_open > 0)
    lex->n_open--;
  t->kind = TOKEN_MARK;
  t->op = (unsigned char)c;
  return 1;
}

/* Notes the bracket and finds its partner. */
static symad_status match(families *f, array *open, word *w) {
  word *words = f->words.data;
  uint32_t k = (uint32_t)f->words.count - 1;
  if (word_is_opening(w)) {
    symad_status status = array_append(&f->memory, open, &k, 1, sizeof k);
    return status == SYMAD_OK ? SYMAD_OK : families_refuse(f, status, w->start, w->end);
  }
  if (open->count == 0)
    return families_refuse(f, w->kind == TOKEN_CLOSE ? SYMAD_ERR_UNOPENED : SYMAD_ERR_BRACKET_UNOPENED, w->start,
                           w->end);
  w->pair = ITEMS(uint32_t, *open)[--open->count];
  words[w->pair].pair = k;
  char opened = f->lex.text[words[w->pair].start], closed = f->lex.text[w->start];
  if ((opened == '(' && closed == ')') || (opened == '[' && closed == ']') || (opened == '{' && closed == '}'))
    return SYMAD_OK;
  f->error_value = opened;
  return families_refuse(f, SYMAD_ERR_BRACKET_OTHER, w->start, w->end);
}

/* Digits behind an index are part of the name: x{i}1_{j} holds no number 1_. */
static int becomes_digits(token *t, lexer *lex, const array *words) {
  const word *before = words->count == 0 ? NULL : &ITEMS(word, *words)[words->count - 1];
  uint32_t end = t->start;
  if (t->status != SYMAD_ERR_NUMBER || before == NULL || !word_is_mark(before, '}') || before->end != t->start)
    return 0;
  while (lex->text[end] >= '0' && lex->text[end] <= '9') /* the fault is behind them */
    end++;
  t->kind = TOKEN_NUMBER;
  lex->position = t->end = end;
  return end > t->start;
}

static symad_status read_all(families *f, array *open) {
  token t;
  uint32_t end = 0;
  for (lexer_next(&f->lex, &t); t.kind != TOKEN_END; lexer_next(&f->lex, &t)) {
    if (t.kind == TOKEN_BAD && !becomes_mark(&t, &f->lex) && !becomes_digits(&t, &f->lex, &f->words))
      return families_refuse(f, t.status, t.start, t.end);
    word w = {t.start, t.end, 0, (uint16_t)t.op, (uint8_t)t.kind, t.start == end};
    end = t.end;
    symad_status status = array_append(&f->memory, &f->words, &w, 1, sizeof w);
    if (status != SYMAD_OK)
      return families_refuse(f, status, t.start, t.end);
    word *kept = &ITEMS(word, f->words)[f->words.count - 1];
    if (word_is_opening(kept) || word_is_closing(kept))
      status = match(f, open, kept);
    if (status != SYMAD_OK)
      return status;
  }
  if (open->count == 0)
    return SYMAD_OK;
  const word *last = &ITEMS(word, f->words)[ITEMS(uint32_t, *open)[open->count - 1]];
  return families_refuse(f, last->kind == TOKEN_OPEN ? SYMAD_ERR_UNCLOSED : SYMAD_ERR_BRACKET_UNCLOSED, last->start,
                         last->end);
}

symad_status families_words(families *f) {
  array open = {NULL, 0, 0};
  symad_status status = read_all(f, &open);
  array_free(&f->memory, &open, sizeof(uint32_t));
  return status;
}

/* The first word of this kind outside brackets, NO_NODE if there is none; op only counts for signs. */
uint32_t words_find(const families *f, uint32_t kind, char op, uint32_t k, uint32_t end) {
  const word *words = f->words.data;
  for (; k < end; k++) {
    const word *w = &words[k];
    if (w->kind == kind && (kind != TOKEN_MARK || w->op == (uint16_t)op))
      return k;
    if (word_is_opening(w))
      k = w->pair;
  }
  return NO_NODE;
}

uint32_t words_statement_end(const families *f, uint32_t k, uint32_t end) {
  const word *words = f->words.data;
  for (; k < end && !word_is_end(&words[k]); k++)
    if (word_is_opening(&words[k]))
      k = words[k].pair;
  return k;
}

/* Whether a term shows an operator that binds less tightly than what stands between terms. */
int words_are_loose(const families *f, fold kind, uint32_t k, uint32_t end) {
  const word *words = f->words.data;
  for (; k < end; k++) {
    const word *w = &words[k];
    int is_product =
        kind == FOLD_PRODUCT &&
        (word_is_mark(w, '%') || (w->kind == TOKEN_OPERATOR && (w->op == SYMAD_OP_MUL || w->op == SYMAD_OP_DIV)));
    if (is_product ||
        (w->kind == TOKEN_OPERATOR && w->op != SYMAD_OP_MUL && w->op != SYMAD_OP_DIV && w->op != SYMAD_OP_POW))
      return 1;
    if (word_is_opening(w))
      k = w->pair;
  }
  return 0;
}
