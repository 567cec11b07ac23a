/* symad: machine code for plans, made here without a compiler. The general contract is that of symad.h.
 *
 * The code does what the plan's engine does, with the same bits. Nothing is compiled unless it is asked for, pages are
 * never writable and executable at once, and where code cannot be made the plan runs as before.
 */
#ifndef SYMAD_CODE_H
#define SYMAD_CODE_H

#include "symad.h"

#ifdef __cplusplus
extern "C" {
#endif

/* cffi-begin */

/* Pages for code, from a caller who has his own: map gives `size` bytes that can be written, or NULL; seal makes them
 * executable and no longer writable, and returns 1, or 0 where that is refused; unmap takes them back, sealed or not. */
typedef struct symad_code_memory {
  void *context;
  void *(*map)(void *context, size_t size);
  int (*seal)(void *context, void *start, size_t size);
  void (*unmap)(void *context, void *start, size_t size);
} symad_code_memory;

#define SYMAD_CODE_ONE 1 /* also code for one point */

/* Machine code for a plan, in place of its engine, of the instruction set that the engine has; tape is the one that the
 * plan came from. flags is 0 or SYMAD_CODE_ONE (sums over rows: SYMAD_ROWS_CODE of symad_rows.h). memory is NULL for the
 * system's pages; it is copied, and what its context points to must outlive the plan. To be called before anything else
 * knows the plan, which stays as it was where this fails. symad_plan_engine then names the code, and
 * symad_plan_work_size may give more than before. Since 0.1.
 * Returns OK, ERR_CODE (this processor, engine or system has none, the program is too long, or its code would be slower),
 * ERR_MEMORY, ERR_ARGUMENT (flags, or a tape with other inputs or outputs than the plan). */
SYMAD_API symad_status symad_plan_compile(symad_plan *plan, const symad_tape *tape, unsigned flags,
                                          const symad_code_memory *memory);

/* Bytes of machine code that a plan has, 0 where it has none. Since 0.1. */
SYMAD_API size_t symad_plan_code_size(const symad_plan *plan);

/* Where the code and the numbers that it reads lie, for tools that name addresses: the start, and *n_bytes from there; NULL
 * and 0 where a plan has none. Since 0.1. */
SYMAD_API const void *symad_plan_code(const symad_plan *plan, size_t *n_bytes);

/* cffi-end */

#ifdef __cplusplus
}
#endif
#endif
