/* Tape to plan: the instructions in their order, and the slots they use.
 *
 * Stored nodes keep the tape's order, each preceded by the chain below it, so trees sink to their user; a slot is free
 * again, last in first out, after its last reader. No step changes a bit.
 */
#include "plan/planner.h"

#include <assert.h>
#include <string.h>

/* ---- instructions and slots ---- */

static symad_status emit(planner *p, const instr *one) {
  p->riding = NO_NODE;
  return array_append(&p->plan->memory, &p->plan->code, one, 1, sizeof *one);
}

static symad_status take_slot(planner *p, uint32_t node) {
  array *all = &p->free_slots;
  assert(p->slot[node] == NO_NODE); /* a value is computed once */
  p->slot[node] = all->count > 0 ? ITEMS(uint32_t, *all)[--all->count] : p->plan->n_slots++;
  return p->plan->n_slots == NO_NODE ? SYMAD_ERR_LIMIT_NODES : SYMAD_OK;
}

/* One read of a node's slot less; after the last one the slot can be taken again. */
static symad_status release(planner *p, uint32_t node) {
  assert(p->slot[node] != NO_NODE && p->reads[node] > 0); /* as many reads as were counted, of what is there */
  return --p->reads[node] > 0 ? SYMAD_OK
                              : array_append(&p->plan->memory, &p->free_slots, &p->slot[node], 1, sizeof(uint32_t));
}

static uint32_t first_of(uint32_t k, uint32_t split) {
  return k < split ? 0 : split;
}

/* Groups of eight columns; a group never reaches over the border between the two blocks. */
static uint32_t group_of(uint32_t k, uint32_t split) {
  return k < split ? k / GROUP : (split + GROUP - 1) / GROUP + (k - split) / GROUP;
}

/* The columns of the group that k belongs to: [*start, *end). */
static void group_columns(uint32_t k, uint32_t split, uint32_t n, uint32_t *start, uint32_t *end) {
  uint32_t base = first_of(k, split), limit = k < split ? split : n;
  *start = base + (k - base) / GROUP * GROUP;
  *end = *start + GROUP < limit ? *start + GROUP : limit;
}

static symad_status move_group(planner *p, uint32_t op, const uint32_t head[3], const uint32_t *slots) {
  instr one = {op, 0, (uint32_t)p->plan->list.count, 0, 0.0, {0.0}};
  symad_status status = array_append(&p->plan->memory, &p->plan->list, head, 3, sizeof(uint32_t));
  if (status == SYMAD_OK)
    status = array_append(&p->plan->memory, &p->plan->list, slots, head[2], sizeof(uint32_t));
  return status == SYMAD_OK ? emit(p, &one) : status;
}

static symad_status flush_outputs(planner *p, uint32_t k) {
  uint32_t start, end, slots[GROUP] = {0};
  group_columns(k, p->first_outputs, p->v->n_outputs, &start, &end);
  symad_status status = SYMAD_OK;
  for (uint32_t j = start; j < end; j++)
    slots[j - start] = p->slot[p->v->outputs[j]];
  const uint32_t base = first_of(start, p->first_outputs);
  const uint32_t head[3] = {base != 0 || start >= p->first_outputs, start - base, end - start};
  status = move_group(p, p->plan->is_sum ? INSTR_SUMS : INSTR_OUTPUTS, head, slots);
  for (uint32_t j = start; j < end && status == SYMAD_OK; j++)
    status = release(p, p->v->outputs[j]);
  return status;
}

/* The node has its slot now: groups of outputs that waited for nothing else go out. */
static symad_status settle(planner *p, uint32_t node) {
  symad_status status = SYMAD_OK;
  for (uint32_t k = p->output[node]; k != NO_NODE && status == SYMAD_OK; k = p->next_output[k])
    if (--p->pending[group_of(k, p->first_outputs)] == 0)
      status = flush_outputs(p, k);
  return status;
}

