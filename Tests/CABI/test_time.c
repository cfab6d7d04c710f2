/* Section 6, Arrays: durations, training pulses and waveforms, of every model that is timed. */
#include <math.h>

#include "sections.h"

enum { rows = 5, columns = 9, cells = rows * columns, points = 12 };

static double wave_times[points], wave_volts[points];

/* A triangle to +0.4 V and back by way of -0.4 V, in 10 us. */
static void make_wave(void) {
  const double corners[points] = {0, 0.2, 0.4, 0.2, 0, -0.1, -0.2, -0.3, -0.4, -0.3, -0.2, 0};
  for (int i = 0; i < points; i++) {
    wave_times[i] = 1e-5 * i / points;
    wave_volts[i] = corners[i];
  }
}

static double default_duration(const char *model) {
  memsim_param_card card = {.size = sizeof card};
  for (int32_t i = 0; memsim_model_param(model, i, &card) == MEMSIM_OK; i++) {
    if (strcmp(card.name, "pulse_length") == 0) return card.default_values[0];
  }
  return NAN;
}

/* The states of all cells, in card order. */
static int read_states(memsim_array *array, const memsim_model_card *model, double out[][cells]) {
  for (int32_t s = 0; s < model->state_count; s++) {
    memsim_state_card card = {.size = sizeof card};
    ENSURE_OK(memsim_model_state(model->name, s, &card));
    ENSURE_OK(memsim_array_get_state(array, card.name, out[s], MEMSIM_FLOAT64, cells));
  }
  return 0;
}

static int untimed_models_say_so(void) {
  memsim_array *array = make_array(rows, columns, 3);
  const uint64_t before = hash_of(array);
  const double volts = 0.1, duration = 1, times[2] = {0, 1}, wave[2] = {0, 0};
  const int32_t count = 1;
  double out[2 * cells];
  ENSURE_FAILS(memsim_array_apply_for(array, &volts, MEMSIM_FLOAT64, 1, &duration, 1, NULL), MEMSIM_ERR_ARGUMENT,
               "has no time");
  ENSURE_FAILS(memsim_array_pulse(array, &count, 1, NULL), MEMSIM_ERR_ARGUMENT, "has no time");
  ENSURE_FAILS(memsim_array_sweep(array, times, wave, 2, NULL, out, MEMSIM_FLOAT64, 2 * cells), MEMSIM_ERR_ARGUMENT,
               "has no time");
  ENSURE(hash_of(array) == before);
  memsim_array_destroy(array);
  return 0;
}

/* One value or many, either type, with the default duration or the same one given: all the same. */
static int operands_may_be_one_or_many(const memsim_model_card *model) {
  memsim_array *arrays[5];
  for (int i = 0; i < 5; i++) arrays[i] = make_model(model->name, rows, columns, 3);
  float narrow[cells];
  double wide[cells], durations[cells];
  for (int i = 0; i < cells; i++) {
    wide[i] = narrow[i] = -0.375f;
    durations[i] = default_duration(model->name);
  }
  ENSURE_OK(memsim_array_apply(arrays[0], wide, MEMSIM_FLOAT64, 1, NULL));
  ENSURE_OK(memsim_array_apply_for(arrays[1], wide, MEMSIM_FLOAT64, cells, durations, 1, NULL));
  ENSURE_OK(memsim_array_apply_for(arrays[2], wide, MEMSIM_FLOAT64, 1, durations, cells, NULL));
  ENSURE_OK(memsim_array_apply_for(arrays[3], narrow, MEMSIM_FLOAT32, cells, durations, cells, NULL));
  ENSURE_OK(memsim_array_apply(arrays[4], narrow, MEMSIM_FLOAT32, cells, NULL));
  for (int i = 1; i < 5; i++) ENSURE(hash_of(arrays[i]) == hash_of(arrays[0]));
  for (int i = 0; i < 5; i++) memsim_array_destroy(arrays[i]);
  return 0;
}

