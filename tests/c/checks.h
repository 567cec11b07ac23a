/* What the tests in C share: a check that prints where it failed and goes on, and what main returns. */
#ifndef CHECKS_H
#define CHECKS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OK SYMAD_OK
#define COUNT(a) (sizeof(a) / sizeof *(a))

static int n_failed = 0;

#define CHECK(condition)                                             \
  do {                                                               \
    if (!(condition)) {                                              \
      printf("%s:%d: failed: %s\n", __FILE__, __LINE__, #condition); \
      n_failed++;                                                    \
    }                                                                \
  } while (0)

static int finished(const char *test) {
  printf("%s: %d failed\n", test, n_failed);
  return n_failed != 0;
}

#endif
