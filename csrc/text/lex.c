/* The tokenizer. Every byte is looked at once; nothing is copied. */
#include "text/lex.h"

static int is_digit(char c) {
  return c >= '0' && c <= '9';
}

static int is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

int lex_is_name_start(char c) {
  return is_letter(c) || c == '_';
}

int lex_is_name_part(char c) {
  return is_letter(c) || is_digit(c) || c == '_';
}

/* Without a branch, and in bytes throughout so that it becomes vectors: files hold names by the million. */
int lex_is_name_parts(const char *text, size_t length) {
  uint8_t good = 1;
  for (size_t i = 0; i < length; i++) {
    uint8_t c = (uint8_t)text[i], letter = (uint8_t)((c | 32) - 'a'), digit = (uint8_t)(c - '0');
    good &= (uint8_t)((letter < 26) | (digit < 10) | (c == '_'));
  }
  return good;
}

int lex_is_name(const char *text, size_t length) {
  return length > 0 && !is_digit(text[0]) && lex_is_name_parts(text, length);
}

uint32_t lex_hash_name(uint64_t seed, const char *name, size_t length) {
  uint64_t h = seed ^ length;
  for (size_t i = 0; i < length; i++) {
    h = (h ^ (unsigned char)name[i]) * 0x9e3779b97f4a7c15u;
    h ^= h >> 29;
  }
  return (uint32_t)(h >> 32);
}

/* The byte at a place, 0 beyond the end (a 0 in the text has no meaning either). */
static char at(const lexer *lex, uint32_t i) {
  return i < lex->length ? lex->text[i] : '\0';
}

static void refuse(token *t, symad_status status, uint32_t end) {
  t->kind = TOKEN_BAD;
  t->status = status;
  t->end = end;
}

/* Past a comment: up to its line end, or to a control character, which is refused where it stands. */
static void skip_comment(lexer *lex) {
  while (lex->position < lex->length) {
    unsigned char c = (unsigned char)lex->text[lex->position];
    if ((c < 0x20 && c != '\t') || c == 0x7f)
      return;
    lex->position++;
  }
}

/* Past white space and comments; 1 if a line ended outside parentheses, the first such place in *line. */
static int skip_space(lexer *lex, uint32_t *line) {
  int ended = 0;
  while (lex->position < lex->length) {
    char c = lex->text[lex->position];
    if (c == '#') {
      skip_comment(lex);
      continue;
    }
    if (c == '\n' && lex->n_open == 0 && !ended) {
      ended = 1;
      *line = lex->position;
    }
    if (c != ' ' && c != '\t' && c != '\n' && !(c == '\r' && at(lex, lex->position + 1) == '\n'))
      break;
    lex->position++;
  }
  return ended;
}

static uint32_t skip_digits(const lexer *lex, uint32_t i) {
  while (is_digit(at(lex, i)))
    i++;
  return i;
}

static uint32_t skip_name(const lexer *lex, uint32_t i) {
  while (lex_is_name_part(at(lex, i)))
    i++;
  return i;
}

static int is_base_letter(char c) {
  return c == 'x' || c == 'X' || c == 'b' || c == 'B' || c == 'o' || c == 'O';
}

/* A number, refused as a whole where it goes on like no number: 1_000, 0x10, 1e, 1.2.3. */
static void scan_number(const lexer *lex, token *t) {
  uint32_t i = skip_digits(lex, t->start);
  if (at(lex, i) == '.' && at(lex, i + 1) != '.') /* 1..n is a range */
    i = skip_digits(lex, i + 1);
  char c = at(lex, i);
  int broken = 0;
  if (c == 'e' || c == 'E') {
    uint32_t digits = i + 1;
    if (at(lex, digits) == '+' || at(lex, digits) == '-')
      digits++;
    if (is_digit(at(lex, digits)))
      i = skip_digits(lex, digits);
    else
      broken = !lex_is_name_start(at(lex, i + 1));
  }
  c = at(lex, i);
  if (i == t->start + 1 && lex->text[t->start] == '0' && is_base_letter(c))
    broken = 1;
  t->kind = TOKEN_NUMBER;
  t->end = i;
  if (broken || c == '_' || (c == '.' && at(lex, i + 1) != '.')) {
    while (lex_is_name_part(at(lex, i)) || at(lex, i) == '.')
      i++;
    refuse(t, SYMAD_ERR_NUMBER, i);
  }
}

