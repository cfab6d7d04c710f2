/* See property.h: section 6 of memsim.h, but for states and files. */
#include "property.h"

#include <string.h>

live_array live[live_arrays];

/* -- Making arrays */

static const double order = 3, seven[7] = {1e-5, 0, 0, 0, 0, 3e-4, 0}, strange = 1e300;

static memsim_param any_param(void) {
  memsim_param param = {"order", &order, 1};
  switch (below(2 * bad_rate)) {
    case 0: param.name = NULL; blame(MEMSIM_ERR_ARGUMENT, "name"); break;
    case 1: param.name = "nope"; blame(MEMSIM_ERR_ARGUMENT, "nope"); break;
    case 2: param.values = NULL; blame(MEMSIM_ERR_ARGUMENT, "values"); break;
    case 3: param.values = &strange; blame(MEMSIM_ERR_ARGUMENT, "order"); break;
    case 4: param.values = seven; param.count = 7; blame(MEMSIM_ERR_SHAPE, "order"); break;
    case 5: param.count = 0; blame(MEMSIM_ERR_SHAPE, ""); break;
    case 6: param.count = SIZE_MAX - below(100); blame(MEMSIM_ERR_SHAPE, ""); break;
    case 7: case 8: param = (memsim_param){"LLRS", seven, 7}; break;
  }
  return param;
}

static memsim_option any_option(void) {
  memsim_option option = {"start", chance(2) ? "fresh" : "stationary"};
  switch (below(2 * bad_rate)) {
    case 0: option.name = NULL; blame(MEMSIM_ERR_ARGUMENT, "name"); break;
    case 1: option.name = "nope"; blame(MEMSIM_ERR_ARGUMENT, "nope"); break;
    case 2: option.choice = NULL; blame(MEMSIM_ERR_ARGUMENT, "choice"); break;
    case 3: option.choice = "nope"; blame(MEMSIM_ERR_ARGUMENT, "nope"); break;
  }
  return option;
}

static void spoil_shape(memsim_array_def *def) {
  if (!chance(bad_rate)) return;
  switch (below(5)) {
    case 0: def->rows = 0; break;
    case 1: def->columns = 0; break;
    case 2: def->rows = def->columns = 1ull << 31; break;
    case 3: def->rows = UINT64_MAX - below(1000); break;
    case 4: def->columns = 1ull << (32 + below(32)); break;
  }
  blame(MEMSIM_ERR_ARGUMENT, def->rows == 0 || def->rows > 1000 ? "rows" : "columns");
}

static void spoil_lists(memsim_array_def *def) {
  switch (below(4 * bad_rate)) {
    case 0: def->params = NULL; def->param_count = 1 + any64() / 2; blame(MEMSIM_ERR_ARGUMENT, "param"); break;
    case 1: def->options = NULL; def->option_count = 1 + any64() / 2; blame(MEMSIM_ERR_ARGUMENT, "option"); break;
  }
}

static int array_create(void) {
  static const char *const models[] = {"synaptogen"};
  const memsim_param params[] = {any_param(), {"eta", &order, 1}};
  const memsim_option options[] = {any_option()};
  memsim_array_def def;
  memsim_array_def_init(&def, sizeof def);
  def.rows = 1 + below(24);
  def.columns = 1 + below(24);
  def.seed = any64();
  def.model = one_of("model", models, 1);
  def.params = params;
  def.param_count = 2;
  def.options = options;
  def.option_count = 1;
  def.context = any_context();
  spoil_shape(&def);
  spoil_lists(&def);
  spoil_size(&def.size, sizeof def);
  memsim_array *made = NULL;
  const memsim_status status = memsim_array_create(&def, &made);
  if (judge("array_create", status, NULL) || (status == MEMSIM_OK) != (made != NULL)) return 1;
  if (!made) return 0;
  live_array *slot = &live[below(live_arrays)];
  memsim_array_destroy(slot->handle);
  *slot = (live_array){made, def.rows, def.columns, def.rows * def.columns};
  return 0;
}

