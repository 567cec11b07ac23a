/* Tape to row steps: constants in a pool, small powers and lists written out, outputs behind what they are, and for each
 * operand the step that reads it next. Names no row. */
#include "code/code.h"
#include "plan/planner.h"

#include <string.h>

typedef struct lowering {
  program *to;
  planner p; /* what steps.c reads of one: the tape, and that no input is a number to it */
  symad_plan plan;
  array words, modes;
  uint32_t *same;          /* the value that stands for a node */
  uint32_t *output, *more; /* first output that is a node, then the output after an output */
  uint32_t *order;
  uint8_t *mode;
  size_t n_order;
} lowering;

/* The value of a node that is read; the tape's numbers get their place in the pool. */
static uint32_t value_of(lowering *l, uint32_t node, symad_status *status) {
  code_value *value = ITEMS(code_value, l->to->values) + node;
  double number;
  if (value->kind != VALUE_NUMBER || value->at != NO_NODE)
    return l->same[node];
  (void)constant_of(&l->p, node, &number);
  uint64_t bits;
  memcpy(&bits, &number, sizeof bits);
  value->at = (uint32_t)l->to->numbers.count;
  if (*status == SYMAD_OK)
    *status = array_append(&l->to->memory, &l->to->numbers, &bits, 1, sizeof bits);
  return node;
}

static symad_status add_value(lowering *l, uint32_t *value) {
  const code_value computed = {NEVER, NO_NODE, VALUE_COMPUTED, NO_GROUP};
  *value = (uint32_t)l->to->values.count;
  return array_append(&l->to->memory, &l->to->values, &computed, 1, sizeof computed);
}

static symad_status add_read(lowering *l, uint32_t value) {
  const code_read read = {value, NEVER};
  return array_append(&l->to->memory, &l->to->reads, &read, 1, sizeof read);
}

/* A step of the reads that were added since `first`. */
static symad_status add_step(lowering *l, code_step_kind kind, uint32_t what, size_t first, uint32_t result) {
  const uint32_t n = (uint32_t)(l->to->reads.count - first);
  const code_step step = {(uint8_t)kind, (uint8_t)what, (uint32_t)first, n,     result,
                          NO_NODE,       NO_NODE,       NEVER,           NEVER, NEVER};
  return array_append(&l->to->memory, &l->to->steps, &step, 1, sizeof step);
}

/* A recipe of values: of those named A, B and C it reads some. */
static symad_status add_recipe(lowering *l, uint32_t number, const uint32_t values[MOST_OPERANDS], uint32_t result) {
  const uint32_t reads = recipe_reads(recipe_at(number));
  const size_t first = l->to->reads.count;
  symad_status status = SYMAD_OK;
  for (uint32_t k = 0; k < MOST_OPERANDS && status == SYMAD_OK; k++)
    if (reads >> k & 1)
      status = add_read(l, values[k]);
  return status == SYMAD_OK ? add_step(l, DO_RECIPE, number, first, result) : status;
}

static symad_status add_outputs(lowering *l, uint32_t node) {
  symad_status status = SYMAD_OK;
  for (uint32_t k = l->output[node]; k != NO_NODE && status == SYMAD_OK; k = l->more[k]) {
    const size_t first = l->to->reads.count;
    const uint32_t value = value_of(l, node, &status);
    if (status == SYMAD_OK)
      status = add_read(l, value);
    if (status == SYMAD_OK)
      status = add_step(l, DO_OUTPUT, 0, first, k);
  }
  return status;
}

/* The product of two values: a new one, or the node itself where it is the last. */
static symad_status lower_product(lowering *l, uint32_t a, uint32_t b, uint32_t *result) {
  symad_status status = *result == NO_NODE ? add_value(l, result) : SYMAD_OK;
  return status == SYMAD_OK
             ? add_recipe(l, recipe_of_product(), (const uint32_t[MOST_OPERANDS]){a, b, NO_NODE}, *result)
             : status;
}

/* A power by the bits of its exponent. */
static symad_status lower_power(lowering *l, uint32_t node, uint32_t exponent) {
  symad_status status = SYMAD_OK;
  const uint32_t a = value_of(l, node_at(&l->p, node)->a, &status);
  uint32_t last = a;
  for (uint32_t bit = power_bit(exponent); bit > 0 && status == SYMAD_OK; bit /= 2) {
    const int times = (exponent & bit) != 0;
    uint32_t square = bit == 1 && !times ? node : NO_NODE, product = bit == 1 ? node : NO_NODE;
    status = lower_product(l, last, last, &square);
    if (status == SYMAD_OK && times)
      status = lower_product(l, square, a, &product);
    last = times ? product : square;
  }
  return status;
}

