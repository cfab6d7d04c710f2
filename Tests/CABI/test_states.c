/* Section 6, Arrays: states by name, vector-matrix products and hashes. */
#include <math.h>
#include <stdlib.h>

#include "sections.h"

enum { rows = 19, columns = 9, cells = rows * columns, batch = 3 };

static int states_come_back_as_set(void) {
  memsim_array *array = make_array(rows, columns, 5);
  double r[cells], back[cells];
  float narrow[cells];
  for (int i = 0; i < cells; i++) r[i] = i / 256.0;
  ENSURE_OK(memsim_array_set_state(array, "r", r, MEMSIM_FLOAT64, cells, NULL));
  ENSURE_OK(memsim_array_get_state(array, "r", back, MEMSIM_FLOAT64, cells));
  ENSURE_OK(memsim_array_get_state(array, "r", narrow, MEMSIM_FLOAT32, cells));
  for (int i = 0; i < cells; i++) ENSURE(back[i] == r[i] && narrow[i] == (float)r[i]);
  uint8_t where[cells] = {0};
  where[4] = 255;
  const float half = 0.5f;
  ENSURE_OK(memsim_array_set_state(array, "r", &half, MEMSIM_FLOAT32, 1, where));
  ENSURE_OK(memsim_array_get_state(array, "r", back, MEMSIM_FLOAT64, cells));
  for (int i = 0; i < cells; i++) ENSURE(back[i] == (i == 4 ? 0.5 : r[i]));
  memsim_array_destroy(array);
  return 0;
}

static int every_state_of_the_card_can_be_read(void) {
  memsim_array *array = make_array(rows, columns, 5);
  memsim_model_card model = {.size = sizeof model};
  ENSURE_OK(memsim_model_info("synaptogen", &model));
  for (int32_t s = 0; s < model.state_count; s++) {
    memsim_state_card card = {.size = sizeof card};
    ENSURE_OK(memsim_model_state("synaptogen", s, &card));
    double values[cells];
    ENSURE_OK(memsim_array_get_state(array, card.name, values, MEMSIM_FLOAT64, cells));
    for (int i = 0; i < cells; i++) ENSURE(isfinite(values[i]));
    const memsim_status status = memsim_array_set_state(array, card.name, values, MEMSIM_FLOAT64, cells, NULL);
    ENSURE(status == (card.settable ? MEMSIM_OK : MEMSIM_ERR_ARGUMENT));
  }
  memsim_array_destroy(array);
  return 0;
}

static int bad_state_calls_are_refused(void) {
  memsim_array *array = make_array(rows, columns, 5);
  const uint64_t before = hash_of(array);
  double values[cells] = {0};
  values[7] = NAN;
  ENSURE_FAILS(memsim_array_get_state(array, "nope", values, MEMSIM_FLOAT64, cells), MEMSIM_ERR_ARGUMENT, "nope");
  ENSURE_FAILS(memsim_array_get_state(array, NULL, values, MEMSIM_FLOAT64, cells), MEMSIM_ERR_ARGUMENT, "name");
  ENSURE_FAILS(memsim_array_get_state(array, "r", values, MEMSIM_FLOAT64, cells - 1), MEMSIM_ERR_SHAPE, "out");
  ENSURE_FAILS(memsim_array_get_state(array, "r", values, MEMSIM_UINT8, cells), MEMSIM_ERR_ARGUMENT, "dtype");
  ENSURE_FAILS(memsim_array_get_state(array, "r", NULL, MEMSIM_FLOAT64, cells), MEMSIM_ERR_ARGUMENT, "out");
  ENSURE_FAILS(memsim_array_set_state(array, "r", values, MEMSIM_FLOAT64, cells, NULL), MEMSIM_ERR_ARGUMENT, "values");
  ENSURE_FAILS(memsim_array_set_state(array, "r", values, MEMSIM_FLOAT64, 2, NULL), MEMSIM_ERR_SHAPE, "values");
  ENSURE_FAILS(memsim_array_set_state(array, "nope", values, MEMSIM_FLOAT64, 1, NULL), MEMSIM_ERR_ARGUMENT, "nope");
  ENSURE_FAILS(memsim_array_set_state(array, "r", NULL, MEMSIM_FLOAT64, 1, NULL), MEMSIM_ERR_ARGUMENT, "values");
  ENSURE(hash_of(array) == before);
  memsim_array_destroy(array);
  return 0;
}

static void fill_volts(double *volts, size_t count) {
  for (size_t i = 0; i < count; i++) volts[i] = 0.05 * (double)(i % 9) - 0.2;
}

