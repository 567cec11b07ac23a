/* symad: formulas, their derivatives and their evaluation, in plain C.
 *
 * A *builder* collects operations as hash-consed nodes; finishing it gives a *tape*: an immutable, verified
 * list of nodes, operands before their users, with inputs and outputs. A derivative is another tape.
 *
 * General contract, which the comments below only add to:
 *
 * Errors. Every function that can fail returns a status (0 is success, see symad_status.def); its comment lists them
 * behind "Returns". A call that fails keeps no memory, and of its results only `detail` is to be read, but for the
 * functions that say otherwise. No function prints, exits, sets errno or keeps global state. Leaving the domain of
 * an operation is no error: nan and the infinities flow as IEEE 754 says.
 * Pointers must not be NULL unless the comment says so, and point to as many entries as it says. Arrays of one call
 * must not overlap unless said so. Inputs are read during the call only: none is kept.
 * Ownership. What a function makes (symad_builder, symad_tape, symad_plan) belongs to the caller, who frees it by
 * the function of that name; text and views that a function returns belong to what they were asked of.
 * Threads. A tape and a plan never change: any number of threads may use one, until one of them frees it. A builder
 * belongs to one thread at a time. Evaluation allocates nothing: the caller brings work memory of the stated size,
 * aligned to 8 bytes, one block per concurrent call; what it holds before and afterwards does not matter.
 * Units. Sizes and offsets are bytes, strides and all other counts are entries. Angles are radians.
 */
#ifndef SYMAD_H
#define SYMAD_H

#include <stddef.h>
#include <stdint.h>

#define SYMAD_VERSION_MAJOR 0
#define SYMAD_VERSION_MINOR 1
#define SYMAD_VERSION_PATCH 0

/* Of the bytes that symad_tape_save writes (csrc/FORMAT.md). */
#define SYMAD_FORMAT_MAJOR 1
#define SYMAD_FORMAT_MINOR 1

#ifndef SYMAD_API
#if defined(__GNUC__)
#define SYMAD_API __attribute__((visibility("default")))
#else
#define SYMAD_API
#endif
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Status codes: SYMAD_OK, SYMAD_ERR_MEMORY, ... */
enum symad_status_code {
#define STATUS(name, number, sentence) SYMAD_##name = number,
STATUS(OK,                  0, "no error")
STATUS(ERR_MEMORY,          1, "out of memory")
STATUS(ERR_ARGUMENT,        2, "an argument is out of its allowed range")
STATUS(ERR_LIMIT_NODES,     3, "the expression has more operations than the limit allows")
STATUS(ERR_OPERATION,       4, "unknown operation number")
STATUS(ERR_ARITY,           5, "wrong number of operands for this operation")
STATUS(ERR_OPERAND,         6, "an operand does not name an earlier node")
STATUS(ERR_TYPE,            7, "a condition stands where a number is needed, or a number where a condition is needed")
STATUS(ERR_OUTPUTS,         8, "the number of outputs does not fit this call")
STATUS(ERR_VERIFY,          9, "the tape breaks a rule of its format")
STATUS(ERR_NAME,           10, "this is not a usable variable name")
STATUS(ERR_DUPLICATE,      11, "the same variable is named twice")
STATUS(ERR_FORMAT,         12, "these bytes are no tape, or a damaged one")
STATUS(ERR_FORMAT_VERSION, 13, "the tape was written by a newer version of its format")
STATUS(ERR_EXPONENT,       14, "the exponent of an integer power must be a whole number, up to 2**53")
STATUS(ERR_CODE,           15, "machine code cannot be made for this plan here")

STATUS(ERR_EMPTY,          32, "there is no formula here")
STATUS(ERR_CHARACTER,      33, "this character has no meaning in a formula")
STATUS(ERR_ENCODING,       34, "only ASCII characters are understood here")
STATUS(ERR_NUMBER,         35, "this is not a number")
STATUS(ERR_UNEXPECTED,     36, "something else was expected here")
STATUS(ERR_END,            37, "the formula ends too early")
STATUS(ERR_UNCLOSED,       38, "this parenthesis is never closed")
STATUS(ERR_UNOPENED,       39, "this parenthesis was never opened")
STATUS(ERR_JUXTAPOSED,     40, "an operator is missing here: write * to multiply")
STATUS(ERR_FUNCTION,       41, "unknown function")
STATUS(ERR_CALL_ARITY,     42, "wrong number of arguments for this function")
STATUS(ERR_VARIABLE,       43, "this name is not one of the variables")
STATUS(ERR_UNBOUND,        44, "this name is read before it is bound")
STATUS(ERR_KEYWORD,        45, "this word is reserved: add an underscore to use it as a name")
STATUS(ERR_CONDITION,      46, "a condition is needed here")
STATUS(ERR_NOT_NUMBER,     47, "a condition cannot be used as a number")
STATUS(ERR_CHAIN,          48, "comparisons cannot be chained: join them with and")
STATUS(ERR_BIND,           49, "a variable cannot be bound to a value")
STATUS(ERR_FUNCTION_NAME,  50, "this is a function and needs its arguments in parentheses")
STATUS(ERR_PAIR,           51, "a pair (value, condition) is needed here")
STATUS(ERR_TUPLE,          52, "a tuple can only be the result itself")
STATUS(ERR_CONSTANT,       53, "this names no finite number")
STATUS(ERR_CALL_VALUE,     54, "only a function name can be followed by arguments")
STATUS(ERR_FUNCTION_BOUND, 55, "this function has its meaning already: choose another name")
STATUS(ERR_ORDER,          56, "the order of this function must be written out as a whole number from 0 to 64")
STATUS(ERR_EULER,          57, "e is Euler's number in some books, a variable in others")
STATUS(ERR_LISTED,         58, "a variable of this name must be listed")
STATUS(ERR_BASE,           59, "the base stands second here; in SBML and Mathematica first")
STATUS(ERR_POWERS,         60, "Matlab reads powers from the left")
STATUS(ERR_EQUATION,       61, "this names a number; an equation is written as a difference")
STATUS(ERR_DECIMAL,        62, "a decimal point, or two outputs?")
STATUS(ERR_READING,        63, "this has two readings, or none: the reading says what to write")
STATUS(ERR_LIMIT_TEXT,     64, "the text is longer than the limit allows")
STATUS(ERR_LIMIT_TOKENS,   65, "the text has more tokens than the limit allows")
STATUS(ERR_LIMIT_NESTING,  66, "the formula is nested deeper than the limit allows")
STATUS(ERR_LIMIT_VARIABLES,67, "there are more variables than the limit allows")
STATUS(ERR_LIMIT_DIGITS,   68, "a number has more digits than the limit allows")
STATUS(ERR_LIMIT_EXPONENT, 69, "the decimal exponent of a number is beyond the limit")

STATUS(ERR_SIZE,           80, "this size is not given")
STATUS(ERR_SIZE_UNUSED,    81, "the size does not occur")
STATUS(ERR_LOOP,           82, "a loop over an index is written `for i = 1..n: statement`")
STATUS(ERR_LOOP_COLON,     83, "a `:` is missing here: repeat n: statement, for i = 1..n: statement")
STATUS(ERR_LOOP_BODY,      84, "the repeated statement is missing: put it on this line, or several in braces")
STATUS(ERR_LOOP_END,       85, "expected `;` or a new line after a block")
STATUS(ERR_RANGE,          86, "expected a range, both ends included, such as 1..n")
STATUS(ERR_INDEX_UNKNOWN,  87, "this is no index here")
STATUS(ERR_INDEX_TWICE,    88, "this is already an index (or the size) here: choose another name")
STATUS(ERR_INDEX_BOUND,    89, "this is an index or the size of the family: bind another name")
STATUS(ERR_INDEX_UNUSED,   90, "this index does not occur in the term")
STATUS(ERR_INDEX_NEGATIVE, 91, "an index below 0 cannot be part of a name")
STATUS(ERR_INDEX_SHARED,   92, "this name already stands for other indices: separate them, x[i, j] or x{i}_{j}")
STATUS(ERR_INDEX_MIXED,    93, "all indices of a name are written in one way: x[i, j] or x{i}_{j}")
STATUS(ERR_INDEX_ALONE,    94, "this follows no name: an index is written x[i]")
STATUS(ERR_INDEX_FIRST,    95, "a name begins with a letter: write x{i}")
STATUS(ERR_TERM,           96, "the term is missing: a sum is written sum(i = 1..n, x[i])")
STATUS(ERR_TERMS,          97, "one term is expected: a sum is written sum(i = 1..n, x[i])")
STATUS(ERR_TERMS_NONE,     98, "this has no argument here: its range is empty")
STATUS(ERR_WHOLE,          99, "a whole number or an index is expected here")
STATUS(ERR_WHOLE_NONE,    100, "a whole number is missing here")
STATUS(ERR_WHOLE_END,     101, "a whole number is missing after this")
STATUS(ERR_WHOLE_OPERATOR,102, "expected one of + - * // % ** in a formula of whole numbers")
STATUS(ERR_WHOLE_DIVIDE,  103, "indices are whole numbers: write // for the quotient rounded down")
STATUS(ERR_WHOLE_ZERO,    104, "division by zero")
STATUS(ERR_WHOLE_POWER,   105, "a negative power is no whole number")
STATUS(ERR_BRACKET_UNCLOSED,106, "this bracket is never closed")
STATUS(ERR_BRACKET_UNOPENED,107, "this bracket closes nothing")
STATUS(ERR_BRACKET_OTHER, 108, "a bracket of another kind is open here")
STATUS(ERR_LIMIT_ROUNDS,  109, "this asks for more rounds of loops than the limit allows")
STATUS(ERR_LIMIT_LOOPS,   110, "more than 64 loops inside each other")
STATUS(ERR_LIMIT_WHOLE,   111, "a number beyond 1,000,000,000 in an index or a bound")
#undef STATUS
  SYMAD_STATUS_END_
};