/* A number of the call that a kernel or a selection reads from a slot. */
static symad_status load_uniform(planner *p, uint32_t input) {
  instr one = {2 * STEP_CONST + 1, 0, 0, 0, 0.0, {0.0}};
  (void)constant_of(p, input, &one.k);
  symad_status status = take_slot(p, input);
  one.dst = p->slot[input];
  if (status == SYMAD_OK)
    status = emit(p, &one);
  return status == SYMAD_OK ? settle(p, input) : status;
}

static symad_status load_inputs(planner *p, uint32_t input) {
  const uint32_t *ends = p->plan->ends.data;
  uint32_t slots[GROUP] = {0}, block = 0, base = p->plan->n_uniforms;
  for (; ends[block] <= input; block++)
    base = ends[block];
  const uint32_t start = base + (input - base) / GROUP * GROUP;
  const uint32_t end = start + GROUP < ends[block] ? start + GROUP : ends[block];
  symad_status status = SYMAD_OK;
  for (uint32_t j = start; j < end && status == SYMAD_OK; j++) {
    slots[j - start] = NO_NODE;
    if (p->reads[j] == 0)
      continue;
    status = take_slot(p, j);
    slots[j - start] = p->slot[j];
  }
  if (status == SYMAD_OK)
    status = move_group(p, INSTR_INPUTS, (const uint32_t[3]){block, start - base, end - start}, slots);
  for (uint32_t j = start; j < end && status == SYMAD_OK; j++)
    status = settle(p, j);
  return status;
}

static symad_status ensure_input(planner *p, uint32_t node) {
  if (node >= p->v->n_inputs || p->slot[node] != NO_NODE || p->reads[node] == 0)
    return SYMAD_OK;
  return node < p->plan->n_uniforms ? load_uniform(p, node) : load_inputs(p, node);
}

/* ---- steps ---- */

typedef struct place {
  enum { IN_SLOT, FORWARDED, RIDING, A_NUMBER, A_PRODUCT } kind;
  uint32_t node;
  double k;
} place;

static place place_of(const planner *p, uint32_t user, uint32_t i) {
  place o = {IN_SLOT, i, 0.0};
  if (p->below[user] == i)
    o.kind = RIDING;
  else if (constant_of(p, i, &o.k))
    o.kind = A_NUMBER;
  else if (MODE(p->mode[i]) == FUSED)
    o.kind = A_PRODUCT;
  else if (p->forwarded == i)
    o.kind = FORWARDED;
  return o;
}

/* One operand of the lowest node of a chain may be what the accumulator holds already; its slot is not read then. */
static symad_status forward_operand(planner *p, place *o) {
  p->forwarded = NO_NODE;
  if (o->kind != FORWARDED)
    return SYMAD_OK;
  o->kind = RIDING;
  return release(p, o->node);
}

/* Appends a step that reads the slots of up to two nodes (NO_NODE: none), merged into the one before where it can. */
static symad_status step(planner *p, uint32_t number, uint32_t a, uint32_t b, double k) {
  instr one = {2 * number, 0, a == NO_NODE ? 0 : p->slot[a], b == NO_NODE ? 0 : p->slot[b], k, {0.0}};
  array *code = &p->plan->code;
  symad_status status = SYMAD_OK;
  if (code->count > p->chain_start && merge_steps(&ITEMS(instr, *code)[code->count - 1], &one))
    status = SYMAD_OK;
  else
    status = emit(p, &one);
  if (status == SYMAD_OK && a != NO_NODE)
    status = release(p, a);
  if (status == SYMAD_OK && b != NO_NODE)
    status = release(p, b);
  return status;
}

/* R op (product), or (product) op R, in a sum or difference. */
static symad_status product_step(planner *p, int subtract, int product_first, uint32_t product) {
  double k;
  int with_number = 1;
  uint32_t factors[2];
  if (product_factors(p, product, factors)) { /* (-x)*y + R is R - x*y */
    subtract = !subtract;
    product_first = 0;
  }
  uint32_t a = factors[0], b = factors[1];
  if (constant_of(p, b, &k))
    b = NO_NODE;
  else if (constant_of(p, a, &k))
    a = b, b = NO_NODE;
  else
    with_number = 0, k = 0.0;
  uint32_t plain = !subtract ? STEP_R_ADDMUL : product_first ? STEP_R_RSUBMUL : STEP_R_SUBMUL;
  uint32_t scaled = !subtract ? STEP_R_ADDMULK : product_first ? STEP_R_RSUBMULK : STEP_R_SUBMULK;
  return step(p, with_number ? scaled : plain, a, b, k);
}

