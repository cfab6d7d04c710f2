/* Section 10, Analog tiles: what tiles compute. */
#include "tile_sets.h"

/* -- Made */

static int defaults_are_the_documented_ones(void) {
  memsim_tile_def def;
  ENSURE_OK(memsim_tile_def_init(&def, sizeof def));
  ENSURE(def.size == sizeof def && def.reserved == 0 && def.inputs == 64 && def.outputs == 64 && def.seed == 0);
  ENSURE(strcmp(def.device, "constant-step") == 0 && !def.preset && !def.context);
  const memsim_settings *all[] = {&def.parameters, &def.forward, &def.backward, &def.update};
  for (int i = 0; i < 4; i++) {
    ENSURE(!all[i]->params && !all[i]->param_count && !all[i]->options && !all[i]->option_count);
  }
  memset(&def, 0xa5, sizeof def); /* a caller of an older header, which ends before the context */
  ENSURE_OK(memsim_tile_def_init(&def, offsetof(memsim_tile_def, context)));
  ENSURE(def.size == offsetof(memsim_tile_def, context) && ((unsigned char *)&def)[sizeof def - 1] == 0xa5);
  memsim_tile *tile = make_tile(&def);
  ENSURE(tile);
  static float new_weights[64 * 64];
  memset(new_weights, 0xff, sizeof new_weights);
  ENSURE_OK(memsim_tile_weights(tile, new_weights));
  for (int i = 0; i < 64 * 64; i++) ENSURE(new_weights[i] == 0);
  uint64_t bytes = 0;
  ENSURE_OK(memsim_tile_memory(tile, &bytes));
  ENSURE(bytes >= 64 * 64 * sizeof(float) && bytes <= 64 * 64 * 64 + (1 << 20));
  memsim_tile_destroy(tile);
  memsim_tile_destroy(NULL);
  return 0;
}

static double default_of(memsim_status (*ask)(const char *, int32_t, memsim_param_card *), const char *card,
                         int32_t count, const char *name) {
  for (int32_t i = 0; i < count; i++) {
    memsim_param_card param = {.size = sizeof param};
    if (ask(card, i, &param) == MEMSIM_OK && strcmp(param.name, name) == 0) return *param.default_values;
  }
  return NAN;
}

static int settings_have_cards(void) {
  memsim_model_card io = {.size = sizeof io}, update = {.size = sizeof update};
  ENSURE_OK(memsim_tile_settings_info("io", &io));
  ENSURE_OK(memsim_tile_settings_info("update", &update));
#define IO(name) default_of(memsim_tile_settings_param, "io", io.param_count, name)
#define UPDATE(name) default_of(memsim_tile_settings_param, "update", update.param_count, name)
  ENSURE(IO("out_noise") == 0.06 && IO("inp_bound") == 1 && IO("out_bound") == 12 && IO("is_perfect") == 0);
  ENSURE(fabs(IO("inp_res") * 126 - 1) < 1e-12 && fabs(IO("out_res") * 510 - 1) < 1e-12);
  ENSURE(IO("max_bm_factor") == 1000 && IO("max_bm_res") == 0.25 && IO("nm_assumed_wmax") == 0.6);
  ENSURE(UPDATE("desired_bl") == 31 && UPDATE("fixed_bl") == 1 && UPDATE("update_management") == 1);
  ENSURE(UPDATE("update_bl_management") == 1 && UPDATE("um_grad_scale") == 1 && UPDATE("res") == 0);
  const char *first_choices[] = {"one-pass|", "abs-max|", "iterative|", "none|", "static|"};
  const char *names[] = {"mv_type", "noise_management", "bound_management", "w_noise_type", "ir_drop_model"};
  ENSURE(io.option_count == 5 && update.option_count == 1);
  for (int32_t i = 0; i < 5; i++) {
    memsim_option_card option = {.size = sizeof option};
    ENSURE_OK(memsim_tile_settings_option("io", i, &option));
    int known = 0;
    for (int k = 0; k < 5; k++) {
      known += strcmp(option.name, names[k]) == 0 &&
               strncmp(option.choices, first_choices[k], strlen(first_choices[k])) == 0;
    }
    ENSURE(known == 1);
  }
  memsim_option_card pulse_type = {.size = sizeof pulse_type};
  ENSURE_OK(memsim_tile_settings_option("update", 0, &pulse_type));
  ENSURE(strcmp(pulse_type.name, "pulse_type") == 0 && strncmp(pulse_type.choices, "stochastic-compressed|", 22) == 0);
  return 0;
}

static int is_model(const char *name) {
  memsim_model_card card = {.size = sizeof card};
  return memsim_model_info(name, &card) == MEMSIM_OK;
}

