/* Forms as nodes: the rows' partials, and the functions that are only shorthand for other rows. */
#include "derive/partials.h"

#include "derive/form.h"

#define K(x) form_code(CODE_HALVES + 8 + (int)(2 * (x)))
#define NONE form_code(CODE_HALVES + 8)
#define LITERAL(index) form_code(CODE_LITERAL + (index))

#if defined(__GNUC__)
#define MAYBE_UNUSED __attribute__((unused))
#else
#define MAYBE_UNUSED
#endif

#define OPS(NAME, ...)
#define OP0(NAME, number, ...)          \
  MAYBE_UNUSED static form NAME(void) { \
    return form_code(number);           \
  }
#define OPC(NAME, number, ...)                    \
  MAYBE_UNUSED static form NAME(form a, form b) { \
    return form_join(a, b, number);               \
  }
#define OP1(NAME, number, ...)            \
  MAYBE_UNUSED static form NAME(form a) { \
    return form_append(a, number);        \
  }
#define OP2 OPC
#include "symad_ops.def"
#undef OP0
#undef OP1
#undef OP2
#undef OPC

static form SELECT(form a, form b, form c) {
  return form_join(a, form_join(b, c, SYMAD_OP_SELECT), -1);
}

static form partial_form(uint32_t op, int which) {
  const form a = form_code(CODE_A), b = form_code(CODE_B), r = form_code(CODE_R);
  (void)b, (void)r;
  switch (op) {
#define OP0(NAME, ...)
#define OPC(NAME, ...)
#define OP1(NAME, number, cost, text, sympy, domain, bound, definition, value, da) \
  case number:                                                                     \
    return da;
#define OP2(NAME, number, cost, text, sympy, domain, bound, definition, value, da, db) \
  case number:                                                                         \
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

/* ---- shorthands ---- */

static const double literals[] = {0.044715, 1.0507009873554805, 1.6732632423543772, 0.01, 180.0};
#define GELU_CUBIC LITERAL(0)
#define SELU_SCALE LITERAL(1)
#define SELU_ALPHA LITERAL(2)
#define LEAK LITERAL(3)
#define HALF_TURN LITERAL(4)
#define HALF K(0.5)
#define POLYNOMIAL(NAME) form_code(CODE_POLYNOMIAL + POLYNOMIAL_##NAME)
#define TWO K(2)
#define ONE K(1)

/* Selections, not Max: at 0 the slope is that of the left branch. gelu_tanh: Hendrycks and Gimpel 2016; selu:
 * Klambauer et al. 2017; mish: Misra 2019. */
#define SHORTHANDS(S)                                                                                              \
  S("relu", 1, SELECT(GT(a, K(0)), a, K(0)))                                                                       \
  S("leaky_relu", 1, SELECT(GT(a, K(0)), a, MUL(LEAK, a)))                                                         \
  S("leaky_relu", 2, SELECT(GT(a, K(0)), a, MUL(b, a)))                                                            \
  S("elu", 1, SELECT(GT(a, K(0)), a, EXPM1(a)))                                                                    \
  S("elu", 2, SELECT(GT(a, K(0)), a, MUL(b, EXPM1(a))))                                                            \
  S("selu", 1, MUL(SELU_SCALE, SELECT(GT(a, K(0)), a, MUL(SELU_ALPHA, EXPM1(a)))))                                 \
  S("gelu", 1, MUL(DIV(a, K(2)), ERFC(NEG(DIV(a, SQRT(K(2)))))))                                                   \
  S("gelu_tanh", 1, MUL(a, SIGMOID(MUL(MUL(K(2), SQRT(DIV(K(2), PI()))), ADD(a, MUL(GELU_CUBIC, POW(a, K(3)))))))) \
  S("silu", 1, MUL(a, SIGMOID(a)))                                                                                 \
  S("swish", 1, MUL(a, SIGMOID(a)))                                                                                \
  S("mish", 1, MUL(a, TANH(SOFTPLUS(a))))                                                                          \
  S("log", 2, DIV(LOG(a), LOG(b)))                                                                                 \
  S("logsigmoid", 1, NEG(SOFTPLUS(NEG(a))))                                                                        \
  S("tanhshrink", 1, SUB(a, TANH(a)))                                                                              \
  S("square", 1, MUL(a, a))                                                                                        \
  S("radians", 1, MUL(a, DIV(PI(), HALF_TURN)))                                                                    \
  S("degrees", 1, MUL(a, DIV(HALF_TURN, PI())))                                                                    \
  S("root", 2, POW(a, DIV(ONE, b)))                                                                                \
  S("fma", 3, ADD(MUL(a, b), c))                                                                                   \
  S("fdim", 2, SELECT(LE(a, b), K(0), SUB(a, b)))                                                                  \
  S("copysign", 2, SELECT(LT(b, K(0)), NEG(ABS(a)), ABS(a)))                                                       \
  S("Heaviside", 2, SELECT(LT(a, K(0)), K(0), SELECT(GT(a, K(0)), ONE, SELECT(EQ(a, K(0)), b, NAN_VALUE()))))      \
  S("KroneckerDelta", 2, SELECT(EQ(a, b), ONE, K(0)))                                                              \
  S("trigamma", 1, POLYGAMMA(ONE, a))                                                                              \
  S("Li", 1, SUB(LI(a), LI(TWO)))                                                                                  \
  S("erf2", 2, SUB(ERF(b), ERF(a)))                                                                                \
  S("spence", 1, POLYLOG(TWO, SUB(ONE, a)))                                                                        \
  S("dirichlet_eta", 1, MUL(NEG(EXPM1(MUL(SUB(ONE, a), LN2()))), ZETA(a)))                                         \
  S("rf", 2, MUL(BINOMIAL(SUB(ADD(a, b), ONE), b), FACTORIAL(b)))                                                  \
  S("RisingFactorial", 2, MUL(BINOMIAL(SUB(ADD(a, b), ONE), b), FACTORIAL(b)))                                     \
  S("ff", 2, MUL(BINOMIAL(a, b), FACTORIAL(b)))                                                                    \
  S("FallingFactorial", 2, MUL(BINOMIAL(a, b), FACTORIAL(b)))                                                      \
  S("catalan", 1, DIV(BINOMIAL(MUL(TWO, a), a), ADD(a, ONE)))                                                      \
  S("subfactorial", 1, DIV(UPPERGAMMA(ADD(a, ONE), K(-1)), E()))                                                   \
  S("jn", 2, MUL(SQRT(DIV(PI(), MUL(TWO, b))), BESSELJ(ADD(a, HALF), b)))                                          \
  S("yn", 2, MUL(SQRT(DIV(PI(), MUL(TWO, b))), BESSELY(ADD(a, HALF), b)))                                          \
  S("hermite_prob", 2, MUL(POW(TWO, NEG(DIV(a, TWO))), HERMITE(a, DIV(b, SQRT(TWO)))))                             \
  S("gegenbauer", 3, POLYNOMIAL(GEGENBAUER))                                                                       \
  S("assoc_laguerre", 3, POLYNOMIAL(LAGUERRE))                                                                     \
  S("jacobi", 4, POLYNOMIAL(JACOBI))                                                                               \
  S("assoc_legendre", 3, POLYNOMIAL(LEGENDRE))

static form shorthand_form(uint32_t index) {
  const form a = form_code(CODE_A), b = form_code(CODE_B), c = form_code(CODE_C);
  uint32_t i = 0;
#define TRY(text, arity, formula) \
  if (i++ == index)               \
    return formula;
  SHORTHANDS(TRY)
#undef TRY
  return a;
}

const shorthand *shorthand_at(uint32_t index) {
  static const shorthand all[] = {
#define ROW(text, arity, formula) {text, arity},
      SHORTHANDS(ROW)
#undef ROW
  };
  return index < sizeof all / sizeof *all ? &all[index] : NULL;
}

/* ---- forms as nodes ---- */

typedef symad_status adder(symad_builder *b, uint32_t op, uint32_t x, uint32_t y, uint32_t z, uint32_t *node);

static symad_status add_as_written(symad_builder *b, uint32_t op, uint32_t x, uint32_t y, uint32_t z, uint32_t *node) {
  const uint32_t operands[3] = {x, y, z};
  return symad_builder_op(b, op, operands, (size_t)op_arity(op), node);
}

static symad_status leaf(symad_builder *b, const uint32_t abcr[4], int code, uint32_t *added) {
  if (code >= CODE_A) {
    *added = abcr[code - CODE_A];
    return SYMAD_OK;
  }
  return symad_builder_number(b, code >= CODE_LITERAL ? literals[code - CODE_LITERAL] : (code - CODE_HALVES - 8) / 2.0,
                              added);
}

static symad_status build(symad_builder *b, const form *f, const uint32_t abcr[4], adder *add, uint32_t *node) {
  uint32_t stack[FORM_SIZE] = {0};
  size_t depth = 0;
  symad_status status = SYMAD_OK;
  for (int i = 0; i < f->length && status == SYMAD_OK; i++) {
    int code = f->code[i];
    if (code >= CODE_HALVES) {
      status = leaf(b, abcr, code, &stack[depth++]);
      continue;
    }
    size_t arity = (size_t)op_arity((uint32_t)code);
    depth -= arity;
    const uint32_t *x = stack + depth;
    status = add(b, (uint32_t)code, x[0], arity > 1 ? x[1] : 0, arity > 2 ? x[2] : 0, &stack[depth]);
    depth++;
  }
  *node = stack[0];
  return status;
}

symad_status partial_node(symad_builder *b, uint32_t node, int which, uint32_t *partial) {
  const symad_node n = ITEMS(symad_node, b->nodes)[node];
  const form f = partial_form(n.op, which);
  const uint32_t abcr[4] = {n.a, n.b, n.c, node};
  return build(b, &f, abcr, rewrite_add, partial);
}

symad_status shorthand_node(symad_builder *b, uint32_t index, const uint32_t operands[4], uint32_t *node) {
  const form f = shorthand_form(index);
  if (f.code[0] >= CODE_POLYNOMIAL)
    return polynomial_node(b, f.code[0] - CODE_POLYNOMIAL, operands, node);
  return build(b, &f, operands, add_as_written, node);
}
