/* See property.h: section 10 of memsim.h. Some tiles have the settings that users would choose, some any that their
 * cards allow, so that no combination of them may crash, hang, or leave half a result. */
#include "property.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { live_tiles = 8, most_extent = 20, most_vectors = 6 };

typedef struct live_tile {
  memsim_tile *handle;
  size_t inputs, outputs;
  int usual; /* made of settings that users would choose */
} live_tile;

static live_tile tiles[live_tiles];

static const card_kind device_cards = {memsim_pulsed_device_info, memsim_pulsed_device_param, memsim_pulsed_device_option};
static const card_kind compound_cards = {memsim_compound_info, memsim_compound_param, memsim_compound_option};
static const card_kind settings_cards = {memsim_tile_settings_info, memsim_tile_settings_param,
                                         memsim_tile_settings_option};

/* -- Making tiles */

/* Those of the first eight have steps, as compounds want it. */
static const char *const laws[] = {"constant-step", "linear-step", "soft-bounds", "soft-bounds-pmax",   "exp-step",
                                   "pow-step",      "piecewise-step", "soft-bounds-reference", "ideal", "pow-step-reference"};

/* A law; a model of cells, which takes longer to make, now and then. */
static const char *any_device(void) {
  return chance(100) ? memsim_pulsed_device_name((int32_t)below((uint64_t)memsim_pulsed_device_count())) : laws[below(10)];
}

static void keep(memsim_tile *made, const memsim_tile_def *def, int usual) {
  live_tile *slot = &tiles[below(live_tiles)];
  memsim_tile_destroy(slot->handle);
  *slot = (live_tile){made, def->inputs, def->outputs, usual};
}

static memsim_tile_def some_def(void) {
  memsim_tile_def def;
  memsim_tile_def_init(&def, sizeof def);
  def.inputs = 1 + below(most_extent);
  def.outputs = 1 + below(most_extent);
  def.seed = any64();
  def.context = any_context();
  return def;
}

/* A compound of one device, and how many cells it takes. */
static size_t cells_of(memsim_tile_def *def, memsim_tile_cell *cells, const char *device) {
  def->compound = memsim_compound_name((int32_t)below((uint64_t)memsim_compound_count()));
  def->cell_count = strcmp(def->compound, "mixed-precision") == 0 ? 1 : 2;
  def->cells = cells;
  for (size_t i = 0; i < 2; i++) cells[i] = (memsim_tile_cell){device, NULL, {NULL, 0, NULL, 0}};
  return def->cell_count;
}

static void spoil_def(memsim_tile_def *def, memsim_tile_cell *cells) {
  if (!chance(bad_rate)) return;
  static const double wrong = -1;
  static const memsim_param unknown = {"nope", &wrong, 1}, negative = {"w_max", &wrong, 1};
  switch (below(9)) {
    case 0: def->inputs = 0; blame(MEMSIM_ERR_ARGUMENT, "inputs"); break;
    case 1: def->outputs = (1ull << 24) + 1 + any64() / 2; blame(MEMSIM_ERR_ARGUMENT, "outputs"); break;
    case 2: def->inputs = def->outputs = 1ull << (16 + below(9)); blame(MEMSIM_ERR_ARGUMENT, "devices"); break;
    case 3: def->reserved = 1 + (uint32_t)below(1 << 30); blame(MEMSIM_ERR_ARGUMENT, "reserved"); break;
    case 4:
      if (def->compound) cells[below(def->cell_count)].device = "nope";
      else def->device = chance(2) ? "nope" : NULL;
      blame(MEMSIM_ERR_ARGUMENT, def->compound || def->device ? "nope" : "device");
      break;
    case 5: def->forward = (memsim_settings){&unknown, 1, NULL, 0}; blame(MEMSIM_ERR_ARGUMENT, "nope"); break;
    case 6:
      if (def->compound) cells[0].parameters = (memsim_settings){&negative, 1, NULL, 0};
      else def->parameters = (memsim_settings){&negative, 1, NULL, 0};
      blame(MEMSIM_ERR_ARGUMENT, "w_max");
      break;
    case 7: def->update = (memsim_settings){NULL, 1 + any64() / 2, NULL, 0}; blame(MEMSIM_ERR_ARGUMENT, "param"); break;
    case 8:
      if (!def->compound) def->cell_count = 1 + any64() / 2;
      else def->cells = NULL;
      blame(MEMSIM_ERR_ARGUMENT, def->compound ? "cells" : "cell_count");
      break;
  }
}

