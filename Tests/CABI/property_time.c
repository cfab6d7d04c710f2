/* See property.h: durations, pulses and waveforms of section 6, and memsim_model_evaluate of section 5. */
#include "property.h"

#include <math.h>
#include <stdlib.h>

/* The first is untimed, the others are one of every timed model. */
static live_array *timed;
static memsim_model_card *cards;
static size_t timed_count;

int setup_timed_arrays(void) {
  const size_t models = (size_t)memsim_model_count();
  timed = calloc(models + 1, sizeof *timed);
  cards = calloc(models + 1, sizeof *cards);
  for (int32_t i = 0; i < (int32_t)models; i++) {
    memsim_model_card card = {.size = sizeof card};
    memsim_array_def def;
    if (memsim_model_info(memsim_model_name(i), &card) != MEMSIM_OK) return 1;
    if (i > 0 && !card.timed) continue;
    memsim_array_def_init(&def, sizeof def);
    def.model = card.name;
    def.rows = 3;
    def.columns = 1 + (uint64_t)i;
    live_array *slot = &timed[timed_count];
    *slot = (live_array){NULL, def.rows, def.columns, def.rows * def.columns};
    cards[timed_count++] = card;
    if (memsim_array_create(&def, &slot->handle) != MEMSIM_OK) return 1;
  }
  return 0;
}

void teardown_timed_arrays(void) {
  for (size_t i = 0; i < timed_count; i++) memsim_array_destroy(timed[i].handle);
  free(timed);
  free(cards);
}

static live_array *any_timed(memsim_array **handle) {
  live_array *array = any_array_of(timed, timed_count, handle);
  if (array == timed) blame(MEMSIM_ERR_ARGUMENT, "has no time");
  return array;
}

/* Volts within the limits of every model. */
static const void *volts_of(memsim_dtype dtype, size_t count, double limit) {
  return reals("volts", dtype, count, limit, 0);
}

static const double *any_durations(size_t count) {
  double *durations = input_buffer(count * sizeof *durations);
  for (size_t i = 0; i < count; i++) durations[i] = chance(5) ? 0 : pow(10, real_within(12));
  if (!chance(bad_rate)) return durations;
  blame(MEMSIM_ERR_ARGUMENT, "durations");
  if (chance(3)) return NULL;
  if (count) durations[below(count)] = chance(2) ? strange_real() : chance(2) ? -1e-9 : 1.1e12;
  else blame(MEMSIM_ERR_SHAPE, "durations");
  return durations;
}

static int apply_for(void) {
  memsim_array *handle;
  const live_array *array = any_timed(&handle);
  size_t buffered, long_buffered;
  const size_t count = operand_count("volts", array->cells, &buffered);
  const size_t duration_count = operand_count("durations", array->cells, &long_buffered);
  const memsim_dtype dtype = dtype_of(MEMSIM_FLOAT32, MEMSIM_FLOAT64);
  const void *volts = volts_of(dtype, buffered, 1.5);
  const double *durations = any_durations(long_buffered);
  const uint8_t *where = mask(array->cells);
  return judge("apply_for", memsim_array_apply_for(handle, volts, dtype, count, durations, duration_count, where), handle);
}

static int pulse(void) {
  memsim_array *handle;
  const live_array *array = any_timed(&handle);
  size_t buffered;
  const size_t count = operand_count("counts", array->cells, &buffered);
  int32_t *counts = input_buffer(buffered * sizeof *counts);
  for (size_t i = 0; i < buffered; i++) counts[i] = chance(2) ? (int32_t)below(21) - 10 : (int32_t)(uint32_t)any64();
  if (chance(bad_rate)) {
    counts = NULL;
    blame(MEMSIM_ERR_ARGUMENT, "counts");
  }
  return judge("pulse", memsim_array_pulse(handle, counts, count, mask(array->cells)), handle);
}

static size_t chosen(const uint8_t *where, size_t cells) {
  size_t count = 0;
  for (size_t i = 0; i < cells; i++) count += !where || where[i];
  return count;
}

static const double *any_times(size_t points) {
  double *times = input_buffer(points * sizeof *times), now = real_within(1e-3);
  for (size_t i = 0; i < points; i++) times[i] = now += 1e-9 + fabs(real_within(1e-6));
  if (!chance(bad_rate)) return times;
  blame(MEMSIM_ERR_ARGUMENT, "times");
  if (chance(3)) return NULL;
  const size_t i = below(points);
  times[i] = i == 0 || chance(2) ? strange_real() : times[i - 1];
  return times;
}

