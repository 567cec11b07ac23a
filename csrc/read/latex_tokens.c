/* LaTeX before it is read: what only says how something looks goes, words and bars become themselves, and an argument of
 * one token gets the braces that a longer one has. */
#include "read/read.h"

#include "parse/parser.h"

#include <string.h>

static const spelling looks[] = {
    {",", ""},     {";", ""},     {":", ""},    {"!", ""},     {" ", ""},     {"quad", ""},         {"qquad", ""},
    {"big", ""},   {"bigl", ""},  {"bigr", ""}, {"Big", ""},   {"Bigl", ""},  {"Bigr", ""},         {"bigg", ""},
    {"biggl", ""}, {"biggr", ""}, {"Bigg", ""}, {"Biggl", ""}, {"Biggr", ""}, {"displaystyle", ""},
};

static const spelling bars[] = {{"vert", ""}, {"lvert", ""}, {"rvert", ""}};

/* Their braces hold a word as it is. */
static const spelling words[] = {
    {"operatorname", ""}, {"mathrm", ""}, {"mathit", ""}, {"mathsf", ""}, {"text", ""}, {"textrm", ""},
};

static const spelling fractions[] = {{"frac", ""}, {"dfrac", ""}, {"tfrac", ""}, {"cfrac", ""}};

static const spelling roots[] = {{"sqrt", ""}};

#define IS_IN(r, i, table) is_in(r, i, table, sizeof table / sizeof *table)

static int is_in(const reader *r, uint32_t i, const spelling *table, size_t n) {
  const piece *p = at(r, i);
  return p->kind == PIECE_COMMAND && spelling_find(table, n, r->text + p->start + 1, p->end - p->start - 1) != NULL;
}

int latex_is_fraction(const reader *r, uint32_t i) {
  return IS_IN(r, i, fractions);
}

/* Braces become parentheses, or nothing. */
void latex_braces(reader *r, uint32_t open, int keep) {
  uint32_t close = at(r, open)->partner;
  if (!keep) {
    at(r, after(r, open))->gap = at(r, open)->gap; /* what stood before the brace stays there */
    at(r, after(r, open))->space = at(r, after(r, open))->start;
    piece_drop(r, open);
    piece_drop(r, close);
    return;
  }
  at(r, open)->sign = '(';
  at(r, close)->sign = ')';
  piece_write(r, open, "(");
  piece_write(r, close, ")");
}

/* The braces behind a function: those of SymPy hold the parentheses, \sin{\left(x \right)}. */
void latex_arguments(reader *r, uint32_t open) {
  uint32_t inner = after(r, open);
  if (at(r, inner)->kind == PIECE_COMMAND)
    inner = after(r, inner);
  int is_held = piece_is_sign(r, inner, PIECE_OPEN, '(') && after(r, at(r, inner)->partner) == at(r, open)->partner;
  latex_braces(r, open, !is_held);
}

/* Words that a space of LaTeX kept apart stay apart. */
static void drop(reader *r, uint32_t i) {
  uint32_t last = before(r, i), next = after(r, i);
  uint32_t n_last, n_next;
  const char *left = piece_text(r, last, &n_last), *right = piece_text(r, next, &n_next);
  at(r, next)->gap =
      n_last > 0 && n_next > 0 && lex_is_name_part(left[n_last - 1]) && (lex_is_name_part(right[0]) || right[0] == '.');
  at(r, next)->space = at(r, next)->start;
  piece_drop(r, i);
}

