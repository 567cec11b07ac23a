/* Tokens of a formula's text, one at a time. Knows characters and words, no names and no grammar. */
#ifndef SYMAD_LEX_H
#define SYMAD_LEX_H

#include "base/internal.h"

typedef enum token_kind {
  TOKEN_END,
  TOKEN_BAD,  /* no token: status says why */
  TOKEN_LINE, /* one or more line ends outside parentheses */
  TOKEN_SEMICOLON,
  TOKEN_NUMBER,
  TOKEN_NAME,
  TOKEN_OPEN,
  TOKEN_CLOSE,
  TOKEN_COMMA,
  TOKEN_ASSIGN,
  TOKEN_OPERATOR, /* op is its row: ADD and SUB stand for the signs too */
  TOKEN_MARK      /* of the notation of families; the lexer gives none */
} token_kind;

typedef struct token {
  token_kind kind;
  uint32_t op;
  symad_status status;
  uint32_t start; /* bytes [start, end) of the text */
  uint32_t end;
  const char *text; /* what it says: those bytes, but where it was made from an index */
  uint32_t length;
} token;

typedef struct lexer {
  const char *text;
  uint32_t length;
  uint32_t position;
  uint32_t n_open; /* parentheses open here: inside them a line end is white space */
  uint64_t n_left; /* tokens until the limit */
} lexer;

void lexer_next(lexer *lex, token *t);
/* Line and column, in characters from 1, of a byte. */
void lex_place(const char *text, uint32_t offset, uint32_t *line, uint32_t *column);
int lex_is_name_start(char c);
int lex_is_name_part(char c);
int lex_is_name_parts(const char *text, size_t length);
int lex_is_name(const char *text, size_t length);
/* Seeded by an address, so that names cannot be made to collide; nothing that comes out depends on it. */
uint32_t lex_hash_name(uint64_t seed, const char *name, size_t length);

#endif
