/* Section 7, Crossbars: what wires refuse. */
#include <stdlib.h>

#include "wires_circuits.h"

enum { height = 3, width = 2, devices = height * width };

/* A buffer that a refused call must leave alone. */
static double out[most_cells];

static void mark(void) { fill(out, sizeof out / sizeof *out, 7); }

static int is_untouched(void) {
  for (size_t i = 0; i < sizeof out / sizeof *out; i++) ENSURE(out[i] == 7);
  return 0;
}

/* -- Making wires */

/* What a change of a good def is refused with. */
#define ENSURE_DEF_FAILS(change, status, word)                       \
  do {                                                               \
    def = good;                                                      \
    change;                                                          \
    ENSURE_FAILS(memsim_wires_create(&def, &wires), status, word);   \
    ENSURE(wires == NULL);                                           \
  } while (0)
#define ENSURE_DEF_REFUSED(change, word) ENSURE_DEF_FAILS(change, MEMSIM_ERR_ARGUMENT, word)

static int bad_extents_are_refused(void) {
  const circuit c = plain_circuit(height, width);
  memsim_wires_def def, good = def_of(&c);
  memsim_wires *wires = NULL;
  good.r_word_count = good.r_bit_count = good.r_source_count = good.r_sense_count = 1; /* right for any extents */
  ENSURE_ARGUMENT(memsim_wires_def_init(NULL, sizeof def), "def is NULL");
  ENSURE_ARGUMENT(memsim_wires_def_init(&def, sizeof def + 8), "size");
  ENSURE_ARGUMENT(memsim_wires_def_init(&def, 4), "size");
  ENSURE_ARGUMENT(memsim_wires_create(NULL, &wires), "def is NULL");
  ENSURE_ARGUMENT(memsim_wires_create(&good, NULL), "out is NULL");
  ENSURE_DEF_REFUSED(def.size = 0, "size");
  ENSURE_DEF_REFUSED(def.size = sizeof def + 8, "size");
  ENSURE_DEF_REFUSED(def.rows = 0, "rows");
  ENSURE_DEF_REFUSED(def.columns = 0, "columns");
  ENSURE_DEF_REFUSED(def.rows = UINT64_MAX, "rows");
  ENSURE_DEF_REFUSED(def.columns = UINT64_MAX, "columns");
  ENSURE_DEF_REFUSED(def.rows = def.columns = 1 << 16, "rows");
  ENSURE_DEF_REFUSED(def.double_sided = 2, "double_sided");
  ENSURE_DEF_REFUSED(def.double_sided = -1, "double_sided");
  ENSURE_DEF_REFUSED(def.conductance = NULL, "conductance");
  ENSURE_DEF_REFUSED(def.tolerance = 0, "tolerance");
  ENSURE_DEF_REFUSED(def.tolerance = 9e-16, "tolerance");
  ENSURE_DEF_REFUSED(def.tolerance = 1.1e-3, "tolerance");
  ENSURE_DEF_REFUSED(def.tolerance = NAN, "tolerance");
  ENSURE_DEF_REFUSED(def.max_iterations = 0, "max_iterations");
  ENSURE_DEF_REFUSED(def.max_iterations = -1, "max_iterations");
  ENSURE_DEF_REFUSED(def.max_steps = 0, "max_steps");
  ENSURE_DEF_REFUSED(def.max_steps = INT32_MIN, "max_steps");
  return 0;
}

static int conductances_that_are_none_are_refused(void) {
  const double bad[] = {-1e-9, NAN, INFINITY, -INFINITY, 1.1e15};
  circuit c = plain_circuit(height, width);
  memsim_wires *wires = NULL;
  for (int b = 0; b < 5; b++) {
    for (size_t at = 0; at < devices; at++) {
      const double value = c.g[at];
      const memsim_wires_def def = def_of(&c);
      c.g[at] = bad[b];
      ENSURE_ARGUMENT(memsim_wires_create(&def, &wires), "conductance");
      ENSURE(wires == NULL);
      c.g[at] = value;
    }
  }
  fill(c.g, devices, 1e15);
  c.g[0] = 0;
  wires = make_wires(&c);
  ENSURE(wires);
  memsim_wires_destroy(wires);
  return 0;
}

