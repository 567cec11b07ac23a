/* Text to pieces: every byte is looked at once. Numbers are those of the strict grammar; brackets are matched here. */
#include "read/read.h"

#include <string.h>

static const struct letter {
  const char *bytes;
  const char *name;
} letters[] = {
    {"\xce\xb1", "alpha"},   {"\xce\xb2", "beta"},    {"\xce\xb3", "gamma"},   {"\xce\xb4", "delta"},
    {"\xce\xb5", "epsilon"}, {"\xce\xb6", "zeta"},    {"\xce\xb7", "eta"},     {"\xce\xb8", "theta"},
    {"\xce\xb9", "iota"},    {"\xce\xba", "kappa"},   {"\xce\xbb", "lambda"},  {"\xce\xbc", "mu"},
    {"\xce\xbd", "nu"},      {"\xce\xbe", "xi"},      {"\xce\xbf", "omicron"}, {"\xcf\x80", "pi"},
    {"\xcf\x81", "rho"},     {"\xcf\x83", "sigma"},   {"\xcf\x84", "tau"},     {"\xcf\x85", "upsilon"},
    {"\xcf\x86", "phi"},     {"\xcf\x87", "chi"},     {"\xcf\x88", "psi"},     {"\xcf\x89", "omega"},
    {"\xcf\x95", "phi"},     {"\xcf\xb5", "epsilon"}, {"\xcf\x91", "theta"},   {"\xc2\xb5", "mu"},
    {"\xce\x93", "Gamma"},   {"\xce\x94", "Delta"},   {"\xce\x98", "Theta"},   {"\xce\x9b", "Lambda"},
    {"\xce\x9e", "Xi"},      {"\xce\xa3", "Sigma"},   {"\xce\xa6", "Phi"},     {"\xce\xa8", "Psi"},
    {"\xce\xa9", "Omega"},
};

/* Other characters beyond ASCII with one meaning: the operator that they stand for. */
static const struct symbol {
  const char *bytes;
  uint8_t sign;
  const char *strict;
} symbols[] = {
    {"\xc2\xb7", '*', "*"},
    {"\xc3\x97", '*', "*"},
    {"\xe2\x8b\x85", '*', "*"},
    {"\xc3\xb7", '/', "/"},
    {"\xe2\x88\x92", '-', "-"},
    {"\xe2\x89\xa4", SIGN_COMPARE, "<="},
    {"\xe2\x89\xa5", SIGN_COMPARE, ">="},
    {"\xe2\x89\xa0", SIGN_COMPARE, "!="},
    {"\xc2\xb0", SIGN_DEGREE, "*pi/180"},
};

static const char *const raised[] = {
    "\xe2\x81\xb0", "\xc2\xb9",     "\xc2\xb2",     "\xc2\xb3",     "\xe2\x81\xb4",
    "\xe2\x81\xb5", "\xe2\x81\xb6", "\xe2\x81\xb7", "\xe2\x81\xb8", "\xe2\x81\xb9",
};
#define RAISED_MINUS "\xe2\x81\xbb"
#define RADICAL "\xe2\x88\x9a"

static const char *const quotes[] = {"'", "\"", "\xe2\x80\x98", "\xe2\x80\x99", "\xe2\x80\x9c", "\xe2\x80\x9d"};

typedef struct scanner {
  reader *r;
  uint32_t position;
  uint32_t n_open;
  uint32_t previous; /* piece */
} scanner;

static char byte_at(const reader *r, uint32_t i) {
  return i < r->length ? r->text[i] : '\0';
}

static int is_digit(char c) {
  return c >= '0' && c <= '9';
}

/* The length of a word that the text goes on with here, 0 if it does not. */
static uint32_t starts(const reader *r, uint32_t i, const char *typed) {
  if (i >= r->length || r->text[i] != typed[0] || (typed[1] != '\0' && i + 1 < r->length && r->text[i + 1] != typed[1]))
    return 0;
  size_t n = strlen(typed);
  return n <= r->length - i && memcmp(r->text + i, typed, n) == 0 ? (uint32_t)n : 0;
}

static uint32_t skip_digits(const reader *r, uint32_t i) {
  while (is_digit(byte_at(r, i)))
    i++;
  return i;
}

