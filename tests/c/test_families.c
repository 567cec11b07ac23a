/* Families in C: what the notation means, that every mistake is pointed at, that hostile sizes are refused before memory
 * is taken, and that memory may fail anywhere. Prints what fails, returns 1 then. */
#include "checks.h"
#include "symad.h"

/* ---- an allocator that counts, and fails the k-th request ---- */

typedef struct counting {
  size_t in_use, most;
  long n_requests;
  long fail_at; /* 0: never */
} counting;

static void *counting_resize(void *context, void *old, size_t old_size, size_t new_size) {
  counting *c = context;
  void *data = NULL;
  if (new_size != 0) {
    if (++c->n_requests == c->fail_at || (data = malloc(new_size)) == NULL)
      return NULL;
    if (old != NULL)
      memcpy(data, old, old_size < new_size ? old_size : new_size);
  }
  free(old);
  c->in_use += new_size - old_size;
  c->most = c->in_use > c->most ? c->in_use : c->most;
  return data;
}

/* ---- meanings ---- */

static const struct {
  const char *text, *program;
} meanings[] = {
    {"l = x; repeat n: l = 4*l*(1 - l)", "l = x; l = 4*l*(1 - l); l = 4*l*(1 - l)"},
    {"a = x; b = y; repeat n: {c = a; a = b; b = c*b}; b",
     "a = x; b = y; c = a; a = b; b = c*b; c = a; a = b; b = c*b; b"},
    {"s = 0; for i = 1..n: for j = i..n: s = s + x[i]*y{j}", "s = 0; s = s + x1*y1; s = s + x1*y2; s = s + x2*y2"},
    {"for i in 0..n-1: {p{i+1} = sin(p{i})}; p{n}", "p1 = sin(p0); p2 = sin(p1); p2"},
    {"sum(i = 1..n, x[i] - i)*2", "((x1 - 1) + (x2 - 2))*2"},
    {"prod(i = 1..n, x[i]) + sum(i = n..n, -x[i])", "(x1*x2) + (-x2)"},
    {"prod(i = 1..0, x[i]) + sum(i = n..1, x[i]) + y", "(1) + (0) + y"},
    {"Max(i = 1..n, sin(i*x)) + hypot(x[1..n])", "Max(sin(1*x), sin(2*x)) + hypot(x1, x2)"},
    {"x[1..n], y: y + x[1]*x2", "x1, x2, y: y + x1*x2"},
    {"w[n, 2*n-1]*x{n}_{n//2}*w{1}1_{n}", "w2_3*x2_1*w11_2"},
    {"x**{2**n - 7 % 4} + (-1)**{n//2}*y + {1 - n}", "x**1 + (-1)**1*y + (-1)"},
    {"sum(i = 1..n, sum(j = 1..i, x[i, j]))", "((x1_1) + (x2_1 + x2_2))"},
    {"for i = 1..n: f{i}(u) = u**i\nf1(x) + f2(x)", "f1(u) = u**1; f2(u) = u**2; f1(x) + f2(x)"},
    {"# a comment\nf(u) = u*u\nl = x  # another\nrepeat n: {\n  l = f(l)\n  l = l + n\n}\nl",
     "f(u) = u*u; l = x; l = f(l); l = l + 2; l = f(l); l = l + 2; l"},
    {"Piecewise((x{n}, x[1]<{n}and x{n}>0), (1, True))", "Piecewise((x2, x1<2 and x2>0), (1, True))"},
    {"a = y; x[3..n]; repeat n: x[1..0]; a + n", "a = y; a + 2"},
    {"repeat = n; for i = -1..(-1)**3: repeat = repeat*{i}; x*repeat", "repeat = 2; repeat = repeat*(-1); x*repeat"},
};

static symad_status parse(const char *text, uint64_t n, symad_tape **tape, symad_detail *d) {
  symad_status status = symad_parse_sized(text, strlen(text), NULL, n, NULL, 0, NULL, NULL, tape, d);
  if (status == OK)
    CHECK(symad_tape_verify(*tape, NULL) == OK);
  else
    CHECK(*tape == NULL && d->status == status && d->offset + d->length <= strlen(text));
  return status;
}

