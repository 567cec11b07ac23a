/* Names before their arguments: what they are called here, in which order the arguments stand here, and which calls
 * have two readings. */
#include "read/read.h"

#include "parse/parser.h"

#include <string.h>

/* ---- arguments ---- */

/* The comma that ends the argument which begins here, or the closing piece. */
static uint32_t argument_end(const reader *r, uint32_t first) {
  return after(r, piece_segment_end(r, first));
}

static int has_arguments(const reader *r, uint32_t open, uint32_t wanted) {
  uint32_t n = 0, i = after(r, open);
  if (i == at(r, open)->partner)
    return wanted == 0;
  for (;; i = after(r, argument_end(r, i))) {
    n++;
    if (at(r, argument_end(r, i))->kind != PIECE_COMMA)
      return n == wanted;
    if (at(r, after(r, argument_end(r, i)))->kind == PIECE_CLOSE)
      return 0;
  }
}

/* `(a, b)` into the advice as "head a between b tail". */
static void advise(reader *r, uint32_t open, const char *head, const char *between, const char *tail, int swapped) {
  uint32_t a = after(r, open), comma = argument_end(r, a), close = at(r, open)->partner;
  say(r, &r->advice, head);
  if (swapped) {
    say_range(r, &r->advice, after(r, comma), before(r, close));
    say(r, &r->advice, between);
  }
  say_range(r, &r->advice, a, before(r, comma == close ? close : comma));
  if (!swapped && comma != close) {
    say(r, &r->advice, between);
    say_range(r, &r->advice, after(r, comma), before(r, close));
  }
  say(r, &r->advice, tail);
}

/* ---- calls with two readings, or none ---- */

typedef enum call_rule {
  ONE_OF_TWO,  /* f(x) or g(x) */
  SAME,        /* both readings with the arguments as they stand */
  TURNED,      /* as they stand, or the other way round */
  ARC_TANGENT, /* of two arguments */
  ADDED,
  INDEXED,
  SLOPE,
  NOTHING
} call_rule;

static const struct refused_call {
  const char *name;
  uint32_t n_arguments; /* 9: any number */
  call_rule rule;
  const char *reason;
  const char *first;
  const char *second;
} refused_calls[] = {
    {"LOG", 1, SAME, "spreadsheets mean base 10", "log10(", "log("},
    {"lg", 1, SAME, "base 10 or base 2?", "log10(", "log2("},
    {"log_2", 1, SAME, "the base is part of the name here", "log2(", NULL},
    {"log_10", 1, SAME, "the base is part of the name here", "log10(", NULL},
    {"log_e", 1, SAME, "the base is part of the name here", "log(", NULL},
    {"MOD", 2, SAME, "a spreadsheet's or Fortran's?", "Mod(", "fmod("},
    {"int", 1, SAME, "towards 0, or down?", "trunc(", "floor("},
    {"INT", 1, SAME, "towards 0, or down?", "trunc(", "floor("},
    {"ATAN2", 2, TURNED, "spreadsheets have x first", "atan2(", "atan2("},
    {"atan", 2, SAME, "of two arguments it has another name here", "atan2(", NULL},
    {"arctan", 2, SAME, "of two arguments it has another name here", "atan2(", NULL},
    {"H", 1, SAME, "its value at 0 is 1/2", "Heaviside(", NULL},
    {"softmax", 9, ARC_TANGENT, "one output at a time", NULL, NULL},
    {"sum", 9, ADDED, "a sum of its arguments is written with +", NULL, NULL},
    {"SUM", 9, ADDED, "a sum of its arguments is written with +", NULL, NULL},
    {"Sum", 2, INDEXED, "sums are written in the notation of families here", "sum(", NULL},
    {"Product", 2, INDEXED, "products are written in the notation of families here", "prod(", NULL},
    {"diff", 2, SLOPE, "derivatives are not written into a formula", NULL, NULL},
    {"Derivative", 2, SLOPE, "derivatives are not written into a formula", NULL, NULL},
    {"D", 2, SLOPE, "derivatives are not written into a formula", NULL, NULL},
    {"integrate", 9, NOTHING, "symad differentiates only", NULL, NULL},
    {"Integrate", 9, NOTHING, "symad differentiates only", NULL, NULL},
    {"Integral", 9, NOTHING, "symad differentiates only", NULL, NULL},
    {"integral", 9, NOTHING, "symad differentiates only", NULL, NULL},
};

/* exp(x - logsumexp(x, y)) */
static void advise_softmax(reader *r, uint32_t open) {
  uint32_t first = after(r, open), end = before(r, argument_end(r, first));
  say(r, &r->advice, "exp(");
  say_range(r, &r->advice, first, end);
  say(r, &r->advice, " - logsumexp(");
  say_range(r, &r->advice, first, before(r, at(r, open)->partner));
  say(r, &r->advice, "))");
}

