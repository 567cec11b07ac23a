/* The text side of the C core: grammar, positions, limits, memory. Prints what fails, returns 1 then. */
#include "checks.h"
#include "symad.h"

#include <math.h>

/* ---- an allocator that counts, and fails the k-th request ---- */

typedef struct counting {
  size_t in_use;
  long n_requests;
  long fail_at; /* 0: never */
  int for_good; /* every later request fails too */
} counting;

static void *counting_resize(void *context, void *old, size_t old_size, size_t new_size) {
  counting *c = context;
  void *data = NULL;
  if (new_size != 0) {
    c->n_requests++;
    if (c->n_requests == c->fail_at || (c->for_good && c->n_requests > c->fail_at) || (data = malloc(new_size)) == NULL)
      return NULL;
    if (old != NULL)
      memcpy(data, old, old_size < new_size ? old_size : new_size);
  }
  free(old);
  c->in_use += new_size - old_size;
  return data;
}

/* ---- shorthands ---- */

static symad_status parse_with(const char *text, const char *const *variables, size_t n, symad_tape **tape,
                               symad_detail *d) {
  symad_status status = symad_parse(text, strlen(text), variables, n, NULL, NULL, tape, d);
  if (status == SYMAD_OK)
    CHECK(symad_tape_verify(*tape, NULL) == SYMAD_OK);
  else
    CHECK(*tape == NULL && d->status == status && strcmp(d->message, symad_status_sentence(status)) == 0);
  return status;
}

/* Outputs at x, in order of first use; nan where the text is refused. */
static void values_of(const char *text, const double *x, double *y) {
  symad_tape *tape;
  symad_detail d;
  *y = (double)NAN;
  if (parse_with(text, NULL, 0, &tape, &d) != SYMAD_OK) {
    printf("refused: %s: %s at %d\n", text, symad_status_name(d.status), (int)d.offset);
    return;
  }
  void *work = malloc(symad_tape_work_size(tape, SYMAD_WORK_VALUE) + 8);
  symad_tape_value(tape, x, y, work);
  free(work);
  symad_tape_free(tape);
}

static double value_at(const char *text, double a, double b, double c) {
  double x[3] = {a, b, c}, y[8];
  values_of(text, x, y);
  return y[0];
}

static int is_refused(const char *text, symad_status wanted, uint64_t offset, uint64_t length) {
  const char *const variables[] = {"x", "y"};
  symad_tape *tape = NULL;
  symad_detail d;
  int same = parse_with(text, variables, 2, &tape, &d) == wanted && d.offset == offset && d.length == length;
  symad_tape_free(tape);
  if (!same)
    printf("%s: %s at %d, length %d\n", text, symad_status_name(d.status), (int)d.offset, (int)d.length);
  return same;
}

static symad_status limited(const char *text, const symad_limits *limits, symad_detail *d) {
  symad_tape *tape = NULL;
  symad_status status = symad_parse(text, strlen(text), NULL, 0, limits, NULL, &tape, d);
  symad_tape_free(tape);
  return status;
}

static symad_status status_of(const char *text) {
  return limited(text, NULL, &(symad_detail){0});
}

static char *repeated(const char *head, const char *piece, size_t n, const char *middle, const char *tail) {
  size_t size = strlen(head) + n * (strlen(piece) + strlen(tail)) + strlen(middle) + 1;
  char *text = calloc(size, 1), *p = text;
  p += sprintf(p, "%s", head);
  for (size_t i = 0; i < n; i++)
    p += sprintf(p, "%s", piece);
  p += sprintf(p, "%s", middle);
  for (size_t i = 0; i < n; i++)
    p += sprintf(p, "%s", tail);
  return text;
}

/* ---- literals ---- */

static int constant_is(const char *text, const char *kept) {
  symad_tape *tape = NULL;
  symad_detail d;
  symad_view view;
  if (parse_with(text, NULL, 0, &tape, &d) != SYMAD_OK)
    return 0;
  symad_tape_view(tape, &view);
  const symad_constant *c = view.constants;
  int same = view.n_constants == 1 && c->text_length == strlen(kept);
  if (same && c->text_length > 0)
    same = memcmp(view.names + c->text, kept, c->text_length) == 0;
  symad_tape_free(tape);
  return same;
}

