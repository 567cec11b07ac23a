/* One walk over the pieces with a stack of open groups: what stands where an operand or an operator is expected, which
 * signs and parentheses are missing, and what is written in its place. */
#include "read/read.h"

#include "parse/parser.h"

#include <string.h>

static int is_power(const reader *r, uint32_t i) {
  return at(r, i)->kind == PIECE_SIGN && (at(r, i)->sign == '^' || at(r, i)->sign == SIGN_POWER);
}

static void begin_argument(group *g, uint32_t first) {
  g->first = g->term = first;
  g->mark = g->operand = g->end = g->left = g->star = g->power = g->minus = g->compare = NO_NODE;
}

static void push(reader *r, uint32_t open, uint32_t name, uint8_t call) {
  group g = {open, name, 0, NO_NODE, 0, 0, 0, 0, 0, 0, 0, 0, 0, NO_NODE, 0, call, 0};
  begin_argument(&g, open == NO_NODE ? after(r, FRONT) : after(r, open));
  symad_status status = array_append(&r->memory, &r->groups, &g, 1, sizeof g);
  if (status != SYMAD_OK)
    r->status = status;
}

/* ---- operands ---- */

/* What a number is followed by directly that is no variable: an exponent of Fortran, a suffix of C, an imaginary j. */
static int is_suffix(const reader *r, uint32_t number, uint32_t name) {
  uint32_t n, n_number;
  const char *text = piece_text(r, name, &n), *digits = piece_text(r, number, &n_number);
  int has_point = memchr(digits, '.', n_number) != NULL || memchr(digits, 'e', n_number) != NULL,
      is_exponent = n > 1 && (text[0] == 'd' || text[0] == 'D');
  if (!piece_is_near(r, name) || at(r, name)->kind != PIECE_NAME || (word_of(r, name) & WORD_DECLARED) != 0)
    return 0;
  for (uint32_t k = 1; k < n; k++)
    is_exponent &= text[k] >= '0' && text[k] <= '9';
  return is_exponent || (n == 1 && (text[0] == 'j' || (has_point && memchr("fFlL", text[0], 4) != NULL)));
}

/* An operand begins where another has just ended: supplies the sign between them, or refuses. */
static void supply(reader *r, uint32_t right) {
  group *g = innermost(r);
  uint32_t left = g->operand;
  int is_number = at(r, left)->kind == PIECE_NUMBER && g->end == left;
  int is_group = piece_is_sign(r, left, PIECE_OPEN, '(') && g->end == at(r, left)->partner;
  int is_open = piece_is_sign(r, right, PIECE_OPEN, '(') || at(r, right)->kind == PIECE_BAR;
  if (is_number && is_suffix(r, left, right)) {
    refuse_word(r, right);
    return;
  }
  int is_name = at(r, right)->kind == PIECE_NAME, is_latex = r->dialect == DIALECT_LATEX;
  int is_tight = g->left != NO_NODE && ((is_power(r, g->left) && !is_latex) || at(r, g->left)->sign == '/');
  /* In LaTeX what stands beside is a factor, and an exponent ends with its brace. */
  int is_product = (is_number && (is_open || is_name)) || (is_group && is_open) || (is_latex && (is_open || is_name));
  if (is_tight || !is_product) {
    refuse_product(r, right);
    return;
  }
  r->n_products++;
  r->is_noted = 1;
  r->product = left;
  r->product_end = piece_operand_end(r, right);
  uint32_t star = piece_make(r, right, PIECE_SIGN, '*', "*");
  at(r, right)->gap = 0;
  g = innermost(r);
  g->left = g->star = star;
}

/* 1 if an operand may begin here. */
static int begin_operand(reader *r, uint32_t i) {
  if (innermost(r)->operand != NO_NODE)
    supply(r, i);
  group *g = innermost(r);
  g->operand = g->end = i;
  return r->status == SYMAD_OK && !r->as_typed;
}

/* ---- groups ---- */

