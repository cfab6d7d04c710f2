/* Section 7, Crossbars: ohmic devices between wires. */
#include "wires_circuits.h"

/* -- By hand */

static int defaults_are_the_documented_ones(void) {
  memsim_wires_def def;
  ENSURE_OK(memsim_wires_def_init(&def, sizeof def));
  ENSURE(def.size == sizeof def && def.double_sided == 0 && def.rows == 64 && def.columns == 64);
  ENSURE(!def.conductance && !def.array && !def.law && !def.normals && !def.selector && !def.context);
  ENSURE(def.r_word_count == 1 && def.r_bit_count == 1 && def.r_source_count == 1 && def.r_sense_count == 1);
  ENSURE(def.tolerance == 1e-12 && def.max_iterations == 10000 && def.max_steps == 50);
  memset(&def, 0xa5, sizeof def); /* a caller of an older header, which ends before the law */
  ENSURE_OK(memsim_wires_def_init(&def, offsetof(memsim_wires_def, law)));
  ENSURE(def.size == offsetof(memsim_wires_def, law) && ((unsigned char *)&def)[sizeof def - 1] == 0xa5);
  const double g = 0.5, volts = 4; /* over 2 Ohm and two segments of 1 Ohm */
  double output;
  memsim_wires *wires = NULL;
  def.rows = def.columns = 1;
  def.conductance = &g;
  ENSURE_OK(memsim_wires_create(&def, &wires));
  ENSURE_OK(memsim_wires_solve(wires, &volts, NULL, 1, &output, NULL, NULL));
  ENSURE(is_close(output, 1, 1e-14));
  memsim_wires_destroy(wires);
  memsim_wires_destroy(NULL);
  return 0;
}

/* 3.5 V over 1 + 2 + 8 + 3 + 0.5 Ohm: 14.5 Ohm, of which double-sided drive halves the first two. */
static int one_device_divides_its_voltage(void) {
  circuit c = {1, 1, 0, {0.125}, {2}, {3}, {1}, {0.5}, {3}, {-0.5}};
  for (c.double_sided = 0; c.double_sided <= 1; c.double_sided++) {
    const double current = 3.5 / (c.double_sided ? 13 : 14.5), entry = c.double_sided ? current / 2 : current;
    memsim_wires_def def = def_of(&c);
    def.tolerance = 1e-15; /* as good as it gets */
    memsim_wires *wires = NULL;
    inside in;
    ENSURE_OK(memsim_wires_create(&def, &wires));
    ENSURE_OK(solve(wires, &c, &in));
    ENSURE(is_close(in.output[0], current, 1e-14) && is_close(in.device_current[0], current, 1e-14));
    ENSURE(is_close(in.device_volts[0], 8 * current, 1e-14) && is_close(in.bit_current[0], current, 1e-14));
    ENSURE(is_close(in.word_current[0], entry, 1e-14) && is_close(in.word_volts[0], 3 - 3 * entry, 1e-14));
    ENSURE(is_close(in.bit_volts[0], -0.5 + 3.5 * current, 1e-14));
    memsim_wires_destroy(wires);
  }
  return 0;
}

/* Two devices of 2 Ohm on one word line of 1 Ohm segments: the second in series with a segment, 3 Ohm, beside 2 Ohm is
 * 1.2 Ohm; 2.2 V give 1 A, of which 0.6 A take the near device. To the bound of a
 * solution. */
static int a_ladder_is_solved_by_hand(void) {
  const circuit c = {1, 2, 0, {0.5, 0.5}, {1}, {0, 0}, {0}, {0, 0}, {2.2}, {0}};
  const double output[] = {0.6, 0.4}, word_current[] = {1, 0.4}, word_volts[] = {1.2, 0.8};
  memsim_wires *wires = make_wires(&c);
  inside in;
  ENSURE_OK(solve(wires, &c, &in));
  for (int j = 0; j < 2; j++) {
    ENSURE(is_close(in.output[j], output[j], 1e-12) && is_close(in.word_current[j], word_current[j], 1e-12));
    ENSURE(is_close(in.word_volts[j], word_volts[j], 1e-12) && in.bit_volts[j] == 0);
  }
  memsim_wires_destroy(wires);
  return 0;
}