static void test_literals(void) {
  CHECK(constant_is("9007199254740992", "") && constant_is("9007199254740993", "9007199254740993"));
  CHECK(constant_is("009007199254740993", "9007199254740993") && constant_is("9007199254740993.", ""));
  CHECK(constant_is("18446744073709551616", "") && constant_is("36893488147419103233", "36893488147419103233"));
  CHECK(constant_is("0.1", "") && constant_is("1e-400", "") && constant_is("1e400", ""));
  CHECK(constant_is("0.1*0.10*1e-1", "") && constant_is("2 + x*2.0 + y*02", "")); /* equal literals are one */
  CHECK(!constant_is("1e2*9007199254740993*9007199254740992", ""));
  CHECK(value_at("1/3*x", 3.0, 0, 0) == 1.0 && value_at("1e5*x + 1E5 + 1.*x + .5", 0.0, 0, 0) == 100000.5);
}

/* ---- grammar ---- */

static void test_precedence(void) {
  CHECK(value_at("-x**2", 3, 0, 0) == -9 && value_at("(-x)**2", 3, 0, 0) == 9 && value_at("2**3**2", 0, 0, 0) == 512);
  CHECK(value_at("2**-x", 2, 0, 0) == 0.25 && value_at("2**-x**2", 2, 0, 0) == 0.0625 &&
        value_at("2**+x", 2, 0, 0) == 4);
  CHECK(value_at("2**-x*3", 1, 0, 0) == 1.5 && value_at("-x*y", 2, 3, 0) == -6 && value_at("x-y-2", 1, 2, 0) == -3);
  CHECK(value_at("x/y/2", 8, 2, 0) == 2 && value_at("x--y", 1, 2, 0) == 3 && value_at("++x", 1, 0, 0) == 1);
  CHECK(value_at("x^2^3", 2, 0, 0) == 256 && value_at("x + y*z", 1, 2, 3) == 7 && value_at("(x + y)*z", 1, 2, 3) == 9);
  CHECK(value_at("x*-y", 2, 3, 0) == -6 && value_at("-sin(x)**2", 0, 0, 0) == 0 &&
        value_at("x\t+ y \r\n", 1, 2, 0) == 3);
  CHECK(value_at("sin (\n x # a comment: \xc3\xa9 ;\n )", 0, 0, 0) == 0 && value_at("pi*0 + E*0", 0, 0, 0) == 0);
  CHECK(value_at("ln(x)+abs(y)+max(x, y)+min(x, y)+pow(x, 2)+arctan(z)", 1, -2, 0) == 0 + 2 + 1 - 2 + 1 + 0);
  CHECK(value_at("Max(x) + Pow(x, 2)", 3, 0, 0) == 12 && value_at("Max(x, y, z)", 1, 3, 2) == 3);
}

static void test_conditions(void) {
  const char *const lines[] = {
      "Piecewise((1, x < y and not x > 2), (2, x == y or y != 3), (3, True))",
      "Piecewise((1, And(Lt(x, y), Not(Gt(x, 2)))), (2, Or(Eq(x, y), Ne(y, 3))), (3, True), (4, x < 0))",
      "_select(x < y and not x > 2, 1, _select(x == y or y != 3, 2, 3))",
      "Piecewise(((1), ((x < y)) and (not (x > 2))), (2, not not (x >= y and x <= y or y != 3)), (3, not False))"};
  for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
    CHECK(value_at(lines[i], 1, 2, 0) == 1 && value_at(lines[i], 4, 2, 0) == 2 && value_at(lines[i], 4, 3, 0) == 3);
    CHECK(value_at(lines[i], 3, 3, 0) == 2);
  }
  CHECK(value_at("Piecewise((x, x > 0))", 2, 0, 0) == 2 && isnan(value_at("Piecewise((x, x > 0))", -2, 0, 0)));
  CHECK(value_at("Piecewise((x, True))", 2, 0, 0) == 2 &&
        value_at("Piecewise((x, And(x > 1)), (0, True))", 2, 0, 0) == 2);
  CHECK(isnan(value_at("_nan*x", 1, 0, 0)) && value_at("_sech2(x)", 0, 0, 0) == 1 &&
        value_at("_share(x, x, x)", 5, 0, 0) == 0.5);
  CHECK(value_at("x = 0; Piecewise((1, Ge(x, 0) and Le(x, 0)), (2, True))", 0, 0, 0) == 1);
}