int setup_arrays(void) {
  memsim_context_def def;
  memsim_context_def_init(&def, sizeof def);
  for (int32_t i = 1; i < 3; i++) {
    def.threads = i;
    if (memsim_context_create(&def, &contexts[i]) != MEMSIM_OK) return 1;
  }
  for (int i = 0; i < live_arrays; i++) {
    memsim_array_def array;
    memsim_array_def_init(&array, sizeof array);
    array.rows = array.columns = (uint64_t)i + 1;
    live[i] = (live_array){NULL, array.rows, array.columns, array.rows * array.columns};
    if (memsim_array_create(&array, &live[i].handle) != MEMSIM_OK) return 1;
  }
  return 0;
}

void teardown_arrays(void) {
  for (int i = 0; i < live_arrays; i++) memsim_array_destroy(live[i].handle);
  for (int i = 0; i < 3; i++) memsim_context_destroy(contexts[i]);
}

/* -- Using arrays */

static int apply(void) {
  memsim_array *handle;
  const live_array *array = any_array(&handle);
  size_t buffered;
  const size_t count = operand_count("volts", array->cells, &buffered);
  const memsim_dtype dtype = dtype_of(MEMSIM_FLOAT32, MEMSIM_FLOAT64);
  const void *volts = reals("volts", dtype, buffered, 3, 0);
  return judge("apply", memsim_array_apply(handle, volts, dtype, count, mask(array->cells)), handle);
}

static const memsim_read_def *any_read_def(void) {
  if (chance(3)) return NULL;
  memsim_read_def *def = input_buffer(sizeof *def);
  memsim_read_def_init(def, sizeof *def);
  def->noise = (int32_t)below(4);
  if (chance(bad_rate)) {
    def->noise = chance(2) ? 4 + (int32_t)below(1 << 30) : -1 - (int32_t)below(1 << 30);
    blame(MEMSIM_ERR_ARGUMENT, "noise");
  }
  def->bandwidth = 1e8;
  if (def->noise != MEMSIM_NOISE_NONE) def->bandwidth = positive_parameter("bandwidth", 1e9);
  spoil_size(&def->size, sizeof *def);
  return def;
}

static int read_cells(void) {
  memsim_array *handle;
  const live_array *array = any_array(&handle);
  size_t buffered;
  const size_t count = operand_count("volts", array->cells, &buffered);
  const memsim_dtype dtype = dtype_of(MEMSIM_FLOAT32, MEMSIM_FLOAT64);
  const void *volts = reals("volts", dtype, buffered, 1.5, 0);
  const memsim_read_def *def = any_read_def();
  void *out = results(dtype, array->cells);
  return judge("read", memsim_array_read(handle, volts, dtype, count, def, out), handle);
}

static int conductance(void) {
  memsim_array *handle;
  const live_array *array = any_array(&handle);
  size_t buffered;
  const size_t count = operand_count("volts", array->cells, &buffered);
  const memsim_dtype dtype = dtype_of(MEMSIM_FLOAT32, MEMSIM_FLOAT64);
  const void *volts = reals("volts", dtype, buffered, 1.5, 0);
  void *out = results(dtype, array->cells);
  return judge("conductance", memsim_array_conductance(handle, volts, dtype, count, out), handle);
}

static int array_vmm(void) {
  memsim_array *handle;
  const live_array *array = any_array(&handle);
  const size_t batch = 1 + below(6);
  const memsim_dtype dtype = dtype_of(MEMSIM_FLOAT32, MEMSIM_FLOAT64);
  const void *volts = reals("volts", dtype, batch * array->rows, 1.5, 0);
  const memsim_read_def *def = any_read_def();
  void *out = results(dtype, batch * array->columns);
  return judge("vmm", memsim_array_vmm(handle, volts, dtype, batch, def, out), handle);
}

static int describe(void) {
  memsim_array *handle;
  any_array(&handle);
  void *out = results(MEMSIM_INT64, 1);
  const memsim_status status = chance(4)   ? memsim_array_memory(handle, out)
                               : chance(3) ? memsim_array_hash(handle, out)
                               : chance(2) ? memsim_array_size(handle, out)
                                           : memsim_array_model(handle, out);
  return judge("describe", status, handle);
}

const random_call array_calls[] = {array_create, apply, apply, read_cells, conductance, array_vmm, describe};
const size_t array_call_count = sizeof array_calls / sizeof *array_calls;
