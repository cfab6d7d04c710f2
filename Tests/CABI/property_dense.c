/* See property.h: sections 7 and 8 of memsim.h. */
#include "property.h"

#include <math.h>

static const memsim_vmm_def *any_vmm_def(void) {
  if (chance(2)) return NULL;
  memsim_vmm_def *def = input_buffer(sizeof *def);
  memsim_vmm_def_init(def, sizeof *def);
  def->noise = (int32_t)below(4);
  def->key = (memsim_random_key){any64(), any64(), any64() >> 2};
  if (chance(bad_rate)) {
    def->noise = chance(2) ? 4 + (int32_t)below(1 << 30) : -1 - (int32_t)below(1 << 30);
    blame(MEMSIM_ERR_ARGUMENT, "noise");
  }
  if (def->noise != MEMSIM_NOISE_NONE) def->bandwidth = positive_parameter("bandwidth", 1e9);
  spoil_size(&def->size, sizeof *def);
  return def;
}

static int vmm(void) {
  const size_t rows = 1 + below(40), columns = 1 + below(40), batch = 1 + below(9);
  const memsim_dtype dtype = dtype_of(MEMSIM_FLOAT32, MEMSIM_FLOAT64);
  const memsim_vmm_def *def = any_vmm_def();
  const void *conductance = reals("conductance", dtype, rows * columns, 1, 1);
  const void *volts = reals("volts", dtype, batch * rows, 1, 1);
  void *out = results(dtype, batch * columns);
  memsim_context *context = any_context();
  return judge("vmm", memsim_vmm(context, conductance, volts, dtype, rows, columns, batch, def, out), NULL);
}

/* Extents whose product is no size at all. */
static int absurd_vmm(void) {
  const size_t wild[] = {SIZE_MAX, SIZE_MAX / 2, (size_t)1 << 62, (size_t)1 << 40};
  size_t extents[3] = {wild[below(4)], wild[below(4)], 1 + below(4)};
  const size_t turn = below(3), one = extents[turn];
  extents[turn] = extents[2];
  extents[2] = one;
  void *buffer = input_buffer(64), *out = output_buffer(64);
  const char *names[] = {"rows", "columns", "batch"};
  for (int i = 0; i < 3; i++) blame(MEMSIM_ERR_SHAPE, names[i]);
  const memsim_status status = memsim_vmm(any_context(), buffer, buffer, MEMSIM_FLOAT32, extents[0], extents[1],
                                          extents[2], NULL, out);
  return judge("absurd vmm", status, NULL);
}

static int32_t any_bits(void) {
  if (!chance(bad_rate)) return 1 + (int32_t)below(24);
  blame(MEMSIM_ERR_ARGUMENT, "bits");
  return chance(2) ? 25 + (int32_t)below(1 << 30) : -(int32_t)below(1 << 30);
}

static int adc(void) {
  memsim_adc_def def;
  memsim_adc_def_init(&def, sizeof def);
  def.bits = any_bits();
  def.minimum = finite_parameter("minimum", 1);
  def.maximum = finite_parameter("maximum", 1) + 2.5;
  def.clamp_low = (int32_t)below(2);
  if (chance(bad_rate)) {
    def.maximum = def.minimum - fabs(real_within(1));
    blame(MEMSIM_ERR_ARGUMENT, "m");
  }
  spoil_size(&def.size, sizeof def);
  const size_t count = below(300);
  const memsim_dtype dtype = dtype_of(MEMSIM_FLOAT32, MEMSIM_FLOAT64);
  const void *values = reals("values", dtype, count, 4, 1);
  void *out = results(dtype, count);
  return judge("adc", memsim_adc(any_context(), &def, values, dtype, count, out), NULL);
}

static int dac(void) {
  const int32_t bits = any_bits();
  const double v_max = positive_parameter("v_max", 2);
  const size_t count = below(300);
  const memsim_dtype dtype = dtype_of(MEMSIM_FLOAT32, MEMSIM_FLOAT64);
  const void *values = reals("values", dtype, count, 2, 1);
  void *out = results(dtype, count);
  return judge("dac", memsim_dac(any_context(), bits, v_max, values, dtype, count, out), NULL);
}

const random_call dense_calls[] = {vmm, absurd_vmm, adc, dac};
const size_t dense_call_count = sizeof dense_calls / sizeof *dense_calls;
