/* Names: what the text itself says of them, and what they are called in other libraries, languages and countries. */
#include "read/read.h"

#include "parse/parser.h"

#include <string.h>

#define FIRST_TABLE 64u

/* ---- spellings ---- */

/* Functions of NumPy, JAX and PyTorch that have another name here; "" where it is the same one. */
static const spelling arrays[] = {
    {"sin", ""},
    {"cos", ""},
    {"tan", ""},
    {"arcsin", "asin"},
    {"arccos", "acos"},
    {"arctan", "atan"},
    {"asin", ""},
    {"acos", ""},
    {"atan", ""},
    {"arctan2", "atan2"},
    {"atan2", ""},
    {"sinh", ""},
    {"cosh", ""},
    {"tanh", ""},
    {"arcsinh", "asinh"},
    {"arccosh", "acosh"},
    {"arctanh", "atanh"},
    {"asinh", ""},
    {"acosh", ""},
    {"atanh", ""},
    {"exp", ""},
    {"exp2", ""},
    {"expm1", ""},
    {"log", ""},
    {"log2", ""},
    {"log10", ""},
    {"log1p", ""},
    {"logaddexp", ""},
    {"sqrt", ""},
    {"cbrt", ""},
    {"square", ""},
    {"abs", "Abs"},
    {"absolute", "Abs"},
    {"fabs", "Abs"},
    {"sign", ""},
    {"floor", ""},
    {"ceil", "ceiling"},
    {"trunc", ""},
    {"rint", "round"},
    {"maximum", "Max"},
    {"minimum", "Min"},
    {"fmax", "Max"},
    {"fmin", "Min"},
    {"power", "pow"},
    {"pow", ""},
    {"mod", "Mod"},
    {"fmod", ""},
    {"hypot", ""},
    {"heaviside", "Heaviside"},
    {"copysign", ""},
    {"where", "where"},
    {"clip", "clip"},
    {"radians", ""},
    {"degrees", ""},
    {"deg2rad", "radians"},
    {"rad2deg", "degrees"},
};

/* Further ones of PyTorch. */
static const spelling torches[] = {
    {"relu", ""},         {"sigmoid", ""},        {"softplus", ""}, {"erf", ""},    {"erfc", ""},
    {"erfinv", ""},       {"lgamma", "loggamma"}, {"digamma", ""},  {"logit", ""},  {"clamp", "clip"},
    {"expit", "sigmoid"}, {"frac", ""},           {"max", "Max"},   {"min", "Min"},
};

/* Python's math and JavaScript's Math. */
static const spelling maths[] = {
    {"sin", ""},     {"cos", ""},         {"tan", ""},
    {"asin", ""},    {"acos", ""},        {"atan", ""},
    {"atan2", ""},   {"sinh", ""},        {"cosh", ""},
    {"tanh", ""},    {"asinh", ""},       {"acosh", ""},
    {"atanh", ""},   {"exp", ""},         {"expm1", ""},
    {"log", ""},     {"log2", ""},        {"log10", ""},
    {"log1p", ""},   {"sqrt", ""},        {"cbrt", ""},
    {"pow", ""},     {"hypot", ""},       {"floor", ""},
    {"trunc", ""},   {"ceil", "ceiling"}, {"fabs", "Abs"},
    {"abs", "Abs"},  {"erf", ""},         {"erfc", ""},
    {"gamma", ""},   {"fmod", ""},        {"lgamma", "loggamma"},
    {"sign", ""},    {"max", "Max"},      {"min", "Min"},
    {"radians", ""}, {"degrees", ""},     {"copysign", ""},
    {"exp2", ""},    {"factorial", ""},   {"remainder", ""},
};

static const spelling constants[] = {{"pi", "pi"}, {"e", "E"}, {"PI", "pi"}, {"E", "E"}};

