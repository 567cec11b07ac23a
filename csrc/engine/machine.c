/* Machine code over tiles: columns whose points lie side by side are read and written where they are, others go through
 * tiles in work memory. What is left of the points is a tile with some of those before once more, or, where there are less than
 * a tile in all, one that is filled up with copies of the last point. */
#include "engine/engine.h"

#define LINE 64 /* bytes: frame, slots and tiles begin at multiples */

static size_t lines(size_t n_doubles) {
  return (n_doubles * sizeof(double) + LINE - 1) / LINE * (LINE / sizeof(double));
}

static size_t n_columns(const symad_plan *plan) {
  return (size_t)plan->n_inputs - plan->n_uniforms + plan->n_outputs;
}

static size_t frame_doubles(size_t n) {
  return lines((sizeof(code_frame) + n * sizeof(double *) + sizeof(double) - 1) / sizeof(double));
}

size_t machine_tile_doubles(const symad_plan *plan) {
  const size_t slots = plan->machine.n_slots + n_columns(plan);
  return frame_doubles(n_columns(plan)) + slots * plan->engine->wide.n_points + lines(plan->longest_list);
}

size_t machine_one_doubles(const symad_plan *plan) {
  return frame_doubles(2) + lines(n_columns(plan)) + plan->machine.n_slots_one + plan->longest_list;
}

/* ---- tiles ---- */

/* A block of columns, and its first column among all. */
typedef struct block {
  const symad_columns *given;
  uint32_t first, n;
  int is_output;
  int is_direct; /* code finds the columns where they are: no tile of theirs */
} block;

enum { KEPT = 8 /* blocks that are looked at once */ };

typedef struct run {
  const symad_plan *plan;
  const symad_columns *inputs, *outputs;
  code_frame *frame;
  double *tiles; /* one a column */
  int streams;
  int is_far;   /* columns are in no cache: a tile after the other, the next one's inputs on their way */
  int is_whole; /* no tile is filled up */
  uint32_t n_blocks;
  block blocks[KEPT];
} run;

/* Block k of inputs, then of outputs. */
static block block_at(const run *r, uint32_t k) {
  const symad_plan *plan = r->plan;
  const uint32_t *ends = plan->ends.data, n_blocks = (uint32_t)plan->ends.count;
  const uint32_t n_inputs = plan->n_inputs - plan->n_uniforms;
  block b;
  b.is_output = k >= n_blocks;
  if (!b.is_output) {
    b.given = &r->inputs[k];
    b.first = k == 0 ? 0 : ends[k - 1] - plan->n_uniforms;
    b.n = ends[k] - plan->n_uniforms - b.first;
  } else {
    b.given = &r->outputs[k - n_blocks];
    b.first = n_inputs + (k == n_blocks ? 0 : plan->first_outputs);
    b.n = k == n_blocks ? plan->first_outputs : plan->n_outputs - plan->first_outputs;
  }
  const int is_in_place = b.n == 0 || (b.is_output && plan->is_sum) ||
                          (b.given->row == 1 && !(b.is_output && r->streams)); /* streams fill whole lines of a tile */
  b.is_direct = r->is_whole && is_in_place;
  return b;
}

static const block *block_of(const run *r, uint32_t k, block *room) {
  if (k < KEPT)
    return &r->blocks[k];
  *room = block_at(r, k);
  return room;
}

static double *tiles_of(const run *r, const block *b) {
  return r->tiles + (size_t)b->first * r->plan->engine->wide.n_points;
}

static void fill_up(double *column, size_t n, size_t width) {
  for (size_t i = n; i < width; i++)
    column[i] = column[n - 1];
}

static void ask_for(const double *column, size_t n) {
  for (size_t k = 0; k < n; k += LINE / sizeof(double))
    PREFETCH(column + k);
}

static void point_at(const run *r, const block *b, size_t first, size_t n) {
  double **columns = r->frame->columns + b->first;
  const size_t start = b->is_output && r->plan->is_sum ? 0 : first;
  for (uint32_t k = 0; k < b->n; k++)
    columns[k] = b->given->data + start + (ptrdiff_t)k * b->given->column;
  for (uint32_t k = 0; k < b->n && r->is_far && !b->is_output; k++)
    ask_for(columns[k] + n, r->plan->engine->wide.n_points);
}

