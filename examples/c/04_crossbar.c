/* Wires with resistance in four steps: a crossbar, its IR drop, gradients, devices that are not ohmic.
 * Build against an installed memsim:  cc 04_crossbar.c $(pkg-config --cflags --libs memsim) -lm */
#include <math.h>
#include <memsim.h>
#include <stdio.h>
#include <stdlib.h>

enum { rows = 64, columns = 64, devices = rows * columns };

static double conductance[devices], volts[rows], ideal[columns], output[columns];
static double device_volts[devices], by_output[columns], by_conductance[devices];

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

static double sum(const double *values, int count) {
  double total = 0;
  for (int i = 0; i < count; i++) total += values[i];
  return total;
}

/* Wires of `ohm` a segment, devices with a law or, without one, ohmic. */
static memsim_wires *make_wires(double ohm, const memsim_nonideality *law) {
  memsim_wires_def def;
  memsim_wires *wires = NULL;
  check(memsim_wires_def_init(&def, sizeof def));
  def.rows = rows;
  def.columns = columns;
  def.conductance = conductance;
  def.r_word = def.r_bit = &ohm;
  def.law = law;
  check(memsim_wires_create(&def, &wires));
  return wires;
}

/* Total output current of a device's conductance changed by a factor. */
static double changed(int device, double factor) {
  const double before = conductance[device];
  conductance[device] *= factor;
  memsim_wires *wires = make_wires(2, NULL);
  conductance[device] = before;
  check(memsim_wires_solve(wires, volts, NULL, 1, output, NULL, NULL));
  memsim_wires_destroy(wires);
  return sum(output, columns);
}

int main(void) {
  const memsim_random_key first = {1, 0, 0}, second = {1, 1, 0};
  memsim_wires_fields fields = {.size = sizeof fields, .device_volts = device_volts};
  memsim_wires_report report = {.size = sizeof report};

  /* 1. Devices of 10...100 kOhm between wires of 2 Ohm a segment */
  check(memsim_random_uniform(NULL, &first, 1e-5, 1e-4, conductance, MEMSIM_FLOAT64, devices));
  check(memsim_random_uniform(NULL, &second, 0, 0.2, volts, MEMSIM_FLOAT64, rows));
  memsim_wires *wires = make_wires(2, NULL);
  check(memsim_wires_solve(wires, volts, NULL, 1, output, &fields, &report));
  printf("solved in %d iterations, Kirchhoff's law missed by %.0e V\n", (int)report.iterations, report.volts);

  /* 2. IR drop: what arrives, of the currents and of the voltages */
  check(memsim_vmm(NULL, conductance, volts, MEMSIM_FLOAT64, rows, columns, 1, NULL, ideal));
  const double loss = 1 - sum(output, columns) / sum(ideal, columns);
  printf("lost on the wires: %.1f %% of the current, %.1f %% of the last column's\n", 100 * loss,
         100 * (1 - output[columns - 1] / ideal[columns - 1]));
  expect(loss > 0.05 && loss < 0.5 && report.residual <= 1e-12, "wires of 2 Ohm take a part of the current");

  /* 3. Gradients of the total current by every conductance, from one more solve */
  for (int j = 0; j < columns; j++) by_output[j] = 1;
  check(memsim_wires_vjp(wires, device_volts, 1, by_output, NULL, NULL, by_conductance, NULL, NULL));
  const int device = devices / 2;
  const double by_difference = (changed(device, 1.001) - changed(device, 0.999)) / (0.002 * conductance[device]);
  printf("d(total)/dG of one device: %.8f V, by differences %.8f V\n", by_conductance[device], by_difference);
  expect(fabs(by_conductance[device] - by_difference) < 1e-6, "gradients are exact");
  memsim_wires_destroy(wires);

  /* 4. Devices of a SiOx memristor, whose current grows faster than the voltage: Newton's method around the same */
  const memsim_nonideality law = {"poole-frenkel", NULL, 0};
  for (int k = 0; k < devices; k++) conductance[k] *= 0.02;
  for (int i = 0; i < rows; i++) volts[i] *= 2.5;
  wires = make_wires(100, &law);
  check(memsim_wires_solve(wires, volts, NULL, 1, output, NULL, &report));
  printf("SiOx devices: %.1f uA in %d Newton steps\n", 1e6 * sum(output, columns), (int)report.steps);
  expect(report.steps <= 10 && report.residual <= 1e-12, "Newton's method converges");
  memsim_wires_destroy(wires);
  return 0;
}