static symad_status lower_list(lowering *l, uint32_t node, const list_recipe *list) {
  const symad_node *n = node_at(&l->p, node);
  symad_status status = SYMAD_OK;
  uint32_t values[MOST_OPERANDS] = {value_of(l, operand_at(&l->p, n, 0), &status), NO_NODE, NO_NODE};
  for (uint32_t k = 1; k < n->b && status == SYMAD_OK; k++) {
    uint32_t result = node;
    values[1] = value_of(l, operand_at(&l->p, n, k), &status);
    if (status == SYMAD_OK && (k + 1 < n->b || list->last != NO_RECIPE))
      status = add_value(l, &result);
    if (status == SYMAD_OK)
      status = add_recipe(l, k == 1 ? list->first : list->next, values, result);
    values[2] = result;
  }
  if (n->b == 1)
    l->same[node] = values[0];
  else if (list->last != NO_RECIPE && status == SYMAD_OK)
    status = add_recipe(l, list->last, values, node);
  return status;
}

/* A row that is called, or a set of rows. */
static symad_status lower_call(lowering *l, code_step_kind kind, uint32_t what, uint32_t node) {
  const symad_node *n = node_at(&l->p, node);
  const size_t first = l->to->reads.count;
  symad_status status = SYMAD_OK;
  for (uint32_t k = 0; k < operand_count(n) && status == SYMAD_OK; k++) {
    const uint32_t value = value_of(l, operand_at(&l->p, n, k), &status);
    if (status == SYMAD_OK)
      status = add_read(l, value);
  }
  return status == SYMAD_OK ? add_step(l, kind, what, first, node) : status;
}

static symad_status lower_row(lowering *l, uint32_t node) {
  const symad_node *n = node_at(&l->p, node);
  const uint32_t exponent = product_exponent(&l->p, n);
  const list_recipe *list = recipe_of_list(n->run);
  const uint32_t number = recipe_of_row(n->run);
  symad_status status = SYMAD_OK;
  if (exponent > 0)
    return lower_power(l, node, exponent);
  if (list != NULL)
    return lower_list(l, node, list);
  if (number == NO_RECIPE)
    return lower_call(l, op_is_nary(n->run) ? DO_LIST : DO_CALL, n->run, node);
  uint32_t values[MOST_OPERANDS] = {NO_NODE, NO_NODE, NO_NODE};
  for (uint32_t k = 0; k < operand_count(n) && status == SYMAD_OK; k++)
    values[k] = value_of(l, operand_at(&l->p, n, k), &status);
  return status == SYMAD_OK ? add_recipe(l, number, values, node) : status;
}

/* Rows that are computed together stand side by side in the order, of one set no row twice. */
static symad_status lower_together(lowering *l, size_t *k) {
  const symad_node *n = node_at(&l->p, l->order[*k]);
  uint32_t results[3] = {NO_NODE, NO_NODE, NO_NODE}, set, of, at;
  const size_t start = *k;
  (void)together_place(n->run, &set, &at);
  symad_status status = lower_call(l, DO_TOGETHER, set, l->order[start]);
  for (; *k < l->n_order; ++*k) {
    const symad_node *m = node_at(&l->p, l->order[*k]);
    if (l->mode[l->order[*k]] != SYMAD_MODE_PAIRED || m->a != n->a || m->b != n->b ||
        !together_place(m->run, &of, &at) || of != set || results[at] != NO_NODE)
      break;
    results[at] = l->order[*k];
  }
  if (status == SYMAD_OK) {
    code_step *step = ITEMS(code_step, l->to->steps) + l->to->steps.count - 1;
    step->result = results[0];
    step->second = results[1];
    step->third = results[2];
  }
  for (size_t i = start; i < *k && status == SYMAD_OK; i++)
    status = add_outputs(l, l->order[i]);
  --*k;
  return status;
}

static symad_status lower_all(lowering *l) {
  const symad_view *v = l->p.v;
  const code_value *values;
  symad_status status = SYMAD_OK;
  for (size_t k = 0; k < l->n_order && status == SYMAD_OK; k++) {
    const uint32_t node = l->order[k];
    values = l->to->values.data;
    if (values[node].kind != VALUE_COMPUTED)
      continue; /* a number that the interpreter keeps in a slot */
    if (l->mode[node] == SYMAD_MODE_PAIRED) {
      status = lower_together(l, &k);
      continue;
    }
    status = lower_row(l, node);
    if (status == SYMAD_OK)
      status = add_outputs(l, node);
  }
  for (uint32_t k = 0; k < v->n_outputs && status == SYMAD_OK; k++) {
    const uint32_t node = v->outputs[k];
    values = l->to->values.data;
    if (values[node].kind != VALUE_COMPUTED) {
      status = add_outputs(l, node);
      l->output[node] = NO_NODE;
    }
  }
  return status;
}