/* Without any resistance wires are a product with the matrix. */
static int ideal_wires_are_a_product(void) {
  circuit c = plain_circuit(8, 6);
  fill(c.r_word, c.rows, 0);
  fill(c.r_bit, c.columns, 0);
  memsim_wires *wires = make_wires(&c);
  double expected[6];
  inside in;
  ENSURE_OK(solve(wires, &c, &in));
  ENSURE_OK(memsim_vmm(NULL, c.g, c.volts, MEMSIM_FLOAT64, c.rows, c.columns, 1, NULL, expected));
  for (size_t j = 0; j < c.columns; j++) ENSURE(is_close(in.output[j], expected[j], 1e-13)); /* terms of either sign */
  for (size_t k = 0; k < 48; k++) ENSURE(in.device_volts[k] == c.volts[k / 6] && in.bit_volts[k] == 0);
  memsim_wires_destroy(wires);
  return 0;
}

/* A cut line carries nothing, and its nodes follow their partners on the other lines. */
static int cut_lines_carry_nothing(void) {
  circuit c = plain_circuit(4, 3);
  inside in;
  for (int which = 0; which < 3; which++) {
    fill(c.r_word, c.rows, which == 1 ? 5 : INFINITY);
    fill(c.r_bit, c.columns, which == 0 ? 7 : INFINITY);
    c.bit_volts[1] = 0.25;
    memsim_wires *wires = make_wires(&c);
    ENSURE_OK(solve(wires, &c, &in));
    for (size_t j = 0; j < 3; j++) ENSURE(in.output[j] == 0);
    for (size_t k = 0; k < 12; k++) {
      const double follows = which == 0 ? c.bit_volts[k % 3] : c.volts[k / 3];
      ENSURE(in.device_current[k] == 0 && in.word_current[k] == 0 && in.bit_current[k] == 0);
      if (which == 2) ENSURE(isnan(in.word_volts[k]) && isnan(in.bit_volts[k]));
      else ENSURE(fabs(in.word_volts[k] - follows) < 1e-12 && fabs(in.bit_volts[k] - follows) < 1e-12);
    }
    memsim_wires_destroy(wires);
  }
  return 0;
}

/* -- Against an elimination of all nodes */

static void leave(circuit *c) { (void)c; }
static void take_word_resistance(circuit *c) { fill(c->r_word, c->rows, 0); }
static void take_bit_resistance(circuit *c) { fill(c->r_bit, c->columns, 0); }
static void add_ends(circuit *c) {
  for (size_t i = 0; i < c->rows; i++) c->r_source[i] = 50 * (double)(i % 3);
  for (size_t j = 0; j < c->columns; j++) c->r_sense[j] = 30 * (double)(j % 2);
}
static void vary_lines(circuit *c) {
  for (size_t i = 0; i < c->rows; i++) c->r_word[i] = (double)(i * i);
  for (size_t j = 0; j < c->columns; j++) c->r_bit[j] = 0.125 * (double)(3 - j % 4);
  add_ends(c);
}
static void lift_terminals(circuit *c) {
  for (size_t j = 0; j < c->columns; j++) c->bit_volts[j] = 0.1 * (double)j - 0.2;
  add_ends(c);
}
static void drive_both_ends(circuit *c) { c->double_sided = 1; }
static void drive_both_ends_of_all(circuit *c) {
  c->double_sided = 1;
  vary_lines(c);
  lift_terminals(c);
  c->r_word[0] = 1;
}
static void open_some(circuit *c) {
  for (size_t k = 0; k < c->rows * c->columns; k += 3) c->g[k] = 0;
  for (size_t j = 0; j < c->columns; j++) c->g[c->columns + j] = 0; /* a whole word line */
}
static void float_some(circuit *c) {
  c->r_source[0] = c->r_source[2] = c->r_sense[1] = INFINITY;
  c->bit_volts[0] = -0.3;
}
static void float_all_but_one(circuit *c) {
  for (size_t i = 1; i < c->rows; i++) c->r_source[i] = INFINITY;
  for (size_t j = 1; j < c->columns; j++) c->r_sense[j] = INFINITY;
}
static void cut_some(circuit *c) { c->r_word[1] = c->r_bit[0] = INFINITY; }
static void take_all_drop(circuit *c) { /* some 99 % of it is along the wires */
  fill(c->r_word, c->rows, 1e4);
  fill(c->r_bit, c->columns, 1e4);
}
static void spread_out(circuit *c) {
  for (size_t k = 0; k < c->rows * c->columns; k++) c->g[k] = pow(10, (double)(k * 37 % 101) / 11 - 9);
}

