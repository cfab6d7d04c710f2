/* Section 10, Analog tiles: what is refused. */
#include "tile_sets.h"

/* -- Making */

static int bad_definitions_are_refused(void) {
  memsim_tile_def def;
  memsim_tile *tile = NULL;
  ENSURE_ARGUMENT(memsim_tile_def_init(NULL, sizeof def), "def is NULL");
  ENSURE_ARGUMENT(memsim_tile_def_init(&def, sizeof def + 8), "size");
  ENSURE_ARGUMENT(memsim_tile_def_init(&def, 0), "size");
  const memsim_tile_def good = tile_def();
  static const double range[] = {-1, 0.5};
  static const memsim_param beyond[] = {{"state_range", range, 2}};
  static const memsim_option unknown[] = {{"variability", "d2d"}};
#define ENSURE_DEF_REFUSED(change, word)                                       \
  do {                                                                         \
    def = good;                                                                \
    change;                                                                    \
    ENSURE_FAILS(memsim_tile_create(&def, &tile), MEMSIM_ERR_ARGUMENT, word);  \
    ENSURE(tile == NULL);                                                      \
  } while (0)
  ENSURE_DEF_REFUSED(def.inputs = 0, "inputs");
  ENSURE_DEF_REFUSED(def.outputs = 0, "outputs");
  ENSURE_DEF_REFUSED(def.inputs = (1 << 24) + 1, "inputs");
  ENSURE_DEF_REFUSED(def.outputs = UINT64_MAX, "outputs");
  ENSURE_DEF_REFUSED(def.inputs = def.outputs = 1 << 24, "2^31");
  ENSURE_DEF_REFUSED(def.device = NULL, "device");
  ENSURE_DEF_REFUSED(def.device = "nope", "nope");
  ENSURE_DEF_REFUSED((def.device = "jart-vcm-v1b", def.parameters = PARAMS(beyond)), "state_range");
  ENSURE_DEF_REFUSED(def.parameters = OPTIONS(unknown), "variability");
  ENSURE_DEF_REFUSED(def.preset = "nope", "nope");
  ENSURE_DEF_REFUSED(def.preset = "ReRamES", "ReRamES"); /* of another device */
  ENSURE_DEF_REFUSED(def.reserved = 1, "reserved");
  ENSURE_DEF_REFUSED(def.size = 0, "size");
  ENSURE_DEF_REFUSED(def.size = sizeof def + 8, "size");
  ENSURE_ARGUMENT(memsim_tile_create(NULL, &tile), "def is NULL");
  ENSURE_ARGUMENT(memsim_tile_create(&good, NULL), "out is NULL");
  return 0;
}

/* One setting too many of the device (0), forward (1), backward (2) or update (3). */
static int setting_is_refused(int which, const memsim_param *param, const memsim_option *option, const char *word) {
  memsim_tile_def def = tile_def();
  memsim_tile *tile = NULL;
  memsim_settings *const places[] = {&def.parameters, &def.forward, &def.backward, &def.update};
  *places[which] = (memsim_settings){param, param ? 1 : 0, option, option ? 1 : 0};
  const memsim_status status = memsim_tile_create(&def, &tile);
  ENSURE(tile == NULL && (status == MEMSIM_ERR_ARGUMENT || status == MEMSIM_ERR_SHAPE));
  if (strstr(memsim_last_error(), word)) return 0;
  return printf("\"%s\" does not name %s\n", memsim_last_error(), word), 1;
}

