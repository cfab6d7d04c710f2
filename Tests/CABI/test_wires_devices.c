/* Section 7, Crossbars: devices between wires that are not ohmic, arrays, writing. */
#include "wires_circuits.h"

enum { height = 5, width = 4, devices = height * width };

/* Devices of a SiOx window of high resistances, along whose wires some tenth of the voltage drops. */
static circuit resistive_circuit(void) {
  circuit c = plain_circuit(height, width);
  for (size_t k = 0; k < devices; k++) c.g[k] = 1e-7 * (double)(6 + k * 7 % 19);
  for (size_t i = 0; i < height; i++) c.volts[i] = 0.25 * (double)i - 0.45;
  fill(c.r_word, height, 1e4);
  fill(c.r_bit, width, 2e4);
  c.bit_volts[1] = 0.05;
  return c;
}

static double normals[2 * devices];

static void fill_normals(void) {
  for (int k = 0; k < 2 * devices; k++) normals[k] = (k * 17 % 23 - 11) / 8.0;
}

static const double two = 2;
static const memsim_param ohmic_exponent[] = {{"n", &two, 1}};
static const memsim_nonideality poole_frenkel = {"poole-frenkel", NULL, 0}, n_parameter = {"n-parameter", NULL, 0};
static const memsim_nonideality ohmic = {"n-parameter", ohmic_exponent, 1}, hyperbolic = {"sinh", NULL, 0};

/* -- Laws */

/* Wires of the circuit with a law, solved. */
static int solve_law(const circuit *c, const memsim_nonideality *law, const double *z, inside *in) {
  memsim_wires_def def = def_of(c);
  memsim_wires *wires = NULL;
  def.law = law;
  def.normals = z;
  ENSURE_OK(memsim_wires_create(&def, &wires));
  ENSURE_OK(solve(wires, c, in));
  memsim_wires_destroy(wires);
  return 0;
}

/* The currents are those of the law at the voltages found, and Kirchhoff's laws hold. */
static int devices_follow_their_law(void) {
  const circuit c = resistive_circuit();
  const memsim_nonideality *laws[] = {&poole_frenkel, &n_parameter, &hyperbolic};
  double current[devices], by_g[devices], by_v[devices];
  inside in;
  fill_normals();
  for (int l = 0; l < 3; l++) {
    ENSURE(solve_law(&c, laws[l], normals, &in) == 0);
    ENSURE(is_lawful(&c, &in) == 0);
    ENSURE_OK(memsim_law_evaluate(laws[l], in.device_volts, c.g, normals, devices, current, by_g, by_v));
    for (int k = 0; k < devices; k++) {
      /* Newton's method is done at 1e-12 V, of slopes up to 1e-5 S. */
      ENSURE(fabs(in.device_current[k] - current[k]) <= 1e-10 * largest_of(current, devices));
    }
    ENSURE(in.report.steps >= 2 && in.report.steps <= 12 && in.report.residual <= 1e-12);
  }
  return 0;
}

static int devices_are_the_median_ones_by_default(void) {
  const circuit c = resistive_circuit();
  inside in, same, other;
  memset(normals, 0, sizeof normals);
  ENSURE(solve_law(&c, &poole_frenkel, NULL, &in) == 0 && solve_law(&c, &poole_frenkel, normals, &same) == 0);
  fill_normals();
  ENSURE(solve_law(&c, &poole_frenkel, normals, &other) == 0);
  ENSURE(memcmp(in.output, same.output, sizeof in.output) == 0);
  for (int j = 0; j < width; j++) ENSURE(in.output[j] != other.output[j]);
  return 0;
}

/* The n-parameter law of n = 2 is Ohm's. */
static int a_law_that_is_ohms_gives_ohmic_currents(void) {
  const circuit c = resistive_circuit();
  memsim_wires *wires = make_wires(&c);
  inside in, expected;
  ENSURE_OK(solve(wires, &c, &expected));
  ENSURE(solve_law(&c, &ohmic, NULL, &in) == 0);
  const double limit = 1e-10 * largest_of(expected.output, width);
  for (int j = 0; j < width; j++) ENSURE(fabs(in.output[j] - expected.output[j]) <= limit);
  memsim_wires_destroy(wires);
  return 0;
}