static void test_programs(void) {
  double x[2] = {2, 5}, y[3];
  CHECK(value_at("a = x**2; b = a + 1; a*b", 2, 0, 0) == 20 &&
        value_at("\n\n# note\na = x\n\n# more\n\na + 1\n\n", 2, 0, 0) == 3);
  CHECK(value_at("a = x; a = a + 1; a = a*a;", 2, 0, 0) == 9 && value_at("a = x;\nb = 2*a;\r\nb;\n", 2, 0, 0) == 4);
  CHECK(value_at("pi = 3; E = 4; sin = pi + E; sin + sin(0)", 0, 0, 0) == 7 && value_at("nan = 2; nan", 0, 0, 0) == 2);
  values_of("(x, x*y,\n 7)", x, y);
  CHECK(y[0] == 2 && y[1] == 10 && y[2] == 7);
  values_of("s = x + y; s, x", x, y);
  CHECK(y[0] == 7 && y[1] == 2);
  values_of("(x) , (y)", x, y);
  CHECK(y[0] == 2 && y[1] == 5);
  CHECK(status_of("I*S*N*Q*e*beta*_a*lambda_ + print + match + type + self + e1 + x_1_") == SYMAD_OK);
}

/* Inputs, labels, counts and places, as the tape keeps them. */
static void test_tape(void) {
  const char *text = "a = x**2\nb = sin(a)\nMax(b, y, 1) + (a + b)";
  symad_tape *tape = NULL, *twin = NULL;
  symad_detail d;
  symad_view view;
  CHECK(parse_with(text, NULL, 0, &tape, &d) == SYMAD_OK && d.status == SYMAD_OK && d.line == 0);
  symad_tape_view(tape, &view);
  CHECK(view.n_inputs == 2 && view.n_labels == 4 && view.n_typed == 6 && view.n_outputs == 1);
  const symad_label *a = &view.labels[2];
  CHECK(a->text_length == 1 && view.names[a->text] == 'a' && view.nodes[a->node].op == SYMAD_OP_POWN);
  CHECK(view.spans[a->node].start == 4 && view.spans[a->node].end == 8);
  CHECK(view.spans[view.outputs[0]].start == 20 && view.spans[view.outputs[0]].end == strlen(text));
  CHECK(view.spans[0].start == 4 && view.spans[0].end == 5); /* x */
  CHECK(parse_with("Max(sin(x**2), y, 1) + (x**2 + sin(x**2))", NULL, 0, &twin, &d) == SYMAD_OK);
  CHECK(symad_tape_equal(tape, twin) && symad_tape_hash(tape) == symad_tape_hash(twin));
  symad_tape_free(twin);
  symad_tape_free(tape);
  const char *const variables[] = {"y", "pi", "x"};
  CHECK(parse_with("x + pi", variables, 3, &tape, &d) == SYMAD_OK);
  symad_tape_view(tape, &view);
  CHECK(view.n_inputs == 3 && view.names[view.labels[0].text] == 'y' && view.n_constants == 0);
  symad_tape_free(tape);
}

/* ---- refusals ---- */

typedef struct refusal {
  const char *text;
  symad_status status;
  int offset, length;
} refusal;

