/* What the tests of section 10 share: tiles, devices without spread, operands. */
#ifndef MEMSIM_TEST_TILE_SETS_H
#define MEMSIM_TEST_TILE_SETS_H

#include <math.h>
#include <stdlib.h>

#include "sections.h"

#define UNUSED __attribute__((unused))
#define ENSURE_ARGUMENT(call, word) ENSURE_FAILS(call, MEMSIM_ERR_ARGUMENT, word)
#define ENSURE_SHAPE(call, word) ENSURE_FAILS(call, MEMSIM_ERR_SHAPE, word)

enum { inputs = 70, outputs = 19, devices = inputs * outputs, batch = 7 };

UNUSED static float weights[devices], x[batch * inputs], d[batch * outputs], y[batch * outputs], by_x[batch * inputs];
UNUSED static float found[devices];

static const double zero = 0, one = 1;

#define COUNT(list) (sizeof(list) / sizeof *(list))
#define PARAMS(list) ((memsim_settings){(list), COUNT(list), NULL, 0})
#define OPTIONS(list) ((memsim_settings){NULL, 0, (list), COUNT(list)})

/* Devices that are all the same, their pulses too. The step is a power of 2: sums of steps are exact. */
static const double exact_step = 1.0 / 1024, wide_bound = 5, wide_minimum = -5;
UNUSED static const memsim_param exact[] = {{"dw_min", &exact_step, 1}, {"dw_min_dtod", &zero, 1},
                                            {"dw_min_std", &zero, 1},   {"up_down_dtod", &zero, 1},
                                            {"w_max_dtod", &zero, 1},   {"w_min_dtod", &zero, 1}};
UNUSED static const memsim_param wide[] = {
    {"w_max", &wide_bound, 1}, {"w_min", &wide_minimum, 1}, {"w_max_dtod", &zero, 1}, {"w_min_dtod", &zero, 1}};
UNUSED static const memsim_param noiseless[] = {{"out_noise", &zero, 1}};
UNUSED static const memsim_param perfect[] = {{"is_perfect", &one, 1}};

/** A tile of `inputs` x `outputs` constant-step devices; size 0 after a failure. */
static inline memsim_tile_def tile_def(void) {
  memsim_tile_def def;
  memset(&def, 0, sizeof def);
  if (memsim_tile_def_init(&def, sizeof def) != MEMSIM_OK) return def;
  def.inputs = inputs;
  def.outputs = outputs;
  def.seed = 12;
  return def;
}

/** A tile, or NULL. */
static inline memsim_tile *make_tile(const memsim_tile_def *def) {
  memsim_tile *tile = NULL;
  return memsim_tile_create(def, &tile) == MEMSIM_OK ? tile : NULL;
}

static inline int fill(float *values, size_t count, uint64_t stream, double limit) {
  const memsim_random_key key = {8, stream, 0};
  return memsim_random_uniform(NULL, &key, -limit, limit, values, MEMSIM_FLOAT32, count) != MEMSIM_OK;
}

/** Weights within +-limit, x and d within +-1; 0 if all is well. */
static inline int fill_operands(double limit) {
  return fill(weights, devices, 0, limit) || fill(x, batch * inputs, 1, 1) || fill(d, batch * outputs, 2, 1);
}

/** Its whole state, to be freed, or NULL. */
static inline unsigned char *state_of(memsim_tile *tile, size_t *size) {
  uint64_t bytes = 0;
  if (memsim_tile_state_size(tile, &bytes) != MEMSIM_OK || bytes == 0) return NULL;
  unsigned char *state = malloc((size_t)bytes);
  *size = (size_t)bytes;
  if (state && memsim_tile_save(tile, state, *size) == MEMSIM_OK) return state;
  free(state);
  return NULL;
}

/** Whether two tiles are in the same state. */
static inline int same_state(memsim_tile *left, memsim_tile *right) {
  size_t left_size = 0, right_size = 0;
  unsigned char *a = state_of(left, &left_size), *b = state_of(right, &right_size);
  const int same = a && b && left_size == right_size && memcmp(a, b, left_size) == 0;
  free(a);
  free(b);
  return same;
}

#endif
