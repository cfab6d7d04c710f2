/* The whole library in eight steps: random numbers, an array, pulses, reads, products, states, files, the library.
 * Build against an installed memsim:  cc 01_synaptogen.c $(pkg-config --cflags --libs memsim) -lm */
#include <math.h>
#include <memsim.h>
#include <stdio.h>
#include <stdlib.h>

enum { rows = 256, columns = 128, cells = rows * columns, samples = 1000 * 1000 };

static float normals[samples], volts[cells], currents[cells], conductances[cells], inputs[rows], outputs[columns];
static float high[cells], weights[cells];
static uint8_t mask[cells];

/* Ends the program with the library's sentence. */
static void check(memsim_status status) {
  if (status == MEMSIM_OK) return;
  fprintf(stderr, "status %d: %s\n", (int)status, memsim_last_error());
  exit(1);
}

/* Ends the program unless a result is what it must be. */
static void expect(int holds, const char *what) {
  if (holds) return;
  fprintf(stderr, "mismatch: %s\n", what);
  exit(1);
}

static double mean(const float *values, int count) {
  double sum = 0;
  for (int i = 0; i < count; i++) sum += values[i];
  return sum / count;
}

int main(void) {
  /* 1. A million normals, addressed by seed, stream and offset */
  const memsim_random_key key = {7, 3, 0};
  check(memsim_random_normal(NULL, &key, 0, 1, normals, MEMSIM_FLOAT32, samples));
  printf("normals: mean %.4f\n", mean(normals, samples));
  expect(fabs(mean(normals, samples)) < 0.005, "mean of the normals");

  /* 2. An array: word lines x bit lines, all cells in the high-resistance state */
  memsim_array_def def;
  memsim_array *array = NULL;
  check(memsim_array_def_init(&def, sizeof def));
  def.rows = rows;
  def.columns = columns;
  def.seed = 1;
  check(memsim_array_create(&def, &array));

  /* 3. Pulses: one voltage for all cells, then one of its own for each cell of a mask */
  const float set = -1.5f, read = 0.2f;
  check(memsim_array_apply(array, &set, MEMSIM_FLOAT32, 1, NULL));
  for (int i = 0; i < cells; i++) {
    volts[i] = 1.5f;
    mask[i] = i % columns < columns / 2; /* the first half of the bit lines */
  }
  check(memsim_array_apply(array, volts, MEMSIM_FLOAT32, cells, mask));

  /* 4. Reads at 0.2 V: currents with read noise, conductances without */
  check(memsim_array_read(array, &read, MEMSIM_FLOAT32, 1, NULL, currents));
  check(memsim_array_conductance(array, &read, MEMSIM_FLOAT32, 1, conductances));
  printf("cell 0, reset: %.2f uA, %.2f uS\n", 1e6 * currents[0], 1e6 * conductances[0]);
  printf("cell 127, set: %.2f uA, %.2f uS\n", 1e6 * currents[127], 1e6 * conductances[127]);
  expect(conductances[127] > 2 * conductances[0], "a set cell conducts better than a reset one");
  expect(fabs(mean(currents, cells) / mean(conductances, cells) - 0.2) < 1e-3, "Ohm's law");

  /* 5. A product of the crossbar: word-line voltages in, bit-line currents out */
  for (int i = 0; i < rows; i++) inputs[i] = 0.2f;
  check(memsim_array_vmm(array, inputs, MEMSIM_FLOAT32, 1, NULL, outputs));
  printf("bit line 0: %.2f mA\n", 1e3 * outputs[0]);
  expect(fabs(mean(outputs, columns) / (rows * mean(currents, cells)) - 1) < 1e-3, "currents add up");

  /* 6. States by name */
  check(memsim_array_get_state(array, "HRS", high, MEMSIM_FLOAT32, cells));
  for (int i = 0; i < cells; i++) weights[i] = (float)(i % 100) / 128;
  check(memsim_array_set_state(array, "r", weights, MEMSIM_FLOAT32, cells, NULL));
  printf("mean high resistance: %.0f kohm\n", 1e-3 * mean(high, cells));

  /* 7. Files */
  memsim_array *loaded = NULL;
  uint64_t hash = 0, hash_loaded = 1;
  check(memsim_array_save(array, "01_synaptogen_c.state"));
  check(memsim_array_load("01_synaptogen_c.state", NULL, &loaded));
  check(memsim_array_hash(array, &hash));
  check(memsim_array_hash(loaded, &hash_loaded));
  remove("01_synaptogen_c.state");
  printf("hash: %016llx\n", (unsigned long long)hash);
  expect(hash == hash_loaded, "the loaded array is the saved one");

  /* 8. What the library is and knows */
  memsim_model_card card = {.size = sizeof card};
  check(memsim_model_info("synaptogen", &card));
  printf("%s\n%s: %d parameters, %d states\n", memsim_build_info(), card.title, card.param_count, card.state_count);
  memsim_array_destroy(loaded);
  memsim_array_destroy(array);
  return 0;
}
