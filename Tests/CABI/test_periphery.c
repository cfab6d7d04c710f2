/* Section 8, Periphery. */
#include <math.h>

#include "sections.h"

static int adc_gives_the_nearest_level(void) {
  memsim_adc_def def;
  ENSURE_OK(memsim_adc_def_init(&def, sizeof def));
  ENSURE(def.size == sizeof def && def.bits == 4 && def.minimum == 1e-6 && def.maximum == 5e-5 && def.clamp_low == 1);
  def.bits = 2;
  def.minimum = 1;
  def.maximum = 4;
  const double values[] = {-10, 0.2, 1, 1.49, 1.5, 2.5, 3.4, 4, 99, INFINITY, -INFINITY};
  const double levels[] = {1, 1, 1, 1, 2, 3, 3, 4, 4, 4, 1};
  double out[11];
  float narrow[11];
  ENSURE_OK(memsim_adc(NULL, &def, values, MEMSIM_FLOAT64, 11, out));
  for (int i = 0; i < 11; i++) ENSURE(out[i] == levels[i]);
  for (int i = 0; i < 11; i++) narrow[i] = (float)values[i];
  ENSURE_OK(memsim_adc(NULL, &def, narrow, MEMSIM_FLOAT32, 11, narrow));
  for (int i = 0; i < 11; i++) ENSURE(narrow[i] == (float)levels[i]);
  const double not_a_number = NAN;
  ENSURE_OK(memsim_adc(NULL, &def, &not_a_number, MEMSIM_FLOAT64, 1, out));
  ENSURE(isnan(out[0]));
  def.clamp_low = 0;
  ENSURE_OK(memsim_adc(NULL, &def, values, MEMSIM_FLOAT64, 2, out));
  ENSURE(out[0] == -10 && out[1] == 0);
  return 0;
}

static int dac_gives_signed_codes(void) {
  /* 3 bits: codes -4...4, half to even */
  const double values[] = {0, 0.25, 0.374, 0.375, 0.625, 1, 1.5, -0.125, -0.375, -2};
  const double volts[] = {0, 0.15, 0.15, 0.3, 0.3, 0.6, 0.6, 0, -0.3, -0.6};
  double out[10];
  ENSURE_OK(memsim_dac(NULL, 3, 0.6, values, MEMSIM_FLOAT64, 10, out));
  for (int i = 0; i < 10; i++) ENSURE(fabs(out[i] - volts[i]) < 1e-15);
  return 0;
}

static int bad_converters_are_refused(void) {
  memsim_adc_def def;
  ENSURE_OK(memsim_adc_def_init(&def, sizeof def));
  const memsim_adc_def good = def;
  double x[2] = {0, 0};
#define ENSURE_REFUSED(change, word)                                                                    \
  do {                                                                                                  \
    def = good;                                                                                         \
    change;                                                                                             \
    ENSURE_FAILS(memsim_adc(NULL, &def, x, MEMSIM_FLOAT64, 2, x), MEMSIM_ERR_ARGUMENT, word);           \
  } while (0)
  ENSURE_REFUSED(def.bits = 0, "bits");
  ENSURE_REFUSED(def.bits = 25, "bits");
  ENSURE_REFUSED(def.maximum = def.minimum, "maximum");
  ENSURE_REFUSED(def.minimum = NAN, "minimum");
  ENSURE_REFUSED(def.maximum = INFINITY, "maximum");
  ENSURE_REFUSED(def.clamp_low = 2, "clamp_low");
  ENSURE_REFUSED(def.size = 0, "size");
  ENSURE_REFUSED(def.reserved = 1, "reserved");
  ENSURE_FAILS(memsim_adc(NULL, &good, NULL, MEMSIM_FLOAT64, 2, x), MEMSIM_ERR_ARGUMENT, "values");
  ENSURE_FAILS(memsim_adc(NULL, &good, x, MEMSIM_FLOAT64, 2, NULL), MEMSIM_ERR_ARGUMENT, "out");
  ENSURE_FAILS(memsim_adc(NULL, &good, x, MEMSIM_INT32, 2, x), MEMSIM_ERR_ARGUMENT, "dtype");
  ENSURE_FAILS(memsim_dac(NULL, 0, 1, x, MEMSIM_FLOAT64, 2, x), MEMSIM_ERR_ARGUMENT, "bits");
  ENSURE_FAILS(memsim_dac(NULL, 25, 1, x, MEMSIM_FLOAT64, 2, x), MEMSIM_ERR_ARGUMENT, "bits");
  ENSURE_FAILS(memsim_dac(NULL, 4, 0, x, MEMSIM_FLOAT64, 2, x), MEMSIM_ERR_ARGUMENT, "v_max");
  ENSURE_FAILS(memsim_dac(NULL, 4, NAN, x, MEMSIM_FLOAT64, 2, x), MEMSIM_ERR_ARGUMENT, "v_max");
  ENSURE_FAILS(memsim_dac(NULL, 4, 1, NULL, MEMSIM_FLOAT64, 2, x), MEMSIM_ERR_ARGUMENT, "values");
  ENSURE(x[0] == 0 && x[1] == 0);
  ENSURE_OK(memsim_adc(NULL, NULL, x, MEMSIM_FLOAT64, 2, x));
  ENSURE(x[0] == good.minimum && x[1] == good.minimum);
  return 0;
}

static const test_case tests[] = {
    {"periphery.adc", adc_gives_the_nearest_level},
    {"periphery.dac", dac_gives_signed_codes},
    {"periphery.refused", bad_converters_are_refused},
};
SECTION(periphery, tests);
