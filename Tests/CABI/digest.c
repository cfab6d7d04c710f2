/* Prints a digest of what each function computes. check_same_bits.py compares what the library's builds and thread
 * counts print: promise 1 of the design, the same bits everywhere. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sections.h"

enum { rows = 301, columns = 67, cells = rows * columns, batch = 9, count = 40009 };

static double buffer[count];

/* FNV-1a */
static void print_digest(const char *name, const void *bytes, size_t size) {
  uint64_t digest = 0xcbf29ce484222325;
  for (size_t i = 0; i < size; i++) digest = (digest ^ ((const unsigned char *)bytes)[i]) * 0x100000001b3;
  printf("%-24s %016llx\n", name, (unsigned long long)digest);
}

static void check(memsim_status status) {
  if (status == MEMSIM_OK) return;
  puts(memsim_last_error());
  exit(1);
}

static void random_digests(void) {
  static const memsim_random_key keys[] = {{1, 2, 3}, {UINT64_MAX, 1ull << 40, 1ull << 61}};
  for (int k = 0; k < 2; k++) {
    const memsim_random_key *key = &keys[k];
    for (memsim_dtype dtype = MEMSIM_FLOAT32; dtype <= MEMSIM_FLOAT64; dtype++) {
      const size_t size = count * (dtype == MEMSIM_FLOAT32 ? sizeof(float) : sizeof(double));
      check(memsim_random_uniform(NULL, key, -1, 3, buffer, dtype, count));
      print_digest("uniform", buffer, size);
      check(memsim_random_normal(NULL, key, 1, 2, buffer, dtype, count));
      print_digest("normal", buffer, size);
      check(memsim_random_lognormal(NULL, key, 1, 2, buffer, dtype, count));
      print_digest("lognormal", buffer, size);
      check(memsim_random_exponential(NULL, key, 2, buffer, dtype, count));
      print_digest("exponential", buffer, size);
    }
    const double rates[] = {0.3, 7, 300, 1e5};
    for (int r = 0; r < 4; r++) {
      check(memsim_random_poisson(NULL, key, rates[r], buffer, MEMSIM_INT64, count));
      print_digest("poisson", buffer, count * sizeof(int64_t));
    }
    check(memsim_random_bernoulli(NULL, key, 0.3, buffer, MEMSIM_UINT8, count));
    print_digest("bernoulli", buffer, count);
    check(memsim_random_integers(NULL, key, -7, 1ll << 50, buffer, MEMSIM_INT64, count));
    print_digest("integers", buffer, count * sizeof(int64_t));
  }
}

static double volts[cells], in[batch * rows], plane[cells];
static float narrow_in[batch * rows], narrow_plane[cells];

static void fill_operands(void) {
  const memsim_random_key key = {5, 5, 5};
  check(memsim_random_uniform(NULL, &key, -1.6, 1.6, volts, MEMSIM_FLOAT64, cells));
  check(memsim_random_uniform(NULL, &key, -0.4, 0.4, in, MEMSIM_FLOAT64, batch * rows));
  check(memsim_random_uniform(NULL, &key, 1e-6, 3e-4, plane, MEMSIM_FLOAT64, cells));
  for (int i = 0; i < batch * rows; i++) narrow_in[i] = (float)in[i];
  for (int i = 0; i < cells; i++) narrow_plane[i] = (float)plane[i];
}

static void array_digests(const char *start) {
  memsim_array_def def;
  memsim_array *array = NULL;
  const memsim_option option = {"start", start};
  check(memsim_array_def_init(&def, sizeof def));
  def.rows = rows;
  def.columns = columns;
  def.options = &option;
  def.option_count = 1;
  check(memsim_array_create(&def, &array));
  const double pulses[] = {-1.5, 1.1, -3, 1.2, 2, -0.5};
  for (int i = 0; i < 30; i++) check(memsim_array_apply(array, pulses + i % 6, MEMSIM_FLOAT64, 1, NULL));
  for (int i = 0; i < 4; i++) check(memsim_array_apply(array, volts, MEMSIM_FLOAT64, cells, NULL));
  check(memsim_array_read(array, volts, MEMSIM_FLOAT64, cells, NULL, buffer));
  print_digest("read", buffer, cells * sizeof(double));
  check(memsim_array_conductance(array, volts, MEMSIM_FLOAT64, cells, buffer));
  print_digest("conductance", buffer, cells * sizeof(double));
  memsim_read_def how;
  check(memsim_read_def_init(&how, sizeof how));
  for (how.noise = MEMSIM_NOISE_NONE; how.noise <= MEMSIM_NOISE_SUM; how.noise++) {
    for (size_t vectors = 1; vectors <= batch; vectors += batch - 1) {
      check(memsim_array_vmm(array, in, MEMSIM_FLOAT64, vectors, &how, buffer));
      print_digest("array vmm, float64", buffer, vectors * columns * sizeof(double));
      check(memsim_array_vmm(array, narrow_in, MEMSIM_FLOAT32, vectors, &how, buffer));
      print_digest("array vmm, float32", buffer, vectors * columns * sizeof(float));
    }
  }
  const uint64_t hash = hash_of(array);
  print_digest("array", &hash, sizeof hash);
  memsim_array_destroy(array);
}

