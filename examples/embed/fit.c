/* Least squares on a CSV file: ./fit "a*exp(-b*t) + c - y" data.csv a=1 b=1 c=0
 *
 * The file's first line names its columns; variables of the formula that are no column are parameters, whose start is
 * given. Levenberg and Marquardt's steps on r'r, J'r and J'J, which are summed over the rows inside the engine: the loop
 * allocates nothing, and memory does not grow with the file beyond the data themselves. */
#include "symad.h"
#include "symad_rows.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST 16        /* parameters and columns */
#define LINE 4096      /* bytes of a line */
#define STEPS 200      /* tries */
#define SMALLEST 1e-14 /* step, relative to the parameters: the value is flat to half the digits, the step is not */

typedef struct table {
  char names[MOST][64];
  size_t n_columns, n_rows, room;
  double *data; /* row by row */
} table;

static int fail(const char *what, const char *which) {
  fprintf(stderr, "%s%s\n", what, which);
  return 1;
}

static int read_header(FILE *file, table *t) {
  char line[LINE];
  if (fgets(line, sizeof line, file) == NULL)
    return 0;
  for (char *name = strtok(line, ", \r\n"); name != NULL; name = strtok(NULL, ", \r\n")) {
    if (t->n_columns == MOST || strlen(name) >= sizeof *t->names)
      return 0;
    strcpy(t->names[t->n_columns++], name);
  }
  return t->n_columns > 0;
}

static int read_rows(FILE *file, table *t) {
  char line[LINE];
  while (fgets(line, sizeof line, file) != NULL) {
    char *at = line;
    if (t->n_rows == t->room) {
      t->room = t->room > 0 ? 2 * t->room : 1024;
      double *more = realloc(t->data, t->room * t->n_columns * sizeof *more);
      if (more == NULL)
        return 0;
      t->data = more;
    }
    for (size_t k = 0; k < t->n_columns; k++) {
      char *end;
      t->data[t->n_rows * t->n_columns + k] = strtod(at, &end);
      if (end == at)
        return 0;
      at = end + strspn(end, ", ");
    }
    t->n_rows++;
  }
  return 1;
}

/* The formula with its inputs in this order: the parameters, then those columns that it reads. */
typedef struct model {
  symad_tape *tape;
  char names[MOST][64];
  uint32_t parameters[MOST], n_parameters;
  uint32_t columns[MOST], n_blocks; /* one column a block */
  symad_columns data[MOST];
} model;

static int is_name(const symad_view *v, uint32_t input, const char *name) {
  const symad_label *label = &v->labels[input];
  return strlen(name) == label->text_length && memcmp(v->names + label->text, name, label->text_length) == 0;
}

static int read_model(const char *formula, const table *t, model *m) {
  symad_detail detail;
  symad_view v;
  if (symad_parse(formula, strlen(formula), NULL, 0, NULL, NULL, &m->tape, &detail) != SYMAD_OK)
    return fail("the formula: ", detail.message);
  symad_tape_view(m->tape, &v);
  for (uint32_t i = 0; i < v.n_inputs; i++) {
    size_t k = 0;
    while (k < t->n_columns && !is_name(&v, i, t->names[k]))
      k++;
    if (k < t->n_columns) {
      m->data[m->n_blocks] = (symad_columns){t->data + k, (ptrdiff_t)t->n_columns, 1};
      m->columns[m->n_blocks++] = 1;
    } else if (m->n_parameters == MOST || v.labels[i].text_length >= sizeof *m->names) {
      return fail("too many parameters in ", formula);
    } else {
      memcpy(m->names[m->n_parameters], v.names + v.labels[i].text, v.labels[i].text_length);
      m->parameters[m->n_parameters++] = i;
    }
  }
  return 0;
}

