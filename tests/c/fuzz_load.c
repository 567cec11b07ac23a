/* Coverage-guided fuzzing of the loader and of everything that can be done with what it accepts.
 *
 *   clang -g -O1 -std=c11 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -Icsrc -Icsrc/include \
 *     tests/c/fuzz_load.c $(find csrc -name '*.c') -lm -o fuzz_load && ./fuzz_load -max_len=600 -runs=10000000 CORPUS_FOLDER
 *
 * The bytes are tried with length and checksum made right, else nearly all end there; test_hostile_bytes.c tries them
 * as they are too. Finds are kept in tests/data/fuzz_tapes, which the unit tests load. */
#include "hostile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  unsigned char *bytes = malloc(size == 0 ? 1 : size);
  must(bytes != NULL, "memory for the test");
  if (size > 0)
    memcpy(bytes, data, size);
  repair(bytes, size);
  (void)load_and_use(bytes, size);
  free(bytes);
  return 0;
}
