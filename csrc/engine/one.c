/* The engine at width 1: one point.
 *
 * A tile is one double here, so that every loop over its lanes is a single turn and compilers drop it. The rows and the
 * loop are those of the wide engines, and so are the bits. */
#include "engine/engine.h"

#include "kernels/lists.h"
#include "sweep/scalar.h"
#include "engine/fast_rows.h"

#define TILE(NAME) CONCAT(one_, NAME)
#define ENGINE engine_one
#define VLANES 1
#define N_VECTORS 1
#include "engine/vectors.h"

#if defined(SYMAD_X86_ENGINES)
#define KERNEL one_kernel
#endif
#include "engine/rows.h"
#include "engine/loop.h"