static void advise_sum(reader *r, uint32_t open) {
  uint32_t close = at(r, open)->partner;
  for (uint32_t i = after(r, open);;) {
    uint32_t end = argument_end(r, i);
    say_range(r, &r->advice, i, before(r, end));
    if (end == close || at(r, end)->kind != PIECE_COMMA)
      return;
    say(r, &r->advice, " + ");
    i = after(r, end);
  }
}

/* Sum(body, (i, 1, 3)) */
static void advise_indexed(reader *r, uint32_t open, const char *name) {
  uint32_t body = after(r, open), comma = argument_end(r, body), list = after(r, comma);
  if (!piece_is_sign(r, list, PIECE_OPEN, '(') || !has_arguments(r, list, 3) ||
      after(r, at(r, list)->partner) != at(r, open)->partner)
    return;
  uint32_t index = after(r, list), low = after(r, argument_end(r, index)), high = after(r, argument_end(r, low));
  say(r, &r->advice, name);
  say_range(r, &r->advice, index, index);
  say(r, &r->advice, " = ");
  say_range(r, &r->advice, low, before(r, argument_end(r, low)));
  say(r, &r->advice, "..");
  say_range(r, &r->advice, high, before(r, at(r, list)->partner));
  say(r, &r->advice, ", ");
  say_range(r, &r->advice, body, before(r, comma));
  say(r, &r->advice, ")");
}

static int holds_assign(const reader *r, uint32_t open) {
  return at(r, after(r, after(r, open)))->kind == PIECE_ASSIGN;
}

static void advise_call(reader *r, const struct refused_call *c, uint32_t open) {
  switch (c->rule) {
  case SAME:
  case TURNED:
  case ONE_OF_TWO:
    advise(r, open, c->first, ", ", ")", c->rule == TURNED);
    if (c->second != NULL) {
      say(r, &r->advice, "\n");
      advise(r, open, c->second, ", ", ")", 0);
    }
    return;
  case ARC_TANGENT:
    advise_softmax(r, open);
    return;
  case ADDED:
    advise_sum(r, open);
    return;
  case INDEXED:
    advise_indexed(r, open, c->first);
    return;
  case SLOPE:
    advise(r, open, "symad diff \"", "\" --wrt ", "", 0);
    return;
  default:
    return;
  }
}

/* Whether some calls by this name are refused. */
static int is_refused_name(const reader *r, uint32_t i) {
  for (size_t k = 0; k < sizeof refused_calls / sizeof *refused_calls; k++)
    if (piece_is(r, i, refused_calls[k].name))
      return 1;
  return 0;
}

static int refuse_call(reader *r, uint32_t i) {
  uint32_t open = after(r, i);
  for (size_t k = 0; k < sizeof refused_calls / sizeof *refused_calls; k++) {
    const struct refused_call *c = &refused_calls[k];
    if (!piece_is(r, i, c->name) || after(r, open) == at(r, open)->partner)
      continue;
    if ((c->n_arguments != 9 && !has_arguments(r, open, c->n_arguments)) || (c->rule == ADDED && holds_assign(r, open)))
      continue;
    refuse_pieces(r, i, i, c->reason);
    advise_call(r, c, open);
    return 1;
  }
  return 0;
}

/* A variable before a parenthesis: a product, if it is anything. */
static int refuse_variable(reader *r, uint32_t i, uint32_t is) {
  uint32_t n, open = after(r, i);
  const char *text = piece_text(r, i, &n);
  int is_variable = (is & (WORD_DECLARED | WORD_VALUE)) != 0;
  if (callable_find(text, n) != CALL_NONE || (!is_variable && n > 1) || after(r, open) == at(r, open)->partner)
    return 0;
  refuse_pieces(r, i, i, is_variable ? "% is a variable here, not a function" : "% is no function; if it is a product");
  say_range(r, &r->advice, i, i);
  say(r, &r->advice, "*");
  say_range(r, &r->advice, open, at(r, open)->partner);
  return 1;
}

/* x \left(y + 1\right): functions are written f{\left(x\right)}; letters that are one as often stay in doubt. */
static int is_latex_factor(const reader *r, uint32_t i, uint32_t open, uint32_t is) {
  uint32_t n;
  const char *text = piece_text(r, i, &n);
  return r->dialect == DIALECT_LATEX && (at(r, open)->flags & PIECE_LEFT) != 0 &&
         !(n == 1 && strchr("fghFGH", text[0])) && ((is & WORD_DECLARED) != 0 || callable_find(text, n) == CALL_NONE);
}