static uint32_t skip_name(const reader *r, uint32_t i) {
  while (lex_is_name_part(byte_at(r, i)))
    i++;
  return i;
}

/* White space and comments; a line end outside parentheses is a piece. */
static uint32_t skip_space(const scanner *s, uint32_t i) {
  const reader *r = s->r;
  for (;; i++) {
    char c = byte_at(r, i);
    if (c == '#') {
      while (i < r->length && r->text[i] != '\n')
        i++;
      c = byte_at(r, i);
    }
    if (i >= r->length || (c != ' ' && c != '\t' && c != '\r' && (c != '\n' || s->n_open == 0)))
      return i;
  }
}

/* ---- one piece each ---- */

/* As parse/lex.c reads numbers; what it refuses is broken. */
static void scan_number(const reader *r, piece *p) {
  uint32_t i = skip_digits(r, p->start);
  if (byte_at(r, i) == '.' && byte_at(r, i + 1) != '.')
    i = skip_digits(r, i + 1);
  char c = byte_at(r, i);
  p->kind = PIECE_NUMBER;
  if (c == 'e' || c == 'E') {
    uint32_t digits = i + 1 + (byte_at(r, i + 1) == '+' || byte_at(r, i + 1) == '-');
    if (is_digit(byte_at(r, digits)))
      i = skip_digits(r, digits);
    else if (!lex_is_name_start(byte_at(r, i + 1)))
      p->kind = PIECE_BROKEN;
  }
  c = byte_at(r, i);
  if (i == p->start + 1 && r->text[p->start] == '0' && c != '\0' && strchr("xXbBoO", c) != NULL)
    p->kind = PIECE_BROKEN;
  if (c == '_' || (c == '.' && is_digit(byte_at(r, i + 1)) && byte_at(r, i - 1) != '.'))
    p->kind = PIECE_BROKEN;
  if (p->kind == PIECE_BROKEN)
    while (lex_is_name_part(byte_at(r, i)) || (byte_at(r, i) == '.' && byte_at(r, i + 1) != '.'))
      i++;
  p->end = i;
}

static void scan_name(const reader *r, piece *p) {
  static const struct {
    const char *text;
    uint8_t sign;
  } words[] = {{"and", SIGN_AND}, {"or", SIGN_OR}, {"not", SIGN_NOT}, {"if", SIGN_IF}, {"else", SIGN_ELSE}};
  p->kind = PIECE_NAME;
  p->end = skip_name(r, p->start + 1);
  uint32_t n = p->end - p->start;
  for (size_t k = 0; n > 1 && n <= 4 && k < sizeof words / sizeof *words; k++) {
    if (strlen(words[k].text) == n && memcmp(r->text + p->start, words[k].text, n) == 0) {
      p->kind = PIECE_SIGN;
      p->sign = words[k].sign;
    }
  }
}

/* A Greek letter and what is written directly behind it as part of its name. */
static int scan_greek(reader *r, piece *p, uint32_t place) {
  for (size_t k = 0; k < sizeof letters / sizeof *letters; k++) {
    uint32_t n = starts(r, p->start, letters[k].bytes);
    if (n == 0)
      continue;
    p->kind = PIECE_NAME;
    p->flags = PIECE_GREEK;
    p->sign = (uint8_t)k;
    p->end = p->start + n;
    if (is_digit(byte_at(r, p->end)) || byte_at(r, p->end) == '_')
      p->end = skip_name(r, p->end);
    uint32_t tail = p->start + n, n_tail = p->end - tail;
    piece_write_parts(r, place, letters[k].name, (uint32_t)strlen(letters[k].name), r->text + tail, n_tail);
    return 1;
  }
  return 0;
}

static int scan_raised(reader *r, piece *p, uint32_t place) {
  char digits[32] = "**";
  uint32_t n = 2, i = p->start, length = starts(r, i, RAISED_MINUS);
  if (length > 0) {
    digits[n++] = '-';
    p->sign = '-';
    i += length;
  }
  for (uint32_t d = 0; d < 10 && n < sizeof digits - 1; d++) {
    length = starts(r, i, raised[d]);
    if (length > 0) {
      digits[n++] = (char)('0' + d);
      i += length;
      d = UINT32_MAX; /* and from 0 again */
    }
  }
  if (!is_digit(digits[n - 1]))
    return 0;
  p->kind = PIECE_RAISED;
  p->end = i;
  piece_write_parts(r, place, digits, n, "", 0);
  return 1;
}

