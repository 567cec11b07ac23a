/* The engine at width 1: one point. */
#include "engine/engine.h"

#include "kernels/lists.h"
#include "sweep/scalar.h"
#include "engine/fast_rows.h"

#define TILE(NAME) CONCAT(one_, NAME)
#define ENGINE engine_one
#define VLANES 1
#define N_VECTORS 1
#include "engine/vectors.h"

#include "engine/rows.h"
#include "engine/loop.h"