/* Operation numbers: SYMAD_OP_ADD, ... */
enum symad_op_number {
#define OPS(NAME, number, ...) SYMAD_OP_##NAME = number,
#define OP0 OPS
#define OP1 OPS
#define OP2 OPS
#define OPC OPS
OPS(INPUT,      1,  0, NUMBERS, NO_LIST, FREE,   "",          "")
OPS(NUMBER,     2,  0, NUMBERS, NO_LIST, FREE,   "",          "")
OPS(SELECT,     3,  3, TEST,    NO_LIST, SELECT, "_select",   "")
OPS(MAX,        4, -1, NUMBERS, ITSELF,  SELECT, "Max",       "Max")
OPS(MIN,        5, -1, NUMBERS, ITSELF,  SELECT, "Min",       "Min")

OPS(SHARE,      6, -1, NUMBERS, REFUSED, SELECT, "_share",    "")

OPS(NORM,       7, -1, NUMBERS, NODE,    CALL,   "norm",      "")
OP0(PI,         8, FREE, "pi",    "pi",  1.2247e-16, "", 3.141592653589793116)
OP0(E,          9, FREE, "E",     "E",   1.4457e-16, "", 2.718281828459045091)
OP0(NAN_VALUE, 10, FREE, "_nan",  "nan", HUGE_VAL, "", k_nan())
OPS(LOGSUMEXP, 11, -1, NUMBERS, ITSELF,  CALL,   "logsumexp", "")  

OPC(TRUE_VALUE,  12, 0, NUMBERS,    "True",  "true",              1.0)
OPC(FALSE_VALUE, 13, 0, NUMBERS,    "False", "false",             0.0)
OPC(LT,          14, 2, NUMBERS,    "<",     "StrictLessThan",    a < b)
OPC(LE,          15, 2, NUMBERS,    "<=",    "LessThan",          a <= b)
OPC(GT,          16, 2, NUMBERS,    ">",     "StrictGreaterThan", a > b)
OPC(GE,          17, 2, NUMBERS,    ">=",    "GreaterThan",       a >= b)
OPC(EQ,          18, 2, NUMBERS,    "==",    "Equality",          a == b)

OPC(NE,          19, 2, NUMBERS,    "!=",    "Unequality",        (a < b) || (a > b))
OPC(AND,         20, 2, CONDITIONS, "and",   "And",               (a != 0.0) && (b != 0.0))
OPC(OR,          21, 2, CONDITIONS, "or",    "Or",                (a != 0.0) || (b != 0.0))
OPC(NOT,         22, 1, CONDITIONS, "not",   "Not",               a == 0.0)

OP0(LN2,       23, FREE, "_ln2",  "",    2.3191e-17, "log(2)", 0.6931471805599453094)
OP0(LN10,      24, FREE, "_ln10", "",    2.1708e-16, "log(10)", 2.302585092994045684)
OPS(PARAMETER, 25,  0, NUMBERS, NO_LIST, FREE,   "",          "")  

OP2(ADD,              32, BASIC,  "+",           "Add",         real, (KINK, 1, 0, NEVER), "", a + b, K(1), K(1))
OP2(SUB,              33, BASIC,  "-",           "",            real, (KINK, 1, 0, NEVER), "", a - b, K(1), K(-1))
OP2(MUL,              34, BASIC,  "*",           "Mul",         real, (KINK, 1, 0, NEVER), "", a * b, b, a)
OP2(DIV,              35, DIVIDE, "/",           "",            b != 0, (KINK, 1, 0, NEVER),
    "", a / b, DIV(K(1), b), NEG(DIV(r, b)))
OP1(NEG,              36, BASIC,  "-",           "",            real, (KINK, 0, 0, NEVER), "", -a, K(-1))
OP2(POW,              37, POWER,  "**",          "Pow",         (a > 0 || b == floor(b)), (KINK, 4, a != 0, NEVER),
    "", k_pow(a, b), POW_DA(a, b), POW_DB(a, b))
OP2(POWN,             38, POWER,  "**",          "Pow",         (a != 0 || b >= 0), (KINK, 6, a != 0, NEVER),
    "", k_pown(a, b), POWN_SLOPE(a, b), NONE)

OP1(SQRT,             48, CALL,   "sqrt",        "sqrt",        a > 0, (KINK, 1, 0, NEVER), "", sqrt(a), SQRT_SLOPE(a))
OP1(EXP,              49, CALL,   "exp",         "exp",         real, (KINK, 4, 1, NEVER), "", k_exp(a), r)
OP1(LOG,              50, CALL,   "log",         "log",         a > 0, (KINK, 4, 0, NEVER), "", k_log(a), LOG_SLOPE(a))
OP1(SIN,              51, CALL,   "sin",         "sin",         real, (KINK, 4, 0, NEVER), "", k_sin(a), COS(a))
OP1(COS,              52, CALL,   "cos",         "cos",         real, (KINK, 4, 0, NEVER), "", k_cos(a), NEG(SIN(a)))
OP1(TAN,              53, CALL,   "tan",         "tan",         real, (KINK, 4, 0, NEVER),
    "", k_tan(a), ADD(K(1), MUL(r, r)))
OP1(TANH,             54, CALL,   "tanh",        "tanh",        real, (KINK, 4, 0, NEVER), "", k_tanh(a), SECH2(a))
OP1(ATAN,             55, CALL,   "atan",        "atan",        real, (KINK, 4, 0, NEVER), "", k_atan(a), ATAN_SLOPE(a))
OP1(ABS,              56, BASIC,  "Abs",         "Abs",         a != 0, (KINK, 0, 0, NEVER), "", fabs(a), SIGN(a))
OP1(SIGN,             57, CALL,   "sign",        "sign",        a != 0, (JUMP, 0, 0, NEVER), "", k_sign(a), ZERO(a))
OP1(CBRT,             58, CALL,   "cbrt",        "",            a != 0, (KINK, 4, 0, NEVER),
    "sign(a)*Abs(a)**(1/3)", k_cbrt(a), DIV(K(1), MUL(K(3), MUL(r, r))))
OP1(EXP2,             59, CALL,   "exp2",        "",            real, (KINK, 4, 1, NEVER),
    "2**a", k_exp2(a), MUL(r, LN2()))
OP1(EXPM1,            60, CALL,   "expm1",       "",            real, (KINK, 4, 0, NEVER),
    "exp(a) - 1", k_expm1(a), EXP(a))
OP1(LOG1P,            61, CALL,   "log1p",       "",            a > -1, (KINK, 4, 0, NEVER),
    "log(1 + a)", k_log1p(a), LOG1P_SLOPE(a))
OP1(LOG2,             62, CALL,   "log2",        "",            a > 0, (KINK, 4, 0, NEVER),
    "log(a)/log(2)", k_log2(a), DIV(LOG_SLOPE(a), LN2()))
OP1(LOG10,            63, CALL,   "log10",       "",            a > 0, (KINK, 4, 0, NEVER),
    "log(a)/log(10)", k_log10(a), DIV(LOG_SLOPE(a), LN10()))
OP2(LOGADDEXP,        64, CALL,   "logaddexp",   "",            real, (KINK, 4, 1, NEVER),
    "log(exp(a) + exp(b))", k_logaddexp(a, b), SIGMOID(SUB(a, b)), SIGMOID(SUB(b, a)))
OP2(HYPOT,            65, CALL,   "hypot",       "",            (a != 0 || b != 0), (KINK, 4, a != 0 || b != 0, NEVER),
    "sqrt(a**2 + b**2)", k_hypot(a, b), HYPOT_SLOPE(a, b), HYPOT_SLOPE(b, a))
OP1(SEC,              66, CALL,   "sec",         "sec",         real, (KINK, 4, 0, NEVER), "", k_sec(a), MUL(r, TAN(a)))
OP1(CSC,              67, CALL,   "csc",         "csc",         a != 0, (KINK, 4, 0, NEVER),
    "", k_csc(a), NEG(MUL(r, COT(a))))
OP1(COT,              68, CALL,   "cot",         "cot",         a != 0, (KINK, 4, 0, NEVER),
    "", k_cot(a), NEG(MUL(CSC(a), CSC(a))))
OP1(ASIN,             69, CALL,   "asin",        "asin",        fabs(a) < 1, (KINK, 4, 0, NEVER),
    "", k_asin(a), ASIN_SLOPE(a))
OP1(ACOS,             70, CALL,   "acos",        "acos",        fabs(a) < 1, (KINK, 4, 0, NEVER),
    "", k_acos(a), NEG(ASIN_SLOPE(a)))
OP1(ACOT,             71, CALL,   "acot",        "acot",        a != 0, (JUMP, 4, 1, NEVER),
    "", k_acot(a), NEG(ATAN_SLOPE(a)))
OP1(ASEC,             72, CALL,   "asec",        "asec",        fabs(a) > 1, (KINK, 4, 0, NEVER),
    "", k_asec(a), ASEC_SLOPE(a))
OP1(ACSC,             73, CALL,   "acsc",        "acsc",        fabs(a) > 1, (KINK, 4, 1, NEVER),
    "", k_acsc(a), NEG(ASEC_SLOPE(a)))
OP2(ATAN2,            74, CALL,   "atan2",       "atan2",       (a != 0 || b > 0), (JUMP, 4, a != 0, NEVER),
    "", k_atan2(a, b), ATAN2_SLOPE(b, a), NEG(ATAN2_SLOPE(a, b)))
OP1(SINH,             75, CALL,   "sinh",        "sinh",        real, (KINK, 4, 0, NEVER), "", k_sinh(a), COSH(a))
OP1(COSH,             76, CALL,   "cosh",        "cosh",        real, (KINK, 4, 0, NEVER), "", k_cosh(a), SINH(a))
OP1(COTH,             77, CALL,   "coth",        "coth",        a != 0, (KINK, 4, 0, NEVER),
    "", k_coth(a), NEG(CSCH2(a)))
OP1(SECH,             78, CALL,   "sech",        "sech",        real, (KINK, 4, 1, NEVER),
    "", k_sech(a), NEG(MUL(r, TANH(a))))
OP1(CSCH,             79, CALL,   "csch",        "csch",        a != 0, (KINK, 4, 1, NEVER),
    "", k_csch(a), NEG(MUL(r, COTH(a))))
OP1(ASINH,            80, CALL,   "asinh",       "asinh",       real, (KINK, 4, 0, NEVER),
    "", k_asinh(a), ASINH_SLOPE(a))
OP1(ACOSH,            81, CALL,   "acosh",       "acosh",       a > 1, (KINK, 4, 0, NEVER),
    "", k_acosh(a), ACOSH_SLOPE(a))
OP1(ATANH,            82, CALL,   "atanh",       "atanh",       fabs(a) < 1, (KINK, 4, 0, NEVER),
    "", k_atanh(a), ATANH_SLOPE(a))
OP1(ACOTH,            83, CALL,   "acoth",       "acoth",       fabs(a) > 1, (KINK, 4, 0, NEVER),
    "", k_acoth(a), ACOTH_SLOPE(a))
OP1(ASECH,            84, CALL,   "asech",       "asech",       (a > 0 && a < 1), (KINK, 4, 0, NEVER),
    "", k_asech(a), NEG(ASECH_SLOPE(a)))
OP1(ACSCH,            85, CALL,   "acsch",       "acsch",       a != 0, (KINK, 4, 1, NEVER),
    "", k_acsch(a), NEG(ACSCH_SLOPE(a)))
OP1(SINC,             86, CALL,   "sinc",        "sinc",        real, (KINK, 4, 1, 0.25),
    "Piecewise((sin(a)/a, a != 0), (1, True))", k_sinc(a), SINC_SLOPE(a))
OP1(FLOOR,            87, CALL,   "floor",       "floor",       a != floor(a), (JUMP, 0, 0, NEVER),
    "", floor(a), ZERO(a))
OP1(CEILING,          88, CALL,   "ceiling",     "ceiling",     a != floor(a), (JUMP, 0, 0, NEVER),
    "", ceil(a), ZERO(a))
OP1(ROUND,            89, CALL,   "round",       "",            a - floor(a) != 0.5, (JUMP, 0, 0, NEVER),
    "Piecewise((2*floor((a + 1/2)/2), Abs(a - 2*floor((a + 1/2)/2)) <= 1/2), (floor(a + 1/2), True))", rint(a), ZERO(a))
OP1(FRAC,             90, CALL,   "frac",        "frac",        a != floor(a), (JUMP, 1, 0, NEVER),
    "a - floor(a)", k_frac(a), ADD(K(1), ZERO(a)))
OP2(MOD,              91, CALL,   "Mod",         "Mod",         (b != 0 && fmod(a, b) != 0), (JUMP, 1, 0, NEVER),
    "a - b*floor(a/b)", k_mod(a, b), ADD(K(1), ZERO(r)), NEG(MOD_QUOTIENT(a, b)))
OP2(FMOD,             92, CALL,   "fmod",        "",            (b != 0 && fmod(a, b) != 0), (JUMP, 0, 0, NEVER),
    "a - b*trunc(a/b)", fmod(a, b), ADD(K(1), ZERO(r)), NEG(FMOD_QUOTIENT(a, b)))
OP1(HEAVISIDE,        93, CALL,   "Heaviside",   "Heaviside",   a != 0, (JUMP, 0, 0, NEVER),
    "(1 + sign(a))/2", k_heaviside(a), ZERO(a))
OP1(SIGMOID,          94, CALL,   "sigmoid",     "",            real, (KINK, 4, 1, NEVER),
    "1/(1 + exp(-a))", k_sigmoid(a), MUL(r, SIGMOID(NEG(a))))
OP1(SOFTPLUS,         95, CALL,   "softplus",    "",            real, (KINK, 4, 1, NEVER),
    "log(1 + exp(a))", k_softplus(a), SIGMOID(a))
OP1(LOGIT,            96, CALL,   "logit",       "",            (a > 0 && a < 1), (KINK, 4, 0, NEVER),
    "log(a/(1 - a))", k_logit(a), LOGIT_SLOPE(a))
OP1(TRUNC,            97, CALL,   "trunc",       "",            a != floor(a), (JUMP, 0, 0, NEVER),
    "sign(a)*floor(Abs(a))", trunc(a), ZERO(a))
OP1(ERF,              98, CALL,   "erf",         "erf",         real, (BLANK, 4, 0, NEVER), "", k_erf(a), ERF_SLOPE(a))
OP1(ERFC,             99, CALL,   "erfc",        "erfc",        real, (BLANK, 4, 1, NEVER),
    "", k_erfc(a), NEG(ERF_SLOPE(a)))
OP1(ERFINV,          100, CALL,   "erfinv",      "erfinv",      fabs(a) < 1, (BLANK, 4, 0, NEVER),
    "", k_erfinv(a), ERFINV_SLOPE(a))
OP1(ERFCINV,         101, CALL,   "erfcinv",     "erfcinv",     (a > 0 && a < 2), (BLANK, 4, 0, NEVER),
    "erfinv(1 - a)", k_erfcinv(a), ERFCINV_SLOPE(a))
OP1(GAMMA,           102, CALL,   "gamma",       "gamma",       (a > 0 || a != floor(a)),
    (BLANK, 4, 1, a < 0 ? 0.25 : NEVER),
    "", k_gamma(a), GAMMA_SLOPE(a))
OP1(LOGGAMMA,        103, CALL,   "loggamma",    "loggamma",    (a > 0 || a != floor(a)),
    (BLANK, 4, 0, a < 0 ? 0.25 : NEVER),
    "log(Abs(gamma(a)))", k_loggamma(a), DIGAMMA(a))
OP1(DIGAMMA,         104, CALL,   "digamma",     "digamma",     (a > 0 || a != floor(a)),
    (BLANK, 4, 0, a < 0 ? 0.25 : NEVER),
    "", k_digamma(a), POLYGAMMA(K(1), a))
OP2(POLYGAMMA,       105, CALL,   "polygamma",   "polygamma",   (b > 0 || b != floor(b)), (BLANK, 160, 1, NEVER),
    "", k_polygamma(a, b), NAN_VALUE(), POLYGAMMA(ADD(a, K(1)), b))
OP1(FACTORIAL,       106, CALL,   "factorial",   "factorial",   (a > -1 || a != floor(a)),
    (BLANK, 4, 1, a < 0 ? 0.25 : NEVER),
    "", k_factorial(a), FACTORIAL_SLOPE(a))
OP2(BETA,            107, CALL,   "beta",        "beta",        (a > 0 && b > 0), (BLANK, 8, 1, 0.25),
    "", k_beta(a, b), BETA_DA(a, b), BETA_DA(b, a))
OP2(BINOMIAL,        108, CALL,   "binomial",    "binomial",    (a > -1 || a != floor(a)),
    (BLANK, 8, a != floor(a) || b != floor(b), 0.25),
    "", k_binomial(a, b), BINOMIAL_DN(a, b), BINOMIAL_DK(a, b))
OP2(BESSELJ,         109, CALL,   "besselj",     "besselj",     (fabs(a) <= 65536 && (a == floor(a) || b > 0)),
    (BLANK, 4, b != 0, 0.25),
    "", k_besselj(a, b), BESSELJ_ORDER(a, b), BESSELJ_SLOPE(a, b))
OP2(BESSELY,         110, CALL,   "bessely",     "bessely",     (fabs(a) <= 65536 && b > 0), (BLANK, 4, 0, 0.25),
    "", k_bessely(a, b), BESSELY_ORDER(a, b), BESSELY_SLOPE(a, b))
OP1(EI,              111, CALL,   "Ei",          "Ei",          a != 0, (BLANK, 4, a < 0, NEVER),
    "", k_ei(a), EI_SLOPE(a))
OP1(E1,              112, CALL,   "E1",          "",            a > 0, (BLANK, 4, 1, NEVER),
    "expint(1, a)", k_e1(a), NEG(EXPINT(K(0), a)))
OP2(EXPINT,          113, CALL,   "expint",      "expint",      (b > 0 && a >= -64 && a <= 65536), (BLANK, 4, 1, NEVER),
    "", k_expint(a, b), EXPINT_ORDER(a, b), EXPINT_SLOPE(a, b))
OP1(LI,              114, CALL,   "li",          "li",          (a > 0 && a != 1), (BLANK, 4, a < 1, NEVER),
    "", k_li(a), DIV(K(1), LOG(a)))
OP1(SI,              115, CALL,   "Si",          "Si",          real, (BLANK, 4, 0, 0.25), "", k_si(a), SINC(a))
OP1(CI,              116, CALL,   "Ci",          "Ci",          a > 0, (BLANK, 4, 0, 0.25), "", k_ci(a), CI_SLOPE(a))
OP1(SHI,             117, CALL,   "Shi",         "Shi",         real, (BLANK, 4, 0, NEVER), "", k_shi(a), SHI_SLOPE(a))
OP1(CHI,             118, CALL,   "Chi",         "Chi",         a > 0, (BLANK, 4, 0, NEVER), "", k_chi(a), CHI_SLOPE(a))
OP1(FRESNELS,        119, CALL,   "fresnels",    "fresnels",    real, (BLANK, 4, a != 0, 0.25 / fmax(1.0, fabs(a))),
    "", k_fresnels(a), FRESNELS_SLOPE(a))
OP1(FRESNELC,        120, CALL,   "fresnelc",    "fresnelc",    real, (BLANK, 4, 0, 0.25 / fmax(1.0, fabs(a))),
    "", k_fresnelc(a), FRESNELC_SLOPE(a))
OP1(ERFI,            121, CALL,   "erfi",        "erfi",        real, (BLANK, 4, 0, NEVER),
    "", k_erfi(a), ERFI_SLOPE(a))
OP1(ELLIPTIC_K,      122, CALL,   "elliptic_k",  "elliptic_k",  a < 1, (BLANK, 4, 0, NEVER),
    "", k_elliptic_k(a), ELLIPTIC_K_SLOPE(a))
OP2(ELLIPTIC_F,      123, CALL,   "elliptic_f",  "elliptic_f",  (b < 1 || (fabs(a) < 1.57 && b * sin(a) * sin(a) < 1)),
    (BLANK, 4, 0, NEVER),
    "", k_elliptic_f(a, b), DIV(K(1), ELLIPTIC_DELTA(a, b)), ELLIPTIC_F_DM(a, b))
OP2(ELLIPTIC_E,      124, CALL,   "elliptic_e",  "elliptic_e",  (b < 1 || (fabs(a) < 1.57 && b * sin(a) * sin(a) < 1)),
    (BLANK, 4, 0, NEVER),
    "", k_elliptic_e(a, b), ELLIPTIC_DELTA(a, b), ELLIPTIC_E_DM(a, b))
OP1(ELLIPTIC_EC,     125, CALL,   "elliptic_e",  "elliptic_e",  a < 1, (BLANK, 4, 0, NEVER),
    "", k_elliptic_ec(a), ELLIPTIC_EC_SLOPE(a))
OP2(ELLIPTIC_PIC,    126, CALL,   "elliptic_pi", "elliptic_pi", (a < 1 && b < 1), (BLANK, 4, 0, NEVER),
    "", k_elliptic_pic(a, b), ELLIPTIC_PIC_DN(a, b), ELLIPTIC_PIC_DM(a, b))
OP1(LAMBERTW,        127, CALL,   "LambertW",    "LambertW",    a > -0.36787944117144233, (BLANK, 4, 0, NEVER),
    "", k_lambertw(a), LAMBERTW_SLOPE(a))
OP1(ZETA,            129, CALL,   "zeta",        "zeta",        a != 1, (BLANK, 4, 0, a < 0 ? 0.25 : NEVER),
    "", k_zeta(a), ZETA_SLOPE(a))
OP2(POLYLOG,         130, CALL,   "polylog",     "polylog",     (b < 1 && (a == floor(a) || fabs(b) <= 0.98)),
    (BLANK, 4, b != 0, NEVER),
    "", k_polylog(a, b), POLYLOG_ORDER(a, b), POLYLOG_SLOPE(a, b))
OP2(UPPERGAMMA,      131, CALL,   "uppergamma",  "uppergamma",  (fabs(a) <= 65536 && b > 0), (BLANK, 4, 1, NEVER),
    "", k_uppergamma(a, b), UPPERGAMMA_ORDER(a, b), NEG(INCOMPLETE_SLOPE(a, b)))
OP2(LOWERGAMMA,      132, CALL,   "lowergamma",  "lowergamma",  (fabs(a) <= 65536 && b > 0 && (a > 0 || a != floor(a))),
    (BLANK, 4, b != 0, NEVER),
    "", k_lowergamma(a, b), LOWERGAMMA_ORDER(a, b), INCOMPLETE_SLOPE(a, b))
OP2(BESSELI,         133, CALL,   "besseli",     "besseli",     (fabs(a) <= 65536 && (a == floor(a) || b > 0)),
    (BLANK, 4, b != 0, NEVER),
    "", k_besseli(a, b), BESSELI_ORDER(a, b), BESSELI_SLOPE(a, b))
OP2(BESSELK,         134, CALL,   "besselk",     "besselk",     (fabs(a) <= 65536 && b > 0), (BLANK, 4, 1, NEVER),
    "", k_besselk(a, b), BESSELK_ORDER(a, b), BESSELK_SLOPE(a, b))
OP1(AIRYAI,          135, CALL,   "airyai",      "airyai",      real,
    (BLANK, 4, 1, a < 0 ? 0.25 / sqrt(fmax(1.0, -a)) : NEVER),
    "", k_airyai(a), AIRYAIPRIME(a))
OP1(AIRYBI,          136, CALL,   "airybi",      "airybi",      real,
    (BLANK, 4, 0, a < 0 ? 0.25 / sqrt(fmax(1.0, -a)) : NEVER),
    "", k_airybi(a), AIRYBIPRIME(a))
OP1(AIRYAIPRIME,     137, CALL,   "airyaiprime", "airyaiprime", real,
    (BLANK, 4, 1, a < 0 ? 0.25 / sqrt(fmax(1.0, -a)) : NEVER),
    "", k_airyaiprime(a), MUL(a, AIRYAI(a)))
OP1(AIRYBIPRIME,     138, CALL,   "airybiprime", "airybiprime", real,
    (BLANK, 4, 0, a < 0 ? 0.25 / sqrt(fmax(1.0, -a)) : NEVER),
    "", k_airybiprime(a), MUL(a, AIRYBI(a)))
OP2(ZETA_HURWITZ,    139, CALL,   "zeta",        "zeta",        (a > -0.5 && a != 1 && b > 0), (BLANK, 4, 1, NEVER),
    "", k_zeta2(a, b), ZETA_HURWITZ_ORDER(a, b), NEG(MUL(a, ZETA_HURWITZ(ADD(a, K(1)), b))))
OP2(LEGENDRE,        140, CALL,   "legendre",    "legendre",    a == floor(a), (BLANK, 4, 0, NEVER),
    "", k_legendre(a, b), NAN_VALUE(), LEGENDRE_SLOPE(a, b))
OP2(CHEBYSHEVT,      141, CALL,   "chebyshevt",  "chebyshevt",  a == floor(a), (BLANK, 4, 0, NEVER),
    "", k_chebyshevt(a, b), NAN_VALUE(), MUL(a, CHEBYSHEVU(SUB(a, K(1)), b)))
OP2(CHEBYSHEVU,      142, CALL,   "chebyshevu",  "chebyshevu",  a == floor(a), (BLANK, 4, 0, NEVER),
    "", k_chebyshevu(a, b), NAN_VALUE(), CHEBYSHEVU_SLOPE(a, b))
OP2(HERMITE,         143, CALL,   "hermite",     "hermite",     (a >= 0 && a == floor(a)), (BLANK, 4, 0, NEVER),
    "", k_hermite(a, b), NAN_VALUE(), HERMITE_SLOPE(a, b))
OP2(LAGUERRE,        144, CALL,   "laguerre",    "laguerre",    (a >= 0 && a == floor(a)), (BLANK, 4, 0, NEVER),
    "", k_laguerre(a, b), NAN_VALUE(), LAGUERRE_SLOPE(a, b))
OP2(LAMBERTW_BRANCH, 145, CALL,   "LambertW",    "LambertW",
    (a > -0.36787944117144233 && (b == 0 || (b == -1 && a < 0))), (BLANK, 4, 0, NEVER),
    "", k_lambertw_branch(a, b), LAMBERTW_BRANCH_SLOPE(a, b), NAN_VALUE())
OP1(HARMONIC,        146, CALL,   "harmonic",    "harmonic",    (a > -1 || a != floor(a)),
    (BLANK, 4, 0, a < 0 ? 0.25 : NEVER),
    "", k_harmonic(a), POLYGAMMA(K(1), ADD(a, K(1))))
OP2(REMAINDER,       147, CALL,   "remainder",   "",            (b != 0 && 2 * fabs(remainder(a, b)) != fabs(b)),
    (JUMP, 0, 0, NEVER),
    "a - b*round(a/b)", remainder(a, b), ADD(K(1), ZERO(r)), NEG(REMAINDER_QUOTIENT(a, b)))
OP1(SOFTSIGN,        148, CALL,   "softsign",    "",            real, (KINK, 4, 0, NEVER),
    "a/(1 + Abs(a))", k_softsign(a), SOFTSIGN_SLOPE(a))


OP1(SQRT_SLOPE,            160, CALL, "_sqrt_slope",            "", a > 0, (KINK, 8, a != 0, NEVER),
    "1/(2*sqrt(a))", k_sqrt_slope(a), MUL(K(-0.5), DIV(r, ABS(a))))
OP1(LOG_SLOPE,             161, CALL, "_log_slope",             "", a > 0, (KINK, 8, a != 0, NEVER),
    "1/a", k_log_slope(a), NEG(MUL(r, r)))
OP1(SECH2,                 162, CALL, "_sech2",                 "", real, (KINK, 8, a != 0, NEVER),
    "1 - tanh(a)**2", k_sech2(a), MUL(K(-2), MUL(TANH(a), r)))
OP1(ATAN_SLOPE,            163, CALL, "_atan_slope",            "", real, (KINK, 8, a != 0, NEVER),
    "1/(1 + a**2)", k_atan_slope(a), MUL(MUL(K(-2), MUL(a, r)), r))
OP2(POW_DA,                164, CALL, "_pow_da",                "", a > 0, (JUMP, 8, a != 0 && b != 0, NEVER),
    "b*a**(b - 1)", k_pow_da(a, b), MUL(b, POW_DA(a, SUB(b, K(1)))),
    ADD(POW(a, SUB(b, K(1))), MUL(b, POW_DB(a, SUB(b, K(1))))))
OP2(POW_DB,                165, CALL, "_pow_db",                "", a > 0, (JUMP, 8, a != 0 && a != 1, NEVER),
    "a**b*log(a)", k_pow_db(a, b), ADD(POW(a, SUB(b, K(1))), MUL(b, POW_DB(a, SUB(b, K(1))))),
    MUL(POW_DB(a, b), LOG(a)))
OP2(POWN_SLOPE,            166, CALL, "_pown_slope",            "", a != 0, (JUMP, 8, a != 0 && b != 0, NEVER),
    "b*a**(b - 1)", k_pown_slope(a, b), MUL(b, POWN_SLOPE(a, SUB(b, K(1)))), NONE)
OP1(ZERO,                  167, CALL, "_zero",                  "", real, (KINK, 0, 0, NEVER),
    "0*a", k_zero(a), ZERO(a))
OP1(LOG1P_SLOPE,           168, CALL, "_log1p_slope",           "", a > -1, (KINK, 8, a != 0, NEVER),
    "1/(1 + a)", k_log1p_slope(a), NEG(MUL(r, r)))
OP2(HYPOT_SLOPE,           169, CALL, "_hypot_slope",           "", (a != 0 || b != 0), (JUMP, 8, a != 0, NEVER),
    "a/sqrt(a**2 + b**2)", k_hypot_slope(a, b), DIV(MUL(HYPOT_SLOPE(b, a), HYPOT_SLOPE(b, a)), HYPOT(a, b)),
    NEG(DIV(MUL(r, HYPOT_SLOPE(b, a)), HYPOT(a, b))))
OP1(ASIN_SLOPE,            170, CALL, "_asin_slope",            "", fabs(a) < 1, (KINK, 8, a != 0, NEVER),
    "1/sqrt(1 - a**2)", k_asin_slope(a), MUL(a, MUL(r, MUL(r, r))))
OP1(ASEC_SLOPE,            171, CALL, "_asec_slope",            "", fabs(a) > 1, (KINK, 8, a != 0, NEVER),
    "1/(Abs(a)*sqrt(a**2 - 1))", k_asec_slope(a),
    NEG(MUL(r, ADD(DIV(K(1), a), DIV(a, MUL(SUB(a, K(1)), ADD(a, K(1))))))))
OP2(ATAN2_SLOPE,           172, CALL, "_atan2_slope",           "", (a != 0 || b != 0), (JUMP, 8, a != 0, NEVER),
    "a/(a**2 + b**2)", k_atan2_slope(a, b), MUL(SUB(ATAN2_SLOPE(b, a), r), ADD(ATAN2_SLOPE(b, a), r)),
    MUL(K(-2), MUL(r, ATAN2_SLOPE(b, a))))
OP1(CSCH2,                 173, CALL, "_csch2",                 "", a != 0, (KINK, 8, a != 0, NEVER),
    "4*exp(2*a)/(exp(2*a) - 1)**2", k_csch2(a), MUL(K(-2), MUL(COTH(a), r)))
OP1(ASINH_SLOPE,           174, CALL, "_asinh_slope",           "", real, (KINK, 8, a != 0, NEVER),
    "1/sqrt(1 + a**2)", k_asinh_slope(a), NEG(MUL(MUL(a, r), MUL(r, r))))
OP1(ACOSH_SLOPE,           175, CALL, "_acosh_slope",           "", a > 1, (KINK, 8, a != 0, NEVER),
    "1/sqrt(a**2 - 1)", k_acosh_slope(a), NEG(MUL(MUL(a, r), MUL(r, r))))
OP1(ATANH_SLOPE,           176, CALL, "_atanh_slope",           "", fabs(a) < 1, (KINK, 8, a != 0, NEVER),
    "1/(1 - a**2)", k_atanh_slope(a), MUL(MUL(K(2), a), MUL(r, r)))
OP1(ACOTH_SLOPE,           177, CALL, "_acoth_slope",           "", fabs(a) > 1, (KINK, 8, a != 0, NEVER),
    "1/(1 - a**2)", k_acoth_slope(a), MUL(MUL(MUL(K(2), a), r), r))
OP1(ASECH_SLOPE,           178, CALL, "_asech_slope",           "", (a > 0 && a < 1), (KINK, 8, a != 0, NEVER),
    "1/(a*sqrt(1 - a**2))", k_asech_slope(a), NEG(MUL(r, SUB(DIV(K(1), a), DIV(a, MUL(SUB(K(1), a), ADD(K(1), a)))))))
OP1(ACSCH_SLOPE,           179, CALL, "_acsch_slope",           "", a != 0, (KINK, 8, a != 0, NEVER),
    "1/(Abs(a)*sqrt(1 + a**2))", k_acsch_slope(a), NEG(MUL(r, ADD(DIV(K(1), a), MUL(a, ATAN_SLOPE(a))))))
OP1(SINC_SLOPE,            180, CALL, "_sinc_slope",            "", real, (KINK, 8, a != 0, 0.25),
    "(a*cos(a) - sin(a))/a**2", k_sinc_slope(a), SINC_SLOPE2(a))
OP1(SINC_SLOPE2,           181, CALL, "_sinc_slope2",           "", real, (KINK, 8, a != 0, 0.25),
    "((2 - a**2)*sin(a) - 2*a*cos(a))/a**3", k_sinc_slope2(a),
    NEG(ADD(SINC_SLOPE(a), DIV(ADD(MUL(K(3), r), SINC(a)), a))))
OP2(MOD_QUOTIENT,          182, CALL, "_mod_quotient",          "", b != 0, (JUMP, 1, 0, NEVER),
    "floor(a/b)", k_mod_quotient(a, b), ZERO(r), ZERO(r))
OP2(FMOD_QUOTIENT,         183, CALL, "_fmod_quotient",         "", b != 0, (JUMP, 1, 0, NEVER),
    "sign(a/b)*floor(Abs(a/b))", k_fmod_quotient(a, b), ZERO(r), ZERO(r))
OP1(LOGIT_SLOPE,           184, CALL, "_logit_slope",           "", (a > 0 && a < 1), (KINK, 8, a != 0, NEVER),
    "1/(a*(1 - a))", k_logit_slope(a), MUL(MUL(r, r), SUB(MUL(K(2), a), K(1))))
OP2(UNIT,                  185, CALL, "_unit",                  "", b != 0, (JUMP, 8, a != 0, NEVER),
    "a/b", k_unit(a, b), DIV(K(1), b), NEG(DIV(r, b)))
OP1(ERF_SLOPE,             186, CALL, "_erf_slope",             "", real, (BLANK, 8, a != 0, NEVER),
    "2/sqrt(pi)*exp(-a**2)", k_erf_slope(a), MUL(MUL(K(-2), a), r))
OP1(ERFINV_SLOPE,          187, CALL, "_erfinv_slope",          "", fabs(a) < 1, (BLANK, 8, a != 0, NEVER),
    "sqrt(pi)/2*exp(erfinv(a)**2)", k_erfinv_slope(a), MUL(MUL(K(2), ERFINV(a)), MUL(r, r)))
OP1(ERFCINV_SLOPE,         188, CALL, "_erfcinv_slope",         "", (a > 0 && a < 2), (BLANK, 8, a != 0, NEVER),
    "-sqrt(pi)/2*exp(erfinv(1 - a)**2)", k_erfcinv_slope(a), MUL(MUL(K(2), ERFCINV(a)), MUL(r, r)))
OP1(GAMMA_SLOPE,           189, CALL, "_gamma_slope",           "", (a > 0 || a != floor(a)),
    (BLANK, 8, a != 0, a < 0 ? 0.25 : NEVER),
    "gamma(a)*digamma(a)", k_gamma_slope(a), ADD(MUL(r, DIGAMMA(a)), MUL(GAMMA(a), POLYGAMMA(K(1), a))))
OP1(FACTORIAL_SLOPE,       190, CALL, "_factorial_slope",       "", (a > -1 || a != floor(a)),
    (BLANK, 8, a != 0, a < 0 ? 0.25 : NEVER),
    "gamma(a + 1)*digamma(a + 1)", k_factorial_slope(a),
    ADD(MUL(r, DIGAMMA(ADD(a, K(1)))), MUL(FACTORIAL(a), POLYGAMMA(K(1), ADD(a, K(1))))))
OP2(BETA_DA,               191, CALL, "_beta_da",               "", (a > 0 && b > 0), (BLANK, 64, 1, 0.25),
    "beta(a, b)*(digamma(a) - digamma(a + b))", k_beta_da(a, b),
    ADD(MUL(r, SUB(DIGAMMA(a), DIGAMMA(ADD(a, b)))), MUL(BETA(a, b), SUB(POLYGAMMA(K(1), a), POLYGAMMA(K(1), ADD(a,
    b))))), SUB(MUL(BETA_DA(b, a), SUB(DIGAMMA(a), DIGAMMA(ADD(a, b)))), MUL(BETA(a, b), POLYGAMMA(K(1), ADD(a, b)))))
OP2(BINOMIAL_DN,           192, CALL, "_binomial_dn",           "",
    ((b >= 0 && b == floor(b) && a - b != floor(a - b)) || (a > -1 && b < a + 1)), (BLANK, 8, 1, 0.25),
    "binomial(a, b)*(digamma(a + 1) - digamma(a - b + 1))", k_binomial_dn(a, b),
    ADD(MUL(r, SUB(DIGAMMA(ADD(a, K(1))), DIGAMMA(ADD(SUB(a, b), K(1))))), MUL(BINOMIAL(a, b), SUB(POLYGAMMA(K(1),
    ADD(a, K(1))), POLYGAMMA(K(1), ADD(SUB(a, b), K(1)))))),
    ADD(MUL(BINOMIAL_DK(a, b), SUB(DIGAMMA(ADD(a, K(1))), DIGAMMA(ADD(SUB(a, b), K(1))))), MUL(BINOMIAL(a, b),
    POLYGAMMA(K(1), ADD(SUB(a, b), K(1))))))
OP2(BINOMIAL_DK,           193, CALL, "_binomial_dk",           "", (a > -1 && b < a + 1), (BLANK, 8, 1, 0.25),
    "binomial(a, b)*(digamma(a - b + 1) - digamma(b + 1))", k_binomial_dk(a, b),
    ADD(MUL(BINOMIAL_DN(a, b), SUB(DIGAMMA(ADD(SUB(a, b), K(1))), DIGAMMA(ADD(b, K(1))))), MUL(BINOMIAL(a, b),
    POLYGAMMA(K(1), ADD(SUB(a, b), K(1))))),
    SUB(MUL(r, SUB(DIGAMMA(ADD(SUB(a, b), K(1))), DIGAMMA(ADD(b, K(1))))), MUL(BINOMIAL(a, b), ADD(POLYGAMMA(K(1),
    ADD(SUB(a, b), K(1))), POLYGAMMA(K(1), ADD(b, K(1)))))))
OP2(BESSELJ_SLOPE,         194, CALL, "_besselj_slope",         "", (fabs(a) <= 65536 && (a == floor(a) || b > 0)),
    (BLANK, 8, b != 0, 0.25),
    "(besselj(a - 1, b) - besselj(a + 1, b))/2", k_besselj_slope(a, b), NAN_VALUE(),
    MUL(K(0.5), SUB(BESSELJ_SLOPE(SUB(a, K(1)), b), BESSELJ_SLOPE(ADD(a, K(1)), b))))
OP2(BESSELY_SLOPE,         195, CALL, "_bessely_slope",         "", (fabs(a) <= 65536 && b > 0), (BLANK, 8, 1, 0.25),
    "(bessely(a - 1, b) - bessely(a + 1, b))/2", k_bessely_slope(a, b), NAN_VALUE(),
    MUL(K(0.5), SUB(BESSELY_SLOPE(SUB(a, K(1)), b), BESSELY_SLOPE(ADD(a, K(1)), b))))
OP1(EI_SLOPE,              196, CALL, "_ei_slope",              "", a != 0, (BLANK, 8, a != 0, NEVER),
    "exp(a)/a", k_ei_slope(a), MUL(r, DIV(SUB(a, K(1)), a)))
OP1(CI_SLOPE,              197, CALL, "_ci_slope",              "", a > 0, (BLANK, 8, a != 0, 0.25),
    "cos(a)/a", k_ci_slope(a), NEG(ADD(SINC(a), DIV(r, a))))
OP1(SHI_SLOPE,             198, CALL, "_shi_slope",             "", real, (BLANK, 8, a != 0, NEVER),
    "Piecewise((sinh(a)/a, a != 0), (1, True))", k_shi_slope(a), SHI_SLOPE2(a))
OP1(CHI_SLOPE,             199, CALL, "_chi_slope",             "", a > 0, (BLANK, 8, a != 0, NEVER),
    "cosh(a)/a", k_chi_slope(a), MUL(r, SUB(TANH(a), DIV(K(1), a))))
OP1(FRESNELS_SLOPE,        200, CALL, "_fresnels_slope",        "", real, (BLANK, 8, a != 0, 0.25 / fmax(1.0, fabs(a))),
    "sin(pi*a**2/2)", k_fresnels_slope(a), MUL(PI(), MUL(a, FRESNELC_SLOPE(a))))
OP1(FRESNELC_SLOPE,        201, CALL, "_fresnelc_slope",        "", real, (BLANK, 8, a != 0, 0.25 / fmax(1.0, fabs(a))),
    "cos(pi*a**2/2)", k_fresnelc_slope(a), NEG(MUL(PI(), MUL(a, FRESNELS_SLOPE(a)))))
OP1(ERFI_SLOPE,            202, CALL, "_erfi_slope",            "", real, (BLANK, 8, a != 0, NEVER),
    "2/sqrt(pi)*exp(a**2)", k_erfi_slope(a), MUL(K(2), MUL(a, r)))
OP1(SHI_SLOPE2,            203, CALL, "_shi_slope2",            "", real, (BLANK, 8, a != 0, NEVER),
    "Piecewise(((a*cosh(a) - sinh(a))/a**2, a != 0), (0, True))", k_shi_slope2(a),
    SUB(SHI_SLOPE(a), DIV(MUL(K(2), r), a)))
OP1(ELLIPTIC_K_SLOPE,      204, CALL, "_elliptic_k_slope",      "", a < 1, (BLANK, 8, a != 0, NEVER),
    "(elliptic_e(a) - (1 - a)*elliptic_k(a))/(2*a*(1 - a))", k_elliptic_k_slope(a),
    DIV(SUB(MUL(K(0.5), MUL(K(0.5), ELLIPTIC_K(a))), MUL(SUB(K(1), MUL(K(2), a)), r)), MUL(a, SUB(K(1), a))))
OP1(ELLIPTIC_EC_SLOPE,     205, CALL, "_elliptic_ec_slope",     "", a < 1, (BLANK, 8, a != 0, NEVER),
    "(elliptic_e(a) - elliptic_k(a))/(2*a)", k_elliptic_ec_slope(a),
    NEG(DIV(ADD(r, ELLIPTIC_K_SLOPE(a)), MUL(K(2), a))))
OP2(ELLIPTIC_F_DM,         206, CALL, "_elliptic_f_dm",         "",
    (b < 1 || (fabs(a) < 1.57 && b * sin(a) * sin(a) < 1)), (BLANK, 8, 1, NEVER),
    "(elliptic_e(a, b) - (1 - b)*elliptic_f(a, b) - b*sin(a)*cos(a)/sqrt(1 - b*sin(a)**2))/(2*b*(1 - b))",
    k_elliptic_f_dm(a, b),
    MUL(K(0.5), DIV(DIV(MUL(SIN(a), SIN(a)), ELLIPTIC_DELTA(a, b)), MUL(ELLIPTIC_DELTA(a, b), ELLIPTIC_DELTA(a, b)))),
    NAN_VALUE())
OP2(ELLIPTIC_E_DM,         207, CALL, "_elliptic_e_dm",         "",
    (b < 1 || (fabs(a) < 1.57 && b * sin(a) * sin(a) < 1)), (BLANK, 8, 1, NEVER),
    "(elliptic_e(a, b) - elliptic_f(a, b))/(2*b)", k_elliptic_e_dm(a, b),
    MUL(K(-0.5), DIV(MUL(SIN(a), SIN(a)), ELLIPTIC_DELTA(a, b))), NEG(DIV(ADD(r, ELLIPTIC_F_DM(a, b)), MUL(K(2), b))))
OP2(ELLIPTIC_DELTA,        208, CALL, "_elliptic_delta",        "",
    (b < 1 || (fabs(a) < 1.57 && b * sin(a) * sin(a) < 1)), (BLANK, 8, 1, NEVER),
    "sqrt(1 - b*sin(a)**2)", k_elliptic_delta(a, b), NEG(DIV(MUL(b, MUL(SIN(a), COS(a))), r)),
    MUL(K(-0.5), DIV(MUL(SIN(a), SIN(a)), r)))
OP2(ELLIPTIC_PIC_DN,       209, CALL, "_elliptic_pi_dn",        "", (a < 1 && b < 1), (BLANK, 8, 1, NEVER),
    "(elliptic_e(b) + (b - a)*elliptic_k(b)/a + (a**2 - b)*elliptic_pi(a, b)/a)/(2*(b - a)*(a - 1))",
    k_elliptic_pic_dn(a, b), NAN_VALUE(), NAN_VALUE())
OP2(ELLIPTIC_PIC_DM,       210, CALL, "_elliptic_pi_dm",        "", (a < 1 && b < 1), (BLANK, 8, 1, NEVER),
    "(elliptic_pi(a, b) - elliptic_e(b)/(1 - b))/(2*(a - b))", k_elliptic_pic_dm(a, b), NAN_VALUE(), NAN_VALUE())
OP1(LAMBERTW_SLOPE,        211, CALL, "_lambertw_slope",        "", a > -0.36787944117144233,
    (BLANK, 16, a != 0, NEVER),
    "1/(a + exp(LambertW(a)))", k_lambertw_slope(a), NEG(MUL(MUL(r, r), ADD(K(1), MUL(EXP(LAMBERTW(a)), r)))))
OP1(ZETA_SLOPE,            212, CALL, "_zeta_slope",            "", a != 1, (BLANK, 8, a != 0, a < 0 ? 0.25 : NEVER),
    "", k_zeta_slope(a), NAN_VALUE())
OP2(POLYLOG_SLOPE,         213, CALL, "_polylog_slope",         "", (b < 1 && (a == floor(a) || fabs(b) <= 0.98)),
    (BLANK, 8, 1, NEVER),
    "polylog(a - 1, b)/b", k_polylog_slope(a, b), NAN_VALUE(), DIV(SUB(POLYLOG_SLOPE(SUB(a, K(1)), b), r), b))
OP2(INCOMPLETE_SLOPE,      214, CALL, "_incomplete_slope",      "", b > 0, (BLANK, 8, b != 0, NEVER),
    "b**(a - 1)*exp(-b)", k_incomplete_slope(a, b), MUL(r, LOG(b)), MUL(r, DIV(SUB(SUB(a, K(1)), b), b)))
OP2(BESSELJ_ORDER,         215, CALL, "_besselj_order",         "", (fabs(a) <= 4096 && b > 0), (BLANK, 8, 1, 0.25),
    "", k_besselj_order(a, b), NAN_VALUE(), NAN_VALUE())
OP2(BESSELI_SLOPE,         216, CALL, "_besseli_slope",         "", (fabs(a) <= 65536 && (a == floor(a) || b > 0)),
    (BLANK, 8, b != 0, NEVER),
    "(besseli(a - 1, b) + besseli(a + 1, b))/2", k_besseli_slope(a, b), NAN_VALUE(),
    MUL(K(0.5), ADD(BESSELI_SLOPE(SUB(a, K(1)), b), BESSELI_SLOPE(ADD(a, K(1)), b))))
OP2(BESSELK_SLOPE,         217, CALL, "_besselk_slope",         "", (fabs(a) <= 65536 && b > 0), (BLANK, 8, 1, NEVER),
    "-(besselk(a - 1, b) + besselk(a + 1, b))/2", k_besselk_slope(a, b), NAN_VALUE(),
    MUL(K(-0.5), ADD(BESSELK_SLOPE(SUB(a, K(1)), b), BESSELK_SLOPE(ADD(a, K(1)), b))))
OP2(BESSELY_ORDER,         218, CALL, "_bessely_order",         "", (fabs(a) <= 4096 && b > 0), (BLANK, 8, 1, 0.25),
    "", k_bessely_order(a, b), NAN_VALUE(), NAN_VALUE())
OP2(BESSELI_ORDER,         219, CALL, "_besseli_order",         "", (fabs(a) <= 4096 && b > 0), (BLANK, 8, 1, NEVER),
    "", k_besseli_order(a, b), NAN_VALUE(), NAN_VALUE())
OP2(BESSELK_ORDER,         220, CALL, "_besselk_order",         "", (fabs(a) <= 4096 && b > 0), (BLANK, 8, 1, NEVER),
    "", k_besselk_order(a, b), NAN_VALUE(), NAN_VALUE())
OP2(UPPERGAMMA_ORDER,      221, CALL, "_uppergamma_order",      "", (fabs(a) <= 4096 && b > 0), (BLANK, 8, 1, NEVER),
    "", k_uppergamma_order(a, b), NAN_VALUE(), NEG(MUL(INCOMPLETE_SLOPE(a, b), LOG(b))))
OP2(LOWERGAMMA_ORDER,      222, CALL, "_lowergamma_order",      "",
    (fabs(a) <= 4096 && b > 0 && (a > 0 || a != floor(a))), (BLANK, 8, 1, NEVER),
    "", k_lowergamma_order(a, b), NAN_VALUE(), MUL(INCOMPLETE_SLOPE(a, b), LOG(b)))
OP2(ZETA_HURWITZ_ORDER,    223, CALL, "_zeta_order",            "", (a > -0.5 && a != 1 && b > 0), (BLANK, 8, 1, NEVER),
    "", k_zeta2_order(a, b), NAN_VALUE(),
    NEG(ADD(ZETA_HURWITZ(ADD(a, K(1)), b), MUL(a, ZETA_HURWITZ_ORDER(ADD(a, K(1)), b)))))
OP2(EXPINT_ORDER,          224, CALL, "_expint_order",          "", (b > 0 && a >= -64 && a <= 4096),
    (BLANK, 8, 1, NEVER),
    "", k_expint_order(a, b), NAN_VALUE(), NAN_VALUE())
OP2(POLYLOG_ORDER,         225, CALL, "_polylog_order",         "", fabs(b) < 0.98, (BLANK, 8, 1, NEVER),
    "", k_polylog_order(a, b), NAN_VALUE(), NAN_VALUE())
OP2(LEGENDRE_SLOPE,        226, CALL, "_legendre_slope",        "", a == floor(a), (BLANK, 8, a != 0 && b != 0, NEVER),
    "a*(b*legendre(a, b) - legendre(a - 1, b))/(b**2 - 1)", k_legendre_slope(a, b), NAN_VALUE(),
    DIV(SUB(MUL(MUL(K(2), b), r), MUL(MUL(a, ADD(a, K(1))), LEGENDRE(a, b))), MUL(SUB(K(1), b), ADD(K(1), b))))
OP2(CHEBYSHEVU_SLOPE,      227, CALL, "_chebyshevu_slope",      "", a == floor(a), (BLANK, 8, 1, NEVER),
    "((a + 1)*chebyshevt(a + 1, b) - b*chebyshevu(a, b))/(b**2 - 1)", k_chebyshevu_slope(a, b), NAN_VALUE(),
    DIV(SUB(MUL(MUL(K(3), b), r), MUL(MUL(a, ADD(a, K(2))), CHEBYSHEVU(a, b))), MUL(SUB(K(1), b), ADD(K(1), b))))
OP2(HERMITE_SLOPE,         228, CALL, "_hermite_slope",         "", (a >= 0 && a == floor(a)),
    (BLANK, 8, a != 0 && b != 0, NEVER),
    "2*a*hermite(a - 1, b)", k_hermite_slope(a, b), NAN_VALUE(), MUL(MUL(K(2), a), HERMITE_SLOPE(SUB(a, K(1)), b)))
OP2(LAGUERRE_SLOPE,        229, CALL, "_laguerre_slope",        "", (a >= 0 && a == floor(a)),
    (BLANK, 8, a != 0 && b != 0, NEVER),
    "a*(laguerre(a, b) - laguerre(a - 1, b))/b", k_laguerre_slope(a, b), NAN_VALUE(),
    DIV(SUB(MUL(SUB(b, K(1)), r), MUL(a, LAGUERRE(a, b))), b))
OP2(LAMBERTW_BRANCH_SLOPE, 230, CALL, "_lambertw_branch_slope", "",
    (a > -0.36787944117144233 && (b == 0 || (b == -1 && a < 0))), (BLANK, 16, 1, NEVER),
    "1/(a + exp(LambertW(a, b)))", k_lambertw_branch_slope(a, b),
    NEG(MUL(MUL(r, r), ADD(K(1), MUL(EXP(LAMBERTW_BRANCH(a, b)), r)))), NAN_VALUE())
OP2(REMAINDER_QUOTIENT,    231, CALL, "_remainder_quotient",    "", b != 0, (JUMP, 1, 0, NEVER),
    "round(a/b)", k_remainder_quotient(a, b), ZERO(r), ZERO(r))
OP2(EXPINT_SLOPE,          232, CALL, "_expint_slope",          "", (b > 0 && a >= -63 && a <= 65536),
    (BLANK, 8, 1, NEVER),
    "-expint(a - 1, b)", k_expint_slope(a, b), NAN_VALUE(), EXPINT(SUB(a, K(2)), b))
OP1(SOFTSIGN_SLOPE,        233, CALL, "_softsign_slope",        "", real, (KINK, 8, 1, NEVER),
    "1/(1 + Abs(a))**2", k_softsign_slope(a), NEG(MUL(MUL(K(2), SIGN(a)), DIV(r, ADD(K(1), ABS(a))))))

OP1(ROUNDED,               234, FREE, "_rounded",               "", real, (KINK, 0, 0, NEVER), "a", a, K(1))
#undef OPS
#undef OP0
#undef OP1
#undef OP2
#undef OPC
  SYMAD_OP_END_
};

