/* Loops: a run of steps as one program, what is left step by step, and the adjoint over states that were kept. */
#include "plan/plan.h"
#include "sums/sums.h"
#include "symad_loops.h"

#include <string.h>

#define RUN_NODES \
  8192u /* of a program of several steps: beyond, it leaves the nearer caches and takes longer to make */

#define ABREAST 8u /* runs whose values are computed side by side for their adjoints: a chain alone waits for itself */

/* One program of `n_steps` steps, and its adjoint, whose outputs are slopes of state, then of xs and args. That of a run
 * is cut in two: what state, xs and args decide (`fore`, for several runs at once), and what reads it and the weights. */
typedef struct piece {
  symad_plan *value, *fore, *adjoint;
  size_t n_steps, n_kept; /* of numbers that `fore` hands to the adjoint */
} piece;

struct symad_loop {
  memory memory;
  piece run, single; /* without plans where not needed */
  uint32_t n_state, n_x, n_args, n_y;
  size_t n_steps, n_runs, n_pieces; /* runs, then what is left as single steps */
};

/* ---- making ---- */

static symad_status inputs_of(symad_builder *b, uint32_t n, uint32_t *nodes) {
  symad_status status = SYMAD_OK;
  for (uint32_t k = 0; k < n && status == SYMAD_OK; k++)
    status = symad_builder_input(b, "x", 1, &nodes[k]);
  return status;
}

/* Steps one behind the other; with_args: the args are outputs too, so that slopes that came so far go in as weights. */
static symad_status chain(const symad_loop *o, const symad_tape *step, size_t n_steps, uint32_t *nodes,
                          symad_builder *b) {
  const uint32_t n_xs = o->n_x * (uint32_t)n_steps, n_ys = o->n_y * (uint32_t)n_steps;
  uint32_t *state = nodes, *xs = state + o->n_state, *args = xs + n_xs, *ys = args + o->n_args;
  uint32_t *inputs = ys + n_ys, *outputs = inputs + o->n_state + o->n_x + o->n_args;
  symad_status status = inputs_of(b, o->n_state + n_xs + o->n_args, nodes);
  const size_t state_bytes = o->n_state * sizeof *nodes;
  for (size_t k = 0; k < n_steps && status == SYMAD_OK; k++) {
    memcpy(inputs, state, state_bytes);
    memcpy(inputs + o->n_state, xs + k * o->n_x, o->n_x * sizeof *nodes);
    memcpy(inputs + o->n_state + o->n_x, args, o->n_args * sizeof *nodes);
    status = graft_tape(b, step, inputs, outputs);
    memcpy(state, outputs, state_bytes); /* the first inputs are named by now */
    memcpy(ys + k * o->n_y, outputs + o->n_state, o->n_y * sizeof *nodes);
  }
  for (uint32_t k = 0; k < o->n_state && status == SYMAD_OK; k++)
    status = symad_builder_output(b, state[k]);
  for (uint32_t k = 0; k < n_ys && status == SYMAD_OK; k++)
    status = symad_builder_output(b, ys[k]);
  return status;
}

static symad_status chain_tape(const symad_loop *o, const symad_tape *step, size_t n_steps, const symad_limits *limits,
                               int with_args, symad_tape **tape) {
  const uint32_t n = (uint32_t)n_steps, n_fixed = 2 * (o->n_state + o->n_x + o->n_args) + step->view.n_outputs;
  array nodes = {NULL, 0, 0};
  symad_builder *b;
  symad_status status = symad_builder_new(&o->memory.allocator, &b);
  if (status != SYMAD_OK)
    return status;
  b->limits.variables = MAX_NODES;
  b->limit_nodes = limits != NULL ? limits->nodes : MAX_NODES;
  status = array_reserve(&o->memory, &nodes, (size_t)n * (o->n_x + o->n_y) + n_fixed, sizeof(uint32_t));
  if (status == SYMAD_OK)
    status = chain(o, step, n_steps, nodes.data, b);
  for (uint32_t k = 0; k < o->n_args && with_args && status == SYMAD_OK; k++)
    status = symad_builder_output(b, ITEMS(uint32_t, nodes)[o->n_state + n * o->n_x + k]);
  if (status == SYMAD_OK)
    status = builder_finish(b, tape);
  array_free(&o->memory, &nodes, sizeof(uint32_t));
  symad_builder_free(b);
  return status;
}

/* The adjoint of a single step reads state, xs and args itself: they may be many. */
static symad_status whole_adjoint(const symad_tape *tape, const uint32_t *ends, uint32_t n_state, piece *made) {
  return plan_new(tape, &(plan_shape){0, ends, 6, n_state, 0}, SYMAD_ENGINE_BEST, &made->adjoint);
}

