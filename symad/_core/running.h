/* Plans as Python runs them: with work memory at hand, and with machine code once their work has earned it.
 *
 * Compiled into symad._symad, not into the core; knows plans, and neither Python nor NumPy. Versions of a plan are added
 * and never change, so that calls of other threads go on with the one that they have taken. */
#include "symad.h"
#include "symad_code.h"

#include <sched.h>
#include <stdlib.h>

/* cffi-begin */

/* Blocks of memory that no call is using now. */
typedef struct symad_pool {
  size_t n_bytes;
  void *spare[4];
} symad_pool;

typedef struct symad_plan_version {
  symad_plan *plan;
  symad_pool work;
} symad_plan_version;

/* A plan with its versions: as planned; with code for batches; with code for one point too. */
typedef struct symad_runner {
  const symad_tape *tape;
  uint32_t first_inputs;
  uint32_t first_outputs;
  int engine;
  int most;        /* the last version that may be made */
  int now;         /* the last one that is made */
  int busy;        /* while one is being made */
  uint64_t wanted; /* points that earn code: of one call by itself four times as many */
  uint64_t points; /* of batches so far */
  uint64_t calls;  /* of one point so far */
  symad_plan_version versions[3];
} symad_runner;

/* The first version. */
symad_status symad_runner_prepare(symad_runner *runner);
void symad_runner_clear(symad_runner *runner);

/* Let compiled code run in place of the engine, and no machine code be made; before anything else knows the plan. */
symad_status symad_runner_use(symad_runner *runner, symad_native_run *run, size_t n_work);

/* A version, where it may be made; what is refused once is not asked for again. */
void symad_runner_compile(symad_runner *runner, int version);

/* As symad_plan_run, with memory and the version of the runner's own. */
void symad_runner_run(symad_runner *runner, size_t n_points, const symad_columns *inputs, const symad_columns *outputs);

/* cffi-end */

enum {
  N_SPARES = 4,
  BATCHES = 1, /* versions */
  ONE_POINT = 2,
  POINTS_A_CALL = 20, /* what a call of one point counts for */
  AT_ONCE = 4
};

static int pool_prepare(symad_pool *pool, size_t n_bytes) {
  pool->n_bytes = n_bytes;
  pool->spare[0] = malloc(n_bytes);
  return pool->spare[0] != NULL;
}

static void pool_clear(symad_pool *pool) {
  for (int i = 0; i < N_SPARES; i++)
    free(pool->spare[i]);
}

static void *pool_take(symad_pool *pool) {
  for (;;) {
    for (int i = 0; i < N_SPARES; i++) {
      void *block = __atomic_exchange_n(&pool->spare[i], NULL, __ATOMIC_ACQUIRE);
      if (block != NULL)
        return block;
    }
    void *block = malloc(pool->n_bytes);
    if (block != NULL)
      return block;
    (void)sched_yield(); /* out of memory: somebody has the block that was there from the start */
  }
}

static void pool_give(symad_pool *pool, void *block) {
  for (int i = 0; i < N_SPARES; i++) {
    void *empty = NULL;
    if (__atomic_compare_exchange_n(&pool->spare[i], &empty, block, 0, __ATOMIC_RELEASE, __ATOMIC_RELAXED))
      return;
  }
  free(block);
}

/* Memory for calls with any number of points. */
static int version_prepare(symad_plan_version *version) {
  size_t most = symad_plan_work_size(version->plan, 1);
  const size_t counts[2] = {2, (size_t)1 << 40};
  for (int k = 0; k < 2; k++) {
    const size_t n_bytes = symad_plan_work_size(version->plan, counts[k]);
    most = n_bytes > most ? n_bytes : most;
  }
  return pool_prepare(&version->work, most);
}

symad_status symad_runner_prepare(symad_runner *runner) {
  symad_plan_version *first = &runner->versions[0];
  const symad_status status =
      symad_plan_new(runner->tape, runner->first_inputs, runner->first_outputs, runner->engine, &first->plan);
  if (status != SYMAD_OK)
    return status;
  return version_prepare(first) ? SYMAD_OK : SYMAD_ERR_MEMORY;
}