/* cffi-begin */

typedef int32_t symad_status;
typedef struct symad_builder symad_builder;
typedef struct symad_tape symad_tape;

/* Where and why something was refused. `message` is static text and is never NULL after a failure.
 * Offsets count bytes from 0; line and column count from 1 and are 0 where no text is involved. `name`, which ends in a
 * zero, is the name that was made from indices at that place (x3 from x[i]), empty where there is none or a longer one;
 * for ERR_INDEX_UNKNOWN the indices that there are. */
typedef struct symad_detail {
  symad_status status;
  uint32_t line;
  uint32_t column;
  uint32_t node;
  uint64_t offset;
  uint64_t length;
  const char *message;
  char name[64];
} symad_detail;

/* Memory comes from resize(context, old, old_size, new_size): old NULL allocates, new_size 0 frees and
 * returns NULL; NULL for a new_size above 0 means out of memory and leaves old as it was. */
typedef struct symad_allocator {
  void *(*resize)(void *context, void *old, size_t old_size, size_t new_size);
  void *context;
} symad_allocator;

/* ---- versions, statuses, rows ------------------------------------------------------------------- */

/* "major.minor.patch" of this library; static text. Since 0.1. */
SYMAD_API const char *symad_version(void);

/* Name of a status, "ERR_MEMORY" for SYMAD_ERR_MEMORY; "UNKNOWN" where there is no row. Static text. Since 0.1. */
SYMAD_API const char *symad_status_name(symad_status status);