/* Cells of device models: options, states, weights that SET pulses raise and RESET pulses lower. */
static int every_model_makes_tiles(void) {
  static float before[devices], state[devices];
  const memsim_param settings[] = {{"dw_min", &exact_step, 1}, {"w_max", &wide_bound, 1}, {"w_min", &wide_minimum, 1}};
  for (int32_t i = 0; i < memsim_model_count(); i++) {
    memsim_model_card model = {.size = sizeof model}, card = {.size = sizeof card};
    memsim_tile_def def = tile_def();
    def.device = memsim_model_name(i);
    ENSURE_OK(memsim_model_info(def.device, &model));
    ENSURE_OK(memsim_pulsed_device_info(def.device, &card));
    ENSURE(card.param_count > model.param_count && card.state_count == model.state_count + 6);
    ENSURE(card.option_count == model.option_count);
    for (int32_t o = 0; o < card.option_count; o++) {
      memsim_option_card option = {.size = sizeof option};
      ENSURE_OK(memsim_pulsed_device_option(def.device, o, &option));
    }
    def.parameters = PARAMS(settings);
    memsim_tile *tile = make_tile(&def);
    ENSURE(tile && fill_operands(0.25) == 0);
    for (int32_t s = 0; s < card.state_count; s++) {
      memsim_state_card about = {.size = sizeof about};
      ENSURE_OK(memsim_pulsed_device_state(def.device, s, &about));
      ENSURE_OK(memsim_tile_hidden(tile, about.name, state));
      for (int k = 0; k < devices; k++) ENSURE(isfinite(state[k]));
    }
    ENSURE_OK(memsim_tile_set_weights(tile, weights));
    ENSURE_OK(memsim_tile_weights(tile, before));
    for (int k = 0; k < devices; k++) ENSURE(fabsf(before[k] - weights[k]) < 1e-4f);
    float ones[inputs], up[outputs];
    for (int k = 0; k < inputs; k++) ones[k] = 1;
    for (int k = 0; k < outputs; k++) up[k] = k % 2 ? 1.0f : -1.0f;
    ENSURE_OK(memsim_tile_update(tile, ones, up, 1, 31 * exact_step));
    ENSURE_OK(memsim_tile_weights(tile, found));
    if (model.timed) {
      for (int k = 0; k < devices; k++) ENSURE(k / inputs % 2 ? found[k] <= before[k] : found[k] >= before[k]);
    }
    ENSURE(memcmp(found, before, sizeof found) != 0);
    memsim_tile_destroy(tile);
  }
  return 0;
}

/* Every model's cells have ends of their own, decay by a half each step and are seen with noise that comes and goes. */
static int every_model_ages(void) {
  static float most[devices], least[devices], kept[devices], seen[devices], before[devices];
  const double spread = 0.2, life = 2, noise = 3;
  const memsim_param settings[] = {{"dw_min", &exact_step, 1}, {"w_max_dtod", &spread, 1}, {"w_min_dtod", &spread, 1},
                                   {"lifetime", &life, 1},     {"write_noise_std", &noise, 1}};
  ENSURE(fill_operands(0.25) == 0);
  for (int32_t i = 0; i < memsim_model_count(); i++) {
    memsim_tile_def def = tile_def();
    def.device = memsim_model_name(i);
    def.parameters = PARAMS(settings);
    memsim_tile *tile = make_tile(&def);
    ENSURE(tile);
    ENSURE_OK(memsim_tile_hidden(tile, "max_bound", most));
    ENSURE_OK(memsim_tile_hidden(tile, "min_bound", least));
    ENSURE_OK(memsim_tile_set_weights(tile, weights));
    ENSURE_OK(memsim_tile_hidden(tile, "persistent_weights", before));
    ENSURE_OK(memsim_tile_step(tile));
    ENSURE_OK(memsim_tile_hidden(tile, "persistent_weights", kept));
    ENSURE_OK(memsim_tile_weights(tile, seen));
    for (int k = 0; k < devices; k++) {
      ENSURE(most[k] != most[(k + 1) % devices] && least[k] < 0 && most[k] > 0);
      ENSURE(fabsf(before[k] - fminf(fmaxf(weights[k], least[k]), most[k])) < 1e-4f);
      ENSURE(fabsf(kept[k] - before[k] / 2) < 1e-4f && (kept[k] == 0 || seen[k] != kept[k]));
    }
    ENSURE_FAILS(memsim_tile_set_hidden(tile, "reset_bias", kept), MEMSIM_ERR_ARGUMENT, "reset_bias");
    memsim_tile_destroy(tile);
  }
  return 0;
}

/* Every device by its defaults, and by every preset: quantities are finite, weights lie within the bounds. */
static int every_device_makes_tiles(void) {
  static float bound[2][devices];
  const char *expected[] = {"constant-step", "linear-step", "soft-bounds", "soft-bounds-pmax", "soft-bounds-reference",
                            "exp-step",      "pow-step",    "piecewise-step", "ideal",
                                      "jart-vcm-v1b",  "vteam"};
  int known = 0;
  ENSURE(memsim_pulsed_device_count() >= 9 && !memsim_pulsed_device_name(-1));
  ENSURE(!memsim_pulsed_device_name(memsim_pulsed_device_count()));
  for (int32_t i = 0; i < memsim_pulsed_device_count(); i++) {
    memsim_model_card card = {.size = sizeof card};
    memsim_tile_def def = tile_def();
    def.device = memsim_pulsed_device_name(i);
    if (is_model(def.device)) continue;
    for (int k = 0; k < 9; k++) known += strcmp(def.device, expected[k]) == 0;
    ENSURE_OK(memsim_pulsed_device_info(def.device, &card));
    ENSURE(strcmp(card.name, def.device) == 0 && card.param_count > 0);
    for (int32_t p = -1; p < card.preset_count; p++) {
      if (p >= 0) {
        memsim_preset_card preset = {.size = sizeof preset};
        ENSURE_OK(memsim_pulsed_device_preset(def.device, p, &preset));
        def.preset = preset.name;
      }
      memsim_tile *tile = make_tile(&def);
      ENSURE(tile);
      memset(bound, 0, sizeof bound);
      for (int32_t s = 0; s < card.state_count; s++) {
        memsim_state_card state = {.size = sizeof state};
        ENSURE_OK(memsim_pulsed_device_state(def.device, s, &state));
        memset(found, 0xff, sizeof found);
        ENSURE_OK(memsim_tile_hidden(tile, state.name, found));
        for (int k = 0; k < devices; k++) ENSURE(isfinite(found[k]));
        if (strcmp(state.name, "max_bound") == 0) memcpy(bound[0], found, sizeof found);
        if (strcmp(state.name, "min_bound") == 0) memcpy(bound[1], found, sizeof found);
      }
      ENSURE_OK(memsim_tile_hidden(tile, "persistent_weights", found));
      if (strcmp(def.device, "ideal") != 0 && strcmp(def.device, "soft-bounds-reference") != 0) {
        for (int k = 0; k < devices; k++) ENSURE(found[k] <= bound[0][k] && found[k] >= bound[1][k]);
      }
      memsim_tile_destroy(tile);
    }
  }
  ENSURE(known == 9);
  return 0;
}

