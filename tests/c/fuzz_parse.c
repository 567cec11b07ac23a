/* Coverage-guided fuzzing of the parser and of what follows it: every accepted text is verified, evaluated,
 * saved and loaded, planned for every engine if it is short, differentiated, and all of it again; as a formula, and as a
 * family at a size that its last byte gives. What a family is written out as must be the same tape.
 *
 *   clang -g -O1 -std=c11 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -Icsrc -Icsrc/include \
 *     tests/c/fuzz_parse.c $(find csrc -name '*.c') -lm -o fuzz_parse && ./fuzz_parse -max_len=256 -runs=10000000 CORPUS_FOLDER
 *
 * Finds are kept as texts in tests/data/fuzz and parsed by the unit tests. */
#include "hostile.h"

#define MOST_NODES 2000
#define MOST_SLOPES (20 * MOST_NODES)
#define MOST_PLANNED 100 /* longer plans take the time of a hundred texts, and mutants of tapes have them */
#define MOST_TOKENS 20000
#define MOST_SIZE 6

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

static void try_out(symad_tape *tape) {
  symad_limits limits;
  symad_tape *derived = NULL;
  read_back(tape);
  symad_limits_default(&limits);
  limits.nodes = MOST_SLOPES;
  if (symad_tape_derive(tape, SYMAD_DERIVE_JACOBIAN, &limits, &derived) == SYMAD_OK)
    read_back(derived);
  symad_tape_free(derived);
}

static void must_be_refusal(const symad_detail *detail, size_t size) {
  if (detail->message == NULL || detail->offset + detail->length > size)
    abort();
}

/* The program that a family is at one size, read again. */
static void read_written(const char *text, size_t size, uint64_t n, const symad_limits *limits,
                         const symad_tape *tape) {
  size_t n_bytes = 0, n_again = 0;
  symad_tape *again = NULL;
  if (symad_write_sized(text, size, NULL, n, limits, NULL, NULL, 0, &n_bytes, NULL) != SYMAD_OK)
    abort(); /* it has been parsed */
  char *program = malloc(n_bytes + 1);
  if (program != NULL) {
    if (symad_write_sized(text, size, NULL, n, limits, NULL, program, n_bytes, &n_again, NULL) != SYMAD_OK ||
        n_again != n_bytes)
      abort();
    if (symad_parse(program, n_bytes, NULL, 0, NULL, NULL, &again, NULL) != SYMAD_OK || !symad_tape_equal(tape, again))
      abort();
    symad_tape_free(again);
  }
  free(program);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  symad_tape *tape = NULL;
  symad_detail detail;
  symad_limits limits;
  const char *text = (const char *)data;
  uint64_t n = size > 0 ? data[size - 1] % MOST_SIZE : 0;
  symad_limits_default(&limits);
  limits.nodes = MOST_NODES;
  limits.tokens = MOST_TOKENS;
  if (symad_parse(text, size, NULL, 0, &limits, NULL, &tape, &detail) == SYMAD_OK)
    try_out(tape);
  else
    must_be_refusal(&detail, size);
  symad_tape_free(tape);
  tape = NULL;
  if (symad_parse_sized(text, size, NULL, n, NULL, 0, &limits, NULL, &tape, &detail) == SYMAD_OK) {
    try_out(tape);
    read_written(text, size, n, &limits, tape);
  } else {
    must_be_refusal(&detail, size);
  }
  symad_tape_free(tape);
  return 0;
}
