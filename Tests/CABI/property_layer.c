/* See property.h: section 9 of memsim.h. */
#include "property.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { live_layers = 6, most_extent = 24, most_samples = 40 };

typedef struct live_layer {
  memsim_layer *handle;
  size_t inputs, outputs, devices;
  int32_t redraw;
} live_layer;

static live_layer layers[live_layers];

/* -- Making layers */

static const double tenth = 0.1, room_temperature = 293, wrong = -1, means[2] = {4e-7, 3e-6};

static memsim_param any_param(memsim_param param) {
  switch (below(4 * bad_rate)) {
    case 0: param.name = NULL; blame(MEMSIM_ERR_ARGUMENT, "name"); break;
    case 1: param.name = "nope"; blame(MEMSIM_ERR_ARGUMENT, "nope"); break;
    case 2: param.values = NULL; blame(MEMSIM_ERR_ARGUMENT, "values"); break;
    case 3: blame(MEMSIM_ERR_ARGUMENT, param.name); param.values = &wrong; param.count = 1; break;
    case 4: param.count = 0; blame(MEMSIM_ERR_SHAPE, "count"); break;
    case 5: param.count = SIZE_MAX - below(100); blame(MEMSIM_ERR_SHAPE, "count"); break;
  }
  return param;
}

/* Some that go together and one that may not, with room for a parameter each; how many there are. */
enum { most_nonidealities = 7 };
static size_t any_nonidealities(memsim_nonideality *list, memsim_param *params) {
  const char *names[] = {"lognormal", "stuck-distribution", "read-noise", "drift", "stuck-at-on",
                         chance(2) ? "poole-frenkel" : "discrete-states"};
  const memsim_param good[] = {{"sigma_on", &tenth, 1},    {"means", means, 2}, {"sigma", &tenth, 1},
                               {"time", &tenth, 1},        {"probability", &tenth, 1},
                               {names[5][0] == 'p' ? "temperature" : "levels", &room_temperature, 1}};
  size_t count = 0;
  for (int i = 0; i < 6; i++) {
    if (chance(2)) continue;
    params[count] = any_param(good[i]);
    list[count] = (memsim_nonideality){names[i], &params[count], 1};
    count++;
  }
  if (!count || !chance(bad_rate)) return count;
  memsim_nonideality *bad = &list[below(count)];
  switch (below(4)) {
    case 0: bad->name = NULL; blame(MEMSIM_ERR_ARGUMENT, "name"); break;
    case 1: bad->name = "nope"; blame(MEMSIM_ERR_ARGUMENT, "nope"); break;
    case 2: bad->params = NULL; bad->param_count = 1 + below(9); blame(MEMSIM_ERR_ARGUMENT, "params"); break;
    case 3:
      if (strncmp(bad->name, "stuck", 5) == 0) break; /* there may be several */
      list[count++] = *bad;
      blame(MEMSIM_ERR_ARGUMENT, strcmp(bad->name, "read-noise") == 0 ? "twice" : "exclude each other");
      break;
  }
  return count;
}

static void spoil_def(memsim_layer_def *def) {
  if (!chance(bad_rate)) return;
  switch (below(9)) {
    case 0: def->inputs = 0; blame(MEMSIM_ERR_ARGUMENT, "inputs"); break;
    case 1: def->outputs = (1ull << 24) + 1 + any64() / 2; blame(MEMSIM_ERR_ARGUMENT, "outputs"); break;
    case 2: def->inputs = def->outputs = 1ull << (16 + below(9)); blame(MEMSIM_ERR_ARGUMENT, "devices"); break;
    case 3: def->bias = 2 + (int32_t)below(1 << 30); blame(MEMSIM_ERR_ARGUMENT, "bias"); break;
    case 4: def->redraw = -1 - (int32_t)below(1 << 30); blame(MEMSIM_ERR_ARGUMENT, "redraw"); break;
    case 5: def->reserved = 1 + (uint32_t)below(1 << 30); blame(MEMSIM_ERR_ARGUMENT, "reserved"); break;
    case 6: def->g_off = def->g_on * (1 + fabs(real_within(1))); blame(MEMSIM_ERR_ARGUMENT, "g_off"); break;
    case 7: def->g_on = strange_real(); blame(MEMSIM_ERR_ARGUMENT, "g_on"); break;
    case 8:
      def->nonidealities = NULL;
      def->nonideality_count = 1 + any64() / 2;
      blame(MEMSIM_ERR_ARGUMENT, "nonidealit");
      break;
  }
}