static int tile_create(void) {
  memsim_tile_def def = some_def();
  memsim_tile_cell cells[2];
  const char *device = laws[below(8)];
  def.device = device;
  if (chance(2)) cells_of(&def, cells, device);
  spoil_def(&def, cells);
  spoil_size(&def.size, sizeof def);
  memsim_tile *made = NULL;
  const memsim_status status = memsim_tile_create(&def, &made);
  if (judge("tile_create", status, NULL) || (status == MEMSIM_OK) != (made != NULL)) return 1;
  if (made) keep(made, &def, 1);
  return 0;
}

static int tile_create_any(void) {
  static chosen_settings memory[8];
  memsim_tile_def def = some_def();
  memsim_tile_cell cells[2];
  def.device = any_device();
  if (chance(2)) {
    cells_of(&def, cells, def.device);
    def.compound_settings = any_settings(&memory[0], &compound_cards, def.compound);
    for (size_t i = 0; i < 2; i++) cells[i].parameters = any_settings(&memory[1 + i], &device_cards, def.device);
    def.transfer_forward = any_settings(&memory[3], &settings_cards, "io");
    def.transfer_update = any_settings(&memory[4], &settings_cards, "update");
  } else {
    def.parameters = any_settings(&memory[0], &device_cards, def.device);
  }
  def.forward = any_settings(&memory[5], &settings_cards, "io");
  def.backward = any_settings(&memory[6], &settings_cards, "io");
  def.update = any_settings(&memory[7], &settings_cards, "update");
  memsim_tile *made = NULL;
  const memsim_status status = memsim_tile_create(&def, &made);
  if (judge_any("tile_create, any settings", status, made)) return 1;
  if (made) keep(made, &def, 0);
  return 0;
}

int setup_tiles(void) {
  for (int i = 0; i < live_tiles; i++) {
    memsim_tile_def def = some_def();
    tiles[i] = (live_tile){NULL, def.inputs, def.outputs, 1};
    if (memsim_tile_create(&def, &tiles[i].handle) != MEMSIM_OK) return 1;
  }
  return 0;
}

void teardown_tiles(void) {
  for (int i = 0; i < live_tiles; i++) memsim_tile_destroy(tiles[i].handle);
}

/* -- Operands */

static memsim_status size_of_state(void *handle, uint64_t *out) { return memsim_tile_state_size(handle, out); }
static memsim_status save_state(void *handle, void *out, size_t capacity) { return memsim_tile_save(handle, out, capacity); }
static const state_access access_tile = {size_of_state, save_state};

/* A live tile, whose state is noted; `handle` gets NULL instead with a small probability. */
static const live_tile *any_tile(memsim_tile **handle) {
  const live_tile *tile = &tiles[below(live_tiles)];
  note_state(&access_tile, tile->handle);
  *handle = tile->handle;
  if (chance(bad_rate)) {
    *handle = NULL;
    blame(MEMSIM_ERR_ARGUMENT, "tile");
  }
  return tile;
}

/* The outcome of a call on a tile: judged, and the state as it was if it failed. */
static int judge_tile(const char *name, memsim_status status, const live_tile *tile) {
  /* Trains whose length a large rate asks for, of those settings that leave them free. */
  if (!tile->usual && status == MEMSIM_ERR_ARGUMENT && strstr(memsim_last_error(), "trains")) {
    blame(status, "trains");
  }
  if (judge(name, status, NULL)) return 1;
  if (status == MEMSIM_OK || is_as_noted(&access_tile, tile->handle)) return 0;
  return printf("%s: changed the tile before it failed: %s\n", name, memsim_last_error()), 1;
}

static size_t any_batch(size_t *buffered) {
  *buffered = below(most_vectors);
  if (!chance(bad_rate)) return *buffered;
  const size_t wild[] = {SIZE_MAX, SIZE_MAX / 2, (size_t)1 << 63, (size_t)1 << 57};
  blame(MEMSIM_ERR_SHAPE, "batch"); /* must be refused unread */
  return wild[below(4)];
}