void call_name(reader *r, uint32_t i) {
  uint32_t open = after(r, i), is = word_of(r, i), n;
  const char *strict;
  r->calling = i;
  r->call = CALL_PLAIN;
  if (is & (WORD_FUNCTION | WORD_PLAIN))
    return;
  if ((is & WORD_DECLARED) == 0) {
    if (refuse_call(r, i))
      return;
    const char *text = piece_text(r, i, &n);
    int is_known = callable_find(text, n) != CALL_NONE;
    if (is_known && !is_refused_name(r, i)) {
      word_mark(r, i, WORD_PLAIN);
      return;
    }
    strict = is_known ? NULL : other_spelling(r, i);
    if (piece_is(r, i, "PI") && after(r, open) == at(r, open)->partner) {
      piece_write(r, i, "pi");
      piece_drop(r, after(r, open));
      piece_drop(r, open);
      r->calling = NO_NODE;
      return;
    }
    if (strict != NULL && (strcmp(strict, "where") == 0 || strcmp(strict, "clip") == 0)) {
      r->call = strict[0] == 'w' ? CALL_IF : CALL_CLIP;
      return;
    }
    if (strict != NULL) {
      piece_write(r, i, strict);
      return;
    }
  }
  if (is_latex_factor(r, i, open, is)) {
    r->calling = NO_NODE;
    return;
  }
  (void)refuse_variable(r, i, is);
}

/* What stands in the brackets of an index is left to the parser. */
static uint32_t skip_index(reader *r, uint32_t close) {
  innermost(r)->end = close;
  return after(r, close);
}

/* x[1] is x1, Sin[x] is sin(x), and what else stands in brackets is left alone. */
uint32_t call_index(reader *r, uint32_t i) {
  uint32_t open = after(r, i), inner = after(r, open), close = at(r, open)->partner, n, n_digits;
  const char *text = piece_text(r, i, &n), *digits = piece_text(r, inner, &n_digits);
  int is_whole = at(r, inner)->kind == PIECE_NUMBER && after(r, inner) == close && (digits[0] != '0' || n_digits == 1);
  for (uint32_t k = 0; k < n_digits && is_whole; k++)
    is_whole = digits[k] >= '0' && digits[k] <= '9';
  int is_matrix = piece_is_sign(r, after(r, close), PIECE_OPEN, '['); /* x[2][3]: x2[3] would be another variable */
  if (is_matrix)
    return skip_index(r, close);
  if (is_whole && piece_is_near(r, open)) {
    piece_write_parts(r, i, text, n, digits, n_digits);
    at(r, i)->end = at(r, close)->end;
    piece_drop(r, open);
    piece_drop(r, inner);
    piece_drop(r, close);
    return after(r, i);
  }
  if ((word_of(r, i) & (WORD_DECLARED | WORD_FUNCTION)) != 0 || (piece_is(r, i, "D") && refuse_call(r, i)) ||
      (piece_is(r, i, "Integrate") && refuse_call(r, i)))
    return skip_index(r, close);
  const char *strict = mathematica_spelling(r, i);
  if (strict == NULL)
    return skip_index(r, close);
  r->calling = i;
  r->dialect = DIALECT_MATHEMATICA;
  r->is_noted = r->is_more = 1;
  r->call = strcmp(strict, "where") == 0 ? CALL_IF : CALL_PLAIN;
  if ((piece_is(r, i, "ArcTan") || piece_is(r, i, "Log")) && has_arguments(r, open, 2)) {
    r->call = CALL_SWAP;
    r->also = piece_is(r, i, "Log") ? ": its base comes first" : ": its arguments are the other way round";
    strict = piece_is(r, i, "Log") ? strict : "atan2";
  }
  piece_write(r, i, strict);
  at(r, open)->sign = '(';
  at(r, close)->sign = ')';
  piece_write(r, open, "(");
  piece_write(r, close, ")");
  return open;
}

/* ---- closing a call ---- */

/* a, b, c: the condition goes behind its value. */
static void write_choice(reader *r, const group *g, uint32_t close) {
  uint32_t second = g->comma, first = at(r, second)->partner, c = after(r, g->open), a = after(r, first);
  piece_write(r, g->name, "Piecewise");
  at(r, c)->gap = 1;
  at(r, a)->gap = 0;
  piece_swap(r, c, before(r, first), a, before(r, second));
  (void)piece_make(r, a, PIECE_MADE, 0, "(");
  at(r, second)->gap = 0;
  piece_write(r, second, "), (");
  at(r, after(r, second))->gap = 0;
  (void)piece_make(r, close, PIECE_MADE, 0, ", True)");
}

void call_close(reader *r, const group *g, uint32_t close) {
  if (g->call == CALL_IF && g->n_commas == 2)
    write_choice(r, g, close);
  if (g->call == CALL_CLIP && g->n_commas == 2) {
    piece_write(r, g->name, "Min(Max");
    (void)piece_make(r, g->comma, PIECE_MADE, 0, ")");
  }
  if (g->call == CALL_SWAP && g->n_commas == 1) {
    uint32_t a = after(r, g->open), b = after(r, g->comma);
    at(r, a)->gap = 1;
    at(r, b)->gap = 0;
    piece_swap(r, a, before(r, g->comma), b, before(r, close));
  }
}