static int presets_differ_from_defaults(void) {
  static const char *const of[][2] = {
      {"exp-step", "ReRamES"},   {"exp-step", "PCM"},      {"soft-bounds-reference", "ReRamSB"},
      {"soft-bounds-reference", "ReRamArrayOM"},           {"soft-bounds-reference", "ReRamArrayHfO2"},
      {"linear-step", "Capacitor"}, {"linear-step", "EcRam"}, {"linear-step", "EcRamMO"},
      {"constant-step", "Idealized"}, {"constant-step", "GokmenVlasov"}};
  static float plain[devices];
  for (size_t i = 0; i < COUNT(of); i++) {
    memsim_tile_def def = tile_def();
    def.device = of[i][0];
    memsim_tile *tile = make_tile(&def);
    ENSURE_OK(memsim_tile_hidden(tile, "dwmin_up", plain));
    memsim_tile_destroy(tile);
    def.preset = of[i][1];
    tile = make_tile(&def);
    ENSURE(tile);
    ENSURE_OK(memsim_tile_hidden(tile, "dwmin_up", found));
    ENSURE(memcmp(plain, found, sizeof found) != 0);
    memsim_tile_destroy(tile);
  }
  return 0;
}

/* -- Weights */

static int weights_are_clipped_to_the_bounds_of_their_devices(void) {
  static float above[devices], below[devices];
  const memsim_tile_def def = tile_def();
  memsim_tile *tile = make_tile(&def);
  ENSURE(tile && fill_operands(1) == 0);
  ENSURE_OK(memsim_tile_hidden(tile, "max_bound", above));
  ENSURE_OK(memsim_tile_hidden(tile, "min_bound", below));
  ENSURE_OK(memsim_tile_set_weights(tile, weights));
  ENSURE_OK(memsim_tile_weights(tile, found));
  int clipped = 0, kept = 0;
  for (int i = 0; i < devices; i++) {
    ENSURE(found[i] == fminf(fmaxf(weights[i], below[i]), above[i]));
    clipped += found[i] != weights[i];
    kept += found[i] == weights[i];
  }
  ENSURE(clipped > 100 && kept > 100); /* of 1330 weights within +-1, by bounds near +-0.6 */
  for (int i = 0; i < devices; i++) above[i] = 0.125f;
  ENSURE_OK(memsim_tile_set_hidden(tile, "max_bound", above));
  ENSURE_OK(memsim_tile_hidden(tile, "max_bound", below));
  ENSURE(memcmp(above, below, sizeof above) == 0);
  memcpy(weights, found, sizeof weights);
  ENSURE_OK(memsim_tile_weights(tile, found));
  for (int i = 0; i < devices; i++) ENSURE(found[i] == fminf(weights[i], 0.125f));
  memsim_tile_destroy(tile);
  return 0;
}

/* -- Products */

static int perfect_products_are_plain_ones(void) {
  const double twice = 2;
  const memsim_param scaled[] = {{"is_perfect", &one, 1}, {"out_scale", &twice, 1}};
  memsim_tile_def def = tile_def();
  def.parameters = PARAMS(wide);
  def.forward = PARAMS(perfect);
  def.backward = PARAMS(scaled);
  memsim_tile *tile = make_tile(&def);
  ENSURE(tile && fill_operands(5) == 0);
  ENSURE_OK(memsim_tile_set_weights(tile, weights));
  ENSURE_OK(memsim_tile_weights(tile, found));
  ENSURE(memcmp(weights, found, sizeof weights) == 0);
  ENSURE_OK(memsim_tile_forward(tile, x, batch, y));
  ENSURE_OK(memsim_tile_backward(tile, d, batch, by_x));
  for (int b = 0; b < batch; b++) { /* of at most 70 terms up to 5, in single precision */
    for (int i = 0; i < outputs; i++) {
      double sum = 0;
      for (int j = 0; j < inputs; j++) sum += (double)weights[i * inputs + j] * (double)x[b * inputs + j];
      ENSURE(fabs((double)y[b * outputs + i] - sum) < 1e-4);
    }
    for (int j = 0; j < inputs; j++) {
      double sum = 0;
      for (int i = 0; i < outputs; i++) sum += (double)weights[i * inputs + j] * (double)d[b * outputs + i];
      ENSURE(fabs((double)by_x[b * inputs + j] - 2 * sum) < 1e-4);
    }
  }
  memsim_tile_destroy(tile);
  return 0;
}

/* Default converters by the equations of Gokmen & Vlasov 2016 and Rasch et al. 2021, in double precision: one vector. A
 * code near the middle between two may go either way in single precision: `slack` then is a step, else 0. */
typedef struct expected_output {
  double y, slack;
} expected_output;

static double code(double value, double step, double *slack) {
  const double scaled = value / step;
  if (slack && fabs(scaled - floor(scaled) - 0.5) < 1e-3) *slack = step;
  return step * rint(scaled);
}

/* out[i] of sum over j of w[i * by_i + j * by_j] v[j], with inputs of 2 codes + 1 levels; passes taken, 0 for a vector
 * of zeros, -1 where an input is near the middle of two codes or an output near the bound. */