/* Writes c ? a : b, or a if c else b, as selections; the marks of the argument are chained from the last. */
static void walk_choice(reader *r, group *g, uint32_t end) {
  uint32_t n = 0;
  for (uint32_t mark = g->mark; mark != NO_NODE; mark = at(r, mark)->partner, n++) {
    uint8_t sign = at(r, mark)->sign;
    int is_python = sign == SIGN_IF || sign == SIGN_ELSE;
    uint32_t wanted = n % 2 == 0 ? (is_python ? SIGN_ELSE : ':') : (is_python ? SIGN_IF : '?');
    if (sign != wanted || after(r, mark) == end) {
      r->as_typed = 1;
      return;
    }
  }
  if (n % 2 != 0 || before(r, end) == g->mark) {
    r->as_typed = 1;
    return;
  }
  uint32_t first = g->first;
  for (uint32_t last = g->mark; last != NO_NODE;) {
    uint32_t mark = at(r, last)->partner, earlier = at(r, mark)->partner;
    uint32_t start = earlier == NO_NODE ? g->first : after(r, earlier), value = after(r, mark);
    if (start == mark || value == last) {
      r->as_typed = 1;
      return;
    }
    at(r, last)->gap = 0;
    piece_write(r, last, "), (");
    at(r, after(r, last))->gap = 0;
    at(r, mark)->gap = 0;
    piece_write(r, mark, ", ");
    if (at(r, mark)->sign == '?') {
      at(r, start)->gap = at(r, value)->gap = 0;
      piece_swap(r, start, before(r, mark), value, before(r, last));
      first = earlier == NO_NODE ? value : first;
    } else
      at(r, value)->gap = at(r, start)->gap = 0;
    last = earlier;
  }
  uint32_t opened = piece_make(r, first, PIECE_MADE, 0, "Piecewise((");
  at(r, opened)->gap = before(r, opened) != FRONT && at(r, before(r, opened))->kind != PIECE_OPEN;
  (void)piece_make(r, end, PIECE_MADE, 0, ", True))");
  g->mark = NO_NODE;
  g->compare = NO_NODE;
}

static int is_last_statement(const reader *r, uint32_t end) {
  while (at(r, end)->kind == PIECE_STOP)
    end = after(r, end);
  return end == BACK;
}

/* An argument, or a statement, ends before this piece. */
static void end_argument(reader *r, uint32_t end) {
  group *g = innermost(r);
  if (g->is_bar)
    r->as_typed = 1;
  else if (g->mark != NO_NODE)
    walk_choice(r, g, end);
  else if (g->open == NO_NODE && g->compare != NO_NODE && g->name == NO_NODE && g->operand != NO_NODE &&
           at(r, end)->kind != PIECE_COMMA && is_last_statement(r, end))
    refuse_condition(r, g, end);
}

static void on_open(reader *r, uint32_t i) {
  int is_call = r->calling != NO_NODE && before(r, i) == r->calling;
  if (!is_call && at(r, i)->sign != '(') {
    if (innermost(r)->operand == NO_NODE)
      refuse_brackets(r, i);
    else
      r->as_typed = 1;
    return;
  }
  if (!is_call && !begin_operand(r, i))
    return;
  push(r, i, is_call ? r->calling : NO_NODE, is_call ? r->call : CALL_PLAIN);
  r->calling = NO_NODE;
}

static void on_close(reader *r, uint32_t i) {
  if (r->groups.count < 2) {
    r->as_typed = 1;
    return;
  }
  end_argument(r, i);
  group g = *innermost(r);
  if (r->status != SYMAD_OK || r->as_typed)
    return;
  r->groups.count--;
  innermost(r)->end = i;
  call_close(r, &g, i);
}

static void on_comma(reader *r, uint32_t i) {
  end_argument(r, i);
  group *g = innermost(r);
  at(r, i)->partner = g->comma;
  g->comma = i;
  if (g->n_commas < UINT16_MAX)
    g->n_commas++;
  begin_argument(g, after(r, i));
}

static void on_stop(reader *r, uint32_t i) {
  if (r->groups.count > 1) {
    r->as_typed = 1;
    return;
  }
  end_argument(r, i);
  group *g = innermost(r);
  g->name = g->comma = NO_NODE;
  g->n_commas = 0;
  begin_argument(g, after(r, i));
}

