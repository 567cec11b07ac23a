/* Machine code for a plan: its pieces laid behind each other in one mapping, which is sealed before anything runs. */
#include "code/code.h"

#include <string.h>

#define PART_BYTES 64 /* each part begins at a multiple: what vectors read is aligned */

#if defined(SYMAD_X86_ENGINES)

/* A piece of code with its pool, and where they lie in the mapping. */
typedef struct piece {
  const code_target *target;
  code_made made;
  size_t code_at, pool_at, n_pool;
} piece;

static size_t rounded(size_t n) {
  return (n + PART_BYTES - 1) / PART_BYTES * PART_BYTES;
}

static const code_target *target_of(const symad_plan *plan) {
  return plan->engine->kernels == NULL                     ? NULL
         : plan->engine->wide.n_points == code_avx2.points ? &code_avx2
                                                           : &code_avx512;
}

static void measure(piece *p, const program *from, size_t *size) {
  p->code_at = *size;
  *size += rounded(p->made.bytes.count);
  p->pool_at = *size;
  p->n_pool = from->numbers.count * p->target->pool_bytes + p->made.lists.count * sizeof(uint32_t);
  *size += rounded(p->n_pool);
}

static void lay(const piece *p, const program *from, unsigned char *start) {
  const uint64_t *numbers = from->numbers.data;
  uint64_t *pool = (uint64_t *)(void *)(start + p->pool_at);
  const size_t n_copies = p->target->pool_bytes / 8;
  memcpy(start + p->code_at, p->made.bytes.data, p->made.bytes.count);
  for (size_t k = 0; k < from->numbers.count; k++)
    for (size_t copy = 0; copy < n_copies; copy++)
      *pool++ = numbers[k];
  if (p->made.lists.count > 0)
    memcpy(pool, p->made.lists.data, p->made.lists.count * sizeof(uint32_t));
}

/* A function at an address, which C knows no way to write. */
static code_run *function_at(const void *address) {
  code_run *function;
  memcpy(&function, &address, sizeof function);
  return function;
}

static symad_status lay_all(const program *from, const piece *tiles, const piece *one, size_t size,
                            const symad_code_memory *pages, machine_code *to) {
  unsigned char *start = pages->map(pages->context, size);
  if (start == NULL)
    return SYMAD_ERR_CODE;
  lay(tiles, from, start);
  if (one->target != NULL)
    lay(one, from, start);
  if (!pages->seal(pages->context, start, size)) {
    pages->unmap(pages->context, start, size);
    return SYMAD_ERR_CODE;
  }
  to->tiles = function_at(start + tiles->code_at);
  to->pool = start + tiles->pool_at;
  to->n_pool = tiles->n_pool;
  to->n_slots = tiles->made.n_slots;
  to->n_bytes = tiles->made.bytes.count + one->made.bytes.count;
  if (one->target != NULL) {
    to->one = function_at(start + one->code_at);
    to->pool_one = start + one->pool_at;
    to->n_pool_one = one->n_pool;
    to->n_slots_one = one->made.n_slots;
  }
  to->first_uniform = N_RECIPE_NUMBERS;
  to->n_copies = tiles->target->pool_bytes / 8u;
  to->memory = *pages;
  to->pages = start;
  to->n_pages_bytes = size;
  return SYMAD_OK;
}

static symad_status emit_piece(const program *p, const code_form *form, piece *to) {
  to->target = form->target;
  return code_emit(p, form, &to->made);
}

static void piece_free(const memory *m, piece *p) {
  array_free(m, &p->made.bytes, 1);
  array_free(m, &p->made.lists, sizeof(uint32_t));
}

static symad_status compile_for(symad_plan *plan, const symad_tape *tape, const code_target *target, unsigned flags,
                                const symad_code_memory *pages, const code_limits *limits) {
  program p;
  piece tiles, one;
  machine_code made;
  size_t size = 0;
  memset(&tiles, 0, sizeof tiles);
  memset(&one, 0, sizeof one);
  memset(&made, 0, sizeof made);
  symad_status status = code_lower(tape, plan->n_uniforms, &p);
  if (status == SYMAD_OK)
    status = emit_piece(&p, &(code_form){target, plan->engine->kernels, plan->is_sum, *limits}, &tiles);
  if (status == SYMAD_OK && flags & SYMAD_CODE_ONE && plan->ends.count == 2 && plan->n_uniforms == 0)
    status = emit_piece(&p, &(code_form){&code_one, one_kernel, 0, *limits}, &one);
  if (status == SYMAD_OK) {
    measure(&tiles, &p, &size);
    if (one.target != NULL)
      measure(&one, &p, &size);
    status = lay_all(&p, &tiles, &one, size, pages, &made);
  }
  if (status == SYMAD_OK)
    plan->machine = made;
  piece_free(&p.memory, &tiles);
  piece_free(&p.memory, &one);
  program_free(&p);
  return status;
}

symad_status plan_compile(symad_plan *plan, const symad_tape *tape, unsigned flags, const symad_code_memory *pages,
                          const code_limits *limits) {
  const code_target *target = target_of(plan);
  if (pages == NULL)
    pages = &system_pages;
  if (target == NULL || pages->map == NULL || plan->native != NULL || plan->machine.tiles != NULL)
    return SYMAD_ERR_CODE;
  return compile_for(plan, tape, target, flags, pages, limits);
}

#else

symad_status plan_compile(symad_plan *plan, const symad_tape *tape, unsigned flags, const symad_code_memory *pages,
                          const code_limits *limits) {
  (void)plan, (void)tape, (void)flags, (void)pages, (void)limits;
  return SYMAD_ERR_CODE;
}

#endif

symad_status symad_plan_compile(symad_plan *plan, const symad_tape *tape, unsigned flags,
                                const symad_code_memory *pages) {
  const code_limits limits = {0, 0, 0};
  if (flags & ~(unsigned)SYMAD_CODE_ONE || tape->view.n_inputs != plan->n_inputs ||
      tape->view.n_outputs != plan->n_outputs)
    return SYMAD_ERR_ARGUMENT;
  return plan_compile(plan, tape, flags, pages, &limits);
}

size_t symad_plan_code_size(const symad_plan *plan) {
  return plan->machine.n_bytes;
}

const void *symad_plan_code(const symad_plan *plan, size_t *n_bytes) {
  *n_bytes = plan->machine.n_pages_bytes;
  return plan->machine.pages;
}
