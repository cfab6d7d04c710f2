/* See property.h: wires, section 7 of memsim.h. */
#include "property.h"

#include <stdio.h>

#include "wires_elimination.h"

/* -- Circuits: whatever they are, an answer is right or there is none */

long solved_circuits, unsolved_circuits;

static double any_of(double low, double high) { return low * pow(high / low, real_within(0.5) + 0.5); }

static double any_conductance(void) { return chance(5) ? 0 : chance(7) ? 1e3 : any_of(1e-12, 1e3); }
static double any_wire(void) { return chance(8) ? 0 : chance(16) ? INFINITY : any_of(1e-6, 1e6); }
static double any_end(void) { return chance(2) ? 0 : chance(4) ? INFINITY : any_of(1e-6, 1e6); }

/* Values for some lines, or one for all. */
static void fill_lines(double *values, size_t count, double (*any)(void)) {
  const double same = any();
  const int is_same = chance(2);
  for (size_t i = 0; i < count; i++) values[i] = is_same ? same : any();
}

static double tame_conductance(void) { return any_of(1e-7, 1e-2); }
static double tame_wire(void) { return any_of(1e-2, 1e2); }
static double tame_end(void) { return chance(2) ? 0 : any_of(1, 1e3); }

/* Tame ones have devices and wires as they are made, and must be solved. */
static circuit any_circuit(int is_tame) {
  circuit c = {.rows = 1 + below(6), .columns = 1 + below(6), .double_sided = chance(4)};
  for (size_t k = 0; k < c.rows * c.columns; k++) c.g[k] = is_tame ? tame_conductance() : any_conductance();
  fill_lines(c.r_word, c.rows, is_tame ? tame_wire : any_wire);
  fill_lines(c.r_bit, c.columns, is_tame ? tame_wire : any_wire);
  fill_lines(c.r_source, c.rows, is_tame ? tame_end : any_end);
  fill_lines(c.r_sense, c.columns, is_tame ? tame_end : any_end);
  for (size_t i = 0; i < c.rows; i++) c.volts[i] = chance(4) ? 0 : real_within(1);
  for (size_t j = 0; j < c.columns; j++) c.bit_volts[j] = chance(2) ? 0 : real_within(1);
  return c;
}

static int are_within(real limit, const char *name, const double *values, const real *expected, size_t count) {
  for (size_t k = 0; k < count; k++) {
    if (fabsl(values[k] - expected[k]) <= limit) continue;
    printf("%s %zu: %.17g A, not %.17Lg A within %Lg A\n", name, k, values[k], expected[k], limit);
    return 0;
  }
  return 1;
}

/* To 1e-6 of the largest current. What a rounding of the largest voltage drives through a device is no current. */
static int is_right(const circuit *c, const double *output, const double *current) {
  static reference expected;
  eliminate(c, &expected);
  double conductance = 0;
  for (size_t k = 0; k < c->rows * c->columns; k++) conductance = fmax(conductance, c->g[k]);
  const real limit = 1e-6L * expected.largest + 0x1p-51L * conductance;
  return are_within(limit, "output", output, expected.output, c->columns) &&
         are_within(limit, "device", current, expected.current, c->rows * c->columns);
}

static void print_lines(const char *name, const double *values, size_t count) {
  printf("%s", name);
  for (size_t i = 0; i < count; i++) printf(" %.17g", values[i]);
  printf("\n");
}

static int complain(const circuit *c, const char *what) {
  printf("%s: %zu x %zu%s: \"%s\"\n", what, c->rows, c->columns, c->double_sided ? ", double-sided" : "",
         memsim_last_error());
  print_lines("conductance", c->g, c->rows * c->columns);
  print_lines("r_word", c->r_word, c->rows);
  print_lines("r_bit", c->r_bit, c->columns);
  print_lines("r_source", c->r_source, c->rows);
  print_lines("r_sense", c->r_sense, c->columns);
  print_lines("volts", c->volts, c->rows);
  print_lines("bit_volts", c->bit_volts, c->columns);
  return 1;
}

