/* What has two readings, or none: why, and what to write. */
#include "read/read.h"

#include <string.h>

static int has_sign(const reader *r, uint32_t i, uint8_t sign) {
  return i != NO_NODE && piece_is_sign(r, i, PIECE_SIGN, sign);
}

static int is_power(const reader *r, uint32_t i) {
  return has_sign(r, i, '^') || has_sign(r, i, SIGN_POWER);
}

static void say_product(reader *r, uint32_t from, uint32_t end, uint32_t right) {
  say_range(r, &r->advice, from, end);
  say(r, &r->advice, "*");
  say_range(r, &r->advice, right, piece_operand_end(r, right));
}

/* A sign is missing before `right`, where an operand has just ended. */
void refuse_product(reader *r, uint32_t right) {
  const group *g = innermost(r);
  uint32_t last = piece_operand_end(r, right);
  int is_plain = at(r, g->operand)->kind == PIECE_NUMBER || at(r, g->operand)->kind == PIECE_OPEN;
  if (has_sign(r, g->left, '/') && is_plain) {
    int is_one = before(r, g->left) == g->term && piece_text(r, g->term, &(uint32_t){0})[0] == '1' &&
                 at(r, g->term)->end == at(r, g->term)->start + 1;
    refuse_pieces(r, right, last, "a missing * after / has two readings");
    if (!is_one) {
      say_range(r, &r->advice, g->term, before(r, g->left));
      say(r, &r->advice, "*");
    }
    say_range(r, &r->advice, right, last);
    say(r, &r->advice, "/");
    say_range(r, &r->advice, g->operand, g->end);
    say(r, &r->advice, "\n");
    say_range(r, &r->advice, g->term, g->left);
    say(r, &r->advice, "(");
    say_product(r, g->operand, g->end, right);
    say(r, &r->advice, ")");
    return;
  }
  if (is_power(r, g->left) && is_plain) {
    refuse_pieces(r, right, last, "a missing * after ^ has two readings");
    say_product(r, g->term, g->end, right);
    say(r, &r->advice, "\n");
    say_range(r, &r->advice, g->term, g->left);
    say(r, &r->advice, "(");
    say_product(r, g->operand, g->end, right);
    say(r, &r->advice, ")");
    return;
  }
  refuse_pieces(r, right, last, "an operator is missing");
  say_product(r, g->operand, g->end, right);
}

/* A function without parentheses whose argument may go on. */
void refuse_reach(reader *r, uint32_t function, uint32_t argument) {
  uint32_t end = argument, stop = argument;
  for (uint32_t i = argument; at(r, i)->kind != PIECE_END; i = after(r, i)) {
    const piece *p = at(r, i);
    if (p->kind == PIECE_COMMA || p->kind == PIECE_CLOSE || p->kind == PIECE_STOP || has_sign(r, i, '+') ||
        (has_sign(r, i, '-') && !is_power(r, before(r, i))) || p->kind == PIECE_ASSIGN)
      break;
    stop = i;
    if (p->kind == PIECE_OPEN)
      stop = i = p->partner;
  }
  refuse_pieces(r, function, function, "how far does % reach?");
  for (int whole = 1; whole >= 0; whole--) {
    say_range(r, &r->advice, function, function);
    say(r, &r->advice, "(");
    for (uint32_t i = argument;; i = after(r, i)) {
      uint32_t next = after(r, i);
      say_range(r, &r->advice, i, i);
      if (i == end && !whole)
        say(r, &r->advice, ")");
      if (i == stop)
        break;
      int is_missing = (at(r, i)->kind == PIECE_NUMBER || at(r, i)->kind == PIECE_NAME) &&
                       (at(r, next)->kind == PIECE_NAME || at(r, next)->kind == PIECE_NUMBER);
      say(r, &r->advice, is_missing ? "*" : "");
    }
    say(r, &r->advice, whole ? ")\n" : "");
  }
}