static void state_digests(memsim_array *array, const memsim_model_card *model, size_t members) {
  for (int32_t i = 0; i < model->state_count; i++) {
    memsim_state_card card = {.size = sizeof card};
    check(memsim_model_state(model->name, i, &card));
    check(memsim_array_get_state(array, card.name, buffer, MEMSIM_FLOAT64, members));
    print_digest(card.name, buffer, members * sizeof(double));
  }
}

/* Quantities of cells in the states that the array's cells have reached. */
static void evaluate_digests(memsim_array *array, const memsim_model_card *model, size_t members) {
  memsim_evaluate_def def;
  memsim_values states[8];
  static double reached[8][cells];
  check(memsim_evaluate_def_init(&def, sizeof def));
  def.model = model->name;
  def.count = def.volts_count = members;
  def.states = states;
  for (int32_t i = 0; i < model->state_count && def.state_count < 8; i++) {
    memsim_state_card card = {.size = sizeof card};
    check(memsim_model_state(model->name, i, &card));
    if (!card.settable) continue;
    check(memsim_array_get_state(array, card.name, reached[def.state_count], MEMSIM_FLOAT64, members));
    states[def.state_count] = (memsim_values){card.name, reached[def.state_count], members};
    def.state_count++;
  }
  for (int32_t i = 0; i < model->quantity_count; i++) {
    memsim_state_card card = {.size = sizeof card};
    check(memsim_model_quantity(model->name, i, &card));
    const memsim_output output = {card.name, buffer};
    def.volts = volts;
    check(memsim_model_evaluate(NULL, &def, &output, 1));
    print_digest(card.name, buffer, members * sizeof(double));
  }
}

/* Every way to pass time, with one option of the model changed. */
static void timed_digests(const memsim_model_card *model, const char *option_name, const char *choice) {
  const memsim_option option = {option_name, choice};
  const int slow = option_name && strcmp(choice, "reference") == 0;
  const uint64_t height = slow ? 4 : 97, width = slow ? 9 : 89, members = height * width; /* three runs of blocks */
  memsim_array_def def;
  memsim_array *array = NULL;
  check(memsim_array_def_init(&def, sizeof def));
  def.model = model->name;
  def.rows = height;
  def.columns = width;
  def.options = &option;
  def.option_count = option_name ? 1 : 0;
  check(memsim_array_create(&def, &array));
  static double durations[cells];
  static int32_t counts[cells];
  static uint8_t where[cells];
  for (size_t i = 0; i < members; i++) {
    durations[i] = 1e-9 * (double)(i * i % 10007);
    counts[i] = (int32_t)(i % 41) - 20;
    where[i] = i % 211 == 0;
  }
  printf("%s, %s %s\n", model->name, option_name ? option_name : "", option_name ? choice : "");
  for (int i = 0; i < 3; i++) {
    check(memsim_array_apply_for(array, volts, MEMSIM_FLOAT64, members, durations, members, NULL));
    check(memsim_array_pulse(array, counts, members, NULL));
  }
  state_digests(array, model, members);
  const double times[] = {0, 1e-6, 3e-6, 4e-6}, wave[] = {0.02, 0.5, -0.6, 0.1};
  size_t chosen = 0;
  for (size_t i = 0; i < members; i++) chosen += where[i];
  check(memsim_array_sweep(array, times, wave, 4, where, buffer, MEMSIM_FLOAT64, 4 * chosen));
  print_digest("sweep", buffer, 4 * chosen * sizeof(double));
  state_digests(array, model, members);
  check(memsim_array_read(array, volts, MEMSIM_FLOAT64, members, NULL, buffer));
  print_digest("read", buffer, members * sizeof(double));
  if (memsim_array_vmm(array, in, MEMSIM_FLOAT64, 2, NULL, buffer) == MEMSIM_OK) { /* not every model has it */
    print_digest("array vmm, float64", buffer, 2 * width * sizeof(double));
  }
  evaluate_digests(array, model, members);
  const uint64_t hash = hash_of(array);
  print_digest("array", &hash, sizeof hash);
  memsim_array_destroy(array);
}