static int layer_create(void) {
  memsim_nonideality list[most_nonidealities];
  memsim_param params[most_nonidealities];
  memsim_layer_def def;
  memsim_layer_def_init(&def, sizeof def);
  def.inputs = 1 + below(most_extent);
  def.outputs = 1 + below(most_extent);
  def.bias = (int32_t)below(2);
  def.redraw = (int32_t)below(2);
  def.g_off = 1e-9 + fabs(real_within(1e-6));
  def.k_v = bounded_parameter("k_v", 1e-6, 100);
  def.nonidealities = list;
  def.nonideality_count = any_nonidealities(list, params);
  def.context = any_context();
  spoil_def(&def);
  spoil_size(&def.size, sizeof def);
  memsim_layer *made = NULL;
  const memsim_status status = memsim_layer_create(&def, &made);
  if (judge("layer_create", status, NULL) || (status == MEMSIM_OK) != (made != NULL)) return 1;
  if (!made) return 0;
  live_layer *slot = &layers[below(live_layers)];
  memsim_layer_destroy(slot->handle);
  const size_t rows = def.inputs + (size_t)def.bias;
  *slot = (live_layer){made, def.inputs, def.outputs, rows * 2 * def.outputs, def.redraw};
  return 0;
}

int setup_layers(void) {
  for (int i = 0; i < live_layers; i++) {
    memsim_layer_def def;
    memsim_layer_def_init(&def, sizeof def);
    def.inputs = def.outputs = (uint64_t)i + 1;
    layers[i] = (live_layer){NULL, def.inputs, def.outputs, (def.inputs + 1) * 2 * def.outputs, def.redraw};
    if (memsim_layer_create(&def, &layers[i].handle) != MEMSIM_OK) return 1;
  }
  return 0;
}

void teardown_layers(void) {
  for (int i = 0; i < live_layers; i++) memsim_layer_destroy(layers[i].handle);
}

/* -- Operands */

/* A live layer; `handle` gets NULL instead with a small probability. */
static const live_layer *any_layer(const memsim_layer **handle) {
  const live_layer *layer = &layers[below(live_layers)];
  *handle = layer->handle;
  if (chance(bad_rate)) {
    *handle = NULL;
    blame(MEMSIM_ERR_ARGUMENT, "layer");
  }
  return layer;
}

/* An output, or NULL. */
static void *results_of(const char *name, memsim_dtype dtype, size_t count) {
  if (!chance(bad_rate)) return output_buffer(count * width_of(dtype));
  blame(MEMSIM_ERR_ARGUMENT, name);
  return NULL;
}

static void *maybe_results(memsim_dtype dtype, size_t count) {
  return chance(2) ? NULL : output_buffer(count * width_of(dtype));
}

/* Of a dtype that does not exist double precision: the call must not touch the buffer. */
static memsim_dtype precision_of(memsim_dtype dtype) { return dtype == MEMSIM_FLOAT32 ? dtype : MEMSIM_FLOAT64; }

static void put(void *values, memsim_dtype dtype, size_t index, double value) {
  if (dtype == MEMSIM_FLOAT32) ((float *)values)[index] = (float)value;
  else ((double *)values)[index] = value;
}

/* Weights that a draw accepts. */
static void *good_weights(memsim_dtype dtype, size_t count) {
  void *weights = input_buffer(count * width_of(precision_of(dtype)));
  for (size_t i = 0; i < count; i++) put(weights, dtype, i, chance(4) ? 0 : fabs(real_within(2)));
  put(weights, dtype, below(count), 2 + fabs(real_within(1)));
  return weights;
}

