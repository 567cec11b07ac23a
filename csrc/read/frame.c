/* What stands round a formula: quotes, dollars, a spreadsheet's sign, and the ways in which functions are defined. */
#include "read/read.h"

#include "parse/parser.h"

static uint32_t first_of(const reader *r) {
  uint32_t i = after(r, FRONT);
  while (piece_is_sign(r, i, PIECE_STOP, '\n'))
    i = after(r, i);
  return i;
}

static uint32_t last_of(const reader *r) {
  uint32_t i = before(r, BACK);
  while (at(r, i)->kind == PIECE_STOP)
    i = before(r, i);
  return i;
}

static int is_pair(const piece *open, const piece *close) {
  if (open->kind == PIECE_SIGN && close->kind == PIECE_SIGN)
    return open->sign == '$' && close->sign == '$';
  if (open->kind != PIECE_QUOTE || close->kind != PIECE_QUOTE)
    return 0;
  return open->sign <= 2 ? open->sign == close->sign : open->sign % 2 == 1 && close->sign == open->sign + 1;
}

/* One pair of quotes that a shell has left, or the dollars of LaTeX. */
static void take_quotes(reader *r) {
  uint32_t first = first_of(r), last = last_of(r);
  if (first == last || at(r, first)->kind == PIECE_END || !is_pair(at(r, first), at(r, last)))
    return;
  if (at(r, first)->kind == PIECE_SIGN) {
    r->dialect = DIALECT_LATEX;
    r->is_noted = r->is_more = 1;
  }
  piece_drop(r, first);
  piece_drop(r, last);
}

static void take_sheet(reader *r) {
  uint32_t first = first_of(r);
  if (at(r, first)->kind != PIECE_ASSIGN || at(r, after(r, first))->kind == PIECE_END)
    return;
  if (piece_is_sign(r, after(r, after(r, first)), PIECE_SIGN, ':')) { /* a range of cells */
    r->as_typed = 1;
    return;
  }
  r->dialect = DIALECT_SHEET;
  r->is_noted = r->is_more = 1;
  piece_drop(r, first);
}

/* The piece behind a list of names that begins here; `i` itself where there is none. */
static uint32_t behind_list(const reader *r, uint32_t i) {
  while (at(r, i)->kind == PIECE_NAME) {
    i = after(r, i);
    if (at(r, i)->kind != PIECE_COMMA || at(r, after(r, i))->kind != PIECE_NAME)
      break;
    i = after(r, i);
  }
  return i;
}

/* lambda x, y: formula */
static void take_lambda(reader *r) {
  uint32_t first = first_of(r), names = after(r, first), colon = behind_list(r, names);
  if (!piece_is(r, first, "lambda") || names == colon || !piece_is_sign(r, colon, PIECE_SIGN, ':'))
    return;
  at(r, names)->gap = 0;
  piece_drop(r, first);
}

/* def f(x): return formula */
static void refuse_def(reader *r) {
  uint32_t first = first_of(r), open = after(r, after(r, first));
  if (!piece_is(r, first, "def") || !piece_is_sign(r, open, PIECE_OPEN, '('))
    return;
  uint32_t close = at(r, open)->partner, colon = after(r, close), body = after(r, colon);
  refuse_pieces(r, first, first, "a formula stands here without def and return");
  while (at(r, body)->kind == PIECE_STOP)
    body = after(r, body);
  if (!piece_is_sign(r, colon, PIECE_SIGN, ':') || !piece_is(r, body, "return") || after(r, open) == close)
    return;
  say_range(r, &r->advice, after(r, open), before(r, close));
  say(r, &r->advice, ": ");
  say_range(r, &r->advice, after(r, body), piece_segment_end(r, after(r, body)));
}

/* d/dx of something, d and dx being no names of the text. */
static void refuse_slope(reader *r) {
  uint32_t first = first_of(r), slash = after(r, first), under = after(r, slash), body = after(r, under), n;
  const char *text = piece_text(r, under, &n);
  if (!piece_is(r, first, "d") || !piece_is_sign(r, slash, PIECE_SIGN, '/') || at(r, under)->kind != PIECE_NAME ||
      n < 2 || text[0] != 'd')
    return;
  if (at(r, body)->kind != PIECE_NAME && at(r, body)->kind != PIECE_NUMBER && at(r, body)->kind != PIECE_OPEN)
    return;
  refuse_pieces(r, first, under, "derivatives are not written into a formula");
  say(r, &r->advice, "symad diff \"");
  say_range(r, &r->advice, body, piece_segment_end(r, body));
  say(r, &r->advice, "\" --wrt ");
  text = piece_text(r, under, &n);
  say_bytes(r, &r->advice, text + 1, n - 1);
}

