/* Names in the walk: variables that look like something else, functions of libraries, functions without parentheses. */
#include "read/read.h"

#include <string.h>

static int is_power(const reader *r, uint32_t i) {
  return at(r, i)->kind == PIECE_SIGN && (at(r, i)->sign == '^' || at(r, i)->sign == SIGN_POWER);
}

static void add_note(reader *r, const char *head, const char *tail) {
  say(r, &r->notes, head);
  say(r, &r->notes, tail);
  say(r, &r->notes, "\n");
}

/* ---- variables and libraries ---- */

static int is_among_functions(const char *text, uint32_t n) {
  static const char *const functions[] = {"log", "ln", "sin", "cos", "tan", "exp", "sqrt"};
  for (size_t k = 0; k < sizeof functions / sizeof *functions; k++)
    if (strlen(functions[k]) == n && memcmp(functions[k], text, n) == 0)
      return 1;
  return 0;
}

/* A variable; some look like something else to some readers. */
static void on_variable(reader *r, uint32_t i) {
  uint32_t n;
  const char *text = piece_text(r, i, &n);
  if (piece_is(r, i, "lambda")) {
    refuse_word(r, i);
    return;
  }
  if (at(r, i)->flags & PIECE_GREEK) {
    const piece *p = at(r, i);
    if (piece_is(r, i, "pi"))
      return;
    if (r->greek >> p->sign & 1)
      return;
    r->greek |= UINT64_C(1) << p->sign;
    say(r, &r->letters, r->letters.count == 0 ? "" : ", ");
    int is_first = r->letters.count == 0;
    say_bytes(r, &r->letters, r->text + p->start, p->end - p->start);
    say(r, &r->letters, is_first ? " is called " : " ");
    say_range(r, &r->letters, i, i);
    return;
  }
  uint32_t is = word_of(r, i);
  if ((is & (WORD_DECLARED | WORD_NOTED)) != 0)
    return;
  word_mark(r, i, WORD_NOTED);
  if (piece_is(r, i, "e") && !is_power(r, after(r, i)))
    add_note(r, "e is a variable; Euler's number is E", "");
  else if (piece_is(r, i, "I"))
    add_note(r, "I is a variable; there are no complex numbers here", "");
  else if (n > 2 && is_among_functions(text, n - 1) && (text[1] == 'o' || memchr("xyzt", text[n - 1], 4) == NULL)) {
    say_range(r, &r->notes, i, i);
    say(r, &r->notes, " is one variable; ");
    say_bytes(r, &r->notes, text, n - 1);
    say(r, &r->notes, "(");
    say_bytes(r, &r->notes, text + n - 1, 1);
    say(r, &r->notes, ") is ");
    say(r, &r->notes, text[0] == 'l' ? "the logarithm of " : "a function of ");
    say_bytes(r, &r->notes, text + n - 1, 1);
    say(r, &r->notes, "\n");
  }
}

/* `np.` before a function of its table. */
static uint32_t take_library(reader *r, uint32_t i) {
  uint32_t dot = after(r, i), name = after(r, dot);
  int is_array =
      !piece_is(r, i, "math") && !piece_is(r, i, "Math") && !piece_is(r, i, "sp") && !piece_is(r, i, "sympy");
  const char *strict = library_spelling(r, i, name);
  if (is_array && piece_is(r, name, "sinc") && at(r, after(r, name))->kind == PIECE_OPEN) {
    uint32_t open = after(r, name);
    refuse_pieces(r, i, name,
                  piece_is(r, i, "torch") ? "PyTorch's sinc(x) is sin(pi*x)/(pi*x)"
                                          : "NumPy's sinc(x) is sin(pi*x)/(pi*x)");
    say(r, &r->advice, "sinc(pi*");
    say_grouped(r, &r->advice, after(r, open), before(r, at(r, open)->partner));
    say(r, &r->advice, ")");
    return i;
  }
  if (is_array && piece_is(r, name, "remainder")) {
    strict = "Mod";
    add_note(r, piece_is(r, i, "torch") ? "PyTorch's" : "NumPy's", " remainder is Mod, not remainder");
  }
  if (strict == NULL) {
    r->as_typed = 1;
    return i;
  }
  at(r, name)->gap = piece_gap(r, i);
  if (strict[0] != '\0')
    piece_write(r, name, strict);
  piece_drop(r, i);
  piece_drop(r, dot);
  group *g = innermost(r);
  g->first = g->first == i ? name : g->first;
  g->term = g->term == i ? name : g->term;
  return name;
}