static symad_status binary_steps(planner *p, uint32_t i, const symad_node *n) {
  static const uint32_t ops[4] = {SYMAD_OP_ADD, SYMAD_OP_SUB, SYMAD_OP_MUL, SYMAD_OP_DIV};
  static const uint32_t two[4] = {STEP_ADD, STEP_SUB, STEP_MUL, STEP_DIV};
  static const uint32_t slot_number[4] = {STEP_ADDK, STEP_ADDK, STEP_MULK, STEP_DIVK};
  static const uint32_t number_slot[4] = {STEP_ADDK, STEP_RSUBK, STEP_MULK, STEP_RDIVK};
  static const uint32_t riding_slot[4] = {STEP_R_ADD, STEP_R_SUB, STEP_R_MUL, STEP_R_DIV};
  static const uint32_t slot_riding[4] = {STEP_R_ADD, STEP_R_RSUB, STEP_R_MUL, STEP_R_RDIV};
  static const uint32_t riding_number[4] = {STEP_R_ADDK, STEP_R_ADDK, STEP_R_MULK, STEP_R_DIVK};
  static const uint32_t number_riding[4] = {STEP_R_ADDK, STEP_R_RSUBK, STEP_R_MULK, STEP_R_RDIVK};
  uint32_t f = 0;
  while (ops[f] != n->run)
    f++;
  place x = place_of(p, i, n->a), y = place_of(p, i, n->b);
  double yk = n->run == SYMAD_OP_SUB ? -y.k : y.k; /* a - k is a + (-k), to the bit */
  symad_status status = forward_operand(p, x.kind == FORWARDED ? &x : &y);
  if (status == SYMAD_OK && n->a == n->b && x.kind == RIDING && y.kind == FORWARDED && n->run == SYMAD_OP_MUL) {
    y.kind = RIDING;
    status = release(p, n->b);
  }
  if (status != SYMAD_OK)
    return status;
  if (x.kind == RIDING && y.kind == RIDING)
    return step(p, STEP_R_SQUARE, NO_NODE, NO_NODE, 0.0);
  if (x.kind == A_PRODUCT || y.kind == A_PRODUCT)
    return product_step(p, n->run == SYMAD_OP_SUB, x.kind == A_PRODUCT, x.kind == A_PRODUCT ? x.node : y.node);
  if (x.kind == RIDING)
    return y.kind == A_NUMBER ? step(p, riding_number[f], NO_NODE, NO_NODE, yk)
                              : step(p, riding_slot[f], y.node, NO_NODE, 0.0);
  if (y.kind == RIDING)
    return x.kind == A_NUMBER ? step(p, number_riding[f], NO_NODE, NO_NODE, x.k)
                              : step(p, slot_riding[f], x.node, NO_NODE, 0.0);
  if (x.kind == A_NUMBER && y.kind == A_NUMBER) {
    status = step(p, STEP_CONST, NO_NODE, NO_NODE, x.k);
    return status == SYMAD_OK ? step(p, riding_number[f], NO_NODE, NO_NODE, yk) : status;
  }
  if (x.kind == A_NUMBER)
    return step(p, number_slot[f], y.node, NO_NODE, x.k);
  if (y.kind == A_NUMBER)
    return step(p, slot_number[f], x.node, NO_NODE, yk);
  return step(p, two[f], x.node, y.node, 0.0);
}

/* The operand into the accumulator, unless it rides there already. */
static symad_status load(planner *p, place o) {
  symad_status status = forward_operand(p, &o);
  if (o.kind == RIDING)
    return status;
  return o.kind == A_NUMBER ? step(p, STEP_CONST, NO_NODE, NO_NODE, o.k) : step(p, STEP_LOAD, o.node, NO_NODE, 0.0);
}

