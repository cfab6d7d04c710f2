/* Section 5, Models: quantities of cells that exist only for the call, of every registered model. */
#include <math.h>
#include <stdlib.h>

#include "sections.h"

enum { cells = 37, most_quantities = 8 };

static const double volts[3] = {-0.35, 0.1, 0.45};

static double many_volts[cells];
static float narrow_volts[cells];

static memsim_evaluate_def def_of(const char *model) {
  memsim_evaluate_def def;
  memsim_evaluate_def_init(&def, sizeof def);
  for (int i = 0; i < cells; i++) narrow_volts[i] = (float)(many_volts[i] = volts[i % 3] + 1e-3 * i);
  def.model = model;
  def.volts = many_volts;
  def.volts_count = def.count = cells;
  return def;
}

static int defaults_are_the_documented_ones(void) {
  memsim_evaluate_def def;
  ENSURE_OK(memsim_evaluate_def_init(&def, sizeof def));
  ENSURE(def.size == sizeof def && def.dtype == MEMSIM_FLOAT64 && strcmp(def.model, "synaptogen") == 0);
  ENSURE(!def.preset && !def.params && !def.param_count && !def.options && !def.option_count);
  ENSURE(!def.volts && def.volts_count == 1 && !def.states && !def.state_count && def.count == 1);
  ENSURE_FAILS(memsim_evaluate_def_init(NULL, sizeof def), MEMSIM_ERR_ARGUMENT, "def");
  ENSURE_FAILS(memsim_evaluate_def_init(&def, sizeof def + 8), MEMSIM_ERR_ARGUMENT, "size");
  return 0;
}

/* The current is that of an array's noiseless read: the same cells. A solver may stop elsewhere within its error, which
 * is below 1e-9 in double precision and 1e-5 in single. */
static int currents_are_those_of_reads(const memsim_model_card *model) {
  memsim_evaluate_def def = def_of(model->name);
  memsim_read_def quiet;
  ENSURE_OK(memsim_read_def_init(&quiet, sizeof quiet));
  quiet.noise = MEMSIM_NOISE_NONE;
  memsim_array *array = make_model(model->name, 1, cells, 0);
  double out[cells], read[cells];
  float narrow[cells], narrow_read[cells];
  const memsim_output output = {"current", out}, narrow_output = {"current", narrow};
  ENSURE_OK(memsim_model_evaluate(NULL, &def, &output, 1));
  ENSURE_OK(memsim_array_read(array, many_volts, MEMSIM_FLOAT64, cells, &quiet, read));
  def.dtype = MEMSIM_FLOAT32;
  def.volts = narrow_volts;
  ENSURE_OK(memsim_model_evaluate(NULL, &def, &narrow_output, 1));
  ENSURE_OK(memsim_array_read(array, narrow_volts, MEMSIM_FLOAT32, cells, &quiet, narrow_read));
  for (int i = 0; i < cells; i++) {
    ENSURE(isfinite(out[i]) && out[i] * many_volts[i] > 0);
    ENSURE(fabs(out[i] / read[i] - 1) < 1e-9 && fabs(narrow[i] / narrow_read[i] - 1) < 1e-5f);
    ENSURE(fabs(narrow[i] / out[i] - 1) < 1e-4); /* what single precision leaves of a steep characteristic */
  }
  memsim_array_destroy(array);
  return 0;
}

/* A quantity is the same whether asked for alone or with the others, for one voltage or for many. */
static int quantities_do_not_depend_on_company(const memsim_model_card *model) {
  memsim_evaluate_def def = def_of(model->name);
  double together[most_quantities][cells], alone[cells];
  memsim_output outputs[most_quantities];
  ENSURE(model->quantity_count <= most_quantities);
  for (int32_t q = 0; q < model->quantity_count; q++) {
    memsim_state_card card = {.size = sizeof card};
    ENSURE_OK(memsim_model_quantity(model->name, q, &card));
    outputs[q] = (memsim_output){card.name, together[q]};
  }
  def.volts_count = 1;
  ENSURE_OK(memsim_model_evaluate(NULL, &def, outputs, (size_t)model->quantity_count));
  for (int i = 1; i < cells; i++) many_volts[i] = many_volts[0];
  def.volts_count = cells;
  for (int32_t q = 0; q < model->quantity_count; q++) {
    const memsim_output one = {outputs[q].name, alone};
    ENSURE_OK(memsim_model_evaluate(NULL, &def, &one, 1));
    for (int i = 0; i < cells; i++) ENSURE(isfinite(alone[i]) && alone[i] == together[q][i]);
  }
  return 0;
}