/* SET pulses raise the conductance, RESET pulses lower it, and cells with the count 0 or not chosen stay as they are. */
static int pulses_change_the_chosen_cells(const memsim_model_card *model) {
  memsim_array *array = make_model(model->name, rows, columns, 3);
  const double probe = 0.05;
  double before[cells], after[cells];
  int32_t counts[cells];
  uint8_t where[cells];
  const int32_t none = 0;
  const uint64_t fresh = hash_of(array);
  ENSURE_OK(memsim_array_pulse(array, &none, 1, NULL));
  ENSURE(hash_of(array) == fresh);
  ENSURE_OK(memsim_array_conductance(array, &probe, MEMSIM_FLOAT64, 1, before));
  for (int sign = 1; sign >= -1; sign -= 2) {
    for (int i = 0; i < cells; i++) {
      counts[i] = i % 3 == 0 ? 0 : sign * 1000;
      where[i] = i % 5 != 0;
    }
    ENSURE_OK(memsim_array_pulse(array, counts, cells, where));
    ENSURE_OK(memsim_array_conductance(array, &probe, MEMSIM_FLOAT64, 1, after));
    for (int i = 0; i < cells; i++) {
      const int pulsed = i % 3 && i % 5;
      ENSURE(!pulsed ? after[i] == before[i] : sign > 0 ? after[i] > before[i] : after[i] < before[i]);
      before[i] = after[i];
    }
  }
  const int32_t extremes[] = {INT32_MAX, INT32_MIN};
  for (int i = 0; i < 2; i++) ENSURE_OK(memsim_array_pulse(array, &extremes[i], 1, NULL));
  memsim_array_destroy(array);
  return 0;
}

static int held_voltages_reach_the_chosen_cells(const memsim_model_card *model) {
  memsim_array *array = make_model(model->name, rows, columns, 3);
  static double before[64][cells], after[64][cells];
  const double volts = -0.5, durations[3] = {0, 1e-9, 1e12};
  uint8_t where[cells];
  for (int i = 0; i < cells; i++) where[i] = i % 4 == 1;
  ENSURE(model->state_count <= 64 && read_states(array, model, before) == 0);
  for (int d = 0; d < 3; d++) {
    ENSURE_OK(memsim_array_apply_for(array, &volts, MEMSIM_FLOAT64, 1, &durations[d], 1, where));
    ENSURE(read_states(array, model, after) == 0);
    for (int s = 0; s < model->state_count; s++) {
      for (int i = 0; i < cells; i++) ENSURE(isfinite(after[s][i]) && (where[i] || after[s][i] == before[s][i]));
    }
  }
  memsim_array_destroy(array);
  return 0;
}

/* A trace of some cells is a part of the trace of all, and one in single precision is that in double, rounded. */
static int traces_agree(const memsim_model_card *model) {
  memsim_array *arrays[3];
  for (int i = 0; i < 3; i++) arrays[i] = make_model(model->name, rows, columns, 3);
  static double all[points * cells], some[points * cells];
  static float narrow[points * cells];
  memsim_read_def quiet;
  double read[cells];
  uint8_t where[cells];
  size_t chosen = 0;
  for (int i = 0; i < cells; i++) chosen += where[i] = i % 4 == 1;
  make_wave();
  wave_volts[0] = 0.05;
  ENSURE_OK(memsim_read_def_init(&quiet, sizeof quiet));
  quiet.noise = MEMSIM_NOISE_NONE;
  ENSURE_OK(memsim_array_read(arrays[0], wave_volts, MEMSIM_FLOAT64, 1, &quiet, read));
  const uint64_t start = hash_of(arrays[0]);
  ENSURE_OK(memsim_array_sweep(arrays[0], wave_times, wave_volts, points, NULL, all, MEMSIM_FLOAT64, points * cells));
  ENSURE_OK(memsim_array_sweep(arrays[1], wave_times, wave_volts, points, where, some, MEMSIM_FLOAT64, points * chosen));
  ENSURE_OK(memsim_array_sweep(arrays[2], wave_times, wave_volts, points, NULL, narrow, MEMSIM_FLOAT32, points * cells));
  for (size_t p = 0; p < points; p++) {
    for (size_t i = 0, column = 0; i < cells; i++) {
      ENSURE(isfinite(all[p * cells + i]) && narrow[p * cells + i] == (float)all[p * cells + i]);
      if (where[i]) ENSURE(some[p * chosen + column++] == all[p * cells + i]);
    }
  }
  /* Solvers may come from different starting values to the same current. */
  for (int i = 0; i < cells; i++) ENSURE(fabs(all[i] / read[i] - 1) < 1e-9);
  /* Cells left out stay where they were: which shows if the wave moves any, as it does not below a threshold. */
  const uint64_t end = hash_of(arrays[0]);
  ENSURE(end == hash_of(arrays[2]) && (end == start) == (end == hash_of(arrays[1])));
  for (int i = 0; i < 3; i++) memsim_array_destroy(arrays[i]);
  return 0;
}

