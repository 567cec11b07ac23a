/* The fast way to many points: value and gradient of a formula at each line of numbers.
 *   seq 1 1000000 | ./points "x*sin(x)" > slopes.txt
 *
 * The derivative becomes a tape of its own, that tape a plan, and the plan runs over blocks of points in vector code.
 * All memory is as large as tape and plan say, and none is asked for once the points come. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <symad.h>

#define BLOCK 512 /* points a call: enough to fill the vectors, few enough to stay in the cache */

typedef struct program {
  symad_plan *plan;
  size_t n_inputs, n_outputs;
  double *x, *y; /* BLOCK rows each */
  void *work;
} program;

/* A plan for the value and the gradient of a text; 0, or what is wrong as words on standard error. */
static int prepare(program *p, const char *text) {
  symad_tape *tape = NULL, *both = NULL;
  symad_detail detail;
  symad_view view;
  if (symad_parse(text, strlen(text), NULL, 0, NULL, NULL, &tape, &detail) != SYMAD_OK)
    return fprintf(stderr, "%s\n", detail.message), 1;
  symad_status status = symad_tape_derive(tape, SYMAD_DERIVE_VALUE_AND_GRADIENT, NULL, &both);
  if (status == SYMAD_OK) {
    symad_tape_view(both, &view);
    p->n_inputs = view.n_inputs;
    p->n_outputs = view.n_outputs;
    status = symad_plan_new(both, view.n_inputs, view.n_outputs, SYMAD_ENGINE_BEST, &p->plan);
  }
  symad_tape_free(both);
  symad_tape_free(tape);
  if (status != SYMAD_OK)
    return fprintf(stderr, "%s\n", symad_status_sentence(status)), 1;
  p->x = calloc(p->n_inputs + 1, BLOCK * sizeof *p->x);
  p->y = calloc(p->n_outputs, BLOCK * sizeof *p->y);
  p->work = malloc(symad_plan_work_size(p->plan, BLOCK));
  if (p->x != NULL && p->y != NULL && p->work != NULL)
    return 0;
  fprintf(stderr, "there is not enough memory for %zu variables\n", p->n_inputs);
  return 1;
}

/* Outputs of n_points rows, printed; the second block of columns is empty on both sides. */
static int run(const program *p, size_t n_points) {
  const symad_columns inputs[2] = {{p->x, (ptrdiff_t)p->n_inputs, 1}, {NULL, 0, 0}};
  const symad_columns outputs[2] = {{p->y, (ptrdiff_t)p->n_outputs, 1}, {NULL, 0, 0}};
  if (symad_plan_run(p->plan, n_points, inputs, outputs, p->work) != SYMAD_OK)
    return 1;
  for (size_t i = 0; i < n_points * p->n_outputs; i++)
    printf("%.17g%c", p->y[i], (i + 1) % p->n_outputs == 0 ? '\n' : ' ');
  return 0;
}

/* Reads points until the numbers end, a block at a time. */
static int follow(const program *p) {
  size_t n_points = 0, i = 0;
  double number;
  if (p->n_inputs == 0)
    return run(p, 1);
  while (scanf("%lf", &number) == 1) {
    p->x[n_points * p->n_inputs + i++] = number;
    if (i < p->n_inputs)
      continue;
    i = 0;
    if (++n_points == BLOCK) {
      if (run(p, n_points) != 0)
        return 1;
      n_points = 0;
    }
  }
  if (i == 0 && feof(stdin))
    return run(p, n_points);
  fprintf(stderr, i != 0 ? "the last point has %zu numbers of %zu\n" : "there is something else than numbers\n", i,
          p->n_inputs);
  return 1;
}

int main(int argc, char **argv) {
  program p = {0};
  if (argc != 2)
    return fprintf(stderr, "usage: %s FORMULA, with a point a line on standard input\n", argv[0]), 2;
  int failed = prepare(&p, argv[1]) != 0 || follow(&p) != 0;
  symad_plan_free(p.plan);
  free(p.x);
  free(p.y);
  free(p.work);
  return failed;
}