static void timed_model_digests(void) {
  for (int32_t i = 0; i < memsim_model_count(); i++) {
    const memsim_model_card model = card_of(i);
    if (!model.timed) continue;
    timed_digests(&model, NULL, NULL);
    for (int32_t o = 0; o < model.option_count; o++) {
      memsim_option_card card = {.size = sizeof card};
      check(memsim_model_option(model.name, o, &card));
      char choices[256] = {0};
      strncpy(choices, card.choices, sizeof choices - 1);
      strtok(choices, "|"); /* the default, which has been */
      for (const char *choice = strtok(NULL, "|"); choice; choice = strtok(NULL, "|")) {
        timed_digests(&model, card.name, choice);
      }
    }
  }
}

static void dense_digests(void) {
  memsim_vmm_def how;
  check(memsim_vmm_def_init(&how, sizeof how));
  for (how.noise = MEMSIM_NOISE_NONE; how.noise <= MEMSIM_NOISE_SUM; how.noise++) {
    for (size_t vectors = 1; vectors <= batch; vectors += batch - 1) {
      check(memsim_vmm(NULL, plane, in, MEMSIM_FLOAT64, rows, columns, vectors, &how, buffer));
      print_digest("vmm, float64", buffer, vectors * columns * sizeof(double));
      check(memsim_vmm(NULL, narrow_plane, narrow_in, MEMSIM_FLOAT32, rows, columns, vectors, &how, buffer));
      print_digest("vmm, float32", buffer, vectors * columns * sizeof(float));
    }
  }
  memsim_adc_def adc;
  check(memsim_adc_def_init(&adc, sizeof adc));
  check(memsim_adc(NULL, &adc, narrow_plane, MEMSIM_FLOAT32, cells, buffer));
  print_digest("adc", buffer, cells * sizeof(float));
  check(memsim_dac(NULL, 5, 0.6, volts, MEMSIM_FLOAT64, cells, buffer));
  print_digest("dac", buffer, cells * sizeof(double));
}

/* -- Layers */

enum { inputs = 83, outputs = 21, devices = (inputs + 1) * 2 * outputs, samples = 19 };

typedef struct layer_operands {
  const void *weights, *x, *grad_y; /* of one precision */
  memsim_dtype dtype;
} layer_operands;

/* Devices are drawn, then seen by both directions. */
static void layer_digest(const char *name, const memsim_layer *layer, const layer_operands *with) {
  static _Alignas(64) unsigned char workspace[1 << 20];
  static double y[samples * outputs], power[samples], grad_x[samples * inputs], grad_weights[devices];
  const memsim_layer_key key = {3, 1, 4, 15, 9};
  const size_t size = with->dtype == MEMSIM_FLOAT32 ? sizeof(float) : sizeof(double);
  check(memsim_layer_draw(layer, with->weights, with->dtype, &key, NULL, workspace, sizeof workspace));
  check(memsim_layer_forward(layer, workspace, sizeof workspace, with->x, with->dtype, samples, y, power));
  check(memsim_layer_backward(layer, workspace, sizeof workspace, with->weights, with->x, y, with->grad_y, with->dtype,
                              samples, 1e-3, grad_x, grad_weights));
  print_digest(name, y, samples * outputs * size);
  print_digest("layer power", power, samples * size);
  print_digest("layer grad_x", grad_x, samples * inputs * size);
  print_digest("layer grad_weights", grad_weights, devices * size);
  check(memsim_layer_backward(layer, workspace, sizeof workspace, with->weights, with->x, y, with->grad_y, with->dtype,
                              samples, 0, NULL, grad_weights));
  print_digest("layer grad_weights alone", grad_weights, devices * size);
  check(memsim_layer_conductances(layer, with->weights, with->dtype, &key, buffer));
  print_digest("layer conductances", buffer, devices * size);
}

