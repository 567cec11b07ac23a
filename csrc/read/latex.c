/* LaTeX: its commands and braces become names, operators and parentheses before anything else is looked at. */
#include "read/read.h"

#include "parse/parser.h"

#include <string.h>

static const spelling commands[] = {
    {"arcsin", "asin"},
    {"arccos", "acos"},
    {"arctan", "atan"},
    {"sin", ""},
    {"cos", ""},
    {"tan", ""},
    {"cot", ""},
    {"sec", ""},
    {"csc", ""},
    {"sinh", ""},
    {"cosh", ""},
    {"tanh", ""},
    {"coth", ""},
    {"ln", ""},
    {"log", ""},
    {"exp", ""},
    {"max", ""},
    {"min", ""},
    {"pi", ""},
    {"alpha", ""},
    {"beta", ""},
    {"gamma", ""},
    {"delta", ""},
    {"epsilon", ""},
    {"varepsilon", "epsilon"},
    {"zeta", ""},
    {"eta", ""},
    {"theta", ""},
    {"vartheta", "theta"},
    {"iota", ""},
    {"kappa", ""},
    {"lambda", ""},
    {"mu", ""},
    {"nu", ""},
    {"xi", ""},
    {"rho", ""},
    {"sigma", ""},
    {"tau", ""},
    {"upsilon", ""},
    {"phi", ""},
    {"varphi", "phi"},
    {"chi", ""},
    {"psi", ""},
    {"omega", ""},
    {"Gamma", ""},
    {"Delta", ""},
    {"Theta", ""},
    {"Lambda", ""},
    {"Xi", ""},
    {"Sigma", ""},
    {"Phi", ""},
    {"Psi", ""},
    {"Omega", ""},
    {"hbar", ""},
    {"ell", ""},
};

static int is_single(const reader *r, uint32_t open) {
  return after(r, after(r, open)) == at(r, open)->partner;
}

static int is_command(const reader *r, uint32_t i, const char *name) {
  const piece *p = at(r, i);
  size_t n = strlen(name);
  return p->kind == PIECE_COMMAND && p->end - p->start == n + 1 && memcmp(r->text + p->start + 1, name, n) == 0;
}

/* Whether a factor, or an argument, may stand here without a sign before it. */
static int is_beside(const reader *r, uint32_t i) {
  uint32_t n;
  if (at(r, i)->kind == PIECE_COMMAND)
    return !is_command(r, i, "cdot") && !is_command(r, i, "times") && !is_command(r, i, "right");
  return at(r, i)->kind == PIECE_NUMBER || (at(r, i)->kind == PIECE_NAME && piece_text(r, i, &n)[0] != '_');
}

/* Whether something between the braces binds less than a product; as a divisor, less than a power. */
static int is_loose(const reader *r, uint32_t open, int divisor) {
  uint32_t close = at(r, open)->partner, i = after(r, open);
  if (i == close)
    return 1;
  for (; i != close; i = after(r, i)) {
    const piece *p = at(r, i);
    if (p->kind == PIECE_SIGN && (divisor || (p->sign != '*' && p->sign != '^' && p->sign != SIGN_POWER)))
      return 1;
    if (p->kind == PIECE_OPEN) {
      i = p->partner;
      if (after(r, i) != close &&
          (divisor || is_beside(r, after(r, i)) || piece_is_sign(r, after(r, i), PIECE_OPEN, '(')))
        return 1;
      continue;
    }
    if (is_beside(r, i) &&
        (is_beside(r, after(r, i)) || (p->kind == PIECE_NUMBER && piece_is_sign(r, after(r, i), PIECE_OPEN, '('))))
      return 1;
    if (divisor && after(r, i) != close && at(r, after(r, i))->kind != PIECE_OPEN)
      return 1;
  }
  return 0;
}

/* What stands before or behind a fraction so tight that it has to be in parentheses of its own. */
static int is_tied(const reader *r, uint32_t i) {
  const piece *p = at(r, i);
  return (p->kind == PIECE_SIGN && p->sign != '+' && p->sign != '-' && p->sign != SIGN_COMPARE) ||
         p->kind == PIECE_NUMBER || p->kind == PIECE_NAME || p->kind == PIECE_RAISED || p->kind == PIECE_CLOSE;
}