/* What a status means, as a sentence without a full stop, whatever the number. Static text. Since 0.1. */
SYMAD_API const char *symad_status_sentence(symad_status status);

/* One row of the table of operations; all text is static. arity is -1 for any number of operands;
 * condition is 1 where the result is a condition; cost is one of SYMAD_COST_*; value is the C expression of a and b
 * that computes the row, "" for structural rows; bit k of wants is set where operand k is a condition; exact is 1
 * where the result is the exact value of the doubles a and b, so that nothing is rounded. */
typedef struct symad_row {
  uint32_t number;
  int32_t arity;
  int32_t cost;
  int32_t condition;
  const char *name;
  const char *text;
  const char *sympy;
  const char *domain;
  const char *definition;
  const char *value;
  int32_t wants;
  int32_t exact;
} symad_row;

#define SYMAD_COST_FREE 0
#define SYMAD_COST_BASIC 1
#define SYMAD_COST_DIVIDE 2
#define SYMAD_COST_POWER 3
#define SYMAD_COST_CALL 4
#define SYMAD_COST_SELECT 5

/* Number of rows of the table of operations. Since 0.1. */
SYMAD_API uint32_t symad_row_count(void);

/* Row by its place in the table, index below symad_row_count(); NULL beyond. The row is static. Since 0.1. */
SYMAD_API const symad_row *symad_row_at(uint32_t index);