static void layer_digests(void) {
  static double weights[devices], x[samples * inputs], grad_y[samples * outputs];
  static float narrow_weights[devices], narrow_x[samples * inputs], narrow_grad_y[samples * outputs];
  const memsim_random_key key = {6, 6, 6};
  check(memsim_random_uniform(NULL, &key, 0, 1, weights, MEMSIM_FLOAT64, devices));
  check(memsim_random_uniform(NULL, &key, -1, 1, x, MEMSIM_FLOAT64, samples * inputs));
  check(memsim_random_uniform(NULL, &key, -1, 1, grad_y, MEMSIM_FLOAT64, samples * outputs));
  for (int i = 0; i < samples * inputs; i++) narrow_x[i] = (float)(x[i] *= i % 3 != 0); /* some without a voltage */
  for (int i = 0; i < devices; i++) narrow_weights[i] = (float)weights[i];
  for (int i = 0; i < samples * outputs; i++) narrow_grad_y[i] = (float)grad_y[i];
  const layer_operands operands[] = {{narrow_weights, narrow_x, narrow_grad_y, MEMSIM_FLOAT32},
                                     {weights, x, grad_y, MEMSIM_FLOAT64}};

  static const double one = 1, day = 86400, fifth = 0.2, means[] = {2e-7, 9e-7, 4e-6};
  const memsim_param by_resistance = {"spacing", &one, 1}, probable = {"probability", &fifth, 1};
  const memsim_param stuck[] = {{"means", means, 3}, {"bandwidth", means, 1}, {"probability", &fifth, 1}};
  const memsim_param drifted[] = {{"time", &day, 1}, {"nu_std", &fifth, 1}};
  const memsim_nonideality sets[][5] = {
      {{NULL, NULL, 0}},
      {{"poole-frenkel", NULL, 0}},
      {{"n-parameter", NULL, 0}},
      {{"discrete-states", &by_resistance, 1}, {"lognormal", NULL, 0}, {"stuck-at", &probable, 1},
       {"read-noise", NULL, 0}},
      {{"quantization", NULL, 0}, {"stuck-at-on", &probable, 1}, {"stuck-at-off", NULL, 0}, {"n-parameter", NULL, 0}},
      {{"lognormal", NULL, 0}, {"drift", drifted, 2}, {"stuck-distribution", stuck, 3}, {"poole-frenkel", NULL, 0},
       {"read-noise", NULL, 0}},
  };
  for (size_t s = 0; s < sizeof sets / sizeof *sets; s++) {
    memsim_layer_def def;
    check(memsim_layer_def_init(&def, sizeof def));
    def.inputs = inputs;
    def.outputs = outputs;
    def.nonidealities = sets[s];
    while (def.nonideality_count < 5 && sets[s][def.nonideality_count].name) def.nonideality_count++;
    for (def.redraw = MEMSIM_REDRAW_CALL; def.redraw <= MEMSIM_REDRAW_SAMPLE; def.redraw++) {
      memsim_layer *layer = NULL;
      check(memsim_layer_create(&def, &layer));
      printf("%s, redraw %d\n", def.nonideality_count ? sets[s][0].name : "ideal", (int)def.redraw);
      layer_digest("layer, float32", layer, &operands[0]);
      layer_digest("layer, float64", layer, &operands[1]);
      memsim_layer_destroy(layer);
    }
  }
}

/* -- Wires */

enum { most_inner = 2 * cells };