static float *float_results(const char *name, size_t count) {
  if (!chance(bad_rate)) return output_buffer(count * sizeof(float));
  blame(MEMSIM_ERR_ARGUMENT, name);
  return NULL;
}

/* -- Using tiles */

static int products(void) {
  memsim_tile *handle;
  const live_tile *tile = any_tile(&handle);
  const int back = chance(2) != 0;
  const size_t in = back ? tile->outputs : tile->inputs, out = back ? tile->inputs : tile->outputs;
  size_t buffered;
  const size_t batch = any_batch(&buffered);
  const float *x = floats(back ? "d" : "x", buffered * in);
  float *y = float_results(back ? "out" : "y", buffered * out);
  const memsim_status status = back ? memsim_tile_backward(handle, x, batch, y) : memsim_tile_forward(handle, x, batch, y);
  return judge_tile(back ? "tile_backward" : "tile_forward", status, tile);
}

/* Inputs within +-1 on a tile that was asked for sensibly have finite results. */
static int sensible_products(void) {
  const live_tile *tile = &tiles[below(live_tiles)];
  static float w[most_extent * most_extent], x[most_extent], y[most_extent];
  if (!tile->usual) return 0;
  for (size_t i = 0; i < tile->inputs * tile->outputs; i++) w[i] = (float)real_within(1);
  for (size_t i = 0; i < tile->inputs; i++) x[i] = (float)real_within(1);
  if (judge("tile_set_weights", memsim_tile_set_weights(tile->handle, w), NULL)) return 1;
  if (judge("tile_forward", memsim_tile_forward(tile->handle, x, 1, y), NULL)) return 1;
  for (size_t j = 0; j < tile->outputs; j++) {
    if (!isfinite(y[j])) return printf("tile_forward: output %zu is %g\n", j, (double)y[j]), 1;
  }
  return 0;
}

static int update(void) {
  memsim_tile *handle;
  const live_tile *tile = any_tile(&handle);
  size_t buffered;
  const size_t batch = any_batch(&buffered);
  const float *x = floats("x", buffered * tile->inputs), *d = floats("d", buffered * tile->outputs);
  const double rates[] = {0, 1e-300, 0.01, 1, 1e300};
  double rate = rates[below(5)] * (chance(2) ? -1 : 1);
  if (chance(bad_rate)) {
    rate = strange_real();
    blame(MEMSIM_ERR_ARGUMENT, "learning_rate");
  }
  return judge_tile("tile_update", memsim_tile_update(handle, x, d, batch, rate), tile);
}

static int set_weights(void) {
  memsim_tile *handle;
  const live_tile *tile = any_tile(&handle);
  const float *w = floats("weights", tile->inputs * tile->outputs);
  return judge_tile("tile_set_weights", memsim_tile_set_weights(handle, w), tile);
}

static int get_weights(void) {
  memsim_tile *handle;
  const live_tile *tile = any_tile(&handle);
  float *w = float_results("out", tile->inputs * tile->outputs);
  return judge_tile("tile_weights", memsim_tile_weights(handle, w), tile);
}

/* Quantities that all tiles have, or that none has; of a compound those of its first cell. */
static int quantities(void) {
  static const char *const good[] = {"max_bound", "min_bound", "dwmin_up", "dwmin_down", "persistent_weights"};
  static const char *const bad[] = {"", "nope", "/", "0/", "99/max_bound", "0/0/max_bound", "-0/nope", "%s%n", "\xff/\xfe"};
  memsim_tile *handle;
  const live_tile *tile = any_tile(&handle);
  const size_t count = tile->inputs * tile->outputs;
  char name[32];
  snprintf(name, sizeof name, "0/%s", good[below(5)]);
  float probe[most_extent * most_extent];
  if (memsim_tile_hidden(tile->handle, name, probe) != MEMSIM_OK) memmove(name, name + 2, sizeof name - 2);
  if (memsim_tile_hidden(tile->handle, name, probe) != MEMSIM_OK) return 0; /* cells of a device model */
  const char *asked = name;
  if (chance(bad_rate)) {
    asked = chance(3) ? NULL : bad[below(9)];
    blame(MEMSIM_ERR_ARGUMENT, asked ? "" : "name");
  }
  if (chance(2)) {
    float *out = float_results("out", count);
    return judge_tile("tile_hidden", memsim_tile_hidden(handle, asked, out), tile);
  }
  const float *values = floats("values", count);
  const memsim_status status = memsim_tile_set_hidden(handle, asked, values);
  /* Cells of a device model show bounds that all share, but keep none to set. */
  if (status == MEMSIM_ERR_ARGUMENT && strstr(memsim_last_error(), "is not kept")) return 0;
  return judge_tile("tile_set_hidden", status, tile);
}