void symad_runner_clear(symad_runner *runner) {
  for (int k = 0; k <= ONE_POINT; k++) {
    symad_plan_free(runner->versions[k].plan);
    pool_clear(&runner->versions[k].work);
  }
}

symad_status symad_runner_use(symad_runner *runner, symad_native_run *run, size_t n_work) {
  symad_plan_version *first = &runner->versions[0];
  runner->most = runner->now = 0;
  symad_plan_use(first->plan, run, n_work);
  pool_clear(&first->work);
  first->work = (symad_pool){0, {NULL}};
  return version_prepare(first) ? SYMAD_OK : SYMAD_ERR_MEMORY;
}

static int runner_compiled(const symad_runner *runner, int number, symad_plan_version *made) {
  return symad_plan_new(runner->tape, runner->first_inputs, runner->first_outputs, runner->engine, &made->plan) ==
             SYMAD_OK &&
         symad_plan_compile(made->plan, runner->tape, number == ONE_POINT ? SYMAD_CODE_ONE : 0, NULL) == SYMAD_OK &&
         version_prepare(made);
}

void symad_runner_compile(symad_runner *runner, int number) {
  int idle = 0;
  if (!__atomic_compare_exchange_n(&runner->busy, &idle, 1, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
    return;
  if (runner->now < number && number <= runner->most) {
    symad_plan_version made = {NULL, {0, {NULL}}};
    if (runner_compiled(runner, number, &made)) {
      runner->versions[number] = made;
      __atomic_store_n(&runner->now, number, __ATOMIC_RELEASE);
    } else {
      symad_plan_free(made.plan);
      pool_clear(&made.work);
      __atomic_store_n(&runner->most, runner->now, __ATOMIC_RELAXED);
    }
  }
  __atomic_store_n(&runner->busy, 0, __ATOMIC_RELEASE);
}

/* The code that the work so far has earned, or what is to be done by itself. Counts that threads lose do no harm. */
static void runner_count(symad_runner *runner, int now, size_t n_points) {
  const uint64_t calls = __atomic_load_n(&runner->calls, __ATOMIC_RELAXED) * POINTS_A_CALL;
  const uint64_t all = __atomic_load_n(&runner->points, __ATOMIC_RELAXED);
  const uint64_t points = now == 0 ? all : 0; /* what batches have earned is made */
  if (points + calls > runner->wanted || n_points / AT_ONCE >= runner->wanted)
    symad_runner_compile(runner, n_points == 1 || calls >= points + n_points ? ONE_POINT : BATCHES);
  else if (n_points == 1)
    __atomic_store_n(&runner->calls, calls / POINTS_A_CALL + 1, __ATOMIC_RELAXED);
  else
    __atomic_store_n(&runner->points, all + n_points, __ATOMIC_RELAXED);
}

static symad_plan_version *runner_version(symad_runner *runner, size_t n_points) {
  const int now = __atomic_load_n(&runner->now, __ATOMIC_ACQUIRE), better = n_points == 1 ? ONE_POINT : BATCHES;
  if (now >= better || __atomic_load_n(&runner->most, __ATOMIC_RELAXED) < better)
    return &runner->versions[now];
  runner_count(runner, now, n_points);
  return &runner->versions[__atomic_load_n(&runner->now, __ATOMIC_ACQUIRE)];
}

static void version_run(symad_plan_version *version, size_t n_points, const symad_columns *inputs,
                        const symad_columns *outputs) {
  void *work = pool_take(&version->work);
  (void)symad_plan_run(version->plan, n_points, inputs, outputs, work);
  pool_give(&version->work, work);
}

void symad_runner_run(symad_runner *runner, size_t n_points, const symad_columns *inputs,
                      const symad_columns *outputs) {
  version_run(runner_version(runner, n_points), n_points, inputs, outputs);
}
