/* Memory that fails: the k-th request, once or for good, for every k and every entry point that asks for any. Each
 * time an error code, every byte given back, nothing read that was freed. */
#include "checks.h"
#include "base/internal.h"

typedef struct ledger {
  size_t calls, fail_at, live_bytes, live_blocks;
  int for_good;
} ledger;

static void *ledger_resize(void *context, void *old, size_t old_size, size_t new_size) {
  ledger *l = context;
  if (new_size > 0 && ++l->calls >= l->fail_at && (l->for_good || l->calls == l->fail_at))
    return NULL;
  if (old != NULL) {
    l->live_bytes -= old_size;
    l->live_blocks--;
  }
  if (new_size == 0) {
    free(old);
    return NULL;
  }
  void *block = malloc(new_size); /* always moved, so that nobody keeps an old address */
  if (block == NULL)
    abort();
  if (old != NULL) {
    memcpy(block, old, old_size < new_size ? old_size : new_size);
    free(old);
  }
  l->live_bytes += new_size;
  l->live_blocks++;
  return block;
}

/* ---- all there is to do with memory ---- */

static const char text[] =
    "x, y: f(u, v) = u*v + sin(u*v); g(u) = f(u, u) + norm(u, 2, x); h = 1/3*3 + 123456789012345678901234567890;"
    "g(x) + f(g(y), 2) + logsumexp(x, y, 3) + sqrt(x**2 + y**2) + mish(x) + log(x, y)*h"
    "+ Max(x, y, 2)*Piecewise((log(x), x > 0), (y**3, True))";

static symad_status derive_twice(const symad_tape *tape) {
  uint64_t starts[2];
  size_t count;
  symad_label name;
  symad_status status = symad_tape_pattern(tape, starts, NULL, 0, &count);
  if (status == OK)
    status = symad_tape_output_names(tape, &name);
  for (int kind = SYMAD_DERIVE_GRADIENT; kind <= SYMAD_DERIVE_SPARSE_JACOBIAN && status == OK; kind++) {
    symad_tape *derived = NULL, *second = NULL;
    status = symad_tape_derive(tape, kind, NULL, &derived);
    if (status == OK && kind == SYMAD_DERIVE_GRADIENT)
      status = symad_tape_derive(derived, SYMAD_DERIVE_JACOBIAN, NULL, &second);
    symad_tape_free(second);
    symad_tape_free(derived);
  }
  return status;
}

/* By one input alone, and a tape within a builder: its second input stands for the first. */
static symad_status derive_and_compose(const symad_allocator *allocator) {
  const uint32_t last = 1;
  symad_tape *tape = NULL, *derived = NULL, *composed = NULL;
  symad_builder *b = NULL;
  uint32_t inputs[2] = {0, 0}, output = 0;
  symad_status status = symad_parse(text, strlen(text), NULL, 0, NULL, allocator, &tape, NULL);
  for (int kind = SYMAD_DERIVE_GRADIENT; kind <= SYMAD_DERIVE_SPARSE_JACOBIAN && status == OK; kind++) {
    status = symad_tape_derive_by(tape, kind, &last, 1, NULL, &derived);
    symad_tape_free(derived);
    derived = NULL;
  }
  if (status == OK)
    status = symad_builder_new(allocator, &b);
  if (status == OK)
    status = symad_builder_input(b, "z", 1, &inputs[1]);
  if (status == OK)
    status = symad_builder_op(b, SYMAD_OP_SIN, &inputs[1], 1, &inputs[0]);
  if (status == OK)
    status = symad_builder_append(b, tape, inputs, &output);
  if (status == OK)
    status = symad_builder_output(b, output);
  if (status == OK)
    status = symad_builder_finish(b, &composed);
  symad_tape_free(composed);
  symad_builder_free(b);
  symad_tape_free(tape);
  return status;
}

static symad_status parse(const symad_allocator *allocator) {
  static const char *const variables[] = {"y", "x", "unused"};
  symad_tape *tape = NULL;
  const char *program = strchr(text, ':') + 1;
  symad_status status = symad_parse(program, strlen(program), variables, 3, NULL, allocator, &tape, NULL);
  symad_tape_free(tape);
  return status;
}

static symad_status parse_and_derive(const symad_allocator *allocator) {
  symad_tape *tape = NULL;
  symad_status status = symad_parse(text, strlen(text), NULL, 0, NULL, allocator, &tape, NULL);
  if (status == OK)
    status = derive_twice(tape);
  symad_tape_free(tape);
  return status;
}

static symad_status parse_refused(const symad_allocator *allocator) {
  static const char *const refused[] = {"f(u) = u*x; f(f(3, x)", "x + y*(2", "a = x*y; a b"};
  symad_status status = OK;
  for (size_t i = 0; i < COUNT(refused) && status != SYMAD_ERR_MEMORY; i++) {
    symad_tape *tape = NULL;
    symad_detail detail;
    status = symad_parse(refused[i], strlen(refused[i]), NULL, 0, NULL, allocator, &tape, &detail);
    CHECK(status != OK && tape == NULL && detail.status == status && detail.message != NULL);
  }
  return status == SYMAD_ERR_MEMORY ? status : OK;
}