static const struct {
  const char *name;
  void (*change)(circuit *c);
} kinds[] = {
    {"plain", leave},
    {"no resistance of word lines", take_word_resistance},
    {"no resistance of bit lines", take_bit_resistance},
    {"lines that differ", vary_lines},
    {"terminals at voltages", lift_terminals},
    {"both ends driven", drive_both_ends},
    {"both ends driven, all else", drive_both_ends_of_all},
    {"open devices", open_some},
    {"floating lines", float_some},
    {"one path", float_all_but_one},
    {"cut lines", cut_some},
    {"large drop", take_all_drop},
    {"1 nS to 1 S", spread_out},
};
enum { kind_count = sizeof kinds / sizeof *kinds };
static const size_t extents[][2] = {{4, 3}, {3, 8}, {8, 3}, {8, 8}};

/* Runs a check on a circuit of every kind and shape; names the one that fails it. */
static int every_circuit(int (*check)(const circuit *c, memsim_wires *wires)) {
  for (int k = 0; k < kind_count; k++) {
    for (size_t e = 0; e < sizeof extents / sizeof *extents; e++) {
      circuit c = plain_circuit(extents[e][0], extents[e][1]);
      kinds[k].change(&c);
      memsim_wires *wires = make_wires(&c);
      ENSURE(wires);
      if (check(&c, wires)) return printf("of %zu x %zu, %s\n", c.rows, c.columns, kinds[k].name), 1;
      memsim_wires_destroy(wires);
    }
  }
  return 0;
}

/* The solver stops at 1e-12 of the largest voltage, up to 1 V. */
static int is_that_of_the_elimination(const circuit *c, memsim_wires *wires) {
  static reference expected;
  inside in;
  eliminate(c, &expected);
  ENSURE_OK(solve(wires, c, &in));
  const real limit = 1e-10L * expected.largest;
  for (size_t j = 0; j < c->columns; j++) ENSURE(fabsl(in.output[j] - expected.output[j]) <= limit);
  for (size_t i = 0; i < c->rows; i++) {
    for (size_t j = 0; j < c->columns; j++) {
      const size_t at = i * c->columns + j, word = word_node(c, i, j), bit = bit_node(c, i, j);
      ENSURE(fabsl(in.device_current[at] - expected.current[at]) <= limit);
      ENSURE(expected.floats[word] || fabsl(in.word_volts[at] - expected.potential[word]) < 1e-10L);
      ENSURE(expected.floats[bit] || fabsl(in.bit_volts[at] - expected.potential[bit]) < 1e-10L);
    }
  }
  return 0;
}

static int circuits_are_those_of_the_elimination(void) { return every_circuit(is_that_of_the_elimination); }

/* -- What holds of every solution */

static int has_lawful_fields(const circuit *c, memsim_wires *wires) {
  inside in;
  ENSURE_OK(solve(wires, c, &in));
  ENSURE(is_lawful(c, &in) == 0);
  const double limit = 1e-13 * largest_of(in.device_current, c->rows * c->columns);
  for (size_t k = 0; k < c->rows * c->columns; k++) {
    ENSURE(fabs(in.device_current[k] - c->g[k] * in.device_volts[k]) <= limit);
  }
  return 0;
}

static int fields_obey_kirchhoff(void) {
  for (int k = 0; k < kind_count; k++) {
    if (kinds[k].change == cut_some) continue; /* its nodes are not all there */
    circuit c = plain_circuit(7, 5);
    kinds[k].change(&c);
    memsim_wires *wires = make_wires(&c);
    if (has_lawful_fields(&c, wires)) return printf("of %s\n", kinds[k].name), 1;
    memsim_wires_destroy(wires);
  }
  return 0;
}

static double heat(double ohm, double current) { return current == 0 ? 0 : ohm * current * current; }