/* Row by its number (SYMAD_OP_*); NULL where no row has it. The row is static. Since 0.1. */
SYMAD_API const symad_row *symad_row_find(uint32_t number);

/* ---- builder ------------------------------------------------------------------------------------ */

/* A new, empty builder in *builder. allocator may be NULL (malloc); it is copied, and what its context points to
 * must outlive the builder and every tape and plan that comes from it. Since 0.1. Returns OK, ERR_MEMORY. */
SYMAD_API symad_status symad_builder_new(const symad_allocator *allocator, symad_builder **builder);

/* Frees a builder, not the tapes that were made by it; NULL is allowed. Since 0.1. */
SYMAD_API void symad_builder_free(symad_builder *builder);

/* Declares the next input, in *node; name is length bytes, a letter or _, then letters, digits and _, and is copied. One
 * that is taken is found on finishing. Since 0.1. Returns OK, ERR_NAME, ERR_LIMIT_VARIABLES, ERR_LIMIT_NODES, ERR_MEMORY. */
SYMAD_API symad_status symad_builder_input(symad_builder *builder, const char *name, size_t length, uint32_t *node);

/* The double value as a leaf, in *node; equal numbers are one node; a negative one, -0 included, is the negation of its
 * magnitude, and nan an operation without operands. Since 0.1. Returns OK, ERR_LIMIT_NODES, ERR_MEMORY. */
