/* The local partial of a node as another node. */
#ifndef SYMAD_PARTIALS_H
#define SYMAD_PARTIALS_H

#include "internal.h"

/* d(node)/d(operand a) for which 0, d/d(operand b) for which 1; unary and binary rows only. */
symad_status partial_node(symad_builder *b, uint32_t node, int which, uint32_t *partial);

#endif