/* What the terminals give is what devices and wires turn into heat. */
static int conserves_power(const circuit *c, memsim_wires *wires) {
  double given = 0, taken = 0;
  inside in;
  ENSURE_OK(solve(wires, c, &in));
  for (size_t i = 0; i < c->rows; i++) {
    double on = in.word_current[i * c->columns];
    for (size_t j = 0; j < c->columns; j++) {
      const size_t at = i * c->columns + j;
      const double in_device = in.device_current[at], down = in.bit_current[at];
      taken += in_device * in.device_volts[at] + heat(c->r_word[i] + (j ? 0 : c->r_source[i]), on);
      taken += heat(c->r_bit[j] + (i + 1 < c->rows ? 0 : c->r_sense[j]), down);
      given += c->volts[i] * in_device;
      on -= in_device;
    }
    if (c->double_sided) taken += heat(c->r_word[i] + c->r_source[i], on);
  }
  for (size_t j = 0; j < c->columns; j++) given -= c->bit_volts[j] * in.output[j];
  ENSURE(fabs(given - taken) <= 1e-10 * taken);
  return 0;
}

static int power_is_conserved(void) { return every_circuit(conserves_power); }

static int keeps_its_report(const circuit *c, memsim_wires *wires) {
  inside in;
  ENSURE_OK(solve(wires, c, &in));
  const double largest = fmax(largest_of(c->volts, c->rows), largest_of(c->bit_volts, c->columns));
  ENSURE(in.report.steps >= 1 && in.report.steps <= 50 && in.report.iterations >= 0);
  ENSURE(in.report.residual >= 0 && in.report.residual <= 1e-12 && in.report.volts <= 1e-12 * 2 * largest);
  return 0;
}

static int reports_say_how_solves_went(void) {
  ENSURE(every_circuit(keeps_its_report) == 0);
  circuit c = plain_circuit(8, 8);
  take_all_drop(&c);
  memsim_wires *wires = make_wires(&c);
  inside in;
  ENSURE_OK(solve(wires, &c, &in));
  ENSURE(in.report.iterations > 1);
  fill(c.volts, c.rows, 0);
  ENSURE_OK(solve(wires, &c, &in));
  ENSURE(in.report.volts == 0 && in.report.residual == 0 && largest_of(in.output, c.columns) == 0);
  memsim_wires_destroy(wires);
  return 0;
}

static int voltages_of_floating_lines_are_ignored(void) {
  circuit c = plain_circuit(5, 4);
  float_some(&c);
  memsim_wires *wires = make_wires(&c);
  inside in, again;
  ENSURE_OK(solve(wires, &c, &in));
  c.volts[0] = 17;
  c.volts[2] = -1e5;
  c.bit_volts[1] = 3;
  ENSURE_OK(solve(wires, &c, &again));
  ENSURE(memcmp(in.output, again.output, sizeof in.output) == 0);
  ENSURE(memcmp(in.device_current, again.device_current, sizeof in.device_current) == 0);
  memsim_wires_destroy(wires);
  return 0;
}

/* One value for all lines is that value for each. */
static int one_resistance_counts_for_all_lines(void) {
  const circuit c = plain_circuit(5, 4);
  const double word = 5, bit = 7, none = 0;
  memsim_wires_def def = def_of(&c);
  def.r_word = &word, def.r_bit = &bit, def.r_source = def.r_sense = &none;
  def.r_word_count = def.r_bit_count = def.r_source_count = def.r_sense_count = 1;
  memsim_wires *each = make_wires(&c), *one = NULL;
  double output[4];
  inside in;
  ENSURE_OK(memsim_wires_create(&def, &one));
  ENSURE_OK(solve(each, &c, &in));
  ENSURE_OK(memsim_wires_solve(one, c.volts, NULL, 1, output, NULL, NULL));
  ENSURE(memcmp(in.output, output, sizeof output) == 0);
  memsim_wires_destroy(each);
  memsim_wires_destroy(one);
  return 0;
}

/* -- The matrix */

static int has_its_matrix(const circuit *c, memsim_wires *wires) {
  double iterative[most_cells], dense[most_cells], unit[most] = {0}, output[most];
  ENSURE_OK(memsim_wires_transfer(wires, MEMSIM_TRANSFER_ITERATIVE, iterative));
  memcpy(dense, iterative, sizeof dense);
  ENSURE_OK(memsim_wires_transfer(wires, MEMSIM_TRANSFER_DENSE, dense));
  const double limit = 1e-10 * largest_of(dense, c->rows * c->columns);
  for (size_t i = 0; i < c->rows; i++) {
    unit[i] = 1;
    ENSURE_OK(memsim_wires_solve(wires, unit, NULL, 1, output, NULL, NULL));
    unit[i] = 0;
    for (size_t j = 0; j < c->columns; j++) {
      const size_t at = i * c->columns + j;
      ENSURE(fabs(output[j] - iterative[at]) <= limit && fabs(output[j] - dense[at]) <= limit);
    }
  }
  return 0;
}