static void test_meanings(void) {
  for (size_t i = 0; i < COUNT(meanings); i++) {
    const char *text = meanings[i].text;
    symad_tape *family = NULL, *plain = NULL;
    symad_detail d;
    char out[200];
    size_t n_bytes = 0, n_again = 0;
    CHECK(parse(text, 2, &family, &d) == OK);
    CHECK(symad_parse(meanings[i].program, strlen(meanings[i].program), NULL, 0, NULL, NULL, &plain, &d) == OK);
    CHECK(family != NULL && plain != NULL && symad_tape_equal(family, plain));
    symad_status status = symad_write_sized(text, strlen(text), NULL, 2, NULL, NULL, out, sizeof out, &n_bytes, &d);
    CHECK(status == OK && n_bytes == strlen(meanings[i].program) && memcmp(out, meanings[i].program, n_bytes) == 0);
    CHECK(symad_write_sized(text, strlen(text), "n", 2, NULL, NULL, NULL, 0, &n_again, NULL) == OK &&
          n_again == n_bytes);
    memset(out, '!', sizeof out); /* a short room is filled and no more */
    CHECK(symad_write_sized(text, strlen(text), "n", 2, NULL, NULL, out, 9, &n_again, NULL) == OK);
    CHECK(n_again == n_bytes && out[9] == '!' && memcmp(out, meanings[i].program, 9) == 0);
    symad_tape_free(family);
    symad_tape_free(plain);
  }
}

/* Without a size the notation is known as far as its bounds are numbers. */
static void test_without_size(void) {
  symad_tape *family = NULL, *plain = NULL;
  symad_detail d;
  const char *text = "sum(i = 1..3, x[i]**2) + x[2]*n";
  CHECK(symad_parse(text, strlen(text), NULL, 0, NULL, NULL, &family, &d) == OK);
  CHECK(symad_parse("(x1**2 + x2**2 + x3**2) + x2*n", 30, NULL, 0, NULL, NULL, &plain, &d) == OK);
  CHECK(family != NULL && plain != NULL && symad_tape_equal(family, plain));
  symad_tape_free(family);
  symad_tape_free(plain);
  text = "y + sum(i = 1..n, x[i])";
  CHECK(symad_parse(text, strlen(text), NULL, 0, NULL, NULL, &family, &d) == SYMAD_ERR_SIZE && d.column == 16);
  text = "x: repeat 2: x";
  CHECK(symad_parse(text, strlen(text), NULL, 0, NULL, NULL, &family, &d) != OK && d.line == 1);
}

/* Positions are those of the text as it was given; the name that an index makes is told. */
static void test_places(void) {
  const char *text = "y: y + sum(i = 1..n, x[i + 1]*y)";
  symad_tape *tape = NULL;
  symad_detail d;
  CHECK(parse(text, 3, &tape, &d) == SYMAD_ERR_VARIABLE && d.offset == 21 && d.length == 8);
  CHECK(strcmp(d.name, "x2") == 0);
  text = "l = x\nrepeat n: l = l*sin(l)";
  CHECK(parse(text, 2, &tape, &d) == OK);
  symad_view view;
  symad_tape_view(tape, &view);
  CHECK(view.n_source == strlen(text) && view.n_labels == 4);
  CHECK(view.spans[view.outputs[0]].start == 20 && view.spans[view.outputs[0]].end == strlen(text));
  symad_tape_free(tape);
}

/* ---- refusals ---- */