/* States given as a new cell has them change nothing; given otherwise they do. */
static int states_are_taken(const memsim_model_card *model) {
  memsim_evaluate_def def = def_of(model->name);
  memsim_array *array = make_model(model->name, 1, cells, 0);
  double initial[cells], expected[cells], out[cells];
  const memsim_output output = {"current", out}, reference = {"current", expected};
  ENSURE_OK(memsim_model_evaluate(NULL, &def, &reference, 1));
  for (int32_t s = 0; s < model->state_count; s++) {
    memsim_state_card card = {.size = sizeof card};
    ENSURE_OK(memsim_model_state(model->name, s, &card));
    ENSURE_OK(memsim_array_get_state(array, card.name, initial, MEMSIM_FLOAT64, cells));
    const memsim_values given = {card.name, initial, cells};
    def.states = &given;
    def.state_count = 1;
    memset(out, 0xa5, sizeof out);
    const memsim_status status = memsim_model_evaluate(NULL, &def, &output, 1);
    ENSURE(status == (card.settable ? MEMSIM_OK : MEMSIM_ERR_ARGUMENT));
    if (card.settable) ENSURE(memcmp(out, expected, sizeof out) == 0);
    else ENSURE(((unsigned char *)out)[0] == 0xa5);
  }
  memsim_array_destroy(array);
  return 0;
}

/* A preset is its parameters, here and in an array; parameters given beside it win. */
static int presets_are_their_parameters(const memsim_model_card *model) {
  for (int32_t p = 0; p < model->preset_count; p++) {
    memsim_preset_card preset = {.size = sizeof preset};
    ENSURE_OK(memsim_model_preset(model->name, p, &preset));
    memsim_evaluate_def def = def_of(model->name);
    double by_name[cells], by_value[cells];
    const memsim_output named = {"current", by_name}, valued = {"current", by_value};
    def.preset = preset.name;
    ENSURE_OK(memsim_model_evaluate(NULL, &def, &named, 1));
    def.params = preset.params;
    def.param_count = (size_t)preset.param_count;
    def.preset = NULL;
    ENSURE_OK(memsim_model_evaluate(NULL, &def, &valued, 1));
    ENSURE(memcmp(by_name, by_value, sizeof by_name) == 0);
    memsim_array_def array_def;
    memsim_array *arrays[2] = {NULL, NULL};
    ENSURE_OK(memsim_array_def_init(&array_def, sizeof array_def));
    array_def.model = model->name;
    array_def.preset = preset.name;
    ENSURE_OK(memsim_array_create(&array_def, &arrays[0]));
    array_def.params = def.params;
    array_def.param_count = def.param_count;
    array_def.preset = NULL;
    ENSURE_OK(memsim_array_create(&array_def, &arrays[1]));
    ENSURE(hash_of(arrays[0]) == hash_of(arrays[1]));
    memsim_array_destroy(arrays[0]);
    memsim_array_destroy(arrays[1]);
  }
  return 0;
}

static int currents(void) { return every_model(0, currents_are_those_of_reads); }
static int company(void) { return every_model(0, quantities_do_not_depend_on_company); }
static int states(void) { return every_model(0, states_are_taken); }
static int presets(void) { return every_model(0, presets_are_their_parameters); }