static int bad_calls_leave_the_array_alone(const memsim_model_card *model) {
  memsim_array *array = make_model(model->name, rows, columns, 3);
  const uint64_t before = hash_of(array);
  double volts[cells] = {0}, durations[cells] = {0};
  const int32_t counts[cells] = {0};
  const double bad_volts[] = {NAN, INFINITY, -INFINITY, model->voltage_limit * 1.001, -model->voltage_limit * 1.001};
  const double bad_durations[] = {NAN, INFINITY, -1e-30, 1.001e12};
  for (int i = 0; i < 5; i++) {
    volts[cells - 1] = bad_volts[i];
    ENSURE_FAILS(memsim_array_apply_for(array, volts, MEMSIM_FLOAT64, cells, durations, 1, NULL), MEMSIM_ERR_ARGUMENT,
                 "volts");
  }
  for (int i = 0; i < 4; i++) {
    durations[cells - 1] = bad_durations[i];
    ENSURE_FAILS(memsim_array_apply_for(array, volts, MEMSIM_FLOAT64, 1, durations, cells, NULL), MEMSIM_ERR_ARGUMENT,
                 "durations");
  }
  const size_t bad_counts[] = {0, 2, cells - 1, cells + 1, SIZE_MAX};
  for (int i = 0; i < 5; i++) {
    const size_t count = bad_counts[i];
    ENSURE_FAILS(memsim_array_apply_for(array, volts, MEMSIM_FLOAT64, count, durations, 1, NULL), MEMSIM_ERR_SHAPE,
                 "volts");
    ENSURE_FAILS(memsim_array_apply_for(array, volts, MEMSIM_FLOAT64, 1, durations, count, NULL), MEMSIM_ERR_SHAPE,
                 "durations");
    ENSURE_FAILS(memsim_array_pulse(array, counts, count, NULL), MEMSIM_ERR_SHAPE, "counts");
  }
  ENSURE_FAILS(memsim_array_apply_for(NULL, volts, MEMSIM_FLOAT64, 1, durations, 1, NULL), MEMSIM_ERR_ARGUMENT, "array");
  ENSURE_FAILS(memsim_array_apply_for(array, NULL, MEMSIM_FLOAT64, 1, durations, 1, NULL), MEMSIM_ERR_ARGUMENT, "volts");
  ENSURE_FAILS(memsim_array_apply_for(array, volts, MEMSIM_FLOAT64, 1, NULL, 1, NULL), MEMSIM_ERR_ARGUMENT, "durations");
  ENSURE_FAILS(memsim_array_apply_for(array, volts, MEMSIM_INT64, 1, durations, 1, NULL), MEMSIM_ERR_ARGUMENT, "dtype");
  ENSURE_FAILS(memsim_array_pulse(NULL, counts, 1, NULL), MEMSIM_ERR_ARGUMENT, "array");
  ENSURE_FAILS(memsim_array_pulse(array, NULL, 1, NULL), MEMSIM_ERR_ARGUMENT, "counts");
  ENSURE(hash_of(array) == before);
  memsim_array_destroy(array);
  return 0;
}