static symad_status cut_adjoint(const symad_tape *tape, const uint32_t *ends, uint32_t n_state, piece *made) {
  split s = {NULL, NULL, {NULL, 0, 0}, {NULL, 0, 0}};
  symad_status status = split_tape(tape, ends[2], SPLIT_KEEP, &s);
  const uint32_t n_kept = (uint32_t)s.boundary.count;
  const uint32_t behind[4] = {n_kept, n_kept + ends[3] - ends[2], n_kept + ends[4] - ends[2],
                              n_kept + ends[5] - ends[2]};
  made->n_kept = n_kept;
  if (status == SYMAD_OK && s.outer != NULL)
    status = plan_new(s.outer, &(plan_shape){0, ends, 3, n_kept, 0}, SYMAD_ENGINE_BEST, &made->fore);
  if (status == SYMAD_OK)
    status = plan_new(s.inner, &(plan_shape){0, behind, 4, n_state, 0}, SYMAD_ENGINE_BEST, &made->adjoint);
  split_free(&tape->memory, &s);
  return status;
}

static symad_status make_piece(const symad_loop *o, const symad_tape *step, size_t n_steps, const symad_limits *limits,
                               piece *made) {
  const uint32_t n = (uint32_t)n_steps, xs_end = o->n_state + n * o->n_x, args_end = xs_end + o->n_args;
  const uint32_t ends[6] = {o->n_state,
                            xs_end,
                            args_end,
                            args_end + o->n_state,
                            args_end + o->n_state + n * o->n_y,
                            args_end + o->n_state + n * o->n_y + o->n_args};
  symad_tape *value = NULL, *whole = NULL, *adjoint = NULL;
  made->n_steps = n_steps;
  symad_status status = chain_tape(o, step, n_steps, limits, 0, &value);
  if (status == SYMAD_OK)
    status = plan_new(value, &(plan_shape){0, ends, 3, o->n_state, 0}, SYMAD_ENGINE_BEST, &made->value);
  if (status == SYMAD_OK)
    status = chain_tape(o, step, n_steps, limits, 1, &whole);
  if (status == SYMAD_OK)
    status = symad_tape_derive(whole, SYMAD_DERIVE_VJP, limits, &adjoint);
  if (status == SYMAD_OK)
    status = (n_steps > 1 ? cut_adjoint : whole_adjoint)(adjoint, ends, o->n_state, made);
  symad_tape_free(value);
  symad_tape_free(whole);
  symad_tape_free(adjoint);
  return status;
}

static size_t root_above(size_t n) {
  size_t root = 1;
  while (root * root < n)
    root++;
  return root;
}

symad_status symad_loop_new(const symad_tape *step, uint32_t n_state, uint32_t n_x, uint64_t n_steps,
                            const symad_limits *limits, symad_loop **loop) {
  const symad_view *v = &step->view;
  if (n_x > v->n_inputs || n_state > v->n_inputs - n_x || n_steps == 0 || n_steps > SIZE_MAX / 64)
    return SYMAD_ERR_ARGUMENT;
  if (v->n_outputs < n_state)
    return SYMAD_ERR_OUTPUTS;
  symad_loop *o = memory_resize(&step->memory, NULL, 0, sizeof *o);
  if (o == NULL)
    return SYMAD_ERR_MEMORY;
  memset(o, 0, sizeof *o);
  o->memory = step->memory;
  o->n_state = n_state;
  o->n_x = n_x;
  o->n_args = v->n_inputs - n_state - n_x;
  o->n_y = v->n_outputs - n_state;
  o->n_steps = (size_t)n_steps;
  size_t run = root_above(o->n_steps);
  run = run > RUN_NODES / v->n_nodes ? RUN_NODES / v->n_nodes : run;
  o->n_runs = run > 1 ? o->n_steps / run : 0;
  o->n_pieces = o->n_runs + (o->n_steps - o->n_runs * run);
  symad_status status = SYMAD_OK;
  if (o->n_runs > 0)
    status = make_piece(o, step, run, limits, &o->run);
  if (status == SYMAD_OK && o->n_pieces > o->n_runs)
    status = make_piece(o, step, 1, limits, &o->single);
  if (status != SYMAD_OK) {
    symad_loop_free(o);
    return status;
  }
  *loop = o;
  return SYMAD_OK;
}

void symad_loop_free(symad_loop *loop) {
  if (loop == NULL)
    return;
  const memory m = loop->memory;
  symad_plan_free(loop->run.value);
  symad_plan_free(loop->run.fore);
  symad_plan_free(loop->run.adjoint);
  symad_plan_free(loop->single.value);
  symad_plan_free(loop->single.adjoint);
  (void)memory_resize(&m, loop, sizeof *loop, 0);
}