int random_circuit(void) {
  const int is_tame = chance(3);
  const circuit c = any_circuit(is_tame);
  const memsim_wires_def def = def_of(&c);
  memsim_wires *wires = NULL;
  if (memsim_wires_create(&def, &wires) != MEMSIM_OK) return complain(&c, "not made");
  double output[most], current[most_cells];
  const memsim_wires_fields fields = {.size = sizeof fields, .device_current = current};
  const memsim_status status = memsim_wires_solve(wires, c.volts, c.bit_volts, 1, output, &fields, NULL);
  memsim_wires_destroy(wires);
  if (status == MEMSIM_OK) return solved_circuits++, is_right(&c, output, current) ? 0 : complain(&c, "wrong");
  if (is_tame || status != MEMSIM_ERR_CONVERGENCE) return complain(&c, "not solved");
  unsolved_circuits++;
  return 0;
}

/* -- Random good and bad calls */

enum { live_wires = 5, most_vectors = 6 };
typedef enum kind { ohmic, with_law, with_selector, of_cells, kinds } kind;

static struct live {
  memsim_wires *handle;
  kind kind;
  size_t rows, columns, cells;
} wires[live_wires];

static const memsim_nonideality law = {"poole-frenkel", NULL, 0};

static memsim_array *make_cells(size_t rows, size_t columns) {
  memsim_array_def def;
  memsim_array *array = NULL;
  memsim_array_def_init(&def, sizeof def);
  def.model = "jart-vcm-v1b";
  def.rows = rows;
  def.columns = columns;
  memsim_array_create(&def, &array);
  return array;
}

int setup_wires(void) {
  for (size_t i = 0; i < live_wires; i++) {
    circuit c = {.rows = 1 + i, .columns = 4};
    for (size_t k = 0; k < c.rows * c.columns; k++) c.g[k] = 1e-6 * (double)(1 + k);
    const memsim_nonideality selector = {memsim_selector_name(0), NULL, 0};
    memsim_wires_def def = def_of(&c);
    const kind k = (kind)(i % kinds);
    memsim_array *array = k == of_cells ? make_cells(c.rows, c.columns) : NULL;
    def.array = array;
    if (array) def.conductance = NULL;
    def.law = k == with_law ? &law : NULL;
    def.selector = k == with_selector ? &selector : NULL;
    wires[i] = (struct live){NULL, k, c.rows, c.columns, c.rows * c.columns};
    if (memsim_wires_create(&def, &wires[i].handle) != MEMSIM_OK) return 1;
    memsim_array_destroy(array); /* the wires keep it */
  }
  return 0;
}

void teardown_wires(void) {
  for (int i = 0; i < live_wires; i++) memsim_wires_destroy(wires[i].handle);
}

/* Live wires; `handle` gets NULL instead with a small probability. */
static const struct live *any_wires(memsim_wires **handle) {
  const struct live *found = &wires[below(live_wires)];
  *handle = found->handle;
  if (chance(bad_rate)) {
    *handle = NULL;
    blame(MEMSIM_ERR_ARGUMENT, "wires");
  }
  return found;
}

static double *results_of(const char *name, size_t count) {
  if (!chance(bad_rate)) return output_buffer(count * sizeof(double));
  blame(MEMSIM_ERR_ARGUMENT, name);
  return NULL;
}

static double *maybe_results(size_t count) { return chance(2) ? NULL : output_buffer(count * sizeof(double)); }

static size_t any_batch(size_t *buffered) {
  *buffered = below(most_vectors);
  if (!chance(bad_rate)) return *buffered;
  const size_t wild[] = {SIZE_MAX, SIZE_MAX / 2, (size_t)1 << 63, (size_t)1 << 60};
  blame(MEMSIM_ERR_SHAPE, "batch"); /* must be refused unread */
  return wild[below(4)];
}

/* Voltages that may be left out, or with a strange one among them. */
static const double *maybe_volts(const char *name, size_t count) {
  if (chance(2)) return NULL;
  double *volts = input_buffer(count * sizeof *volts);
  for (size_t i = 0; i < count; i++) volts[i] = real_within(0.5);
  if (!count || !chance(bad_rate)) return volts;
  volts[below(count)] = strange_real();
  blame(MEMSIM_ERR_ARGUMENT, name);
  return volts;
}