static int bad_waveforms_are_refused(const memsim_model_card *model) {
  memsim_array *array = make_model(model->name, rows, columns, 3);
  const uint64_t before = hash_of(array);
  static double out[points * cells];
  uint8_t where[cells] = {0, 1};
  const size_t room = points * cells;
  memset(out, 0xa5, sizeof out);
#define ENSURE_REFUSED(change, status, word)                                                                       \
  do {                                                                                                             \
    make_wave();                                                                                                   \
    change;                                                                                                        \
    ENSURE_FAILS(memsim_array_sweep(array, wave_times, wave_volts, points, NULL, out, MEMSIM_FLOAT64, room), status, \
                 word);                                                                                            \
    ENSURE(((unsigned char *)out)[0] == 0xa5 && hash_of(array) == before);                                         \
  } while (0)
#define SWEEP(times, volts, count, mask, to, dtype, capacity) \
  memsim_array_sweep(array, times, volts, count, mask, to, dtype, capacity)
  ENSURE_REFUSED(wave_times[5] = wave_times[4], MEMSIM_ERR_ARGUMENT, "index 5");
  ENSURE_REFUSED(wave_times[5] = NAN, MEMSIM_ERR_ARGUMENT, "times");
  ENSURE_REFUSED(wave_times[points - 1] = INFINITY, MEMSIM_ERR_ARGUMENT, "times");
  ENSURE_REFUSED(wave_times[0] = -2e12, MEMSIM_ERR_ARGUMENT, "times");
  ENSURE_REFUSED(wave_volts[3] = NAN, MEMSIM_ERR_ARGUMENT, "volts");
  ENSURE_REFUSED(wave_volts[points - 1] = -1.01 * model->voltage_limit, MEMSIM_ERR_ARGUMENT, "volts");
  make_wave();
  ENSURE_FAILS(SWEEP(NULL, wave_volts, points, NULL, out, MEMSIM_FLOAT64, room), MEMSIM_ERR_ARGUMENT, "times");
  ENSURE_FAILS(SWEEP(wave_times, NULL, points, NULL, out, MEMSIM_FLOAT64, room), MEMSIM_ERR_ARGUMENT, "volts");
  ENSURE_FAILS(SWEEP(wave_times, wave_volts, points, NULL, NULL, MEMSIM_FLOAT64, room), MEMSIM_ERR_ARGUMENT, "out");
  ENSURE_FAILS(SWEEP(wave_times, wave_volts, points, NULL, out, MEMSIM_INT32, room), MEMSIM_ERR_ARGUMENT, "dtype");
  ENSURE_FAILS(SWEEP(wave_times, wave_volts, 0, NULL, out, MEMSIM_FLOAT64, 0), MEMSIM_ERR_SHAPE, "times");
  ENSURE_FAILS(SWEEP(wave_times, wave_volts, SIZE_MAX, NULL, out, MEMSIM_FLOAT64, room), MEMSIM_ERR_SHAPE, "points");
  ENSURE_FAILS(SWEEP(wave_times, wave_volts, points, NULL, out, MEMSIM_FLOAT64, room - 1), MEMSIM_ERR_SHAPE, "capacity");
  ENSURE_FAILS(SWEEP(wave_times, wave_volts, points, NULL, out, MEMSIM_FLOAT64, SIZE_MAX), MEMSIM_ERR_SHAPE, "capacity");
  ENSURE_FAILS(SWEEP(wave_times, wave_volts, points, where, out, MEMSIM_FLOAT64, room), MEMSIM_ERR_SHAPE, "capacity");
  ENSURE(((unsigned char *)out)[0] == 0xa5 && hash_of(array) == before);
  where[1] = 0;
  ENSURE_OK(SWEEP(wave_times, wave_volts, points, where, out, MEMSIM_FLOAT64, 0));
  ENSURE(((unsigned char *)out)[0] == 0xa5 && hash_of(array) == before);
  memsim_array_destroy(array);
  return 0;
}

static int operands(void) { return every_model(1, operands_may_be_one_or_many); }
static int pulses(void) { return every_model(1, pulses_change_the_chosen_cells); }
static int holds(void) { return every_model(1, held_voltages_reach_the_chosen_cells); }
static int traces(void) { return every_model(1, traces_agree); }
static int unchanged(void) { return every_model(1, bad_calls_leave_the_array_alone); }
static int waveforms(void) { return every_model(1, bad_waveforms_are_refused); }

static const test_case tests[] = {
    {"time.untimed", untimed_models_say_so}, {"time.operands", operands}, {"time.pulses", pulses},
    {"time.holds", holds},                   {"time.traces", traces},     {"time.unchanged", unchanged},
    {"time.waveforms", waveforms},
};
SECTION(time, tests);