/* \frac{a}{b} */
static int fraction(reader *r, uint32_t i) {
  uint32_t top = after(r, i);
  if (!piece_is_brace(r, top) || !piece_is_brace(r, after(r, at(r, top)->partner)))
    return 0;
  uint32_t bottom = after(r, at(r, top)->partner), last = at(r, bottom)->partner, next = after(r, last);
  if (is_single(r, top) && is_single(r, bottom) && piece_is(r, after(r, top), "d")) {
    uint32_t n;
    const char *below = piece_text(r, after(r, bottom), &n);
    if (n > 1 && below[0] == 'd') {
      refuse_pieces(r, i, last, "symad differentiates: give the formula behind it alone");
      return 1;
    }
  }
  int is_inner = at(r, next)->kind == PIECE_SIGN && at(r, next)->sign != '*' && at(r, next)->sign != '/';
  int wrap = is_tied(r, before(r, i)) || (at(r, next)->kind == PIECE_SIGN && is_inner && is_tied(r, next)) ||
             at(r, next)->kind == PIECE_RAISED || at(r, next)->kind == PIECE_OPEN || is_beside(r, next);
  if (wrap) {
    uint32_t open = piece_make(r, i, PIECE_OPEN, '(', "("), close = piece_make(r, next, PIECE_CLOSE, ')', ")");
    at(r, open)->partner = close;
    at(r, close)->partner = open;
    at(r, open)->flags = PIECE_LEFT;
    at(r, open)->gap = at(r, i)->gap;
    at(r, open)->space = at(r, i)->space;
    at(r, open)->start = at(r, open)->end = at(r, i)->start;
    at(r, i)->gap = 0;
  }
  at(r, top)->gap = piece_gap(r, i);
  (void)piece_make(r, bottom, PIECE_SIGN, '/', "/");
  at(r, bottom)->gap = 0;
  piece_drop(r, i);
  latex_braces(r, bottom, is_loose(r, bottom, 1));
  latex_braces(r, top, is_loose(r, top, 0));
  return 1;
}

/* \left and \right: only parentheses and bars. */
static int delimiter(reader *r, uint32_t i, int is_left) {
  uint32_t next = after(r, i);
  if (!piece_is_sign(r, next, is_left ? PIECE_OPEN : PIECE_CLOSE, is_left ? '(' : ')') &&
      at(r, next)->kind != PIECE_BAR)
    return 0;
  if (is_left)
    at(r, next)->flags |= PIECE_LEFT;
  at(r, next)->space = at(r, next)->start;
  at(r, next)->gap = is_left ? piece_gap(r, i) : at(r, i)->gap;
  piece_drop(r, i);
  return 1;
}

/* x_{12} is the name x_12. */
static void subscript(reader *r, uint32_t i, uint32_t open) {
  uint32_t n, n_inner, inner = after(r, open), close = at(r, open)->partner;
  const char *text = piece_text(r, i, &n), *name = piece_text(r, inner, &n_inner);
  if (n == 0 || text[n - 1] != '_' || !is_single(r, open) || !lex_is_name_parts(name, n_inner))
    return;
  piece_write_parts(r, i, text, n, name, n_inner);
  at(r, i)->end = at(r, close)->end;
  piece_drop(r, open);
  piece_drop(r, inner);
  piece_drop(r, close);
}

static void sign(reader *r, uint32_t i, const char *text) {
  at(r, i)->kind = PIECE_SIGN;
  at(r, i)->sign = (uint8_t)text[0];
  piece_write(r, i, text);
  at(r, i)->gap = at(r, after(r, i))->gap = 0;
}

/* \log_2 x: the base goes into the name. */
static void refuse_base(reader *r, uint32_t i, uint32_t base) {
  uint32_t n, argument = after(r, base);
  const char *digits = piece_text(r, base, &n);
  int is_known = (n == 2 && digits[1] == '2') || (n == 3 && digits[1] == '1' && digits[2] == '0');
  refuse_pieces(r, i, base, "the base is part of the name here");
  if (!is_known || at(r, argument)->kind == PIECE_END)
    return;
  say(r, &r->advice, n == 2 ? "log2" : "log10");
  say(r, &r->advice, at(r, argument)->kind == PIECE_OPEN ? "" : "(");
  say_range(r, &r->advice, argument, piece_operand_end(r, argument));
  say(r, &r->advice, at(r, argument)->kind == PIECE_OPEN ? "" : ")");
}

