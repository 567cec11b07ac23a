/* The inputs that derivatives add: directions and weights. */
#ifndef SYMAD_SEEDS_H
#define SYMAD_SEEDS_H

#include "base/internal.h"

/* n new inputs: directions (letter d: d_x for the input x, at the input's place in nodes; chosen says which inputs have
 * one, NULL: the first n) or weights (letter w: w_0, w_1, ...). Underscores are added until the names are new. */
symad_status seed_inputs(symad_builder *b, const symad_view *v, char letter, const uint32_t *chosen, uint32_t n,
                         uint32_t *nodes);

#endif
