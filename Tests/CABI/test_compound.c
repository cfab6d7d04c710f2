/* Section 10, Analog tiles: several devices a weight. */
#include "tile_sets.h"

static const double tenth = 0.1, two_steps = 2.0 / 1024, factors[] = {1, 0.5};
static const memsim_param coarse[] = {{"dw_min", &two_steps, 1}, {"dw_min_dtod", &zero, 1}, {"dw_min_std", &zero, 1},
                                      {"up_down_dtod", &zero, 1}, {"w_max_dtod", &zero, 1}, {"w_min_dtod", &zero, 1}};
static const memsim_option counted[] = {{"pulse_type", "deterministic-implicit"}};
static memsim_tile_cell cells[4];

/** A compound of so many alike devices, the second of twice the step, products without noise. */
static memsim_tile_def compound_def(const char *name, size_t count) {
  memsim_tile_def def = tile_def();
  def.compound = name;
  for (size_t i = 0; i < COUNT(cells); i++) cells[i] = (memsim_tile_cell){"constant-step", NULL, PARAMS(exact)};
  cells[1].parameters = PARAMS(coarse);
  def.cells = cells;
  def.cell_count = count;
  def.forward = def.backward = def.transfer_forward = PARAMS(perfect);
  def.update = OPTIONS(counted);
  return def;
}

static size_t cells_of(const char *name) { return strcmp(name, "mixed-precision") == 0 ? 1 : 2; }

static int every_compound_makes_tiles(void) {
  const char *expected[] = {"vector",           "reference",        "one-sided",        "transfer", "buffered-transfer",
                            "chopped-transfer", "dynamic-transfer", "mixed-precision"};
  static float other_y[batch * outputs], other_weights[devices];
  ENSURE(memsim_compound_count() >= 8 && !memsim_compound_name(-1));
  ENSURE(!memsim_compound_name(memsim_compound_count()));
  ENSURE(fill_operands(0.25) == 0);
  for (int32_t i = 0; i < 8; i++) {
    const char *name = memsim_compound_name(i);
    memsim_model_card card = {.size = sizeof card};
    ENSURE(strcmp(name, expected[i]) == 0);
    ENSURE_OK(memsim_compound_info(name, &card));
    ENSURE(strcmp(card.name, name) == 0 && card.preset_count == 0 && card.source[0]);
    memsim_tile_def def = compound_def(name, cells_of(name));
    memsim_tile *tile = make_tile(&def), *twin;
    def.seed = 13;
    twin = make_tile(&def);
    ENSURE(tile && twin);
    for (int32_t p = 0; p < card.param_count; p++) {
      memsim_param_card param = {.size = sizeof param};
      ENSURE_OK(memsim_compound_param(name, p, &param));
      ENSURE(param.rows <= 1 && param.columns == 1);
    }
    for (int32_t o = 0; o < card.option_count; o++) {
      memsim_option_card option = {.size = sizeof option};
      ENSURE_OK(memsim_compound_option(name, o, &option));
    }
    ENSURE_OK(memsim_tile_set_weights(tile, weights));
    ENSURE_OK(memsim_tile_update(tile, x, d, 5, 0.02));
    size_t size = 0;
    unsigned char *state = state_of(tile, &size);
    ENSURE(state && !same_state(tile, twin));
    ENSURE_OK(memsim_tile_load(twin, state, size));
    free(state);
    memsim_tile *both[] = {tile, twin};
    for (int t = 0; t < 2; t++) {
      ENSURE_OK(memsim_tile_update(both[t], x, d, batch, -0.02));
      ENSURE_OK(memsim_tile_step(both[t]));
      ENSURE_OK(memsim_tile_drift(both[t], 10));
      ENSURE_OK(memsim_tile_reset(both[t], 65, 9, 0.5));
      ENSURE_OK(memsim_tile_forward(both[t], x, batch, t ? other_y : y));
      ENSURE_OK(memsim_tile_backward(both[t], d, batch, by_x));
      ENSURE_OK(memsim_tile_weights(both[t], t ? other_weights : found));
    }
    ENSURE(memcmp(y, other_y, sizeof y) == 0 && memcmp(found, other_weights, sizeof found) == 0);
    ENSURE(same_state(tile, twin));
    for (int32_t s = 0; s < card.state_count; s++) {
      memsim_state_card matrix = {.size = sizeof matrix};
      ENSURE_OK(memsim_compound_state(name, s, &matrix));
      ENSURE_OK(memsim_tile_hidden(tile, matrix.name, found));
      ENSURE_OK(memsim_tile_set_hidden(tile, matrix.name, weights));
      ENSURE_OK(memsim_tile_hidden(tile, matrix.name, found));
      ENSURE(memcmp(found, weights, sizeof found) == 0);
    }
    uint64_t bytes = 0;
    ENSURE_OK(memsim_tile_memory(tile, &bytes));
    ENSURE(bytes >= cells_of(name) * 5 * devices * sizeof(float));
    memsim_tile_destroy(tile);
    memsim_tile_destroy(twin);
  }
  return 0;
}