/* Finite values, or NULL. */
static const double *finite_reals(const char *name, size_t count, double limit) {
  double *values = input_buffer(count * sizeof *values);
  for (size_t i = 0; i < count; i++) values[i] = real_within(limit);
  if (!chance(bad_rate)) return values;
  blame(MEMSIM_ERR_ARGUMENT, name);
  return NULL;
}

static int solve(void) {
  memsim_wires *handle;
  const struct live *it = any_wires(&handle);
  size_t buffered;
  const size_t batch = any_batch(&buffered), inner = buffered * it->cells;
  const double *volts = reals("volts", MEMSIM_FLOAT64, buffered * it->rows, 0.5, 0);
  const double *bit_volts = maybe_volts("bit_volts", buffered * it->columns);
  double *output = results_of("output", buffered * it->columns);
  memsim_wires_fields fields = {sizeof fields,        0,
                                maybe_results(inner), maybe_results(inner),
                                maybe_results(inner), maybe_results(inner),
                                maybe_results(inner), maybe_results(inner)};
  memsim_wires_report report = {.size = sizeof report};
  spoil_size(&fields.size, sizeof fields);
  spoil_size(&report.size, sizeof report);
  return judge("wires_solve", memsim_wires_solve(handle, volts, bit_volts, batch, output, &fields, &report), NULL);
}

static int transfer(void) {
  memsim_wires *handle;
  const struct live *it = any_wires(&handle);
  int32_t method = (int32_t)below(2);
  if (it->kind != ohmic) blame(MEMSIM_ERR_ARGUMENT, "ohmic");
  if (chance(bad_rate)) {
    method = chance(2) ? 2 + (int32_t)below(1 << 30) : -1 - (int32_t)below(1 << 30);
    blame(MEMSIM_ERR_ARGUMENT, "method");
  }
  return judge("wires_transfer", memsim_wires_transfer(handle, method, results_of("out", it->cells)), NULL);
}

static int vjp(void) {
  memsim_wires *handle;
  const struct live *it = any_wires(&handle);
  size_t buffered;
  const size_t batch = any_batch(&buffered);
  const double *device_volts = finite_reals("device_volts", buffered * it->cells, 0.5);
  const double *grad_output = finite_reals("grad_output", buffered * it->columns, 3);
  double *by_conductance = maybe_results(it->cells);
  if (by_conductance && it->kind == of_cells) blame(MEMSIM_ERR_ARGUMENT, "grad_conductance");
  double *by_volts = maybe_results(buffered * it->rows), *by_bit_volts = maybe_results(buffered * it->columns);
  double *by_word = maybe_results(it->rows), *by_bit = maybe_results(it->columns);
  return judge("wires_vjp",
               memsim_wires_vjp(handle, device_volts, batch, grad_output, by_volts, by_bit_volts, by_conductance,
                                by_word, by_bit),
               NULL);
}

static int write_cells(void) {
  memsim_wires *handle;
  const struct live *it = any_wires(&handle);
  if (it->kind != of_cells) blame(MEMSIM_ERR_ARGUMENT, "array");
  const double *volts = reals("volts", MEMSIM_FLOAT64, it->rows, 0.5, 0);
  const double *bit_volts = maybe_volts("bit_volts", it->columns);
  double duration = chance(5) ? 0 : any_of(1e-12, 1e-6);
  if (chance(bad_rate)) {
    duration = chance(2) ? strange_real() : chance(2) ? -1e-12 : 1.1e12;
    blame(MEMSIM_ERR_ARGUMENT, "duration");
  }
  const double tolerance = bounded_parameter("tolerance", 1e-2, 1);
  memsim_write_report report = {.size = sizeof report};
  spoil_size(&report.size, sizeof report);
  return judge("wires_write", memsim_wires_write(handle, volts, bit_volts, duration, tolerance, &report), NULL);
}

static int memory(void) {
  memsim_wires *handle;
  any_wires(&handle);
  return judge("wires_memory", memsim_wires_memory(handle, results(MEMSIM_INT64, 1)), NULL);
}

