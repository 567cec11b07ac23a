/* The loader against bytes of every kind: round trips, each rule broken by hand, every flip and every truncation of
 * some tapes, and mutants by the hundred thousand. Usage: test_hostile_bytes [number of mutants] [seed] */
#include "checks.h"
#include "hostile.h"

static const char *const texts[] = {
    "x",
    "2 + 3",
    "(x**2 + sin(x**2))*x**2",
    "a = x**2; b = sin(a); (a + b)*a  # \xcf\x80",
    "x, y: 1/3*3*x + 123456789012345678901234567890*y + 10**400/10**399",
    "Max(x, y, 2)*Piecewise((log(x), x > 0), (y**3, True)) + Min(x, y) - (-2)**3",
    "sqrt(x**2 + y**2)/logsumexp(x, y, z) + atan2(x, y)*tanh(z)",
    "r = x/y; (r, r**2, x, 7, r)",
    "Piecewise((x, (x > 0 and y < 1) or not (x == y)), (2.5e-3*y, x != 2))",
    "f(u, v) = u*v + pi; f(x, 2) + f(2, y)*E - 0.1",
    "x*y*z + x**3 - y**4*z**5 + (x + y)**6 - 2*x/y + 3/(z - x) - (5 - x)*(x - 5)",
    "Max(x, y, z, 2) - Min(x, y*z, -1)*tanh(x) + norm(x, y, z) + hypot(x, y)*(-z)",
    "Piecewise((x*y, x < y), (sin(z)*cos(z), x > 2*z), (0, True)) + Piecewise((x, y > 0))*exp(-z**2)",
    "sin(x)*cos(x) + sin(1e9*y) + cos(y) + sin(z) + erf(x) + x**y + 1/(1 + exp(-(x*0.5 - z*2)))",
};

#define N_SEEDS (2 * COUNT(texts))

typedef struct seed {
  unsigned char *bytes;
  size_t size;
} seed;

static symad_tape *parse(const char *text) {
  symad_tape *tape = NULL;
  CHECK(symad_parse(text, strlen(text), NULL, 0, NULL, NULL, &tape, NULL) == OK);
  return tape;
}

/* Each text and its Jacobian. */
static void make_seeds(seed seeds[N_SEEDS]) {
  for (size_t i = 0; i < COUNT(texts); i++) {
    symad_tape *tape = parse(texts[i]), *derived = NULL;
    CHECK(symad_tape_derive(tape, SYMAD_DERIVE_JACOBIAN, NULL, &derived) == OK || i == 1);
    seeds[2 * i].bytes = save(tape, &seeds[2 * i].size);
    seeds[2 * i + 1].bytes = save(derived == NULL ? tape : derived, &seeds[2 * i + 1].size);
    symad_tape_free(tape);
    symad_tape_free(derived);
  }
}

static void free_seeds(seed seeds[N_SEEDS]) {
  for (size_t i = 0; i < N_SEEDS; i++)
    free(seeds[i].bytes);
}

/* ---- round trips ---- */

static int same_block(const void *x, const void *y, size_t size) {
  return size == 0 || memcmp(x, y, size) == 0;
}

static void check_same(const symad_tape *tape, const symad_tape *loaded) {
  symad_view v, w;
  symad_tape_view(tape, &v);
  symad_tape_view(loaded, &w);
  CHECK(symad_tape_equal(tape, loaded) && symad_tape_hash(tape) == symad_tape_hash(loaded));
  CHECK(v.n_nodes == w.n_nodes && v.n_labels == w.n_labels && v.n_names == w.n_names && v.n_source == w.n_source);
  CHECK(v.n_typed == w.n_typed && v.has_branches == w.has_branches && (v.spans == NULL) == (w.spans == NULL));
  CHECK(same_block(v.nodes, w.nodes, v.n_nodes * sizeof *v.nodes)); /* flags and run included */
  CHECK(same_block(v.constants, w.constants, v.n_constants * sizeof *v.constants));
  CHECK(same_block(v.labels, w.labels, v.n_labels * sizeof *v.labels));
  CHECK(same_block(v.names, w.names, v.n_names) && same_block(v.source, w.source, v.n_source));
  CHECK(v.spans == NULL || same_block(v.spans, w.spans, v.n_nodes * sizeof *v.spans));
}