/* A sum over an index, in the notation of families: x_i in its body is x[i]. */
static void refuse_sum(reader *r, uint32_t i) {
  uint32_t low = after(r, after(r, i)), high, index, body;
  refuse_pieces(r, i, i, "% is written in the notation of families here");
  if (at(r, after(r, i))->kind != PIECE_NAME || !piece_is_brace(r, low) ||
      at(r, after(r, after(r, low)))->kind != PIECE_ASSIGN)
    return;
  index = after(r, low);
  high = after(r, at(r, low)->partner);
  if (at(r, high)->kind != PIECE_SIGN || !piece_is_brace(r, after(r, high)))
    return;
  high = after(r, high);
  body = after(r, at(r, high)->partner);
  say(r, &r->advice, is_command(r, i, "sum") ? "sum(" : "prod(");
  say_range(r, &r->advice, index, index);
  say(r, &r->advice, " = ");
  say_range(r, &r->advice, after(r, after(r, index)), before(r, at(r, low)->partner));
  say(r, &r->advice, "..");
  say_range(r, &r->advice, after(r, high), before(r, at(r, high)->partner));
  say(r, &r->advice, ", ");
  for (uint32_t k = body, end = piece_segment_end(r, body);; k = after(r, k)) {
    uint32_t n, n_index;
    const char *text = piece_text(r, k, &n), *name = piece_text(r, index, &n_index);
    if (at(r, k)->kind == PIECE_NAME && n > n_index + 1 && text[n - n_index - 1] == '_' &&
        memcmp(text + n - n_index, name, n_index) == 0) {
      say_bytes(r, &r->advice, text, n - n_index - 1);
      say(r, &r->advice, "[");
      say_bytes(r, &r->advice, name, n_index);
      say(r, &r->advice, "]");
    } else
      say_range(r, &r->advice, k, k);
    if (k == end)
      break;
  }
  say(r, &r->advice, ")");
}

/* \\sqrt[3]{x}: real for every x, as the cube root is; of other degrees a power says which. */
static void root_of_degree(reader *r, uint32_t i) {
  uint32_t open = after(r, i), degree = after(r, open), close = at(r, open)->partner, argument = after(r, close), n;
  const char *digits = piece_text(r, degree, &n);
  int is_degree = at(r, degree)->kind == PIECE_NUMBER && after(r, degree) == close && piece_is_brace(r, argument);
  if (is_degree && n == 1 && (digits[0] == '2' || digits[0] == '3')) {
    at(r, i)->kind = PIECE_NAME;
    piece_write(r, i, digits[0] == '2' ? "sqrt" : "cbrt");
    at(r, argument)->gap = 0;
    piece_drop(r, open);
    piece_drop(r, degree);
    piece_drop(r, close);
    latex_braces(r, argument, 1);
    return;
  }
  refuse_pieces(r, i, close, "of this degree a root is written as a power");
  if (!is_degree)
    return;
  say(r, &r->advice, "(");
  say_range(r, &r->advice, after(r, argument), before(r, at(r, argument)->partner));
  say(r, &r->advice, ")**(1/");
  say_range(r, &r->advice, degree, degree);
  say(r, &r->advice, ")");
}

