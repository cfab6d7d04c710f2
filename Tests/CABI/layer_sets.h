/* What the tests of section 9 share: operands, sets of nonidealities, layers. */
#ifndef MEMSIM_TEST_LAYER_SETS_H
#define MEMSIM_TEST_LAYER_SETS_H

#include <math.h>
#include <stdlib.h>

#include "sections.h"

#define UNUSED __attribute__((unused))

/* More rows than a tile, columns that fill no block, more samples than a thread takes at a time. */
enum { inputs = 70, outputs = 19, rows = inputs + 1, columns = 2 * outputs, devices = rows * columns, batch = 37 };

UNUSED static double weights[devices], x[batch * inputs], y[batch * outputs], power[batch], grad_y[batch * outputs];
UNUSED static double grad_x[batch * inputs], grad_weights[devices], conductance[devices];
UNUSED static float narrow_weights[devices], narrow_x[batch * inputs], narrow_y[batch * outputs], narrow_power[batch];
UNUSED static float narrow_conductance[devices];
enum { room = 400000 };
UNUSED static _Alignas(64) unsigned char workspace[room];

static const memsim_dtype f64 = MEMSIM_FLOAT64, f32 = MEMSIM_FLOAT32;
static const memsim_layer_key first_draw = {.seed = 1, .stream = 2, .call = 3};

/* No weight is 0, one is the largest; some inputs carry no voltage. */
static inline void fill_operands(void) {
  for (int i = 0; i < devices; i++) narrow_weights[i] = (float)(weights[i] = (i * 37 % 101 + 1) / 64.0);
  narrow_weights[11] = (float)(weights[11] = 2);
  for (int i = 0; i < batch * inputs; i++) narrow_x[i] = (float)(x[i] = i % 5 ? (i * 29 % 61 - 30) / 32.0 : 0);
  for (int i = 0; i < batch * outputs; i++) grad_y[i] = (i * 13 % 17 - 8) / 8.0;
}

#define ENSURE_ARGUMENT(call, word) ENSURE_FAILS(call, MEMSIM_ERR_ARGUMENT, word)
#define ENSURE_SHAPE(call, word) ENSURE_FAILS(call, MEMSIM_ERR_SHAPE, word)

/* -- Sets of nonidealities */

static const double often = 0.25, wide = 0.4, level = 9e-7, hour = 3600, few = 5, step = 0.0625, third = 0.3;
static const double means[3] = {4e-7, 1e-6, 3e-6}, width = 1e-7;
static const memsim_param with_probability[] = {{"probability", &often, 1}};
static const memsim_param stuck_at[] = {{"value", &level, 1}, {"probability", &often, 1}};
static const memsim_param stuck_by[] = {{"means", means, 3}, {"bandwidth", &width, 1}, {"probability", &often, 1}};
static const memsim_param spread[] = {{"sigma_on", &often, 1}, {"sigma_off", &wide, 1}};
static const memsim_param drifting[] = {{"time", &hour, 1}, {"nu_std", &step, 1}};
static const memsim_param states[] = {{"levels", &few, 1}}, steps[] = {{"step", &step, 1}};
static const memsim_param noise[] = {{"sigma", &third, 1}};

static const memsim_nonideality poole_frenkel[] = {{"poole-frenkel", NULL, 0}};
static const memsim_nonideality n_parameter[] = {{"n-parameter", NULL, 0}};
static const memsim_nonideality lognormal[] = {{"lognormal", spread, 2}};
static const memsim_nonideality quantized[] = {{"quantization", steps, 1}, {"lognormal", spread, 2}};
static const memsim_nonideality noisy[] = {
    {"stuck-at", stuck_at, 2}, {"lognormal", spread, 2}, {"read-noise", noise, 1}};
static const memsim_nonideality smooth[] = {{"read-noise", noise, 1},
                                            {"poole-frenkel", NULL, 0},
                                            {"lognormal", spread, 2},
                                            {"stuck-distribution", stuck_by, 3},
                                            {"drift", drifting, 2}};
static const memsim_nonideality rough[] = {{"discrete-states", states, 1},
                                           {"stuck-at-off", with_probability, 1},
                                           {"stuck-at-on", with_probability, 1},
                                           {"n-parameter", NULL, 0}};

typedef struct set {
  const memsim_nonideality *list;
  size_t count;
} set;

#define SET(list) {list, sizeof(list) / sizeof *(list)}
static const set ideal = {NULL, 0}, emission = SET(poole_frenkel), spread_alone = SET(lognormal);
static const set all_sets[] = {{NULL, 0},  SET(poole_frenkel), SET(n_parameter), SET(smooth),
                               SET(noisy), SET(rough),         SET(quantized)};
enum { set_count = sizeof all_sets / sizeof *all_sets, quiet_sets = 3, smooth_sets = 5 };

static inline memsim_layer_def def_of(const set *set) {
  memsim_layer_def def;
  memsim_layer_def_init(&def, sizeof def);
  def.inputs = inputs;
  def.outputs = outputs;
  def.nonidealities = set->list;
  def.nonideality_count = set->count;
  return def;
}

/* A layer of the extents above, or NULL. */
static inline memsim_layer *make_layer(const set *set, int32_t redraw, memsim_context *context) {
  memsim_layer_def def = def_of(set);
  def.redraw = redraw;
  def.context = context;
  memsim_layer *layer = NULL;
  return memsim_layer_create(&def, &layer) == MEMSIM_OK ? layer : NULL;
}

static inline int draw(const memsim_layer *layer, const memsim_layer_key *key, const double *normals) {
  uint64_t bytes = 0;
  ENSURE_OK(memsim_layer_workspace(layer, f64, &bytes));
  ENSURE(bytes <= room);
  ENSURE_OK(memsim_layer_draw(layer, weights, f64, key, normals, workspace, room));
  return 0;
}

static inline int run(const memsim_layer *layer, const memsim_layer_key *key) {
  ENSURE(draw(layer, key, NULL) == 0);
  ENSURE_OK(memsim_layer_forward(layer, workspace, room, x, f64, batch, y, power));
  return 0;
}

static inline int is_close(double a, double b, double tolerance) { return fabs(a - b) <= tolerance * fabs(b); }
/* The same for what is a difference of numbers of order 1. */
static inline int is_near(double a, double b, double tolerance) { return fabs(a - b) <= tolerance * (1 + fabs(b)); }

#endif
