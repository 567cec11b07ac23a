/* Prints a formula's value and gradient:   ./gradient "x*sin(y)" 1 2   */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <symad.h>

/* Memory is as large as the tape says: the point, its gradient, and what the sweep needs. */
static int print(const symad_tape *tape, size_t n, char **numbers) {
  int failed = 1;
  double value, *x = calloc(n + 1, sizeof *x), *gradient = calloc(n + 1, sizeof *gradient);
  void *work = malloc(symad_tape_work_size(tape, SYMAD_WORK_SWEEP));
  if (x != NULL && gradient != NULL && work != NULL) {
    for (size_t i = 0; i < n; i++)
      x[i] = strtod(numbers[i], NULL);
    failed = symad_tape_value_and_gradient(tape, x, &value, gradient, work) != SYMAD_OK;
    for (size_t i = 0; !failed && i <= n; i++)
      printf("%.17g\n", i == 0 ? value : gradient[i - 1]);
  }
  free(work);
  free(gradient);
  free(x);
  return failed;
}

int main(int argc, char **argv) {
  symad_tape *tape = NULL;
  symad_detail detail;
  symad_view view;
  if (argc < 2 || symad_parse(argv[1], strlen(argv[1]), NULL, 0, NULL, NULL, &tape, &detail) != SYMAD_OK)
    return fprintf(stderr, "%s\n", argc < 2 ? "a formula is missing" : detail.message), 1;
  symad_tape_view(tape, &view);
  int failed = 1;
  if (view.n_outputs != 1)
    fprintf(stderr, "a formula with one value is needed, this has %u\n", view.n_outputs);
  else if (view.n_inputs != (size_t)argc - 2)
    fprintf(stderr, "the formula has %u variables, %d numbers are given\n", view.n_inputs, argc - 2);
  else
    failed = print(tape, view.n_inputs, argv + 2);
  symad_tape_free(tape);
  return failed;
}