static void test_round_trips(void) {
  for (size_t i = 0; i < COUNT(texts); i++)
    for (int kind = -1; kind <= SYMAD_DERIVE_JVP; kind++) {
      symad_tape *tape = parse(texts[i]), *derived = NULL, *loaded = NULL, *twice = NULL, *other = NULL;
      if (kind >= 0 && symad_tape_derive(tape, kind, NULL, &derived) == OK) {
        symad_tape_free(tape);
        tape = derived;
      }
      size_t size, again;
      unsigned char *bytes = save(tape, &size), *shifted = malloc(size + 1);
      must(shifted != NULL, "memory for the test");
      memcpy(shifted + 1, bytes, size); /* any address will do */
      CHECK(symad_tape_load(shifted + 1, size, NULL, &loaded, NULL) == OK);
      check_same(tape, loaded);
      unsigned char *written = save(loaded, &again);
      CHECK(again == size && memcmp(bytes, written, size) == 0);
      CHECK(symad_tape_derive(tape, SYMAD_DERIVE_JACOBIAN, NULL, &twice) ==
            symad_tape_derive(loaded, SYMAD_DERIVE_JACOBIAN, NULL, &other));
      if (twice != NULL)
        check_same(twice, other);
      symad_tape_free(tape), symad_tape_free(loaded), symad_tape_free(twice), symad_tape_free(other);
      free(bytes), free(shifted), free(written);
    }
}

/* ---- rules, broken one by one ---- */

typedef struct breach {
  const char *text;
  int array; /* N_ARRAYS: the header */
  size_t at; /* in the array */
  unsigned char value;
  symad_status status;
  const char *why; /* how the reason begins */
  long offset;     /* from where the byte was changed */
} breach;

/* x*sin(2*x) + y: nodes x y 2 2*x sin * +, words 2 0 | 3 | 0 4 | 5 1 */
#define PLAIN "x, y: x*sin(2*x) + y"
#define LIST "x, y, z: Max(x, y, z)"
#define CONDITION "x: Piecewise((x, x > 1), (2, True))"