/* A bar opens where an operand has to come, and closes where one has ended. */
static void on_bar(reader *r, uint32_t i) {
  group *g = innermost(r);
  uint32_t next = after(r, i);
  int is_open = r->n_bars > 0;
  if (g->is_bar && g->operand != NO_NODE) {
    uint32_t name = g->name, open = g->open;
    g->is_bar = 0;
    r->n_bars--;
    if (g->mark != NO_NODE)
      walk_choice(r, g, i);
    piece_write(r, i, ")");
    r->groups.count--;
    innermost(r)->end = i;
    if (name == NO_NODE)
      return;
    if (!walk_is_reached(r, next, (at(r, name)->flags & PIECE_ROOT) != 0)) {
      refuse_reach(r, name, open);
      return;
    }
    innermost(r)->end = piece_make(r, next, PIECE_MADE, 0, ")");
    return;
  }
  if (g->operand != NO_NODE && at(r, next)->kind == PIECE_BAR && piece_is_near(r, next) && !is_open) { /* || */
    piece_write(r, i, "or");
    at(r, i)->kind = PIECE_SIGN;
    at(r, i)->sign = SIGN_OR;
    at(r, i)->end = at(r, next)->end;
    at(r, i)->gap = 1;
    piece_drop(r, next);
    at(r, after(r, i))->gap = 1;
    g->left = i;
    g->operand = g->compare = NO_NODE;
    return;
  }
  if (is_open || at(r, next)->kind == PIECE_BAR) {
    refuse_bars(r, is_open ? r->bar : i);
    return;
  }
  int is_call = r->calling != NO_NODE && before(r, i) == r->calling;
  if (!is_call && g->operand != NO_NODE && !(at(r, i)->flags & PIECE_LEFT)) {
    r->as_typed = 1;
    return;
  }
  if (!is_call && !begin_operand(r, i))
    return;
  push(r, i, is_call ? r->calling : NO_NODE, CALL_PLAIN);
  if (r->status != SYMAD_OK)
    return;
  innermost(r)->is_bar = 1;
  r->n_bars++;
  r->bar = i;
  piece_write(r, i, is_call ? "(Abs(" : "Abs(");
  at(r, next)->gap = 0;
  if (is_call) {
    at(r, i)->gap = 0;
    if (!(at(r, r->calling)->flags & PIECE_ROOT))
      r->is_noted = r->is_more = 1;
  }
  r->calling = NO_NODE;
}

/* ---- operators ---- */

static void on_power(reader *r, uint32_t i) {
  group *g = innermost(r);
  int is_chain = g->power != NO_NODE;
  if (r->dialect == DIALECT_SHEET && (is_chain || g->minus != NO_NODE)) {
    refuse_powers(r, g, i, is_chain ? "spreadsheets read powers from the left" : "spreadsheets bind the sign first");
    return;
  }
  if (is_chain && ((at(r, i)->flags | at(r, g->power)->flags) & PIECE_DOTTED) != 0) {
    refuse_powers(r, g, i, "Matlab reads powers from the left");
    return;
  }
  g->power = g->left = i;
  g->operand = g->minus = NO_NODE;
}

static void on_factorial(reader *r, uint32_t i) {
  group *g = innermost(r);
  uint32_t first = g->operand, next = after(r, i);
  if (piece_is_sign(r, next, PIECE_SIGN, '!') || is_power(r, before(r, first))) {
    r->as_typed = 1;
    return;
  }
  uint32_t opened = piece_make(r, first, PIECE_NAME, 0, "factorial");
  uint32_t open = piece_make(r, first, PIECE_OPEN, '(', "(");
  at(r, opened)->gap = at(r, first)->gap;
  at(r, opened)->space = at(r, first)->space;
  at(r, opened)->start = at(r, opened)->end = at(r, first)->start;
  at(r, first)->gap = 0;
  at(r, i)->kind = PIECE_CLOSE;
  at(r, i)->sign = ')';
  at(r, i)->gap = 0;
  at(r, i)->partner = open;
  at(r, open)->partner = i;
  piece_write(r, i, ")");
  g = innermost(r);
  g->operand = opened;
  g->end = i;
  g->first = g->first == first ? opened : g->first;
  g->term = g->term == first ? opened : g->term;
}

/* `and`, `or`, `not` and their signs stand between spaces. */
static void on_word(reader *r, uint32_t i) {
  group *g = innermost(r);
  if (at(r, i)->made != NO_NODE) {
    if (piece_is_near(r, i))
      at(r, i)->gap = 1;
    if (piece_is_near(r, after(r, i)))
      at(r, after(r, i))->gap = 1;
  }
  begin_argument(g, g->first);
  g->left = i;
  g->term = after(r, i);
}

static void on_mark(reader *r, uint32_t i) {
  group *g = innermost(r);
  uint8_t sign = at(r, i)->sign;
  if (sign == SIGN_IF && g->operand == NO_NODE && piece_is_sign(r, after(r, i), PIECE_OPEN, '(')) {
    at(r, i)->kind = PIECE_NAME;
    if (begin_operand(r, i)) {
      r->calling = i;
      r->call = CALL_IF;
    }
    return;
  }
  if (sign == ':' && g->mark == NO_NODE && g->open == NO_NODE && r->has_header) {
    g->comma = NO_NODE;
    g->n_commas = 0;
    begin_argument(g, after(r, i));
    r->has_header = 0;
    return;
  }
  if (g->operand == NO_NODE || (sign == ':' && g->mark == NO_NODE) || g->is_bar) {
    r->as_typed = 1;
    return;
  }
  at(r, i)->partner = g->mark;
  uint32_t first = g->first;
  begin_argument(g, first);
  g->mark = i;
  g->term = after(r, i);
}

