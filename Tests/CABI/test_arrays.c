/* Section 6, Arrays: making them, pulses and reads. */
#include <math.h>
#include <sys/resource.h>

#include "sections.h"

enum { rows = 7, columns = 5, cells = rows * columns };

static int defaults_are_the_documented_ones(void) {
  memsim_array_def def;
  ENSURE_OK(memsim_array_def_init(&def, sizeof def));
  ENSURE(def.size == sizeof def && def.reserved == 0 && def.rows == 64 && def.columns == 64 && def.seed == 0);
  ENSURE(strcmp(def.model, "synaptogen") == 0);
  ENSURE(!def.params && !def.param_count && !def.options && !def.option_count && !def.context &&
         !def.preset);
  memsim_read_def read;
  ENSURE_OK(memsim_read_def_init(&read, sizeof read));
  ENSURE(read.size == sizeof read && read.noise == MEMSIM_NOISE_AUTO && read.bandwidth == 1e8);
  ENSURE_FAILS(memsim_array_def_init(NULL, sizeof def), MEMSIM_ERR_ARGUMENT, "def");
  ENSURE_FAILS(memsim_array_def_init(&def, 2), MEMSIM_ERR_ARGUMENT, "size");
  ENSURE_FAILS(memsim_array_def_init(&def, offsetof(memsim_array_def, model) + 4), MEMSIM_ERR_ARGUMENT, "size");
  ENSURE_FAILS(memsim_read_def_init(&read, sizeof read + 8), MEMSIM_ERR_ARGUMENT, "size");
  return 0;
}

/* A caller built against an older header knows fewer fields: the rest are defaults, and are never touched. */
static int older_defs_keep_working(void) {
  memsim_array_def def;
  const size_t sizes[] = {offsetof(memsim_array_def, model), offsetof(memsim_array_def, preset)};
  memsim_array *older = NULL, *newer = make_array(64, 64, 0);
  for (int i = 0; i < 2; i++) {
    memset(&def, 0xa5, sizeof def);
    ENSURE_OK(memsim_array_def_init(&def, sizes[i]));
    ENSURE(def.size == sizes[i] && ((unsigned char *)&def)[sizeof def - 1] == 0xa5);
    ENSURE_OK(memsim_array_create(&def, &older));
    ENSURE(hash_of(older) == hash_of(newer));
    memsim_array_destroy(older);
  }
  memsim_array_destroy(newer);
  return 0;
}

static int array_tells_what_it_is(void) {
  memsim_array *array = make_array(rows, columns, 1);
  uint64_t r = 0, c = 0, bytes = 0;
  const char *model = NULL;
  ENSURE_OK(memsim_array_shape(array, &r, &c));
  ENSURE_OK(memsim_array_shape(array, NULL, NULL));
  ENSURE_OK(memsim_array_model(array, &model));
  ENSURE_OK(memsim_array_memory(array, &bytes));
  ENSURE(r == rows && c == columns && strcmp(model, "synaptogen") == 0 && bytes >= cells * 100);
  memsim_array *larger = make_array(256, 256, 1);
  ENSURE_OK(memsim_array_memory(larger, &bytes));
  ENSURE(bytes <= 256 * 256 * 232);
  memsim_array_destroy(array);
  memsim_array_destroy(larger);
  memsim_array_destroy(NULL);
  return 0;
}