static int scan_symbol(reader *r, piece *p, uint32_t place) {
  for (size_t k = 0; k < sizeof symbols / sizeof *symbols; k++) {
    uint32_t n = starts(r, p->start, symbols[k].bytes);
    if (n > 0) {
      p->kind = PIECE_SIGN;
      p->sign = symbols[k].sign;
      p->end = p->start + n;
      piece_write(r, place, symbols[k].strict);
      return 1;
    }
  }
  for (size_t k = 0; k < sizeof quotes / sizeof *quotes; k++) {
    uint32_t n = starts(r, p->start, quotes[k]);
    if (n > 0) {
      p->kind = PIECE_QUOTE;
      p->sign = (uint8_t)(k + 1);
      p->end = p->start + n;
      return 1;
    }
  }
  return 0;
}

static void scan_beyond(reader *r, piece *p, uint32_t place) {
  if (scan_greek(r, p, place) || scan_raised(r, p, place) || scan_symbol(r, p, place))
    return;
  uint32_t n = starts(r, p->start, RADICAL);
  if (n > 0) {
    p->kind = PIECE_NAME;
    p->flags = PIECE_ROOT;
    p->end = p->start + n;
    piece_write(r, place, "sqrt");
  }
}

static void scan_letters(const reader *r, piece *p) {
  uint32_t i = p->start + 1;
  while (lex_is_name_start(byte_at(r, i)) && byte_at(r, i) != '_')
    i++;
  if (i == p->start + 1 && i < r->length && strchr(",;:! ", byte_at(r, i)) != NULL) /* a space of LaTeX */
    i++;
  p->kind = i > p->start + 1 ? PIECE_COMMAND : PIECE_OTHER;
  p->end = i;
}

/* Operators, the longest first. */
static const struct sign {
  const char *typed;
  uint8_t sign;
  const char *strict; /* NULL: as it is */
} signs[] = {
    {".^", '^', "^"},           {".*", '*', "*"},           {"./", '/', "/"},           {"..", SIGN_RANGE, NULL},
    {"**", SIGN_POWER, NULL},   {"//", SIGN_WHOLE, NULL},   {":=", SIGN_DEFINE, NULL},  {"<>", SIGN_COMPARE, "!="},
    {"<=", SIGN_COMPARE, NULL}, {">=", SIGN_COMPARE, NULL}, {"==", SIGN_COMPARE, NULL}, {"!=", SIGN_COMPARE, NULL},
    {"&&", SIGN_AND, "and"},    {"<", SIGN_COMPARE, NULL},  {">", SIGN_COMPARE, NULL},  {"+", '+', NULL},
    {"-", '-', NULL},           {"*", '*', NULL},           {"/", '/', NULL},           {"^", '^', NULL},
    {"!", '!', NULL},           {"?", '?', NULL},           {":", ':', NULL},           {"%", '%', NULL},
    {"@", '@', NULL},           {".", '.', NULL},           {"$", '$', NULL},
};

static void scan_sign(reader *r, piece *p, uint32_t place) {
  for (size_t k = 0; k < sizeof signs / sizeof *signs; k++) {
    if (signs[k].typed[0] != r->text[p->start] || starts(r, p->start, signs[k].typed) == 0)
      continue;
    p->kind = PIECE_SIGN;
    p->sign = signs[k].sign;
    p->end = p->start + (uint32_t)strlen(signs[k].typed);
    if (signs[k].typed[0] == '.' && signs[k].strict != NULL)
      p->flags = PIECE_DOTTED;
    if (signs[k].strict != NULL)
      piece_write(r, place, signs[k].strict);
    return;
  }
}

