/* Section 7, Crossbars. */
#include <math.h>

#include "sections.h"

enum { rows = 37, columns = 21, batch = 4 };
static double conductance[rows * columns], volts[batch * rows], expected[batch * columns];
static float narrow_conductance[rows * columns], narrow_volts[batch * rows];

static void fill_operands(void) {
  for (int i = 0; i < rows * columns; i++) narrow_conductance[i] = (float)(conductance[i] = (i % 17 + 1) / 32.0);
  for (int i = 0; i < batch * rows; i++) narrow_volts[i] = (float)(volts[i] = (i % 13 - 6) / 8.0);
  for (int b = 0; b < batch; b++) {
    for (int j = 0; j < columns; j++) {
      double sum = 0;
      for (int i = 0; i < rows; i++) sum += volts[b * rows + i] * conductance[i * columns + j];
      expected[b * columns + j] = sum;
    }
  }
}

/* The operands are small multiples of powers of two: every order of summation gives the exact result. */
static int products_are_exact(void) {
  fill_operands();
  double out[batch * columns];
  float narrow[batch * columns];
  ENSURE_OK(memsim_vmm(NULL, conductance, volts, MEMSIM_FLOAT64, rows, columns, batch, NULL, out));
  ENSURE_OK(memsim_vmm(NULL, narrow_conductance, narrow_volts, MEMSIM_FLOAT32, rows, columns, batch, NULL, narrow));
  for (int i = 0; i < batch * columns; i++) ENSURE(out[i] == expected[i] && narrow[i] == (float)expected[i]);
  return 0;
}

static int noise_is_addressed_by_its_key(void) {
  fill_operands();
  memsim_vmm_def def;
  ENSURE_OK(memsim_vmm_def_init(&def, sizeof def));
  ENSURE(def.size == sizeof def && def.noise == MEMSIM_NOISE_NONE && def.bandwidth == 1e8);
  ENSURE(def.key.seed == 0 && def.key.stream == 0 && def.key.offset == 0);
  for (int32_t noise = MEMSIM_NOISE_AUTO; noise <= MEMSIM_NOISE_SUM; noise++) {
    double whole[batch * columns], piece[columns];
    def.noise = noise;
    def.key.offset = 5;
    ENSURE_OK(memsim_vmm(NULL, conductance, volts, MEMSIM_FLOAT64, rows, columns, batch, &def, whole));
    for (int b = 0; b < batch; b++) {
      def.key.offset = 5 + (uint64_t)b;
      ENSURE_OK(memsim_vmm(NULL, conductance, volts + b * rows, MEMSIM_FLOAT64, rows, columns, 1, &def, piece));
      ENSURE(memcmp(piece, whole + b * columns, sizeof piece) == 0);
    }
    for (int i = 0; i < batch * columns; i++) ENSURE(whole[i] != expected[i] && fabs(whole[i] - expected[i]) < 1e-3);
  }
  return 0;
}

static int not_finite_values_pass_through(void) {
  fill_operands();
  double out[batch * columns];
  volts[3] = NAN;
  conductance[0] = INFINITY;
  ENSURE_OK(memsim_vmm(NULL, conductance, volts, MEMSIM_FLOAT64, rows, columns, batch, NULL, out));
  for (int j = 0; j < columns; j++) ENSURE(isnan(out[j]));
  for (int b = 1; b < batch; b++) ENSURE(isinf(out[b * columns]) && out[b * columns + 1] == expected[b * columns + 1]);
  return 0;
}

static int bad_products_are_refused(void) {
  fill_operands();
  double out[batch * columns];
  memsim_vmm_def def;
  ENSURE_OK(memsim_vmm_def_init(&def, sizeof def));
  const void *g = conductance, *v = volts;
  ENSURE_FAILS(memsim_vmm(NULL, NULL, v, MEMSIM_FLOAT64, rows, columns, 1, NULL, out), MEMSIM_ERR_ARGUMENT, "cond");
  ENSURE_FAILS(memsim_vmm(NULL, g, NULL, MEMSIM_FLOAT64, rows, columns, 1, NULL, out), MEMSIM_ERR_ARGUMENT, "volts");
  ENSURE_FAILS(memsim_vmm(NULL, g, v, MEMSIM_FLOAT64, rows, columns, 1, NULL, NULL), MEMSIM_ERR_ARGUMENT, "out");
  ENSURE_FAILS(memsim_vmm(NULL, g, v, MEMSIM_UINT8, rows, columns, 1, NULL, out), MEMSIM_ERR_ARGUMENT, "dtype");
  ENSURE_FAILS(memsim_vmm(NULL, g, v, MEMSIM_FLOAT64, SIZE_MAX, 2, 1, NULL, out), MEMSIM_ERR_SHAPE, "rows");
  def.noise = -1;
  ENSURE_FAILS(memsim_vmm(NULL, g, v, MEMSIM_FLOAT64, rows, columns, 1, &def, out), MEMSIM_ERR_ARGUMENT, "noise");
  def.noise = MEMSIM_NOISE_CELL;
  def.bandwidth = NAN;
  ENSURE_FAILS(memsim_vmm(NULL, g, v, MEMSIM_FLOAT64, rows, columns, 1, &def, out), MEMSIM_ERR_ARGUMENT, "bandwidth");
  def.size = 1;
  ENSURE_FAILS(memsim_vmm(NULL, g, v, MEMSIM_FLOAT64, rows, columns, 1, &def, out), MEMSIM_ERR_ARGUMENT, "size");
  return 0;
}

static const test_case tests[] = {
    {"crossbar.exact", products_are_exact},
    {"crossbar.noise", noise_is_addressed_by_its_key},
    {"crossbar.not_finite", not_finite_values_pass_through},
    {"crossbar.refused", bad_products_are_refused},
};
SECTION(crossbar, tests);
