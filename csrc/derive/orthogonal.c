/* Orthogonal polynomials of more than two arguments as nodes: of an order that is written out, by the recurrences of
 * DLMF 18.9 and 14.10.3, step by step. The other arguments may be anything, and have slopes. */
#include "derive/partials.h"

#define MOST_ORDER 64

typedef struct {
  symad_builder *b;
  symad_status status;
} writer;

static uint32_t number(writer *w, double value) {
  uint32_t node = 0;
  if (w->status == SYMAD_OK)
    w->status = symad_builder_number(w->b, value, &node);
  return node;
}

static uint32_t both(writer *w, uint32_t op, uint32_t x, uint32_t y) {
  const uint32_t operands[2] = {x, y};
  uint32_t node = 0;
  if (w->status == SYMAD_OK)
    w->status = symad_builder_op(w->b, op, operands, (size_t)op_arity(op), &node);
  return node;
}

static uint32_t add(writer *w, uint32_t x, uint32_t y) {
  return both(w, SYMAD_OP_ADD, x, y);
}

static uint32_t sub(writer *w, uint32_t x, uint32_t y) {
  return both(w, SYMAD_OP_SUB, x, y);
}

static uint32_t mul(writer *w, uint32_t x, uint32_t y) {
  return both(w, SYMAD_OP_MUL, x, y);
}

static uint32_t plus(writer *w, uint32_t x, double shift) {
  return shift < 0.0 ? sub(w, x, number(w, -shift)) : shift == 0.0 ? x : add(w, x, number(w, shift));
}

static uint32_t times(writer *w, double factor, uint32_t x) {
  return factor == 1.0 ? x : mul(w, number(w, factor), x);
}

/* (line now - back before)/below. */
static uint32_t step(writer *w, uint32_t line, uint32_t now, uint32_t back, uint32_t before, uint32_t below) {
  return both(w, SYMAD_OP_DIV, sub(w, mul(w, line, now), mul(w, back, before)), below);
}

/* k C_k = 2 (k + l - 1) x C_k-1 - (k + 2 l - 2) C_k-2. */
static uint32_t gegenbauer(writer *w, int n, uint32_t l, uint32_t x) {
  uint32_t before = number(w, 1.0), now = mul(w, times(w, 2.0, l), x);
  for (int k = 2; k <= n; k++) {
    uint32_t line = mul(w, times(w, 2.0, plus(w, l, k - 1.0)), x), back = plus(w, times(w, 2.0, l), k - 2.0);
    uint32_t next = step(w, line, now, back, before, number(w, k));
    before = now;
    now = next;
  }
  return n == 0 ? before : now;
}

/* k L_k = (2 k - 1 + a - x) L_k-1 - (k - 1 + a) L_k-2. */
static uint32_t laguerre(writer *w, int n, uint32_t a, uint32_t x) {
  uint32_t before = number(w, 1.0), now = sub(w, plus(w, a, 1.0), x);
  for (int k = 2; k <= n; k++) {
    uint32_t line = sub(w, plus(w, a, 2.0 * k - 1.0), x);
    uint32_t next = step(w, line, now, plus(w, a, k - 1.0), before, number(w, k));
    before = now;
    now = next;
  }
  return n == 0 ? before : now;
}

/* With s = a + b: 2 k (k + s) (2 k + s - 2) P_k = (2 k + s - 1) ((2 k + s)(2 k + s - 2) x + (a - b) s) P_k-1
 * - 2 (k + a - 1)(k + b - 1)(2 k + s) P_k-2. */
static uint32_t jacobi(writer *w, int n, uint32_t a, uint32_t b, uint32_t x) {
  uint32_t s = add(w, a, b), spread = mul(w, sub(w, a, b), s), before = number(w, 1.0);
  uint32_t now = add(w, plus(w, a, 1.0), mul(w, times(w, 0.5, plus(w, s, 2.0)), plus(w, x, -1.0)));
  for (int k = 2; k <= n; k++) {
    uint32_t twice = plus(w, s, 2.0 * k), less = plus(w, s, 2.0 * k - 2.0);
    uint32_t line = mul(w, plus(w, s, 2.0 * k - 1.0), add(w, mul(w, mul(w, twice, less), x), spread));
    uint32_t back = mul(w, times(w, 2.0, mul(w, plus(w, a, k - 1.0), plus(w, b, k - 1.0))), twice);
    uint32_t below = times(w, 2.0 * k, mul(w, plus(w, s, k), less));
    uint32_t next = step(w, line, now, back, before, below);
    before = now;
    now = next;
  }
  return n == 0 ? before : now;
}

/* From P_m^m = (-1)^m (2 m - 1)!! (1 - x^2)^(m/2): (k - m) P_k = (2 k - 1) x P_k-1 - (k + m - 1) P_k-2; for m < 0
 * times (-1)^m (n + m)!/(n - m)!, DLMF 14.9.3. */
static uint32_t legendre(writer *w, int n, int order, uint32_t x) {
  int m = order < 0 ? -order : order;
  double factor = 1.0;
  for (int k = 1; k <= m; k++)
    factor *= order < 0 ? (2.0 * k - 1.0) / ((n - m + 2.0 * k - 1.0) * (n - m + 2.0 * k)) : 1.0 - 2.0 * k;
  uint32_t square = mul(w, plus(w, x, 1.0), sub(w, number(w, 1.0), x)), now = number(w, factor),
           before = number(w, 0.0);
  if (m > n)
    return before;
  uint32_t base = m % 2 == 0 ? square : both(w, SYMAD_OP_SQRT, square, square);
  if (m > 0)
    now = mul(w, now, both(w, SYMAD_OP_POW, base, number(w, m % 2 == 0 ? m / 2 : m)));
  for (int k = m + 1; k <= n; k++) {
    uint32_t next = step(w, times(w, 2.0 * k - 1.0, x), now, number(w, k + m - 1.0), before, number(w, k - m));
    before = now;
    now = next;
  }
  return now;
}

static int whole(const symad_builder *b, uint32_t node, int least, int *value) {
  rational r = builder_exact(b, node);
  *value = r.denominator == 1 && r.numerator >= least && r.numerator <= MOST_ORDER ? (int)r.numerator : 0;
  return r.denominator == 1 && r.numerator >= least && r.numerator <= MOST_ORDER;
}

symad_status polynomial_node(symad_builder *b, int which, const uint32_t operands[4], uint32_t *node) {
  writer w = {b, SYMAD_OK};
  int n, m = 0;
  if (!whole(b, operands[0], 0, &n) || (which == POLYNOMIAL_LEGENDRE && !whole(b, operands[1], -MOST_ORDER, &m)))
    return SYMAD_ERR_ORDER;
  if (which == POLYNOMIAL_GEGENBAUER)
    *node = gegenbauer(&w, n, operands[1], operands[2]);
  else if (which == POLYNOMIAL_LAGUERRE)
    *node = laguerre(&w, n, operands[1], operands[2]);
  else if (which == POLYNOMIAL_JACOBI)
    *node = jacobi(&w, n, operands[1], operands[2], operands[3]);
  else
    *node = legendre(&w, n, m, operands[2]);
  return w.status;
}