/* f(x) = formula as the last statement is the result, with a header of the parameters. */
static void take_definition(reader *r) {
  uint32_t first = first_of(r), last = last_of(r);
  for (uint32_t i = first; i != last && i != BACK; i = after(r, i))
    if (at(r, i)->kind == PIECE_STOP)
      first = after(r, i);
  uint32_t open = after(r, first);
  if (at(r, first)->kind != PIECE_NAME || !piece_is_sign(r, open, PIECE_OPEN, '('))
    return;
  uint32_t close = at(r, open)->partner, equal = after(r, close), names = after(r, open);
  if (at(r, equal)->kind != PIECE_ASSIGN || names == close || behind_list(r, names) != close || equal == last)
    return;
  uint32_t n;
  const char *name = piece_text(r, first, &n);
  if (callable_find(name, n) != CALL_NONE)
    return; /* an equation, or a function that has its meaning */
  uint32_t body = after(r, equal), space = at(r, first)->space;
  if (!r->is_listed && !r->has_header) {
    uint32_t place = first_of(r), is_first = place == first;
    for (uint32_t i = names; i != close; i = after(r, i)) {
      uint32_t length, made = piece_make(r, place, at(r, i)->kind, 0, "");
      const char *text = piece_text(r, i, &length);
      at(r, made)->start = at(r, made)->space = at(r, i)->start;
      at(r, made)->end = at(r, i)->end;
      piece_write_parts(r, made, text, length, "", 0);
      at(r, made)->gap = i != names && at(r, i)->kind == PIECE_NAME;
    }
    (void)piece_make(r, place, PIECE_SIGN, ':', ":");
    r->has_header = 1;
    if (!is_first)
      at(r, place)->gap = 1;
    else
      at(r, body)->gap = 1;
  } else {
    at(r, body)->space = space;
    at(r, body)->gap = 0;
  }
  for (uint32_t i = first; i != body; i = after(r, i))
    piece_drop(r, i);
}

/* ---- families ---- */

/* Whether braces behind this piece are an index: y{j}, p{i}_{j}, x**{n - 1}. */
static int is_indexed(const reader *r, uint32_t i) {
  const piece *p = at(r, i);
  uint32_t n;
  const char *text = piece_text(r, i, &n);
  if (!piece_is_sign(r, p->next, PIECE_OPEN, '{'))
    return 0;
  if (p->kind == PIECE_NAME)
    return text[n - 1] != '_' || (text[0] == '_' && p->last != FRONT && at(r, p->last)->kind == PIECE_CLOSE);
  return (p->kind == PIECE_CLOSE && p->sign != ')') || (p->kind == PIECE_SIGN && p->sign == SIGN_POWER);
}

/* repeat n: ..., for i = 1..n: ... */
static int is_loop(const reader *r, uint32_t i) {
  const piece *last = at(r, before(r, i)), *next = at(r, after(r, i));
  int starts = last->kind == PIECE_END || last->kind == PIECE_STOP || last->sign == ':' || last->sign == '{';
  if (piece_is(r, i, "repeat"))
    return starts && (next->kind == PIECE_NAME || next->kind == PIECE_NUMBER || next->kind == PIECE_OPEN);
  return starts && piece_is(r, i, "for") && next->kind == PIECE_NAME;
}

/* A program with a size is strict text, in the notation of families. */
int read_is_family(const reader *r) {
  uint32_t n_square = 0;
  int found = 0;
  for (uint32_t i = after(r, FRONT); i != BACK; i = after(r, i)) {
    const piece *p = at(r, i);
    if (p->kind == PIECE_COMMAND || (p->kind == PIECE_SIGN && p->sign == '$'))
      return 0;
    n_square += p->kind == PIECE_OPEN && p->sign == '[';
    n_square -= p->kind == PIECE_CLOSE && p->sign == ']';
    found |= is_indexed(r, i) || is_loop(r, i) || (n_square > 0 && p->kind == PIECE_SIGN && p->sign == SIGN_RANGE);
  }
  return found;
}

void read_quotes(reader *r) {
  take_quotes(r);
  take_sheet(r);
}

void read_frame(reader *r) {
  refuse_def(r);
  if (r->status == SYMAD_OK)
    refuse_slope(r);
  if (r->status != SYMAD_OK)
    return;
  take_lambda(r);
  take_definition(r);
}
