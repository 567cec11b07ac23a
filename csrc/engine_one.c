/* The engine at width 1: one point. */
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