static int bad_settings_are_refused(void) {
  static const double negative = -1, none = NAN, endless = INFINITY, two[] = {1, 1}, above = 1.5, half = 0.5;
  static const struct {
    int which;
    memsim_param param;
  } params[] = {
      {0, {"nope", &one, 1}},
      {0, {NULL, &one, 1}},
      {0, {"dw_min", NULL, 1}},
      {0, {"dw_min", two, 2}},
      {0, {"count", two, 0}},
      {0, {"dw_min", &negative, 1}},
      {0, {"dw_min", &none, 1}},
      {0, {"dw_min", &endless, 1}},
      {0, {"w_max", &negative, 1}},
      {0, {"w_min", &one, 1}},
      {0, {"corrupt_devices_prob", &above, 1}},
      {0, {"perfect_bias", &half, 1}},
      {0, {"gamma_up", &zero, 1}}, /* of another device */
      {1, {"nope", &one, 1}},
      {1, {"desired_bl", &one, 1}}, /* of an update */
      {1, {"out_noise", &negative, 1}},
      {1, {"out_noise", &none, 1}},
      {1, {"inp_bound", &none, 1}},
      {1, {"is_perfect", &half, 1}},
      {1, {"ir_drop_word_ratio", &negative, 1}},
      {1, {"ir_drop_g_min", &one, 1}},
      {1, {"ir_drop_g_ratio", &zero, 1}},
      {2, {"inp_noise", &negative, 1}},
      {2, {"out_noise", &endless, 1}},
      {3, {"out_noise", &one, 1}}, /* of a direction */
      {3, {"desired_bl", &zero, 1}},
      {3, {"desired_bl", &above, 1}},
      {3, {"desired_bl", &none, 1}},
      {3, {"update_management", &half, 1}},
  };
  for (size_t i = 0; i < COUNT(params); i++) {
    const char *name = params[i].param.name;
    ENSURE(setting_is_refused(params[i].which, &params[i].param, NULL, !name ? "name" : params[i].param.values ? name : "values") == 0);
  }
  static const struct {
    int which;
    memsim_option option;
    const char *word;
  } options[] = {
      {0, {"pulse_type", "stochastic"}, "option"}, /* devices have none */
      {1, {"nope", "none"}, "nope"},
      {1, {NULL, "none"}, "name"},
      {1, {"mv_type", NULL}, "choice"},
      {1, {"mv_type", "nope"}, "nope"},
      {1, {"noise_management", "AbsMax"}, "AbsMax"},
      {2, {"bound_management", "shift"}, "shift"},
      {2, {"w_noise_type", "nope"}, "nope"},
      {2, {"ir_drop_model", "estimate"}, "estimate"},
      {3, {"pulse_type", "nope"}, "nope"},
      {3, {"mv_type", "one-pass"}, "mv_type"},
  };
  for (size_t i = 0; i < COUNT(options); i++) {
    ENSURE(setting_is_refused(options[i].which, NULL, &options[i].option, options[i].word) == 0);
  }
  memsim_tile *tile = NULL;
  for (int which = 0; which < 4; which++) {
    memsim_tile_def def = tile_def();
    memsim_settings *const places[] = {&def.parameters, &def.forward, &def.backward, &def.update};
    places[which]->param_count = 1;
    ENSURE_ARGUMENT(memsim_tile_create(&def, &tile), "params is NULL");
    *places[which] = (memsim_settings){NULL, 0, NULL, 1};
    ENSURE(memsim_tile_create(&def, &tile) == MEMSIM_ERR_ARGUMENT);
    const memsim_param param = {"dw_min", &one, 1};
    *places[which] = (memsim_settings){&param, SIZE_MAX, NULL, 0};
    ENSURE(memsim_tile_create(&def, &tile) != MEMSIM_OK && tile == NULL);
  }
  return 0;
}

static int unknown_cards_are_refused(void) {
  memsim_model_card card = {.size = sizeof card};
  memsim_param_card param = {.size = sizeof param};
  memsim_option_card option = {.size = sizeof option};
  memsim_state_card state = {.size = sizeof state};
  memsim_preset_card preset = {.size = sizeof preset};
  ENSURE_ARGUMENT(memsim_pulsed_device_info("nope", &card), "nope");
  ENSURE_ARGUMENT(memsim_pulsed_device_info(NULL, &card), "name is NULL");
  ENSURE_ARGUMENT(memsim_pulsed_device_info("ideal", NULL), "out is NULL");
  ENSURE_ARGUMENT(memsim_pulsed_device_param("constant-step", -1, &param), "index");
  ENSURE_ARGUMENT(memsim_pulsed_device_param("constant-step", 1000, &param), "index");
  ENSURE_ARGUMENT(memsim_pulsed_device_param("nope", 0, &param), "nope");
  ENSURE_ARGUMENT(memsim_pulsed_device_state("constant-step", 1000, &state), "index");
  ENSURE_ARGUMENT(memsim_pulsed_device_preset("pow-step", 0, &preset), "index");
  ENSURE_ARGUMENT(memsim_tile_settings_info("nope", &card), "nope");
  ENSURE_ARGUMENT(memsim_tile_settings_info(NULL, &card), "name is NULL");
  ENSURE_ARGUMENT(memsim_tile_settings_param("io", 1000, &param), "index");
  ENSURE_ARGUMENT(memsim_tile_settings_option("update", 1, &option), "index");
  card.size = 0;
  ENSURE_ARGUMENT(memsim_pulsed_device_info("ideal", &card), "size");
  return 0;
}

/* -- Calls */

