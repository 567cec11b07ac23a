/* Objectives: a row's formula, split into what parameters alone decide and what rows need, and summed over rows. */
#ifndef SYMAD_SUMS_H
#define SYMAD_SUMS_H

#include "plan/plan.h"
#include "symad_rows.h"

/* ---- nodes of one graph in another (graft.c) ---- */

/* Copies what the n nodes `wanted` of v need into b. ids, an entry a node of v, says what stands for it there; an entry
 * that is set on entry, as those of inputs must be, ends the copy. */
symad_status graft(symad_builder *b, const symad_view *v, const uint32_t *wanted, size_t n, uint32_t *ids);

/* A whole tape in b: inputs says what stands for its inputs, outputs gets what stands for its outputs. */
symad_status graft_tape(symad_builder *b, const symad_tape *tape, const uint32_t *inputs, uint32_t *outputs);

/* ---- the cut between parameters and rows (split.c) ---- */

/* A tape whose first inputs are parameters, in two: `outer` has these inputs and gives the boundary, the values that rows
 * read; `inner` has the boundary as its first inputs, and then the data. Together they are the tape, operation for
 * operation. boundary: the nodes of the tape; fixed: for each output 1 where no data reach it. Without a boundary `outer`
 * is NULL, without an output of rows `inner` is. */
typedef struct split {
  symad_tape *outer, *inner;
  array boundary; /* uint32_t */
  array fixed;    /* uint8_t, an output */
} split;

#define SPLIT_KEEP 1u  /* `inner` has all outputs, those too that no data reach */
#define SPLIT_PLAIN 2u /* the boundary is the parameters: nothing is computed before the rows */
#define SPLIT_BOUND 4u /* the same where the boundary would be much larger than they are */

/* *s is zeroed; to be freed even where this fails. */
symad_status split_tape(const symad_tape *tape, uint32_t n_parameters, unsigned how, split *s);
void split_free(const memory *m, split *s);

/* ---- programs (slopes.c, around.c) ---- */

/* What is asked of an objective, and the tapes on the way; all of them are freed by recipe_free. */
typedef struct recipe {
  const symad_limits *limits;
  memory memory;
  int kind;
  uint32_t flags;
  uint32_t n_parameters, n_data; /* n_data without the column of weights */
  uint32_t n_outputs;            /* of the row */
  symad_tape *row;               /* parameters, data, and the weight where there are weights */
  split first;                   /* of the row */
  symad_tape *gradient;          /* value, slopes by the boundary and their lives, for what is derived once more */
  symad_tape *slopes;            /* boundary, its direction where there is one, data -> what is summed */
  split second;                  /* of that */
  symad_tape *before, *after;    /* parameters, direction -> uniforms; parameters, direction, sums, count -> results */
  const symad_tape *penalty;
  uint32_t n_boundary;
} recipe;

int recipe_has_direction(const recipe *r);
int recipe_is_each(const recipe *r);
symad_status recipe_row(recipe *r, const symad_tape *given, const uint32_t *parameters);
symad_status recipe_slopes(recipe *r);
symad_status recipe_before(recipe *r);
symad_status recipe_after(recipe *r);
void recipe_free(recipe *r);
symad_status recipe_builder(const recipe *r, symad_builder **b);
/* Declares n inputs by the names of those from `first` on of another tape. */
symad_status recipe_inputs(symad_builder *b, const symad_tape *like, uint32_t first, uint32_t n, uint32_t *nodes);

/* ---- the order of a sum (counter.c) ---- */

/* Sums of chunks that follow each other, joined in pairs of equal size as far as their places allow: what each block of
 * 2^level chunks that begins at a multiple of its size adds up to, no block being half of a larger one that is there. */
#define CHUNK 4096

size_t counter_size(size_t n_rows, uint32_t n_sums); /* doubles */
void counter_start(double *counter, uint32_t n_sums, double first_chunk);
double *counter_room(double *counter); /* where the sums of the next chunk go; counter_push then counts it */
void counter_push(double *counter, double level);
int counter_join(double *counter, const double *more); /* 0: what is in `more` does not follow */
void counter_total(const double *counter, double *total);

#endif