/* All gradients of wires as their def has them, but those by G if it has an array; to a part of themselves. */
static int have_gradients(memsim_wires_def *def, circuit *c, double part) {
  const double weights[width] = {1, -2, 0.5, 3};
  double by_volts[height], by_bit_volts[width], by_g[devices], by_word[height], by_bit[width];
  memsim_wires *wires = NULL;
  inside in;
  def->tolerance = 1e-15; /* as good as it gets: differences lose digits */
  ENSURE_OK(memsim_wires_create(def, &wires));
  ENSURE_OK(solve(wires, c, &in));
  ENSURE_OK(memsim_wires_vjp(wires, in.device_volts, 1, weights, by_volts, by_bit_volts, def->array ? NULL : by_g,
                             by_word, by_bit));
  ENSURE(are_differences(def, c, weights, c->volts, height, by_volts, part) == 0);
  ENSURE(are_differences(def, c, weights, c->bit_volts, width, by_bit_volts, part) == 0);
  ENSURE(def->array || are_differences(def, c, weights, c->g, devices, by_g, part) == 0);
  ENSURE(are_differences(def, c, weights, c->r_word, height, by_word, part) == 0);
  ENSURE(are_differences(def, c, weights, c->r_bit, width, by_bit, part) == 0);
  memsim_wires_destroy(wires);
  return 0;
}

static int gradients_go_through_laws(void) {
  circuit c = resistive_circuit();
  memsim_wires_def def = def_of(&c);
  fill(c.bit_volts, width, 0.05); /* a step of 1e-4 V from 0 would be a large one for a law */
  fill_normals();
  def.law = &poole_frenkel;
  def.normals = normals;
  return have_gradients(&def, &c, 1e-6);
}

/* -- Selectors */

static int is_text(const char *text) { return text && text[0]; }

static int cards_of_selectors_are_complete(void) {
  const int32_t count = memsim_selector_count();
  ENSURE(count == 3 && !memsim_selector_name(-1) && !memsim_selector_name(count));
  for (int32_t i = 0; i < count; i++) {
    const char *name = memsim_selector_name(i);
    memsim_model_card card = {.size = sizeof card};
    ENSURE_OK(memsim_selector_info(name, &card));
    ENSURE(card.name == name && is_text(name) && is_text(card.title) && is_text(card.text) && is_text(card.source));
    ENSURE(card.param_count >= 1 && !card.option_count && !card.state_count && !card.quantity_count);
    ENSURE(!card.preset_count && !card.timed && !card.reserved);
    for (int32_t p = 0; p < card.param_count; p++) {
      memsim_param_card param = {.size = sizeof param};
      ENSURE_OK(memsim_selector_param(name, p, &param));
      ENSURE(is_text(param.name) && is_text(param.unit) && is_text(param.text) && param.minimum < param.maximum);
      ENSURE(param.rows == 0 || (param.rows == 1 && param.columns == 1 && param.default_values));
      ENSURE(!param.rows || *param.default_values >= param.minimum);
      ENSURE(!param.rows || *param.default_values <= param.maximum);
    }
  }
  return 0;
}

static int every_selector(int (*check)(const memsim_nonideality *selector)) {
  for (int32_t i = 0; i < memsim_selector_count(); i++) {
    const memsim_nonideality selector = selector_of(i);
    if (check(&selector)) return printf("of selector %s\n", selector.name), 1;
  }
  return 0;
}

/* Between ideal wires every device has its whole voltage: what is in series lets less through, more at more volts. */
static int lets_less_through(const memsim_nonideality *selector) {
  circuit c = plain_circuit(height, width);
  memsim_wires_def def = def_of(&c);
  memsim_wires *wires = NULL;
  inside in, more;
  fill(c.r_word, height, 0);
  fill(c.r_bit, width, 0);
  def.selector = selector;
  ENSURE_OK(memsim_wires_create(&def, &wires));
  ENSURE_OK(solve(wires, &c, &in));
  for (size_t i = 0; i < height; i++) c.volts[i] *= 1.5;
  ENSURE_OK(solve(wires, &c, &more));
  for (int k = 0; k < devices; k++) {
    const double volts = in.device_volts[k], current = in.device_current[k];
    ENSURE(is_close(volts, c.volts[k / width] / 1.5, 1e-14) && volts * current > 0);
    ENSURE(fabs(current) < c.g[k] * fabs(volts) && fabs(more.device_current[k]) >= fabs(current));
  }
  memsim_wires_destroy(wires);
  return 0;
}