/* The reading layer: rewritings that make pieces, names beyond the first table, notes, and refusals with advice. */
static symad_status read_typed(const symad_allocator *allocator) {
  static const char *const typed[] = {
      "f(a, b) = 2a sin b",
      "np.where(x > 0, |x|!, x > 1 ? 2x : 3(x + 1)(x - 1)) + \xce\xb8\xc2\xb2 + logK + sin^2(x) + ln|y| + e*I",
      ("\\frac{x_{1}}{\\sqrt{y}} + \\alpha_2 + a1 + a2 + a3 + a4 + a5 + a6 + a7 + a8 + a9 + b1 + b2 + b3 + b4 + b5 + b6"
       " + b7 + b8 + b9 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + d1 + d2 + d3 + d4 + d5 + d6 + d7 + d8 + d9"),
      "y*1/2x",
      "||x| - 1|",
      "Log[2, ArcTan[x, y]] @ z",
  };
  symad_status status = OK;
  for (size_t i = 0; i < COUNT(typed) && status != SYMAD_ERR_MEMORY; i++) {
    symad_reading *reading = NULL;
    symad_detail detail;
    status = symad_read(typed[i], strlen(typed[i]), NULL, 0, NULL, allocator, &reading, &detail);
    CHECK(status == detail.status && detail.message != NULL && (status == SYMAD_ERR_MEMORY) == (reading == NULL));
    symad_reading_free(reading);
  }
  return status == SYMAD_ERR_MEMORY ? status : OK;
}

/* Every call of the builder. After a refusal it is still good for the next call, or for its end. */
static symad_status build(const symad_allocator *allocator) {
  static const char *const names[] = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"};
  symad_builder *b = NULL;
  symad_tape *tape = NULL;
  uint32_t inputs[COUNT(names)], number = 0, literal = 0, most = 0, sum[200], outputs = 0;
  symad_entry entries[200];
  size_t done = 0;
  symad_status status = symad_builder_new(allocator, &b);
  if (status != OK)
    return status;
  for (size_t i = 0; i < COUNT(names) && status == OK; i++)
    status = symad_builder_input(b, names[i], 1, &inputs[i]);
  if (status == OK)
    status = symad_builder_number(b, -2.5, &number);
  if (status == OK)
    status = symad_builder_literal(b, "123456789012345678901", 21, &literal);
  if (status == OK)
    status = symad_builder_op(b, SYMAD_OP_MAX, inputs, COUNT(names), &most);
  for (uint32_t i = 0; i < COUNT(entries) && status == OK; i++)
    entries[i] = (symad_entry){i % 2 ? SYMAD_OP_ADD : SYMAD_OP_MUL, i == 0 ? literal : SYMAD_EARLIER + i - 1, most, 0};
  if (status == OK)
    status = symad_builder_ops(b, entries, COUNT(entries), sum, &done);
  for (; outputs < 20 && status == OK; outputs++)
    status = symad_builder_output(b, sum[9 * outputs]);
  if (status == OK)
    status = symad_builder_finish(b, &tape);
  symad_tape_free(tape);
  symad_builder_free(b);
  return status;
}

static unsigned char *saved;
static size_t saved_size;

static symad_status load_and_derive(const symad_allocator *allocator) {
  symad_tape *tape = NULL;
  symad_detail detail;
  symad_status status = symad_tape_load(saved, saved_size, allocator, &tape, &detail);
  CHECK(status == detail.status && detail.message != NULL && (status == OK) == (tape != NULL));
  if (status == OK)
    status = derive_twice(tape);
  symad_tape_free(tape);
  return status;
}

/* The last input's name is spoilt, which shows when everything has been allocated. */
static symad_status load_refused(const symad_allocator *allocator) {
  symad_tape *tape = NULL;
  unsigned char *bytes = malloc(saved_size);
  if (bytes == NULL)
    abort();
  memcpy(bytes, saved, saved_size);
  bytes[saved_size - strlen(text) - 1] = '-';
  uint64_t sum = codec_checksum(bytes, saved_size);
  for (int i = 0; i < 8; i++)
    bytes[24 + i] = (unsigned char)(sum >> (8 * i));
  symad_status status = symad_tape_load(bytes, saved_size, allocator, &tape, NULL);
  free(bytes);
  CHECK(status != OK && tape == NULL);
  return status == SYMAD_ERR_VERIFY ? OK : status;
}

/* ---- every k ---- */

static void fail_everywhere(const char *name, symad_status (*step)(const symad_allocator *), size_t least) {
  for (int for_good = 0; for_good < 2; for_good++) {
    size_t k = 1;
    for (; k < 100000; k++) {
      ledger l = {0, k, 0, 0, for_good};
      symad_allocator allocator = {ledger_resize, &l};
      symad_status status = step(&allocator);
      CHECK(l.live_bytes == 0 && l.live_blocks == 0);
      CHECK(status == OK || status == SYMAD_ERR_MEMORY);
      if (l.calls < k) { /* nothing was refused any more */
        CHECK(status == OK);
        break;
      }
    }
    CHECK(k > least && k < 100000);
    printf("   %s: %u requests refused%s\n", name, (unsigned)k - 1, for_good ? " for good" : "");
  }
}

int main(void) {
  symad_tape *tape = NULL;
  if (symad_parse(text, strlen(text), NULL, 0, NULL, NULL, &tape, NULL) != OK)
    return 1;
  saved_size = symad_tape_save_size(tape);
  saved = malloc(saved_size);
  if (saved == NULL || symad_tape_save(tape, saved, saved_size) != OK)
    return 1;
  symad_tape_free(tape);
  fail_everywhere("parse", parse, 30);
  fail_everywhere("parse, derive", parse_and_derive, 100);
  fail_everywhere("derive by one, compose", derive_and_compose, 100);
  fail_everywhere("refused texts", parse_refused, 10);
  fail_everywhere("texts that are typed", read_typed, 10);
  fail_everywhere("builder", build, 20);
  fail_everywhere("load, derive", load_and_derive, 100);
  fail_everywhere("refused bytes", load_refused, 5);
  free(saved);
  return finished("test_failing_memory");
}