/* A tile that has lived, and its state, to see that refusals leave it alone. */
static memsim_tile *used_tile(void) {
  const memsim_tile_def def = tile_def();
  memsim_tile *tile = make_tile(&def);
  if (!tile || fill_operands(0.25) || memsim_tile_set_weights(tile, weights) != MEMSIM_OK ||
      memsim_tile_forward(tile, x, 2, y) != MEMSIM_OK || memsim_tile_update(tile, x, d, 3, 0.02) != MEMSIM_OK) {
    return NULL;
  }
  return tile;
}

static int is_still(memsim_tile *tile, const unsigned char *state, size_t size) {
  size_t now_size = 0;
  unsigned char *now = state_of(tile, &now_size);
  const int same = now && now_size == size && memcmp(now, state, size) == 0;
  free(now);
  return same;
}

static int bad_operands_are_refused(void) {
  memsim_tile *tile = used_tile();
  size_t size = 0;
  ENSURE(tile);
  unsigned char *state = state_of(tile, &size);
  ENSURE(state);
  uint64_t bytes = 7;
  for (int i = 0; i < batch * outputs; i++) y[i] = 7;
  for (int i = 0; i < batch * inputs; i++) by_x[i] = 7;
  for (int i = 0; i < devices; i++) found[i] = 7;
  ENSURE_ARGUMENT(memsim_tile_memory(NULL, &bytes), "tile is NULL");
  ENSURE_ARGUMENT(memsim_tile_memory(tile, NULL), "out is NULL");
  ENSURE_ARGUMENT(memsim_tile_set_weights(NULL, weights), "tile is NULL");
  ENSURE_ARGUMENT(memsim_tile_set_weights(tile, NULL), "weights is NULL");
  ENSURE_ARGUMENT(memsim_tile_weights(NULL, found), "tile is NULL");
  ENSURE_ARGUMENT(memsim_tile_weights(tile, NULL), "out is NULL");
  ENSURE_ARGUMENT(memsim_tile_hidden(NULL, "max_bound", found), "tile is NULL");
  ENSURE_ARGUMENT(memsim_tile_hidden(tile, NULL, found), "name is NULL");
  ENSURE_ARGUMENT(memsim_tile_hidden(tile, "nope", found), "nope");
  ENSURE_ARGUMENT(memsim_tile_hidden(tile, "slope_up", found), "slope_up"); /* of another device */
  ENSURE_ARGUMENT(memsim_tile_hidden(tile, "max_bound", NULL), "out is NULL");
  ENSURE_ARGUMENT(memsim_tile_set_hidden(NULL, "max_bound", weights), "tile is NULL");
  ENSURE_ARGUMENT(memsim_tile_set_hidden(tile, NULL, weights), "name is NULL");
  ENSURE_ARGUMENT(memsim_tile_set_hidden(tile, "nope", weights), "nope");
  ENSURE_ARGUMENT(memsim_tile_set_hidden(tile, "max_bound", NULL), "values is NULL");
  ENSURE_ARGUMENT(memsim_tile_forward(NULL, x, 1, y), "tile is NULL");
  ENSURE_ARGUMENT(memsim_tile_forward(tile, NULL, 1, y), "x is NULL");
  ENSURE_ARGUMENT(memsim_tile_forward(tile, x, 1, NULL), "y is NULL");
  ENSURE_ARGUMENT(memsim_tile_backward(NULL, d, 1, by_x), "tile is NULL");
  ENSURE_ARGUMENT(memsim_tile_backward(tile, NULL, 1, by_x), "d is NULL");
  ENSURE_ARGUMENT(memsim_tile_backward(tile, d, 1, NULL), "out is NULL");
  ENSURE_ARGUMENT(memsim_tile_update(NULL, x, d, 1, 0.1), "tile is NULL");
  ENSURE_ARGUMENT(memsim_tile_update(tile, NULL, d, 1, 0.1), "x is NULL");
  ENSURE_ARGUMENT(memsim_tile_update(tile, x, NULL, 1, 0.1), "d is NULL");
  ENSURE_ARGUMENT(memsim_tile_step(NULL), "tile is NULL");
  ENSURE_ARGUMENT(memsim_tile_reset(NULL, 0, 1, 1), "tile is NULL");
  ENSURE_ARGUMENT(memsim_tile_reset(tile, inputs, 1, 1), "start");
  ENSURE_ARGUMENT(memsim_tile_reset(tile, UINT64_MAX, 1, 1), "start");
  ENSURE_ARGUMENT(memsim_tile_reset(tile, 0, inputs + 1, 1), "count");
  ENSURE_ARGUMENT(memsim_tile_reset(tile, 0, UINT64_MAX, 1), "count");
  const double rates[] = {NAN, INFINITY, -INFINITY}, chances[] = {NAN, -0.5, 1.5, INFINITY};
  for (int i = 0; i < 3; i++) ENSURE_ARGUMENT(memsim_tile_update(tile, x, d, 1, rates[i]), "learning_rate");
  for (int i = 0; i < 4; i++) ENSURE_ARGUMENT(memsim_tile_reset(tile, 0, 1, chances[i]), "probability");
  const size_t huge[] = {SIZE_MAX, (size_t)1 << 63, (size_t)1 << 60};
  for (int i = 0; i < 3; i++) {
    ENSURE_SHAPE(memsim_tile_forward(tile, x, huge[i], y), "batch");
    ENSURE_SHAPE(memsim_tile_backward(tile, d, huge[i], by_x), "batch");
    ENSURE_SHAPE(memsim_tile_update(tile, x, d, huge[i], 0.1), "batch");
  }
  ENSURE(bytes == 7 && y[0] == 7 && by_x[0] == 7 && found[0] == 7 && is_still(tile, state, size));
  free(state);
  memsim_tile_destroy(tile);
  return 0;
}

