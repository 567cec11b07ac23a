/* Machine code for a plan: whether it can be had, and what the plan then holds. */
#include "plan/plan.h"
#include "symad_code.h"

symad_status symad_plan_compile(symad_plan *plan, const symad_tape *tape, unsigned flags,
                                const symad_code_memory *memory) {
  (void)memory;
  if (flags & ~(unsigned)SYMAD_CODE_ONE || tape->view.n_inputs != plan->n_inputs ||
      tape->view.n_outputs != plan->n_outputs)
    return SYMAD_ERR_ARGUMENT;
  return SYMAD_ERR_CODE;
}

size_t symad_plan_code_size(const symad_plan *plan) {
  (void)plan;
  return 0;
}
