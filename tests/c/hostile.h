/* What every test of the loader does with bytes from a stranger: refuse with a reason, or accept and use everything. */
#ifndef HOSTILE_H
#define HOSTILE_H

#include "files/codec.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_DERIVED 20000
#define MOST_POINTS 9 /* one more than a narrow tile holds */

static inline void must(int condition, const char *what) {
  if (!condition) {
    fprintf(stderr, "broken promise: %s\n", what);
    abort();
  }
}

static inline void *room(size_t size) {
  void *block = malloc(size + 1);
  must(block != NULL, "memory for the test");
  return block;
}

/* A block of exactly this size, so that a sanitizer sees a byte too many. */
static inline unsigned char *save(const symad_tape *tape, size_t *size) {
  *size = symad_tape_save_size(tape);
  unsigned char *bytes = malloc(*size);
  must(bytes != NULL && symad_tape_save(tape, bytes, *size) == SYMAD_OK, "saving works");
  must(symad_tape_save(tape, bytes, *size - 1) == SYMAD_ERR_ARGUMENT, "a wrong size is refused");
  return bytes;
}

/* Makes length and checksum right, so that what lies behind them is reached. */
static inline void repair(unsigned char *bytes, size_t size) {
  if (size < HEADER_SIZE)
    return;
  for (int i = 0; i < 8; i++)
    bytes[AT_LENGTH + i] = (unsigned char)((uint64_t)size >> (8 * i));
  uint64_t sum = codec_checksum(bytes, size);
  for (int i = 0; i < 8; i++)
    bytes[AT_CHECKSUM + i] = (unsigned char)(sum >> (8 * i));
}

static inline int same_double(double x, double y) {
  return isnan(x) ? isnan(y) : memcmp(&x, &y, sizeof x) == 0;
}

/* Ordinary points first, then the places where branches and kernels change. */
static inline void fill_points(double *x, size_t n_points, size_t n_inputs) {
  static const double special[] = {0.0, -0.0, 1.0, -1.0, 2.0, INFINITY, -INFINITY, NAN, 1e9, 5e-324, -3.0, 1e200};
  for (size_t i = 0; i < n_points; i++)
    for (size_t k = 0; k < n_inputs; k++)
      x[i * n_inputs + k] = i < 2 ? (i == 0 ? 0.75 + 0.5 * (double)k : 1.3 - 0.7 * (double)k)
                                  : special[(7 * i + 5 * k) % (sizeof special / sizeof *special)];
}

/* The tape's plan on one engine, at one point and over a narrow and a wide tile. */
static inline void compare_engine(const symad_tape *tape, int engine, double *x, const double *wanted, double *found) {
  static const size_t counts[] = {1, 3, MOST_POINTS};
  symad_view v;
  symad_plan *plan = NULL;
  symad_tape_view(tape, &v);
  const ptrdiff_t n = v.n_inputs, m = v.n_outputs;
  const symad_columns in[2] = {{x, n, 1}, {NULL, 0, 0}}, out[2] = {{found, m, 1}, {NULL, 0, 0}};
  must(symad_plan_new(tape, v.n_inputs, v.n_outputs, engine, &plan) == SYMAD_OK, "what was loaded has a plan");
  void *work = room(symad_plan_work_size(plan, MOST_POINTS));
  for (size_t c = engine == 0 ? 0 : 1; c < sizeof counts / sizeof *counts; c++) { /* one point has one engine */
    must(symad_plan_run(plan, counts[c], in, out, work) == SYMAD_OK, "a plan runs");
    for (size_t i = 0; i < counts[c] * v.n_outputs; i++)
      must(same_double(found[i], wanted[i]), "a plan computes what the evaluator does");
  }
  free(work);
  symad_plan_free(plan);
}

static inline void compare_plans(const symad_tape *tape) {
  symad_view v;
  symad_tape_view(tape, &v);
  const size_t n = v.n_inputs, m = v.n_outputs;
  double *x = room(MOST_POINTS * n * sizeof *x), *wanted = room(MOST_POINTS * m * sizeof *wanted);
  double *found = room(MOST_POINTS * m * sizeof *found);
  void *work = room(symad_tape_work_size(tape, SYMAD_WORK_VALUE));
  fill_points(x, MOST_POINTS, n);
  must(symad_tape_values(tape, MOST_POINTS, x, (ptrdiff_t)n, 1, wanted, (ptrdiff_t)m, 1, work) == SYMAD_OK,
       "what was loaded has values");
  for (int engine = 0; symad_engine_name(engine) != NULL; engine++)
    compare_engine(tape, engine, x, wanted, found);
  free(x), free(wanted), free(found), free(work);
}