/* The same, or NULL, or with one among them that is none, or all of them 0. */
static const void *any_weights(memsim_dtype dtype, size_t count) {
  void *weights = good_weights(dtype, count);
  if (!chance(bad_rate)) return weights;
  blame(MEMSIM_ERR_ARGUMENT, "weights");
  switch (below(4)) {
    case 0: return NULL;
    case 1: memset(weights, 0, count * width_of(precision_of(dtype))); break;
    case 2: put(weights, dtype, below(count), strange_real()); break;
    case 3: put(weights, dtype, below(count), -1e-6 - fabs(real_within(1))); break;
  }
  return weights;
}

static const memsim_layer_key *any_key(void) {
  memsim_layer_key *key = input_buffer(sizeof *key);
  *key = (memsim_layer_key){any64(), any64(), below(1 << 30), below(1 << 30), below(3)};
  if (!chance(bad_rate)) return key;
  const uint64_t wild = (1ull << 32) + (any64() >> below(32));
  switch (below(4)) {
    case 0: blame(MEMSIM_ERR_ARGUMENT, "key"); return NULL;
    case 1: key->call = wild; blame(MEMSIM_ERR_ARGUMENT, "call"); break;
    case 2: key->first_sample = wild; blame(MEMSIM_ERR_ARGUMENT, "first_sample"); break;
    case 3: key->sample_step = wild; blame(MEMSIM_ERR_ARGUMENT, "sample_step"); break;
  }
  return key;
}

/* Bytes of a workspace. */
static size_t room_of(const live_layer *layer, memsim_dtype dtype) {
  uint64_t bytes = 0;
  memsim_layer_workspace(layer->handle, precision_of(dtype), &bytes);
  return bytes;
}

/* A workspace or NULL; `capacity` may become too small. */
static void *any_workspace(const live_layer *layer, memsim_dtype dtype, size_t *capacity) {
  *capacity = room_of(layer, dtype);
  void *workspace = input_buffer(*capacity);
  memset(workspace, 0xa5, *capacity);
  if (chance(bad_rate)) {
    *capacity = below(*capacity);
    blame(MEMSIM_ERR_SHAPE, "capacity");
  }
  if (!chance(bad_rate)) return workspace;
  blame(MEMSIM_ERR_ARGUMENT, "workspace");
  return NULL;
}

/* The same with devices for the weights in it, or without. */
static const void *drawn(const live_layer *layer, memsim_dtype dtype, const void *weights, size_t *capacity) {
  void *workspace = any_workspace(layer, dtype, capacity);
  if (!workspace) return NULL;
  if (chance(bad_rate)) {
    blame(MEMSIM_ERR_ARGUMENT, "workspace");
    return workspace;
  }
  const memsim_layer_key key = {any64(), any64(), below(99), below(99), below(3)};
  memsim_layer_draw(layer->handle, weights, precision_of(dtype), &key, NULL, workspace, room_of(layer, dtype));
  return workspace;
}

static size_t any_batch(size_t *buffered) {
  *buffered = below(most_samples);
  if (!chance(bad_rate)) return *buffered;
  const size_t wild[] = {SIZE_MAX, SIZE_MAX / 2, (size_t)1 << 63, (size_t)1 << 32, (size_t)1 << 55};
  blame(MEMSIM_ERR_SHAPE, "batch"); /* must be refused unread */
  return wild[below(5)];
}

/* -- Using layers */

/* What a refused draw leaves of a workspace: all of it, or all but a mark that it holds no devices. */
static int is_left_alone(const unsigned char *workspace, size_t bytes) {
  for (size_t i = 0; i < bytes; i++) {
    if (workspace[i] != 0xa5 && (i >= 8 || workspace[i] != 0)) return 0;
  }
  return 1;
}

