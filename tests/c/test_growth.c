/* Work that grows with its size and no faster, on honest input and on input that somebody chose to be slow: processor
 * time at a size and at eight times that. */
#include "checks.h"
#include "symad.h"

#include <math.h>
#include <time.h>

#define TIMES 8
#define MOST_EXPONENT 1.5 /* 1 is linear and 2 what must not be; caches and a busy machine take their share */
#define TRIES 4           /* the least of a few is the work itself */
#define ENOUGH 0.02       /* seconds; quicker work says nothing about its growth */

typedef struct text {
  char *data;
  size_t length, room;
} text;

static void append(text *t, const char *more) {
  size_t n = strlen(more);
  if (t->length + n + 1 > t->room) {
    t->room = 2 * (t->length + n) + 64;
    t->data = realloc(t->data, t->room);
  }
  memcpy(t->data + t->length, more, n + 1);
  t->length += n;
}

static void append_numbered(text *t, const char *before, size_t number, const char *after) {
  char one[96];
  snprintf(one, sizeof one, "%s%zu%s", before, number, after);
  append(t, one);
}

/* ---- texts of a size ---- */

static text honest_sum(size_t n) {
  text t = {NULL, 0, 0};
  for (size_t i = 0; i < n; i++)
    append_numbered(&t, i == 0 ? "sin(x" : " + sin(x", i, ")");
  return t;
}

static text most_of(size_t n) {
  text t = {NULL, 0, 0};
  append(&t, "Max(");
  for (size_t i = 0; i < n; i++)
    append_numbered(&t, i == 0 ? "x" : ", x", i, "");
  append(&t, ")");
  return t;
}

/* Where a table of nodes put a sum of nodes a and b while places were the same for everyone. */
static uint64_t old_place(uint64_t a, uint64_t b) {
  uint64_t h = SYMAD_OP_ADD + (a << 32 | b);
  for (int k = 0; k < 2; k++) {
    h ^= h >> 32;
    h *= 0xd6e8feb86659fd93u;
  }
  return h ^ h >> 32;
}

/* Sums of two of some variables, all in one corner of that table. */
static text crafted_sums(size_t n) {
  text t = {NULL, 0, 0};
  const size_t n_variables = 4096;
  for (size_t i = 0; i < n_variables; i++)
    append_numbered(&t, i == 0 ? "v" : ", v", i, "");
  append(&t, ": ");
  size_t made = 0;
  for (uint64_t a = 0; a < n_variables && made < n; a++)
    for (uint64_t b = 0; b < n_variables && made < n; b++) {
      if ((old_place(a, b) & 0xffff) >= 0x200)
        continue;
      append_numbered(&t, made++ == 0 ? "v" : ", v", (size_t)a, "");
      append_numbered(&t, " + v", (size_t)b, "");
    }
  CHECK(made == n);
  return t;
}

/* ---- work on them ---- */

static void parse(const text *t) {
  symad_tape *tape = NULL;
  CHECK(symad_parse(t->data, t->length, NULL, 0, NULL, NULL, &tape, NULL) == SYMAD_OK);
  symad_tape_free(tape);
}

static void derive(const text *t) {
  symad_tape *tape = NULL, *derived = NULL;
  CHECK(symad_parse(t->data, t->length, NULL, 0, NULL, NULL, &tape, NULL) == SYMAD_OK);
  CHECK(symad_tape_derive(tape, SYMAD_DERIVE_GRADIENT, NULL, &derived) == SYMAD_OK);
  symad_tape_free(derived);
  symad_tape_free(tape);
}

static void derive_forward(const text *t) {
  symad_tape *tape = NULL, *derived = NULL;
  CHECK(symad_parse(t->data, t->length, NULL, 0, NULL, NULL, &tape, NULL) == SYMAD_OK);
  CHECK(symad_tape_derive(tape, SYMAD_DERIVE_JVP, NULL, &derived) == SYMAD_OK);
  symad_tape_free(derived);
  symad_tape_free(tape);
}

static void plan(const text *t) {
  symad_tape *tape = NULL, *derived = NULL;
  symad_plan *made = NULL;
  CHECK(symad_parse(t->data, t->length, NULL, 0, NULL, NULL, &tape, NULL) == SYMAD_OK);
  CHECK(symad_tape_derive(tape, SYMAD_DERIVE_GRADIENT, NULL, &derived) == SYMAD_OK);
  CHECK(symad_plan_new(derived, 0, 0, SYMAD_ENGINE_BEST, &made) == SYMAD_OK);
  symad_plan_free(made);
  symad_tape_free(derived);
  symad_tape_free(tape);
}

/* ---- growth ---- */

static double seconds_of(void (*work)(const text *), const text *t) {
  const clock_t start = clock();
  work(t);
  return (double)(clock() - start) / CLOCKS_PER_SEC;
}

static void check_growth(const char *what, void (*work)(const text *), text (*made)(size_t), size_t n) {
  text small = made(n), large = made(TIMES * n);
  double least_small = HUGE_VAL, least_large = HUGE_VAL, exponent = 0.0;
  for (int k = 0; k < TRIES; k++) {
    least_small = fmin(least_small, seconds_of(work, &small));
    least_large = fmin(least_large, seconds_of(work, &large));
    exponent = log(least_large / least_small) / log(TIMES);
    if (exponent <= MOST_EXPONENT || least_large < ENOUGH)
      break;
  }
  printf("   %s: %.4f s at %zu, exponent %.2f\n", what, least_large, TIMES * n, exponent);
  CHECK(exponent <= MOST_EXPONENT || least_large < ENOUGH);
  free(small.data);
  free(large.data);
}

int main(void) {
  check_growth("parse a sum", parse, honest_sum, 4000);
  check_growth("parse sums that met in the table", parse, crafted_sums, 2500);
  check_growth("gradient of a sum", derive, honest_sum, 4000);
  check_growth("gradient of Max", derive, most_of, 1000);
  check_growth("tangent of Max", derive_forward, most_of, 1000);
  check_growth("plan of a gradient", plan, honest_sum, 4000);
  check_growth("plan of the gradient of Max", plan, most_of, 1000);
  return finished("test_growth");
}