static int bad_resistances_are_refused(void) {
  const double bad[] = {-1, -1e-300, NAN, -INFINITY, 1.1e15};
  circuit c = plain_circuit(height, width);
  const memsim_wires_def good = def_of(&c);
  memsim_wires_def def;
  memsim_wires *wires = NULL;
  const size_t counts[] = {0, 4, SIZE_MAX, (size_t)1 << 61};
  for (int k = 0; k < 4; k++) {
    ENSURE_DEF_FAILS(def.r_word_count = counts[k], MEMSIM_ERR_SHAPE, "r_word");
    ENSURE_DEF_FAILS(def.r_bit_count = counts[k], MEMSIM_ERR_SHAPE, "r_bit");
    ENSURE_DEF_FAILS(def.r_source_count = counts[k], MEMSIM_ERR_SHAPE, "r_source");
    ENSURE_DEF_FAILS(def.r_sense_count = counts[k], MEMSIM_ERR_SHAPE, "r_sense");
  }
  double *const lines[] = {c.r_word, c.r_bit, c.r_source, c.r_sense};
  const char *const names[] = {"r_word", "r_bit", "r_source", "r_sense"};
  for (int l = 0; l < 4; l++) {
    for (int b = 0; b < 5; b++) {
      const double value = lines[l][1];
      lines[l][1] = bad[b];
      ENSURE_DEF_REFUSED((void)0, names[l]);
      lines[l][1] = value;
    }
  }
  return 0;
}

static int bad_laws_and_selectors_are_refused(void) {
  const double below = -1, one = 1, normals[2 * devices] = {NAN};
  const memsim_param freezing = {"temperature", &below, 1}, unknown = {"nope", &one, 1};
  const memsim_nonideality nameless = {NULL, NULL, 0}, nope = {"nope", NULL, 0}, lawless = {"lognormal", NULL, 0};
  const memsim_nonideality cold = {"poole-frenkel", &freezing, 1}, stray = {"poole-frenkel", &unknown, 1};
  const memsim_nonideality listless = {"poole-frenkel", NULL, 1}, law = {"poole-frenkel", NULL, 0};
  const memsim_nonideality odd = {memsim_selector_name(0), &unknown, 1}, empty = {memsim_selector_name(0), NULL, 1};
  const memsim_nonideality gateless = {"transistor", NULL, 0};
  const circuit c = plain_circuit(height, width);
  const memsim_wires_def good = def_of(&c);
  memsim_wires_def def;
  memsim_wires *wires = NULL;
  ENSURE_DEF_REFUSED(def.law = &nameless, "name is NULL");
  ENSURE_DEF_REFUSED(def.law = &nope, "nope");
  ENSURE_DEF_REFUSED(def.law = &lawless, "\"lognormal\" has no I-V law");
  ENSURE_DEF_REFUSED(def.law = &cold, "temperature");
  ENSURE_DEF_REFUSED(def.law = &stray, "nope");
  ENSURE_DEF_REFUSED(def.law = &listless, "params is NULL");
  ENSURE_DEF_REFUSED((def.law = &law, def.normals = normals), "normals");
  ENSURE_DEF_REFUSED(def.selector = &nameless, "name is NULL");
  ENSURE_DEF_REFUSED(def.selector = &nope, "nope");
  ENSURE_DEF_REFUSED(def.selector = &law, "poole-frenkel");
  ENSURE_DEF_REFUSED(def.selector = &odd, "nope");
  ENSURE_DEF_REFUSED(def.selector = &empty, "params is NULL");
  ENSURE_DEF_REFUSED(def.selector = &gateless, "gate");
  return 0;
}

/* Of every selector: values out of bounds, and neither one nor one a word line. */
static int bad_values_of_selectors_are_refused(void) {
  const circuit c = plain_circuit(height, width);
  const memsim_wires_def good = def_of(&c);
  for (int32_t s = 0; s < memsim_selector_count(); s++) {
    memsim_model_card card = {.size = sizeof card};
    ENSURE_OK(memsim_selector_info(memsim_selector_name(s), &card));
    for (int32_t p = 0; p < card.param_count; p++) {
      memsim_param_card param = {.size = sizeof param};
      memsim_wires_def def;
      memsim_wires *wires = NULL;
      ENSURE_OK(memsim_selector_param(card.name, p, &param));
      double values[height + 1] = {param.minimum - 1 - fabs(param.minimum)};
      memsim_param given = {param.name, values, 1};
      const memsim_nonideality selector = {card.name, &given, 1};
      ENSURE_DEF_REFUSED(def.selector = &selector, param.name);
      values[0] = NAN;
      ENSURE_DEF_REFUSED(def.selector = &selector, param.name);
      fill(values, height + 1, param.rows ? *param.default_values : 1);
      for (given.count = 0; given.count <= height + 1; given.count++) {
        if (given.count == 1 || (param.rows == 0 && given.count == height)) continue;
        ENSURE_DEF_FAILS(def.selector = &selector, MEMSIM_ERR_SHAPE, given.count ? param.name : "count");
      }
    }
  }
  return 0;
}