static int draw(void) {
  const memsim_layer *handle;
  const live_layer *layer = any_layer(&handle);
  const memsim_dtype dtype = dtype_of(MEMSIM_FLOAT32, MEMSIM_FLOAT64);
  const void *weights = any_weights(dtype, layer->devices);
  const memsim_layer_key *key = any_key();
  const double *normals = NULL;
  if (chance(layer->redraw == MEMSIM_REDRAW_CALL ? 2 : bad_rate)) {
    double *z = input_buffer(2 * layer->devices * sizeof *z);
    for (size_t i = 0; i < 2 * layer->devices; i++) z[i] = real_within(3);
    normals = z;
    if (layer->redraw == MEMSIM_REDRAW_SAMPLE) blame(MEMSIM_ERR_ARGUMENT, "normals");
  }
  size_t capacity;
  void *workspace = any_workspace(layer, dtype, &capacity);
  const memsim_status status = memsim_layer_draw(handle, weights, dtype, key, normals, workspace, capacity);
  if (judge("layer_draw", status, NULL)) return 1;
  if (status == MEMSIM_OK || !workspace || is_left_alone(workspace, room_of(layer, dtype))) return 0;
  return puts("layer_draw: wrote before it failed"), 1;
}

static int conductances(void) {
  const memsim_layer *handle;
  const live_layer *layer = any_layer(&handle);
  const memsim_dtype dtype = dtype_of(MEMSIM_FLOAT32, MEMSIM_FLOAT64);
  const void *weights = any_weights(dtype, layer->devices);
  const memsim_layer_key *key = any_key();
  void *out = results(dtype, layer->devices);
  return judge("layer_conductances", memsim_layer_conductances(handle, weights, dtype, key, out), NULL);
}

static int forward(void) {
  const memsim_layer *handle;
  const live_layer *layer = any_layer(&handle);
  const memsim_dtype dtype = dtype_of(MEMSIM_FLOAT32, MEMSIM_FLOAT64);
  size_t capacity, buffered;
  const void *workspace = drawn(layer, dtype, good_weights(dtype, layer->devices), &capacity);
  const size_t batch = any_batch(&buffered);
  const void *x = reals("x", dtype, buffered * layer->inputs, 3, 1);
  void *y = results_of("y", dtype, buffered * layer->outputs);
  void *power = maybe_results(dtype, buffered);
  return judge("layer_forward", memsim_layer_forward(handle, workspace, capacity, x, dtype, batch, y, power), NULL);
}

static int backward(void) {
  const memsim_layer *handle;
  const live_layer *layer = any_layer(&handle);
  const memsim_dtype dtype = dtype_of(MEMSIM_FLOAT32, MEMSIM_FLOAT64);
  size_t capacity, buffered;
  void *weights = good_weights(dtype, layer->devices);
  const void *workspace = drawn(layer, dtype, weights, &capacity);
  if (chance(bad_rate)) {
    blame(MEMSIM_ERR_ARGUMENT, "weights");
    if (chance(2)) weights = NULL;
    else memset(weights, 0, layer->devices * width_of(precision_of(dtype))); /* not those drawn */
  }
  const size_t batch = any_batch(&buffered);
  const void *x = reals("x", dtype, buffered * layer->inputs, 3, 1);
  const void *y = reals("y", dtype, buffered * layer->outputs, 3, 1);
  const void *grad_y = reals("grad_y", dtype, buffered * layer->outputs, 3, 1);
  double penalty = fabs(real_within(1));
  if (chance(bad_rate)) {
    penalty = chance(2) ? strange_real() : -1e-9 - penalty;
    blame(MEMSIM_ERR_ARGUMENT, "penalty");
  }
  void *grad_x = maybe_results(dtype, buffered * layer->inputs);
  void *grad_weights = results_of("grad_weights", dtype, layer->devices);
  return judge("layer_backward",
               memsim_layer_backward(handle, workspace, capacity, weights, x, y, grad_y, dtype, batch, penalty, grad_x,
                                     grad_weights),
               NULL);
}

static int workspace_size(void) {
  const memsim_layer *handle;
  any_layer(&handle);
  const memsim_dtype dtype = dtype_of(MEMSIM_FLOAT32, MEMSIM_FLOAT64);
  return judge("layer_workspace", memsim_layer_workspace(handle, dtype, results(MEMSIM_INT64, 1)), NULL);
}