/* Functions of Mathematica, before square brackets. */
static const spelling mathematica[] = {
    {"Sin", "sin"},         {"Cos", "cos"},         {"Tan", "tan"},         {"Cot", "cot"},
    {"Sec", "sec"},         {"Csc", "csc"},         {"ArcSin", "asin"},     {"ArcCos", "acos"},
    {"ArcTan", "atan"},     {"ArcCot", "acot"},     {"Sinh", "sinh"},       {"Cosh", "cosh"},
    {"Tanh", "tanh"},       {"Coth", "coth"},       {"Sech", "sech"},       {"Csch", "csch"},
    {"ArcSinh", "asinh"},   {"ArcCosh", "acosh"},   {"ArcTanh", "atanh"},   {"Exp", "exp"},
    {"Log", "log"},         {"Log2", "log2"},       {"Log10", "log10"},     {"Sqrt", "sqrt"},
    {"Abs", "Abs"},         {"Sign", "sign"},       {"Max", "Max"},         {"Min", "Min"},
    {"Erf", "erf"},         {"Erfc", "erfc"},       {"Gamma", "gamma"},     {"LogGamma", "loggamma"},
    {"Floor", "floor"},     {"Ceiling", "ceiling"}, {"Mod", "Mod"},         {"BesselJ", "besselj"},
    {"BesselY", "bessely"}, {"BesselI", "besseli"}, {"BesselK", "besselk"}, {"Power", "pow"},
    {"If", "where"},
};

/* Functions of other countries, and of spreadsheets and Fortran, that have one meaning everywhere. */
static const spelling others[] = {
    {"tg", "tan"},      {"ctg", "cot"},      {"cotg", "cot"},  {"cosec", "csc"}, {"arctg", "atan"},  {"arcctg", "acot"},
    {"sh", "sinh"},     {"ch", "cosh"},      {"th", "tanh"},   {"cth", "coth"},  {"arsh", "asinh"},  {"arch", "acosh"},
    {"arth", "atanh"},  {"SIN", "sin"},      {"COS", "cos"},   {"TAN", "tan"},   {"ASIN", "asin"},   {"ACOS", "acos"},
    {"ATAN", "atan"},   {"SINH", "sinh"},    {"COSH", "cosh"}, {"TANH", "tanh"}, {"ASINH", "asinh"}, {"ACOSH", "acosh"},
    {"ATANH", "atanh"}, {"EXP", "exp"},      {"SQRT", "sqrt"}, {"ABS", "Abs"},   {"MAX", "Max"},     {"MIN", "Min"},
    {"LN", "log"},      {"LOG10", "log10"},  {"LOG2", "log2"}, {"POWER", "pow"}, {"SIGN", "sign"},   {"IF", "where"},
    {"where", "where"}, {"ifelse", "where"}, {"clip", "clip"}, {"ERF", "erf"},   {"ERFC", "erfc"},
};

#define COUNT(table) (sizeof(table) / sizeof *(table))

const char *spelling_find(const spelling *table, size_t n, const char *name, size_t length) {
  for (size_t i = 0; i < n; i++)
    if (name_is(table[i].typed, name, length))
      return table[i].strict[0] == '\0' ? table[i].typed : table[i].strict;
  return NULL;
}

const char *library_spelling(const reader *r, uint32_t library, uint32_t name) {
  static const char *const of_arrays[] = {"np", "numpy", "jnp", "torch"};
  uint32_t length;
  const char *text = piece_text(r, name, &length), *found = NULL;
  int is_call = piece_is_sign(r, after(r, name), PIECE_OPEN, '(');
  for (size_t i = 0; i < COUNT(of_arrays); i++)
    if (piece_is(r, library, of_arrays[i]))
      found = spelling_find(is_call ? arrays : constants, is_call ? COUNT(arrays) : 2, text, length);
  if (found == NULL && is_call && piece_is(r, library, "torch"))
    found = spelling_find(torches, COUNT(torches), text, length);
  if (piece_is(r, library, "math") || piece_is(r, library, "Math"))
    found = spelling_find(is_call ? maths : constants, is_call ? COUNT(maths) : COUNT(constants), text, length);
  if (piece_is(r, library, "sp") || piece_is(r, library, "sympy")) {
    if (!is_call)
      return piece_is(r, name, "pi") ? "pi" : piece_is(r, name, "E") ? "E" : NULL;
    return callable_find(text, length) != CALL_NONE ? "" : NULL;
  }
  return found;
}