static int bad_questions_about_selectors_are_refused(void) {
  memsim_model_card card = {.size = sizeof card};
  memsim_param_card param = {.size = sizeof param};
  const char *name = memsim_selector_name(0);
  ENSURE_ARGUMENT(memsim_selector_info("nope", &card), "nope");
  ENSURE_ARGUMENT(memsim_selector_info("drift", &card), "drift");
  ENSURE_ARGUMENT(memsim_selector_info(NULL, &card), "name is NULL");
  ENSURE_ARGUMENT(memsim_selector_info(name, NULL), "out is NULL");
  ENSURE_ARGUMENT(memsim_selector_param(name, 1000, &param), "index");
  ENSURE_ARGUMENT(memsim_selector_param(name, -1, &param), "index");
  ENSURE_ARGUMENT(memsim_selector_param("nope", 0, &param), "nope");
  ENSURE_ARGUMENT(memsim_selector_param(NULL, 0, &param), "name is NULL");
  ENSURE_ARGUMENT(memsim_selector_param(name, 0, NULL), "out is NULL");
  card.size = param.size = 3;
  ENSURE_ARGUMENT(memsim_selector_info(name, &card), "size");
  ENSURE_ARGUMENT(memsim_selector_param(name, 0, &param), "size");
  ENSURE(!card.name && !param.name);
  return 0;
}

/* -- Solving */

static int bad_voltages_are_refused(void) {
  const double bad[] = {NAN, INFINITY, -INFINITY, 1.001e6, -1.001e6};
  circuit c = plain_circuit(height, width);
  memsim_wires *wires = make_wires(&c);
  const memsim_wires_fields fields = {sizeof fields, 0, out, out, out, out, out, out};
  memsim_wires_report report = {.size = sizeof report};
  mark();
#define SOLVE(wires, volts, bit_volts, output) memsim_wires_solve(wires, volts, bit_volts, 1, output, &fields, &report)
  ENSURE_ARGUMENT(SOLVE(NULL, c.volts, NULL, out), "wires is NULL");
  ENSURE_ARGUMENT(SOLVE(wires, NULL, NULL, out), "volts is NULL");
  ENSURE_ARGUMENT(SOLVE(wires, c.volts, NULL, NULL), "output is NULL");
  for (int b = 0; b < 5; b++) {
    c.volts[height - 1] = bad[b];
    ENSURE_ARGUMENT(SOLVE(wires, c.volts, NULL, out), "volts");
    c.volts[height - 1] = 1e6;
    c.bit_volts[width - 1] = bad[b];
    ENSURE_ARGUMENT(SOLVE(wires, c.volts, c.bit_volts, out), "bit_volts");
    c.bit_volts[width - 1] = -1e6;
  }
  ENSURE(is_untouched() == 0);
  ENSURE_OK(SOLVE(wires, c.volts, c.bit_volts, out));
  memsim_wires_destroy(wires);
  return 0;
}

static int bad_structs_and_batches_are_refused(void) {
  const circuit c = plain_circuit(height, width);
  memsim_wires *wires = make_wires(&c);
  memsim_wires_fields fields = {.size = 3};
  memsim_wires_report report = {.size = sizeof report + 8, .steps = -7};
  const size_t huge[] = {SIZE_MAX, (size_t)1 << 63, (size_t)1 << 57};
  mark();
  ENSURE_ARGUMENT(memsim_wires_solve(wires, c.volts, NULL, 1, out, &fields, NULL), "size");
  ENSURE_ARGUMENT(memsim_wires_solve(wires, c.volts, NULL, 1, out, NULL, &report), "size");
  ENSURE(report.steps == -7);
  for (int b = 0; b < 3; b++) {
    ENSURE_SHAPE(memsim_wires_solve(wires, c.volts, NULL, huge[b], out, NULL, NULL), "batch");
    ENSURE_SHAPE(memsim_wires_vjp(wires, c.g, huge[b], c.volts, out, NULL, NULL, NULL, NULL), "batch");
  }
  ENSURE_OK(memsim_wires_solve(wires, c.volts, NULL, 0, out, NULL, NULL));
  ENSURE(is_untouched() == 0);
  memsim_wires_destroy(wires);
  return 0;
}