/* Places of a vector's lanes, and of the rest that fills none. */
static int next_place(int i, int count) { return i < 40 || i >= count - 20 ? i + 1 : i + 31; }

static int values_that_are_none_are_refused(void) {
  memsim_tile *tile = used_tile();
  size_t size = 0;
  ENSURE(tile);
  unsigned char *state = state_of(tile, &size);
  ENSURE(state);
  const float bad[] = {NAN, -NAN, INFINITY, -INFINITY};
  for (int i = 0; i < batch * outputs; i++) y[i] = 7;
  for (int i = 0; i < batch * inputs; i++) by_x[i] = 7;
  for (int b = 0; b < 4; b++) {
    for (int i = 0; i < devices; i = next_place(i, devices)) {
      const float kept = weights[i];
      weights[i] = bad[b];
      ENSURE_ARGUMENT(memsim_tile_set_weights(tile, weights), "weights");
      ENSURE_ARGUMENT(memsim_tile_set_hidden(tile, "reset_bias", weights), "values");
      weights[i] = kept;
    }
    for (int i = 0; i < batch * inputs; i = next_place(i, batch * inputs)) {
      const float kept = x[i];
      x[i] = bad[b];
      ENSURE_ARGUMENT(memsim_tile_forward(tile, x, batch, y), "x ");
      ENSURE_ARGUMENT(memsim_tile_update(tile, x, d, batch, 0.1), "x ");
      x[i] = kept;
    }
    for (int i = 0; i < batch * outputs; i = next_place(i, batch * outputs)) {
      const float kept = d[i];
      d[i] = bad[b];
      ENSURE_ARGUMENT(memsim_tile_backward(tile, d, batch, by_x), "d ");
      ENSURE_ARGUMENT(memsim_tile_update(tile, x, d, batch, 0.1), "d ");
      d[i] = kept;
    }
  }
  for (int i = 0; i < batch * outputs; i++) ENSURE(y[i] == 7);
  for (int i = 0; i < batch * inputs; i++) ENSURE(by_x[i] == 7);
  ENSURE(is_still(tile, state, size));
  ENSURE_OK(memsim_tile_update(tile, x, d, batch, 0.1));
  ENSURE(!is_still(tile, state, size));
  free(state);
  memsim_tile_destroy(tile);
  return 0;
}

static int empty_batches_are_allowed(void) {
  memsim_tile *tile = used_tile();
  ENSURE(tile);
  y[0] = by_x[0] = 7;
  ENSURE_OK(memsim_tile_weights(tile, weights));
  ENSURE_OK(memsim_tile_forward(tile, x, 0, y));
  ENSURE_OK(memsim_tile_backward(tile, d, 0, by_x));
  ENSURE_OK(memsim_tile_update(tile, x, d, 0, 0.1));
  ENSURE_OK(memsim_tile_reset(tile, 0, 0, 1));
  ENSURE_OK(memsim_tile_weights(tile, found));
  ENSURE(y[0] == 7 && by_x[0] == 7 && memcmp(weights, found, sizeof found) == 0);
  memsim_tile_destroy(tile);
  return 0;
}

/* -- States */