static int both_methods_give_the_matrix(void) { return every_circuit(has_its_matrix); }

/* -- Gradients */

static int gradients_are_differences(void) {
  static void (*const changes[])(circuit *) = {leave, lift_terminals, drive_both_ends_of_all, float_some,
                                               take_all_drop};
  for (size_t k = 0; k < sizeof changes / sizeof *changes; k++) {
    circuit c = plain_circuit(5, 4);
    changes[k](&c);
    fill(c.r_bit, c.columns, 3);
    for (size_t i = 0; i < c.rows; i++) c.r_word[i] += 1;
    const double weights[4] = {-1.25, -0.25, 0.75, 1.75};
    memsim_wires_def def = def_of(&c);
    def.tolerance = 1e-15; /* as good as it gets: differences lose digits */
    double by_volts[5], by_bit_volts[4], by_g[20], by_word[5], by_bit[4];
    memsim_wires *wires = make_wires(&c);
    inside in;
    ENSURE_OK(solve(wires, &c, &in));
    ENSURE_OK(memsim_wires_vjp(wires, in.device_volts, 1, weights, by_volts, by_bit_volts, by_g, by_word, by_bit));
    ENSURE(are_differences(&def, &c, weights, c.volts, 5, by_volts, 1e-6) == 0);
    ENSURE(are_differences(&def, &c, weights, c.bit_volts, 4, by_bit_volts, 1e-6) == 0);
    ENSURE(are_differences(&def, &c, weights, c.g, 20, by_g, 1e-6) == 0);
    ENSURE(are_differences(&def, &c, weights, c.r_word, 5, by_word, 1e-6) == 0);
    ENSURE(are_differences(&def, &c, weights, c.r_bit, 4, by_bit, 1e-6) == 0);
    memsim_wires_destroy(wires);
  }
  return 0;
}

/* Gradients by voltages stand beside each other, those by what all vectors share are summed; each may be left out. */
static int gradients_of_batches_are_sums(void) {
  const circuit c = plain_circuit(4, 3);
  double volts[8], output[6], device_volts[24], psi[6] = {1, -2, 3, 0.5, 0, -1}, by_volts[8], by_bit_volts[6];
  double by_g[12], by_word[4], by_bit[3], one_g[2][12], one_word[2][4], one_bit[2][3], one_volts[4], one_bit_volts[3];
  for (size_t i = 0; i < 8; i++) volts[i] = 0.1 * (double)i - 0.3;
  memsim_wires_fields fields = {.size = sizeof fields, .device_volts = device_volts};
  memsim_wires *wires = make_wires(&c);
  ENSURE_OK(memsim_wires_solve(wires, volts, NULL, 2, output, &fields, NULL));
  ENSURE_OK(memsim_wires_vjp(wires, device_volts, 2, psi, by_volts, by_bit_volts, by_g, by_word, by_bit));
  for (int b = 0; b < 2; b++) {
    ENSURE_OK(memsim_wires_vjp(wires, device_volts + 12 * b, 1, psi + 3 * b, one_volts, NULL, one_g[b], NULL, NULL));
    ENSURE_OK(memsim_wires_vjp(wires, device_volts + 12 * b, 1, psi + 3 * b, NULL, one_bit_volts, NULL, one_word[b],
                               one_bit[b]));
    ENSURE(memcmp(one_volts, by_volts + 4 * b, sizeof one_volts) == 0);
    ENSURE(memcmp(one_bit_volts, by_bit_volts + 3 * b, sizeof one_bit_volts) == 0);
  }
  /* Relative to the largest, since summands may cancel. */
  for (int k = 0; k < 12; k++) by_g[k] -= one_g[0][k] + one_g[1][k];
  for (int i = 0; i < 4; i++) by_word[i] -= one_word[0][i] + one_word[1][i];
  for (int j = 0; j < 3; j++) by_bit[j] -= one_bit[0][j] + one_bit[1][j];
  ENSURE(largest_of(by_g, 12) <= 1e-14 * largest_of(one_g[0], 12));
  ENSURE(largest_of(by_word, 4) <= 1e-14 * largest_of(one_word[0], 4));
  ENSURE(largest_of(by_bit, 3) <= 1e-14 * largest_of(one_bit[0], 3));
  memsim_wires_destroy(wires);
  return 0;
}

