/* Section 10, Analog tiles: products through crossbars whose wires have resistance. */
#include "tile_sets.h"

/* Bit lines of 2 / 500, word lines of half of that, in units of 1 / the largest conductance. */
static const double scale = 2, ratio = 500, of_words = 0.5, least = 0.05;
static const double r_bit = 2.0 / 500, r_word = 1.0 / 500;

#define PLAIN {"inp_res", &zero, 1}, {"out_res", &zero, 1}, {"out_noise", &zero, 1}, {"out_bound", &zero, 1}
static const memsim_param wired[] = {PLAIN, {"ir_drop", &scale, 1}, {"ir_drop_g_ratio", &ratio, 1},
                                     {"ir_drop_word_ratio", &of_words, 1}, {"ir_drop_g_min", &least, 1}};
static const memsim_option solved[] = {
    {"noise_management", "none"}, {"bound_management", "none"}, {"ir_drop_model", "exact"}};
static const memsim_settings exact_io = {wired, COUNT(wired), solved, COUNT(solved)};

static memsim_tile *wired_tile(const memsim_settings *io, const char *device) {
  memsim_tile_def def = tile_def();
  def.device = device;
  def.forward = def.backward = *io;
  memsim_tile *tile = make_tile(&def);
  if (tile && (fill_operands(1) || memsim_tile_set_weights(tile, weights) != MEMSIM_OK)) return NULL;
  return tile;
}

/* -- By crossbars put together by hand */

/* Currents of one array: rows are lines driven, the last row's nearest to where columns are read; [batch x columns]. */
static int array_current(int sign, int rows, int columns, int by_row, int by_column, double r_row, double r_column,
                         const float *in, double *current) {
  static double conductance[devices], volts[batch * inputs];
  for (int i = 0; i < rows; i++) {
    for (int j = 0; j < columns; j++) {
      const double w = sign * (double)weights[(rows - 1 - i) * by_row + j * by_column];
      conductance[i * columns + j] = least + (1 - least) * fmax(w, 0);
    }
    for (int b = 0; b < batch; b++) volts[b * rows + i] = (double)in[b * rows + rows - 1 - i];
  }
  memsim_wires_def def;
  memsim_wires *wires = NULL;
  ENSURE_OK(memsim_wires_def_init(&def, sizeof def));
  def.rows = (uint64_t)rows;
  def.columns = (uint64_t)columns;
  def.conductance = conductance;
  def.r_word = &r_row;
  def.r_bit = &r_column;
  ENSURE_OK(memsim_wires_create(&def, &wires));
  ENSURE_OK(memsim_wires_solve(wires, volts, NULL, batch, current, NULL, NULL));
  memsim_wires_destroy(wires);
  return 0;
}

static int is_product(const float *out, int rows, int columns, int by_row, int by_column, double r_row, double r_column,
                      const float *in) {
  static double plus[batch * inputs], minus[batch * inputs];
  ENSURE(array_current(1, rows, columns, by_row, by_column, r_row, r_column, in, plus) == 0);
  ENSURE(array_current(-1, rows, columns, by_row, by_column, r_row, r_column, in, minus) == 0);
  for (int i = 0; i < batch * columns; i++) { /* of values up to 5, in single precision */
    ENSURE(fabs((double)out[i] - (plus[i] - minus[i]) / (1 - least)) < 2e-6);
  }
  return 0;
}

static int products_are_those_of_crossbars(void) {
  memsim_tile *tile = wired_tile(&exact_io, "ideal");
  ENSURE(tile);
  ENSURE_OK(memsim_tile_forward(tile, x, batch, y));
  ENSURE_OK(memsim_tile_backward(tile, d, batch, by_x));
  ENSURE(is_product(y, inputs, outputs, 1, inputs, r_word, r_bit, x) == 0);
  ENSURE(is_product(by_x, outputs, inputs, inputs, 1, r_bit, r_word, d) == 0); /* bit lines are driven */
  memsim_tile_destroy(tile);
  return 0;
}

