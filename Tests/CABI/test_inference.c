/* Section 11, Inference: programmed weights, and what training does to weights. */
#include "tile_sets.h"

static memsim_inference_def inference_def(void) {
  memsim_inference_def def;
  memset(&def, 0, sizeof def);
  if (memsim_inference_def_init(&def, sizeof def) != MEMSIM_OK) return def;
  def.outputs = outputs;
  def.inputs = inputs;
  def.seed = 12;
  return def;
}

/** Programmed weights, or NULL. */
static memsim_inference *make(const memsim_inference_def *def) {
  memsim_inference *made = NULL;
  return memsim_inference_create(def, weights, &made) == MEMSIM_OK ? made : NULL;
}

static const memsim_param silent[] = {
    {"prog_noise_scale", &zero, 1}, {"read_noise_scale", &zero, 1}, {"drift_scale", &zero, 1}};

static int defaults_are_the_documented_ones(void) {
  memsim_inference_def def;
  ENSURE_OK(memsim_inference_def_init(&def, sizeof def));
  ENSURE(def.size == sizeof def && def.reserved == 0 && def.inputs == 64 && def.outputs == 64 && def.seed == 0);
  ENSURE(strcmp(def.model, "pcm-like") == 0 && !def.converter && !def.context);
  ENSURE(!def.model_parameters.param_count && !def.converter_parameters.param_count);
  return 0;
}

static int every_model_and_converter_has_a_card(void) {
  ENSURE(memsim_inference_model_count() == 6 && memsim_inference_converter_count() == 5);
  for (int32_t i = 0; i < 6; i++) {
    const char *name = memsim_inference_model_name(i);
    memsim_model_card card = {.size = sizeof card};
    ENSURE_OK(memsim_inference_model_info(name, &card));
    ENSURE(strcmp(card.name, name) == 0 && card.param_count > 0 && card.state_count == 3);
    memsim_param_card param = {.size = sizeof param};
    ENSURE_OK(memsim_inference_model_param(name, card.param_count - 1, &param));
    ENSURE_ARGUMENT(memsim_inference_model_param(name, card.param_count, &param), "index");
    memsim_state_card state = {.size = sizeof state};
    ENSURE_OK(memsim_inference_model_state(name, 0, &state));
    ENSURE(strcmp(state.name, "target") == 0 && strcmp(state.unit, "uS") == 0);
  }
  for (int32_t i = 0; i < 5; i++) {
    memsim_model_card card = {.size = sizeof card};
    memsim_param_card param = {.size = sizeof param};
    ENSURE_OK(memsim_inference_converter_info(memsim_inference_converter_name(i), &card));
    ENSURE_OK(memsim_inference_converter_param(card.name, 0, &param));
  }
  const char *settings[] = {"weight-modifier", "weight-clip", "weight-remap"};
  for (int i = 0; i < 3; i++) {
    memsim_model_card card = {.size = sizeof card};
    memsim_param_card param = {.size = sizeof param};
    memsim_option_card option = {.size = sizeof option};
    ENSURE_OK(memsim_inference_settings_info(settings[i], &card));
    ENSURE_OK(memsim_inference_settings_param(settings[i], 0, &param));
    ENSURE_OK(memsim_inference_settings_option(settings[i], 0, &option));
    ENSURE(strcmp(option.name, "type") == 0 && strncmp(option.choices, "none|", 5) == 0);
  }
  ENSURE(!memsim_inference_model_name(6) && !memsim_inference_model_name(-1) && !memsim_inference_converter_name(5));
  memsim_model_card card = {.size = sizeof card};
  ENSURE_ARGUMENT(memsim_inference_model_info("pcm", &card), "pcm-like");
  ENSURE_ARGUMENT(memsim_inference_converter_info("pair", &card), "single-pair");
  ENSURE_ARGUMENT(memsim_inference_settings_info("clip", &card), "weight-clip");
  return 0;
}

static int silent_devices_give_weights_back(void) {
  ENSURE(!fill_operands(2));
  for (int32_t i = 0; i < memsim_inference_converter_count(); i++) {
    memsim_inference_def def = inference_def();
    def.converter = memsim_inference_converter_name(i);
    def.model_parameters = PARAMS(silent);
    memsim_inference *made = make(&def);
    ENSURE(made);
    for (int t = 0; t < 2; t++) {
      memset(found, 0xff, sizeof found);
      ENSURE_OK(memsim_inference_weights(made, t * 86400.0, found));
      for (int k = 0; k < devices; k++) ENSURE(fabsf(found[k] - weights[k]) < 1e-5f);
    }
    memsim_inference_destroy(made);
  }
  memsim_inference_destroy(NULL);
  return 0;
}