const char *mathematica_spelling(const reader *r, uint32_t name) {
  uint32_t length;
  const char *text = piece_text(r, name, &length);
  return spelling_find(mathematica, COUNT(mathematica), text, length);
}

const char *other_spelling(const reader *r, uint32_t name) {
  uint32_t length;
  const char *text = piece_text(r, name, &length);
  return spelling_find(others, COUNT(others), text, length);
}

/* ---- what the text says ---- */

static symad_status grow(reader *r) {
  size_t size = r->table_size == 0 ? FIRST_TABLE : 2 * r->table_size;
  uint32_t *table = size > SIZE_MAX / sizeof *table ? NULL : memory_resize(&r->memory, NULL, 0, size * sizeof *table);
  if (table == NULL)
    return SYMAD_ERR_MEMORY;
  memset(table, 0xff, size * sizeof *table); /* NO_NODE everywhere */
  for (uint32_t i = 0; i < r->words.count; i++) {
    size_t place = ITEMS(read_word, r->words)[i].hash & (size - 1);
    while (table[place] != NO_NODE)
      place = (place + 1) & (size - 1);
    table[place] = i;
  }
  (void)memory_resize(&r->memory, r->table, r->table_size * sizeof *table, 0);
  r->table = table;
  r->table_size = size;
  return SYMAD_OK;
}

/* The place of a word in the table. */
static size_t find(const reader *r, const char *text, size_t length, uint32_t hash) {
  size_t place = hash & (r->table_size - 1);
  for (; r->table[place] != NO_NODE; place = (place + 1) & (r->table_size - 1)) {
    const read_word *w = &ITEMS(read_word, r->words)[r->table[place]];
    if (w->hash == hash && w->length == length && memcmp(w->text, text, length) == 0)
      break;
  }
  return place;
}

/* Notes something of a word whose text stays where it is: in the text, the caller's list or the tables. */
static void note_word(reader *r, const char *text, size_t length, uint32_t is) {
  if (r->words.count >= r->table_size / 2) {
    symad_status status = grow(r);
    if (status != SYMAD_OK) {
      r->status = status;
      return;
    }
  }
  uint32_t hash = lex_hash_name(r->seed, text, length);
  size_t place = find(r, text, length, hash);
  if (r->table[place] == NO_NODE) {
    read_word w = {text, (uint32_t)length, hash, 0};
    symad_status status = array_append(&r->memory, &r->words, &w, 1, sizeof w);
    if (status != SYMAD_OK) {
      r->status = status;
      return;
    }
    r->table[place] = (uint32_t)r->words.count - 1;
  }
  ITEMS(read_word, r->words)[r->table[place]].is |= is;
}

/* What text has been made stands in an array that moves: only what is typed is noted. */
static void note_name(reader *r, uint32_t i, uint32_t is) {
  if (at(r, i)->made == NO_NODE && r->status == SYMAD_OK)
    note_word(r, r->text + at(r, i)->start, at(r, i)->end - at(r, i)->start, is);
}

void word_mark(reader *r, uint32_t i, uint32_t is) {
  note_name(r, i, is);
}

uint32_t word_of(const reader *r, uint32_t i) {
  uint32_t length;
  const char *text = piece_text(r, i, &length);
  if (r->table_size == 0)
    return 0;
  size_t place = find(r, text, length, lex_hash_name(r->seed, text, length));
  return r->table[place] == NO_NODE ? 0 : ITEMS(read_word, r->words)[r->table[place]].is;
}