static int sums_are_exact(void) {
  static float parts[2][devices];
  memsim_tile_def def = compound_def("vector", 2);
  const memsim_param given[] = {{"gamma_vec", factors, 2}};
  def.compound_settings = PARAMS(given);
  memsim_tile *tile = make_tile(&def);
  ENSURE(tile && fill_operands(0.25) == 0);
  ENSURE_OK(memsim_tile_set_weights(tile, weights));
  ENSURE_OK(memsim_tile_weights(tile, found));
  for (int i = 0; i < devices; i++) ENSURE(found[i] == weights[i] + 0.5f * weights[i]);
  ENSURE_OK(memsim_tile_update(tile, x, d, batch, 0.01));
  ENSURE_OK(memsim_tile_hidden(tile, "0/weights", parts[0]));
  ENSURE_OK(memsim_tile_hidden(tile, "1/weights", parts[1]));
  ENSURE_OK(memsim_tile_weights(tile, found));
  int moved = 0;
  for (int i = 0; i < devices; i++) {
    ENSURE(found[i] == parts[0][i] + 0.5f * parts[1][i]);
    moved += parts[0][i] != weights[i];
    ENSURE(fabsf(2 * (parts[0][i] - weights[i]) - (parts[1][i] - weights[i])) < 1e-6f); /* the same pulses */
  }
  ENSURE(moved > devices / 2);
  ENSURE_OK(memsim_tile_set_hidden(tile, "1/weights", weights));
  ENSURE_OK(memsim_tile_hidden(tile, "1/weights", found));
  ENSURE(memcmp(found, weights, sizeof found) == 0);
  memsim_tile_destroy(tile);
  return 0;
}

static int weights_drift_by_a_power_of_time(void) {
  const memsim_param drifting[] = {{"drift_nu", &tenth, 1}, {"w_max_dtod", &zero, 1}, {"w_min_dtod", &zero, 1}};
  memsim_tile_def def = tile_def();
  def.parameters = PARAMS(drifting);
  memsim_tile *tile = make_tile(&def);
  ENSURE(tile && fill_operands(0.25) == 0);
  ENSURE_OK(memsim_tile_set_weights(tile, weights));
  ENSURE_OK(memsim_tile_drift(tile, 1));
  ENSURE_OK(memsim_tile_drift(tile, 1000));
  ENSURE_OK(memsim_tile_weights(tile, found));
  for (int i = 0; i < devices; i++) ENSURE(fabsf(found[i] - weights[i] * powf(1000, -0.1f)) < 1e-6f);
  ENSURE_ARGUMENT(memsim_tile_drift(tile, -1), "seconds");
  ENSURE_ARGUMENT(memsim_tile_drift(tile, NAN), "seconds");
  ENSURE_ARGUMENT(memsim_tile_drift(NULL, 1), "tile is NULL");
  memsim_tile_destroy(tile);
  return 0;
}