static int is_library(const reader *r, uint32_t i) {
  static const char *const names[] = {"np", "numpy", "jnp", "torch", "math", "Math", "sp", "sympy"};
  uint32_t dot = after(r, i);
  if (!piece_is_sign(r, dot, PIECE_SIGN, '.') || !piece_is_near(r, dot) || at(r, after(r, dot))->kind != PIECE_NAME ||
      (word_of(r, i) & WORD_DECLARED) != 0)
    return 0;
  for (size_t k = 0; k < sizeof names / sizeof *names; k++)
    if (piece_is(r, i, names[k]))
      return 1;
  return 0;
}

/* ---- functions without parentheses ---- */

/* Whether a missing parenthesis may close before this piece. */
int walk_is_reached(const reader *r, uint32_t i, int is_root) {
  const piece *p = at(r, i);
  if (p->kind == PIECE_COMMA || p->kind == PIECE_CLOSE || p->kind == PIECE_STOP || p->kind == PIECE_END ||
      p->kind == PIECE_BAR)
    return 1;
  return p->kind == PIECE_SIGN && (p->sign == '+' || p->sign == '-' || (is_root && (p->sign == '*' || p->sign == '/')));
}

/* The exponent between a function and its argument: ^2 or a raised number. 0: none; 1: whole; 2: negative. */
static int exponent_of(const reader *r, uint32_t i, uint32_t *behind) {
  uint32_t next = after(r, i), n, number = after(r, next);
  *behind = next;
  if (at(r, next)->kind == PIECE_RAISED) {
    *behind = after(r, next);
    return at(r, next)->sign == '-' ? 2 : 1;
  }
  if (!piece_is_sign(r, next, PIECE_SIGN, '^'))
    return 0;
  int in_group = piece_is_sign(r, number, PIECE_OPEN, '(') && piece_is_sign(r, after(r, number), PIECE_SIGN, '-');
  if (piece_is_sign(r, number, PIECE_SIGN, '-') || in_group) {
    *behind = in_group ? after(r, at(r, number)->partner) : after(r, after(r, number));
    return 2;
  }
  const char *digits = piece_text(r, number, &n);
  if (at(r, number)->kind != PIECE_NUMBER)
    return 0;
  for (uint32_t k = 0; k < n; k++)
    if (digits[k] < '0' || digits[k] > '9')
      return 0;
  *behind = after(r, number);
  return 1;
}

static void refuse_inverse(reader *r, uint32_t i, uint32_t argument) {
  uint32_t end = piece_operand_end(r, argument), is_group = at(r, argument)->kind == PIECE_OPEN;
  uint32_t n;
  const char *digits = piece_text(r, before(r, argument), &n);
  if (at(r, before(r, argument))->kind == PIECE_CLOSE)
    digits = piece_text(r, before(r, before(r, argument)), &n);
  int is_one = n > 0 && digits[n - 1] == '1' && (n == 1 || digits[n - 2] == '-');
  refuse_pieces(r, i, i, is_one ? "the inverse or the reciprocal?" : "a negative exponent stands behind the argument");
  for (int k = 0; k < 1 + is_one; k++) {
    say(r, &r->advice, k == 1 ? "\n1/" : is_one ? "a" : "1/");
    say_range(r, &r->advice, i, i);
    say(r, &r->advice, is_group ? "" : "(");
    say_range(r, &r->advice, argument, end);
    say(r, &r->advice, is_group ? "" : ")");
  }
  uint32_t skipped = n > 3 && digits[0] == '*' ? 3 : 0; /* of a raised one: its stars and its sign */
  if (!is_one) {
    digits = piece_text(r, before(r, argument), &n);
    if (at(r, before(r, argument))->kind == PIECE_CLOSE)
      digits = piece_text(r, before(r, before(r, argument)), &n);
    say(r, &r->advice, "**");
    say_bytes(r, &r->advice, digits + skipped, n - skipped);
  }
}