static int products_follow_the_weights(void) {
  static float other[devices], before[batch * outputs];
  memsim_tile *tile = wired_tile(&exact_io, "ideal");
  uint64_t bytes = 0, after = 0;
  ENSURE(tile);
  ENSURE_OK(memsim_tile_memory(tile, &bytes));
  ENSURE_OK(memsim_tile_forward(tile, x, batch, before));
  ENSURE_OK(memsim_tile_memory(tile, &after));
  ENSURE(after >= bytes + 2 * devices * sizeof(float)); /* the transfer matrix, and the weights that it is of */
  for (int i = 0; i < devices; i++) other[i] = -weights[i];
  ENSURE_OK(memsim_tile_set_weights(tile, other));
  ENSURE_OK(memsim_tile_forward(tile, x, batch, y));
  for (int i = 0; i < batch * outputs; i++) ENSURE(y[i] == -before[i]); /* both arrays change places */
  ENSURE_OK(memsim_tile_update(tile, x, d, batch, 0.01));
  ENSURE_OK(memsim_tile_weights(tile, weights));
  ENSURE_OK(memsim_tile_forward(tile, x, batch, y));
  ENSURE(is_product(y, inputs, outputs, 1, inputs, r_word, r_bit, x) == 0);
  memsim_tile_destroy(tile);
  return 0;
}

/* -- Limits and determinism */

static int ideal_wires_change_no_bit(void) {
  static const double good = 1e15;
  static const memsim_param none[] = {PLAIN}, ideal[] = {PLAIN, {"ir_drop", &one, 1}, {"ir_drop_g_ratio", &good, 1}};
  const memsim_settings lists[] = {{none, COUNT(none), solved, 3}, {ideal, COUNT(ideal), solved, 3}};
  static float plain[2][batch * outputs], turned[2][batch * inputs];
  for (int k = 0; k < 2; k++) {
    memsim_tile *tile = wired_tile(&lists[k], "ideal");
    ENSURE(tile);
    ENSURE_OK(memsim_tile_forward(tile, x, batch, plain[k]));
    ENSURE_OK(memsim_tile_backward(tile, d, batch, turned[k]));
    memsim_tile_destroy(tile);
  }
  ENSURE(memcmp(plain[0], plain[1], sizeof plain[0]) == 0 && memcmp(turned[0], turned[1], sizeof turned[0]) == 0);
  return 0;
}

/* With noise and all converters, outputs at the ADC's bound tried again: threads, and vectors one by one. */
static int same_bits_for_threads_and_batches(void) {
  static const double low = 0.5, few = 0.02;
  static const memsim_param noisy[] = {{"ir_drop", &one, 1}, {"ir_drop_g_ratio", &ratio, 1}, {"out_bound", &low, 1},
                                       {"w_noise", &few, 1}, {"w_read_asymmetry_dtod", &few, 1}};
  static const memsim_option options[] = {
      {"ir_drop_model", "exact"}, {"w_noise_type", "pcm-read"}, {"mv_type", "pos-neg-separate"}};
  static float found_y[3][batch * outputs], found_x[3][batch * inputs];
  for (int k = 0; k < 3; k++) {
    memsim_context_def threads;
    memsim_context *context = NULL;
    memsim_tile_def def = tile_def();
    ENSURE_OK(memsim_context_def_init(&threads, sizeof threads));
    threads.threads = k == 1 ? 1 : 3;
    ENSURE_OK(memsim_context_create(&threads, &context));
    def.parameters = PARAMS(wide);
    def.context = context;
    def.forward = def.backward = (memsim_settings){noisy, COUNT(noisy), options, COUNT(options)};
    memsim_tile *tile = make_tile(&def);
    ENSURE(tile && fill_operands(1) == 0);
    ENSURE_OK(memsim_tile_set_weights(tile, weights));
    const int step = k == 2 ? 1 : batch;
    for (int b = 0; b < batch; b += step) {
      ENSURE_OK(memsim_tile_backward(tile, d + b * outputs, (size_t)step, found_x[k] + b * inputs));
      ENSURE_OK(memsim_tile_forward(tile, x + b * inputs, (size_t)step, found_y[k] + b * outputs));
    }
    memsim_tile_destroy(tile);
    memsim_context_destroy(context);
    ENSURE(memcmp(found_y[k], found_y[0], sizeof *found_y) == 0);
    ENSURE(memcmp(found_x[k], found_x[0], sizeof *found_x) == 0);
  }
  return 0;
}