static int bad_definitions_are_refused(void) {
  static const double many[] = {1, 1, 1}, above = 2;
  static const memsim_param unknown[] = {{"nope", &one, 1}}, too_many[] = {{"gamma_vec", many, 3}},
                            too_large[] = {{"in_chop_prob", &above, 1}}, endless[] = {{"fixed_bl", &zero, 1},
                                                                                      {"update_bl_management", &zero, 1}};
  static const memsim_option wrong[] = {{"update_policy", "nope"}};
  memsim_tile *tile = NULL;
  const memsim_tile_def good = compound_def("vector", 2);
#define ENSURE_REFUSED(change, word)                                \
  do {                                                              \
    memsim_tile_def def = good;                                     \
    change;                                                         \
    ENSURE(memsim_tile_create(&def, &tile) != MEMSIM_OK && !tile);  \
    ENSURE(strstr(memsim_last_error(), word));                      \
  } while (0)
  ENSURE_REFUSED(def.compound = "nope", "nope");
  ENSURE_REFUSED(def.compound = "constant-step", "constant-step");
  ENSURE_REFUSED(def.compound = NULL, "cell_count must be 0");
  ENSURE_REFUSED(def.cell_count = 0, "cells, got 0");
  ENSURE_REFUSED(def.cell_count = 5000, "cell_count");
  ENSURE_REFUSED(def.cell_count = SIZE_MAX, "cell_count");
  ENSURE_REFUSED(def.cells = NULL, "cells is NULL");
  ENSURE_REFUSED(def.compound = "mixed-precision", "must have 1 cell, got 2");
  ENSURE_REFUSED(def.compound_settings = PARAMS(unknown), "nope");
  ENSURE_REFUSED(def.compound_settings = PARAMS(too_many), "gamma_vec");
  ENSURE_REFUSED(def.compound_settings = OPTIONS(wrong), "update_policy");
  ENSURE_REFUSED((def.compound = "chopped-transfer", def.compound_settings = PARAMS(too_large)), "in_chop_prob");
  ENSURE_REFUSED(def.transfer_forward = PARAMS(unknown), "transfer_forward");
  ENSURE_REFUSED(def.transfer_update = PARAMS(unknown), "transfer_update");
  ENSURE_REFUSED(def.update = PARAMS(endless), "update: compounds need fixed_bl");
  cells[1].device = "nope";
  ENSURE_REFUSED(, "nope");
  cells[1].device = NULL;
  ENSURE_REFUSED(, "def.cells[].device");
  cells[1].device = "exp-step";
  cells[1].preset = "EcRam";
  ENSURE_REFUSED(, "EcRam");
  cells[1].preset = NULL;
  cells[1].parameters = OPTIONS(wrong);
  ENSURE_REFUSED(, "has no option \"update_policy\"");
  return 0;
}

static int bad_calls_leave_a_compound_as_it_is(void) {
  memsim_tile_def def = compound_def("one-sided", 2);
  cells[1] = cells[0];
  memsim_tile *tile = make_tile(&def), *other = make_tile(&def);
  ENSURE(tile && other && fill_operands(0.25) == 0);
  float bad[batch * inputs];
  memcpy(bad, x, sizeof bad);
  bad[80] = NAN;
  ENSURE_ARGUMENT(memsim_tile_update(tile, bad, d, batch, 0.1), "index 80");
  ENSURE_ARGUMENT(memsim_tile_update(tile, x, d, batch, INFINITY), "learning_rate");
  ENSURE_ARGUMENT(memsim_tile_forward(tile, bad, batch, y), "index 80");
  ENSURE_ARGUMENT(memsim_tile_set_weights(tile, bad), "weights");
  ENSURE_ARGUMENT(memsim_tile_hidden(tile, "nope", found), "nope");
  ENSURE_ARGUMENT(memsim_tile_hidden(tile, "2/weights", found), "2/weights");
  ENSURE_ARGUMENT(memsim_tile_hidden(tile, "-1/weights", found), "-1/weights");
  ENSURE_ARGUMENT(memsim_tile_hidden(tile, "/weights", found), "/weights");
  ENSURE_ARGUMENT(memsim_tile_hidden(tile, "0/", found), "quantity");
  ENSURE_ARGUMENT(memsim_tile_set_hidden(tile, "0/weights", bad), "index");
  ENSURE_ARGUMENT(memsim_tile_set_hidden(tile, "0/reset_bias", weights), "not kept");
  ENSURE_ARGUMENT(memsim_tile_reset(tile, inputs, 1, 1), "start");
  ENSURE_SHAPE(memsim_tile_update(tile, x, d, SIZE_MAX / 8, 0.1), "batch");
  memsim_model_card card = {.size = sizeof card};
  memsim_param_card param = {.size = sizeof param};
  ENSURE_ARGUMENT(memsim_compound_info("nope", &card), "nope");
  ENSURE_ARGUMENT(memsim_compound_info(NULL, &card), "name is NULL");
  ENSURE_ARGUMENT(memsim_compound_param("vector", 99, &param), "index 99");
  ENSURE(same_state(tile, other));
  memsim_tile_destroy(tile);
  memsim_tile_destroy(other);
  return 0;
}

static const test_case tests[] = {
    {"compound.kinds", every_compound_makes_tiles},
    {"compound.sums", sums_are_exact},
    {"compound.drift", weights_drift_by_a_power_of_time},
    {"compound.definitions", bad_definitions_are_refused},
    {"compound.calls", bad_calls_leave_a_compound_as_it_is},
};
SECTION(compound, tests);