/* Every truncation and every flipped bit is noticed, and changes nothing. */
static int damaged_states_are_refused(void) {
  memsim_tile_def def = tile_def();
  def.inputs = 2;
  def.outputs = 1;
  memsim_tile *tile = make_tile(&def);
  ENSURE(tile);
  ENSURE_OK(memsim_tile_update(tile, (const float[]){1, 0.5f}, (const float[]){-1}, 1, 0.05));
  size_t size = 0;
  unsigned char *state = state_of(tile, &size), *damaged = malloc(size + 1);
  ENSURE(state && damaged);
  memcpy(damaged, state, size);
  damaged[size] = 0;
  ENSURE_OK(memsim_tile_update(tile, (const float[]){0.25f, 1}, (const float[]){1}, 1, 0.05));
  size_t later_size = 0;
  unsigned char *later = state_of(tile, &later_size);
  ENSURE(later && !is_still(tile, state, size));
  for (size_t kept = 0; kept < size; kept++) {
    ENSURE(memsim_tile_load(tile, damaged, kept) == MEMSIM_ERR_FORMAT);
  }
  ENSURE(memsim_tile_load(tile, damaged, size + 1) == MEMSIM_ERR_FORMAT);
  for (size_t bit = 0; bit < size * 8; bit++) {
    damaged[bit / 8] ^= (unsigned char)(1 << bit % 8);
    ENSURE(memsim_tile_load(tile, damaged, size) == MEMSIM_ERR_FORMAT);
    damaged[bit / 8] ^= (unsigned char)(1 << bit % 8);
  }
  ENSURE(is_still(tile, later, later_size));
  ENSURE_OK(memsim_tile_load(tile, damaged, size));
  ENSURE(is_still(tile, state, size));
  free(later);
  free(state);
  free(damaged);
  memsim_tile_destroy(tile);
  return 0;
}

static int states_of_other_tiles_are_refused(void) {
  memsim_tile *tile = used_tile();
  size_t size = 0, other_size = 0;
  ENSURE(tile);
  unsigned char *state = state_of(tile, &size);
  ENSURE(state);
  memsim_tile_def defs[] = {tile_def(), tile_def(), tile_def(), tile_def(), tile_def()};
  defs[0].inputs++;
  defs[1].outputs--;
  defs[2].inputs = outputs;
  defs[2].outputs = inputs;
  defs[3].device = "soft-bounds";
  defs[4].seed++;
  for (size_t i = 0; i < COUNT(defs); i++) {
    memsim_tile *other = make_tile(&defs[i]);
    unsigned char *others = state_of(other, &other_size);
    ENSURE(others);
    const memsim_status status = memsim_tile_load(tile, others, other_size);
    if (i == 4) { /* a seed is restored with the rest */
      ENSURE(status == MEMSIM_OK && is_still(tile, others, other_size) && !is_still(tile, state, size));
      ENSURE_OK(memsim_tile_load(tile, state, size));
    } else {
      ENSURE(status == MEMSIM_ERR_FORMAT || status == MEMSIM_ERR_ARGUMENT);
      ENSURE(memsim_last_error()[0] && is_still(tile, state, size));
    }
    free(others);
    memsim_tile_destroy(other);
  }
  uint64_t bytes = 7;
  unsigned char byte = 7;
  ENSURE_ARGUMENT(memsim_tile_state_size(NULL, &bytes), "tile is NULL");
  ENSURE_ARGUMENT(memsim_tile_state_size(tile, NULL), "out is NULL");
  ENSURE_ARGUMENT(memsim_tile_save(NULL, &byte, 1), "tile is NULL");
  ENSURE_ARGUMENT(memsim_tile_save(tile, NULL, size), "out is NULL");
  ENSURE_SHAPE(memsim_tile_save(tile, &byte, 1), "capacity");
  ENSURE_SHAPE(memsim_tile_save(tile, state, size - 1), "capacity");
  ENSURE_ARGUMENT(memsim_tile_load(NULL, state, size), "tile is NULL");
  ENSURE_ARGUMENT(memsim_tile_load(tile, NULL, size), "state is NULL");
  ENSURE(bytes == 7 && byte == 7 && is_still(tile, state, size));
  free(state);
  memsim_tile_destroy(tile);
  return 0;
}

static const test_case tests[] = {
    {"tile_refused.definitions", bad_definitions_are_refused},
    {"tile_refused.settings", bad_settings_are_refused},
    {"tile_refused.cards", unknown_cards_are_refused},
    {"tile_refused.operands", bad_operands_are_refused},
    {"tile_refused.values", values_that_are_none_are_refused},
    {"tile_refused.empty", empty_batches_are_allowed},
    {"tile_refused.damage", damaged_states_are_refused},
    {"tile_refused.states", states_of_other_tiles_are_refused},
};
SECTION(tile_refused, tests);