static int expect_output(const float *v, int terms, int count, int by_i, int by_j, double codes, int bound_management,
                         expected_output *out) {
  const double in_step = 1 / codes, bound = 12, out_step = 2 * bound / 510;
  double largest = 0;
  for (int j = 0; j < terms; j++) largest = fmax(largest, fabs((double)v[j]));
  for (int i = 0; i < count; i++) out[i] = (expected_output){0, 0};
  if (!(largest > 0)) return 0;
  for (double reduction = 1, passes = 1;; reduction *= 2, passes++) {
    const double scale = 1 / largest / reduction;
    int fits = 1;
    double unsure = 0;
    for (int i = 0; i < count; i++) {
      double sum = 0, slack = 0;
      for (int j = 0; j < terms; j++) {
        const double in = code((double)v[j] * scale, in_step, &unsure);
        sum += fmin(fmax(in, -1), 1) * (double)weights[i * by_i + j * by_j];
      }
      const double read = code(sum, out_step, &slack);
      if (fabs(fabs(sum) - bound) < out_step) unsure = 1;
      fits &= fabs(read) <= bound;
      out[i] = (expected_output){fmin(fmax(read, -bound), bound) / scale, slack / scale};
    }
    if (unsure > 0) return -1;
    if (!bound_management || fits || reduction > 1000 || reduction > 0.25 / in_step) return (int)passes;
  }
}

static int is_near(float value, expected_output expected) {
  return fabs((double)value - expected.y) <= 1e-5 * fabs(expected.y) + 1.01 * expected.slack;
}

/* Values of such fractions that none is in the middle of two codes, of 63 nor of 64, halved up to five times; the
 * largest is 1. Vectors 0 to 3: of zeros, of one value, and along a row or a column of the weights. */
static void fill_vectors(void) {
  for (int i = 0; i < batch * inputs; i++) x[i] = i % inputs == 11 ? 1 : (float)(i * 37 % 127 - 63) / 64 + 1.0f / 640;
  for (int i = 0; i < batch * outputs; i++) d[i] = i % outputs == 2 ? 1 : (float)(i * 29 % 127 - 63) / 64 + 1.0f / 640;
  for (int j = 0; j < inputs; j++) {
    x[j] = 0;
    x[inputs + j] = j == 3 ? -0.01f : 0;
    x[2 * inputs + j] = weights[5 * inputs + j] > 0 ? 2 : -2; /* for weights up to 5, 175 times the largest input */
    x[3 * inputs + j] = j < 12 ? x[2 * inputs + j] : 0;
  }
  for (int i = 0; i < outputs; i++) {
    d[i] = 0;
    d[outputs + i] = weights[i * inputs + 7] > 0 ? 0.5f : -0.5f; /* a sum beyond the bound */
  }
}

/* How often each number of passes was taken forward; how many results of the other direction were clipped. */
static int converters_follow(const memsim_settings *io, double codes, double limit, int *taken, int *clipped) {
  memsim_tile_def def = tile_def();
  def.parameters = PARAMS(wide);
  def.forward = def.backward = *io;
  memsim_tile *tile = make_tile(&def);
  ENSURE(tile && fill_operands(limit) == 0);
  fill_vectors();
  ENSURE_OK(memsim_tile_set_weights(tile, weights));
  ENSURE_OK(memsim_tile_forward(tile, x, batch, y));
  ENSURE_OK(memsim_tile_backward(tile, d, batch, by_x));
  int sure = 0;
  for (int b = 0; b < batch; b++) {
    expected_output expected[inputs];
    int passes = expect_output(x + b * inputs, inputs, outputs, inputs, 1, codes, 1, expected);
    ENSURE(passes < 8);
    for (int i = 0; passes >= 0 && i < outputs; i++) {
      ENSURE(is_near(y[b * outputs + i], expected[i]));
      sure += !(expected[i].slack > 0);
    }
    if (passes >= 0) taken[passes]++;
    passes = expect_output(d + b * outputs, outputs, inputs, 1, inputs, codes, 0, expected);
    ENSURE(passes < 2);
    double largest = 0;
    for (int i = 0; i < outputs; i++) largest = fmax(largest, fabs((double)d[b * outputs + i]));
    for (int j = 0; passes >= 0 && j < inputs; j++) {
      ENSURE(is_near(by_x[b * inputs + j], expected[j]));
      *clipped += largest > 0 && fabs(expected[j].y) > 11.99 * largest;
    }
  }
  ENSURE(sure > 50);
  memsim_tile_destroy(tile);
  return 0;
}

static int default_converters_follow_the_equations(void) {
  int taken[8] = {0}, clipped = 0;
  const memsim_settings io = PARAMS(noiseless);
  ENSURE(converters_follow(&io, 63, 0.1, taken, &clipped) == 0);
  ENSURE(taken[0] == 1 && taken[1] == batch - 1 && clipped == 0);
  return 0;
}

/* Large weights. With 64 codes, for at 63 half of the largest input would be in the middle of two. */
static int bounds_are_managed(void) {
  int taken[8] = {0}, clipped = 0;
  const double resolution = 1 / 128.0;
  const memsim_param params[] = {{"out_noise", &zero, 1}, {"inp_res", &resolution, 1}};
  const memsim_settings io = PARAMS(params);
  ENSURE(converters_follow(&io, 64, 5, taken, &clipped) == 0);
  ENSURE(taken[0] == 1 && taken[1] >= 1 && taken[5] == 1 && taken[2] + taken[3] + taken[4] >= 1 && clipped >= 1);
  return 0;
}