static const breach breaches[] = {
    {PLAIN, N_ARRAYS, 0, 'S', SYMAD_ERR_FORMAT, "these bytes do not begin", 0},
    {PLAIN, N_ARRAYS, 4, '\n', SYMAD_ERR_FORMAT, "these bytes do not begin", 0},
    {PLAIN, N_ARRAYS, AT_MAJOR, 2, SYMAD_ERR_FORMAT_VERSION, "the tape was written by a newer", 0},
    {PLAIN, N_ARRAYS, AT_MAJOR, 0, SYMAD_ERR_FORMAT, "there is no such version", 0},
    {PLAIN, N_ARRAYS, AT_FLAGS, 1, SYMAD_ERR_FORMAT, "a reserved bit", 0},
    {PLAIN, N_ARRAYS, AT_FLAGS + 3, 128, SYMAD_ERR_FORMAT, "a reserved bit", -3},
    {PLAIN, N_ARRAYS, AT_COUNTS + 8 * N_NODES + 4, 1, SYMAD_ERR_FORMAT, "a count is beyond", -4},
    {PLAIN, N_ARRAYS, AT_COUNTS + 8 * N_SOURCE + 7, 255, SYMAD_ERR_FORMAT, "a count is beyond", -7},
    {PLAIN, N_ARRAYS, AT_COUNTS + 8 * N_NODES, 99, SYMAD_ERR_FORMAT, "the counts do not add up", 0},
    {PLAIN, N_ARRAYS, AT_COUNTS + 8 * N_INPUTS, 3, SYMAD_ERR_FORMAT, "there are more inputs", 0},
    {PLAIN, N_ARRAYS, AT_COUNTS + 8 * N_LIST, 200, SYMAD_ERR_FORMAT, "the lists are longer", 0},
    {PLAIN, N_ARRAYS, AT_COUNTS + 8 * N_LIST, 1, SYMAD_ERR_VERIFY, "the lists are shorter", 0},
    {PLAIN, N_ARRAYS, AT_COUNTS + 8 * N_INPUTS, 1, SYMAD_ERR_VERIFY, "the inputs are not", 0x7fff},
    {PLAIN, VALUES, 7, 0xc0, SYMAD_ERR_VERIFY, "a constant is negative or nan", 0x7fff},
    {PLAIN, VALUES, 7, 0x7f, SYMAD_OK, "", 0}, /* another finite number */
    {PLAIN, WORDS, 0, 3, SYMAD_ERR_VERIFY, "an operand does not come before", 0},
    {PLAIN, WORDS, 8, 4, SYMAD_ERR_VERIFY, "an operand does not come before", 0},
    {PLAIN, WORDS, 16 + 3, 255, SYMAD_ERR_VERIFY, "an operand does not come before", -3},
    {PLAIN, OUTPUTS, 0, 7, SYMAD_ERR_VERIFY, "an output is not", 0},
    {PLAIN, TEXTS, 0, 9, SYMAD_ERR_VERIFY, "a text is longer", 0},
    {PLAIN, TEXTS, 0, 1, SYMAD_ERR_VERIFY, "a name is longer", 0x7fff},
    {PLAIN, LABELS, 0, 1, SYMAD_ERR_VERIFY, "an input has no name", 0},
    {PLAIN, LABELS, 4, 0, SYMAD_ERR_VERIFY, "a piece of text belongs to no name", 0x7fff},
    {PLAIN, SPANS, 4, 99, SYMAD_ERR_VERIFY, "a span lies outside", -4},
    {PLAIN, OPERATIONS, 2, 0, SYMAD_ERR_VERIFY, "an operation number has no row", 0},
    {PLAIN, OPERATIONS, 2, SYMAD_OP_INPUT, SYMAD_ERR_VERIFY, "the inputs are not", 0},
    {PLAIN, OPERATIONS, 1, SYMAD_OP_PI, SYMAD_ERR_VERIFY, "the inputs are not", 0},
    {PLAIN, OPERATIONS, 4, SYMAD_OP_COS, SYMAD_OK, "", 0},
    {PLAIN, OPERATIONS, 4, SYMAD_OP_PARAMETER, SYMAD_ERR_VERIFY, "an operation number has no row", 0},
    {PLAIN, OPERATIONS, 4, 255, SYMAD_ERR_VERIFY, "an operation number has no row", 0},
    {PLAIN, OPERATIONS, 4, SYMAD_OP_NUMBER, SYMAD_ERR_VERIFY, "there are more numbers", 0},
    {PLAIN, OPERATIONS, 6, SYMAD_OP_SELECT, SYMAD_ERR_VERIFY, "the operations have more operands", 0},
    {PLAIN, OPERATIONS, 4, SYMAD_OP_PI, SYMAD_ERR_VERIFY, "an operand belongs to no operation", 0x7fff},
    {PLAIN, OPERATIONS, 3, SYMAD_OP_POWN, SYMAD_ERR_VERIFY, "the exponent of an integer power", 0x7fff},
    {PLAIN, OPERATIONS, 5, SYMAD_OP_LT, SYMAD_ERR_VERIFY, "a condition stands where", 0x7fff},
    {PLAIN, OPERATIONS, 6, SYMAD_OP_LT, SYMAD_ERR_VERIFY, "an output is not", 0x7fff},
    {PLAIN, NAMES, 0, '1', SYMAD_ERR_VERIFY, "a name is not made of", 0x7fff},
    {PLAIN, NAMES, 0, 0, SYMAD_ERR_VERIFY, "a name is not made of", 0x7fff},
    {PLAIN, NAMES, 0, 'y', SYMAD_ERR_VERIFY, "two inputs have the same name", 0x7fff},
    {PLAIN, SOURCE, 0, 0, SYMAD_OK, "", 0}, /* the source is what somebody typed, and nothing else */
    {LIST, WORDS, 0, 1, SYMAD_ERR_VERIFY, "an operation has too few operands", 0x7fff},
    {LIST, WORDS, 0, 4, SYMAD_ERR_VERIFY, "an operand list lies outside", 0},
    {LIST, WORDS, 0, 2, SYMAD_ERR_VERIFY, "an operand belongs to no operation", 0x7fff},
    {LIST, WORDS, 8, 3, SYMAD_ERR_VERIFY, "an operand does not come before", 0},
    {LIST, WORDS, 8, 0, SYMAD_OK, "", 0},
    {CONDITION, OPERATIONS, 2, SYMAD_OP_ADD, SYMAD_ERR_VERIFY, "a condition stands where", 0x7fff},
    {"123456789012345678901*x", NAMES, 0, '0', SYMAD_ERR_VERIFY, "a constant is not the double nearest", 0x7fff},
    {"123456789012345678901*x", NAMES, 0, '9', SYMAD_ERR_VERIFY, "a constant is not the double nearest", 0x7fff},
    {"123456789012345678901*x", NAMES, 3, 'x', SYMAD_ERR_VERIFY, "the text of a constant is no integer", 0x7fff},
    {"123456789012345678901*x", VALUES, 0, 1, SYMAD_ERR_VERIFY, "a constant is not the double nearest", 0x7fff},
};