/* A condition stands where a number is needed. */
void refuse_condition(reader *r, const group *g, uint32_t end) {
  uint32_t last = before(r, end), zero = last, n;
  refuse_pieces(r, g->first, last, "a condition is no number");
  say(r, &r->advice, "Piecewise((1, ");
  say_range(r, &r->advice, g->first, last);
  say(r, &r->advice, "), (0, True))");
  int is_joined = 0;
  for (uint32_t i = g->first; i != last; i = after(r, i))
    is_joined |= has_sign(r, i, SIGN_AND) || has_sign(r, i, SIGN_OR) || has_sign(r, i, SIGN_NOT);
  const char *text = piece_text(r, zero, &n);
  if (!is_joined && n == 1 && text[0] == '0' && before(r, zero) == g->compare &&
      piece_text(r, g->compare, &n)[0] == '>' && n == 1) {
    say(r, &r->advice, "\nHeaviside(");
    say_range(r, &r->advice, g->first, before(r, g->compare));
    say(r, &r->advice, ")");
  }
}

/* a < b < c */
void refuse_chain(reader *r, const group *g, uint32_t compare) {
  uint32_t middle = after(r, g->compare), last = before(r, compare), end = piece_segment_end(r, compare);
  int is_whole = g->open == NO_NODE;
  refuse_pieces(r, compare, compare, "comparisons are joined with and");
  say(r, &r->advice, is_whole ? "Piecewise((1, " : "");
  say_range(r, &r->advice, g->first, last);
  say(r, &r->advice, " and ");
  say_range(r, &r->advice, middle, last);
  say(r, &r->advice, " ");
  say_range(r, &r->advice, compare, end);
  say(r, &r->advice, is_whole ? "), (0, True))" : "");
}

/* a^b^c where others read from the left, or -a^b where others bind the sign first. */
void refuse_powers(reader *r, const group *g, uint32_t power, const char *reason) {
  uint32_t end = piece_operand_end(r, after(r, power));
  if (g->minus != NO_NODE && g->power == NO_NODE) {
    refuse_pieces(r, g->minus, end, reason);
    say(r, &r->advice, "(");
    say_range(r, &r->advice, g->minus, g->end);
    say(r, &r->advice, ")");
    say_range(r, &r->advice, power, end);
    say(r, &r->advice, "\n");
    say_range(r, &r->advice, g->minus, end);
    return;
  }
  uint32_t first = before(r, g->power);
  if (at(r, first)->kind == PIECE_CLOSE)
    first = at(r, first)->partner;
  uint32_t name = before(r, first);
  if (at(r, first)->kind == PIECE_OPEN && at(r, name)->kind == PIECE_NAME)
    first = name;
  refuse_pieces(r, first, end, reason);
  say(r, &r->advice, "(");
  say_range(r, &r->advice, first, g->end);
  say(r, &r->advice, ")");
  say_range(r, &r->advice, power, end);
  say(r, &r->advice, "\n");
  say_range(r, &r->advice, first, g->power);
  say(r, &r->advice, "(");
  say_range(r, &r->advice, after(r, g->power), end);
  say(r, &r->advice, ")");
}

void refuse_equation(reader *r, const group *g, uint32_t equal) {
  uint32_t right = after(r, equal), end = piece_segment_end(r, right), n;
  if (at(r, right)->kind == PIECE_END || g->first == equal) {
    r->as_typed = 1;
    return;
  }
  refuse_pieces(r, equal, equal, "an equation is written as a difference");
  say_range(r, &r->advice, g->first, before(r, equal));
  if (right == end && piece_text(r, right, &n)[0] == '0' && n == 1)
    return;
  say(r, &r->advice, " - ");
  say_grouped(r, &r->advice, right, end);
}

/* ||x| - 1|: which bars open and which close shows by what stands before them. */
void refuse_bars(reader *r, uint32_t first) {
  uint32_t last = first, operand = 0;
  for (uint32_t k = first; at(r, k)->kind != PIECE_END && at(r, k)->kind != PIECE_STOP; k = after(r, k))
    last = at(r, k)->kind == PIECE_BAR ? k : last;
  refuse_pieces(r, first, last, "bars inside bars");
  for (uint32_t k = first;; k = after(r, k)) {
    const piece *p = at(r, k);
    if (k != first && (p->kind != PIECE_BAR || !operand))
      say_bytes(r, &r->advice, " ", p->space < p->start);
    if (p->kind == PIECE_BAR)
      say(r, &r->advice, operand ? ")" : "Abs(");
    else
      say_range(r, &r->advice, k, k);
    operand = p->kind == PIECE_BAR ? operand : p->kind != PIECE_SIGN && p->kind != PIECE_OPEN && p->kind != PIECE_COMMA;
    if (k == last)
      return;
  }
}