static void scan_one(scanner *s, uint32_t place) {
  reader *r = s->r;
  piece p = *at(r, place);
  char c = r->text[p.start];
  const char *kind = strchr("([{)]},;\n|=", c);
  at(r, place)->kind = p.kind = PIECE_OTHER;
  p.end = p.start + 1;
  if (is_digit(c) || (c == '.' && is_digit(byte_at(r, p.start + 1))))
    scan_number(r, &p);
  else if (lex_is_name_start(c))
    scan_name(r, &p);
  else if (c == '\\')
    scan_letters(r, &p);
  else if (c == '=' && byte_at(r, p.start + 1) == '=')
    scan_sign(r, &p, place);
  else if (c != '\0' && kind != NULL) {
    static const uint8_t kinds[] = {PIECE_OPEN,  PIECE_OPEN, PIECE_OPEN, PIECE_CLOSE, PIECE_CLOSE, PIECE_CLOSE,
                                    PIECE_COMMA, PIECE_STOP, PIECE_STOP, PIECE_BAR,   PIECE_ASSIGN};
    p.kind = kinds[strlen("([{)]},;\n|=") - strlen(kind)];
    p.sign = (uint8_t)c;
    s->n_open += p.kind == PIECE_OPEN;
    s->n_open -= p.kind == PIECE_CLOSE && s->n_open > 0;
  } else if ((c & 0x80) != 0 || c == '\'' || c == '"')
    scan_beyond(r, &p, place);
  else
    scan_sign(r, &p, place);
  p.made = at(r, place)->made;
  p.n_made = at(r, place)->n_made;
  *at(r, place) = p;
}

/* ---- all ---- */

/* Whether a comma stands beside nothing: f(, x), (x,), x,, y. */
static int is_idle(const reader *r, const piece *comma) {
  uint8_t last = at(r, comma->last)->kind, next = at(r, comma->next)->kind;
  return last == PIECE_END || last == PIECE_COMMA || last == PIECE_STOP || last == PIECE_OPEN || next == PIECE_END ||
         next == PIECE_STOP || next == PIECE_CLOSE;
}

/* Partners of brackets; a text in which they do not match is left to the parser. */
static void match(reader *r) {
  uint32_t open = NO_NODE; /* a chain through `partner` of those that are open */
  for (uint32_t i = after(r, FRONT); i != BACK && !r->as_typed; i = after(r, i)) {
    piece *p = at(r, i);
    r->as_typed |= p->kind == PIECE_COMMA && is_idle(r, p);
    r->as_typed |= p->kind == PIECE_STOP && open != NO_NODE && at(r, open)->sign != '{';
    if (p->kind == PIECE_OPEN) {
      p->partner = open;
      open = i;
    } else if (p->kind == PIECE_CLOSE) {
      uint8_t wanted = p->sign == ')' ? '(' : p->sign == ']' ? '[' : '{';
      if (open == NO_NODE || at(r, open)->sign != wanted) {
        r->as_typed = 1;
        return;
      }
      uint32_t outer = at(r, open)->partner;
      at(r, open)->partner = i;
      p->partner = open;
      open = outer;
    }
  }
  r->as_typed |= open != NO_NODE;
}

void read_scan(reader *r) {
  scanner s = {r, 0, 0, FRONT};
  for (uint32_t i = 0; i < 2 && r->status == SYMAD_OK; i++) {
    uint32_t place = i == 0 ? 0 : r->length;
    piece end = {place, place, place, BACK, FRONT, NO_NODE, NO_NODE, 0, PIECE_END, 0, GAP_AS_TYPED, 0};
    r->status = array_append(&r->memory, &r->pieces, &end, 1, sizeof end);
  }
  while (r->status == SYMAD_OK) {
    uint32_t space = s.position, start = skip_space(&s, space), i = (uint32_t)r->pieces.count;
    if (start == r->length) {
      at(r, BACK)->space = space;
      break;
    }
    piece p = {start, start, space, BACK, s.previous, NO_NODE, NO_NODE, 0, PIECE_OTHER, 0, GAP_AS_TYPED, 0};
    r->status = array_append(&r->memory, &r->pieces, &p, 1, sizeof p);
    if (r->status != SYMAD_OK)
      return;
    at(r, s.previous)->next = i;
    scan_one(&s, i);
    s.position = at(r, i)->end;
    s.previous = i;
  }
  if (r->status != SYMAD_OK)
    return;
  at(r, BACK)->last = s.previous;
  match(r);
}