static size_t start_of(const unsigned char *bytes, int array) {
  layout l;
  int bad;
  for (int i = 0; i < N_COUNTS; i++)
    l.count[i] = get64(bytes + AT_COUNTS + 8 * i);
  must(codec_place(&l, &bad), "a written tape has a layout");
  return array == N_ARRAYS ? 0 : (size_t)l.start[array];
}

static void test_rules(void) {
  for (size_t i = 0; i < COUNT(breaches); i++) {
    const breach *c = &breaches[i];
    symad_tape *tape = parse(c->text), *loaded = NULL;
    symad_detail detail;
    size_t size;
    unsigned char *bytes = save(tape, &size);
    size_t at = start_of(bytes, c->array) + c->at;
    CHECK(bytes[at] != c->value);
    bytes[at] = c->value;
    if (c->array != N_ARRAYS) {
      CHECK(symad_tape_load(bytes, size, NULL, &loaded, &detail) == SYMAD_ERR_FORMAT && detail.offset == AT_CHECKSUM);
    }
    repair(bytes, size);
    symad_status status = symad_tape_load(bytes, size, NULL, &loaded, &detail);
    int as_expected = status == c->status && (status == OK || strncmp(detail.message, c->why, strlen(c->why)) == 0) &&
                      (status == OK || c->offset == 0x7fff || detail.offset == (uint64_t)((long)at + c->offset));
    CHECK(as_expected);
    if (!as_expected)
      printf("  breach %u: %s at %u, not %u\n", (unsigned)i, detail.message, (unsigned)detail.offset, (unsigned)at);
    symad_tape_free(loaded);
    symad_tape_free(tape);
    free(bytes);
  }
}

/* A newer minor version is read; what it calls without having a row here is named. */
static void test_newer_minor(void) {
  symad_tape *tape = parse(PLAIN), *loaded = NULL;
  symad_detail detail;
  size_t size;
  unsigned char *bytes = save(tape, &size);
  bytes[AT_MINOR] = SYMAD_FORMAT_MINOR + 1;
  repair(bytes, size);
  CHECK(symad_tape_load(bytes, size, NULL, &loaded, NULL) == OK);
  symad_tape_free(loaded);
  bytes[start_of(bytes, OPERATIONS) + 4] = 254;
  repair(bytes, size);
  CHECK(symad_tape_load(bytes, size, NULL, &loaded, &detail) == SYMAD_ERR_FORMAT_VERSION && detail.node == 254);
  free(bytes);
  symad_tape_free(tape);
}

/* Operations that occur twice, which no text can say: evaluated by every engine, never differentiated. */
static void check_twins(unsigned char *bytes, size_t size) {
  symad_tape *loaded = NULL, *derived = NULL;
  repair(bytes, size);
  CHECK(load_and_use(bytes, size) && symad_tape_load(bytes, size, NULL, &loaded, NULL) == OK);
  CHECK(symad_tape_derive(loaded, SYMAD_DERIVE_GRADIENT, NULL, &derived) == SYMAD_ERR_VERIFY && derived == NULL);
  symad_tape_free(loaded);
}

