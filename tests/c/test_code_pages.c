/* Machine code and the system: no page is writable and executable, a process that forbids new code keeps its plans, code
 * lives on in a child, threads share it. Usage: test_code_pages [evaluations a thread]; under the thread sanitizer too. */
#define _GNU_SOURCE
#include "checks.h"
#include "symad.h"
#include "symad_code.h"

#include <math.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define N_POINTS 200
#define N_PLANS 1000
#define N_THREADS 4
#ifndef PR_SET_MDWE
#define PR_SET_MDWE 65
#define PR_MDWE_REFUSE_EXEC_GAIN 1
#endif

static const char text[] = "Max(x, y, 2)*sin(x) + cos(x) - Piecewise((x**3*y, x < y), (exp(-y), True)) + norm(x, y, 1)";

static symad_tape *tape;
static double x[2 * N_POINTS], wanted[3 * N_POINTS];

static symad_status make(symad_plan **plan) {
  CHECK(symad_plan_new(tape, 2, 1, SYMAD_ENGINE_BEST, plan) == OK);
  return symad_plan_compile(*plan, tape, SYMAD_CODE_ONE, NULL);
}

static void run(const symad_plan *plan, double *y, void *work) {
  const symad_columns in[2] = {{x, 1, N_POINTS}, {NULL, 0, 0}}, out[2] = {{y, 1, 0}, {y + N_POINTS, 1, N_POINTS}};
  CHECK(symad_plan_run(plan, N_POINTS, in, out, work) == OK);
}

static int is_right(const symad_plan *plan) {
  double y[3 * N_POINTS];
  void *work = malloc(symad_plan_work_size(plan, N_POINTS));
  run(plan, y, work);
  free(work);
  return memcmp(y, wanted, sizeof y) == 0;
}

static size_t mappings_writable_and_executable(void) {
  char line[512];
  size_t found = 0;
  FILE *maps = fopen("/proc/self/maps", "r");
  CHECK(maps != NULL);
  while (maps != NULL && fgets(line, sizeof line, maps) != NULL) {
    const char *rights = strchr(line, ' ');
    found += rights != NULL && rights[2] == 'w' && rights[3] == 'x';
  }
  if (maps != NULL)
    fclose(maps);
  return found;
}

static void test_pages(void) {
  static symad_plan *plans[N_PLANS];
  const size_t before = mappings_writable_and_executable();
  for (size_t k = 0; k < N_PLANS; k++)
    CHECK(make(&plans[k]) == OK);
  CHECK(mappings_writable_and_executable() == before);
  CHECK(is_right(plans[0]) && is_right(plans[N_PLANS - 1]));
  for (size_t k = 0; k < N_PLANS; k++)
    symad_plan_free(plans[k]);
}

/* What happens in a child; 0 where all is well there. */
static int in_child(int (*what)(const symad_plan *), const symad_plan *plan) {
  int status = 0;
  fflush(stdout);
  const pid_t child = fork();
  if (child == 0)
    _exit(what(plan));
  CHECK(child > 0 && waitpid(child, &status, 0) == child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int runs_what_it_inherits(const symad_plan *plan) {
  return !is_right(plan);
}

/* A process that may make nothing executable that it could write: what was made runs on, new plans stay as they are. */
static int is_refused(const symad_plan *plan) {
  symad_plan *other;
  if (prctl(PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN, 0L, 0L, 0L) != 0)
    return 77; /* an older system */
  const symad_status status = make(&other);
  const int as_before = symad_plan_code_size(other) == 0 && is_right(other);
  symad_plan_free(other);
  return !(status == SYMAD_ERR_CODE && as_before && is_right(plan));
}

typedef struct job {
  const symad_plan *plan;
  long n_evaluations, n_different;
} job;

static void *evaluate(void *argument) {
  job *j = argument;
  double y[3 * N_POINTS];
  void *work = malloc(symad_plan_work_size(j->plan, N_POINTS));
  for (long i = 0; i < j->n_evaluations; i++) {
    memset(y, 0, sizeof y);
    run(j->plan, y, work);
    j->n_different += memcmp(y, wanted, sizeof y) != 0;
  }
  free(work);
  return NULL;
}

static void test_threads(const symad_plan *plan, long n_evaluations) {
  pthread_t threads[N_THREADS];
  job jobs[N_THREADS];
  for (int k = 0; k < N_THREADS; k++) {
    jobs[k] = (job){plan, n_evaluations, 0};
    CHECK(pthread_create(&threads[k], NULL, evaluate, &jobs[k]) == 0);
  }
  for (int k = 0; k < N_THREADS; k++)
    CHECK(pthread_join(threads[k], NULL) == 0 && jobs[k].n_different == 0);
}

int main(int argc, char **argv) {
  symad_tape *value = NULL;
  symad_plan *plain, *plan;
  CHECK(symad_parse(text, strlen(text), NULL, 0, NULL, NULL, &value, NULL) == OK);
  CHECK(symad_tape_derive(value, SYMAD_DERIVE_VALUE_AND_GRADIENT, NULL, &tape) == OK);
  for (size_t k = 0; k < COUNT(x); k++)
    x[k] = (double)(k % 37) / 8.0 - 2.0;
  CHECK(symad_plan_new(tape, 2, 1, SYMAD_ENGINE_BEST, &plain) == OK);
  void *work = malloc(symad_plan_work_size(plain, N_POINTS));
  run(plain, wanted, work);
  const symad_status status = make(&plan);
  CHECK(status == OK || status == SYMAD_ERR_CODE);
  if (status == OK) {
    test_pages();
    CHECK(in_child(runs_what_it_inherits, plan) == 0);
    const int refused = in_child(is_refused, plan);
    CHECK(refused == 0 || refused == 77);
    printf("   code is forbidden: %s\n", refused == 77 ? "not on this system" : "refused, and the plan runs");
    test_threads(plan, argc > 1 ? atol(argv[1]) : 200);
  }
  free(work);
  symad_plan_free(plain);
  symad_plan_free(plan);
  symad_tape_free(value);
  symad_tape_free(tape);
  return finished("test_code_pages");
}