SYMAD_API symad_status symad_builder_number(symad_builder *builder, double value, uint32_t *node);

/* An unsigned literal of length bytes as a leaf, in *node: integers are exact whatever their length, with a point or an
 * exponent it is the nearest double; the text is copied where that would lose it. Since 0.1. Returns OK, ERR_NUMBER,
 * ERR_LIMIT_DIGITS, ERR_LIMIT_EXPONENT, ERR_LIMIT_NODES, ERR_MEMORY. */
SYMAD_API symad_status symad_builder_literal(symad_builder *builder, const char *text, size_t length, uint32_t *node);

/* One operation, row op, as written, in *node: nothing is folded or reordered, but an operation met before is its
 * first node. POW by an exact integer constant becomes POWN and E to a power EXP. Each call counts as typed.
 * operands holds n_operands ids of this builder's nodes, as many as the row's arity says; it may be NULL where that
 * is 0. Since 0.1. Returns OK, ERR_OPERATION, ERR_ARITY, ERR_OPERAND, ERR_TYPE, ERR_EXPONENT, ERR_LIMIT_NODES,
 * ERR_MEMORY. */
SYMAD_API symad_status symad_builder_op(symad_builder *builder, uint32_t op, const uint32_t *operands,
                                        size_t n_operands, uint32_t *node);

/* One entry of symad_builder_ops: operands as node ids, or SYMAD_EARLIER + k for entry k of the same call. */
typedef struct symad_entry {
  uint32_t op;
  uint32_t a;
  uint32_t b;
  uint32_t c;
} symad_entry;

#define SYMAD_EARLIER 0x80000000u

/* Many operations of fixed arity in one call; nodes[k] becomes the id of entries[k], one of n_entries. On failure
 * *done says how many were added, which stay. Since 0.1.
 * Returns OK, ERR_OPERATION, ERR_ARITY, ERR_OPERAND, ERR_TYPE, ERR_EXPONENT, ERR_LIMIT_NODES, ERR_MEMORY. */
SYMAD_API symad_status symad_builder_ops(symad_builder *builder, const symad_entry *entries, size_t n_entries,
                                         uint32_t *nodes, size_t *done);

/* The operations of a tape, inputs[k], a node of this builder, standing for its input k: its output k becomes the node
 * outputs[k]. What is new by that is as if it were typed, the rest is copied; names of bindings stay behind. On failure
 * what was added stays. Since 0.1. Returns OK, ERR_OPERAND, ERR_TYPE, ERR_LIMIT_NODES, ERR_MEMORY. */
SYMAD_API symad_status symad_builder_append(symad_builder *builder, const symad_tape *tape, const uint32_t *inputs,
                                            uint32_t *outputs);

/* Appends an output; the same node may be several outputs. Since 0.1. Returns OK, ERR_OPERAND, ERR_TYPE, ERR_MEMORY. */
SYMAD_API symad_status symad_builder_output(symad_builder *builder, uint32_t node);

/* Moves everything the outputs need into a verified tape in *tape: inputs first, then each node after its operands.
 * The builder is empty afterwards, also where memory ran out, and can be used again or freed; other refusals leave it as
 * it was. Since 0.1. Returns OK, ERR_OUTPUTS (there is none), ERR_DUPLICATE (names of inputs), ERR_MEMORY. */
SYMAD_API symad_status symad_builder_finish(symad_builder *builder, symad_tape **tape);

/* ---- parser ------------------------------------------------------------------------------------- */

typedef struct symad_limits {
  uint64_t text;
  uint64_t tokens;
  uint64_t nesting;
  uint64_t nodes;
  uint64_t variables;
  uint64_t digits;
  uint64_t exponent;
} symad_limits;

/* Fills *limits with those that are used where NULL is given. Calls of functions in a text may look at a 256th of
 * `nodes`, and at 16 for each byte of it. Since 0.1. */
SYMAD_API void symad_limits_default(symad_limits *limits);

/* Text of length bytes to a tape in *tape, NULL on failure. variables: n_variables names in input order, each ending
 * in a zero, with which any other free name is an error; NULL takes them from a header `x, y:` before the program, or
 * else the names in order of first use, those of one stem and an index (x2, x10) among each other by it. A refused entry
 * of variables is named by detail.node, line and column being 0. limits, allocator and detail may be NULL; the allocator's
 * context must outlive the tape. The text needs no final zero; the tape keeps a copy. Since 0.1.
 * Returns OK, ERR_MEMORY, ERR_NAME, ERR_DUPLICATE or any code of the parser, ERR_EMPTY and those behind it; detail
 * says where. */
SYMAD_API symad_status symad_parse(const char *text, size_t length, const char *const *variables, size_t n_variables,
                                   const symad_limits *limits, const symad_allocator *allocator, symad_tape **tape,
                                   symad_detail *detail);

/* A family of programs at one size: text of length bytes to *tape, with variables, n_variables, limits, allocator and
 * detail as for symad_parse. `size` is the name that stands for the number n, from 0 to 1,000,000,000, and must occur;
 * NULL: "n". Loops, ranges, sums, products and names with indices (symad_parse reads them too, where all bounds are
 * numbers) are written out as the text is read:
 *   repeat n: statement    for i = 1..n: statement      several statements in braces; both ends are included
 *   x[i]  x[i, j]  x{i}_{j + 1}                         the names x1, x1_2, ...; x[1..n] all of them, with commas
 *   sum(i = 1..n, x[i]**2)    prod(...)    Max(...)     from the left; 0 and 1 where empty; any n-ary function
 *   n, i, {2*i + 1}                                     as numbers. Whole numbers know + - * // % ** and parentheses
 * Everything that would be written out is counted before memory is taken for it: tokens that loops read again count
 * like others, and may be limits->tokens + limits->nodes together. detail.node is the magnitude of an index below 0,
 * and the character of the open bracket for ERR_BRACKET_OTHER. Since 0.1.
 * Returns OK, ERR_MEMORY, ERR_ARGUMENT (n), ERR_NAME (size too), ERR_DUPLICATE or any code of the parser, ERR_EMPTY and
 * those behind it, of which those from ERR_SIZE on are about the notation; detail says where. */
SYMAD_API symad_status symad_parse_sized(const char *text, size_t length, const char *size, uint64_t n,
                                         const char *const *variables, size_t n_variables, const symad_limits *limits,
                                         const symad_allocator *allocator, symad_tape **tape, symad_detail *detail);

/* What symad_parse_sized reads in a text of length bytes at this size, as a program on one line without the notation of
 * families: the first `room` bytes of it into out, without a final zero, and in *n_bytes how many there are (out may be
 * NULL where room is 0). The program is not parsed, and has at most limits->text bytes. limits, allocator and detail may
 * be NULL. Since 0.1.
 * Returns OK, ERR_MEMORY, ERR_ARGUMENT (n), ERR_NAME (size), and of the parser's codes those that the notation and the
 * tokens of a text give. */
SYMAD_API symad_status symad_write_sized(const char *text, size_t length, const char *size, uint64_t n,
                                         const symad_limits *limits, const symad_allocator *allocator, char *out,
                                         size_t room, size_t *n_bytes, symad_detail *detail);

/* What people type, turned into strict text, which is what symad_parse takes: the layer in front of the grammar. It
 * supplies a missing * between a number and a name, the parentheses of sin x, and reads np.sin, |x|, x!, LaTeX, and other
 * spellings with one meaning; it refuses what has two. A text that is strict comes out as it is. */
typedef struct symad_reading symad_reading;

/* Texts of a reading, each with a final zero that its length does not count, valid as long as the reading. text: the
 * strict text, empty where it was refused; notes: how it was read, a line each; reason: why it was refused; advice: what
 * to write, a line for each of the two readings, or a sentence that begins with "symad". is_partial is 1 where the layer
 * has given up: symad_parse of the text says what is wrong and where; should it take the text, what was typed counts. */
typedef struct symad_reading_view {
  const char *text, *notes, *reason, *advice;
  uint64_t n_text, n_notes, n_reason, n_advice;
  uint32_t is_partial;
} symad_reading_view;

/* Reads length bytes of text into *reading, in time linear in them. variables, n_variables: as symad_parse; they
 * decide which names are variables, whatever they look like, and are not checked here. limits (of which only text
 * counts), allocator and detail may be NULL; the allocator's context must outlive the reading. With ERR_READING the
 * reading is made too, for its reason and advice, and detail says where; otherwise *reading is NULL on failure. Since
 * 0.1. Returns OK, ERR_READING, ERR_LIMIT_TEXT, ERR_MEMORY. */
SYMAD_API symad_status symad_read(const char *text, size_t length, const char *const *variables, size_t n_variables,
                                  const symad_limits *limits, const symad_allocator *allocator, symad_reading **reading,
                                  symad_detail *detail);

/* Fills *view, whose pointers lead into the reading. Since 0.1. */
SYMAD_API void symad_reading_get(const symad_reading *reading, symad_reading_view *view);

/* The byte of what was typed that a byte of the strict text came from; offset may also be the strict text's end, or
 * beyond. For the place of what symad_parse refuses. Since 0.1. */
SYMAD_API uint64_t symad_reading_origin(const symad_reading *reading, uint64_t offset);

/* Frees a reading; NULL is allowed. Since 0.1. */
SYMAD_API void symad_reading_free(symad_reading *reading);

/* Every spelling that can stand before arguments, by index; "" in places without one, NULL behind the last. Static text.
 * Since 0.1. */
SYMAD_API const char *symad_spelling_at(uint32_t index);

/* The double nearest to an unsigned decimal literal, text of length bytes (digits, at most one point, an exponent), in
 * *value. limits may be NULL. Since 0.1. Returns OK, ERR_NUMBER, ERR_LIMIT_DIGITS, ERR_LIMIT_EXPONENT. */
SYMAD_API symad_status symad_read_number(const char *text, size_t length, const symad_limits *limits, double *value);

/* ---- tapes -------------------------------------------------------------------------------------- */

/* A node. op is the row as written; run is the row as executed (NUMBER, with its index in c, for an exact
 * constant sub-formula). Operands: a, b, c; for n-ary rows a is the place in `list` and b the count; for
 * INPUT a is the input's index, for NUMBER c is the constant's index. Unused operands repeat a or are 0. */
typedef struct symad_node {
  uint8_t op;
  uint8_t run;
  uint16_t flags;
  uint32_t a;
  uint32_t b;
  uint32_t c;
} symad_node;

/* Flags. ACTIVE: a derivative can flow from this node to an input. USED: for inputs, some active node reads
 * it. OPEN: it has no value where no branch of a selection is taken, or has a slope that is not known. The others
 * name the operands that are active. */
#define SYMAD_NODE_ACTIVE 1
#define SYMAD_NODE_USED 2
#define SYMAD_NODE_ACTIVE_A 4
#define SYMAD_NODE_ACTIVE_B 8
#define SYMAD_NODE_ACTIVE_C 16
#define SYMAD_NODE_OPEN 32

/* A number: text is set (offset and length into `names`) where the double alone would lose the literal. */
typedef struct symad_constant {
  double value;
  uint32_t text;
  uint32_t text_length;
} symad_constant;

/* A name for a node: an input's (in input order, first) or a binding's (in order of the text). */
typedef struct symad_label {
  uint32_t node;
  uint32_t text;
  uint32_t text_length;
} symad_label;

/* First place in the text that a node came from; end 0 where there is none. */
typedef struct symad_span {
  uint32_t start;
  uint32_t end;
} symad_span;

/* Everything a tape holds, read only, valid as long as the tape; pointers to nothing may be NULL. errors has one entry a
 * constant, at least the distance of its double from the number meant, or is NULL where all are 0. spans has n_nodes
 * entries or is NULL; source is the text, without a final zero; n_bytes the memory that the tape takes beside it. */
typedef struct symad_view {
  uint32_t n_nodes;
  uint32_t n_inputs;
  uint32_t n_outputs;
  uint32_t n_constants;
  uint32_t n_list;
  uint32_t n_labels;
  uint64_t n_names;
  uint64_t n_source;
  uint64_t n_typed;
  uint64_t n_bytes;
  uint32_t has_branches;
  const symad_node *nodes;
  const uint32_t *outputs;
  const uint32_t *list;
  const symad_constant *constants;
  const double *errors;
  const symad_label *labels;
  const symad_span *spans;
  const char *names;
  const char *source;
} symad_view;

/* Fills *view, whose pointers lead into the tape. Since 0.1. */
SYMAD_API void symad_tape_view(const symad_tape *tape, symad_view *view);

/* The name that the source text gives an output, found among all labels: the last one where there are several,
 * and outputs that are one node share its names out in order. `r = x*y; (r, x + y)`: "r", and none for the second
 * output; none for derivatives, which have no text. The name is part of the tape, *length bytes without a final
 * zero. Since 0.1. Returns NULL, *length being 0, where there is no name and for an output that the tape does not
 * have. */