static void on_binary(reader *r, uint32_t i) {
  group *g = innermost(r);
  uint8_t sign = at(r, i)->sign;
  if (sign == '/' && g->star != NO_NODE) {
    uint32_t star = g->star;
    refuse_pieces(r, i, i, "a missing * before / has two readings");
    say_range(r, &r->advice, before(r, star), before(r, i));
    say_range(r, &r->advice, i, piece_operand_end(r, after(r, i)));
    return;
  }
  if (sign == SIGN_COMPARE) {
    if (g->compare != NO_NODE) {
      refuse_chain(r, g, i);
      return;
    }
    g->compare = i;
  }
  if (sign != '*' && sign != '/')
    g->term = after(r, i);
  g->left = i;
  g->operand = g->star = g->power = g->minus = NO_NODE;
}

static void on_sign(reader *r, uint32_t i) {
  group *g = innermost(r);
  if (refuse_sign(r, g, i))
    return;
  switch (at(r, i)->sign) {
  case SIGN_AND:
  case SIGN_OR:
  case SIGN_NOT:
    on_word(r, i);
    return;
  case SIGN_IF:
  case SIGN_ELSE:
  case '?':
  case ':':
    on_mark(r, i);
    return;
  default:
    break;
  }
  if (g->operand == NO_NODE) {
    if (at(r, i)->sign == '-')
      g->minus = i;
    else if (at(r, i)->sign != '+')
      r->as_typed = 1;
    return;
  }
  if (is_power(r, i))
    on_power(r, i);
  else if (at(r, i)->sign == '!')
    on_factorial(r, i);
  else if (strchr("+-*/", at(r, i)->sign) != NULL || at(r, i)->sign == SIGN_COMPARE || at(r, i)->sign == SIGN_RANGE)
    on_binary(r, i);
  else
    r->as_typed = 1;
}

static void on_assign(reader *r, uint32_t i) {
  group *g = innermost(r);
  uint32_t last = before(r, i), start = g->first;
  int is_function =
      at(r, last)->kind == PIECE_CLOSE && at(r, start)->kind == PIECE_NAME && after(r, start) == at(r, last)->partner;
  if (is_function) {
    uint32_t n, end = after(r, piece_segment_end(r, after(r, i)));
    const char *name = piece_text(r, start, &n);
    is_function = g->open == NO_NODE && (callable_find(name, n) == CALL_NONE || !is_last_statement(r, end));
  }
  if (last != start && !is_function) {
    if (g->open == NO_NODE && g->name == NO_NODE)
      refuse_equation(r, g, i);
    else
      r->as_typed = 1;
    return;
  }
  if (g->open == NO_NODE)
    g->name = i;
  begin_argument(g, after(r, i));
}

/* ---- the walk ---- */

static uint32_t walk_step(reader *r, uint32_t i) {
  switch (at(r, i)->kind) {
  case PIECE_NAME:
    i = name_without_library(r, i);
    return r->status == SYMAD_OK && !r->as_typed && begin_operand(r, i) ? walk_name(r, i) : BACK;
  case PIECE_NUMBER:
    (void)begin_operand(r, i);
    break;
  case PIECE_BROKEN:
    refuse_number(r, i);
    break;
  case PIECE_OPEN:
    on_open(r, i);
    break;
  case PIECE_CLOSE:
    on_close(r, i);
    break;
  case PIECE_COMMA:
    on_comma(r, i);
    break;
  case PIECE_STOP:
    on_stop(r, i);
    break;
  case PIECE_ASSIGN:
    on_assign(r, i);
    break;
  case PIECE_SIGN:
    on_sign(r, i);
    break;
  case PIECE_BAR:
    on_bar(r, i);
    break;
  case PIECE_RAISED:
    innermost(r)->power = innermost(r)->end = i;
    r->as_typed |= innermost(r)->operand == NO_NODE;
    break;
  case PIECE_QUOTE:
    r->as_typed |= !refuse_sign(r, innermost(r), i);
    break;
  case PIECE_MADE:
    break;
  default:
    r->as_typed = 1;
    break;
  }
  return after(r, i);
}

void read_walk(reader *r) {
  push(r, NO_NODE, NO_NODE, CALL_PLAIN);
  for (uint32_t i = after(r, FRONT); r->status == SYMAD_OK && !r->as_typed && i != BACK;)
    i = walk_step(r, i);
  if (r->status != SYMAD_OK || r->as_typed)
    return;
  if (r->groups.count > 1)
    r->as_typed = 1;
  else
    end_argument(r, BACK);
}