static const struct {
  const char *text;
  symad_status status;
  int offset, length;
} refusals[] = {
    {"x**2", SYMAD_ERR_SIZE_UNUSED, 0, 0},
    {"l = x; repeat n l = 2*l", SYMAD_ERR_LOOP_COLON, 7, 6},
    {"l = x; repeat n:\n  l = 2*l", SYMAD_ERR_LOOP_BODY, 15, 1},
    {"for 1..n: a = x", SYMAD_ERR_LOOP, 0, 3},
    {"for i = 1:n: a = x", SYMAD_ERR_RANGE, 8, 1},
    {"for i = 1..n: for i = 1..2: a = x", SYMAD_ERR_INDEX_TWICE, 18, 1},
    {"repeat n: {a = x} b", SYMAD_ERR_LOOP_END, 18, 1},
    {"sum(i = 1..n, x[i)", SYMAD_ERR_BRACKET_OTHER, 17, 1},
    {"x{1}{1{n}", SYMAD_ERR_BRACKET_UNCLOSED, 4, 1},
    {"y = z[n] + ]", SYMAD_ERR_BRACKET_UNOPENED, 11, 1},
    {"(x[n]", SYMAD_ERR_UNCLOSED, 0, 1},
    {"x[n])", SYMAD_ERR_UNOPENED, 4, 1},
    {"sum(i = 1..n)", SYMAD_ERR_TERM, 0, 3},
    {"sum(i = 1..n, x[i], y)", SYMAD_ERR_TERMS, 18, 1},
    {"sum(i = 1..n, x_i**2)", SYMAD_ERR_INDEX_UNUSED, 4, 1},
    {"Max(i = 3..n, x[i])", SYMAD_ERR_TERMS_NONE, 0, 3},
    {"x[i] + n", SYMAD_ERR_INDEX_UNKNOWN, 2, 1},
    {"n = 3; x[n]", SYMAD_ERR_INDEX_BOUND, 0, 1},
    {"for i = 1..n: {s = x[i-2]}", SYMAD_ERR_INDEX_NEGATIVE, 21, 3},
    {"x[-1..n]", SYMAD_ERR_INDEX_NEGATIVE, 0, 8},
    {"x{11}{n} + x{1}{10 + n}", SYMAD_ERR_INDEX_SHARED, 11, 12},
    {"x[1][n]", SYMAD_ERR_INDEX_MIXED, 4, 1},
    {"[n]", SYMAD_ERR_INDEX_ALONE, 0, 1},
    {"{n}x", SYMAD_ERR_INDEX_FIRST, 0, 1},
    {"2n*x", SYMAD_ERR_JUXTAPOSED, 1, 1},
    {"x[1.5*n]", SYMAD_ERR_WHOLE, 2, 3},
    {"x[]*n", SYMAD_ERR_WHOLE_NONE, 2, 1},
    {"x[1 +]*n", SYMAD_ERR_WHOLE_END, 4, 1},
    {"x{1}{1n}*y", SYMAD_ERR_WHOLE_OPERATOR, 6, 1},
    {"x[n/2]", SYMAD_ERR_WHOLE_DIVIDE, 3, 1},
    {"x[n % (n - 2)]", SYMAD_ERR_WHOLE_ZERO, 4, 1},
    {"x[2**(1 - n)]", SYMAD_ERR_WHOLE_POWER, 3, 2},
    {"x[n**40]", SYMAD_ERR_LIMIT_WHOLE, 3, 2},
    {"x[12345678901*n]", SYMAD_ERR_LIMIT_WHOLE, 2, 11},
    {"x[99999999999999999999999999*n]", SYMAD_ERR_LIMIT_WHOLE, 2, 26},
    {"l = x; repeat 10**9: l = l*n", SYMAD_ERR_LIMIT_ROUNDS, 7, 13},
    {"x[n] $ y", SYMAD_ERR_CHARACTER, 5, 1},
    {"x % n", SYMAD_ERR_CHARACTER, 2, 1},
    {"x[n] + x..y", SYMAD_ERR_CHARACTER, 8, 2},
    {"a = x[n] +\nb", SYMAD_ERR_END, 10, 0},
    {"for i = 1..n: {}", SYMAD_ERR_EMPTY, 0, 0},
};

static void test_refusals(void) {
  for (size_t i = 0; i < COUNT(refusals); i++) {
    symad_tape *tape = NULL;
    symad_detail d;
    symad_status status = parse(refusals[i].text, 2, &tape, &d);
    int same = status == refusals[i].status && d.offset == (uint64_t)refusals[i].offset &&
               d.length == (uint64_t)refusals[i].length;
    CHECK(same);
    if (!same)
      printf("%s: %s at %d, length %d\n", refusals[i].text, symad_status_name(status), (int)d.offset, (int)d.length);
    symad_tape_free(tape);
  }
  symad_tape *tape = NULL;
  symad_detail d;
  CHECK(parse("x[n]", 1000000001, &tape, &d) == SYMAD_ERR_ARGUMENT && d.line == 0);
  CHECK(symad_parse_sized("x[m]", 4, "2m", 1, NULL, 0, NULL, NULL, &tape, &d) == SYMAD_ERR_NAME && d.line == 0);
  CHECK(symad_parse_sized("x[m]", 4, "m", 1000000000, NULL, 0, NULL, NULL, &tape, &d) == OK);
  symad_tape_free(tape);
}

/* ---- limits ---- */

#define LITTLE 100000u /* bytes: the words of a line, far from one byte a round */

static void test_hostile_sizes(void) {
  static const char *const texts[] = {
      "l = x; repeat n: repeat n: l = l*l",
      "l = x; repeat 10**9: repeat 10**9: repeat 10**9: l = l*n",
      "for i = 1..n: for j = i..n: a = x[i]*x[j]",
      "sum(i = 1..n, sum(j = 1..n, sum(k = 1..n, x[i]*x[j]*x[k])))",
      "for i = -n..n: for j = i..1: a = x",
      "x[1..n]",
      "Max(x[0..n], x)",
      "for i = 1..n: a = Max(x[i..n])",
  };
  char loops[1500] = "";
  for (int i = 0; i < 70; i++)
    sprintf(loops + strlen(loops), "for i%d = 1..n: ", i);
  for (size_t i = 0; i <= COUNT(texts); i++) {
    counting c = {0, 0, 0, 0};
    symad_allocator allocator = {counting_resize, &c};
    symad_tape *tape = NULL;
    symad_detail d;
    const char *text = i < COUNT(texts) ? texts[i] : strcat(loops, "a = x");
    symad_status status = symad_parse_sized(text, strlen(text), NULL, 1000000000, NULL, 0, NULL, &allocator, &tape, &d);
    CHECK(status == (i < COUNT(texts) ? SYMAD_ERR_LIMIT_ROUNDS : SYMAD_ERR_LIMIT_LOOPS));
    CHECK(c.in_use == 0 && c.most < LITTLE);
  }
}