static inline void evaluate(const symad_tape *tape) {
  symad_view v;
  symad_tape_view(tape, &v);
  size_t n = v.n_nodes;
  double *x = room((v.n_inputs + 1) * sizeof *x), *y = room(((size_t)v.n_outputs + 1) * sizeof *y);
  double *values = room(n * sizeof *values), *slopes = room(n * sizeof *slopes);
  double *partials = room(2 * n * sizeof *partials), *shares = room((v.n_list + 1) * sizeof *shares);
  unsigned char *live = room(n);
  void *work = room(symad_tape_work_size(tape, SYMAD_WORK_SWEEP));
  symad_trace trace = {values, slopes, partials, shares, live};
  symad_report report;
  for (uint32_t i = 0; i < v.n_inputs; i++)
    x[i] = 0.75 + 0.5 * i;
  (void)symad_tape_value(tape, x, y, work);
  (void)symad_tape_values(tape, 1, x, v.n_inputs, 1, y, v.n_outputs, 1, work);
  if (v.n_outputs == 1)
    (void)symad_tape_value_and_gradient(tape, x, y, slopes, work);
  for (uint32_t i = 0; i < v.n_outputs; i++)
    y[i] = 1.0;
  (void)symad_tape_sweep(tape, x, y, &trace);
  (void)symad_tape_status(tape, &trace, &report);
  (void)symad_tape_tangent(tape, x, x, &trace);
  uint16_t *words = room(2 * n * sizeof *words);
  uint32_t *origins = room(n * sizeof *origins);
  symad_errors errors = {values, slopes, words, words + n, origins};
  (void)symad_tape_errors(tape, x, &errors);
  free(words), free(origins);
  free(x), free(y), free(values), free(slopes), free(partials), free(shares), free(live), free(work);
}

static inline void use(const symad_tape *tape) {
  static const int kinds[] = {SYMAD_DERIVE_VALUE_AND_GRADIENT, SYMAD_DERIVE_JVP};
  symad_limits limits;
  symad_view v;
  symad_tape_view(tape, &v);
  must(symad_tape_verify(tape, NULL) == SYMAD_OK, "what was loaded keeps every rule");
  symad_label *labels = room(v.n_outputs * sizeof *labels);
  must(symad_tape_output_names(tape, labels) == SYMAD_OK, "what was loaded has names of outputs, or none");
  for (uint32_t k = 0; k < v.n_outputs; k++) {
    uint32_t length;
    const char *name = symad_tape_output_name(tape, k, &length);
    must(name == NULL ? length == 0 : length <= v.n_names - (size_t)(name - v.names),
         "a name of an output is of the tape");
    must(labels[k].text_length == length && (length == 0 || v.names + labels[k].text == name),
         "an output has the same name alone and among all");
  }
  free(labels);
  evaluate(tape);
  compare_plans(tape);
  symad_limits_default(&limits);
  limits.nodes = MOST_DERIVED;
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    symad_tape *derived = NULL;
    if (symad_tape_derive(tape, kinds[i], &limits, &derived) == SYMAD_OK) {
      evaluate(derived);
      compare_plans(derived);
    }
    symad_tape_free(derived);
  }
}

/* 1 if the bytes were accepted. */
static inline int load_and_use(const unsigned char *bytes, size_t size) {
  symad_tape *tape = NULL;
  symad_detail detail;
  symad_status status = symad_tape_load(bytes, size, NULL, &tape, &detail);
  must(status == detail.status && detail.message != NULL, "a status has its reason");
  if (status != SYMAD_OK) {
    must(tape == NULL && detail.offset <= size, "a refusal leaves nothing and names a place");
    must(status == SYMAD_ERR_FORMAT || status == SYMAD_ERR_FORMAT_VERSION || status == SYMAD_ERR_VERIFY,
         "a refusal is about the bytes");
    return 0;
  }
  size_t again = 0;
  unsigned char *written = save(tape, &again);
  must(again == size, "what was loaded is saved in as many bytes");
  for (size_t i = 0; i < size; i++)
    must(written[i] == bytes[i] || i == AT_MINOR || i == AT_MINOR + 1, "what was loaded is saved as it was");
  free(written);
  use(tape);
  symad_tape_free(tape);
  return 1;
}

#endif
