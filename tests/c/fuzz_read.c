/* Coverage-guided fuzzing of the reading layer: every text is read; what comes out is parsed, read again, and its places
 * lie in the text. A text that the parser takes must come out as it is; where the layer gives up, what was typed counts,
 * whatever has been written by then.
 *
 *   clang -g -O1 -std=c11 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -Icsrc -Icsrc/include \
 *     tests/c/fuzz_read.c $(find csrc -name '*.c') -lm -o fuzz_read && ./fuzz_read -max_len=256 -runs=10000000 CORPUS_FOLDER
 *
 * The first byte says whether the caller lists the variables. Finds are kept as texts in tests/data/fuzz. */
#include "symad.h"

#include <stdlib.h>
#include <string.h>

#define MOST_NODES 2000

static const char *const listed[] = {"x", "y", "e", "sinx", "np"};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int is_strict(const char *text, size_t size, const char *const *names, size_t n) {
  symad_limits limits;
  symad_tape *tape = NULL;
  symad_limits_default(&limits);
  limits.nodes = MOST_NODES;
  symad_status status = symad_parse(text, size, names, n, &limits, NULL, &tape, NULL);
  symad_tape_free(tape);
  return status == SYMAD_OK;
}

/* x_{1} and x^{2} are LaTeX, also where families would have another tape: x_{1}x_{2} as one name, -0 as a whole number;
 * Log[2, 8] is Mathematica's, where families would have an index. */
static int holds_dialect(const char *text, size_t size) {
  for (size_t i = 1; i < size; i++)
    if (((text[i - 1] == '_' || text[i - 1] == '^') && text[i] == '{') ||
        (i > 2 && text[i] == '[' && (memcmp(text + i - 3, "Log", 3) == 0 || memcmp(text + i - 3, "Tan", 3) == 0)))
      return 1;
  return 0;
}

/* A text that the parser takes comes out as it is, or as one of the same tape: y[3] as y3. */
static int means_the_same(const symad_reading_view *view, const char *text, size_t size, const char *const *names,
                          size_t n) {
  symad_limits limits;
  symad_tape *typed = NULL, *read = NULL;
  if (holds_dialect(text, size) || (view->n_text == size && memcmp(view->text, text, size) == 0))
    return 1;
  symad_limits_default(&limits);
  limits.nodes = MOST_NODES;
  int same = symad_parse(text, size, names, n, &limits, NULL, &typed, NULL) == SYMAD_OK &&
             symad_parse(view->text, view->n_text, names, n, &limits, NULL, &read, NULL) == SYMAD_OK &&
             symad_tape_equal(typed, read);
  symad_tape_free(typed);
  symad_tape_free(read);
  return same;
}

static void check_texts(const symad_reading *reading, size_t size) {
  symad_reading_view view;
  symad_reading_get(reading, &view);
  if (strlen(view.notes) > view.n_notes || view.text[view.n_text] != '\0' || view.advice[view.n_advice] != '\0')
    abort();
  uint64_t last = 0;
  for (uint64_t i = 0; i <= view.n_text; i++) {
    uint64_t place = symad_reading_origin(reading, i);
    if (place > size)
      abort();
    last = place;
  }
  (void)last;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  symad_reading *reading = NULL, *again = NULL;
  symad_reading_view view;
  symad_detail detail;
  if (size == 0)
    return 0;
  const char *text = (const char *)data + 1;
  const char *const *names = data[0] % 2 ? listed : NULL;
  size_t n = names == NULL ? 0 : sizeof listed / sizeof *listed;
  symad_status status = symad_read(text, size - 1, names, n, NULL, NULL, &reading, &detail);
  int strict = is_strict(text, size - 1, names, n);
  if (status != SYMAD_OK && status != SYMAD_ERR_READING)
    abort();
  check_texts(reading, size - 1);
  symad_reading_get(reading, &view);
  /* {2} is a number in the notation of families, and a set to who has never heard of it: callers ask the parser then. */
  int is_set = memchr(text, '{', size - 1) != NULL;
  if (status == SYMAD_ERR_READING &&
      (view.n_reason == 0 || detail.offset + detail.length > size - 1 || (strict && !is_set)))
    abort();
  if (status == SYMAD_OK && strict && !means_the_same(&view, text, size - 1, names, n))
    abort();
  if (status == SYMAD_OK && !view.is_partial && is_strict(view.text, view.n_text, names, n)) {
    symad_reading_view second;
    if (symad_read(view.text, view.n_text, names, n, NULL, NULL, &again, NULL) != SYMAD_OK)
      abort();
    symad_reading_get(again, &second);
    if (second.n_text != view.n_text || memcmp(second.text, view.text, view.n_text) != 0)
      abort();
  }
  symad_reading_free(again);
  symad_reading_free(reading);
  return 0;
}