/* Solves (A + lambda diag A) x = -g by Cholesky's factors; A is the upper triangle row by row. 0: not positive. */
static int solve(size_t n, const double *a, double lambda, const double *g, double *x) {
  double l[MOST][MOST];
  for (size_t i = 0, at = 0; i < n; i++)
    for (size_t j = i; j < n; j++, at++)
      l[j][i] = i == j ? a[at] * (1.0 + lambda) : a[at];
  for (size_t j = 0; j < n; j++) {
    for (size_t k = 0; k < j; k++)
      l[j][j] -= l[j][k] * l[j][k];
    if (!(l[j][j] > 0.0))
      return 0;
    l[j][j] = sqrt(l[j][j]);
    for (size_t i = j + 1; i < n; i++) {
      for (size_t k = 0; k < j; k++)
        l[i][j] -= l[i][k] * l[j][k];
      l[i][j] /= l[j][j];
    }
  }
  for (size_t i = 0; i < n; i++) {
    x[i] = -g[i];
    for (size_t k = 0; k < i; k++)
      x[i] -= l[i][k] * x[k];
    x[i] /= l[i][i];
  }
  for (size_t i = n; i-- > 0;) {
    for (size_t k = i + 1; k < n; k++)
      x[i] -= l[k][i] * x[k];
    x[i] /= l[i][i];
  }
  return 1;
}

/* The size of a step beside the parameters. */
static double relative(size_t n, const double *step, const double *p) {
  double most = 0.0;
  for (size_t i = 0; i < n; i++)
    most = fmax(most, fabs(step[i]) / (fabs(p[i]) + 1e-300));
  return most;
}

/* Goes downhill from p; nothing is allocated here. */
static int descend(const symad_objective *o, const model *m, size_t n_rows, double *p, double *results, double *next,
                   void *work) {
  const size_t n = m->n_parameters, n_results = 1 + n + n * (n + 1) / 2;
  double step[MOST], tried[MOST], lambda = 1e-3;
  symad_objective_run(o, p, NULL, n_rows, m->data, results, work);
  for (int k = 0; k < STEPS; k++) {
    if (!solve(n, results + 1 + n, lambda, results + 1, step)) {
      lambda *= 10.0;
      continue;
    }
    for (size_t i = 0; i < n; i++)
      tried[i] = p[i] + step[i];
    symad_objective_run(o, tried, NULL, n_rows, m->data, next, work);
    if (next[0] <= results[0]) {
      memcpy(p, tried, n * sizeof *p);
      memcpy(results, next, n_results * sizeof *results);
      lambda *= 0.1;
    } else {
      lambda *= 10.0;
    }
    if (relative(n, step, p) < SMALLEST)
      return k + 1;
  }
  return STEPS;
}

static int start_of(int argc, char **argv, const char *name, double *value) {
  const size_t length = strlen(name);
  for (int k = 3; k < argc; k++)
    if (strncmp(argv[k], name, length) == 0 && argv[k][length] == '=') {
      *value = strtod(argv[k] + length + 1, NULL);
      return 1;
    }
  return 0;
}

int main(int argc, char **argv) {
  table t = {{{0}}, 0, 0, 0, NULL};
  model m = {0};
  symad_objective *o = NULL;
  FILE *file = argc > 2 ? fopen(argv[2], "r") : NULL;
  double p[MOST], results[1 + MOST + MOST * (MOST + 1) / 2], next[1 + MOST + MOST * (MOST + 1) / 2];
  if (file == NULL)
    return fail("usage: fit FORMULA FILE.csv NAME=START...", "");
  if (!read_header(file, &t) || !read_rows(file, &t))
    return fail("no table of numbers: ", argv[2]);
  fclose(file);
  int failed = read_model(argv[1], &t, &m);
  for (uint32_t i = 0; i < m.n_parameters && !failed; i++)
    if (!start_of(argc, argv, m.names[i], &p[i]))
      failed = fail("no start for ", m.names[i]);
  const symad_objective_form form = {m.parameters,         m.columns,        NULL,
                                     m.n_parameters,       m.n_blocks,       SYMAD_ROWS_GAUSS_NEWTON,
                                     SYMAD_ROWS_RESIDUALS, SYMAD_ENGINE_BEST};
  const symad_status status = failed ? SYMAD_OK : symad_objective_new(m.tape, &form, NULL, &o);
  if (status != SYMAD_OK)
    failed = fail("the objective: ", symad_status_sentence(status));
  void *work = o == NULL ? NULL : malloc(symad_objective_work_size(o, t.n_rows));
  if (work != NULL) {
    const int steps = descend(o, &m, t.n_rows, p, results, next, work);
    for (uint32_t i = 0; i < m.n_parameters; i++)
      printf("%s %.12g\n", m.names[i], p[i]);
    printf("sum of squares %.12g\nrows %zu steps %d\n", 2.0 * results[0], t.n_rows, steps);
  }
  free(work);
  symad_objective_free(o);
  symad_tape_free(m.tape);
  free(t.data);
  return failed;
}