static const refusal refusals[] = {
    {"", SYMAD_ERR_EMPTY, 0, 0},
    {" \n\t# x", SYMAD_ERR_EMPTY, 0, 0},
    {"x $ y", SYMAD_ERR_CHARACTER, 2, 1},
    {"x.y", SYMAD_ERR_CHARACTER, 1, 1},
    {"!x", SYMAD_ERR_CHARACTER, 0, 1},
    {"x\x01", SYMAD_ERR_CHARACTER, 1, 1},
    {"x # \x07", SYMAD_ERR_CHARACTER, 4, 1},
    {"x\r+ 1", SYMAD_ERR_CHARACTER, 1, 1},
    {"\xc3\xa9 + 1", SYMAD_ERR_ENCODING, 0, 2},
    {"x*\xe2\x88\x9ay", SYMAD_ERR_ENCODING, 2, 3},
    {"x\xff", SYMAD_ERR_ENCODING, 1, 1},
    {"1__0*x", SYMAD_ERR_NUMBER, 0, 4},
    {"0x10", SYMAD_ERR_NUMBER, 0, 4},
    {"x + 1e*x", SYMAD_ERR_NUMBER, 4, 2},
    {"1.2.3", SYMAD_ERR_NUMBER, 0, 5},
    {"x***2", SYMAD_ERR_UNEXPECTED, 3, 1},
    {"x//2", SYMAD_ERR_UNEXPECTED, 2, 1},
    {"()", SYMAD_ERR_UNEXPECTED, 1, 1},
    {"(x,)", SYMAD_ERR_UNEXPECTED, 3, 1},
    {"sin(x=1)", SYMAD_ERR_UNEXPECTED, 5, 1},
    {"; x", SYMAD_ERR_UNEXPECTED, 0, 1},
    {"x;;", SYMAD_ERR_UNEXPECTED, 2, 1},
    {"x\n;", SYMAD_ERR_UNEXPECTED, 2, 1},
    {"a = ; x", SYMAD_ERR_UNEXPECTED, 4, 1},
    {"x; y", SYMAD_ERR_UNEXPECTED, 3, 1},
    {"x\n+ 1", SYMAD_ERR_UNEXPECTED, 2, 1},
    {"x+", SYMAD_ERR_END, 2, 0},
    {"a = x +\ny", SYMAD_ERR_END, 7, 1},
    {"x,", SYMAD_ERR_END, 2, 0},
    {"((x)", SYMAD_ERR_UNCLOSED, 0, 1},
    {"y*sin(x", SYMAD_ERR_UNCLOSED, 5, 1},
    {"sin(x; y", SYMAD_ERR_UNCLOSED, 3, 1},
    {"x)", SYMAD_ERR_UNOPENED, 1, 1},
    {")", SYMAD_ERR_UNOPENED, 0, 1},
    {"2x", SYMAD_ERR_JUXTAPOSED, 1, 1},
    {"x y", SYMAD_ERR_JUXTAPOSED, 2, 1},
    {"(x)(y)", SYMAD_ERR_JUXTAPOSED, 3, 1},
    {"3sin(x)", SYMAD_ERR_JUXTAPOSED, 1, 3},
    {"1(2)", SYMAD_ERR_JUXTAPOSED, 1, 1},
    {"x not", SYMAD_ERR_JUXTAPOSED, 2, 3},
    {"x .5", SYMAD_ERR_JUXTAPOSED, 2, 2},
    {"SIN(x)", SYMAD_ERR_FUNCTION, 0, 3},
    {"y + x(2)", SYMAD_ERR_FUNCTION, 4, 1},
    {"__import__('os')", SYMAD_ERR_FUNCTION, 0, 10},
    {"pi(x)", SYMAD_ERR_CALL_VALUE, 0, 2},
    {"sin()", SYMAD_ERR_CALL_ARITY, 0, 5},
    {"2*sqrt(x, 3)", SYMAD_ERR_CALL_ARITY, 2, 10},
    {"Max( )", SYMAD_ERR_CALL_ARITY, 0, 6},
    {"sin(x,)", SYMAD_ERR_UNEXPECTED, 6, 1},
    {"sin", SYMAD_ERR_FUNCTION_NAME, 0, 3},
    {"sin x", SYMAD_ERR_FUNCTION_NAME, 0, 3},
    {"x + z", SYMAD_ERR_VARIABLE, 4, 1},
    {"b = a; a = x; b", SYMAD_ERR_UNBOUND, 4, 1},
    {"a = a + 1; a", SYMAD_ERR_UNBOUND, 4, 1},
    {"b = pi; pi = 3; b", SYMAD_ERR_UNBOUND, 4, 2},
    {"b = sin; sin = 3; b", SYMAD_ERR_UNBOUND, 4, 3},
    {"x = 1", SYMAD_ERR_BIND, 0, 1},
    {"lambda", SYMAD_ERR_KEYWORD, 0, 6},
    {"True = 1", SYMAD_ERR_KEYWORD, 0, 4},
    {"x if y", SYMAD_ERR_KEYWORD, 2, 2},
    {"__a = 1; 2", SYMAD_ERR_NAME, 0, 3},
    {"__a", SYMAD_ERR_NAME, 0, 3},
    {"x*nan", SYMAD_ERR_CONSTANT, 2, 3},
    {"x < y", SYMAD_ERR_NOT_NUMBER, 0, 5},
    {"a = (x < y)", SYMAD_ERR_NOT_NUMBER, 4, 7},
    {"a = x < y; a + 1", SYMAD_ERR_NOT_NUMBER, 11, 1},
    {"2*True", SYMAD_ERR_NOT_NUMBER, 2, 4},
    {"sin(x == 1)", SYMAD_ERR_NOT_NUMBER, 4, 6},
    {"-(x < y)", SYMAD_ERR_NOT_NUMBER, 1, 7},
    {"+True", SYMAD_ERR_NOT_NUMBER, 1, 4},
    {"x and y", SYMAD_ERR_CONDITION, 0, 1},
    {"not x", SYMAD_ERR_CONDITION, 4, 1},
    {"_select(x, 1, 2)", SYMAD_ERR_CONDITION, 8, 1},
    {"Piecewise((1, x), (2, True))", SYMAD_ERR_CONDITION, 14, 1},
    {"1 < x < 2", SYMAD_ERR_CHAIN, 6, 1},
    {"1 + log(2*pi, x)", SYMAD_ERR_BASE, 4, 12},
    {"2.^-3^x", SYMAD_ERR_POWERS, 0, 7},
    {"z = x; w = 1/3", SYMAD_ERR_EQUATION, 7, 7},
    {"x + 1,5", SYMAD_ERR_DECIMAL, 5, 1},
    {"Piecewise((1, x == y == 2))", SYMAD_ERR_CHAIN, 21, 2},
    {"(x < y, 1)", SYMAD_ERR_NOT_NUMBER, 1, 5},
    {"Piecewise(x, 1)", SYMAD_ERR_PAIR, 10, 1},
    {"Piecewise((x), 1)", SYMAD_ERR_PAIR, 10, 3},
    {"Piecewise()", SYMAD_ERR_CALL_ARITY, 0, 11},
    {"Piecewise((x, y, 1))", SYMAD_ERR_PAIR, 15, 1},
    {"Piecewise((x, x < 1)*2)", SYMAD_ERR_PAIR, 20, 1},
    {"Piecewise((x < 1, x < 1))", SYMAD_ERR_NOT_NUMBER, 11, 5},
    {"a = x, y", SYMAD_ERR_TUPLE, 5, 1},
    {"sin((x, y))", SYMAD_ERR_TUPLE, 6, 1},
    {"(x, y)*2", SYMAD_ERR_TUPLE, 6, 1},
    {"((x, y))", SYMAD_ERR_TUPLE, 3, 1},
    {"(x, y), x", SYMAD_ERR_TUPLE, 6, 1},
    {"x, y; x", SYMAD_ERR_TUPLE, 0, 4},
    {"1e401*x", SYMAD_ERR_LIMIT_EXPONENT, 0, 5},
    {"x -> y", SYMAD_ERR_UNEXPECTED, 3, 1},
};