static int bad_definitions_are_refused(void) {
  memsim_array_def def;
  memsim_array *array = NULL;
  ENSURE_OK(memsim_array_def_init(&def, sizeof def));
  const memsim_array_def good = def;
#define ENSURE_REFUSED(change, status, word)                              \
  do {                                                                    \
    def = good;                                                           \
    change;                                                               \
    ENSURE_FAILS(memsim_array_create(&def, &array), status, word);        \
    ENSURE(array == NULL);                                                \
  } while (0)
  const double value = 1, bad = NAN;
  const memsim_param unknown = {"nope", &value, 1}, unnamed = {NULL, &value, 1}, empty = {"eta", NULL, 1};
  const memsim_param wrong_count = {"eta", &value, 2}, not_a_number = {"eta", &bad, 1};
  const memsim_option strange = {"nope", "x"}, no_choice = {"start", "x"}, null_choice = {"start", NULL};
  ENSURE_REFUSED(def.rows = 0, MEMSIM_ERR_ARGUMENT, "rows");
  ENSURE_REFUSED(def.columns = 0, MEMSIM_ERR_ARGUMENT, "columns");
  ENSURE_REFUSED(def.rows = UINT64_MAX, MEMSIM_ERR_ARGUMENT, "rows");
  ENSURE_REFUSED(def.columns = 1ull << 40, MEMSIM_ERR_ARGUMENT, "columns");
  ENSURE_REFUSED((def.rows = 1ull << 32, def.columns = 1ull << 32), MEMSIM_ERR_ARGUMENT, "rows");
  ENSURE_REFUSED(def.model = "nope", MEMSIM_ERR_ARGUMENT, "nope");
  ENSURE_REFUSED(def.model = NULL, MEMSIM_ERR_ARGUMENT, "model");
  ENSURE_REFUSED(def.preset = "nope", MEMSIM_ERR_ARGUMENT, "nope");
  ENSURE_REFUSED(def.param_count = 1, MEMSIM_ERR_ARGUMENT, "params");
  ENSURE_REFUSED(def.option_count = 1, MEMSIM_ERR_ARGUMENT, "options");
  ENSURE_REFUSED((def.params = &unknown, def.param_count = 1), MEMSIM_ERR_ARGUMENT, "nope");
  ENSURE_REFUSED((def.params = &unnamed, def.param_count = 1), MEMSIM_ERR_ARGUMENT, "name");
  ENSURE_REFUSED((def.params = &empty, def.param_count = 1), MEMSIM_ERR_ARGUMENT, "values");
  ENSURE_REFUSED((def.params = &wrong_count, def.param_count = 1), MEMSIM_ERR_SHAPE, "eta");
  ENSURE_REFUSED((def.params = &not_a_number, def.param_count = 1), MEMSIM_ERR_ARGUMENT, "eta");
  ENSURE_REFUSED((def.options = &strange, def.option_count = 1), MEMSIM_ERR_ARGUMENT, "nope");
  ENSURE_REFUSED((def.options = &no_choice, def.option_count = 1), MEMSIM_ERR_ARGUMENT, "start");
  ENSURE_REFUSED((def.options = &null_choice, def.option_count = 1), MEMSIM_ERR_ARGUMENT, "choice");
  ENSURE_REFUSED(def.size = 0, MEMSIM_ERR_ARGUMENT, "size");
  ENSURE_REFUSED(def.reserved = 1, MEMSIM_ERR_ARGUMENT, "reserved");
  ENSURE_FAILS(memsim_array_create(NULL, &array), MEMSIM_ERR_ARGUMENT, "def");
  ENSURE_FAILS(memsim_array_create(&good, NULL), MEMSIM_ERR_ARGUMENT, "out");
  return 0;
}

/* More cells than the library counts are an argument; more memory than there is has a status of its own. */
static int absurd_shapes_are_refused(void) {
  memsim_array_def def;
  ENSURE_OK(memsim_array_def_init(&def, sizeof def));
  memsim_array *array = NULL;
  def.rows = 1ull << 31;
  def.columns = 2;
  ENSURE_FAILS(memsim_array_create(&def, &array), MEMSIM_ERR_ARGUMENT, "2^31");
  def.columns = 1;
  struct rlimit before, little;
  ENSURE(getrlimit(RLIMIT_AS, &before) == 0);
  little = before;
  little.rlim_cur = 4ull << 30; /* so that even a machine of 500 GiB refuses */
  ENSURE(setrlimit(RLIMIT_AS, &little) == 0);
  const memsim_status status = memsim_array_create(&def, &array);
  ENSURE(setrlimit(RLIMIT_AS, &before) == 0);
  ENSURE(status == MEMSIM_ERR_MEMORY && array == NULL && memsim_last_error()[0]);
  return 0;
}

