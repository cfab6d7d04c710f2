/* See property.h: section 11 of memsim.h. */
#include "property.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { live_weights = 6, most_extent = 20, most_weights = most_extent * most_extent, most_planes = 32 };

typedef struct live_weight {
  memsim_inference *handle;
  size_t inputs, outputs;
  char model[32];
  int usual; /* made of settings that users would choose */
} live_weight;

static live_weight programmed[live_weights];

static const card_kind model_cards = {memsim_inference_model_info, memsim_inference_model_param, NULL};
static const card_kind converter_cards = {memsim_inference_converter_info, memsim_inference_converter_param, NULL};
static const card_kind settings_cards = {memsim_inference_settings_info, memsim_inference_settings_param,
                                         memsim_inference_settings_option};

/* -- Programming */

/* Finite ones, of which those beyond 2^100 are refused too. */
static float *some_weights(size_t count) {
  float *weights = floats("weights", count);
  for (size_t i = 0; weights && i < count; i++) {
    if (isfinite(weights[i]) && fabsf(weights[i]) > 0x1p100f) return blame(MEMSIM_ERR_ARGUMENT, "weights"), weights;
  }
  return weights;
}

static const char *any_model(void) {
  return memsim_inference_model_name((int32_t)below((uint64_t)memsim_inference_model_count()));
}

static const char *any_converter(void) {
  if (chance(2)) return NULL;
  return memsim_inference_converter_name((int32_t)below((uint64_t)memsim_inference_converter_count()));
}

static memsim_inference_def some_def(void) {
  memsim_inference_def def;
  memsim_inference_def_init(&def, sizeof def);
  def.inputs = 1 + below(most_extent);
  def.outputs = 1 + below(most_extent);
  def.seed = any64();
  def.model = any_model();
  def.converter = any_converter();
  def.context = any_context();
  return def;
}

static void keep(memsim_inference *made, const memsim_inference_def *def, int usual) {
  live_weight *slot = &programmed[below(live_weights)];
  memsim_inference_destroy(slot->handle);
  *slot = (live_weight){made, def->inputs, def->outputs, "", usual};
  snprintf(slot->model, sizeof slot->model, "%s", def->model);
}

static void spoil_def(memsim_inference_def *def) {
  if (!chance(bad_rate)) return;
  static const double wrong = -1;
  static const memsim_param unknown = {"nope", &wrong, 1};
  static const memsim_option word = {"type", "nope"};
  switch (below(7)) {
    case 0: def->inputs = 0; blame(MEMSIM_ERR_ARGUMENT, "inputs"); break;
    case 1: def->outputs = (1ull << 24) + 1 + any64() / 2; blame(MEMSIM_ERR_ARGUMENT, "outputs"); break;
    case 2: def->inputs = def->outputs = 1ull << (16 + below(9)); blame(MEMSIM_ERR_ARGUMENT, "product"); break;
    case 3: def->reserved = 1 + (uint32_t)below(1 << 30); blame(MEMSIM_ERR_ARGUMENT, "reserved"); break;
    case 4: def->model = chance(2) ? "nope" : NULL; blame(MEMSIM_ERR_ARGUMENT, def->model ? "nope" : "model"); break;
    case 5: def->model_parameters = (memsim_settings){&unknown, 1, NULL, 0}; blame(MEMSIM_ERR_ARGUMENT, "nope"); break;
    case 6: def->converter_parameters = (memsim_settings){NULL, 0, &word, 1}; blame(MEMSIM_ERR_ARGUMENT, "options"); break;
  }
}

static int inference_create(void) {
  memsim_inference_def def = some_def();
  const float *weights = some_weights(def.inputs * def.outputs);
  spoil_def(&def);
  spoil_size(&def.size, sizeof def);
  memsim_inference *made = NULL;
  const memsim_status status = memsim_inference_create(&def, weights, &made);
  if (judge("inference_create", status, NULL) || (status == MEMSIM_OK) != (made != NULL)) return 1;
  if (made) keep(made, &def, 1);
  return 0;
}

static int inference_create_any(void) {
  static chosen_settings memory[2];
  static float weights[most_weights];
  memsim_inference_def def = some_def();
  def.model_parameters = any_settings(&memory[0], &model_cards, def.model);
  if (def.converter) def.converter_parameters = any_settings(&memory[1], &converter_cards, def.converter);
  for (size_t i = 0; i < most_weights; i++) weights[i] = (float)real_within(1);
  memsim_inference *made = NULL;
  const memsim_status status = memsim_inference_create(&def, weights, &made);
  if (judge_any("inference_create, any settings", status, made)) return 1;
  if (made) keep(made, &def, 0);
  return 0;
}

