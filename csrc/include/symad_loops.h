/* symad: a step repeated many times, with its adjoint in little memory. The general contract is that of symad.h.
 *
 * state, y = step(state, x, args), n_steps times. Runs of steps are written out as one program where that is short, and
 * the adjoint recomputes what it needs from states that were kept. How many are kept changes no bit of any result.
 */
#ifndef SYMAD_LOOPS_H
#define SYMAD_LOOPS_H

#include "symad.h"

#ifdef __cplusplus
extern "C" {
#endif

/* cffi-begin */

typedef struct symad_loop symad_loop;

#define SYMAD_KEEP_SQRT 0 /* about twice the square root of n_steps states are kept */
#define SYMAD_KEEP_ALL -1 /* the state at the start of each run */

/* Numbers in a step and in all: xs and ys have n_steps rows of n_x and n_y. run is how many steps one program has. */
typedef struct symad_loop_size {
  uint64_t n_steps;
  uint64_t run;
  uint64_t n_state;
  uint64_t n_x;
  uint64_t n_args;
  uint64_t n_y;
} symad_loop_size;

/* n_steps repeats of the tape `step`, in *loop: its inputs are n_state numbers of state, n_x of x and the args, its
 * outputs the next state and then y. The tape is not needed afterwards, its allocator is. limits may be NULL (only
 * `nodes` is read). A loop never changes. Since 0.1.
 * Returns OK, ERR_ARGUMENT (more state and x than inputs, or no step), ERR_OUTPUTS (fewer outputs than n_state, or
 * none), ERR_MEMORY, ERR_LIMIT_NODES, ERR_VERIFY for a loaded tape in which an operation occurs twice. */
SYMAD_API symad_status symad_loop_new(const symad_tape *step, uint32_t n_state, uint32_t n_x, uint64_t n_steps,
                                      const symad_limits *limits, symad_loop **loop);

/* Frees a loop, which no thread may use any longer; NULL is allowed. Since 0.1. */
SYMAD_API void symad_loop_free(symad_loop *loop);

/* Fills *size with the numbers of a loop. Since 0.1. */
SYMAD_API void symad_loop_stats(const symad_loop *loop, symad_loop_size *size);

/* Bytes of work memory for the calls below, one block a concurrent call. keep is SYMAD_KEEP_ and a name, or a number of
 * steps: of each as many steps the first state is kept. Since 0.1. */
SYMAD_API size_t symad_loop_work_size(const symad_loop *loop, int64_t keep);

/* From state, xs and args the last state into `end` and what steps give into ys; what has no entries may be NULL. work has
 * symad_loop_work_size(loop, keep) bytes for any keep. Since 0.1. Returns OK. */
SYMAD_API symad_status symad_loop_value(const symad_loop *loop, const double *state, const double *xs,
                                        const double *args, double *end, double *ys, void *work);

/* What the adjoint reads beside state, xs and args, and what it fills: weights of the last state and of ys, and slopes of
 * state, xs and args. What has no entries may be NULL. */
typedef struct symad_loop_adjoint {
  const double *end_weights;
  const double *y_weights;
  double *state_slopes;
  double *x_slopes;
  double *arg_slopes;
} symad_loop_adjoint;

/* The same with the adjoint of everything: slopes of the sum of weights times results, those of args added from the last
 * step to the first. state, xs, args, end, ys, keep and work as above. Since 0.1. Returns OK. */
SYMAD_API symad_status symad_loop_value_and_adjoint(const symad_loop *loop, int64_t keep, const double *state,
                                                    const double *xs, const double *args, double *end, double *ys,
                                                    const symad_loop_adjoint *adjoint, void *work);

/* cffi-end */

#ifdef __cplusplus
}
#endif
#endif
