/* A cell with physics in six steps: the model, its statics, pulses with a duration, training pulses, a waveform, variety.
 * Build against an installed memsim:  cc 02_jart.c $(pkg-config --cflags --libs memsim) -lm */
#include <math.h>
#include <memsim.h>
#include <stdio.h>
#include <stdlib.h>

enum { cells = 50, leg = 600, points = 4 * leg + 1 };

static double times[points], volts[points], current[points * cells];
static const char *model = "jart-vcm-v1b";

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

static memsim_array *array_of(uint64_t columns, const memsim_option *options, size_t count) {
  memsim_array_def def;
  memsim_array *array = NULL;
  check(memsim_array_def_init(&def, sizeof def));
  def.model = model;
  def.rows = 1;
  def.columns = columns;
  def.seed = 1;
  def.options = options;
  def.option_count = count;
  check(memsim_array_create(&def, &array));
  return array;
}

static double state(memsim_array *array, const char *name) {
  double value = 0;
  check(memsim_array_get_state(array, name, &value, MEMSIM_FLOAT64, 1));
  return value;
}

static void hold(memsim_array *array, double value, double seconds) {
  check(memsim_array_apply_for(array, &value, MEMSIM_FLOAT64, 1, &seconds, 1, NULL));
}

/* 0, -1.5, 0, 1.5, 0 V at 1 V/s. */
static void triangle(void) {
  for (int i = 0; i < points; i++) {
    const double x = (double)i / leg; /* legs so far */
    times[i] = 1.5 * x;
    volts[i] = 1.5 * (x < 1 ? -x : x < 3 ? x - 2 : 4 - x);
  }
}

/* V, of cell `column`, where its conductance grows most on the first leg. */
static double set_voltage(int column) {
  int found = 2;
  double most = 0;
  for (int i = leg / 10; i < leg; i++) {
    const double now = current[i * cells + column] / volts[i];
    const double step = now / (current[(i - 1) * cells + column] / volts[i - 1]);
    if (step > most) most = step, found = i;
  }
  return volts[found];
}

int main(void) {
  /* 1. What the model is */
  memsim_model_card card = {.size = sizeof card};
  check(memsim_model_info(model, &card));
  printf("%s: %d parameters, %d presets, |V| <= %g V\n", card.title, card.param_count, card.preset_count,
         card.voltage_limit);

  /* 2. Statics at given states: no array, no time */
  const double concentration[2] = {0.008, 20}, drive = -0.75;
  const memsim_values states = {"N", concentration, 2};
  double amperes[2], kelvin[2];
  const memsim_output outputs[2] = {{"current", amperes}, {"temperature", kelvin}};
  memsim_evaluate_def what;
  check(memsim_evaluate_def_init(&what, sizeof what));
  what.model = model;
  what.volts = &drive;
  what.states = &states;
  what.state_count = 1;
  what.count = 2;
  check(memsim_model_evaluate(NULL, &what, outputs, 2));
  printf("%g V: HRS %.2f uA at %.0f K, LRS %.1f uA at %.0f K\n", drive, 1e6 * amperes[0], kelvin[0], 1e6 * amperes[1],
         kelvin[1]);
  /* A solution of the same equations by other means, to more digits than the model is good for. */
  expect(fabs(amperes[0] / -9.085510814e-6 - 1) < 1e-8, "current in the high-resistance state");

  /* 3. Pulses: a voltage [V] for a time [s]. At -0.75 V this cell switches after 58 us. */
  memsim_array *cell = array_of(1, NULL, 0);
  hold(cell, drive, 57e-6);
  expect(state(cell, "N") < 0.4, "not yet switched after 57 us");
  hold(cell, drive, 3e-6);
  expect(state(cell, "N") > 0.4, "switched after 60 us");
  printf("N after 60 us at %g V: %.3f e26/m3\n", drive, state(cell, "N"));

  /* 4. Training pulses: 200 SET, then 200 RESET */
  const double middle = 0.15;
  const float read = 0.2f;
  const int32_t trains[2] = {200, -200};
  float siemens[3];
  check(memsim_array_set_state(cell, "N", &middle, MEMSIM_FLOAT64, 1, NULL));
  check(memsim_array_conductance(cell, &read, MEMSIM_FLOAT32, 1, &siemens[0]));
  for (int i = 0; i < 2; i++) {
    check(memsim_array_pulse(cell, &trains[i], 1, NULL));
    check(memsim_array_conductance(cell, &read, MEMSIM_FLOAT32, 1, &siemens[i + 1]));
  }
  printf("conductance: %.0f uS, potentiated %.0f uS, depressed %.0f uS\n", 1e6 * siemens[0], 1e6 * siemens[1],
         1e6 * siemens[2]);
  expect(siemens[1] > 2 * siemens[0] && siemens[2] < siemens[0], "up and down again");

  /* 5. A waveform, for fifty cells that differ from device to device and from cycle to cycle */
  const memsim_option varied = {"variability", "d2d+c2c"};
  memsim_array *sample = array_of(cells, &varied, 1);
  triangle();
  check(memsim_array_sweep(sample, times, volts, points, NULL, current, MEMSIM_FLOAT64, points * cells));

  /* 6. How they vary */
  double least = 0, most = -1.5;
  for (int i = 0; i < cells; i++) least = fmin(least, set_voltage(i)), most = fmax(most, set_voltage(i));
  printf("SET between %.2f V and %.2f V\n", least, most);
  expect(least < most && least > -1.2 && most < -0.4, "spread of the SET voltages");
  memsim_array_destroy(sample);
  memsim_array_destroy(cell);
  return 0;
}