/* Outputs of a batch, what is inside of two vectors, gradients. */
static void wires_digest(const char *name, const memsim_wires_def *def, size_t height, size_t width) {
  static double device_volts[most_inner], fields[5][most_inner], by_volts[2 * rows], by_bit_volts[2 * columns];
  static double by_g[cells], by_word[rows], by_bit[columns];
  const memsim_wires_fields inside = {sizeof inside, 0,         device_volts, fields[0],
                                      fields[1],     fields[2], fields[3],    fields[4]};
  memsim_wires_report report = {.size = sizeof report};
  memsim_wires *wires = NULL;
  printf("%s\n", name);
  check(memsim_wires_create(def, &wires));
  check(memsim_wires_solve(wires, in, volts, batch, buffer, NULL, &report));
  print_digest("wires", buffer, batch * width * sizeof(double));
  print_digest("wires report", &report, sizeof report);
  check(memsim_wires_solve(wires, in, NULL, 2, buffer, &inside, NULL));
  print_digest("wires device_volts", device_volts, 2 * height * width * sizeof(double));
  for (int f = 0; f < 5; f++) print_digest("wires field", fields[f], 2 * height * width * sizeof(double));
  check(memsim_wires_vjp(wires, device_volts, 2, volts, by_volts, by_bit_volts, def->array ? NULL : by_g, by_word,
                         by_bit));
  print_digest("wires by volts", by_volts, 2 * height * sizeof(double));
  print_digest("wires by bit_volts", by_bit_volts, 2 * width * sizeof(double));
  if (!def->array) print_digest("wires by conductance", by_g, height * width * sizeof(double));
  print_digest("wires by r_word", by_word, height * sizeof(double));
  print_digest("wires by r_bit", by_bit, width * sizeof(double));
  memsim_wires_destroy(wires);
}

static void matrix_digests(const memsim_wires_def *def) {
  memsim_wires *wires = NULL;
  check(memsim_wires_create(def, &wires));
  for (int32_t method = MEMSIM_TRANSFER_ITERATIVE; method <= MEMSIM_TRANSFER_DENSE; method++) {
    check(memsim_wires_transfer(wires, method, buffer));
    print_digest("wires matrix", buffer, cells * sizeof(double));
  }
  memsim_wires_destroy(wires);
}

static void write_digests(void) {
  const double ohm = 50;
  memsim_array_def array_def;
  memsim_array *array = NULL;
  memsim_wires_def def;
  memsim_wires *wires = NULL;
  memsim_write_report report = {.size = sizeof report};
  check(memsim_array_def_init(&array_def, sizeof array_def));
  array_def.model = "jart-vcm-v1b";
  array_def.rows = 29;
  array_def.columns = 23;
  check(memsim_array_create(&array_def, &array));
  check(memsim_wires_def_init(&def, sizeof def));
  def.array = array;
  def.r_word = def.r_bit = &ohm;
  wires_digest("wires of cells", &def, 29, 23);
  check(memsim_wires_create(&def, &wires));
  check(memsim_wires_write(wires, in, NULL, 1e-6, 0.05, &report));
  const uint64_t hash = hash_of(array);
  print_digest("wires written", &hash, sizeof hash);
  print_digest("wires write report", &report, sizeof report);
  memsim_wires_destroy(wires);
  memsim_array_destroy(array);
}

static void wires_digests(void) {
  static double ends[rows];
  const double ohm = 3;
  const memsim_param gate = {"gate", &ohm, 1};
  const memsim_nonideality law = {"poole-frenkel", NULL, 0};
  memsim_wires_def def;
  check(memsim_wires_def_init(&def, sizeof def));
  def.rows = rows;
  def.columns = columns;
  def.conductance = plane;
  wires_digest("wires, ohmic", &def, rows, columns);
  matrix_digests(&def);
  for (int i = 0; i < rows; i++) ends[i] = i % 50 == 7 ? (double)INFINITY : i % 5;
  def.double_sided = 1;
  def.r_word = def.r_sense = &ohm;
  def.r_source = ends, def.r_source_count = rows;
  wires_digest("wires, both ends driven", &def, rows, columns);
  def.law = &law;
  wires_digest("wires, a law", &def, rows, columns);
  def.law = NULL;
  for (int32_t s = 0; s < memsim_selector_count(); s++) {
    const char *name = memsim_selector_name(s);
    const memsim_nonideality selector = {name, &gate, strcmp(name, "transistor") == 0};
    def.selector = &selector;
    wires_digest(selector.name, &def, rows, columns);
  }
  write_digests();
}

/* -- Tiles */