static int selector_cards(void) {
  const char *const names[] = {memsim_selector_name(0)};
  const char *name = one_of("name", names, 1);
  if (chance(2)) {
    memsim_model_card card = {.size = sizeof card};
    spoil_size(&card.size, sizeof card);
    return judge("selector_info", memsim_selector_info(name, &card), NULL);
  }
  memsim_param_card card = {.size = sizeof card};
  int32_t index = 0;
  if (chance(bad_rate)) {
    index = chance(2) ? 1000 + (int32_t)below(1 << 30) : -1 - (int32_t)below(1 << 30);
    blame(MEMSIM_ERR_ARGUMENT, "index");
  }
  spoil_size(&card.size, sizeof card);
  return judge("selector_param", memsim_selector_param(name, index, &card), NULL);
}

/* -- Making wires */

static double any_bad_ohm(void) { return chance(2) ? -1e-9 - fabs(real_within(1)) : chance(2) ? NAN : 1.1e15; }

/* A fault in one of the lines' resistances: their values or their number. */
static void spoil_lines(circuit *c, memsim_wires_def *def) {
  static const char *const names[] = {"r_word", "r_bit", "r_source", "r_sense"};
  double *const values[] = {c->r_word, c->r_bit, c->r_source, c->r_sense};
  size_t *const counts[] = {&def->r_word_count, &def->r_bit_count, &def->r_source_count, &def->r_sense_count};
  const size_t which = below(4);
  switch (below(3)) {
    case 0: values[which][below(*counts[which])] = any_bad_ohm(); blame(MEMSIM_ERR_ARGUMENT, names[which]); break;
    case 1: *counts[which] = 0; blame(MEMSIM_ERR_SHAPE, names[which]); break;
    case 2: *counts[which] = 7 + (any64() >> below(60)); blame(MEMSIM_ERR_SHAPE, names[which]); break;
  }
}

static void spoil_def(circuit *c, memsim_wires_def *def) {
  static const memsim_nonideality nope = {"nope", NULL, 0}, lawless = {"drift", NULL, 0};
  if (chance(bad_rate)) spoil_lines(c, def);
  if (!chance(bad_rate)) return;
  switch (below(8)) {
    case 0: def->double_sided = 2 + (int32_t)below(1 << 30); blame(MEMSIM_ERR_ARGUMENT, "double_sided"); break;
    case 1: def->conductance = NULL; blame(MEMSIM_ERR_ARGUMENT, "conductance"); break;
    case 2: c->g[below(c->rows * c->columns)] = any_bad_ohm(); blame(MEMSIM_ERR_ARGUMENT, "conductance"); break;
    case 3: def->law = chance(2) ? &nope : &lawless; blame(MEMSIM_ERR_ARGUMENT, def->law->name); break;
    case 4: def->selector = &nope; blame(MEMSIM_ERR_ARGUMENT, "nope"); break;
    case 5: def->tolerance = chance(2) ? strange_real() : 2e-3; blame(MEMSIM_ERR_ARGUMENT, "tolerance"); break;
    case 6: def->max_iterations = -(int32_t)below(1 << 30); blame(MEMSIM_ERR_ARGUMENT, "max_iterations"); break;
    case 7: def->max_steps = -(int32_t)below(1 << 30); blame(MEMSIM_ERR_ARGUMENT, "max_steps"); break;
  }
}

static int create(void) {
  circuit c = any_circuit(0);
  memsim_wires_def def = def_of(&c);
  memsim_wires *made = NULL;
  def.context = any_context();
  spoil_def(&c, &def);
  spoil_size(&def.size, sizeof def);
  const memsim_status status = memsim_wires_create(&def, &made);
  if (judge("wires_create", status, NULL) || (status == MEMSIM_OK) != (made != NULL)) return 1;
  memsim_wires_destroy(made);
  return 0;
}

const random_call wires_calls[] = {create, solve, transfer, vjp, write_cells, memory, create, solve, selector_cards};
const size_t wires_call_count = sizeof wires_calls / sizeof *wires_calls;