static void test_names_of_outputs(void) {
  static const char *const names[] = {"x", "r", "b", "c", ""};
  symad_tape *tape, *gradient;
  symad_detail d;
  uint32_t length = 7;
  CHECK(parse_with("r = x*y; b = sin(r); c = b; (x, r, b, c, r + 1)", NULL, 0, &tape, &d) == SYMAD_OK);
  for (uint32_t k = 0; k < COUNT(names); k++) {
    const char *name = symad_tape_output_name(tape, k, &length);
    CHECK(length == strlen(names[k]) && (name == NULL) == (length == 0));
    CHECK(length == 0 || memcmp(name, names[k], length) == 0);
  }
  CHECK(symad_tape_output_name(tape, COUNT(names), &length) == NULL && length == 0);
  CHECK(symad_tape_derive(tape, SYMAD_DERIVE_JACOBIAN, NULL, &gradient) == SYMAD_OK);
  CHECK(symad_tape_output_name(gradient, 2, &length) == NULL && length == 0); /* y, the slope of x*y, names no slope */
  symad_tape_free(gradient);
  symad_tape_free(tape);
}

static void test_refusals(void) {
  for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++)
    CHECK(is_refused(refusals[i].text, refusals[i].status, (uint64_t)refusals[i].offset, (uint64_t)refusals[i].length));
  CHECK(status_of("y = x; x = 2; y") == SYMAD_ERR_UNBOUND && status_of("x = x + 1") == SYMAD_ERR_UNBOUND);
  CHECK(status_of("oo") == SYMAD_ERR_CONSTANT && status_of("None") == SYMAD_ERR_KEYWORD &&
        status_of("tan") == SYMAD_ERR_FUNCTION_NAME);
  CHECK(status_of("2*e^x") == SYMAD_ERR_EULER && status_of("pow(e, x)") == SYMAD_ERR_EULER &&
        status_of("e = x; 2*e^x") == SYMAD_OK && status_of("e, x: e^x") == SYMAD_OK);
  CHECK(status_of("x + PI") == SYMAD_ERR_LISTED && status_of("2*sinx") == SYMAD_ERR_LISTED &&
        status_of("sinx = 2*x; sinx + sinphi") == SYMAD_OK);
  symad_tape *tape;
  symad_detail d;
  CHECK(symad_parse("x\0y", 3, NULL, 0, NULL, NULL, &tape, &d) == SYMAD_ERR_CHARACTER && d.offset == 1);
  CHECK(symad_parse("x + 1 @", 5, NULL, 0, NULL, NULL, &tape, NULL) == SYMAD_OK); /* only its length counts */
  symad_tape_free(tape);
  CHECK(parse_with("a = x\nb = 2*a # \xc3\xa9\n\xc3\xa9", NULL, 0, &tape, &d) == SYMAD_ERR_ENCODING && d.line == 3 &&
        d.column == 1);
  CHECK(parse_with("a = (x # \xc3\xa9\n + 2 2)", NULL, 0, &tape, &d) == SYMAD_ERR_JUXTAPOSED && d.line == 2 &&
        d.column == 6);
}

