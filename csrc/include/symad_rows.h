/* symad: a formula summed over rows of data, with its derivatives by the parameters: objectives of fits.
 *
 * The general contract is that of symad.h. A row's formula has parameters and data; the objective is its sum over all
 * rows. What parameters alone decide is computed once a call, what is left is differentiated, evaluated and summed
 * inside the engine, and the derivatives are carried back to the parameters once: work memory does not grow with the
 * number of rows, but for 16 bytes a sum for each doubling of it.
 *
 * The order of a sum is part of the contract, so that the bits are the same for every engine, layout and number of
 * threads. Rows are numbered in the order in which they are given; 4,096 of them are a chunk. In a chunk, lane l of 8 adds
 * rows l, l + 8, l + 16, ... to 0; its sum is ((0+4) + (2+6)) + ((1+5) + (3+7)) of the lanes. Chunks are joined in pairs
 * of equal size, as a binary counter, and what is left over from small to large.
 */
#ifndef SYMAD_ROWS_H
#define SYMAD_ROWS_H

#include "symad.h"

#ifdef __cplusplus
extern "C" {
#endif

/* cffi-begin */

typedef struct symad_objective symad_objective;

#define SYMAD_ROWS_VALUE 0                /* 1 result */
#define SYMAD_ROWS_VALUE_AND_GRADIENT 1   /* 1 + n_parameters: the value, then the gradient */
#define SYMAD_ROWS_HVP 2                  /* n_parameters: the Hessian times a direction */
#define SYMAD_ROWS_GAUSS_NEWTON 3         /* half r'r, J'r, and the upper triangle of J'J row by row; residuals only */
#define SYMAD_ROWS_GAUSS_NEWTON_PRODUCT 4 /* n_parameters: J'J times a direction; residuals only */
#define SYMAD_ROWS_EACH 5                 /* no sums: the outputs of each row */
#define SYMAD_ROWS_EACH_JACOBIAN 6        /* no sums: for each output of each row its n_parameters slopes */

#define SYMAD_ROWS_RESIDUALS 1  /* the row gives residuals, any number: the objective is half their sum of squares */
#define SYMAD_ROWS_MEAN 2       /* sums are divided by the number of rows, or by the sum of the weights */
#define SYMAD_ROWS_WEIGHTS 4    /* one column of data more, the last: a factor of each row (of r*r, not of r) */
#define SYMAD_ROWS_AS_WRITTEN 8 /* nothing is computed before the rows: the order of operations in each row alone */
#define SYMAD_ROWS_CODE 16      /* machine code for the rows where there can be any (symad_code.h); the same bits */

/* What is asked for. parameters: which inputs of the row's tape are parameters, n_parameters of them, in the order that
 * results have; the others, in their order, are the columns of data, which lie in n_blocks arrays of columns[k] columns
 * each (with weights one block more, of one column). penalty: NULL, or a tape with the parameters as its inputs and one
 * output, which is added once (not for Gauss-Newton). kind is SYMAD_ROWS_ and a name, flags are or-ed; engine as for
 * symad_plan_new. */
typedef struct symad_objective_form {
  const uint32_t *parameters;
  const uint32_t *columns;
  const symad_tape *penalty;
  uint32_t n_parameters;
  uint32_t n_blocks;
  int32_t kind;
  uint32_t flags;
  int32_t engine;
} symad_objective_form;

typedef struct symad_objective_size {
  uint64_t n_results;      /* numbers, in all or a row */
  uint64_t n_uniforms;     /* numbers that rows read, computed once a call */
  uint64_t n_sums;         /* that are added up */
  uint64_t n_instructions; /* a row */
  uint64_t n_slots;        /* numbers a row at the same time */
  uint64_t n_before;       /* instructions once a call, before the rows and after them */
  uint64_t n_after;
} symad_objective_size;

/* The objective of a row's tape, in *objective; the tape is not needed afterwards, its allocator is. limits may be NULL
 * (only `nodes` is read). An objective never changes: any number of threads may use one. Since 0.1.
 * Returns OK, ERR_ARGUMENT (form: no parameter, one twice, columns that do not add up, a kind that does not fit the
 * flags, an engine that this processor does not run), ERR_OUTPUTS (several outputs that are no residuals), ERR_MEMORY,
 * ERR_LIMIT_NODES, ERR_VERIFY for a loaded tape in which an operation occurs twice. */
SYMAD_API symad_status symad_objective_new(const symad_tape *row, const symad_objective_form *form,
                                           const symad_limits *limits, symad_objective **objective);

/* What an objective runs, for those who run it themselves or print it: three tapes, each NULL where there is nothing to
 * do. *before has the parameters as its inputs, then their direction where the kind has one, and gives the uniforms; *rows
 * has these and the data of a row (then its weight) and gives what is summed; *after has the parameters, the direction,
 * the sums and the number of rows, and gives the results. row, form and limits are as for symad_objective_new; kinds
 * without sums are ERR_ARGUMENT. Each tape is freed by symad_tape_free. Since 0.1. Returns OK, ERR_ARGUMENT, ERR_OUTPUTS,
 * ERR_MEMORY, ERR_LIMIT_NODES, ERR_VERIFY. */
SYMAD_API symad_status symad_objective_tapes(const symad_tape *row, const symad_objective_form *form,
                                             const symad_limits *limits, symad_tape **before, symad_tape **rows,
                                             symad_tape **after);

/* Frees an objective, which no thread may use any longer; NULL is allowed. Since 0.1. */
SYMAD_API void symad_objective_free(symad_objective *objective);

/* Fills *size with the numbers of an objective. Since 0.1. */
SYMAD_API void symad_objective_stats(const symad_objective *objective, symad_objective_size *size);

/* Bytes of work memory that each of the calls below needs for n_rows rows at most; one block a concurrent call. Since
 * 0.1. */
SYMAD_API size_t symad_objective_work_size(const symad_objective *objective, size_t n_rows);

/* The whole of it: results at the parameters p, in the order of the kind. direction has n_parameters entries, and is NULL
 * for kinds without one. data: n_blocks columns over n_rows rows, 0 allowed, whose strides may be any; those with weights
 * have one block more. work has symad_objective_work_size(objective, n_rows) bytes. Not for kinds without sums, which
 * return ERR_ARGUMENT. Since 0.1. Returns OK, ERR_ARGUMENT. */
SYMAD_API symad_status symad_objective_run(const symad_objective *objective, const double *p, const double *direction,
                                           size_t n_rows, const symad_columns *data, double *results, void *work);

/* The same in steps, for threads or machines that share the rows. First the uniforms, n_uniforms doubles that all of them
 * read, from p, direction and work as above. Since 0.1. Returns OK. */
SYMAD_API symad_status symad_objective_begin(const symad_objective *objective, const double *p, const double *direction,
                                             double *uniforms, void *work);

/* Doubles of the sums of a part that has n_rows rows, or of parts that together have them. Since 0.1. */
SYMAD_API size_t symad_objective_sums_size(const symad_objective *objective, size_t n_rows);

/* Then sums over n_rows rows of which the first is number first_row of all, a multiple of 4,096, into sums, which are
 * plain numbers and may be copied; uniforms, data and work as above, data beginning with that row. Since 0.1.
 * Returns OK, ERR_ARGUMENT (first_row). */
SYMAD_API symad_status symad_objective_sum(const symad_objective *objective, const double *uniforms, size_t first_row,
                                           size_t n_rows, const symad_columns *data, double *sums, void *work);

/* Appends to sums those of the rows that follow, `more`; sums has room for both parts. Since 0.1.
 * Returns OK, ERR_ARGUMENT where the rows of more do not follow, those before them being whole chunks. */
SYMAD_API symad_status symad_objective_join(const symad_objective *objective, double *sums, const double *more);

/* Last the results from the sums of all n_rows rows; p, direction, results and work as above. Since 0.1. Returns OK. */
SYMAD_API symad_status symad_objective_end(const symad_objective *objective, const double *p, const double *direction,
                                           size_t n_rows, const double *sums, double *results, void *work);

/* For kinds without sums: the results of each of n_rows rows into outputs, columns of n_results; uniforms, data and work as
 * above. Since 0.1. Returns OK, ERR_ARGUMENT for the other kinds. */
SYMAD_API symad_status symad_objective_each(const symad_objective *objective, const double *uniforms, size_t n_rows,
                                            const symad_columns *data, const symad_columns *outputs, void *work);

/* cffi-end */

#ifdef __cplusplus
}
#endif
#endif