static int conductances_drift_as_documented(void) {
  ENSURE(!fill_operands(1));
  memsim_inference_def def = inference_def();
  def.model_parameters = (memsim_settings){&silent[1], 1, NULL, 0}; /* no read noise */
  memsim_inference *made = make(&def);
  ENSURE(made);
  int32_t planes = 0;
  uint64_t bytes = 0;
  ENSURE_OK(memsim_inference_planes(made, &planes));
  ENSURE_OK(memsim_inference_memory(made, &bytes));
  ENSURE(planes == 2 && bytes >= 5 * sizeof weights);
  static float g[2 * devices], nu[2 * devices];
  ENSURE_OK(memsim_inference_state(made, "conductance", g));
  ENSURE_OK(memsim_inference_state(made, "drift_exponent", nu));
  ENSURE_OK(memsim_inference_weights(made, 3600, found));
  float largest = 0;
  for (int k = 0; k < devices; k++) largest = fmaxf(largest, fabsf(weights[k]));
  for (int k = 0; k < devices; k++) {
    const double on = g[k] * pow(181, -nu[k]), off = g[devices + k] * pow(181, -nu[devices + k]);
    ENSURE(fabs(found[k] - (on - off) * largest / 25) < 1e-5);
  }
  memsim_inference_destroy(made);
  return 0;
}

static int a_state_goes_on(void) {
  ENSURE(!fill_operands(1));
  memsim_inference_def def = inference_def();
  memsim_inference *first = make(&def);
  weights[0] = 0.25f;
  def.seed = 13;
  memsim_inference *second = make(&def);
  ENSURE(first && second);
  ENSURE_OK(memsim_inference_weights(first, 60, found));
  uint64_t size = 0;
  ENSURE_OK(memsim_inference_state_size(first, &size));
  unsigned char *state = malloc((size_t)size);
  ENSURE(state);
  ENSURE_SHAPE(memsim_inference_save(first, state, (size_t)size - 1), "capacity");
  ENSURE_OK(memsim_inference_save(first, state, (size_t)size));
  ENSURE_OK(memsim_inference_load(second, state, (size_t)size));
  static float other[devices];
  ENSURE_OK(memsim_inference_weights(first, 60, found));
  ENSURE_OK(memsim_inference_weights(second, 60, other));
  ENSURE(memcmp(found, other, sizeof found) == 0);
  state[size / 2] ^= 1;
  ENSURE_FAILS(memsim_inference_load(second, state, (size_t)size), MEMSIM_ERR_FORMAT, "checksum");
  ENSURE_FAILS(memsim_inference_load(second, state, 8), MEMSIM_ERR_FORMAT, "truncated");
  free(state);
  memsim_inference_destroy(first);
  memsim_inference_destroy(second);
  return 0;
}

static int training_changes_weights(void) {
  ENSURE(!fill_operands(1));
  const double tenth = 0.1, half = 0.5;
  const memsim_param noise[] = {{"std_dev", &tenth, 1}};
  const memsim_option normal[] = {{"type", "add-normal"}}, fixed[] = {{"type", "fixed-value"}};
  const memsim_option channel[] = {{"type", "channelwise-symmetric"}};
  const memsim_settings modifier = {noise, 1, normal, 1};
  static float again[devices], scales[outputs];
  ENSURE_OK(memsim_inference_modify(NULL, &modifier, 3, 4, weights, outputs, inputs, found));
  memcpy(again, weights, sizeof again);
  ENSURE_OK(memsim_inference_modify(NULL, &modifier, 3, 4, again, outputs, inputs, again)); /* in place */
  ENSURE(memcmp(found, again, sizeof found) == 0);
  double square = 0;
  for (int k = 0; k < devices; k++) square += pow(found[k] - weights[k], 2);
  ENSURE(fabs(sqrt(square / devices) / 0.1 - 1) < 4 / sqrt(2.0 * devices));
  const memsim_param bound[] = {{"fixed_value", &half, 1}};
  const memsim_settings clip = {bound, 1, fixed, 1}, remap = {NULL, 0, channel, 1};
  ENSURE_OK(memsim_inference_clip(&clip, again, outputs, inputs));
  for (int k = 0; k < devices; k++) ENSURE(again[k] == fminf(fmaxf(found[k], -0.5f), 0.5f));
  for (int i = 0; i < outputs; i++) scales[i] = 2;
  ENSURE_OK(memsim_inference_remap(&remap, again, scales, outputs, inputs));
  for (int i = 0; i < outputs; i++) {
    float largest = 0;
    for (int j = 0; j < inputs; j++) largest = fmaxf(largest, fabsf(again[i * inputs + j]));
    ENSURE(fabsf(largest - 1) < 1e-6f && scales[i] > 0.5f && scales[i] <= 1);
  }
  return 0;
}