static symad_status list_status(const char *first, const char *second, uint32_t *index) {
  const char *const variables[] = {first, second};
  symad_tape *tape = NULL;
  symad_detail d;
  symad_status status = parse_with("1", variables, 2, &tape, &d);
  symad_tape_free(tape);
  *index = d.node;
  return d.line == 0 && d.offset == 0 ? status : -1;
}

static void test_variable_lists(void) {
  const char *const unusable[] = {"", "x y", "x\"", "__class__", "1x", "\xc3\xa9", "a.b", "a-", " a", NULL};
  uint32_t index;
  for (size_t i = 0; i < sizeof unusable / sizeof *unusable; i++)
    CHECK(list_status("a", unusable[i], &index) == SYMAD_ERR_NAME && index == 1);
  CHECK(list_status("lambda", "x", &index) == SYMAD_ERR_KEYWORD && index == 0 &&
        list_status("x", "True", &index) == SYMAD_ERR_KEYWORD);
  CHECK(list_status("x", "x", &index) == SYMAD_ERR_DUPLICATE && index == 1);
  CHECK(list_status("inf", "sin", &index) == SYMAD_OK && list_status("_", "E", &index) == SYMAD_OK);
}

/* ---- limits ---- */

static void test_limits(void) {
  symad_limits limits;
  symad_detail d;
  symad_limits_default(&limits);
  CHECK(limits.text == 16777216 && limits.tokens == 10000000 && limits.nesting == 10000 && limits.nodes == 10000000);
  CHECK(limits.variables == 1000000 && limits.digits == 4000 && limits.exponent == 400);
  limits = (symad_limits){12, 9, 3, 6, 2, 4, 20};
  CHECK(limited("x + y + x+x ", &limits, &d) == SYMAD_OK);
  CHECK(limited("x + y + x + x", &limits, &d) == SYMAD_ERR_LIMIT_TEXT && d.offset == 12 && d.length == 1);
  CHECK(limited("x+x+x+x+x", &limits, &d) == SYMAD_OK);
  CHECK(limited("x+x+x+x+x;", &limits, &d) == SYMAD_ERR_LIMIT_TOKENS && d.offset == 9);
  CHECK(limited("((-x))", &limits, &d) == SYMAD_OK && limited("---x", &limits, &d) == SYMAD_OK);
  CHECK(limited("((-(x)))", &limits, &d) == SYMAD_ERR_LIMIT_NESTING && d.offset == 3);
  CHECK(limited("(x)*(y)*(x)", &limits, &d) == SYMAD_ERR_LIMIT_TOKENS);
  CHECK(limited("x+y*x/2", &limits, &d) == SYMAD_OK && limited("x+y*x/2-3", &limits, &d) == SYMAD_ERR_LIMIT_NODES);
  CHECK(limited("x+y+z", &limits, &d) == SYMAD_ERR_LIMIT_VARIABLES && d.offset == 4);
  CHECK(limited("12.34e-20", &limits, &d) == SYMAD_OK && limited("12.345", &limits, &d) == SYMAD_ERR_LIMIT_DIGITS);
  CHECK(limited("1 + 1e21", &limits, &d) == SYMAD_ERR_LIMIT_EXPONENT && d.offset == 4 && d.length == 4);
}