static int time_passes(void) {
  memsim_tile *handle;
  const live_tile *tile = any_tile(&handle);
  if (chance(3)) return judge_tile("tile_step", memsim_tile_step(handle), tile);
  double seconds = chance(2) ? pow(10, real_within(300)) : 0;
  if (chance(bad_rate)) {
    seconds = chance(2) ? strange_real() : -seconds - 1e-9;
    blame(MEMSIM_ERR_ARGUMENT, "seconds");
  }
  return judge_tile("tile_drift", memsim_tile_drift(handle, seconds), tile);
}

static int reset(void) {
  memsim_tile *handle;
  const live_tile *tile = any_tile(&handle);
  uint64_t start = below(tile->inputs), count = below(tile->inputs + 1);
  const double probability = bounded_parameter("probability", 0, 1);
  if (chance(bad_rate)) {
    start = tile->inputs + (any64() >> below(64));
    if (start < tile->inputs) start = tile->inputs;
    blame(MEMSIM_ERR_ARGUMENT, "start");
  }
  if (chance(bad_rate)) {
    count = tile->inputs + 1 + (any64() >> (1 + below(63)));
    blame(MEMSIM_ERR_ARGUMENT, "count");
  }
  return judge_tile("tile_reset", memsim_tile_reset(handle, start, count, probability), tile);
}

/* Its own state, cut short, damaged, or that of another tile: only the first is taken. */
static int states(void) {
  memsim_tile *handle;
  const live_tile *tile = any_tile(&handle);
  if (!state_bytes) return 0;
  if (chance(3)) {
    const size_t capacity = capacity_for_state();
    void *out = results(MEMSIM_UINT8, state_bytes);
    return judge_tile("tile_save", memsim_tile_save(handle, out, capacity), tile);
  }
  size_t size;
  unsigned char *state = state_to_load(4, &size);
  if (chance(bad_rate)) {
    size = SIZE_MAX - (any64() >> 6);
    blame(MEMSIM_ERR_SHAPE, "size");
  }
  if (chance(bad_rate)) {
    state = NULL;
    blame(MEMSIM_ERR_ARGUMENT, "state");
  }
  return judge_tile("tile_load", memsim_tile_load(handle, state, size), tile);
}

/* The state of one tile in another: taken whole, or refused. */
static int foreign_states(void) {
  memsim_tile *handle;
  const live_tile *from = &tiles[below(live_tiles)];
  static unsigned char state[most_state], taken[most_state];
  uint64_t size = 0;
  memsim_tile_state_size(from->handle, &size);
  if (size > most_state || memsim_tile_save(from->handle, state, (size_t)size) != MEMSIM_OK) return 0;
  const live_tile *to = any_tile(&handle);
  const memsim_status status = memsim_tile_load(to->handle, state, (size_t)size);
  judged_calls++;
  if (status == MEMSIM_OK) {
    memsim_tile_save(to->handle, taken, (size_t)size);
    return memcmp(state, taken, (size_t)size) ? puts("tile_load: took half a state"), 1 : 0;
  }
  refused_calls++;
  if (status == MEMSIM_ERR_FORMAT && is_as_noted(&access_tile, to->handle)) return 0;
  return printf("tile_load of another tile: status %d, \"%s\"\n", (int)status, memsim_last_error()), 1;
}

static int sizes(void) {
  memsim_tile *handle;
  const live_tile *tile = any_tile(&handle);
  uint64_t *out = results(MEMSIM_INT64, 1);
  if (chance(2)) return judge_tile("tile_memory", memsim_tile_memory(handle, out), tile);
  return judge_tile("tile_state_size", memsim_tile_state_size(handle, out), tile);
}

const random_call tile_calls[] = {tile_create, tile_create_any, products,    products, sensible_products, update, update,
                                  set_weights, get_weights,     quantities,  time_passes, reset, states, foreign_states, sizes};
const size_t tile_call_count = sizeof tile_calls / sizeof *tile_calls;