/* One iteration of one step leaves most of the voltage missing; the report tells. */
static int solutions_that_are_none_are_refused(void) {
  circuit c = plain_circuit(8, 8);
  memsim_wires_def def = def_of(&c);
  memsim_wires *wires = NULL;
  memsim_wires_report report = {.size = sizeof report};
  const memsim_wires_fields fields = {sizeof fields, 0, out, NULL, NULL, NULL, NULL, NULL};
  fill(c.r_word, 8, 1e5);
  fill(c.r_bit, 8, 1e5);
  def.max_iterations = def.max_steps = 1;
  ENSURE_OK(memsim_wires_create(&def, &wires));
  ENSURE_FAILS(memsim_wires_solve(wires, c.volts, NULL, 1, out, &fields, &report), MEMSIM_ERR_CONVERGENCE, "Kirchhoff");
  ENSURE(report.steps == 1 && report.iterations == 1 && report.residual > 1e-9 && report.volts > 1e-9);
  static double matrix[64];
  ENSURE_FAILS(memsim_wires_transfer(wires, MEMSIM_TRANSFER_ITERATIVE, matrix), MEMSIM_ERR_CONVERGENCE, "Kirchhoff");
  const double device_volts[64] = {0}; /* ohmic devices have one slope whatever their voltages */
  ENSURE_FAILS(memsim_wires_vjp(wires, device_volts, 1, c.volts, out, NULL, NULL, NULL, NULL), MEMSIM_ERR_CONVERGENCE,
               "Kirchhoff");
  memsim_wires_destroy(wires);
  return 0;
}

/* -- Matrices, gradients, memory */

static int bad_calls_of_the_rest_are_refused(void) {
  const circuit c = plain_circuit(height, width);
  const memsim_nonideality law = {"poole-frenkel", NULL, 0};
  memsim_wires_def def = def_of(&c);
  memsim_wires *wires = make_wires(&c), *others = NULL;
  const double volts[devices] = {0}, psi[width] = {1, 1}, strange[devices] = {0, NAN};
  uint64_t bytes = 7;
  def.law = &law;
  ENSURE_OK(memsim_wires_create(&def, &others));
  mark();
  for (int32_t method = 0; method < 2; method++) {
    ENSURE_ARGUMENT(memsim_wires_transfer(NULL, method, out), "wires is NULL");
    ENSURE_ARGUMENT(memsim_wires_transfer(wires, method, NULL), "out is NULL");
    ENSURE_ARGUMENT(memsim_wires_transfer(others, method, out), "ohmic");
  }
  ENSURE_ARGUMENT(memsim_wires_transfer(wires, 2, out), "method");
  ENSURE_ARGUMENT(memsim_wires_transfer(wires, -1, out), "method");
  ENSURE_ARGUMENT(memsim_wires_vjp(NULL, volts, 1, psi, out, NULL, NULL, NULL, NULL), "wires is NULL");
  ENSURE_ARGUMENT(memsim_wires_vjp(wires, NULL, 1, psi, out, NULL, NULL, NULL, NULL), "device_volts is NULL");
  ENSURE_ARGUMENT(memsim_wires_vjp(wires, volts, 1, NULL, out, NULL, NULL, NULL, NULL), "grad_output is NULL");
  ENSURE_ARGUMENT(memsim_wires_vjp(wires, strange, 1, psi, out, NULL, NULL, NULL, NULL), "device_volts");
  ENSURE_ARGUMENT(memsim_wires_vjp(wires, volts, 1, strange, out, NULL, NULL, NULL, NULL), "grad_output");
  ENSURE_ARGUMENT(memsim_wires_memory(NULL, &bytes), "wires is NULL");
  ENSURE_ARGUMENT(memsim_wires_memory(wires, NULL), "out is NULL");
  ENSURE(is_untouched() == 0 && bytes == 7);
  ENSURE_OK(memsim_wires_vjp(wires, volts, 1, psi, NULL, NULL, NULL, NULL, NULL));
  ENSURE_OK(memsim_wires_vjp(wires, volts, 0, psi, out, NULL, NULL, NULL, NULL));
  ENSURE(is_untouched() == 0);
  memsim_wires_destroy(wires);
  memsim_wires_destroy(others);
  return 0;
}

/* -- Arrays and writing */

static memsim_wires *make_wires_of(memsim_array *array) {
  memsim_wires_def def;
  memsim_wires *wires = NULL;
  memsim_wires_def_init(&def, sizeof def);
  def.array = array;
  return memsim_wires_create(&def, &wires) == MEMSIM_OK ? wires : NULL;
}