int setup_inference(void) {
  static const float weights[most_weights] = {1, -0.5};
  for (int i = 0; i < live_weights; i++) {
    memsim_inference_def def = some_def();
    memsim_inference *made = NULL;
    if (memsim_inference_create(&def, weights, &made) != MEMSIM_OK) return 1;
    programmed[i] = (live_weight){made, def.inputs, def.outputs, "", 1};
    snprintf(programmed[i].model, sizeof programmed[i].model, "%s", def.model);
  }
  return 0;
}

void teardown_inference(void) {
  for (int i = 0; i < live_weights; i++) memsim_inference_destroy(programmed[i].handle);
}

/* -- Reading */

static memsim_status size_of_state(void *handle, uint64_t *out) { return memsim_inference_state_size(handle, out); }
static memsim_status save_state(void *handle, void *out, size_t capacity) { return memsim_inference_save(handle, out, capacity); }
static const state_access access_inference = {size_of_state, save_state};

/* Live weights, whose state is noted; `handle` gets NULL instead with a small probability. */
static const live_weight *any_weights(memsim_inference **handle) {
  const live_weight *chosen = &programmed[below(live_weights)];
  note_state(&access_inference, chosen->handle);
  *handle = chosen->handle;
  if (chance(bad_rate)) {
    *handle = NULL;
    blame(MEMSIM_ERR_ARGUMENT, "inference");
  }
  return chosen;
}

/* The outcome of a call: judged, and the state as it was if it failed. */
static int judge_weights(const char *name, memsim_status status, const live_weight *chosen) {
  if (judge(name, status, NULL)) return 1;
  if (status == MEMSIM_OK || is_as_noted(&access_inference, chosen->handle)) return 0;
  return printf("%s: changed before it failed\n", name), 1;
}

static int are_finite(const char *name, const float *values, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (!isfinite(values[i])) return printf("%s: value %zu is %g\n", name, i, (double)values[i]), 0;
  }
  return 1;
}

static int read_weights(void) {
  memsim_inference *handle;
  const live_weight *chosen = any_weights(&handle);
  const double known[] = {0, 1, 86400, 172800};
  double t = known[below(4)];
  if (strcmp(chosen->model, "reram-wan2022") != 0 && chance(2)) t = pow(10, real_within(12));
  if (chance(bad_rate)) {
    t = chance(3) ? strange_real() : chance(2) ? -1e-9 - fabs(real_within(9)) : 1.01e12;
    blame(MEMSIM_ERR_ARGUMENT, "t must be");
  }
  float *out = results(MEMSIM_FLOAT32, chosen->inputs * chosen->outputs);
  const memsim_status status = memsim_inference_weights(handle, t, out);
  if (judge_weights("inference_weights", status, chosen)) return 1;
  const int sensible = status == MEMSIM_OK && chosen->usual;
  return sensible && !are_finite("inference_weights", out, chosen->inputs * chosen->outputs);
}

static int read_quantity(void) {
  memsim_inference *handle;
  const live_weight *chosen = any_weights(&handle);
  int32_t planes = 0;
  if (memsim_inference_planes(chosen->handle, &planes) != MEMSIM_OK || planes < 1 || planes > most_planes) return 1;
  static const char *const names[] = {"target", "conductance"};
  const char *name = one_of("name", names, 2);
  const size_t count = (size_t)planes * chosen->inputs * chosen->outputs;
  float *out = results(MEMSIM_FLOAT32, count);
  const memsim_status status = memsim_inference_state(handle, name, out);
  if (judge_weights("inference_state", status, chosen)) return 1;
  return status == MEMSIM_OK && chosen->usual && !are_finite("inference_state", out, count);
}

/* Its own state, cut short or damaged: only the first is taken. */
static int states(void) {
  memsim_inference *handle;
  const live_weight *chosen = any_weights(&handle);
  if (!state_bytes) return 0;
  size_t size;
  unsigned char *state = state_to_load(3, &size);
  if (chance(bad_rate)) {
    state = NULL;
    blame(MEMSIM_ERR_ARGUMENT, "state");
  }
  return judge_weights("inference_load", memsim_inference_load(handle, state, size), chosen);
}

static int save(void) {
  memsim_inference *handle;
  const live_weight *chosen = any_weights(&handle);
  if (!state_bytes) return 0;
  const size_t capacity = capacity_for_state();
  void *out = results(MEMSIM_UINT8, state_bytes);
  return judge_weights("inference_save", memsim_inference_save(handle, out, capacity), chosen);
}

static int sizes(void) {
  memsim_inference *handle;
  const live_weight *chosen = any_weights(&handle);
  if (chance(3)) return judge_weights("inference_planes", memsim_inference_planes(handle, results(MEMSIM_INT32, 1)), chosen);
  uint64_t *out = results(MEMSIM_INT64, 1);
  if (chance(2)) return judge_weights("inference_memory", memsim_inference_memory(handle, out), chosen);
  return judge_weights("inference_state_size", memsim_inference_state_size(handle, out), chosen);
}

/* -- Weights in training */

