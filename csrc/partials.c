/* The rows' partials as forms, and forms as nodes. */
#include "partials.h"

#include "form.h"

#define K(x) form_code(CODE_HALVES + 8 + (int)(2 * (x)))
#define NONE form_code(CODE_HALVES + 8)

#if defined(__GNUC__)
#define MAYBE_UNUSED __attribute__((unused))
#else
#define MAYBE_UNUSED
#endif

#define OPS(NAME, ...)
#define OP0(NAME, ...)
#define OPC(NAME, ...)
#define OP1(NAME, number, ...)            \
  MAYBE_UNUSED static form NAME(form a) { \
    return form_append(a, number);        \
  }
#define OP2(NAME, number, ...)                    \
  MAYBE_UNUSED static form NAME(form a, form b) { \
    return form_join(a, b, number);               \
  }
#include "symad_ops.def"
#undef OP1
#undef OP2

static form partial_form(uint32_t op, int which) {
  const form a = form_code(CODE_A), b = form_code(CODE_B), r = form_code(CODE_R);
  (void)b, (void)r;
  switch (op) {
#define OP1(NAME, number, cost, text, sympy, domain, definition, value, da) \
  case number:                                                              \
    return da;
#define OP2(NAME, number, cost, text, sympy, domain, definition, value, da, db) \
  case number:                                                                  \
    return which == 0 ? da : db;
#include "symad_ops.def"
#undef OP0
#undef OP1
#undef OP2
#undef OPC
#undef OPS
  default:
    return a;
  }
}

static symad_status leaf(symad_builder *b, const symad_node *n, uint32_t node, int code, uint32_t *added) {
  *added = code == CODE_A ? n->a : code == CODE_B ? n->b : node;
  return code >= CODE_A ? SYMAD_OK : symad_builder_number(b, (code - CODE_HALVES - 8) / 2.0, added);
}

symad_status partial_node(symad_builder *b, uint32_t node, int which, uint32_t *partial) {
  const symad_node n = ITEMS(symad_node, b->nodes)[node];
  const form f = partial_form(n.op, which);
  uint32_t stack[FORM_SIZE];
  size_t depth = 0;
  symad_status status = SYMAD_OK;
  for (int i = 0; i < f.length && status == SYMAD_OK; i++) {
    int code = f.code[i];
    if (code >= CODE_HALVES) {
      status = leaf(b, &n, node, code, &stack[depth++]);
    } else if (op_arity((uint32_t)code) == 1) {
      status = rewrite_add(b, (uint32_t)code, stack[depth - 1], 0, 0, &stack[depth - 1]);
    } else {
      depth--;
      status = rewrite_add(b, (uint32_t)code, stack[depth - 1], stack[depth], 0, &stack[depth - 1]);
    }
  }
  *partial = stack[0];
  return status;
}