/* Of 10^4 outputs with noise of 0.06 times the largest input: mean and deviation within five standard errors. */
static int output_noise_has_its_deviation(void) {
  enum { vectors = 500, samples = vectors * outputs };
  static float many[vectors * inputs], noisy[samples];
  const double off = -1;
  const memsim_param smooth[] = {{"inp_res", &off, 1}, {"out_res", &off, 1}};
  memsim_tile_def def = tile_def();
  def.forward = PARAMS(smooth);
  memsim_tile *tile = make_tile(&def);
  ENSURE(tile);
  for (int i = 0; i < vectors * inputs; i++) many[i] = i % inputs == 9 ? -2 : 0.5f;
  ENSURE_OK(memsim_tile_forward(tile, many, vectors, noisy)); /* new tiles have no weights */
  const double number = samples;
  double sum = 0, squares = 0;
  for (int i = 0; i < samples; i++) {
    sum += (double)noisy[i] / 2;
    squares += (double)noisy[i] * (double)noisy[i] / 4;
  }
  const double mean = sum / number, deviation = sqrt(squares / number - mean * mean);
  ENSURE(fabs(mean) < 5 * 0.06 / sqrt(number) && fabs(deviation / 0.06 - 1) < 5 / sqrt(2 * number));
  memsim_tile_destroy(tile);
  return 0;
}

/* -- Updates */

typedef enum pulse_type { deterministic, mean_count } pulse_type;
static const char *const pulse_types[] = {"deterministic-implicit", "mean-count"};

/* How pulse trains are made: managed, plain with a fixed length, plain with a free one. */
typedef struct train {
  int managed, fixed;
} train;

/* Coincidences of a vector at every device, > 0 where weights grow; how many are not near the middle of two counts. */
static int expect_counts(const float *in, const float *grad, double rate, pulse_type type, train how, int *counts,
                         int *is_sure) {
  double largest_x = 0, largest_d = 0, length = 31;
  for (int j = 0; j < inputs; j++) largest_x = fmax(largest_x, fabs((double)in[j]));
  for (int i = 0; i < outputs; i++) largest_d = fmax(largest_d, fabs((double)grad[i]));
  const double k = fabs(rate) * largest_x * largest_d / exact_step;
  if (how.managed) length = fmin(ceil(k), 31);
  double by_x_scale = sqrt(fabs(rate) / (exact_step * length)), by_d_scale = by_x_scale;
  if (how.managed) {
    const double least_d = k > 31 ? largest_d * 31 / k : largest_d;
    by_d_scale *= sqrt(largest_x / least_d);
    by_x_scale *= sqrt(least_d / largest_x);
  } else if (!how.fixed && exact_step * 31 < fabs(rate)) {
    length = fmax(ceil(fabs(rate) / exact_step), 1);
    by_x_scale = by_d_scale = 1;
  }
  int sure = 0;
  for (int i = 0; i < outputs; i++) {
    for (int j = 0; j < inputs; j++) {
      const double p_x = fmin(by_x_scale * fabs((double)in[j]), 1), p_d = fmin(by_d_scale * fabs((double)grad[i]), 1);
      const double at[3] = {length * p_x * p_d, length * p_x, length * p_d};
      int near = 0, here = i * inputs + j;
      for (int a = type == mean_count; a < (type == mean_count ? 3 : 1); a++) {
        near |= fabs(at[a] - floor(at[a]) - 0.5) < 1e-3;
      }
      const double count = type == mean_count ? rint(rint(at[1]) * rint(at[2]) / length) : rint(at[0]);
      const int falls = (in[j] > 0) == (grad[i] > 0) ? rate > 0 : rate < 0;
      counts[here] = (int)(falls ? -count : count);
      is_sure[here] = !near;
      sure += !near && count > 0;
    }
  }
  return sure;
}

static int counts_are(pulse_type type, train how, double rate) {
  static int counts[devices], sure[devices];
  const double managed = how.managed, fixed = how.fixed;
  const memsim_param params[] = {
      {"update_management", &managed, 1}, {"update_bl_management", &managed, 1}, {"fixed_bl", &fixed, 1}};
  const memsim_option options[] = {{"pulse_type", pulse_types[type]}};
  memsim_tile_def def = tile_def();
  def.parameters = PARAMS(exact);
  def.update = (memsim_settings){params, 3, options, 1};
  memsim_tile *tile = make_tile(&def);
  ENSURE(tile && fill_operands(0.25) == 0);
  for (int i = 0; i < devices; i++) weights[i] = (float)(i % 201 - 100) / 512;
  for (int b = 0; b < batch; b++) {
    const float *in = x + b * inputs, *grad = d + b * outputs;
    ENSURE_OK(memsim_tile_set_weights(tile, weights));
    ENSURE_OK(memsim_tile_update(tile, in, grad, 1, rate));
    ENSURE_OK(memsim_tile_weights(tile, found));
    ENSURE(expect_counts(in, grad, rate, type, how, counts, sure) > devices / 4);
    for (int i = 0; i < devices; i++) {
      if (sure[i]) ENSURE(found[i] == weights[i] + (float)counts[i] / 1024);
    }
  }
  memsim_tile_destroy(tile);
  return 0;
}

/* Rates for short trains, whole ones, and gradients that are clipped; both directions. */
static int deterministic_counts_are_exact(void) {
  const double rates[] = {0.01, -0.01, 0.03, 0.06, -0.06};
  for (int r = 0; r < 5; r++) {
    ENSURE(counts_are(deterministic, (train){1, 1}, rates[r]) == 0);
    ENSURE(counts_are(deterministic, (train){0, 1}, rates[r]) == 0);
    ENSURE(counts_are(deterministic, (train){0, 0}, rates[r]) == 0);
  }
  return 0;
}

