/* Newton's method on an equation that the user types:   ./newton "cos(x) - x" 1
 *
 * The formula is parsed and checked, its slope is exact, and no memory is asked for once the iteration runs. A formula
 * with a fault is answered with the place of the fault. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <symad.h>

#define MOST_STEPS 50

static int refuse(const char *text, const symad_detail *detail) {
  fprintf(stderr, "%u:%u: %s\n", detail->line, detail->column, detail->message);
  if (detail->line == 1)
    fprintf(stderr, "  %s\n  %*s^\n", text, (int)detail->column - 1, "");
  return 2;
}

int main(int argc, char **argv) {
  if (argc != 3) {
    fprintf(stderr, "usage: %s EQUATION START, for example \"cos(x) - x\" 1\n", argv[0]);
    return 2;
  }
  symad_tape *tape = NULL;
  symad_detail detail;
  symad_view view;
  if (symad_parse(argv[1], strlen(argv[1]), NULL, 0, NULL, NULL, &tape, &detail) != SYMAD_OK)
    return refuse(argv[1], &detail);
  symad_tape_view(tape, &view);
  if (view.n_inputs != 1 || view.n_outputs != 1) {
    fprintf(stderr, "one equation in one variable is needed\n");
    symad_tape_free(tape);
    return 2;
  }
  int found = 0;
  double x = strtod(argv[2], NULL), value, slope;
  void *work = malloc(symad_tape_work_size(tape, SYMAD_WORK_SWEEP));
  for (int step = 0; work != NULL && step < MOST_STEPS && !found; step++) {
    if (symad_tape_value_and_gradient(tape, &x, &value, &slope, work) != SYMAD_OK || !isfinite(value / slope))
      break;
    double next = x - value / slope;
    printf("%2d  %.17g\n", step, x);
    found = fabs(next - x) <= 4e-16 * fabs(next);
    x = next;
  }
  printf(found ? "root %.17g\n" : "no root found near %.17g\n", x);
  free(work);
  symad_tape_free(tape);
  return !found;
}