/* Ohmic, and with a law. */
static int is_between_wires(const memsim_nonideality *selector) {
  circuit c = resistive_circuit();
  memsim_wires_def def = def_of(&c);
  memsim_wires *wires = NULL;
  inside in;
  fill(c.bit_volts, width, 0.05);
  def.selector = selector;
  for (int l = 0; l < 2; l++) {
    def.law = l ? &poole_frenkel : NULL;
    ENSURE_OK(memsim_wires_create(&def, &wires));
    ENSURE_OK(solve(wires, &c, &in));
    ENSURE(is_lawful(&c, &in) == 0 && have_gradients(&def, &c, 1e-6) == 0);
    memsim_wires_destroy(wires);
  }
  return 0;
}

/* Gates of word lines: one value for all is that value for each, and a line of another gate has other currents. */
static int transistors_have_gates_a_word_line(void) {
  const circuit c = resistive_circuit();
  const double gates[][height] = {{3}, {3, 3, 3, 3, 3}, {3, 3, 3, 3, 0}};
  double output[3][width], current[3][devices];
  memsim_wires_def def = def_of(&c);
  for (int k = 0; k < 3; k++) {
    const memsim_param gate = {"gate", gates[k], k ? height : 1};
    const memsim_nonideality transistor = {"transistor", &gate, 1};
    const memsim_wires_fields fields = {.size = sizeof fields, .device_current = current[k]};
    memsim_wires *wires = NULL;
    def.selector = &transistor;
    ENSURE_OK(memsim_wires_create(&def, &wires));
    ENSURE_OK(memsim_wires_solve(wires, c.volts, NULL, 1, output[k], &fields, NULL));
    memsim_wires_destroy(wires);
  }
  ENSURE(memcmp(output[0], output[1], sizeof output[0]) == 0 && memcmp(output[1], output[2], sizeof output[1]) != 0);
  for (int k = 4 * width; k < 5 * width; k++) { /* closed, the last line has what leaks, 1 pS */
    ENSURE(fabs(current[1][k]) > 1e-9 && fabs(current[2][k]) < 1e-12);
  }
  return 0;
}

static int selectors_let_less_through(void) { return every_selector(lets_less_through); }
static int selectors_are_between_wires(void) { return every_selector(is_between_wires); }

/* -- Arrays */

/* And what reads of single cells are good for: synaptogen's are in single precision, and large parts of them cancel.
 * Slopes of cells are differences of currents. */
static const struct {
  const char *name;
  double precision, slopes;
} models[] = {{"synaptogen", 1e-5, 1e-4}, {"jart-vcm-v1b", 1e-10, 1e-5}, {"vteam", 1e-10, 1e-5}};
enum { model_count = sizeof models / sizeof *models };

/* Some cells in another state than the others. */
static memsim_array *make_cells(const char *model) {
  memsim_array *array = make_model(model, height, width, 1);
  const double volts = -1.2;
  uint8_t where[devices];
  for (int k = 0; k < devices; k++) where[k] = k % 3 == 0;
  if (!array || memsim_array_apply(array, &volts, MEMSIM_FLOAT64, 1, where) != MEMSIM_OK) return NULL;
  return array;
}

static memsim_wires *make_wires_of(memsim_array *array, const circuit *c) {
  memsim_wires_def def = def_of(c);
  memsim_wires *wires = NULL;
  def.array = array;
  def.conductance = NULL;
  def.rows = def.columns = 0; /* ignored */
  return memsim_wires_create(&def, &wires) == MEMSIM_OK ? wires : NULL;
}

/* Read voltages, which switch nothing, and wires that take some of them. */
static circuit reading_circuit(void) {
  circuit c = plain_circuit(height, width);
  for (size_t i = 0; i < height; i++) c.volts[i] = 0.08 * (double)i - 0.14;
  fill(c.bit_volts, width, 0.02);
  fill(c.r_word, height, 200);
  fill(c.r_bit, width, 300);
  return c;
}

static int cells_have_the_currents_of_their_voltages(void) {
  const memsim_read_def quiet = {sizeof quiet, MEMSIM_NOISE_NONE, 1e8};
  const circuit c = reading_circuit();
  for (int m = 0; m < model_count; m++) {
    memsim_array *array = make_cells(models[m].name);
    memsim_wires *wires = make_wires_of(array, &c);
    double current[devices];
    inside in;
    ENSURE(array && wires);
    const uint64_t hash = hash_of(array);
    ENSURE_OK(solve(wires, &c, &in));
    ENSURE(is_lawful(&c, &in) == 0 && hash_of(array) == hash);
    ENSURE_OK(memsim_array_read(array, in.device_volts, MEMSIM_FLOAT64, devices, &quiet, current));
    for (int k = 0; k < devices; k++) {
      ENSURE(fabs(in.device_current[k] - current[k]) <= models[m].precision * largest_of(current, devices));
    }
    memsim_array_destroy(array);
    memsim_wires_destroy(wires);
  }
  return 0;
}

