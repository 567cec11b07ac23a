/* Coverage-guided fuzzing of the parser and of what follows it: every accepted text is verified, evaluated,
 * saved and loaded, planned for every engine if it is short, differentiated, and all of it again.
 *
 *   clang -g -O1 -std=c11 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -Icsrc -Icsrc/include \
 *     tests/c/fuzz_parse.c csrc/[a-z]*.c -lm -o fuzz_parse && ./fuzz_parse -max_len=256 -runs=10000000 CORPUS_FOLDER
 *
 * Finds are kept as texts in tests/data/fuzz and parsed by the unit tests. */
#include "hostile.h"

#define MOST_NODES 2000
#define MOST_SLOPES (20 * MOST_NODES)
#define MOST_PLANNED 100 /* longer plans take the time of a hundred texts, and mutants of tapes have them */

/* What was parsed or derived can be read back, and its plan runs on every engine. */
static void read_back(const symad_tape *tape) {
  symad_tape *loaded = NULL;
  size_t size = 0;
  unsigned char *bytes = save(tape, &size);
  must(symad_tape_verify(tape, NULL) == SYMAD_OK, "what was parsed keeps every rule");
  must(symad_tape_load(bytes, size, NULL, &loaded, NULL) == SYMAD_OK, "what was parsed can be read back");
  must(symad_tape_equal(tape, loaded), "what was read back is what was saved");
  symad_view v;
  symad_tape_view(loaded, &v);
  evaluate(loaded);
  if (v.n_nodes <= MOST_PLANNED)
    compare_plans(loaded);
  symad_tape_free(loaded);
  free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  symad_tape *tape = NULL, *derived = NULL;
  symad_detail detail;
  symad_limits limits;
  symad_limits_default(&limits);
  limits.nodes = MOST_NODES;
  if (symad_parse((const char *)data, size, NULL, 0, &limits, NULL, &tape, &detail) != SYMAD_OK) {
    must(detail.message != NULL && detail.offset <= size, "a refusal has its reason and its place");
    return 0;
  }
  read_back(tape);
  limits.nodes = MOST_SLOPES;
  if (symad_tape_derive(tape, SYMAD_DERIVE_JACOBIAN, &limits, &derived) == SYMAD_OK)
    read_back(derived);
  symad_tape_free(derived);
  symad_tape_free(tape);
  return 0;
}