/* [x, y], {x, y}, [x + 1]*2 */
void refuse_brackets(reader *r, uint32_t open) {
  uint32_t close = at(r, open)->partner, end = piece_segment_end(r, open);
  int is_list = at(r, after(r, piece_segment_end(r, after(r, open))))->kind == PIECE_COMMA;
  if (after(r, open) == close) {
    r->as_typed = 1;
    return;
  }
  refuse_pieces(r, open, open, is_list ? "several outputs stand in parentheses" : "parentheses are round here");
  say(r, &r->advice, "(");
  say_range(r, &r->advice, after(r, open), before(r, close));
  say(r, &r->advice, ")");
  if (!is_list && end != close)
    say_rest(r, &r->advice, after(r, close), end);
}

/* The number without what is not understood in it: 1_000, 1.0d0, 2.0f. */
void refuse_number(reader *r, uint32_t i) {
  uint32_t n, end = piece_segment_end(r, i);
  const char *text = piece_text(r, i, &n);
  uint32_t good = 0;
  while (good < n && ((text[good] >= '0' && text[good] <= '9') || (text[good] == '_' && text[good - 1] != '_')))
    good++;
  if (good < n || text[n - 1] == '_') {
    r->as_typed = 1;
    return;
  }
  refuse_pieces(r, i, i, "digits are written without _");
  for (uint32_t k = 0; k < n; k++)
    say_bytes(r, &r->advice, text + k, text[k] != '_');
  if (end != i)
    say_rest(r, &r->advice, after(r, i), end);
}

/* A word of other languages in the place of a name, or a suffix of a number. */
void refuse_word(reader *r, uint32_t i) {
  uint32_t first = after(r, FRONT), n;
  if (piece_is(r, i, "lambda")) {
    refuse_pieces(r, i, i, "lambda is a reserved word: write lam, or add an underscore");
    for (uint32_t k = first; k != BACK; k = after(r, k)) {
      if (k != first)
        say_bytes(r, &r->advice, " ", at(r, k)->space < at(r, k)->start);
      if (piece_is(r, k, "lambda"))
        say(r, &r->advice, "lam");
      else
        say_range(r, &r->advice, k, k);
    }
    return;
  }
  uint32_t number = before(r, i), end = piece_segment_end(r, number);
  const char *suffix = piece_text(r, i, &n);
  int exponent = suffix[0] == 'd' || suffix[0] == 'D';
  if (suffix[0] == 'j') {
    refuse_pieces(r, number, i, "there are no complex numbers here");
    return;
  }
  refuse_pieces(r, number, i, exponent ? "Fortran's exponent" : "C's suffix");
  say_range(r, &r->advice, number, number);
  suffix = piece_text(r, i, &n);
  int is_zero = 1;
  for (uint32_t k = 1; k < n; k++)
    is_zero &= suffix[k] == '0';
  if (exponent && !is_zero) {
    say(r, &r->advice, "e");
    say_bytes(r, &r->advice, suffix + 1, n - 1);
  }
  if (end != i)
    say_rest(r, &r->advice, after(r, i), end);
}

/* ---- signs that are none here ---- */

static void refuse_modulus(reader *r, const group *g, uint32_t i) {
  uint32_t right = after(r, i);
  int is_operand =
      at(r, right)->kind == PIECE_NAME || at(r, right)->kind == PIECE_NUMBER || at(r, right)->kind == PIECE_OPEN;
  if (!is_operand) {
    refuse_pieces(r, i, i, "a percentage is written as a quotient");
    say_range(r, &r->advice, g->operand, g->end);
    say(r, &r->advice, "/100");
    return;
  }
  refuse_pieces(r, i, i, "sign of the divisor (Python) or of the dividend (C)?");
  for (int k = 0; k < 2; k++) {
    say(r, &r->advice, k == 0 ? "Mod(" : "\nfmod(");
    say_range(r, &r->advice, g->operand, g->end);
    say(r, &r->advice, ", ");
    say_range(r, &r->advice, right, piece_operand_end(r, right));
    say(r, &r->advice, ")");
  }
}