/* Products, pulses, decay and resets of one kind of device, with noise wherever there can be some. */
static void tile_digest(const char *device, const char *pulse_type, const char *compound) {
  static float x[samples * inputs], d[samples * outputs], out[samples * inputs], w[inputs * outputs];
  static const double one = 1, many = 50, few = 0.01, read = 0.02, drop = 0.5, off = 0.3;
  static const memsim_param forgetful[] = {{"lifetime", &many, 1}, {"diffusion", &few, 1}, {"drift_nu", &few, 1},
                                           {"drift_nu_k", &few, 1}, {"drift_w_noise_std", &few, 1}};
  static const memsim_param noisy[] = {{"inp_noise", &few, 1}, {"w_noise", &read, 1}, {"out_noise_std", &off, 1},
                                       {"ir_drop", &drop, 1},  {"v_offset_std", &few, 1}, {"inp_sto_round", &one, 1},
                                       {"out_nonlinearity", &off, 1}, {"r_series", &few, 1}};
  static const memsim_option pcm = {"w_noise_type", "pcm-read"};
  const memsim_option type = {"pulse_type", pulse_type};
  const memsim_random_key key = {7, 7, 7};
  memsim_tile_def def;
  memsim_tile *tile = NULL;
  printf("%s, %s\n", compound ? compound : device, pulse_type);
  check(memsim_tile_def_init(&def, sizeof def));
  def.inputs = inputs;
  def.outputs = outputs;
  def.seed = 3;
  def.device = device;
  memsim_model_card model = {.size = sizeof model};
  const int is_model = memsim_model_info(device, &model) == MEMSIM_OK;
  static const memsim_option varied = {"variability", "d2d+c2c"};
  def.parameters = (memsim_settings){
      forgetful, strcmp(device, "soft-bounds-pmax") == 0 ? 0 : strcmp(device, "ideal") == 0 ? 2 : 5, NULL, 0};
  if (is_model) def.parameters = (memsim_settings){NULL, 0, &varied, strcmp(device, "jart-vcm-v1b") == 0};
  def.backward = (memsim_settings){noisy, sizeof noisy / sizeof *noisy, &pcm, 1};
  def.update = (memsim_settings){NULL, 0, &type, 1};
  const memsim_tile_cell cell = {device, NULL, def.parameters}, cells[] = {cell, cell};
  def.compound = compound;
  def.cells = compound ? cells : NULL;
  def.cell_count = !compound ? 0 : strcmp(compound, "mixed-precision") == 0 ? 1 : 2;
  check(memsim_tile_create(&def, &tile));
  check(memsim_random_uniform(NULL, &key, -1, 1, x, MEMSIM_FLOAT32, samples * inputs));
  check(memsim_random_uniform(NULL, &key, -0.5, 0.5, d, MEMSIM_FLOAT32, samples * outputs));
  check(memsim_random_uniform(NULL, &key, -0.4, 0.4, w, MEMSIM_FLOAT32, inputs * outputs));
  check(memsim_tile_set_weights(tile, w));
  for (int turn = 0; turn < 3; turn++) {
    check(memsim_tile_update(tile, x, d, samples, turn == 1 ? -0.02 : 0.05));
    check(memsim_tile_step(tile));
    check(memsim_tile_drift(tile, 10));
    check(memsim_tile_reset(tile, 80, 9, 0.5));
  }
  check(memsim_tile_weights(tile, w));
  print_digest("tile weights", w, sizeof w);
  check(memsim_tile_forward(tile, x, samples, out));
  print_digest("tile forward", out, samples * outputs * sizeof(float));
  check(memsim_tile_backward(tile, d, samples, out));
  print_digest("tile backward", out, samples * inputs * sizeof(float));
  uint64_t size = 0;
  check(memsim_tile_state_size(tile, &size));
  void *state = malloc((size_t)size);
  check(memsim_tile_save(tile, state, (size_t)size));
  print_digest("tile state", state, (size_t)size);
  free(state);
  memsim_tile_destroy(tile);
}

/* Products through solved crossbars: by rows and by columns, signs apart. */
static void wired_tile_digest(uint64_t rows, uint64_t columns) {
  static float x[samples * 70], y[samples * 70], w[70 * 19];
  static const double drop = 1, ratio = 5e4, skew = 0.1;
  static const memsim_param params[] = {{"ir_drop", &drop, 1}, {"ir_drop_g_ratio", &ratio, 1},
                                        {"w_read_asymmetry_dtod", &skew, 1}};
  static const memsim_option options[] = {{"ir_drop_model", "exact"}, {"mv_type", "pos-neg-separate"}};
  const memsim_random_key key = {7, 7, 9};
  memsim_tile_def def;
  memsim_tile *tile = NULL;
  check(memsim_tile_def_init(&def, sizeof def));
  def.inputs = rows;
  def.outputs = columns;
  def.forward = (memsim_settings){params, 3, options, 2};
  def.backward = (memsim_settings){params, 2, options, 1};
  check(memsim_tile_create(&def, &tile));
  check(memsim_random_uniform(NULL, &key, -1, 1, x, MEMSIM_FLOAT32, sizeof x / sizeof *x));
  check(memsim_random_uniform(NULL, &key, -0.6, 0.6, w, MEMSIM_FLOAT32, rows * columns));
  check(memsim_tile_set_weights(tile, w));
  check(memsim_tile_forward(tile, x, samples, y));
  print_digest("wired tile forward", y, samples * columns * sizeof(float));
  check(memsim_tile_backward(tile, x, samples, y));
  print_digest("wired tile backward", y, samples * rows * sizeof(float));
  memsim_tile_destroy(tile);
}