/* Settings, their name, and what may be wrong with them. */
static const memsim_settings *training_settings(const char *name, memsim_settings *settings, const char *type) {
  static memsim_option option;
  option = (memsim_option){"type", type};
  *settings = (memsim_settings){NULL, 0, &option, 1};
  if (!chance(bad_rate)) return settings;
  switch (below(3)) {
    case 0: option.choice = "nope"; blame(MEMSIM_ERR_ARGUMENT, "nope"); return settings;
    case 1: settings->params = NULL; settings->param_count = 1 + any64() / 2; blame(MEMSIM_ERR_ARGUMENT, "param"); return settings;
  }
  blame(MEMSIM_ERR_ARGUMENT, name);
  return NULL;
}

static void spoil_extent(uint64_t *extent, const char *name) {
  if (!chance(bad_rate)) return;
  *extent = chance(2) ? 0 : (1ull << 24) + 1 + any64() / 2;
  blame(MEMSIM_ERR_ARGUMENT, name);
}

static int modify(void) {
  static const char *const types[] = {"none", "discretize", "mult-normal", "add-normal", "dorefa", "poly", "prog-noise", "pcm-noise"};
  uint64_t outputs = 1 + below(most_extent), inputs = 1 + below(most_extent);
  const size_t count = outputs * inputs;
  memsim_settings memory;
  const memsim_settings *settings = training_settings("modifier", &memory, types[below(8)]);
  const float *weights = some_weights(count);
  float *out = results(MEMSIM_FLOAT32, count);
  spoil_extent(&outputs, "outputs");
  spoil_extent(&inputs, "inputs");
  const memsim_status status = memsim_inference_modify(any_context(), settings, any64(), any64(), weights, outputs, inputs, out);
  if (judge("inference_modify", status, NULL)) return 1;
  return status == MEMSIM_OK && !are_finite("inference_modify", out, count);
}

/* Any settings: done, or refused and nothing written. */
static int modify_any(void) {
  static chosen_settings memory;
  const memsim_settings settings = any_settings(&memory, &settings_cards, "weight-modifier");
  const size_t outputs = 1 + below(most_extent), inputs = 1 + below(most_extent);
  float weights[most_weights], out[most_weights];
  for (size_t i = 0; i < most_weights; i++) weights[i] = (float)real_within(1);
  memset(out, 0xa5, sizeof out);
  const memsim_status status = memsim_inference_modify(any_context(), &settings, any64(), any64(), weights, outputs, inputs, out);
  if (judge_any("inference_modify, any settings", status, status == MEMSIM_OK ? out : NULL)) return 1;
  uint32_t first;
  memcpy(&first, out, sizeof first);
  return (status == MEMSIM_OK) == (first == 0xa5a5a5a5) ? puts("inference_modify: half a result"), 1 : 0;
}

/* Clips or remaps in place: what is refused is as it was. */
static int in_place(void) {
  static const char *const clips[] = {"none", "layer-gaussian", "average-channel-max"};
  static const char *const remaps[] = {"none", "layerwise-symmetric", "channelwise-symmetric"};
  const int remaps_it = chance(2) != 0;
  uint64_t outputs = 1 + below(most_extent), inputs = 1 + below(most_extent);
  const size_t count = outputs * inputs;
  memsim_settings memory;
  const memsim_settings *settings =
      training_settings(remaps_it ? "remap" : "clip", &memory, (remaps_it ? remaps : clips)[below(3)]);
  float *weights = some_weights(count), copy[most_weights], scales[most_extent], scales_copy[most_extent];
  if (weights) memcpy(copy, weights, count * sizeof *copy);
  for (size_t i = 0; i < most_extent; i++) scales[i] = (float)fabs(real_within(3)) + 1e-3f;
  if (remaps_it && chance(bad_rate)) {
    scales[below(outputs)] = chance(2) ? (float)strange_real() : -(float)below(2);
    blame(MEMSIM_ERR_ARGUMENT, "scales");
  }
  memcpy(scales_copy, scales, sizeof scales);
  const size_t rows = outputs;
  spoil_extent(&outputs, "outputs");
  spoil_extent(&inputs, "inputs");
  const memsim_status status = remaps_it ? memsim_inference_remap(settings, weights, scales, outputs, inputs)
                                         : memsim_inference_clip(settings, weights, outputs, inputs);
  if (judge(remaps_it ? "inference_remap" : "inference_clip", status, NULL)) return 1;
  if (status == MEMSIM_OK) return !are_finite("weights", weights, count) || !are_finite("scales", scales, rows);
  const int same = !weights || memcmp(copy, weights, count * sizeof *copy) == 0;
  return same && memcmp(scales, scales_copy, sizeof scales) == 0 ? 0 : (puts("changed weights before it failed"), 1);
}

const random_call inference_calls[] = {inference_create, inference_create_any, read_weights, read_weights, read_quantity,
                                       states,           save,                 sizes,        modify,       modify_any,
                                       in_place};
const size_t inference_call_count = sizeof inference_calls / sizeof *inference_calls;