/* -- Refused */

static int circuits_without_a_solution_are_refused(void) {
  static const double bad = 1e-9, most = 1e9;
  static const memsim_param shorted[] = {PLAIN, {"ir_drop", &one, 1}, {"ir_drop_g_ratio", &bad, 1}};
  static const memsim_param beyond[] = {{"ir_drop", &most, 1}, {"ir_drop_g_ratio", &bad, 1}};
  const memsim_settings io = {shorted, COUNT(shorted), solved, 3}, worse = {beyond, COUNT(beyond), solved, 3};
  memsim_tile *tile = wired_tile(&io, "ideal");
  ENSURE(tile);
  for (int i = 0; i < batch * outputs; i++) y[i] = 7;
  for (int i = 0; i < batch * inputs; i++) by_x[i] = 7;
  ENSURE_FAILS(memsim_tile_forward(tile, x, batch, y), MEMSIM_ERR_CONVERGENCE, "ir_drop_model");
  ENSURE_FAILS(memsim_tile_backward(tile, d, batch, by_x), MEMSIM_ERR_CONVERGENCE, "ir_drop_model");
  ENSURE_FAILS(memsim_tile_forward(tile, x, batch, y), MEMSIM_ERR_CONVERGENCE, "ir_drop_model"); /* nothing was kept */
  weights[5 * inputs + 3] = 2e9f;
  ENSURE_OK(memsim_tile_set_weights(tile, weights));
  ENSURE_ARGUMENT(memsim_tile_forward(tile, x, batch, y), "input 3, output 5");
  for (int i = 0; i < batch * outputs; i++) ENSURE(y[i] == 7);
  for (int i = 0; i < batch * inputs; i++) ENSURE(by_x[i] == 7);
  fill_operands(1);
  ENSURE_OK(memsim_tile_set_weights(tile, weights));
  memsim_tile *twin = wired_tile(&io, "ideal"); /* which was asked for no product */
  ENSURE(twin);
  for (int k = 0; k < 2; k++) ENSURE_OK(memsim_tile_set_weights(twin, weights));
  ENSURE(same_state(tile, twin));
  memset(weights, 0, sizeof weights);
  ENSURE_OK(memsim_tile_set_weights(tile, weights));
  ENSURE_OK(memsim_tile_forward(tile, x, batch, y));
  for (int i = 0; i < batch * outputs; i++) ENSURE(y[i] == 0);
  memsim_tile_destroy(tile);
  memsim_tile_destroy(twin);
  memsim_tile_def def = tile_def();
  def.forward = worse;
  ENSURE_ARGUMENT(memsim_tile_create(&def, &tile), "ir_drop_g_ratio");
  return 0;
}

static const test_case tests[] = {
    {"tile_wires.products_are_those_of_crossbars", products_are_those_of_crossbars},
    {"tile_wires.products_follow_the_weights", products_follow_the_weights},
    {"tile_wires.ideal_wires_change_no_bit", ideal_wires_change_no_bit},
    {"tile_wires.same_bits_for_threads_and_batches", same_bits_for_threads_and_batches},
    {"tile_wires.circuits_without_a_solution_are_refused", circuits_without_a_solution_are_refused},
};

SECTION(tile_wires, tests);