static int what_arrays_exclude_is_refused(void) {
  const circuit c = plain_circuit(height, width);
  const memsim_nonideality law = {"poole-frenkel", NULL, 0};
  memsim_array *array = make_array(height, width, 1);
  memsim_wires_def def, good = def_of(&c);
  memsim_wires *wires = NULL;
  good.array = array;
  ENSURE_DEF_REFUSED((void)0, "conductance"); /* which has them: it or the array? */
  good.conductance = NULL;
  ENSURE_DEF_REFUSED(def.law = &law, "law");
  ENSURE_DEF_FAILS(def.r_word_count = 64, MEMSIM_ERR_SHAPE, "r_word"); /* lines are the array's */
  wires = make_wires_of(array);
  double volts[height] = {0, 0, 2000};
  const double device_volts[devices] = {0}, psi[width] = {1, 1};
  mark();
  ENSURE_ARGUMENT(memsim_wires_vjp(wires, device_volts, 1, psi, NULL, NULL, out, NULL, NULL), "grad_conductance");
  ENSURE_ARGUMENT(memsim_wires_transfer(wires, MEMSIM_TRANSFER_ITERATIVE, out), "ohmic");
  ENSURE_ARGUMENT(memsim_wires_solve(wires, volts, NULL, 1, out, NULL, NULL), "volts"); /* beyond the model's limit */
  ENSURE(is_untouched() == 0);
  memsim_wires_destroy(wires);
  memsim_array_destroy(array);
  return 0;
}

static int bad_writes_are_refused(void) {
  const double bad_times[] = {-1e-9, NAN, INFINITY, 1.1e12}, bad_tolerances[] = {0, 9e-7, 1.1, NAN};
  const circuit c = plain_circuit(height, width);
  memsim_array *array = make_model("jart-vcm-v1b", height, width, 1), *timeless = make_array(height, width, 1);
  memsim_wires *wires = make_wires_of(array), *plain = make_wires(&c), *others = make_wires_of(timeless);
  double volts[height] = {-0.7, -0.7, -0.7}, strange[width] = {0, NAN};
  memsim_write_report report = {.size = sizeof report, .steps = -7};
  const uint64_t hash = hash_of(array);
#define WRITE(wires, volts, bit_volts, duration, tolerance) \
  memsim_wires_write(wires, volts, bit_volts, duration, tolerance, &report)
  ENSURE_ARGUMENT(WRITE(NULL, volts, NULL, 1e-6, 0.02), "wires is NULL");
  ENSURE_ARGUMENT(WRITE(wires, NULL, NULL, 1e-6, 0.02), "volts is NULL");
  ENSURE_ARGUMENT(WRITE(plain, volts, NULL, 1e-6, 0.02), "array");
  ENSURE_ARGUMENT(WRITE(others, volts, NULL, 1e-6, 0.02), "time");
  ENSURE_ARGUMENT(WRITE(wires, volts, strange, 1e-6, 0.02), "bit_volts");
  for (int k = 0; k < 4; k++) {
    ENSURE_ARGUMENT(WRITE(wires, volts, NULL, bad_times[k], 0.02), "duration");
    ENSURE_ARGUMENT(WRITE(wires, volts, NULL, 1e-6, bad_tolerances[k]), "tolerance");
  }
  volts[1] = NAN;
  ENSURE_ARGUMENT(WRITE(wires, volts, NULL, 1e-6, 0.02), "volts");
  volts[1] = 99; /* beyond the model's limit */
  ENSURE_ARGUMENT(WRITE(wires, volts, NULL, 1e-6, 0.02), "volts");
  volts[1] = 0;
  ENSURE(report.steps == -7);
  report.size = 1;
  ENSURE_ARGUMENT(WRITE(wires, volts, NULL, 1e-6, 0.02), "size");
  ENSURE(hash_of(array) == hash);
  memsim_wires_destroy(wires);
  memsim_wires_destroy(plain);
  memsim_wires_destroy(others);
  memsim_array_destroy(array);
  memsim_array_destroy(timeless);
  return 0;
}

static const test_case tests[] = {
    {"wires_refused.extents", bad_extents_are_refused},
    {"wires_refused.conductances", conductances_that_are_none_are_refused},
    {"wires_refused.resistances", bad_resistances_are_refused},
    {"wires_refused.laws", bad_laws_and_selectors_are_refused},
    {"wires_refused.selectors", bad_values_of_selectors_are_refused},
    {"wires_refused.cards", bad_questions_about_selectors_are_refused},
    {"wires_refused.voltages", bad_voltages_are_refused},
    {"wires_refused.batches", bad_structs_and_batches_are_refused},
    {"wires_refused.convergence", solutions_that_are_none_are_refused},
    {"wires_refused.rest", bad_calls_of_the_rest_are_refused},
    {"wires_refused.arrays", what_arrays_exclude_is_refused},
    {"wires_refused.writes", bad_writes_are_refused},
};
SECTION(wires_refused, tests);