static void scan_name(const lexer *lex, token *t) {
  const char *s = lex->text + t->start;
  t->end = skip_name(lex, t->start + 1);
  t->kind = TOKEN_NAME;
  uint32_t n = t->end - t->start;
  if (n == 2 && s[0] == 'o' && s[1] == 'r')
    t->op = SYMAD_OP_OR;
  else if (n == 3 && s[0] == 'a' && s[1] == 'n' && s[2] == 'd')
    t->op = SYMAD_OP_AND;
  else if (n == 3 && s[0] == 'n' && s[1] == 'o' && s[2] == 't')
    t->op = SYMAD_OP_NOT;
  if (t->op != 0)
    t->kind = TOKEN_OPERATOR;
}

static void scan_sign(token *t, uint32_t op, uint32_t length) {
  t->kind = TOKEN_OPERATOR;
  t->op = op;
  t->end = t->start + length;
}

/* A byte without meaning; one above ASCII is refused as the whole character that it begins. */
static void scan_stranger(const lexer *lex, token *t) {
  uint32_t end = t->start + 1;
  if ((lex->text[t->start] & 0x80) == 0) {
    refuse(t, SYMAD_ERR_CHARACTER, end);
    return;
  }
  while (end < t->start + 4 && (at(lex, end) & 0xc0) == 0x80)
    end++;
  refuse(t, SYMAD_ERR_ENCODING, end);
}

static void scan_operator(const lexer *lex, token *t) {
  int doubled = at(lex, t->start + 1) == lex->text[t->start];
  int equal = at(lex, t->start + 1) == '=';
  switch (lex->text[t->start]) {
  case '+':
    scan_sign(t, SYMAD_OP_ADD, 1);
    return;
  case '-':
    scan_sign(t, SYMAD_OP_SUB, 1);
    return;
  case '*':
    scan_sign(t, doubled ? SYMAD_OP_POW : SYMAD_OP_MUL, doubled ? 2 : 1);
    return;
  case '/':
    scan_sign(t, SYMAD_OP_DIV, 1);
    return;
  case '^':
    scan_sign(t, SYMAD_OP_POW, 1);
    return;
  case '<':
    scan_sign(t, equal ? SYMAD_OP_LE : SYMAD_OP_LT, equal ? 2 : 1);
    return;
  case '>':
    scan_sign(t, equal ? SYMAD_OP_GE : SYMAD_OP_GT, equal ? 2 : 1);
    return;
  case '=':
    scan_sign(t, SYMAD_OP_EQ, equal ? 2 : 1);
    if (!equal)
      t->kind = TOKEN_ASSIGN;
    return;
  case '!':
    if (equal) {
      scan_sign(t, SYMAD_OP_NE, 2);
      return;
    }
    break;
  default:
    break;
  }
  scan_stranger(lex, t);
}

static void scan_one(lexer *lex, token *t, token_kind kind) {
  t->kind = kind;
  t->end = t->start + 1;
  if (kind == TOKEN_OPEN)
    lex->n_open++;
  else if (kind == TOKEN_CLOSE && lex->n_open > 0)
    lex->n_open--;
}

static void scan(lexer *lex, token *t) {
  char c = lex->text[t->start];
  if (is_digit(c) || (c == '.' && is_digit(at(lex, t->start + 1))))
    scan_number(lex, t);
  else if (lex_is_name_start(c))
    scan_name(lex, t);
  else if (c == '(')
    scan_one(lex, t, TOKEN_OPEN);
  else if (c == ')')
    scan_one(lex, t, TOKEN_CLOSE);
  else if (c == ',')
    scan_one(lex, t, TOKEN_COMMA);
  else if (c == ';')
    scan_one(lex, t, TOKEN_SEMICOLON);
  else
    scan_operator(lex, t);
}

static void scan_next(lexer *lex, token *t) {
  uint32_t line = 0;
  int ended = skip_space(lex, &line);
  t->op = 0;
  t->status = SYMAD_OK;
  t->start = t->end = lex->position;
  if (ended) {
    t->kind = TOKEN_LINE;
    t->start = line;
    t->end = line + 1;
  } else if (lex->position == lex->length) {
    t->kind = TOKEN_END;
    return;
  } else {
    scan(lex, t);
    lex->position = t->end;
  }
  if (lex->n_left == 0)
    refuse(t, SYMAD_ERR_LIMIT_TOKENS, t->end);
  else
    lex->n_left--;
}

void lexer_next(lexer *lex, token *t) {
  scan_next(lex, t);
  t->text = lex->text + t->start;
  t->length = t->end - t->start;
}

void lex_place(const char *text, uint32_t offset, uint32_t *line, uint32_t *column) {
  *line = *column = 1;
  for (uint32_t i = 0; i < offset; i++) {
    if (text[i] == '\n') {
      ++*line;
      *column = 1;
    } else if ((text[i] & 0xc0) != 0x80) { /* not inside a character */
      ++*column;
    }
  }
}