static void test_size(void) {
  const struct {
    const char *head, *piece;
    size_t n;
    const char *middle, *tail;
    symad_status status;
  } cases[] = {
      {"", "sin(", 10000, "x", ")", SYMAD_OK},
      {"", "sin(", 10001, "x", ")", SYMAD_ERR_LIMIT_NESTING},
      {"", "(", 10000, "x", ")", SYMAD_OK},
      {"", "(", 100000, "", "", SYMAD_ERR_LIMIT_NESTING},
      {"", "-", 10000, "x", "", SYMAD_OK},
      {"", "+", 10001, "x", "", SYMAD_ERR_LIMIT_NESTING},
      {"", "x + 2*", 100000, "y", "", SYMAD_OK},
      {"", "x**", 100000, "y", "", SYMAD_OK},
      {"Max(", "x,", 100000, "y)", "", SYMAD_OK},
      {"Piecewise(", "(x, x < y), ", 20000, "(y, True))", "", SYMAD_OK},
      {"Piecewise((1, And(", "x < y, ", 20000, "x > y)))", "", SYMAD_OK},
      {"a = x\n", "a = a*a\n", 50000, "a", "", SYMAD_OK},
      {"", "x,", 50000, "x", "", SYMAD_OK},
      {"x", "\n#", 100000, "", "", SYMAD_OK},
      {"x*", "9", 4001, "", "", SYMAD_ERR_LIMIT_DIGITS},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char *text = repeated(cases[i].head, cases[i].piece, cases[i].n, cases[i].middle, cases[i].tail);
    CHECK(status_of(text) == cases[i].status);
    free(text);
  }
}

/* ---- memory ---- */