static int pulses_switch_the_chosen_cells(void) {
  memsim_array *array = make_array(rows, columns, 3);
  double in_lrs[cells], before[cells], after[cells];
  uint8_t where[cells];
  for (int i = 0; i < cells; i++) where[i] = i % 3 == 0;
  const float set = -3;
  ENSURE_OK(memsim_array_get_state(array, "r", before, MEMSIM_FLOAT64, cells));
  ENSURE_OK(memsim_array_apply(array, &set, MEMSIM_FLOAT32, 1, where));
  ENSURE_OK(memsim_array_get_state(array, "r", after, MEMSIM_FLOAT64, cells));
  ENSURE_OK(memsim_array_get_state(array, "in_LRS", in_lrs, MEMSIM_FLOAT64, cells));
  for (int i = 0; i < cells; i++) {
    ENSURE(in_lrs[i] == (i % 3 == 0));
    ENSURE(i % 3 == 0 ? after[i] < before[i] : after[i] == before[i]);
  }
  memsim_array_destroy(array);
  return 0;
}

static int voltages_may_be_one_or_many_of_either_type(void) {
  float many[cells];
  double wide[cells];
  for (int i = 0; i < cells; i++) wide[i] = many[i] = -1.5f;
  memsim_array *arrays[4];
  for (int i = 0; i < 4; i++) arrays[i] = make_array(rows, columns, 3);
  ENSURE_OK(memsim_array_apply(arrays[0], many, MEMSIM_FLOAT32, 1, NULL));
  ENSURE_OK(memsim_array_apply(arrays[1], many, MEMSIM_FLOAT32, cells, NULL));
  ENSURE_OK(memsim_array_apply(arrays[2], wide, MEMSIM_FLOAT64, 1, NULL));
  ENSURE_OK(memsim_array_apply(arrays[3], wide, MEMSIM_FLOAT64, cells, NULL));
  memsim_array *untouched = make_array(rows, columns, 3);
  for (int i = 0; i < 4; i++) {
    ENSURE(hash_of(arrays[i]) == hash_of(arrays[0]) && hash_of(arrays[i]) != hash_of(untouched));
  }
  for (int i = 0; i < 4; i++) memsim_array_destroy(arrays[i]);
  memsim_array_destroy(untouched);
  return 0;
}

static int reads_are_noisy_only_when_asked(void) {
  memsim_array *array = make_array(rows, columns, 3);
  memsim_read_def def;
  ENSURE_OK(memsim_read_def_init(&def, sizeof def));
  const double volts = 0.2;
  double exact[cells], again[cells], noisy[cells], conductance[cells];
  def.noise = MEMSIM_NOISE_NONE;
  ENSURE_OK(memsim_array_read(array, &volts, MEMSIM_FLOAT64, 1, &def, exact));
  ENSURE_OK(memsim_array_read(array, &volts, MEMSIM_FLOAT64, 1, &def, again));
  ENSURE(memcmp(exact, again, sizeof exact) == 0);
  ENSURE_OK(memsim_array_conductance(array, &volts, MEMSIM_FLOAT64, 1, conductance));
  ENSURE_OK(memsim_array_read(array, &volts, MEMSIM_FLOAT64, 1, NULL, noisy));
  ENSURE_OK(memsim_array_read(array, &volts, MEMSIM_FLOAT64, 1, NULL, again));
  for (int i = 0; i < cells; i++) {
    ENSURE(fabs(conductance[i] * volts / exact[i] - 1) < 1e-6);
    ENSURE(noisy[i] != exact[i] && noisy[i] != again[i] && fabs(noisy[i] - exact[i]) < 1e-6);
  }
  memsim_array_destroy(array);
  return 0;
}

