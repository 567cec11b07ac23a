/* Coverage-guided fuzzing of the parser and of what follows it: every accepted text is verified, evaluated,
 * differentiated and evaluated again.
 *
 *   clang -g -O1 -std=c11 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -Icsrc -Icsrc/include \
 *     tests/c/fuzz_parse.c csrc/[a-z]*.c -lm -o fuzz_parse && ./fuzz_parse -max_len=256 -runs=10000000 CORPUS_FOLDER
 *
 * Finds are kept as texts in tests/data/fuzz and parsed by the unit tests. */
#include "symad.h"

#include <stdlib.h>

#define MOST_NODES 2000

static void evaluate(const symad_tape *tape) {
  symad_view view;
  symad_tape_view(tape, &view);
  double *x = calloc((size_t)view.n_inputs + 1, sizeof *x);
  double *y = calloc(view.n_outputs, sizeof *y);
  void *work = malloc(symad_tape_work_size(tape, SYMAD_WORK_SWEEP) + 1);
  if (x != NULL && y != NULL && work != NULL) {
    for (uint32_t i = 0; i < view.n_inputs; i++)
      x[i] = 0.75 + 0.5 * i;
    if (symad_tape_verify(tape, NULL) != SYMAD_OK)
      abort();
    (void)symad_tape_value(tape, x, y, work);
  }
  free(x);
  free(y);
  free(work);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  symad_tape *tape = NULL, *derived = NULL;
  symad_detail detail;
  symad_limits limits;
  symad_limits_default(&limits);
  limits.nodes = MOST_NODES;
  if (symad_parse((const char *)data, size, NULL, 0, &limits, NULL, &tape, &detail) != SYMAD_OK) {
    if (detail.message == NULL || detail.offset > size)
      abort();
    return 0;
  }
  evaluate(tape);
  limits.nodes = 20 * MOST_NODES;
  if (symad_tape_derive(tape, SYMAD_DERIVE_JACOBIAN, &limits, &derived) == SYMAD_OK)
    evaluate(derived);
  symad_tape_free(derived);
  symad_tape_free(tape);
  return 0;
}
