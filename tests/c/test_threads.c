/* One tape, many threads: each with its own work memory and the same bits as one alone. Usage: test_threads [evaluations
 * a thread]; under the thread sanitizer in .ci/c_checks. */
#include "symad.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_THREADS 8
#define N_POINTS 16
#define N_INPUTS 3
#define N_WORK 512

static const char text[] = "r = sqrt(x**2 + y**2); a = 1/3*3*x; Max(x, y, z)*exp(-r) + sin(a*y)*tanh(z)"
                           "+ Piecewise((log(x), x > 0.5), (z**3, True)) + 123456789012345678901/r";

typedef struct answers {
  double values[N_POINTS], swept[N_POINTS], gradients[N_POINTS][N_INPUTS], program[N_POINTS][N_INPUTS];
} answers;

typedef struct job {
  const symad_tape *tape, *gradient;
  const answers *alone;
  long n_evaluations;
  long n_different;
} job;

static double point_at(int i, int j) {
  return 0.1 * (i + 1) + 0.37 * j;
}

/* Points first .. first + count - 1 in every way there is. */
static int evaluate(const symad_tape *tape, const symad_tape *gradient, int first, int count, answers *a) {
  double x[N_POINTS][N_INPUTS], work[N_WORK];
  for (int i = 0; i < count; i++)
    for (int j = 0; j < N_INPUTS; j++)
      x[i][j] = point_at(first + i, j);
  size_t n = (size_t)count;
  return symad_tape_values(tape, n, x[0], N_INPUTS, 1, a->values + first, 1, 1, work) == SYMAD_OK &&
         symad_tape_values_and_gradients(tape, n, x[0], N_INPUTS, 1, a->swept + first, a->gradients[first], N_INPUTS, 1,
                                         work) == SYMAD_OK &&
         symad_tape_values(gradient, n, x[0], N_INPUTS, 1, a->program[first], N_INPUTS, 1, work) == SYMAD_OK;
}

static void *run(void *argument) {
  job *j = argument;
  answers mine;
  for (long i = 0; i < j->n_evaluations; i += N_POINTS) {
    memset(&mine, 0, sizeof mine);
    for (int first = 0; first < N_POINTS; first += 4) /* in other batches than alone */
      j->n_different += !evaluate(j->tape, j->gradient, first, 4, &mine);
    j->n_different += memcmp(&mine, j->alone, sizeof mine) != 0;
  }
  return NULL;
}

/* As it comes back from its bytes: what strangers share. */
static symad_tape *make(void) {
  symad_tape *built = NULL, *tape = NULL;
  if (symad_parse(text, strlen(text), NULL, 0, NULL, NULL, &built, NULL) != SYMAD_OK)
    return NULL;
  size_t size = symad_tape_save_size(built);
  void *bytes = malloc(size);
  if (bytes != NULL && symad_tape_save(built, bytes, size) == SYMAD_OK)
    (void)symad_tape_load(bytes, size, NULL, &tape, NULL);
  free(bytes);
  symad_tape_free(built);
  return tape;
}

int main(int argc, char **argv) {
  long n = argc > 1 ? strtol(argv[1], NULL, 10) : 2000, n_different = 0;
  symad_tape *tape = make(), *gradient = NULL;
  answers alone;
  job jobs[N_THREADS];
  pthread_t threads[N_THREADS];
  memset(&alone, 0, sizeof alone);
  if (tape == NULL || symad_tape_derive(tape, SYMAD_DERIVE_GRADIENT, NULL, &gradient) != SYMAD_OK ||
      symad_tape_work_size(tape, SYMAD_WORK_SWEEP) > N_WORK * sizeof(double) ||
      symad_tape_work_size(gradient, SYMAD_WORK_VALUE) > N_WORK * sizeof(double) ||
      !evaluate(tape, gradient, 0, N_POINTS, &alone))
    return 1;
  for (int i = 0; i < N_THREADS; i++) {
    jobs[i] = (job){tape, gradient, &alone, n, 0};
    if (pthread_create(&threads[i], NULL, run, &jobs[i]) != 0)
      return 1;
  }
  for (int i = 0; i < N_THREADS; i++) {
    (void)pthread_join(threads[i], NULL);
    n_different += jobs[i].n_different;
  }
  symad_tape_free(tape);
  symad_tape_free(gradient);
  printf("test_threads: %d threads, %ld points each, %ld answers differ\n", N_THREADS, n, n_different);
  return n_different != 0;
}
