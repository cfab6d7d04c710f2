/* Section 9, Training: cards of nonidealities, I-V laws. */
#include "layer_sets.h"

/* -- Cards */

static int is_text(const char *text) { return text && text[0]; }

static int cards_are_complete(void) {
  const int32_t count = memsim_nonideality_count();
  ENSURE(count == 13 && !memsim_nonideality_name(-1) && !memsim_nonideality_name(count));
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

static const test_case tests[] = {
    {"nonidealities.cards", cards_are_complete},
    {"nonidealities.card_refused", bad_questions_are_refused},
    {"nonidealities.laws", laws_are_those_of_the_reference},
    {"nonidealities.law_derivatives", derivatives_of_laws_are_differences},
    {"nonidealities.law_refused", bad_laws_are_refused},
};
SECTION(nonidealities, tests);