static void command(reader *r, uint32_t i) {
  piece *p = at(r, i);
  uint32_t next = after(r, i), n;
  const char *strict =
      spelling_find(commands, sizeof commands / sizeof *commands, r->text + p->start + 1, p->end - p->start - 1);
  if (latex_is_fraction(r, i) && fraction(r, i))
    return;
  if (is_command(r, i, "sqrt") && piece_is_sign(r, next, PIECE_OPEN, '[')) {
    root_of_degree(r, i);
    return;
  }
  if (is_command(r, i, "sqrt") &&
      (piece_is_brace(r, next) || at(r, next)->kind == PIECE_NAME || at(r, next)->kind == PIECE_NUMBER)) {
    p->kind = PIECE_NAME;
    p->flags = PIECE_ROOT;
    piece_write(r, i, "sqrt");
    if (piece_is_brace(r, next))
      latex_braces(r, next, 1);
    return;
  }
  if (is_command(r, i, "cdot") || is_command(r, i, "times")) {
    sign(r, i, "*");
    return;
  }
  if ((is_command(r, i, "left") && delimiter(r, i, 1)) || (is_command(r, i, "right") && delimiter(r, i, 0)))
    return;
  if (is_command(r, i, "sum") || is_command(r, i, "prod")) {
    refuse_sum(r, i);
    return;
  }
  if (is_command(r, i, "int")) {
    refuse_pieces(r, i, i, "symad differentiates only");
    return;
  }
  if (strict == NULL) {
    refuse_pieces(r, i, i,
                  latex_is_fraction(r, i) ? "% takes two arguments, in braces"
                                          : "% is no LaTeX that is understood here");
    return;
  }
  p->kind = PIECE_NAME;
  piece_write(r, i, strict);
  const char *tail = piece_text(r, next, &n);
  int is_function = callable_find(strict, strlen(strict)) != CALL_NONE;
  if (at(r, next)->kind == PIECE_NAME && piece_is_near(r, next) && tail[0] == '_' && piece_is(r, i, "log")) {
    if (piece_is_brace(r, after(r, next)))
      subscript(r, next, after(r, next));
    refuse_base(r, i, next);
    return;
  }
  if (at(r, next)->kind == PIECE_NAME && piece_is_near(r, next) && tail[0] == '_') {
    piece_write_parts(r, i, strict, (uint32_t)strlen(strict), tail, n);
    at(r, i)->end = at(r, next)->end;
    piece_drop(r, next);
    if (piece_is_brace(r, after(r, i)))
      subscript(r, i, after(r, i));
  } else if (is_function && piece_is_brace(r, next))
    latex_arguments(r, next);
}

/* Braces that only hold together what stands in them. */
static int is_lone(const reader *r, uint32_t i) {
  uint8_t last = at(r, before(r, i))->kind;
  return piece_is_brace(r, i) && at(r, i)->partner != after(r, i) &&
         (last == PIECE_BAR || last == PIECE_OPEN || last == PIECE_COMMA || last == PIECE_SIGN);
}

/* \sin^{2}{(x)}, as SymPy writes it: the braces behind the exponent of a function hold its argument. */
static void raised_function(reader *r, uint32_t power) {
  uint32_t n, called = before(r, power), exponent = after(r, power);
  if (exponent == BACK || at(r, called)->kind != PIECE_NAME)
    return;
  uint32_t argument = after(r, piece_is_brace(r, exponent) ? at(r, exponent)->partner : exponent);
  const char *text = piece_text(r, called, &n);
  if (piece_is_brace(r, argument) && callable_find(text, n) != CALL_NONE)
    latex_arguments(r, argument);
}

void read_latex(reader *r) {
  int is_latex = latex_tokens(r);
  for (uint32_t i = after(r, FRONT); i != BACK && r->status == SYMAD_OK; i = after(r, i)) {
    const piece *p = at(r, i);
    uint32_t next = p->next;
    if (p->kind == PIECE_COMMAND) {
      uint32_t last = p->last;
      command(r, i);
      if (after(r, last) != i)
        i = last; /* it is gone: what stands in its place comes next */
    } else if (p->kind == PIECE_SIGN && (p->sign == '^' || p->sign == SIGN_POWER)) {
      raised_function(r, i);
      is_latex |= piece_is_brace(r, next);
      if (piece_is_brace(r, next))
        latex_braces(r, next, !is_single(r, next));
    } else if (is_latex && is_lone(r, i)) {
      int is_kept = !is_single(r, i);
      latex_braces(r, i, is_kept);
      i = is_kept ? i : before(r, next);
    } else if (p->kind == PIECE_NAME && piece_is_brace(r, next)) {
      uint32_t n;
      const char *text = piece_text(r, i, &n);
      is_latex |= text[n - 1] == '_';
      subscript(r, i, next);
    }
  }
  if (is_latex) {
    r->dialect = DIALECT_LATEX;
    r->is_noted = r->is_more = 1;
  }
}