static void test_failing_memory(void) {
  static const char text[] =
      "a = x1*x2 + x3; b = Max(a, x4, x5, 1e400); c = 12345678901234567890123*sin(x6 - x7*x8); d = x9**x10\n"
      "e = Piecewise((a, x11 < x12 and x13 > x14), (b + 0.5, Or(x15 == 1, x16 != 2, x17 <= 3)));\n"
      "f = ((((((((((a + 1.25)*2.5 - 3)*4 - 5)*6 - 7)*8 - 9)*10 - 11)*12 - 13)*14 - 15)*16 - 17)*18 - 19)\n"
      "(e*c, d/f, tan(a)*atan(b)*exp(c)*log(d)*cos(e)*sqrt(f))";
  const char *const texts[] = {text, "x + y +", "f = sin(x); f + f(2)"};
  long n_failures = 0;
  for (int for_good = 0; for_good < 2; for_good++) {
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
      const symad_status whole = i == 0 ? SYMAD_OK : i == 1 ? SYMAD_ERR_END : SYMAD_ERR_FUNCTION;
      counting c = {0, 0, 0, 0};
      for (long k = 1; k == 1 || c.n_requests >= k - 1; k++) {
        c = (counting){0, 0, k, for_good};
        symad_allocator allocator = {counting_resize, &c};
        symad_tape *tape = NULL;
        symad_detail d;
        symad_status status = symad_parse(texts[i], strlen(texts[i]), NULL, 0, NULL, &allocator, &tape, &d);
        /* A refused shrinking does no harm, so that a late failure may pass unseen. */
        CHECK(status == whole || (status == SYMAD_ERR_MEMORY && c.n_requests >= k));
        CHECK(d.status == status && d.message != NULL && (tape != NULL) == (status == SYMAD_OK));
        symad_tape_free(tape);
        CHECK(c.in_use == 0);
        n_failures += status == SYMAD_ERR_MEMORY;
      }
    }
  }
  CHECK(n_failures > 100);
}

static int header_refused(const char *text, symad_status wanted, uint64_t offset) {
  symad_detail d;
  return limited(text, NULL, &d) == wanted && d.offset == offset;
}

static void test_header(void) {
  CHECK(header_refused("x, y: x + z", SYMAD_ERR_VARIABLE, 10) && header_refused("x: y: x", SYMAD_ERR_VARIABLE, 3));
  CHECK(header_refused("x, x: x", SYMAD_ERR_DUPLICATE, 3) && header_refused("x, in: x", SYMAD_ERR_KEYWORD, 3));
  CHECK(header_refused("x,: x", SYMAD_ERR_CHARACTER, 2) && header_refused("x + y: x", SYMAD_ERR_CHARACTER, 5));
  CHECK(header_refused("x y: x", SYMAD_ERR_JUXTAPOSED, 2));
  CHECK(header_refused("x:", SYMAD_ERR_EMPTY, 0) && is_refused("x, y: x", SYMAD_ERR_CHARACTER, 4, 1));
  symad_tape *bare, *with;
  CHECK(symad_parse("y*x", 3, NULL, 0, NULL, NULL, &bare, NULL) == SYMAD_OK);
  CHECK(symad_parse("x, y: y*x", 9, NULL, 0, NULL, NULL, &with, NULL) == SYMAD_OK);
  CHECK(!symad_tape_equal(bare, with));
  symad_tape_free(with);
  CHECK(symad_parse(" y ,x:\n y*x", 11, NULL, 0, NULL, NULL, &with, NULL) == SYMAD_OK);
  CHECK(symad_tape_equal(bare, with));
  symad_tape_free(with);
  CHECK(symad_parse("pi, unused: 2*pi", 16, NULL, 0, NULL, NULL, &with, NULL) == SYMAD_OK);
  symad_view view;
  symad_tape_view(with, &view);
  CHECK(view.n_inputs == 2 && view.nodes[view.outputs[0]].op == SYMAD_OP_MUL);
  symad_tape_free(with);
  symad_tape_free(bare);
  CHECK(status_of("c = x > 0; d = c and not x > 1; Piecewise((x, d), (0, True))") == SYMAD_OK);
}

int main(void) {
  test_header();
  test_literals();
  test_precedence();
  test_conditions();
  test_programs();
  test_tape();
  test_names_of_outputs();
  test_refusals();
  test_variable_lists();
  test_limits();
  test_size();
  test_failing_memory();
  return finished("test_parse");
}