SYMAD_API const char *symad_tape_output_name(const symad_tape *tape, uint32_t output, uint32_t *length);

/* The same for all n_outputs outputs, in time linear in labels and outputs: names[k].text and text_length are those of
 * output k's name in the view's names, the length 0 where it has none; names[k].node is the output's node. Since 0.1.
 * Returns OK, ERR_MEMORY. */
SYMAD_API symad_status symad_tape_output_names(const symad_tape *tape, symad_label *names);

/* Frees a tape, which no thread may use any longer; NULL is allowed. What was made from it stays. Since 0.1. */
SYMAD_API void symad_tape_free(symad_tape *tape);

/* Checks every rule of a tape again (a finished tape always passes), in time linear in its nodes and names. detail
 * may be NULL. Since 0.1. Returns OK, ERR_VERIFY with detail.message and detail.node. */
SYMAD_API symad_status symad_tape_verify(const symad_tape *tape, symad_detail *detail);

/* 1 if both tapes hold the same inputs by name, nodes, constants and outputs, else 0, whatever the text. Since 0.1. */
SYMAD_API int symad_tape_equal(const symad_tape *left, const symad_tape *right);

/* A 64-bit hash, equal for equal tapes. Since 0.1. */
SYMAD_API uint64_t symad_tape_hash(const symad_tape *tape);

/* ---- files -------------------------------------------------------------------------------------- */

/* Bytes that symad_tape_save needs; 0 where no object of this machine can be that large. Since 0.1. */
SYMAD_API size_t symad_tape_save_size(const symad_tape *tape);

/* Writes the tape as csrc/FORMAT.md says into the caller's memory, size being symad_tape_save_size(): the same bytes
 * on every machine, source text and spans included. Since 0.1. Returns OK, ERR_ARGUMENT for another size. */
SYMAD_API symad_status symad_tape_save(const symad_tape *tape, void *bytes, size_t size);

/* A tape in *tape, NULL on failure, from size such bytes, whoever wrote them: everything is verified before there is a
 * tape, and a refusal leaves nothing behind. The bytes may lie at any address and are not kept. allocator may be
 * NULL (malloc), and its context must outlive the tape; detail may be NULL, else detail.offset is the first bad
 * byte, detail.message the broken rule, and detail.node the number of an operation without a row. Since 0.1.
 * Returns OK, ERR_FORMAT (no tape, or damaged), ERR_FORMAT_VERSION, ERR_VERIFY (breaks a rule), ERR_MEMORY. */
SYMAD_API symad_status symad_tape_load(const void *bytes, size_t size, const symad_allocator *allocator,
                                       symad_tape **tape, symad_detail *detail);

/* ---- evaluation --------------------------------------------------------------------------------- */

#define SYMAD_WORK_VALUE 0
#define SYMAD_WORK_SWEEP 1
#define SYMAD_WORK_CHECK 2

/* Bytes of work memory for symad_tape_value and symad_tape_values (kind SYMAD_WORK_VALUE), for values and
 * gradients (SYMAD_WORK_SWEEP), or for symad_tape_check (SYMAD_WORK_CHECK), whatever the number of points. Since 0.1. */
SYMAD_API size_t symad_tape_work_size(const symad_tape *tape, int kind);

/* Outputs at one point: x holds n_inputs, y n_outputs doubles; either may be NULL where it has none. work is that of
 * SYMAD_WORK_VALUE. Since 0.1. Returns OK. */
SYMAD_API symad_status symad_tape_value(const symad_tape *tape, const double *x, double *y, void *work);

/* Outputs at n_points points, 0 allowed. Point i, input j is x[i*x_row + j*x_column], strides in doubles and of any
 * sign; output k goes to y[i*y_row + k*y_column]. work is that of SYMAD_WORK_VALUE. Since 0.1. Returns OK. */
SYMAD_API symad_status symad_tape_values(const symad_tape *tape, size_t n_points, const double *x, ptrdiff_t x_row,
                                         ptrdiff_t x_column, double *y, ptrdiff_t y_row, ptrdiff_t y_column,
                                         void *work);

/* Value and gradient of a tape with one output by the textbook sweep (forward, then reverse over the same nodes): x
 * and gradient hold n_inputs doubles, value one. work is that of SYMAD_WORK_SWEEP. Since 0.1. Returns OK,
 * ERR_OUTPUTS. */
SYMAD_API symad_status symad_tape_value_and_gradient(const symad_tape *tape, const double *x, double *value,
                                                     double *gradient, void *work);

/* The same at n_points points, 0 allowed: x with x_row and x_column, and gradients with gradient_row and
 * gradient_column, as in symad_tape_values; values has one entry a point, side by side. work is the same for any number
 * of points. Since 0.1. Returns OK, ERR_OUTPUTS. */
SYMAD_API symad_status symad_tape_values_and_gradients(const symad_tape *tape, size_t n_points, const double *x,
                                                       ptrdiff_t x_row, ptrdiff_t x_column, double *values,
                                                       double *gradients, ptrdiff_t gradient_row,
                                                       ptrdiff_t gradient_column, void *work);

/* What a sweep leaves for each node: values, adjoints or tangents, the local partials for operands a and b (2 a node;
 * for n-ary rows the share of a leader, for SELECT 1 and 0 by the branch taken), and live bytes; n_nodes entries each.
 * list_partials has n_list, the partial for each entry of `list`, 0 where it is beaten. Any may be NULL but as stated. */
typedef struct symad_trace {
  double *values;
  double *slopes;
  double *partials;
  double *list_partials;
  uint8_t *live;
} symad_trace;

/* The reverse sweep at one point seen whole: x holds n_inputs doubles, weights one seed an output; trace's values,
 * slopes (adjoints) and live are needed. Since 0.1. Returns OK. */
SYMAD_API symad_status symad_tape_sweep(const symad_tape *tape, const double *x, const double *weights,
                                        const symad_trace *trace);

/* The tangent sweep at one point seen whole: x and v, the direction, hold n_inputs doubles; trace's values and
 * slopes (tangents) are needed. Since 0.1. Returns OK. */
SYMAD_API symad_status symad_tape_tangent(const symad_tape *tape, const double *x, const double *v,
                                          const symad_trace *trace);

/* Bits of the status word: what a sweep met, and what a check says may be wrong. The last two and LOST_DIGITS are a
 * check's alone. */
#define SYMAD_STATUS_TIE 1
#define SYMAD_STATUS_DOMAIN 2
#define SYMAD_STATUS_NAN_CONDITION 4
#define SYMAD_STATUS_OVERFLOW 8
#define SYMAD_STATUS_UNDERFLOW 16
#define SYMAD_STATUS_INDETERMINATE 32
#define SYMAD_STATUS_LOST_DIGITS 64
#define SYMAD_STATUS_CANCELLED 128 /* LOST_DIGITS of a number that came out as 0 */
#define SYMAD_STATUS_UNDECIDED 256 /* rounding may have taken the other branch, step, or side of a pole */
#define SYMAD_STATUS_N_BITS 9

/* word: the bits met on live nodes of a reverse sweep; first[bit] the first node that caused each, else 0xFFFFFFFF. */
typedef struct symad_report {
  uint32_t word;
  uint32_t first[9];
} symad_report;

/* Reads the status off a finished reverse sweep into *report (trace's values, slopes and live are needed). Since 0.1.
 * Returns OK. */
SYMAD_API symad_status symad_tape_status(const symad_tape *tape, const symad_trace *trace, symad_report *report);

/* Numbers and how far they may be from the exact ones at the same inputs, none of which may be NULL:
 *   values   as computed
 *   bounds   absolute: |value - exact| <= bound, constants being exact; 0: the value is exact; infinity: nothing is known
 *   words    TIE, DOMAIN and NAN_CONDITION, which no bound can express
 *   causes   the status bit that most of the bound comes from; 0 for plain rounding, and where the bound is 0
 *   origins  the node in which that came in
 * A number is doubtful if it is nan, infinite with a bound above 0, if its word is not 0, or if the bound is larger than
 * one wants; the cause says why. */
typedef struct symad_errors {
  double *values;
  double *bounds;
  uint16_t *words;
  uint16_t *causes;
  uint32_t *origins;
} symad_errors;

/* Runs a tape at the point x of n_inputs doubles; errors, arrays of n_nodes entries, gets those of every node. On a
 * derivative's tape they are the derivative's. Since 0.1. Returns OK. */
SYMAD_API symad_status symad_tape_errors(const symad_tape *tape, const double *x, const symad_errors *errors);

/* The same of the outputs alone at n_points points, 0 allowed: entry (point i, output k) lies at i*n_outputs + k of each
 * array of outputs. x with x_row and x_column as in symad_tape_values; work is that of SYMAD_WORK_CHECK. Since 0.1. Returns OK. */
SYMAD_API symad_status symad_tape_check(const symad_tape *tape, size_t n_points, const double *x, ptrdiff_t x_row,
                                        ptrdiff_t x_column, const symad_errors *outputs, void *work);

/* ---- plans: the fast way to many points ---------------------------------------------------------- */

typedef struct symad_plan symad_plan;

/* Columns of an array of doubles: entry (point i, column k) is data[i*row + k*column]; strides of any sign. Inputs are
 * only read. */
typedef struct symad_columns {
  double *data;
  ptrdiff_t row;
  ptrdiff_t column;
} symad_columns;

typedef struct symad_plan_size {
  uint64_t n_instructions;
  uint64_t n_slots;
  uint64_t n_bytes;
} symad_plan_size;

#define SYMAD_ENGINE_BEST -1

/* Name of an engine (0, 1, ... : an instruction set), NULL where this processor does not run it and behind the last.
 * Static text. Since 0.1. */
SYMAD_API const char *symad_engine_name(int engine);

/* Instructions for a tape, in *plan; the tape is not needed afterwards, its allocator is. The inputs lie in two
 * blocks of columns, the first with first_inputs of them, and the outputs likewise (first_outputs): a point and a
 * direction, a value and a gradient. Every engine and symad_tape_value give the same bits. engine is a number or
 * SYMAD_ENGINE_BEST. Since 0.1. Returns OK, ERR_ARGUMENT (a block larger than the whole, or an engine that this processor
 * does not run), ERR_MEMORY, ERR_LIMIT_NODES. */
SYMAD_API symad_status symad_plan_new(const symad_tape *tape, uint32_t first_inputs, uint32_t first_outputs, int engine,
                                      symad_plan **plan);

/* Frees a plan, which no thread may use any longer; NULL is allowed. Since 0.1. */
SYMAD_API void symad_plan_free(symad_plan *plan);

/* Name of what runs the plan, as symad_engine_name has it, or "native". Static text. Since 0.1. */
SYMAD_API const char *symad_plan_engine(const symad_plan *plan);

/* Fills *size: instructions, slots of work memory, and bytes that the plan takes. Since 0.1. */
SYMAD_API void symad_plan_stats(const symad_plan *plan, symad_plan_size *size);

/* Bytes of work memory for symad_plan_run with n_points points; one block a concurrent call. Since 0.1. */
SYMAD_API size_t symad_plan_work_size(const symad_plan *plan, size_t n_points);

/* Compiled code that does what symad_plan_run does, in the same blocks. `work` is aligned to 64 bytes. */
typedef void symad_native_run(size_t n_points, const symad_columns *inputs, const symad_columns *outputs, double *work);

/* Lets such code run in place of the engine, with n_work doubles of work memory a call. The caller answers for its doing
 * the same, and keeps it loaded as long as the plan. To be called before anything else knows the plan. Since 0.1. */
SYMAD_API void symad_plan_use(symad_plan *plan, symad_native_run *run, size_t n_work);

/* Outputs at n_points points, 0 allowed. inputs and outputs are two symad_columns each; data of a block without
 * columns may be NULL. work has symad_plan_work_size(plan, n_points) bytes, at any address that suits doubles. Since
 * 0.1. Returns OK. */
SYMAD_API symad_status symad_plan_run(const symad_plan *plan, size_t n_points, const symad_columns *inputs,
                                      const symad_columns *outputs, void *work);

/* The operations that outputs need, in an order that keeps few values waiting: nodes holds n_nodes entries, *count says
 * how many are filled. Inputs, numbers and constants are left out. Since 0.1. Returns OK, ERR_MEMORY. */
SYMAD_API symad_status symad_tape_schedule(const symad_tape *tape, uint32_t *nodes, size_t *count);

/* ---- plans to be read: for tests, tools and people ------------------------------------------------ */

#define SYMAD_INSTRUCTION_STEP 0    /* R = value, R being the accumulator, a number a point as each slot is */
#define SYMAD_INSTRUCTION_ROW 1     /* the kernel of a row, of slots or of list */
#define SYMAD_INSTRUCTION_INPUTS 2  /* columns of a block of inputs into the slots of list */
#define SYMAD_INSTRUCTION_OUTPUTS 3 /* the slots of list into columns of a block of outputs */
#define SYMAD_NO_SLOT 0xffffffffu   /* in the list of INPUTS: a column that nothing reads */

/* An instruction of a plan. name is that of the step, of the row, or "INPUTS" and "OUTPUTS", or "SIN+COS" and others of
 * several rows together (a ROW with as many results, row being the first); value is what a step computes as C text, "" for
 * the others: A, B, C and D are slots[0], slots[1], ..., K and L numbers[0] and numbers[1], PICK(c, x, y) is x where
 * c is not 0, else y, EQUAL(x, y) is 1 or 0, LEADS(x, y, c) is x where y is no nan and x is one or c holds, else y.
 * The first n_slots, n_numbers and n_stored entries are used, and n_list of list, which is NULL where there are none;
 * a step with n_stored 0 leaves its result in R alone. block (0 or 1) and column, the first of n_list, are for INPUTS
 * and OUTPUTS, row for ROW; 0 elsewhere. */