static int bad_input_is_refused(void) {
  ENSURE(!fill_operands(1));
  memsim_inference_def def = inference_def();
  memsim_inference *made = make(&def), *none = NULL;
  ENSURE(made);
  ENSURE_ARGUMENT(memsim_inference_create(NULL, weights, &none), "def");
  ENSURE_ARGUMENT(memsim_inference_create(&def, NULL, &none), "weights");
  ENSURE_ARGUMENT(memsim_inference_create(&def, weights, NULL), "out");
#define WITH(change, word)                                             \
  do {                                                                 \
    def = inference_def();                                             \
    change;                                                            \
    ENSURE_ARGUMENT(memsim_inference_create(&def, weights, &none), word); \
    ENSURE(!none);                                                     \
  } while (0)
  WITH(def.inputs = 0, "inputs");
  WITH(def.outputs = UINT64_MAX, "outputs");
  WITH(def.reserved = 1, "reserved");
  WITH(def.model = NULL, "def.model");
  WITH(def.model = "flash", "pcm-like");
  WITH(def.converter = "pair", "single-pair");
  const memsim_param wrong[] = {{"age", &one, 1}};
  const memsim_option words[] = {{"type", "loud"}};
  WITH(def.model_parameters = PARAMS(wrong), "age");
  WITH(def.converter_parameters = PARAMS(wrong), "age");
  WITH(def.model_parameters = OPTIONS(words), "options");
  const double fifty = 50;
  const memsim_param crossed[] = {{"g_min", &fifty, 1}};
  WITH(def.converter_parameters = PARAMS(crossed), "g_min");
  def = inference_def();
  weights[5] = NAN;
  ENSURE_ARGUMENT(memsim_inference_create(&def, weights, &none), "weights");
  const memsim_settings plain = {NULL, 0, NULL, 0}, loud = OPTIONS(words);
  found[0] = 7;
  ENSURE_ARGUMENT(memsim_inference_modify(NULL, &plain, 0, 0, weights, outputs, inputs, found), "weights");
  ENSURE_ARGUMENT(memsim_inference_clip(&plain, weights, outputs, inputs), "weights");
  weights[5] = 0;
  ENSURE_ARGUMENT(memsim_inference_modify(NULL, &loud, 0, 0, weights, outputs, inputs, found), "type");
  ENSURE_ARGUMENT(memsim_inference_modify(NULL, NULL, 0, 0, weights, outputs, inputs, found), "modifier");
  ENSURE_ARGUMENT(memsim_inference_modify(NULL, &plain, 0, 0, weights, 0, inputs, found), "outputs");
  float scales[outputs] = {0};
  ENSURE_ARGUMENT(memsim_inference_remap(&plain, weights, scales, outputs, inputs), "scales");
  ENSURE_ARGUMENT(memsim_inference_weights(made, -1, found), "t must be");
  ENSURE_ARGUMENT(memsim_inference_weights(made, NAN, found), "t must be");
  ENSURE_ARGUMENT(memsim_inference_state(made, "age", found), "age");
  ENSURE_ARGUMENT(memsim_inference_weights(NULL, 1, found), "inference");
  ENSURE(found[0] == 7);
  memsim_inference_destroy(made);
  return 0;
}

static const test_case tests[] = {
    {"inference.defaults", defaults_are_the_documented_ones},
    {"inference.cards", every_model_and_converter_has_a_card},
    {"inference.silent", silent_devices_give_weights_back},
    {"inference.drift", conductances_drift_as_documented},
    {"inference.state", a_state_goes_on},
    {"inference.training", training_changes_weights},
    {"inference.refused", bad_input_is_refused},
};
SECTION(inference, tests);