/* -- Same bits for any split and any number of threads */

enum { side = 40, batch = 19, devices = side * side };
static double conductance[devices], volts[batch * side], currents[3][batch * side], inner[3][batch * devices];

static memsim_wires *make_large(int32_t threads) {
  memsim_context_def context_def;
  memsim_context *context = NULL;
  memsim_wires_def def;
  memsim_wires *wires = NULL;
  for (int k = 0; k < devices; k++) conductance[k] = 1e-6 * (1 + k * 7919 % 997);
  for (int k = 0; k < batch * side; k++) volts[k] = (k * 13 % 17 - 8) / 16.0;
  memsim_context_def_init(&context_def, sizeof context_def);
  memsim_wires_def_init(&def, sizeof def);
  context_def.threads = threads;
  if (memsim_context_create(&context_def, &context) != MEMSIM_OK) return NULL;
  def.rows = def.columns = side;
  def.conductance = conductance;
  def.context = context;
  memsim_wires_create(&def, &wires);
  memsim_context_destroy(context); /* the wires keep it */
  return wires;
}

static int run(memsim_wires *wires, size_t first, size_t count, int into) {
  memsim_wires_fields fields = {.size = sizeof fields, .device_current = inner[into] + first * devices};
  ENSURE_OK(memsim_wires_solve(wires, volts + first * side, NULL, count, currents[into] + first * side, &fields, NULL));
  return 0;
}

static int splits_and_threads_give_the_same_bits(void) {
  memsim_wires *one = make_large(1), *three = make_large(3);
  ENSURE(one && three);
  ENSURE(run(one, 0, batch, 0) == 0 && run(three, 0, batch, 1) == 0);
  for (size_t first = 0; first < batch; first += 5) {
    ENSURE(run(three, first, first + 5 < batch ? 5 : batch - first, 2) == 0);
  }
  for (int k = 1; k < 3; k++) {
    ENSURE(memcmp(currents[0], currents[k], sizeof currents[0]) == 0);
    ENSURE(memcmp(inner[0], inner[k], sizeof inner[0]) == 0);
  }
  static double matrices[2][devices], gradients[2][devices];
  memsim_wires *both[] = {one, three};
  for (int k = 0; k < 2; k++) {
    ENSURE_OK(memsim_wires_transfer(both[k], MEMSIM_TRANSFER_ITERATIVE, matrices[k]));
    ENSURE_OK(memsim_wires_vjp(both[k], inner[0], batch, currents[0], NULL, NULL, gradients[k], NULL, NULL));
  }
  ENSURE(memcmp(matrices[0], matrices[1], sizeof matrices[0]) == 0);
  ENSURE(memcmp(gradients[0], gradients[1], sizeof gradients[0]) == 0);
  memsim_wires_destroy(one);
  memsim_wires_destroy(three);
  return 0;
}

static int memory_is_told(void) {
  memsim_wires *wires = make_large(1);
  uint64_t before = 0, after = 0;
  ENSURE_OK(memsim_wires_memory(wires, &before));
  ENSURE(run(wires, 0, 1, 0) == 0);
  ENSURE_OK(memsim_wires_memory(wires, &after));
  ENSURE(before >= devices * sizeof(double) && after > before && after < devices * 1000); /* the solver's part */
  memsim_wires_destroy(wires);
  return 0;
}

static const test_case tests[] = {
    {"wires.defaults", defaults_are_the_documented_ones},
    {"wires.divider", one_device_divides_its_voltage},
    {"wires.ladder", a_ladder_is_solved_by_hand},
    {"wires.ideal", ideal_wires_are_a_product},
    {"wires.cut", cut_lines_carry_nothing},
    {"wires.elimination", circuits_are_those_of_the_elimination},
    {"wires.kirchhoff", fields_obey_kirchhoff},
    {"wires.power", power_is_conserved},
    {"wires.report", reports_say_how_solves_went},
    {"wires.floating", voltages_of_floating_lines_are_ignored},
    {"wires.one_value", one_resistance_counts_for_all_lines},
    {"wires.matrix", both_methods_give_the_matrix},
    {"wires.gradients", gradients_are_differences},
    {"wires.gradient_sums", gradients_of_batches_are_sums},
    {"wires.same_bits", splits_and_threads_give_the_same_bits},
    {"wires.memory", memory_is_told},
};
SECTION(wires, tests);
