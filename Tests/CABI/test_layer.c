/* Section 9, Training: nonidealities, I-V laws, layers and pairs. */
#include <math.h>
#include <stdlib.h>

#include "sections.h"

/* More rows than a tile, columns that fill no block, more samples than a thread takes at a time. */
enum { inputs = 70, outputs = 19, rows = inputs + 1, columns = 2 * outputs, devices = rows * columns, batch = 37 };

static double weights[devices], x[batch * inputs], y[batch * outputs], power[batch], grad_y[batch * outputs];
static double grad_x[batch * inputs], grad_weights[devices], conductance[devices];
static float narrow_weights[devices], narrow_x[batch * inputs], narrow_y[batch * outputs], narrow_power[batch];
static float narrow_conductance[devices];
enum { room = 400000 };
static _Alignas(64) unsigned char workspace[room];

static const memsim_dtype f64 = MEMSIM_FLOAT64, f32 = MEMSIM_FLOAT32;
static const memsim_layer_key first_draw = {.seed = 1, .stream = 2, .call = 3};

/* No weight is 0, one is the largest; some inputs carry no voltage. */
static void fill_operands(void) {
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

static memsim_layer_def def_of(const set *set) {
  memsim_layer_def def;
  memsim_layer_def_init(&def, sizeof def);
  def.inputs = inputs;
  def.outputs = outputs;
  def.nonidealities = set->list;
  def.nonideality_count = set->count;
  return def;
}

/* A layer of the extents above, or NULL. */
static memsim_layer *make_layer(const set *set, int32_t redraw, memsim_context *context) {
  memsim_layer_def def = def_of(set);
  def.redraw = redraw;
  def.context = context;
  memsim_layer *layer = NULL;
  return memsim_layer_create(&def, &layer) == MEMSIM_OK ? layer : NULL;
}

static int draw(const memsim_layer *layer, const memsim_layer_key *key, const double *normals) {
  uint64_t bytes = 0;
  ENSURE_OK(memsim_layer_workspace(layer, f64, &bytes));
  ENSURE(bytes <= room);
  ENSURE_OK(memsim_layer_draw(layer, weights, f64, key, normals, workspace, room));
  return 0;
}

static int run(const memsim_layer *layer, const memsim_layer_key *key) {
  ENSURE(draw(layer, key, NULL) == 0);
  ENSURE_OK(memsim_layer_forward(layer, workspace, room, x, f64, batch, y, power));
  return 0;
}

/* -- Cards */

static int is_text(const char *text) { return text && text[0]; }

static int cards_are_complete(void) {
  const int32_t count = memsim_nonideality_count();
  ENSURE(count == 11 && !memsim_nonideality_name(-1) && !memsim_nonideality_name(count));
  for (int32_t i = 0; i < count; i++) {
    const char *name = memsim_nonideality_name(i);
    memsim_model_card card = {.size = sizeof card};
    ENSURE_OK(memsim_nonideality_info(name, &card));
    ENSURE(card.name == name && is_text(name) && is_text(card.title) && is_text(card.text) && is_text(card.source));
    ENSURE(card.param_count >= 1 && !card.option_count && !card.state_count && !card.quantity_count);
    ENSURE(!card.preset_count && !card.timed && !card.reserved);
    for (int32_t p = 0; p < card.param_count; p++) {
      memsim_param_card param = {.size = sizeof param};
      ENSURE_OK(memsim_nonideality_param(name, p, &param));
      ENSURE(is_text(param.name) && is_text(param.unit) && is_text(param.text) && param.minimum < param.maximum);
      ENSURE(param.columns == 1 && param.rows == (strcmp(param.name, "means") != 0));
      ENSURE(!param.rows || (*param.default_values >= param.minimum && *param.default_values <= param.maximum));
    }
  }
  return 0;
}

static int bad_questions_are_refused(void) {
  memsim_model_card card = {.size = sizeof card};
  memsim_param_card param = {.size = sizeof param};
  ENSURE_ARGUMENT(memsim_nonideality_info("nope", &card), "\"nope\"; there are discrete-states, ");
  ENSURE_ARGUMENT(memsim_nonideality_info("ohmic", &card), "ohmic");
  ENSURE_ARGUMENT(memsim_nonideality_info(NULL, &card), "name is NULL");
  ENSURE_ARGUMENT(memsim_nonideality_info("drift", NULL), "out is NULL");
  ENSURE_ARGUMENT(memsim_nonideality_param("drift", 4, &param), "index must be 0...3, got index 4");
  ENSURE_ARGUMENT(memsim_nonideality_param("drift", -1, &param), "index");
  ENSURE_ARGUMENT(memsim_nonideality_param("nope", 0, &param), "nope");
  ENSURE_ARGUMENT(memsim_nonideality_param(NULL, 0, &param), "name is NULL");
  ENSURE_ARGUMENT(memsim_nonideality_param("drift", 0, NULL), "out is NULL");
  card.size = param.size = 3;
  ENSURE_ARGUMENT(memsim_nonideality_info("drift", &card), "size");
  ENSURE_ARGUMENT(memsim_nonideality_param("drift", 0, &param), "size");
  ENSURE(!card.name && !param.name);
  return 0;
}

/* -- Laws */

static int is_close(double a, double b, double tolerance) { return fabs(a - b) <= tolerance * fabs(b); }
/* The same for what is a difference of numbers of order 1. */
static int is_near(double a, double b, double tolerance) { return fabs(a - b) <= tolerance * (1 + fabs(b)); }

typedef struct point {
  double g, z, y, v, current, by_g, by_v;
} point;

static int are_points_of(const memsim_nonideality *law, const point *points, int count, int derivatives) {
  for (int i = 0; i < count; i++) {
    const point *p = &points[i];
    const double normals[2] = {p->z, p->y};
    double current, by_g, by_v;
    ENSURE_OK(memsim_law_evaluate(law, &p->v, &p->g, normals, 1, &current, &by_g, &by_v));
    /* The reference is in double precision: what remains are roundings of a few functions. */
    ENSURE(is_close(current, p->current, 1e-12));
    ENSURE(!derivatives || (is_close(by_g, p->by_g, 1e-12) && is_close(by_v, p->by_v, 1e-12)));
  }
  return 0;
}

/* Rows of Tests/Golden/nonideality_aware_training.json. */
static int laws_are_those_of_the_reference(void) {
  static const double low[7] = {-1.1196533175901369,    0.6283496520155492,   -1.3368918792959243, -25.91558654968477,
                                0.0012293334963914993, 0.009651234051603064, 0.24708223327390708};
  const memsim_param params[7] = {{"slope_c", &low[0], 1}, {"intercept_c", &low[1], 1}, {"slope_d", &low[2], 1},
                                  {"intercept_d", &low[3], 1}, {"cov_cc", &low[4], 1}, {"cov_cd", &low[5], 1},
                                  {"cov_dd", &low[6], 1}};
  const memsim_nonideality low_resistance = {"poole-frenkel", params, 7};
  static const point high_points[] = {
      {5.248407497001691e-07, 0, 0, 0, 0, 0, 2.6384566108359803e-07},
      {5.248407497001691e-07, 1, -0.5, 0.1, 5.258271844814319e-08, 0.10091237308813374, 6.60042308685836e-07},
      {2.6242037485008458e-06, 0, 0, 0.5, 2.5296865467465602e-06, 0.9368570827751106, 8.336687980524446e-06},
      {1.1735795936915307e-06, 1, -0.5, 0.5, 1.0870565360990368e-06, 0.9083348364473512, 3.3707981986364944e-06},
  };
  static const point low_points[] = {
      {0.0006901299245263648, 0, 0, 0.5, 0.0003833505696320376, 0.49280785931592874, 0.0009000227454657863},
      {0.0034506496226318238, 1, -0.5, 0.1, 0.0003578323132515901, 0.11255493839407973, 0.003670031977248158},
  };
  ENSURE(are_points_of(poole_frenkel, high_points, 4, 1) == 0);
  ENSURE(are_points_of(&low_resistance, low_points, 2, 1) == 0);
  static const point n_points[] = {{2e-06, 0, 0, -0.4, -8e-07, 0, 0},
                                   {2e-06, 0, 0, 0.1, 1.8402455692757814e-07, 0, 0},
                                   {2e-06, 0, 0, -0.4, -1.050773891124145e-06, 0, 0},
                                   {2e-06, 0, 0, 0.5, 1.75e-06, 0, 0}};
  static const double n[4] = {2, 2.13, 2.99, 3.5};
  for (int i = 0; i < 4; i++) {
    const memsim_param exponent = {"n", &n[i], 1};
    const memsim_nonideality law = {"n-parameter", &exponent, 1};
    ENSURE(are_points_of(&law, &n_points[i], 1, 0) == 0);
  }
  return 0;
}

/* Central differences of a smooth law, steps of 1e-5: they err by some 1e-10. */
static int derivatives_of_laws_are_differences(void) {
  const memsim_nonideality laws[] = {*poole_frenkel, *n_parameter};
  enum { count = 11 };
  double v[3 * count], g[3 * count], normals[6 * count], current[3 * count], by_g[3 * count], by_v[3 * count];
  const double h = 1e-5;
  for (int l = 0; l < 2; l++) {
    for (int d = 0; d < 2; d++) { /* by the conductance, then by the voltage */
      for (int i = 0; i < 3 * count; i++) {
        const double shift = 1 + h * (i / count - 1);
        v[i] = (0.05 * (i % count) - 0.27) * (d ? shift : 1);
        g[i] = (6 + i % count) * 1e-7 * (d ? 1 : shift);
        normals[2 * i] = i % count * 0.1 - 0.5;
        normals[2 * i + 1] = 0.7 - i % count * 0.1;
      }
      ENSURE_OK(memsim_law_evaluate(&laws[l], v, g, normals, 3 * count, current, by_g, by_v));
      for (int i = 0; i < count; i++) {
        const int middle = count + i;
        const double difference = (current[2 * count + i] - current[i]) / (2 * h);
        ENSURE(is_close(difference, d ? by_v[middle] * v[middle] : by_g[middle] * g[middle], 1e-8));
      }
    }
  }
  return 0;
}

static int bad_laws_are_refused(void) {
  const double v = 0.1, g = 1e-6, z[2] = {0, 0}, none = 0, strange = NAN, endless = INFINITY, cold = 0, one = 1;
  double out[3] = {7, 7, 7};
  const memsim_nonideality *law = poole_frenkel;
  const memsim_param temperature = {"temperature", &cold, 1}, loose = {"cov_cd", &one, 1};
  const memsim_nonideality unknown = {"nope", NULL, 0}, unnamed = {NULL, NULL, 0};
  const memsim_nonideality listless = {"poole-frenkel", NULL, 1}, no_law = {"lognormal", NULL, 0};
  const memsim_nonideality freezing = {"poole-frenkel", &temperature, 1}, indefinite = {"poole-frenkel", &loose, 1};
#define LAW(law, v, g, z, count, i, by_g, by_v) memsim_law_evaluate(law, v, g, z, count, i, by_g, by_v)
#define ENSURE_LAW_REFUSED(law, word) ENSURE_ARGUMENT(LAW(law, &v, &g, z, 1, out, out + 1, out + 2), word)
  ENSURE_LAW_REFUSED(NULL, "law is NULL");
  ENSURE_LAW_REFUSED(&unknown, "no nonideality named \"nope\"");
  ENSURE_LAW_REFUSED(&unnamed, "name is NULL");
  ENSURE_LAW_REFUSED(&listless, "params is NULL");
  ENSURE_LAW_REFUSED(&no_law, "\"lognormal\" has no I-V law");
  ENSURE_LAW_REFUSED(&freezing, "\"temperature\" must be 1.0...2000.0 K, got 0.0");
  ENSURE_LAW_REFUSED(&indefinite, "cov_cd² must be at most cov_cc cov_dd");
  ENSURE_ARGUMENT(LAW(law, NULL, &g, z, 1, out, out + 1, out + 2), "volts is NULL");
  ENSURE_ARGUMENT(LAW(law, &v, NULL, z, 1, out, out + 1, out + 2), "conductance is NULL");
  ENSURE_ARGUMENT(LAW(law, &v, &g, NULL, 1, out, out + 1, out + 2), "normals is NULL");
  ENSURE_ARGUMENT(LAW(law, &v, &g, z, 1, NULL, out + 1, out + 2), "current is NULL");
  ENSURE_ARGUMENT(LAW(law, &v, &g, z, 1, out, NULL, out + 2), "d_conductance is NULL");
  ENSURE_ARGUMENT(LAW(law, &v, &g, z, 1, out, out + 1, NULL), "d_voltage is NULL");
  ENSURE_ARGUMENT(LAW(law, &v, &none, z, 1, out, out + 1, out + 2), "must be finite and > 0 S, got 0.0");
  ENSURE_ARGUMENT(LAW(law, &v, &strange, z, 1, out, out + 1, out + 2), "nan at index 0");
  ENSURE_ARGUMENT(LAW(law, &v, &endless, z, 1, out, out + 1, out + 2), "inf at index 0");
  ENSURE_SHAPE(LAW(law, &v, &g, z, SIZE_MAX, out, out + 1, out + 2), "count");
  ENSURE(out[0] == 7 && out[1] == 7 && out[2] == 7);
  ENSURE_OK(memsim_law_evaluate(law, &v, &g, z, 0, out, out + 1, out + 2));
  ENSURE(out[0] == 7 && out[1] == 7 && out[2] == 7);
  return 0;
}

/* -- Layers by hand */

static int defaults_are_the_documented_ones(void) {
  memsim_layer_def def;
  ENSURE_OK(memsim_layer_def_init(&def, sizeof def));
  ENSURE(def.size == sizeof def && def.bias == 1 && def.inputs == 64 && def.outputs == 64 && def.k_v == 0.5);
  ENSURE(def.g_off == 5.248407497001691e-07 && def.g_on == 2.6242037485008458e-06 && def.reserved == 0);
  ENSURE(!def.nonidealities && !def.nonideality_count && def.redraw == MEMSIM_REDRAW_CALL && !def.context);
  ENSURE_ARGUMENT(memsim_layer_def_init(NULL, sizeof def), "def is NULL");
  ENSURE_ARGUMENT(memsim_layer_def_init(&def, sizeof def + 8), "size");
  memset(&def, 0xa5, sizeof def); /* a caller of an older header, which ends before k_v */
  ENSURE_OK(memsim_layer_def_init(&def, offsetof(memsim_layer_def, k_v)));
  ENSURE(def.size == offsetof(memsim_layer_def, k_v) && ((unsigned char *)&def)[sizeof def - 1] == 0xa5);
  memsim_layer *layer = NULL;
  uint64_t bytes = 0;
  ENSURE_OK(memsim_layer_create(&def, &layer));
  ENSURE_OK(memsim_layer_workspace(layer, f64, &bytes));
  ENSURE(bytes >= 65 * 128 * sizeof(double) && bytes <= 65 * 128 * sizeof(double) * 4 + 4096);
  memsim_layer_destroy(layer);
  memsim_layer_destroy(NULL);
  return 0;
}

/* Ohmic devices: y = x W + b, and a device at V takes G V². */
static int ohmic_layers_are_affine_maps(void) {
  fill_operands();
  memsim_layer *layer = make_layer(&ideal, MEMSIM_REDRAW_CALL, NULL);
  ENSURE(run(layer, &first_draw) == 0);
  ENSURE_OK(memsim_layer_draw(layer, narrow_weights, f32, &first_draw, NULL, workspace, room));
  ENSURE_OK(memsim_layer_forward(layer, workspace, room, narrow_x, f32, batch, narrow_y, narrow_power));
  ENSURE_OK(memsim_layer_conductances(layer, weights, f64, &first_draw, conductance));
  for (int b = 0; b < batch; b++) {
    double watts = 0;
    for (int k = 0; k < outputs; k++) {
      double sum = 0;
      for (int i = 0; i < rows; i++) {
        const double value = i < inputs ? x[b * inputs + i] : 1, *w = &weights[i * columns + 2 * k];
        sum += value * (w[0] - w[1]);
        watts += 0.25 * value * value * (conductance[i * columns + 2 * k] + conductance[i * columns + 2 * k + 1]);
      }
      /* Of 71 terms up to 2, each a difference of currents: roundings of some 1e-14 in double precision. */
      ENSURE(fabs(y[b * outputs + k] - sum) < 1e-12 && fabs(narrow_y[b * outputs + k] - sum) < 1e-4);
    }
    ENSURE(is_close(power[b], watts, 1e-12) && is_close(narrow_power[b], watts, 1e-5));
  }
  memsim_layer_destroy(layer);
  return 0;
}

/* G = k_g w + g_off; the largest weight has g_on. */
static int conductances_fill_the_window(void) {
  fill_operands();
  const memsim_layer_def def = def_of(&ideal);
  memsim_layer *layer = make_layer(&ideal, MEMSIM_REDRAW_CALL, NULL);
  weights[0] = 0;
  ENSURE_OK(memsim_layer_conductances(layer, weights, f64, &first_draw, conductance));
  for (int i = 0; i < devices; i++) {
    ENSURE(is_close(conductance[i], def.g_off + weights[i] / 2 * (def.g_on - def.g_off), 1e-15));
    ENSURE(conductance[i] >= def.g_off && conductance[i] <= def.g_on);
  }
  ENSURE(conductance[0] == def.g_off && is_close(conductance[11], def.g_on, 1e-15));
  memsim_layer_destroy(layer);
  return 0;
}

/* Where the programmable states are, and that the nearest is taken. */
static int states_are_where_they_should_be(void) {
  fill_operands();
  const double by_resistance = 1;
  const memsim_param spaced[] = {{"levels", &few, 1}, {"spacing", &by_resistance, 1}};
  const memsim_nonideality kinds[] = {
      {"discrete-states", states, 1}, {"discrete-states", spaced, 2}, {"quantization", steps, 1}};
  const double gaps[] = {4, 4, 16};
  for (int k = 0; k < 3; k++) {
    const set set = {&kinds[k], 1};
    const memsim_layer_def def = def_of(&set);
    memsim_layer *layer = make_layer(&set, MEMSIM_REDRAW_CALL, NULL);
    ENSURE_OK(memsim_layer_conductances(layer, weights, f64, &first_draw, conductance));
    for (int i = 0; i < devices; i++) {
      const double g = conductance[i], wanted = def.g_off + weights[i] / 2 * (def.g_on - def.g_off);
      const double place = k == 1 ? (1 / g - 1 / def.g_on) / (1 / def.g_off - 1 / def.g_on)
                                  : (g - def.g_off) / (def.g_on - def.g_off);
      ENSURE(fabs(place * gaps[k] - round(place * gaps[k])) < 1e-9 && place > -1e-12 && place < 1 + 1e-12);
      ENSURE(k == 1 || fabs(g - wanted) <= (def.g_on - def.g_off) / gaps[k] / 2 * (1 + 1e-9));
    }
    memsim_layer_destroy(layer);
  }
  return 0;
}

/* Of 2698 devices some 675 are stuck, give or take five deviations of 22; the others are as programmed. */
static int some_devices_are_stuck(void) {
  fill_operands();
  const memsim_nonideality kinds[] = {{"stuck-at", stuck_at, 2}, {"stuck-at-off", with_probability, 1},
                                      {"stuck-at-on", with_probability, 1}, {"stuck-distribution", stuck_by, 3}};
  for (int k = 0; k < 4; k++) {
    const set set = {&kinds[k], 1};
    const memsim_layer_def def = def_of(&set);
    const double value[] = {level, def.g_off, def.g_on};
    memsim_layer *layer = make_layer(&set, MEMSIM_REDRAW_CALL, NULL);
    ENSURE_OK(memsim_layer_conductances(layer, weights, f64, &first_draw, conductance));
    int stuck = 0;
    for (int i = 0; i < devices; i++) {
      if (is_close(conductance[i], def.g_off + weights[i] / 2 * (def.g_on - def.g_off), 1e-15)) continue;
      ENSURE(k < 3 ? conductance[i] == value[k] : conductance[i] >= 0 && conductance[i] < 4e-6);
      stuck++;
    }
    ENSURE(stuck > 565 && stuck < 785);
    memsim_layer_destroy(layer);
  }
  return 0;
}

/* With normals given, a layer's currents are those of the law, device by device. */
static int replayed_devices_follow_the_law(void) {
  fill_operands();
  static double normals[2 * devices], volts[devices], current[devices], by_g[devices], by_v[devices];
  memsim_layer *layer = make_layer(&emission, MEMSIM_REDRAW_CALL, NULL);
  const memsim_layer_def def = def_of(&emission);
  for (int i = 0; i < 2 * devices; i++) normals[i] = (i * 17 % 23 - 11) / 8.0;
  ENSURE(draw(layer, &first_draw, normals) == 0);
  ENSURE_OK(memsim_layer_forward(layer, workspace, room, x, f64, batch, y, power));
  ENSURE_OK(memsim_layer_conductances(layer, weights, f64, &first_draw, conductance));
  for (int b = 0; b < batch; b++) {
    for (int i = 0; i < devices; i++) volts[i] = i / columns < inputs ? def.k_v * x[b * inputs + i / columns] : def.k_v;
    ENSURE_OK(memsim_law_evaluate(poole_frenkel, volts, conductance, normals, devices, current, by_g, by_v));
    double watts = 0, sums[outputs] = {0};
    for (int i = 0; i < devices; i++) {
      watts += fabs(volts[i] * current[i]);
      sums[i % columns / 2] += (i % 2 ? -1 : 1) * current[i] * 2 / (def.k_v * (def.g_on - def.g_off));
    }
    ENSURE(is_close(power[b], watts, 1e-12));
    for (int k = 0; k < outputs; k++) ENSURE(fabs(y[b * outputs + k] - sums[k]) < 1e-10); /* of terms up to 1e2 */
  }
  memsim_layer_destroy(layer);
  return 0;
}

/* -- Gradients */

enum { few_inputs = 5, few_outputs = 3, few_samples = 4, few_weights = (few_inputs + 1) * 2 * few_outputs };
static double small_w[few_weights], small_x[few_samples * few_inputs], small_y[few_samples * few_outputs];

static memsim_layer *make_small(const set *set, int32_t redraw) {
  memsim_layer_def def = def_of(set);
  def.inputs = few_inputs;
  def.outputs = few_outputs;
  def.redraw = redraw;
  memsim_layer *layer = NULL;
  for (int i = 0; i < few_weights; i++) small_w[i] = (i * 7 % 37 + 1) / 32.0;
  for (int i = 0; i < few_samples * few_inputs; i++) small_x[i] = (i * 11 % 23 - 11.5) / 8;
  return memsim_layer_create(&def, &layer) == MEMSIM_OK ? layer : NULL;
}

/* The sum of grad_y times y, plus the penalty. */
static double loss(const memsim_layer *layer, double penalty) {
  double sum = 0;
  if (memsim_layer_draw(layer, small_w, f64, &first_draw, NULL, workspace, room) ||
      memsim_layer_forward(layer, workspace, room, small_x, f64, few_samples, small_y, NULL)) {
    return NAN;
  }
  for (int i = 0; i < few_samples * few_outputs; i++) sum += grad_y[i] * small_y[i];
  for (int i = 0; i < few_weights; i++) sum += penalty * small_w[i];
  return sum;
}

/* By central differences of step 1e-6, which err by some 1e-9 of a loss of some 10. */
static int are_differences(const memsim_layer *layer, double *values, int count, const double *gradient,
                           double penalty) {
  for (int i = 0; i < count; i++) {
    const double value = values[i], h = 1e-6;
    values[i] = value + h;
    const double above = loss(layer, penalty);
    values[i] = value - h;
    const double below = loss(layer, penalty);
    values[i] = value;
    ENSURE(is_near((above - below) / (2 * h), gradient[i], 1e-6));
  }
  return 0;
}

static int gradients_are_differences(void) {
  fill_operands();
  const double penalty = 0.125;
  double by_x[few_samples * few_inputs], by_w[few_weights], alone[few_weights];
  for (int s = 0; s < set_count; s++) {
    for (int32_t redraw = MEMSIM_REDRAW_CALL; redraw <= MEMSIM_REDRAW_SAMPLE; redraw++) {
      memsim_layer *layer = make_small(&all_sets[s], redraw);
      ENSURE(isfinite(loss(layer, penalty)));
      ENSURE_OK(memsim_layer_backward(layer, workspace, room, small_w, small_x, small_y, grad_y, f64,
                                      few_samples, penalty, by_x, by_w));
      ENSURE_OK(memsim_layer_backward(layer, workspace, room, small_w, small_x, small_y, grad_y, f64,
                                      few_samples, penalty, NULL, alone));
      /* Without the inputs' gradient other loops run: some roundings differ. */
      for (int i = 0; i < few_weights; i++) ENSURE(is_near(alone[i], by_w[i], 1e-12));
      ENSURE(are_differences(layer, small_x, few_samples * few_inputs, by_x, 0) == 0);
      /* Programming in steps counts as the identity, which differences do not see. */
      if (s < smooth_sets) ENSURE(are_differences(layer, small_w, few_weights, by_w, penalty) == 0);
      memsim_layer_destroy(layer);
    }
  }
  return 0;
}

/* lambda sum |w| adds lambda where w > 0 and nothing where it is 0; several largest weights share what goes through
 * them. */
static int penalty_and_ties_are_shared_out(void) {
  fill_operands();
  memsim_layer *layer = make_small(&emission, MEMSIM_REDRAW_CALL);
  double with[few_weights], without[few_weights], single[few_weights];
  small_w[3] = 0;
  for (int ties = 0; ties < 2; ties++) {
    small_w[7] = small_w[20] = 4;
    if (!ties) small_w[20] = nextafter(4, 0);
    ENSURE(isfinite(loss(layer, 0)));
    for (int penalized = 0; penalized < 2; penalized++) {
      ENSURE_OK(memsim_layer_backward(layer, workspace, room, small_w, small_x, small_y, grad_y, f64,
                                      few_samples, penalized ? 0.5 : 0, NULL, penalized ? with : without));
    }
    for (int i = 0; i < few_weights; i++) ENSURE(is_near(with[i] - (i == 3 ? 0 : 0.5), without[i], 1e-12));
    if (!ties) memcpy(single, without, sizeof single);
  }
  const double moved = single[7] - without[7];
  ENSURE(fabs(moved) > 1e-3 && is_near(without[20] - single[20], moved, 1e-9));
  for (int i = 0; i < few_weights; i++) ENSURE(i == 7 || i == 20 || is_near(without[i], single[i], 1e-9));
  memsim_layer_destroy(layer);
  return 0;
}

/* -- Draws are pure functions of their key */

static int equal_keys_give_equal_bits(void) {
  fill_operands();
  static double again[batch * outputs];
  for (int s = 0; s < set_count; s++) {
    for (int32_t redraw = MEMSIM_REDRAW_CALL; redraw <= MEMSIM_REDRAW_SAMPLE; redraw++) {
      memsim_layer *layer = make_layer(&all_sets[s], redraw, NULL);
      const memsim_layer_key keys[] = {{1, 2, 3, 0, 1}, {9, 2, 3, 0, 0}, {1, 9, 3, 0, 0}, {1, 2, 9, 0, 0}};
      ENSURE(run(layer, &first_draw) == 0);
      memcpy(again, y, sizeof y);
      for (int k = 0; k < 4; k++) {
        ENSURE(run(layer, &keys[k]) == 0);
        ENSURE((memcmp(again, y, sizeof y) == 0) == (k == 0 || s == 0)); /* ideal devices draw nothing */
      }
      memsim_layer_destroy(layer);
    }
  }
  return 0;
}

/* Sample b of a layer that is drawn for every sample has the conductances of first_sample + b sample_step. */
static int samples_have_devices_of_their_own(void) {
  fill_operands();
  for (int i = inputs; i < batch * inputs; i++) x[i] = x[i % inputs];
  for (int32_t redraw = MEMSIM_REDRAW_CALL; redraw <= MEMSIM_REDRAW_SAMPLE; redraw++) {
    memsim_layer *layer = make_layer(&spread_alone, redraw, NULL);
    memsim_layer_key key = {.seed = 4, .first_sample = 7, .sample_step = 3};
    ENSURE(run(layer, &key) == 0);
    for (int b = 0; b < batch; b++) {
      ENSURE(b == 0 || (memcmp(y, y + b * outputs, outputs * sizeof *y) == 0) == (redraw == MEMSIM_REDRAW_CALL));
      if (redraw == MEMSIM_REDRAW_SAMPLE) key.first_sample = 7 + 3 * (uint64_t)b;
      ENSURE_OK(memsim_layer_conductances(layer, weights, f64, &key, conductance));
      for (int k = 0; k < outputs; k++) {
        double sum = 0;
        for (int i = 0; i < rows; i++) {
          const double *g = &conductance[i * columns + 2 * k];
          sum += (i < inputs ? x[b * inputs + i] : 1) * (g[0] - g[1]);
        }
        const memsim_layer_def def = def_of(&ideal);
        ENSURE(fabs(y[b * outputs + k] - sum * 2 / (def.g_on - def.g_off)) < 1e-12);
      }
    }
    memsim_layer_destroy(layer);
  }
  return 0;
}

static int are_alike(const float *narrow, const double *values, int count, double tolerance) {
  double largest = 0;
  for (int i = 0; i < count; i++) largest = fmax(largest, fabs(values[i]));
  for (int i = 0; i < count; i++) ENSURE(fabs(narrow[i] - values[i]) <= tolerance * largest);
  return 0;
}

/* Single and double precision draw the same devices and agree to what single precision leaves: 1e-7 an operation. */
static int precisions_agree(void) {
  fill_operands();
  static float narrow_grad_y[batch * outputs], narrow_grad_x[batch * inputs], narrow_grad_weights[devices];
  for (int i = 0; i < batch * outputs; i++) narrow_grad_y[i] = (float)grad_y[i];
  for (int s = 0; s < smooth_sets; s++) { /* of others a rounding may choose the next state */
    for (int32_t redraw = MEMSIM_REDRAW_CALL; redraw <= MEMSIM_REDRAW_SAMPLE; redraw++) {
      memsim_layer *layer = make_layer(&all_sets[s], redraw, NULL);
      ENSURE_OK(memsim_layer_conductances(layer, weights, f64, &first_draw, conductance));
      ENSURE(run(layer, &first_draw) == 0);
      ENSURE_OK(memsim_layer_backward(layer, workspace, room, weights, x, y, grad_y, f64, batch, 0, grad_x,
                                      grad_weights));
      ENSURE_OK(memsim_layer_conductances(layer, narrow_weights, f32, &first_draw, narrow_conductance));
      ENSURE_OK(memsim_layer_draw(layer, narrow_weights, f32, &first_draw, NULL, workspace, room));
      ENSURE_OK(memsim_layer_forward(layer, workspace, room, narrow_x, f32, batch, narrow_y, narrow_power));
      ENSURE_OK(memsim_layer_backward(layer, workspace, room, narrow_weights, narrow_x, narrow_y, narrow_grad_y, f32,
                                      batch, 0, narrow_grad_x, narrow_grad_weights));
      ENSURE(are_alike(narrow_conductance, conductance, devices, 1e-5) == 0);
      ENSURE(are_alike(narrow_y, y, batch * outputs, 1e-4) == 0 && are_alike(narrow_power, power, batch, 1e-4) == 0);
      ENSURE(are_alike(narrow_grad_x, grad_x, batch * inputs, 1e-4) == 0);
      ENSURE(are_alike(narrow_grad_weights, grad_weights, devices, 1e-4) == 0);
      memsim_layer_destroy(layer);
    }
  }
  return 0;
}

/* -- Same bits for any split and any number of threads */

static memsim_context *threads(int32_t count) {
  memsim_context_def def;
  memsim_context *context = NULL;
  memsim_context_def_init(&def, sizeof def);
  def.threads = count;
  return memsim_context_create(&def, &context) == MEMSIM_OK ? context : NULL;
}

/* Pieces of a batch have the bits of the whole, whether they share a draw or each says which its first sample is. */
static int is_independent_of_the_split(const memsim_layer *layer, int draws_anew) {
  static double piece[batch * outputs], watts[batch];
  ENSURE(run(layer, &first_draw) == 0);
  for (int length = 1; length < batch; length += 11) {
    for (int first = 0; first < batch; first += length) {
      const int count = first + length < batch ? length : batch - first;
      memsim_layer_key key = first_draw;
      key.first_sample = (uint64_t)first;
      if (draws_anew) ENSURE(draw(layer, &key, NULL) == 0);
      ENSURE_OK(memsim_layer_forward(layer, workspace, room, x + first * inputs, f64, (size_t)count,
                                     piece + first * outputs, watts + first));
    }
    ENSURE(memcmp(piece, y, sizeof y) == 0 && memcmp(watts, power, sizeof power) == 0);
  }
  return 0;
}

static int splits_give_the_same_bits(void) {
  fill_operands();
  for (int s = 0; s < set_count; s++) {
    for (int32_t redraw = MEMSIM_REDRAW_CALL; redraw <= MEMSIM_REDRAW_SAMPLE; redraw++) {
      memsim_layer *layer = make_layer(&all_sets[s], redraw, NULL);
      ENSURE(is_independent_of_the_split(layer, 1) == 0);
      if (redraw == MEMSIM_REDRAW_CALL && s < quiet_sets) ENSURE(is_independent_of_the_split(layer, 0) == 0);
      memsim_layer_destroy(layer);
    }
  }
  return 0;
}

static int threads_give_the_same_bits(void) {
  fill_operands();
  static double results[2][batch * outputs + batch + batch * inputs + devices];
  for (int s = 0; s < set_count; s++) {
    for (int32_t redraw = MEMSIM_REDRAW_CALL; redraw <= MEMSIM_REDRAW_SAMPLE; redraw++) {
      for (int t = 0; t < 2; t++) {
        memsim_context *context = threads(1 + 2 * t);
        memsim_layer *layer = make_layer(&all_sets[s], redraw, context);
        memsim_context_destroy(context); /* the layer keeps it */
        ENSURE(run(layer, &first_draw) == 0);
        ENSURE_OK(memsim_layer_backward(layer, workspace, room, weights, x, y, grad_y, f64, batch, 0.25,
                                        grad_x, grad_weights));
        double *at = results[t];
        memcpy(at, y, sizeof y), at += batch * outputs;
        memcpy(at, power, sizeof power), at += batch;
        memcpy(at, grad_x, sizeof grad_x), at += batch * inputs;
        memcpy(at, grad_weights, sizeof grad_weights);
        memsim_layer_destroy(layer);
      }
      ENSURE(memcmp(results[0], results[1], sizeof results[0]) == 0);
    }
  }
  return 0;
}

/* -- Pairs */

/* By hand: the largest weight is 5, the window 2...10 S, so that a conductance is 2 + 1.6 w. */
static int pairs_are_mapped(void) {
  const double w[6] = {3.75, 2.5, -5, -2.5, 0, 1.25};
  const float narrow_w[6] = {3.75f, 2.5f, -5, -2.5f, 0, 1.25f};
  const double expected[2][12] = {{8, 2, 6, 2, 2, 10, 2, 6, 2, 2, 4, 2}, {9, 3, 8, 4, 2, 10, 4, 8, 6, 6, 7, 5}};
  const set none = {NULL, 0};
  memsim_layer_def def = def_of(&none);
  memsim_layer *layer = NULL;
  def.inputs = 2;
  def.outputs = 3;
  def.bias = 0;
  def.g_off = 2;
  def.g_on = 10;
  ENSURE_OK(memsim_layer_create(&def, &layer));
  for (int32_t mapping = MEMSIM_MAPPING_LOW; mapping <= MEMSIM_MAPPING_AVERAGE; mapping++) {
    double pairs[12], g[12];
    float narrow[12];
    ENSURE_OK(memsim_pairs(w, f64, 6, mapping, pairs));
    ENSURE_OK(memsim_pairs(narrow_w, f32, 6, mapping, narrow));
    ENSURE_OK(memsim_layer_conductances(layer, pairs, f64, &first_draw, g));
    for (int i = 0; i < 12; i++) ENSURE(is_close(g[i], expected[mapping][i], 1e-15) && narrow[i] == pairs[i]);
    for (int i = 0; i < 6; i++) ENSURE(pairs[2 * i] - pairs[2 * i + 1] == w[i]);
  }
  memsim_layer_destroy(layer);
  return 0;
}

/* Of the sum of c p over the pairs' weights p, by hand; numbers are short binary fractions, so results are exact. At 0
 * the lower mapping has two one-sided derivatives, and their mean is taken. */
static int gradients_of_pairs_are_mapped_back(void) {
  const double w[6] = {3.75, 2.5, -5, -2.5, 0, 5}, c[12] = {1, 2, 3, -4, 5, 6, -7, 8, 9, 10, 0.5, 0.25};
  const float narrow_w[6] = {3.75f, 2.5f, -5, -2.5f, 0, 5};
  const float narrow_c[12] = {1, 2, 3, -4, 5, 6, -7, 8, 9, 10, 0.5f, 0.25f};
  /* Average: half the difference; half of all, 33.75 / 2, through the largest, which two weights share. */
  const double expected[2][6] = {{1, 3, -6, -8, -0.5, 0.5}, {-0.5, 3.5, -0.5 - 8.4375, -7.5, -0.5, 0.125 + 8.4375}};
  for (int32_t mapping = MEMSIM_MAPPING_LOW; mapping <= MEMSIM_MAPPING_AVERAGE; mapping++) {
    double gradient[6];
    float narrow[6];
    ENSURE_OK(memsim_pairs_backward(w, f64, 6, mapping, c, gradient));
    ENSURE_OK(memsim_pairs_backward(narrow_w, f32, 6, mapping, narrow_c, narrow));
    for (int i = 0; i < 6; i++) ENSURE(gradient[i] == expected[mapping][i] && narrow[i] == (float)gradient[i]);
  }
  return 0;
}

static int bad_pairs_are_refused(void) {
  double w[2] = {1, -2}, out[4] = {7, 7, 7, 7};
  const double c[4] = {1, 2, 3, 4}, strange[] = {NAN, INFINITY, -INFINITY};
  ENSURE_ARGUMENT(memsim_pairs(NULL, f64, 2, 0, out), "weights is NULL");
  ENSURE_ARGUMENT(memsim_pairs(w, f64, 2, 0, NULL), "pairs is NULL");
  ENSURE_ARGUMENT(memsim_pairs(w, MEMSIM_INT32, 2, 0, out), "dtype");
  ENSURE_ARGUMENT(memsim_pairs(w, f64, 2, 2, out), "mapping must be a memsim_mapping, 0 or 1, got 2");
  ENSURE_ARGUMENT(memsim_pairs(w, f64, 2, -1, out), "mapping");
  ENSURE_SHAPE(memsim_pairs(w, f64, SIZE_MAX, 0, out), "count");
  ENSURE_ARGUMENT(memsim_pairs_backward(NULL, f64, 2, 0, c, out), "weights is NULL");
  ENSURE_ARGUMENT(memsim_pairs_backward(w, f64, 2, 0, NULL, out), "grad_pairs is NULL");
  ENSURE_ARGUMENT(memsim_pairs_backward(w, f64, 2, 0, c, NULL), "grad_weights is NULL");
  ENSURE_ARGUMENT(memsim_pairs_backward(w, MEMSIM_UINT8, 2, 0, c, out), "dtype");
  ENSURE_ARGUMENT(memsim_pairs_backward(w, f64, 2, 7, c, out), "mapping");
  ENSURE_SHAPE(memsim_pairs_backward(w, f64, (size_t)1 << 62, 0, c, out), "count");
  for (int i = 0; i < 3; i++) {
    w[1] = strange[i];
    ENSURE_ARGUMENT(memsim_pairs(w, f64, 2, 0, out), "weights must be finite");
    ENSURE_ARGUMENT(memsim_pairs_backward(w, f64, 2, 1, c, out), "at index 1");
  }
  for (int i = 0; i < 4; i++) ENSURE(out[i] == 7);
  return 0;
}

/* -- Refusals */

static int bad_definitions_are_refused(void) {
  memsim_layer_def def;
  memsim_layer *layer = NULL;
  ENSURE_OK(memsim_layer_def_init(&def, sizeof def));
  const memsim_layer_def good = def;
#define ENSURE_DEF_REFUSED(change, word)                                                \
  do {                                                                                  \
    def = good;                                                                         \
    change;                                                                             \
    ENSURE_FAILS(memsim_layer_create(&def, &layer), MEMSIM_ERR_ARGUMENT, word);         \
    ENSURE(layer == NULL);                                                              \
  } while (0)
  ENSURE_DEF_REFUSED(def.inputs = 0, "inputs must be 1...2^24, got 0");
  ENSURE_DEF_REFUSED(def.outputs = 0, "outputs must be 1...2^24, got 0");
  ENSURE_DEF_REFUSED(def.inputs = (1 << 24) + 1, "inputs");
  ENSURE_DEF_REFUSED(def.outputs = UINT64_MAX, "outputs");
  ENSURE_DEF_REFUSED(def.inputs = def.outputs = 1 << 24, "at most 2^31 devices");
  ENSURE_DEF_REFUSED(def.g_off = 0, "g_off");
  ENSURE_DEF_REFUSED(def.g_off = -1e-6, "g_off");
  ENSURE_DEF_REFUSED(def.g_off = NAN, "g_off");
  ENSURE_DEF_REFUSED(def.g_on = def.g_off, "g_off < g_on");
  ENSURE_DEF_REFUSED(def.g_on = INFINITY, "g_on");
  ENSURE_DEF_REFUSED(def.k_v = 0, "k_v must be 1e-6...100 V, got 0.0");
  ENSURE_DEF_REFUSED(def.k_v = -0.5, "k_v");
  ENSURE_DEF_REFUSED(def.k_v = NAN, "k_v");
  ENSURE_DEF_REFUSED(def.k_v = INFINITY, "k_v");
  ENSURE_DEF_REFUSED(def.bias = 2, "def.bias must be 0 or 1, got 2");
  ENSURE_DEF_REFUSED(def.bias = -1, "def.bias");
  ENSURE_DEF_REFUSED(def.redraw = 2, "def.redraw must be a memsim_redraw, 0 or 1, got 2");
  ENSURE_DEF_REFUSED(def.redraw = -1, "def.redraw");
  ENSURE_DEF_REFUSED(def.reserved = 1, "def.reserved must be 0, got 1");
  ENSURE_DEF_REFUSED(def.size = 0, "size");
  ENSURE_DEF_REFUSED(def.size = sizeof def + 8, "size");
  ENSURE_DEF_REFUSED(def.nonideality_count = 1, "def.nonidealities is NULL");
  ENSURE_DEF_REFUSED((def.nonidealities = smooth, def.nonideality_count = SIZE_MAX), "def.nonideality_count");
  ENSURE_ARGUMENT(memsim_layer_create(NULL, &layer), "def is NULL");
  ENSURE_ARGUMENT(memsim_layer_create(&good, NULL), "out is NULL");
  return 0;
}

static int are_refused(const memsim_nonideality *list, size_t count, memsim_status status, const char *sentence) {
  const set set = {list, count};
  const memsim_layer_def def = def_of(&set);
  memsim_layer *layer = NULL;
  ENSURE_FAILS(memsim_layer_create(&def, &layer), status, sentence);
  ENSURE(layer == NULL);
  return 0;
}

static int bad_nonidealities_are_refused(void) {
  const double below = -0.1, above = 1.1, strange = NAN, two[2] = {0.1, 0.1};
  const memsim_param bad[] = {{"probability", &below, 1}, {"probability", &above, 1}, {"probability", &strange, 1},
                              {"nope", &often, 1}, {NULL, &often, 1}, {"probability", NULL, 1},
                              {"probability", two, 2}, {"probability", two, 0}, {"probability", two, SIZE_MAX}};
  const char *sentences[] = {"\"probability\" must be 0.0...1.0 1, got -0.1", "got 1.1", "got nan",
                             "no parameter \"nope\"", "name is NULL", "values is NULL",
                             "\"probability\" has 1 x 1 values, got 2", "count", "count"};
  for (int i = 0; i < 9; i++) {
    const memsim_nonideality stuck = {"stuck-at-off", &bad[i], 1};
    ENSURE(are_refused(&stuck, 1, i < 6 ? MEMSIM_ERR_ARGUMENT : MEMSIM_ERR_SHAPE, sentences[i]) == 0);
  }
  const memsim_nonideality unknown[] = {{"drift", NULL, 0}, {"nope", NULL, 0}}, unnamed = {NULL, NULL, 0};
  const memsim_nonideality listless = {"drift", NULL, 1}, meanless = {"stuck-distribution", NULL, 0};
  ENSURE(are_refused(unknown, 2, MEMSIM_ERR_ARGUMENT, "no nonideality named \"nope\"") == 0);
  ENSURE(are_refused(&unnamed, 1, MEMSIM_ERR_ARGUMENT, "name is NULL") == 0);
  ENSURE(are_refused(&listless, 1, MEMSIM_ERR_ARGUMENT, "params is NULL") == 0);
  ENSURE(are_refused(&meanless, 1, MEMSIM_ERR_ARGUMENT, "means must hold at least one conductance") == 0);
  return 0;
}

static int nonidealities_that_exclude_each_other_are_refused(void) {
  static const char *const cases[][3] = {
      {"poole-frenkel", "n-parameter", "poole-frenkel and n-parameter exclude each other: a device has one I-V law"},
      {"n-parameter", "n-parameter", "a device has one I-V law"},
      {"discrete-states", "quantization", "exclude each other: a device is programmed to one target"},
      {"lognormal", "lognormal", "exclude each other: a device deviates from its target once"},
      {"drift", "drift", "exclude each other: a device drifts by one law"},
      {"read-noise", "read-noise", "read-noise is given twice"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const memsim_nonideality pair[2] = {{cases[i][0], NULL, 0}, {cases[i][1], NULL, 0}};
    ENSURE(are_refused(pair, 2, MEMSIM_ERR_ARGUMENT, cases[i][2]) == 0);
  }
  memsim_nonideality many[65];
  for (int i = 0; i < 65; i++) many[i] = (memsim_nonideality){"stuck-at-off", NULL, 0};
  ENSURE(are_refused(many, 65, MEMSIM_ERR_ARGUMENT, "at most 64") == 0);
  const set most = {many, 64};
  memsim_layer *layer = make_layer(&most, MEMSIM_REDRAW_CALL, NULL);
  ENSURE(layer);
  memsim_layer_destroy(layer);
  return 0;
}

static int bad_draws_are_refused(void) {
  fill_operands();
  memsim_layer *layer = make_layer(&emission, MEMSIM_REDRAW_CALL, NULL);
  memsim_layer *by_sample = make_layer(&emission, MEMSIM_REDRAW_SAMPLE, NULL);
  const memsim_layer_key *key = &first_draw;
  const double *w = weights;
  double *g = conductance;
  void *work = workspace;
  uint64_t bytes = 7;
  g[0] = 7;
  ENSURE_ARGUMENT(memsim_layer_draw(NULL, w, f64, key, NULL, work, room), "layer is NULL");
  ENSURE_ARGUMENT(memsim_layer_draw(layer, NULL, f64, key, NULL, work, room), "weights is NULL");
  ENSURE_ARGUMENT(memsim_layer_draw(layer, w, MEMSIM_INT32, key, NULL, work, room), "dtype");
  ENSURE_ARGUMENT(memsim_layer_draw(layer, w, f64, NULL, NULL, work, room), "key is NULL");
  ENSURE_ARGUMENT(memsim_layer_draw(layer, w, f64, key, NULL, NULL, room), "workspace is NULL");
  ENSURE_SHAPE(memsim_layer_draw(layer, w, f64, key, NULL, work, 0), "capacity");
  ENSURE_ARGUMENT(memsim_layer_draw(by_sample, w, f64, key, w, work, room), "normals can be given only where");
  ENSURE_ARGUMENT(memsim_layer_conductances(NULL, w, f64, key, g), "layer is NULL");
  ENSURE_ARGUMENT(memsim_layer_conductances(layer, NULL, f64, key, g), "weights is NULL");
  ENSURE_ARGUMENT(memsim_layer_conductances(layer, w, MEMSIM_UINT8, key, g), "dtype");
  ENSURE_ARGUMENT(memsim_layer_conductances(layer, w, f64, NULL, g), "key is NULL");
  ENSURE_ARGUMENT(memsim_layer_conductances(layer, w, f64, key, NULL), "out is NULL");
  ENSURE_ARGUMENT(memsim_layer_workspace(NULL, f64, &bytes), "layer is NULL");
  ENSURE_ARGUMENT(memsim_layer_workspace(layer, MEMSIM_INT64, &bytes), "dtype");
  ENSURE_ARGUMENT(memsim_layer_workspace(layer, f64, NULL), "out is NULL");
  ENSURE(bytes == 7 && g[0] == 7);
  ENSURE_OK(memsim_layer_workspace(layer, f64, &bytes));
  ENSURE_SHAPE(memsim_layer_draw(layer, w, f64, key, NULL, work, bytes - 1), "bytes of memsim_layer_workspace, got");
  ENSURE_OK(memsim_layer_draw(layer, w, f64, key, NULL, work, bytes));
  memsim_layer_destroy(layer);
  memsim_layer_destroy(by_sample);
  return 0;
}

/* After a draw that is refused for what `w` or `key` say, a workspace that had devices holds none. */
static int are_no_devices(const memsim_layer *layer, const double *w, const memsim_layer_key *key,
                          const char *sentence) {
  ENSURE(draw(layer, &first_draw, NULL) == 0);
  ENSURE_ARGUMENT(memsim_layer_draw(layer, w, f64, key, NULL, workspace, room), sentence);
  y[0] = conductance[0] = conductance[devices - 1] = 7;
  ENSURE_ARGUMENT(memsim_layer_forward(layer, workspace, room, x, f64, 1, y, NULL), "workspace holds no devices");
  ENSURE_ARGUMENT(memsim_layer_conductances(layer, w, f64, key, conductance), sentence);
  ENSURE(y[0] == 7 && conductance[0] == 7 && conductance[devices - 1] == 7);
  return 0;
}

static int keys_out_of_range_are_refused(void) {
  fill_operands();
  memsim_layer *layer = make_layer(&emission, MEMSIM_REDRAW_CALL, NULL);
  const uint64_t bad[] = {1ull << 32, UINT64_MAX};
  for (int i = 0; i < 2; i++) {
    const memsim_layer_key calls = {.call = bad[i]}, samples = {.first_sample = bad[i]}, gaps = {.sample_step = bad[i]};
    ENSURE(are_no_devices(layer, weights, &calls, "call must be below 2^32, got ") == 0);
    ENSURE(are_no_devices(layer, weights, &samples, "first_sample must be below 2^32, got ") == 0);
    ENSURE(are_no_devices(layer, weights, &gaps, "sample_step must be below 2^32, got ") == 0);
  }
  const memsim_layer_key greatest = {UINT64_MAX, UINT64_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX};
  ENSURE(draw(layer, &greatest, NULL) == 0);
  memsim_layer_destroy(layer);
  return 0;
}

/* Places of each vector's lanes, and of the rest that fills none. */
static int next_place(int i) { return i < 40 || i >= devices - 40 ? i + 1 : i + 97; }

static int weights_that_are_none_are_refused(void) {
  fill_operands();
  static double wrong[devices];
  const double bad[] = {-1, -1e-300, NAN, -NAN, INFINITY, -INFINITY};
  memsim_layer *layer = make_layer(&emission, MEMSIM_REDRAW_CALL, NULL);
  memcpy(wrong, weights, sizeof wrong);
  for (int b = 0; b < 6; b++) {
    for (int i = 0; i < devices; i = next_place(i)) {
      char place[40];
      snprintf(place, sizeof place, "at row %d, column %d", i / columns, i % columns);
      wrong[i] = bad[b];
      narrow_weights[i] = (float)(b == 1 ? -1e-30 : bad[b]);
      narrow_conductance[0] = 7;
      ENSURE(are_no_devices(layer, wrong, &first_draw, place) == 0);
      ENSURE_ARGUMENT(memsim_layer_conductances(layer, narrow_weights, f32, &first_draw, narrow_conductance), place);
      ENSURE(narrow_conductance[0] == 7);
      wrong[i] = weights[i];
      narrow_weights[i] = (float)weights[i];
    }
  }
  memset(wrong, 0, sizeof wrong);
  ENSURE(are_no_devices(layer, wrong, &first_draw, "weights must not all be 0") == 0);
  memsim_layer_destroy(layer);
  return 0;
}

/* -- Workspaces and batches */

static void mark_results(void) { y[0] = power[0] = grad_x[0] = grad_weights[0] = 7; }

static int are_untouched(void) { return y[0] == 7 && power[0] == 7 && grad_x[0] == 7 && grad_weights[0] == 7; }

/* Neither direction works, and nothing is written. */
static int neither_works(const memsim_layer *layer, memsim_dtype dtype, size_t count, memsim_status status,
                         const char *word) {
  mark_results();
  ENSURE_FAILS(memsim_layer_forward(layer, workspace, room, x, dtype, count, y, power), status, word);
  ENSURE_FAILS(memsim_layer_backward(layer, workspace, room, weights, x, y, grad_y, dtype, count, 0, grad_x,
                                     grad_weights),
               status, word);
  ENSURE(are_untouched());
  return 0;
}

static int foreign_workspaces_are_refused(void) {
  fill_operands();
  const memsim_layer_def own = def_of(&emission);
  memsim_layer_def defs[5] = {def_of(&ideal), own, own, own, own};
  defs[1].redraw = MEMSIM_REDRAW_SAMPLE;
  defs[2].inputs--;
  defs[3].outputs--;
  defs[4].bias = 0;
  memsim_layer *layer = make_layer(&emission, MEMSIM_REDRAW_CALL, NULL), *other = NULL;
  memset(workspace, 0, room);
  ENSURE(neither_works(layer, f64, 1, MEMSIM_ERR_ARGUMENT, "workspace holds no devices drawn by this layer") == 0);
  ENSURE(draw(layer, &first_draw, NULL) == 0);
  for (int i = 0; i < 5; i++) {
    ENSURE_OK(memsim_layer_create(&defs[i], &other));
    ENSURE(neither_works(other, f64, 1, MEMSIM_ERR_ARGUMENT, "draw them first") == 0);
    memsim_layer_destroy(other);
  }
  ENSURE(neither_works(layer, f32, 1, MEMSIM_ERR_ARGUMENT, "in this precision") == 0);
  weights[11] = 1.99; /* the largest was 2 */
  ENSURE_ARGUMENT(memsim_layer_backward(layer, workspace, room, weights, x, y, grad_y, f64, 1, 0, grad_x, grad_weights),
                  "weights are not those that the workspace's devices were drawn for");
  ENSURE(are_untouched());
  memsim_layer_destroy(layer);
  return 0;
}

static int bad_batches_are_refused(void) {
  fill_operands();
  memsim_layer *layer = make_layer(&emission, MEMSIM_REDRAW_CALL, NULL);
  ENSURE(draw(layer, &first_draw, NULL) == 0);
  const size_t huge[] = {SIZE_MAX, (size_t)1 << 63, (size_t)1 << 40, (size_t)1 << 32};
  for (int i = 0; i < 4; i++) ENSURE(neither_works(layer, f64, huge[i], MEMSIM_ERR_SHAPE, "batch must be below") == 0);
  ENSURE(neither_works(layer, MEMSIM_INT32, 1, MEMSIM_ERR_ARGUMENT, "dtype") == 0);
  ENSURE(neither_works(NULL, f64, 1, MEMSIM_ERR_ARGUMENT, "layer is NULL") == 0);
  memsim_layer_destroy(layer);
  return 0;
}

static int bad_operands_are_refused(void) {
  fill_operands();
  memsim_layer *layer = make_layer(&emission, MEMSIM_REDRAW_CALL, NULL);
  ENSURE(draw(layer, &first_draw, NULL) == 0);
  uint64_t bytes = 0;
  ENSURE_OK(memsim_layer_workspace(layer, f64, &bytes));
  const double *w = weights, *g = grad_y, penalties[] = {-1, NAN, INFINITY};
  const void *work = workspace;
  double *out = grad_weights;
  mark_results();
#define FORWARD(work, bytes, x, y) memsim_layer_forward(layer, work, bytes, x, f64, 1, y, power)
#define BACKWARD(work, bytes, w, x, y, g, penalty, out) \
  memsim_layer_backward(layer, work, bytes, w, x, y, g, f64, 1, penalty, grad_x, out)
  ENSURE_ARGUMENT(FORWARD(NULL, bytes, x, y), "workspace is NULL");
  ENSURE_SHAPE(FORWARD(work, bytes - 1, x, y), "capacity");
  ENSURE_ARGUMENT(FORWARD(work, bytes, NULL, y), "x is NULL");
  ENSURE_ARGUMENT(FORWARD(work, bytes, x, NULL), "y is NULL");
  ENSURE_ARGUMENT(BACKWARD(NULL, bytes, w, x, y, g, 0, out), "workspace is NULL");
  ENSURE_SHAPE(BACKWARD(work, 8, w, x, y, g, 0, out), "capacity");
  ENSURE_ARGUMENT(BACKWARD(work, bytes, NULL, x, y, g, 0, out), "weights is NULL");
  ENSURE_ARGUMENT(BACKWARD(work, bytes, w, NULL, y, g, 0, out), "x is NULL");
  ENSURE_ARGUMENT(BACKWARD(work, bytes, w, x, NULL, g, 0, out), "y is NULL");
  ENSURE_ARGUMENT(BACKWARD(work, bytes, w, x, y, NULL, 0, out), "grad_y is NULL");
  ENSURE_ARGUMENT(BACKWARD(work, bytes, w, x, y, g, 0, NULL), "grad_weights is NULL");
  for (int i = 0; i < 3; i++) {
    ENSURE_ARGUMENT(BACKWARD(work, bytes, w, x, y, g, penalties[i], out), "penalty must be finite and >= 0, got ");
  }
  ENSURE(are_untouched());
  memsim_layer_destroy(layer);
  return 0;
}

/* No samples: no outputs, and of the gradients the penalty alone. */
static int empty_batches_are_allowed(void) {
  fill_operands();
  memsim_layer *layer = make_layer(&emission, MEMSIM_REDRAW_CALL, NULL);
  ENSURE(draw(layer, &first_draw, NULL) == 0);
  y[0] = grad_x[0] = 7;
  ENSURE_OK(memsim_layer_forward(layer, workspace, room, x, f64, 0, y, NULL));
  ENSURE_OK(memsim_layer_backward(layer, workspace, room, weights, x, y, grad_y, f64, 0, 0.5, grad_x, grad_weights));
  ENSURE(y[0] == 7 && grad_x[0] == 7);
  for (int i = 0; i < devices; i++) ENSURE(grad_weights[i] == 0.5);
  memsim_layer_destroy(layer);
  return 0;
}

static const test_case tests[] = {
    {"layer.cards", cards_are_complete},
    {"layer.card_refused", bad_questions_are_refused},
    {"layer.laws", laws_are_those_of_the_reference},
    {"layer.law_derivatives", derivatives_of_laws_are_differences},
    {"layer.law_refused", bad_laws_are_refused},
    {"layer.defaults", defaults_are_the_documented_ones},
    {"layer.affine", ohmic_layers_are_affine_maps},
    {"layer.window", conductances_fill_the_window},
    {"layer.states", states_are_where_they_should_be},
    {"layer.stuck", some_devices_are_stuck},
    {"layer.replay", replayed_devices_follow_the_law},
    {"layer.gradients", gradients_are_differences},
    {"layer.penalty", penalty_and_ties_are_shared_out},
    {"layer.keys", equal_keys_give_equal_bits},
    {"layer.samples", samples_have_devices_of_their_own},
    {"layer.precisions", precisions_agree},
    {"layer.split", splits_give_the_same_bits},
    {"layer.threads", threads_give_the_same_bits},
    {"layer.pairs", pairs_are_mapped},
    {"layer.pairs_backward", gradients_of_pairs_are_mapped_back},
    {"layer.pairs_refused", bad_pairs_are_refused},
    {"layer.refused", bad_definitions_are_refused},
    {"layer.nonidealities_refused", bad_nonidealities_are_refused},
    {"layer.excluded", nonidealities_that_exclude_each_other_are_refused},
    {"layer.draws_refused", bad_draws_are_refused},
    {"layer.keys_refused", keys_out_of_range_are_refused},
    {"layer.weights_refused", weights_that_are_none_are_refused},
    {"layer.foreign", foreign_workspaces_are_refused},
    {"layer.batches_refused", bad_batches_are_refused},
    {"layer.operands_refused", bad_operands_are_refused},
    {"layer.empty", empty_batches_are_allowed},
};
SECTION(layer, tests);