static void run_tiles(const run *r, size_t first, size_t n) {
  const engine_width *width = &r->plan->engine->wide;
  block room;
  for (uint32_t k = 0; k < r->n_blocks; k++) {
    const block *b = block_of(r, k, &room);
    if (b->is_direct)
      point_at(r, b, first, n);
    else if (!b->is_output && b->n > 0)
      width->gather(b->n, &(tile){b->given, NULL, (ptrdiff_t)first, (uint32_t)n, 0, r->is_far}, tiles_of(r, b));
    for (uint32_t i = 0; !b->is_direct && !b->is_output && i < b->n && !r->is_whole; i++)
      fill_up(tiles_of(r, b) + (size_t)i * width->n_points, n, width->n_points);
  }
  r->frame->n_bytes = (r->is_whole ? n : width->n_points) * sizeof(double);
  r->plan->machine.tiles(r->frame);
  for (uint32_t k = (uint32_t)r->plan->ends.count; k < r->n_blocks; k++) {
    const block *b = block_of(r, k, &room);
    if (!b->is_direct && b->n > 0)
      width->scatter(b->n, &(tile){NULL, b->given, (ptrdiff_t)first, (uint32_t)n, r->streams, 0}, tiles_of(r, b));
  }
}

void machine_run(const symad_plan *plan, const tile *range, size_t n_points, double *work) {
  const size_t width = plan->engine->wide.n_points, end = (size_t)range->first + n_points;
  run r = {.plan = plan, .inputs = range->inputs, .outputs = range->outputs, .streams = range->streams};
  int all_direct = 1;
  r.frame = (code_frame *)(void *)work;
  r.frame->slots = work + frame_doubles(n_columns(plan));
  r.frame->pool = plan->machine.pool;
  r.tiles = r.frame->slots + plan->machine.n_slots * width + lines(plan->longest_list);
  r.is_far = n_points > FAR_BYTES / sizeof(double) / n_columns(plan);
  r.is_whole = n_points >= width;
  r.n_blocks = (uint32_t)plan->ends.count + 2;
  for (uint32_t k = 0; k < r.n_blocks; k++) {
    const block b = block_at(&r, k);
    for (uint32_t i = 0; i < b.n; i++) /* for good where the block goes through tiles */
      r.frame->columns[b.first + i] = tiles_of(&r, &b) + (size_t)i * width;
    all_direct &= b.is_direct;
    if (k < KEPT)
      r.blocks[k] = b;
  }
  for (size_t first = (size_t)range->first, n; first < end; first += n) {
    n = end - first;
    if (n >= width)
      n = all_direct && !r.is_far ? n / width * width : width;
    else if (r.is_whole)
      first = end - (n = width);
    run_tiles(&r, first, n);
  }
}

/* ---- one point ---- */

/* Where the only block of a kind lies if its numbers lie side by side. */
static double *numbers_in_place(const symad_columns *blocks, uint32_t n_first, uint32_t n_second, ptrdiff_t first) {
  if (n_second == 0 && blocks[0].column == 1)
    return blocks[0].data + first * blocks[0].row;
  return n_first == 0 && blocks[1].column == 1 ? blocks[1].data + first * blocks[1].row : NULL;
}

static void move_numbers(const symad_columns *blocks, uint32_t n_first, uint32_t n, ptrdiff_t first, double *beside,
                         int is_output) {
  for (uint32_t k = 0; k < n; k++) {
    const symad_columns *of = &blocks[k >= n_first];
    double *number = of->data + first * of->row + (ptrdiff_t)(k < n_first ? k : k - n_first) * of->column;
    if (is_output)
      *number = beside[k];
    else
      beside[k] = *number;
  }
}

void machine_one(const symad_plan *plan, const tile *point, double *work) {
  const uint32_t n_inputs = plan->n_inputs, n_outputs = plan->n_outputs;
  code_frame *frame = (code_frame *)(void *)work;
  double *beside = work + frame_doubles(2), *y;
  frame->slots = beside + lines(n_columns(plan));
  frame->pool = plan->machine.pool_one;
  frame->columns[0] = numbers_in_place(point->inputs, plan->first_inputs, n_inputs - plan->first_inputs, point->first);
  if (frame->columns[0] == NULL) {
    move_numbers(point->inputs, plan->first_inputs, n_inputs, point->first, beside, 0);
    frame->columns[0] = beside;
  }
  y = numbers_in_place(point->outputs, plan->first_outputs, n_outputs - plan->first_outputs, point->first);
  frame->columns[1] = y != NULL ? y : beside + n_inputs;
  plan->machine.one(frame);
  if (y == NULL)
    move_numbers(point->outputs, plan->first_outputs, n_outputs, point->first, beside + n_inputs, 1);
}