static symad_status select_steps(planner *p, uint32_t i, const symad_node *n) {
  place then = place_of(p, i, n->b), otherwise = place_of(p, i, n->c);
  if (otherwise.kind == RIDING)
    return then.kind == A_NUMBER ? step(p, STEP_R_ELSEK, n->a, NO_NODE, then.k)
                                 : step(p, STEP_R_ELSE, n->a, then.node, 0.0);
  symad_status status = load(p, then);
  if (status != SYMAD_OK)
    return status;
  return otherwise.kind == A_NUMBER ? step(p, STEP_R_THENK, n->a, NO_NODE, otherwise.k)
                                    : step(p, STEP_R_THEN, n->a, otherwise.node, 0.0);
}

static symad_status list_steps(planner *p, uint32_t i, const symad_node *n) {
  uint32_t first = operand_at(p, n, 0);
  place start = place_of(p, i, first);
  symad_status status = SYMAD_OK;
  if (op_is_extreme(n->run)) {
    status = load(p, start);
    for (uint32_t k = 1; k < n->b && status == SYMAD_OK; k++)
      status = step(p, n->run == SYMAD_OP_MAX ? STEP_R_MAX : STEP_R_MIN, operand_at(p, n, k), NO_NODE, 0.0);
    return status;
  }
  p->reads[first] += n->b - 1; /* every comparison reads the result, and so does the last step */
  for (uint32_t k = 1; k < n->b && status == SYMAD_OK; k++)
    status = step(p, k == 1 ? STEP_EQUAL : STEP_R_COUNT, operand_at(p, n, k), first, 0.0);
  return status == SYMAD_OK ? step(p, STEP_R_SHARE, first, NO_NODE, 0.0) : status;
}

static symad_status power_steps(planner *p, uint32_t i, const symad_node *n) {
  const uint32_t exponent = product_exponent(p, n), first = power_bit(exponent);
  symad_status status = SYMAD_OK;
  for (uint32_t bit = first; bit > 0 && status == SYMAD_OK; bit /= 2) {
    if (bit == first && p->below[i] != n->a)
      status = step(p, STEP_MUL, n->a, n->a, 0.0);
    else
      status = step(p, STEP_R_SQUARE, NO_NODE, NO_NODE, 0.0);
    if (status == SYMAD_OK && exponent & bit)
      status = step(p, STEP_R_MUL, n->a, NO_NODE, 0.0);
  }
  return status;
}

static symad_status node_steps(planner *p, uint32_t i) {
  const symad_node *n = node_at(p, i);
  if (is_arithmetic(n->run))
    return binary_steps(p, i, n);
  if (n->run == SYMAD_OP_SELECT)
    return select_steps(p, i, n);
  if (n->run == SYMAD_OP_POWN)
    return power_steps(p, i, n);
  if (op_is_nary(n->run))
    return list_steps(p, i, n);
  place x = place_of(p, i, n->a);
  symad_status status = forward_operand(p, &x);
  if (status != SYMAD_OK)
    return status;
  return x.kind == RIDING ? step(p, STEP_R_NEG, NO_NODE, NO_NODE, 0.0) : step(p, STEP_NEG, n->a, NO_NODE, 0.0);
}

/* ---- stored nodes ---- */

static symad_status ensure_inputs_of(planner *p, uint32_t i) {
  const symad_node *n = node_at(p, i);
  symad_status status = SYMAD_OK;
  for (uint32_t k = 0; k < operand_count(n) && status == SYMAD_OK; k++) {
    uint32_t operand = operand_at(p, n, k);
    status = MODE(p->mode[operand]) == FUSED ? ensure_inputs_of(p, operand) : ensure_input(p, operand);
  }
  return status;
}