/* -- Pairs, laws, cards */

static int pairs(void) {
  const memsim_dtype dtype = dtype_of(MEMSIM_FLOAT32, MEMSIM_FLOAT64);
  const size_t buffered = below(99);
  const void *weights = reals("weights", dtype, buffered, 3, 0);
  int32_t mapping = (int32_t)below(2);
  size_t count = buffered;
  if (chance(bad_rate)) {
    mapping = chance(2) ? 2 + (int32_t)below(1 << 30) : -1 - (int32_t)below(1 << 30);
    blame(MEMSIM_ERR_ARGUMENT, "mapping");
  }
  if (chance(bad_rate)) {
    count = SIZE_MAX - (any64() >> 5);
    blame(MEMSIM_ERR_SHAPE, "count");
  }
  if (chance(2)) {
    void *out = results_of("pairs", dtype, 2 * buffered);
    return judge("pairs", memsim_pairs(weights, dtype, count, mapping, out), NULL);
  }
  const void *gradients = reals("grad_pairs", dtype, 2 * buffered, 3, 1);
  void *out = results_of("grad_weights", dtype, buffered);
  return judge("pairs_backward", memsim_pairs_backward(weights, dtype, count, mapping, gradients, out), NULL);
}

static int law_evaluate(void) {
  static const char *const laws[] = {"poole-frenkel", "n-parameter"};
  const size_t chosen = below(2);
  const memsim_param param = any_param(
      chosen ? (memsim_param){"v_ref", &tenth, 1} : (memsim_param){"temperature", &room_temperature, 1});
  memsim_nonideality law = {laws[chosen], &param, 1};
  if (chance(bad_rate)) {
    law.name = chance(2) ? NULL : "nope";
    blame(MEMSIM_ERR_ARGUMENT, law.name ? "nope" : "name");
  }
  const size_t count = below(40);
  const void *volts = reals("volts", MEMSIM_FLOAT64, count, 1, 1);
  double *conductance = input_buffer(count * sizeof *conductance);
  for (size_t i = 0; i < count; i++) conductance[i] = 1e-9 + fabs(real_within(1e-5));
  if (count && chance(bad_rate)) {
    conductance[below(count)] = chance(2) ? strange_real() : -fabs(real_within(1));
    blame(MEMSIM_ERR_ARGUMENT, "conductance");
  }
  const void *normals = reals("normals", MEMSIM_FLOAT64, 2 * count, 3, 1);
  void *current = results_of("current", MEMSIM_FLOAT64, count);
  void *by_conductance = results_of("d_conductance", MEMSIM_FLOAT64, count);
  void *by_voltage = results_of("d_voltage", MEMSIM_FLOAT64, count);
  return judge("law_evaluate",
               memsim_law_evaluate(&law, volts, conductance, normals, count, current, by_conductance, by_voltage),
               NULL);
}

static int nonideality_cards(void) {
  static const char *const names[] = {"discrete-states", "drift", "poole-frenkel"};
  const char *name = one_of("name", names, 3);
  if (chance(2)) {
    memsim_model_card card = {.size = sizeof card};
    spoil_size(&card.size, sizeof card);
    return judge("nonideality_info", memsim_nonideality_info(name, &card), NULL);
  }
  memsim_param_card card = {.size = sizeof card};
  int32_t index = (int32_t)below(2);
  if (chance(bad_rate)) {
    index = chance(2) ? 8 + (int32_t)below(1 << 30) : -1 - (int32_t)below(1 << 30);
    blame(MEMSIM_ERR_ARGUMENT, "index");
  }
  spoil_size(&card.size, sizeof card);
  return judge("nonideality_param", memsim_nonideality_param(name, index, &card), NULL);
}

const random_call layer_calls[] = {layer_create, draw, conductances, forward, backward, forward,
                                   backward,     pairs, workspace_size, law_evaluate, nonideality_cards};
const size_t layer_call_count = sizeof layer_calls / sizeof *layer_calls;