static int sweep(void) {
  memsim_array *handle;
  const live_array *array = any_timed(&handle);
  const size_t points = 1 + below(4);
  const double *times = any_times(points), *volts = volts_of(MEMSIM_FLOAT64, points, 0.5);
  const uint8_t *where = mask(array->cells);
  const memsim_dtype dtype = dtype_of(MEMSIM_FLOAT32, MEMSIM_FLOAT64);
  size_t capacity = points * chosen(where, array->cells);
  void *out = results(dtype, capacity);
  if (chance(bad_rate)) {
    capacity = chance(2) ? capacity + 1 : SIZE_MAX - below(1000);
    blame(MEMSIM_ERR_SHAPE, "capacity");
  }
  return judge("sweep", memsim_array_sweep(handle, times, volts, points, where, out, dtype, capacity), handle);
}

/* -- Evaluation */

/* `value`, which the state may have, in single precision: a bound must not be passed by rounding. */
static float rounded_within(memsim_array *array, const char *name, double value) {
  const float nearest = (float)value;
  if (memsim_array_set_state(array, name, &nearest, MEMSIM_FLOAT32, 1, NULL) == MEMSIM_OK) return nearest;
  return nextafterf(nearest, nearest > value ? -INFINITY : INFINITY);
}

/* A settable state of a model and a value it may have, the one of a new cell; 0 if it has none. */
static int settable_state(size_t model, const char **name, double *value, float *narrow) {
  for (int32_t s = 0; s < cards[model].state_count; s++) {
    memsim_state_card card = {.size = sizeof card};
    memsim_model_state(cards[model].name, s, &card);
    if (!card.settable) continue;
    memsim_array_def def;
    memsim_array *array = NULL;
    memsim_array_def_init(&def, sizeof def);
    def.model = cards[model].name;
    def.rows = def.columns = 1;
    memsim_array_create(&def, &array);
    memsim_array_get_state(array, card.name, value, MEMSIM_FLOAT64, 1);
    *narrow = rounded_within(array, card.name, *value);
    memsim_array_destroy(array);
    *name = card.name;
    return 1;
  }
  return 0;
}

static memsim_values any_state(size_t model, memsim_dtype dtype, size_t cells) {
  static double value;
  static float narrow;
  memsim_values state = {NULL, dtype == MEMSIM_FLOAT32 ? (void *)&narrow : (void *)&value, 1};
  settable_state(model, &state.name, &value, &narrow);
  switch (below(2 * bad_rate)) {
    case 0: state.name = NULL; blame(MEMSIM_ERR_ARGUMENT, "name"); break;
    case 1: state.name = "nope"; blame(MEMSIM_ERR_ARGUMENT, "nope"); break;
    case 2: state.values = NULL; blame(MEMSIM_ERR_ARGUMENT, "values"); break;
    case 3: state.count = cells + 1; blame(MEMSIM_ERR_SHAPE, "state"); break;
    case 4: state.count = SIZE_MAX - below(100); blame(MEMSIM_ERR_SHAPE, "state"); break;
  }
  return state;
}

static memsim_output any_output(size_t model, memsim_dtype dtype, size_t cells) {
  memsim_state_card card = {.size = sizeof card};
  memsim_model_quantity(cards[model].name, (int32_t)below((uint64_t)cards[model].quantity_count), &card);
  memsim_output output = {card.name, NULL};
  if (chance(2 * bad_rate)) {
    output.name = chance(2) ? NULL : "nope";
    blame(MEMSIM_ERR_ARGUMENT, output.name ? "nope" : "name");
  }
  if (chance(2 * bad_rate)) blame(MEMSIM_ERR_ARGUMENT, "values");
  else output.values = output_buffer(cells * width_of(dtype));
  return output;
}

static int evaluate(void) {
  const size_t model = below(timed_count), cells = 1 + below(40);
  memsim_evaluate_def def;
  size_t buffered;
  memsim_evaluate_def_init(&def, sizeof def);
  def.model = one_of("model", &cards[model].name, 1);
  def.count = cells;
  def.volts_count = operand_count("volts", cells, &buffered);
  const memsim_dtype dtype = dtype_of(MEMSIM_FLOAT32, MEMSIM_FLOAT64);
  def.dtype = (int32_t)dtype;
  def.volts = volts_of(dtype, buffered, 1.5);
  const memsim_values state = any_state(model, dtype, cells);
  def.states = &state;
  def.state_count = 1;
  const memsim_output outputs[] = {any_output(model, dtype, cells), any_output(model, dtype, cells)};
  if (chance(bad_rate)) {
    def.count = chance(2) ? 0 : UINT64_MAX - below(1000);
    blame(MEMSIM_ERR_SHAPE, "count");
  }
  spoil_size(&def.size, sizeof def);
  return judge("evaluate", memsim_model_evaluate(any_context(), &def, outputs, 2), NULL);
}

const random_call time_calls[] = {apply_for, pulse, sweep, evaluate};
const size_t time_call_count = sizeof time_calls / sizeof *time_calls;