/* The chain that ends in node i, bottom first, its last step storing. */
static symad_status emit_chain(planner *p, uint32_t i) {
  p->path.count = 0;
  symad_status status = SYMAD_OK;
  for (uint32_t at = i; at != NO_NODE && status == SYMAD_OK; at = p->below[at]) {
    status = ensure_inputs_of(p, at);
    if (status == SYMAD_OK)
      status = array_append(&p->plan->memory, &p->path, &at, 1, sizeof at);
  }
  p->chain_start = p->plan->code.count;
  p->forwarded = p->riding;
  while (p->path.count > 0 && status == SYMAD_OK) {
    status = node_steps(p, ITEMS(uint32_t, p->path)[--p->path.count]);
    p->forwarded = NO_NODE;
  }
  if (status == SYMAD_OK)
    status = take_slot(p, i);
  if (status != SYMAD_OK)
    return status;
  instr *last = &ITEMS(instr, p->plan->code)[p->plan->code.count - 1];
  last->op++;
  last->dst = p->slot[i];
  p->riding = i;
  return SYMAD_OK;
}

static symad_status emit_list_row(planner *p, uint32_t i, const symad_node *n) {
  instr one = {INSTR_LIST + n->run, 0, (uint32_t)p->plan->list.count, n->b, 0.0, {0.0}};
  symad_status status = take_slot(p, i);
  one.dst = p->slot[i];
  p->plan->longest_list = n->b > p->plan->longest_list ? n->b : p->plan->longest_list;
  for (uint32_t k = 0; k < n->b && status == SYMAD_OK; k++)
    status = array_append(&p->plan->memory, &p->plan->list, &p->slot[operand_at(p, n, k)], 1, sizeof(uint32_t));
  for (uint32_t k = 0; k < n->b && status == SYMAD_OK; k++)
    status = release(p, operand_at(p, n, k));
  return status == SYMAD_OK ? emit(p, &one) : status;
}

/* The other rows that are computed together with node i, into their slots. */
static symad_status join_results(planner *p, uint32_t i, const symad_node *n, instr *one) {
  uint32_t set = 0, at = 0, slots[3] = {NO_NODE, NO_NODE, NO_NODE};
  symad_status status = SYMAD_OK;
  (void)together_place(n->run, &set, &at);
  slots[at] = p->slot[i];
  for (uint32_t other = p->twin[i]; other != i && status == SYMAD_OK; other = p->twin[other]) {
    (void)together_place(node_at(p, other)->run, &set, &at);
    status = take_slot(p, other);
    slots[at] = p->slot[other];
    for (uint32_t k = 0; k < operand_count(n); k++)
      p->reads[operand_at(p, n, k)]--;
  }
  one->op = INSTR_TOGETHER + set;
  one->dst = slots[0];
  one->u.s.c = slots[1];
  one->u.s.d = slots[2];
  return status;
}

/* A row by its kernel: never in place, since a kernel may look at its operand twice. */
static symad_status emit_row(planner *p, uint32_t i, const symad_node *n) {
  uint32_t count = operand_count(n);
  instr one = {INSTR_ROW + n->run, 0, p->slot[n->a], count > 1 ? p->slot[n->b] : p->slot[n->a], 0.0, {0.0}};
  symad_status status = take_slot(p, i);
  one.dst = p->slot[i];
  if (p->twin[i] != NO_NODE && status == SYMAD_OK)
    status = join_results(p, i, n, &one);
  for (uint32_t k = 0; k < count && status == SYMAD_OK; k++)
    status = release(p, operand_at(p, n, k));
  if (status == SYMAD_OK)
    status = emit(p, &one);
  for (uint32_t other = p->twin[i]; other != NO_NODE && other != i && status == SYMAD_OK; other = p->twin[other])
    status = settle(p, other);
  return status;
}

static symad_status emit_node(planner *p, uint32_t i) {
  const symad_node *n = node_at(p, i);
  double k;
  symad_status status;
  if (constant_of(p, i, &k)) {
    status = take_slot(p, i);
    const instr one = {2 * STEP_CONST + 1, p->slot[i], 0, 0, k, {0.0}};
    return status == SYMAD_OK ? emit(p, &one) : status;
  }
  if (has_steps(p, n))
    return emit_chain(p, i);
  status = ensure_inputs_of(p, i);
  if (status != SYMAD_OK)
    return status;
  return op_is_nary(n->run) ? emit_list_row(p, i, n) : emit_row(p, i, n);
}