/* Whole trains have an odd length, so that no product of counts lies in the middle. */
static int mean_counts_are_exact(void) {
  const double rates[] = {0.05, -0.05, 0.2};
  for (int r = 0; r < 3; r++) ENSURE(counts_are(mean_count, (train){1, 1}, rates[r]) == 0);
  return 0;
}

/* Nothing is to be done at a rate of 0 or for vectors of zeros, which are vectors of the tile's life all the same. */
static int nothing_moves_without_a_gradient(void) {
  memsim_tile_def def = tile_def();
  memsim_tile *tile = make_tile(&def);
  ENSURE(tile && fill_operands(0.25) == 0);
  ENSURE_OK(memsim_tile_set_weights(tile, weights));
  ENSURE_OK(memsim_tile_weights(tile, weights));
  static const float none[batch * inputs];
  ENSURE_OK(memsim_tile_update(tile, x, d, batch, 0));
  ENSURE_OK(memsim_tile_update(tile, none, d, batch, 0.1));
  ENSURE_OK(memsim_tile_update(tile, x, none, batch, 0.1));
  ENSURE_OK(memsim_tile_update(tile, x, d, 0, 0.1));
  ENSURE_OK(memsim_tile_weights(tile, found));
  ENSURE(memcmp(weights, found, sizeof found) == 0);
  ENSURE_OK(memsim_tile_update(tile, x, d, 1, 0.1));
  ENSURE_OK(memsim_tile_weights(tile, found));
  ENSURE(memcmp(weights, found, sizeof found) != 0);
  memsim_tile_destroy(tile);
  return 0;
}

/* Without pulses: W - rate d x, clipped after every vector. */
static int updates_without_pulses_are_exact(void) {
  const memsim_option options[] = {{"pulse_type", "none-with-device"}};
  const float rate = 0.125f;
  memsim_tile_def def = tile_def();
  def.parameters = PARAMS(exact);
  def.update = OPTIONS(options);
  memsim_tile *tile = make_tile(&def);
  ENSURE(tile && fill_operands(0.5) == 0);
  ENSURE_OK(memsim_tile_set_weights(tile, weights));
  ENSURE_OK(memsim_tile_update(tile, x, d, batch, 0.125));
  ENSURE_OK(memsim_tile_weights(tile, found));
  int clipped = 0;
  for (int i = 0; i < devices; i++) {
    double w = (double)weights[i];
    int touched = 0;
    for (int b = 0; b < batch; b++) {
      w -= (double)rate * (double)d[b * outputs + i / inputs] * (double)x[b * inputs + i % inputs];
      touched |= fabs(w) > 0.6;
      w = fmin(fmax(w, -0.6), 0.6);
    }
    clipped += touched;
    ENSURE(fabs((double)found[i] - w) < 1e-6);
  }
  ENSURE(clipped > 10);
  memsim_tile_destroy(tile);
  return 0;
}

/* Pulses at random: over all devices and vectors the weights follow the gradient. */
static int stochastic_updates_follow_the_gradient(void) {
  const char *types[] = {"stochastic-compressed", "stochastic"};
  for (int t = 0; t < 2; t++) {
    const memsim_option options[] = {{"pulse_type", types[t]}};
    memsim_tile_def def = tile_def();
    def.parameters = PARAMS(exact);
    def.update = OPTIONS(options);
    memsim_tile *tile = make_tile(&def);
    ENSURE(tile && fill_operands(0.25) == 0);
    ENSURE_OK(memsim_tile_update(tile, x, d, batch, 0.02));
    ENSURE_OK(memsim_tile_weights(tile, found));
    double both = 0, square = 0;
    for (int i = 0; i < devices; i++) {
      double gradient = 0;
      for (int b = 0; b < batch; b++) {
        gradient -= 0.02 * (double)d[b * outputs + i / inputs] * (double)x[b * inputs + i % inputs];
      }
      both += gradient * (double)found[i];
      square += gradient * gradient;
      const float steps = found[i] * 1024;
      ENSURE(steps == rintf(steps));
    }
    /* The slope is 1; noise of some 2 steps a device and vector against gradients of some 3 gives it 0.02 or so. */
    ENSURE(fabs(both / square - 1) < 0.1);
    memsim_tile_destroy(tile);
  }
  return 0;
}

/* -- Step and reset */

static int decay_and_diffusion_act_on_steps(void) {
  const double lifetime = 4, bias = 0.25, rate = 0.01;
  const memsim_param decaying[] = {{"lifetime", &lifetime, 1}, {"lifetime_dtod", &zero, 1}, {"reset", &bias, 1},
                                   {"reset_dtod", &zero, 1},   {"w_max_dtod", &zero, 1},    {"w_min_dtod", &zero, 1}};
  const memsim_param diffusing[] = {{"diffusion", &rate, 1}, {"diffusion_dtod", &zero, 1}, {"w_max_dtod", &zero, 1},
                                    {"w_min_dtod", &zero, 1}};
  memsim_tile_def def = tile_def();
  def.parameters = PARAMS(decaying);
  memsim_tile *tile = make_tile(&def);
  ENSURE(tile && fill_operands(0.5) == 0);
  ENSURE_OK(memsim_tile_set_weights(tile, weights));
  ENSURE_OK(memsim_tile_step(tile));
  ENSURE_OK(memsim_tile_weights(tile, found));
  for (int i = 0; i < devices; i++) { /* w - b falls by a fourth */
    ENSURE(fabs(((double)weights[i] - 0.25) * 0.75 + 0.25 - (double)found[i]) < 1e-6);
  }
  memsim_tile_destroy(tile);
  def.parameters = PARAMS(diffusing);
  tile = make_tile(&def);
  ENSURE(tile);
  ENSURE_OK(memsim_tile_set_weights(tile, weights));
  ENSURE_OK(memsim_tile_step(tile));
  ENSURE_OK(memsim_tile_weights(tile, found));
  const double number = devices;
  double squares = 0;
  for (int i = 0; i < devices; i++) {
    const double moved = (double)found[i] - (double)weights[i];
    squares += moved * moved;
  }
  ENSURE(fabs(sqrt(squares / number) / 0.01 - 1) < 5 / sqrt(2 * number));
  memsim_tile_destroy(tile);
  return 0;
}