typedef struct symad_instruction {
  int32_t kind;
  uint32_t row;
  const char *name;
  const char *value;
  uint32_t n_stored;
  uint32_t n_slots;
  uint32_t n_numbers;
  uint32_t n_list;
  uint32_t stored[3];
  uint32_t slots[4];
  double numbers[2];
  const uint32_t *list;
  uint32_t block;
  uint32_t column;
} symad_instruction;

/* Fills *instruction with the one at index, in the order in which they run. Text is static; list belongs to the plan.
 * Plans of one tape and the same blocks have the same instructions whatever the engine: engines differ in how many
 * points an instruction takes at once. Allocates nothing. Since 0.1.
 * Returns 1, or 0 where the plan has no more than index instructions; *instruction is then left alone. */
SYMAD_API int symad_plan_instruction_at(const symad_plan *plan, uint64_t index, symad_instruction *instruction);

#define SYMAD_MODE_NONE 0    /* not computed: nothing needs it, or it is a constant that has no slot */
#define SYMAD_MODE_CHAINED 1 /* computed in the accumulator, for the one node that reads it */
#define SYMAD_MODE_FUSED 2   /* a product, or the minus of a factor, that is part of its user's step */
#define SYMAD_MODE_STORED 3  /* in a slot */
#define SYMAD_MODE_PAIRED 4  /* in a slot: several rows, as sine and cosine, computed by one instruction */

/* How plans of the tape compute each node: modes holds n_nodes entries, SYMAD_MODE_ and one of those above; nodes holds
 * n_nodes entries too, the first *count of them filled with the nodes that are computed, in their order: those of
 * symad_tape_schedule and the constants that have a slot. The stored ones among them are what the instructions of a
 * plan store, one after the other (those of one in any order). Since 0.1. Returns OK, ERR_MEMORY. */
SYMAD_API symad_status symad_tape_modes(const symad_tape *tape, uint8_t *modes, uint32_t *nodes, size_t *count);

/* ---- plans as callbacks ------------------------------------------------------------------------- */

/* What the two functions below are given as their last argument: a plan whose inputs and outputs are one block each
 * (first_inputs and first_outputs are all of them), how many inputs it has, and work memory for one point, so that a
 * callback is for one call at a time. */
typedef struct symad_callback {
  const symad_plan *plan;
  size_t n_inputs;
  void *work;
} symad_callback;

/* The value at the point x of n numbers, of a plan with one output; callback is a symad_callback. Returns nan where
 * n is not n_inputs. Integrators such as scipy.integrate.quad call functions of this shape. Since 0.1. */
SYMAD_API double symad_callback_value(int n, double *x, void *callback);

/* All outputs at the point x of n numbers into y, n_outputs of them; callback is a symad_callback. Filters such as
 * scipy.ndimage.generic_filter call functions of this shape. Since 0.1. Returns 1, or 0 where n is not n_inputs. */
SYMAD_API int symad_callback_outputs(double *x, intptr_t n, double *y, void *callback);

/* ---- derivatives -------------------------------------------------------------------------------- */

#define SYMAD_DERIVE_GRADIENT 0
#define SYMAD_DERIVE_VALUE_AND_GRADIENT 1
#define SYMAD_DERIVE_JACOBIAN 2
#define SYMAD_DERIVE_FORWARD 3
#define SYMAD_DERIVE_VJP 4
#define SYMAD_DERIVE_JVP 5
#define SYMAD_DERIVE_SPARSE_JACOBIAN 6

/* A derivative as another tape, built by the rows' partials; kind is SYMAD_DERIVE_ and one of
 *   GRADIENT            one output: its n_inputs partial derivatives, by one reverse sweep
 *   VALUE_AND_GRADIENT  the same behind the value: 1 + n_inputs outputs
 *   JACOBIAN            n_outputs*n_inputs outputs, row by row, one reverse sweep an output
 *   FORWARD             the same outputs, one tangent sweep an input
 *   VJP                 inputs x and one weight an output; n_inputs outputs
 *   JVP                 inputs x and one direction an input; n_outputs outputs
 *   SPARSE_JACOBIAN     those of JACOBIAN that symad_tape_pattern names; ERR_OUTPUTS where there is none
 * limits may be NULL (only `nodes` is read). The result, in *derived, stands by itself. Since 0.1. Returns OK, ERR_OUTPUTS,
 * ERR_ARGUMENT, ERR_LIMIT_NODES, ERR_MEMORY, ERR_VERIFY for a loaded tape in which an operation occurs twice. */
SYMAD_API symad_status symad_tape_derive(const symad_tape *tape, int kind, const symad_limits *limits,
                                         symad_tape **derived);

/* The same by n inputs alone, numbered inputs[0] and so on, 1 to n_inputs of them and each once: slopes and directions are
 * those of these, in this order (of SPARSE_JACOBIAN ascending), with the bits that symad_tape_derive gives, and nothing
 * is computed for the others. kind, limits and *derived are as there. Since 0.1. Returns what that returns, ERR_ARGUMENT
 * for such inputs too: OK, ERR_OUTPUTS, ERR_ARGUMENT, ERR_LIMIT_NODES, ERR_MEMORY, ERR_VERIFY. */
SYMAD_API symad_status symad_tape_derive_by(const symad_tape *tape, int kind, const uint32_t *inputs, size_t n,
                                            const symad_limits *limits, symad_tape **derived);

/* Where the Jacobian may differ from 0: the inputs that output k depends on are columns[starts[k]] to
 * columns[starts[k + 1] - 1], ascending; starts has n_outputs + 1 entries. *count is their number, and columns are
 * written where capacity, the number of its entries, is no less; columns may be NULL where capacity is 0. Since 0.1.
 * Returns OK, ERR_MEMORY. */
SYMAD_API symad_status symad_tape_pattern(const symad_tape *tape, uint64_t *starts, uint32_t *columns, size_t capacity,
                                          size_t *count);

/* The outputs numbered which[0], ..., which[n - 1] of a tape, repeats allowed, as another tape with the same inputs
 * and only the nodes that these outputs need, in *selected. Since 0.1. Returns OK, ERR_OUTPUTS (n is 0 or an output
 * is out of range), ERR_MEMORY, ERR_VERIFY for a loaded tape in which an operation occurs twice. */
SYMAD_API symad_status symad_tape_select(const symad_tape *tape, const uint32_t *which, size_t n,
                                         symad_tape **selected);

/* cffi-end */

#ifdef __cplusplus
}
#endif
#endif

/* symad: machine code for plans, made here without a compiler. The general contract is that of symad.h.
 *
 * The code does what the plan's engine does, with the same bits. Nothing is compiled unless it is asked for, pages are
 * never writable and executable at once, and where code cannot be made the plan runs as before.
 */
#ifndef SYMAD_CODE_H
#define SYMAD_CODE_H



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

/* symad: many nodes of a graph in one call, for programs that trace arrays. The general contract is that of symad.h.
 *
 * Each call does what the same calls of symad_builder_input, _number, _op and _output one after the other would do, with
 * the same ids. Where one fails, those before it stay, and the builder may be used further. */
#ifndef SYMAD_GRAPH_H
#define SYMAD_GRAPH_H



#ifdef __cplusplus
extern "C" {
#endif

/* cffi-begin */

/* Sets how many nodes and variables the builder may hold, and how long its literals may be: what limits says, of which
 * the rest is not read. Without this call nodes have no limit, the others have those of symad_limits_default. Since 0.1. */
SYMAD_API void symad_builder_limit(symad_builder *builder, const symad_limits *limits);

/* Makes room for n_nodes operations more, so that the builder need not grow while they come; a hint, which changes no
 * answer. Since 0.1. Returns OK, ERR_LIMIT_NODES, ERR_MEMORY. */
SYMAD_API symad_status symad_builder_reserve(symad_builder *builder, uint64_t n_nodes);

/* Declares n inputs, nodes[k] being the node of the k-th; their names lie side by side in text, and the k-th ends before
 * byte ends[k]. Since 0.1. Returns OK, ERR_ARGUMENT (ends that go down), ERR_NAME, ERR_LIMIT_VARIABLES,
 * ERR_LIMIT_NODES, ERR_MEMORY. */
SYMAD_API symad_status symad_builder_inputs(symad_builder *builder, const char *text, const uint32_t *ends, size_t n,
                                            uint32_t *nodes);

/* Declares the inputs of an array of n_axes axes (64 at most) of the lengths in shape, in C order: their names are the
 * length bytes of name and for each axis "_" and the index, W_0_1. nodes has an entry for each. Since 0.1.
 * Returns OK, ERR_ARGUMENT (n_axes), ERR_NAME, ERR_LIMIT_VARIABLES, ERR_LIMIT_NODES, ERR_MEMORY. */
SYMAD_API symad_status symad_builder_array(symad_builder *builder, const char *name, size_t length,
                                           const uint32_t *shape, size_t n_axes, uint32_t *nodes);

/* The n doubles of values as leaves, in nodes. Since 0.1. Returns OK, ERR_LIMIT_NODES, ERR_MEMORY. */
SYMAD_API symad_status symad_builder_numbers(symad_builder *builder, const double *values, size_t n, uint32_t *nodes);

/* n operations of one row op with k operands each, in nodes: those of the i-th are operands[i*k] to
 * operands[i*k + k - 1]. The row may be one with any number of operands. Since 0.1.
 * Returns OK, ERR_OPERATION, ERR_ARITY, ERR_OPERAND, ERR_TYPE, ERR_EXPONENT, ERR_LIMIT_NODES, ERR_MEMORY. */
SYMAD_API symad_status symad_builder_lists(symad_builder *builder, uint32_t op, const uint32_t *operands, size_t n,
                                           size_t k, uint32_t *nodes);

/* Appends n outputs, those of nodes. Since 0.1. Returns OK, ERR_OPERAND, ERR_TYPE, ERR_MEMORY. */
SYMAD_API symad_status symad_builder_outputs(symad_builder *builder, const uint32_t *nodes, size_t n);

/* cffi-end */

#ifdef __cplusplus
}
#endif
#endif

/* symad: a step repeated many times, with its adjoint in little memory. The general contract is that of symad.h.
 *
 * state, y = step(state, x, args), n_steps times. Runs of steps are written out as one program where that is short, and
 * the adjoint recomputes what it needs from states that were kept. How many are kept changes no bit of any result.
 */
#ifndef SYMAD_LOOPS_H
#define SYMAD_LOOPS_H



#ifdef __cplusplus
extern "C" {
#endif

/* cffi-begin */

typedef struct symad_loop symad_loop;

#define SYMAD_KEEP_SQRT 0 /* about twice the square root of n_steps states are kept */
#define SYMAD_KEEP_ALL -1 /* the state at the start of each run */

/* Numbers in a step and in all: xs and ys have n_steps rows of n_x and n_y. run is how many steps one program has. */
typedef struct symad_loop_size {
  uint64_t n_steps;
  uint64_t run;
  uint64_t n_state;
  uint64_t n_x;
  uint64_t n_args;
  uint64_t n_y;
} symad_loop_size;

/* n_steps repeats of the tape `step`, in *loop: its inputs are n_state numbers of state, n_x of x and the args, its
 * outputs the next state and then y. The tape is not needed afterwards, its allocator is. limits may be NULL (only
 * `nodes` is read). A loop never changes. Since 0.1.
 * Returns OK, ERR_ARGUMENT (more state and x than inputs, or no step), ERR_OUTPUTS (fewer outputs than n_state, or
 * none), ERR_MEMORY, ERR_LIMIT_NODES, ERR_VERIFY for a loaded tape in which an operation occurs twice. */
SYMAD_API symad_status symad_loop_new(const symad_tape *step, uint32_t n_state, uint32_t n_x, uint64_t n_steps,
                                      const symad_limits *limits, symad_loop **loop);

/* Frees a loop, which no thread may use any longer; NULL is allowed. Since 0.1. */
SYMAD_API void symad_loop_free(symad_loop *loop);

/* Fills *size with the numbers of a loop. Since 0.1. */
SYMAD_API void symad_loop_stats(const symad_loop *loop, symad_loop_size *size);

/* Bytes of work memory for the calls below, one block a concurrent call. keep is SYMAD_KEEP_ and a name, or a number of
 * steps: of each as many steps the first state is kept. Since 0.1. */
SYMAD_API size_t symad_loop_work_size(const symad_loop *loop, int64_t keep);

/* From state, xs and args the last state into `end` and what steps give into ys; what has no entries may be NULL. work has
 * symad_loop_work_size(loop, keep) bytes for any keep. Since 0.1. Returns OK. */
SYMAD_API symad_status symad_loop_value(const symad_loop *loop, const double *state, const double *xs,
                                        const double *args, double *end, double *ys, void *work);

/* What the adjoint reads beside state, xs and args, and what it fills: weights of the last state and of ys, and slopes of
 * state, xs and args. What has no entries may be NULL. */
typedef struct symad_loop_adjoint {
  const double *end_weights;
  const double *y_weights;
  double *state_slopes;
  double *x_slopes;
  double *arg_slopes;
} symad_loop_adjoint;

/* The same with the adjoint of everything: slopes of the sum of weights times results, those of args added from the last
 * step to the first. state, xs, args, end, ys, keep and work as above. Since 0.1. Returns OK. */
SYMAD_API symad_status symad_loop_value_and_adjoint(const symad_loop *loop, int64_t keep, const double *state,
                                                    const double *xs, const double *args, double *end, double *ys,
                                                    const symad_loop_adjoint *adjoint, void *work);

/* cffi-end */

#ifdef __cplusplus
}
#endif
#endif

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