static symad_status emit_all(planner *p) {
  const symad_view *v = p->v;
  symad_status status = SYMAD_OK;
  for (uint32_t k = v->n_outputs; k-- > 0;) {
    p->next_output[k] = p->output[v->outputs[k]];
    p->output[v->outputs[k]] = k;
    p->pending[group_of(k, p->first_outputs)]++;
  }
  for (size_t k = 0; k < p->order.count && status == SYMAD_OK; k++) {
    uint32_t i = ITEMS(uint32_t, p->order)[k];
    if (p->slot[i] != NO_NODE)
      continue;
    status = emit_node(p, i);
    if (status == SYMAD_OK)
      status = settle(p, i);
  }
  for (uint32_t k = 0; k < v->n_outputs && status == SYMAD_OK; k++)
    status = ensure_input(p, v->outputs[k]);
  p->plan->ordinals = (uint32_t)p->plan->list.count;
  for (uint32_t k = 0; k < p->plan->longest_list && status == SYMAD_OK; k++)
    status = array_append(&p->plan->memory, &p->plan->list, &k, 1, sizeof k);
  return status;
}

static symad_status plan_fill(symad_plan *made, const symad_tape *tape) {
  planner p;
  symad_status status = planner_open(&p, tape, made);
  p.first_outputs = made->first_outputs;
  if (status == SYMAD_OK)
    status = emit_all(&p);
  planner_close(&p);
  return status == SYMAD_OK ? find_uniforms(made) : status;
}

symad_status plan_new(const symad_tape *tape, const plan_shape *shape, int engine, symad_plan **plan) {
  const symad_view *v = &tape->view;
  symad_plan *made = memory_resize(&tape->memory, NULL, 0, sizeof *made);
  if (made == NULL)
    return SYMAD_ERR_MEMORY;
  memset(made, 0, sizeof *made);
  made->memory = tape->memory;
  made->n_inputs = v->n_inputs;
  made->n_outputs = v->n_outputs;
  made->n_uniforms = shape->n_uniforms;
  made->first_inputs = shape->ends[0] - shape->n_uniforms;
  made->first_outputs = shape->first_outputs;
  made->is_sum = shape->is_sum;
  symad_status status = engine_choose(engine, &made->engine);
  if (status == SYMAD_OK)
    status = array_append(&made->memory, &made->ends, shape->ends, shape->n_blocks, sizeof(uint32_t));
  if (status == SYMAD_OK)
    status = plan_fill(made, tape);
  if (status != SYMAD_OK) {
    symad_plan_free(made);
    return status;
  }
  *plan = made;
  return SYMAD_OK;
}

symad_status symad_plan_new(const symad_tape *tape, uint32_t first_inputs, uint32_t first_outputs, int engine,
                            symad_plan **plan) {
  const symad_view *v = &tape->view;
  const uint32_t ends[2] = {first_inputs, v->n_inputs};
  if (first_inputs > v->n_inputs || first_outputs > v->n_outputs || engine < SYMAD_ENGINE_BEST)
    return SYMAD_ERR_ARGUMENT;
  return plan_new(tape, &(plan_shape){0, ends, 2, first_outputs, 0}, engine, plan);
}

void symad_plan_free(symad_plan *plan) {
  if (plan == NULL)
    return;
  memory m = plan->memory;
  if (plan->machine.pages != NULL)
    plan->machine.memory.unmap(plan->machine.memory.context, plan->machine.pages, plan->machine.n_pages_bytes);
  array_free(&m, &plan->code, sizeof(instr));
  array_free(&m, &plan->list, sizeof(uint32_t));
  array_free(&m, &plan->ends, sizeof(uint32_t));
  array_free(&m, &plan->uniform_reads, sizeof(uniform_read));
  (void)memory_resize(&m, plan, sizeof *plan, 0);
}