/* Four waves of x in every arrangement of sine and cosine. */
static void test_twins(void) {
  static const size_t waves[4] = {1, 4, 8, 12}; /* nodes */
  for (unsigned k = 0; k < 16; k++) {
    symad_tape *tape = parse("x: sin(x)*2 + cos(x)*3 + tan(x)*5 + exp(x)*7");
    size_t size;
    unsigned char *bytes = save(tape, &size);
    for (unsigned w = 0; w < 4; w++)
      bytes[start_of(bytes, OPERATIONS) + waves[w]] = k >> w & 1 ? SYMAD_OP_COS : SYMAD_OP_SIN;
    check_twins(bytes, size);
    free(bytes);
    symad_tape_free(tape);
  }
}

/* The same by an operand: the second cosine's becomes that of the first. */
static void test_twin_operand(void) {
  symad_tape *tape = parse("x: cos(x) + 2*cos(sin(x))");
  size_t size;
  unsigned char *bytes = save(tape, &size);
  bytes[start_of(bytes, WORDS) + 8] = 0;
  check_twins(bytes, size);
  free(bytes);
  symad_tape_free(tape);
}

/* ---- by the hundred thousand ---- */

static uint64_t state;

static uint64_t next(void) { /* splitmix64 */
  uint64_t z = state += 0x9e3779b97f4a7c15u;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
  z = (z ^ z >> 27) * 0x94d049bb133111ebu;
  return z ^ z >> 31;
}

static size_t below(size_t n) {
  return n == 0 ? 0 : (size_t)(next() % n);
}

/* Every truncation, and every byte changed in three ways, as they are and repaired. */
static void test_flips_and_truncations(const seed *s) {
  static const unsigned char masks[] = {1, 0x80, 0xff};
  for (size_t size = 0; size < s->size; size++) {
    unsigned char *bytes = room(size);
    memcpy(bytes, s->bytes, size);
    CHECK(!load_and_use(bytes, size));
    repair(bytes, size);
    CHECK(!load_and_use(bytes, size));
    free(bytes);
  }
  unsigned char *bytes = room(s->size);
  for (size_t i = 0; i < s->size; i++)
    for (size_t k = 0; k < COUNT(masks); k++) {
      memcpy(bytes, s->bytes, s->size);
      bytes[i] ^= masks[k];
      CHECK(!load_and_use(bytes, s->size) || i == AT_MINOR || i == AT_MINOR + 1);
      repair(bytes, s->size);
      (void)load_and_use(bytes, s->size);
    }
  free(bytes);
}

static void mutate_in_place(unsigned char *bytes, size_t size) {
  static const unsigned char loud[] = {0, 1, 2, 3, 0x7f, 0x80, 0xfe, 0xff};
  size_t at = below(size);
  switch (below(5)) {
  case 0:
    bytes[at] ^= (unsigned char)(1u << below(8));
    break;
  case 1:
    bytes[at] = loud[below(COUNT(loud))];
    break;
  case 2:
    bytes[at] = (unsigned char)next();
    break;
  case 3: /* a whole count or word */
    at -= at % 4;
    for (size_t i = 0; i < 4 && at + i < size; i++)
      bytes[at + i] = below(3) == 0 ? 0xff : i == 0 ? (unsigned char)below(24) : 0;
    break;
  default: { /* a piece from elsewhere in it */
    size_t from = below(size), n = 1 + below(16);
    for (size_t i = 0; i < n && at + i < size && from + i < size; i++)
      bytes[at + i] = bytes[from + i];
  }
  }
}

/* An operation with as many operands; the first number is tried again and again, up to one that fits. */
static unsigned char similar_row(unsigned char op) {
  const unsigned char start = (unsigned char)next();
  for (unsigned k = 0; k < 256; k++) {
    const unsigned char other = (unsigned char)(start + k);
    if (op_arity(other) == op_arity(op) && op_is_condition(other) == op_is_condition(op) && other != SYMAD_OP_INPUT &&
        other != SYMAD_OP_NUMBER)
      return other;
  }
  return op;
}

