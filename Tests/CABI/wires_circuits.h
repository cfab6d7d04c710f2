/* What the tests of wires share: circuits, and what is found inside. */
#ifndef MEMSIM_TEST_WIRES_CIRCUITS_H
#define MEMSIM_TEST_WIRES_CIRCUITS_H

#include "sections.h"
#include "wires_elimination.h"

#define ENSURE_ARGUMENT(call, word) ENSURE_FAILS(call, MEMSIM_ERR_ARGUMENT, word)
#define ENSURE_SHAPE(call, word) ENSURE_FAILS(call, MEMSIM_ERR_SHAPE, word)

/** Everything a solve gives for one vector. */
typedef struct inside {
  double output[most], device_volts[most_cells], device_current[most_cells], word_current[most_cells];
  double bit_current[most_cells], word_volts[most_cells], bit_volts[most_cells];
  memsim_wires_report report;
} inside;

static inline void fill(double *values, size_t count, double value) {
  for (size_t i = 0; i < count; i++) values[i] = value;
}

/* Devices of 1 kOhm to 1 MOhm, voltages of either sign, wires of 5 and 7 Ohm, ideal drivers, bit lines at 0 V. */
static inline circuit plain_circuit(size_t rows, size_t columns) {
  circuit c = {.rows = rows, .columns = columns};
  for (size_t k = 0; k < rows * columns; k++) c.g[k] = 1e-6 * pow(10, (double)(k * 37 % 101) / 33);
  for (size_t i = 0; i < rows; i++) c.volts[i] = ((double)(i * 13 % 17) - 6.5) / 10;
  fill(c.r_word, rows, 5);
  fill(c.r_bit, columns, 7);
  return c;
}

/** Wires of a circuit, or NULL. */
static inline memsim_wires *make_wires(const circuit *c) {
  const memsim_wires_def def = def_of(c);
  memsim_wires *wires = NULL;
  return memsim_wires_create(&def, &wires) == MEMSIM_OK ? wires : NULL;
}

/** Solves for the circuit's voltages. */
static inline memsim_status solve(memsim_wires *wires, const circuit *c, inside *out) {
  const memsim_wires_fields fields = {sizeof fields,      0,                out->device_volts, out->device_current,
                                      out->word_current,  out->bit_current, out->word_volts,   out->bit_volts};
  memset(out, 0, sizeof *out);
  out->report.size = sizeof out->report;
  return memsim_wires_solve(wires, c->volts, c->bit_volts, 1, out->output, &fields, &out->report);
}

/** Selector `index`, its gates at 3 V if it has any. */
static inline memsim_nonideality selector_of(int32_t index) {
  static const double volts = 3;
  static const memsim_param gate = {"gate", &volts, 1};
  const char *name = memsim_selector_name(index);
  const size_t gates = name && strcmp(name, "transistor") == 0 ? 1 : 0;
  return (memsim_nonideality){name, &gate, gates};
}

static inline int is_close(double a, double b, double tolerance) { return fabs(a - b) <= tolerance * fabs(b); }

static inline double largest_of(const double *values, size_t count) {
  double largest = 0;
  for (size_t i = 0; i < count; i++) largest = fmax(largest, fabs(values[i]));
  return largest;
}

/* -- Kirchhoff's and Ohm's laws of what is inside. The solver stops at 1e-12 of the largest voltage, here up to 1 V;
 *    sums of currents are rounded a few times. */

/* A segment that carries `current` from one potential to another; `none` is a current that counts as 0. */
static inline int is_ohmic(double from, double to, double ohm, double current, double none) {
  return ohm < INFINITY ? fabs((from - to) - ohm * current) < 1e-11 : fabs(current) <= none;
}

static inline int word_line_is_lawful(const circuit *c, const inside *in, size_t i) {
  const double limit = 1e-12 * largest_of(in->device_current, c->rows * c->columns);
  const double r = c->r_word[i], end = r + c->r_source[i];
  const double *current = in->word_current + i * c->columns, *volts = in->word_volts + i * c->columns;
  ENSURE(is_ohmic(c->volts[i], volts[0], end, current[0], limit));
  for (size_t j = 0; j < c->columns; j++) {
    const double on = current[j] - in->device_current[i * c->columns + j];
    if (j + 1 < c->columns) {
      ENSURE(fabs(on - current[j + 1]) <= limit);
      ENSURE(is_ohmic(volts[j], volts[j + 1], r, current[j + 1], limit));
    } else {
      ENSURE(c->double_sided ? is_ohmic(volts[j], c->volts[i], end, on, limit) : fabs(on) <= limit);
    }
  }
  return 0;
}

static inline int bit_line_is_lawful(const circuit *c, const inside *in, size_t j) {
  const double limit = 1e-12 * largest_of(in->device_current, c->rows * c->columns), r = c->r_bit[j];
  double above = 0;
  for (size_t i = 0; i < c->rows; i++) {
    const size_t at = i * c->columns + j, below = at + c->columns;
    const double current = in->bit_current[at];
    ENSURE(fabs(above + in->device_current[at] - current) <= limit);
    const double below_volts = i + 1 < c->rows ? in->bit_volts[below] : c->bit_volts[j];
    ENSURE(is_ohmic(in->bit_volts[at], below_volts, i + 1 < c->rows ? r : r + c->r_sense[j], current, limit));
    above = current;
  }
  ENSURE(fabs(in->output[j] - above) <= limit);
  return 0;
}

static inline int is_lawful(const circuit *c, const inside *in) {
  for (size_t i = 0; i < c->rows; i++) ENSURE(word_line_is_lawful(c, in, i) == 0);
  for (size_t j = 0; j < c->columns; j++) ENSURE(bit_line_is_lawful(c, in, j) == 0);
  for (size_t k = 0; k < c->rows * c->columns; k++) {
    ENSURE(fabs(in->word_volts[k] - in->bit_volts[k] - in->device_volts[k]) < 1e-11);
  }
  return 0;
}

/* -- Derivatives of a loss, the sum of weights times outputs */

/** The loss with wires made anew, and the sum of its terms' magnitudes; NaN after a failure. */
static inline double loss(const memsim_wires_def *def, const circuit *c, const double *weights, double *whole) {
  memsim_wires *wires = NULL;
  double sum = 0, output[most];
  *whole = 0;
  if (memsim_wires_create(def, &wires) || memsim_wires_solve(wires, c->volts, c->bit_volts, 1, output, NULL, NULL)) {
    sum = NAN;
  }
  for (size_t j = 0; j < c->columns && !isnan(sum); j++) {
    sum += weights[j] * output[j];
    *whole += fabs(weights[j] * output[j]);
  }
  memsim_wires_destroy(wires);
  return sum;
}

/** `gradient` is that of the loss by `values`, which belong to the circuit that the def refers to, to a part of itself.
 *  Steps of 1e-5 of a value err by less than 1e-7 of its derivative; outputs are known to some 1e-12. */
static inline int are_differences(const memsim_wires_def *def, const circuit *c, const double *weights, double *values,
                                  size_t count, const double *gradient, double part) {
  for (size_t i = 0; i < count; i++) {
    const double value = values[i], h = 1e-5 * (value != 0 ? fabs(value) : 1);
    double whole;
    values[i] = value + h;
    const double above = loss(def, c, weights, &whole);
    values[i] = value - h;
    const double below = loss(def, c, weights, &whole);
    values[i] = value;
    ENSURE(fabs((above - below) / 2 - gradient[i] * h) <= part * fabs(gradient[i] * h) + 1e-12 * whole);
  }
  return 0;
}

#endif