static int ideal_wires_read_as_products_do(void) {
  const memsim_read_def quiet = {sizeof quiet, MEMSIM_NOISE_NONE, 1e8};
  circuit c = reading_circuit();
  fill(c.r_word, height, 0);
  fill(c.r_bit, width, 0);
  for (int m = 0; m < model_count; m++) {
    memsim_array *array = make_cells(models[m].name);
    memsim_wires *wires = make_wires_of(array, &c);
    double expected[width], output[width];
    ENSURE_OK(memsim_array_vmm(array, c.volts, MEMSIM_FLOAT64, 1, &quiet, expected));
    ENSURE_OK(memsim_wires_solve(wires, c.volts, NULL, 1, output, NULL, NULL));
    for (int j = 0; j < width; j++) ENSURE(fabs(output[j] - expected[j]) <= fmax(1e-9, models[m].precision) * largest_of(expected, width));
    memsim_array_destroy(array);
    memsim_wires_destroy(wires);
  }
  return 0;
}

/* Wires see their cells as they are, and keep them. */
static int arrays_are_kept_as_they_change(void) {
  const circuit c = reading_circuit();
  memsim_array *array = make_cells("synaptogen");
  memsim_wires *wires = make_wires_of(array, &c);
  const double pulse = -1.5;
  double before[width], after[width], again[width];
  ENSURE_OK(memsim_wires_solve(wires, c.volts, NULL, 1, before, NULL, NULL));
  ENSURE_OK(memsim_array_apply(array, &pulse, MEMSIM_FLOAT64, 1, NULL));
  ENSURE_OK(memsim_wires_solve(wires, c.volts, NULL, 1, after, NULL, NULL));
  memsim_array_destroy(array);
  ENSURE_OK(memsim_wires_solve(wires, c.volts, NULL, 1, again, NULL, NULL));
  ENSURE(memcmp(before, after, sizeof before) != 0 && memcmp(after, again, sizeof again) == 0);
  memsim_wires_destroy(wires);
  return 0;
}

static int gradients_go_through_cells(void) {
  circuit c = reading_circuit();
  memsim_wires_def def = def_of(&c);
  def.conductance = NULL;
  for (int m = 0; m < model_count; m++) {
    def.array = make_cells(models[m].name);
    if (have_gradients(&def, &c, models[m].slopes)) return printf("of model %s\n", models[m].name), 1;
    memsim_array_destroy(def.array);
  }
  return 0;
}

/* -- Writing */

static const double second_half[width] = {0, -0.4, -0.4, -0.4};

/* V/2: the first word line at -0.8 V, the others at -0.4 V; the first bit line at 0 V, the others at -0.4 V. */
static circuit writing_circuit(double ohm) {
  circuit c = plain_circuit(height, width);
  fill(c.volts, height, -0.4);
  c.volts[0] = -0.8;
  memcpy(c.bit_volts, second_half, sizeof second_half);
  fill(c.r_word, height, ohm);
  fill(c.r_bit, width, ohm);
  return c;
}

/* Writes for a time and gives the cells' N. */
static int write_cells(double ohm, double duration, double tolerance, double *n, memsim_write_report *report) {
  const circuit c = writing_circuit(ohm);
  memsim_array *array = make_model("jart-vcm-v1b", height, width, 1);
  memsim_wires *wires = make_wires_of(array, &c);
  ENSURE(array && wires);
  report->size = sizeof *report;
  ENSURE_OK(memsim_wires_write(wires, c.volts, c.bit_volts, duration, tolerance, report));
  ENSURE_OK(memsim_array_get_state(array, "N", n, MEMSIM_FLOAT64, devices));
  memsim_array_destroy(array);
  memsim_wires_destroy(wires);
  return 0;
}