/* A long name made many times: its bytes count too. */
static void test_long_names(void) {
  char text[5100] = "for i = 1..n: ";
  size_t n = strlen(text);
  memset(text + n, 'a', 5000);
  strcpy(text + n + 5000, "[i] = x");
  counting c = {0, 0, 0, 0};
  symad_allocator allocator = {counting_resize, &c};
  symad_tape *tape = NULL;
  CHECK(symad_parse_sized(text, strlen(text), NULL, 100000, NULL, 0, NULL, &allocator, &tape, NULL) ==
        SYMAD_ERR_LIMIT_ROUNDS);
  CHECK(c.in_use == 0 && c.most < LITTLE);
  CHECK(symad_parse_sized(text, strlen(text), NULL, 100, NULL, 0, NULL, &allocator, &tape, NULL) == OK);
  symad_tape_free(tape);
  CHECK(c.in_use == 0);
}

static void test_limits(void) {
  const char *text = "l = x; repeat n: l = l*l";
  symad_limits limits;
  symad_detail d;
  symad_tape *tape = NULL;
  size_t n_bytes = 0;
  symad_limits_default(&limits);
  limits.text = 100;
  CHECK(symad_write_sized(text, strlen(text), NULL, 10, &limits, NULL, NULL, 0, &n_bytes, &d) == OK && n_bytes == 95);
  CHECK(symad_write_sized(text, strlen(text), NULL, 11, &limits, NULL, NULL, 0, &n_bytes, &d) == SYMAD_ERR_LIMIT_TEXT);
  limits.tokens = 50;
  limits.nodes = 50;
  CHECK(symad_parse_sized(text, strlen(text), NULL, 10, NULL, 0, &limits, NULL, &tape, &d) == OK);
  symad_tape_free(tape);
  CHECK(symad_parse_sized(text, strlen(text), NULL, 20, NULL, 0, &limits, NULL, &tape, &d) == SYMAD_ERR_LIMIT_ROUNDS);
  limits.tokens = 10;
  CHECK(symad_parse_sized(text, strlen(text), NULL, 1, NULL, 0, &limits, NULL, &tape, &d) == SYMAD_ERR_LIMIT_TOKENS);
  CHECK(parse("prod(i = 1..n, x[i])", 100000, &tape, &d) == OK);
  symad_tape_free(tape);
}

/* ---- memory ---- */

static void test_failing_memory(void) {
  static const char text[] =
      "x[1..n], y: f(u) = u*u; l = y; for i = 1..n: {l = f(l)*x[i]; repeat 2: a{i}_{i + 1} = l - {i}};"
      "l + sum(i = 1..n, prod(j = 1..i, x[j]**2 + a{i}_{(i + 1)*1}) - Max(k = 1..n, x[k]))";
  const char *const texts[] = {text, "sum(i = 1..n, x[i]*y{i}) + (", "a = x[n]; b = z$"};
  long n_failures = 0;
  for (size_t i = 0; i < COUNT(texts); i++) {
    counting c = {0, 0, 0, 0};
    for (long k = 1; k == 1 || c.n_requests >= k - 1; k++) {
      c = (counting){0, 0, 0, k};
      symad_allocator allocator = {counting_resize, &c};
      symad_tape *tape = NULL;
      symad_detail d;
      symad_status status =
          symad_parse_sized(texts[i], strlen(texts[i]), NULL, 40, NULL, 0, NULL, &allocator, &tape, &d);
      CHECK((status == OK) == (tape != NULL) && d.status == status && (status != OK || i == 0));
      symad_tape_free(tape);
      CHECK(c.in_use == 0);
      n_failures += status == SYMAD_ERR_MEMORY;
    }
  }
  CHECK(n_failures > 100);
}

int main(void) {
  test_meanings();
  test_without_size();
  test_places();
  test_refusals();
  test_hostile_sizes();
  test_long_names();
  test_limits();
  test_failing_memory();
  return finished("test_families");
}