/* \operatorname{erf}{(x)}; upright, e is Euler's number. */
static void take_word(reader *r, uint32_t i) {
  uint32_t open = after(r, i), name = after(r, open), n;
  if (!piece_is_brace(r, open) || at(r, name)->kind != PIECE_NAME || after(r, name) != at(r, open)->partner)
    return;
  uint32_t close = at(r, open)->partner, argument = after(r, close);
  at(r, name)->gap = piece_gap(r, i);
  at(r, name)->space = at(r, name)->start;
  if (piece_is(r, name, "e"))
    piece_write(r, name, "E");
  piece_drop(r, i);
  piece_drop(r, open);
  piece_drop(r, close);
  const char *text = piece_text(r, name, &n);
  if (at(r, argument)->kind == PIECE_NAME && piece_is_near(r, argument) && r->text[at(r, argument)->start] == '_') {
    uint32_t n_tail;
    const char *tail = piece_text(r, argument, &n_tail);
    piece_write_parts(r, name, text, n, tail, n_tail);
    at(r, name)->end = at(r, argument)->end;
    piece_drop(r, argument);
    return;
  }
  if (piece_is_brace(r, argument) && callable_find(text, n) != CALL_NONE)
    latex_arguments(r, argument);
}

static void put_in_braces(reader *r, uint32_t i) {
  uint32_t open = piece_make(r, i, PIECE_OPEN, '{', "{"), close = piece_make(r, after(r, i), PIECE_CLOSE, '}', "}");
  at(r, open)->partner = close;
  at(r, close)->partner = open;
  at(r, open)->gap = at(r, i)->gap;
  at(r, open)->space = at(r, i)->space;
  at(r, i)->gap = 0;
}

/* The first digit of a number becomes a piece of its own. */
static uint32_t split_digit(reader *r, uint32_t number) {
  uint32_t digit = piece_make(r, number, PIECE_NUMBER, 0, "");
  piece *p = at(r, number), *d = at(r, digit);
  d->made = NO_NODE;
  d->end = p->start + 1;
  d->gap = p->gap;
  d->space = p->space;
  p->start = p->space = p->start + 1;
  return digit;
}

/* \frac12, \frac1x, \sqrt2: one digit, one letter or one command is an argument; what follows a root beside it is not. */
static uint32_t take_argument(reader *r, uint32_t i, int is_split) {
  uint32_t n;
  if (piece_is_brace(r, i))
    return after(r, at(r, i)->partner);
  const char *text = piece_text(r, i, &n);
  int is_number = at(r, i)->kind == PIECE_NUMBER;
  for (uint32_t k = 0; k < n; k++)
    is_number &= text[k] >= '0' && text[k] <= '9';
  if (is_number && n > 1 && is_split)
    i = split_digit(r, i);
  else if (!(is_number || at(r, i)->kind == PIECE_NAME || (is_split && at(r, i)->kind == PIECE_COMMAND)) ||
           (n > 1 && at(r, i)->kind != PIECE_COMMAND))
    return NO_NODE;
  put_in_braces(r, i);
  return after(r, after(r, i));
}

int latex_tokens(reader *r) {
  int is_latex = 0;
  for (uint32_t i = after(r, FRONT), next; i != BACK && r->status == SYMAD_OK; i = next) {
    next = after(r, i);
    if (at(r, i)->kind != PIECE_COMMAND)
      continue;
    is_latex = 1;
    if (IS_IN(r, i, looks))
      drop(r, i);
    else if (IS_IN(r, i, bars)) {
      at(r, i)->flags |= r->text[at(r, i)->start + 1] == 'l' ? PIECE_LEFT : 0;
      at(r, i)->kind = PIECE_BAR;
    } else if (IS_IN(r, i, words)) {
      take_word(r, i);
      next = after(r, before(r, next));
    } else if (latex_is_fraction(r, i)) {
      uint32_t bottom = take_argument(r, next, 1);
      if (bottom != NO_NODE)
        (void)take_argument(r, bottom, 1);
      next = after(r, i);
    } else if (IS_IN(r, i, roots) && !piece_is_brace(r, next)) {
      (void)take_argument(r, next, 0);
      next = after(r, i);
      at(r, next)->gap = piece_is_brace(r, next) ? 0 : at(r, next)->gap;
    }
  }
  return is_latex;
}