/* Whether the parser knows a function of this name that is no usual name of a variable. */
static int is_callable(const char *text, size_t length) {
  static const char *const values[] = {"beta", "gamma", "zeta", "psi", "rf", "ff", "jn", "yn", "Li", "root", "square"};
  for (size_t k = 0; k < COUNT(values); k++)
    if (name_is(values[k], text, length))
      return 0;
  return callable_find(text, length) != CALL_NONE;
}

/* The table of the parser is long: each name of the text asks it once. */
int word_is_function(const reader *r, uint32_t i) {
  uint32_t length;
  const char *text = piece_text(r, i, &length);
  size_t place = r->table_size == 0 ? 0 : find(r, text, length, lex_hash_name(r->seed, text, length));
  if (r->table_size == 0 || r->table[place] == NO_NODE)
    return is_callable(text, length);
  read_word *w = &ITEMS(read_word, r->words)[r->table[place]];
  if ((w->is & WORD_ASKED) == 0)
    w->is |= WORD_ASKED | (is_callable(text, length) ? WORD_CALLED : 0);
  return (w->is & (WORD_DECLARED | WORD_FUNCTION | WORD_CALLED)) == WORD_CALLED;
}

/* The names in a list `x, y` that begins here, and the piece behind it. */
static uint32_t gather_list(reader *r, uint32_t i) {
  for (; at(r, i)->kind == PIECE_NAME; i = after(r, i)) {
    note_name(r, i, WORD_DECLARED);
    i = after(r, i);
    if (at(r, i)->kind != PIECE_COMMA)
      break;
  }
  return i;
}

/* A header, whether it stands there alone or behind `lambda`. */
static void gather_header(reader *r) {
  uint32_t i = after(r, FRONT);
  while (at(r, i)->kind == PIECE_STOP)
    i = after(r, i);
  if (piece_is(r, i, "lambda"))
    i = after(r, i);
  uint32_t first = i;
  while (at(r, i)->kind == PIECE_NAME && at(r, after(r, i))->kind == PIECE_COMMA)
    i = after(r, after(r, i));
  if (at(r, i)->kind == PIECE_NAME && piece_is_sign(r, after(r, i), PIECE_SIGN, ':')) {
    (void)gather_list(r, first);
    r->has_header = 1;
  }
}

void words_gather(reader *r, const char *const *variables, size_t n_variables) {
  r->is_listed = variables != NULL;
  for (size_t i = 0; i < n_variables && r->status == SYMAD_OK; i++)
    if (variables[i] != NULL && strlen(variables[i]) < UINT32_MAX)
      note_word(r, variables[i], strlen(variables[i]), WORD_DECLARED);
  if (!r->is_listed)
    gather_header(r);
  int at_start = 1;
  for (uint32_t i = after(r, FRONT); i != BACK && r->status == SYMAD_OK; i = after(r, i)) {
    uint32_t next = after(r, i);
    int is_name = at(r, i)->kind == PIECE_NAME;
    if (is_name && at(r, next)->kind == PIECE_ASSIGN)
      note_name(r, i, WORD_DECLARED);
    else if (is_name && at_start && piece_is_sign(r, next, PIECE_OPEN, '(') &&
             at(r, after(r, at(r, next)->partner))->kind == PIECE_ASSIGN) {
      note_name(r, i, WORD_FUNCTION);
      (void)gather_list(r, after(r, next));
    } else if (is_name && at(r, next)->kind != PIECE_OPEN)
      note_name(r, i, WORD_VALUE);
    at_start = at(r, i)->kind == PIECE_STOP || piece_is_sign(r, i, PIECE_SIGN, ':');
  }
}

void words_free(reader *r) {
  array_free(&r->memory, &r->words, sizeof(read_word));
  (void)memory_resize(&r->memory, r->table, r->table_size * sizeof *r->table, 0);
}