/* Inputs 68, 69, 0: round the end. Without spread the weights are the bias. */
static int resets_go_round(void) {
  const double bias = 0.25;
  const memsim_param params[] = {{"reset", &bias, 1},      {"reset_dtod", &zero, 1}, {"reset_std", &zero, 1},
                                 {"w_max_dtod", &zero, 1}, {"w_min_dtod", &zero, 1}};
  memsim_tile_def def = tile_def();
  def.parameters = PARAMS(params);
  memsim_tile *tile = make_tile(&def);
  ENSURE(tile && fill_operands(0.2) == 0);
  ENSURE_OK(memsim_tile_set_weights(tile, weights));
  ENSURE_OK(memsim_tile_reset(tile, 5, 10, 0));
  ENSURE_OK(memsim_tile_reset(tile, 68, 3, 1));
  ENSURE_OK(memsim_tile_weights(tile, found));
  for (int i = 0; i < devices; i++) {
    const int j = i % inputs, hit = j == 68 || j == 69 || j == 0;
    ENSURE(found[i] == (hit ? 0.25f : weights[i]));
  }
  ENSURE_OK(memsim_tile_set_weights(tile, weights));
  ENSURE_OK(memsim_tile_reset(tile, 0, inputs, 0.5));
  ENSURE_OK(memsim_tile_weights(tile, found));
  int hit = 0;
  for (int i = 0; i < devices; i++) hit += found[i] == 0.25f;
  ENSURE(hit > 665 - 5 * 19 && hit < 665 + 5 * 19); /* half of 1330, deviation 18.2 */
  memsim_tile_destroy(tile);
  return 0;
}

/* -- The same bits */

enum { wide_inputs = 301, wide_outputs = 257, wide_devices = wide_inputs * wide_outputs };

typedef struct results {
  float weights[wide_devices], y[batch * wide_outputs], by_x[batch * wide_inputs];
} results;

static const double hundred = 100, small = 1e-3;
static const memsim_param forgetful[] = {{"lifetime", &hundred, 1}, {"diffusion", &small, 1}};

/* Everything that a tile does, a batch of 7 as 7 or as `split` and the rest. */
static int live(const char *device, memsim_context *context, size_t split, results *out) {
  static float in[batch * wide_inputs], grad[batch * wide_outputs];
  memsim_tile_def def = tile_def();
  memsim_tile *tile = NULL;
  def.inputs = wide_inputs;
  def.outputs = wide_outputs;
  def.device = device;
  if (strcmp(device, "soft-bounds") == 0) def.parameters = PARAMS(forgetful);
  def.context = context;
  ENSURE_OK(memsim_tile_create(&def, &tile));
  ENSURE(fill(out->weights, wide_devices, 3, 0.4) == 0 && fill(in, batch * wide_inputs, 4, 1) == 0);
  ENSURE(fill(grad, batch * wide_outputs, 5, 1) == 0);
  ENSURE_OK(memsim_tile_set_weights(tile, out->weights));
  for (int turn = 0; turn < 2; turn++) {
    const size_t parts[2][2] = {{0, split}, {split, batch - split}};
    for (int p = 0; p < 2; p++) {
      ENSURE_OK(memsim_tile_forward(tile, in + parts[p][0] * wide_inputs, parts[p][1],
                                    out->y + parts[p][0] * wide_outputs));
    }
    for (int p = 0; p < 2; p++) {
      ENSURE_OK(memsim_tile_backward(tile, grad + parts[p][0] * wide_outputs, parts[p][1],
                                     out->by_x + parts[p][0] * wide_inputs));
    }
    for (int p = 0; p < 2; p++) {
      ENSURE_OK(memsim_tile_update(tile, in + parts[p][0] * wide_inputs, grad + parts[p][0] * wide_outputs,
                                   parts[p][1], 0.02));
    }
    ENSURE_OK(memsim_tile_step(tile));
    ENSURE_OK(memsim_tile_reset(tile, 40, 11, 0.5));
  }
  ENSURE_OK(memsim_tile_weights(tile, out->weights));
  memsim_tile_destroy(tile);
  return 0;
}

static results alone, with_others;

static int bits_depend_on_nothing_else(void) {
  static const char *const kinds[] = {"constant-step", "soft-bounds", "linear-step", "exp-step", "pow-step",
                                      "soft-bounds-reference", "piecewise-step", "jart-vcm-v1b", "vteam"};
  for (size_t k = 0; k < COUNT(kinds); k++) {
    ENSURE(live(kinds[k], NULL, batch, &alone) == 0);
    const size_t splits[] = {batch, 3, 1, 0};
    for (int32_t threads = 1; threads <= 4; threads *= 2) {
      memsim_context_def def;
      memsim_context *context = NULL;
      ENSURE_OK(memsim_context_def_init(&def, sizeof def));
      def.threads = threads;
      ENSURE_OK(memsim_context_create(&def, &context));
      for (int s = 0; s < (k < 2 ? 4 : 2); s++) {
        memset(&with_others, 0, sizeof with_others);
        ENSURE(live(kinds[k], context, splits[s], &with_others) == 0);
        ENSURE(memcmp(alone.y, with_others.y, sizeof alone.y) == 0);
        ENSURE(memcmp(alone.by_x, with_others.by_x, sizeof alone.by_x) == 0);
        ENSURE(memcmp(alone.weights, with_others.weights, sizeof alone.weights) == 0);
      }
      memsim_context_destroy(context);
    }
  }
  return 0;
}