static int vmm_is_the_sum_of_reads(void) {
  memsim_array *array = make_array(rows, columns, 5);
  memsim_read_def def;
  ENSURE_OK(memsim_read_def_init(&def, sizeof def));
  def.noise = MEMSIM_NOISE_NONE;
  double volts[rows], spread[cells], currents[cells], sums[columns];
  fill_volts(volts, rows);
  for (int i = 0; i < cells; i++) spread[i] = volts[i / columns];
  ENSURE_OK(memsim_array_read(array, spread, MEMSIM_FLOAT64, cells, &def, currents));
  ENSURE_OK(memsim_array_vmm(array, volts, MEMSIM_FLOAT64, 1, &def, sums));
  for (int j = 0; j < columns; j++) {
    double expected = 0, scale = 0;
    for (int i = 0; i < rows; i++) {
      expected += currents[i * columns + j];
      scale += fabs(currents[i * columns + j]);
    }
    ENSURE(fabs(sums[j] - expected) <= 1e-6 * scale);
  }
  memsim_array_destroy(array);
  return 0;
}

/* With each kind of noise, a batch is the same as its vectors one by one. */
static int vmm_batches_split_at_will(void) {
  double volts[batch * rows], whole[batch * columns], pieces[batch * columns], reads[2][columns];
  fill_volts(volts, batch * rows);
  memsim_read_def def;
  ENSURE_OK(memsim_read_def_init(&def, sizeof def));
  for (int32_t noise = MEMSIM_NOISE_NONE; noise <= MEMSIM_NOISE_SUM; noise++) {
    memsim_array *one = make_array(rows, columns, 5), *other = make_array(rows, columns, 5);
    def.noise = noise;
    ENSURE_OK(memsim_array_vmm(one, volts, MEMSIM_FLOAT64, batch, &def, whole));
    for (int b = 0; b < batch; b++) {
      ENSURE_OK(memsim_array_vmm(other, volts + b * rows, MEMSIM_FLOAT64, 1, &def, pieces + b * columns));
    }
    ENSURE(memcmp(whole, pieces, sizeof whole) == 0 && hash_of(one) == hash_of(other));
    for (int n = 0; n < 2; n++) ENSURE_OK(memsim_array_vmm(one, volts, MEMSIM_FLOAT64, 1, &def, reads[n]));
    ENSURE((memcmp(reads[0], reads[1], sizeof reads[0]) == 0) == (noise == MEMSIM_NOISE_NONE));
    memsim_array_destroy(one);
    memsim_array_destroy(other);
  }
  return 0;
}

static int bad_vmm_calls_are_refused(void) {
  memsim_array *array = make_array(rows, columns, 5);
  const uint64_t before = hash_of(array);
  double volts[rows] = {0}, out[columns];
  ENSURE_FAILS(memsim_array_vmm(NULL, volts, MEMSIM_FLOAT64, 1, NULL, out), MEMSIM_ERR_ARGUMENT, "array");
  ENSURE_FAILS(memsim_array_vmm(array, NULL, MEMSIM_FLOAT64, 1, NULL, out), MEMSIM_ERR_ARGUMENT, "volts");
  ENSURE_FAILS(memsim_array_vmm(array, volts, MEMSIM_FLOAT64, 1, NULL, NULL), MEMSIM_ERR_ARGUMENT, "out");
  ENSURE_FAILS(memsim_array_vmm(array, volts, MEMSIM_INT64, 1, NULL, out), MEMSIM_ERR_ARGUMENT, "dtype");
  volts[rows - 1] = INFINITY;
  ENSURE_FAILS(memsim_array_vmm(array, volts, MEMSIM_FLOAT64, 1, NULL, out), MEMSIM_ERR_ARGUMENT, "volts");
  ENSURE(hash_of(array) == before);
  memsim_array_destroy(array);
  return 0;
}

static int hashes_tell_arrays_apart(void) {
  memsim_array *arrays[] = {make_array(8, 8, 1), make_array(8, 8, 2), make_array(4, 16, 1), make_array(8, 9, 1)};
  for (int i = 0; i < 4; i++) {
    for (int j = 0; j < i; j++) ENSURE(hash_of(arrays[i]) != hash_of(arrays[j]));
    ENSURE(hash_of(arrays[i]) == hash_of(arrays[i]));
  }
  for (int i = 0; i < 4; i++) memsim_array_destroy(arrays[i]);
  return 0;
}

static const test_case tests[] = {
    {"states.set", states_come_back_as_set},   {"states.every", every_state_of_the_card_can_be_read},
    {"states.refused", bad_state_calls_are_refused}, {"states.vmm", vmm_is_the_sum_of_reads},
    {"states.batch", vmm_batches_split_at_will}, {"states.vmm_refused", bad_vmm_calls_are_refused},
    {"states.hash", hashes_tell_arrays_apart},
};
SECTION(states, tests);