static int bad_definitions_are_refused(void) {
  const memsim_evaluate_def good = def_of("synaptogen");
  memsim_evaluate_def def = good;
  double out[cells];
  memset(out, 0xa5, sizeof out);
  memsim_output output = {"current", out};
#define ENSURE_REFUSED(change, status, word)                                         \
  do {                                                                               \
    def = good;                                                                      \
    change;                                                                          \
    ENSURE_FAILS(memsim_model_evaluate(NULL, &def, &output, 1), status, word);       \
    ENSURE(((unsigned char *)out)[0] == 0xa5);                                       \
  } while (0)
  const double strange = NAN, high = 1001, half = 0.5;
  const memsim_values unnamed = {NULL, &half, 1}, unknown = {"nope", &half, 1}, null = {"r", NULL, 1};
  const memsim_values fixed = {"cycle", &half, 1}, two = {"r", many_volts, 2}, wild = {"r", &strange, 1};
  ENSURE_REFUSED(def.size = 3, MEMSIM_ERR_ARGUMENT, "size");
  ENSURE_REFUSED(def.dtype = MEMSIM_INT32, MEMSIM_ERR_ARGUMENT, "dtype");
  ENSURE_REFUSED(def.dtype = -1, MEMSIM_ERR_ARGUMENT, "dtype");
  ENSURE_REFUSED(def.model = "nope", MEMSIM_ERR_ARGUMENT, "nope");
  ENSURE_REFUSED(def.model = NULL, MEMSIM_ERR_ARGUMENT, "model");
  ENSURE_REFUSED(def.preset = "nope", MEMSIM_ERR_ARGUMENT, "nope");
  ENSURE_REFUSED(def.param_count = 1, MEMSIM_ERR_ARGUMENT, "params");
  ENSURE_REFUSED(def.option_count = SIZE_MAX, MEMSIM_ERR_ARGUMENT, "option");
  ENSURE_REFUSED(def.volts = NULL, MEMSIM_ERR_ARGUMENT, "volts");
  ENSURE_REFUSED((def.volts = &strange, def.volts_count = 1), MEMSIM_ERR_ARGUMENT, "volts");
  ENSURE_REFUSED((def.volts = &high, def.volts_count = 1), MEMSIM_ERR_ARGUMENT, "1000");
  ENSURE_REFUSED(def.volts_count = 0, MEMSIM_ERR_SHAPE, "volts");
  ENSURE_REFUSED(def.volts_count = cells - 1, MEMSIM_ERR_SHAPE, "volts");
  ENSURE_REFUSED(def.volts_count = SIZE_MAX, MEMSIM_ERR_SHAPE, "volts");
  ENSURE_REFUSED(def.count = 0, MEMSIM_ERR_SHAPE, "count");
  ENSURE_REFUSED(def.count = UINT64_MAX, MEMSIM_ERR_SHAPE, "count");
  ENSURE_REFUSED(def.state_count = 1, MEMSIM_ERR_ARGUMENT, "states");
  ENSURE_REFUSED((def.states = &unnamed, def.state_count = 1), MEMSIM_ERR_ARGUMENT, "name");
  ENSURE_REFUSED((def.states = &unknown, def.state_count = 1), MEMSIM_ERR_ARGUMENT, "nope");
  ENSURE_REFUSED((def.states = &fixed, def.state_count = 1), MEMSIM_ERR_ARGUMENT, "cycle");
  ENSURE_REFUSED((def.states = &null, def.state_count = 1), MEMSIM_ERR_ARGUMENT, "values");
  ENSURE_REFUSED((def.states = &two, def.state_count = 1), MEMSIM_ERR_SHAPE, "state \"r\"");
  ENSURE_REFUSED((def.states = &wild, def.state_count = 1), MEMSIM_ERR_ARGUMENT, "values");
  ENSURE_REFUSED(output.name = "nope", MEMSIM_ERR_ARGUMENT, "nope");
  ENSURE_REFUSED(output.name = NULL, MEMSIM_ERR_ARGUMENT, "name");
  ENSURE_REFUSED((output.name = "current", output.values = NULL), MEMSIM_ERR_ARGUMENT, "values");
  ENSURE_FAILS(memsim_model_evaluate(NULL, NULL, &output, 1), MEMSIM_ERR_ARGUMENT, "def");
  ENSURE_FAILS(memsim_model_evaluate(NULL, &good, NULL, 1), MEMSIM_ERR_ARGUMENT, "outputs");
  ENSURE_FAILS(memsim_model_evaluate(NULL, &good, &output, SIZE_MAX), MEMSIM_ERR_ARGUMENT, "output_count");
  ENSURE_OK(memsim_model_evaluate(NULL, &good, NULL, 0));
  return 0;
}

static const test_case tests[] = {
    {"evaluate.defaults", defaults_are_the_documented_ones},
    {"evaluate.currents", currents},
    {"evaluate.company", company},
    {"evaluate.states", states},
    {"evaluate.presets", presets},
    {"evaluate.refused", bad_definitions_are_refused},
};
SECTION(evaluate, tests);
