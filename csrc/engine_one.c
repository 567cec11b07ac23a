/* The engine at width 1: one point.
 *
 * A tile is one double here, so that every loop over its lanes is a single turn and compilers drop it. The rows and the
 * loop are those of the wide engines, and so are the bits. */
#include "engine.h"

#include "lists.h"
#include "scalar.h"
#include "tiles.h"

#define TILE(NAME) CONCAT(one_, NAME)
#define ENGINE engine_one
#define VLANES 1
#define N_VECTORS 1
#include "engine_vectors.h"

#include "engine_tiles.h"
#include "engine_run.h"
