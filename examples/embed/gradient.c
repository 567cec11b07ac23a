/* Prints a formula's value and gradient:   ./gradient "x*sin(y)" 1 2   */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <symad.h>

int main(int argc, char **argv) {
  symad_tape *tape;
  symad_detail detail;
  if (argc < 2 || symad_parse(argv[1], strlen(argv[1]), NULL, 0, NULL, NULL, &tape, &detail) != SYMAD_OK)
    return fprintf(stderr, "%s\n", argc < 2 ? "a formula is missing" : detail.message), 1;
  double x[64] = {0}, value, gradient[64];
  for (int i = 2; i < argc && i < 66; i++)
    x[i - 2] = strtod(argv[i], NULL);
  void *work = malloc(symad_tape_work_size(tape, SYMAD_WORK_SWEEP));
  if (symad_tape_value_and_gradient(tape, x, &value, gradient, work) == SYMAD_OK)
    for (int i = 2, n = printf("%.17g\n", value); n > 0 && i < argc; i++)
      printf("%.17g\n", gradient[i - 2]);
}