/* Puts parentheses round one name or number behind a function; gives the piece behind it. */
static uint32_t wrap(reader *r, uint32_t i, uint32_t argument) {
  uint32_t behind = after(r, argument);
  int is_root = (at(r, i)->flags & PIECE_ROOT) != 0;
  int is_one =
      at(r, argument)->kind == PIECE_NUMBER ||
      (at(r, argument)->kind == PIECE_NAME && at(r, behind)->kind != PIECE_OPEN && !word_is_function(r, argument));
  if (!is_one || !walk_is_reached(r, behind, is_root)) {
    refuse_reach(r, i, argument);
    return behind;
  }
  (void)piece_make(r, argument, PIECE_MADE, 0, "(");
  at(r, argument)->gap = 0;
  uint32_t close = piece_make(r, behind, PIECE_MADE, 0, ")");
  innermost(r)->end = close;
  if (r->product_end == i)
    r->product_end = close;
  if (!is_root)
    r->is_noted = r->is_more = 1;
  if (at(r, argument)->kind == PIECE_NAME)
    on_variable(r, argument);
  return behind;
}

/* sin^2(x) is sin(x)**2: the exponent goes behind the argument, 0 where it is no plain one. */
static int move_exponent(reader *r, uint32_t i, uint32_t argument) {
  char digits[24] = "**";
  uint32_t next = after(r, i), n, close = argument;
  int is_raised = at(r, next)->kind == PIECE_RAISED;
  const char *text = piece_text(r, is_raised ? next : after(r, next), &n);
  uint32_t skipped = is_raised ? 2 : 0; /* its stars */
  if (n - skipped > sizeof digits - 3)
    return 0;
  memcpy(digits + 2, text + skipped, n - skipped);
  for (uint32_t k = next; k != argument; k = after(r, k))
    piece_drop(r, k);
  at(r, argument)->gap = 0;
  if (at(r, argument)->kind == PIECE_OPEN)
    close = at(r, argument)->partner;
  (void)piece_make(r, after(r, close), PIECE_RAISED, 0, digits);
  r->is_noted = r->is_more = 1;
  return 1;
}

/* sin^2 x, the exponent being behind x by now. */
static uint32_t wrap_power(reader *r, uint32_t i, uint32_t argument) {
  uint32_t raised = after(r, argument);
  int is_one = at(r, argument)->kind == PIECE_NUMBER || !word_is_function(r, argument);
  if (!is_one || !walk_is_reached(r, after(r, raised), 0)) {
    refuse_reach(r, i, argument);
    return raised;
  }
  (void)piece_make(r, argument, PIECE_MADE, 0, "(");
  (void)piece_make(r, raised, PIECE_MADE, 0, ")");
  innermost(r)->end = raised;
  if (at(r, argument)->kind == PIECE_NAME)
    on_variable(r, argument);
  return after(r, raised);
}

/* A function that no parenthesis follows; gives the piece where reading goes on. */
static uint32_t on_function(reader *r, uint32_t i) {
  uint32_t argument, next = after(r, i);
  int exponent = exponent_of(r, i, &argument);
  const piece *p = at(r, argument);
  if (p->kind != PIECE_NAME && p->kind != PIECE_NUMBER && p->kind != PIECE_OPEN && p->kind != PIECE_BAR)
    return next;
  if (exponent == 2) {
    refuse_inverse(r, i, argument);
    return next;
  }
  if (exponent == 1) {
    uint32_t behind = after(r, p->kind == PIECE_OPEN ? p->partner : argument);
    if (is_power(r, behind) || at(r, behind)->kind == PIECE_RAISED || piece_is_sign(r, behind, PIECE_SIGN, '!')) {
      refuse_reach(r, i, argument);
      return next;
    }
    if (p->kind == PIECE_BAR || !move_exponent(r, i, argument)) {
      r->as_typed = 1;
      return next;
    }
  }
  switch (at(r, argument)->kind) {
  case PIECE_OPEN:
    call_name(r, i);
    return argument;
  case PIECE_BAR:
    r->calling = i;
    return argument;
  default:
    return exponent == 0 ? wrap(r, i, argument) : wrap_power(r, i, argument);
  }
}

uint32_t name_without_library(reader *r, uint32_t i) {
  return is_library(r, i) ? take_library(r, i) : i;
}

uint32_t walk_name(reader *r, uint32_t i) {
  uint32_t next = after(r, i);
  if (piece_is_sign(r, next, PIECE_OPEN, '(')) {
    call_name(r, i);
    return after(r, i);
  }
  if (piece_is_sign(r, next, PIECE_OPEN, '[')) {
    return call_index(r, i);
  }
  if ((at(r, i)->flags & PIECE_ROOT) != 0 || ((at(r, i)->flags & PIECE_GREEK) == 0 && word_is_function(r, i)))
    return on_function(r, i);
  on_variable(r, i);
  return next;
}