static void tile_digests(void) {
  static const char *const types[] = {"stochastic", "deterministic-implicit", "mean-count", "none-with-device"};
  for (int32_t i = 0; i < memsim_pulsed_device_count(); i++) {
    const char *name = memsim_pulsed_device_name(i);
    memsim_model_card model = {.size = sizeof model};
    const int is_model = memsim_model_info(name, &model) == MEMSIM_OK;
    /* Of the compact models, which share their integrator, one. */
    if (is_model && model.timed && strcmp(name, "jart-vcm-v1b") != 0 && strcmp(name, "vteam") != 0) continue;
    tile_digest(name, "stochastic-compressed", NULL);
  }
  for (int t = 0; t < 4; t++) tile_digest("linear-step", types[t], NULL);
  wired_tile_digest(70, 19);
  wired_tile_digest(6, 40);
  for (int32_t i = 0; i < memsim_compound_count(); i++) {
    tile_digest("soft-bounds", "stochastic-compressed", memsim_compound_name(i));
  }
}

/* -- Inference */

/* Weights of one model and converter, as programmed and later, and every change of training. */
static void inference_digest(const char *model, const char *converter) {
  static float w[inputs * outputs], out[inputs * outputs];
  const memsim_random_key key = {7, 7, 8};
  memsim_inference_def def;
  memsim_inference *made = NULL;
  printf("%s, %s\n", model, converter ? converter : "own");
  check(memsim_inference_def_init(&def, sizeof def));
  def.inputs = inputs;
  def.outputs = outputs;
  def.seed = 3;
  def.model = model;
  def.converter = converter;
  check(memsim_random_uniform(NULL, &key, -0.4, 0.4, w, MEMSIM_FLOAT32, inputs * outputs));
  check(memsim_inference_create(&def, w, &made));
  for (int t = 0; t < 3; t++) {
    check(memsim_inference_weights(made, t * 86400.0, out));
    print_digest("programmed weights", out, sizeof out);
  }
  memsim_inference_destroy(made);
}

static void modifier_digest(const char *type) {
  static float w[inputs * outputs];
  static const double some = 0.125;
  static const memsim_param params[] = {{"std_dev", &some, 1}, {"res", &some, 1}, {"pdrop", &some, 1},
                                        {"pcm_t_inference", &some, 1}};
  const memsim_random_key key = {7, 7, 8};
  const memsim_option option = {"type", type};
  const memsim_settings modifier = {params, sizeof params / sizeof *params, &option, 1};
  check(memsim_random_uniform(NULL, &key, -0.4, 0.4, w, MEMSIM_FLOAT32, inputs * outputs));
  check(memsim_inference_modify(NULL, &modifier, 3, 4, w, outputs, inputs, w));
  print_digest(type, w, sizeof w);
}

static void inference_digests(void) {
  static const char *const types[] = {"discretize", "mult-normal", "add-normal", "dorefa", "poly", "prog-noise", "pcm-noise"};
  for (int32_t i = 0; i < memsim_inference_model_count(); i++) inference_digest(memsim_inference_model_name(i), NULL);
  for (int32_t i = 0; i < memsim_inference_converter_count(); i++) {
    inference_digest("pcm-like", memsim_inference_converter_name(i));
  }
  for (size_t i = 0; i < sizeof types / sizeof *types; i++) modifier_digest(types[i]);
}

int main(void) {
  fprintf(stderr, "%s\n", memsim_build_info()); /* apart from the digests: it differs */
  fill_operands();
  random_digests();
  array_digests("fresh");
  array_digests("stationary");
  timed_model_digests();
  dense_digests();
  layer_digests();
  wires_digests();
  tile_digests();
  inference_digests();
  return 0;
}