/* Changes what a seed says and keeps its form, so that most rules hold: rows, operands, numbers and outputs. */
static void mutate_meaning(unsigned char *bytes, const layout *l) {
  static const double numbers[] = {0.0, 1.0, 2.0, 3.0, 6.0, 0.5, 1e-310, 1e300, INFINITY, 7.0};
  const size_t n = (size_t)l->count[N_NODES], n_inputs = (size_t)l->count[N_INPUTS];
  const size_t at = n_inputs + below(n - n_inputs);
  unsigned char *op = bytes + l->start[OPERATIONS] + at;
  double number = numbers[below(COUNT(numbers))];
  switch (below(5)) {
  case 0:
  case 1:
    if (n > n_inputs && *op != SYMAD_OP_NUMBER)
      *op = similar_row(*op);
    break;
  case 2:
  case 3:
    if (l->count[N_WORDS] > 0)
      bytes[l->start[WORDS] + 4 * below((size_t)l->count[N_WORDS])] = (unsigned char)below(n < 256 ? n : 256);
    break;
  default:
    if (l->count[N_CONSTANTS] > 0 && below(2) == 0)
      memcpy(bytes + l->start[VALUES] + 8 * below((size_t)l->count[N_CONSTANTS]), &number, sizeof number);
    else
      bytes[l->start[OUTPUTS] + 4 * below((size_t)l->count[N_OUTPUTS])] = (unsigned char)below(n < 256 ? n : 256);
  }
}

/* A copy of one seed that says something else in the same form. */
static unsigned char *sibling(const seed *seeds, size_t *size) {
  const seed *s = &seeds[below(N_SEEDS)];
  layout l;
  int bad;
  unsigned char *bytes = malloc(s->size);
  must(bytes != NULL, "memory for the test");
  memcpy(bytes, s->bytes, s->size);
  *size = s->size;
  for (int i = 0; i < N_COUNTS; i++)
    l.count[i] = get64(bytes + AT_COUNTS + 8 * i);
  must(codec_place(&l, &bad), "a written tape has a layout");
  for (size_t i = 1 + below(6); i > 0; i--)
    mutate_meaning(bytes, &l);
  return bytes;
}

/* A copy of one seed with some bytes changed, cut off, or spliced with another seed. */
static unsigned char *mutant(const seed *seeds, size_t *size) {
  const seed *s = &seeds[below(N_SEEDS)], *t = &seeds[below(N_SEEDS)];
  size_t cut = s->size, tail = 0, from = 0;
  switch (below(8)) {
  case 0:
    cut = below(s->size);
    break;
  case 1:
    cut = below(s->size);
    from = below(t->size);
    tail = t->size - from;
    break;
  case 2:
    tail = below(64);
    from = below(t->size);
    tail = tail < t->size - from ? tail : t->size - from;
    break;
  default:
    break;
  }
  unsigned char *bytes = malloc(cut + tail == 0 ? 1 : cut + tail); /* to the byte, for the sanitizer */
  must(bytes != NULL, "memory for the test");
  memcpy(bytes, s->bytes, cut);
  if (tail > 0)
    memcpy(bytes + cut, t->bytes + from, tail);
  *size = cut + tail;
  for (size_t i = below(4); i > 0 && *size > 0; i--)
    mutate_in_place(bytes, *size);
  return bytes;
}

static void test_mutants(const seed *seeds, uint64_t n, uint64_t first) {
  uint64_t n_accepted = 0;
  state = first;
  for (uint64_t i = 0; i < n; i++) {
    size_t size;
    unsigned char *bytes = below(2) == 0 ? mutant(seeds, &size) : sibling(seeds, &size);
    if (below(8) != 0)
      repair(bytes, size);
    n_accepted += (uint64_t)load_and_use(bytes, size);
    free(bytes);
  }
  CHECK(n < 1000 || n_accepted > n / 100); /* else nothing deep was tried */
  printf("   %llu mutants from seed %llu, %llu accepted\n", (unsigned long long)n, (unsigned long long)first,
         (unsigned long long)n_accepted);
}

int main(int argc, char **argv) {
  seed seeds[N_SEEDS];
  make_seeds(seeds);
  test_round_trips();
  test_rules();
  test_newer_minor();
  test_twins();
  test_twin_operand();
  for (size_t i = 0; i < N_SEEDS; i++)
    test_flips_and_truncations(&seeds[i]);
  test_mutants(seeds, argc > 1 ? strtoull(argv[1], NULL, 10) : 50000, argc > 2 ? strtoull(argv[2], NULL, 10) : 1);
  free_seeds(seeds);
  return finished("test_hostile_bytes");
}