static int seeds_tell_tiles_apart(void) {
  memsim_tile_def def = tile_def();
  memsim_tile *first = make_tile(&def), *same = make_tile(&def);
  def.seed = 13;
  memsim_tile *other = make_tile(&def);
  ENSURE(first && same && other);
  ENSURE(same_state(first, same) && !same_state(first, other));
  ENSURE_OK(memsim_tile_hidden(first, "max_bound", weights));
  ENSURE_OK(memsim_tile_hidden(other, "max_bound", found));
  int equal = 0;
  for (int i = 0; i < devices; i++) equal += weights[i] == found[i];
  ENSURE(equal < 5);
  memsim_tile_destroy(first);
  memsim_tile_destroy(same);
  memsim_tile_destroy(other);
  return 0;
}

/* Noise is fresh for every vector, and every device's pulses are its own. */
static int noise_is_fresh(void) {
  static float again[batch * outputs];
  const memsim_tile_def def = tile_def();
  memsim_tile *tile = make_tile(&def);
  ENSURE(tile && fill_operands(0.25) == 0);
  for (int b = 1; b < batch; b++) memcpy(x + b * inputs, x, inputs * sizeof *x);
  ENSURE_OK(memsim_tile_forward(tile, x, batch, y));
  ENSURE_OK(memsim_tile_forward(tile, x, batch, again));
  ENSURE(memcmp(y, again, sizeof y) != 0);
  for (int b = 1; b < batch; b++) ENSURE(memcmp(y, y + b * outputs, outputs * sizeof *y) != 0);
  memsim_tile_destroy(tile);
  return 0;
}

/* -- Saved */

/* A tile goes on as the one whose state it took, whatever it has been through before. */
static int states_are_whole(void) {
  static float other_y[batch * outputs], other_weights[devices];
  static const char *const kinds[] = {"constant-step", "soft-bounds-reference", "pow-step", "piecewise-step", "ideal"};
  for (size_t k = 0; k < COUNT(kinds); k++) {
    memsim_tile_def def = tile_def();
    def.device = kinds[k];
    memsim_tile *tile = make_tile(&def), *other = make_tile(&def);
    ENSURE(tile && other && fill_operands(0.25) == 0);
    ENSURE_OK(memsim_tile_update(other, x, d, 1, 0.05));
    ENSURE_OK(memsim_tile_set_weights(tile, weights));
    ENSURE_OK(memsim_tile_forward(tile, x, 3, y));
    ENSURE_OK(memsim_tile_update(tile, x, d, 5, 0.02));
    ENSURE_OK(memsim_tile_step(tile));
    size_t size = 0;
    unsigned char *state = state_of(tile, &size);
    ENSURE(state);
    ENSURE(!same_state(tile, other));
    ENSURE_OK(memsim_tile_load(other, state, size));
    ENSURE(same_state(tile, other));
    memsim_tile *both[] = {tile, other};
    for (int t = 0; t < 2; t++) {
      ENSURE_OK(memsim_tile_update(both[t], x, d, batch, -0.01));
      ENSURE_OK(memsim_tile_reset(both[t], 2, 9, 0.5));
      ENSURE_OK(memsim_tile_forward(both[t], x, batch, t ? other_y : y));
      ENSURE_OK(memsim_tile_weights(both[t], t ? other_weights : found));
    }
    ENSURE(memcmp(y, other_y, sizeof y) == 0 && memcmp(found, other_weights, sizeof found) == 0);
    ENSURE(same_state(tile, other));
    ENSURE_OK(memsim_tile_load(tile, state, size)); /* back in time */
    ENSURE(!same_state(tile, other));
    ENSURE_OK(memsim_tile_update(tile, x, d, batch, -0.01));
    ENSURE_OK(memsim_tile_reset(tile, 2, 9, 0.5));
    ENSURE_OK(memsim_tile_forward(tile, x, batch, other_y));
    ENSURE(memcmp(y, other_y, sizeof y) == 0 && same_state(tile, other));
    free(state);
    memsim_tile_destroy(tile);
    memsim_tile_destroy(other);
  }
  return 0;
}

static const test_case tests[] = {
    {"tile.defaults", defaults_are_the_documented_ones},
    {"tile.settings", settings_have_cards},
    {"tile.devices", every_device_makes_tiles},
    {"tile.models", every_model_makes_tiles},
    {"tile.models_age", every_model_ages},
    {"tile.presets", presets_differ_from_defaults},
    {"tile.weights", weights_are_clipped_to_the_bounds_of_their_devices},
    {"tile.perfect", perfect_products_are_plain_ones},
    {"tile.converters", default_converters_follow_the_equations},
    {"tile.bounds", bounds_are_managed},
    {"tile.noise", output_noise_has_its_deviation},
    {"tile.deterministic", deterministic_counts_are_exact},
    {"tile.mean_count", mean_counts_are_exact},
    {"tile.no_gradient", nothing_moves_without_a_gradient},
    {"tile.no_pulses", updates_without_pulses_are_exact},
    {"tile.stochastic", stochastic_updates_follow_the_gradient},
    {"tile.step", decay_and_diffusion_act_on_steps},
    {"tile.reset", resets_go_round},
    {"tile.same_bits", bits_depend_on_nothing_else},
    {"tile.seeds", seeds_tell_tiles_apart},
    {"tile.fresh", noise_is_fresh},
    {"tile.saved", states_are_whole},
};
SECTION(tile, tests);