void symad_loop_stats(const symad_loop *loop, symad_loop_size *size) {
  size->n_steps = loop->n_steps;
  size->run = loop->n_runs > 0 ? loop->run.n_steps : 1;
  size->n_state = loop->n_state;
  size->n_x = loop->n_x;
  size->n_args = loop->n_args;
  size->n_y = loop->n_y;
}

/* ---- memory of a call ---- */

/* Pieces a segment: of each segment the first state is kept, and within one those of all its pieces. */
static size_t segment_of(const symad_loop *o, int64_t keep) {
  const size_t run = o->n_runs > 0 ? o->run.n_steps : 1, root = root_above(o->n_pieces);
  if (keep == SYMAD_KEEP_SQRT)
    return o->n_pieces <= 2 * root_above(o->n_steps) ? o->n_pieces : root;
  if (keep < 0 || (uint64_t)keep >= o->n_steps)
    return o->n_pieces;
  const size_t pieces = (size_t)keep / run;
  return pieces > 0 ? pieces : 1;
}

static size_t plan_bytes(const symad_loop *o) {
  const symad_plan *plans[4] = {o->run.value, o->run.adjoint, o->single.value, o->single.adjoint};
  size_t most = 0;
  for (int k = 0; k < 4; k++)
    if (plans[k] != NULL && symad_plan_work_size(plans[k], 1) > most)
      most = symad_plan_work_size(plans[k], 1);
  const size_t fore = o->run.fore == NULL ? 0 : symad_plan_work_size(o->run.fore, ABREAST);
  return fore > most ? fore : most;
}

/* Doubles: two states in turn, what one adjoint of a piece leaves behind the slopes of state, what it reads of a group. */
static size_t rest_of(const symad_loop *o) {
  const size_t run = o->n_runs > 0 ? o->run.n_steps : 1;
  return run * o->n_x + o->n_args + 2 * (size_t)o->n_state + ABREAST * o->run.n_kept;
}

size_t symad_loop_work_size(const symad_loop *loop, int64_t keep) {
  const size_t segment = segment_of(loop, keep), n_segments = (loop->n_pieces + segment - 1) / segment;
  return ((segment + n_segments) * loop->n_state + rest_of(loop)) * sizeof(double) + plan_bytes(loop);
}

/* ---- a call ---- */

/* What a call reads and fills. */
typedef struct call {
  const symad_loop *o;
  const double *xs, *args;
  double *ys;
  const symad_loop_adjoint *adjoint;
  double *spare; /* slopes of xs and args of one piece */
  double *kept;  /* what the adjoints of a group read */
  void *work;
} call;

static symad_columns reads(const double *data) {
  return (symad_columns){(double *)(uintptr_t)data, 0, 1};
}

static const piece *piece_at(const symad_loop *o, size_t k, size_t *step) {
  const int in_run = k < o->n_runs;
  *step = in_run ? k * o->run.n_steps : o->n_runs * o->run.n_steps + (k - o->n_runs);
  return in_run ? &o->run : &o->single;
}

static const double *row_of(const double *rows, size_t step, uint32_t n) {
  return n == 0 ? NULL : rows + step * n;
}

static void run_piece(const call *c, size_t k, const double *state, double *next) {
  size_t step;
  const piece *p = piece_at(c->o, k, &step);
  const symad_columns in[3] = {reads(state), reads(row_of(c->xs, step, c->o->n_x)), reads(c->args)};
  const symad_columns out[2] = {{next, 0, 1}, reads(row_of(c->ys, step, c->o->n_y))};
  (void)symad_plan_run(p->value, 1, in, out, c->work);
}

/* What the adjoints of the runs [first, end) read, from the states before them. */
static void run_fore(const call *c, size_t first, size_t end, const double *states) {
  const symad_loop *o = c->o;
  const ptrdiff_t per_run = (ptrdiff_t)(o->run.n_steps * o->n_x);
  const symad_columns in[3] = {{(double *)(uintptr_t)states, o->n_state, 1},
                               {(double *)(uintptr_t)row_of(c->xs, first * o->run.n_steps, o->n_x), per_run, 1},
                               reads(c->args)};
  const symad_columns out[2] = {{c->kept, 1, ABREAST}, reads(NULL)};
  if (o->run.fore != NULL)
    (void)symad_plan_run(o->run.fore, end - first, in, out, c->work);
}