static int conductance_at_zero_is_its_limit(void) {
  memsim_array *array = make_array(rows, columns, 3);
  const double zero = 0, small = 1e-4;
  double limit[cells], near[cells];
  ENSURE_OK(memsim_array_conductance(array, &zero, MEMSIM_FLOAT64, 1, limit));
  ENSURE_OK(memsim_array_conductance(array, &small, MEMSIM_FLOAT64, 1, near));
  for (int i = 0; i < cells; i++) ENSURE(limit[i] > 0 && fabs(near[i] / limit[i] - 1) < 1e-2);
  memsim_array_destroy(array);
  return 0;
}

static int bad_calls_leave_the_array_alone(void) {
  memsim_array *array = make_array(rows, columns, 3);
  const uint64_t before = hash_of(array);
  float volts[cells + 1] = {0}, out[cells];
  float bad[cells] = {0};
  memsim_read_def def;
  ENSURE_OK(memsim_read_def_init(&def, sizeof def));
  const float strange[] = {NAN, INFINITY, -INFINITY};
  for (int i = 0; i < 3; i++) {
    bad[cells - 1] = strange[i];
    ENSURE_FAILS(memsim_array_apply(array, bad, MEMSIM_FLOAT32, cells, NULL), MEMSIM_ERR_ARGUMENT, "volts");
    ENSURE_FAILS(memsim_array_read(array, bad, MEMSIM_FLOAT32, cells, NULL, out), MEMSIM_ERR_ARGUMENT, "volts");
    ENSURE_FAILS(memsim_array_conductance(array, bad, MEMSIM_FLOAT32, cells, out), MEMSIM_ERR_ARGUMENT, "volts");
  }
  const size_t counts[] = {0, 2, cells - 1, cells + 1};
  for (int i = 0; i < 4; i++) {
    ENSURE_FAILS(memsim_array_apply(array, volts, MEMSIM_FLOAT32, counts[i], NULL), MEMSIM_ERR_SHAPE, "volts");
    ENSURE_FAILS(memsim_array_read(array, volts, MEMSIM_FLOAT32, counts[i], NULL, out), MEMSIM_ERR_SHAPE, "volts");
  }
  ENSURE_FAILS(memsim_array_apply(NULL, volts, MEMSIM_FLOAT32, 1, NULL), MEMSIM_ERR_ARGUMENT, "array");
  ENSURE_FAILS(memsim_array_apply(array, NULL, MEMSIM_FLOAT32, 1, NULL), MEMSIM_ERR_ARGUMENT, "volts");
  ENSURE_FAILS(memsim_array_apply(array, volts, MEMSIM_INT32, 1, NULL), MEMSIM_ERR_ARGUMENT, "dtype");
  ENSURE_FAILS(memsim_array_read(array, volts, MEMSIM_FLOAT32, 1, NULL, NULL), MEMSIM_ERR_ARGUMENT, "out");
  def.noise = 4;
  ENSURE_FAILS(memsim_array_read(array, volts, MEMSIM_FLOAT32, 1, &def, out), MEMSIM_ERR_ARGUMENT, "noise");
  def.noise = MEMSIM_NOISE_AUTO;
  def.bandwidth = -1;
  ENSURE_FAILS(memsim_array_read(array, volts, MEMSIM_FLOAT32, 1, &def, out), MEMSIM_ERR_ARGUMENT, "bandwidth");
  ENSURE_FAILS(memsim_array_hash(array, NULL), MEMSIM_ERR_ARGUMENT, "out");
  ENSURE(hash_of(array) == before);
  memsim_array_destroy(array);
  return 0;
}

static const test_case tests[] = {
    {"arrays.defaults", defaults_are_the_documented_ones},
    {"arrays.older", older_defs_keep_working},
    {"arrays.describe", array_tells_what_it_is},
    {"arrays.refused", bad_definitions_are_refused},
    {"arrays.absurd", absurd_shapes_are_refused},
    {"arrays.apply", pulses_switch_the_chosen_cells},
    {"arrays.operands", voltages_may_be_one_or_many_of_either_type},
    {"arrays.read", reads_are_noisy_only_when_asked},
    {"arrays.conductance", conductance_at_zero_is_its_limit},
    {"arrays.unchanged", bad_calls_leave_the_array_alone},
};
SECTION(arrays, tests);