/* Between ideal wires every cell has its whole voltage all the time. */
static int ideal_wires_write_as_pulses_do(void) {
  const circuit c = writing_circuit(0);
  const double duration = 1e-4;
  double n[devices], expected[devices], volts[devices];
  memsim_write_report report;
  memsim_array *array = make_model("jart-vcm-v1b", height, width, 1);
  for (int k = 0; k < devices; k++) volts[k] = c.volts[k / width] - c.bit_volts[k % width];
  ENSURE_OK(memsim_array_apply_for(array, volts, MEMSIM_FLOAT64, devices, &duration, 1, NULL));
  ENSURE_OK(memsim_array_get_state(array, "N", expected, MEMSIM_FLOAT64, devices));
  ENSURE(write_cells(0, duration, 0.02, n, &report) == 0);
  for (int k = 0; k < devices; k++) ENSURE(is_close(n[k], expected[k], 1e-3)); /* pieces of a hold: to some 1e-4 */
  ENSURE(report.energy > 0 && is_close(report.device_energy, report.energy, 1e-6));
  memsim_array_destroy(array);
  return 0;
}

static int writes_share_out_energy(void) {
  double n[devices], ideal[devices];
  memsim_write_report report, without;
  ENSURE(write_cells(500, 1e-4, 0.02, n, &report) == 0 && write_cells(0, 1e-4, 0.02, ideal, &without) == 0);
  ENSURE(report.steps >= 1 && report.rejected >= 0);
  ENSURE(report.device_energy > 0 && report.energy > 1.01 * report.device_energy);
  ENSURE(n[0] > n[1] && n[0] > n[width] && n[1] > n[width + 1]); /* whole voltage, half of it, none */
  ENSURE(n[0] < ideal[0]);
  return 0;
}

/* Smaller changes of voltage in a step: more steps, nearer to the limit of many. */
static int finer_writes_come_closer(void) {
  const double tolerances[] = {0.05, 0.005, 0.0005};
  double n[3][devices];
  memsim_write_report reports[3];
  for (int t = 0; t < 3; t++) ENSURE(write_cells(500, 1e-4, tolerances[t], n[t], &reports[t]) == 0);
  ENSURE(reports[0].steps < reports[1].steps && reports[1].steps < reports[2].steps);
  for (int k = 0; k < devices; k++) {
    ENSURE(fabs(n[1][k] - n[2][k]) <= fabs(n[0][k] - n[2][k]) + 1e-3 * n[2][k]); /* pieces of a hold: to some 1e-4 */
  }
  const double energy = reports[2].energy;
  ENSURE(fabs(reports[1].energy - energy) <= fabs(reports[0].energy - energy) + 0.01 * energy);
  return 0;
}

static int no_time_changes_nothing(void) {
  const circuit c = writing_circuit(500);
  memsim_array *array = make_model("jart-vcm-v1b", height, width, 1);
  memsim_wires *wires = make_wires_of(array, &c);
  memsim_write_report report = {.size = sizeof report};
  const uint64_t hash = hash_of(array);
  ENSURE_OK(memsim_wires_write(wires, c.volts, c.bit_volts, 0, 0.02, &report));
  ENSURE(hash_of(array) == hash && report.energy == 0 && report.device_energy == 0);
  ENSURE_OK(memsim_wires_write(wires, c.volts, NULL, 1e-6, 0.02, NULL));
  ENSURE(hash_of(array) != hash);
  memsim_array_destroy(array);
  memsim_wires_destroy(wires);
  return 0;
}

static const test_case tests[] = {
    {"wires_devices.laws", devices_follow_their_law},
    {"wires_devices.median", devices_are_the_median_ones_by_default},
    {"wires_devices.ohmic_law", a_law_that_is_ohms_gives_ohmic_currents},
    {"wires_devices.law_gradients", gradients_go_through_laws},
    {"wires_devices.selector_cards", cards_of_selectors_are_complete},
    {"wires_devices.selectors", selectors_let_less_through},
    {"wires_devices.selector_circuits", selectors_are_between_wires},
    {"wires_devices.gates", transistors_have_gates_a_word_line},
    {"wires_devices.arrays", cells_have_the_currents_of_their_voltages},
    {"wires_devices.ideal", ideal_wires_read_as_products_do},
    {"wires_devices.kept", arrays_are_kept_as_they_change},
    {"wires_devices.cell_gradients", gradients_go_through_cells},
    {"wires_devices.ideal_writes", ideal_wires_write_as_pulses_do},
    {"wires_devices.energy", writes_share_out_energy},
    {"wires_devices.finer", finer_writes_come_closer},
    {"wires_devices.no_time", no_time_changes_nothing},
};
SECTION(wires_devices, tests);