/* From the last step to the first; what is left in the values is for those that no step computes. */
static void find_next_reads(program *p) {
  code_value *values = p->values.data;
  code_step *steps = p->steps.data;
  code_read *reads = p->reads.data;
  for (size_t i = p->steps.count; i-- > 0;) {
    code_step *step = &steps[i];
    if (step->kind != DO_OUTPUT) {
      step->result_next = step->result == NO_NODE ? NEVER : values[step->result].next;
      step->second_next = step->second == NO_NODE ? NEVER : values[step->second].next;
      step->third_next = step->third == NO_NODE ? NEVER : values[step->third].next;
    }
    for (uint32_t k = 0; k < step->n_reads; k++)
      reads[step->first + k].next = values[reads[step->first + k].value].next;
    for (uint32_t k = 0; k < step->n_reads; k++)
      values[reads[step->first + k].value].next = (uint32_t)i;
  }
}

static symad_status lowering_open(lowering *l, const symad_tape *tape) {
  const symad_view *v = &tape->view;
  const size_t n = v->n_nodes;
  program *to = l->to;
  symad_status status = array_reserve(&to->memory, &l->words, 3 * n + v->n_outputs, sizeof(uint32_t));
  if (status == SYMAD_OK)
    status = array_reserve(&to->memory, &l->modes, n, 1);
  if (status == SYMAD_OK)
    status = array_reserve(&to->memory, &to->values, n, sizeof(code_value));
  if (status == SYMAD_OK)
    status = array_append(&to->memory, &to->numbers, recipe_numbers, N_RECIPE_NUMBERS, sizeof *recipe_numbers);
  for (uint32_t k = 0; k < to->n_uniforms && status == SYMAD_OK; k++)
    status = array_append(&to->memory, &to->numbers, &recipe_numbers[AT_ZERO - FIRST_NUMBER], 1, sizeof(uint64_t));
  if (status != SYMAD_OK)
    return status;
  l->p.v = v;
  l->p.plan = &l->plan;
  l->same = l->words.data;
  l->output = l->same + n;
  l->order = l->output + n;
  l->more = l->order + n;
  l->mode = l->modes.data;
  memset(l->output, 0xff, n * sizeof(uint32_t)); /* NO_NODE */
  for (uint32_t k = v->n_outputs; k-- > 0;) {
    l->more[k] = l->output[v->outputs[k]];
    l->output[v->outputs[k]] = k;
  }
  for (uint32_t i = 0; i < n; i++) {
    code_value *value = ITEMS(code_value, to->values) + i;
    double number;
    *value = (code_value){NEVER, NO_NODE, VALUE_COMPUTED, NO_GROUP};
    l->same[i] = i;
    if (i < to->n_uniforms || constant_of(&l->p, i, &number))
      value->kind = VALUE_NUMBER;
    else if (i < v->n_inputs)
      value->kind = VALUE_INPUT;
    if (i < v->n_inputs)
      value->at = i < to->n_uniforms ? N_RECIPE_NUMBERS + i : i - to->n_uniforms;
  }
  to->values.count = n;
  return symad_tape_modes(tape, l->mode, l->order, &l->n_order);
}

symad_status code_lower(const symad_tape *tape, uint32_t n_uniforms, program *p) {
  lowering l;
  memset(&l, 0, sizeof l);
  memset(p, 0, sizeof *p);
  p->memory = tape->memory;
  p->n_uniforms = n_uniforms;
  p->n_inputs = tape->view.n_inputs - n_uniforms;
  p->n_outputs = tape->view.n_outputs;
  l.to = p;
  symad_status status = lowering_open(&l, tape);
  if (status == SYMAD_OK)
    status = lower_all(&l);
  if (status == SYMAD_OK)
    find_next_reads(p);
  array_free(&p->memory, &l.words, sizeof(uint32_t));
  array_free(&p->memory, &l.modes, 1);
  return status;
}

void program_free(program *p) {
  array_free(&p->memory, &p->steps, sizeof(code_step));
  array_free(&p->memory, &p->reads, sizeof(code_read));
  array_free(&p->memory, &p->values, sizeof(code_value));
  array_free(&p->memory, &p->numbers, sizeof(uint64_t));
}
