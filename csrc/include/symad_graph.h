/* symad: many nodes of a graph in one call, for programs that trace arrays. The general contract is that of symad.h.
 *
 * Each call does what the same calls of symad_builder_input, _number, _op and _output one after the other would do, with
 * the same ids. Where one fails, those before it stay, and the builder may be used further. */
#ifndef SYMAD_GRAPH_H
#define SYMAD_GRAPH_H

#include "symad.h"

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