/* Slopes of the state behind piece k become those of the state before it; a run is the one at `place` of its group. */
static void run_adjoint(const call *c, size_t k, size_t place, const double *state, const double *weights,
                        double *slopes) {
  size_t step;
  const symad_loop *o = c->o;
  const piece *p = piece_at(o, k, &step);
  const symad_loop_adjoint *a = c->adjoint;
  const size_t n_xs = p->n_steps * o->n_x;
  const symad_columns in[6] = {reads(state),   reads(row_of(c->xs, step, o->n_x)),        reads(c->args),
                               reads(weights), reads(row_of(a->y_weights, step, o->n_y)), reads(a->arg_slopes)};
  const int is_run = p == &o->run;
  const symad_columns behind[4] = {{is_run ? c->kept + place : c->kept, 0, ABREAST}, in[3], in[4], in[5]};
  const symad_columns out[2] = {{slopes, 0, 1}, {c->spare, 0, 1}};
  (void)symad_plan_run(p->adjoint, 1, is_run ? behind : in, out, c->work);
  if (n_xs > 0)
    memcpy(a->x_slopes + step * o->n_x, c->spare, n_xs * sizeof(double));
  if (o->n_args > 0)
    memcpy(a->arg_slopes, c->spare + n_xs, o->n_args * sizeof(double));
}

static void copy(double *to, const double *from, size_t n) {
  if (n > 0)
    memcpy(to, from, n * sizeof *to);
}

symad_status symad_loop_value(const symad_loop *loop, const double *state, const double *xs, const double *args,
                              double *end, double *ys, void *work) {
  const size_t n = loop->n_state;
  double *turns[2] = {work, (double *)work + n};
  const call c = {loop, xs, args, ys, NULL, NULL, NULL, turns[1] + n};
  copy(turns[0], state, n);
  for (size_t k = 0; k < loop->n_pieces; k++)
    run_piece(&c, k, turns[k % 2], turns[(k + 1) % 2]);
  copy(end, turns[loop->n_pieces % 2], n);
  return SYMAD_OK;
}

/* Runs pieces [first, end) from the state at `inner`, keeping the state before each of them there; *last gets the one
 * behind them. */
static void run_segment(const call *c, size_t first, size_t end, double *inner, double *last) {
  const size_t n = c->o->n_state;
  for (size_t k = first; k < end; k++)
    run_piece(c, k, inner + (k - first) * n, k + 1 < end ? inner + (k + 1 - first) * n : last);
}

/* The adjoints of pieces [first, end), whose states are at `inner`, from the last to the first; returns which of the two
 * `turns` the slopes are in. */
static size_t run_adjoints(const call *c, size_t first, size_t end, const double *inner, double *turns, size_t turn) {
  const size_t n = c->o->n_state, n_runs = c->o->n_runs;
  size_t group = end; /* where it begins */
  for (size_t k = end; k-- > first; turn ^= 1) {
    if (k < n_runs && (k + 1 == n_runs || k < group)) {
      group = k - first < ABREAST ? first : k + 1 - ABREAST;
      run_fore(c, group, k + 1, inner + (group - first) * n);
    }
    run_adjoint(c, k, k - group, inner + (k - first) * n, turns + turn * n, turns + (turn ^ 1) * n);
  }
  return turn;
}

symad_status symad_loop_value_and_adjoint(const symad_loop *loop, int64_t keep, const double *state, const double *xs,
                                          const double *args, double *end, double *ys,
                                          const symad_loop_adjoint *adjoint, void *work) {
  const size_t n = loop->n_state, segment = segment_of(loop, keep), n_pieces = loop->n_pieces;
  const size_t n_segments = (n_pieces + segment - 1) / segment;
  double *starts = work, *inner = starts + n_segments * n, *turns = inner + segment * n;
  double *rest = turns + rest_of(loop), *kept = rest - ABREAST * loop->run.n_kept;
  const call c = {loop, xs, args, ys, adjoint, turns + 2 * n, kept, rest};
  copy(starts, state, n);
  for (size_t s = 0; s < n_segments; s++) {
    const size_t first = s * segment, last = first + segment < n_pieces ? first + segment : n_pieces;
    copy(inner, starts + s * n, n);
    run_segment(&c, first, last, inner, s + 1 < n_segments ? starts + (s + 1) * n : turns);
  }
  copy(end, turns, n);
  copy(turns, adjoint->end_weights, n);
  for (uint32_t k = 0; k < loop->n_args; k++)
    adjoint->arg_slopes[k] = 0.0;
  size_t turn = 0;
  for (size_t s = n_segments; s-- > 0;) {
    const size_t first = s * segment, last = first + segment < n_pieces ? first + segment : n_pieces;
    if (s + 1 < n_segments) {
      copy(inner, starts + s * n, n);
      run_segment(&c, first, last - 1, inner, inner + (last - 1 - first) * n);
    }
    turn = run_adjoints(&c, first, last, inner, turns, turn);
  }
  copy(adjoint->state_slopes, turns + turn * n, n);
  return SYMAD_OK;
}