static void refuse_slashes(reader *r, const group *g, uint32_t i) {
  uint32_t right = after(r, i);
  int is_divisor = at(r, right)->kind == PIECE_NUMBER || at(r, right)->kind == PIECE_OPEN;
  refuse_pieces(r, i, i, "`#` begins a comment");
  if (!is_divisor) {
    say_range(r, &r->advice, g->first, g->end);
    return;
  }
  say(r, &r->advice, "floor(");
  say_range(r, &r->advice, g->term, g->end);
  say(r, &r->advice, "/");
  say_range(r, &r->advice, right, piece_operand_end(r, right));
  say(r, &r->advice, ")");
}

static void refuse_matrix(reader *r, const group *g, uint32_t i) {
  uint32_t right = after(r, i);
  int is_pair = at(r, g->operand)->kind == PIECE_NAME && g->operand == g->end && at(r, right)->kind == PIECE_NAME;
  refuse_pieces(r, i, i, "scalars only: write the sum");
  if (!is_pair)
    return;
  say(r, &r->advice, "sum(j = 1..2, ");
  say_range(r, &r->advice, g->end, g->end);
  say(r, &r->advice, "[i, j]*");
  say_range(r, &r->advice, right, right);
  say(r, &r->advice, "[j])");
}

static int refuse_prime(reader *r, const group *g, uint32_t i) {
  int is_name = at(r, g->end)->kind == PIECE_NAME && at(r, i)->space == at(r, g->end)->end;
  if (!is_name || at(r, i)->sign != 1 || at(r, after(r, i))->kind != PIECE_OPEN)
    return 0;
  refuse_pieces(r, i, i, "% is no operator here");
  say(r, &r->advice, "symad diff gives derivatives: symad diff \"...\" --wrt x");
  return 1;
}

/* The whole statement, because an angle stands in a call. */
static void advise_degrees(reader *r, const group *g, uint32_t i) {
  uint32_t first = ITEMS(group, r->groups)[0].first, end = piece_segment_end(r, first);
  if (g->operand != first) {
    say_range(r, &r->advice, first, before(r, g->operand));
    say_bytes(r, &r->advice, " ", at(r, g->operand)->space < at(r, g->operand)->start);
  }
  say_range(r, &r->advice, g->operand, g->end);
  say(r, &r->advice, "*pi/180");
  if (end != i)
    say_rest(r, &r->advice, after(r, i), end);
}

static int ends(const reader *r, uint32_t i) {
  uint8_t kind = at(r, i)->kind;
  return kind == PIECE_END || kind == PIECE_STOP || kind == PIECE_CLOSE || kind == PIECE_COMMA;
}

int refuse_sign(reader *r, const group *g, uint32_t i) {
  if (g->operand == NO_NODE)
    return 0;
  switch (at(r, i)->kind == PIECE_QUOTE ? '\'' : at(r, i)->sign) {
  case '\'':
    return refuse_prime(r, g, i);
  case '%':
    refuse_modulus(r, g, i);
    return 1;
  case SIGN_WHOLE:
    refuse_slashes(r, g, i);
    return 1;
  case '@':
    refuse_matrix(r, g, i);
    return 1;
  case SIGN_DEGREE:
    refuse_pieces(r, i, i, "angles are radians here");
    advise_degrees(r, g, i);
    return 1;
  case SIGN_DEFINE:
    if (g->open != NO_NODE)
      return 0;
    refuse_pieces(r, i, i, "a name is bound by =");
    say_range(r, &r->advice, g->first, g->end);
    say(r, &r->advice, " = ");
    say_range(r, &r->advice, after(r, i), piece_segment_end(r, after(r, i)));
    return 1;
  case '+':
    if (!has_sign(r, after(r, i), '+') || !piece_is_near(r, after(r, i)) || !ends(r, after(r, after(r, i))))
      return 0;
    refuse_pieces(r, i, after(r, i), "nothing is counted here");
    say_range(r, &r->advice, g->operand, g->end);
    say(r, &r->advice, " + 1");
    return 1;
  default:
    return 0;
  }
}
